"""Canonical -> dialect -> canonical is the identity for all that a dialect can say: every dialect, every setting.

What a dialect cannot say must be noted: `lost`, `ignored` or `approximate`. All else comes back as it went.
"""

import functools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dialed
from dialed.dialects.a1111 import CONTROL
from dialed.value_conversion import number

REGISTRY = dialed.registry
TEXTS = ["a red house", "first line\nsecond: line, with commas", 'he said "no"', "ünïcode 火"]
NAMES = {
    "sampler": list(REGISTRY.samplers),
    "schedule": list(REGISTRY.schedules),
}
SEVERAL = {
    # Settings that some dialects write as one value, or convert with one another.
    "width": {"height": 768},
    "height": {"width": 512},
    "hires_width": {"hires_height": 1536},
    "hires_height": {"hires_width": 1024},
    "refiner_switch_step": {"num_inference_steps": 40},
    "hires_strength": {"hires_scale": 2.0},
    "strength": {"num_inference_steps": 40},
}

BELOW_ONE_ALIKE = {"diffusers": ("guidance_scale",)}
"""Its pipelines ask whether guidance is above 1: all below is off, and comes back as 1."""


def values_of(identifier):
    """A few canonical values of a setting: within its limits, off, usual."""
    setting = REGISTRY.settings[identifier]
    limits = setting.limits
    if identifier in NAMES:
        return NAMES[identifier]
    if limits.choices:
        return list(limits.choices)
    if setting.kind == "flag":
        return [True, False]
    if setting.kind in {"integer", "number"}:
        low = limits.min if limits.min is not None else 0
        high = limits.max if limits.max is not None else low + 100
        view = (setting.view.min, setting.view.max) if setting.view else ()
        middle = [low + (high - low) / 4, low + 1, *view]
        found = [v for v in (*middle, low, high) if low <= v <= high]
        if limits.exclusive_min:
            found = [v for v in found if v != low]
        if setting.kind == "integer":
            unit = int(limits.multiple_of or 1)
            found = [int(v) // unit * unit for v in found if int(v) // unit * unit >= low]
        else:
            found = [round(float(v), 4) for v in found]
        return list(dict.fromkeys(found)) + (
            [setting.off] if number(setting.off) is not None else []
        )
    if setting.kind == "text":
        return TEXTS if "prompt" in identifier else ["some name", "folder/name-1.0.safetensors"]
    return []


def same(one, other):
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    first, second = number(one), number(other)
    if first is not None and second is not None:
        return first == pytest.approx(second, rel=1e-9, abs=1e-12)
    return one == other


def unstated(identifier, value):
    """Whether leaving the setting out says the value: it is off, or all that text-to-image does."""
    off = {"strength": 1.0}.get(identifier, REGISTRY.settings[identifier].off)
    return off is not None and same(off, value)


def of_text(text, dialect):
    """What the text says, with the one control network's numbers among the settings."""
    read = dialed.parse(text, dialect=dialect)
    stated = dict(read.settings)
    for control in read.controlnets[:1]:
        stated |= {name: getattr(control, field) for name, field in CONTROL.items()}
    return stated


def unfaithful(dialect, canonical, model=None):
    """Settings that neither came back as they went nor are noted: (id, sent, came back, where it stood)."""
    there = dialed.translate(canonical, to=dialect, model=model)
    noted = {
        note.setting for note in there.notes if note.kind in {"lost", "ignored", "approximate"}
    }
    ways = {
        str(there.payload): dialed.translate(
            there.payload, to="canonical", source=dialect, model=model
        ).payload
    }
    if there.text:
        ways[there.text] = of_text(there.text, dialect)
    return [
        (name, value, back.get(name, "nothing"), written)
        for written, back in ways.items()
        for name, value in canonical.items()
        if name not in noted
        and not same(value, back.get(name))
        and not (name not in back and unstated(name, value))
        and not (name in BELOW_ONE_ALIKE.get(dialect, ()) and value < 1)
    ]


@functools.cache
def said_by(dialect):
    """The settings for which the dialect has a name."""
    speakers = REGISTRY.names.lineage(dialect)
    return [
        identifier
        for identifier, setting in REGISTRY.settings.items()
        if any(alias.dialect in speakers for alias in setting.aliases)
    ]


DIALECTS = list(REGISTRY.dialects)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_each_setting_comes_back_as_it_went(dialect):
    wrong = [
        fault
        for identifier in said_by(dialect)
        for value in values_of(identifier)
        for fault in unfaithful(dialect, {identifier: value} | SEVERAL.get(identifier, {}))
    ]
    assert wrong == []


sample = settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


@st.composite
def generations(draw, dialect):
    """A handful of settings that the dialect can say, with values of their kind."""
    known = [name for name in said_by(dialect) if values_of(name)]
    chosen = draw(st.lists(st.sampled_from(known), unique=True, min_size=2, max_size=12))
    stated = {}
    for name in chosen:
        stated |= SEVERAL.get(name, {})
    return stated | {name: draw(st.sampled_from(values_of(name))) for name in chosen}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_settings_together_come_back_as_they_went(dialect):
    @sample
    @given(generations(dialect))
    def together(canonical):
        assert unfaithful(dialect, canonical) == []

    together()


MODELS = ["sd15", "sdxl", "sdxl-turbo", "sd35-large", "flux-dev", "flux-schnell"]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_is_meant_for_a_model_comes_back_as_it_went(dialect, model):
    names = [
        "prompt",
        "negative_prompt",
        "num_inference_steps",
        "guidance_scale",
        "width",
        "height",
        "seed",
    ]
    values = dict(zip(names, ["a red house", "blur", 28, 4.5, 768, 512, 5], strict=True))
    if model.startswith("flux"):
        values["distilled_guidance_scale"] = 3.5
    own = {"guidance_scale"} if model == "sdxl-turbo" else set()  # 4.5 means nothing to it
    assert [fault for fault in unfaithful(dialect, values, model) if fault[0] not in own] == []
