"""Settings that diffusers' pipelines and schedulers do not take as arguments: the renderer applies them itself.

Each group names the module of `dialed_generator.rendering` that does it. Planning asks here what a
pipeline is not to be given, and batching what a batch must share; nothing here knows torch.
"""

from collections.abc import Mapping

from dialed_generator.job import Scalar, Task

WEIGHED = frozenset({"lora_scale", "ip_adapter_scale"})
"""Strengths of adapters: `loading`."""

GUIDED = frozenset({"guidance_start", "guidance_end", "s_min_uncond"})
"""In which steps guidance acts: `guidance_steps`."""

CHURNED = frozenset({"s_churn", "s_tmin", "s_tmax", "s_noise"})
"""Noise thrown back in before a step: `churning`."""

SPACED = frozenset({"rho", "beta_alpha", "beta_beta"})
"""Constants of the schedules' formulas: `spacing`."""

NOISED = frozenset({"variation_seed", "variation_strength", "ensd", "rng_source"})
"""Which noise a run begins with, and which it goes on with: `starting_noise`."""

ADDED = frozenset({"extra_noise", "initial_noise_multiplier"})
"""Noise on the picture that image-to-image begins with: `added_noise`."""

FREEU = frozenset({"freeu_b1", "freeu_b2", "freeu_s1", "freeu_s2"})
"""Factors inside the U-Net's decoder: `freeu`."""

MASKED = frozenset(
    {
        "mask_blur",
        "mask_grow",
        "mask_invert",
        "masked_content",
        "inpaint_only_masked",
        "inpaint_padding",
    }
)
"""The mask and what stands under it: `masks` and `inpainting`."""

SECOND_PASS = frozenset(
    {"hires_fix", "hires_scale", "hires_strength", "hires_steps", "hires_upscaler", "hires_prompt"}
)
"""A second, larger pass: `second_pass`."""

FITTED = frozenset({"resize_mode"})
"""How a picture of another shape is brought to size: `fitting`."""

PADDED = frozenset({"tiling"})
"""Convolutions that go round the edge: `tiling`."""

DECODED = frozenset({"vae_tile_size", "vae_tile_overlap"})
"""Decoding in tiles: `tiled_decoding`."""

WRITTEN = frozenset({"output_format", "output_quality"})
"""The file that a picture went through before it is shown: `compression`."""

WEIGHTED = frozenset({"emphasis"})
"""Weights of words in brackets: `emphasis`."""

PERTURBED = frozenset({"pag_scale", "pag_adaptive_scale", "sag_scale"})
"""Guidance by the model's own attention: arguments of pipelines of their own."""

OWN_SETTINGS = (
    WEIGHED
    | GUIDED
    | CHURNED
    | SPACED
    | NOISED
    | ADDED
    | FREEU
    | MASKED
    | SECOND_PASS
    | FITTED
    | PADDED
    | DECODED
    | WRITTEN
    | WEIGHTED
    | PERTURBED
)
"""All of them. A job holds them among its settings alone."""


def own_settings(settings: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """Those of ``settings`` that the renderer applies itself."""
    return {name: value for name, value in settings.items() if name in OWN_SETTINGS}


def pipeline_class(plain: str, task: Task, settings: Mapping[str, Scalar]) -> str:
    """The diffusers class that serves a job whose plain pipeline is ``plain``.

    Guidance by attention lives in classes of its own over the same weights.
    """
    if plain == "StableDiffusionPipeline":
        if "pag_scale" in settings:
            return "StableDiffusionPAGPipeline"
        if "sag_scale" in settings:
            return "StableDiffusionSAGPipeline"
    if task == "inpainting":
        return plain.replace("Img2Img", "Inpaint")
    return plain


def call_arguments(settings: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """Own settings that the class of `pipeline_class` takes in its call, under the names it has for them."""
    call = {name: settings[name] for name in sorted(PERTURBED) if name in settings}
    if "resize_mode" in settings:  # image-to-image takes its size from its picture
        call |= {name: settings[name] for name in ("width", "height")}
    if settings.get("inpaint_only_masked"):
        call["padding_mask_crop"] = int(settings.get("inpaint_padding", 0))
    return call


def alone(call: Mapping[str, Scalar]) -> bool:
    """Whether the picture must be drawn by itself: diffusers cuts one picture out at a time."""
    return "padding_mask_crop" in call
