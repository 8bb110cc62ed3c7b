"""API graphs of ComfyUI whose sampler stands in parts, or comes from other people's nodes."""

import pytest
from comfyui_graphs import EMPTY, OUT, USUAL, api, sampler, usual

import dialed
from dialed.parsers.comfyui.sampler_parts import SCHEDULES


def parts(**changes):
    """A sampler in parts (SamplerCustomAdvanced), with some nodes changed."""
    return usual(
        **{
            "sampler": (
                "SamplerCustomAdvanced",
                {
                    "noise": "@noise",
                    "guider": "@guider",
                    "sampler": "@select",
                    "sigmas": "@sigmas",
                    "latent_image": "@latent",
                },
            ),
            "noise": ("RandomNoise", {"noise_seed": 7}),
            "guider": (
                "CFGGuider",
                {"model": "@model", "positive": "@positive", "negative": "@negative", "cfg": 6.5},
            ),
            "select": ("KSamplerSelect", {"sampler_name": "euler"}),
            "sigmas": (
                "BasicScheduler",
                {"model": "@model", "scheduler": "karras", "steps": 20, "denoise": 1.0},
            ),
        }
        | changes
    )


PARTS = [
    (parts(), {}),
    (
        parts(guider=("BasicGuider", {"model": "@model", "conditioning": "@positive"})),
        {"guidance_scale": OUT, "negative_prompt": OUT},
    ),
    (
        parts(
            guider=(
                "DualCFGGuider",
                {
                    "model": "@model",
                    "cond1": "@positive",
                    "cond2": "@negative",
                    "negative": "@negative",
                    "cfg_conds": 5.0,
                    "cfg_cond2_negative": 1.5,
                },
            )
        ),
        {"guidance_scale": 5.0, "image_guidance_scale": 1.5},
    ),
    (
        parts(
            sigmas=(
                "KarrasScheduler",
                {"steps": 20, "sigma_max": 14.0, "sigma_min": 0.03, "rho": 7.0},
            )
        ),
        {"strength": OUT, "sigma_max": 14.0, "sigma_min": 0.03, "rho": 7.0},
    ),
    (
        parts(
            sigmas=("AlignYourStepsScheduler", {"model_type": "SDXL", "steps": 10, "denoise": 0.5})
        ),
        # This node counts the whole schedule, not the steps that run.
        {"schedule": "align_your_steps", "num_inference_steps": 10, "strength": 0.5},
    ),
    (
        parts(
            sigmas=(
                "BasicScheduler",
                {"model": "@model", "scheduler": "simple", "steps": 14, "denoise": 0.7},
            )
        ),
        {"schedule": "simple", "num_inference_steps": 20, "strength": 0.7},
    ),
    (
        parts(select=("SamplerEulerAncestral", {"eta": 0.5, "s_noise": 1.1})),
        {"sampler": "euler_ancestral", "eta": 0.5, "s_noise": 1.1},
    ),
    (
        parts(
            sampler=(
                "SamplerCustom",
                {
                    "model": "@model",
                    "add_noise": True,
                    "noise_seed": 7,
                    "cfg": 6.5,
                    "positive": "@positive",
                    "negative": "@negative",
                    "sampler": "@select",
                    "sigmas": "@sigmas",
                    "latent_image": "@latent",
                },
            )
        ),
        {},
    ),
]


@pytest.mark.parametrize(("graph", "differs"), PARTS)
def test_samplers_in_parts(graph, differs):
    found = dialed.parse(graph)
    assert found.settings == {k: v for k, v in (USUAL | differs).items() if v is not OUT}
    assert found.problems == ()


