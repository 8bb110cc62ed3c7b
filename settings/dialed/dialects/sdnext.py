"""SD.Next: the infotext of AUTOMATIC1111 with names of its own, some of which hang on the pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dialed.dialects import a1111
from dialed.dialects.a1111 import flatten

if TYPE_CHECKING:
    from dialed.translation import Draft

__all__ = ["flatten", "write"]


def write(draft: Draft) -> tuple[dict[str, Any], str]:
    """Write ``draft`` as AUTOMATIC1111 does, and name the pipeline: it tells what ``CFG true`` means."""
    more = {}
    if draft.model is not None and draft.model.pipelines:
        task = "image-to-image" if draft.source.image_to_image else "text-to-image"
        fitting = [pipeline.name for pipeline in draft.model.pipelines if pipeline.task == task]
        more["Pipeline"] = (fitting or [draft.model.pipelines[0].name])[0]
    return a1111.write(draft, more)
