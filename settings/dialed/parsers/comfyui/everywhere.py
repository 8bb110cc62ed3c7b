"""Inputs that are fed without links: the "Anything Everywhere" nodes send what they get to all that lack it."""

from __future__ import annotations

from dialed.parsers.comfyui.graph import Graph, Link

SENDERS = frozenset(
    {
        "Anything Everywhere",
        "Anything Everywhere3",
        "Anything Everywhere?",
        "Prompts Everywhere",
        "Seed Everywhere",
    }
)
SENT = frozenset({"MODEL", "CLIP", "VAE", "CONDITIONING", "LATENT", "IMAGE", "UPSCALE_MODEL"})


def feed(graph: Graph) -> None:
    """Link every input that is open and of a type that is sent to its sender."""
    senders = [node for node in graph.nodes.values() if node.kind in SENDERS]
    if not senders:
        return
    by_type: dict[tuple[str, str], Link] = {}
    seed: Link | None = None
    for node in senders:
        links = list(node.links())
        if node.kind == "Seed Everywhere":
            seed = Link(node.id, 0)
        for place, (_, link) in enumerate(links):
            carried = graph.type_of(link)
            if carried in SENT:
                role = (
                    ("positive", "negative")[place]
                    if node.kind == "Prompts Everywhere" and place < 2
                    else ""
                )
                by_type.setdefault((carried, role), link)
    for node in graph.nodes.values():
        if node.kind in SENDERS:
            continue
        for name, type_ in node.types.items():
            if name in node.inputs:
                continue
            sent = by_type.get((type_, _role(name))) or by_type.get((type_, ""))
            if sent is not None and sent.node != node.id:
                node.inputs[name] = sent
            elif seed is not None and type_ == "INT" and name in {"seed", "noise_seed"}:
                node.inputs[name] = seed


def _role(name: str) -> str:
    return name if name in {"positive", "negative"} else ""
