"""Members over another model (LoRA, ControlNet, own scheduler) and the flow pipeline: loaded and rendered."""

import dataclasses
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from plain_job import plain_job

import dialed
from dialed_generator.adherence import Adherence
from dialed_generator.errors import WeightsError
from dialed_generator.job import Job
from dialed_generator.members import read_member
from dialed_generator.planning import plan
from dialed_generator.rendering.batches import batches
from dialed_generator.rendering.loading import LoadedModels, load_pipeline
from dialed_generator.rendering.outlining import outlines_of
from dialed_generator.rendering.renderer import Failed, Rendered, Renderer
from dialed_generator.weights import check_model_folder, weights_digest

RECORDS = Path(__file__).parent / "records"
CALL = {
    "prompt": "a red house", "num_inference_steps": 2, "guidance_scale": 1.0, "width": 32, "height": 32
}  # fmt: skip
JOB = plain_job(CALL)


def job(model, **changes) -> Job:
    call = CALL | changes.pop("call", {})
    return dataclasses.replace(JOB, model=model, call=call, settings=call | {"seed": 1}, **changes)


def save_members(target, tiny_weights):
    """The tiny base, and over it a turbo, one at weight nought, a ControlNet; and a flow model."""
    from diffusers import ControlNetModel, UNet2DConditionModel

    from dialed_generator.vignette.autoencoder import build_autoencoder
    from dialed_generator.vignette.flow.pipeline import publish
    from dialed_generator.vignette.flow.run import FlowRun
    from dialed_generator.vignette.flow.settings import TINY_FLOW
    from dialed_generator.vignette.turbo.consistency import build_scheduler
    from dialed_generator.vignette.turbo.lora import add_lora, save_lora

    shutil.copytree(tiny_weights / "vignette", target / "vignette")
    torch.manual_seed(3)
    unet = UNet2DConditionModel.from_pretrained(target / "vignette" / "unet")
    for weight in add_lora(unet, 2, "turbo"):
        torch.nn.init.normal_(weight, 0.0, 0.2)  # a fresh LoRA changes nothing
    config = json.loads((target / "vignette/scheduler/scheduler_config.json").read_text("utf-8"))
    for name, weight in (("turbo", 1.0), ("idle", 0.0), ("soft", 0.5)):
        folder = target / f"vignette-{name}"
        folder.mkdir()
        file = save_lora(unet, "turbo", folder).name
        build_scheduler(config, 50).save_pretrained(folder / "scheduler")
        member = {"base": "vignette", "loras": [{"file": file, "weight": weight}]}
        if name == "turbo":
            member["scheduler"] = "scheduler"
        (folder / "member.json").write_text(json.dumps(member), encoding="utf-8")
    base = UNet2DConditionModel.from_pretrained(target / "vignette" / "unet")
    network = ControlNetModel.from_unet(base, conditioning_embedding_out_channels=(4, 8, 8))
    folder = target / "vignette-control"
    network.save_pretrained(folder / "controlnet")
    (folder / "member.json").write_text(
        '{"base": "vignette", "controlnet": "controlnet"}', encoding="utf-8"
    )
    parts = FlowRun(target / "none", TINY_FLOW).average
    for weight in parts["transformer"].parameters():
        if not weight.any():  # blocks start as the identity and the last layer as nought
            torch.nn.init.normal_(weight, 0.0, 0.3)
    publish(parts, build_autoencoder((8, 8, 8, 8)), target / "vignette-flow")


@pytest.fixture(scope="session")
def family(once, tiny_weights):
    return once("tiny-family", lambda target: save_members(target, tiny_weights))


@pytest.fixture(scope="module")
def models(family) -> LoadedModels:
    torch.set_num_threads(1)
    return LoadedModels(lambda model: family / model)


def picture(models, one: Job):
    (batch,) = batches([one], 1)
    (made,) = Renderer(models, {}.get).render(batch)
    assert isinstance(made, Rendered), made
    return made.picture


def test_a_lora_acts_as_strongly_as_its_member_says(models):
    plain, idle = picture(models, job("vignette")), picture(models, job("vignette-idle"))
    assert (plain == idle).all()
    assert (plain != picture(models, job("vignette-turbo"))).any()
    # The base was not touched by what lies over it.
    assert (plain == picture(models, job("vignette"))).all()


