"""Every argument of every pipeline that diffusers exports is a setting or has a role; the committed facts are current."""

import fnmatch
import json

import pytest

from dialed.command_line import main
from dialed.diffusers_facts import FACTS, Facts, compare, facts_of, facts_text, read_facts
from dialed.diffusers_inconsistencies import (
    INCONSISTENCIES,
    family_of,
    inconsistencies_of,
    inconsistencies_text,
    read_inconsistencies,
)
from dialed.diffusers_source import SourceError, installed_folder, read_source
from dialed.record_stats import coverage
from dialed.records_loading import collect_records

RECORDS = collect_records()
COMMITTED = read_facts()
OTHERS = RECORDS.dialects["diffusers"].other_arguments
TAKERS: dict[str, set[str]] = {}
for pipeline, taken in COMMITTED.pipelines.items():
    for argument in taken:
        TAKERS.setdefault(argument, set()).add(pipeline)


@pytest.fixture(scope="module")
def installed():
    try:
        folder = installed_folder()
    except SourceError:
        pytest.skip("signatures are read from the installed diffusers")
    return read_source(folder)


def test_the_committed_facts_are_those_of_the_installed_diffusers(installed):
    cure = "run `dialed records drift --write`"
    assert FACTS.read_text(encoding="utf-8") == facts_text(facts_of(installed)), cure


def test_the_committed_inconsistencies_are_current(installed):
    text = inconsistencies_text(inconsistencies_of(installed))
    assert INCONSISTENCIES.read_text(encoding="utf-8") == text, "run `dialed records drift --write`"


def test_every_argument_is_a_setting_or_has_a_role():
    told = coverage(RECORDS, COMMITTED)
    assert told["unknown"] == 0, sorted(
        name
        for name in TAKERS
        if coverage(RECORDS, Facts("", {"One": {name: None}}))["unknown"] == 1
    )
    assert told["arguments"] == told["settings"] + told["other"] == len(TAKERS)
    assert (told["pipelines"], told["arguments"]) >= (342, 492)


def test_an_argument_that_nobody_explains_is_told():
    told = coverage(RECORDS, Facts("1", {"One": {"prompt": None, "latents": None, "zzz_new": "1"}}))
    assert (told["settings"], told["other"], told["unknown"]) == (1, 1, 1)


def faults(other):
    """What a listed argument claims about pipelines that is not so."""
    takers = TAKERS.get(other.name, set())
    if not takers:
        yield f"no pipeline takes {other.name}"
    if other.pipelines:
        covered = {n for pattern in other.pipelines for n in fnmatch.filter(takers, pattern)}
        yield from (f"{name} takes {other.name} too" for name in sorted(takers - covered))
        for pattern in other.pipelines:
            if not fnmatch.filter(takers, pattern):
                yield f"{pattern} does not take {other.name}"


def test_what_is_listed_is_taken_where_it_says():
    assert [fault for other in OTHERS for fault in faults(other)] == []


def test_names_are_listed_once():
    assert len({other.name for other in OTHERS}) == len(OTHERS)


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("image", "input"),
        ("latents", "input"),
        ("prompt_embeds", "embedding"),
        ("prompt_attention_mask", "embedding"),
        ("output_type", "output"),
        ("callback_on_step_end", "callback"),
        ("attention_kwargs", "internal"),
        ("prompt_2", "prompt-part"),
        ("clean_caption", "prompt-handling"),
        ("num_frames", "other-medium"),
        ("sld_guidance_scale", "own-method"),
    ],
)
def test_roles(name, role):
    assert {other.name: other.role for other in OTHERS}[name] == role


def test_a_name_of_one_pipeline_is_unknown_elsewhere():
    import dialed

    # Both are arguments of pipelines for sound alone.
    payload = {"prompt": "a", "bpm": 90, "steps": 20, "latents": None}
    problems = dialed.validate(payload, dialect="diffusers", model="sdxl").problems
    told = {problem.key: problem.rule for problem in problems}
    assert told["bpm"] == "DIAL101"
    assert told["steps"] in {"DIAL101", "DIAL102"}
    assert "latents" not in told


def test_the_files_say_what_the_classes_say(installed):
    diffusers = pytest.importorskip("diffusers")
    import inspect

    found = installed.pipelines
    for name in ("StableDiffusionPipeline", "FluxPipeline", "DDIMPipeline"):
        signature = inspect.signature(getattr(diffusers, name).__call__)
        expected = [argument for argument in signature.parameters if argument != "self"]
        assert list(found[name].arguments()) == expected
        default = signature.parameters["num_inference_steps"].default
        assert COMMITTED.pipelines[name]["num_inference_steps"] == repr(default)


