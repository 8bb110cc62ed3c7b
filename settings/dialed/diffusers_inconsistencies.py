"""Where diffusers contradicts itself: siblings with different defaults, docstrings that state another default.

Only pipelines for pictures that are still cared for are looked at, and only defaults that are plain values: a None that
the code fills in later contradicts nothing.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from dialed.diffusers_source import Pipeline, Source, SourceError

INCONSISTENCIES = Path(__file__).parent / "facts" / "diffusers_inconsistencies.json"

TASK_WORDS = re.compile(r"Img2Img|Inpaint(ing)?|Control[Nn]et(Union|XS)?|PAG|Adapter|Pipeline$")
"""Words that tell pipelines of one family apart; what is left of the class's name is the family."""

OTHER_MEDIA = frozenset(
    [
        "num_frames",
        "video_length",
        "video",
        "frames",
        "frame_rate",
        "fps",
        "audio_length_in_s",
        "audio_duration",
        "audio_duration_s",
        "audio_end_in_s",
        "duration",
        "audio",
        "raw_audio",
        "frame_size",
        "coords_nm",
        "messages",
        "pose_video",
    ]
)
"""A pipeline that takes one of these makes no pictures."""

ENTRY = re.compile(r"^[ \t]+`?(\w+)`?[ \t]*\(([^\n]*)\)[ \t]*:", re.MULTILINE)
STATED = re.compile(r"defaults? to `{0,2}([^`\n,()]+)`{0,2}")


class Place(NamedTuple):
    """A pipeline and where it states something: file below the package, line."""

    pipeline: str
    file: str
    line: int


class Siblings(NamedTuple):
    """One argument with several defaults in one family: each default as written, and who has it."""

    family: str
    argument: str
    defaults: dict[str, list[Place]]


class Docstring(NamedTuple):
    """A docstring that states another default than the signature above it."""

    place: Place
    argument: str
    stated: str
    default: str
    line: int


class Inconsistencies(NamedTuple):
    """Everything found in one version of diffusers."""

    version: str
    siblings: list[Siblings]
    docstrings: list[Docstring]


def inconsistencies_of(source: Source) -> Inconsistencies:
    """What a copy of diffusers contradicts itself about, in the order of names."""
    pictured = {name: p for name, p in source.pipelines.items() if _makes_pictures(p)}
    siblings, docstrings = list(_siblings(pictured)), list(_docstrings(pictured))
    return Inconsistencies(source.version, siblings, docstrings)


def inconsistencies_text(found: Inconsistencies) -> str:
    """What was found as JSON, one finding a line."""
    siblings = [json.dumps(item) for item in found.siblings]
    docstrings = [json.dumps(item) for item in found.docstrings]
    return (
        f'{{"diffusers":{json.dumps(found.version)},\n"siblings":[\n'
        + ",\n".join(siblings)
        + '\n],\n"docstrings":[\n'
        + ",\n".join(docstrings)
        + "\n]}\n"
    )


def read_inconsistencies(path: Path = INCONSISTENCIES) -> Inconsistencies:
    """The committed findings.

    Raises:
        SourceError: The file is missing or is not what `inconsistencies_text` writes.
    """
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        siblings = [
            Siblings(family, argument, {d: [Place(*p) for p in at] for d, at in defaults.items()})
            for family, argument, defaults in told["siblings"]
        ]
        docstrings = [Docstring(Place(*place), *rest) for place, *rest in told["docstrings"]]
        return Inconsistencies(str(told["diffusers"]), siblings, docstrings)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        cure = "write it anew with `dialed records drift --write`"
        raise SourceError(f"{path.name} cannot be read ({type(error).__name__}); {cure}") from error


def family_of(name: str) -> str:
    """The family of a pipeline, told by its name: ``FluxImg2ImgPipeline`` is a ``Flux``."""
    return TASK_WORDS.sub("", name)


def _makes_pictures(pipeline: Pipeline) -> bool:
    cared_for = "deprecated" not in pipeline.file and not pipeline.file.startswith("modular")
    return cared_for and not OTHER_MEDIA & pipeline.arguments().keys()


def _siblings(pictured: Mapping[str, Pipeline]) -> Iterator[Siblings]:
    found: dict[tuple[str, str], dict[str, list[Place]]] = {}
    for name, pipeline in sorted(pictured.items()):
        lines = pipeline.argument_lines()
        for argument, default in pipeline.arguments().items():
            if default is not None and _plain(default) is not None:
                of_family = found.setdefault((family_of(name), argument), {})
                written = next((w for w in of_family if _same(w, default)), ast.unparse(default))
                place = Place(name, pipeline.file, lines[argument])
                of_family.setdefault(written, []).append(place)
    for (family, argument), defaults in sorted(found.items()):
        if len(defaults) > 1:
            ranked = sorted(defaults.items(), key=lambda item: (-len(item[1]), item[0]))
            yield Siblings(family, argument, dict(ranked))


def _docstrings(pictured: Mapping[str, Pipeline]) -> Iterator[Docstring]:
    seen = set()
    for name, pipeline in sorted(pictured.items()):
        if (pipeline.file, pipeline.line) in seen:  # inherited: told of the class that has it
            continue
        seen.add((pipeline.file, pipeline.line))
        first = pipeline.call.body[0]
        text = ast.get_docstring(pipeline.call, clean=False) or ""
        told = set()
        arguments, lines = pipeline.arguments(), pipeline.argument_lines()
        for entry in ENTRY.finditer(text):
            argument, default = entry[1], arguments.get(entry[1])
            stated = STATED.search(entry[2])
            if default is None or stated is None or _plain(default) is None:
                continue
            said = stated[1].strip().strip("\"'").rstrip(".")
            if not _comparable(said, default) or _same(said, default) or (argument, said) in told:
                continue
            told.add((argument, said))
            place = Place(name, pipeline.file, lines[argument])
            line = first.lineno + text.count("\n", 0, entry.start())
            yield Docstring(place, argument, said, ast.unparse(default), line)


def _plain(default: ast.expr) -> Any:
    """The value of a default that is one number, flag or text; None for everything else."""
    try:
        value = ast.literal_eval(default)
    except ValueError:
        return None
    return value if isinstance(value, (bool, int, float, str)) else None


def _value(written: str) -> Any:
    try:
        return ast.literal_eval(written)
    except (ValueError, SyntaxError):
        return written


def _same(written: str, default: ast.expr) -> bool:
    """Whether a text states the value of a default; 7 and 7.0 do, 1 and True do not."""
    told, value = _value(written), _plain(default)
    return bool(told == value) and isinstance(told, bool) == isinstance(value, bool)


def _comparable(said: str, default: ast.expr) -> bool:
    """Whether a docstring states a value at all, and not how one is worked out."""
    told = _value(said)
    return told is None or isinstance(told, (type(_plain(default)), int, float))
