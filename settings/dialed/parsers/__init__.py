"""Readers of what tools really write: one module a format, asked in this order.

A module has

* ``DIALECTS``: ids of the dialects it reads;
* ``recognise(value, registry) -> tuple[str, ...]``: the dialects that may have written ``value`` (a text, a
  mapping or a list), best first, empty where none; cheap, never raises;
* ``parse_as(value, dialect, registry) -> Generation``: raises `DialedError` where nothing can be made of it.
"""

from __future__ import annotations

FORMATS = (
    "comfyui_graph",
    "invokeai_metadata",
    "swarmui_metadata",
    "novelai_metadata",
    "fooocus_metadata",
    "drawthings_metadata",
    "diffusers_code",
    "midjourney_prompt",
    "infotext",
    "request_body",
)
"""Names of the modules, most particular first."""