def test_inconsistencies_that_are_known():
    found = read_inconsistencies()
    flux = {s.argument: s.defaults for s in found.siblings if s.family == "Flux"}
    assert {place.pipeline for place in flux["guidance_scale"]["3.5"]} == {"FluxPipeline"}
    assert "FluxImg2ImgPipeline" in {place.pipeline for place in flux["guidance_scale"]["7.0"]}
    aura = [d for d in found.docstrings if d.place.pipeline == "AuraFlowPipeline"]
    assert [(d.argument, d.stated, d.default) for d in aura] == [("guidance_scale", "5.0", "3.5")]


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("FluxPipeline", "Flux"),
        ("FluxControlNetInpaintPipeline", "Flux"),
        ("FluxControlImg2ImgPipeline", "FluxControl"),
        ("StableDiffusionXLPAGImg2ImgPipeline", "StableDiffusionXL"),
    ],
)
def test_families(name, family):
    assert family_of(name) == family


INIT = '__version__ = "{version}"\n_names = ["APipeline", "BPipeline", "APipelineOutput"]\n'
A_CLASS = '''class APipeline(Base):
    def __call__(self, prompt, steps: int = {steps}, *, eta: float = 0.0):
        """
        Args:
            steps (`int`, *optional*, defaults to 50): How many.
        """
'''
B_CLASS = "class BPipeline(APipeline):\n    pass\n"


@pytest.fixture
def copy(tmp_path):
    """Write a tiny package laid out like diffusers; return its folder."""

    def written(version="1.0", **modules: str):
        folder = tmp_path / "diffusers"
        (folder / "pipelines").mkdir(parents=True, exist_ok=True)
        (folder / "__init__.py").write_text(INIT.format(version=version), encoding="utf-8")
        for name, text in modules.items():
            (folder / f"pipelines/{name}.py").write_text(text, encoding="utf-8")
        return folder

    return written


def test_signatures_from_files(copy):
    facts = facts_of(read_source(copy(a=A_CLASS.format(steps=20), b=B_CLASS)))
    arguments = {"prompt": None, "steps": "20", "eta": "0.0"}
    assert facts == Facts("1.0", {"APipeline": arguments, "BPipeline": arguments})
    assert json.loads(facts_text(facts))["pipelines"]["APipeline"] == arguments


def test_docstrings_against_signatures(copy):
    told = inconsistencies_of(read_source(copy(a=A_CLASS.format(steps=20), b=B_CLASS)))
    assert told.siblings == []
    (found,) = told.docstrings
    assert (found.argument, found.stated, found.default) == ("steps", "50", "20")
    assert (found.place.file, found.place.line, found.line) == ("pipelines/a.py", 2, 5)
    agreeing = read_source(copy(a=A_CLASS.format(steps=50)))
    assert inconsistencies_of(agreeing).docstrings == []


def test_drift_between_two_versions():
    before = Facts("1", {"A": {"x": "1", "y": None, "z": "2"}, "B": {}})
    after = Facts("2", {"A": {"x": "1.0", "z": "2", "w": "None"}, "C": {}})
    assert [str(drift) for drift in compare(before, after)] == [
        "default changed: A: x: 1 -> 1.0",
        "gone: A: y",
        "added: A: w",
        "gone: B",
        "added: C",
    ]
    assert compare(before, before) == []


def test_the_command_without_differences(installed, capsys):
    assert main(["records", "drift"]) == 0
    assert capsys.readouterr().out.endswith("no difference\n")


def test_the_command_with_differences(copy, capsys):
    folder = copy("9.0", a=A_CLASS.format(steps=20))
    assert main(["records", "drift", "--against", str(folder), "--format", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["committed"], told["found"]) == (COMMITTED.version, "9.0")
    assert told["drift"][0] == {
        "change": "added",
        "pipeline": "APipeline",
        "argument": None,
        "before": None,
        "after": None,
    }
    assert len(told["drift"]) == len(COMMITTED.pipelines) + 1


@pytest.mark.parametrize(
    ("modules", "told"),
    [({}, "exports no pipeline"), ({"a": "class APipeline(:"}, "is not Python that can be read")],
)
def test_the_command_on_what_cannot_be_read(copy, capsys, modules, told):
    assert main(["records", "drift", "--against", str(copy(**modules))]) == 2
    captured = capsys.readouterr()
    assert told in captured.err
    assert captured.out == ""


def test_the_command_on_a_folder_of_something_else(tmp_path, capsys):
    assert main(["records", "drift", "--against", str(tmp_path)]) == 2
    assert "__init__.py cannot be read" in capsys.readouterr().err
