"""What a tool wrote about a picture, understood: the result of `parse` and `read`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Lora:
    """One low-rank adapter that was used.

    Attributes:
        name: File name or label as written, without its folder's meaning being guessed.
        weight: Strength on the denoiser; None where none is stated.
        text_encoder_weight: Strength on the text encoder, where it is stated apart.
        hash: Hash of the file as written, or None.
    """

    name: str
    weight: float | None = None
    text_encoder_weight: float | None = None
    hash: str | None = None


@dataclass(frozen=True, slots=True)
class ControlNet:
    """One control network that was used.

    Attributes:
        model: Name of the network as written.
        weight: Strength.
        start: Share of the run after which it begins, 0 to 1.
        end: Share of the run after which it stops, 0 to 1.
        preprocessor: What made the control image, where stated.
        extras: Whatever else the tool wrote about it.
    """

    model: str | None = None
    weight: float | None = None
    start: float | None = None
    end: float | None = None
    preprocessor: str | None = None
    extras: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReadingProblem:
    """Something that could not be understood, or that the tool itself would read in a surprising way.

    Attributes:
        place: Key, node or chunk.
        message: Thing, value, rule and what was done about it.
    """

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


@dataclass(frozen=True, slots=True)
class Generation:
    """How one picture was made, as far as it is stated.

    Attributes:
        dialect: Id of the dialect it was written in.
        settings: Canonical id -> value of the base pass. What is not stated has no key; what is stated
            as empty is ``""``. ``-1`` as a seed stays ``-1``.
        loras: Adapters in the order written.
        controlnets: Control networks in the order written.
        passes: Settings of every further pass of a sampler, by canonical id, in the order run.
        extras: Whatever else was written, under the tool's own names.
        problems: What was odd.
    """

    dialect: str
    settings: dict[str, Any]
    loras: tuple[Lora, ...] = ()
    controlnets: tuple[ControlNet, ...] = ()
    passes: tuple[dict[str, Any], ...] = ()
    extras: dict[str, Any] = field(default_factory=dict)
    problems: tuple[ReadingProblem, ...] = ()
