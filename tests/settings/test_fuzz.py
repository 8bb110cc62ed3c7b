"""Whatever a stranger sends, only a DialedError may come out. A sample always runs, the long run is `slow`."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dialed
from dialed import DialedError
from dialed.command_line import main
from dialed.generation import ControlNet, Generation, Lora, ReadingProblem
from dialed.records_loading import collect_records

NAMES = sorted(
    {a.name for s in dialed.registry.settings.values() for a in s.aliases}
    | set(dialed.registry.settings)
)
CHOICES = sorted(
    {
        *dialed.registry.samplers,
        *dialed.registry.schedules,
        "DPM++ 2M Karras",
        "automatic",
        "",
        "-1",
    }
)
DIALECTS = [None, "canonical", *dialed.registry.dialects]
MODELS = [None, *(m.id for m in dialed.registry.models.values() if not m.abstract)]

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(-2, 60),
    st.floats(),
    st.floats(0, 1),
    st.text(max_size=40),
    st.sampled_from(CHOICES),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
payloads = st.dictionaries(
    st.one_of(st.sampled_from(NAMES), st.text(max_size=24)), values, max_size=10
)

sample = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
long_run = settings(max_examples=20_000, deadline=None, suppress_health_check=list(HealthCheck))


def everything(payload, dialect, model, target):
    """Call each public function once; count the DialedErrors, let all else out."""
    calls = (
        lambda: dialed.validate(
            payload, dialect=None if dialect == "canonical" else dialect, model=model
        ),
        lambda: dialed.validate(
            payload, dialect=None if dialect == "canonical" else dialect, model=model, to=target
        ),
        lambda: dialed.translate(payload, to=target, source=dialect, model=model),
        *(lambda name=name: dialed.resolve(name, dialect=None, model=model) for name in payload),
    )
    for call in calls:
        try:
            said = call()
        except DialedError as error:
            said = str(error).strip()
        assert said


case = given(
    payloads, st.sampled_from(DIALECTS), st.sampled_from(MODELS), st.sampled_from(DIALECTS[1:])
)


@case
@sample
def test_no_payload_brings_a_foreign_error(payload, dialect, model, target):
    everything(payload, dialect, model, target)


@pytest.mark.slow
@case
@long_run
def test_no_payload_brings_a_foreign_error_in_a_long_run(payload, dialect, model, target):
    everything(payload, dialect, model, target)


def read_as_toml(folder, content):
    """Put the content where a record would be, and collect its problems."""
    place = folder / "settings"
    place.mkdir(exist_ok=True)
    (place / "fuzzed.toml").write_bytes(content)
    problems = collect_records(folder).problems
    assert all(problem.message and problem.cure for problem in problems)


GOOD = b"""id = "fuzzed"\ntitle = "Fuzzed"\ngroup = "sampling"\nkind = "number"\nsummary = "A number."
[[aliases]]\ndialect = "diffusers"\nname = "fuzzed"\n[status]\nadded = 2026-11-20\n"""
contents = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.tuples(st.integers(0, len(GOOD)), st.binary(max_size=12)).map(
        lambda cut: GOOD[: cut[0]] + cut[1] + GOOD[cut[0] :]
    ),
)


@given(contents)
@sample
def test_no_record_file_brings_an_error_instead_of_problems(tmp_path, content):
    read_as_toml(tmp_path, content)


@pytest.mark.slow
@given(contents)
@long_run
def test_no_record_file_brings_an_error_in_a_long_run(tmp_path, content):
    read_as_toml(tmp_path, content)


parts = st.builds(
    Generation,
    dialect=st.sampled_from(sorted(dialed.registry.dialects)),
    settings=st.dictionaries(st.sampled_from(sorted(dialed.registry.settings)), values, max_size=8),
    loras=st.lists(st.builds(Lora, st.text(max_size=8), st.none() | st.floats()), max_size=2).map(
        tuple
    ),
    controlnets=st.lists(
        st.builds(ControlNet, st.none() | st.text(max_size=8), start=st.floats(), end=st.floats()),
        max_size=2,
    ).map(tuple),
    passes=st.lists(
        st.dictionaries(st.sampled_from(sorted(dialed.registry.settings)), values, max_size=4),
        max_size=2,
    ).map(tuple),
    problems=st.lists(st.builds(ReadingProblem, st.text(max_size=5), st.text(max_size=5))).map(
        tuple
    ),
)


@given(parts, st.sampled_from(MODELS), st.sampled_from(DIALECTS[1:]))
@sample
def test_nothing_that_was_read_brings_a_foreign_error(generation, model, target):
    try:
        said = dialed.validate(generation, model=model, to=target)
    except DialedError as error:
        said = str(error).strip()
    assert said


@given(st.one_of(st.binary(max_size=120), values.map(lambda value: json.dumps(value).encode())))
@sample
def test_no_file_brings_a_traceback_from_check(tmp_path, capsys, content):
    file = tmp_path / "payload.json"
    file.write_bytes(content)
    for more in (["--model", "sdxl"], ["--diff"], ["--format", "github"], ["--fix"]):
        assert main(["check", str(file), *more]) in {0, 1, 2}
    capsys.readouterr()
