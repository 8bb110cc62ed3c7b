"""The part of a graph that samples: one pass, and a second over an enlarged picture."""

from __future__ import annotations

from typing import Any

from dialed.dialects.comfyui_models import Loaded
from dialed.dialects.comfyui_nodes import GraphBuilder, Out, refusal
from dialed.dialects.comfyui_values import Wishes
from dialed.parsers.comfyui.node_facts import is_weight_file
from dialed.parsers.comfyui.pixel_path import model_factor
from dialed.parsers.comfyui.sampler_parts import SAMPLER_NODES, SCHEDULES
from dialed.value_conversion import number

Texts = tuple[Out, Out]
APART = {schedule: kind for kind, schedule in SCHEDULES.items() if schedule != "beta"} | {
    "karras": "KarrasScheduler",
    "exponential": "ExponentialScheduler",
}
_SIGMAS = ("sigma_min", "sigma_max", "rho")
_NOISE = ("eta", "s_noise")


def sample(graph: GraphBuilder, wishes: Wishes, loaded: Loaded, texts: Texts, latent: Out) -> Out:
    """Add the first pass: a KSampler, or a sampler in parts where its own fields cannot say the settings."""
    if _needs_parts(wishes):
        return _in_parts(graph, wishes, loaded, texts, latent)
    node = graph.add(
        "KSampler",
        model=loaded.model,
        positive=texts[0],
        negative=texts[1],
        latent_image=latent,
        seed=wishes.value("seed", "KSampler", "seed", fallback=0),
        steps=wishes.value("num_inference_steps", "KSampler", "steps"),
        cfg=_cfg(wishes, "KSampler"),
        sampler_name=wishes.value(
            "sampler", "KSampler", "sampler_name", fallback=_usual(wishes, "sampler")
        ),
        scheduler=wishes.value(
            "schedule", "KSampler", "scheduler", fallback=_usual(wishes, "schedule")
        ),
        denoise=wishes.value("strength", "KSampler", "denoise", fallback=1.0),
    )
    return graph.out(node, "LATENT")


def _cfg(wishes: Wishes, kind: str) -> Any:
    off = 1.0 if wishes.guidance_is_off else None
    return wishes.value("guidance_scale", kind, "cfg", fallback=off)


def _usual(wishes: Wishes, what: str) -> str:
    """The model's own sampler or schedule where ComfyUI has it by that name."""
    model = wishes.draft.model
    name = getattr(model, what) if model is not None else None
    field = "sampler_name" if what == "sampler" else "scheduler"
    if isinstance(name, str) and refusal("KSampler", field, name) is None:
        return name
    return "euler" if what == "sampler" else "normal"


def _needs_parts(wishes: Wishes) -> bool:
    """Whether KSampler's fields cannot say the settings, and a sampler in parts can."""
    schedule, sampler = wishes.settings.get("schedule"), wishes.settings.get("sampler")
    apart = APART.get(schedule) if isinstance(schedule, str) else None
    strength = wishes.settings.get("strength")
    if apart is None or strength not in (None, 1):
        own = False
    elif schedule in {"karras", "exponential"}:
        own = any(wishes.states(name) and _takes(apart, name) for name in _SIGMAS)
    else:
        own = apart in _PLAIN
    noise = (
        isinstance(sampler, str)
        and sampler in _SAMPLER_OF
        and any(wishes.states(name) for name in _NOISE)
    )
    return own or noise


_PLAIN = frozenset({"PolyexponentialScheduler", "SDTurboScheduler", "LaplaceScheduler"})
"""Schedules of their own that need nothing but what settings state."""
_SAMPLER_OF = {name: kind for kind, name in SAMPLER_NODES.items()}


def _takes(kind: str, name: str) -> bool:
    return refusal(kind, name, 1.0) is None


def _in_parts(
    graph: GraphBuilder, wishes: Wishes, loaded: Loaded, texts: Texts, latent: Out
) -> Out:
    node = graph.add(
        "SamplerCustom",
        model=loaded.model,
        add_noise=True,
        noise_seed=wishes.value("seed", "SamplerCustom", "noise_seed", fallback=0),
        cfg=_cfg(wishes, "SamplerCustom"),
        positive=texts[0],
        negative=texts[1],
        sampler=_sampler(graph, wishes),
        sigmas=_sigmas(graph, wishes, loaded),
        latent_image=latent,
    )
    return graph.out(node, "LATENT")


def _sampler(graph: GraphBuilder, wishes: Wishes) -> Out:
    sampler = wishes.settings.get("sampler")
    kind = _SAMPLER_OF.get(sampler) if isinstance(sampler, str) else None
    parts = [name for name in _NOISE if kind is not None and _takes(kind, name)]
    if kind is not None and any(wishes.states(name) for name in parts):
        wishes.take("sampler")
        node = graph.add(
            kind, **{name: wishes.value(name, kind, name) for name in parts}, **_choices(kind)
        )
    else:
        name = wishes.value(
            "sampler", "KSamplerSelect", "sampler_name", fallback=_usual(wishes, "sampler")
        )
        node = graph.add("KSamplerSelect", sampler_name=name)
    return graph.out(node, "SAMPLER")


def _choices(kind: str) -> dict[str, Any]:
    return {
        "SamplerDPMPP_2M_SDE": {"solver_type": "midpoint", "noise_device": "cpu"},
        "SamplerDPMPP_3M_SDE": {"noise_device": "cpu"},
        "SamplerDPMPP_SDE": {"noise_device": "cpu"},
    }.get(kind, {})


