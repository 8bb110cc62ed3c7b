"""What changes the model before it is sampled, and which model it is: the chain behind a MODEL input."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dialed.generation import Lora
from dialed.parsers.comfyui.graph import LONGEST_PATH, Graph, Link, Node
from dialed.parsers.comfyui.loras import NONE, loras_of
from dialed.parsers.comfyui.node_facts import is_weight_file
from dialed.parsers.comfyui.scalars import Values
from dialed.parsers.comfyui.tracing import back

FILES = (
    "ckpt_name",
    "unet_name",
    "base_ckpt_name",
    "model_name",
    "ckpt",
    "checkpoint",
    "checkpoint_name",
    "diffusion_model",
    "gguf_name",
    "model_path",
    "base_model",
    "diffusers_model",
    "file_name",
    "model",
)


@dataclass(slots=True)
class ModelChain:
    """The model of one pass.

    Attributes:
        name: File as written, or None where no node says it.
        loras: Adapters in the order applied.
        passed: Nodes on the way, from the sampler to the loader.
        loader: The node that loads it.
    """

    name: str | None = None
    loras: list[Lora] = field(default_factory=list)
    passed: list[Node] = field(default_factory=list)
    loader: Node | None = None


def read_model(graph: Graph, values: Values, link: Link | None) -> ModelChain:
    """Walk back from a MODEL input to the loader."""
    found = ModelChain()
    seen: set[Link] = set()
    while link is not None and link not in seen and len(seen) < LONGEST_PATH:
        seen.add(link)
        node = graph.origin(link)
        if node is None:
            break
        found.passed.append(node)
        found.loras[:0] = loras_of(graph, values, node)
        onward = [] if _loads(graph, node) else back(graph, node, link.slot, "MODEL")
        if not onward:
            found.loader = node
            found.name = file_of(values, node)
            if found.name is None:
                graph.problem(
                    f"node {node.id} ({node.kind})", "which model it gives is not said in the graph"
                )
            break
        link = onward[0]
    return found


def _loads(graph: Graph, node: Node) -> bool:
    """Whether a node names a model file and has no model to work on."""
    return any(isinstance(node.inputs.get(n), str) for n in FILES[:5]) and not graph.inputs_of_type(
        node, "MODEL"
    )


def file_of(values: Values, node: Node, names: tuple[str, ...] = FILES) -> str | None:
    """The model file that a node names."""
    for name in names:
        if name in node.inputs:
            value = values.of(node, name)
            if isinstance(value, str) and value not in NONE:
                return value
    for value in node.inputs.values():
        if is_weight_file(value):
            return str(value)
    first = node.inputs.get("text")
    # A loader that nobody knows, in a workflow: its first text is what it loads.
    return first if isinstance(first, str) and "load" in node.kind.casefold() else None


def read_vae(graph: Graph, values: Values, link: Link | None) -> str | None:
    """The file of the VAE behind a VAE input; None where it is the checkpoint's own."""
    seen: set[Link] = set()
    while link is not None and link not in seen and len(seen) < LONGEST_PATH:
        seen.add(link)
        node = graph.origin(link)
        if node is None:
            return None
        held = [n for n in ("vae_name", "vae") if n in node.inputs and node.type_of(n) != "VAE"]
        name: Any = values.of(node, held[0]) if held else None
        if isinstance(name, str):
            return None if name in NONE or name.casefold().startswith(("baked", "#ext")) else name
        onward = back(graph, node, link.slot, "VAE")
        link = onward[0] if onward else None
    return None


def read_clip_skip(graph: Graph, values: Values, encoder: Node) -> int | None:
    """ComfyUI's number of the last layer used (-1: all) behind the CLIP of a text encoder, where stated."""
    link = encoder.link("clip", "clip1")
    node: Node | None = encoder
    seen: set[Link] = set()
    while node is not None and len(seen) < LONGEST_PATH:
        for name in ("stop_at_clip_layer", "clip_skip"):
            if name in node.inputs:
                value = values.of(node, name)
                if isinstance(value, int) and not isinstance(value, bool):
                    return value if value < 0 else -value if value > 0 else None
        if link is None:
            pipes = back(graph, node, 0, "CLIP") if node is encoder else []
            link = pipes[0] if pipes else None
        if link is None or link in seen:
            return None
        seen.add(link)
        node = graph.origin(link)
        if node is None:
            return None
        onward = back(graph, node, link.slot, "CLIP")
        link = onward[0] if onward else None
        if link is None:
            for name in ("stop_at_clip_layer", "clip_skip"):
                value = values.of(node, name) if name in node.inputs else None
                if isinstance(value, int) and not isinstance(value, bool):
                    return value if value < 0 else -value if value > 0 else None
            return None
    return None
