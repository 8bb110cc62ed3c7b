"""From records to a plan: which images the declared comparisons need. Pure: nothing is read, written or rendered."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import dialed
from dialed import UnknownSettingError
from dialed_generator.errors import PlanError
from dialed_generator.job import FROM_A_PICTURE, Job, Scalar, Task, canonical_json
from dialed_generator.own_settings import OWN_SETTINGS, call_arguments, pipeline_class

if TYPE_CHECKING:
    from dialed import Registry
    from dialed.comparison_types import Comparison, Prompt

GUIDE_BYTES = 220_000
TOTAL_BYTES = 24_000_000
"""Budgets of published pictures: for one view of a guide (one prompt and seed of each comparison), and for all."""


@dataclass(frozen=True)
class Cell:
    """One picture of a comparison and the job that makes it."""

    prompt: str
    seed: int
    values: tuple[Scalar, ...]
    key: str


@dataclass(frozen=True)
class PlannedComparison:
    """A comparison on one model, with its cells in the order prompt, seed, first axis, second axis."""

    setting: str
    model: str
    record: "Comparison"
    cells: tuple[Cell, ...]
    init: str | None

    @property
    def name(self) -> str:
        """Its name in the manifest."""
        return f"{self.setting}/{self.record.id}@{self.model}"

    def row(self) -> set[str]:
        """Keys of the figure row: the shown values of the first prompt and seed, and the image they start from."""
        first = self.cells[0]
        shown = [axis.shown or axis.values for axis in self.record.axes]
        seeds_swept = any(axis.setting == "seed" for axis in self.record.axes)
        row = {
            cell.key
            for cell in self.cells
            if cell.prompt == first.prompt
            and (seeds_swept or cell.seed == first.seed)
            and all(
                any(_same(value, wanted) for wanted in values)
                for value, values in zip(cell.values, shown, strict=True)
            )
        }
        return row if self.init is None else row | {self.init}

    def view(self) -> set[str]:
        """Keys a reader fetches who looks at every value of the first prompt and seed."""
        first = self.cells[0]
        seeds_swept = any(axis.setting == "seed" for axis in self.record.axes)
        return {
            cell.key
            for cell in self.cells
            if cell.prompt == first.prompt and (seeds_swept or cell.seed == first.seed)
        }


@dataclass(frozen=True)
class Plan:
    """Jobs by key, each once, those that others start from first; and the comparisons that show them."""

    jobs: Mapping[str, Job]
    comparisons: tuple[PlannedComparison, ...]
    skipped: tuple[str, ...] = field(default=())

    def row(self) -> set[str]:
        """Keys of all images that stand in a figure row without any script."""
        return set().union(*(comparison.row() for comparison in self.comparisons))

    def warnings(self, mean_bytes: float) -> list[str]:
        """Budgets that the published pictures will exceed, if an image weighs ``mean_bytes``."""
        guides: dict[str, set[str]] = {}
        for comparison in self.comparisons:
            guides.setdefault(comparison.setting, set()).update(comparison.view())
        told = [
            f"guide {setting}: the {len(keys)} images of one prompt and seed, about {mean_bytes / 1000:.1f} kB each, are "
            f"{len(keys) * mean_bytes / 1000:.0f} kB, the budget is {GUIDE_BYTES / 1000:.0f} kB; "
            "declare fewer values or comparisons"
            for setting, keys in guides.items()
            if len(keys) * mean_bytes > GUIDE_BYTES
        ]
        total = len(self.jobs) * mean_bytes
        if total > TOTAL_BYTES:
            told.append(
                f"all guides: {len(self.jobs)} images are {total / 1e6:.1f} MB, the budget is {TOTAL_BYTES / 1e6:.0f} MB"
            )
        return told


def plan(registry: "Registry", weights: Mapping[str, str], *, settings: Sequence[str] = ()) -> Plan:
    """Plan every comparison of the chosen settings.

    Args:
        registry: The records.
        weights: Digest of the weights by model id. Comparisons on other models are skipped, and listed.
        settings: Canonical ids; none means all.

    Raises:
        PlanError: A comparison cannot be rendered as its record states it.
        UnknownSettingError: No record has that id.
    """
    for name in settings:
        if name not in registry.settings:
            raise UnknownSettingError(name)
    translator = _Translator(registry, weights)
    inits: dict[str, Job] = {}
    jobs: dict[str, Job] = {}
    planned: list[PlannedComparison] = []
    skipped: list[str] = []
    for setting in registry.settings.values():
        if settings and setting.id not in settings:
            continue
        for comparison in setting.comparisons:
            for model in comparison.models:
                place = f"{setting.id}/{comparison.id}@{model}"
                if not comparison.drawn_by(model) <= weights.keys():
                    skipped.append(place)
                    continue
                init = _init_job(comparison, model, translator, place)
                if init is not None:
                    inits[init.key] = init
                cells = []
                for cell, job in _cells(comparison, model, translator, init, place):
                    jobs.setdefault(job.key, job)
                    cells.append(cell)
                key = init.key if init else None
                planned.append(PlannedComparison(setting.id, model, comparison, tuple(cells), key))
    ordered = inits | {key: job for key, job in jobs.items() if key not in inits}
    return Plan(ordered, tuple(planned), tuple(skipped))


def _init_job(
    comparison: "Comparison", model: str, translator: "_Translator", place: str
) -> Job | None:
    if comparison.init is None:
        return None
    given = {
        "prompt": comparison.init.prompt,
        "seed": comparison.init.seed,
        **comparison.init.settings,
    }
    return translator.job(comparison.init.model or model, given, "text-to-image", None, place)


def _cells(
    comparison: "Comparison", model: str, translator: "_Translator", init: Job | None, place: str
) -> Iterator[tuple[Cell, Job]]:
    names = [axis.setting for axis in comparison.axes]
    seeds: Sequence[int] = comparison.seeds[:1] if "seed" in names else comparison.seeds
    for prompt, seed in itertools.product(comparison.prompts, seeds):
        for values in itertools.product(*(axis.values for axis in comparison.axes)):
            axes = dict(zip(names, values, strict=True))
            step = None
            if comparison.kind == "filmstrip":
                step = int(axes.pop("num_inference_steps"))
            drawn_by = str(axes.pop("model", model))
            given = _prompt_settings(prompt) | {"seed": seed} | dict(comparison.hold) | axes
            job = translator.job(drawn_by, given, comparison.task, init, place, step)
            job = replace(
                job,
                mask=None if comparison.mask is None else comparison.mask.text,
                view=comparison.view,
            )
            yield Cell(prompt.id, job.seed, values, job.key), job


def _prompt_settings(prompt: "Prompt") -> dict[str, Scalar]:
    negative = {} if prompt.negative is None else {"negative_prompt": prompt.negative}
    return {"prompt": prompt.text, **negative}


class _Translator:
    """Fills up and translates settings; each distinct question is asked once."""

    def __init__(self, registry: "Registry", weights: Mapping[str, str]) -> None:
        self._registry = registry
        self._weights = weights
        self._bases: dict[tuple[str, str], dict[str, Scalar]] = {}
        self._answers: dict[str, tuple[Mapping[str, Any], frozenset[str]]] = {}

    def job(
        self,
        model: str,
        given: Mapping[str, Scalar],
        task: Task,
        init: Job | None,
        place: str,
        step: int | None = None,
    ) -> Job:
        settings = self._base(model, task) | dict(given)
        payload, lost = self._payload(model, settings, place)
        if refused := sorted(lost & given.keys()):
            raise PlanError(
                f"{place}: diffusers cannot run {refused[0]} = {settings[refused[0]]!r} with the other settings on "
                f"{model}; take it out of the comparison"
            )
        own = call_arguments(settings)
        call = {name: value for name, value in payload["call"].items() if value is not None} | own
        settings = {k: value for k, value in settings.items() if k not in lost or k in own}
        if task in FROM_A_PICTURE and "strength" not in call:
            raise PlanError(
                f"{place}: {task} needs strength, by the comparison or by the model's defaults"
            )
        if step is not None and step == int(call["num_inference_steps"]):
            step = None  # the state after the last step is the finished picture
        job = Job(
            model=model,
            weights=self._weights[model],
            pipeline=pipeline_class(payload["pipeline"], task, settings),
            task=task,
            scheduler=payload["scheduler"],
            scheduler_arguments=payload["scheduler_arguments"],
            call=call,
            seed=int(settings["seed"]),
            settings=settings,
            step=step,
            init=init.key if init else None,
        )
        if job.steps_run < 1:
            raise PlanError(
                f"{place}: strength {call['strength']} of {call['num_inference_steps']} steps leaves no step to run; "
                "raise one of them"
            )
        return job

    def _base(self, model: str, task: Task) -> dict[str, Scalar]:
        # What a person gets who sets nothing: the recommended values, at the model's first native size.
        if (model, task) not in self._bases:
            record = self._registry.models[model]
            size = record.native_sizes[0]
            base: dict[str, Scalar] = {
                "sampler": record.sampler,
                "schedule": record.schedule,
                "width": size.width,
                "height": size.height,
            }
            recommended = dialed.defaults(model, task=task, registry=self._registry)
            base |= {name: default.value for name, default in recommended.items()}
            ignored = (part.setting for part in record.ignores)
            apart = {"prompt", "seed", "model", *OWN_SETTINGS, *ignored}
            if task not in FROM_A_PICTURE:
                apart.add("strength")
            self._bases[model, task] = {
                name: value for name, value in base.items() if name not in apart
            }
        return self._bases[model, task]

    def _payload(
        self, model: str, settings: Mapping[str, Scalar], place: str
    ) -> tuple[Mapping[str, Any], frozenset[str]]:
        # Prompt and seed pass through a translation unchanged, so thousands of jobs share a few translations.
        asked = {name: value for name, value in settings.items() if name not in OWN_SETTINGS}
        asked |= {"prompt": _ANY_PROMPT, "seed": 0}
        name = canonical_json([model, asked])
        if name not in self._answers:
            answer = dialed.translate(asked, to="diffusers", model=model, registry=self._registry)
            payload = answer.payload
            if payload.get("scheduler") is None:
                raise PlanError(
                    f"{place}: diffusers has no sampler {settings.get('sampler')!r} for {model}; choose another"
                )
            if payload["call"].get("prompt") != _ANY_PROMPT:
                raise PlanError(
                    f"{place}: the prompt does not reach the pipeline of {model}; the record of the setting "
                    "`prompt` needs its diffusers name"
                )
            lost = frozenset(note.setting for note in answer.notes if note.kind == "lost")
            self._answers[name] = (payload, lost)
        translated, lost = self._answers[name]
        arguments = dict(translated["scheduler_arguments"])
        if "noise_sampler_seed" in arguments:  # a scheduler that draws its noise by itself
            arguments["noise_sampler_seed"] = settings["seed"]
        call = {**translated["call"], "prompt": settings["prompt"]}
        return {**translated, "scheduler_arguments": arguments, "call": call}, lost


_ANY_PROMPT = "any prompt"


def _same(one: Scalar, other: Scalar) -> bool:
    return one == other and isinstance(one, bool) == isinstance(other, bool)
