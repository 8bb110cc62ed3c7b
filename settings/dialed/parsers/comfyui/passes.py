"""Which passes of a sampler lie behind a graph's output, in the order they run."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable

from dialed.parsers.comfyui.graph import LONGEST_PATH, Graph, Link, Node
from dialed.parsers.comfyui.node_facts import facts_of
from dialed.parsers.comfyui.pixel_path import Way, carriers, way_back

MOST_PASSES = 50
MOST_INPUTS = 50
_SAVES = re.compile(r"save|export|saver|videocombine|output", re.IGNORECASE)
_SHOWS = re.compile(r"preview|show|display|compar", re.IGNORECASE)


def passes_of(graph: Graph, samples: Callable[[Node], bool]) -> tuple[list[Node], list[Way], Way]:
    """The passes behind the best output, first pass first; for each the way to what came before it; the last way."""
    best: tuple[tuple[int, ...], list[Node], list[Way], Way] | None = None
    looked = 0
    for order, output in enumerate(_outputs(graph)):
        if looked > 20 * LONGEST_PATH:
            break
        end = _from_output(graph, output, samples)
        looked += end.looked + 1
        if end.sampler is None:
            continue
        chain, ways = _passes(graph, end.sampler, samples)
        looked += sum(way.looked for way in ways)
        rank = (0 if _SHOWS.search(output.kind) else 1, len(chain), -order)
        if best is None or rank > best[0]:
            best = (rank, chain, ways, end)
    if best is None:
        for node in graph.nodes.values():
            if samples(node) and not graph.consumers(node):
                chain, ways = _passes(graph, node, samples)
                return chain, ways, Way()
        last = next((node for node in reversed(graph.nodes.values()) if samples(node)), None)
        if last is None:
            return [], [], Way()
        return *_passes(graph, last, samples), Way()
    _others(graph, samples, best[1])
    return best[1], best[2], best[3]


def _others(graph: Graph, samples: Callable[[Node], bool], chain: list[Node]) -> None:
    used = {node.id for node in chain}
    apart = [node for node in graph.nodes.values() if node.id not in used and samples(node)]
    if apart:
        named = ", ".join(f"{node.id} ({node.kind})" for node in apart[:5])
        graph.problem(
            "graph", f"other samplers lie on other ways than to the chosen output: {named}"
        )


def _outputs(graph: Graph) -> list[Node]:
    """Nodes that a picture goes into and nothing comes out of."""
    found = []
    for node in graph.nodes.values():
        facts = facts_of(node.kind)
        if (
            (facts is not None and facts.saves)
            or not graph.consumers(node)
            or _SAVES.search(node.kind)
        ) and next(node.links(), None) is not None:
            found.append(node)
    return found


def _from_output(graph: Graph, output: Node, samples: Callable[[Node], bool]) -> Way:
    if samples(output):
        return Way(sampler=output)
    way = Way()
    for name, link in itertools.islice(output.links(), MOST_INPUTS):
        carried = graph.type_of(link) or output.type_of(name)
        if carried in {"IMAGE", "LATENT", "VIDEO", "MASK", None} or "PIPE" in carried:
            way = way_back(graph, link, samples)
            if way.sampler is not None:
                return way
    return way


def _passes(
    graph: Graph, last: Node, samples: Callable[[Node], bool]
) -> tuple[list[Node], list[Way]]:
    chain = [last]
    ways: list[Way] = []
    seen = {last.id}
    while True:
        way = way_back(graph, _picture_into(graph, chain[0]), samples)
        ways.insert(0, way)
        before = way.sampler
        if before is None:
            before = _through_conditioning(graph, chain[0], samples)
        if before is None or before.id in seen or len(chain) >= MOST_PASSES:
            return chain, ways
        seen.add(before.id)
        chain.insert(0, before)


def _picture_into(graph: Graph, node: Node) -> Link | None:
    """The input through which a sampler gets what it works on."""
    link = node.link(
        "latent_image", "latent", "samples", "latents", "optional_latent", "init_latent"
    )
    if link is not None:
        return link
    for wanted in ("LATENT", "IMAGE"):
        if found := graph.inputs_of_type(node, wanted):
            return found[0][1]
    found_links = carriers(graph, node)
    return found_links[0] if found_links else None


def _through_conditioning(graph: Graph, node: Node, samples: Callable[[Node], bool]) -> Node | None:
    """A pass whose latent reaches this one as conditioning (Stable Cascade's second stage)."""
    positive = graph.origin(node.link("positive"))
    link = positive.link("stage_c") if positive is not None else None
    return way_back(graph, link, samples).sampler if link is not None else None
