"""ComfyUI: settings as an API graph that its own node definitions accept, and graphs as settings.

What a graph needs and the settings do not state is added with a note: the recommended value where the model is
known, else the node's own default. Settings that no node here can say are lost, with a note.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dialed.dialects.comfyui_models import load_model, patch_model
from dialed.dialects.comfyui_nodes import GraphBuilder
from dialed.dialects.comfyui_passes import hires_pass, sample
from dialed.dialects.comfyui_values import Wishes
from dialed.dialects.flat import note_fidelity
from dialed.graph_shape import find_graph
from dialed.parsers.comfyui_graph import parse_as

if TYPE_CHECKING:
    from dialed.record_registry import Registry
    from dialed.translation import Draft


def flatten(payload: Mapping[str, Any], registry: Registry) -> Mapping[str, Any]:
    """The settings of a graph, by canonical id; names and values side by side stay as they are."""
    if find_graph(payload) is None:
        return payload
    return parse_as(payload, "comfyui", registry).settings


def write(draft: Draft) -> tuple[dict[str, Any], str]:
    """Write the settings as an API graph."""
    wishes = Wishes(draft)
    graph = GraphBuilder()
    loaded = load_model(graph, wishes)
    patch_model(graph, wishes, loaded)
    positive, negative = _texts(graph, wishes, loaded.clip)
    latent = _start(graph, wishes, loaded.vae, wide=loaded.wide)
    latent = sample(graph, wishes, loaded, (positive, negative), latent)
    latent = hires_pass(graph, wishes, loaded, (positive, negative), latent)
    picture = graph.add("VAEDecode", samples=latent, vae=loaded.vae)
    graph.add("SaveImage", images=graph.out(picture, "IMAGE"))
    wishes.note_the_rest()
    note_fidelity(draft)
    return graph.nodes, ""


def _texts(graph: GraphBuilder, wishes: Wishes, clip: list[Any]) -> tuple[list[Any], list[Any]]:
    """The two conditionings, with embedded guidance where it is stated or the model has it."""
    prompt = wishes.value("prompt", "CLIPTextEncode", "text", fallback="")
    node = graph.add("CLIPTextEncode", "Prompt", text=prompt, clip=clip)
    plain = graph.out(node, "CONDITIONING")
    positive = plain
    if wishes.states("distilled_guidance_scale") or wishes.embedded_guidance:
        guidance = wishes.value("distilled_guidance_scale", "FluxGuidance", "guidance")
        node = graph.add("FluxGuidance", conditioning=positive, guidance=guidance)
        positive = graph.out(node, "CONDITIONING")
    if wishes.states("negative_prompt") or not wishes.guidance_is_off:
        text = wishes.value("negative_prompt", "CLIPTextEncode", "text", fallback="")
        node = graph.add("CLIPTextEncode", "Negative prompt", text=text, clip=clip)
    else:
        node = graph.add("ConditioningZeroOut", conditioning=plain)
    return positive, graph.out(node, "CONDITIONING")


def _start(graph: GraphBuilder, wishes: Wishes, vae: list[Any], *, wide: bool) -> list[Any]:
    """The latent that sampling starts from: empty, or an encoded picture."""
    if wishes.from_a_picture:
        node = graph.add("LoadImage", "Put your picture here", image=wishes.picture)
        pixels = graph.out(node, "IMAGE")
        if wishes.states("width") and wishes.states("height"):
            node = graph.add(
                "ImageScale",
                image=pixels,
                upscale_method="lanczos",
                width=wishes.value("width", "ImageScale", "width"),
                height=wishes.value("height", "ImageScale", "height"),
                crop="center",
            )
            pixels = graph.out(node, "IMAGE")
        node = graph.add("VAEEncode", pixels=pixels, vae=vae)
        latent = graph.out(node, "LATENT")
        if wishes.states("batch_size"):
            amount = wishes.value("batch_size", "RepeatLatentBatch", "amount")
            latent = graph.out(
                graph.add("RepeatLatentBatch", samples=latent, amount=amount), "LATENT"
            )
        return latent
    kind = "EmptySD3LatentImage" if wide else "EmptyLatentImage"
    node = graph.add(
        kind,
        width=wishes.value("width", kind, "width", fallback=wishes.native_size[0]),
        height=wishes.value("height", kind, "height", fallback=wishes.native_size[1]),
        batch_size=wishes.value("batch_size", kind, "batch_size", fallback=1),
    )
    return graph.out(node, "LATENT")
