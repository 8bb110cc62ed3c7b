"""What tools write, spoilt or far too long: nothing but our own errors, in time that grows with the length."""

import contextlib
import random
import time

import pytest
from tool_payloads import READ

import dialed
from dialed.errors import DialedError
from dialed.parsing import parse


def hostile(value, chance):
    """``value`` with parts replaced by what nobody expects there."""
    if chance.random() < 0.12:
        return chance.choice(
            [None, True, -1, 1e308, 10**400, "", "x" * 50, [], {}, [[]], {"a": {}}, "nan", "0x0"]
        )
    if isinstance(value, dict):
        return {
            (key if chance.random() > 0.05 else key[::-1]): hostile(part, chance)
            for key, part in value.items()
        }
    if isinstance(value, list):
        return [hostile(part, chance) for part in value]
    if isinstance(value, str) and value and chance.random() < 0.3:
        cut = chance.randrange(len(value))
        return value[:cut] + chance.choice(["", "\0", '"', "{", "--", "\ud800", ": "]) + value[cut:]
    return value


@pytest.mark.parametrize("name", READ)
def test_spoilt_payloads_raise_nothing_but_our_errors(name):
    payload, dialect, _ = READ[name]
    chance = random.Random(name)
    for _ in range(60):
        spoilt = hostile(payload, chance)
        for wanted in (None, dialect):
            try:
                generation = parse(spoilt, wanted)
            except DialedError:
                continue
            assert isinstance(generation, dialed.Generation)


def test_long_texts_take_time_in_proportion():
    texts = [
        "--ar " * 20_000,
        "-s 1 " * 200_000,
        '"' * 500_000,
        "[" * 500_000 + " -s 1 -S 2",
        "—no a " * 15_000,
        "Steps: 1, Sampler: a, Guidance Scale: " + "A " * 200_000,
        "Steps: 1, Sampler: a, Guidance Scale: 1, " + "A " * 200_000 + ", (" * 1000,
        "Guidance Scale: " + "Steps: 1, Sampler: " * 50_000,
        "Version: Fooocus " + ", a: b" * 100_000,
    ]
    for text in texts:
        start = time.process_time()
        with contextlib.suppress(DialedError):
            parse(text)
            parse(text, "drawthings")
        assert time.process_time() - start < 3, text[:20]
