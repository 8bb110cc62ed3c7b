"""Samplers taken apart: what the nodes behind SAMPLER, SIGMAS, NOISE and GUIDER inputs say."""

from __future__ import annotations

import re
from typing import Any

from dialed.parsers.comfyui.graph import Graph, Link, Node
from dialed.parsers.comfyui.node_facts import names_of
from dialed.parsers.comfyui.scalars import MISSING, Values
from dialed.parsers.comfyui.tracing import back

SCHEDULES = {
    "KarrasScheduler": "karras",
    "ExponentialScheduler": "exponential",
    "PolyexponentialScheduler": "polyexponential",
    "LaplaceScheduler": "laplace",
    "VPScheduler": "vp",
    "BetaSamplingScheduler": "beta",
    "SDTurboScheduler": "sd_turbo",
    "AlignYourStepsScheduler": "align_your_steps",
    "GITSScheduler": "gits",
    "Flux2Scheduler": "flux2",
    "Ideogram4Scheduler": "logit_normal",
    "LTXVScheduler": "ltxv",
    "OptimalStepsScheduler": "optimal_steps",
}
"""Nodes that are a schedule of their own, by the id of its record."""

SAMPLER_NODES = {
    "SamplerDPMAdaptative": "dpm_adaptive",
    "SamplerDPMPP_2M_SDE": "dpmpp_2m_sde",
    "SamplerDPMPP_3M_SDE": "dpmpp_3m_sde",
    "SamplerDPMPP_SDE": "dpmpp_sde",
    "SamplerDPMPP_2S_Ancestral": "dpmpp_2s_ancestral",
    "SamplerEulerAncestral": "euler_ancestral",
    "SamplerEulerAncestralCFGPP": "euler_ancestral_cfg_pp",
    "SamplerEulerCFGpp": "euler_cfg_pp",
    "SamplerLMS": "lms",
    "SamplerER_SDE": "er_sde",
    "SamplerSASolver": "sa_solver",
    "SamplerLCMUpscale": "lcm",
}
"""Nodes that are a sampler of their own, by the name it has among the others."""

MOST_PARTS = 100


def read_sampler(graph: Graph, values: Values, link: Link | None, found: dict[str, Any]) -> None:
    """Name and own settings of the sampler behind a SAMPLER input."""
    for _ in range(MOST_PARTS):
        node = graph.origin(link)
        if node is None:
            return
        name = values.first(node, "sampler_name", "sampler")
        if isinstance(name, str):
            found["sampler_name"] = name
            return
        named = SAMPLER_NODES.get(node.kind) or _spelt(node.kind)
        if named is not None:
            found["sampler_name"] = named
            for own in ("eta", "s_noise"):
                value = values.of(node, own) if own in node.inputs else MISSING
                if value is not MISSING:
                    found[own] = value
            return
        onward = back(graph, node, link.slot if link else 0, "SAMPLER")
        if not onward:
            graph.problem(
                f"node {node.id} ({node.kind})", "which sampler it is, is not said in the graph"
            )
            return
        link = onward[0]


def _spelt(kind: str) -> str | None:
    plain = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind.removeprefix("Sampler")).casefold()
    return plain if plain in names_of("@samplers") else None


def read_sigmas(
    graph: Graph, values: Values, link: Link | None, found: dict[str, Any]
) -> list[Node]:
    """Schedule, steps and the part of it that runs, behind a SIGMAS input; the nodes on the way."""
    passed: list[Node] = []
    for _ in range(MOST_PARTS):
        node = graph.origin(link)
        if node is None or link is None:
            return passed
        passed.append(node)
        if node.kind == "SplitSigmas":
            _put(values, node, "step", found, "end_at_step" if link.slot == 0 else "start_at_step")
        elif node.kind == "SplitSigmasDenoise":
            if link.slot == 1:
                _put(values, node, "denoise", found, "denoise")
        elif "steps" in node.inputs:
            if node.kind in SCHEDULES:
                found["scheduler"] = SCHEDULES[node.kind]
            else:
                _put(values, node, "scheduler", found, "scheduler")
            _put(values, node, "steps", found, "steps")
            if "denoise" not in found:
                _put(values, node, "denoise", found, "denoise")
            return passed
        onward = back(graph, node, link.slot, "SIGMAS")
        if not onward:
            text = node.inputs.get("sigmas")
            if isinstance(text, str):  # sigmas written out: one more than the steps between them
                count = len(re.findall(r"-?\d+(?:\.\d+)?", text[:10_000]))
                found["steps"] = max(0, count - 1)
            return passed
        link = onward[0]
    return passed


def _put(values: Values, node: Node, name: str, found: dict[str, Any], under: str) -> None:
    value = values.of(node, name) if name in node.inputs else MISSING
    if value is not MISSING:
        found[under] = value


def read_noise(graph: Graph, values: Values, link: Link | None, found: dict[str, Any]) -> None:
    """The seed behind a NOISE input."""
    for _ in range(MOST_PARTS):
        node = graph.origin(link)
        if node is None or link is None:
            return
        if node.kind == "DisableNoise":
            found["add_noise"] = "disable"
            return
        seed = values.first(node, "noise_seed", "seed")
        if seed is not MISSING:
            found["noise_seed"] = seed
            return
        onward = back(graph, node, link.slot, "NOISE")
        link = onward[0] if onward else None
