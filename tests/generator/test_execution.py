"""Proof by execution: the committed table is what runs, the records agree with it, and the judge is not fooled."""

import dataclasses
import itertools
import shutil
import zlib

import pytest

import dialed
from dialed.execution_facts import FACTS, Verdict, read_table, table_text
from dialed_generator.execution.__main__ import main
from dialed_generator.execution.comparing import disagreements, does_nothing
from dialed_generator.execution.judging import Judge
from dialed_generator.execution.probes import EXEMPT, PROBES
from dialed_generator.execution.routes import routes_of
from dialed_generator.execution.table import installed_versions, row_of, settings_to_ask
from dialed_generator.tiny import TINY
from dialed_generator.tiny.unet_sd1 import text_call


@pytest.fixture(scope="module")
def table():
    return read_table()


def drawn(names, count):
    return sorted(names, key=lambda name: zlib.crc32(str(name).encode()))[:count]


SAMPLE = drawn(TINY, 8)


def test_it_was_made_with_the_installed_versions(table):
    assert table.versions == installed_versions()


def test_every_tiny_model_and_every_probe_is_in_it(table):
    assert set(table.rows) == set(TINY)
    for name, row in table.rows.items():
        assert set(row.verdicts) == set(PROBES), name
        assert row.stands_for == TINY[name].stands_for, name
        assert row.pipeline == TINY[name].pipeline, name
    assert set(table.asked) == set(PROBES)


def test_every_setting_with_a_name_in_diffusers_is_asked_about_or_exempt_with_a_reason():
    asked = settings_to_ask()
    assert asked - set(PROBES) - set(EXEMPT) == set()
    assert set(EXEMPT) <= asked
    assert not set(EXEMPT) & set(PROBES)


def test_it_is_written_as_it_is_read(table):
    assert table_text(table) == FACTS.read_text(encoding="utf-8")


def test_the_records_agree_with_what_ran(table):
    assert [str(d) for d in disagreements(table)] == []


def test_most_models_answer(table):
    silent = [n for n, r in table.rows.items() if r.verdicts["prompt"].answer == "unprobed"]
    assert silent == []
    assert table.totals()["unprobed"] < 0.02 * sum(table.totals().values())


@pytest.mark.parametrize("name", SAMPLE)
def test_a_sample_answers_as_committed(name, table):
    answered = [s for s, v in table.rows[name].verdicts.items() if v.answer != "missing"]
    settings = drawn(answered, 2)
    row = row_of(TINY[name], settings)
    assert row.verdicts == {s: table.rows[name].verdicts[s] for s in settings}


@pytest.mark.slow
@pytest.mark.parametrize("name", list(TINY))
def test_every_model_answers_as_committed(name, table):
    assert row_of(TINY[name]) == table.rows[name]


@pytest.mark.parametrize(
    ("name", "setting", "answer", "detail"),
    [
        ("sdxl-turbo", "negative_prompt", "ignored", "at this model's own guidance_scale"),
        ("sdxl-refiner", "target_size", "ignored", "call: target_size"),
        ("sd15", "clip_skip", "refused", "used once"),
        ("sd15", "pag_scale", "missing", "no argument"),
        ("sd15-pag", "pag_scale", "used", "call: pag_scale"),
        ("flux-dev", "distilled_guidance_scale", "used", "call: guidance_scale"),
        ("flux-dev", "guidance_scale", "used", "call: true_cfg_scale"),
        ("flux-schnell", "distilled_guidance_scale", "ignored", "call: guidance_scale"),
        ("flux-dev", "shift", "ignored", "FlowMatchEulerDiscreteScheduler: shift"),
    ],
)
def test_what_is_known_of_models(table, name, setting, answer, detail):
    verdict = table.rows[name].verdicts[setting]
    assert verdict.answer == answer
    assert detail in verdict.detail


def test_a_run_that_never_repeats_proves_nothing():
    numbers = itertools.count()
    restless = dataclasses.replace(
        TINY["sd15"], call=lambda: text_call() | {"prompt": f"fox {next(numbers)}"}
    )
    row = row_of(restless, ["guidance_scale"])
    assert row.verdicts["guidance_scale"] == Verdict("unprobed", "the same run twice differs")