def test_lora_scale_weighs_the_lora_of_each_batch_anew(models):
    def scaled(scale):
        one = job("vignette-soft")
        return dataclasses.replace(one, settings=one.settings | {"lora_scale": scale})

    full, none = picture(models, job("vignette-soft")), picture(models, job("vignette"))
    assert (picture(models, scaled(0.0)) == none).all()
    half = picture(models, scaled(0.5))
    assert (half != full).any()
    assert (half != none).any()
    assert (picture(models, scaled(1)) == full).all()
    assert (picture(models, job("vignette-soft")) == full).all()
    assert len(batches([scaled(0.0), scaled(1.0)], 4)) == 2
    refused = dataclasses.replace(job("vignette"), settings={"lora_scale": 0.5})
    (failed,) = Renderer(models, {}.get).render(batches([refused], 1)[0])
    assert isinstance(failed, Failed)
    assert "has no LoRA whose strength" in failed.reason


def test_control_follows_the_outlines_of_another_picture(models):
    network = models.pipeline(controlled())[0].controlnet
    for layer in (*network.controlnet_down_blocks, network.controlnet_mid_block):
        torch.nn.init.normal_(layer.weight)  # a fresh ControlNet adds nothing
    torch.nn.init.normal_(network.controlnet_cond_embedding.conv_out.weight)  # nor does it look
    rows = np.zeros((32, 32, 3), dtype=np.uint8)
    rows[:16] = (200, 40, 40)
    followed = Renderer(models, {"a": rows, "b": rows.transpose(1, 0, 2).copy()}.get)

    def made(one):
        (result,) = followed.render(batches([one], 1)[0])
        assert isinstance(result, Rendered), result
        return result.picture

    assert (made(controlled()) == made(controlled())).all()
    assert (made(controlled()) != made(controlled(init="b"))).any()
    off = controlled(call={"controlnet_conditioning_scale": 0.0})
    assert (made(off) == picture(models, job("vignette"))).all()
    lines = outlines_of(rows)
    assert lines.shape == rows.shape
    assert lines[15:17].min() > 100
    assert not lines[:12].any()


def controlled(init="a", **changes) -> Job:
    return job(
        "vignette-control",
        pipeline="StableDiffusionControlNetPipeline",
        task="control",
        init=init,
        **changes,
    )


ADAPTERS = """
id = "vignette-{name}"
title = "Tiny {name}"
inherits = "tiny-family"
family = "tiny-family"
summary = "An adapter over the tiny model."
built_in = true
base = "vignette"
adapter = "{adapter}"
evidence = [{{ kind = "community", url = "https://example.org/evidence", read = 2026-11-20 }}]
status = {{ added = 2026-11-20 }}

[[pipelines]]
task = "text-to-image"
name = "{pipeline}"
"""
SCALED = """
id = "{id}"
title = "{id}"
group = "control"
kind = "number"
summary = "As the tests of the generator need it."
{aliases}
status = {{ added = 2026-11-20 }}

[[comparisons]]
id = "separate-runs"
kind = "runs"
title = "Strength"
lesson = "How strongly it acts."
seeds = [2]
models = ["{model}"]
prompts = [{{ id = "house", text = "a red house" }}]
axes = [{{ setting = "{id}", values = [0.0, 0.5, 1.0] }}]
{more}
"""
CONTROL = """task = "control"
init = { prompt = "a castle in the snow", seed = 7, model = "vignette" }
"""


@pytest.fixture
def adapter_registry(tmp_path):
    shutil.copytree(RECORDS, tmp_path / "records")
    for name, adapter, pipeline in (
        ("turbo", "lora", "StableDiffusionPipeline"),
        ("control", "controlnet", "StableDiffusionControlNetPipeline"),
    ):
        text = ADAPTERS.format(name=name, adapter=adapter, pipeline=pipeline)
        (tmp_path / f"records/models/vignette-{name}.toml").write_text(text, encoding="utf-8")
    elsewhere = """aliases = [
  { dialect = "diffusers", name = "adapter_weights", where = { pipeline = ["*.set_adapters"] } },
]"""
    written = 'aliases = [{ dialect = "diffusers", name = "controlnet_conditioning_scale" }]'
    for setting, model, aliases, more in (
        ("lora_scale", "vignette-turbo", elsewhere, ""),
        ("controlnet_conditioning_scale", "vignette-control", written, CONTROL),
    ):
        text = SCALED.format(id=setting, model=model, aliases=aliases, more=more)
        (tmp_path / f"records/settings/{setting}.toml").write_text(text, encoding="utf-8")
    return dialed.load_records(tmp_path / "records")


