"""`pydantic_model`: the settings of one model in one dialect as a class that validates them."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Any, Literal, Optional

from pydantic import BaseModel, ConfigDict, Field, create_model

from dialed.errors import InvalidValueError
from dialed.payload_reading import Understood
from dialed.recommendation import recommended
from dialed.record_registry import Registry, default_registry
from dialed.translation import CANONICAL, Draft
from dialed.value_conversion import Converter

if TYPE_CHECKING:
    from dialed.model_types import Model
    from dialed.setting_types import Alias, Limits, Setting

_CLASS_NAME = str.maketrans(" -./", "____")


class DialedModel(BaseModel):
    """Base of the generated classes: closed to unknown names, open to canonical ids."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True, allow_inf_nan=False)


def pydantic_model(
    model: str, dialect: str = CANONICAL, *, registry: Registry | None = None
) -> type[BaseModel]:
    """A pydantic class with one optional field for each setting that ``model`` uses.

    Fields are named by canonical id; their alias is the dialect's name and their limits are those of the
    written values. ``.model_json_schema()`` carries, under ``x-dialed``, what a user interface needs: slider
    range and step, off value, recommended value, unit, group and the address of the guide below the site's root;
    values are written as the dialect writes them.

    Args:
        model: Model id, hub repository or alias.
        dialect: Dialect whose names and values to use; canonical ids where left out.
        registry: Other records than those that came with the package.

    Raises:
        UnknownModelError: There is no model of that name.
        UnknownDialectError: There is no dialect of that name.
    """
    registry = registry or default_registry()
    record = registry.model(model)
    known = CANONICAL if dialect == CANONICAL else registry.names.dialect(dialect)
    return _build(registry, record.id, known)


@functools.lru_cache(maxsize=128)
def _build(registry: Registry, model_id: str, dialect: str) -> type[BaseModel]:
    from dialed.dialects.flat import aliases_for, reads_back

    model = registry.models[model_id]
    draft = Draft(registry, Understood((), {}, model, None), model, dialect)
    ignored = {entry.setting for entry in model.ignores}
    fields: dict[str, Any] = {}
    taken: set[str] = set()
    for setting in registry.settings.values():
        if setting.id in ignored:
            continue
        alias = None
        if dialect != CANONICAL:
            names = aliases_for(setting, draft)
            alias = next((name for name in names if reads_back(name, setting.id, draft)), None)
            if alias is None or alias.name in taken:
                continue
            taken.add(alias.name)
        fields[setting.id] = _field(registry, setting, alias, model)
    name = f"{model.id}_{dialect}".translate(_CLASS_NAME)
    doc = f"Settings of {model.title} as {dialect} writes them."
    return create_model(name, __base__=DialedModel, __doc__=doc, **fields)


def _field(
    registry: Registry, setting: Setting, alias: Alias | None, model: Model
) -> tuple[Any, Any]:
    best = recommended(setting, model, registry)
    written = _Written(registry, setting, alias)
    extra = {
        "id": setting.id,
        "kind": setting.kind,
        "group": setting.group,
        "unit": setting.unit,
        "view": written.view(),
        "off": written.value(setting.off),
        "recommended": written.value(best.value if best else None),
        "url": f"/settings/{setting.group}/{setting.id}/",
    }
    text = (
        setting.summary
        if alias is None or alias.note is None
        else f"{setting.summary} {alias.note}"
    )
    options: dict[str, Any] = {
        "description": text,
        "title": setting.title,
        "json_schema_extra": {"x-dialed": {k: v for k, v in extra.items() if v is not None}},
    }
    if alias is not None:
        options["alias"] = alias.name
    kind, limits = _type(registry, setting, alias)
    options |= limits
    if setting.id in {"width", "height"} and kind is int:
        options["multiple_of"] = math.lcm(model.size_multiple, int(options.get("multiple_of", 1)))
    return Optional[kind], Field(default=None, **options)  # noqa: UP045 - the type is made here


