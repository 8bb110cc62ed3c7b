"""Few-step members of Stable Diffusion and SDXL at tiny size: the base's UNet under the scheduler that their cards ask for.

Most are low-rank adapters, which change numbers and no flag; so the network here is the base's, and the scheduler theirs.
"""

from __future__ import annotations

from typing import Any

from dialed_generator.tiny.conditional_unet import DIFFUSERS
from dialed_generator.tiny.tiny_model import Flag, TinyModel
from dialed_generator.tiny.unet_sd1 import SD15_FLAGS, sd1_pipeline, text_call
from dialed_generator.tiny.unet_sdxl import BASE_FLAGS, sdxl_pipeline

_TURBO = (
    "https://huggingface.co/stabilityai/sd-turbo/blob/"
    "b335f733db09ff60444334351a3bbf6ab4b64332/scheduler/scheduler_config.json"
)
_SD21_BASE = (
    "https://github.com/jack-op11/stable-diffusion-2-1-base/blob/"
    "88bb1a46821197d1ac0cb54d1d09fb6e70b171bc/scheduler/scheduler_config.json"
)
_LIGHTNING = "https://huggingface.co/ByteDance/SDXL-Lightning/blob/main/README.md"
_HYPER = "https://huggingface.co/ByteDance/Hyper-SD/blob/main/README.md"
_VPRED = "https://huggingface.co/Laxhar/noobai-XL-Vpred-1.0"
_KOALA = "https://github.com/youngwanLEE/sdxl-koala/blob/a3f7bc357c19e6ee80a6bc2383262e3b75e17c6a/README.md"
_TCD = "https://github.com/jabir-zheng/TCD/blob/847b2a266cde1537acb96587e6cc101f7a42db75/README.md"
_LCM = f"{DIFFUSERS}/docs/source/en/api/pipelines/latent_consistency_models.md"


def _with_scheduler(base: str, scheduler: str, **arguments: Any) -> Any:
    """The base's pipeline with a scheduler made from its own configuration, as the cards do it."""
    import diffusers

    pipeline = sdxl_pipeline(base) if "XL" in base else sd1_pipeline(base)
    made = getattr(diffusers, scheduler).from_config(dict(pipeline.scheduler.config), **arguments)
    pipeline.register_modules(scheduler=made)
    return pipeline


def _member(
    identifier: str, scheduler: str, url: str, *, xl: bool = True, **arguments: Any
) -> TinyModel:
    name = "StableDiffusionXLPipeline" if xl else "StableDiffusionPipeline"
    shared = [flag for flag in (BASE_FLAGS if xl else SD15_FLAGS) if flag.name.startswith("unet.")]
    own = [Flag(f"scheduler.{key}", value, url) for key, value in arguments.items()]
    return TinyModel(
        id=identifier,
        stands_for=(identifier,),
        task="text-to-image",
        pipeline=name,
        build=lambda: _with_scheduler(name, scheduler, **arguments),
        call=text_call,
        flags=(*shared, Flag("scheduler._class_name", scheduler, url), *own),
    )


MODELS = (
    _member("sd21-base", "PNDMScheduler", _SD21_BASE, xl=False, prediction_type="epsilon"),
    _member("sd-turbo", "EulerDiscreteScheduler", _TURBO, xl=False, timestep_spacing="trailing"),
    _member("sdxl-lightning", "EulerDiscreteScheduler", _LIGHTNING, timestep_spacing="trailing"),
    _member("hyper-sdxl", "DDIMScheduler", _HYPER, timestep_spacing="trailing"),
    _member("tcd-sdxl", "TCDScheduler", _TCD),
    _member("koala-lightning", "EulerDiscreteScheduler", _KOALA, timestep_spacing="trailing"),
    _member(
        "noobai-xl-vpred",
        "EulerDiscreteScheduler",
        _VPRED,
        prediction_type="v_prediction",
        rescale_betas_zero_snr=True,
    ),
    _member("lcm-lora-sdxl", "LCMScheduler", _LCM),
    _member("lcm-lora-sd15", "LCMScheduler", _LCM, xl=False),
)
