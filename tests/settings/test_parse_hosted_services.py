"""Bodies that hosted services take: recognised by their names, and read."""

import pytest

from dialed.parsing import parse

REQUESTS = {
    "bfl": (
        {"prompt": "a", "width": 1024, "height": 768, "steps": 28, "guidance": 3, "seed": 42},
        {"num_inference_steps": 28, "distilled_guidance_scale": 3, "seed": 42},
    ),
    "openai": (
        {"prompt": "a", "model": "gpt-image-1", "size": "1536x1024", "n": 2, "quality": "high"},
        {"width": 1536, "height": 1024, "num_images": 2, "model": "gpt-image-1"},
    ),
    "together": (
        {"prompt": "a", "model": "black-forest-labs/FLUX.1-schnell", "steps": 4, "n": 2},
        {"num_inference_steps": 4, "num_images": 2},
    ),
    "fal": (
        {"prompt": "a", "image_size": {"width": 512, "height": 768}, "num_images": 2},
        {"width": 512, "height": 768, "num_images": 2},
    ),
    "huggingface": (
        {
            "inputs": "a",
            "parameters": {"guidance_scale": 7, "target_size": {"width": 8, "height": 16}},
        },
        {"prompt": "a", "guidance_scale": 7, "width": 8, "height": 16},
    ),
    "muapi": (
        {"prompt": "a", "size": "1024*768", "num_inference_steps": 28, "seed": -1, "num_images": 1},
        {"width": 1024, "height": 768, "seed": -1},
    ),
    "leonardo": (
        {"prompt": "a", "modelId": "m", "init_strength": 0.3, "num_images": 2, "presetStyle": "X"},
        {"model": "m", "strength": 0.7, "num_images": 2},
    ),
    "fireworks": (
        {"prompt": "a", "aspect_ratio": "16:9", "num_inference_steps": 4, "guidance_scale": 3.5},
        {"aspect_ratio": "16:9", "num_inference_steps": 4, "guidance_scale": 3.5},
    ),
    "vercel-ai-sdk": (
        {"prompt": "a", "aspectRatio": "16:9", "n": 2, "seed": 7},
        {"aspect_ratio": "16:9", "num_images": 2, "seed": 7},
    ),
    "runware": (
        {
            "positivePrompt": "a",
            "negativePrompt": "b",
            "CFGScale": 7,
            "model": "m",
            "numberResults": 2,
        },
        {"prompt": "a", "negative_prompt": "b", "guidance_scale": 7, "num_images": 2},
    ),
}


@pytest.mark.parametrize(("body", "settings"), REQUESTS.values(), ids=REQUESTS)
def test_bodies_of_hosted_services(body, settings, request):
    generation = parse(body)
    assert generation.dialect == request.node.callspec.id
    assert settings.items() <= generation.settings.items()
    assert generation.problems == ()


def test_one_name_means_two_guidances_by_model():
    body = {"prompt": "a", "guidance": 3.5, "steps": 20}
    for model, setting in (
        ("black-forest-labs/FLUX.1-dev", "distilled_guidance_scale"),
        ("stabilityai/stable-diffusion-xl-base-1.0", "guidance_scale"),
    ):
        assert parse(body | {"model": model}, "together").settings[setting] == 3.5
