"""Infotext read: LoRAs and control networks, in all the ways that the tools write them."""

import pytest
from infotext_lines import read

from dialed.generation import ControlNet, Lora

LORAS = [
    ("<lora:detail:0.8>", "", [Lora("detail", 0.8)]),
    ("<lora:detail>", "", [Lora("detail")]),
    ("<lora:a:0.5><lyco:b:1>", "", [Lora("a", 0.5), Lora("b", 1.0)]),
    # Text encoder first, denoiser second (extra_networks_lora.py); by name in any order.
    ("<lora:a:0.5:0.7>", "", [Lora("a", 0.7, 0.5)]),
    ("<lora:a:te=0.5:unet=0.7>", "", [Lora("a", 0.7, 0.5)]),
    ("<lora:a:0.5:lbw=OUTALL>", "", [Lora("a", 0.5)]),
    ("<lora:a:-0.5>", "", [Lora("a", -0.5)]),
    ("<lora:a:much>", "", [Lora("a")]),
    ("<lora:folder/a name:1>", "", [Lora("folder/a name", 1.0)]),
    ("<hypernet:h:1> <notatag:x:1> < lora:x:1>", "", []),
    ("<lora:a:1>", 'Lora hashes: "a: 7c6b"', [Lora("a", 1.0, hash="7c6b")]),
    ("<lora:A_b:1>", 'Lora hashes: "a b: 7c6b"', [Lora("A_b", 1.0, hash="7c6b")]),
    ("x", 'Lora hashes: "gone: 7c6b"', [Lora("gone", hash="7c6b")]),
    ("<lora:a:1>", 'Hashes: {"lora:a": "12", "model": "34"}', [Lora("a", 1.0, hash="12")]),
    (
        "x",
        (
            "AddNet Enabled: True, AddNet Module 1: LoRA, AddNet Model 1: koda(385432eaba02), AddNet Weight A 1: 0.9, "
            "AddNet Weight B 1: 0.5"
        ),
        [Lora("koda", 0.9, 0.5, "385432eaba02")],
    ),
    (
        "x",
        (
            'Civitai resources: [{"type":"checkpoint","modelVersionId":1,"modelName":"M"},'
            '{"type":"lora","weight":0.75,"modelVersionId":2,"modelName":"Two, three","modelVersionName":"v1"}]'
        ),
        [Lora("Two, three", 0.75)],
    ),
]


@pytest.mark.parametrize(("prompt", "pairs", "loras"), LORAS)
def test_adapters(prompt, pairs, loras):
    found = read(pairs, prompt)
    assert list(found.loras) == loras
    assert found.settings["prompt"] == prompt


CONTROLS = [
    (
        (
            'ControlNet 0: "preprocessor: canny, model: control_v11p_sd15_canny [d14c016b], weight: 0.8, '
            "starting/ending: (0.1, 0.9), resize mode: Crop and Resize, pixel perfect: True, control mode: Balanced, "
            'preprocessor params: (512, 100, 200)"'
        ),
        [
            ControlNet(
                "control_v11p_sd15_canny [d14c016b]",
                0.8,
                0.1,
                0.9,
                "canny",
                {
                    "resize mode": "Crop and Resize",
                    "pixel perfect": "True",
                    "control mode": "Balanced",
                    "preprocessor params": "(512, 100, 200)",
                },
            )
        ],
    ),
    (
        (
            'ControlNet 0: "Module: tile_resample, Model: tile [a371b31b], Weight: 1.0, Guidance Start: 0.0, '
            'Guidance End: 1.0", ControlNet 1: "Module: none, Model: depth, Weight: 0.5"'
        ),
        [
            ControlNet("tile [a371b31b]", 1.0, 0.0, 1.0, "tile_resample"),
            ControlNet("depth", 0.5, preprocessor="none"),
        ],
    ),
    (
        (
            "ControlNet Enabled: True, ControlNet Module: openpose, ControlNet Model: pose [fef5e48e], "
            "ControlNet Weight: 1, ControlNet Guidance Start: 0, ControlNet Guidance End: 0.5"
        ),
        [ControlNet("pose [fef5e48e]", 1.0, 0.0, 0.5, "openpose")],
    ),
    (
        "ControlNet-0 Enabled: True, ControlNet-0 Model: one, ControlNet-1 Enabled: False, ControlNet-1 Model: two",
        [ControlNet("one")],
    ),
    ('ControlNet 0: "weight: heavy"', [ControlNet(extras={"weight": "heavy"})]),
]


@pytest.mark.parametrize(("pairs", "controls"), CONTROLS)
def test_control_networks_in_all_three_ways_of_writing(pairs, controls):
    found = read(f"{pairs}, Model: checkpoint")
    assert list(found.controlnets) == controls
    assert found.settings["model"] == "checkpoint"  # and never the control network's
