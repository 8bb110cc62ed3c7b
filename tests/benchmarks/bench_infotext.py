"""Infotext read: texts a minute on one core, and the time beside the package sd-parsers. Run with its group installed:

    pip install --group bench && python tests/benchmarks/bench_infotext.py

Both read the same real texts (tests/settings/data/real), each with a seed that it has never had: out of PNG files, by
the one call that each offers for that, and as bare texts, where sd-parsers has only an inner function that splits at
commas and converts nothing. Text by text both take their turn, the one that begins changing from round to round; of
every text the median over the rounds counts, so that other work on the machine meets all alike.
"""

import functools
import json
import re
import statistics
import struct
import tempfile
import time
import zlib
from collections.abc import Callable
from pathlib import Path

REAL = Path(__file__).parents[1] / "settings" / "data" / "real" / "infotext"
ROUNDS = 40
Reader = Callable[[object], object]
SEED = re.compile(r"Seed: \d+")


def png(text: str) -> bytes:
    """A grey picture of 64 x 64 pixels with ``text`` where the tool puts it."""
    latin = text.encode("latin-1", "replace")
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", 64, 64, 8, 0, 0, 0, 0)),
        (b"tEXt", b"parameters\0" + latin),
        (b"IDAT", zlib.compress(b"\0" * 65 * 64)),
        (b"IEND", b""),
    ]
    packed = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def others() -> dict[str, Reader]:
    """What sd-parsers offers for a text and for a file; empty where it is not installed."""
    try:
        from sd_parsers import ParserManager
        from sd_parsers.exceptions import ParserError
        from sd_parsers.parsers import AUTOMATIC1111Parser
    except ModuleNotFoundError:
        return {}
    inner, manager = AUTOMATIC1111Parser(), ParserManager()

    def text(written: object) -> object:
        try:
            return inner.parse({"parameters": written})
        except ParserError:
            return None

    return {"text there": text, "file there": manager.parse}


def ours() -> dict[str, Reader]:
    """The same two of this project."""
    import dialed

    def read_or_none(reader: Reader, given: object) -> object:
        try:
            return reader(given)
        except dialed.DialedError:
            return None

    return {
        "text": functools.partial(read_or_none, dialed.parse),
        "file": functools.partial(read_or_none, dialed.read),
    }


def measure(
    texts: list[str], readers: dict[str, Reader]
) -> tuple[dict[str, float], dict[str, int]]:
    """Microseconds of one reading, the mean over the texts of each one's median; and how many are understood."""
    taken: dict[str, list[list[float]]] = {name: [[] for _ in texts] for name in readers}
    understood = dict.fromkeys(readers, 0)
    with tempfile.TemporaryDirectory() as folder:
        for number in range(ROUNDS):
            fresh: list[object] = [SEED.sub(f"Seed: {number + 1}", text) for text in texts]
            files: list[object] = [Path(folder) / f"{place}.png" for place in range(len(texts))]
            for file, text in zip(files, fresh, strict=True):
                Path(str(file)).write_bytes(png(str(text)))
            for kind, given in (("text", fresh), ("file", files)):
                turns = [(n, reader) for n, reader in readers.items() if n.startswith(kind)]
                if number % 2:
                    turns.reverse()
                for place, thing in enumerate(given):
                    for name, reader in turns:
                        begun = time.perf_counter()
                        found = reader(thing)
                        taken[name][place].append(time.perf_counter() - begun)
                        understood[name] += number == 0 and found is not None
    micro = {
        name: 1e6 * statistics.fmean(map(statistics.median, each)) for name, each in taken.items()
    }
    return micro, understood


def main() -> None:
    """Measure and print."""
    written = [
        json.loads(file.read_text(encoding="utf-8"))["written"] for file in REAL.glob("*.json")
    ]
    texts = [text for text in written if isinstance(text, str)]
    there = others()
    micro, understood = measure(texts, ours() | there)
    rows = [
        ("real infotexts", f"{len(texts)}", f"{understood['text']} understood"),
        ("one infotext", f"{micro['text']:.0f} us", "goal <= 600 us"),
        ("infotexts a minute", f"{60e6 / micro['text']:,.0f}", "goal >= 100,000"),
        ("one PNG", f"{micro['file']:.0f} us", f"{understood['file']} understood"),
    ]
    if there:
        rows += [
            (
                f"{thing}, beside sd-parsers",
                f"{micro[name] / micro[f'{name} there']:.2f}x",
                f"({micro[f'{name} there']:.0f} us; it understands {understood[f'{name} there']}){goal}",
            )
            for thing, name, goal in (("PNG", "file", " goal < 1.00x"), ("text", "text", ""))
        ]
    else:
        rows.append(("sd-parsers", "absent", "pip install --group bench"))
    for row in rows:
        print("{:28} {:>10}  {}".format(*row))
    print(json.dumps({name: value for name, value, _ in rows}))


if __name__ == "__main__":
    main()
