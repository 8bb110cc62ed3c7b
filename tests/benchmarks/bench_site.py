"""The site in figures: time to build it, time to the largest paint on a slow phone, Lighthouse's four scores.

Run it with `python tests/benchmarks/bench_site.py [build] [paint] [lighthouse]`; without a name all three. Lighthouse comes
from npm when it is asked for. The goals are those of the design; a machine with other work to do measures that work too.
"""

import functools
import gzip
import http.server
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
RUNS = 5
BUILD_GOAL, PAINT_GOAL, SCORE_GOAL = 1.3, 1.5, 95
KINDS = {
    "home": "",
    "guides": "settings/",
    "guide": "settings/guidance/guidance_scale/",
    "heavy guide": "settings/sampling/num_inference_steps/",
    "model": "models/flux-dev/",
    "sampler": "samplers/dpmpp_2m/",
    "tool": "tools/comfyui/",
    "check": "checks/DIAL301/",
    "explorer": "explore/",
    "paste": "paste/",
    "symptoms": "symptoms/",
    "lesson": "learn/steps/",
    "changes": "changes/",
    "methods": "methods/",
}
# 1.6 Mbit/s, 150 ms, a fourth of the processor, 412 pixels: the phone that design budgets are for.
LINE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}
PHONE = {"width": 412, "height": 823, "deviceScaleFactor": 1.75, "mobile": True}
SLOWER = 4
LARGEST_PAINT = """
() => new Promise(done => {
  let last = 0;
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) last = entry.startTime;
  }).observe({type: "largest-contentful-paint", buffered: true});
  setTimeout(() => done(last), 300);
})
"""
COMPRESSED = {".html", ".css", ".js", ".json", ".svg", ".md", ".txt"}
PLAIN = """\
site_name: Plain
docs_dir: {docs}
theme: {{name: material, font: false}}
plugins: [search]
markdown_extensions: [attr_list, tables, toc]
"""


def environment() -> dict[str, str]:
    roots = [str(REPOSITORY / name) for name in ("settings", "generator", "docs")]
    return os.environ | {
        "PYTHONPATH": os.pathsep.join(roots),
        "PYTHONUTF8": "1",
        "NO_MKDOCS_2_WARNING": "1",
        "DISABLE_MKDOCS_2_WARNING": "true",
    }


def build(target: Path, config: Path) -> float:
    """Seconds of processor time that a build takes: less moved by what else runs than time on the clock."""
    before = os.times()
    command = [str(BIN / "mkdocs"), "build", "--quiet", "-f", str(config), "-d", str(target)]
    subprocess.run(command, cwd=REPOSITORY, env=environment(), check=True, capture_output=True)
    after = os.times()
    return sum(after[2:4]) - sum(before[2:4])


def plain_copy(folder: Path) -> Path:
    """The same Markdown as files, with a configuration that knows nothing of our code."""
    from dialed_docs.gathering import gather

    docs = folder / "docs"
    pages, _ = gather(REPOSITORY / "docs", directory_urls=True, allow_missing=True)
    for path, content in pages.items():
        if not path.endswith(".md"):
            continue
        (docs / path).parent.mkdir(parents=True, exist_ok=True)
        (docs / path).write_bytes(
            content if isinstance(content, bytes) else content.encode("utf-8")
        )
    for path in (REPOSITORY / "docs").glob("*.md"):
        shutil.copy(path, docs)
    shutil.copytree(REPOSITORY / "docs" / "assets", docs / "assets")
    config = folder / "mkdocs.yml"
    config.write_text(PLAIN.format(docs=json.dumps(str(docs))), encoding="utf-8")
    return config


def bench_build(runs: int = 3) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        config = plain_copy(folder)
        ours, plain = [], []
        for _ in range(runs):
            ours.append(build(folder / "ours", REPOSITORY / "mkdocs.yml"))
            plain.append(build(folder / "plain", config))
        mine, theirs = statistics.median(ours), statistics.median(plain)
    print(
        f"build: {mine:.1f} s with our code, {theirs:.1f} s the same Markdown alone (processor time)"
    )
    report(
        "ratio", f"{mine / theirs:.2f}", good=mine / theirs <= BUILD_GOAL, goal=f"<= {BUILD_GOAL}"
    )


