"""What is swept on a checkpoint: the records' comparisons, fitted to what the registry knows of its model."""

import json
import math
from pathlib import Path

import pytest

import dialed
from dialed_generator.errors import PlanError
from dialed_generator.own_model import Configuration, Loading, Located, OwnModel, Recognised
from dialed_generator.own_model_arguments import adapter, held, seed, size, swept
from dialed_generator.own_model_base import base_of, record_of
from dialed_generator.own_model_planning import own_plan
from dialed_generator.own_model_reasons import Given
from dialed_generator.own_model_recognition import recognise
from dialed_generator.own_model_wishes import MAIN, Wishes

REGISTRY = dialed.registry


def checkpoint(record: str, **index: object) -> OwnModel:
    """A checkpoint that is read as ``record``; no file is looked at while planning."""
    model = REGISTRY.models[record]
    made = Configuration(model.pipelines[0].name, index, {"vae": {"_class_name": "AutoencoderKL"}})
    located = Located("mine", "folder", Path("mine"))
    return OwnModel(located, Loading("mine"), made, Recognised(model, "", exact=True), "0" * 64)


def planned(record: str, **wishes: object):
    return own_plan(checkpoint(record), Wishes(**wishes), REGISTRY)


def runs(found) -> list[object]:
    """Values of the one strip of separate runs."""
    (one,) = [c for c in found.plan.comparisons if c.record.kind == "runs"]
    return list(one.record.axes[0].values)


ABLE = [
    model.id
    for model in REGISTRY.models.values()
    if not model.abstract
    and model.text_to_image
    and model.base is None
    # Modular pipelines and such that diffusers has no scheduler for are no plain pipelines.
    and "Modular" not in model.pipelines[0].name
]


@pytest.mark.parametrize("record", ABLE)
def test_every_model_of_the_registry_has_something_to_show(record):
    found = planned(record)
    model = REGISTRY.models[record]
    base = found.base
    ignored = {part.setting for part in model.ignores}
    assert found.plan.jobs or found.left_out
    for comparison in found.plan.comparisons:
        if comparison.record.kind == "filmstrip":
            continue  # its values are steps of one run, and 0 is the noise before the first
        for axis in comparison.record.axes:
            assert axis.setting not in ignored
            limits = REGISTRY.settings[axis.setting].limits
            for value in axis.values:
                if limits is not None and isinstance(value, int | float) and limits.max is not None:
                    assert limits.min is None or limits.min <= value
                    assert value <= limits.max
    for job in found.plan.jobs.values():
        assert not ignored & job.settings.keys()
        assert job.weights == "0" * 64
    for one in found.left_out:
        assert one.reason
    native = model.native_sizes[0]
    assert base.get("width", native.width) % model.size_multiple == 0


def test_most_models_show_a_seed_strip():
    shown = [record for record in ABLE if planned(record, settings=("seed",)).plan.jobs]
    assert len(shown) >= 0.9 * len(ABLE), sorted(set(ABLE) - set(shown))


@pytest.mark.parametrize(
    "record", ["sdxl", "flux-schnell", "sdxl-turbo", "z-image", "deepfloyd-if"]
)
def test_steps_lie_around_the_recommended_ones(record):
    own = dialed.defaults(record)["num_inference_steps"].value
    found = runs(planned(record, settings=("num_inference_steps",)))
    assert own in found
    assert max(found) <= max(2 * own, 4)
    assert found == sorted(found)


def test_what_the_family_ignores_is_left_out_with_the_reason():
    found = planned("flux-schnell", settings=("distilled_guidance_scale", "eta"))
    reasons = {one.name: one.reason for one in found.left_out}
    assert not found.plan.jobs
    assert "ignores it" in reasons["distilled_guidance_scale"]
    assert reasons.keys() == {"distilled_guidance_scale", "eta"}


def test_samplers_that_cannot_run_the_model_are_left_out():
    found = planned("flux-dev", settings=("sampler",), all_values=True)
    shown = {
        value
        for c in found.plan.comparisons
        for a in c.record.axes
        if a.setting == "sampler"
        for value in a.values
    }
    assert "euler" in shown
    assert not {"ddim", "heun"} & shown
    assert any("makes its own noise levels" in one.reason for one in found.left_out)
    assert any("flow models" in one.reason for one in found.left_out)


def test_nothing_is_put_on_the_model():
    found = planned("sdxl")
    reasons = {one.name: one.reason for one in found.left_out}
    for name in ("lora_scale", "controlnet_conditioning_scale", "ip_adapter_scale"):
        assert "(--" in reasons[name]
    assert {one.name.partition("/")[0].partition(" ")[0] for one in found.left_out} <= set(MAIN)


