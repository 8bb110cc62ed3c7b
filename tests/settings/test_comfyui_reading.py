"""API graphs of ComfyUI: from the output back to settings, whatever they come wrapped in."""

import json

import pytest
from comfyui_graphs import OUT, USUAL, api, sampler, usual

import dialed

# (what it shows, graph, what differs from the usual settings; OUT: not stated)
SETTINGS = [
    ("the usual", usual(), {}),
    ("a preview is an output too", usual(save=("PreviewImage", {"images": "@decode"})), {}),
    (
        "somebody's own node that saves",
        usual(save=("My Saver", {"pictures": "@decode", "path": "x"})),
        {},
    ),
    ("websocket", usual(save=("SaveImageWebsocket", {"images": "@decode"})), {}),
    (
        "strength over an encoded picture: ComfyUI's steps are those that run",
        usual(
            latent=("VAEEncode", {"pixels": "@image", "vae": "@model.2"}),
            image=("LoadImage", {"image": "a.png"}),
            sampler=sampler(denoise=0.5),
        ),
        {
            "strength": 0.5,
            "num_inference_steps": 40,
            "width": OUT,
            "height": OUT,
            "batch_size": OUT,
        },
    ),
    (
        "a picture that is scaled first",
        usual(
            latent=("VAEEncode", {"pixels": "@scaled", "vae": "@model.2"}),
            scaled=(
                "ImageScale",
                {
                    "image": "@image",
                    "upscale_method": "area",
                    "width": 640,
                    "height": 640,
                    "crop": "center",
                },
            ),
            image=("LoadImage", {"image": "a.png"}),
        ),
        {"width": 640, "height": 640, "batch_size": OUT},
    ),
    (
        "inpainting",
        usual(
            latent=(
                "VAEEncodeForInpaint",
                {"pixels": "@image", "vae": "@model.2", "mask": "@image.1", "grow_mask_by": 6},
            ),
            image=("LoadImage", {"image": "a.png"}),
        ),
        {"width": OUT, "height": OUT, "batch_size": OUT},
    ),
    (
        "a batch repeated",
        usual(
            sampler=sampler(latent_image="@more"),
            more=("RepeatLatentBatch", {"samples": "@latent", "amount": 3}),
        ),
        {"batch_size": 3},
    ),
    (
        "clip skip",
        usual(
            skip=("CLIPSetLastLayer", {"clip": "@model.1", "stop_at_clip_layer": -2}),
            positive=("CLIPTextEncode", {"text": "a cat", "clip": "@skip"}),
        ),
        {"clip_skip": 2},
    ),
    (
        "a VAE of its own",
        usual(
            decode=("VAEDecode", {"samples": "@sampler", "vae": "@vae"}),
            vae=("VAELoader", {"vae_name": "v.pt"}),
        ),
        {"vae": "v.pt"},
    ),
    (
        "conditionings combined",
        usual(
            sampler=sampler(positive="@both"),
            both=(
                "ConditioningCombine",
                {"conditioning_1": "@positive", "conditioning_2": "@more"},
            ),
            more=("CLIPTextEncode", {"text": "on a mat", "clip": "@model.1"}),
        ),
        {"prompt": "a cat\non a mat"},
    ),
    (
        "through area and timestep range",
        usual(
            sampler=sampler(positive="@area"),
            area=("ConditioningSetArea", {"conditioning": "@range", "width": 64, "height": 64}),
            range=("ConditioningSetTimestepRange", {"conditioning": "@positive", "start": 0.0}),
        ),
        {},
    ),
    (
        "a zeroed negative says nothing",
        usual(negative=("ConditioningZeroOut", {"conditioning": "@positive"})),
        {"negative_prompt": OUT},
    ),
    (
        "SDXL's two texts",
        usual(
            positive=(
                "CLIPTextEncodeSDXL",
                {
                    "clip": "@model.1",
                    "text_g": "a cat",
                    "text_l": "",
                    "width": 1024,
                    "height": 1024,
                },
            )
        ),
        {},
    ),
    (
        "FLUX.1 encoder with guidance",
        usual(
            positive=(
                "CLIPTextEncodeFlux",
                {"clip": "@model.1", "clip_l": "a cat", "t5xxl": "a cat", "guidance": 3.0},
            ),
        ),
        {"distilled_guidance_scale": 3.0},
    ),
    (
        "guidance of its own node wins over the encoder's",
        usual(
            sampler=sampler(positive="@guided"),
            guided=("FluxGuidance", {"conditioning": "@positive", "guidance": 2.5}),
            positive=(
                "CLIPTextEncodeFlux",
                {"clip": "@model.1", "clip_l": "a cat", "t5xxl": "a cat", "guidance": 3.0},
            ),
        ),
        {"distilled_guidance_scale": 2.5},
    ),
    (
        "shift and rescale on the way of the model",
        usual(
            sampler=sampler(model="@rescale"),
            rescale=("RescaleCFG", {"model": "@shift", "multiplier": 0.6}),
            shift=("ModelSamplingSD3", {"model": "@model", "shift": 5.0}),
        ),
        {"guidance_rescale": 0.6, "shift": 5.0},
    ),
    (
        "a node nobody knows on the way of the model",
        usual(
            sampler=sampler(model="@odd"),
            odd=("TurboBoost9000", {"model": "@model", "boost": 9000}),
        ),
        {},
    ),
    (
        "values through primitives, switches and sums",
        usual(
            sampler=sampler(steps="@steps", cfg="@cfg", seed="@seed"),
            steps=("SimpleMath+", {"a": 15, "b": 5, "value": "a+b"}),
            cfg=("PrimitiveFloat", {"value": 6.5}),
            seed=("Seed (rgthree)", {"seed": 7}),
            positive=("CLIPTextEncode", {"text": "@switch", "clip": "@model.1"}),
            switch=("CR Text Input Switch", {"Input": 2, "text1": "no", "text2": "a cat"}),
        ),
        {},
    ),
    (
        "texts joined",
        usual(
            positive=("CLIPTextEncode", {"text": "@join", "clip": "@model.1"}),
            join=("StringConcatenate", {"string_a": "@a", "string_b": "cat", "delimiter": " "}),
            a=("PrimitiveStringMultiline", {"value": "a"}),
        ),
        {},
    ),
    (
        "a size chosen from a list",
        usual(
            latent=("EmptyLatentImage", {"width": "@size.0", "height": "@size.1", "batch_size": 1}),
            size=(
                "CR SDXL Aspect Ratio",
                {
                    "width": 64,
                    "height": 64,
                    "aspect_ratio": "3:4 portrait 896x1152",
                    "swap_dimensions": "Off",
                },
            ),
        ),
        {"width": 896, "height": 1152},
    ),
    (
        "numbers written as text",
        usual(sampler=sampler(seed="7", steps="20", cfg="6.5")),
        {},
    ),
    (
        "the seed of another time",
        usual(sampler=sampler(seed=18446744073709551615)),
        {"seed": 18446744073709551615},
    ),
    (
        "no latent size in the graph",
        usual(latent=("Latent from nowhere", {"file": "x.latent"})),
        {"width": OUT, "height": OUT, "batch_size": OUT},
    ),
]