def test_adapters_are_planned_and_other_keys_stay(adapter_registry, registry):
    names = ["lora_scale", "controlnet_conditioning_scale"]
    digests = dict.fromkeys(("vignette", "vignette-turbo", "vignette-control"), "0" * 64)
    made = plan(adapter_registry, digests, settings=names)
    scales = [one.settings.get("lora_scale") for one in made.jobs.values() if not one.init]
    assert scales == [None, 0.0, 0.5, 1.0]  # the first is the picture that control follows
    steered = [one for one in made.jobs.values() if one.task == "control"]
    assert [one.call["controlnet_conditioning_scale"] for one in steered] == [0.0, 0.5, 1.0]
    assert {one.pipeline for one in steered} == {"StableDiffusionControlNetPipeline"}
    (followed,) = {one.init for one in steered}
    assert made.jobs[followed].model == "vignette"
    assert next(iter(made.jobs)) == followed
    # Without the base's weights nothing can be followed; the comparison is left out, and said so.
    del digests["vignette"]
    left = plan(adapter_registry, digests, settings=names)
    assert left.skipped == ("controlnet_conditioning_scale/separate-runs@vignette-control",)
    only = {"vignette": "0" * 64}
    before, after = plan(registry, only), plan(adapter_registry, only)
    assert set(before.jobs) == set(after.jobs)


def test_a_member_brings_its_own_scheduler(models, family):
    pipeline = load_pipeline(family / "vignette-turbo", "text-to-image")
    assert type(pipeline.scheduler).__name__ == "LCMScheduler"
    assert pipeline.scheduler.config.beta_end == 0.03
    made = picture(models, job("vignette-turbo", scheduler="LCMScheduler"))
    assert (made != picture(models, job("vignette-turbo"))).any()


def test_image_to_image_keeps_the_lora(models):
    turned = [
        models.pipeline(
            job(name, task="image-to-image", pipeline="StableDiffusionImg2ImgPipeline")
        )[0]
        for name in ("vignette", "vignette-turbo")
    ]
    assert [bool(pipe.get_active_adapters()) for pipe in turned] == [False, True]


def test_a_controlnet_steers_the_base(family):
    torch.set_num_threads(1)
    pipeline = load_pipeline(family / "vignette-control", "text-to-image")
    assert type(pipeline).__name__ == "StableDiffusionControlNetPipeline"
    for layer in (
        *pipeline.controlnet.controlnet_down_blocks,
        pipeline.controlnet.controlnet_mid_block,
    ):
        torch.nn.init.normal_(layer.weight)  # a fresh ControlNet adds nothing

    def run(scale):
        return pipeline(
            "a red house",
            image=torch.ones(1, 3, 32, 32),
            num_inference_steps=2,
            width=32,
            height=32,
            controlnet_conditioning_scale=scale,
            generator=torch.Generator().manual_seed(1),
            output_type="pt",
        ).images

    assert not torch.equal(run(0.0), run(1.0))
    assert torch.equal(run(1.0), run(1.0))


FLOW = {
    "pipeline": "FluxPipeline",
    "scheduler": "FlowMatchEulerDiscreteScheduler",
    "call": {"guidance_scale": 3.5, "max_sequence_length": 24, "num_inference_steps": 3},
}


def flow(**call) -> Job:
    return job("vignette-flow", **FLOW | {"call": FLOW["call"] | call})


def test_the_flow_pipeline_listens_to_what_sets_it_apart(models):
    plain = picture(models, flow())
    assert (plain == picture(models, flow())).all()
    shifted = dataclasses.replace(
        flow(), scheduler_arguments={"use_dynamic_shifting": False, "shift": 4.0}
    )
    longer = flow(prompt="a red house by a lake " * 6, max_sequence_length=48)
    cut = flow(prompt="a red house by a lake " * 6, max_sequence_length=8)
    guided = flow(true_cfg_scale=4.0, negative_prompt="snow")
    for one, other in ((flow(), shifted), (longer, cut), (flow(), guided)):
        assert (picture(models, one) != picture(models, other)).any()
    # Classifier-free guidance needs a negative prompt; without one the pipeline leaves it out.
    assert (plain == picture(models, flow(true_cfg_scale=4.0))).all()


