"""The shape by which a graph of ComfyUI is told from a mapping of settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def is_graph(payload: Mapping[str, Any]) -> bool:
    """Whether a JSON object is a graph of ComfyUI, as its interface or its API has it."""
    if isinstance(payload.get("nodes"), list) and "links" in payload:
        return True
    nodes = payload.get("prompt") if isinstance(payload.get("prompt"), dict) else payload
    return isinstance(nodes, dict) and any(
        isinstance(node, dict) and "class_type" in node for node in nodes.values()
    )
