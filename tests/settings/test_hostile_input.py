"""What a stranger wrote brings no foreign error and takes time in proportion to its length."""

import contextlib
import json
import time

import pytest
from fuzz_harness import everything, mutated, seeds

import dialed

LINE = "a hill\nSteps: 20, Sampler: Euler a, CFG scale: 7"


def sampler(**inputs):
    return {"class_type": "KSampler", "inputs": {"steps": 20, "seed": 1, **inputs}}


def cycle(n):
    return {str(i): sampler(latent_image=[str((i + 2) % n), 0], model=["0", 0]) for i in range(n)}


def ladder(n):
    """Every node asks the next one twice: walked without memory it takes 2**n steps."""
    rungs = {
        str(i): {
            "class_type": "ConditioningCombine",
            "inputs": {"conditioning_1": [str(i + 1), 0], "conditioning_2": [str(i + 1), 0]},
        }
        for i in range(n)
    }
    return rungs | {"k": sampler(positive=["0", 0], negative=["0", 0])}


def adapters(n):
    chain = {
        f"l{i}": {
            "class_type": "LoraLoader",
            "inputs": {
                "model": [f"l{i - 1}", 0] if i else ["c", 0],
                "lora_name": "a",
                "strength_model": 1,
            },
        }
        for i in range(n)
    }
    return chain | {"k": sampler(model=[f"l{n - 1}", 0])}


def ring_of_reroutes(n):
    nodes = [
        {
            "id": i,
            "type": "Reroute",
            "inputs": [{"name": "", "type": "*", "link": i}],
            "outputs": [{"name": "", "type": "*", "links": [(i + 1) % n]}],
        }
        for i in range(n)
    ]
    nodes.append(
        {
            "id": n,
            "type": "KSampler",
            "inputs": [{"name": "model", "type": "MODEL", "link": n}],
            "outputs": [],
            "widgets_values": [1, "fixed", 20, 7, "euler", "normal", 1],
        }
    )
    links = [[i, i - 1 if i else n - 1, 0, i, 0, "*"] for i in range(n)]
    return {"nodes": nodes, "links": [*links, [n, n - 1, 0, n, 0, "*"]], "version": 0.4}


GROWING = {
    "tags": lambda n: "<lora:a:1>" * n + f"\n{LINE}",
    "open tags": lambda n: "<lora:" * n + f"\n{LINE}",
    "open quotation": lambda n: f'{LINE}, X: "' + "a, b: " * n,
    "open quotations": lambda n: LINE + ', X: "' * n,
    "open braces": lambda n: LINE + ', Hashes: {"a"' * n,
    "open brackets": lambda n: LINE + ', Civitai resources: [{"type"' * n,
    "backslashes": lambda n: f'{LINE}, X: "' + '\\"' * n,
    "digits": lambda n: f"a\nSteps: {'9' * n}, Seed: {'9' * n}, Size: {'9' * n}x{'9' * n}",
    "settings lines": lambda n: f"{LINE}\n" * n,
    "stops before Steps": lambda n: "x" + ", ." * n + "Steps: 5, Sampler: Euler, Seed: 1",
    "control networks": lambda n: (
        LINE + "".join(f', ControlNet {i}: "Module: a, Model: b, Weight: 1"' for i in range(n))
    ),
    "flags": lambda n: "a hill" + " --no x" * n,
    "weights": lambda n: "a hill" + "::1 b" * n + " --ar 1:1",
    "brackets of an old command": lambda n: '"a ' + "[" * n + '" -s 20 -S 5 -W 512 -H 512 -C 7',
    "deep objects": lambda n: '{"a":' * n + "1" + "}" * n,
    "deep lists": lambda n: "[" * n + "]" * n,
    "cyclic graph": cycle,
    "ladder": ladder,
    "chain of adapters": adapters,
    "ring of reroutes": ring_of_reroutes,
}


def seconds(written):
    begun = time.process_time()
    with contextlib.suppress(dialed.DialedError):
        dialed.parse(written)
    return time.process_time() - begun


