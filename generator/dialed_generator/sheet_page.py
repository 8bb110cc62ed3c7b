"""The sheet of a checkpoint as one HTML file: pictures inside, no script, nothing fetched, light and dark."""

import base64
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from PIL import Image

from dialed_generator.sheet_content import Figure, SheetCell, SheetRow, written
from dialed_generator.sheet_drawing import LARGEST_SIDE, Look
from dialed_generator.sheet_style import STYLE

if TYPE_CHECKING:
    from dialed_generator.picture_measures import Picture


_POLICY = (
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; '
    "style-src 'unsafe-inline'\">"
)
_FOOT = (
    "<footer><p>Made with <em>Dialed</em>. Every picture can be made again from the settings below it; the "
    "lossless strips lie in the folder <code>strips</code> beside this page.</p></footer>"
)


@dataclass(frozen=True)
class Sheet:
    """Everything that the page says beside the figures.

    Attributes:
        title: Name of the checkpoint.
        facts: Label and text, in order: how it was recognised, loaded, on what.
        base: Settings that stand when a figure says nothing else.
        command: Command that makes this sheet again.
        left_out: Name and reason of all that is not shown.
        summary: Made, reused, failed, in words.
        titles: Title by canonical id.
    """

    title: str
    facts: Sequence[tuple[str, str]]
    base: Mapping[str, object]
    command: str
    left_out: Sequence[tuple[str, str]]
    summary: str
    titles: Mapping[str, str]


@dataclass(frozen=True)
class Copyable:
    """The settings of one picture as text to copy.

    Attributes:
        infotext: As AUTOMATIC1111 and its kin read it.
        python: A program for diffusers.
        seconds: Its share of the run, None where it was not made.
    """

    infotext: str
    python: str
    seconds: float | None


def page(
    sheet: Sheet, figures: Sequence[Figure], look: Look, copyable: Mapping[str, Copyable]
) -> str:
    """Write the page.

    Args:
        sheet: What it says.
        figures: What it shows.
        look: Gives the picture of a key.
        copyable: Texts by key.
    """
    return "\n".join(
        [
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            # Nothing but what stands in the file itself: names and prompts come from strangers.
            _POLICY,
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="color-scheme" content="light dark">',
            f"<title>{escape(sheet.title)}: settings sheet</title>",
            f"<style>{STYLE}</style>\n</head>\n<body>",
            '<a class="skip" href="#main">Skip to the pictures</a>',
            *_head(sheet, figures),
            '<main id="main">',
            *(part for n, one in enumerate(figures) for part in _figure(n, one, look, copyable)),
            *_left_out(sheet),
            "</main>",
            _FOOT,
            "</body>\n</html>\n",
        ]
    )


def _head(sheet: Sheet, figures: Sequence[Figure]) -> Iterator[str]:
    yield f"<header><h1>{escape(sheet.title)}</h1><p>{escape(sheet.summary)}</p>"
    yield "<dl>"
    for label, text in sheet.facts:
        yield f"<div><dt>{escape(label)}</dt><dd>{escape(text)}</dd></div>"
    yield "</dl>"
    yield "<details><summary>Settings that stand where a figure says nothing else</summary>"
    yield f"<p>{escape(_settings(sheet.base, sheet.titles))}</p></details>"
    yield "<details><summary>Command that makes this sheet again</summary>"
    yield f'<pre tabindex="0">{escape(sheet.command)}</pre></details>'
    if figures:
        yield '<nav aria-label="Figures"><ul>'
        for number, figure in enumerate(figures):
            yield f'<li><a href="#f{number}">{escape(figure.setting)}: {escape(figure.title)}</a></li>'
        if sheet.left_out:
            yield '<li><a href="#left-out">Not shown, and why</a></li>'
        yield "</ul></nav>"
    yield "</header>"


def _figure(
    number: int, figure: Figure, look: Look, copyable: Mapping[str, Copyable]
) -> Iterator[str]:
    yield f'<section id="f{number}"><h2>{escape(figure.setting)}: {escape(figure.title)}</h2>'
    yield f"<p>{escape(figure.lesson)}</p>"
    for row in figure.rows:
        if row.label:
            yield f"<h3>{escape(row.label)}</h3>"
        yield f'<div class="row" role="group" tabindex="0" aria-label="{escape(_row_name(figure, row))}">'
        for cell in row.cells:
            yield _cell(figure, row, cell, look, copyable.get(cell.key))
        yield "</div>"
    first = copyable.get(figure.rows[0].cells[0].key)
    if first is not None and first.python:
        yield "<details><summary>The first picture as a diffusers program</summary>"
        yield f'<pre tabindex="0">{escape(first.python)}</pre></details>'
    yield f'<p class="quiet">Prompt: {escape(written(figure.job.prompt))}. The same in all: {escape(_plain(figure.held))}.</p>'
    yield "</section>"


def _cell(figure: Figure, row: SheetRow, cell: SheetCell, look: Look, text: Copyable | None) -> str:
    picture = None if cell.failure else look(cell.key)
    if picture is None:
        shown = f'<p class="fault">{escape(cell.failure or "not made yet")}</p>'
    else:
        height, width = picture.shape[:2]
        alt = escape(f"{figure.axis} {cell.label}" + (f"; {row.label}" if row.label else ""))
        shown = f'<img src="{_inlined(picture)}" width="{width}" height="{height}" alt="{alt}">'
    told = ""
    if text is not None and picture is not None:
        seconds = "" if text.seconds is None else f" ({text.seconds:.2f} s)"
        told = (
            f"<details><summary>Settings{seconds}</summary>"
            f'<pre tabindex="0">{escape(text.infotext)}</pre></details>'
        )
    return f"<figure>{shown}<figcaption>{escape(cell.label)}</figcaption>{told}</figure>"


def _row_name(figure: Figure, row: SheetRow) -> str:
    return f"{figure.axis}: {row.label}" if row.label else figure.axis


def _left_out(sheet: Sheet) -> Iterator[str]:
    if not sheet.left_out:
        return
    yield '<section id="left-out"><h2>Not shown, and why</h2><dl class="list">'
    for name, reason in sheet.left_out:
        yield f"<div><dt><code>{escape(name)}</code></dt><dd>{escape(reason)}</dd></div>"
    yield "</dl></section>"


def _settings(settings: Mapping[str, object], titles: Mapping[str, str]) -> str:
    return ", ".join(
        f"{titles.get(name, name)} {written(value)}" for name, value in settings.items()
    )


def _plain(settings: Mapping[str, object]) -> str:
    return ", ".join(f"{name} {written(value)}" for name, value in settings.items())


def _inlined(picture: "Picture") -> str:
    shown = Image.fromarray(picture, "RGB")
    scale = LARGEST_SIDE / max(shown.size)
    if scale < 1:
        size = (max(1, round(shown.width * scale)), max(1, round(shown.height * scale)))
        shown = shown.resize(size, Image.Resampling.LANCZOS)
    file = io.BytesIO()
    shown.save(file, "WEBP", quality=88, method=4)
    return "data:image/webp;base64," + base64.b64encode(file.getvalue()).decode("ascii")
