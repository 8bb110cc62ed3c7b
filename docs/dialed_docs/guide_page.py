"""The guide of one setting."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from dialed.record_base import Scalar
from dialed.setting_types import Setting, ValueRange
from dialed_docs.comparison_view import ComparisonView, strip
from dialed_docs.diffusers_code import diffusers_code
from dialed_docs.evidence_view import EvidenceView, evidence_view
from dialed_docs.explorer_page import explorer_address
from dialed_docs.links import COMPARISONS, Links
from dialed_docs.model_values import MOST_ROWS, answers, stated_values, values_page_path
from dialed_docs.more_models import more_models_path
from dialed_docs.names_view import different_names, known_names, name_rows
from dialed_docs.pictures import Picture
from dialed_docs.prose_html import line, prose
from dialed_docs.reader_types import Symptom
from dialed_docs.rendering import page
from dialed_docs.side_by_side import beside_choices
from dialed_docs.site_records import GROUP_TITLES, Registry, Sections
from dialed_docs.symptom_links import SECTION, with_symptoms
from dialed_docs.wording import condition_text, limits_text, range_text, value_text
from dialed_generator.manifest import Manifest

if TYPE_CHECKING:
    from dialed_docs.proof_view import SettingProof

FEWEST_ALIKE = 4
"""Tools with nothing but a name of their own from which on a sentence names them instead of rows."""
LOOK = 3
"""Pictures in the first screen of a guide."""
KINDS = {
    "integer": "a whole number",
    "number": "a number",
    "flag": "on or off",
    "choice": "one name out of a list",
    "text": "text",
    "image": "a picture",
    "size": "a size in pixels",
    "list": "a list",
}


@dataclass(frozen=True)
class Named:
    """A thing with a page of its own."""

    title: str
    address: str | None


@dataclass(frozen=True)
class RangeView:
    """A value range with the picture that stands for it."""

    label: str
    text: str
    prose: Markup
    families: list[Named]
    evidence: list[EvidenceView]
    picture: Picture | None
    label_of_picture: str
    target: str
    model: str


def guide_page(
    setting: Setting,
    sections: Sections,
    views: list[ComparisonView],
    registry: Registry,
    manifest: Manifest,
    links: Links,
    symptoms: Sequence[Symptom] = (),
    proof: SettingProof | None = None,
) -> str:
    """The Markdown source of a guide.

    Args:
        setting: The record.
        sections: Its prose by heading.
        views: Its comparisons.
        registry: All records.
        manifest: What was published.
        links: Links as seen from the guide.
        symptoms: Those that items of *When It Goes Wrong* may link to.
        proof: What running the pipelines showed of the setting.
    """

    def guide_link(name: str) -> str | None:
        return None if name == setting.id else links.setting(registry, name)

    comparisons = {view.anchor for view in views}
    said = answers(setting, registry, links)
    all_values = values_page_path(setting)
    names = name_rows(setting, registry, links)
    same_names = [name for name in names if name.plain]
    if len(same_names) < FEWEST_ALIKE:
        same_names = []
    return page(
        "guide.jinja",
        title=setting.title,
        description=setting.summary,
        tags=known_names(setting),
        preview=_preview(views),
        # Who types "steps" means what most tools mean by it, not the hires pass.
        boost=round(1 + len({alias.dialect for alias in setting.aliases}) / 6, 1),
        setting=setting,
        group=GROUP_TITLES[setting.group],
        names=different_names(setting),
        kind=KINDS[setting.kind],
        bounds=limits_text(setting.limits),
        links=links,
        guide_link=guide_link,
        prose=defaultdict(str, sections),
        wrong=with_symptoms(
            prose(sections.get(SECTION, ""), guide_link), setting.id, symptoms, links
        ),
        answers=said,
        most=MOST_ROWS,
        more_models=links.to(more_models_path(setting)) if len(said) > MOST_ROWS else None,
        stated=() if all_values else stated_values(setting, registry, links),
        all_values=links.to(all_values) if all_values else None,
        ranges=[_range(r, views, registry, links) for r in setting.ranges],
        views=views,
        look=strip(views, LOOK) if views and views[0].comparison.kind == "runs" else (),
        dial_cells=dial_cells,
        beside_choices=beside_choices,
        explore=explorer_address,
        no_picture=setting.no_picture or "No comparison of this setting is published.",
        name_rows=[name for name in names if name not in same_names],
        same_names=same_names,
        interactions=[
            {
                "title": registry.settings[i.setting].title
                if i.setting in registry.settings
                else i.setting,
                "address": links.setting(registry, i.setting),
                "text": line(i.text, guide_link),
                "comparison": i.comparison if i.comparison in comparisons else None,
            }
            for i in setting.interactions
        ],
        nothing=[
            {
                "when": condition_text(n.when, registry.models),
                "text": line(n.text, guide_link),
                "evidence": evidence_view(n.evidence, registry, links) if n.evidence else None,
                "ran": proof.conditions.get(number) if proof else None,
            }
            for number, n in enumerate(setting.does_nothing)
        ],
        proof=proof,
        reproduce=_reproduce(views, registry, manifest, links) if views else None,
        json_address=links.to(f"api/v1/settings/{setting.id}.json"),
    )


def _preview(views: list[ComparisonView]) -> str:
    """The picture that stands for a guide where a link to it is shared: one that every program can show."""
    for view in views:
        chosen = view.row.pictures[view.start]
        for picture in (chosen, *view.figures):
            if picture.webp is not None:
                return f"{COMPARISONS}/{picture.webp}"
    return ""


def dial_cells(view: ComparisonView) -> list[list[str]]:
    """Files of the pictures that a slider moves through: AVIF, and WebP where it is published."""
    return [[path for path in (p.avif, p.webp) if path is not None] for p in view.row.pictures]


def _range(
    value_range: ValueRange, views: list[ComparisonView], registry: Registry, links: Links
) -> RangeView:
    chosen = next(filter(None, (_standing_for(value_range, view) for view in views)), None)
    families = []
    for family in value_range.families:
        known = registry.models.get(family)
        families.append(Named(known.title if known else family, links.model(registry, family)))
    return RangeView(
        label=value_range.label,
        text=range_text(value_range),
        prose=prose(value_range.text, lambda name: links.setting(registry, name)),
        families=families,
        evidence=[evidence_view(e, registry, links) for e in value_range.evidence],
        picture=chosen[0] if chosen else None,
        label_of_picture=value_text(chosen[0].values[0]) if chosen else "",
        target=_place_of(*chosen) if chosen else "",
        model=chosen[1].model_title if chosen else "",
    )


def _place_of(picture: Picture, view: ComparisonView) -> str:
    """Where a range's picture stands on the page: at its value on the slider, or among the pictures in a row."""
    if view.has_dial:
        return f"{view.setting}={value_text(picture.values[0])}"
    return view.anchor if view.is_first_model else f"{view.anchor}-{view.model}"


