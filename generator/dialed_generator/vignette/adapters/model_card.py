"""The model cards of the adapters."""

from __future__ import annotations

from typing import Any

_HEAD = """---
license: apache-2.0
library_name: diffusers
base_model: vignette
tags: [{tags}, diffusers, trained-from-scratch, synthetic]
---
"""


def _trained(report: dict[str, Any]) -> str:
    return (
        f"{report['samples_seen']:,} samples in {report['steps_trained']:,} steps, "
        f"{report['minutes']:.1f} minutes on one CPU core, bfloat16 arithmetic. "
        f"Trained {report['trained']}."
    )


def _table(curve: dict[str, dict[str, float]], first: str, columns: dict[str, str]) -> str:
    rows = [f"| {first} | {' | '.join(columns.values())} |", "| --- |" + " --- |" * len(columns)]
    for value, found in curve.items():
        told = [
            f"{found[key]:.1%}" if key != "distance_to_style" else f"{found[key]:.2f}"
            for key in columns
        ]
        rows.append(f"| {value} | {' | '.join(told)} |")
    return "\n".join(rows)


_END = """
Intervals and all figures are in `evaluation.json`.

## Licence

Apache License 2.0, like the code of the repository. The training data are the programme's own drawings.
"""


def style_card(style: str, report: dict[str, Any], prompts: list[str]) -> str:
    """Write the card of a style LoRA from its ``evaluation.json``."""
    folder, distance = f"vignette-style-{style}", report["distance_to_style"]
    listed = "; ".join(prompts)
    table = _table(
        report["curves"]["lora_scale"],
        "weight",
        {"prompt_adherence": "prompt adherence", "distance_to_style": "distance to drawn scenes"},
    )
    return f"""{_HEAD.format(tags="lora")}
# Vignette style: {style}

A LoRA (rank {report["rank"]}, {report["bytes"] / 1e6:.2f} MB) that lets Vignette draw in a style it has never seen: {style}.
No word in the prompt calls it; its weight does.

![The same prompts at weights 0, 0.5 and 1](contact-sheet.webp)

Rows: weight 0, 0.5, 1. Columns: {listed}. Seeds 0 to {len(prompts) - 1}, not selected.

## Use

```python
from diffusers import AutoPipelineForText2Image

pipe = AutoPipelineForText2Image.from_pretrained("generator/weights/vignette")
pipe.load_lora_weights("generator/weights/{folder}", adapter_name="{style}")
pipe.set_adapters(["{style}"], [0.8])
image = pipe("{prompts[0]}", num_inference_steps=25, guidance_scale=4.0).images[0]
```

LoRAs need the package `peft`.

## Data and recipe

{report["scenes"]:,} scenes drawn in this style, with captions that name no style. The base model is frozen; the LoRA
sits on the convolutions and attention of its UNet. {_trained(report)}
`python -m dialed_generator.vignette adapters train` repeats it.

## Evaluation

{report["prompts"]["count"]} prompts of Vignette's evaluation without the style word. Distance: Frechet distance to drawn scenes of the
style in the space of Vignette's probe; two sets of drawn scenes lie {distance["floor"]:.2f} apart. The probe was trained on
other styles, so adherence falls partly because it reads this one less well.

{table}
{_END}"""


def control_card(report: dict[str, Any], prompts: list[str]) -> str:
    """Write the card of the ControlNet from its ``evaluation.json``."""
    table = _table(
        report["curves"]["controlnet_conditioning_scale"],
        "conditioning scale",
        {
            "outlines_found": "outlines found",
            "outlines_by_chance": "by chance",
            "prompt_adherence": "prompt adherence",
        },
    )
    listed = "; ".join(prompts)
    return f"""{_HEAD.format(tags="controlnet")}
# Vignette ControlNet: outlines

A ControlNet ({report["parameters"] / 1e6:.2f} million parameters) for Vignette: a picture of white outlines on black says
where things stand, the prompt says what they are and in which light.

![Outlines, and pictures at conditioning scales 0, 0.5 and 1](contact-sheet.webp)

Rows: the outlines; conditioning scale 0, 0.5, 1. Columns: {listed}. Seeds 0 to {len(prompts) - 1}, not selected.

## Use

```python
from diffusers import ControlNetModel, StableDiffusionControlNetPipeline

folder = "generator/weights/vignette-controlnet"
network = ControlNetModel.from_pretrained(folder, subfolder="controlnet")
pipe = StableDiffusionControlNetPipeline.from_pretrained(
    "generator/weights/vignette", controlnet=network
)
prompt = "{prompts[0]}"
image = pipe(prompt, image=outlines, num_inference_steps=25, guidance_scale=4.0).images[0]
```

`outlines` is a 128 x 128 picture; `dialed_generator.vignette.drawing.edge_map(scene)` draws one.

## Data and recipe

The outlines of {report["scenes"]:,} drawn scenes with their captions, half of them left empty. The network starts as
a copy of the base's encoder; the base is frozen. {_trained(report)}
`python -m dialed_generator.vignette adapters train` repeats it.

## Evaluation

{report["prompts"]["count"]} prompts of Vignette's evaluation, each with the outlines of a fresh scene that fits it. "Outlines found":
share of the asked outline pixels with an outline of the picture within two pixels; by chance: against another
scene's outlines; in the drawn scenes themselves {report["outlines_found_in_drawn_scenes"]:.1%}.

{table}

## Limits

After {report["samples_seen"]:,} samples it brings things to where the outlines are; it does not trace every line. That would
take several times the training. Scales above 1 cost detail. It knows the outlines of Vignette's world only.
{_END}"""
