"""One image to be made: everything that decides its pixels, and the key that names it."""

import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Scalar = bool | int | float | str
Task = Literal["text-to-image", "image-to-image", "inpainting", "control", "with-picture"]
"""with-picture: the pipeline is given a picture as it is: to edit, to enlarge, or as the map of a ControlNet."""

FROM_A_PICTURE = frozenset({"image-to-image", "inpainting"})
"""Tasks that begin with a picture, and skip the first steps for it."""

RENDERER_VERSION = 1
"""Raised whenever the same job would give other pixels by intent; every published image is then stale."""


def canonical_json(value: Any) -> str:
    """Write ``value`` as the one JSON text that stands for it: sorted keys, no spaces, 7.0 as 7.

    Raises:
        ValueError: for NaN and infinities, which JSON cannot say.
    """
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), allow_nan=False)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


@dataclass(frozen=True)
class Job:
    """One image. Two jobs with the same key are the same picture.

    Attributes:
        model: Id of the model record.
        weights: Digest of the model's files, see ``weights.weights_digest``.
        pipeline: diffusers pipeline class.
        task: What the pipeline is asked to do.
        scheduler: diffusers scheduler class.
        scheduler_arguments: Arguments laid over the model's own scheduler configuration.
        call: Arguments of the pipeline call, without the image it starts from and the generator.
        seed: Seed of the image's own noise generator on the CPU.
        settings: Every resolved setting by canonical id: what a reader is told.
        step: Filmstrips: number of finished steps after which the run is looked at (0: only noise).
            ``None`` for the finished picture.
        init: Key of the image that an image-to-image run starts from, or whose outlines a ControlNet follows.
        mask: Inpainting: the part of that image that is drawn anew, as ``Mask.text`` of a comparison writes it.
        view: How the picture is shown, where that is not as it is: ``edges-in-the-middle``.
        renderer: Version of the renderer.
    """

    model: str
    weights: str
    pipeline: str
    task: Task
    scheduler: str
    scheduler_arguments: Mapping[str, Scalar]
    call: Mapping[str, Scalar]
    seed: int
    settings: Mapping[str, Scalar]
    step: int | None = None
    init: str | None = None
    mask: str | None = None
    view: str | None = None
    renderer: int = RENDERER_VERSION

    def content(self) -> dict[str, Any]:
        """Everything that is part of the key, as plain values."""
        # What came later stands only where it is said, so that older keys stay what they were.
        later = {"mask": self.mask, "view": self.view}
        return {
            "model": self.model,
            "weights": self.weights,
            "pipeline": self.pipeline,
            "task": self.task,
            "scheduler": self.scheduler,
            "scheduler_arguments": dict(self.scheduler_arguments),
            "call": dict(self.call),
            "seed": self.seed,
            "settings": dict(self.settings),
            "step": self.step,
            "init": self.init,
            "renderer": self.renderer,
            **{name: value for name, value in later.items() if value is not None},
        }

    def canonical_json(self) -> str:
        """The text whose SHA-256 is the key."""
        return canonical_json(self.content())

    @functools.cached_property
    def key(self) -> str:
        """SHA-256 of the canonical JSON, in hexadecimal."""
        return hashlib.sha256(self.canonical_json().encode("ascii")).hexdigest()

    @functools.cached_property
    def run(self) -> str:
        """Name of the run that makes it; the images of a filmstrip share one."""
        content = self.content()
        del content["step"]
        return hashlib.sha256(canonical_json(content).encode("ascii")).hexdigest()

    @property
    def prompt(self) -> str:
        """The text that the picture was asked for."""
        return str(self.settings.get("prompt", ""))

    @property
    def steps_run(self) -> int:
        """Denoising steps that the pipeline really runs: image-to-image skips the first ones."""
        steps = int(self.call.get("num_inference_steps", 0))
        if self.task not in FROM_A_PICTURE:
            return steps
        asked = steps * float(self.call["strength"])
        if self.pipeline.startswith(FLOW_PIPELINES):
            return steps - int(max(steps - min(asked, steps), 0))
        return min(int(asked), steps)


FLOW_PIPELINES = (
    "Chroma",
    "Flux",
    "QwenImage",
    "SanaSprint",
    "StableDiffusion3",
    "VisualCloze",
    "ZImage",
)
"""How the classes begin whose image-to-image rounds the steps it leaves out; the others round the steps they run."""


def describe(job: Job) -> str:
    """A job in a few words, for messages."""
    told = ("sampler", "num_inference_steps", "guidance_scale", "strength")
    parts = [f"{name} = {job.settings[name]}" for name in told if name in job.settings]
    return f"{job.key[:16]} ({job.model}, {', '.join(parts)}, seed {job.seed})"
