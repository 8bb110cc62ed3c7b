"""Infotext taken apart: against the tool's own grammar, and where real files depart from it."""

import contextlib
import json
import random
import re
import string
import time

import pytest

from dialed.parsers.infotext_grammar import split_infotext
from dialed.parsers.infotext_line import split_pairs, unquoted

# The expressions and rules of AUTOMATIC1111, written down again from
# https://github.com/AUTOMATIC1111/stable-diffusion-webui/blob/036500223de0a3caaa86360a8ad3ed301e4367b0/modules/infotext_utils.py
PARAMETER = re.compile(r'\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)')


def tool_pairs(line):
    """The pairs that the tool finds in its last line; an empty value ends in an error there and is skipped."""
    found = []
    for name, value in PARAMETER.findall(line):
        stated = value
        if value[:1] == '"' and value[-1:] == '"':
            with contextlib.suppress(ValueError):
                stated = json.loads(value)
        found.append((name, stated))
    return found


def tool_split(text):
    """Prompt, negative prompt and pairs as the tool has them."""
    *lines, last = text.strip().split("\n")
    if len(PARAMETER.findall(last)) < 3:
        lines.append(last)
        last = ""
    prompt, negative, done = "", "", False
    for line in map(str.strip, lines):
        if line.startswith("Negative prompt:"):
            done = True
        text = line.removeprefix("Negative prompt:").strip() if done else line
        if done:
            negative += ("" if negative == "" else "\n") + text
        else:
            prompt += ("" if prompt == "" else "\n") + text
    return prompt, negative, tool_pairs(last)


SETTINGS = [
    "Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 512x512",
    'Steps: 20, Sampler: Euler, Hires prompt: "a, b: \\"c\\"\\nd", Seed: 1',
    "Steps: 20,Sampler:Euler,CFG scale:7",
    "Steps: 20, Sampler: DPM++ 2M Karras, CFG scale: 7,5, Seed: 1",
    'Steps: 20, Broken: "no end, Seed: 1, Size: 64x64',
    'Steps: 20, Two: "a" b, Seed: 1, Empty: , Last: "x"',
    'Steps: 20, Weird: "a\\q", Seed: 1, End: 5',
    "Steps: 20, a: 1, (bc: 2, de-f: 3, -gh: 4, i/j: 5, Model (X): y, k l: m",
    "Steps: 20, Sampler: x: y, Seed: http://a/b, Ünï: ß",
    'Steps: 20, Lora hashes: "a: 1, b: 2", TI hashes: "c: 3", Version: v1.6.0',
    'Steps: 1, Q: "", Seed: 2, R: 3',
]


@pytest.mark.parametrize("line", SETTINGS)
def test_pairs_are_the_tools_own(line):
    expected = [(name, value.strip()) for name, value in tool_pairs(line)]
    assert list(split_pairs(line)[0]) == expected


def test_pairs_are_the_tools_own_on_lines_made_at_random():
    random.seed(7)
    pieces = [
        "Steps",
        "ab",
        "a",
        " ",
        ":",
        ": ",
        ",",
        ", ",
        '"',
        "\\",
        '\\"',
        "-",
        "/",
        "x",
        "1",
        "(",
        "é",
        ".",
    ]
    for _ in range(20_000):
        line = "".join(random.choices(pieces, k=random.randint(1, 14)))
        expected = [(name, value.strip()) for name, value in tool_pairs(line)]
        assert list(split_pairs(line)[0]) == expected, line


PROMPTS = [
    ("a cat", None),
    ("a cat\nsecond line\n\nfourth line", "bad\nworse"),
    ("", None),
    ("", ""),
    ("", "only negative"),
    ("Negative prompt in the middle: no", "x"),
    ("a prompt with Steps: 20 inside", "Steps: 3, of stone"),
    ("  blanks around  \n\t tab ", " z "),
    ("weights (a:1.2), (b:1.3), (c:1.4)", "(d:1.5), (e:1.6), [f:0.5], [g:h:0.3]"),
    ("a\r\nb", "c\r\nd"),
]


