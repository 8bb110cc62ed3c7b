"""Qwen's processor of text and images, without the part for videos, whose class needs torchvision."""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def _image_only_class() -> Any:
    from transformers import Qwen2VLProcessor

    class ImageOnlyProcessor(Qwen2VLProcessor):  # type: ignore[misc]
        """All of ``Qwen2VLProcessor`` but its test that a processor of videos is there."""

        def check_argument_for_proper_class(self, argument_name: str, argument: Any) -> Any:
            if argument_name == "video_processor" and argument is None:
                return None
            return super().check_argument_for_proper_class(argument_name, argument)

    return ImageOnlyProcessor


def qwen_processor(tokenizer: Any) -> Any:
    """A processor that shrinks images to at most 112 x 112 pixels (16 patches of the text encoder)."""
    from transformers import Qwen2VLImageProcessorPil

    images = Qwen2VLImageProcessorPil(size={"shortest_edge": 56 * 56, "longest_edge": 112 * 112})
    return _image_only_class()(image_processor=images, tokenizer=tokenizer)
