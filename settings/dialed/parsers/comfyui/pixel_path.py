"""The way of the picture back through a graph: latents and images, what resized them, and where they began."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from dialed.parsers.comfyui.graph import LONGEST_PATH, Graph, Link, Node
from dialed.parsers.comfyui.node_facts import facts_of
from dialed.parsers.comfyui.scalars import MISSING, Values, sizes_in
from dialed.parsers.comfyui.tracing import is_pipe, switched
from dialed.value_conversion import number

CARRIES = frozenset({"LATENT", "IMAGE", "VIDEO"})
_SIDES = (
    ("width", "height"),
    ("empty_latent_width", "empty_latent_height"),
    ("target_width", "target_height"),
    ("resize_width", "resize_height"),
    ("new_width", "new_height"),
    ("custom_width", "custom_height"),
    ("width_override", "height_override"),
    ("initial_width", "initial_height"),
)
_SCALE = (
    "scale_by",
    "upscale_by",
    "factor",
    "scale",
    "rescale_factor",
    "upscale_factor",
    "scale_factor",
)
_NO_RESIZE = re.compile(r"save|preview|decode|encode|sampler|crop|mask|batch|text", re.IGNORECASE)


@dataclass(slots=True)
class Way:
    """From one input back to where its picture began.

    Attributes:
        nodes: Nodes on the way, nearest first.
        sampler: The pass that it comes from.
        start: The node that it begins with, where no pass came before.
        encoded: Whether an image is encoded on the way and no pass comes before it.
        vae: VAE of the first decoding on the way.
        looked: How many nodes were looked at.
    """

    nodes: list[Node] = field(default_factory=list)
    sampler: Node | None = None
    start: Node | None = None
    encoded: bool = False
    vae: Link | None = None
    looked: int = 0


def carriers(graph: Graph, node: Node) -> list[Link]:
    """The inputs through which the picture comes into ``node``, likeliest first."""
    through = switched(node)
    if isinstance(through, Link):
        return [through]
    sure: list[Link] = []
    likely: list[Link] = []
    for name, link in node.links():
        carried, stated = graph.type_of(link), node.type_of(name)
        if carried in CARRIES or (carried is None and stated in CARRIES):
            sure.append(link)
        elif carried is None and stated is None and not _other(name):
            likely.append(link)
    if sure:
        return sure
    pipes = [link for name, link in node.links() if is_pipe(graph, node, name, link)]
    return list(dict.fromkeys([*likely, *pipes]))


def _other(name: str) -> bool:
    return bool(
        re.search(
            r"model|clip|vae|cond|positive|negative|text|prompt|control|lora|mask|style",
            name,
            re.IGNORECASE,
        )
    )


def way_back(graph: Graph, link: Link | None, is_sampler: Callable[[Node], bool]) -> Way:
    """The way from ``link`` back to a sampler if one is behind it, else to where the picture began."""
    stack: list[tuple[Link, tuple[Any, ...] | None]] = [(link, None)] if link is not None else []
    seen: set[str] = set()
    first_end: tuple[Any, ...] | None = None
    while stack and len(seen) < LONGEST_PATH:
        here, trail = stack.pop()
        node = graph.origin(here)
        if node is None or node.id in seen:
            continue
        seen.add(node.id)
        trail = (node, trail)
        if is_sampler(node):
            return _way(trail, node, len(seen))
        onward = carriers(graph, node)
        if not onward and first_end is None:
            first_end = trail
        stack += [(each, trail) for each in reversed(onward)]
    return _way(first_end, None, len(seen)) if first_end is not None else Way(looked=len(seen))


def _way(trail: tuple[Any, ...], sampler: Node | None, looked: int) -> Way:
    nodes: list[Node] = []
    here: tuple[Any, ...] | None = trail
    while here is not None:
        nodes.append(here[0])
        here = here[1]
    nodes.reverse()
    way = Way(nodes=nodes, sampler=sampler, looked=looked)
    if sampler is not None:
        way.nodes = nodes[:-1]
    elif nodes:
        way.start = nodes[-1]
        way.encoded = any(encodes(node) for node in nodes) or (
            way.start.output(0) == "IMAGE" and "width" not in way.start.inputs
        )
    for node in way.nodes:
        if way.vae is None and (decoder := node.link("vae", "optional_vae")) and not encodes(node):
            way.vae = decoder
    return way


def encodes(node: Node) -> bool:
    """Whether a node makes a latent of an image."""
    facts = facts_of(node.kind)
    if facts is not None:
        kinds = {each.type for each in facts.inputs}
        return (
            "IMAGE" in kinds
            and "LATENT" not in kinds
            and "LATENT" in facts.outputs
            and bool(node.link("pixels", "image", "images"))
        )
    return node.link("pixels") is not None


@dataclass(slots=True)
class Resized:
    """What a way did to the size.

    Attributes:
        width: Width in pixels after it, where the nodes say it.
        height: Height in pixels after it.
        scale: Factor that it was multiplied by, where the nodes say it.
        method: Upscaling model or method.
        batch: Pictures at once, where stated.
        changed: Whether anything resized it.
        unknown: Whether something resized it by a factor that the graph does not say.
    """

    width: Any = None
    height: Any = None
    scale: float | None = None
    method: str | None = None
    batch: Any = None
    changed: bool = False
    unknown: bool = False


def resized(graph: Graph, values: Values, way: Way) -> Resized:
    """Play the way forwards: sizes, factors, batches."""
    found = Resized()
    for node in reversed(way.nodes):
        size = _size(values, node)
        if size is not None:
            if node is not way.start:
                found.changed = True
            found.width, found.height = size
            if 0 in size:  # zero means: keep the proportion
                found.width = found.height = None
            found.scale, found.unknown = None, 0 in size
        factor = _factor(graph, values, node)
        if factor is None and node.link("upscale_model") is not None:
            found.changed = found.unknown = True
            found.width = found.height = None
        if factor is not None:
            found.changed = True
            found.scale = (
                factor
                if found.scale is None and found.width is None
                else (found.scale or 1) * factor
            )
            found.width, found.height = (
                enlarged(found.width, factor),
                enlarged(found.height, factor),
            )
        method = _method(graph, values, node) if node is not way.start else None
        if method and (found.method is None or "upscale_model" in node.inputs):
            found.method = method
        batch = (
            values.first(node, "batch_size")
            if node is way.start or "batch_size" in node.inputs
            else MISSING
        )
        if batch is not MISSING and (node is way.start or found.batch is None):
            found.batch = batch
        if found.unknown:
            found.scale = None
        if node.kind == "RepeatLatentBatch":
            amount = values.first(node, "amount")
            if isinstance(amount, int):
                found.batch = amount * (found.batch if isinstance(found.batch, int) else 1)
    return found


def enlarged(side: Any, factor: float) -> int | None:
    """A side in pixels times a factor; None where it is no number."""
    plain = None if isinstance(side, str) else number(side)
    result = plain * factor if plain is not None and abs(plain) < 1e9 else None
    return round(result) if result is not None and abs(result) < 1e9 else None


def _size(values: Values, node: Node) -> tuple[Any, Any] | None:
    """Width and height that a node sets, if it does."""
    if (
        _NO_RESIZE.search(node.kind)
        and not re.search(r"empty|latent_?size|scale|resize", node.kind, re.IGNORECASE)
        and node.output(0) == "IMAGE"
    ):
        return None
    stated = sizes_in(node)
    for wide, high in _SIDES:
        if wide in node.inputs and high in node.inputs:
            width, height = values.of(node, wide), values.of(node, high)
            if stated:  # chosen from a list; only an override counts more
                own = wide == "width_override" and width and height
                return (width, height) if own else stated
            if width is MISSING or height is MISSING:
                return stated
            return width, height
    return stated


def _factor(graph: Graph, values: Values, node: Node) -> float | None:
    """The factor by which a node resizes."""
    if any(wide in node.inputs for wide, _ in _SIDES[:1]) and "scale_by" not in node.inputs:
        return None
    if node.link("upscale_model") is not None and "upscale_by" not in node.inputs:
        return model_factor(upscaler(graph, values, node))
    if not re.search(r"scale|resize", node.kind, re.IGNORECASE):
        return None
    for name in _SCALE:
        value = values.of(node, name) if name in node.inputs else MISSING
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 100:
            return float(value)
    return None


def upscaler(graph: Graph, values: Values, node: Node) -> str | None:
    """The upscaling model that a node uses."""
    loader = graph.origin(node.link("upscale_model"))
    name = values.first(loader, "model_name", "upscale_model_name", "name") if loader else MISSING
    return name if isinstance(name, str) else None


def model_factor(name: str | None) -> float | None:
    """What an upscaling model multiplies by, as its file's name says (``4x-UltraSharp``)."""
    found = re.search(r"(?:^|[^a-z0-9])([1248])x|x([1248])(?:[^0-9]|$)", (name or "").casefold())
    return float(found.group(1) or found.group(2)) if found else None


def _method(graph: Graph, values: Values, node: Node) -> str | None:
    if node.link("upscale_model") is not None:
        return upscaler(graph, values, node)
    value = (
        values.first(node, "upscale_method", "model_name", "upscaler")
        if re.search("scale|resize", node.kind, re.IGNORECASE)
        else MISSING
    )
    return value if isinstance(value, str) else None
