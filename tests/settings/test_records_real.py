"""The records that come with the package: they load, they are clean, and what is generated from them is current."""

import json
from pathlib import Path

import pytest

from dialed.building import PACKAGE_FOLDER, differences, generated_files
from dialed.lint import run_checks
from dialed.prose_sections import read_prose
from dialed.record_kinds import PROSE_HEADINGS, RECORD_TYPES
from dialed.records_loading import collect_records, load_record_set

RECORDS = collect_records()
ALL = [
    pytest.param(kind, one, id=f"{kind}/{one}")
    for kind, of_kind in RECORDS.records.items()
    for one in of_kind
]


def test_every_record_loads_and_lints_clean():
    assert list(map(str, run_checks(RECORDS))) == []


def test_there_are_records_of_every_kind():
    assert {kind for kind, of_kind in RECORDS.records.items() if of_kind} == set(RECORD_TYPES)
    wanted = {
        "num_inference_steps",
        "guidance_scale",
        "seed",
        "sampler",
        "schedule",
        "negative_prompt",
        "strength",
    }
    assert wanted <= set(RECORDS.settings)
    models = {"vignette", "sd15", "sdxl", "sdxl-turbo", "sd35-large", "flux-dev", "flux-schnell"}
    assert models <= set(RECORDS.models)


@pytest.mark.parametrize(("kind", "identifier"), ALL)
def test_a_record_survives_the_way_through_json(kind, identifier):
    record = RECORDS.records[kind][identifier]
    text = record.model_dump_json(by_alias=True, exclude_defaults=True)
    assert RECORD_TYPES[kind].model_validate_json(text) == record


@pytest.mark.parametrize("identifier", sorted(RECORDS.settings))
def test_prose_can_be_had_by_heading(identifier):
    prose = read_prose("settings", identifier)
    assert tuple(prose) == PROSE_HEADINGS["settings"]
    assert all(len(text) > 40 for text in prose.values())


def test_what_is_generated_is_current():
    found = differences(generated_files(load_record_set()))
    assert [str(difference) for difference in found] == []


def test_the_built_files_are_what_the_library_reads():
    import dialed

    assert list(dialed.registry.settings) == list(RECORDS.settings)
    assert all(dialed.registry.models[one] == model for one, model in RECORDS.models.items())
    index = json.loads((PACKAGE_FOLDER / "built/index.json").read_text(encoding="utf-8"))
    assert index["records"] == {kind: list(of_kind) for kind, of_kind in RECORDS.records.items()}


def test_every_record_names_its_schema_and_the_schema_is_there():
    for file in RECORDS.files.values():
        first = file.text.splitlines()[0]
        assert first.startswith("#:schema ../")
        folder = PACKAGE_FOLDER / "records" / Path(file.file).parent
        assert (folder / first.removeprefix("#:schema ")).resolve().is_file()
