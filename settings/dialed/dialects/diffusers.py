"""diffusers: pipeline class, scheduler class with its arguments, and the arguments of the call.

The generator renders with exactly what `write` gives, so a wrong name here shows in our own pictures.
"""

from __future__ import annotations

import fnmatch
import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dialed.dialects.diffusers_code import python_code
from dialed.dialects.diffusers_guidance import (
    left_out_by_model,
    write_guidance,
)
from dialed.dialects.diffusers_scheduler import (
    choose_scheduler,
    combine_flags,
    read_scheduler,
    settings_among,
)
from dialed.dialects.flat import aliases_for
from dialed.diffusers_facts import read_facts
from dialed.errors import InvalidValueError, shown
from dialed.value_conversion import number

if TYPE_CHECKING:
    from dialed.record_registry import Registry
    from dialed.setting_types import Alias, Setting
    from dialed.translation import Draft

APART = frozenset(
    {"sampler", "schedule", "seed", "model", "guidance_scale", "distilled_guidance_scale"}
)
"""Settings that are no plain argument of the call."""


OFF_BY_ABSENCE = frozenset({"clip_skip"})
"""Arguments whose default is None: a written 0 takes the path of reading hidden layers all the same."""


def flatten(payload: Mapping[str, Any], registry: Registry) -> Mapping[str, Any]:
    """Lay the parts of a diffusers payload side by side; a plain call is left as it is."""
    if _apart(registry).isdisjoint(payload):
        return payload
    call = payload.get("call")
    flat = (
        dict(call)
        if isinstance(call, Mapping)
        else {
            key: value
            for key, value in payload.items()
            if key
            not in {"pipeline", "scheduler", "scheduler_arguments", "generator_seed", "adapters"}
        }
    )
    scheduler = payload.get("scheduler")
    if isinstance(scheduler, str):
        arguments = payload.get("scheduler_arguments")
        stated = arguments if isinstance(arguments, Mapping) else {}
        flat |= settings_among(registry, scheduler, stated)
        flat |= read_scheduler(registry, scheduler, stated)
    if isinstance(adapters := payload.get("adapters"), list):
        flat["loras"] = adapters
    if payload.get("generator_seed") is not None:
        flat["seed"] = payload["generator_seed"]
    return combine_flags(registry, flat)


@functools.lru_cache(maxsize=8)
def _apart(registry: Registry) -> frozenset[str]:
    """The keys of a payload that stand for more, or less, than one setting."""
    flags = {name for record in registry.schedules.values() for name in record.arguments or ()}
    return frozenset(
        {"call", "pipeline", "scheduler", "scheduler_arguments", "generator_seed", *flags}
    )


def write(draft: Draft) -> tuple[dict[str, Any], str]:
    """Write ``draft`` for diffusers; the payload's parts are described in `dialed.translate`."""
    pipeline, task = _pipeline(draft)
    payload: dict[str, Any] = {"pipeline": pipeline}
    if draft.model is None and "model" in draft.settings:
        name = shown(draft.settings["model"])
        draft.note("lost", "model", f"no record knows {name}; say where its weights are yourself")
    payload |= choose_scheduler(draft)
    payload["call"] = call = _call(draft, pipeline, task, payload)
    write_guidance(draft, call)
    if adapters := _adapters(draft):
        payload["adapters"] = adapters
    seed = draft.settings.get("seed")
    if isinstance(seed, int) and not isinstance(seed, bool) and 0 <= seed < 2**64:
        payload["generator_seed"] = seed
    elif seed is not None:
        why = (
            "no whole number"
            if isinstance(seed, bool) or not isinstance(seed, int)
            else "a negative seed asks for a random one"
            if seed < 0
            else "a torch generator takes 64 bits"
        )
        draft.note("lost", "seed", f"{shown(seed)}: {why}; the generator is left unseeded")
    return payload, python_code(payload, draft.model)


def _adapters(draft: Draft) -> list[dict[str, Any]]:
    """The low-rank adapters to load, with their strengths."""
    draft.carry("loras")
    found = []
    for lora in draft.generation.loras:
        found.append({"name": lora.name, "weight": 1.0 if lora.weight is None else lora.weight})
        encoder = lora.text_encoder_weight
        if encoder is not None and encoder != lora.weight:
            message = (
                f"{shown(lora.name)}: {encoder:g} on the text encoder becomes that of the denoiser"
            )
            draft.note("approximate", "loras", message)
    return found


def _pipeline(draft: Draft) -> tuple[str, str]:
    task = "image-to-image" if draft.source.image_to_image else "text-to-image"
    automatic = {
        "image-to-image": "AutoPipelineForImage2Image",
        "text-to-image": "AutoPipelineForText2Image",
    }
    if draft.model is None:
        return automatic[task], task
    by_task = {pipeline.task: pipeline.name for pipeline in draft.model.pipelines}
    if task in by_task:
        return by_task[task], task
    draft.note("lost", "strength", f"{draft.model.title} has no {task} pipeline in diffusers")
    first = draft.model.pipelines[0]
    return first.name, first.task


