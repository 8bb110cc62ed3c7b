"""The part of a graph that loads the model and changes it before it is sampled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dialed.dialects.comfyui_nodes import GraphBuilder, Out
from dialed.dialects.comfyui_values import Wishes
from dialed.errors import shown
from dialed.parsers.comfyui.node_facts import is_weight_file


@dataclass(slots=True)
class Loaded:
    """What the loaders give.

    Attributes:
        model: Link to the denoiser.
        clip: Link to the text encoders.
        vae: Link to the VAE.
        wide: Whether its latents have sixteen channels (FLUX.1, SD3).
    """

    model: Out
    clip: Out
    vae: Out
    wide: bool


def load_model(graph: GraphBuilder, wishes: Wishes) -> Loaded:
    """Add the loaders that the model's family needs; a plain checkpoint where no family is known."""
    file = _file(wishes)
    flux = bool(wishes.lineage & {"family-flux1"})
    third = bool(wishes.lineage & {"family-sd3"})
    if flux:
        node = graph.add("UNETLoader", unet_name=file, weight_dtype="default")
        model = graph.out(node, "MODEL")
        node = graph.add(
            "DualCLIPLoader",
            clip_name1="clip_l.safetensors",
            clip_name2="t5xxl_fp16.safetensors",
            type="flux",
        )
        clip = graph.out(node, "CLIP")
        vae = _vae(graph, wishes, "ae.safetensors")
        return Loaded(model, clip, vae, wide=True)
    node = graph.add("CheckpointLoaderSimple", ckpt_name=file)
    model, clip, vae = (graph.out(node, each) for each in ("MODEL", "CLIP", "VAE"))
    if third:
        node = graph.add(
            "TripleCLIPLoader",
            clip_name1="clip_l.safetensors",
            clip_name2="clip_g.safetensors",
            clip_name3="t5xxl_fp16.safetensors",
        )
        clip = graph.out(node, "CLIP")
    if wishes.states("vae"):
        vae = _vae(graph, wishes, None)
    return Loaded(model, clip, vae, wide=third)


def _vae(graph: GraphBuilder, wishes: Wishes, usual: str | None) -> Out:
    name = wishes.value("vae", "VAELoader", "vae_name", fallback=usual)
    return graph.out(graph.add("VAELoader", vae_name=name), "VAE")


def _file(wishes: Wishes) -> str:
    """The file of the model: as stated, else what its repository is called, with a note."""
    wishes.take("model")
    stated = wishes.settings.get("model")
    model = wishes.draft.model
    if isinstance(stated, str) and stated and (is_weight_file(stated) or model is None):
        return stated
    name = model.hub.rpartition("/")[2] if model is not None and model.hub else stated
    file = f"{name}.safetensors" if isinstance(name, str) and name else "model.safetensors"
    told = f"{shown(file)}: put the name of your own file there"
    wishes.draft.note("added" if stated is None else "converted", "model", told)
    return file


def patch_model(graph: GraphBuilder, wishes: Wishes, loaded: Loaded) -> None:
    """Add adapters, clip skip and everything else that changes the model, and move the links of ``loaded`` on."""
    for lora in wishes.draft.generation.loras:
        weight = 1.0 if lora.weight is None else lora.weight
        clip = weight if lora.text_encoder_weight is None else lora.text_encoder_weight
        node = graph.add(
            "LoraLoader",
            model=loaded.model,
            clip=loaded.clip,
            lora_name=lora.name if is_weight_file(lora.name) else f"{lora.name}.safetensors",
            strength_model=weight,
            strength_clip=clip,
        )
        loaded.model, loaded.clip = graph.out(node, "MODEL"), graph.out(node, "CLIP")
    if wishes.draft.generation.loras:
        wishes.draft.carry("loras")
        wishes.take("loras")
    if wishes.states("clip_skip"):
        last = wishes.value("clip_skip", "CLIPSetLastLayer", "stop_at_clip_layer")
        node = graph.add("CLIPSetLastLayer", clip=loaded.clip, stop_at_clip_layer=last)
        loaded.clip = graph.out(node, "CLIP")
    for kind, parts in _PATCHES:
        if not any(wishes.states(setting) for setting in parts.values()):
            continue
        values = {name: wishes.value(setting, kind, name) for name, setting in parts.items()}
        values |= _sizes(wishes) if kind == "ModelSamplingFlux" else {}
        node = graph.add(kind, model=loaded.model, **values)
        loaded.model = graph.out(node, "MODEL")


_PATCHES: tuple[tuple[str, dict[str, str]], ...] = (
    ("ModelSamplingSD3", {"shift": "shift"}),
    ("ModelSamplingFlux", {"max_shift": "max_shift", "base_shift": "base_shift"}),
    ("FreeU", {"b1": "freeu_b1", "b2": "freeu_b2", "s1": "freeu_s1", "s2": "freeu_s2"}),
    ("PerturbedAttentionGuidance", {"scale": "pag_scale"}),
    ("RescaleCFG", {"multiplier": "guidance_rescale"}),
)
"""Nodes that change the model, and the setting of each of their inputs, in the order they are chained."""


def _sizes(wishes: Wishes) -> dict[str, Any]:
    """The picture's size, which the node does not see by itself."""
    found: dict[str, Any] = {}
    for side, native in zip(("width", "height"), wishes.native_size, strict=True):
        stated = wishes.settings.get(side)
        found[side] = stated if isinstance(stated, int) and 16 <= stated <= 16384 else native
    return found
