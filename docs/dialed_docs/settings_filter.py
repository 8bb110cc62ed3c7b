"""What the index of guides is filtered by: names, tools and models of every setting, fetched when a filter is used."""

from __future__ import annotations

from typing import Any

from dialed_docs.model_values import best_known_first, best_value
from dialed_docs.more_models import script_data
from dialed_docs.names_view import different_names
from dialed_docs.site_records import Registry, by_group

DATA = "settings/filter.js"
SCRIPT = "assets/filters.js"


def settings_in_order(registry: Registry) -> list[str]:
    """Ids as the data numbers them: group by group."""
    return [s.id for members in by_group(registry.settings).values() for s in members]


def filter_data(registry: Registry) -> bytes:
    """A script that hands over the data: unlike JSON it can be fetched by a page that is read from a folder too."""
    ids = settings_in_order(registry)
    numbered = {identifier: at for at, identifier in enumerate(ids)}
    data: dict[str, Any] = {
        "ids": ids,
        "names": [" ".join(different_names(registry.settings[i])).lower() for i in ids],
        "tools": {
            tool: sorted(numbered[s] for s in settings)
            for tool, settings in named_in(registry).items()
        },
        "models": [
            [model.id, model.title, [numbered[s] for s in ids if _has_value(s, model.id, registry)]]
            for model in sorted(best_known_first(registry), key=lambda m: m.title.casefold())
        ],
    }
    return script_data("dialedFilter", data)


def named_in(registry: Registry) -> dict[str, set[str]]:
    """Settings that each tool has a name for, its own or that of the tool it grew out of; tools with none left out."""
    found: dict[str, set[str]] = {}
    for dialect in registry.dialects:
        speakers = registry.names.lineage(dialect)
        found[dialect] = {
            s.id
            for s in registry.settings.values()
            if any(alias.dialect in speakers for alias in s.aliases)
        }
    return {dialect: settings for dialect, settings in found.items() if settings}


def _has_value(setting: str, model: str, registry: Registry) -> bool:
    """Whether the records say what to set with a model, and the model does not ignore it."""
    record = registry.models[model]
    if any(ignored.setting == setting for ignored in record.ignores):
        return False
    return best_value(registry.settings[setting], record, registry) is not None
