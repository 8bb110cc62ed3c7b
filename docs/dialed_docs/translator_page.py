"""The page that translates the name of a sampler between tools; its script looks everything up in one JSON file."""

from __future__ import annotations

from dialed_docs.json_api import json_bytes
from dialed_docs.links import Links
from dialed_docs.rendering import page
from dialed_docs.sampler_translations import (
    DIFFUSERS,
    misleading_names,
    naming_tools,
    translations,
)
from dialed_docs.site_records import Registry

PATH = "samplers/translator.md"
DATA = "samplers/translator.json"
SCRIPT = "assets/translator.js"
EXAMPLES = (
    ("a1111", "DPM++ 2M Karras"),
    ("ai-horde", "k_dpmpp_2m"),
    (DIFFUSERS, "DPMSolverMultistepScheduler + use_karras_sigmas"),
    ("comfyui", "ddim"),
    ("invokeai", "unipc"),
)
"""(tool, what it says): one click each, and each shows something else that can go wrong."""


def translator_page(registry: Registry, links: Links) -> str:
    """The Markdown source of the page."""
    tools = [*([DIFFUSERS] if DIFFUSERS in registry.dialects else []), *naming_tools(registry)]
    return page(
        "translator.jinja",
        title="Sampler Translator",
        description="What a sampler and its noise schedule are called in every other tool, and where the tools disagree.",
        tags=["scheduler translator", "sampler names", "convert sampler"],
        hide=["toc"],
        tools=[{"id": d, "title": registry.dialects[d].title} for d in tools],
        examples=[(d, name) for d, name in EXAMPLES if d in tools],
        misleading=[
            {
                "name": one.name,
                "meanings": [
                    {
                        "title": registry.samplers[s].title,
                        "address": links.sampler(registry, s),
                        "tools": tools_of,
                    }
                    for s, tools_of in one.meanings
                ],
            }
            for one in misleading_names(registry)
        ],
        close=[
            {
                "tool": registry.dialects[n.dialect].title
                if n.dialect in registry.dialects
                else n.dialect,
                "name": n.name,
                "title": s.title,
                "address": links.sampler(registry, s.id),
                "note": n.note,
            }
            for s in registry.samplers.values()
            for n in s.names
            if n.fidelity != "same" and n.note
        ],
        data=links.to(DATA),
        script=links.file(SCRIPT),
        links=links,
    )


def translator_data(registry: Registry, links: Links) -> bytes:
    """The JSON that the page fetches when it is first asked."""
    return json_bytes(translations(registry, links))
