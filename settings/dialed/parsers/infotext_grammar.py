"""The grammar of infotext: where the prompts end, which line holds the settings, and what its pairs are.

It is the grammar of AUTOMATIC1111's ``parse_generation_parameters``
(https://github.com/AUTOMATIC1111/stable-diffusion-webui/blob/036500223de0a3caaa86360a8ad3ed301e4367b0/modules/infotext_utils.py):
the last line holds the settings if it has three pairs or more; a pair is a name of letters, digits, blanks,
``-`` and ``/``, a colon, and a value that ends at the next comma unless it stands in quotes. Where real files
depart from it, they are read as their writers meant them:

* values of JSON are read whole (Civitai does not quote them);
* a settings line may be followed by others (templates, warnings), broken over several lines, or stand on the
  prompt's own line; without three pairs it counts if it begins with ``Steps:`` and a number;
* a last line with no name that any tool writes is prompt: weights such as ``(hands:1.2)`` look like pairs.

All of it takes time in proportion to the text.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from dialed.parsers.infotext_line import PAIR, JsonInside, split_line, split_pairs

NEGATIVE = "Negative prompt:"

_FEWEST_PAIRS = 3

_STEPS = re.compile(r"\s*steps:\s*\d", re.IGNORECASE)
_STEPS_INSIDE = re.compile(r"(?:(?<=[\s.,;])|^)Steps: ?\d++(?=\s*,|\s*\Z)")
_TRAILER = re.compile(r"(Template|Negative Template):\s?")

WELL_KNOWN = frozenset(
    name.casefold()
    for name in (
        "Steps", "Sampler", "Schedule type", "CFG scale", "Distilled CFG Scale", "Image CFG scale", "Seed", "Size",
        "Model", "Model hash", "VAE", "VAE hash", "Denoising strength", "Clip skip", "Mask blur", "Variation seed",
        "Hires upscale", "Hires steps", "Hires upscaler", "Hires resize", "First pass size", "Refiner", "Batch size",
        "ENSD", "Eta", "RNG", "NGMS", "Tiling", "Lora hashes", "TI hashes", "Hashes", "Civitai resources", "Version",
    )
)  # fmt: skip
"""Names of which a settings line has at least one."""


class Infotext(NamedTuple):
    """An infotext, taken apart.

    Attributes:
        prompt: The prompt; empty where there is none.
        negative_prompt: The negative prompt; None where no line begins with ``Negative prompt:``.
        pairs: Names and values in the order written, quotes taken off; a name may stand twice.
        has_settings: Whether there is a settings line at all.
        trailing: Names and texts that stand after the settings.
        skipped: Texts between the pairs that are no pair.
    """

    prompt: str
    negative_prompt: str | None
    pairs: tuple[tuple[str, str], ...]
    has_settings: bool
    trailing: tuple[tuple[str, str], ...] = ()
    skipped: tuple[str, ...] = ()


def split_infotext(text: str) -> Infotext:
    """Take an infotext apart. Never fails: what is no settings line is prompt."""
    lines = text.strip("\ufeff\0 \t\r\n").split("\n")
    if lines[-1].startswith("Steps: ") and _STEPS.match(lines[-1]) is not None:
        pairs, skipped = split_line(lines[-1])
        return Infotext(*_prompts(lines[:-1]), pairs, True, (), skipped)
    head, settings, trailing = _settings_lines(lines)
    if settings is None:
        begin = max((found.start() for found in _STEPS_INSIDE.finditer(lines[-1])), default=-1)
        if begin < 0:
            return Infotext(*_prompts(lines), (), has_settings=False)
        settings = lines[-1][begin:]
        head = [*lines[:-1], *_on_lines_of_their_own(lines[-1][:begin])]
    pairs, skipped = split_pairs(settings)
    return Infotext(
        *_prompts(head),
        pairs,
        has_settings=True,
        trailing=tuple(_trailers(trailing)) if trailing else (),
        skipped=skipped,
    )


def _settings_lines(lines: list[str]) -> tuple[list[str], str | None, list[str]]:
    """The lines of the prompts, the settings (None where there are none), and what follows them."""
    last = lines[-1]
    begins_with_steps = _STEPS.match(last) is not None
    if begins_with_steps:
        return lines[:-1], last, []
    is_last = _is_settings_line(last)
    begin = len(lines) - 2
    while begin >= 0 and _STEPS.match(lines[begin]) is None:
        begin -= 1
    if begin < 0:
        return (lines[:-1], last, []) if is_last else (lines, None, [])
    block = "\n".join(lines[begin:])
    if _is_one_run(block):
        return lines[:begin], block, []
    after = lines[begin + 1 :]
    if is_last:
        broken = all(_is_all_pairs(line) for line in lines[begin:]) and not re.search(
            r"(?:^|,)\s*Steps:", "\n".join(after)
        )
        if broken:
            return lines[:begin], ", ".join(line.strip().rstrip(",") for line in lines[begin:]), []
        return lines[:-1], last, []
    if len(split_pairs(lines[begin])[0]) >= _FEWEST_PAIRS and not any(
        line.strip().startswith(NEGATIVE) for line in after
    ):
        return lines[:begin], lines[begin], after
    return lines, None, []


def _is_settings_line(line: str) -> bool:
    if line.count(":") < _FEWEST_PAIRS:
        return False
    pairs, _ = split_pairs(line)
    if len(pairs) < _FEWEST_PAIRS:
        return False
    if not {name.casefold() for name, _ in pairs} & WELL_KNOWN:
        return False
    # On the prompt's own line the first name swallows the prompt, or the tool skips it.
    steps = _STEPS_INSIDE.search(line, 1)
    if steps is None:
        return True
    before = line[: steps.start()].strip()
    return before[-1:] == "," and NEGATIVE not in before and _is_all_pairs(before)


def _is_one_run(block: str) -> bool:
    """Whether every line break of ``block`` stands inside a value in quotes or JSON."""
    plain = 0
    place = 0
    inside = JsonInside(block)
    while (found := PAIR.search(block, place)) is not None:
        value = found.group(2)
        whole = value[:1] == '"' and value.rstrip()[-1:] == '"' and len(value) > 1
        if value[:1] in {"{", "["} and (end := inside.end(found.start(2))) is not None:
            plain += block.count("\n", place, found.start(2))
            place = end + 1
            continue
        plain += block.count("\n", place, found.start(2) if whole else found.end())
        place = found.end()
        if plain or place >= len(block):
            break
    return plain == 0 and "\n" not in block[place:]


def _is_all_pairs(line: str) -> bool:
    pairs, skipped = split_pairs(line.strip())
    return bool(pairs) and not skipped


def _on_lines_of_their_own(text: str) -> list[str]:
    """The prompts of a text that has lost its line breaks."""
    prompt, mark, negative = text.strip().rpartition(NEGATIVE)
    return [prompt, mark + negative] if mark else [negative]


def _prompts(lines: list[str]) -> tuple[str, str | None]:
    """Prompt and negative prompt, as the tool itself joins their lines."""
    prompt: list[str] = []
    negative: list[str] | None = None
    for line in lines:
        text = line.strip()
        if text.startswith(NEGATIVE):
            negative = [] if negative is None else negative
            text = text[len(NEGATIVE) :].strip()
        # The tool sets a line break only once there is something before it.
        into = prompt if negative is None else negative
        if into or text:
            into.append(text)
    return "\n".join(prompt), None if negative is None else "\n".join(negative)


def _trailers(lines: list[str]) -> list[tuple[str, str]]:
    """What stands after the settings: templates under their names, all else as a comment."""
    found: list[tuple[str, list[str]]] = []
    for line in lines:
        if mark := _TRAILER.match(line.strip()):
            found.append((mark.group(1), [line.strip()[mark.end() :]]))
        elif found:
            found[-1][1].append(line.rstrip())
        elif line.strip():
            found.append(("comment", [line.strip()]))
    return [(name, "\n".join(texts).strip()) for name, texts in found]
