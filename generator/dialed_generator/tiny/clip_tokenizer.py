"""CLIP tokenizers and text encoders at tiny size, made in memory."""

from __future__ import annotations

from functools import cache
from typing import Any

from dialed_generator.tiny.tiny_model import enliven

START, END = "<|startoftext|>", "<|endoftext|>"
_WORD_END = "</w>"


@cache
def byte_letters() -> tuple[str, ...]:
    """The 256 printable stand-ins for bytes that byte-level tokenizers use, by byte."""
    kept = {*range(33, 127), *range(161, 173), *range(174, 256)}
    letters, spare = [], 256
    for byte in range(256):
        letters.append(chr(byte if byte in kept else spare))
        spare += byte not in kept
    return tuple(letters)


def clip_tokenizer(model_max_length: int = 77, pad_token: str = END) -> Any:
    """A ``CLIPTokenizer`` without merges: one token a byte, so that any text can be written.

    CLIP marks the last letter of a word, hence every byte is in the vocabulary twice.

    Args:
        model_max_length: Tokens that it reads, start and end included.
        pad_token: The end token in Stable Diffusion 1, an exclamation mark in Stable Diffusion 2 and in the second tokenizer
            of SDXL.
    """
    from transformers import CLIPTokenizer

    letters = byte_letters()
    # The end token must have the highest number: the pooled vector is read where the number is highest.
    tokens = [*letters, *(letter + _WORD_END for letter in letters), START, END]
    return CLIPTokenizer(
        vocab={token: number for number, token in enumerate(tokens)},
        merges=[],
        bos_token=START,
        eos_token=END,
        unk_token=END,
        pad_token=pad_token,
        model_max_length=model_max_length,
    )


def clip_text_model(
    tokenizer: Any,
    *,
    width: int = 32,
    layers: int = 3,
    act: str = "quick_gelu",
    project: bool = False,
) -> Any:
    """A ``CLIPTextModel`` (with ``project``: ``CLIPTextModelWithProjection``) for a tokenizer. Call it inside `seeded`."""
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

    config = CLIPTextConfig(
        vocab_size=len(tokenizer),
        hidden_size=width,
        intermediate_size=2 * width,
        projection_dim=width,
        num_hidden_layers=layers,
        num_attention_heads=4,
        max_position_embeddings=tokenizer.model_max_length,
        hidden_act=act,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return enliven((CLIPTextModelWithProjection if project else CLIPTextModel)(config))
