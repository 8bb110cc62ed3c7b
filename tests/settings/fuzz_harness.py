"""Throw mutated examples at parse, read, validate and translate: `python tests/settings/fuzz_harness.py --seconds 60`.

With atheris installed (`pip install atheris`) the mutations follow the code's coverage; without it they are drawn
blindly. What escapes and is no DialedError, and what takes too long, is written to the folder of findings, one file
for each place in the code, and the run goes on.
"""

import argparse
import base64
import contextlib
import hashlib
import json
import random
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

atheris = None
if __name__ == "__main__" and "--blind" not in sys.argv:  # the tests use the mutations alone
    with contextlib.suppress(ImportError):
        import atheris

with atheris.instrument_imports(include=["dialed"]) if atheris else contextlib.nullcontext():
    import dialed
    import dialed.checking
    import dialed.parsing
    import dialed.reading_images
    import dialed.translation

from picture_files import exif_with, png_with, saved  # noqa: E402  # dialed comes in instrumented, first
from real_examples import examples  # noqa: E402

TEXT, JSON, PICTURE = range(3)
SLOW_SECONDS = 2.0  # of processor time, for inputs of at most LONGEST bytes
STUCK_SECONDS = 20  # of processor time
LONGEST = 30_000
ODD: list[Any] = [
    None, True, -1, 0, 2**63, 1e308, float("nan"), float("inf"), "", "nan", "-", "\x00", "é\udc80", [], {}, [[]],
    ["3", 0], ["nowhere", 7], {"any": 1}, "9" * 5000, "Steps: 20, Sampler: Euler a, CFG scale: 7", '{"a": ',
]  # fmt: skip
TOKENS = [
    "Negative prompt: ", "Steps: ", ", Sampler: ", ", Size: 512x", '"', "\\", "\n", "<lora:", ":>", "{", "}", "[", "]",
    "BREAK", "Hires upscale: ", "First pass size: 0x0", "ControlNet 0: ", "Lora hashes: ", " --ar ", " --no ", "::",
    "nan", "1e999", "-0", "\u2028", "\ufeff", "NaN", "null", "99999999999999999999", ", , ,", ": : :",
]  # fmt: skip


def seeds() -> Iterator[bytes]:
    """Every example as text, as JSON and inside a picture; the first byte says which."""
    for example in examples():
        written = example["written"]
        if isinstance(written, str):
            text = written
            yield bytes([TEXT]) + text.encode()
            yield bytes([PICTURE]) + png_with({"parameters": text}, zipped=len(text) % 2 == 0)
            comment = b"UNICODE\0" + text.encode("utf-16-be")
            yield bytes([PICTURE]) + saved("JPEG", exif=exif_with(comment=comment))
        else:
            text = json.dumps(written)
            yield bytes([JSON]) + text.encode()
            key = "prompt" if example["family"] == "comfyui-api" else "workflow"
            yield bytes([PICTURE]) + png_with({key: text}, zipped=len(text) % 2 == 0)


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every container with each of its keys."""
    found, waiting = [], [value]
    while waiting and len(found) < 4000:
        here = waiting.pop()
        if isinstance(here, dict | list):
            for key in list(here) if isinstance(here, dict) else range(len(here)):
                found.append((here, key))
                waiting.append(here[key])
    return found


def _bent(value: Any, chance: random.Random) -> Any:
    """``value`` with some of its parts taken away, doubled, swapped or made odd."""
    for _ in range(chance.randint(1, 6)):
        places = _places(value)
        if not places:
            return chance.choice(ODD)
        here, key = chance.choice(places)
        there, other = chance.choice(places)
        match chance.randrange(5):
            case 0:
                here[key] = chance.choice(ODD)
            case 1 if isinstance(here, dict):
                here[f"{key}{chance.choice(TOKENS)}"] = here.pop(key)
            case 2:
                del here[key]
            case 3:
                with contextlib.suppress(LookupError):
                    here[key] = json.loads(json.dumps(there[other]))
            case _:
                deep: Any = chance.choice(ODD)
                for _ in range(chance.choice((1, 5, 300))):
                    deep = [deep] if chance.random() < 0.5 else {"inputs": deep}
                here[key] = deep
    return value


def _cut(data: bytes, chance: random.Random) -> bytes:
    """``data`` with pieces cut out, put twice, or tokens put in."""
    for _ in range(chance.randint(1, 5)):
        start, end = sorted(chance.choices(range(len(data) + 1), k=2))
        end = min(end, start + 200)
        piece = data[start:end]
        new = chance.choice(TOKENS).encode("utf-8", "surrogatepass")
        data = (
            data[:start]
            + chance.choice((b"", piece * 2, new, piece * 40, piece[::-1]))
            + data[end:]
        )
    return data


def mutated(data: bytes, number: int) -> bytes:
    """One mutation of an input, chosen by ``number``."""
    chance = random.Random(number)
    kind, rest = data[0] % 3 if data else TEXT, data[1:]
    if kind == JSON and chance.random() < 0.8:
        with contextlib.suppress(ValueError, RecursionError):
            rest = json.dumps(_bent(json.loads(rest), chance)).encode()
            return bytes([kind]) + rest[:LONGEST]
    if kind == PICTURE and chance.random() < 0.3:
        with contextlib.suppress(Exception):
            text = _cut(b"a hill\nSteps: 20, Sampler: Euler a, Seed: 5", chance).decode("latin-1")
            rest = png_with({chance.choice(("parameters", "Comment", "prompt")): text})
    return (bytes([kind]) + _cut(rest, chance))[:LONGEST]


class Findings:
    """What escaped, one file for each place in the code; and how many inputs there were."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.inputs = self.read = 0
        self.kinds = {"crash": 0, "slow": 0}
        self.began = time.time()
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, kind: str, data: bytes, note: str, place: str) -> None:
        self.kinds[kind] += 1
        name = f"{kind}-{hashlib.sha256(place.encode()).hexdigest()[:10]}"
        file = self.folder / f"{name}.json"
        if file.exists() and len(json.loads(file.read_text())["data"]) <= len(data) * 4 / 3:
            return  # the shortest input is kept
        kept = {"note": note, "data": base64.b64encode(data).decode()}
        file.write_text(json.dumps(kept, indent=1), encoding="utf-8")

    def report(self) -> None:
        said = {
            "inputs": self.inputs,
            "of them read": self.read,
            "minutes": round((time.time() - self.began) / 60, 1),
            **self.kinds,
            "distinct": len(list(self.folder.glob("*-*.json"))),
        }
        (self.folder / "report.json").write_text(json.dumps(said, indent=1), encoding="utf-8")


