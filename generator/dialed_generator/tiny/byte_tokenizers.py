"""Tokenizers of language models, made in memory: one token a byte or a letter, so that any text can be written.

A pipeline that puts a prompt into a fixed sentence counts that sentence in tokens of the real vocabulary (Qwen-Image drops the
first 34). Such words are given as ``words``: each is one token here too, and the count comes out as in the real model.
"""

from __future__ import annotations

import re
from typing import Any

from dialed_generator.tiny.clip_tokenizer import byte_letters

IM_START, IM_END, TEXT_END = "<|im_start|>", "<|im_end|>", "<|endoftext|>"
VISION = ("<|vision_start|>", "<|vision_end|>", "<|vision_pad|>", "<|image_pad|>", "<|video_pad|>")

QWEN_CHAT = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n"
    "{% if message['content'] is string %}{{ message['content'] }}{% else %}"
    "{% for part in message['content'] %}{% if part['type'] == 'text' %}{{ part['text'] }}"
    "{% else %}<|vision_start|><|image_pad|><|vision_end|>{% endif %}{% endfor %}{% endif %}"
    "<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n"
    "{% if enable_thinking is defined and not enable_thinking %}<think>\n\n</think>\n\n{% endif %}{% endif %}"
)
"""What Qwen's chat templates make of messages, as far as image pipelines use it."""

PLAIN_CHAT = (
    "{{ bos_token }}{% for message in messages %}[{{ message['role'] }}]"
    "{% if message['content'] is string %}{{ message['content'] }}{% else %}"
    "{% for part in message['content'] %}{% if part['type'] == 'text' %}{{ part['text'] }}"
    "{% else %}[IMG]{% endif %}{% endfor %}{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}[assistant]{% endif %}"
)
"""Roles in square brackets: for tokenizers whose own template decides nothing here."""


def t5_tokenizer(model_max_length: int = 512) -> Any:
    """A ``T5Tokenizer`` (a unigram model) that knows every printable ASCII letter by itself."""
    from transformers import T5Tokenizer

    letters = [(chr(code), -3.0) for code in range(33, 127)]
    vocabulary = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0), *letters]
    return T5Tokenizer(vocab=vocabulary, extra_ids=0, model_max_length=model_max_length)


def byt5_tokenizer(model_max_length: int = 512) -> Any:
    """A ``ByT5Tokenizer``, whose real vocabulary is already one of bytes."""
    from transformers import ByT5Tokenizer

    return ByT5Tokenizer(model_max_length=model_max_length)


def bert_tokenizer(model_max_length: int = 77) -> Any:
    """A ``BertTokenizer`` whose word pieces are single letters."""
    from transformers import BertTokenizer

    letters = [chr(code) for code in range(33, 127) if not chr(code).isupper()]
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *("##" + a for a in letters)]
    return BertTokenizer(
        vocab={token: number for number, token in enumerate(tokens)},
        model_max_length=model_max_length,
    )


def qwen_tokenizer(
    model_max_length: int = 131072,
    *,
    words: str = "",
    specials: tuple[str, ...] = (),
    padding_side: str = "right",
) -> Any:
    """A ``Qwen2Tokenizer`` without merges, with Qwen's chat and vision marks.

    Args:
        model_max_length: Tokens that it reads.
        words: Text whose words are one token each (see above).
        specials: Further marks, as the pipeline expects them.
        padding_side: Where it pads.
    """
    from transformers import Qwen2Tokenizer

    tokenizer = Qwen2Tokenizer(
        vocab=_numbered(*byte_letters(), TEXT_END),
        merges=[],
        model_max_length=model_max_length,
        padding_side=padding_side,
    )
    return _finish(
        tokenizer, (IM_START, IM_END, *VISION, "<think>", "</think>", *specials), words, QWEN_CHAT
    )


