"""Stable Diffusion 2.1 (v-prediction), the x4 upscaler, InstructPix2Pix and LCM at tiny size."""

from __future__ import annotations

from typing import Any

from dialed_generator.tiny.clip_tokenizer import clip_text_model, clip_tokenizer
from dialed_generator.tiny.conditional_unet import (
    DIFFUSERS,
    FORGE,
    STABLE_DIFFUSION_BETAS,
    STEPS,
    small_unet,
    small_vae,
)
from dialed_generator.tiny.tiny_model import PROMPT, Flag, TinyModel, picture, redraw_zeros, seeded
from dialed_generator.tiny.unet_sd1 import (
    inpaint_call,
    picture_call,
    sd1_parts,
    sd1_pipeline,
    text_call,
)

_SD21 = f"{FORGE}/stabilityai/stable-diffusion-2-1"
_INPAINTING = f"{FORGE}/stabilityai/stable-diffusion-2-inpainting"
_UPSCALER = f"{FORGE}/stabilityai/stable-diffusion-x4-upscaler"
_PIX2PIX = "https://github.com/timothybrooks/instruct-pix2pix/blob/0dffd1eeb02611c35088462d1df88714ce2b52f4"
_LCM = (
    "https://github.com/luosiallen/latent-consistency-model/blob/"
    "a9ad79587cc8bd1e404ccd1a3056a3da969b2f62/LCM_Training_Script/consistency_distillation"
)

_LOW = 16
"""Width and height of the picture that the upscaler starts from."""


def _sd21(name: str) -> Any:
    import diffusers

    with seeded():
        parts = sd1_parts(use_linear_projection=True, upcast_attention=True)
        parts["text_encoder"] = clip_text_model(parts["tokenizer"], act="gelu")
        parts["scheduler"] = diffusers.DDIMScheduler(
            clip_sample=False, prediction_type="v_prediction", **STABLE_DIFFUSION_BETAS
        )
        return getattr(diffusers, name)(**parts, requires_safety_checker=False)


def _sd2_inpainting() -> Any:
    from diffusers import StableDiffusionInpaintPipeline

    with seeded():
        parts = sd1_parts(in_channels=9, use_linear_projection=True)
        parts["text_encoder"] = clip_text_model(parts["tokenizer"], act="gelu")
        return StableDiffusionInpaintPipeline(**parts, requires_safety_checker=False)


def _upscaler() -> Any:
    from diffusers import DDIMScheduler, DDPMScheduler, StableDiffusionUpscalePipeline

    betas = {"beta_start": 0.0001, "beta_end": 0.02, "beta_schedule": "scaled_linear"}
    with seeded():
        tokenizer = clip_tokenizer()
        unet = small_unet(
            cross=32,
            in_channels=7,
            num_class_embeds=1000,
            only_cross_attention=(True, True, False),
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
            use_linear_projection=True,
        )
        vae = small_vae(levels=3)
        redraw_zeros(unet, vae)
        return StableDiffusionUpscalePipeline(
            vae=vae,
            text_encoder=clip_text_model(tokenizer, act="gelu"),
            tokenizer=tokenizer,
            unet=unet,
            low_res_scheduler=DDPMScheduler(clip_sample=True, variance_type="fixed_small", **betas),
            scheduler=DDIMScheduler(
                clip_sample=False,
                prediction_type="v_prediction",
                set_alpha_to_one=False,
                steps_offset=1,
                **betas,
            ),
            max_noise_level=350,
        )


def _upscale_call() -> dict[str, Any]:
    return {"prompt": PROMPT, "image": picture(_LOW, _LOW), "num_inference_steps": STEPS}


def _lcm() -> Any:
    from diffusers import LatentConsistencyModelPipeline, LCMScheduler

    with seeded():
        parts = sd1_parts(time_cond_proj_dim=256)
        betas = {k: v for k, v in STABLE_DIFFUSION_BETAS.items() if k != "steps_offset"}
        parts["scheduler"] = LCMScheduler(clip_sample=False, **betas)
        return LatentConsistencyModelPipeline(**parts, requires_safety_checker=False)


