"""Sheets as PNG: strips, filmstrips and grids with their labels, and the contact sheet of everything."""

import io
import textwrap
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont, PngImagePlugin

from dialed_generator.sheet_content import Figure

if TYPE_CHECKING:
    from dialed_generator.picture_measures import Picture

GAP, MARGIN = 8, 20
INK, PAPER, PALE, FAULT = (28, 30, 34), (255, 255, 255), (110, 114, 122), (240, 226, 222)
THUMBNAIL = 192
LARGEST_SIDE = 512
"""Longest side of a picture in a strip; larger ones are shrunk, so that a strip can be looked at as a whole."""

Look = Callable[[str], "Picture | None"]


def strip(figure: Figure, look: Look, footer: str, text: str) -> bytes:
    """A comparison as one PNG.

    Args:
        figure: What to draw.
        look: Gives the picture of a key.
        footer: Line below, for provenance.
        text: Content of the file's ``dialed`` text chunk.
    """
    width, height = _cell_size(figure, look)
    font, small, large = _font(15), _font(13), _font(19)
    labelled = any(row.label for row in figure.rows)
    line = _line(font)
    columns = max(len(row.cells) for row in figure.rows)
    sheet_width = max(2 * MARGIN + columns * (width + GAP) - GAP, 480)
    heads = [_wrapped(label, font, width, 2) for label in figure.columns]
    head = max(len(lines) for lines in heads) * line + 4
    title = _wrapped(f"{figure.setting}: {figure.title}", large, sheet_width - 2 * MARGIN, 2)
    under = _wrapped(f"Left to right: {figure.axis}", small, sheet_width - 2 * MARGIN, 1)
    feet = _wrapped(footer, small, sheet_width - 2 * MARGIN, 3)
    top = MARGIN + len(title) * _line(large) + len(under) * _line(small) + 6
    row_height = height + GAP + (line + 2 if labelled else 0)
    sheet_height = top + head + len(figure.rows) * row_height + len(feet) * _line(small) + MARGIN
    image = Image.new("RGB", (sheet_width, sheet_height), PAPER)
    draw = ImageDraw.Draw(image)
    y = _lines(draw, title, MARGIN, MARGIN, large, INK)
    _lines(draw, under, MARGIN, y, small, PALE)
    for column, lines in enumerate(heads):
        _lines(draw, lines, MARGIN + column * (width + GAP), top, font, INK)
    y = top + head
    for row in figure.rows:
        if labelled:
            (label,) = _wrapped(row.label, font, sheet_width - 2 * MARGIN, 1) or [""]
            draw.text((MARGIN, y), label, fill=INK, font=font)
            y += line + 2
        for column, cell in enumerate(row.cells):
            picture = None if cell.failure else look(cell.key)
            at = (MARGIN + column * (width + GAP), y)
            _place(image, draw, picture, at, (width, height), cell.failure or "not made yet")
        y += height + GAP
    _lines(draw, feet, MARGIN, y, small, PALE)
    return _png(image, text)


def contact_sheet(cells: Sequence[tuple[str, str]], look: Look, title: str, text: str) -> bytes:
    """Every picture once, small, with what it shows below.

    Args:
        cells: Key and caption.
        look: Gives the picture of a key.
        title: Line above.
        text: Content of the file's ``dialed`` text chunk.
    """
    font, large = _font(11), _font(19)
    columns = max(1, min(8, len(cells)))
    captions = [_wrapped(caption, font, THUMBNAIL, 3) for _, caption in cells]
    below = 3 * _line(font) + GAP
    rows = -(-len(cells) // columns)
    width = max(2 * MARGIN + columns * (THUMBNAIL + GAP) - GAP, 480)
    top = MARGIN + _line(large) + GAP
    image = Image.new("RGB", (width, top + rows * (THUMBNAIL + below) + MARGIN), PAPER)
    draw = ImageDraw.Draw(image)
    _lines(draw, _wrapped(title, large, width - 2 * MARGIN, 1), MARGIN, MARGIN, large, INK)
    for number, (key, _) in enumerate(cells):
        x = MARGIN + number % columns * (THUMBNAIL + GAP)
        y = top + number // columns * (THUMBNAIL + below)
        _place(image, draw, look(key), (x, y), (THUMBNAIL, THUMBNAIL), "not made")
        _lines(draw, captions[number], x, y + THUMBNAIL + 2, font, PALE)
    return _png(image, text)


def _cell_size(figure: Figure, look: Look) -> tuple[int, int]:
    found = (look(cell.key) for row in figure.rows for cell in row.cells if not cell.failure)
    sizes = [picture.shape[:2] for picture in found if picture is not None] or [(256, 256)]
    height, width = max(h for h, _ in sizes), max(w for _, w in sizes)
    scale = min(1.0, LARGEST_SIDE / max(height, width))
    # Small pictures are enlarged by whole numbers, so that their pixels stay what they are.
    times = max(1, 160 // max(width, 1)) if scale == 1.0 else 1
    return max(1, round(width * scale)) * times, max(1, round(height * scale)) * times


def _place(
    image: Image.Image,
    draw: ImageDraw.ImageDraw,
    picture: "Picture | None",
    at: tuple[int, int],
    size: tuple[int, int],
    fault: str,
) -> None:
    if picture is None:
        draw.rectangle((*at, at[0] + size[0] - 1, at[1] + size[1] - 1), fill=FAULT)
        _lines(
            draw, _wrapped(fault, _font(12), size[0] - 12, 7), at[0] + 6, at[1] + 6, _font(12), INK
        )
        return
    shown = Image.fromarray(picture, "RGB")
    scale = min(size[0] / shown.width, size[1] / shown.height)
    how = Image.Resampling.NEAREST if scale >= 2 else Image.Resampling.LANCZOS
    target = (max(1, round(shown.width * scale)), max(1, round(shown.height * scale)))
    if target != shown.size:
        shown = shown.resize(target, how)
    image.paste(shown, at)


def _font(size: int) -> "ImageFont.FreeTypeFont | ImageFont.ImageFont":
    return ImageFont.load_default(size)


def _line(font: "ImageFont.FreeTypeFont | ImageFont.ImageFont") -> int:
    return int(font.getbbox("Ag")[3]) + 4


def _lines(
    draw: ImageDraw.ImageDraw,
    lines: Sequence[str],
    x: int,
    y: int,
    font: "ImageFont.FreeTypeFont | ImageFont.ImageFont",
    ink: tuple[int, int, int],
) -> int:
    for line in lines:
        draw.text((x, y), line, fill=ink, font=font)
        y += _line(font)
    return y


def _wrapped(
    text: str, font: "ImageFont.FreeTypeFont | ImageFont.ImageFont", width: int, most: int
) -> list[str]:
    per_line = max(4, int(width / max(font.getlength("n" * 20) / 20, 1)))
    lines = textwrap.wrap(text, per_line) or [""]
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1][: per_line - 1] + "…"]
    return lines


def _png(image: Image.Image, text: str) -> bytes:
    chunk = PngImagePlugin.PngInfo()
    chunk.add_text("dialed", text)
    file = io.BytesIO()
    image.save(file, "PNG", pnginfo=chunk, compress_level=6)
    return file.getvalue()
