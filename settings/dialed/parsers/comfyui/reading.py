"""From a graph to a `Generation`: the output, the passes before it, and what each states in canonical words."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dialed.generation import ControlNet, Generation, Lora
from dialed.parsers.comfyui.canonical import canonical, canonical_share, extra_settings
from dialed.parsers.comfyui.graph import Graph, Link, Node
from dialed.parsers.comfyui.model_chain import read_vae
from dialed.parsers.comfyui.passes import passes_of
from dialed.parsers.comfyui.pixel_path import Resized, Way, enlarged, resized
from dialed.parsers.comfyui.samplers import PARTIAL, Sampling, read_sampling, sampler_test
from dialed.parsers.comfyui.scalars import Values

if TYPE_CHECKING:
    from dialed.record_registry import Registry


def read_graph(graph: Graph, registry: Registry) -> Generation:
    """What the graph's output was made with."""
    samples = sampler_test(graph)
    values = Values(graph)
    chain, ways, end = passes_of(graph, samples)
    if not chain:
        graph.problem("graph", "no node in it samples a picture, so there are no settings to read")
        return Generation("comfyui", {}, problems=tuple(graph.problems.values()))
    passes = [read_sampling(graph, values, node) for node in chain]
    sizes = [resized(graph, values, way) for way in ways]
    vae = read_vae(graph, values, end.vae or _own_vae(chain))
    return _generation(graph, registry, passes, ways, sizes, vae)


def _own_vae(chain: list[Node]) -> Link | None:
    return next(
        (link for node in reversed(chain) if (link := node.link("vae", "optional_vae", "ae"))), None
    )


def _generation(
    graph: Graph,
    registry: Registry,
    passes: list[Sampling],
    ways: list[Way],
    sizes: list[Resized],
    vae: str | None,
) -> Generation:
    base = passes[0]
    extras: dict[str, Any] = {}
    settings = _of_pass(graph, registry, base, extras)
    _put_size(settings, sizes[0])
    if base.model.name is not None:
        settings["model"] = base.model.name
    if vae is not None:
        settings["vae"] = vae
    further: list[dict[str, Any]] = []
    for place, each in enumerate(passes[1:], 1):
        own: dict[str, Any] = {}
        of_pass = _of_pass(graph, registry, each, own)
        _put_size(of_pass, _after(sizes, place))
        for shared in ("prompt", "negative_prompt", "distilled_guidance_scale", "clip_skip"):
            if of_pass.get(shared) == settings.get(shared):
                of_pass.pop(shared, None)
        if each.model.name is not None and each.model.name != base.model.name:
            of_pass["model"] = each.model.name
        further.append(of_pass | {k: v for k, v in own.items() if k in PARTIAL})
    settings |= _refiner(passes) | _hires(passes, ways, sizes)
    for identifier in [key for key in settings if key not in registry.settings]:
        extras[identifier] = settings.pop(identifier)
    return Generation(
        "comfyui",
        settings,
        loras=tuple(_once(lora for each in passes for lora in each.model.loras)),
        controlnets=tuple(_controlnets(passes)),
        passes=tuple(further),
        extras=extras,
        problems=tuple(graph.problems.values()),
    )


def _once(loras: Any) -> list[Lora]:
    return list(dict.fromkeys(loras))


def _controlnets(passes: list[Sampling]) -> list[ControlNet]:
    found: list[ControlNet] = []
    for each in passes:
        for control in (*each.positive.controlnets, *each.negative.controlnets):
            if control not in found:
                found.append(control)
    return found


def _of_pass(
    graph: Graph, registry: Registry, each: Sampling, extras: dict[str, Any]
) -> dict[str, Any]:
    """The settings of one pass; what is no setting goes into ``extras``."""
    stated = dict(each.stated)
    for name in PARTIAL:
        if name in stated:
            extras[name] = stated.pop(name)
    if not each.steps_run and "steps" in stated:
        stated["num_inference_steps"] = stated.pop("steps")
    if not each.steps_run and "denoise" in stated:
        stated["strength"] = stated.pop("denoise")
    guidance = each.positive.guidance
    if guidance is not None:
        stated["guidance"] = guidance
    if each.clip_skip is not None:
        stated["stop_at_clip_layer"] = each.clip_skip
    settings: dict[str, Any] = {}
    if each.positive.known:
        settings["prompt"] = each.positive.text
    if each.negative.known:
        settings["negative_prompt"] = each.negative.text
    settings |= canonical(graph, registry, stated, each.node)
    extras |= each.positive.others
    nodes = [*each.model.passed, *each.positive.passed, *each.passed]
    return extra_settings(registry, nodes, extras) | settings


def _put_size(settings: dict[str, Any], size: Resized) -> None:
    for name, value in (("width", size.width), ("height", size.height)):
        if isinstance(value, int) and not isinstance(value, bool):
            settings[name] = value
        elif isinstance(value, float) and value.is_integer():
            settings[name] = int(value)
    if isinstance(size.batch, int) and not isinstance(size.batch, bool):
        settings["batch_size"] = size.batch


def _after(sizes: list[Resized], place: int) -> Resized:
    """The size of a pass, worked out from the sizes before it where it only states a factor."""
    size = sizes[place]
    if size.width is not None:
        return Resized(size.width, size.height)
    factor = 1.0
    for each in reversed(sizes[: place + 1]):
        if each.width is not None:
            return Resized(enlarged(each.width, factor), enlarged(each.height, factor))
        if each.changed:
            if each.scale is None or each.unknown:
                return Resized()
            factor *= each.scale
    return Resized()


def _refiner(passes: list[Sampling]) -> dict[str, Any]:
    """Where a second model goes on with the same picture: which, and from which step."""
    for before, after in itertools.pairwise(passes):
        begins = after.stated.get("start_at_step")
        if (
            isinstance(begins, int)
            and begins > 0
            and before.model.name != after.model.name
            and after.model.name is not None
        ):
            return {"refiner_model": after.model.name, "refiner_switch_step": begins}
    return {}


def _hires(passes: list[Sampling], ways: list[Way], sizes: list[Resized]) -> dict[str, Any]:
    """The second pass as hires settings, where it plainly is one: the same model over an enlarged picture."""
    for place in range(1, len(passes)):
        size, way = sizes[place], ways[place]
        if (
            not size.changed
            or way.sampler is None
            or passes[place].model.name != passes[0].model.name
        ):
            continue
        found: dict[str, Any] = {}
        if size.width is not None and size.scale is None:
            found |= {"hires_width": size.width, "hires_height": size.height}
        elif size.scale is not None:
            found["hires_scale"] = size.scale
        if size.method is not None:
            found["hires_upscaler"] = size.method
        stated: Mapping[str, Any] = passes[place].stated
        if "denoise" in stated:
            found["hires_strength"] = canonical_share(stated["denoise"])
        if "steps" in stated:
            found["hires_steps"] = stated["steps"]
        return {k: v for k, v in found.items() if v is not None}
    return {}
