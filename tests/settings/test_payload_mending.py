"""Cures written into JSON text: the text around them stays."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dialed
from dialed.check_types import Fix
from dialed.payload_mending import apply_fixes, line_and_column, member_of, members, mend

TABLE = [
    ('{"a": 1}', Fix("a", "set", 2), '{"a": 2}'),
    ('{ "a" : [1, {"b": 2}] , "c":3 }', Fix("a", "set", None), '{ "a" : null , "c":3 }'),
    ('{"a": 1, "b": 2}', Fix("a", "remove"), '{"b": 2}'),
    ('{"a": 1,\n "b": 2}', Fix("b", "remove"), '{"a": 1}'),
    ('{\n "a": 1\n}', Fix("a", "remove"), "{}"),
    ('{"a": 1}', Fix("a", "rename", "ä"), '{"ä": 1}'),
    ('{"\\u0061": 1}', Fix("a", "set", "x"), '{"\\u0061": "x"}'),
    ('{"call": {"a": 1}}', Fix("a", "set", 2), '{"call": {"a": 2}}'),
    ('{"a": 1, "call": {"a": 1}}', Fix("a", "set", 2), '{"a": 2, "call": {"a": 1}}'),
    ('{"x": [{"a": 1}, {"a": 1}]}', Fix("a", "set", 2), '{"x": [{"a": 1}, {"a": 1}]}'),
    ('{"a": 1}', Fix("b", "set", 2), '{"a": 1}'),
    ('{"a": 1}', Fix("a", "set", "\ud800"), '{"a": "\\ud800"}'),
]


@pytest.mark.parametrize(("text", "fix", "expected"), TABLE)
def test_one_cure(text, fix, expected):
    assert apply_fixes(text, [fix])[0] == expected


def test_places_are_counted_from_one():
    text = '{\n  "a": 1,\n  "é": {"b": 2}\n}'
    known = members(text)
    assert line_and_column(text, member_of(known, "a").name_start) == (2, 3)
    assert line_and_column(text, member_of(known, "b").name_start) == (3, 9)
    assert member_of(known, "c") is None


def test_cures_follow_each_other():
    text = '{"steps": "30.0", "cfg": 7, "eta": 0.3}'
    mended = mend(text, lambda p: dialed.validate(p, model="sdxl-turbo", dialect="diffusers"))
    assert "steps" in json.loads(mended.text) or "num_inference_steps" in json.loads(mended.text)
    assert not any(problem.fix for problem in mended.report.problems)
    assert len(mended.fixes) >= 3


NAMES = ["steps", "cfg", "width", "eta", "strength", "sampler", "seed", "call", "prompt", "é\n"]
values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-5, 600),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(max_size=6),
        st.sampled_from(["25", "euler", "DPM++ 2M", "true"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(NAMES), inner, max_size=3)
    ),
    max_leaves=5,
)


@given(
    st.dictionaries(st.sampled_from(NAMES), values, max_size=6),
    st.sampled_from([None, 1, 2, "\t"]),
    st.sampled_from([None, "diffusers", "comfyui", "a1111"]),
)
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_whatever_is_mended_says_the_same_as_the_mended_payload(payload, indent, dialect):
    text = json.dumps(payload, indent=indent)
    for fix in [Fix(name, *change) for name in payload for change in (("set", 1), ("remove",))]:
        mended, done = apply_fixes(text, [fix])
        assert json.loads(mended) == (fix.apply(payload) if done else payload)
        assert len(done) == 1
    result = mend(text, lambda p: dialed.validate(p, dialect=dialect))
    json.loads(result.text)