def _stuck(_number: int, _frame: object) -> None:
    raise TimeoutError(f"no answer after {STUCK_SECONDS} s")


def everything(data: bytes) -> bool:
    """Ask every public function about one input; True if it was understood. DialedErrors are answers."""
    kind, rest = data[0] % 3 if data else TEXT, data[1:]
    text = rest.decode("utf-8", "replace") if kind != PICTURE else ""
    dialects = sorted(dialed.registry.dialects)
    pick = int.from_bytes(hashlib.sha256(data).digest()[:4])
    value: Any = text
    if kind == JSON:
        with contextlib.suppress(ValueError, RecursionError):  # Python's own limits are no finding
            value = json.loads(text)
    try:
        if kind == PICTURE:
            generation = dialed.read(rest)
        else:
            dialed.detect(value)
            generation = dialed.parse(
                value, dialects[pick % len(dialects)] if pick % 5 == 0 else None
            )
    except dialed.DialedError:
        return False
    if pick % 3 == 0:
        with contextlib.suppress(dialed.DialedError):
            dialed.validate(generation)
        with contextlib.suppress(dialed.DialedError):
            dialed.translate(generation, to=dialects[pick // 7 % len(dialects)])
    return True


def tester(findings: Findings) -> Callable[[bytes], None]:
    """What the fuzzer calls with each input."""
    signal.signal(signal.SIGVTALRM, _stuck)

    def test(data: bytes) -> None:
        findings.inputs += 1
        began = time.process_time()
        signal.setitimer(signal.ITIMER_VIRTUAL, STUCK_SECONDS)
        try:
            findings.read += everything(data)
        except Exception as error:  # noqa: BLE001  # everything that escapes is a finding
            frames = [
                f"{Path(f.filename).name}:{f.name}"
                for f in traceback.extract_tb(error.__traceback__)
            ]
            note = "".join(traceback.format_exception(error))[-3000:]
            findings.keep(
                "crash", data, note, f"{type(error).__name__} {frames[-1:]} {frames[1:3]}"
            )
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        took = time.process_time() - began
        if took > SLOW_SECONDS:
            findings.keep(
                "slow",
                data,
                f"{took:.1f} s for {len(data)} bytes",
                f"slow {data[:1]!r} {round(took)}",
            )
        if findings.inputs % 500 == 0:
            findings.report()

    return test


def run_blindly(test: Callable[[bytes], None], seconds: float, seed: int) -> None:
    chance, until = random.Random(seed), time.time() + seconds
    pool = list(seeds())
    while time.time() < until:
        data = chance.choice(pool)
        for _ in range(chance.choice((1, 1, 2, 5))):
            data = mutated(data, chance.getrandbits(60))
        test(data)


def run_guided(test: Callable[[bytes], None], seconds: float, seed: int, corpus: Path) -> None:
    corpus.mkdir(parents=True, exist_ok=True)
    for data in seeds():
        (corpus / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data[:LONGEST])

    def mutator(data: bytes, size: int, number: int) -> bytes:
        if number % 3 == 0:
            return atheris.Mutate(data, size)
        return mutated(data, number)[:size]

    arguments = [sys.argv[0], str(corpus), f"-max_total_time={int(seconds)}", f"-seed={seed}"]
    limits = [f"-max_len={LONGEST}", "-timeout=60", "-rss_limit_mb=3000", "-print_final_stats=1"]
    limits.append(f"-artifact_prefix={corpus.parent}/")  # else libFuzzer writes where it stands
    atheris.Setup(arguments + limits, test, custom_mutator=mutator)
    atheris.Fuzz()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--findings", type=Path, default=Path(tempfile.gettempdir()) / "dialed-fuzz"
    )
    parser.add_argument("--blind", action="store_true", help="do without atheris")
    chosen = parser.parse_args()
    findings = Findings(chosen.findings)
    if atheris and not chosen.blind:
        run_guided(tester(findings), chosen.seconds, chosen.seed, chosen.findings / "corpus")
    else:
        run_blindly(tester(findings), chosen.seconds, chosen.seed)
    findings.report()
    print((chosen.findings / "report.json").read_text(encoding="utf-8"))
    return int(bool(sum(findings.kinds.values())))


if __name__ == "__main__":
    sys.exit(main())
