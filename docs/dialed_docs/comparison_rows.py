"""The rows of comparisons as JSON beside the pages: pictures, what made each, and the same for other tools."""

from __future__ import annotations

from typing import Any

from dialed_docs.comparison_view import ComparisonView, rows_of
from dialed_docs.diffusers_code import diffusers_code
from dialed_docs.guide_page import model_source
from dialed_docs.json_api import json_bytes
from dialed_docs.picture_copies import Copies
from dialed_docs.pictures import Picture, Row, seed_is_swept
from dialed_docs.site_records import Registry
from dialed_generator.manifest import Manifest


def row_files(
    views: list[ComparisonView], registry: Registry, manifest: Manifest, copies: Copies
) -> dict[str, bytes]:
    """For every prompt and seed of every comparison one fragment, which a page fetches when asked for it."""
    files = {}
    for view in views:
        for row in rows_of(view, manifest):
            path = f"{view.folder}/{row.prompt}/{row.seed}.json"
            files[path] = json_bytes(_row(view, row, manifest, registry, copies))
    return files


def _row(
    view: ComparisonView,
    row: Row,
    manifest: Manifest,
    registry: Registry,
    copies: Copies,
) -> dict[str, Any]:
    prompt = next(p for p in view.comparison.prompts if p.id == row.prompt)
    image = manifest.images[row.pictures[0].key]
    environment = manifest.environments.get(image.provenance.environment)
    versions = environment.versions.items() if environment else ()
    return {
        "prompt": prompt.text,
        "negative": prompt.negative or "",
        "seed": row.seed,
        "model": view.model_title,
        "weights": image.weights[:16],
        "pipeline": image.pipeline,
        "versions": ", ".join(f"{name} {version}" for name, version in versions),
        "device": f"{environment.device}, {environment.dtype}" if environment else "",
        "command": f"dialed images build --force {view.entry.setting}",
        "cells": [_cell(view, picture, manifest, registry, copies) for picture in row.pictures],
    }


def _cell(
    view: ComparisonView,
    picture: Picture,
    manifest: Manifest,
    registry: Registry,
    copies: Copies,
) -> dict[str, Any]:
    image = manifest.images[picture.key]
    written = copies.of(image)
    lost = {tool: copy.lost for tool, copy in written.items() if copy.lost}
    cell: dict[str, Any] = {
        "caption": picture.caption,
        "alt": picture.alt,
        "avif": picture.avif,
        "note": picture.measured,
        "key": picture.key[:16],
        "pixels": image.pixels_sha256[:16],
        "made": image.provenance.made.isoformat(),
        # A comparison may sweep the model itself, so each picture names its own.
        "code": diffusers_code(
            image, model_source(image.model, registry), registry.models.get(image.model)
        ),
    }
    if seed_is_swept(view.comparison):
        cell["seed"] = image.settings["seed"]
    cell |= {tool: copy.text for tool, copy in written.items()}
    return cell | ({"lost": lost} if lost else {})
