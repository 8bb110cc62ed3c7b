"""Values from a dialect's way of writing to the canonical one, and back (types in `conversion.py`).

`to_canonical` may state two settings at once (``512x768``; ``DPM++ 2M Karras``), so it returns a
mapping. `from_canonical` is its inverse: what the first reads, the second wrote.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import ROUND_CEILING, Context, Decimal
from typing import TYPE_CHECKING, Any

from dialed.errors import InvalidValueError
from dialed.suggestion import listed

if TYPE_CHECKING:
    from dialed.conversion import Function, Linear, Pair
    from dialed.setting_types import Alias, Setting
    from dialed.written_names import WrittenNames

_EXACT = Context(prec=60)
"""Arithmetic on decimals: 1 - 0.35 is 0.65, and the way back is 0.35 again."""


HUGE = 10**300
"""No tool holds a whole number of so many digits, and Python refuses to write longer ones as text."""


def number(value: Any) -> int | float | None:
    """``value`` as a finite number where it is one or spells one; else None. Flags are no numbers."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        text = value.strip()
        if len(text) > 64:
            return None
        try:
            value = int(text) if text.lstrip("+-").isdigit() else float(text)
        except ValueError:
            return None
    if isinstance(value, int):
        return value if abs(value) < HUGE else None
    return value if isinstance(value, float) and math.isfinite(value) else None


def tidy(value: float, *, whole: bool) -> int | float:
    """A number as its setting carries it: integers as ``int`` where nothing is lost by it."""
    if whole and isinstance(value, float) and value.is_integer() and abs(value) < 2**63:
        return int(value)
    return value


def _linear(value: Any, factor: float, offset: float, *, undo: bool) -> int | float | None:
    plain = number(value)
    if plain is None:
        return None
    exact = Decimal(str(plain))
    slope, shift = Decimal(str(factor)), Decimal(str(offset))
    if undo:
        result = _EXACT.divide(_EXACT.subtract(exact, shift), slope)
    else:
        result = _EXACT.add(_EXACT.multiply(slope, exact), shift)
    if isinstance(plain, int) and result == result.to_integral_value():
        return int(result)
    return float(result)


class Converter:
    """The conversions of one registry; names of samplers and schedules are looked up in ``written``."""

    def __init__(self, written: WrittenNames) -> None:
        self._written = written

    def to_canonical(
        self, setting: Setting, alias: Alias, value: Any, stated: Mapping[str, Any]
    ) -> dict[str, Any]:
        """What ``value``, written under ``alias``, says: canonical id -> canonical value.

        Args:
            setting: The setting that the alias belongs to.
            alias: The alias under which the value stands.
            value: As the dialect writes it.
            stated: What else is known, by canonical id (steps depend on strength in some tools).

        Raises:
            InvalidValueError: The value is none that the dialect could have written.
        """
        if alias.off is not None and _same(alias.off, value):
            return {} if setting.off is None else {setting.id: setting.off}
        convert = alias.convert
        if convert is None:
            return {setting.id: value}
        if convert.how == "linear":
            return {setting.id: self._from_line(setting, convert, value)}
        if convert.how == "table":
            for row in convert.rows:
                if _same(row.written, value):
                    return {setting.id: row.canonical}
            known = listed(repr(row.written) for row in convert.rows)
            raise InvalidValueError(setting.id, value, f"{alias.dialect} writes {known}")
        if convert.how == "names":
            return self._written.meaning(setting.id, convert, alias.dialect, value)
        if convert.how == "pair":
            return _split(setting, convert, value)
        return _apply(setting, convert, value, stated)

    def from_canonical(self, setting: Setting, alias: Alias, settings: Mapping[str, Any]) -> Any:
        """How the dialect of ``alias`` writes ``settings[setting.id]``.

        Args:
            setting: The setting to write; its value stands in ``settings``.
            alias: The alias under which it will stand.
            settings: All canonical values (a pair and a combined name need two).

        Raises:
            InvalidValueError: The dialect cannot say this value.
        """
        value = settings[setting.id]
        if alias.off is None:
            return self._written_as(setting, alias, settings)
        if setting.off is not None and _same(setting.off, value):
            return alias.off
        written = self._written_as(setting, alias, settings)
        # -1 is how people ask for any seed.
        if _same(alias.off, written) and not (setting.id == "seed" and written == -1):
            raise InvalidValueError(
                setting.id,
                value,
                f"{alias.dialect} takes {alias.name} = {alias.off!r} for not stated",
            )
        return written

    def _written_as(self, setting: Setting, alias: Alias, settings: Mapping[str, Any]) -> Any:
        value = settings[setting.id]
        convert = alias.convert
        if convert is None:
            return value
        if convert.how == "linear":
            result = _linear(value, convert.factor, convert.offset, undo=True)
            if result is None:
                raise InvalidValueError(setting.id, value, "it must be a finite number")
            return tidy(result, whole=setting.kind == "integer")
        if convert.how == "table":
            for row in convert.rows:
                if _same(row.canonical, value):
                    return row.written
            known = listed(repr(row.canonical) for row in convert.rows)
            raise InvalidValueError(setting.id, value, f"{alias.dialect} can only say {known}")
        if convert.how == "names":
            return self._written.name(setting.id, convert, alias.dialect, settings)
        if convert.how == "pair":
            missing = [part for part in convert.parts if part not in settings]
            if missing:
                raise InvalidValueError(
                    setting.id, value, f"{alias.name} is written with {listed(missing)} only"
                )
            return convert.separator.join(str(settings[part]) for part in convert.parts)
        return _undo(setting, convert, value, settings)

    @staticmethod
    def _from_line(setting: Setting, convert: Linear, value: Any) -> int | float:
        result = _linear(value, convert.factor, convert.offset, undo=False)
        if result is None:
            raise InvalidValueError(setting.id, value, "it must be a finite number")
        return tidy(result, whole=setting.kind == "integer")


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, str) and isinstance(other, str):
        return one.strip().casefold() == other.strip().casefold()
    return bool(one == other)


