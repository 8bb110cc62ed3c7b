"""Explains pasted settings: the library's answers as JSON, for the page that shows them.

Runs in the browser (Pyodide) and in the tests; needs the library alone. Nothing here judges or converts: whatever
the page says is what `dialed.parse`, `dialed.read`, `dialed.validate` and `dialed.translate` said.
"""

from __future__ import annotations

import json
from typing import Any

import dialed

MOST_TEXT = 400
TOOLS = ("diffusers", "comfyui", "a1111", "invokeai", "swarmui", "drawthings", "replicate", "fal")
"""Dialects offered first; the page lists all others after them."""

_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF")


def explain(content: str | bytes, dialect: str = "", model: str = "") -> str:
    """What was pasted or dropped, line by line, as JSON.

    Args:
        content: A text, or the bytes of a file: a picture or a text.
        dialect: Id of the dialect it is written in; empty to find out.
        model: Model id it is meant for; empty to take the one that it names, where that is known.

    Returns:
        A JSON object with ``settings``, ``extras``, ``passes``, ``loras``, ``controlnets``, ``reading`` (what was odd
        to read) and ``problems`` (what is wrong with the settings); or with ``error``, and ``candidates`` where
        several dialects would do.
    """
    try:
        generation = _read(content, dialect)
        return json.dumps(_told(generation, model), ensure_ascii=False, default=str)
    except dialed.AmbiguousDialectError as error:
        return json.dumps({"error": _said(error), "candidates": list(error.candidates)})
    except dialed.DialedError as error:
        return json.dumps({"error": _said(error)})


def translated(content: str | bytes, to: str, dialect: str = "", model: str = "") -> str:
    """The same settings in another tool's words, as JSON: ``text`` and ``notes``, or ``error``."""
    try:
        generation = _read(content, dialect)
        named = model or _known_model(generation) or None
        result = dialed.translate(generation, to=to, model=named)
    except dialed.DialedError as error:
        return json.dumps({"error": _said(error)})
    payload = json.dumps(result.payload, indent=2, ensure_ascii=False, default=str)
    notes = [
        {"kind": n.kind, "setting": n.setting, "message": n.message, "address": _check(n.code)}
        for n in result.notes
    ]
    return json.dumps({"text": result.python or result.text or payload, "notes": notes})


def choices() -> str:
    """Models and dialects that can be chosen, as JSON: lists of ids and titles."""
    models = [
        {"id": m.id, "title": m.title} for m in dialed.registry.models.values() if not m.abstract
    ]
    known = dialed.registry.dialects
    order = [*(d for d in TOOLS if d in known), *(d for d in known if d not in TOOLS)]
    dialects = [{"id": d, "title": known[d].title} for d in order]
    return json.dumps({"models": sorted(models, key=lambda m: m["title"]), "dialects": dialects})


def _read(content: str | bytes, dialect: str) -> dialed.Generation:
    if isinstance(content, str):
        return dialed.parse(content, dialect or None)
    content = bytes(content)
    if content.startswith(_PICTURES) or content[4:8] == b"ftyp":
        return dialed.read(content)
    return dialed.parse(content, dialect or None)


def _told(generation: dialed.Generation, model: str) -> dict[str, Any]:
    known = model or _known_model(generation)
    report = dialed.validate(generation, model=known or None)
    return {
        "dialect": generation.dialect,
        "tool": dialed.registry.dialects[generation.dialect].title,
        "model": known,
        "settings": [_setting(name, value) for name, value in generation.settings.items()],
        "passes": [
            [_setting(name, value) for name, value in one.items()] for one in generation.passes
        ],
        "loras": [{"name": one.name, "weight": one.weight} for one in generation.loras],
        "controlnets": [
            {"name": one.model, "weight": one.weight, "start": one.start, "end": one.end}
            for one in generation.controlnets
        ],
        "extras": [{"name": name, "value": _short(v)} for name, v in generation.extras.items()],
        "reading": [str(problem) for problem in generation.problems],
        "problems": [
            {
                "rule": problem.rule,
                "severity": problem.severity,
                "message": problem.message,
                "address": problem.url.strip("/") + "/",
            }
            for problem in report.problems
        ],
    }


def _setting(name: str, value: object) -> dict[str, Any]:
    record = dialed.registry.settings.get(name)
    if record is None:
        return {"name": name, "title": name, "value": _short(value), "summary": "", "address": None}
    return {
        "name": name,
        "title": record.title,
        "value": _short(value),
        "summary": record.summary.partition(". ")[0].rstrip(".") + ".",
        "address": f"settings/{record.group}/{record.id}/",
    }


def _known_model(generation: dialed.Generation) -> str:
    named = generation.settings.get("model")
    if not isinstance(named, str):
        return ""
    try:
        return dialed.registry.model(named).id
    except dialed.UnknownModelError:
        return ""


def _check(code: str | None) -> str | None:
    return f"checks/{code}/" if code else None


def _short(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= MOST_TEXT else text[:MOST_TEXT] + " …"


def _said(error: Exception) -> str:
    return str(error).strip()
