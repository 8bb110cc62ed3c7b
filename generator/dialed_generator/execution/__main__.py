"""``python -m dialed_generator.execution``: run every probe and write the table."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from dialed.execution_facts import FACTS, Claim, Row, Table, read_table, table_text
from dialed_generator.execution.comparing import disagreements
from dialed_generator.execution.conditions import proved_claims
from dialed_generator.execution.table import installed_versions, row_of, table_of
from dialed_generator.tiny import TINY


def main(arguments: list[str] | None = None) -> int:
    """Prove, write, compare. Returns 1 where the records disagree with what ran, else 0."""
    asked = _parser().parse_args(arguments)
    unknown = [name for name in asked.models if name not in TINY]
    if unknown:
        known = ", ".join(TINY)
        print(
            f"error: no tiny model is called {', '.join(unknown)}; there are {known}",
            file=sys.stderr,
        )
        return 2
    rows: dict[str, Row] = {}
    claims: tuple[Claim, ...] = ()
    if asked.models:
        kept = read_table(asked.out)
        if kept.versions != installed_versions():
            print("error: other versions made the table; prove all models anew", file=sys.stderr)
            return 2
        rows, claims = dict(kept.rows), kept.claims
    began = time.monotonic()
    for name in asked.models or TINY:
        start = time.monotonic()
        rows[name] = row_of(TINY[name])
        counts = _told(table_of({name: rows[name]}))
        print(f"{name}: {counts} ({time.monotonic() - start:.1f} s)", flush=True)
    table = table_of(rows, claims)
    table = table_of(rows, proved_claims(table, asked.models or None))
    asked.out.write_text(table_text(table), encoding="utf-8")
    seconds = time.monotonic() - began
    print(f"{len(table.rows)} models: {_told(table)}; {seconds:.0f} s; written to {asked.out}")
    found = disagreements(table)
    for disagreement in found:
        print(disagreement, file=sys.stderr)
    return 1 if found else 0


def _told(table: Table) -> str:
    return ", ".join(f"{count} {answer}" for answer, count in table.totals().items() if count)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m dialed_generator.execution",
        description="Run every setting on tiny pipelines of the real classes and write which are used or ignored.",
    )
    parser.add_argument(
        "models", nargs="*", help="tiny models to prove anew; all where none is named"
    )
    parser.add_argument(
        "--out", type=Path, default=FACTS, help="file to write (default: the committed table)"
    )
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
