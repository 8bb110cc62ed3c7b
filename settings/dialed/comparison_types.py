"""What a setting record declares to be shown: the comparisons that the generator renders."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from dialed.record_base import Id, Many, Record, Scalar, Text

Measure = Literal[
    "similarity",  # SSIM and PSNR against the reference cell of the same prompt and seed
    "cost",  # seconds and model calls
    "colour",  # mean saturation and share of clipped channel values
    "sharpness",  # variance of the Laplacian, in 8-bit luma units
    "diversity",  # mean distance between the seeds of one prompt and value
    "adherence",  # built-in model only: share of the prompt's attributes that the probe reads back
]


class Axis(Record):
    """One swept setting. ``values`` in the order they are shown; ``shown`` are those of the figure row."""

    setting: Id
    values: Many[Scalar] = Field(min_length=1)
    shown: Many[Scalar] = Field(
        default=(), description="Values printed in the static figure row; default: all."
    )
    default: Scalar | None = Field(default=None, description="Value on which a slider starts.")

    @model_validator(mode="after")
    def _shown_are_values(self) -> Self:
        for value in (*self.shown, *(() if self.default is None else (self.default,))):
            if value not in self.values:
                raise ValueError(
                    f"{value!r} is shown or default but not among the values of the sweep"
                )
        if len(set(map(repr, self.values))) != len(self.values):
            raise ValueError("a swept value stands twice")
        return self


class Prompt(Record):
    """A prompt of a comparison. ``id`` is short and stands in addresses and data attributes."""

    id: Id
    text: str
    negative: str | None = None


class InitImage(Record):
    """A picture that a comparison needs first: itself a generation, so that it can be made again.

    An image-to-image comparison starts from it, one of inpainting draws a part of it anew, and a
    comparison of control follows its outlines.
    """

    prompt: Text
    seed: int = Field(ge=0)
    settings: dict[Id, Scalar] = Field(default_factory=dict)
    model: Id | None = Field(
        default=None, description="Model that makes it; default: the comparison's own."
    )


class Mask(Record):
    """The part of the init image that inpainting draws anew: a shape inside a box.

    The box is told in shares of the picture's width and height, from its upper left corner.
    """

    shape: Literal["ellipse", "rectangle"]
    left: float = Field(ge=0, lt=1)
    top: float = Field(ge=0, lt=1)
    right: float = Field(gt=0, le=1)
    bottom: float = Field(gt=0, le=1)

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if self.left >= self.right or self.top >= self.bottom:
            raise ValueError("left must be less than right, and top less than bottom")
        return self

    @property
    def text(self) -> str:
        """Shape and box in one line, as jobs and pictures hold it: ``ellipse 0.25 0.3 0.75 0.9``."""
        return f"{self.shape} {self.left:g} {self.top:g} {self.right:g} {self.bottom:g}"


class Seen(Record):
    """What the eye sees at one value, written after looking at the pictures: alt text and caption."""

    value: Scalar
    text: Text


class Comparison(Record):
    """One comparison of a setting.

    ``runs``: a whole run for each value. ``filmstrip``: the states inside one run, decoded after each step (the axis
    setting is ``num_inference_steps`` and its values are step numbers k of the held N). ``grid``: two axes of runs.
    """

    id: Id
    kind: Literal["runs", "filmstrip", "grid"]
    title: Text
    lesson: Text = Field(description="One or two sentences: what a reader can see here.")
    axes: Many[Axis] = Field(min_length=1, max_length=2)
    hold: dict[Id, Scalar] = Field(
        default_factory=dict, description="Settings held, by canonical id."
    )
    prompts: Many[Prompt] = Field(min_length=1)
    seeds: Many[Annotated[int, Field(ge=0)]] = Field(min_length=1)
    models: Many[Id] = ("vignette",)
    task: Literal["text-to-image", "image-to-image", "inpainting", "control"] = "text-to-image"
    init: InitImage | None = None
    mask: Mask | None = None
    view: Literal["edges-in-the-middle"] | None = Field(
        default=None,
        description="edges-in-the-middle: moved by half its width and height, as tiles meet.",
    )
    reference: Scalar | None = Field(
        default=None, description="Value of the first axis that similarity is measured against."
    )
    measure: Many[Measure] = ()
    seen: Many[Seen] = ()

    def drawn_by(self, model: str) -> set[str]:
        """Models that its pictures need when it is shown on ``model``: an axis may name others."""
        swept = {str(v) for axis in self.axes if axis.setting == "model" for v in axis.values}
        init = {self.init.model} if self.init is not None and self.init.model is not None else set()
        return (swept or {model}) | init

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.kind == "grid") != (len(self.axes) == 2):
            raise ValueError("a grid has two axes, every other comparison has one")
        if (self.task != "text-to-image") != (self.init is not None):
            raise ValueError(
                "a comparison of image-to-image, inpainting or control, and only that, names its init image"
            )
        if (self.task == "inpainting") != (self.mask is not None):
            raise ValueError("a comparison of inpainting, and only that, names its mask")
        if self.kind == "filmstrip":
            steps = self.hold.get("num_inference_steps")
            if self.axes[0].setting != "num_inference_steps" or not isinstance(steps, int):
                raise ValueError(
                    "a filmstrip sweeps num_inference_steps and holds the length of its one run"
                )
            if any(not isinstance(k, int) or not 0 <= k <= steps for k in self.axes[0].values):
                raise ValueError(f"a filmstrip shows steps 0 to {steps}")
        elif held := {axis.setting for axis in self.axes} & set(self.hold):
            raise ValueError(f"{', '.join(sorted(held))} is both swept and held")
        if "similarity" in self.measure and self.reference is None:
            raise ValueError("similarity needs the reference value it is measured against")
        if self.reference is not None and self.reference not in self.axes[0].values:
            raise ValueError(f"the reference {self.reference!r} is not among the swept values")
        for seen in self.seen:
            if seen.value not in self.axes[0].values:
                raise ValueError(f"seen: {seen.value!r} is not among the swept values")
        if len({p.id for p in self.prompts}) != len(self.prompts):
            raise ValueError("two prompts share an id")
        return self
