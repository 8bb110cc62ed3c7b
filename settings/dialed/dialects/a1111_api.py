"""AUTOMATIC1111's web API: a flat body, with the program's own settings one level down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dialed.dialects import flat
from dialed.dialects.a1111 import control_networks, one_strength

if TYPE_CHECKING:
    from dialed.generation import ControlNet
    from dialed.record_registry import Registry
    from dialed.translation import Draft

SCRIPTS = "alwayson_scripts"
OVERRIDES = "override_settings"
STRENGTH = "denoising_strength"
_UNIT = {
    "controlnet_conditioning_scale": "weight",
    "control_guidance_start": "guidance_start",
    "control_guidance_end": "guidance_end",
}
"""Settings that stand inside a unit of the ControlNet extension, and their names there."""
PROGRAM = frozenset({
    "CLIP_stop_at_last_layers", "beta_dist_alpha", "beta_dist_beta", "emphasis", "eta_noise_seed_delta",
    "face_restoration_model", "img2img_extra_noise", "inpainting_mask_weight", "jpeg_quality",
    "randn_source", "rho", "samples_format", "sd_model_checkpoint", "sd_noise_schedule", "sd_vae",
    "sdxl_refiner_high_aesthetic_score", "sdxl_refiner_low_aesthetic_score", "sigma_max", "sigma_min",
    "skip_early_cond", "tiling_overlap", "token_merging_ratio", "token_merging_ratio_hr", "uni_pc_order",
})  # fmt: skip
"""Settings of the program (modules/shared_options.py), which a body sets under `OVERRIDES`."""


def flatten(payload: Mapping[str, Any], registry: Registry) -> Mapping[str, Any]:
    """Bring the program's settings up, and name the strength for what it is."""
    overrides = payload.get(OVERRIDES)
    found = {name: value for name, value in payload.items() if name != OVERRIDES}
    if isinstance(overrides, Mapping):
        found = {k: v for k, v in overrides.items() if isinstance(k, str)} | found
    elif overrides is not None:
        found[OVERRIDES] = overrides
    units = _units(found.get(SCRIPTS))
    if len(units) == 1:
        found |= {name: units[0][field] for name, field in _UNIT.items() if field in units[0]}
    if STRENGTH in found and _has_second_pass(found) and "hires_strength" in registry.settings:
        found["hires_strength"] = found.pop(STRENGTH)
    return found


def _units(scripts: object) -> list[Mapping[str, Any]]:
    """The units of the ControlNet extension among the scripts."""
    for name, script in scripts.items() if isinstance(scripts, Mapping) else ():
        arguments = script.get("args") if isinstance(script, Mapping) else None
        if str(name).casefold() == "controlnet" and isinstance(arguments, list):
            return [unit for unit in arguments if isinstance(unit, Mapping)]
    return []


def _has_second_pass(payload: Mapping[str, Any]) -> bool:
    """Whether the strength is the second pass's: text-to-image has no other."""
    if payload.get("init_images"):
        return False
    stated = payload.get("enable_hr")
    return bool(stated) if stated is not None else any(name.startswith("hr_") for name in payload)


def write(draft: Draft) -> tuple[dict[str, Any], str]:
    """Write ``draft`` as the body of a request."""
    if any(name.startswith("hires_") for name in draft.settings):
        one_strength(draft, STRENGTH)
    hires = draft.settings.pop("hires_strength", None)
    controls = control_networks(draft)
    payload, _ = flat.write(draft)
    if controls:
        payload[SCRIPTS] = {"controlnet": {"args": [_unit(control) for control in controls]}}
    if hires is not None:
        payload[STRENGTH] = hires
    if "enable_hr" not in payload and (
        hires is not None or any(n.startswith("hr_") for n in payload)
    ):
        payload["enable_hr"] = True
        draft.note("added", "hires_fix", "the second pass runs only where enable_hr asks for it")
    overrides = {name: payload.pop(name) for name in list(payload) if name in PROGRAM}
    if overrides:
        payload[OVERRIDES] = overrides
    return payload, ""


def _unit(control: ControlNet) -> dict[str, Any]:
    """One unit of the ControlNet extension (internal_controlnet/args.py there)."""
    stated = {
        "model": control.model,
        "module": control.preprocessor,
        "weight": control.weight,
        "guidance_start": control.start,
        "guidance_end": control.end,
    }
    return {name: value for name, value in stated.items() if value is not None}
