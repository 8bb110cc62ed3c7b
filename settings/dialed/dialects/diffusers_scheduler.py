"""Sampler and schedule as a diffusers scheduler class with arguments, and back."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dialed.model_types import Model
    from dialed.record_registry import Registry
    from dialed.sampler_types import Sampler, SchedulerClass
    from dialed.translation import Draft


OWN_NOISE = frozenset({"DPMSolverSDEScheduler"})
"""Classes that draw their noise from a seed of their own and never look at the call's generator."""


CLASS_DEFAULTS: dict[str, dict[str, Any]] = {
    "DEISMultistepScheduler": {
        "algorithm_type": "deis",
        "solver_order": 2,
        "solver_type": "logrho",
    },
    "DPMSolverMultistepScheduler": {
        "algorithm_type": "dpmsolver++",
        "solver_order": 2,
        "solver_type": "midpoint",
    },
    "SASolverScheduler": {
        "algorithm_type": "data_prediction",
        "corrector_order": 2,
        "predictor_order": 2,
    },
    "UniPCMultistepScheduler": {"solver_order": 2, "solver_type": "bh2"},
}
"""What these classes take for the arguments that tell one sampler from another, when nothing is said.

A test compares them with the signatures of the installed diffusers.
"""


def choose_scheduler(draft: Draft) -> dict[str, Any]:
    """The scheduler class and the arguments to merge over the model's own scheduler configuration.

    Where neither sampler nor schedule is stated it is the model's own. Without a model and without a
    sampler there is none: the pipeline keeps what it came with.
    """
    registry, model = draft.registry, draft.model
    wanted = draft.settings.get("sampler", model.sampler if model is not None else None)
    sampler = registry.samplers.get(wanted) if isinstance(wanted, str) else None
    prediction = model.prediction if model is not None else "epsilon"
    if sampler is None:
        if wanted is not None and "sampler" in draft.settings:
            draft.note(
                "lost", "sampler", registry.written.unknown("samplers", None, wanted), "DIAL502"
            )
        if "schedule" in draft.settings:
            draft.note(
                "lost", "schedule", "it is an argument of the scheduler, and no sampler is known"
            )
        return {"scheduler": None, "scheduler_arguments": {}}
    chosen = class_for_model(sampler, model)
    if chosen is None and model is not None and sampler.id != model.sampler:
        kind = "flow" if prediction == "flow" else prediction
        draft.note(
            "lost",
            "sampler",
            f"diffusers has no {sampler.id} for {kind} models; {model.sampler} stands in",
            "DIAL502",
        )
        own = registry.samplers.get(model.sampler)
        chosen = class_for_model(own, model) if own is not None else None
    elif chosen is None:
        draft.note("lost", "sampler", f"diffusers has no {sampler.id}", "DIAL502")
    if chosen is None:
        return {"scheduler": None, "scheduler_arguments": {}}
    if chosen.fidelity != "same":
        end = f": {chosen.note}" if chosen.note else ""
        draft.note(
            "approximate", "sampler", f"{chosen.name} is near {sampler.id}, not the same{end}"
        )
    arguments = dict(chosen.arguments) | _schedule_arguments(draft, chosen)
    published = model.scheduler_arguments if model is not None else {}
    moving = published.get("use_dynamic_shifting", False)
    if "use_flow_sigmas" in arguments and "shift" in published and not moving:
        arguments["flow_shift"] = published["shift"]  # these classes have another name for it
    seed = draft.settings.get("seed")
    if chosen.name in OWN_NOISE and type(seed) is int and seed >= 0:
        arguments["noise_sampler_seed"] = seed
    return {"scheduler": chosen.name, "scheduler_arguments": arguments}


def class_for_model(sampler: Sampler, model: Model | None) -> SchedulerClass | None:
    """The class of ``sampler`` that can run ``model``; a class for no usual prediction runs only whose own it is."""
    found = class_for(sampler, model.prediction if model is not None else "epsilon")
    if found is None and model is not None and sampler.id == model.sampler:
        found = next((c for c in sampler.diffusers if not c.predictions), None)
    return found


def class_for(sampler: Sampler, prediction: str) -> SchedulerClass | None:
    """The first scheduler class of ``sampler`` that can run such a model."""
    return next((c for c in sampler.diffusers if prediction in c.predictions), None)


