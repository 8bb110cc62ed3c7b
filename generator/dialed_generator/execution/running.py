"""Runs a tiny pipeline as arranged and keeps what came out."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dialed_generator.execution.adapters import (
    IMAGE,
    LORA,
    NotBuiltError,
    with_image_adapter,
    with_lora,
)
from dialed_generator.execution.arranging import Arrangement, Arranger
from dialed_generator.rendering.clip_skip import readable_layers
from dialed_generator.rendering.loading import quiet_libraries
from dialed_generator.tiny.tiny_model import SEED

if TYPE_CHECKING:
    import torch

    from dialed_generator.tiny import TinyModel

LONGEST_REASON = 160

_FAULTS = (
    ArithmeticError,
    AttributeError,
    AssertionError,
    ImportError,
    LookupError,
    NotImplementedError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What pipelines, schedulers and torch raise for arguments that they refuse."""


@dataclass(frozen=True)
class Outcome:
    """What one run gave: latents (or a float picture), or the reason why there are none.

    Attributes:
        values: What came out.
        reason: Why nothing came out.
        asked: False where the pipeline was never asked, so that the reason is none of its own.
    """

    values: torch.Tensor | None
    reason: str = ""
    asked: bool = True

    def same_as(self, other: Outcome) -> bool:
        """Whether both are equal to the last bit, shape included."""
        import torch

        if self.values is None or other.values is None:
            return False
        return self.values.shape == other.values.shape and torch.equal(self.values, other.values)


class Runs:
    """The runs of one tiny model. Each arrangement runs once.

    Args:
        tiny: What to build.
        model: Id of its model record, where there is one.
    """

    def __init__(self, tiny: TinyModel, model: str | None) -> None:
        self._tiny = tiny
        with quiet_libraries():
            self._pipeline = self._built()
        scheduler = getattr(self._pipeline, "scheduler", None)
        self._own = dict(scheduler.config) if scheduler is not None else {}
        self.scheduler = type(scheduler) if scheduler is not None else None
        self.pipeline_class = type(self._pipeline)
        self.arranger = Arranger(type(self._pipeline), self.scheduler, model)
        self._kept: dict[str, Outcome] = {}
        self.count = 0
        self.steady = False
        """Whether torch's own random numbers, which no generator governs, begin anew at each run."""

    def _built(self) -> Any:
        pipeline = self._tiny.build()
        pipeline.set_progress_bar_config(disable=True)
        return pipeline

    def steady_from_now(self) -> None:
        """Let torch's own random numbers begin anew at each run from now on; what ran before is forgotten."""
        self.steady = True
        self._kept.clear()

    def run(self, arrangement: Arrangement, *, again: bool = False) -> Outcome:
        """Run as arranged, or give what the same run gave before.

        Args:
            arrangement: What to run.
            again: Run even if it ran before.
        """
        key = arrangement.key
        if again or key not in self._kept:
            self._kept[key] = self._run(arrangement)
        return self._kept[key]

    def _run(self, arrangement: Arrangement) -> Outcome:
        import torch

        self.count += 1
        # Adapters wrap layers for good, so they get a pipeline of their own.
        adapted = not arrangement.methods.keys().isdisjoint((LORA, IMAGE))
        with quiet_libraries(), torch.inference_mode(), torch.random.fork_rng(devices=[]):
            if self.steady:
                torch.manual_seed(SEED)
            pipeline = self._built() if adapted else self._pipeline
            try:
                arguments = self._arguments(arrangement) | self._prepared(pipeline, arrangement)
                with (
                    readable_layers(pipeline) if arrangement.readable else contextlib.nullcontext()
                ):
                    values = _values(pipeline(**arguments, return_dict=False))
            except NotBuiltError as error:
                return Outcome(None, str(error), asked=False)
            except _FAULTS as error:
                first = next(iter(str(error).strip().splitlines()), "no reason given")
                return Outcome(None, f"{type(error).__name__}: {first}"[:LONGEST_REASON])
            finally:
                if "enable_freeu" in arrangement.methods:
                    pipeline.disable_freeu()
        if not bool(torch.isfinite(values).all()):
            return Outcome(None, NOT_FINITE, asked=False)
        return Outcome(values)

    def _prepared(self, pipeline: Any, arrangement: Arrangement) -> dict[str, Any]:
        """Set scheduler and adapters, call the methods; return what the call needs because of them."""
        more: dict[str, Any] = {}
        if self.scheduler is not None:
            pipeline.scheduler = self.arranger.scheduler_of(arrangement, self._own)
        for method, arguments in arrangement.methods.items():
            if method == LORA:
                with_lora(pipeline, arguments)
            elif method == IMAGE:
                more |= with_image_adapter(pipeline, arguments["scale"])
            else:
                getattr(pipeline, method)(**arguments)
        return more

    def _arguments(self, arrangement: Arrangement) -> dict[str, Any]:
        import torch

        arguments = self._tiny.call() | arrangement.call
        arguments["generator"] = torch.Generator("cpu").manual_seed(arrangement.seed)
        arguments["output_type"] = arrangement.output
        return arguments


NOT_FINITE = "the numbers overflow"


def _values(output: Any) -> torch.Tensor:
    import numpy
    import torch

    # Some classes forget return_dict where latents are asked for.
    output = getattr(output, "images", output)
    first = output[0] if isinstance(output, tuple) else output
    if isinstance(first, torch.Tensor):
        return first.detach().clone()
    pictures = [torch.from_numpy(numpy.array(picture)) for picture in first]
    return torch.stack(pictures)
