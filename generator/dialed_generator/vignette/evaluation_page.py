"""The evaluation as a page of the site, written from ``evaluation.json``."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dialed_generator.vignette.files import replace_file
from dialed_generator.vignette.model_card import (
    distances_text,
    families_table,
    share,
    words_table,
)

PICTURE = "vignette-contact-sheet.webp"
"""Name of the contact sheet among the site's assets: 24 pictures of 128 pixels, four a row."""


def _points(points: Sequence[Mapping[str, float]], name: str) -> str:
    rows = [f"| {p['at']:g} | {share(p)} | {p['seconds']:.2f} |" for p in points]
    head = [f"| {name} | prompt adherence | seconds a picture |", "| --- | --- | --- |"]
    return "\n".join([*head, *rows])


def _samplers(samplers: Mapping[str, Mapping[str, float]]) -> str:
    ranked = sorted(samplers.items(), key=lambda item: (-item[1]["value"], item[0]))
    rows = [f"| `{name}` | {share(p)} | {p['seconds']:.2f} |" for name, p in ranked]
    head = ["| sampler | prompt adherence | seconds a picture |", "| --- | --- | --- |"]
    return "\n".join([*head, *rows])


def _curves(report: Mapping[str, Any]) -> str:
    curves = report.get("curves")
    if not curves:
        return ""
    held = curves["held"]
    return f"""
## Where settings stop mattering

The first {held["prompts"]} of the prompts, the same seeds at every point, all other settings as recommended.
Seconds are those of one processor core while other work ran; compare them with each other only.

### Steps

{_points(curves["steps"], "steps")}

### Guidance scale

{_points(curves["guidance"], "guidance scale")}

### Samplers at {held["sampler_steps"]} steps

{_samplers(curves["samplers"])}

Adherence asks whether the named things are there. It does not see how well they are drawn: a picture of
four steps can name everything and still look worse than one of twenty-five.
"""


def evaluation_page(report: Mapping[str, Any]) -> str:
    """Write the page.

    Args:
        report: The content of ``evaluation.json``.

    Returns:
        Markdown with front matter for the site.
    """
    used = report["settings"]
    styles = ", ".join(f"{k} {v:.1f} dB" for k, v in report["vae_psnr_by_style"].items())
    return f"""---
title: Vignette, measured
description: How well the built-in model follows prompts, how it was measured, and what it cannot do.
---

# Vignette, Measured

![Landscapes that Vignette generated](assets/{PICTURE}){{ width="512" height="768" }}

Vignette is the model that comes with this project: {report["parameters"]["total"] / 1e6:.1f} million parameters, trained
on {report["training"]["scenes"]:,} drawn landscapes, {report["samples_seen"]:,} samples in all. The pictures above are not selected: prompts and
seeds stand in its model card, `generator/weights/vignette/README.md`.

## What a prompt can say

{words_table()}

What a prompt leaves out is left to chance, except for count, position and style: without them there is one
subject, in the middle, in flat colours.

## Does it follow the prompt?

{used["prompts"]} prompts, drawn evenly over all attributes by a seed that was fixed before the training
({used["prompt_seed"]}), {used["num_inference_steps"]} steps, guidance scale {used["guidance_scale"]:g}, `{used["scheduler"]}`,
{used["width"]} × {used["height"]} pixels. A probe, a small network trained on drawn scenes, reads the attributes back.
Intervals are 95 %.

Mean share of named attributes that are right: **{share(report["prompt_adherence"])}**.

{families_table(report)}
{_curves(report)}
## How close to the drawn scenes

{distances_text(report)}
- **Autoencoder**: {report["vae_psnr_db"]:.1f} dB on drawn scenes that it has not seen ({styles}).

## Measure it again

`make vignette-eval` repeats every figure and writes this page; `make vignette` trains the model from nothing.
"""


def write_page(report: Mapping[str, Any], folder: Path, page: Path) -> None:
    """Write the page, and the contact sheet of the published `folder` among the site's assets."""
    text = evaluation_page(report)
    assets = page.parent / "assets"
    assets.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(folder / "contact-sheet.webp", assets / PICTURE)
    replace_file(page, text.encode("utf-8"))
