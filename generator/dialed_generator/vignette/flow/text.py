"""Two tokenizers and two text encoders, as Flux has them, and their lesson before the training.

CLIP gives one pooled vector and reads the first 16 tokens; T5 gives a vector for every token and
reads as many as ``max_sequence_length`` allows. So the end of a long caption reaches the picture
through T5 alone, and a limit that cuts it off can be seen.
"""

from __future__ import annotations

import random
import re
import string

import torch
from transformers import CLIPTextModel, CLIPTokenizer, T5Config, T5EncoderModel, T5Tokenizer

from dialed_generator.vignette.captions import caption, vocabulary
from dialed_generator.vignette.flow.settings import FlowRecipe
from dialed_generator.vignette.scenes import random_scene
from dialed_generator.vignette.text import (
    AttributeHeads,
    build_text_encoder,
    build_tokenizer,
    named_classes,
)

CLIP_LENGTH = 16
"""Tokens that CLIP reads, start and end included: the beginning of a caption only."""
T5_LENGTH = 32
"""Recommended ``max_sequence_length``: every caption of the training fits."""
LENGTHS: tuple[tuple[int, float], ...] = (
    (16, 0.2),
    (24, 0.5),
    (32, 0.22),
    (48, 0.05),
    (128, 0.02),
    (512, 0.01),
)
"""Lengths to which training pads or cuts captions, and how often each is drawn. The pipeline hands
over no mask, so the model must learn by itself that padding means nothing, however much there is."""
_SAMPLED_CAPTIONS = 3000


def build_clip_tokenizer() -> CLIPTokenizer:
    """Build the word-level CLIP tokenizer of the base model, with a shorter limit."""
    tokenizer = build_tokenizer()
    tokenizer.model_max_length = CLIP_LENGTH
    return tokenizer


def t5_pieces() -> list[str]:
    """Return the vocabulary of the T5 tokenizer, without its special tokens.

    Every word of the captions is one piece ("▁" marks the start of a word); letters, digits and
    signs are pieces of their own, so other text can be written too.
    """
    words = {f"▁{word}" for word in vocabulary()}
    for number in range(_SAMPLED_CAPTIONS):
        for chunk in caption(random_scene(number), number).text.split():
            parts = re.findall(r"[a-z]+|[^a-z]", chunk)
            if parts[0].isalpha() and len(parts[0]) > 1:
                words.add(f"▁{parts[0]}")
            # The second half of "hot-air" starts no word of its own.
            words.update(part for part in parts[1:] if part.isalpha())
    known = {word for word in words if word.removeprefix("▁") in set(vocabulary())}
    signs = string.ascii_letters + string.digits + string.punctuation
    return ["▁", *sorted(known - set(signs)), *signs]


def build_t5_tokenizer() -> T5Tokenizer:
    """Build the T5 tokenizer: a unigram model that prefers whole words."""
    special = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    pieces = [(piece, -4.0 if len(piece) > 1 else -8.0) for piece in t5_pieces()]
    return T5Tokenizer(vocab=[*special, *pieces], extra_ids=0, model_max_length=512)


def build_clip(tokenizer: CLIPTokenizer, recipe: FlowRecipe) -> CLIPTextModel:
    """Build the untrained encoder of the pooled vector."""
    return build_text_encoder(tokenizer, recipe.clip_width, recipe.clip_layers)


def build_t5(tokenizer: T5Tokenizer, recipe: FlowRecipe) -> T5EncoderModel:
    """Build the untrained encoder of the token sequence.

    Tokens start at a standard deviation of 0.5: with a small one all captions look the same to
    the transformer, and it never learns to listen.
    """
    config = T5Config(
        vocab_size=len(tokenizer),
        d_model=recipe.t5_width,
        d_kv=recipe.t5_width // 4,
        d_ff=2 * recipe.t5_width,
        num_layers=recipe.t5_layers,
        num_heads=4,
        relative_attention_num_buckets=16,
        relative_attention_max_distance=48,
        feed_forward_proj="gated-gelu",
        dropout_rate=0.0,
        tie_word_embeddings=True,
        is_encoder_decoder=False,
        use_cache=False,
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
    )
    model = T5EncoderModel(config)
    with torch.no_grad():
        model.shared.weight.normal_(0.0, 0.5)
        for name, weight in model.named_parameters():
            if weight.dim() == 2 and "shared" not in name and "relative" not in name:
                weight.normal_(0.0, weight.shape[1] ** -0.5 * 0.7)
    return model


class Texts(torch.nn.Module):
    """Both encoders with their tokenizers: captions in, what the transformer reads out."""

    def __init__(self, recipe: FlowRecipe) -> None:
        super().__init__()
        self.clip_tokenizer, self.t5_tokenizer = build_clip_tokenizer(), build_t5_tokenizer()
        self.clip = build_clip(self.clip_tokenizer, recipe)
        self.t5 = build_t5(self.t5_tokenizer, recipe)

    def forward(self, texts: list[str], length: int) -> tuple[torch.Tensor, torch.Tensor]:
        """Return pooled vectors (B, clip width) and token vectors (B, length, t5 width).

        The token ids are made as the pipeline makes them: padded and cut, without a mask.
        """
        short = self.clip_tokenizer(
            texts,
            padding="max_length",
            max_length=CLIP_LENGTH,
            truncation=True,
            return_tensors="pt",
        ).input_ids
        long = self.t5_tokenizer(
            texts, padding="max_length", max_length=length, truncation=True, return_tensors="pt"
        ).input_ids
        pooled: torch.Tensor = self.clip(short).pooler_output
        return pooled, self.t5(long)[0]


def teach_attributes(
    texts: Texts,
    pooling: torch.nn.Module,
    reading: torch.nn.Module,
    width: int,
    steps: int,
    seed: int,
) -> float:
    """Train both encoders to name what captions say, before any picture is seen.

    Args:
        texts: The encoders, changed in place.
        pooling: The transformer's embedding of the pooled vector, changed in place.
        reading: The transformer's embedding of the token vectors, changed in place. Its mean over
            the tokens must name the attributes too.
        width: Numbers that both embeddings return.
        steps: Length of the lesson, in batches of 64 captions.
        seed: Seed of the captions.

    Returns:
        The loss at the end, smoothed (nats for each family, both encoders added).
    """
    torch.manual_seed(seed)
    of_pooled, of_tokens = AttributeHeads(width), AttributeHeads(width)
    taught = (texts, pooling, reading, of_pooled, of_tokens)
    weights = [weight for part in taught for weight in part.parameters()]
    optimiser = torch.optim.AdamW(weights, lr=1.5e-3, weight_decay=0.0)
    lot, smooth = random.Random(seed), 4.0
    for _ in range(steps):
        drawn = [caption(random_scene(lot.randrange(10**6)), lot.randrange(99)) for _ in range(64)]
        classes = torch.tensor([named_classes(one.named) for one in drawn])
        pooled, tokens = texts([one.text for one in drawn], 32)
        loss = of_pooled.loss(pooling(pooled), classes)
        loss = loss + of_tokens.loss(reading(tokens).mean(1), classes)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.step()
        smooth += 0.05 * (float(loss.detach()) - smooth)
    return smooth
