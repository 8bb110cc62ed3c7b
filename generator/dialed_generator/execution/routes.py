"""Where a setting is written for one pipeline class, found through the names in its record alone.

A wrong alias (one that names no argument, or the argument of another setting) shows here as ``missing``.
"""

from __future__ import annotations

import fnmatch
import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import dialed
from dialed.errors import DialedError
from dialed.name_place import Place, fit_of, is_pipeline

if TYPE_CHECKING:
    from dialed.setting_types import Alias, Setting

DIALECT = "diffusers"


@dataclass(frozen=True)
class Route:
    """One place at which a setting can be written.

    Attributes:
        kind: An argument of the call, of the scheduler's constructor, or of a method that is called before.
        name: Name of the argument.
        alias: The record's alias that says so.
        method: Name of the method, where it is one.
        unlisted: The class takes the argument, yet the alias does not name the class.
    """

    kind: Literal["call", "scheduler", "method"]
    name: str
    alias: Alias
    method: str = ""
    unlisted: bool = False

    def __str__(self) -> str:
        told = " (this class is not in the record)" if self.unlisted else ""
        return f"{self.method or self.kind}: {self.name}{told}"


def routes_of(setting: Setting, pipeline: type, model: str | None) -> list[Route]:
    """Every route of ``setting`` for a pipeline class, the one that fits best first.

    Args:
        setting: The setting.
        pipeline: Class of the pipeline.
        model: Id of the model record, where there is one.
    """
    names = dialed.registry.names
    place = Place(names.model(model) if model else None, pipeline.__name__)
    taken = inspect.signature(pipeline.__call__).parameters
    found: list[tuple[int, Route]] = []
    for alias in setting.aliases:
        if alias.dialect != DIALECT:
            continue
        patterns = alias.where.pipeline if alias.where is not None else ()
        where = alias.where.model_dump(exclude_defaults=True) if alias.where is not None else None
        fit = fit_of(where, place)
        if any(pattern.endswith("Scheduler") for pattern in patterns):
            found.append((0, Route("scheduler", alias.name, alias)))
        for pattern in patterns:
            if pattern.startswith("*.") and not pattern.endswith("__"):
                method = pattern.removeprefix("*.")
                if hasattr(pipeline, method):
                    found.append((0, Route("method", alias.name, alias, method)))
        calls = not patterns or any(is_pipeline(pattern) for pattern in patterns)
        if not calls or alias.name not in taken:
            continue
        if fit >= 0 and _meaning(alias.name, place) == setting.id:
            found.append((1 + fit, Route("call", alias.name, alias)))
        elif _elsewhere(where, place) and _meaning(alias.name, place) is None:
            # Nothing has that name here, so the argument may well be this setting, unlisted.
            found.append((-1, Route("call", alias.name, alias, unlisted=True)))
    found.sort(key=lambda pair: -pair[0])
    return [route for _, route in found]


def _elsewhere(where: dict[str, Any] | None, place: Place) -> bool:
    """Whether only the pipelines that ``where`` names speak against it."""
    others = {key: value for key, value in (where or {}).items() if key != "pipeline"}
    return fit_of(where, place) < 0 <= fit_of(others, place)


def _meaning(name: str, place: Place) -> str | None:
    """The setting that a name means in a place; None where it means none."""
    try:
        return dialed.registry.names.setting(name, DIALECT, place, suggest=False)
    except DialedError:
        return None


def takes(scheduler: type, route: Route) -> bool:
    """Whether a scheduler class is one that the alias names, and has the argument."""
    patterns = route.alias.where.pipeline if route.alias.where is not None else ()
    named = any(fnmatch.fnmatchcase(scheduler.__name__, pattern) for pattern in patterns)
    return named and route.name in accepted(scheduler)


def accepted(scheduler: Any) -> set[str]:
    """The arguments that a scheduler class can be configured with."""
    return set(inspect.signature(scheduler.__init__).parameters) - {"self"}


def stepped(scheduler: Any) -> set[str]:
    """The arguments that a scheduler's step takes; pipelines hand over ``eta`` and the generator alone."""
    return set(inspect.signature(scheduler.step).parameters)
