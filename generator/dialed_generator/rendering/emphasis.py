"""Weights of words: ``(pine trees:1.4)`` multiplies what the text encoder says about those words.

Grammar as A1111 and its kin have it: round brackets multiply by 1.1, square ones divide by it, ``(words:1.4)`` says the
factor, a backslash makes a bracket a letter. What ``emphasis`` chooses is what becomes of the factors.
(https://github.com/AUTOMATIC1111/stable-diffusion-webui/blob/v1.10.1/modules/sd_emphasis.py)
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch

from dialed_generator.errors import RenderError
from dialed_generator.job import Scalar

STEP = 1.1
"""Factor of one pair of brackets."""

_PART = re.compile(r"\\[()\[\]\\]|[(\[)\]]|:\s*[+-]?[\d.]+\s*\)|[^\\()\[\]:]+|[\\:]")


@contextmanager
def weighted_words(
    pipeline: Any, settings: Mapping[str, Scalar], arguments: dict[str, Any]
) -> Iterator[None]:
    """Encode the prompts here instead of in the pipeline, where ``emphasis`` is set and is not ``none``.

    Raises:
        RenderError: The prompt is longer than the encoder reads; tools cut it into pieces then.
    """
    how = settings.get("emphasis", "none")
    if how != "none":
        prompts: list[str] = arguments.pop("prompt")
        negative: list[str] = arguments.pop("negative_prompt", None) or [""] * len(prompts)
        for name, texts in (("prompt_embeds", prompts), ("negative_prompt_embeds", negative)):
            encoded = [_encoded(pipeline, text, str(how)) for text in texts]
            arguments[name] = torch.stack(encoded)
    yield


def weighted_parts(prompt: str) -> list[tuple[str, float]]:
    """Split a prompt into texts with their factors.

    Example:
        ``"a house, (pine trees:1.5)"`` gives ``[("a house, ", 1.0), ("pine trees", 1.5)]``.
    """
    parts: list[tuple[str, float]] = []
    opened: list[tuple[str, int]] = []

    def multiply(since: int, factor: float) -> None:
        parts[since:] = [(text, weight * factor) for text, weight in parts[since:]]

    for found in _PART.finditer(prompt):
        part = found.group()
        if part in {"(", "["}:
            opened.append((part, len(parts)))
        elif part.startswith(":") and part.endswith(")") and opened and opened[-1][0] == "(":
            multiply(opened.pop()[1], float(part[1:-1]))
        elif part == ")" and opened and opened[-1][0] == "(":
            multiply(opened.pop()[1], STEP)
        elif part == "]" and opened and opened[-1][0] == "[":
            multiply(opened.pop()[1], 1 / STEP)
        else:
            parts.append((part[1:] if part.startswith("\\") and len(part) > 1 else part, 1.0))
    for bracket, since in opened:  # never closed: it counts to the end
        multiply(since, STEP if bracket == "(" else 1 / STEP)
    return _joined(parts)


def _joined(parts: list[tuple[str, float]]) -> list[tuple[str, float]]:
    joined: list[tuple[str, float]] = []
    for text, weight in parts:
        if joined and joined[-1][1] == weight:
            joined[-1] = (joined[-1][0] + text, weight)
        else:
            joined.append((text, weight))
    return joined or [("", 1.0)]


def _encoded(pipeline: Any, prompt: str, how: str) -> torch.Tensor:
    """The prompt's embeddings, ``[tokens, width]``."""
    tokenizer = pipeline.tokenizer
    tokens: list[int] = [tokenizer.bos_token_id]
    factors = [1.0]
    for text, factor in weighted_parts(prompt):
        found = tokenizer(text, add_special_tokens=False).input_ids
        tokens += found
        factors += [1.0 if how == "ignore" else factor] * len(found)
    room = tokenizer.model_max_length - len(tokens) - 1
    if room < 0:
        raise RenderError(
            f"the prompt has {-room} tokens too many for emphasis; tools cut such a prompt into pieces"
        )
    tokens += [tokenizer.eos_token_id] + [tokenizer.pad_token_id] * room
    factors += [1.0] * (room + 1)
    said: torch.Tensor = pipeline.text_encoder(torch.tensor([tokens]))[0][0]
    if all(factor == 1.0 for factor in factors):
        return said
    weighted = said * torch.tensor(factors)[:, None]
    if how == "original":
        weighted = weighted * (said.mean() / weighted.mean())
    return weighted