def _split(setting: Setting, convert: Pair, value: Any) -> dict[str, Any]:
    parts = value.split(convert.separator) if isinstance(value, str) else value
    if not isinstance(parts, list | tuple) or len(parts) != 2:
        example = convert.separator.join(("512", "768"))
        raise InvalidValueError(setting.id, value, f"it must look like {example}")
    numbers = [number(part) for part in parts]
    return {
        name: part if given is None else tidy(given, whole=True)
        for name, part, given in zip(convert.parts, parts, numbers, strict=True)
    }


def _share(stated: Mapping[str, Any], setting: str) -> Decimal | None:
    """The strength of a pass as an exact share, where it is stated and leaves part of the run out."""
    strength = number(stated.get(setting))
    return Decimal(str(strength)) if strength is not None and 0 < strength < 1 else None


def _whole(value: Any) -> int | None:
    plain = number(value)
    return plain if isinstance(plain, int) else None


def _apply(
    setting: Setting, convert: Function, value: Any, stated: Mapping[str, Any]
) -> dict[str, Any]:
    if convert.name == "steps_run":
        # The tool walks all its steps inside the strength; the canonical count spans 0 to 1.
        steps, strength = _whole(value), _share(stated, "strength")
        if steps is not None and strength is not None:
            # Rounded up: rounded down, one step would get lost on the way back.
            return {setting.id: int((Decimal(steps) / strength).to_integral_value(ROUND_CEILING))}
        return {setting.id: value}
    if convert.name == "hires_steps_asked":
        # The other way about: the tool runs its steps times the strength, the canonical count is what runs.
        steps, strength = _whole(value), _share(stated, "hires_strength")
        if steps is not None and strength is not None:
            return {setting.id: max(1, int(Decimal(steps) * strength))}
        return {setting.id: value}
    if convert.name == "share_of_steps":
        share, steps = number(value), _whole(stated.get("num_inference_steps"))
        if share is None or not 0 <= share <= 1:
            raise InvalidValueError(setting.id, value, "a share of the run lies between 0 and 1")
        if steps is None:
            rule = "a share of the run is a step only where the number of steps is stated"
            raise InvalidValueError(setting.id, value, rule)
        # The first step that lies wholly behind the share; what float division left over is no step.
        exact = Decimal(str(share)) * steps - Decimal("1e-9")
        return {setting.id: int(exact.to_integral_value(ROUND_CEILING))}
    if convert.name == "generator_seed":
        seed = value.initial_seed() if hasattr(value, "initial_seed") else value
        return {setting.id: seed}
    if convert.name == "text_seed":
        plain = number(value)
        return {setting.id: plain if isinstance(plain, int) else value}
    if convert.name == "whole_number":
        return {setting.id: value}
    return _first_pass(setting, value, stated)


def _first_pass(setting: Setting, value: Any, stated: Mapping[str, Any]) -> dict[str, Any]:
    """Sizes of both passes from ``First pass size``: before hires settings of their own, Size was the final one.

    ``0x0`` left the first pass to the program: about 512 x 512 pixels in the picture's shape, in steps of 64
    (AUTOMATIC1111, modules/processing.py, old_hires_fix_first_pass_dimensions).
    """
    first = value.split("x") if isinstance(value, str) else ()
    sizes = [_whole(part) for part in first]
    if len(sizes) != 2 or None in sizes:
        raise InvalidValueError(setting.id, value, "it must look like 512x768")
    final = [_whole(stated.get(side)) for side in ("width", "height")]
    if 0 in sizes:
        if not all(final):
            raise InvalidValueError(
                setting.id, value, "0 means: worked out from Size, which is missing"
            )
        scale = math.sqrt(512 * 512 / math.prod(side or 1 for side in final))
        sizes = [math.ceil(scale * (side or 1) / 64) * 64 for side in final]
    hires = {
        f"hires_{name}": side
        for name, side in zip(("width", "height"), final, strict=True)
        if side is not None
    }
    return {"width": sizes[0], "height": sizes[1], **hires}


def _undo(setting: Setting, convert: Function, value: Any, settings: Mapping[str, Any]) -> Any:
    if convert.name == "steps_run":
        steps, strength = _whole(value), _share(settings, "strength")
        if steps is not None and strength is not None:
            return max(1, int(Decimal(steps) * strength))
        return value
    if convert.name == "hires_steps_asked":
        steps, strength = _whole(value), _share(settings, "hires_strength")
        if steps is not None and strength is not None:
            return int((Decimal(steps) / strength).to_integral_value(ROUND_CEILING))
        return value
    if convert.name == "share_of_steps":
        step, steps = _whole(value), _whole(settings.get("num_inference_steps"))
        if step is None or steps is None or not 0 <= step <= steps or steps == 0:
            rule = "as a share of the run it needs the number of steps, and must not exceed it"
            raise InvalidValueError(setting.id, value, rule)
        return step / steps
    if convert.name == "text_seed":
        return str(value)
    if convert.name == "generator_seed":
        return value
    if convert.name == "whole_number":
        plain = number(value)
        whole = None if plain is None else tidy(plain, whole=True)
        if not isinstance(whole, int):
            raise InvalidValueError(setting.id, value, "this tool takes whole numbers only")
        return whole
    raise InvalidValueError(
        setting.id, value, "no version that is still in use writes the size of a first pass"
    )
