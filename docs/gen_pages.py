"""Adapter for mkdocs-gen-files: builds the pages and hands them over."""

import os
from pathlib import Path

import mkdocs_gen_files
from mkdocs.exceptions import PluginError

from dialed_docs.gathering import gather

editor = mkdocs_gen_files.FilesEditor.current()
try:
    pages, editor.config["nav"] = gather(
        Path(editor.config.docs_dir),
        directory_urls=editor.config.use_directory_urls,
        site_url=editor.config.site_url or "",
        allow_missing=os.environ.get("DIALED_ALLOW_MISSING") == "1",
    )
except Exception as error:
    raise PluginError(str(error)) from error
for path, content in pages.items():
    with editor.open(path, "wb") as file:
        file.write(content if isinstance(content, bytes) else content.encode("utf-8"))
