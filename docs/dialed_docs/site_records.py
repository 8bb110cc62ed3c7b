"""What the page builder asks of its input: the records, the prose beside them, and the pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dialed.record_registry import Registry
from dialed.setting_types import Setting

__all__ = ["GROUP_TITLES", "Prose", "Registry", "Sections", "by_group"]


Sections = Mapping[str, str]
"""Heading -> Markdown, of one record."""


@dataclass(frozen=True)
class Prose:
    """The Markdown beside the records, read beforehand so that building pages touches no file.

    Args:
        sections: For each kind (``settings``, ``models``, ...) and id the text by heading.
    """

    sections: Mapping[str, Mapping[str, Sections]] = field(default_factory=dict)

    def of(self, kind: str, identifier: str) -> Sections:
        """Sections of one record; empty where it has no prose."""
        return self.sections.get(kind, {}).get(identifier, {})


GROUP_TITLES: Mapping[str, str] = {
    "prompt": "Prompt",
    "sampling": "Sampling",
    "guidance": "Guidance",
    "schedule": "Noise schedule",
    "flow": "Flow matching",
    "size": "Image size",
    "image-to-image": "Image to image",
    "control": "Control",
    "refine": "Refining",
    "performance": "Performance",
    "output": "Output",
}
"""Groups in the order in which a reader meets them."""


def by_group(settings: Mapping[str, Setting]) -> dict[str, list[Setting]]:
    """Settings of each group that has any, groups in reading order, settings in record order."""
    grouped: dict[str, list[Setting]] = {}
    for group in GROUP_TITLES:
        members = [setting for setting in settings.values() if setting.group == group]
        if members:
            grouped[group] = members
    return grouped
