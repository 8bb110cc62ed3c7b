"""API graphs of ComfyUI with more than one sampler or model: adapters, control networks, second passes."""

import pytest
from comfyui_graphs import USUAL, sampler, usual

import dialed
from dialed import ControlNet, Lora

LORAS = [
    (
        {
            "a": ("LoraLoader", {"model": "@b", "clip": "@b.1", "lora_name": "2.safetensors", "strength_model": 0.5, "strength_clip": 0.25}),
            "b": ("LoraLoaderModelOnly", {"model": "@model", "lora_name": "1.safetensors", "strength_model": 1.5}),
        },
        (Lora("1.safetensors", 1.5), Lora("2.safetensors", 0.5, 0.25)),
    ),
    (
        {
            "a": (
                "Power Lora Loader (rgthree)",
                {
                    "model": "@model",
                    "clip": "@model.1",
                    "PowerLoraLoaderHeaderWidget": {"type": "PowerLoraLoaderHeaderWidget"},
                    "lora_1": {"on": True, "lora": "x.safetensors", "strength": 0.7},
                    "lora_2": {"on": False, "lora": "y.safetensors", "strength": 1},
                },
            )
        },
        (Lora("x.safetensors", 0.7),),
    ),
    (
        {
            "a": ("CR Apply LoRA Stack", {"model": "@model", "clip": "@model.1", "lora_stack": "@s"}),
            "s": (
                "CR LoRA Stack",
                {
                    "switch_1": "On",
                    "lora_name_1": "x.safetensors",
                    "model_weight_1": 0.6,
                    "clip_weight_1": 0.4,
                    "switch_2": "Off",
                    "lora_name_2": "y.safetensors",
                    "model_weight_2": 1.0,
                    "clip_weight_2": 1.0,
                    "switch_3": "On",
                    "lora_name_3": "None",
                    "model_weight_3": 1.0,
                    "clip_weight_3": 1.0,
                },
            ),
        },
        (Lora("x.safetensors", 0.6, 0.4),),
    ),
    (
        {"a": ("LoraTagLoader", {"model": "@model", "clip": "@model.1", "text": "<lora:x:0.5> <lora:y:1:0.2>"})},
        (Lora("x", 0.5), Lora("y", 1.0, 0.2)),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("nodes", "loras"), LORAS)
def test_adapters(nodes, loras):
    found = dialed.parse(usual(sampler=sampler(model="@a"), **nodes))
    assert found.loras == loras
    assert found.settings == USUAL


def test_control_networks():
    found = dialed.parse(
        usual(
            sampler=sampler(positive="@control", negative="@control.1"),
            control=(
                "ControlNetApplyAdvanced",
                {
                    "positive": "@positive",
                    "negative": "@negative",
                    "control_net": "@net",
                    "image": "@edges",
                    "strength": 0.8,
                    "start_percent": 0.1,
                    "end_percent": 0.9,
                },
            ),
            net=("ControlNetLoader", {"control_net_name": "canny.safetensors"}),
            edges=("CannyEdgePreprocessor", {"image": "@photo", "resolution": 512}),
            photo=("LoadImage", {"image": "a.png"}),
        )
    )
    assert found.settings == USUAL
    assert found.controlnets == (
        ControlNet("canny.safetensors", 0.8, 0.1, 0.9, "CannyEdgePreprocessor"),
    )


def second(**changes):
    """The usual graph with a second pass over an enlarged latent."""
    return usual(
        **{
            "bigger": (
                "LatentUpscaleBy",
                {"samples": "@sampler", "upscale_method": "bislerp", "scale_by": 1.5},
            ),
            "again": sampler(latent_image="@bigger", denoise=0.5, seed=8, steps=10),
            "decode": ("VAEDecode", {"samples": "@again", "vae": "@model.2"}),
        }
        | changes
    )


PASSES = [
    (
        second(),
        {
            "hires_scale": 1.5,
            "hires_upscaler": "bislerp",
            "hires_strength": 0.5,
            "hires_steps": 10,
        },
        {"seed": 8, "num_inference_steps": 20, "strength": 0.5, "width": 768, "height": 1152},
    ),
    (
        second(
            bigger=("VAEEncode", {"pixels": "@fit", "vae": "@model.2"}),
            fit=("ImageScaleBy", {"image": "@up", "upscale_method": "area", "scale_by": 0.5}),
            up=("ImageUpscaleWithModel", {"image": "@first", "upscale_model": "@net"}),
            net=("UpscaleModelLoader", {"model_name": "4x-UltraSharp.pth"}),
            first=("VAEDecode", {"samples": "@sampler", "vae": "@model.2"}),
        ),
        {
            "hires_scale": 2.0,
            "hires_upscaler": "4x-UltraSharp.pth",
            "hires_strength": 0.5,
            "hires_steps": 10,
        },
        {"width": 1024, "height": 1536},
    ),
    (
        # The same size again is a second look, no hires pass.
        second(again=sampler(latent_image="@sampler", denoise=0.5, seed=8, steps=10)),
        {},
        {"width": 512, "height": 768},
    ),
]


@pytest.mark.parametrize(("graph", "hires", "of_pass"), PASSES)
def test_second_passes(graph, hires, of_pass):
    found = dialed.parse(graph)
    assert found.settings == USUAL | hires
    assert len(found.passes) == 1
    assert found.passes[0].items() >= of_pass.items()
    assert "prompt" not in found.passes[0]


PLAIN = {k: v for k, v in USUAL.items() if k != "strength"}


def test_base_and_refiner():
    def advanced(**changes):
        return (
            "KSamplerAdvanced",
            {
                "model": "@model",
                "add_noise": "enable",
                "noise_seed": 7,
                "steps": 25,
                "cfg": 6.5,
                "sampler_name": "euler",
                "scheduler": "karras",
                "positive": "@positive",
                "negative": "@negative",
                "latent_image": "@latent",
                "start_at_step": 0,
                "end_at_step": 20,
                "return_with_leftover_noise": "enable",
            }
            | changes,
        )

    found = dialed.parse(
        usual(
            sampler=advanced(),
            refiner=("CheckpointLoaderSimple", {"ckpt_name": "refiner.safetensors"}),
            again=advanced(
                model="@refiner",
                latent_image="@sampler",
                add_noise="disable",
                start_at_step=20,
                end_at_step=10000,
            ),
            decode=("VAEDecode", {"samples": "@again", "vae": "@refiner.2"}),
        )
    )
    assert found.settings == PLAIN | {
        "num_inference_steps": 25,
        "refiner_model": "refiner.safetensors",
        "refiner_switch_step": 20,
    }
    assert found.passes[0]["model"] == "refiner.safetensors"
    assert found.extras["end_at_step"] == 20


def test_saved_pictures_count_before_shown_ones():
    graph = second(
        save=("PreviewImage", {"images": "@decode"}),
        early=("VAEDecode", {"samples": "@sampler", "vae": "@model.2"}),
        kept=("SaveImage", {"images": "@early"}),
    )
    found = dialed.parse(graph)
    assert (found.settings, found.passes) == (USUAL, ())
    assert "other samplers" in str(found.problems[0])