@pytest.mark.parametrize("pattern", GROWING)
def test_time_grows_no_faster_than_the_input(pattern):
    make = GROWING[pattern]
    seconds(make(50))  # what is loaded once is loaded
    small = min(seconds(make(1000)) for _ in range(3))
    large = min(seconds(make(8000)) for _ in range(2))
    # eight times the input: linear is 8, quadratic 64; below a fifth of a second nobody would mind
    assert large < 0.2 or large < 24 * small, f"{small:.3f} s and {large:.3f} s"


ODD_INPUTS = [
    "",
    "\ufeff",
    "\x00",
    "\udc80 Steps: 20, Sampler: Euler a, CFG scale: 7",
    "Steps: nan, Sampler: , CFG scale: inf, Seed: 1e999, Size: x",
    "Steps: , , ,: : :, Size: 512x, Seed: -",
    "Negative prompt:",
    "a --ar",
    "a --ar : --no --seed x --stylize nan",
    '"a [b" -s x -S',
    "{}",
    "[]",
    "[[]]",
    '{"a": NaN}',
    '{"3": {"class_type": "KSampler"}}',
    '{"3": {"class_type": null, "inputs": null}}',
    '{"3": {"class_type": "KSampler", "inputs": {"seed": ["3", 0], "model": ["9", "x"]}}}',
    '{"nodes": [null, 5, {}], "links": [[], null, 7]}',
    '{"nodes": [{"type": "KSampler", "widgets_values": {"seed": []}}], "links": {}}',
    '{"sui_image_params": []}',
    '{"sui_image_params": {"seed": {}, "loras": "x", "loraweights": 5}}',
    '{"positive_prompt": {}, "model": [], "loras": {"a": 1}, "controlnets": 5, "steps": null}',
    '{"steps": {}, "sampler": 5, "uc": [], "scale": "x", "noise_schedule": null}',
    '{"metadata_scheme": "fooocus", "resolution": "(1, 2, 3)", "loras": [[]], "steps": "x"}',
    '{"c": 5, "lora": [5], "control": {}, "size": "x", "sampler": null, "v2": []}',
    # found by the fuzzer
    {"prompt": "a", "steps": 5, "sampler": {"a": 1}, "sampler_name": [], "scheduler": {}},
    {"nodes": [{"id": 1, "type": "KSampler", "mode": [], "widgets_values": [1]}], "links": []},
    {"nodes": [{"id": 1, "type": "KSampler", "inputs": 5, "outputs": True}], "links": []},
    {"nodes": [{"id": [], "type": {}, "inputs": [{"link": 1}]}], "links": [[1, [], 0, {}, 0, []]]},
    {"nodes": [{"id": 8, "type": "LoadImage", "inputs": [[[""]]], "widgets_values": [["a"], {}]}]},
    {1: 2},
    {"prompt": float("nan"), "steps": float("inf")},
    [{"class_type": "KSampler"}],
    b"\xff\xfe\x00",
]


@pytest.mark.parametrize("written", ODD_INPUTS, ids=lambda value: repr(value)[:40])
@pytest.mark.parametrize("dialect", [None, *sorted(dialed.registry.dialects)])
def test_odd_input_brings_no_foreign_error(written, dialect):
    said = "refused"
    with contextlib.suppress(dialed.DialedError):
        said = dialed.parse(written, dialect=dialect).dialect
    assert said


@pytest.fixture(scope="module")
def pool():
    return [seed for seed in seeds() if len(seed) < 20_000]


def test_mutated_examples_bring_no_foreign_error(pool):
    for number in range(400):
        everything(mutated(pool[number * 7 % len(pool)], number))


@pytest.mark.slow
def test_mutated_examples_bring_no_foreign_error_in_a_long_run(pool):
    for number in range(20_000):
        once = mutated(pool[number * 7 % len(pool)], number)
        everything(mutated(once, number + 1) if number % 3 else once)


def test_what_is_read_can_be_written_as_json(pool):
    """A reading holds plain values only, whatever it was read from."""
    for seed in pool[::5]:
        if seed[0] == 0:
            generation = dialed.parse(seed[1:].decode())
            json.dumps([generation.settings, generation.passes, generation.extras])
