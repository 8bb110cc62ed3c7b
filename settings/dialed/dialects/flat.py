"""Dialects that write a flat list of names and values: what the alias records alone can say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dialed.errors import DialedError, InvalidValueError, shown
from dialed.name_place import Place, facts_of, fit_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dialed.setting_types import Alias, Setting, Where
    from dialed.translation import Draft


def fits(where: Where | None, draft: Draft) -> int:
    """How well a place suits the model and task of a draft (`fit_of`); who writes chooses the pipeline later."""
    if where is None:
        return 0
    model = draft.registry.names.model(draft.model.id) if draft.model is not None else None
    task = "image-to-image" if draft.source.image_to_image else "text-to-image"
    return fit_of(facts_of(where, "family", "model", "task"), Place(model, task=task))


def aliases_for(setting: Setting, draft: Draft) -> Iterator[Alias]:
    """The dialect's names for ``setting``, the one that fits the model and task best first."""
    for speaker in draft.registry.names.lineage(draft.dialect):
        rated = [
            (fits(alias.where, draft), -position, alias)
            for position, alias in enumerate(setting.aliases)
            if alias.dialect == speaker
        ]
        for fit, _, alias in sorted(rated, key=lambda row: row[:2], reverse=True):
            if fit >= 0:
                taken_over = speaker != draft.dialect
                yield alias.model_copy(update={"dialect": draft.dialect}) if taken_over else alias
        if rated:
            return


def write(draft: Draft) -> tuple[dict[str, Any], str]:
    """Write each setting under the dialect's first name for it, with its value converted."""
    payload: dict[str, Any] = {}
    covered: set[str] = set()
    stated = draft.settings | _schedule_of_model(draft)
    for identifier, value in draft.settings.items():
        if identifier in covered:
            continue
        setting = draft.registry.settings[identifier]
        names = list(aliases_for(setting, draft))
        alias = next((name for name in names if reads_back(name, identifier, draft)), None)
        if alias is None:
            if names:
                node = "a place of its own, which a flat list cannot name"
                draft.note("lost", identifier, f"{names[0].name} needs {node}")
            elif not _stated_with_the_sampler(identifier, draft):
                draft.note("lost", identifier, f"{draft.dialect} has no name for it")
            continue
        try:
            written = draft.converter.from_canonical(setting, alias, stated)
        except InvalidValueError as error:
            draft.note(
                "lost", identifier, f"{shown(value)} cannot be written: {error.rule}", "DIAL502"
            )
            continue
        if alias.name in payload and payload[alias.name] != written:
            draft.note("lost", identifier, f"the name {alias.name!r} is taken by another setting")
            continue
        payload[alias.name] = written
        if alias.convert is not None and alias.convert.how == "pair":
            covered.update(alias.convert.parts)
        if written != value and (alias.convert is None or alias.convert.how != "names"):
            draft.note(
                "converted",
                identifier,
                f"{shown(value)} is written {alias.name} = {shown(written)}",
            )
    note_fidelity(draft)
    return payload, ""


def _schedule_of_model(draft: Draft) -> dict[str, Any]:
    """The model's own schedule, where none is stated and the tool has no name for the sampler without one."""
    settings, model = draft.settings, draft.model
    record = draft.registry.samplers.get(str(settings.get("sampler")))
    if record is None or model is None or "schedule" in settings:
        return {}
    speakers = draft.registry.names.lineage(draft.dialect)
    tools = [tool for tool in record.names if tool.dialect in speakers]
    named = [tool.schedule for tool in tools]
    return {"schedule": model.schedule} if named and None not in named else {}


def reads_back(alias: Alias, identifier: str, draft: Draft) -> bool:
    """Whether the name, met without its place, means this setting again."""
    index = draft.registry.names
    place = Place(index.model(draft.model.id)) if draft.model is not None else Place()
    try:
        found = index.setting(alias.name, draft.dialect, place, suggest=False)
    except DialedError:
        return False
    parts = alias.convert.parts if alias.convert is not None and alias.convert.how == "pair" else ()
    return found == identifier or found in parts


def _stated_with_the_sampler(identifier: str, draft: Draft) -> bool:
    """Whether the schedule is part of the sampler's name in this dialect."""
    if identifier != "schedule" or "sampler" not in draft.settings:
        return False
    sampler = draft.registry.samplers.get(str(draft.settings["sampler"]))
    speakers = draft.registry.names.lineage(draft.dialect)
    return sampler is not None and any(
        tool.dialect in speakers and tool.schedule == draft.settings["schedule"]
        for tool in sampler.names
    )


def note_fidelity(draft: Draft) -> None:
    """Say where the tool's sampler or schedule of that name is only near the one that is meant."""
    for kind, of_kind in (
        ("sampler", draft.registry.samplers),
        ("schedule", draft.registry.schedules),
    ):
        record = of_kind.get(str(draft.settings.get(kind)))
        speakers = draft.registry.names.lineage(draft.dialect)
        tools = [tool for tool in record.names if tool.dialect in speakers] if record else []
        if record and tools and all(tool.fidelity != "same" for tool in tools):
            note = f": {tools[0].note}" if tools[0].note else ""
            draft.note(
                "approximate", kind, f"{tools[0].name} is near {record.id}, not the same{note}"
            )
