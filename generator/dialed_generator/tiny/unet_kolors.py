"""Kolors at tiny size: SDXL's UNet behind a ChatGLM text encoder with 256 tokens."""

from __future__ import annotations

import io
import tempfile
import weakref
from functools import cache
from pathlib import Path
from typing import Any

from dialed_generator.tiny.conditional_unet import FORGE, small_vae
from dialed_generator.tiny.tiny_model import (
    SMALLEST_WEIGHT,
    Flag,
    TinyModel,
    enliven,
    redraw_zeros,
    seeded,
)
from dialed_generator.tiny.unet_sd1 import picture_call, text_call
from dialed_generator.tiny.unet_sdxl import sdxl_scheduler, sdxl_unet

_KOLORS = f"{FORGE}/Kwai-Kolors/Kolors"
_WIDTH = 32
_PIECES = 300


@cache
def _sentence_pieces() -> bytes:
    """A SentencePiece model that falls back to bytes, trained on its own alphabet in a fraction of a second."""
    from sentencepiece import SentencePieceTrainer

    written = io.BytesIO()
    SentencePieceTrainer.train(
        sentence_iterator=iter(
            ["abcdefghijklmnopqrstuvwxyz", "the quick brown fox jumps over the dog"]
        ),
        model_writer=written,
        model_type="bpe",
        vocab_size=_PIECES,
        hard_vocab_limit=False,
        byte_fallback=True,
        minloglevel=2,
    )
    return written.getvalue()


def _tokenizer() -> Any:
    from diffusers.pipelines.kolors.tokenizer import ChatGLMTokenizer

    folder = tempfile.TemporaryDirectory()
    file = Path(folder.name) / "tokenizer.model"
    file.write_bytes(_sentence_pieces())
    tokenizer = ChatGLMTokenizer(str(file), model_max_length=256)
    # Saving the tokenizer copies that file, so it lives as long as the tokenizer does.
    weakref.finalize(tokenizer, folder.cleanup)
    return tokenizer


def _text_encoder(pieces: int) -> Any:
    import torch
    from diffusers.pipelines.kolors.text_encoder import ChatGLMConfig, ChatGLMModel

    config = ChatGLMConfig(
        num_layers=2,
        padded_vocab_size=pieces,
        hidden_size=_WIDTH,
        ffn_hidden_size=_WIDTH,
        kv_channels=8,
        num_attention_heads=4,
        seq_length=512,
        add_qkv_bias=True,
        bias_dropout_fusion=True,
        multi_query_attention=True,
        multi_query_group_num=2,
        original_rope=True,
        pad_token_id=0,
        eos_token_id=2,
        use_cache=True,
        num_hidden_layers=2,
    )
    model = enliven(ChatGLMModel(config))
    # The class leaves its norms and biases as they lie in memory, because they are always loaded.
    for name, weight in model.named_parameters():
        if weight.dim() == 1:
            middle = 0.0 if name.endswith("bias") else 1.0
            torch.nn.init.normal_(weight, middle, SMALLEST_WEIGHT)
    return model


def _pipeline(name: str) -> Any:
    import diffusers

    with seeded():
        tokenizer = _tokenizer()
        vae = small_vae()
        unet = sdxl_unet(encoder_hid_dim=_WIDTH, encoder_hid_dim_type="text_proj")
        redraw_zeros(vae, unet)
        return getattr(diffusers, name)(
            vae=vae,
            text_encoder=_text_encoder(len(tokenizer)),
            tokenizer=tokenizer,
            unet=unet,
            scheduler=sdxl_scheduler(beta_end=0.014, num_train_timesteps=1100),
        )


_FLAGS = (
    Flag("unet.encoder_hid_dim_type", "text_proj", f"{_KOLORS}/unet/config.json"),
    Flag("unet.addition_embed_type", "text_time", f"{_KOLORS}/unet/config.json"),
    Flag("unet.time_cond_proj_dim", None, f"{_KOLORS}/unet/config.json"),
    Flag("scheduler.num_train_timesteps", 1100, f"{_KOLORS}/scheduler/scheduler_config.json"),
    Flag("scheduler.beta_end", 0.014, f"{_KOLORS}/scheduler/scheduler_config.json"),
    Flag("model_index.text_encoder", "ChatGLMModel", f"{_KOLORS}/model_index.json"),
)

MODELS = (
    TinyModel(
        id="kolors",
        stands_for=("kolors",),
        task="text-to-image",
        pipeline="KolorsPipeline",
        build=lambda: _pipeline("KolorsPipeline"),
        call=text_call,
        flags=_FLAGS,
    ),
    TinyModel(
        id="kolors-img2img",
        stands_for=("kolors",),
        task="image-to-image",
        pipeline="KolorsImg2ImgPipeline",
        build=lambda: _pipeline("KolorsImg2ImgPipeline"),
        call=picture_call,
        flags=_FLAGS,
    ),
)
