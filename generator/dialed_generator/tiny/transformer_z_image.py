"""Z-Image: one stream of text and picture; Turbo is distilled, the base model uses CFG."""

from __future__ import annotations

from functools import partial
from typing import Any

from dialed_generator.tiny.assembling import assemble, image_call, inpaint_call, text_call
from dialed_generator.tiny.flag_sources import TOOLKIT, flow_flags
from dialed_generator.tiny.tiny_model import Flag, Task, TinyModel

_URL = TOOLKIT + "extensions_built_in/diffusion_models/z_image/z_image.py"
_OWN = (
    "https://github.com/Tongyi-MAI/Z-Image/blob/c7ec13578cc27b01d547e1b3c62bc8b95bc6cb6e/"
    "src/config/model.py"
)


def _parts() -> dict[str, Any]:
    import diffusers
    import torch

    from dialed_generator.tiny.autoencoders import sixteen_channel_autoencoder
    from dialed_generator.tiny.byte_tokenizers import qwen_tokenizer
    from dialed_generator.tiny.language_models import decoder_model

    tokenizer = qwen_tokenizer()
    network = diffusers.ZImageTransformer2DModel(
        all_patch_size=(2,),
        all_f_patch_size=(1,),
        in_channels=16,
        dim=32,
        n_layers=1,
        n_refiner_layers=1,
        n_heads=2,
        n_kv_heads=2,
        norm_eps=1e-5,
        qk_norm=True,
        cap_feat_dim=32,
        rope_theta=256.0,
        t_scale=1000.0,
        axes_dims=[8, 4, 4],
        axes_lens=[1024, 512, 512],
    )
    with torch.no_grad():  # the class leaves these two as the memory happens to be
        for token in (network.x_pad_token, network.cap_pad_token):
            token.normal_(0.0, 0.5)
    return {
        "transformer": network,
        "scheduler": diffusers.FlowMatchEulerDiscreteScheduler(
            num_train_timesteps=1000, shift=3.0, use_dynamic_shifting=False
        ),
        "vae": sixteen_channel_autoencoder(),
        "tokenizer": tokenizer,
        "text_encoder": decoder_model("Qwen3Model", "Qwen3Config", tokenizer, layers=3),
    }


def _model(name: str, record: str, task: Task, kind: str, call: Any) -> TinyModel:
    return TinyModel(
        id=name,
        stands_for=(record,),
        task=task,
        pipeline=kind,
        build=partial(assemble, kind, _parts),
        call=call,
        flags=(
            *flow_flags(_URL, shift=3.0, use_dynamic_shifting=False),
            Flag("transformer.qk_norm", True, _OWN),
            Flag("transformer.rope_theta", 256.0, _OWN),
            Flag("transformer.t_scale", 1000.0, _OWN),
        ),
    )


MODELS: tuple[TinyModel, ...] = (
    _model("z-image-turbo", "z-image-turbo", "text-to-image", "ZImagePipeline", text_call),
    _model("z-image", "z-image", "text-to-image", "ZImagePipeline", text_call),
    _model(
        "z-image-img2img", "z-image-turbo", "image-to-image", "ZImageImg2ImgPipeline", image_call
    ),
    _model("z-image-inpaint", "z-image-turbo", "inpaint", "ZImageInpaintPipeline", inpaint_call),
)