def test_wishes_win():
    found = planned(
        "sdxl",
        settings=("guidance_scale",),
        prompts=("a red fox", "a blue boat"),
        negative="fog",
        seeds=(5, 6),
        size=(512, 768),
        held={"num_inference_steps": 7},
        values={"guidance_scale": (2.0, 9.0)},
    )
    jobs = list(found.plan.jobs.values())
    assert {job.prompt for job in jobs} == {"a red fox", "a blue boat"}
    assert {job.seed for job in jobs} == {5, 6}
    assert {job.call["guidance_scale"] for job in jobs} == {2.0, 9.0}
    assert len(jobs) == 8
    for job in jobs:
        assert (job.call["width"], job.call["height"]) == (512, 768)
        assert job.call["num_inference_steps"] == 7
        assert job.call["negative_prompt"] == "fog"


def test_a_size_that_the_model_cannot_draw():
    with pytest.raises(PlanError, match=r"width = 500.*multiples of 8 pixels; take 496"):
        planned("sdxl", size=(500, 512))


def test_the_checkpoints_own_sampler_stands():
    model = checkpoint("sdxl")
    scheduler = {"_class_name": "EulerAncestralDiscreteScheduler", "timestep_spacing": "leading"}
    made = Configuration(model.configuration.pipeline, {}, {"scheduler": scheduler})
    mine = OwnModel(
        model.located, model.loading, made, Recognised(model.record, "", exact=False), model.digest
    )
    assert record_of(mine, None, REGISTRY).sampler == "euler_ancestral"
    jobs = own_plan(mine, Wishes(settings=("seed",)), REGISTRY).plan.jobs.values()
    assert {job.scheduler for job in jobs} == {"EulerAncestralDiscreteScheduler"}


def test_a_given_picture_is_in_every_job():
    given = Given(controlnet="StableDiffusionXLControlNetPipeline", picture="f" * 64)
    found = planned("sdxl", settings=("controlnet_conditioning_scale",), given=given)
    assert found.plan.jobs
    for job in found.plan.jobs.values():
        assert (job.init, job.task) == ("f" * 64, "with-picture")
        assert job.pipeline == given.controlnet
        assert "controlnet_conditioning_scale" in job.call


@pytest.mark.parametrize(
    ("pipeline", "index", "parts", "record"),
    [
        ("FluxPipeline", {}, {"transformer": {"guidance_embeds": True}}, "flux-dev"),
        ("FluxPipeline", {}, {"transformer": {"guidance_embeds": False}}, "flux-schnell"),
        ("StableDiffusionXLPipeline", {}, {"scheduler": {"prediction_type": "epsilon"}}, "sdxl"),
        (
            "StableDiffusionXLPipeline",
            {},
            {"scheduler": {"prediction_type": "v_prediction"}},
            "noobai-xl-vpred",
        ),
        (
            "StableDiffusionXLInpaintPipeline",
            {},
            {"unet": {"in_channels": 9}, "vae": {"latent_channels": 4}},
            "sdxl-inpainting",
        ),
        (
            "StableDiffusionXLImg2ImgPipeline",
            {"requires_aesthetics_score": True},
            {},
            "sdxl-refiner",
        ),
        ("StableDiffusionPipeline", {}, {"text_encoder": {"hidden_act": "quick_gelu"}}, "sd15"),
        (
            "StableDiffusionPipeline",
            {},
            {
                "text_encoder": {"hidden_act": "gelu"},
                "scheduler": {"prediction_type": "v_prediction"},
            },
            "sd21",
        ),
    ],
)
def test_recognition_by_configuration(pipeline, index, parts, record):
    made = Configuration(pipeline, index, parts)
    found = recognise(Located("mine", "folder", Path("mine")), made, REGISTRY)
    assert (found.record.id, found.exact) == (record, False)
    assert pipeline in found.how


def test_recognition_by_name():
    made = Configuration("StableDiffusionXLPipeline")
    located = Located("stabilityai/sdxl-turbo", "hub", Path("x"), "stabilityai/sdxl-turbo")
    found = recognise(located, made, REGISTRY)
    assert (found.record.id, found.exact) == ("sdxl-turbo", True)
    # A name that another class of pipeline bears decides nothing.
    assert recognise(Located("flux-dev", "folder", Path("x")), made, REGISTRY).record.id == "sdxl"


def test_what_options_say():
    assert adapter("a/b.safetensors:0.75") == adapter("a/b.safetensors").__class__(
        "a/b.safetensors", 0.75
    )
    assert adapter("C:\\b.safetensors").weight == 1.0
    assert (seed("17"), size("64x96")) == (17, (64, 96))
    assert held("guidance_scale=4") == ("guidance_scale", 4)
    assert swept("sampler=euler,ddim") == ("sampler", ("euler", "ddim"))
    assert base_of(REGISTRY.models["sdxl"], {"eta": 1.0}, REGISTRY)["eta"] == 1.0
    assert math.isfinite(len(json.dumps(held("a=1e999")[1])))


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (seed, "-1"),
        (seed, "9" * 19),
        (seed, "x"),
        (size, "64"),
        (size, "0x64"),
        (held, "4"),
        (swept, "a="),
        (adapter, "f:11"),
    ],
)
def test_options_that_say_nothing(read, text):
    with pytest.raises(Exception, match=r".+") as caught:
        read(text)
    assert type(caught.value).__name__ == "ArgumentTypeError"
