"""Pages of checks: what each rule looks for, with a payload that breaks it and one that does not."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

import dialed
from dialed.check_types import Check, Example
from dialed_docs.guide_page import Named
from dialed_docs.links import Links
from dialed_docs.rendering import page
from dialed_docs.site_records import Registry

FAMILIES = {
    "1": "Names",
    "2": "Values",
    "3": "Fit to the model",
    "4": "Settings that meet",
    "5": "Losses in translation",
}


SEVERITIES = {
    "error": "It cannot work, or means something else than written.",
    "warning": "It does nothing, or does harm.",
    "hint": "It may be meant.",
}


def family_of(code: str) -> str:
    """The family of a check, told by the first digit of its code."""
    digits = "".join(c for c in code if c.isdigit())
    return FAMILIES.get(digits[:1], "Other")


def checks_index(registry: Registry, links: Links) -> str:
    """The Markdown source of the index of checks."""
    families: dict[str, list[dict[str, Any]]] = {}
    for code, rule in registry.rules.items():
        families.setdefault(family_of(code), []).append(
            {"code": code, "rule": rule, "address": links.to(f"checks/{code}.md")}
        )
    return page(
        "checks_index.jinja",
        title="Checks",
        description="Rules that look at image settings and say what is wrong, and how to mend it.",
        hide=["toc"],
        families=families,
        links=links,
    )


def check_page(rule: Check, registry: Registry, links: Links) -> str:
    """The Markdown source of the page of one check."""
    return page(
        "check.jinja",
        title=f"{rule.code} {rule.name}",
        description=rule.what,
        tags=[rule.code, rule.name],
        rule=rule,
        family=family_of(rule.code),
        severity=SEVERITIES[rule.severity],
        settings=[
            Named(registry.settings[s].title, links.setting(registry, s))
            for s in sorted(rule.settings | rule.needs)
            if s in registry.settings
        ],
        problem=_problem(rule, registry),
        asked=_asked,
        pretty=example_payload,
        source_name=_source_name,
        guide_link=lambda name: links.setting(registry, name),
        links=links,
    )


def _problem(rule: Check, registry: Registry) -> str:
    """What the library itself says about the bad example; empty where these records lack its model or tool."""
    try:
        report = rule.bad.report(registry)
    except dialed.DialedError:
        return ""
    return next((p.message for p in report.problems if p.rule == rule.code), "")


def _asked(example: Example) -> Markup:
    """The model and dialect of an example, where it names them."""
    named = [("model", example.model), ("dialect", example.dialect), ("to", example.to)]
    given = [f"{name}={value!r}" for name, value in named if value is not None]
    return Markup("<p><code>{}</code></p>").format(", ".join(given)) if given else Markup()


def _source_name(address: str) -> str:
    """What a source is called: repository and file of an address on GitHub, else the address."""
    found = re.fullmatch(r"https://github\.com/([^/]+/[^/]+)/blob/[^/]+/([^#]+)(#.*)?", address)
    return f"{found[1]}: {found[2]}" if found else address.removeprefix("https://")


def example_text(example: Example) -> str:
    """An example as plain text: its payload, after what else is asked of the check."""
    named = [("model", example.model), ("dialect", example.dialect), ("to", example.to)]
    given = ", ".join(f"{name}={value!r}" for name, value in named if value is not None)
    return "\n".join(filter(None, [given, example_payload(example.payload)]))


def example_payload(payload: Mapping[str, Any] | str) -> str:
    """A payload as it is written: text as it is, settings as JSON."""
    if isinstance(payload, str):
        return payload
    return json.dumps(dict(payload), indent=2, ensure_ascii=False, default=str)