def _schedule_arguments(draft: Draft, chosen: SchedulerClass) -> dict[str, Any]:
    schedule = draft.settings.get("schedule")
    if schedule is None:
        return {}
    records = draft.registry.schedules
    record = records.get(schedule) if isinstance(schedule, str) else None
    if record is None:
        rule = draft.registry.written.unknown("schedules", None, schedule)
        draft.note("lost", "schedule", rule, "DIAL502")
        return {}
    if record.arguments is None:
        draft.note("lost", "schedule", f"diffusers has no schedule {record.id}", "DIAL502")
        return {}
    if record.id not in chosen.schedules and is_own(draft.model, chosen, record.id, draft.registry):
        return {}
    if record.id not in chosen.schedules:
        draft.note(
            "lost",
            "schedule",
            f"{chosen.name} cannot follow {record.id}; it keeps its own schedule",
            "DIAL502",
        )
        return {}
    if record.fidelity != "same":
        draft.note("approximate", "schedule", f"diffusers comes near {record.id}, not the same")
    switched = {
        flag: False
        for other in chosen.schedules
        if other in records
        for flag, value in (records[other].arguments or {}).items()
        if value is True
    }
    spaced = any(
        set(records[other].arguments or ()) == {"timestep_spacing"}
        for other in chosen.schedules
        if other in records
    )
    # A class that can follow no spacing has no such argument.
    wanted = {k: v for k, v in record.arguments.items() if spaced or k != "timestep_spacing"}
    return switched | wanted


def is_own(model: Model | None, chosen: SchedulerClass, schedule: str, registry: Registry) -> bool:
    """Whether ``schedule`` is what ``model`` follows by itself when ``chosen`` runs it."""
    if model is None or schedule != model.schedule:
        return False
    sampler = registry.samplers.get(model.sampler)
    return sampler is not None and class_for_model(sampler, model) == chosen


def read_scheduler(registry: Registry, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The sampler and schedule that a scheduler class with these arguments stands for.

    A class whose arguments fit no record is given back by its name alone.
    """
    arguments = CLASS_DEFAULTS.get(name, {}) | dict(arguments)
    found: tuple[int, Sampler, SchedulerClass] | None = None
    for sampler in registry.samplers.values():
        for candidate in sampler.diffusers:
            if candidate.name != name or not _within(candidate.arguments, arguments):
                continue
            score = len(candidate.arguments)
            if found is None or score > found[0]:
                found = (score, sampler, candidate)
    if found is None:
        return {"scheduler": name}
    stated = {"sampler": found[1].id}
    schedule = _schedule_of(registry, arguments, found[2].schedules)
    return stated if schedule is None else stated | {"schedule": schedule}


def settings_among(registry: Registry, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of the scheduler class ``name`` that are settings by themselves, such as ``shift``.

    What tells one sampler or schedule from another is left out: `read_scheduler` says it.
    """
    telling = {
        argument
        for sampler in registry.samplers.values()
        for candidate in sampler.diffusers
        if candidate.name == name
        for argument in candidate.arguments
    }
    telling |= {a for schedule in registry.schedules.values() for a in schedule.arguments or ()}
    return {
        alias.name: arguments[alias.name]
        for setting in registry.settings.values()
        for alias in setting.aliases
        if alias.dialect == "diffusers" and alias.name in arguments and alias.name not in telling
        if alias.where is not None
        and any(fnmatch.fnmatchcase(name, pattern) for pattern in alias.where.pipeline)
    }


def _schedule_of(
    registry: Registry, arguments: Mapping[str, Any], among: Iterable[str]
) -> str | None:
    """The schedule that ``arguments`` state: the one that needs most of them, an exact one first."""
    fitting = [
        record
        for record in map(registry.schedules.get, among)
        if record is not None
        and record.arguments
        and _within(_telling(record.arguments), arguments)
    ]
    fitting.sort(key=lambda record: (-len(record.arguments or ()), record.fidelity != "same"))
    return fitting[0].id if fitting else None


def _telling(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """The arguments that name a schedule: its flag alone, where it has one."""
    return {name: value for name, value in arguments.items() if value is True} or arguments


def combine_flags(registry: Registry, flat: Mapping[str, Any]) -> Mapping[str, Any]:
    """Several scheduler arguments side by side state one schedule together: replace them by it."""
    names = {name for record in registry.schedules.values() for name in record.arguments or ()}
    given = {name: flat[name] for name in flat if name in names}
    if len(given) < 2:
        return flat
    stated = {name: value for name, value in given.items() if value is not False}
    schedule = _schedule_of(registry, stated, registry.schedules)
    if schedule is None:
        return flat
    return {k: v for k, v in flat.items() if k not in given} | {"schedule": schedule}


def _within(some: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    return all(name in given and given[name] == value for name, value in some.items())
