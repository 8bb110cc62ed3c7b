"""What a draft wishes from a ComfyUI graph, value by value: converted, checked, or filled in, with a note each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dialed.dialects.comfyui_nodes import refusal
from dialed.errors import InvalidValueError, shown
from dialed.parsers.comfyui.node_facts import facts_of
from dialed.value_conversion import number

if TYPE_CHECKING:
    from dialed.setting_types import Alias
    from dialed.translation import Draft


class Wishes:
    """The settings of a draft, taken one by one as nodes ask for them.

    Args:
        draft: The translation in the making; notes are left there.
    """

    def __init__(self, draft: Draft) -> None:
        self.draft = draft
        self.settings = draft.settings
        self._taken: set[str] = set()
        self._filled: dict[str, Any] = {}
        model = draft.model
        self.embedded_guidance = model is not None and model.guidance in {"embedded", "both"}
        self.lineage = (
            draft.registry.names.model(model.id).lineage if model is not None else frozenset()
        )
        self.native_size = (512, 512)
        if model is not None:
            self.native_size = (model.native_sizes[0].width, model.native_sizes[0].height)
        strength = self._number("strength")
        self.from_a_picture = draft.source.has_image or (strength is not None and strength < 1)

    def states(self, setting: str) -> bool:
        """Whether the settings state it."""
        return self.settings.get(setting) is not None

    def _number(self, setting: str) -> float | None:
        value = self.settings.get(setting)
        return None if value is None or isinstance(value, str) else number(value)

    @property
    def guidance_is_off(self) -> bool:
        """Whether guidance leaves the negative prompt without effect."""
        scale = self._number("guidance_scale")
        if scale is None:
            model = self.draft.model
            return self.embedded_guidance or (model is not None and model.guidance == "none")
        return scale == 1

    @property
    def picture(self) -> str:
        """Name of the picture to start from."""
        for entry in self.draft.source.entries:
            if (
                entry.setting is None
                and isinstance(entry.raw, str)
                and entry.raw.casefold().endswith((".png", ".jpg", ".jpeg", ".webp"))
            ):
                return entry.raw
        return "input.png"

    def value(self, setting: str, kind: str, name: str, *, fallback: Any = None) -> Any:
        """What to write into the input ``name`` of a node for ``setting``.

        Args:
            setting: Canonical id.
            kind: Class of the node.
            name: Its input.
            fallback: What to write where nothing is stated; None for the model's or the node's own.
        """
        self._taken.add(setting)
        if self.states(setting):
            stated = self.settings[setting]
            try:
                written = self._written(setting, kind, name)
            except InvalidValueError as error:
                told = f"{shown(stated)} cannot be written: {error.rule}"
                self.draft.note("lost", setting, told, "DIAL502")
            else:
                why = refusal(kind, name, written)
                if why is None:
                    self._note_conversion(setting, name, stated, written)
                    return written
                told = f"{shown(stated)} cannot be written: {why}"
                self.draft.note("lost", setting, told, "DIAL502")
        return self.fill(setting, kind, name, fallback)

    def _note_conversion(self, setting: str, name: str, stated: Any, written: Any) -> None:
        alias = self._alias(setting, "", name)
        named = alias is not None and alias.convert is not None and alias.convert.how == "names"
        if written != stated and not named:
            self.draft.note(
                "converted", setting, f"{shown(stated)} is written {name} = {shown(written)}"
            )

    def fill(self, setting: str, kind: str, name: str, fallback: Any) -> Any:
        """A value for an input that the settings leave open, with a note."""
        value, why = fallback, ""
        if value is None:
            value, why = self._recommended(setting, kind, name)
        if value is None:
            facts = facts_of(kind)
            known = facts.input(name) if facts is not None else None
            value = known.facts.get("default") if known is not None else None
            why = f"{kind}'s own default"
        if setting in self._filled:
            return value
        self._filled[setting] = value
        stated = self.settings.get(setting)
        if stated is None:
            self.draft.note(
                "added", setting, f"{name} = {shown(value)}: {why or 'the node needs a value'}"
            )
        return value

    def _recommended(self, setting: str, kind: str, name: str) -> tuple[Any, str]:
        model, record = self.draft.model, self.draft.registry.settings.get(setting)
        if model is None or record is None:
            return None, ""
        from dialed.recommendation import recommended

        found = recommended(record, model, self.draft.registry, "text-to-image")
        if found is None:
            return None, ""
        settings = {**self.settings, setting: found.value}
        alias = self._alias(setting, kind, name)
        try:
            value = (
                self.draft.converter.from_canonical(record, alias, settings)
                if alias
                else found.value
            )
        except InvalidValueError:
            return None, ""
        if refusal(kind, name, value) is not None:
            return None, ""
        return value, f"what is recommended for {model.id}"

    def _alias(self, setting: str, kind: str, name: str) -> Alias | None:
        """The dialect's alias for ``setting`` under that name, the one for this node first."""
        record = self.draft.registry.settings.get(setting)
        found = (
            [a for a in record.aliases if a.dialect == "comfyui" and a.name == name]
            if record
            else []
        )
        of_node = [a for a in found if a.where is not None and kind in a.where.node]
        return next(iter(of_node or found), None)

    def _written(self, setting: str, kind: str, name: str) -> Any:
        alias = self._alias(setting, kind, name)
        if alias is None:
            return self.settings[setting]
        record = self.draft.registry.settings[setting]
        return self.draft.converter.from_canonical(record, alias, self.settings)

    def take(self, *settings: str) -> None:
        """Count settings as written (or as having left a note of their own)."""
        self._taken.update(settings)

    def note_the_rest(self) -> None:
        """Leave a note for every setting that the graph does not hold."""
        for setting in self.settings:
            if setting not in self._taken:
                self.draft.note("lost", setting, "the graph has no node that says it")
