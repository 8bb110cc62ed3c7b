"""MkDocs hook: keeps the search index small. Every page of the site fetches it before anybody searches."""

import json
import re
from pathlib import Path
from typing import Any

LETTERS = 140
TAGS = re.compile(r"<[^>]*>")


def on_post_build(config: Any, **_: object) -> None:
    """Shorten the texts of the finished index; titles and names (tags) stay whole."""
    path = Path(config["site_dir"]) / "search" / "search_index.json"
    if path.is_file():
        index = json.loads(path.read_text(encoding="utf-8"))
        index["docs"] = [shorter(doc) for doc in index["docs"] if worth_finding(doc)]
        path.write_text(json.dumps(index, separators=(",", ":")), encoding="utf-8")


def worth_finding(doc: dict[str, Any]) -> bool:
    """A page, or a section with text: a heading above a table alone leads nowhere that its page does not."""
    return "#" not in doc["location"] or bool(doc["text"].strip())


def shorter(doc: dict[str, Any]) -> dict[str, Any]:
    """The entry with the beginning of its text, cut between two words."""
    text = " ".join(TAGS.sub(" ", doc["text"]).split())
    return doc | {"text": text if len(text) <= LETTERS else text[:LETTERS].rpartition(" ")[0]}
