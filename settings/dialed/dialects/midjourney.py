"""Midjourney: flags behind the prompt. The payload has them by name; the text is what one types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dialed.dialects import flat

if TYPE_CHECKING:
    from dialed.translation import Draft

PROMPT = "prompt"


def write(draft: Draft) -> tuple[dict[str, Any], str]:
    """Write ``draft`` as flags; `Draft.text` becomes the whole line."""
    payload, _ = flat.write(draft)
    parts = [str(payload.get(PROMPT, "")).strip()]
    for name, value in payload.items():
        if name == PROMPT or value is False or value == "":
            continue
        parts.append(name if value is True else f"{name} {value}")
    draft.text = " ".join(filter(None, parts))
    _note_lines(draft)
    return payload, ""


def _note_lines(draft: Draft) -> None:
    """All that is typed is one line, in which blanks count once."""
    for name, value in draft.settings.items():
        if isinstance(value, str) and " ".join(value.split()) != value:
            draft.note("approximate", name, "a prompt is one line there: breaks become blanks")
