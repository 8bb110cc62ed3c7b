"""`read`: the settings in a picture's metadata."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from dialed.errors import DialedError, PayloadError, shown
from dialed.generation import Generation, ReadingProblem
from dialed.image_metadata.found_text import Findings
from dialed.image_metadata.texts_of_picture import Picture, find_texts, name_of
from dialed.parsers.json_texts import opened
from dialed.parsing import detect, parse
from dialed.record_registry import Registry, default_registry

CANONICAL = "canonical"
OWN_KEYWORD = "dialed"
"""PNG keyword under which this project's own pictures carry the job that made them, as JSON."""

_INVOKEAI = ("invokeai_metadata", "invokeai_graph", "sd-metadata", "Dream")
_NOVELAI = ("Title", "Description", "Software", "Source", "Generation time", "Comment")
_TELLING = frozenset({"num_inference_steps", "sampler", "seed", "guidance_scale"})
"""A reading with none of these is taken only where no other text tells more."""
_SOMEWHERE = (
    ("exif", "UserComment"),
    ("xmp", "exif:UserComment"),
    ("exif", "XPComment"),
    ("exif", "ImageDescription"),
    ("exif", "Model"),
    ("comment", "comment"),
    ("png", "Description"),
    ("png", "Comment"),
    ("png", "comment"),
    ("png", "UserComment"),
    ("png", "generation_data"),
    ("xmp", "dc:description"),
    ("png", "Title"),
)
"""Where people's words stand too: read only if a tool's writing is recognised in them."""


class _Claim(NamedTuple):
    """One text, or several, that may hold the settings. ``dialect`` is None where that must be found out."""

    place: str
    value: Any
    dialect: str | None
    sure: bool = True


def read(picture: Picture, *, registry: Registry | None = None) -> Generation:
    """Read the settings that a tool has left in a picture: PNG, JPEG, WebP, AVIF or HEIC.

    Where a picture holds several texts, those that only one tool writes are asked first, then ComfyUI's graph,
    then infotext, then comments and descriptions. Settings hidden in the pixels (NovelAI's and SwarmUI's
    "stealth" writing) are not read.

    Args:
        picture: Path, bytes, or a file open for reading bytes.
        registry: Other records than those that came with the package.

    Raises:
        PayloadError: The file cannot be read, or holds no settings.
    """
    registry = registry or default_registry()
    findings = find_texts(picture)
    failed: list[ReadingProblem] = []
    poor: Generation | None = None
    for claim in _claims(findings, registry):
        try:
            generation = _understood(claim, registry)
        except DialedError as error:
            failed.append(ReadingProblem(claim.place, f"cannot be read: {error}"))
            continue
        if _TELLING.isdisjoint(generation.settings):
            poor = poor or generation
            continue
        return _finished(generation, findings, failed)
    if poor is not None and (poor.settings or poor.passes):
        return _finished(poor, findings, failed)
    raise PayloadError(_nothing(findings, failed), name_of(picture))


def _finished(
    generation: Generation, findings: Findings, failed: list[ReadingProblem]
) -> Generation:
    if not findings.problems and not failed:
        return generation
    problems = (*findings.problems, *failed, *generation.problems)
    return dataclasses.replace(generation, problems=problems)


def _nothing(findings: Findings, failed: list[ReadingProblem]) -> str:
    if failed:
        return f"its settings cannot be read: {failed[0]}"
    if findings.texts:
        names = ", ".join(dict.fromkeys(found.place for found in findings.texts[:6]))
        return f"none of its texts ({shown(names)[1:-1]}) holds settings that a known tool writes"
    odd = f" ({findings.problems[0]})" if findings.problems else ""
    return f"holds no settings{odd}; chats and editors strip them, so take the file that the tool saved"