@pytest.mark.parametrize(("prompt", "negative"), PROMPTS)
def test_prompts_are_the_tools_own(prompt, negative):
    head = prompt if negative is None else f"{prompt}\nNegative prompt: {negative}"
    text = f"{head}\nSteps: 20, Sampler: Euler, Seed: 1"
    ours = split_infotext(text)
    assert (ours.prompt, ours.negative_prompt or "", list(ours.pairs)) == tool_split(text)
    assert (ours.negative_prompt is None) == (negative is None)


def test_a_second_negative_prompt_goes_on_with_the_first():
    text = "a\nNegative prompt: b\nNegative prompt: c\nSteps: 1, Seed: 2, Size: 8x8"
    assert split_infotext(text).negative_prompt == tool_split(text)[1] == "b\nc"


DEPARTURES = [
    # (text, prompt, negative prompt, pairs, trailing names): where files are not as the tool writes them
    ("a cat\nSteps: 20", "a cat", None, {"Steps": "20"}, []),
    ("a cat\nSteps: 20, Seed: 5", "a cat", None, {"Steps": "20", "Seed": "5"}, []),
    ("Steps: 20, Seed: 5, Size: 8x8", "", None, {"Steps": "20", "Seed": "5", "Size": "8x8"}, []),
    ("a cat", "a cat", None, {}, []),
    ("(a:1.1), (b:1.2), (c:1.3)", "(a:1.1), (b:1.2), (c:1.3)", None, {}, []),
    ("a\nNegative prompt: (b:1.2), (c:1.3), (d:1.4)", "a", "(b:1.2), (c:1.3), (d:1.4)", {}, []),
    (
        "a cat Negative prompt: a dog Steps: 20, Sampler: Euler, Seed: 5",
        "a cat",
        "a dog",
        {"Steps": "20", "Sampler": "Euler", "Seed": "5"},
        [],
    ),
    (
        "a cat\nFace restoration: CodeFormer, Steps: 20, Sampler: Euler, Seed: 5",
        "a cat",
        None,
        {"Face restoration": "CodeFormer", "Steps": "20", "Sampler": "Euler", "Seed": "5"},
        [],
    ),
    (
        "a cat. Steps: 20, Sampler: Euler, Seed: 5",
        "a cat.",
        None,
        {"Steps": "20", "Sampler": "Euler", "Seed": "5"},
        [],
    ),
    (
        "a {x|y} cat\nSteps: 20, Sampler: Euler, Seed: 5\nTemplate: a {x|y} cat\nNegative Template: dog",
        "a {x|y} cat",
        None,
        {"Steps": "20", "Sampler": "Euler", "Seed": "5"},
        ["Template", "Negative Template"],
    ),
    (
        "a\nSteps: 20, Sampler: Euler, Seed: 5\n\nWarning: too many input tokens; some (3) have been truncated",
        "a",
        None,
        {"Steps": "20", "Sampler": "Euler", "Seed": "5"},
        ["comment"],
    ),
    (
        "a\nSteps: 20, Sampler: Euler,\nSeed: 5, Size: 8x8, Model: m",
        "a",
        None,
        {"Steps": "20", "Sampler": "Euler", "Seed": "5", "Size": "8x8", "Model": "m"},
        [],
    ),
    (
        'a\nSteps: 20, Hires prompt: "one,\ntwo", Seed: 5, Size: 8x8, Model: m',
        "a",
        None,
        {"Steps": "20", "Hires prompt": "one,\ntwo", "Seed": "5", "Size": "8x8", "Model": "m"},
        [],
    ),
    (
        'a\nSteps: 20, Hashes: {"model": "ab", "lora:x, y": "cd"}, Seed: 5, Tags: ["a", "b"], Size: 8x8',
        "a",
        None,
        {
            "Steps": "20",
            "Hashes": '{"model": "ab", "lora:x, y": "cd"}',
            "Seed": "5",
            "Tags": '["a", "b"]',
            "Size": "8x8",
        },
        [],
    ),
    (
        "\ufeffa\nSteps: 1, Seed: 2, Size: 8x8\0",
        "a",
        None,
        {"Steps": "1", "Seed": "2", "Size": "8x8"},
        [],
    ),
    (
        "quoted: Steps: 9, Sampler: LMS, Seed: 1\nSteps: 20, Sampler: Euler, Seed: 5",
        "quoted: Steps: 9, Sampler: LMS, Seed: 1",
        None,
        {"Steps": "20", "Sampler": "Euler", "Seed": "5"},
        [],
    ),
    (
        "Steps: 9, Sampler: LMS, Seed: 1\nSteps: 20, Sampler: Euler, Seed: 5",
        "Steps: 9, Sampler: LMS, Seed: 1",
        None,
        {"Steps": "20", "Sampler": "Euler", "Seed": "5"},
        [],
    ),
    ("", "", None, {}, []),
    ("\n\n", "", None, {}, []),
    (":::,,,", ":::,,,", None, {}, []),
]


