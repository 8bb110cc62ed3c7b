"""What stands with a checkpoint when nothing is said: recommended values, size, sampler."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import dialed
from dialed_generator.errors import PlanError
from dialed_generator.job import Scalar
from dialed_generator.own_model import OwnModel

if TYPE_CHECKING:
    from dialed import Registry
    from dialed.model_types import Model


def record_of(model: OwnModel, size: tuple[int, int] | None, registry: "Registry") -> "Model":
    """The record that a checkpoint is planned with: the recognised one, at the wanted size, with the checkpoint's sampler.

    Raises:
        PlanError: The size is not one that the model can draw.
    """
    record = model.record
    if size is not None:
        _check_size(size, record)
        native = type(record.native_sizes[0])(width=size[0], height=size[1])
        record = record.model_copy(update={"native_sizes": (native,)})
    scheduler = model.configuration.part("scheduler", "prior_scheduler")
    if not scheduler:
        return record
    from dialed.dialects.diffusers_scheduler import class_for, read_scheduler

    ours = registry.samplers.get(record.sampler)
    chosen = class_for(ours, record.prediction) if ours is not None else None
    name = str(scheduler.get("_class_name"))
    if chosen is not None and (model.recognised.exact or chosen.name == name):
        return record
    found = read_scheduler(registry, name, scheduler)
    sampler = registry.samplers.get(str(found.get("sampler")))
    if sampler is None or class_for(sampler, record.prediction) is None:
        return record
    changed = {"sampler": sampler.id, "schedule": str(found.get("schedule", record.schedule))}
    return record.model_copy(update=changed)


def with_controlnet(
    record: "Model", pipeline: str, registry: "Registry"
) -> "tuple[Model, Registry]":
    """The record of a model with a ControlNet over it, and a registry whose names know of it.

    Args:
        record: The model without it.
        pipeline: Class that takes the ControlNet.
        registry: The records.
    """
    from dialed.record_registry import KINDS, Records, Registry

    plain = record.pipelines[0]
    served = tuple(
        plain.model_copy(update={"task": task, "name": pipeline})
        for task in ("text-to-image", "control")
    )
    changed = record.model_copy(update={"pipelines": served})
    kinds: dict[str, Any] = {kind: getattr(registry, kind) for kind in KINDS}
    models = registry.models
    kinds["models"] = Records(
        tuple(models), lambda name: changed if name == record.id else models[name]
    )
    return changed, Registry(kinds)


def _check_size(size: tuple[int, int], record: "Model") -> None:
    unit = record.size_multiple
    for name, pixels in zip(("width", "height"), size, strict=True):
        if pixels % unit or pixels <= 0:
            near = max(unit, round(pixels / unit) * unit)
            raise PlanError(
                f"--size {size[0]}x{size[1]}: {name} = {pixels}, but {record.title} draws multiples of {unit} pixels; take {near}"
            )


def base_of(record: "Model", held: Mapping[str, Scalar], registry: "Registry") -> dict[str, Scalar]:
    """Settings by canonical id that stand with ``record`` when nothing is said, with what is held over them."""
    size = record.native_sizes[0]
    base: dict[str, Scalar] = {
        "sampler": record.sampler,
        "schedule": record.schedule,
        "width": size.width,
        "height": size.height,
    }
    own = registry.models[record.id]
    recommended = dialed.defaults(record.id, registry=registry)
    for name, default in recommended.items():
        moved = name in {"sampler", "schedule"} and record.sampler != own.sampler
        if name in {"width", "height"} or moved:
            continue  # the checkpoint's own sampler, and the wanted size, stand
        base[name] = default.value
    ignored = {part.setting for part in record.ignores}
    return {k: v for k, v in base.items() if k not in ignored} | dict(held)
