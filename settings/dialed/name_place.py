"""Where a name was met, and how well the place that an alias states suits it."""

from __future__ import annotations

import fnmatch
import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from dialed.setting_types import Where


class ModelFacts(NamedTuple):
    """What resolution needs to know about a model."""

    id: str
    lineage: frozenset[str]
    pipelines: tuple[str, ...]
    tasks: frozenset[str]


class Place(NamedTuple):
    """Where a name was met, as far as known; an alias whose ``where`` contradicts it is out."""

    model: ModelFacts | None = None
    pipeline: str | None = None
    task: str | None = None
    node: str | None = None


def is_pipeline(pattern: str) -> bool:
    """Whether a pattern of `Where.pipeline` names pipelines, and not a scheduler or a method of theirs."""
    return "." not in pattern and not pattern.endswith("Scheduler")


@functools.lru_cache(maxsize=2048)
def facts_of(where: Where, *names: str) -> Mapping[str, Any]:
    """What ``where`` states, for `fit_of`; of the fields ``names`` alone where some are given."""
    chosen = set(names) or None
    return where.model_dump(mode="json", exclude_defaults=True, include=chosen)


def fit_of(where: Mapping[str, Any] | None, place: Place) -> int:
    """How well ``where`` suits ``place``: -1 contradicted, 0 nothing known, more: facts that agree."""
    if where is None:
        return 0
    agreed = 0
    model = place.model
    if model is not None:
        named = {*where.get("family", ()), *where.get("model", ())}
        if named and not named & model.lineage:
            return -1
        agreed += bool(named)
    if wanted := [name for name in where.get("pipeline", ()) if is_pipeline(name)]:
        met = (place.pipeline,) if place.pipeline else model.pipelines if model else ()
        if met:
            if not any(fnmatch.fnmatchcase(p, w) for p in met for w in wanted):
                return -1
            agreed += 1
    if "task" in where:
        if place.task is not None:
            if place.task not in where["task"]:
                return -1
            agreed += 1
        elif model is not None and not model.tasks & set(where["task"]):
            return -1
    if "node" in where and place.node is not None:
        if place.node not in where["node"]:
            return -1
        agreed += 1
    return agreed
