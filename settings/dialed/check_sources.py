"""Where `dialed check` finds settings: files, folders, patterns and standard input, one after the other."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from dialed.bounded_json import read_json
from dialed.errors import PayloadError, shown
from dialed.generation import Generation
from dialed.graph_shape import is_graph
from dialed.payload_file import (
    STANDARD_INPUT,
    decoded,
    no_name_twice,
    place_of,
    read_bytes,
)

PICTURES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".avif", ".heic"})
SUFFIXES = PICTURES | {".json", ".txt"}
"""What is looked at inside a folder."""
_HEAD = 16
_PATTERN = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Source:
    """One place where settings may stand.

    Attributes:
        path: Path, or ``-``.
        named: It was named itself: what cannot be read there is an error, not just another file.
    """

    path: str
    named: bool = True


@dataclass(frozen=True, slots=True)
class Document:
    """What stands in a source.

    Attributes:
        path: Path, or ``-``.
        given: For `dialed.validate`: names and values, or what was parsed.
        text: The JSON text, which can be mended; None for everything else.
    """

    path: str
    given: Mapping[str, Any] | Generation
    text: str | None = None


def sources(arguments: Iterable[str]) -> Iterator[Source]:
    """Every file that the arguments mean, in order; folders and patterns are walked as they are read."""
    for argument in arguments:
        if argument == STANDARD_INPUT:
            yield Source(argument)
        elif Path(argument).is_dir():
            yield from (Source(path, named=False) for path in _inside(argument))
        elif not _PATTERN.isdisjoint(argument) and not Path(argument).exists():
            found = False
            # Path.glob takes no absolute patterns.
            for path in glob.iglob(argument, recursive=True):  # noqa: PTH207
                if Path(path).is_file():
                    found = True
                    yield Source(path, named=False)
            if not found:
                yield Source(argument)  # reading it says that there is no such file
        else:
            yield Source(argument)


def _inside(folder: str) -> Iterator[str]:
    for place, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            if Path(name).suffix.lower() in SUFFIXES:
                yield str(Path(place) / name)


def read_source(
    source: Source, dialect: str | None = None, standard_input: BinaryIO | None = None
) -> Document:
    """Read what stands in a source.

    JSON objects are names and values, except graphs of ComfyUI; other texts are read as what tools write;
    of pictures the metadata is read.

    Args:
        source: Where.
        dialect: Dialect that it is known to be written in.
        standard_input: Stream to use for ``-``; the program's own where left out.

    Raises:
        DialedError: It cannot be read, or no settings stand in it.
    """
    place = place_of(source.path)
    # Standard input can be read once; of a picture in a file the metadata is looked for where it stands.
    whole = source.path == STANDARD_INPUT
    raw = read_bytes(source.path, place, standard_input, None if whole else _HEAD)
    if is_picture(raw[:_HEAD]):
        from dialed.reading_images import read

        return Document(source.path, read(raw if whole else Path(source.path)))
    text = decoded(raw if whole else read_bytes(source.path, place), place)
    if text.lstrip()[:1] not in {"{", "["} or ("\nSteps: " in text and not _is_json(text)):
        from dialed.parsing import parse

        if not text.strip():
            raise PayloadError("nothing stands in it", place)
        return Document(source.path, parse(text, dialect))
    payload = read_json(text, place, pairs=no_name_twice)
    if not isinstance(payload, dict):
        message = f"settings are a JSON object of names to values, not {shown(payload)}"
        raise PayloadError(message, place)
    if dialect in {None, "comfyui"} and is_graph(payload):
        from dialed.parsing import parse

        return Document(source.path, parse(payload, "comfyui"))
    return Document(source.path, payload, text)


def is_picture(head: bytes) -> bool:
    """Whether a file that begins with ``head`` is a picture whose metadata can be read."""
    return (
        head.startswith((b"\x89PNG", b"\xff\xd8\xff"))
        or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")
        or head[4:8] == b"ftyp"
    )


def _is_json(text: str) -> bool:
    try:
        read_json(text)
    except PayloadError:
        return False
    return True
