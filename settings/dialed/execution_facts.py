"""Which settings a model's pipeline uses, ignores or refuses: found out by running it, committed, read by the site.

`dialed_generator.execution` runs tiny pipelines of the real diffusers classes and writes this file. One line a model
and one a setting, so that a change of behaviour is a readable difference.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from dialed.errors import RecordError

FACTS = Path(__file__).parent / "facts" / "execution.json"

Answer = Literal["used", "ignored", "refused", "missing", "unprobed"]
ANSWERS: tuple[Answer, ...] = get_args(Answer)

NO_ARGUMENT = "no argument"
"""Why most settings are missing: neither the call nor the scheduler knows them. The file leaves these out."""


@dataclass(frozen=True)
class Verdict:
    """What running a pipeline with two values of a setting showed.

    Attributes:
        answer: ``used``: the latents differ. ``ignored``: they are the same to the last bit. ``refused``: the pipeline
            raises. ``missing``: neither the pipeline nor a scheduler of its kind takes it. ``unprobed``: nothing can be said.
        detail: Where it was written (``call: true_cfg_scale``), or why there is no other answer.
    """

    answer: Answer
    detail: str = ""


@dataclass(frozen=True)
class Asked:
    """How a setting was asked about.

    Attributes:
        values: The two values.
        context: Further settings that were given, by canonical id.
        more: Sampler, arguments and form of output, where they were needed.
    """

    values: tuple[Any, Any]
    context: Mapping[str, Any] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """What one tiny model answered.

    Attributes:
        pipeline: diffusers class that ran.
        task: What it does.
        stands_for: Ids of model records.
        verdicts: Setting -> verdict.
        flags: What was copied from the real model: name, value, address.
        note: What is odd about the pipeline as such.
    """

    pipeline: str
    task: str
    stands_for: tuple[str, ...]
    verdicts: dict[str, Verdict]
    flags: tuple[tuple[str, Any, str], ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Claim:
    """A "does nothing when" of a setting's record, run with exactly that.

    Attributes:
        setting: Setting that is said to do nothing.
        number: Place of the condition in the record, from 0.
        tiny: Tiny model that ran; it uses the setting otherwise.
        given: Settings that met the condition; None for one that was left out.
        verdict: What the run showed.
    """

    setting: str
    number: int
    tiny: str
    given: Mapping[str, Any]
    verdict: Verdict


@dataclass(frozen=True)
class Table:
    """All verdicts.

    Attributes:
        versions: Package -> version that ran.
        rows: Tiny model -> its answers.
        asked: Setting -> how it was asked about.
        exempt: Setting -> why it was not asked about.
        claims: Conditions of the records that were run.
    """

    versions: dict[str, str]
    rows: dict[str, Row]
    asked: dict[str, Asked]
    exempt: dict[str, str]
    claims: tuple[Claim, ...] = ()

    def totals(self) -> dict[Answer, int]:
        """How often each answer was given."""
        given = [v.answer for row in self.rows.values() for v in row.verdicts.values()]
        return {answer: given.count(answer) for answer in ANSWERS}


def table_text(table: Table) -> str:
    """The table as JSON. Addresses stand once; a setting that a row does not name has no argument there."""
    addresses = list(dict.fromkeys(url for row in table.rows.values() for _, _, url in row.flags))
    places = {address: place for place, address in enumerate(addresses)}
    rows = {name: _written_row(row, places) for name, row in table.rows.items()}
    parts = [
        f'"versions":{_compact(table.versions)}',
        f'"exempt":{_compact(table.exempt)}',
        f'"asked":{_lines({name: _written_asked(asked) for name, asked in table.asked.items()})}',
        f'"models":{_lines(rows)}',
        f'"addresses":{_list(addresses)}',
        f'"claims":{_list(_claims(table))}',
    ]
    return "{" + ",\n".join(parts) + "}\n"


def read_table(path: Path = FACTS) -> Table:
    """The committed table.

    Raises:
        RecordError: The file is missing or is not what `table_text` writes.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        asked = {name: _asked(asked) for name, asked in told["asked"].items()}
        return Table(
            dict(told["versions"]),
            {name: _row(row, asked, told["addresses"]) for name, row in told["models"].items()},
            asked,
            dict(told["exempt"]),
            tuple(
                Claim(setting, number, tiny, given, Verdict(answer, detail))
                for setting, number, tiny, given, answer, detail in told["claims"]
            ),
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        cure = "write it anew with `python -m dialed_generator.execution`"
        raise RecordError(
            [f"{path.name} cannot be read ({type(error).__name__}: {error}); {cure}"]
        ) from error


def _row(told: Mapping[str, Any], asked: Iterable[str], addresses: Sequence[str]) -> Row:
    verdicts = dict.fromkeys(asked, Verdict("missing", NO_ARGUMENT))
    verdicts |= {
        setting: Verdict(answer, detail)
        for answer in ANSWERS
        for detail, settings in told.get(answer, {}).items()
        for setting in settings
    }
    flags = tuple((name, value, addresses[place]) for name, value, place in told["flags"])
    return Row(
        told["pipeline"],
        told["task"],
        tuple(told["stands_for"]),
        verdicts,
        flags,
        told.get("note", ""),
    )


def _asked(told: Mapping[str, Any]) -> Asked:
    first, second = told["values"]
    more = {key: value for key, value in told.items() if key not in {"values", "context"}}
    return Asked((first, second), told.get("context", {}), more)


def _written_row(row: Row, places: Mapping[str, int]) -> dict[str, Any]:
    """A row with the settings of one answer and detail together."""
    written: dict[str, Any] = {
        "pipeline": row.pipeline,
        "task": row.task,
        "stands_for": list(row.stands_for),
    }
    for setting, verdict in sorted(row.verdicts.items()):
        if verdict == Verdict("missing", NO_ARGUMENT):
            continue
        written.setdefault(verdict.answer, {}).setdefault(verdict.detail, []).append(setting)
    if row.note:
        written["note"] = row.note
    written["flags"] = [[flag, value, places[url]] for flag, value, url in row.flags]
    return written


def _written_asked(asked: Asked) -> dict[str, Any]:
    written: dict[str, Any] = {"values": list(asked.values)}
    if asked.context:
        written["context"] = dict(asked.context)
    return written | dict(asked.more)


def _claims(table: Table) -> list[list[Any]]:
    return [
        [c.setting, c.number, c.tiny, dict(c.given), c.verdict.answer, c.verdict.detail]
        for c in table.claims
    ]


def _list(items: Iterable[Any]) -> str:
    return "[\n" + ",\n".join(map(_compact, items)) + "\n]"


def _lines(mapping: Mapping[str, Any]) -> str:
    rows = (f"{json.dumps(name)}:{_compact(value)}" for name, value in mapping.items())
    return "{\n" + ",\n".join(rows) + "\n}"


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