class _Written:
    """Values of one setting as its dialect writes them."""

    def __init__(self, registry: Registry, setting: Setting, alias: Alias | None) -> None:
        self._converter = Converter(registry.written)
        self._setting, self._alias = setting, alias

    def value(self, canonical: Any) -> Any:
        """The written value, or None where there is none or the dialect cannot say it."""
        if canonical is None or self._alias is None:
            return canonical
        if self._alias.convert is not None and self._alias.convert.how == "pair":
            return None  # one text for two settings
        try:
            stated = {self._setting.id: canonical}
            return self._converter.from_canonical(self._setting, self._alias, stated)
        except InvalidValueError:
            return None

    def view(self) -> dict[str, Any] | None:
        """Range and step of a slider, in written values."""
        view = self._setting.view
        if view is None:
            return None
        convert = self._alias.convert if self._alias is not None else None
        if convert is None:
            return view.model_dump()
        if convert.how == "function" and convert.name == "share_of_steps":
            return {"min": 0, "max": 1, "step": 0.01}
        if convert.how == "function" and convert.name not in {"text_seed", "first_pass_size"}:
            return view.model_dump()
        if convert.how != "linear":
            return None
        ends = [self.value(view.min), self.value(view.max)]
        if None in ends:
            return None
        step = abs(view.step / convert.factor)
        return {
            "min": min(ends),
            "max": max(ends),
            "step": int(step) if step == int(step) else step,
        }


def _type(registry: Registry, setting: Setting, alias: Alias | None) -> tuple[Any, dict[str, Any]]:
    convert = alias.convert if alias is not None else None
    if convert is not None:
        if convert.how == "table":
            return _literal([row.written for row in convert.rows]), {}
        if convert.how == "names" and convert.of != "models":
            names = registry.written.known(convert.of, alias.dialect if alias else None)
            return (_literal(list(names)) if names and not convert.combined else str), {}
        if convert.how in {"pair", "names"}:
            return str, {}
        if convert.how == "function":
            if convert.name in {"text_seed", "first_pass_size"}:
                return str, {}
            if convert.name == "share_of_steps":
                return float, {"ge": 0, "le": 1}
            return int, _bounds(setting.limits, 1.0, 0.0)
        if convert.how == "linear":
            # Where a whole number is written as a share of it, what is written is a fraction.
            kind = _number(setting) if abs(convert.factor) <= 1 else float
            return kind, _bounds(setting.limits, convert.factor, convert.offset)
    if setting.id in {"sampler", "schedule"}:
        return _literal(
            list(registry.samplers if setting.id == "sampler" else registry.schedules)
        ), {}
    if setting.kind in {"integer", "number"}:
        return _number(setting), _bounds(setting.limits, 1.0, 0.0)
    if setting.limits.choices:
        return _literal(list(setting.limits.choices)), {}
    if setting.kind == "flag":
        return bool, {}
    if setting.kind == "list":
        return list[Any], {}
    if setting.kind in {"text", "choice"}:
        longest = setting.limits.max_length
        return str, {"max_length": longest} if longest else {}
    return Any, {}


def _number(setting: Setting) -> Any:
    return int if setting.kind == "integer" else float


def _literal(values: list[Any]) -> Any:
    return Literal[tuple(values)] if values else str


def _bounds(limits: Limits, factor: float, offset: float) -> dict[str, float]:
    """The limits of the written value: canonical = factor * written + offset, turned round."""
    ends = {
        ("gt" if limits.exclusive_min else "ge"): limits.min,
        ("lt" if limits.exclusive_max else "le"): limits.max,
    }
    turned = {"gt": "lt", "ge": "le", "lt": "gt", "le": "ge"}
    found = {
        (turned[name] if factor < 0 else name): (end - offset) / factor
        for name, end in ends.items()
        if end is not None
    }
    if limits.multiple_of is not None and factor == 1 and offset == 0:
        found["multiple_of"] = limits.multiple_of
    return {name: int(end) if float(end).is_integer() else end for name, end in found.items()}
