"""From an infotext, taken apart, to canonical settings."""

from __future__ import annotations

import math
from math import isfinite
from typing import TYPE_CHECKING, Any

from dialed.errors import InvalidValueError, shown
from dialed.generation import ControlNet, Generation, Lora, ReadingProblem
from dialed.parsers.infotext_control import read_control
from dialed.parsers.infotext_networks import (
    additional_networks,
    hashes_of_resources,
    json_or_none,
    loras_in_prompt,
    loras_of_resources,
    named_hashes,
    numbered_loras,
    parallel_hashes,
    with_hashes,
)
from dialed.parsers.infotext_pairs import Meaning, Role, of_kind, reader_of
from dialed.value_conversion import number

if TYPE_CHECKING:
    from dialed.parsers.infotext_grammar import Infotext
    from dialed.record_registry import Registry

# Names of the module are found faster than those of a class, and the loop below runs for every pair.
_EXTRA, _INTEGER, _NUMBER = Role.EXTRA, Role.INTEGER, Role.NUMBER
_AS_KIND, _CONVERTED = Role.AS_KIND, Role.CONVERTED
_LATER = (Role.RESPELT, Role.SCHEDULE, Role.STRENGTH, Role.FIRST_PASS, Role.LATE)
_NETWORKS = frozenset({Role.NETWORK, Role.ADDITIONAL_NETWORK, Role.NUMBERED_NETWORK})
_OPENING, _CLOSING = frozenset("{["), frozenset("}]")
_Apart = dict[Role, list[tuple[str, Meaning]]]
"""Names that are read after the others, by their roles."""

_HIRES = ("hires ", "first pass size")
_LARGEST_SIDE = 2**31


