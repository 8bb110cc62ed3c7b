"""The model card of the published folder, and the tables that it shares with the site's page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialed_generator.vignette.scenes import FAMILIES

WORDS: dict[str, str] = {
    "time_of_day": "at dawn, at noon, at sunset, at night",
    "ground": "by a lake, in a meadow, in the desert, in the snow (on a lake for the sailboat; "
    "over a lake, over a meadow ... for the balloon)",
    "subject": "house, castle, lighthouse, sailboat (on a lake only), hot air balloon, windmill",
    "colour": "red, yellow, blue, purple, white",
    "trees": "pine trees, autumn trees (or: in autumn), cherry trees (or: in spring), no trees",
    "weather": "clear sky, cloudy sky, fog",
    "count": "a house, two houses, three houses",
    "position": "on the left, in the centre, on the right (for one subject)",
    "style": "flat colours, watercolour, line drawing, pixel art",
}
"""Family -> what a prompt says for it."""


def share(entry: Mapping[str, float]) -> str:
    """Write a share and its interval as per cent."""
    return f"{entry['value']:.1%} ({entry['low']:.1%} to {entry['high']:.1%})"


def words_table() -> str:
    """Return the table of words that the model understands."""
    rows = [f"| {family.replace('_', ' ')} | {WORDS[family]} |" for family in FAMILIES]
    return "\n".join(["| attribute | words |", "| --- | --- |", *rows])


def families_table(report: Mapping[str, Any]) -> str:
    """Return how often each attribute is right, and how well the probe reads drawn scenes."""
    known = report["probe_accuracy_by_family"]
    rows = [
        f"| {family.replace('_', ' ')} | {share(report[family])} | {known[family]:.1%} |"
        for family in FAMILIES
    ]
    head = ["| attribute | right in the pictures | probe on drawn scenes |", "| --- | --- | --- |"]
    return "\n".join([*head, *rows])


def distances_text(report: Mapping[str, Any]) -> str:
    """Return the paragraphs about closeness to drawn scenes, diversity and copies."""
    far, varied, near = report["frechet"], report["diversity"], report["nearest_training_scene"]
    return f"""- **Frechet distance** in the probe's feature space, {far["pictures"]} generated pictures against as
  many drawn scenes of the same attributes: **{far["value"]:.2f}**. Two sets of drawn scenes differ by
  {far["floor"]:.2f}: that is the floor. The figure compares with nothing but itself.
- **Diversity**: pictures of one prompt with {varied["seeds"]} seeds differ {varied["value"]:.2f} times as
  much as scenes drawn with the same attributes ({varied["prompts"]} prompts).
- **No copies**: the nearest of {near["training_scenes"]:,} training scenes differs from a generated
  picture by {near["value"]:.3f} in the median and {near["smallest"]:.3f} at the least (root mean square at
  32 x 32, 0 to 1); from a scene that was never trained on by {near["fresh_median"]:.3f} and
  {near["fresh_smallest"]:.3f}."""


def model_card(report: dict[str, Any], prompts: tuple[str, ...]) -> str:
    """Write the model card.

    Args:
        report: The content of ``evaluation.json``.
        prompts: Prompts of the contact sheet, row by row.

    Returns:
        Markdown with the metadata block that model hubs read.
    """
    used, sizes, training = report["settings"], report["parameters"], report["training"]
    minutes = training["minutes"]
    listed = "\n".join(f"{number}. {prompt}" for number, prompt in enumerate(prompts, 1))
    styles = ", ".join(f"{k} {v:.1f}" for k, v in report["vae_psnr_by_style"].items())
    return f"""---
license: apache-2.0
library_name: diffusers
pipeline_tag: text-to-image
tags: [text-to-image, stable-diffusion, diffusers, trained-from-scratch, synthetic]
---

# Vignette

Vignette is a small text-to-image latent diffusion model: {sizes["total"] / 1e6:.1f} million
parameters, 128 x 128 pixels, a picture in seconds on one processor core. It was trained on drawn
landscapes and nothing else, to show what the settings of diffusion models do. It knows one small
world; it is not a model for making pictures of other things.

![{len(prompts)} generated landscapes](contact-sheet.webp)

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
`{used["scheduler"]}` (in the folder), 128 x 128. Image-to-image and negative prompts work through the
usual diffusers classes. So does inpainting after one line: diffusers 0.42.1 accepts denoisers that
say they have four or nine input channels, and latents here have twelve.

