"""Progress is for people at a terminal; elsewhere it is silent."""

import io

from dialed_generator.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_speed_and_time_left(monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    stream = Terminal()
    clock = iter([0.0, 10.0, 10.0, 20.0, 20.0, 20.0])
    monkeypatch.setattr("dialed_generator.progress.time.monotonic", lambda: next(clock))
    with Progress(600, stream) as progress:
        progress.advance(4)
        progress.advance(2)
    assert "4/600 images, 0.40 a second, 24 min 50 s left" in stream.getvalue()
    assert stream.getvalue().endswith("\r\x1b[K")


def test_silence_elsewhere(monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    pipe = io.StringIO()
    with Progress(3, pipe) as progress:
        progress.advance(3)
    assert pipe.getvalue() == ""
    monkeypatch.setenv("CI", "true")
    terminal = Terminal()
    with Progress(3, terminal) as progress:
        progress.advance(1)
    assert terminal.getvalue() == ""
    assert progress.done == 1
