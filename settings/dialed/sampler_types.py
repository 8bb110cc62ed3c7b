"""The records of samplers (algorithms) and schedules (noise levels): two settings, often written as one name."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dialed.record_base import Evidence, Id, Many, Record, Scalar, Source, Status, Text

Fidelity = Literal["same", "close", "none"]


class ToolName(Record):
    """What one dialect calls a sampler or schedule, and how near its algorithm is to this record's."""

    dialect: Id
    name: Text
    schedule: Id | None = Field(default=None, description="The name states this schedule too.")
    preferred: bool = Field(
        default=False, description="The name to write when several read the same."
    )
    node: bool = Field(
        default=False,
        description="A node of its own, not a name among those that a field offers.",
    )
    fidelity: Fidelity = "same"
    note: Text | None = None


class SchedulerClass(Record):
    """A diffusers scheduler class and the arguments that make it this algorithm."""

    name: Text
    arguments: dict[str, Scalar] = Field(default_factory=dict)
    fidelity: Fidelity = "same"
    predictions: Many[Literal["epsilon", "v_prediction", "sample", "flow"]] = (
        "epsilon",
        "v_prediction",
        "sample",
    )
    schedules: Many[Id] = Field(
        default=(), description="Schedules whose diffusers arguments this class really honours."
    )
    note: Text | None = None


class Sampler(Record):
    """An algorithm that walks from noise to image."""

    id: Id
    title: Text
    summary: Text
    order: int | None = Field(
        default=None, ge=1, description="Order of accuracy; none for one-off methods."
    )
    calls_per_step: int = Field(
        ge=1, description="Model evaluations in one step (the last may need fewer)."
    )
    stochastic: bool = Field(
        description="Adds fresh noise at each step, beside the starting noise."
    )
    converges: bool = Field(description="More steps approach one picture.")
    names: Many[ToolName] = ()
    diffusers: Many[SchedulerClass] = Field(
        default=(), description="Empty: diffusers has no such scheduler."
    )
    needs: Many[str] = Field(default=(), description="Packages that its scheduler imports.")
    evidence: Many[Evidence] = Field(min_length=1)
    sources: Many[Source] = ()
    status: Status


class Schedule(Record):
    """A rule for the noise levels that a run visits."""

    id: Id
    title: Text
    summary: Text
    names: Many[ToolName] = ()
    arguments: dict[str, Scalar] | None = Field(
        default=None,
        description="diffusers scheduler arguments; none: diffusers has no such schedule.",
    )
    fidelity: Fidelity = "same"
    evidence: Many[Evidence] = Field(min_length=1)
    sources: Many[Source] = ()
    status: Status