```python
pipe = AutoPipelineForInpainting.from_pretrained("generator/weights/vignette")
pipe.unet.register_to_config(in_channels=4)
```

## What it understands

Prompts are lower case and say up to nine things, in any order. What is not said is left to chance,
except for the last three: a prompt without them gets one subject, in the middle, in flat colours.

{words_table()}

Words it has not seen in training are accepted and say nothing to it.

## Data

{training["scenes"]:,} landscapes drawn by the programme in `dialed_generator.vignette` (`scenes`, `drawing`,
`styles`): no photograph, no picture and no caption by anybody else. Every scene has nine
attributes; its captions are written by a grammar (`captions`) that varies wording and order and
leaves attributes out. Two times {training["format_scenes"]:,} more scenes are 160 x 96 and 96 x 160 pixels: one
batch in eight. The autoencoder alone also saw {training["extras"]:,} scenes in three further styles
(blueprint, neon, sepia), so that adapters can draw them.

## Recipe

- Autoencoder (`AutoencoderKL`, {sizes["vae"] / 1e6:.2f} million parameters): 128 px pictures to
  16 x 16 latents of 12 channels, tied in training to the coarse picture (block means and Haar
  details); the decoder trained further with the encoder fixed.
- Text encoder (`CLIPTextModel`, {sizes["text_encoder"] / 1e6:.2f} million parameters), its own
  byte-level vocabulary of {sizes["vocabulary"]} tokens, prompts of up to 32 tokens. It first
  learns to name a caption's attributes, then trains together with the denoiser.
- Denoiser (`UNet2DConditionModel`, {sizes["unet"] / 1e6:.2f} million parameters): v-prediction,
  scaled-linear betas from 0.00085 to 0.03, 10 % empty captions, AdamW, a constant learning rate
  with a linear decay over the last {training["decay_share"]:.0%}, an average of the weights,
  {report["samples_seen"]:,} samples in all.
{_history(report)}
- Compute of this run: one CPU core for the denoiser, shared with other work,
  {minutes["autoencoder"]:.0f} minutes for the autoencoder, {minutes["decoder"]:.0f} for the decoder alone,
  {minutes["denoiser"]:.0f} for the denoiser; bfloat16 arithmetic. Trained {training["trained"]}.

`make vignette` trains a model of this recipe from nothing.

## Evaluation

{used["prompts"]} prompts drawn evenly over all attributes by a seed fixed before the training, one
picture each. A probe (a small convolutional network, `probe.safetensors`) reads the attributes
back. Intervals are 95 %. The last column is how well the probe itself reads drawn scenes that it
has not seen: the limit of the measurement.

Prompt adherence, the mean share of named attributes that are right:
**{share(report["prompt_adherence"])}**.

{families_table(report)}

The prompts are combinations of attributes that the training data may hold too: the figures say
little about words the model has never seen. The probe judges what is there, not how well it is
drawn.

{distances_text(report)}
- **Autoencoder**: {report["vae_psnr_db"]:.1f} dB (PSNR) on drawn scenes that it has not seen; by style:
  {styles}.

All figures are in `evaluation.json`; `make vignette-eval` measures them again.

## Limits

- It knows six subjects, four grounds, four times of day, five colours, three kinds of trees, three
  kinds of weather and four styles. Other words change nothing that can be foretold.
- One kind of subject for each picture, up to three of it; no two colours at once.
- Fine detail (stars, window frames, thin ink lines) is softer than in the drawn scenes.
- It is trained at 128 x 128 pixels, and a little at 160 x 96 and 96 x 160; other sizes are foreign to
  it. What it shows about a setting holds for it; other models have other best values.
- The goal for the autoencoder was 34 dB. Its latents hold a sixteenth of the numbers of a picture, and
  thin ink lines cost most; more latent channels or a longer training would be the next things to try.

## Licence

Apache License 2.0, like the code of the repository. The training data are the programme's own drawings.
"""


def _history(report: Mapping[str, Any]) -> str:
    before = report["training"].get("before")
    if not before:
        return "- Trained from nothing."
    return f"""- Trained on from the version before, which had seen {before["samples_seen"]:,} samples of a smaller
  world ({before["scenes"]:,} scenes: no windmill, one subject in the middle, flat colours); words it did
  not know got embeddings of their own first."""
