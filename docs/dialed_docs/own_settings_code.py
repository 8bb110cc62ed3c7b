"""Lines of a program for what the renderer does beside a plain call: the same functions that it uses itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialed_generator.manifest import ImageEntry
from dialed_generator.own_settings import (
    ADDED,
    CHURNED,
    DECODED,
    FREEU,
    GUIDED,
    NOISED,
    PADDED,
    SECOND_PASS,
    SPACED,
    WEIGHTED,
    WRITTEN,
)

APPLIED = ADDED | CHURNED | DECODED | FREEU | GUIDED | NOISED | PADDED | SPACED | WEIGHTED
"""Settings that are applied around the call."""


CLIP_SKIP = frozenset({"clip_skip"})
"""With transformers 5 the pipelines of diffusers 0.42.1 cannot skip layers without help."""


def among(image: ImageEntry, names: frozenset[str]) -> dict[str, Any]:
    """The settings of a picture that have one of these names."""
    return {name: value for name, value in image.settings.items() if name in names}


def imports(image: ImageEntry) -> list[str]:
    """What the lines of `start` and `ending` need beside torch, the pipeline and PIL's Image."""
    rendering = "from dialed_generator.rendering"
    lines = []
    if among(image, CLIP_SKIP):
        lines.append(f"{rendering}.clip_skip import readable_layers")
    if among(image, APPLIED):
        lines.append(f"{rendering}.abilities import applied")
    if image.task == "inpainting":
        lines.append(f"{rendering}.inpainting import masked_drawing")
        lines.append(f"{rendering}.masks import filled, mask_of")
    if among(image, SECOND_PASS):
        lines.append("from diffusers import AutoPipelineForImage2Image")
        lines.append(f"{rendering}.second_pass import begun_with, enlarged, second_pass_call")
    if among(image, WRITTEN):
        lines += ["import numpy", f"{rendering}.compression import through_a_file"]
    if image.view is not None and "import numpy" not in lines:
        lines.insert(0, "import numpy")
    return lines


def start(image: ImageEntry, call: dict[str, Any], bare: type[str]) -> list[str]:
    """Lines that bring the picture a run begins with to size and mask it; ``call`` is completed.

    Args:
        image: The manifest's entry.
        call: Arguments of the call, changed in place.
        bare: Wraps words that are written without quotes.
    """
    lines = []
    if "resize_mode" in image.settings:
        mode = {"stretch": "default"}.get(
            str(image.settings["resize_mode"]), image.settings["resize_mode"]
        )
        size = {name: call.pop(name) for name in ("width", "height")}
        given = "".join(f", {name}={value!r}" for name, value in size.items())
        lines.append(
            f"start = pipe.image_processor.resize(start{given}, resize_mode={str(mode)!r})"
        )
    if image.task == "inpainting":
        masked = {k: v for k, v in image.settings.items() if k.startswith("mask")}
        lines.append(f"mask = mask_of({image.mask!r}, *start.size, {masked!r})")
        if image.settings.get("masked_content") == "fill":
            lines.append("begun = filled(start, mask)")
            call["image"] = bare("begun")
        call["mask_image"] = bare("mask")
        call |= {"width": bare("start.width"), "height": bare("start.height")}
    return lines


def drawing(image: ImageEntry, arguments: Mapping[str, str]) -> list[str]:
    """The call itself, with what stands around it, down to a variable ``image``."""
    given = [f"    {name}={value}," for name, value in arguments.items()]
    applied = among(image, APPLIED)
    inpainted, twice = image.task == "inpainting", float(image.settings.get("hires_scale", 1)) != 1
    layers = among(image, CLIP_SKIP)
    if not (applied or layers or inpainted or twice):
        return ["image = pipe(", *given, ").images[0]"]
    lines = ["call = dict(", *given, ")"]
    around = []
    if layers:
        around.append("readable_layers(pipe)")
    if applied:
        around.append(f"applied(pipe, {applied!r}, call) as call")
    if inpainted:
        lines.append('call["generator"] = [call["generator"]]')
        content = {k: v for k, v in image.settings.items() if k == "masked_content"}
        around.append(f"masked_drawing(pipe, {content!r}, call)")
    if twice:
        return [*lines, *_twice(image, around)]
    return [*lines, f"with {', '.join(around)}:", "    image = pipe(**call).images[0]"]


def _twice(image: ImageEntry, around: list[str]) -> list[str]:
    own = among(image, SECOND_PASS)
    indent, opening = ("    ", [f"with {', '.join(around)}:"]) if around else ("", [])
    return [
        'call["generator"] = [call["generator"]]',
        f"own = {own!r}",
        *opening,
        f'{indent}latents = pipe(**call, output_type="latent").images',
        "with torch.inference_mode():",
        "    pictures, stretched = enlarged(pipe, own, latents)",
        "second = AutoPipelineForImage2Image.from_pipe(pipe)",
        "with begun_with(second, stretched):",
        "    again = second_pass_call(own, call, latents)",
        "    image = second(**again, image=pictures).images[0]",
    ]


def ending(image: ImageEntry) -> list[str]:
    """Lines for what is done to the finished picture before it is shown."""
    lines = []
    if image.task == "inpainting":
        lines.append("image = Image.composite(image, start, mask)")
    if written := among(image, WRITTEN):
        lines.append(f"image = Image.fromarray(through_a_file(numpy.array(image), {written!r}))")
    if image.view == "edges-in-the-middle":
        lines.append("half = (image.height // 2, image.width // 2)")
        lines.append("image = Image.fromarray(numpy.roll(numpy.array(image), half, axis=(0, 1)))")
    return lines
