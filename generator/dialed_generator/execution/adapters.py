"""A small LoRA and a small IP-Adapter for pipelines that take one, so that their strengths can be probed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialed_generator.tiny.tiny_model import SMALLEST_WEIGHT, enliven, picture, seeded

LORA = "set_adapters"
IMAGE = "set_ip_adapter_scale"

NAME = "probe"
_EMBEDDING = 16
_IMAGE = 32
_TOKENS = 4
"""Tokens of an image that the plain IP-Adapter gives to the attention; diffusers takes no other number."""


class NotBuiltError(Exception):
    """A network takes adapters of another form than those that are made here, so nothing can be said about them."""


def denoiser_of(pipeline: Any) -> Any:
    """The network that is evaluated at each step."""
    for name in ("unet", "transformer", "prior", "decoder"):
        if (found := getattr(pipeline, name, None)) is not None:
            return found
    raise AttributeError(f"{type(pipeline).__name__} has no denoiser that an adapter could go on")


def with_lora(pipeline: Any, arguments: Mapping[str, Any]) -> None:
    """Put a random low-rank adapter on the denoiser, at the strength that ``set_adapters`` is asked for.

    Args:
        pipeline: A freshly built pipeline.
        arguments: Arguments of ``set_adapters``: names (none: the pipeline stays as it is) and weights.
    """
    names = list(arguments.get("adapter_names", ()))
    if not names:
        return
    from peft import LoraConfig

    denoiser = denoiser_of(pipeline)
    with seeded():
        # Gaussian on one side and zero on the other is the usual start, and has no effect; this has one.
        targets = _attention_layers(denoiser)
        config = LoraConfig(r=2, lora_alpha=2, target_modules=targets, init_lora_weights=False)
        denoiser.add_adapter(config, adapter_name=NAME)
    weights = arguments.get("adapter_weights")
    pipeline.set_adapters(
        names, adapter_weights=None if weights is None else [weights] * len(names)
    )


def _attention_layers(denoiser: Any) -> list[str]:
    """Full names of the linear layers in the attention of a denoiser; networks name them in several ways."""
    import torch

    linear = [n for n, part in denoiser.named_modules() if isinstance(part, torch.nn.Linear)]
    return [name for name in linear if "att" in name] or linear


def with_image_adapter(pipeline: Any, scale: float) -> dict[str, Any]:
    """Load a random IP-Adapter with its image encoder and set its scale; return the image for the call.

    Args:
        pipeline: A freshly built pipeline.
        scale: What ``set_ip_adapter_scale`` is given.
    """
    import torch

    denoiser = denoiser_of(pipeline)
    layers = _image_layers(denoiser)
    with seeded():
        first = next(iter(layers.values()))
        projection = {
            "proj.weight": torch.randn(_TOKENS * first[1], _EMBEDDING),
            "proj.bias": torch.randn(_TOKENS * first[1]) * SMALLEST_WEIGHT,
            "norm.weight": torch.ones(first[1]),
            "norm.bias": torch.zeros(first[1]),
        }
        attention = {}
        for place, (width, inputs) in layers.items():
            for part in ("to_k_ip", "to_v_ip"):
                attention[f"{place}.{part}.weight"] = torch.randn(width, inputs) * inputs**-0.5
                attention[f"{place}.{part}.bias"] = torch.randn(width) * SMALLEST_WEIGHT
        if hasattr(pipeline, "unet"):
            attention = {key: value for key, value in attention.items() if key.endswith("weight")}
        weights = {"image_proj": projection, "ip_adapter": attention}
        denoiser._load_ip_adapter_weights([weights], low_cpu_mem_usage=False)  # noqa: SLF001 what load_ip_adapter calls
        pipeline.register_modules(**_image_encoder())
    pipeline.set_ip_adapter_scale(scale)
    return {"ip_adapter_image": picture(_IMAGE, _IMAGE)}


def _image_encoder() -> dict[str, Any]:
    from transformers import CLIPImageProcessor, CLIPVisionConfig, CLIPVisionModelWithProjection

    config = CLIPVisionConfig(
        hidden_size=16,
        intermediate_size=16,
        projection_dim=_EMBEDDING,
        image_size=_IMAGE,
        patch_size=_IMAGE // 2,
        num_attention_heads=2,
        num_hidden_layers=2,
    )
    processor = CLIPImageProcessor(
        size={"shortest_edge": _IMAGE}, crop_size={"height": _IMAGE, "width": _IMAGE}
    )
    encoder = enliven(CLIPVisionModelWithProjection(config))
    return {"image_encoder": encoder, "feature_extractor": processor}


def _image_layers(denoiser: Any) -> dict[int, tuple[int, int]]:
    """Number in the adapter's file -> width and inputs of each attention that looks at the image."""
    names = list(denoiser.attn_processors)
    config = denoiser.config
    if "joint_attention_dim" in config:
        if not hasattr(denoiser, "single_transformer_blocks"):
            raise NotBuiltError(f"no image adapter is made here for {type(denoiser).__name__}")
        joint = [name for name in names if not name.startswith("single_transformer_blocks")]
        return {i: (denoiser.inner_dim, config.joint_attention_dim) for i, _ in enumerate(joint)}
    crossing = [name for name in names if not name.endswith("attn1.processor")]
    widths = [
        denoiser.get_submodule(name.removesuffix(".processor")).to_q.out_features
        for name in crossing
    ]
    return {1 + 2 * i: (width, config.cross_attention_dim) for i, width in enumerate(widths)}