def test_a_filmstrip_of_packed_latents(models):
    film = [dataclasses.replace(flow(), step=step) for step in (0, 1, 2, None)]
    (batch,) = batches(film, 4)
    made = Renderer(models, {}.get).render(batch)
    assert [type(result) for result in made] == [Rendered] * 4
    assert len({result.picture.tobytes() for result in made}) == 4
    assert (made[3].picture == picture(models, flow())).all()


def test_the_digest_of_a_member_covers_the_model_below_it(family, tmp_path):
    shutil.copytree(family, tmp_path / "family")
    top = tmp_path / "family" / "vignette-turbo"
    before = weights_digest(top)
    assert before != weights_digest(tmp_path / "family" / "vignette-idle")
    (top / "README.md").write_text("a card", encoding="utf-8")
    assert weights_digest(top) == before
    config = tmp_path / "family/vignette/scheduler/scheduler_config.json"
    config.write_text(config.read_text("utf-8") + "\n", encoding="utf-8")
    below = weights_digest(top)
    assert below != before
    lora = top / "pytorch_lora_weights.safetensors"
    data = bytearray(lora.read_bytes())
    data[-1] ^= 1
    lora.write_bytes(data)
    assert weights_digest(top) != below


LORA = '{"file": "pytorch_lora_weights.safetensors", "weight": 1}'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "cannot be read as JSON"),
        ("[]", "must hold a JSON object"),
        ('{"base": "vignette", "code": "x"}', "must hold a JSON object"),
        ("{}", "must be the id of another model"),
        ('{"base": "../vignette"}', "must be the id of another model"),
        ('{"base": "vignette-turbo"}', "must be the id of another model"),
        ('{"base": "nowhere"}', "model_index.json is missing"),
        ('{"base": "vignette-idle"}', "itself a member"),
        ('{"base": "vignette", "loras": 1}', "must be a list"),
        ('{"base": "vignette", "loras": ["x"]}', "must have a file and a weight"),
        ('{"base": "vignette", "loras": [{"file": "/etc/x", "weight": 1}]}', "not a plain name"),
        ('{"base": "vignette", "loras": [{"file": "x.bin", "weight": 1}]}', "not safetensors"),
        ('{"base": "vignette", "loras": [{"file": "x.safetensors", "weight": 1}]}', "is missing"),
        (f'{{"base": "vignette", "loras": [{LORA.replace("1", "99")}]}}', "a number up to 10"),
        ('{"base": "vignette", "scheduler": ".."}', "not a plain name"),
        ('{"base": "vignette", "controlnet": "none"}', "holds no .safetensors file"),
    ],
)
def test_a_member_that_says_nonsense(family, tmp_path, content, message):
    shutil.copytree(family, tmp_path / "family")
    folder = tmp_path / "family" / "vignette-turbo"
    (folder / "member.json").write_text(content, encoding="utf-8")
    with pytest.raises(WeightsError, match=message):
        check_model_folder(folder)


def test_a_lora_that_is_cut_off(family, tmp_path):
    shutil.copytree(family, tmp_path / "family")
    lora = tmp_path / "family" / "vignette-turbo" / "pytorch_lora_weights.safetensors"
    lora.write_bytes(lora.read_bytes()[:-10])
    with pytest.raises(WeightsError, match="truncated or damaged"):
        check_model_folder(lora.parent)


def test_siblings_are_judged_by_the_probe_of_the_built_in_model(family, tmp_path):
    shutil.copytree(family, tmp_path / "family")
    folders = [
        tmp_path / "family" / name for name in ("vignette", "vignette-turbo", "vignette-flow")
    ]
    assert [Adherence.available(folder) for folder in folders] == [False] * 3
    (folders[0] / "probe.safetensors").write_bytes(b"")
    assert [Adherence.available(folder) for folder in folders] == [True] * 3
    assert not Adherence.available(tmp_path / "family" / "another")


def test_a_whole_model_is_no_member(family):
    assert read_member(family / "vignette") is None
    assert read_member(family / "nowhere") is None
