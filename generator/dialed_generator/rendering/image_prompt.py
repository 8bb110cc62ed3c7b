"""The picture that an IP-Adapter looks at, given to every run of a pipeline that has one."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from dialed_generator.job import Scalar

ATTRIBUTE = "dialed_image_prompt"
"""Where a pipeline keeps the picture: an attribute of the instance, no component."""


@contextmanager
def prompted_by_a_picture(
    pipeline: Any, _settings: Mapping[str, Scalar], arguments: dict[str, Any]
) -> Iterator[None]:
    """Hand the picture over, where the pipeline has one."""
    picture = getattr(pipeline, ATTRIBUTE, None)
    if picture is not None:
        arguments["ip_adapter_image"] = picture
    yield
