"""Measure adapters: does the ControlNet keep to the outlines, does a LoRA bring its style?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from diffusers import StableDiffusionControlNetPipeline, StableDiffusionPipeline
from PIL import Image

from dialed_generator.vignette.assembly import GUIDANCE, STEPS, generate
from dialed_generator.vignette.base_run import common_report
from dialed_generator.vignette.distances import FRESH_SEED, features, frechet, pictures_of
from dialed_generator.vignette.drawing import edge_map, render
from dialed_generator.vignette.evaluation import Question, draw_questions, score
from dialed_generator.vignette.probe import Probe
from dialed_generator.vignette.scenes import Scene
from dialed_generator.vignette.styles import outlines

SCALES = (0.0, 0.5, 1.0, 1.5)
WEIGHTS = (0.0, 0.5, 1.0, 1.25)
CONTROL_SEED = 8_000_000
"""Seed of the first scene whose outlines steer the evaluation's pictures."""
_NEAR = 2
"""Pixels by which an outline may be off and still be found."""


def scene_of(question: Question, seed: int) -> Scene:
    """Return a fresh scene with the attributes of a question."""
    return Scene(**({"position": "centre"} | question.named), seed=seed)


def outline_agreement(
    pictures: npt.NDArray[np.uint8], maps: npt.NDArray[np.uint8]
) -> dict[str, float]:
    """Return which share of the asked outlines is found in pictures.

    Args:
        pictures: Generated pictures (N, H, W, 3).
        maps: Asked outlines (N, H, W), white on black.

    Returns:
        ``value``: mean over pictures of the share of outline pixels (over half white) with an
        outline of the picture within two pixels; ``chance``: the same against the outlines of
        another picture's scene.
    """
    found = np.stack([outlines(picture.astype(np.float32) / 255) for picture in pictures]) > 0.5
    wide = found.copy()
    for axis in (1, 2):
        spread = wide.copy()
        for step in range(-_NEAR, _NEAR + 1):
            spread |= np.roll(wide, step, axis)
        wide = spread
    asked = maps > 127

    def share(of: npt.NDArray[np.bool_]) -> float:
        return float(
            np.mean([w[a].mean() if a.any() else 0.0 for w, a in zip(wide, of, strict=True)])
        )

    return {
        "value": round(share(asked), 4),
        "chance": round(share(np.roll(asked, 1, axis=0)), 4),
    }


def controlled(
    pipe: StableDiffusionControlNetPipeline,
    prompts: list[str],
    maps: npt.NDArray[np.uint8],
    seeds: list[int],
    scale: float,
    batch: int = 10,
) -> list[Image.Image]:
    """Generate one picture for each prompt and outlines (N, 128, 128), at a conditioning scale."""
    images: list[Image.Image] = []
    hints = torch.from_numpy(maps).float()[:, None].expand(-1, 3, -1, -1) / 255
    for start in range(0, len(prompts), batch):
        part = slice(start, start + batch)
        with torch.inference_mode():
            images += pipe(
                prompts[part],
                image=hints[part],
                num_inference_steps=STEPS,
                guidance_scale=GUIDANCE,
                controlnet_conditioning_scale=scale,
                generator=[torch.Generator("cpu").manual_seed(seed) for seed in seeds[part]],
            ).images
    return images


def evaluate_control(
    pipe: StableDiffusionControlNetPipeline, probe: Probe, base: Path, count: int
) -> dict[str, Any]:
    """Measure adherence and agreement with the outlines along the conditioning scale.

    Outlines come from fresh scenes with the attributes that the prompt names.
    """
    questions = draw_questions(count)
    scenes = [scene_of(question, CONTROL_SEED + k) for k, question in enumerate(questions)]
    maps = np.stack([edge_map(scene)[..., 0] for scene in scenes])
    prompts, seeds = [q.prompt for q in questions], [q.seed for q in questions]
    curve, report = {}, {}
    for scale in SCALES:
        images = controlled(pipe, prompts, maps, seeds, scale)
        scored = score(questions, images, probe)
        agreement = outline_agreement(pictures_of(images), maps)
        curve[f"{scale:g}"] = {
            "prompt_adherence": scored["prompt_adherence"]["value"],
            "outlines_found": agreement["value"],
            "outlines_by_chance": agreement["chance"],
        }
        if scale == 1.0:
            report = scored
    drawn = outline_agreement(np.stack([render(scene) for scene in scenes]), maps)
    return (
        report
        | common_report(base, count)
        | {
            "curves": {"controlnet_conditioning_scale": curve},
            "outlines_found": curve["1"]["outlines_found"],
            "outlines_found_in_drawn_scenes": drawn["value"],
            "settings": _settings("controlnet_conditioning_scale"),
        }
    )


def evaluate_style(
    pipe: StableDiffusionPipeline, name: str, style: str, probe: Probe, base: Path, count: int
) -> dict[str, Any]:
    """Measure adherence and the distance to drawn scenes of the style along the LoRA's weight.

    Args:
        pipe: The base pipeline with the LoRA loaded as adapter `name`.
        name: Name of the adapter.
        style: The renderer's style.
        probe: The base model's probe.
        base: Published folder of the base model.
        count: Number of prompts; the style that a drawn prompt may name is left out.
    """
    questions = [_without_style(question) for question in draw_questions(count)]
    scenes = [scene_of(question, FRESH_SEED + k) for k, question in enumerate(questions)]
    others = [scene_of(question, FRESH_SEED + count + k) for k, question in enumerate(questions)]
    wanted = features(probe, np.stack([render(scene, style=style) for scene in scenes]))
    again = features(probe, np.stack([render(scene, style=style) for scene in others]))
    curve, report = {}, {}
    for weight in WEIGHTS:
        pipe.set_adapters([name], [weight])
        images = generate(pipe, [q.prompt for q in questions], [q.seed for q in questions])
        scored = score(questions, images, probe)
        curve[f"{weight:g}"] = {
            "prompt_adherence": scored["prompt_adherence"]["value"],
            "distance_to_style": round(frechet(features(probe, pictures_of(images)), wanted), 3),
        }
        if weight == 1.0:
            report = scored
    pipe.set_adapters([name], [1.0])
    return (
        report
        | common_report(base, count)
        | {
            "curves": {"lora_scale": curve},
            "distance_to_style": {
                "value": curve["1"]["distance_to_style"],
                "without_lora": curve["0"]["distance_to_style"],
                "floor": round(frechet(again, wanted), 3),
            },
            "settings": _settings("lora_scale"),
        }
    )


def _settings(swept: str) -> dict[str, Any]:
    return {
        "num_inference_steps": STEPS,
        "guidance_scale": GUIDANCE,
        swept: 1.0,
        "width": 128,
        "height": 128,
    }


def _without_style(question: Question) -> Question:
    from dialed_generator.vignette.captions import prompt_of

    named = {family: value for family, value in question.named.items() if family != "style"}
    return Question(prompt_of(named), named, question.seed)
