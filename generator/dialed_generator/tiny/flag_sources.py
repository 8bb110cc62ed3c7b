"""Where the flags of the real models were read: files of public repositories, each at a commit."""

from __future__ import annotations

from dialed_generator.tiny.tiny_model import Flag

_GITHUB = "https://github.com/"
FORGE = (
    f"{_GITHUB}lllyasviel/stable-diffusion-webui-forge/blob/"
    "dfdcbab685e57677014f05a3309b48cc87383167/backend/huggingface/"
)
"""Configuration files of the models' own repositories, copied whole into Forge."""

DIFFUSERS = f"{_GITHUB}huggingface/diffusers/blob/58eb52c0803ea9af3abec60841c2a093bdf1f951/"
"""diffusers 0.42.1: the scripts there turn a model's own files into its diffusers repository."""

TOOLKIT = f"{_GITHUB}ostris/ai-toolkit/blob/27a03a91f23eb1b757d5ec2e80ee3e129cfcc350/"
"""A trainer that carries the scheduler configuration of each model it trains."""

FLUX = f"{_GITHUB}black-forest-labs/flux/blob/802fb4713906133fcbd0d8dc5351620ca4773036/"
"""The reference code of FLUX.1."""


def flow_flags(url: str, **values: bool | float | str | None) -> tuple[Flag, ...]:
    """Flags of a scheduler that one file states."""
    return tuple(Flag(f"scheduler.{name}", value, url) for name, value in values.items())


FLUX_SHIFT: dict[str, bool | float | str | None] = {
    "shift": 3.0,
    "use_dynamic_shifting": True,
    "base_shift": 0.5,
    "max_shift": 1.15,
    "base_image_seq_len": 256,
    "max_image_seq_len": 4096,
}
"""Scheduler of FLUX.1 [dev] and of what was made from it; `FLUX_SHIFT_URL` states it."""

FLUX_SHIFT_URL = FORGE + "black-forest-labs/FLUX.1-dev/scheduler/scheduler_config.json"

COMFY = f"{_GITHUB}Comfy-Org/ComfyUI/blob/a125cd84b054a57729b5eecab930ca9408719832/"
"""ComfyUI, whose list of supported models states shifts."""

SDNEXT = f"{_GITHUB}vladmandic/sdnext/blob/058a7f0cf326f39c0135c6257d7b7e61073e51fd/"
"""SD.Next, which carries configuration files of some models."""
