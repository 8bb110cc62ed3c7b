"""Constants of the schedules' formulas that diffusers writes as numbers into its schedulers' code."""

import functools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from dialed_generator.errors import RenderError
from dialed_generator.job import Scalar


@contextmanager
def spaced(
    pipeline: Any, settings: Mapping[str, Scalar], _arguments: dict[str, Any]
) -> Iterator[None]:
    """Give ``rho`` to the Karras formula, ``beta_alpha`` and ``beta_beta`` to the beta distribution.

    Raises:
        RenderError: The scheduler of the run does not use that formula.
    """
    scheduler, changed = pipeline.scheduler, []
    if "rho" in settings:
        _must_use(scheduler, "use_karras_sigmas", "rho")
        curved = functools.partial(_karras, scheduler, float(settings["rho"]))
        changed.append(("_convert_to_karras", curved))
    shape = {name[5:]: float(settings[name]) for name in _BETA if name in settings}
    if shape:
        _must_use(scheduler, "use_beta_sigmas", " and ".join(sorted(_BETA & settings.keys())))
        curved = functools.partial(scheduler._convert_to_beta, **shape)  # noqa: SLF001
        changed.append(("_convert_to_beta", curved))
    for name, value in changed:
        setattr(scheduler, name, value)
    try:
        yield
    finally:
        for name, _ in changed:
            delattr(scheduler, name)  # uncovers the method of the class again


_BETA = frozenset({"beta_alpha", "beta_beta"})


def _must_use(scheduler: Any, flag: str, setting: str) -> None:
    if not scheduler.config.get(flag):
        raise RenderError(
            f"{setting} needs a {type(scheduler).__name__} with {flag}, and this one has not; "
            "choose the schedule"
        )


def _karras(scheduler: Any, rho: float, in_sigmas: Any, num_inference_steps: int) -> Any:
    # Equation 5 of Karras et al. (2022), https://arxiv.org/abs/2206.00364
    lowest = scheduler.config.get("sigma_min")
    highest = scheduler.config.get("sigma_max")
    low = (float(in_sigmas[-1]) if lowest is None else float(lowest)) ** (1 / rho)
    high = (float(in_sigmas[0]) if highest is None else float(highest)) ** (1 / rho)
    return (high + np.linspace(0, 1, num_inference_steps) * (low - high)) ** rho