@pytest.mark.parametrize(("text", "prompt", "negative", "pairs", "trailing"), DEPARTURES)
def test_files_that_depart_from_the_grammar(text, prompt, negative, pairs, trailing):
    found = split_infotext(text)
    assert (found.prompt, found.negative_prompt, dict(found.pairs)) == (prompt, negative, pairs)
    assert [name for name, _ in found.trailing] == trailing


def test_what_stands_between_pairs_is_told():
    assert split_pairs("Steps: 20, CFG scale: 7,5, loose, Seed: 1")[1] == ("5, loose",)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ('"a, b"', "a, b"),
        ('"a\\nb"', "a\nb"),
        ('"', '"'),
        ('""', ""),
        ('"a', '"a'),
        ('"\\q"', '"\\q"'),
    ],
)
def test_quotes_come_off_as_the_tool_takes_them_off(written, meant):
    assert unquoted(written) == meant


LONG = 400_000
SLOW_IF_SQUARED = {
    "one word": "a" * LONG,
    "words": "ab " * (LONG // 3),
    "colons": "ab:" * (LONG // 3),
    "quotes": 'ab: "' * (LONG // 5),
    "escaped quotes": 'ab: "' + '\\"' * (LONG // 2),
    "brackets": "ab: [" * (LONG // 5),
    "braces with quotes": 'ab:{"' * (LONG // 5),
    "broken JSON": ', Hashes: {"a"' * (LONG // 13),
    "broken lists": ', Civitai resources: [{"type"' * (LONG // 29),
    "deep": "ab: " + "[" * LONG,
    "dashes": "- / " * (LONG // 4),
    "steps": "Steps: 1 " * (LONG // 9),
    "steps lines": "Steps: 1\n" * (LONG // 9),
    "negative lines": "Negative prompt: a\n" * (LONG // 19),
    "quoted lines": 'Steps: 1, a b: "\n' * (LONG // 17),
    "tags": "<lora:" * (LONG // 6),
    "commas": ", " * (LONG // 2),
}


@pytest.mark.parametrize("text", SLOW_IF_SQUARED.values(), ids=SLOW_IF_SQUARED)
def test_time_grows_with_the_text_and_no_faster(text):
    begun = time.process_time()
    split_infotext(f"{text}\nSteps: 1, Seed: 2, Size: 8x8")
    split_infotext(text)
    assert time.process_time() - begun < 4  # squared, the least of these would take minutes


def test_random_letters_never_fail():
    random.seed(1)
    letters = string.printable + "é火\ufeff\0"
    for _ in range(3000):
        text = "".join(random.choices(letters, k=random.randint(0, 60)))
        found = split_infotext(text)
        assert isinstance(found.prompt, str)
