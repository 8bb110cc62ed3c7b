"""Several functions between the steps of one run."""

from collections.abc import Callable
from typing import Any

StepCallback = Callable[[Any, int, Any, dict[str, Any]], dict[str, Any]]


def call_between_steps(
    arguments: dict[str, Any], callback: StepCallback, tensors: tuple[str, ...] = ("latents",)
) -> None:
    """Add a function that the pipeline calls after each step to those that are there already.

    Each is given what the one before it gave back.

    Args:
        arguments: Arguments of the call, changed in place.
        callback: As ``callback_on_step_end`` of diffusers: pipeline, index from 0, timestep, tensors.
        tensors: Names of the pipeline's tensors that it wants to see.
    """
    before: StepCallback | None = arguments.get("callback_on_step_end")
    wanted = arguments.get("callback_on_step_end_tensor_inputs", ["latents"])

    def both(pipeline: Any, index: int, timestep: Any, state: dict[str, Any]) -> dict[str, Any]:
        if before is not None:
            state = state | before(pipeline, index, timestep, state)
        return state | callback(pipeline, index, timestep, state)

    arguments["callback_on_step_end"] = both
    arguments["callback_on_step_end_tensor_inputs"] = list(dict.fromkeys([*wanted, *tensors]))
