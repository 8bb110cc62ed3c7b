"""API graphs in few words, for tables of tests."""

from __future__ import annotations

from typing import Any


def api(**nodes: Any) -> dict[str, Any]:
    """An API graph: each node is ``(class, {input: value})``; ``"@name"`` and ``"@name.1"`` are links."""

    def value(given: Any) -> Any:
        if isinstance(given, str) and given.startswith("@"):
            name, _, slot = given[1:].partition(".")
            return [name, int(slot or 0)]
        return given

    return {
        name: {"class_type": kind, "inputs": {key: value(given) for key, given in inputs.items()}}
        for name, (kind, inputs) in nodes.items()
    }


CHECKPOINT = ("CheckpointLoaderSimple", {"ckpt_name": "m.safetensors"})
EMPTY = ("EmptyLatentImage", {"width": 512, "height": 768, "batch_size": 1})
POSITIVE = ("CLIPTextEncode", {"text": "a cat", "clip": "@model.1"})
NEGATIVE = ("CLIPTextEncode", {"text": "dog", "clip": "@model.1"})
DECODE = ("VAEDecode", {"samples": "@sampler", "vae": "@model.2"})
SAVE = ("SaveImage", {"images": "@decode", "filename_prefix": "x"})


def sampler(**changes: Any) -> tuple[str, dict[str, Any]]:
    """A KSampler over the usual nodes, with some inputs changed."""
    inputs = {
        "model": "@model",
        "positive": "@positive",
        "negative": "@negative",
        "latent_image": "@latent",
        "seed": 7,
        "steps": 20,
        "cfg": 6.5,
        "sampler_name": "euler",
        "scheduler": "karras",
        "denoise": 1.0,
    }
    return "KSampler", inputs | changes


def usual(**changes: Any) -> dict[str, Any]:
    """The usual graph from text to a picture, with some nodes changed or added; None takes one out."""
    nodes = {
        "model": CHECKPOINT,
        "latent": EMPTY,
        "positive": POSITIVE,
        "negative": NEGATIVE,
        "sampler": sampler(),
        "decode": DECODE,
        "save": SAVE,
    } | changes
    return api(**{name: node for name, node in nodes.items() if node is not None})


USUAL = {
    "prompt": "a cat",
    "negative_prompt": "dog",
    "seed": 7,
    "num_inference_steps": 20,
    "guidance_scale": 6.5,
    "sampler": "euler",
    "schedule": "karras",
    "strength": 1.0,
    "width": 512,
    "height": 768,
    "batch_size": 1,
    "model": "m.safetensors",
}
"""What the usual graph states."""

OUT = object()
"""In a table of what differs from the usual settings: not stated."""