def _call(draft: Draft, pipeline: str, task: str, payload: dict[str, Any]) -> dict[str, Any]:
    """The arguments of the call; what is an argument of the scheduler goes to ``payload``'s."""
    call: dict[str, Any] = {}
    left_out = left_out_by_model(draft)
    for identifier, value in draft.settings.items():
        if identifier in APART or identifier in left_out:
            continue
        setting = draft.registry.settings[identifier]
        if identifier in OFF_BY_ABSENCE and value == setting.off:
            draft.note(
                "converted", identifier, f"{shown(value)} is off, which is said by leaving it out"
            )
            continue
        if identifier == "refiner_switch_step":
            # The base alone would stop there and hand over noise.
            refiner = "the refiner is a second pipeline: give both the same share, this one as"
            draft.note("lost", identifier, f"{refiner} denoising_end, the other as denoising_start")
            continue
        if identifier == "strength" and task != "image-to-image":
            draft.note("lost", identifier, "only image-to-image has a strength")
            continue
        place = call
        alias = _argument(setting, draft, pipeline)
        if alias is None and payload["scheduler"] is not None:
            place = payload["scheduler_arguments"]
            alias = _argument(setting, draft, payload["scheduler"])
            if alias is not None and alias.name == "flow_shift" and "use_flow_sigmas" not in place:
                alias = None  # these classes serve both kinds of model, and shift flow models only
        if alias is None:
            draft.note("lost", identifier, _why_lost(setting, draft, pipeline))
            continue
        try:
            written = draft.converter.from_canonical(setting, alias, draft.settings)
        except InvalidValueError as error:
            draft.note("lost", identifier, f"{shown(value)} cannot be written: {error.rule}")
            continue
        if isinstance(written, float) and setting.kind == "integer" and written.is_integer():
            written = int(written)
        place[alias.name] = written
        if place is not call and alias.name == "shift" and _shifts_by_size(draft):
            place["use_dynamic_shifting"] = False
            fixed = "the model's own scheduler works its shift out from the size"
            draft.note("added", "shift", f"use_dynamic_shifting=False: {fixed}, and would not look")
        if written != value:
            draft.note(
                "converted", identifier, f"{shown(value)} is written {alias.name}={shown(written)}"
            )
    steps, strength = number(call.get("num_inference_steps")), number(call.get("strength"))
    if (
        task == "image-to-image"
        and isinstance(steps, int)
        and strength is not None
        and strength < 1
    ):
        flow = draft.model is not None and draft.model.prediction == "flow"
        # The flow pipelines round the part that is left out, the others the part that is run.
        run = steps - int(steps - steps * strength) if flow else min(int(steps * strength), steps)
        draft.note(
            "converted",
            "num_inference_steps",
            f"at strength {strength:g} it runs {run} of {steps} steps",
        )
    return call


def _shifts_by_size(draft: Draft) -> bool:
    """Whether the model's scheduler ignores a fixed shift unless it is told to look at it."""
    model = draft.model
    return model is not None and bool(model.scheduler_arguments.get("use_dynamic_shifting"))


@functools.cache
def _calls() -> Mapping[str, Mapping[str, str | None]]:
    return read_facts().pipelines


def _argument(setting: Setting, draft: Draft, pipeline: str) -> Alias | None:
    taken = _calls().get(pipeline)  # None: no pipeline, or one that diffusers does not export
    for alias in aliases_for(setting, draft):
        patterns = alias.where.pipeline if alias.where is not None else ()
        if taken is not None and alias.name not in taken:
            continue
        if _of_step(alias):
            continue  # a constructor drops it without a word
        # A name without a place is one of a call, and never of a scheduler.
        everywhere = not patterns and not pipeline.endswith("Scheduler")
        if everywhere or any(fnmatch.fnmatchcase(pipeline, pattern) for pattern in patterns):
            return alias
    return None


def _of_step(alias: Alias) -> bool:
    """Whether the name is an argument of a scheduler's step, which pipelines call without it."""
    source = alias.evidence.callable if alias.evidence is not None else None
    return source is not None and source.endswith("Scheduler.step")


def _why_lost(setting: Setting, draft: Draft, pipeline: str) -> str:
    """Where in diffusers the setting lives, if not in the call of this pipeline."""
    elsewhere = next(aliases_for(setting, draft), None)
    where = f". {elsewhere.note}" if elsewhere is not None and elsewhere.note is not None else ""
    return f"{pipeline} has no argument for it{where}"