class Compressing(http.server.SimpleHTTPRequestHandler):
    """Serves texts with gzip, as any host of pages does."""

    protocol_version = "HTTP/1.1"
    extensions_map = http.server.SimpleHTTPRequestHandler.extensions_map | {".avif": "image/avif"}

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        content = path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Cache-Control", "max-age=600")
        if path.suffix in COMPRESSED:
            content = gzip.compress(content, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served(site: Path) -> Iterator[str]:
    handler = functools.partial(Compressing, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


def chromium() -> str:
    for name in (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"):
        if name and (found := shutil.which(name)):
            return found
    sys.exit("no Chromium here: install Debian's package `chromium`, or set CHROMIUM to its path")


def bench_paint(root: str, kinds: dict[str, str]) -> None:
    from playwright.sync_api import sync_playwright

    print(f"largest paint on a slow phone, median of {RUNS}, in seconds")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        for kind, path in kinds.items():
            times = [largest_paint(running, root + path) for _ in range(RUNS)]
            median = statistics.median(times)
            spread = f"{median:.2f} ({min(times):.2f} to {max(times):.2f})"
            report(kind, spread, good=median <= PAINT_GOAL, goal=f"<= {PAINT_GOAL}")
        running.close()


def largest_paint(running, address: str) -> float:
    """Seconds until the largest element of the first view was painted, with nothing in the cache."""
    context = running.new_context()
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", LINE)
    line.send("Emulation.setDeviceMetricsOverride", PHONE)
    line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, wait_until="load")
    page.wait_for_timeout(1000)
    milliseconds = page.evaluate(LARGEST_PAINT)
    context.close()
    return milliseconds / 1000


def bench_lighthouse(root: str, kinds: dict[str, str]) -> None:
    program = lighthouse()
    print("Lighthouse: performance, accessibility, best practices, search engines")
    for kind, path in kinds.items():
        command = [str(program), root + path, "--output=json", "--quiet"]
        command += ["--chrome-flags=--headless=new --no-sandbox --disable-gpu"]
        own = os.environ | {"CHROME_PATH": chromium()}
        done = subprocess.run(command, env=own, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            report(
                kind,
                f"no result: {done.stderr.strip()[-200:]}",
                good=False,
                goal=f">= {SCORE_GOAL}",
            )
            continue
        told = json.loads(done.stdout)
        scores = {
            name: round(100 * category["score"])
            for name, category in told["categories"].items()
            if category["score"] is not None and name in CATEGORIES
        }
        report(
            kind,
            str(list(scores.values())),
            good=min(scores.values()) >= SCORE_GOAL,
            goal=f">= {SCORE_GOAL}",
        )
        for name in CATEGORIES:
            if scores.get(name, 100) < SCORE_GOAL:
                print(f"    {name}: {', '.join(losses(told, name))}")


CATEGORIES = ("performance", "accessibility", "best-practices", "seo")


def losses(told: dict, category: str) -> list[str]:
    """The audits that cost points, those that cost most first."""
    lost = []
    for entry in told["categories"][category]["auditRefs"]:
        score = told["audits"][entry["id"]]["score"]
        if score is not None and score < 0.9 and entry["weight"]:
            lost.append((entry["weight"] * (score - 1), f"{entry['id']} {score:.2f}"))
    return [text for _, text in sorted(lost)][:6]


def lighthouse() -> Path:
    """The program, fetched by its name where it is not here yet."""
    folder = Path(os.environ.get("LIGHTHOUSE", REPOSITORY / ".cache" / "lighthouse"))
    program = folder / "node_modules" / ".bin" / "lighthouse"
    if not program.exists():
        folder.mkdir(parents=True, exist_ok=True)
        command = [
            "npm",
            "install",
            "--no-audit",
            "--no-fund",
            "--prefix",
            str(folder),
            "lighthouse",
        ]
        subprocess.run(command, check=True, capture_output=True)
    return program


def report(name: str, figure: str, *, good: bool, goal: str) -> None:
    print(f"  {name:<14} {figure:<28} {'good' if good else 'BELOW THE GOAL'} ({goal})", flush=True)


def main() -> None:
    wanted = set(sys.argv[1:]) or {"build", "paint", "lighthouse"}
    started = time.monotonic()
    if "build" in wanted:
        bench_build()
    if wanted & {"paint", "lighthouse"}:
        with tempfile.TemporaryDirectory() as temporary:
            site = Path(os.environ.get("SITE", temporary))
            if "SITE" not in os.environ:
                build(site, REPOSITORY / "mkdocs.yml")
            kinds = {k: path for k, path in KINDS.items() if (site / path / "index.html").is_file()}
            with served(site) as root:
                if "paint" in wanted:
                    bench_paint(root, kinds)
                if "lighthouse" in wanted:
                    bench_lighthouse(root, kinds)
    print(f"in {time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