# Nodes of other people: (graph, settings that must be found)
OTHERS = [
    (
        api(
            loader=(
                "Efficient Loader",
                {
                    "ckpt_name": "m.safetensors",
                    "vae_name": "Baked VAE",
                    "clip_skip": -2,
                    "lora_name": "None",
                    "positive": "a cat",
                    "negative": "dog",
                    "empty_latent_width": 512,
                    "empty_latent_height": 768,
                    "batch_size": 1,
                },
            ),
            sampler=(
                "KSampler (Efficient)",
                {
                    "model": "@loader.0",
                    "positive": "@loader.1",
                    "negative": "@loader.2",
                    "latent_image": "@loader.3",
                    "seed": 7,
                    "steps": 20,
                    "cfg": 6.5,
                    "sampler_name": "euler",
                    "scheduler": "karras",
                    "denoise": 1.0,
                },
            ),
            save=("SaveImage", {"images": "@sampler.5"}),
        ),
        USUAL | {"clip_skip": 2},
    ),
    (
        usual(
            pipe=(
                "ToBasicPipe",
                {
                    "model": "@model",
                    "clip": "@model.1",
                    "vae": "@model.2",
                    "positive": "@positive",
                    "negative": "@negative",
                },
            ),
            sampler=(
                "ImpactKSamplerBasicPipe",
                {
                    "basic_pipe": "@pipe",
                    "seed": 7,
                    "steps": 20,
                    "cfg": 6.5,
                    "sampler_name": "euler",
                    "scheduler": "karras",
                    "latent_image": "@latent",
                    "denoise": 1.0,
                },
            ),
            decode=("VAEDecode", {"samples": "@sampler.1", "vae": "@sampler.2"}),
        ),
        USUAL,
    ),
    (
        usual(
            ctx=(
                "Context (rgthree)",
                {
                    "model": "@model",
                    "clip": "@model.1",
                    "vae": "@model.2",
                    "positive": "@positive",
                    "negative": "@negative",
                    "latent": "@latent",
                    "seed": 7,
                },
            ),
            sampler=sampler(
                model="@ctx.1",
                positive="@ctx.4",
                negative="@ctx.5",
                latent_image="@ctx.6",
                seed="@ctx.8",
            ),
        ),
        USUAL,
    ),
    (
        api(
            m=("UNETLoader", {"unet_name": "x.safetensors"}),
            c=("CLIPLoader", {"clip_name": "t.safetensors", "type": "flux"}),
            p=(
                "CLIPTextEncodeFlux",
                {"clip": "@c", "clip_l": "a", "t5xxl": "a cat", "guidance": 3.5},
            ),
            s=(
                "XlabsSampler",
                {
                    "model": "@m",
                    "conditioning": "@p",
                    "neg_conditioning": "@p",
                    "latent_image": "@l",
                    "noise_seed": 3,
                    "steps": 25,
                    "true_gs": 2.0,
                },
            ),
            l=EMPTY,
            o=("SaveImage", {"images": "@d"}),
            d=("VAEDecode", {"samples": "@s", "vae": "@v"}),
            v=("VAELoader", {"vae_name": "ae.safetensors"}),
        ),
        {
            "prompt": "a cat",
            "seed": 3,
            "num_inference_steps": 25,
            "guidance_scale": 2.0,
            "distilled_guidance_scale": 3.5,
            "model": "x.safetensors",
            "vae": "ae.safetensors",
        },
    ),
]


@pytest.mark.parametrize(("graph", "settings"), OTHERS)
def test_nodes_of_other_people(graph, settings):
    found = dialed.parse(graph)
    assert found.settings.items() >= settings.items()


def test_every_node_that_is_a_schedule_stands_in_its_record():
    stated = {
        name.name: record.id
        for record in dialed.registry.schedules.values()
        for name in record.names
        if name.node
    }
    assert stated == SCHEDULES


@pytest.mark.parametrize(("kind", "schedule"), SCHEDULES.items())
def test_a_node_is_no_name_that_a_field_can_hold(kind, schedule):
    written = dialed.registry.written
    assert written.find("schedules", "comfyui", kind, combined=False) is None
    payload = {"prompt": "a", "sampler": "euler", "schedule": schedule}
    graph = dialed.translate(payload, to="comfyui").payload
    fields = [node["inputs"].get("scheduler") for node in graph.values()]
    assert kind not in fields