def _standing_for(
    value_range: ValueRange, view: ComparisonView
) -> tuple[Picture, ComparisonView] | None:
    """The picture nearest to the middle of a range, out of a comparison of separate runs."""
    if view.comparison.kind != "runs":
        return None
    inside = [p for p in view.row.pictures if _covers(value_range, p.values[0])]
    preferred = [p for p in inside if p in view.figures] or inside
    return (preferred[len(preferred) // 2], view) if preferred else None


def _covers(value_range: ValueRange, value: Scalar) -> bool:
    if value_range.values:
        return value in value_range.values
    if isinstance(value, bool | str):
        return False
    low, high = value_range.low, value_range.high
    return (low is None or low <= value) and (high is None or value <= high)


def _reproduce(
    views: list[ComparisonView], registry: Registry, manifest: Manifest, links: Links
) -> dict[str, Any]:
    view = views[0]
    images = [manifest.images[p.key] for p in view.row.pictures]
    first = manifest.images[view.row.pictures[view.start].key]
    environment = manifest.environments.get(first.provenance.environment)
    dates = sorted({image.provenance.made.isoformat() for image in images})
    facts = [
        ("Model", f"{view.model_title} ({first.model}), weights {first.weights[:16]}"),
        ("Pipeline", first.pipeline),
        ("Prompt", view.prompts[0].text),
        ("Seed", str(view.row.seed)),
        ("Renderer", f"version {first.renderer}"),
    ]
    if environment is not None:
        versions = ", ".join(f"{name} {version}" for name, version in environment.versions.items())
        facts.append(("Versions", versions))
        facts.append(("Device", f"{environment.device}, {environment.dtype}"))
    facts.append(("Made", dates[0] if len(dates) == 1 else f"{dates[0]} to {dates[-1]}"))
    return {
        "facts": facts,
        "code": diffusers_code(
            first, model_source(first.model, registry), registry.models.get(first.model)
        ),
        "rows": links.to(f"{view.folder}/{view.row.prompt}/{view.row.seed}.json"),
    }


def model_source(identifier: str, registry: Registry) -> str:
    """What `from_pretrained` is given: the folder of a built-in model, else the hub repository."""
    model = registry.models.get(identifier)
    if model is None or model.built_in or model.hub is None:
        return f"generator/weights/{identifier}"
    return model.hub
