"""MkDocs hook: keeps the search index small. Every page of the site fetches it before anybody searches."""

import json
import re
from pathlib import Path
from typing import Any

LETTERS = 140
SECTION_LETTERS = 60
SAME_SECTIONS = ("settings/", "checks/", "models/", "symptoms/")
SYMPTOMS = frozenset({"when-it-goes-wrong"})
TAGS = re.compile(r"<[^>]*>")


def on_post_build(config: Any, **_: object) -> None:
    """Shorten the texts of the finished index; titles and names (tags) stay whole."""
    path = Path(config["site_dir"]) / "search" / "search_index.json"
    if path.is_file():
        index = json.loads(path.read_text(encoding="utf-8"))
        index["docs"] = [shorter(doc) for doc in index["docs"] if worth_finding(doc)]
        without_names_of_pages_below(index["docs"])
        path.write_text(json.dumps(index, separators=(",", ":")), encoding="utf-8")


def without_names_of_pages_below(docs: list[dict[str, Any]]) -> None:
    """Take a name from an index of pages (``samplers/``) where a page below it bears the name too: that one is meant."""
    names: dict[str, set[str]] = {}
    for doc in docs:
        folder, _, rest = doc["location"].partition("/")
        if rest and "#" not in rest:
            names.setdefault(f"{folder}/", set()).update(doc.get("tags", ()))
    for doc in docs:
        if "tags" in doc and doc["location"] in names:
            below = names[doc["location"]]
            doc["tags"] = [tag for tag in doc["tags"] if tag not in below]


def worth_finding(doc: dict[str, Any]) -> bool:
    """A page, or a section with text: a heading above a table alone leads nowhere that its page does not.

    Of the sections of guides only those that name a symptom are looked for by words of their own; all others
    bear the same headings on every page of their kind.
    """
    location = doc["location"]
    page, _, anchor = location.partition("#")
    if not anchor:
        return True
    if page.startswith(SAME_SECTIONS):
        return anchor in SYMPTOMS and bool(doc["text"].strip())
    return bool(doc["text"].strip())


def shorter(doc: dict[str, Any]) -> dict[str, Any]:
    """The entry with the beginning of its text, cut between two words; names stand with the page alone.

    There are many sections: their texts are cut shorter than those of pages.
    """
    text = " ".join(TAGS.sub(" ", doc["text"]).split())
    kept = {
        name: value for name, value in doc.items() if name != "tags" or "#" not in doc["location"]
    }
    most = LETTERS if "#" not in doc["location"] else SECTION_LETTERS
    return kept | {"text": text if len(text) <= most else text[:most].rpartition(" ")[0]}
