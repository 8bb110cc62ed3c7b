"""What more than one test module needs: the repository, the built site, a browser."""

import functools
import http.server
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pytest

REPOSITORY = Path(__file__).parents[1]
CHROMIUM_FLAGS = [
    "--no-sandbox",  # tests run as root in continuous integration
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
BROWSER_NAMES = ("chromium", "chromium-browser", "google-chrome")
# A slow line: bytes a piece, seconds between pieces.
PIECE, PAUSE = 6000, 0.05


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of the repository under test."""
    return REPOSITORY


@pytest.fixture(scope="session")
def project_environment() -> dict[str, str]:
    """Environment for a child process that must find the three packages without an install."""
    roots = [str(REPOSITORY / name) for name in ("settings", "generator", "docs")]
    return os.environ | {
        "PYTHONPATH": os.pathsep.join(roots),
        "PYTHONUTF8": "1",
        "NO_MKDOCS_2_WARNING": "1",
        "DISABLE_MKDOCS_2_WARNING": "true",
    }


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[Path], None]], Path]:
    """Make a folder once for all worker processes of one test run.

    `once("site", build)` gives the folder, and calls `build(folder)` only in the first process that
    asks; the others wait for it.
    """
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent

    def make(name: str, build: Callable[[Path], None]) -> Path:
        target, done, failed = (shared / f"{name}{end}" for end in ("", ".done", ".failed"))
        try:
            target.mkdir()
        except FileExistsError:
            deadline = time.monotonic() + 400
            while not done.exists():
                if failed.exists():
                    pytest.fail(f"{name}: another worker could not make it: {failed.read_text()}")
                if time.monotonic() > deadline:
                    pytest.fail(f"{name}: another worker has not made it within 400 seconds")
                time.sleep(0.2)
            return target
        try:
            build(target)
        except BaseException as error:
            failed.write_text(str(error), encoding="utf-8")
            raise
        done.touch()
        return target

    return make


@pytest.fixture(scope="session")
def built_site(
    once: Callable[[str, Callable[[Path], None]], Path], project_environment: dict[str, str]
) -> Path:
    """The whole site, built with `--strict` once a test run; a folder of files."""

    def build(target: Path) -> None:
        mkdocs = Path(sys.executable).with_name("mkdocs")
        # Never --quiet: it filters the warnings that --strict counts.
        result = subprocess.run(
            [str(mkdocs), "build", "--strict", "--site-dir", str(target)],
            cwd=REPOSITORY,
            env=project_environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        assert result.returncode == 0, f"mkdocs build --strict failed:\n{result.stderr[-6000:]}"

    return once("site", build)


class _QuietHandler(http.server.SimpleHTTPRequestHandler):
    extensions_map = http.server.SimpleHTTPRequestHandler.extensions_map | {
        ".avif": "image/avif",
        ".webp": "image/webp",
    }

    def log_message(self, *_arguments: object) -> None:
        """Say nothing: a test's output is its assertion."""


@pytest.fixture(scope="session")
def site_address(built_site: Path) -> Iterator[str]:
    """Address of the built site on a local web server, without a slash at the end."""
    handler = functools.partial(_QuietHandler, directory=str(built_site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


class _SlowHandler(_QuietHandler):
    """Sends pages in small pieces with pauses, as a slow line does."""

    def copyfile(self, source: IO[bytes], outputfile: IO[bytes]) -> None:
        while piece := source.read(PIECE):
            outputfile.write(piece)
            outputfile.flush()
            if self.path.endswith("/"):
                time.sleep(PAUSE)


@pytest.fixture(scope="session")
def slow_address(built_site: Path) -> Iterator[str]:
    """Like `site_address`, but pages arrive in pieces."""
    handler = functools.partial(_SlowHandler, directory=str(built_site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The Chromium to drive; a test that asks for it is skipped where there is none."""
    for name in (os.environ.get("CHROMIUM", ""), *BROWSER_NAMES):
        if name and (found := shutil.which(name)):
            return found
    reason = "no Chromium here: install Debian's package `chromium`, or set CHROMIUM to its path"
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason} (with CI=true browser tests may not be skipped)")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[object]:
    """A running Chromium (`playwright.sync_api.Browser`), shared by the tests of one process."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium_path, args=CHROMIUM_FLAGS)
        yield running
        running.close()
