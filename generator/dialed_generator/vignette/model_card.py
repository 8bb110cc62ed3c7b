"""The model card of the published folder."""

from __future__ import annotations

from typing import Any

from dialed_generator.vignette.scenes import FAMILIES


def _share(entry: dict[str, float]) -> str:
    return f"{entry['value']:.1%} ({entry['low']:.1%} to {entry['high']:.1%})"


def _grammar() -> str:
    values = {
        "time_of_day": "at dawn, at noon, at sunset, at night",
        "ground": "by a lake, in a meadow, in the desert, in the snow "
        "(on a lake for the sailboat; over a lake, over a meadow ... for the balloon)",
        "subject": "house, castle, lighthouse, sailboat (on a lake only), hot air balloon",
        "colour": "red, yellow, blue, purple, white",
        "trees": "pine trees, autumn trees, cherry trees, no trees",
        "weather": "clear sky, cloudy sky, fog",
    }
    rows = [f"| {family.replace('_', ' ')} | {values[family]} |" for family in FAMILIES]
    return "\n".join(["| attribute | words |", "| --- | --- |", *rows])


def model_card(report: dict[str, Any], prompts: tuple[str, ...]) -> str:
    """Write the model card.

    Args:
        report: The content of ``evaluation.json``.
        prompts: Prompts of the contact sheet, row by row.

    Returns:
        Markdown with the metadata block that model hubs read.
    """
    used = report["settings"]
    families = "\n".join(
        f"| {family.replace('_', ' ')} | {_share(report[family])} "
        f"| {report['probe_accuracy'][family]:.1%} |"
        for family in FAMILIES
    )
    listed = "\n".join(f"{number}. {prompt}" for number, prompt in enumerate(prompts, 1))
    sizes = report["parameters"]
    return f"""---
license: apache-2.0
library_name: diffusers
pipeline_tag: text-to-image
tags: [text-to-image, stable-diffusion, diffusers, trained-from-scratch, synthetic]
---

# Vignette

Vignette is a small text-to-image latent diffusion model: {sizes["total"] / 1e6:.1f} million
parameters, 128 x 128 pixels, a picture in seconds on one processor core. It was trained from
nothing, on drawn landscapes, to show what the settings of diffusion models do. It knows one small
world and nothing else; it is not a model for making pictures of other things.

![Sixteen generated landscapes](contact-sheet.webp)

The contact sheet, row by row, with seeds 0 to {len(prompts) - 1}, not selected:

{listed}

## Use

```python
from diffusers import AutoPipelineForText2Image

pipe = AutoPipelineForText2Image.from_pretrained("generator/weights/vignette")
image = pipe(
    "a red house by a lake at sunset, pine trees",
    num_inference_steps={used["num_inference_steps"]},
    guidance_scale={used["guidance_scale"]},
).images[0]
```

Recommended: {used["num_inference_steps"]} steps, guidance scale {used["guidance_scale"]:g},
`{used["scheduler"]}` (in the folder), 128 x 128.
Image-to-image and negative prompts work through the usual diffusers classes.

## What it understands

Prompts are lower case and say up to six things, in any order; what is not said is left to chance.

{_grammar()}

Words it has not seen in training are accepted and say nothing to it.

## Data

{report["scenes"]:,} landscapes drawn by the programme in `dialed_generator.vignette` (`scenes`,
`drawing`): no photograph, no picture and no caption by anybody else. Every scene has six
attributes; its captions are written by a grammar (`captions`) that varies wording and order and
leaves attributes out.

## Recipe

- Autoencoder (`AutoencoderKL`, {sizes["vae"] / 1e6:.2f} million parameters): 128 px pictures to
  16 x 16 latents of 12 channels, tied in training to the coarse picture (block means and Haar
  details); the decoder trained further with the encoder fixed.
- Text encoder (`CLIPTextModel`, {sizes["text_encoder"] / 1e6:.2f} million parameters), its own
  byte-level vocabulary of {sizes["vocabulary"]} tokens, prompts of up to 32 tokens. It first
  learns to name a caption's attributes, then trains together with the denoiser.
- Denoiser (`UNet2DConditionModel`, {sizes["unet"] / 1e6:.2f} million parameters): v-prediction,
  scaled-linear betas from 0.00085 to 0.03, 10 % empty captions, AdamW, a constant learning rate
  with a linear decay over the last {report["decay_share"]:.0%}, an average of the weights,
  {report["samples_seen"]:,} samples in {report["steps_trained"]:,} steps.
- Compute: two CPU cores, shared with other work, {report["minutes"]["autoencoder"]:.0f} minutes for the autoencoder,
  {report["minutes"]["decoder"]:.0f} for the decoder alone, {report["minutes"]["denoiser"]:.0f} for
  the denoiser; bfloat16 arithmetic. Trained {report["trained"]}.

`python -m dialed_generator.vignette train` repeats all of it from nothing.

## Evaluation

{used["prompts"]} prompts that name all six attributes, drawn by a seed fixed before the training,
one picture each. A probe (a small convolutional network, `probe.safetensors`) reads the
attributes back. Intervals are 95 %. The last column is how well the probe itself reads drawn
scenes that it has not seen: the limit of the measurement.

Prompt adherence, the mean share of named attributes that are right:
**{_share(report["prompt_adherence"])}**.

| attribute | right in the pictures | probe on drawn scenes |
| --- | --- | --- |
{families}

The prompts are combinations of attributes that the training data hold too: the figures say
nothing about combinations or words the model has never seen. The probe judges what is there, not
how well it is drawn.

The autoencoder reaches {report["vae_psnr_db"]:.1f} dB (PSNR) on drawn scenes that it has not seen.
All figures are in `evaluation.json`.

## Limits

- It knows five subjects, four grounds, four times of day, five colours, three kinds of trees and
  three kinds of weather. Other words change nothing that can be foretold.
- One subject for each picture; no counting, no left and right, no two colours at once.
- Fine detail (stars, window frames, flowers) is soft, and edges are less crisp than in the drawn
  scenes.
- 128 x 128 pixels is its only trained size. What it shows about a setting holds for it; other
  models have other best values.

## Licence

Apache License 2.0, like the code of the repository. The training data are the programme's own drawings.
"""
