"""Starting a record: a commented template pair, copied under its id."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

from dialed.errors import DialedError
from dialed.record_kinds import PROSE_REQUIRED, SINGULAR, Kind

TEMPLATE_FOLDER = Path(__file__).parent / "templates"
LEFT_OVER = "Replace this"
"""Words that begin every text of a template; lint looks for them in records."""

_ID = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")


def template_texts(kind: Kind, identifier: str, day: datetime.date) -> dict[str, str]:
    """File name -> text of a new record.

    Args:
        kind: Kind of the record.
        identifier: Its id.
        day: The day it is added.

    Raises:
        DialedError: The id has another form than ids have.
    """
    if not _ID.fullmatch(identifier):
        raise DialedError(
            f"{identifier!r} is no id: use lower case letters, digits, _, - and . (at most 64), "
            "beginning with a letter or digit"
        )
    title = re.sub(r"[_.-]+", " ", identifier).title()
    texts = {}
    for suffix in ("toml", "md") if kind in PROSE_REQUIRED else ("toml",):
        text = (TEMPLATE_FOLDER / f"{SINGULAR[kind]}.{suffix}").read_text(encoding="utf-8")
        if suffix == "toml":
            text = re.sub(r'(?m)^id = ".*"', f'id = "{identifier}"', text, count=1)
            text = re.sub(r'(?m)^title = ".*"', f'title = "{title}"', text, count=1)
            text = re.sub(r"\b2026-01-31\b", day.isoformat(), text)
        texts[f"{identifier}.{suffix}"] = text
    return texts


def start_record(kind: Kind, identifier: str, folder: Path, day: datetime.date) -> list[Path]:
    """Write the files of a new record and return their paths.

    Args:
        kind: Kind of the record.
        identifier: Its id.
        folder: Folder of the records.
        day: The day it is added.

    Raises:
        DialedError: A file of that name exists, or cannot be written; nothing is left behind.
    """
    texts = template_texts(kind, identifier, day)
    targets = [folder / kind / name for name in texts]
    for target in targets:
        if target.exists() or target.is_symlink():
            raise DialedError(f"{target} exists already and is left as it is; choose another id")
    written: list[Path] = []
    try:
        (folder / kind).mkdir(parents=True, exist_ok=True)
        for target, text in zip(targets, texts.values(), strict=True):
            with target.open("x", encoding="utf-8", newline="\n") as file:
                written.append(target)
                file.write(text)
    except OSError as error:
        for target in written:
            target.unlink(missing_ok=True)
        told = error.strerror or type(error).__name__
        raise DialedError(
            f"{folder / kind} cannot be written ({told}); nothing was created"
        ) from error
    return targets
