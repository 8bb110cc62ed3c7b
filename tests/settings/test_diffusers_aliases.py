"""Every name that a record gives in dialect ``diffusers`` is an argument there, in the place that the record says."""

import fnmatch
import functools
import inspect
import json
from importlib import resources

import pytest

from dialed.diffusers_facts import read_facts
from dialed.name_place import is_pipeline
from dialed.records_loading import collect_records

diffusers = pytest.importorskip(
    "diffusers", reason="names are looked up in the installed diffusers"
)

FACTS = read_facts().pipelines

OBJECTS = {"sampler", "schedule", "seed"}
"""Settings that are an object in diffusers: the scheduler and the generator."""

PIPELINES = {
    name: frozenset(given)
    for name, given in json.loads(
        resources.files("dialed").joinpath("facts/diffusers_signatures.json").read_text("utf-8")
    )["pipelines"].items()
}
"""Arguments of every pipeline's call; another test compares them with the installed diffusers."""

CASES = [
    pytest.param(alias, id=f"{setting.id}:{alias.name}")
    for setting in collect_records().settings.values()
    if setting.id not in OBJECTS
    for alias in setting.aliases
    if alias.dialect == "diffusers"
]


@functools.cache
def classes(ending: str) -> dict[str, type]:
    """The exported classes whose name ends so; those that need a package which is missing are left out."""
    found = {name: getattr(diffusers, name) for name in dir(diffusers) if name.endswith(ending)}
    return {name: owner for name, owner in found.items() if ".dummy_" not in owner.__module__}


@functools.cache
def arguments(owner: type, method: str) -> frozenset[str]:
    function = getattr(owner, method, None)
    return frozenset(inspect.signature(function).parameters) if function else frozenset()


def takers(pattern: str) -> list[frozenset[str]]:
    """The arguments of each thing that ``pattern`` of `Where.pipeline` names."""
    if is_pipeline(
        pattern
    ):  # from the facts read out of the source: some classes need a missing package
        return [PIPELINES[name] for name in fnmatch.filter(PIPELINES, pattern)]
    if pattern.endswith("Scheduler"):
        of_kind = classes("Scheduler")
        return [
            arguments(of_kind[name], "__init__") | arguments(of_kind[name], "step")
            for name in fnmatch.filter(of_kind, pattern)
        ]
    method = pattern.rpartition(".")[2]
    return [given for owner in classes("Pipeline").values() if (given := arguments(owner, method))]


@pytest.mark.parametrize("alias", CASES)
def test_the_name_is_an_argument_where_the_record_says(alias):
    patterns = alias.where.pipeline if alias.where is not None else ()
    for pattern in patterns or ("*Pipeline",):
        found = [alias.name in given for given in takers(pattern)]
        assert any(found), f"nothing that {pattern} names takes {alias.name}"
        if patterns and is_pipeline(pattern) and "*" not in pattern:
            assert all(found), f"{pattern} does not take {alias.name}"