class Reading:
    """One infotext in the making."""

    def __init__(self, infotext: Infotext, dialect: str, registry: Registry) -> None:
        self.infotext, self.dialect, self.registry = infotext, dialect, registry
        self.settings: dict[str, Any] = {"prompt": infotext.prompt}
        if infotext.negative_prompt is not None:
            self.settings["negative_prompt"] = infotext.negative_prompt
        self.extras: dict[str, Any] = {}
        self.problems: list[ReadingProblem] = []
        self.pairs = dict(infotext.pairs)
        if len(self.pairs) != len(infotext.pairs):
            self._note_twice()
        # The one name that hangs on the pipeline; a reader of its own is dear, so only where it stands.
        pipeline = self.pairs.get("Pipeline") if "CFG true" in self.pairs else None
        self.reader = reader_of(registry, dialect, pipeline and pipeline[:100])

    def generation(self) -> Generation:
        """All that the infotext says."""
        apart = self._read_plain()
        loras: tuple[Lora, ...] = ()
        controls: tuple[ControlNet, ...] = ()
        if apart:
            for role in _LATER:
                for name, meaning in apart.get(role, ()):
                    self._read_late(name, meaning)
            if listed := apart.get(Role.CONTROL):
                controls = tuple(read_control((name, self.pairs[name]) for name, _ in listed))
        if "<" in self.infotext.prompt or not _NETWORKS.isdisjoint(apart):
            loras = tuple(self._loras(apart))
        if self.extras:
            self._civitai_flux()
        infotext = self.infotext
        if infotext.trailing:
            self.extras.update(infotext.trailing)
        for text in infotext.skipped:
            self._problem("settings line", f"{shown(text)} is no name and value; the tool skips it")
        return Generation(
            self.dialect,
            self.settings,
            loras,
            controls,
            (),
            self.extras,
            tuple(self.problems) if self.problems else (),
        )

    def _read_plain(self) -> _Apart:
        """Read what stands for itself; return the names that need the others."""
        settings, extras, reader = self.settings, self.extras, self.reader
        meanings, kept = reader.meanings, reader.kept
        apart: _Apart = {}
        for pair in self.pairs.items():
            name, value = pair
            meaning = meanings.get(name) or reader.meaning(name)
            role = meaning[0]  # by place: unpacking would touch the setting's record as well
            try:
                if role is _INTEGER:
                    settings[meaning[1]] = int(value)
                elif role is _EXTRA:
                    extras[name] = _opened(value) if value[:1] in _OPENING else value
                elif role is _NUMBER:
                    plain = float(value)
                    if isfinite(plain):
                        settings[meaning[1]] = plain
                    else:
                        self._kept_as_written(name, value, meaning)
                elif role is _AS_KIND or role is _CONVERTED:
                    said = kept.get(pair) or reader.said(name, value, meaning, settings)
                    settings.update(said)
                elif role in apart:
                    apart[role].append((name, meaning))
                else:
                    apart[role] = [(name, meaning)]
            except ValueError:  # of int, float, or an InvalidValueError
                self._again(name, value, meaning)
        return apart

    def _again(self, name: str, value: str, meaning: Meaning) -> None:
        """Read a value once more, with all that a number may look like; keep it as it stands else."""
        try:
            self.settings.update(self.reader.said(name, value, meaning, self.settings))
        except InvalidValueError as error:
            self._kept_as_written(name, value, meaning, error)

    def _kept_as_written(
        self, name: str, value: str, meaning: Meaning, error: InvalidValueError | None = None
    ) -> None:
        if value != "":
            identifier = error.setting if error is not None else meaning.identifier
            self.settings.setdefault(identifier, value)
        rule = error.rule if error is not None else "it is no number"
        self._problem(name, f"{shown(value)}: {rule}; kept as it stands")

    def _problem(self, place: str, message: str) -> None:
        self.problems.append(ReadingProblem(place, message))

    def _note_twice(self) -> None:
        seen: dict[str, str] = {}
        for name, value in self.infotext.pairs:
            if seen.setdefault(name, value) != value:
                last = shown(self.pairs[name])
                self._problem(name, f"stands more than once; {last} counts, as it stands last")
                seen[name] = value

    def _read_late(self, name: str, meaning: Meaning) -> None:
        value = self.pairs[name]
        if meaning.role is Role.FIRST_PASS:
            self._first_pass(name, value)
        elif meaning.role is Role.STRENGTH:
            self._strength(name, value)
        elif meaning.role is Role.RESPELT:
            if meaning.identifier in self.settings:
                self.extras[name] = value  # "Model" is said, so "model" is somebody else's
            else:
                self._again(name, value, meaning)
        elif meaning.role is Role.SCHEDULE:
            # "DPM++ 2M Karras" beside a schedule type: the tool takes the one in the sampler's name.
            if "schedule" not in self.settings:
                self._again(name, value, meaning)
        else:
            self._again(name, value, meaning)

    def _strength(self, name: str, value: str) -> None:
        hires = any(key.casefold().startswith(_HIRES) for key in self.pairs if key[:1] in "HhFf")
        identifier = "hires_strength" if hires else "strength"
        setting = self.registry.settings.get(identifier)
        if setting is None:
            self.extras[name] = value
            return
        try:
            self.settings.setdefault(identifier, of_kind(setting, value))
        except InvalidValueError as error:
            self._kept_as_written(name, value, Meaning(Role.STRENGTH, identifier), error)

    def _first_pass(self, name: str, value: str) -> None:
        """Before 2023 ``Size`` was the final size, and this the size of the first pass.

        https://github.com/AUTOMATIC1111/stable-diffusion-webui/blob/036500223de0a3caaa86360a8ad3ed301e4367b0/modules/infotext_utils.py
        (``restore_old_hires_fix_params``); ``0x0`` leaves it to the program: about 512 x 512 pixels in the
        picture's own shape, each side rounded up to a multiple of 64.
        """
        first = [number(part) for part in value.split("x")]
        final = [self.settings.get("width", 512), self.settings.get("height", 512)]
        sizes = [side for side in (*first, *final) if isinstance(side, int)]
        if len(first) != 2 or len(sizes) != 4 or max(sizes) > _LARGEST_SIDE or min(final) <= 0:
            self.extras[name] = value
            self._problem(name, f"{shown(value)} is no size like 512x768; left as it stands")
            return
        if 0 in first:
            scale = math.sqrt(512 * 512 / (final[0] * final[1]))
            first = [math.ceil(scale * side / 64) * 64 for side in final]
            self._problem(name, f"0x0 left the size to the tool: {first[0]}x{first[1]}")
        self.settings |= {"width": first[0], "height": first[1]}
        for side, size in zip(("hires_width", "hires_height"), final, strict=True):
            if side in self.registry.settings:
                self.settings[side] = size

    def _civitai_flux(self) -> None:
        """Civitai writes FLUX's embedded guidance as ``CFG scale``.

        Forge mends it in the same way and by the same signs:
        https://github.com/lllyasviel/stable-diffusion-webui-forge/blob/0c97a5347a424741f40c66aabec6ee595aeb5895/modules/infotext_utils.py
        """
        stated = self.settings
        if "guidance_scale" not in stated or "distilled_guidance_scale" in stated:
            return
        for name in self.extras:
            if name.startswith("Civitai"):
                break
        else:
            return
        if any("FLUX" in value for value in self.pairs.values()):
            stated["distilled_guidance_scale"] = stated.pop("guidance_scale")
            self._problem(
                "CFG scale", "Civitai writes the embedded guidance of FLUX here; read as such"
            )

    def _loras(self, apart: _Apart) -> list[Lora]:
        loras = loras_in_prompt(self.infotext.prompt)
        networks = {n.casefold(): n for n, _ in apart.get(Role.NETWORK, ())}
        if added := apart.get(Role.ADDITIONAL_NETWORK):
            loras += additional_networks(
                {n.removeprefix("AddNet "): self.pairs[n] for n, _ in added}
            )
        if numbered := apart.get(Role.NUMBERED_NETWORK):
            loras += numbered_loras({n: self.pairs[n] for n, _ in numbered})
        if not networks:
            return loras
        hashes: dict[str, str] = {}
        if name := networks.get("civitai resources"):
            self.extras[name] = _opened(self.pairs[name])
            listed, checkpoint = loras_of_resources(self.extras[name])
            loras = loras or listed
            self._state("model", checkpoint)
        if name := networks.get("hashes"):
            self.extras[name] = _opened(self.pairs[name])
            hashes, others = hashes_of_resources(self.extras[name])
            self._state("model_hash", others.get("model"))
        hashed = self.pairs.get(networks.get("lora hashes", ""), "")
        if name := networks.get("lora networks"):
            hashes |= parallel_hashes(self.pairs[name], hashed)
        elif hashed:
            hashes |= named_hashes(hashed)
        return with_hashes(loras, hashes)

    def _state(self, identifier: str, value: str | None) -> None:
        if value and identifier in self.registry.settings:
            self.settings.setdefault(identifier, value)


def _opened(value: str) -> Any:
    """JSON as what it holds; any other text as it stands."""
    if value[:1] not in _OPENING or value[-1:] not in _CLOSING:
        return value
    whole = json_or_none(value)
    return value if whole is None else whole