def gemma_tokenizer(model_max_length: int = 8192, *, words: str = "") -> Any:
    """A ``GemmaTokenizer`` that falls back to bytes for every letter. Like the real one it starts with ``<bos>``."""
    from transformers import GemmaTokenizer

    tokenizer = GemmaTokenizer(
        vocab=_numbered("<pad>", "<eos>", "<bos>", "<unk>", "<mask>", "▁", *_byte_names()),
        merges=[],
        model_max_length=model_max_length,
    )
    _start_with(tokenizer, "<bos>")
    return _finish(tokenizer, (), words, PLAIN_CHAT)


def llama_tokenizer(
    model_max_length: int = 131072,
    *,
    bos: str = "<s>",
    eos: str = "</s>",
    specials: tuple[str, ...] = (),
    words: str = "",
    padding_side: str = "right",
) -> Any:
    """A ``LlamaTokenizer`` that falls back to bytes for every letter."""
    from transformers import LlamaTokenizer

    tokenizer = LlamaTokenizer(
        vocab=_numbered("<unk>", bos, eos, "<pad>", "▁", *_byte_names()),
        merges=[],
        bos_token=bos,
        eos_token=eos,
        pad_token="<pad>",  # noqa: S106  no password
        model_max_length=model_max_length,
        padding_side=padding_side,
    )
    _start_with(tokenizer, bos)
    return _finish(tokenizer, specials, words, PLAIN_CHAT)


def plain_tokenizer(
    model_max_length: int,
    *,
    bos: str | None = None,
    eos: str = "<|end|>",
    pad: str = "<|pad|>",
    specials: tuple[str, ...] = (),
    words: str = "",
    padding_side: str = "right",
    prefix: tuple[str, ...] = (),
) -> Any:
    """A ``PreTrainedTokenizerFast`` of bytes: for Llama 3, Mistral, GLM and others whose own class is that one.

    Args:
        model_max_length: Tokens that it reads.
        bos: Mark of the start, put before every text; None writes none.
        eos: Mark of the end.
        pad: Filler.
        specials: Further marks.
        words: Text whose words are one token each (see above).
        padding_side: Where it pads.
        prefix: Marks before every text, where a start mark alone is not enough (GLM has two).
    """
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    marks = tuple(dict.fromkeys(m for m in (pad, eos, bos, *prefix) if m is not None))
    backend = Tokenizer(models.BPE(vocab=_numbered(*marks, *byte_letters()), merges=[]))
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    backend.decoder = decoders.ByteLevel()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=backend,
        bos_token=bos,
        eos_token=eos,
        pad_token=pad,
        model_max_length=model_max_length,
        padding_side=padding_side,
    )
    start = prefix or ((bos,) if bos is not None else ())
    if start:
        _start_with(tokenizer, *start)
    return _finish(tokenizer, specials, words, PLAIN_CHAT)


def _numbered(*tokens: str) -> dict[str, int]:
    return {token: number for number, token in enumerate(tokens)}


def _byte_names() -> list[str]:
    return [f"<0x{byte:02X}>" for byte in range(256)]


def _start_with(tokenizer: Any, *marks: str) -> None:
    from tokenizers import processors

    tokenizer.backend_tokenizer.post_processor = processors.TemplateProcessing(
        single=[*marks, "$A"],
        pair=[*marks, "$A", *marks, "$B"],
        special_tokens=[
            (mark, tokenizer.convert_tokens_to_ids(mark)) for mark in dict.fromkeys(marks)
        ],
    )


def _finish(tokenizer: Any, specials: tuple[str, ...], words: str, chat: str) -> Any:
    from tokenizers import AddedToken

    tokenizer.add_tokens([AddedToken(mark, special=True, normalized=False) for mark in specials])
    found = dict.fromkeys(re.findall(r"'s| \(|\),| [A-Za-z]+|[A-Za-z]{2,}", words))
    tokenizer.add_tokens([AddedToken(word, normalized=False) for word in found])
    tokenizer.chat_template = chat
    return tokenizer
