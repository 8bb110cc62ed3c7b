"""MkDocs hook: gives the Markdown twins their names, once MkDocs can no longer take them for pages of its own."""

from pathlib import Path
from typing import Any


def on_post_build(config: Any, **_: object) -> None:
    """Rename ``index.twin`` to ``index.md``, everywhere in the built site."""
    for path in Path(config["site_dir"]).rglob("*.twin"):
        path.replace(path.with_suffix(".md"))