def _claims(findings: Findings, registry: Registry) -> Iterator[_Claim]:
    """What to ask, the most trustworthy first."""
    png = findings.named("png")
    if (own := png.get(OWN_KEYWORD)) is not None:
        yield _Claim(OWN_KEYWORD, own, CANONICAL)
    parameters = png.get("parameters")
    if len(png) > 1 or parameters is None:
        yield from _of_one_tool(png, registry)
    elif opened(parameters) is not None:
        yield _Claim("parameters", parameters, None)
    yield from _graphs(png, findings)
    if parameters is not None:
        # This keyword is infotext's own, even where the text has lost its last line.
        yield _Claim("parameters", parameters, None)
        yield _Claim("parameters", parameters, "a1111")
    elsewhere = {kind: findings.named(kind) for kind in ("exif", "xmp", "comment")} | {"png": png}
    comment = elsewhere["exif"].get("usercomment")
    if comment is not None and elsewhere["exif"].get("software", "").startswith("Fooocus"):
        yield _Claim("exif:UserComment", comment, "fooocus")
    for kind, key in _SOMEWHERE:
        if (text := elsewhere[kind].get(key.casefold())) is not None:
            place = key if kind == "png" else f"{kind}:{key.rpartition(':')[2]}"
            yield _Claim(place, text, None, sure=False)


def _of_one_tool(png: Mapping[str, str], registry: Registry) -> Iterator[_Claim]:
    """Keywords of a PNG that only one tool writes, or that hold JSON of one."""
    invokeai = _present(png, _INVOKEAI)
    if invokeai:
        yield _Claim(next(iter(invokeai)), invokeai, "invokeai")
    parameters, scheme = png.get("parameters"), png.get("fooocus_scheme")
    if parameters is not None and (scheme is not None or opened(parameters) is not None):
        yield _Claim("parameters", parameters, "fooocus" if scheme is not None else None)
    novelai = _present(png, _NOVELAI)
    software = novelai.get("Software", "")
    if "Comment" in novelai and (
        software.strip().casefold().startswith("novelai") or detect(novelai, registry=registry)
    ):
        yield _Claim("Comment", novelai, "novelai")


def _present(png: Mapping[str, str], keys: tuple[str, ...]) -> dict[str, str]:
    return {key: png[key.casefold()] for key in keys if key.casefold() in png}


def _graphs(png: Mapping[str, str], findings: Findings) -> Iterator[_Claim]:
    """ComfyUI: the graph that ran before the workflow that was drawn; in WebP they stand in camera tags."""
    for name in ("prompt", "workflow"):
        if (text := png.get(name)) is not None and opened(text) is not None:
            yield _Claim(name, text, "comfyui")
    if len(findings.texts) == len(png):
        return
    tagged: dict[str, tuple[str, str]] = {}
    for found in findings.texts:
        if found.kind == "exif":
            name, mark, text = found.text.partition(":")
            if mark and name.strip().casefold() in {"prompt", "workflow"} and opened(text.strip()):
                tagged.setdefault(name.strip().casefold(), (found.place, text.strip()))
    for name in ("prompt", "workflow"):
        if name in tagged:
            yield _Claim(tagged[name][0], tagged[name][1], "comfyui")


def _understood(claim: _Claim, registry: Registry) -> Generation:
    if claim.dialect == CANONICAL:
        return _own(claim.value)
    if not claim.sure and detect(claim.value, registry=registry) is None:
        # People's words, not a tool's: no reading and no problem.
        return Generation(CANONICAL, {})
    return parse(claim.value, claim.dialect, registry=registry)


def _own(text: str) -> Generation:
    """A job of this project's generator: its settings stand under canonical ids."""
    job = opened(text)
    settings = job.get("settings") if isinstance(job, Mapping) else None
    if not isinstance(job, Mapping) or not isinstance(settings, Mapping):
        raise PayloadError("no job with settings", OWN_KEYWORD)
    stated = dict(settings)
    for key in ("model", "seed"):
        if isinstance(job.get(key), str | int):
            stated.setdefault(key, job[key])
    extras = {key: part for key, part in job.items() if key not in {"settings", "model", "seed"}}
    return Generation(CANONICAL, stated, extras=extras)
