"""Writes the sheet: strips, contact sheet, page and the same as data."""

import argparse
import functools
import json
from typing import TYPE_CHECKING, Any

import dialed
from dialed_generator import encoding
from dialed_generator.folder import Folder
from dialed_generator.job import Job
from dialed_generator.own_model import OwnModel
from dialed_generator.own_model_arguments import command_of
from dialed_generator.own_model_building import store_in
from dialed_generator.own_model_wishes import OwnPlan
from dialed_generator.picture_text import infotext
from dialed_generator.sheet_content import Figure, figures, written
from dialed_generator.sheet_drawing import Look, contact_sheet, strip
from dialed_generator.sheet_page import Copyable, Sheet, page

if TYPE_CHECKING:
    from dialed import Registry
    from dialed_generator.own_model_building import Made
    from dialed_generator.picture_measures import Picture
    from dialed_generator.store import Store

MOST_IN_MEMORY = 64


def write_sheet(
    model: OwnModel,
    planned: OwnPlan,
    made: "Made",
    registry: "Registry",
    args: argparse.Namespace,
) -> list[str]:
    """Write every file of the sheet; each is whole or not there.

    Returns:
        Names of the files below the output folder, the page first.

    Raises:
        StorageError: One cannot be written.
    """
    out = Folder(args.out)
    store = store_in(out)
    look = _look(store)
    reasons = {job.key: reason for job, reason in made.failed}
    plan = planned.plan
    shown = figures(plan.comparisons, plan.jobs, registry, lambda key: reasons.get(key, ""))
    copyable = {key: _copyable(job, store, registry) for key, job in plan.jobs.items()}
    sheet = _sheet(model, planned, made, registry, args, copyable)
    footer = f"{model.located.name}, read as {model.record.title}; weights {model.digest[:16]}"
    files = ["index.html", "contact-sheet.png", "sheet.json"]
    for figure in shown:
        name = f"strips/{figure.file}"
        told = {"comparison": figure.name, "weights": model.digest, "command": sheet.command}
        rest = ", ".join(f"{k} {written(v)}" for k, v in figure.held.items())
        text = json.dumps(told, ensure_ascii=True)
        out.write(name, strip(figure, look, f"{footer}. Prompt: {figure.job.prompt}. {rest}", text))
        files.append(name)
    captions = _captions(shown)
    out.write(
        "contact-sheet.png",
        contact_sheet(list(captions.items()), look, footer, json.dumps({"weights": model.digest})),
    )
    content = _content(sheet, shown, plan.jobs, copyable, reasons)
    out.write("sheet.json", json.dumps(content, ensure_ascii=False, indent=1).encode("utf-8"))
    out.write("index.html", page(sheet, shown, look, copyable).encode("utf-8"))
    return files


def _look(store: "Store") -> Look:
    @functools.lru_cache(maxsize=MOST_IN_MEMORY)
    def look(key: str) -> "Picture | None":
        png = store.image(key)
        return None if png is None else encoding.decode(png, f"the master of job {key[:16]}")

    return look


def _copyable(job: Job, store: "Store", registry: "Registry") -> Copyable:
    master = store.master(job.key)
    settings: dict[str, Any] = {**job.settings, "seed": job.seed}
    program = dialed.translate(settings, to="diffusers", model=job.model, registry=registry).python
    return Copyable(infotext(job), program, None if master is None else master.seconds)


def _sheet(
    model: OwnModel,
    planned: OwnPlan,
    made: "Made",
    registry: "Registry",
    args: argparse.Namespace,
    copyable: dict[str, Copyable],
) -> Sheet:
    record = model.record
    facts = [
        ("Model", model.located.name),
        ("Read as", f"{record.title} ({record.id}, {record.family}): {model.recognised.how}"),
        ("Pipeline", model.configuration.pipeline),
        ("Weights", model.digest),
    ]
    if model.located.revision:
        facts.append(("Revision", f"{model.located.hub} at {model.located.revision}"))
    loading = ", ".join(f"{k} {_told(v)}" for k, v in model.loading.told().items())
    facts.append(("Loaded", f"{loading}, on {model.loading.device}"))
    machines = _machines(planned, store_in(Folder(args.out)))
    facts += [("Machine", text) for text in machines]
    seconds = [one.seconds for one in copyable.values() if one.seconds is not None]
    if seconds:
        facts.append(
            ("Time", f"{sum(seconds) / len(seconds):.2f} s an image, {sum(seconds):.0f} s in all")
        )
    done = made.made + made.reused
    return Sheet(
        title=model.located.name,
        facts=facts,
        base=dict(planned.base),
        command=command_of(args, model.located.revision),
        left_out=[(one.name, one.reason) for one in planned.left_out],
        summary=f"{done} images of {len(planned.plan.jobs)}, {len(made.failed)} failed, "
        f"{len(planned.left_out)} things left out.",
        titles={name: registry.settings[name].title for name in planned.base},
    )


def _told(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _machines(planned: OwnPlan, store: "Store") -> list[str]:
    found: dict[str, None] = {}
    for key in planned.plan.jobs:
        master = store.master(key)
        if master is not None:
            place = master.environment
            versions = ", ".join(f"{k} {v}" for k, v in place.get("versions", {}).items())
            found[f"{place.get('device')}; {versions}; {master.made}"] = None
    return list(found)


def _captions(shown: list[Figure]) -> dict[str, str]:
    found: dict[str, str] = {}
    for figure in shown:
        for row in figure.rows:
            for cell in row.cells:
                label = f"{figure.axis} {cell.label}" + (f", {row.label}" if row.label else "")
                found.setdefault(cell.key, label)
    return found


def _content(
    sheet: Sheet,
    shown: list[Figure],
    jobs: Any,
    copyable: dict[str, Copyable],
    reasons: dict[str, str],
) -> dict[str, Any]:
    return {
        "title": sheet.title,
        "facts": dict(sheet.facts),
        "base": dict(sheet.base),
        "command": sheet.command,
        "left_out": dict(sheet.left_out),
        "figures": [
            {
                "name": figure.name,
                "kind": figure.kind,
                "strip": f"strips/{figure.file}",
                "rows": [
                    {"label": row.label, "cells": {cell.label: cell.key for cell in row.cells}}
                    for row in figure.rows
                ],
            }
            for figure in shown
        ],
        "images": {
            key: {
                "settings": dict(job.settings),
                "seconds": copyable[key].seconds,
                "failed": reasons.get(key),
                "infotext": copyable[key].infotext,
            }
            for key, job in jobs.items()
        },
    }
