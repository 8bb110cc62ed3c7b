"""The probes: for each setting that changes the picture, two values and the context in which it must act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialed_generator.execution.probe_types import Probe

GUIDED: dict[str, Any] = {"guidance_scale": 5.0, "negative_prompt": "grey and blurred"}
"""Classifier-free guidance is on."""

LONG = {"prompt": "a red fox in the snow under tall dark trees at night " * 20}
"""A prompt of some 1,100 bytes: past the token limit of every tokenizer here, which count a byte as a token."""

_FREEU = {"freeu_b1": 1.2, "freeu_b2": 1.4, "freeu_s1": 0.9, "freeu_s2": 0.2}


def _without(settings: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in settings.items() if key != name}


_LISTED = (
    # What is drawn, and from which noise.
    Probe("prompt", ("a red fox in the snow", "two blue boats at night")),
    Probe("seed", (11, 12)),
    Probe("num_inference_steps", (10, 6)),
    Probe("width", (64, 128)),
    Probe("height", (64, 128)),
    Probe("strength", (0.5, 0.8)),
    # Guidance.
    Probe("guidance_scale", (3.0, 7.0), {"negative_prompt": "grey and blurred"}),
    Probe("negative_prompt", ("grey and blurred", "yellow"), {"guidance_scale": 5.0}),
    Probe("distilled_guidance_scale", (2.0, 5.0)),
    Probe("guidance_rescale", (0.0, 0.7), GUIDED),
    Probe("guidance_end", (1.0, 0.4), GUIDED),
    Probe("guidance_start", (0.0, 0.4), GUIDED),
    Probe("cfg_normalization", (False, True), GUIDED),
    Probe("image_guidance_scale", (1.2, 2.0), GUIDED),
    Probe("pag_scale", (1.0, 4.0)),
    Probe("pag_adaptive_scale", (0.0, 0.5), {"pag_scale": 3.0}),
    Probe("sag_scale", (0.25, 1.0)),
    Probe(
        "skip_layer_guidance_scale",
        (1.0, 4.0),
        GUIDED | {"skip_layer_guidance_stop": 0.8},
        arguments={"skip_guidance_layers": [0]},
    ),
    Probe(
        "skip_layer_guidance_start",
        (0.01, 0.5),
        GUIDED | {"skip_layer_guidance_stop": 0.8},
        arguments={"skip_guidance_layers": [0]},
    ),
    Probe(
        "skip_layer_guidance_stop",
        (0.2, 0.8),
        GUIDED,
        arguments={"skip_guidance_layers": [0]},
    ),
    # How the prompt is read.
    Probe("clip_skip", (3, 4)),
    Probe("max_sequence_length", (16, 64), LONG),
    # Further conditions.
    Probe("original_size", ((64, 64), (128, 128))),
    Probe("target_size", ((64, 64), (128, 128))),
    Probe("crops_coords_top_left", ((0, 0), (16, 16))),
    Probe("aesthetic_score", (6.0, 2.0)),
    Probe("negative_aesthetic_score", (2.5, 6.0), GUIDED),
    Probe("refiner_switch_step", (4, 7), {"num_inference_steps": 10, "strength": 0.9}),
    Probe("use_resolution_binning", (True, False)),
    Probe("noise_level", (20, 100)),
    Probe("inpaint_padding", (4, 16), output="pil"),
    # Control networks and adapters.
    Probe("controlnet_conditioning_scale", (1.0, 0.4)),
    Probe("control_guidance_start", (0.0, 0.4)),
    Probe("control_guidance_end", (1.0, 0.5)),
    Probe("control_mode", ("balanced", "control"), GUIDED),
    Probe("loras", ((), ("probe",))),
    Probe("lora_scale", (1.0, 0.4), {"loras": ("probe",)}),
    Probe("ip_adapter_scale", (1.0, 0.4)),
    *(
        Probe(name, (1.0, low), _without(_FREEU, name))
        for name, low in (
            ("freeu_b1", 1.3),
            ("freeu_b2", 1.4),
            ("freeu_s1", 0.5),
            ("freeu_s2", 0.5),
        )
    ),
    # Sampler and noise levels.
    Probe(
        "sampler",
        ("euler", "dpmpp_2m"),
        otherwise=(("euler", "heun"), ("ddim", "dpmpp_2m"), ("lcm", "tcd")),
    ),
    Probe("schedule", ("karras", "exponential"), {"sampler": "euler"}),
    Probe("eta", (0.0, 1.0), {"sampler": "ddim"}),
    Probe("s_churn", (0.0, 4.0), sampler="euler"),
    Probe("s_noise", (1.0, 1.1), {"s_churn": 4.0}, sampler="euler"),
    Probe("s_tmin", (0.0, 0.5), {"s_churn": 4.0}, sampler="euler"),
    Probe("s_tmax", (1e9, 0.5), {"s_churn": 4.0}, sampler="euler"),
    Probe("sigma_min", (0.05, 0.2), {"sampler": "euler", "schedule": "karras"}),
    Probe("sigma_max", (14.0, 10.0), {"sampler": "euler", "schedule": "karras"}),
    Probe("rho", (7.0, 5.0)),
    Probe("solver_order", (1, 2), sampler="dpmpp_2m"),
    Probe("prediction_type", ("epsilon", "v_prediction"), sampler="euler"),
    Probe("rescale_betas_zero_snr", (False, True), sampler="euler"),
    Probe(
        "timesteps",
        ([999, 700, 400, 100], [999, 600, 300, 50]),
        {"sampler": "euler"},
    ),
    Probe(
        "sigmas",
        ([14.0, 5.0, 1.5, 0.3, 0.0], [14.0, 4.0, 1.0, 0.2, 0.0]),
        {"sampler": "euler", "num_inference_steps": 4},
        flow_values=([1.0, 0.75, 0.5, 0.25], [1.0, 0.7, 0.4, 0.2]),
    ),
    Probe("shift", (3.0, 5.0), sampler="dpmpp_2m"),
    Probe("base_shift", (0.5, 0.8)),
    Probe("max_shift", (1.15, 1.5)),
    Probe("use_dynamic_shifting", (False, True)),
)

PROBES: Mapping[str, Probe] = {probe.setting: probe for probe in _LISTED}
"""Every probe by the setting that it is about."""

EXEMPT: Mapping[str, str] = {
    "num_images": "counts the pictures and does not change the first",
    "model": "is the weights themselves",
    "vae": "turns finished latents into a picture, after what is compared here",
}
"""Settings with a name in diffusers that no probe asks about, with the reason."""
