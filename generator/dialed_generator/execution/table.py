"""Makes the table of verdicts: tiny models by settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import metadata

import dialed
from dialed.execution_facts import Claim, Row, Table
from dialed_generator.execution.probes import EXEMPT, PROBES
from dialed_generator.execution.routes import DIALECT
from dialed_generator.tiny import TINY, TinyModel

PACKAGES = ("diffusers", "transformers", "torch")


def installed_versions() -> dict[str, str]:
    """The versions of the packages whose behaviour the table tells; builds are not told apart."""
    return {name: metadata.version(name).partition("+")[0] for name in PACKAGES}


def row_of(tiny: TinyModel, settings: Iterable[str] = PROBES) -> Row:
    """Run the probes of some settings, all of them unless named, on one tiny model."""
    from dialed_generator.execution.judging import Judge

    flags = tuple((flag.name, flag.value, flag.url) for flag in tiny.flags)
    judge = Judge(tiny)
    verdicts = judge.verdicts(settings)
    return Row(tiny.pipeline, tiny.task, tiny.stands_for, verdicts, flags, judge.note)


def table_of(rows: Mapping[str, Row], claims: Iterable[Claim] = ()) -> Table:
    """A table of rows, in the order of the tiny models; what is none any more is dropped."""
    kept = {name: rows[name] for name in TINY if name in rows}
    asked = {name: probe.asked() for name, probe in PROBES.items()}
    return Table(installed_versions(), kept, asked, dict(EXEMPT), tuple(claims))


def settings_to_ask() -> set[str]:
    """Every setting that has a name in diffusers."""
    return {
        setting.id
        for setting in dialed.registry.settings.values()
        if any(alias.dialect == DIALECT for alias in setting.aliases)
    }
