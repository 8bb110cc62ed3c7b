"""A manifest with real files for any registry, so that pages can be built before and beside the real pictures."""

import base64
import hashlib
import io
import itertools
import json
import math
from collections.abc import Callable
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image, ImageDraw

from dialed import load_records
from dialed.comparison_types import Comparison
from dialed_docs.gathering import prose_of
from dialed_generator.manifest import (
    Cell,
    ComparisonEntry,
    Curve,
    CurvePoint,
    Environment,
    ImageEntry,
    Manifest,
    Provenance,
    PublishedFile,
)

SHIFTS = """window.__shift = 0; new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.__shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });"""

SIZE = 128
DAY = date(2026, 11, 20)


def draw(digest: bytes, strength: float) -> Image.Image:
    """A little landscape whose roughness falls with `strength` (0 to 1); the digest chooses its colours."""
    hue = digest[0]
    image = Image.new("RGB", (SIZE, SIZE))
    pen = ImageDraw.Draw(image)
    for y in range(SIZE):
        pen.line([(0, y), (SIZE, y)], fill=((hue + y) % 200 + 40, 120 + y // 2, 220 - y))
    hill = [(x, 84 + 14 * math.sin(x / 18 + digest[1])) for x in range(0, SIZE + 8, 8)]
    pen.polygon([*hill, (SIZE, SIZE), (0, SIZE)], fill=(60 + digest[2] // 4, 110, 70))
    pen.ellipse([80, 20, 100, 40], fill=(250, 230, 170))
    # Coarse noise: a real picture of few steps is blotchy too, and encodes to about as many bytes.
    noise = Image.effect_noise((SIZE // 8, SIZE // 8), 90).resize((SIZE, SIZE)).convert("RGB")
    return Image.blend(image, noise, max(0.0, 0.8 - strength))


def published(folder: Path | None, key: str, picture: Image.Image, kind: str) -> PublishedFile:
    """Encode a picture, and write it where a folder is given."""
    path = f"{key[:2]}/{key[:16]}.{kind}"
    stream = io.BytesIO()
    picture.save(stream, kind.upper(), quality=60, **({"speed": 10} if kind == "avif" else {}))
    content = stream.getvalue()
    if folder is not None:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return PublishedFile(
        path=path,
        format=kind,
        width=SIZE,
        height=SIZE,
        bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def image_entry(key: str, settings: dict, model: str, files: tuple, placeholder: str) -> ImageEntry:
    call = {"prompt": settings["prompt"], "num_inference_steps": 25, "guidance_scale": 4.0}
    return ImageEntry(
        key=key,
        model=model,
        weights="ab" * 32,
        pipeline="StableDiffusionPipeline",
        task="text-to-image",
        settings=settings,
        diffusers={
            "scheduler": "EulerDiscreteScheduler",
            "scheduler_arguments": {"use_karras_sigmas": True},
            "call": call,
            "generator_seed": settings["seed"],
        },
        renderer=1,
        steps_run=25,
        files=files,
        placeholder=placeholder,
        pixels_sha256=hashlib.sha256(key.encode()).hexdigest(),
        measured={"saturation": 0.4},
        provenance=Provenance(environment="e1", seconds=0.41, model_calls=50, made=DAY),
    )


def sample_entry(
    setting: str, comparison: Comparison, model: str, images: dict, folder: Path | None
) -> ComparisonEntry:
    """One comparison with a picture for every prompt, seed and value."""
    every = list(itertools.product(*(axis.values for axis in comparison.axes)))
    swept = any(axis.setting == "seed" for axis in comparison.axes)
    cells = []
    for prompt, seed in itertools.product(comparison.prompts, comparison.seeds):
        for index, values in enumerate(every):
            own = values[0] if swept else seed
            text = json.dumps([setting, comparison.id, model, prompt.id, own, values])
            key = hashlib.sha256(text.encode()).hexdigest()
            picture = draw(
                hashlib.sha256(f"{prompt.id}{own}".encode()).digest(), index / len(every)
            )
            first = prompt is comparison.prompts[0] and seed == comparison.seeds[0]
            files = [published(folder, key, picture, "avif")]
            shown = comparison.axes[0].shown or comparison.axes[0].values
            if first and values[0] in shown and comparison.kind != "grid":
                files.append(published(folder, key, picture, "webp"))
            tiny = io.BytesIO()
            picture.resize((16, 16)).save(tiny, "WEBP", quality=40)
            placeholder = "data:image/webp;base64," + base64.b64encode(tiny.getvalue()).decode()
            settings = {"prompt": prompt.text, "seed": int(own), **comparison.hold}
            images[key] = image_entry(key, settings, model, tuple(files), placeholder)
            measured = {"ssim": round(1 - 0.6 / (index + 1), 3)}
            cells.append(
                Cell(prompt=prompt.id, seed=seed, values=values, image=key, measured=measured)
            )
    points = tuple(
        CurvePoint(
            value=v, mean=1 - 0.6 / (i + 1), low=1 - 0.8 / (i + 1), high=1 - 0.4 / (i + 1), count=6
        )
        for i, v in enumerate(comparison.axes[0].values)
    )
    seconds = tuple(
        CurvePoint(value=v, mean=0.1 * (i + 1), low=0.09 * (i + 1), high=0.12 * (i + 1), count=6)
        for i, v in enumerate(comparison.axes[0].values)
    )
    curves = (
        Curve(measure="ssim", unit="SSIM", points=points),
        Curve(measure="seconds", unit="s", points=seconds),
    )
    start = None
    if comparison.init is not None:
        start = hashlib.sha256(f"{setting}/{comparison.id}/start".encode()).hexdigest()
        picture = draw(bytes.fromhex(start), 1.0)
        files = tuple(published(folder, start, picture, kind) for kind in ("avif", "webp"))
        own = {"prompt": comparison.init.prompt, "seed": comparison.init.seed}
        images[start] = image_entry(start, own, model, files, "")
    return ComparisonEntry(
        init=start,
        id=f"{setting}/{comparison.id}",
        setting=setting,
        comparison=comparison.id,
        model=model,
        cells=tuple(cells),
        curves=curves if comparison.kind == "runs" else (),
    )


@pytest.fixture(scope="session")
def manifest_for() -> Callable[..., Manifest]:
    """`manifest_for(registry, folder=None)`: everything that the records declare, published."""

    def make(registry, folder: Path | None = None) -> Manifest:
        images: dict[str, ImageEntry] = {}
        comparisons = {}
        for setting in registry.settings.values():
            for comparison in setting.comparisons:
                for model in comparison.models:
                    name = f"{setting.id}/{comparison.id}@{model}"
                    comparisons[name] = sample_entry(setting.id, comparison, model, images, folder)
        environment = Environment(
            device="cpu", dtype="float32", threads=1, versions={"python": "3.11", "torch": "2.13.0"}
        )
        return Manifest(environments={"e1": environment}, images=images, comparisons=comparisons)

    return make


@pytest.fixture(scope="session")
def registry():
    """All records, read from their TOML."""
    return load_records()


@pytest.fixture(scope="session")
def prose(registry):
    """The Markdown beside all records."""
    return prose_of(registry)


@pytest.fixture(scope="session")
def layout_shifts() -> str:
    """A script that adds up in ``window.__shift`` how far things moved by themselves."""
    return SHIFTS


@pytest.fixture
def visit(browser, site_address):
    """`visit(path, **context)`: a page whose requests are watched; ends with all that it opened."""
    contexts = []

    def open_page(path, *, wait="networkidle", **options):
        context = browser.new_context(**({"viewport": {"width": 1280, "height": 900}} | options))
        contexts.append(context)
        page = context.new_page()
        page.asked, page.foreign, page.faults = [], [], []

        def watch(route):
            if route.request.url.startswith(site_address):
                page.asked.append(urlsplit(route.request.url).path)
                route.continue_()
            else:
                page.foreign.append(route.request.url)
                route.abort()

        context.route("**/*", watch)
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("console", lambda m: page.faults.append(m.text) if m.type == "error" else None)
        page.add_init_script(SHIFTS)
        page.goto(site_address + path, wait_until=wait)
        return page

    yield open_page
    for context in contexts:
        context.close()
