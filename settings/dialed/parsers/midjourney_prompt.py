"""A Midjourney prompt: text, then flags such as ``--ar 16:9 --no text --seed 7``.

Flags: https://docs.evolink.ai/en/api-manual/image-series/midjourney/midjourney-v7-prompt-guide and, for what
came before version 7, https://torybarber.com/midjourney-parameter-visual-guide/
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from dialed.errors import PayloadError, shown
from dialed.generation import Generation
from dialed.parsers.named_values import read_named
from dialed.picture_shape import shape
from dialed.value_conversion import number, tidy

if TYPE_CHECKING:
    from dialed.parsing import Written
    from dialed.record_registry import Registry

DIALECTS = ("midjourney",)

_SHORT = {
    "aspect": "ar",
    "s": "stylize",
    "c": "chaos",
    "w": "weird",
    "q": "quality",
    "v": "version",
    "r": "repeat",
    "sameseed": "sameseed",
    "profile": "p",
    "personalize": "p",
}
FLAGS = frozenset(
    [
        "ar",
        "aspect",
        "stylize",
        "s",
        "chaos",
        "c",
        "weird",
        "w",
        "quality",
        "q",
        "version",
        "v",
        "niji",
        "no",
        "seed",
        "sameseed",
        "iw",
        "tile",
        "style",
        "raw",
        "stop",
        "sref",
        "sw",
        "sv",
        "cref",
        "cw",
        "oref",
        "ow",
        "exp",
        "draft",
        "fast",
        "relax",
        "turbo",
        "repeat",
        "r",
        "video",
        "stealth",
        "public",
        "p",
        "profile",
        "personalize",
        "uplight",
        "upbeta",
        "hd",
        "test",
        "testp",
        "upanime",
        "creative",
        "motion",
        "loop",
        "end",
        "bs",
    ]
)
"""Every flag that is known, without its dashes; most have no counterpart in other tools."""
_ALONE = frozenset({"tile", "raw", "draft", "fast", "relax", "turbo", "video", "stealth", "public"})
_NUMBERS = frozenset(
    {"stylize", "chaos", "weird", "quality", "iw", "sw", "cw", "ow", "exp", "stop", "repeat"}
)
# Word processors turn the two dashes into one long one.
_FLAG = re.compile(r"(?:(?<=\s)|\A)(?:--|—|–)([A-Za-z]{1,12})(?=\s|\Z)")
_JOB = re.compile(r"\s*\bJob ID: ?([0-9a-f-]{36})\s*\Z")
_COMMAND = re.compile(r"\A/imagine(?:\s+prompt:?)?\s*", re.IGNORECASE)
# The bot's message: the prompt in bold, then who asked for it and how.
_MESSAGE = re.compile(r"\*\*([^*]+)\*\*(?: - [^*]*)?")
_LONGEST = 100_000


def recognise(value: Written, registry: Registry) -> tuple[str, ...]:
    """Midjourney, where a text ends with its flags or its job's id."""
    del registry
    if not isinstance(value, str) or len(value) > _LONGEST or "Steps: " in value:
        return ()
    if _JOB.search(value[-60:]) or _COMMAND.match(value):
        return DIALECTS
    known = [match[1].lower() in FLAGS for match in _FLAG.finditer(value)]
    # A new flag may stand among the known ones.
    return DIALECTS if known and 2 * sum(known) > len(known) else ()


def parse_as(value: Written, dialect: str, registry: Registry) -> Generation:
    """Read a Midjourney prompt.

    Args:
        value: The text. A job's id at its end and ``/imagine prompt:`` before it belong to no setting.
        dialect: ``midjourney``.
        registry: The records to use.

    Raises:
        PayloadError: It is no text.
    """
    if not isinstance(value, str):
        raise PayloadError("Midjourney's settings are flags in a text")
    text, extras = value[:_LONGEST].strip(), dict[str, Any]()
    if job := _JOB.search(text[-60:]):
        extras["Job ID"] = job[1]
        text = text[: len(text) - len(job[0])]
    text = _COMMAND.sub("", text)
    if pasted := _MESSAGE.fullmatch(text):
        text = pasted[1]
    marks = list(_FLAG.finditer(text))
    prompt = text[: marks[0].start()] if marks else text
    flags: dict[str, str] = {}
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    for mark, end in zip(marks, ends, strict=False):
        name = _SHORT.get(mark[1].lower(), mark[1].lower())
        written = " ".join(text[mark.end() : end].split())
        if name == "no" and flags.get("no"):
            written = f"{flags['no']}, {written}"  # every --no counts
        if name in _ALONE and written and number(written) is None:
            # A flag without a value, and then more of the prompt.
            prompt, written = f"{prompt.rstrip()} {written}", ""
        flags[name] = written
    named = {
        f"--{name}": written if written or name == "no" else True for name, written in flags.items()
    }
    found = read_named({"prompt": prompt.strip(), **named}, dialect, registry)
    ratio = found.settings.get("aspect_ratio")
    if ratio is not None and shape(ratio) is None:
        found.odd("--ar", f"{shown(ratio)} is no ratio such as 16:9; kept as it stands")
    for key, part in found.extras.items():
        name = key.removeprefix("--")
        extras[name] = _plain(name, part)
    return Generation(dialect, found.settings, extras=extras, problems=tuple(found.problems))


def _plain(name: str, value: Any) -> Any:
    """A flag's value as a number where the flag takes one; a version stays text, for 6.1 is a name."""
    plain = number(value) if name in _NUMBERS and isinstance(value, str) else None
    return value if plain is None else tidy(plain, whole=True)
