"""Draws a part of a picture anew with a model that was not trained for it.

`StableDiffusionInpaintPipeline` of diffusers keeps the picture outside the mask after every step, which every
model can do. As A1111 and its kin do, the result is then laid over the old picture through the (blurred) mask, so
nothing outside it changes; where only the masked part is cut out and drawn, diffusers does that itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from PIL import Image

from dialed_generator.job import Job, Scalar
from dialed_generator.picture_measures import Picture
from dialed_generator.rendering.masks import filled, mask_of


def inpainting_arguments(jobs: Sequence[Job], starts: Sequence[Picture]) -> dict[str, Any]:
    """What the pipeline is given beside the plain call: pictures, one mask for all, and their size.

    Args:
        jobs: Of one batch: they share the mask and what is done to it.
        starts: The picture that each begins with.
    """
    images = [Image.fromarray(one) for one in starts]
    mask = mask_of(str(jobs[0].mask), *images[0].size, jobs[0].settings)
    under = jobs[0].settings.get("masked_content", "original")
    begun = [filled(one, mask) for one in images] if under == "fill" else images
    one_by_one = "padding_mask_crop" in jobs[0].call
    return {
        "image": begun[0] if one_by_one else begun,
        "mask_image": mask if one_by_one else [mask] * len(begun),
        "width": images[0].width,
        "height": images[0].height,
        "output_type": "pil",
    }


def laid_over(start: Picture, drawn: Image.Image, job: Job) -> Picture:
    """The old picture, with what was drawn where the mask is white."""
    old = Image.fromarray(start)
    mask = mask_of(str(job.mask), *old.size, job.settings)
    laid: Picture = np.asarray(Image.composite(drawn.convert("RGB"), old, mask))
    return laid


@contextmanager
def masked_drawing(
    pipeline: Any, settings: Mapping[str, Scalar], arguments: Mapping[str, Any]
) -> Iterator[None]:
    """Let the inpainting pipeline use this model, and begin with noise or nothing under the mask if asked.

    The pipeline reads from the U-Net's configuration whether it takes a mask (9 channels) or not (4), and
    refuses a model of other latents; so 4 stands there for the time of the call.
    """
    unet = pipeline.unet
    channels = unet.config.in_channels
    unet.register_to_config(in_channels=4)
    under = settings.get("masked_content")
    if under in {"latent_noise", "latent_nothing"}:
        pipeline._encode_vae_image = _under_the_mask(pipeline, str(under), arguments)  # noqa: SLF001
    try:
        yield
    finally:
        unet.register_to_config(in_channels=channels)
        pipeline.__dict__.pop("_encode_vae_image", None)


def _under_the_mask(pipeline: Any, under: str, arguments: Mapping[str, Any]) -> Any:
    encode = pipeline._encode_vae_image  # noqa: SLF001
    masks: Any = arguments["mask_image"]
    one: Image.Image = masks[0] if isinstance(masks, list) else masks

    def encoded(image: torch.Tensor, generator: Any) -> torch.Tensor:
        latents: torch.Tensor = encode(image=image, generator=generator)
        small = one.resize((latents.shape[3], latents.shape[2]))
        hidden = torch.from_numpy(np.asarray(small, dtype=np.float32) / 255).round()
        kept: torch.Tensor = latents * (1 - hidden)
        if under == "latent_nothing":
            return kept
        seeds = [one.initial_seed() for one in generator]
        noise = [
            torch.randn(latents.shape[1:], generator=torch.Generator("cpu").manual_seed(seed))
            for seed in seeds
        ]
        return kept + torch.stack(noise) * hidden

    return encoded
