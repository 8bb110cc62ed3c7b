"""`resolve`: from any name that somebody uses to the setting it means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dialed.name_place import Place
from dialed.record_registry import Registry, default_registry

if TYPE_CHECKING:
    from dialed.setting_types import Setting

_MOST_KEPT = 4096
_kept: dict[tuple[str, str | None, str | None], Setting] = {}


def resolve(
    name: str,
    *,
    dialect: str | None = None,
    model: str | None = None,
    registry: Registry | None = None,
) -> Setting:
    """The setting that ``name`` means.

    Case, white space, ``_`` and ``-`` are ignored. In a dialect a name that is tied to the model's family
    or pipeline wins, then the canonical id, then the alias marked primary. Without a dialect: the
    canonical id, then the setting that most dialects mean by the name.

    Args:
        name: Canonical id, alias or title.
        dialect: Where the name was met; None for anywhere.
        model: Model id, hub repository or alias, for names that mean different things to different models.
        registry: Other records than those that came with the package.

    Raises:
        UnknownSettingError: Nothing has that name there; ``.suggestions`` says what may be meant.
        AmbiguousAliasError: Several settings have it and none is preferred; ``.candidates`` lists them.
        UnknownDialectError: There is no dialect of that name.
        UnknownModelError: There is no model of that name.
    """
    if registry is None:
        key = (name, dialect, model)
        if (found := _kept.get(key)) is not None:
            return found
        found = resolve(name, dialect=dialect, model=model, registry=default_registry())
        if len(_kept) >= _MOST_KEPT:  # a server is sent any number of names
            _kept.clear()
        return _kept.setdefault(key, found)
    names = registry.names
    place = Place(names.model(model)) if model is not None else None
    known = names.dialect(dialect) if dialect is not None else None
    return registry.settings[names.setting(name, known, place)]
