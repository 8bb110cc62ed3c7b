"""The model card of the distilled model."""

from __future__ import annotations

from typing import Any

from dialed_generator.vignette.flow.model_card import families_table, interval


def model_card(report: dict[str, Any], prompts: list[str]) -> str:
    """Write the model card from ``evaluation.json``.

    Args:
        report: The content of ``evaluation.json``.
        prompts: Prompts of the contact sheet, one for each column.
    """
    steps = report["curves"]["num_inference_steps"]
    scales = report["curves"]["guidance_scale"]
    head, rule = " | ".join(steps), " --- |" * len(steps)
    told = " | ".join(f"{found['value']:.1%}" for found in steps.values())
    guided = ", ".join(f"{scale}: {found['value']:.1%}" for scale, found in scales.items())
    listed = "; ".join(prompts)
    return f"""---
license: apache-2.0
library_name: diffusers
base_model: vignette
pipeline_tag: text-to-image
tags: [lora, lcm, distillation, diffusers, trained-from-scratch, synthetic]
---

# Vignette Turbo

A LoRA (rank {report["rank"]}, {report["bytes"] / 1e6:.2f} MB) that lets Vignette draw in one to four steps instead of
{report["base_steps"]}, without classifier-free guidance: a guidance scale of {report["teacher_guidance"]:g} is distilled into it. It shows how
distilled models differ: more steps bring little, and guidance above 1 is applied twice.

![One, two, four and eight steps](contact-sheet.webp)

Rows: 1, 2, 4 and 8 steps. Columns: {listed}. Seeds 0 to {len(prompts) - 1}, not selected.

## Use

```python
from diffusers import AutoPipelineForText2Image, LCMScheduler

pipe = AutoPipelineForText2Image.from_pretrained("generator/weights/vignette")
pipe.load_lora_weights("generator/weights/vignette-turbo")
pipe.scheduler = LCMScheduler.from_pretrained("generator/weights/vignette-turbo", subfolder="scheduler")
image = pipe(
    "a red house by a lake at sunset, pine trees", num_inference_steps=4, guidance_scale=1.0
).images[0]
```

LoRAs need the package `peft`.

## Data and recipe

Latent consistency distillation (arXiv 2310.04378, 2311.05556) on the {report["scenes"]:,} encoded scenes of the base model: the
teacher walks {report["hop"]} of the 1,000 timesteps in {report["stride"]} guided DDIM steps, and the student must say the same picture
before and after. The base is frozen; the LoRA sits on the convolutions and attention of its UNet.
{report["samples_seen"]:,} samples in {report["steps_trained"]:,} steps, {report["minutes"]:.1f} minutes on one CPU core, bfloat16 arithmetic. Trained {report["trained"]}.
`python -m dialed_generator.vignette turbo train` repeats it.

## Evaluation

The {report["prompts"]["count"]} prompts of Vignette's own evaluation, one picture each, {report["settings"]["num_inference_steps"]} steps, read by Vignette's probe.
Prompt adherence **{interval(report["prompt_adherence"])}**, which is {report["share_of_base"]:.1%} of the base model's
{report["base_prompt_adherence"]:.1%} at {report["base_steps"]} steps.

{families_table(report)}

Adherence by steps, over the first {report["curves"]["prompts"]} of the prompts:

| {head} |
|{rule}
| {told} |

By guidance scale at {report["settings"]["num_inference_steps"]} steps: {guided}. All figures are in `evaluation.json`.

## Limits

It inherits what the base model cannot do. One step gives soft shapes. Other schedulers than LCM take
it for a common model and need more steps.

## Licence

Apache License 2.0, like the code of the repository. The training data are the programme's own drawings.
"""
