"""How far a build is, on standard error: images, images a second, time left. Silent where nobody watches."""

import os
import sys
import time
from typing import Self, TextIO


class Progress:
    """One line that renews itself.

    Args:
        total: Images to come.
        stream: Where to write; standard error by default.
        shown: Whether to write; by default only to a terminal, and not in continuous integration.
    """

    def __init__(
        self, total: int, stream: TextIO | None = None, *, shown: bool | None = None
    ) -> None:
        self.total = total
        self.done = 0
        self._stream = stream if stream is not None else sys.stderr
        self._shown = (
            (self._stream.isatty() and not os.environ.get("CI")) if shown is None else shown
        )
        self._start = time.monotonic()

    def __enter__(self) -> Self:
        self._draw()
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown and self.total:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def advance(self, count: int) -> None:
        """Say that ``count`` more images are done."""
        self.done += count
        self._draw()

    def line(self) -> str:
        """The text as it stands now."""
        seconds = time.monotonic() - self._start
        if not self.done or seconds <= 0:
            return f"{self.done}/{self.total} images"
        speed = self.done / seconds
        left = (self.total - self.done) / speed
        return f"{self.done}/{self.total} images, {speed:.2f} a second, {_clock(left)} left"

    def _draw(self) -> None:
        if self._shown and self.total:
            self._stream.write(f"\r\x1b[K{self.line()}")
            self._stream.flush()


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