_SD21_FLAGS = (
    Flag("scheduler._class_name", "DDIMScheduler", f"{_SD21}/scheduler/scheduler_config.json"),
    Flag("scheduler.prediction_type", "v_prediction", f"{_SD21}/scheduler/scheduler_config.json"),
    Flag("unet.in_channels", 4, f"{_SD21}/unet/config.json"),
    Flag("unet.upcast_attention", True, f"{_SD21}/unet/config.json"),
    Flag("text_encoder.hidden_act", "gelu", f"{_SD21}/text_encoder/config.json"),
)

MODELS = (
    TinyModel(
        id="sd21",
        stands_for=("sd21",),
        task="text-to-image",
        pipeline="StableDiffusionPipeline",
        build=lambda: _sd21("StableDiffusionPipeline"),
        call=text_call,
        flags=_SD21_FLAGS,
    ),
    TinyModel(
        id="sd21-img2img",
        stands_for=("sd21",),
        task="image-to-image",
        pipeline="StableDiffusionImg2ImgPipeline",
        build=lambda: _sd21("StableDiffusionImg2ImgPipeline"),
        call=picture_call,
        flags=_SD21_FLAGS,
    ),
    TinyModel(
        id="sd2-inpainting-model",
        stands_for=("sd2-inpainting",),
        task="inpaint",
        pipeline="StableDiffusionInpaintPipeline",
        build=_sd2_inpainting,
        call=inpaint_call,
        flags=(
            Flag("unet.in_channels", 9, f"{_INPAINTING}/unet/config.json"),
            Flag(
                "scheduler._class_name",
                "PNDMScheduler",
                f"{_INPAINTING}/scheduler/scheduler_config.json",
            ),
            Flag("text_encoder.hidden_act", "gelu", f"{_INPAINTING}/text_encoder/config.json"),
        ),
    ),
    TinyModel(
        id="sd-x4-upscaler",
        stands_for=("sd-x4-upscaler",),
        task="upscale",
        pipeline="StableDiffusionUpscalePipeline",
        build=_upscaler,
        call=_upscale_call,
        flags=(
            Flag("unet.in_channels", 7, f"{_UPSCALER}/unet/config.json"),
            Flag("unet.num_class_embeds", 1000, f"{_UPSCALER}/unet/config.json"),
            Flag("config.max_noise_level", 350, f"{_UPSCALER}/model_index.json"),
            Flag(
                "scheduler.prediction_type",
                "v_prediction",
                f"{_UPSCALER}/scheduler/scheduler_config.json",
            ),
            Flag(
                "low_res_scheduler._class_name",
                "DDPMScheduler",
                f"{_UPSCALER}/low_res_scheduler/scheduler_config.json",
            ),
        ),
    ),
    TinyModel(
        id="instruct-pix2pix",
        stands_for=("instruct-pix2pix",),
        task="edit",
        pipeline="StableDiffusionInstructPix2PixPipeline",
        build=lambda: sd1_pipeline("StableDiffusionInstructPix2PixPipeline", in_channels=8),
        call=picture_call,
        flags=(Flag("unet.in_channels", 8, f"{_PIX2PIX}/configs/generate.yaml#L39"),),
    ),
    TinyModel(
        id="lcm-dreamshaper",
        stands_for=("lcm-dreamshaper-v7",),
        task="text-to-image",
        pipeline="LatentConsistencyModelPipeline",
        build=_lcm,
        call=text_call,
        flags=(
            Flag("unet.time_cond_proj_dim", 256, f"{_LCM}/train_lcm_distill_sd_wds.py#L859"),
            Flag(
                "scheduler._class_name",
                "LCMScheduler",
                f"{DIFFUSERS}/src/diffusers/pipelines/latent_consistency_models/"
                "pipeline_latent_consistency_text2img.py",
            ),
        ),
    ),
)
