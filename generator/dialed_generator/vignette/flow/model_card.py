"""The model card of the flow model's published folder."""

from __future__ import annotations

from typing import Any

from dialed_generator.vignette.scenes import FAMILIES

_CURVES = {
    "num_inference_steps": "steps",
    "distilled_guidance_scale": "embedded guidance (`guidance_scale`)",
    "guidance_scale": "classifier-free guidance (`true_cfg_scale`), embedded guidance 1",
    "max_sequence_length": "`max_sequence_length`",
    "shift": "fixed `shift`",
}


def interval(entry: dict[str, float]) -> str:
    """Return a share with its 95 % interval, for a table."""
    return f"{entry['value']:.1%} ({entry['low']:.1%} to {entry['high']:.1%})"


def families_table(report: dict[str, Any]) -> str:
    """Return the table of adherence by attribute."""
    rows = [
        f"| {family.replace('_', ' ')} | {interval(report[family])} |"
        for family in FAMILIES
        if family in report
    ]
    return "\n".join(["| attribute | right in the pictures |", "| --- | --- |", *rows])


def _curves(report: dict[str, Any]) -> str:
    lines = []
    for name, title in _CURVES.items():
        points = report["curves"][name]
        told = ", ".join(f"{value}: {found['value']:.0%}" for value, found in points.items())
        at = f" at {report['curves']['shift_steps']} steps" if name == "shift" else ""
        lines.append(f"- {title}{at}: {told}")
    return "\n".join(lines)


def model_card(report: dict[str, Any], prompts: tuple[str, ...]) -> str:
    """Write the model card.

    Args:
        report: The content of ``evaluation.json``.
        prompts: Prompts of the contact sheet, row by row.

    Returns:
        Markdown with the metadata block that model hubs read.
    """
    used, sizes = report["settings"], report["parameters"]
    listed = "\n".join(f"{number}. {prompt}" for number, prompt in enumerate(prompts, 1))
    return f"""---
license: apache-2.0
library_name: diffusers
pipeline_tag: text-to-image
tags: [text-to-image, flux, rectified-flow, diffusers, trained-from-scratch, synthetic]
---

# Vignette Flow

Vignette Flow is a rectified-flow transformer of {sizes["transformer"] / 1e6:.1f} million parameters in
diffusers' own `FluxPipeline`: two text encoders, latents packed two by two into {report["image_tokens"]} tokens,
guidance as an input of the network, noise levels shifted by the size of the picture. It knows the
same small world of drawn landscapes as its sibling Vignette and nothing else, and it is there to
show what the settings of flow models do.

![Generated landscapes](contact-sheet.webp)

The contact sheet, row by row, with seeds 0 to {len(prompts) - 1}, not selected:

{listed}

## Use

```python
from diffusers import FluxPipeline

pipe = FluxPipeline.from_pretrained("generator/weights/vignette-flow")
image = pipe(
    "a red house by a lake at sunset, pine trees",
    width=128,
    height=128,
    num_inference_steps={used["num_inference_steps"]},
    guidance_scale={used["guidance_scale"]:g},
    max_sequence_length={used["max_sequence_length"]},
).images[0]
```

Say the size: the Flux pipeline takes 1024 x 1024 for granted, which is far from the 128 x 128 that this
model was trained at.

- `guidance_scale` is the embedded guidance, 1 to 8. `true_cfg_scale` above 1 together with a
  `negative_prompt` (an empty one will do) switches classifier-free guidance on; then set
  `guidance_scale=1`, or both add up.
- T5 reads `max_sequence_length` tokens, CLIP the first 16 (start and end included). What a limit cuts
  off a long prompt is lost.
- The scheduler interpolates the shift between 64 x 64 and 128 x 128 pixels (`base_shift`,
  `max_shift`); for a fixed one use
  `FlowMatchEulerDiscreteScheduler.from_config(pipe.scheduler.config, use_dynamic_shifting=False, shift=3.0)`.

## Data

The {report["scenes"]:,} drawn landscapes and the caption grammar of Vignette (see its card), at 128 x 128 pixels,
through Vignette's autoencoder, of which this folder holds a copy.

## Recipe

- Text: a CLIP text model ({sizes["text_encoder"] / 1e6:.2f} million parameters) for the pooled vector, a T5 encoder
  ({sizes["text_encoder_2"] / 1e6:.2f} million) for the tokens. Both first learn to name a caption's attributes, then train along.
- First {1 - report["distilled_share"]:.0%} of the time: velocity from noise to picture along straight lines, times leaning to
  the noisy side, 10 % empty captions, text padded to lengths from 16 to 512 because the pipeline
  hands over no mask. Muon for the matrices of the blocks, AdamW for the rest.
- Last {report["distilled_share"]:.0%}: guidance distillation. The averaged model, guided by itself with scales from 1 to 8,
  is the teacher of the guidance input (Meng et al., arXiv 2210.03142).
- {report["samples_seen"]:,} samples in {report["steps_trained"]:,} steps, {report["minutes"]:.0f} minutes on one shared CPU core, bfloat16 arithmetic. Trained {report["trained"]}.

`python -m dialed_generator.vignette flow train` repeats it.

## Evaluation

{report["prompts"]["count"]} prompts that name every attribute, drawn by a seed fixed before the training, one picture
each; Vignette's probe reads the attributes back. Intervals are 95 %.

Prompt adherence, the mean share of named attributes that are right:
**{interval(report["prompt_adherence"])}**.

{families_table(report)}

Along single settings, the first {report["curves"]["prompts"]} of the same prompts, all else as recommended:

{_curves(report)}

The autoencoder reaches {report["vae_psnr_db"]:.1f} dB (PSNR) on drawn scenes that it has not seen. All figures are in
`evaluation.json`.

## Limits

- It has seen {report["samples_seen"]:,} samples; pictures are softer than the base model's where it has not learnt enough.
- It knows the attributes of the table above and nothing else; other words change nothing that can be foretold.
- What it shows about a setting holds for it. FLUX.1 has 12 billion parameters and other best values.

## Licence

Apache License 2.0, like the code of the repository. The training data are the programme's own drawings.
"""
