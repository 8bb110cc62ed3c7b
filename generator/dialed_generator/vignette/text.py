"""Tokenizer and text encoder, and the encoder's own lesson before the joint training."""

from __future__ import annotations

import random
from collections import Counter
from itertools import pairwise

import torch
import torch.nn.functional as F
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

from dialed_generator.vignette.captions import caption, vocabulary
from dialed_generator.vignette.scenes import FAMILIES, random_scene

LENGTH = 32
"""Tokens of a prompt, start and end included."""
WORD_END = "</w>"
START, END = "<|startoftext|>", "<|endoftext|>"


def _byte_letters() -> list[str]:
    """Return the 256 printable stand-ins for bytes that byte-level tokenizers use."""
    kept = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in kept]
    return [chr(byte) for byte in kept] + [chr(256 + index) for index in range(len(others))]


def _learn_merges(words: list[str]) -> list[tuple[str, str]]:
    """Merge the most frequent neighbours until every word is one token (ties: alphabet)."""
    pieces = {word: [*word[:-1], word[-1] + WORD_END] for word in words}
    merges: list[tuple[str, str]] = []
    while True:
        pairs = Counter(p for parts in pieces.values() for p in pairwise(parts))
        if not pairs:
            return merges
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(best)
        for word, parts in pieces.items():
            joined: list[str] = []
            for part in parts:
                if joined and (joined[-1], part) == best:
                    joined[-1] += part
                else:
                    joined.append(part)
            pieces[word] = joined


def build_tokenizer() -> CLIPTokenizer:
    """Build the tokenizer: every word of the captions is one token, every byte has two.

    A CLIP tokenizer turns a letter it does not know into the end token without a word. So each of
    the 256 bytes is here twice, inside a word and at its end, and any text can be written.
    """
    letters = _byte_letters()
    merges = _learn_merges(vocabulary())
    tokens = [START, END, *letters, *(letter + WORD_END for letter in letters)]
    tokens += [left + right for left, right in merges]
    vocab = {token: index for index, token in enumerate(dict.fromkeys(tokens))}
    return CLIPTokenizer(
        vocab=vocab,
        merges=merges,
        bos_token=START,
        eos_token=END,
        pad_token=END,
        unk_token=END,
        model_max_length=LENGTH,
    )


def build_text_encoder(tokenizer: CLIPTokenizer, width: int, layers: int) -> CLIPTextModel:
    """Build an untrained text encoder.

    The usual initialisation (0.02) gives nearly the same vector for every caption; with it the
    denoiser never learns to listen. Tokens start at 0.5 and positions at 0.05.
    """
    config = CLIPTextConfig(
        vocab_size=len(tokenizer),
        hidden_size=width,
        intermediate_size=2 * width,
        projection_dim=width,
        num_hidden_layers=layers,
        num_attention_heads=4,
        max_position_embeddings=LENGTH,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    model = CLIPTextModel(config)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "token_embedding" in name:
                weight.normal_(0.0, 0.5)
            elif "position_embedding" in name:
                weight.normal_(0.0, 0.05)
            elif weight.dim() == 2:
                weight.normal_(0.0, weight.shape[1] ** -0.5 * 0.7)
    return model


def tokens_of(tokenizer: CLIPTokenizer, texts: list[str]) -> torch.Tensor:
    """Return token ids (B, LENGTH), cut or padded with the end token."""
    ids: torch.Tensor = tokenizer(
        texts, padding="max_length", max_length=LENGTH, truncation=True, return_tensors="pt"
    ).input_ids
    return ids


class AttributeHeads(torch.nn.Module):
    """Names the attributes from a pooled text embedding; used only to start the encoder off."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.heads = torch.nn.ModuleList(
            torch.nn.Linear(width, len(values) + 1) for values in FAMILIES.values()
        )

    def loss(self, pooled: torch.Tensor, classes: torch.Tensor) -> torch.Tensor:
        """Return the mean cross entropy; class 0 means that the caption does not name it."""
        losses = [F.cross_entropy(head(pooled), classes[:, k]) for k, head in enumerate(self.heads)]
        return torch.stack(losses).mean()


def named_classes(named: dict[str, str]) -> list[int]:
    """Return for each family 0 where it is not named, else 1 + its class."""
    return [
        1 + values.index(named[family]) if family in named else 0
        for family, values in FAMILIES.items()
    ]


def take_over(
    tokenizer: CLIPTokenizer,
    encoder: CLIPTextModel,
    known_tokenizer: CLIPTokenizer,
    known: CLIPTextModel,
) -> list[int]:
    """Give an encoder the weights of one with another vocabulary; tokens are matched by text.

    Args:
        tokenizer: Vocabulary of `encoder`.
        encoder: Changed in place.
        known_tokenizer: Vocabulary of `known`.
        known: Published encoder, of the same width, length and number of layers.

    Returns:
        Ids of the tokens that `known` lacks; they keep their random start.
    """
    old_ids, new_ids = known_tokenizer.get_vocab(), tokenizer.get_vocab()
    state = dict(known.state_dict())
    name = next(key for key in state if key.endswith("token_embedding.weight"))
    table = encoder.state_dict()[name].clone()
    fresh = []
    for token, number in new_ids.items():
        if token in old_ids:
            table[number] = state[name][old_ids[token]]
        else:
            fresh.append(number)
    state[name] = table
    encoder.load_state_dict(state)
    return sorted(fresh)


def teach_attributes(
    tokenizer: CLIPTokenizer,
    encoder: CLIPTextModel,
    pooling: torch.nn.Module,
    width: int,
    steps: int,
    seed: int,
    only: list[int] | None = None,
) -> float:
    """Train encoder and pooling to name what captions say, before any picture is seen.

    Args:
        tokenizer: Tokenizer of the captions.
        encoder: Text encoder, changed in place.
        pooling: The denoiser's text embedding (hidden states -> `width` numbers), changed in
            place, so that the denoiser starts with an input that tells captions apart.
        width: Numbers that `pooling` returns.
        steps: Length of the lesson, in batches of 64 captions.
        seed: Seed of the captions.
        only: Train the embeddings of these tokens alone: new words for a trained encoder.

    Returns:
        The loss at the end, smoothed (nats for each family).
    """
    torch.manual_seed(seed)
    heads = AttributeHeads(width)
    table = encoder.get_input_embeddings().weight
    own = [*encoder.parameters(), *pooling.parameters()] if only is None else [table]
    weights = [*own, *heads.parameters()]
    rate = 1e-3 if only is None else 1e-2
    optimiser = torch.optim.AdamW(weights, lr=rate, weight_decay=0.0)
    known = torch.ones(len(table), dtype=torch.bool)
    known[[] if only is None else only] = False
    lot, smooth = random.Random(seed), 2.0
    for _ in range(steps):
        drawn = [caption(random_scene(lot.randrange(10**6)), lot.randrange(99)) for _ in range(64)]
        ids = tokens_of(tokenizer, [one.text for one in drawn])
        classes = torch.tensor([named_classes(one.named) for one in drawn])
        loss = heads.loss(pooling(encoder(ids).last_hidden_state), classes)
        optimiser.zero_grad()
        loss.backward()
        if only is not None and table.grad is not None:
            table.grad[known] = 0.0
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
        smooth += 0.05 * (float(loss.detach()) - smooth)
    return smooth
