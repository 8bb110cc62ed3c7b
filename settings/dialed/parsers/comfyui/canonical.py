"""ComfyUI's names and values to canonical ones, by the alias records, for the node they were met in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from dialed.errors import shown
from dialed.parsers.comfyui.graph import Graph, Link, Node
from dialed.parsers.comfyui.node_facts import VALUE_TYPES, facts_of
from dialed.value_conversion import number, tidy

if TYPE_CHECKING:
    from dialed.record_registry import Registry

GPU = ("_gpu",)
_USED = frozenset(
    {
        "text", "text_g", "text_l", "clip_l", "clip_g", "t5xxl", "prompt", "guidance", "ckpt_name", "unet_name",
        "lora_name", "strength_model", "strength_clip", "steps", "denoise", "scheduler", "cfg", "sampler_name",
        "noise_seed", "seed", "strength", "start_percent", "end_percent", "control_net_name", "width", "height",
        "weight_dtype", "type", "device", "cfg_conds", "cfg_cond2_negative", "step", "config_name",
    }
)  # fmt: skip
"""Inputs that are read by name elsewhere, or that say how a file is loaded, not how a picture is made."""


_ELSEWHERE = frozenset(
    {
        "loras", "lora_scale", "lora_weight", "controlnet_conditioning_scale", "control_guidance_start",
        "control_guidance_end", "prompt", "negative_prompt", "model", "vae", "seed", "sampler", "schedule",
        "num_inference_steps", "strength", "guidance_scale", "distilled_guidance_scale", "width", "height",
        "batch_size", "num_images", "clip_skip", "hires_scale", "hires_width", "hires_height", "hires_upscaler",
    }
)  # fmt: skip
"""Settings that are read where they mean something: in the pass, with its adapter or its control network."""


def canonical(
    graph: Graph, registry: Registry, stated: Mapping[str, Any], node: Node
) -> dict[str, Any]:
    """What ``stated``, under ComfyUI's names, says in canonical ids.

    A value that no record knows stays as it was written, with a problem.
    """
    place = f"node {node.id} ({node.kind})"
    known = {name: _plain(name, value) for name, value in stated.items()}
    understood = registry.reader("comfyui", None).understand(known)
    found: dict[str, Any] = {}
    for entry in understood.entries:
        if entry.setting is None or (entry.error is not None and not entry.stated):
            identifier = entry.setting or entry.key
            found[identifier] = entry.raw
            if entry.setting is not None:
                graph.problem(
                    place, f"{entry.key} {shown(entry.raw)} is none that is known; kept as written"
                )
            continue
        found |= {identifier: understood.settings[identifier] for identifier in entry.stated}
    for identifier, value in found.items():
        setting = registry.settings.get(identifier)
        if setting is not None and setting.kind in {"integer", "number"} and number(value) is None:
            graph.problem(place, f"{identifier} is {shown(value)}, no number; kept as written")
    return found


def _plain(name: str, value: Any) -> Any:
    """Numbers that are written as text become numbers; names of samplers lose where they compute."""
    if name == "sampler_name" and isinstance(value, str):
        return value.removeprefix("sample_").removesuffix("_gpu")
    if isinstance(value, str | float) and name not in {"scheduler", "add_noise"}:
        plain = number(value)
        if plain is not None and not isinstance(value, bool):
            whole = name in {"steps", "seed", "num_inference_steps", "stop_at_clip_layer"}
            # 0.4999999999999999 is what sums of steps leave in the interface: 0.5 is meant.
            return tidy(round(plain, 10) if isinstance(plain, float) else plain, whole=whole)
    return value


def canonical_share(value: Any) -> Any:
    """A denoising strength without what sums of steps leave behind."""
    return round(value, 10) if isinstance(value, float) else value


def extra_settings(
    registry: Registry, nodes: Iterable[Node], extras: dict[str, Any]
) -> dict[str, Any]:
    """Settings that nodes on the way state, as the alias records tie them to their classes; the rest to ``extras``."""
    found: dict[str, Any] = {}
    for node in nodes:
        rest: dict[str, Any] = {}
        for name, value in node.inputs.items():
            if isinstance(value, Link) or not isinstance(value, str | int | float | bool):
                continue
            setting = _tied(registry, node.kind, name)
            if setting in _ELSEWHERE or (setting or "").startswith(("lora", "control")):
                continue
            if setting is not None:
                if setting not in found:
                    found |= {
                        k: v
                        for k, v in _read(registry, name, value, setting).items()
                        if k not in found
                    }
            elif name not in _USED and _is_field(node, name):
                rest[name] = value
        if rest and _adds(node):
            extras.setdefault(node.kind, rest)
    return found


def _tied(registry: Registry, kind: str, name: str) -> str | None:
    """The setting whose alias names this node class."""
    for row in registry.names.meanings(name):
        if row.dialect == "comfyui" and row.where and kind in row.where.get("node", ()):
            return row.setting
    return None


def _read(registry: Registry, name: str, value: Any, setting: str) -> dict[str, Any]:
    record = registry.settings[setting]
    for alias in record.aliases:
        if alias.dialect == "comfyui" and alias.name == name and alias.convert is not None:
            entry = registry.reader("comfyui", None).understand({name: value}).entries[0]
            return dict(entry.stated)
    return {setting: value}


def _is_field(node: Node, name: str) -> bool:
    facts = facts_of(node.kind)
    known = facts.input(name) if facts else None
    return (
        known is not None and known.type in VALUE_TYPES and known.facts.get("choices") != "@loras"
    )


def _adds(node: Node) -> bool:
    """Whether a node changes the model or the guidance by numbers, so that its fields are worth keeping."""
    facts = facts_of(node.kind)
    if facts is None:
        return False
    kinds = {each.type for each in facts.inputs}
    return bool(kinds & {"MODEL", "CONDITIONING", "SIGMAS"}) and bool(
        set(facts.outputs) & {"MODEL", "CONDITIONING", "SIGMAS", "GUIDER"}
    )
