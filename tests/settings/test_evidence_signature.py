"""Evidence that a machine can read again: defaults in the installed diffusers, files of the built-in model."""

import functools
import inspect
import json

import pytest

import dialed
from dialed.lint.record_parts import all_parts, parts
from dialed.model_types import Ignored
from dialed.record_base import Evidence
from dialed.records_loading import collect_records
from dialed.setting_types import Alias, ModelValue, Setting, ValueRange


def same(value, default) -> bool:
    """Whether a record and a signature say the same; 7 and 7.0 do, 1 and True do not."""
    return value == default and isinstance(value, bool) == isinstance(default, bool)


def supports(owner, default) -> bool:
    """Whether ``default`` is what the part of a record that cites it claims."""
    if isinstance(owner, ModelValue):
        return same(owner.value, default)
    if isinstance(owner, Alias):
        return owner.default is None or same(owner.default, default)
    if isinstance(owner, ValueRange):
        if owner.values:
            return any(same(value, default) for value in owner.values)
        if isinstance(default, bool) or not isinstance(default, (int, float)):
            return False
        return (owner.low is None or owner.low <= default) and (
            owner.high is None or default <= owner.high
        )
    return True  # a fact in words: that the argument is there is what can be read


RECORDS = collect_records()


def cited(kind: str) -> list:
    """Every evidence of ``kind``: record and place, the part that it supports, the evidence."""
    found = []
    for of, stem, path, evidence in all_parts(RECORDS, Evidence):
        if evidence.kind == kind:
            record = RECORDS.records[of][stem]
            holders = [
                p
                for p in parts(record)
                if p[0] == path[: len(p[0])] and not isinstance(p[1], Evidence)
            ]
            owner = max(holders, key=lambda holder: len(holder[0]))[1]
            found.append(
                pytest.param(record, owner, evidence, id=f"{of}/{stem}:{'.'.join(map(str, path))}")
            )
    return found


@functools.cache
def signature(dotted: str) -> inspect.Signature:
    diffusers = pytest.importorskip(
        "diffusers", reason="signatures are read from the installed diffusers"
    )
    return inspect.signature(functools.reduce(getattr, dotted.split("."), diffusers))


def canonical(record, argument: str, default):
    """The default as canonical value: None is the off value, numbers go through the conversion of the alias."""
    if not isinstance(record, Setting):
        return default
    if default is None:
        return record.off
    if isinstance(default, (bool, str)):
        return default
    for alias in record.aliases:
        linear = alias.convert is not None and alias.convert.how == "linear" and alias.where is None
        if linear and (alias.dialect, alias.name) == ("diffusers", argument):
            return alias.convert.factor * default + alias.convert.offset
    return default


def from_its_zero(model: str, argument: str, default):
    """Guidance as everybody counts it: some pipelines count it from another zero."""
    record = dialed.registry.models[model]
    if argument != record.cfg_argument or not isinstance(default, (int, float)):
        return default
    return default + record.guidance_offset


@pytest.mark.parametrize(
    ("model", "argument", "claimed"),
    [
        ("z-image", "guidance_scale", 6.0),
        ("z-image", "another", 5.0),
        ("sdxl", "guidance_scale", 5.0),
    ],
)
def test_guidance_counts_from_the_zero_of_its_model(model, argument, claimed):
    assert from_its_zero(model, argument, 5.0) == claimed
    assert from_its_zero(model, argument, None) is None


def test_what_a_default_means():
    clip_skip = RECORDS.settings["clip_skip"]
    assert canonical(clip_skip, "clip_skip", None) == 1
    assert canonical(clip_skip, "clip_skip", 1) == 2
    assert canonical(clip_skip, "another", 1) == 1
    assert canonical(RECORDS.models["sd15"], "clip_skip", None) is None


@pytest.mark.parametrize(("record", "owner", "evidence"), cited("signature"))
def test_diffusers_says_what_the_record_says(record, owner, evidence):
    parameters = signature(evidence.callable).parameters
    if isinstance(owner, Ignored) and evidence.argument not in parameters:
        return  # ignored because there is no such argument
    assert evidence.argument in parameters, (
        f"{evidence.callable} has no argument {evidence.argument}"
    )
    default = parameters[evidence.argument].default
    claimed = default if isinstance(owner, Alias) else canonical(record, evidence.argument, default)
    if isinstance(owner, ModelValue) and record.id == "guidance_scale":
        claimed = from_its_zero(owner.model, evidence.argument, claimed)
    assert supports(owner, claimed), (
        f"{evidence.callable}({evidence.argument}={default!r}) does not support {owner!r}"
    )


STATUS = {"kind": "signature", "callable": "A.b", "argument": "c"}


@pytest.mark.parametrize(
    ("owner", "default", "expected"),
    [
        (ModelValue(model="a", value=7.5, evidence=STATUS), 7.5, True),
        (ModelValue(model="a", value=7, evidence=STATUS), 7.0, True),
        (ModelValue(model="a", value=7.5, evidence=STATUS), 5.0, False),
        (ModelValue(model="a", value=1, evidence=STATUS), True, False),
        (ModelValue(model="a", value=1.0, evidence=STATUS), None, False),
        (Alias(dialect="diffusers", name="x", default=3, evidence=STATUS), 4, False),
        (Alias(dialect="diffusers", name="x", evidence=STATUS), 4, True),
        (
            ValueRange(label="L", low=1, high=4, families=["a"], text="T", evidence=[STATUS]),
            4,
            True,
        ),
        (
            ValueRange(label="L", low=1, high=4, families=["a"], text="T", evidence=[STATUS]),
            4.5,
            False,
        ),
        (
            ValueRange(label="L", low=1, high=4, families=["a"], text="T", evidence=[STATUS]),
            None,
            False,
        ),
        (
            ValueRange(label="L", values=["x"], families=["a"], text="T", evidence=[STATUS]),
            "y",
            False,
        ),
    ],
)
def test_what_supports_a_claim(owner, default, expected):
    assert supports(owner, default) is expected


@pytest.mark.parametrize(
    ("record", "owner", "evidence"),
    [case for case in cited("config") if case.values[2].file is not None],
)
def test_the_built_in_model_has_what_is_cited(repository, record, owner, evidence):
    path = repository / evidence.file
    if not path.exists() and not (repository / "generator/weights").exists():
        pytest.skip("the weights of the built-in model are not part of this checkout")
    found = json.loads(path.read_text(encoding="utf-8"))
    for key in evidence.field.split("."):
        assert key in found, f"{evidence.file} has no {evidence.field}"
        found = found[key]