@pytest.mark.parametrize(
    ("graph", "differs"), [row[1:] for row in SETTINGS], ids=[r[0] for r in SETTINGS]
)
def test_settings_of_a_graph(graph, differs):
    found = dialed.parse(graph)
    wanted = {k: v for k, v in (USUAL | differs).items() if v is not OUT}
    assert (found.dialect, found.settings, found.passes) == ("comfyui", wanted, ())
    assert found.problems == ()


WRAPPED = [
    usual(),
    {"prompt": usual()},
    {"prompt": usual(), "workflow": {"nodes": [{"id": 1, "type": "Note"}], "links": []}},
    {"client_id": "x", "prompt": usual(), "extra_data": {"extra_pnginfo": {"workflow": {}}}},
    {"prompt": json.dumps(usual()), "workflow": "{}"},
    {"prompt": [4, "id", usual(), {"client_id": "x"}, ["save"]]},
    {"output": usual(), "workflow": {}},
    json.dumps(usual()),
    json.dumps({"prompt": json.dumps(usual())}),
]


@pytest.mark.parametrize("wrapped", WRAPPED)
def test_what_graphs_come_wrapped_in(wrapped):
    assert dialed.detect(wrapped) == "comfyui"
    assert dialed.parse(wrapped).settings == USUAL


def test_what_civitai_writes_beside_a_graph():
    beside = {
        "prompt": "a cat",
        "negativePrompt": "dog",
        "cfgScale": 5,
        "sampler": "DPM++ 2M Karras",
        "clipSkip": 2,
        "steps": 25,
        "seed": 9,
        "resources": [{"modelVersionId": 1}],
    }
    upscale = api(
        load=("LoadImage", {"image": "a.png"}),
        bigger=("ImageScaleBy", {"image": "@load", "upscale_method": "area", "scale_by": 2.0}),
        save=("SaveImage", {"images": "@bigger"}),
    )
    found = dialed.parse(upscale | {"extra": {}, "extraMetadata": json.dumps(beside)})
    assert found.settings == {
        "prompt": "a cat",
        "negative_prompt": "dog",
        "guidance_scale": 5,
        "sampler": "dpmpp_2m",
        "schedule": "karras",
        "clip_skip": 2,
        "num_inference_steps": 25,
        "seed": 9,
    }
    assert found.extras["resources"] == [{"modelVersionId": 1}]
    # What the graph says counts first; what is no JSON is left alone.
    assert dialed.parse(usual() | {"extraMetadata": json.dumps(beside)}).settings["seed"] == 7
    assert dialed.parse(usual() | {"extraMetadata": "{nonsense"}).settings == USUAL
