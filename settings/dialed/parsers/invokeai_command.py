"""The command that InvokeAI 1.x and 2.x wrote into pictures: ``"a lake" -s 50 -S 7 -W 512 -H 512 -C 7.5 -A k_lms``.

Source: `Args.dream_prompt_str` and `Args.parse_cmd` in
https://github.com/invoke-ai/InvokeAI/blob/017ef562a00a4bc63acb88ff6ea7796af3569a5c/ldm/invoke/args.py
"""

from __future__ import annotations

import re
from typing import Any

_CLOSING = re.compile(r'"(?=\s+--?[A-Za-z]|\s*\Z)')
_FIRST_SWITCH = re.compile(r"(?:\A|\s)(?=-(?:s|S|W|H|C|A)\s?[\w.]+(?:\s|\Z))")
_SWITCH = re.compile(r"(?:\A|\s)(--?[A-Za-z][\w-]*)")
_GLUED = re.compile(r"-([sSWHCAfgGnU])([\d.]+|k_\w+|ddim|plms)\Z")
_NAMES = {
    "s": "steps",
    "steps": "steps",
    "S": "seed",
    "seed": "seed",
    "W": "width",
    "width": "width",
    "H": "height",
    "height": "height",
    "C": "cfg_scale",
    "cfg_scale": "cfg_scale",
    "A": "scheduler",
    "m": "scheduler",
    "sampler": "scheduler",
    "f": "strength",
    "strength": "strength",
    "I": "init_img",
}
_IN_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_LONGEST = 1_000_000


def is_command(text: str) -> bool:
    """Whether ``text`` is such a command: it has steps or a sampler, and a seed or a size."""
    if len(text) > _LONGEST or " -" not in text or "\nSteps:" in text or " --ar " in text:
        return False
    _, switches = _split(text)
    names = {_NAMES.get(name) for name, _ in _pairs(switches)}
    return bool(names & {"steps", "scheduler"}) and bool(names & {"seed", "width", "cfg_scale"})


def read_command(text: str) -> dict[str, Any]:
    """Names of the later metadata and values; switches without a counterpart keep their own names."""
    prompt, switches = _split(text[:_LONGEST])
    values: dict[str, Any] = dict(split_negative(prompt))
    for name, value in _pairs(switches):
        values[_NAMES.get(name, name)] = value or True
    return values


def split_negative(prompt: str) -> dict[str, str]:
    """Prompt and negative prompt: what stood in square brackets was unwanted, wherever it stood."""
    unwanted = _IN_BRACKETS.findall(prompt)
    if not unwanted:
        return {"positive_prompt": prompt.strip()}
    kept = re.sub(" {2,}", " ", _IN_BRACKETS.sub(" ", prompt))
    return {"positive_prompt": kept.strip(), "negative_prompt": " ".join(unwanted)}


def _split(text: str) -> tuple[str, str]:
    """The prompt without its quotes, and the switches."""
    text = text.strip()
    if text.startswith('"'):
        closing = _CLOSING.search(text, 1)
        if closing is not None:
            return text[1 : closing.start()].replace('\\"', '"'), text[closing.end() :]
    first = _FIRST_SWITCH.search(text)
    if first is None:
        return text.strip('"'), ""
    return text[: first.start()].strip(' "'), text[first.start() :]


def _pairs(switches: str) -> list[tuple[str, str]]:
    found = []
    marks = list(_SWITCH.finditer(switches))
    ends = [*(mark.start() for mark in marks[1:]), len(switches)]
    for mark, end in zip(marks, ends, strict=False):
        name, value = mark[1], switches[mark.end() : end].strip()
        # "-s50" and "-C7.5": the value follows without a blank.
        if (glued := _GLUED.match((name + switches[mark.end() : end]).strip())) is not None:
            name, value = "-" + glued[1], glued[2]
        found.append((name.lstrip("-"), value.strip("\"'")))
    return found
