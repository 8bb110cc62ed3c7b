"""What a guide says of models beyond those that it lists: a script beside the page, for there are a hundred of them."""

from __future__ import annotations

from dialed.setting_types import Setting
from dialed_docs.json_api import json_bytes
from dialed_docs.links import Links, setting_page
from dialed_docs.model_values import MOST_ROWS, answers
from dialed_docs.site_records import Registry


def more_models_path(setting: Setting) -> str:
    """Path of the script of a guide."""
    return setting_page(setting.group, f"{setting.id}/models").replace(".md", ".js")


def more_models(setting: Setting, registry: Registry, links: Links) -> bytes | None:
    """Id, title, value and usual range of every model that the guide has no room for; None where it has room for all.

    A script and not JSON: a page that is read from a folder can load it too.
    """
    rest = answers(setting, registry, links)[MOST_ROWS:]
    if not rest:
        return None
    return script_data("dialedModels", [[r.model, r.title, r.value, r.usual] for r in rest])


def script_data(name: str, data: object) -> bytes:
    """A script that sets one global name to plain data."""
    # U+2028 and U+2029 end a line in old readers of scripts.
    text = json_bytes(data).decode("utf-8").strip()
    text = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"globalThis.{name} = {text};\n".encode()
