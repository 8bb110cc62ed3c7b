"""MkDocs hook: puts our few lines before the theme's search worker, so that exact names come first."""

from pathlib import Path
from typing import Any

OWN = Path(__file__).parent / "dialed_docs" / "search_first.js"
WORKERS = "assets/javascripts/workers/search.*.js"


def on_post_build(config: Any, **_: object) -> None:
    """Write the worker anew, once: a file that begins with our lines already stays."""
    own = OWN.read_text(encoding="utf-8")
    for path in Path(config["site_dir"]).glob(WORKERS):
        theirs = path.read_text(encoding="utf-8")
        if not theirs.startswith(own):
            path.write_text(own + theirs, encoding="utf-8")
