"""A name of a model means one model: ids, titles, hub repositories and aliases do not repeat."""

from __future__ import annotations

from collections.abc import Iterator

from dialed.lint.check import Check, Found
from dialed.model_types import Model
from dialed.records_loading import RecordSet
from dialed.suggestion import fold
from dialed.toml_statements import Path


def _names(model: Model) -> Iterator[tuple[Path, str]]:
    yield ("id",), model.id
    yield ("title",), model.title
    if model.hub is not None:
        yield ("hub",), model.hub
    for index, alias in enumerate(model.aliases):
        yield ("aliases", index), alias


def _find(records: RecordSet) -> Iterator[Found]:
    taken: dict[str, str] = {}
    for model in records.models.values():
        for path, name in _names(model):
            owner = taken.setdefault(fold(name), model.id)
            if owner != model.id:
                message = f'"{name}" is also a name of {owner}'
                yield Found(
                    "models", model.id, path, message, "leave it to the model that people mean"
                )


CHECK = Check("model-names", "A name of a model leads to one model.", _find)
