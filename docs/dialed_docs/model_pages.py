"""Pages of models and families, and their index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dialed.model_types import Model
from dialed_docs.comparison_view import ComparisonView
from dialed_docs.evidence_view import evidence_view
from dialed_docs.guide_page import Named
from dialed_docs.links import Links
from dialed_docs.model_presets import presets
from dialed_docs.model_values import best_value, value_row
from dialed_docs.pictures import Picture
from dialed_docs.prose_html import line
from dialed_docs.rendering import page
from dialed_docs.site_records import Registry, Sections
from dialed_docs.wording import value_text

if TYPE_CHECKING:
    from dialed_docs.proof_view import RowView

ARCHITECTURES = {
    "unet": "U-Net",
    "dit": "diffusion transformer (DiT)",
    "mmdit": "multimodal diffusion transformer (MMDiT)",
    "other": "other",
}
PREDICTIONS = {
    "epsilon": "noise (epsilon)",
    "v_prediction": "velocity (v-prediction)",
    "sample": "the clean image",
    "flow": "flow matching",
}
GUIDANCE = {
    "none": "none",
    "cfg": "classifier-free guidance",
    "embedded": "distilled into the model",
    "both": "distilled, and classifier-free on top",
}
PICTURES = 4


def models_index(registry: Registry, links: Links) -> str:
    """The Markdown source of the index of models."""
    families: list[tuple[dict[str, Any], list[dict[str, Any]]]] = []
    heads = [m for m in registry.models.values() if m.abstract]
    for head in heads:
        family = {
            "id": head.id,
            "title": head.title,
            "heading": _heading(head.title),
            "summary": head.summary,
            "address": links.model(registry, head.id),
        }
        members = [m for m in registry.models.values() if m.family == head.id and not m.abstract]
        families.append((family, [_line(m, registry, links) for m in members]))
    known = {head.id for head in heads}
    alone = [m for m in registry.models.values() if not m.abstract and m.family not in known]
    if alone:
        family = {
            "id": "others",
            "title": "Others",
            "heading": "Others",
            "summary": "",
            "address": None,
        }
        families.append((family, [_line(m, registry, links) for m in alone]))
    families = [(family, members) for family, members in families if members]
    return page(
        "models_index.jinja",
        title="Models",
        description="Recommended settings for each diffusion model, with the source of every number.",
        families=families,
        links=links,
    )


def model_page(
    model: Model,
    sections: Sections,
    views: Mapping[str, list[ComparisonView]],
    registry: Registry,
    links: Links,
    proofs: Sequence[RowView] = (),
) -> str:
    """The Markdown source of the page of a model or family; `proofs` are the pipelines that were run for it."""
    family = registry.models.get(model.family)
    return page(
        "model.jinja",
        title=model.title,
        description=model.summary,
        tags=[model.id, *model.aliases],
        model=model,
        family=Named(family.title, links.model(registry, family.id))
        if family and family.id != model.id
        else None,
        prose=defaultdict(str, sections),
        values=list(_values(model, registry, links)),
        card=_card(model, registry),
        presets=presets(model, registry),
        proofs=proofs,
        ignores=[
            {
                "title": registry.settings[i.setting].title
                if i.setting in registry.settings
                else i.setting,
                "address": links.setting(registry, i.setting),
                "why": line(i.why),
                "evidence": evidence_view(i.evidence, registry, links),
            }
            for i in model.ignores
        ],
        facts=_facts(model),
        evidence=[evidence_view(e, registry, links) for e in model.evidence],
        members=[
            Named(m.title, links.model(registry, m.id))
            for m in registry.models.values()
            if model.abstract and m.family == model.id and m.id != model.id
        ],
        pictures=_pictures(model, views),
        guide_link=lambda name: links.setting(registry, name),
        json_address=links.to(f"api/v1/models/{model.id}.json"),
        links=links,
    )


def _line(model: Model, registry: Registry, links: Links) -> dict[str, Any]:
    return {
        "title": model.title,
        "address": links.model(registry, model.id),
        "prediction": PREDICTIONS[model.prediction],
        **_first_settings(model, registry),
    }


def _first_settings(model: Model, registry: Registry) -> dict[str, str]:
    """Steps, guidance and size, as text."""
    size = model.native_sizes[0]
    embedded = model.guidance in {"embedded", "both"}
    distilled = _use("distilled_guidance_scale", model, registry) if embedded else ""
    return {
        "steps": _use("num_inference_steps", model, registry),
        "guidance": f"{distilled} (distilled)"
        if distilled
        else _use("guidance_scale", model, registry),
        "size": f"{size.width} × {size.height}",
    }


def _card(model: Model, registry: Registry) -> list[tuple[str, str]]:
    """What to set first, as a reader copies it by hand: name and value; empty for a family."""
    if model.abstract:
        return []
    first = _first_settings(model, registry)
    sampler, schedule = (_use(name, model, registry) for name in ("sampler", "schedule"))
    titles = [
        registry.samplers[sampler].title if sampler in registry.samplers else sampler,
        registry.schedules[schedule].title if schedule in registry.schedules else schedule,
    ]
    memory = f"{model.memory.gigabytes:g} GB" if model.memory else ""
    card = [
        ("Steps", first["steps"]),
        ("Guidance", first["guidance"]),
        ("Size", first["size"]),
        ("Sampler", ", ".join(filter(None, titles))),
        ("Least GPU memory", memory),
    ]
    return [(name, value) for name, value in card if value]


def _heading(title: str) -> str:
    """A title inside a Markdown heading: every mark that Markdown or HTML could read is written as an entity."""
    return "".join(c if c.isalnum() or c in " .,-()" else f"&#{ord(c)};" for c in title)


def _use(setting: str, model: Model, registry: Registry) -> str:
    known = registry.settings.get(setting)
    value = best_value(known, model, registry) if known else None
    return value_text(value.value) if value else ""


def _values(model: Model, registry: Registry, links: Links) -> Any:
    for setting in registry.settings.values():
        value = best_value(setting, model, registry)
        if value is not None:
            yield {
                "setting": setting.id,
                "setting_title": setting.title,
                "setting_address": links.setting(registry, setting.id),
                "row": value_row(value, model, registry, links),
            }


def _facts(model: Model) -> list[tuple[str, str]]:
    sizes = ", ".join(f"{size.width} × {size.height}" for size in model.native_sizes)
    encoders = ", ".join(f"{e.name} ({e.tokens} tokens)" for e in model.text_encoders)
    extra = "".join(f", {k} = {value_text(v)}" for k, v in model.scheduler_arguments.items())
    facts = [
        ("Architecture", ARCHITECTURES[model.architecture]),
        ("Predicts", PREDICTIONS[model.prediction]),
        ("Guidance", GUIDANCE[model.guidance]),
        ("Distilled", "yes" if model.distilled else "no"),
        ("Native sizes", f"{sizes}; a multiple of {model.size_multiple}"),
        ("Scheduler as published", f"{model.sampler}, {model.schedule}{extra}"),
        ("Text encoders", encoders),
        ("Pipelines", ", ".join(f"{p.name} ({p.task})" for p in model.pipelines)),
        ("Least GPU memory", _memory(model)),
        ("Licence", model.licence),
    ]
    return [(name, value) for name, value in facts if value]


def _memory(model: Model) -> str:
    if model.memory is None:
        return ""
    return f"{model.memory.gigabytes:g} GB, {model.memory.using}"


def _pictures(model: Model, views: Mapping[str, list[ComparisonView]]) -> list[Picture]:
    """A few pictures that this model made, one of each comparison of separate runs."""
    own = [
        view
        for of_setting in views.values()
        for view in of_setting
        if view.model == model.id and view.comparison.kind == "runs"
    ]
    chosen = [view.row.pictures[view.start] for view in own]
    return list({picture.key: picture for picture in chosen}.values())[:PICTURES]