def _sigmas(graph: GraphBuilder, wishes: Wishes, loaded: Loaded) -> Out:
    schedule = wishes.settings.get("schedule")
    kind = APART.get(schedule) if isinstance(schedule, str) else None
    strength = wishes.settings.get("strength")
    own = kind in _PLAIN or any(wishes.states(name) for name in _SIGMAS)
    if kind is None or not own or strength not in (None, 1):
        node = graph.add(
            "BasicScheduler",
            model=loaded.model,
            scheduler=wishes.value(
                "schedule", "BasicScheduler", "scheduler", fallback=_usual(wishes, "schedule")
            ),
            steps=wishes.value("num_inference_steps", "BasicScheduler", "steps"),
            denoise=wishes.value("strength", "BasicScheduler", "denoise", fallback=1.0),
        )
        return graph.out(node, "SIGMAS")
    wishes.take("schedule", "strength")
    values: dict[str, Any] = {"steps": wishes.value("num_inference_steps", kind, "steps")}
    values |= {n: wishes.value(n, kind, n) for n in _SIGMAS if _takes(kind, n)}
    if kind == "SDTurboScheduler":
        values |= {"model": loaded.model, "denoise": 1.0}
    return graph.out(graph.add(kind, **values), "SIGMAS")


def hires_pass(
    graph: GraphBuilder, wishes: Wishes, loaded: Loaded, texts: Texts, latent: Out
) -> Out:
    """Add the second pass over the enlarged picture, where hires settings are stated."""
    scale = number(wishes.settings.get("hires_scale"))
    sides = tuple(wishes.settings.get(f"hires_{side}") for side in ("width", "height"))
    sized = all(isinstance(side, int) and side > 0 for side in sides)
    if (scale is None or scale <= 0) and not sized:
        return latent
    latent = _enlarged(graph, wishes, loaded, latent, scale, sized=sized)
    wishes.take("hires_fix")
    wishes.draft.carry("passes")
    first = next(
        n["inputs"]
        for n in graph.nodes.values()
        if n["class_type"] in {"KSampler", "SamplerCustom"}
    )
    seed = first.get("seed", first.get("noise_seed", 0))
    steps = wishes.value("hires_steps", "KSampler", "steps", fallback=first.get("steps"))
    node = graph.add(
        "KSampler",
        "Second pass",
        model=loaded.model,
        positive=texts[0],
        negative=texts[1],
        latent_image=latent,
        seed=seed,
        steps=steps,
        cfg=first["cfg"],
        sampler_name=first.get("sampler_name", _usual(wishes, "sampler")),
        scheduler=first.get("scheduler", _usual(wishes, "schedule")),
        denoise=wishes.value("hires_strength", "KSampler", "denoise", fallback=0.5),
    )
    return graph.out(node, "LATENT")


def _enlarged(
    graph: GraphBuilder,
    wishes: Wishes,
    loaded: Loaded,
    latent: Out,
    scale: float | None,
    *,
    sized: bool,
) -> Out:
    """The latent of the first pass, stretched, or through pixels and an upscaling model."""
    if sized and scale is not None:
        message = "hires_width and hires_height are stated too, and the graph holds a size"
        wishes.draft.note("lost", "hires_scale", message)
    upscaler = wishes.settings.get("hires_upscaler")
    if isinstance(upscaler, str) and is_weight_file(upscaler):
        return _through_pixels(graph, wishes, loaded, latent, upscaler, scale, sized=sized)
    method = "nearest-exact"
    if isinstance(upscaler, str) and refusal("LatentUpscaleBy", "upscale_method", upscaler) is None:
        wishes.take("hires_upscaler")
        method = upscaler
    if sized:
        wishes.take("hires_scale")
        node = graph.add(
            "LatentUpscale",
            samples=latent,
            upscale_method=method,
            width=wishes.value("hires_width", "LatentUpscale", "width"),
            height=wishes.value("hires_height", "LatentUpscale", "height"),
            crop="disabled",
        )
    else:
        node = graph.add(
            "LatentUpscaleBy",
            samples=latent,
            upscale_method=method,
            scale_by=wishes.value("hires_scale", "LatentUpscaleBy", "scale_by"),
        )
    return graph.out(node, "LATENT")


def _through_pixels(
    graph: GraphBuilder,
    wishes: Wishes,
    loaded: Loaded,
    latent: Out,
    upscaler: str,
    scale: float | None,
    *,
    sized: bool,
) -> Out:
    wishes.take("hires_upscaler", "hires_scale")
    node = graph.add("VAEDecode", samples=latent, vae=loaded.vae)
    pixels = graph.out(node, "IMAGE")
    loader = graph.add("UpscaleModelLoader", model_name=upscaler)
    node = graph.add(
        "ImageUpscaleWithModel", upscale_model=graph.out(loader, "UPSCALE_MODEL"), image=pixels
    )
    pixels = graph.out(node, "IMAGE")
    factor = model_factor(upscaler)
    if sized:
        node = graph.add(
            "ImageScale",
            image=pixels,
            upscale_method="lanczos",
            width=wishes.value("hires_width", "ImageScale", "width"),
            height=wishes.value("hires_height", "ImageScale", "height"),
            crop="disabled",
        )
        pixels = graph.out(node, "IMAGE")
    elif scale is not None and factor is not None and scale != factor:
        node = graph.add(
            "ImageScaleBy",
            image=pixels,
            upscale_method="lanczos",
            scale_by=round(scale / factor, 4),
        )
        pixels = graph.out(node, "IMAGE")
    elif factor is None:
        wishes.draft.note("approximate", "hires_scale", f"{upscaler} enlarges by its own factor")
    return graph.out(graph.add("VAEEncode", pixels=pixels, vae=loaded.vae), "LATENT")
