"""What a person wants to see of a checkpoint, and what a plan for it says."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dialed_generator.job import Scalar
from dialed_generator.own_model_reasons import Given
from dialed_generator.planning import Plan

MAIN = (
    "num_inference_steps",
    "guidance_scale",
    "distilled_guidance_scale",
    "sampler",
    "schedule",
    "seed",
    "negative_prompt",
    "shift",
    "clip_skip",
    "strength",
    "lora_scale",
    "controlnet_conditioning_scale",
    "ip_adapter_scale",
)
"""What is swept where nobody names a setting."""


@dataclass(frozen=True)
class Wishes:
    """What a person wants to see.

    Attributes:
        settings: Canonical ids; none means `MAIN`.
        comparisons: ``setting/comparison`` where only some of a setting's comparisons are wanted.
        prompts: Texts that stand in for the records' own.
        negative: Negative prompt of every run that takes one.
        seeds: Seeds that stand in for the records' own.
        size: Width and height in place of the model's native ones.
        held: Values that stand in place of the recommended ones.
        values: Values by setting that stand in place of the records' sweeps.
        all_values: Every value of a sweep, not only those of the figure row.
        given: What the checkpoint was loaded with, and the picture to begin from.
    """

    settings: tuple[str, ...] = ()
    comparisons: frozenset[str] = frozenset()
    prompts: tuple[str, ...] = ()
    negative: str | None = None
    seeds: tuple[int, ...] = ()
    size: tuple[int, int] | None = None
    held: Mapping[str, Scalar] = field(default_factory=dict)
    values: Mapping[str, tuple[Scalar, ...]] = field(default_factory=dict)
    all_values: bool = False
    given: Given = field(default_factory=Given)


@dataclass(frozen=True)
class LeftOut:
    """Something that is not shown, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class OwnPlan:
    """The plan for a checkpoint, what was left out, and the settings that stand when nothing is said."""

    plan: Plan
    left_out: tuple[LeftOut, ...]
    base: Mapping[str, Scalar]