def test_a_pipeline_that_does_not_listen_to_the_seed_proves_nothing():
    import torch

    fixed = torch.randn(1, 4, 8, 8, generator=torch.Generator().manual_seed(1))
    deaf = dataclasses.replace(TINY["sd15"], call=lambda: text_call() | {"latents": fixed})
    verdict = row_of(deaf, ["guidance_scale"]).verdicts["guidance_scale"]
    assert verdict == Verdict("unprobed", "the seed changes nothing")


def test_a_pipeline_that_does_not_run_says_why():
    broken = dataclasses.replace(TINY["sd15"], call=lambda: text_call() | {"width": 61})
    verdict = row_of(broken, ["guidance_scale"]).verdicts["guidance_scale"]
    assert verdict.answer == "unprobed"
    assert "divisible by 8" in verdict.detail


def test_a_run_is_kept_and_a_setting_back_at_its_value_gives_the_first_run_again():
    judge = Judge(TINY["sd15"])
    before = judge.runs.count
    judge.verdict(PROBES["freeu_b1"])
    assert judge.runs.count == before + 2
    judge.verdict(PROBES["freeu_b1"])
    assert judge.runs.count == before + 2
    plain = judge.runs.arranger.arrange({"seed": 11})
    first = judge.runs.run(plain)
    assert judge.runs.run(plain, again=True).same_as(
        first
    )  # free of what earlier probes switched on


def test_a_wrong_alias_is_found():
    import diffusers

    setting = dialed.registry.settings["guidance_rescale"]
    pipeline = diffusers.StableDiffusionPipeline
    assert [str(way) for way in routes_of(setting, pipeline, "sd15")] == ["call: guidance_rescale"]
    wrong = [
        alias.model_copy(update={"name": "guidance_rescaling"})
        if alias.dialect == "diffusers"
        else alias
        for alias in setting.aliases
    ]
    broken = setting.model_copy(update={"aliases": tuple(wrong)})
    assert routes_of(broken, pipeline, "sd15") == []


def test_a_record_that_says_otherwise_is_found(table):
    row = table.rows["sdxl"]
    swapped = dataclasses.replace(
        row,
        verdicts=row.verdicts
        | {
            "guidance_scale": Verdict("ignored", "call"),
            "max_sequence_length": Verdict("used", "call"),
        },
    )
    found = disagreements(dataclasses.replace(table, rows={"sdxl": swapped}))
    assert {(d.setting, d.record_says) for d in found} == {
        ("guidance_scale", "acts"),
        ("max_sequence_length", "ignored"),
    }
    assert all("mend" in str(d) for d in found)


@pytest.mark.parametrize(
    ("model", "setting", "task", "given", "nothing"),
    [
        ("sd15", "strength", "text-to-image", {}, True),
        ("sd15", "strength", "image-to-image", {}, False),
        ("sd15", "guidance_rescale", "text-to-image", {"guidance_scale": 1.0}, True),
        ("sd15", "guidance_rescale", "text-to-image", {"guidance_scale": 5.0}, False),
        ("sd15", "eta", "text-to-image", {"sampler": "euler"}, True),
        ("sd15", "eta", "text-to-image", {"sampler": "ddim"}, False),
        ("flux-schnell", "distilled_guidance_scale", "text-to-image", {}, True),
        ("flux-dev", "distilled_guidance_scale", "text-to-image", {}, False),
    ],
)
def test_when_the_records_say_that_a_setting_does_nothing(model, setting, task, given, nothing):
    record = dialed.registry.models[model]
    assert does_nothing(record, setting, task, {"sampler": record.sampler} | given) is nothing


def test_the_command_proves_one_model_anew(tmp_path, capsys):
    copy = tmp_path / "execution.json"
    shutil.copy(FACTS, copy)
    assert main(["kandinsky-2.2-prior", "--out", str(copy)]) == 0
    assert copy.read_text(encoding="utf-8") == FACTS.read_text(encoding="utf-8")
    assert "kandinsky-2.2-prior:" in capsys.readouterr().out


def test_the_command_says_which_names_there_are(capsys):
    assert main(["sd99"]) == 2
    assert "no tiny model is called sd99" in capsys.readouterr().err
