"""The records' comparisons, made to fit somebody's checkpoint: what is shown, what is left out, and why."""

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import dialed
from dialed.record_registry import Records
from dialed_generator.errors import PlanError
from dialed_generator.job import Job, Scalar
from dialed_generator.own_model import OwnModel
from dialed_generator.own_model_base import base_of, record_of, with_controlnet
from dialed_generator.own_model_reasons import not_swept, without_levels
from dialed_generator.own_model_values import Fitting, spread
from dialed_generator.own_model_wishes import MAIN, LeftOut, OwnPlan, Wishes
from dialed_generator.own_settings import OWN_SETTINGS
from dialed_generator.planning import Plan, PlannedComparison, plan

if TYPE_CHECKING:
    from dialed import Registry
    from dialed.comparison_types import Axis, Comparison, Prompt
    from dialed.model_types import Model
    from dialed.setting_types import Setting

PROMPT = "a red house by a lake at noon, pine trees"
SEED = 1


def own_plan(model: OwnModel, wishes: Wishes, registry: "Registry") -> OwnPlan:
    """Plan the comparisons of the chosen settings for a checkpoint.

    Raises:
        UnknownSettingError: No record has that id.
        PlanError: A wish does not fit the model (its size, or a value that is held).
    """
    record = record_of(model, wishes.size, registry)
    base = base_of(record, wishes.held, registry)
    if wishes.given.controlnet:
        record, registry = with_controlnet(record, wishes.given.controlnet, registry)
    planner = _Planner(model, record, base, wishes, registry)
    jobs: dict[str, Job] = {}
    shown: list[PlannedComparison] = []
    for name in wishes.settings or MAIN:
        found = planner.setting(registry.settings[name])
        for one in found:
            jobs |= one.jobs
            shown += one.comparisons
    inits = {key for one in shown if (key := one.init) is not None}
    ordered = {k: j for k, j in jobs.items() if k in inits} | jobs
    return OwnPlan(Plan(ordered, tuple(shown)), tuple(planner.left_out), base)


FEW, ENOUGH = 4, 7


def _few(axis: "Axis") -> Sequence[Scalar]:
    """The values of the figure row, or some of all where that row holds next to nothing."""
    if len(axis.shown) >= FEW or (not axis.shown and len(axis.values) <= ENOUGH):
        return axis.shown or axis.values
    step = max(1, -(-len(axis.values) // ENOUGH))
    return [
        value
        for number, value in enumerate(axis.values)
        if number % step == 0 or value in axis.shown
    ]


class _Planner:
    def __init__(
        self,
        model: OwnModel,
        record: "Model",
        base: Mapping[str, Scalar],
        wishes: Wishes,
        registry: "Registry",
    ) -> None:
        self._model, self._record, self._base = model, record, base
        self._wishes, self._registry = wishes, registry
        # What the registry recommends for these would win over the record's fields, so they are held.
        own = {"width", "height"} if wishes.size is not None else set()
        own = {n for n in own if not self._lost(registry.settings[n], base[n], {})}
        if record.sampler != model.record.sampler:
            own |= {"sampler", "schedule"}
        self._held = {name: base[name] for name in sorted(own) if name in base} | dict(wishes.held)
        self.left_out: list[LeftOut] = []

    def setting(self, setting: "Setting") -> Iterator[Plan]:
        """The plans of a setting's comparisons; what does not fit is noted."""
        asked = setting.id in self._wishes.settings
        why = not_swept(setting, self._record, self._model, self._wishes.given, asked=asked)
        if why is not None:
            self._leave(setting.id, why)
            return
        only = {one for one in self._wishes.comparisons if one.startswith(f"{setting.id}/")}
        for comparison in self._fitting_best(setting, only_first=not asked):
            name = f"{setting.id}/{comparison.id}"
            if only and name not in only:
                continue
            why = self._not_shown(comparison)
            if why is not None:
                self._leave(name, why)
                continue
            fitted = self._fitted(setting, comparison)
            if fitted is None:
                continue
            try:
                yield self._planned(setting, fitted)
            except PlanError as error:
                self._leave(name, str(error).partition(": ")[2] or str(error))

    def _leave(self, name: str, reason: str) -> None:
        self.left_out.append(LeftOut(name, reason))

    def _fitting_best(self, setting: "Setting", *, only_first: bool) -> list["Comparison"]:
        """Of each kind the comparisons whose own model is most like this one."""
        record = self._record

        def likeness(comparison: "Comparison") -> int:
            home = self._registry.models[comparison.models[0]]
            same = home.guidance == record.guidance
            return (
                2 * (home.distilled == record.distilled)
                + 2 * (home.prediction == record.prediction)
                + same
            )

        found: list[Comparison] = []
        for kind in ("runs", "filmstrip", "grid"):
            of_kind = [c for c in setting.comparisons if c.kind == kind]
            of_kind = [c for c in of_kind if c.task != "control" or self._wishes.given.controlnet]
            if of_kind:
                best = max(map(likeness, of_kind))
                alike = [c for c in of_kind if likeness(c) == best]
                found += alike[:1] if only_first else alike
        if not found:
            made = self._made(setting)
            found = [made] if made is not None else []
        return found

    def _made(self, setting: "Setting") -> "Comparison | None":
        """A sweep of a setting for which the records declare none."""
        from dialed.comparison_types import Axis, Comparison, Prompt

        own = self._base.get(setting.id)
        values = spread(setting, own) or list(self._wishes.values.get(setting.id, ()))
        if not values:
            self._leave(setting.id, "the records show no sweep of it; name values with --values")
            return None
        return Comparison(
            id="separate-runs",
            kind="runs",
            title=setting.title,
            lesson=setting.summary,
            axes=(Axis(setting=setting.id, values=tuple(values)),),
            prompts=(Prompt(id="first", text=PROMPT),),
            seeds=(SEED,),
            models=(self._record.id,),
        )

    def _not_shown(self, comparison: "Comparison") -> str | None:
        if comparison.task in {"image-to-image", "inpainting"}:
            tasks = {one.task for one in self._record.pipelines}
            if comparison.task not in tasks:
                return f"{self._record.title} has no pipeline for {comparison.task}"
        if any(axis.setting == "model" for axis in comparison.axes):
            return "it compares models of the registry, and this is one checkpoint"
        if comparison.kind == "filmstrip":
            decoder = self._model.configuration.part("vae").get("_class_name")
            if decoder != "AutoencoderKL":
                return f"states inside a run are decoded with AutoencoderKL, and this model has {decoder or 'another'}"
        return None

    def _fitted(self, setting: "Setting", comparison: "Comparison") -> "Comparison | None":
        home = self._registry.models[comparison.models[0]]
        # An adapter stands on its base model, and its record says little of its own.
        stands = home if home.base is None else self._registry.models[home.base]
        fit = Fitting(home, self._record, base_of(stands, {}, self._registry), self._base)
        name = f"{setting.id}/{comparison.id}"
        hold = self._hold(comparison.hold, fit)
        axes = []
        for axis in comparison.axes:
            swept = self._registry.settings[axis.setting]
            asked = swept.id in self._wishes.settings
            why = not_swept(swept, self._record, self._model, self._wishes.given, asked=asked)
            if why is not None:
                self._leave(name, f"{axis.setting}: {why}")
                return None
            values = self._values(swept, axis, fit, hold, comparison)
            if len(values) < 2:
                count = "no value" if not values else "only one value"
                self._leave(name, f"{count} of {axis.setting} fits {self._record.title}")
                return None
            axes.append(
                axis.model_copy(update={"values": tuple(values), "shown": (), "default": None})
            )
        init = comparison.init
        if init is not None:
            settings = self._hold(init.settings, fit)
            init = init.model_copy(update={"settings": settings, "model": None})
        return comparison.model_copy(
            update={
                "axes": tuple(axes),
                "hold": hold,
                "prompts": tuple(self._prompts(comparison)),
                "seeds": self._wishes.seeds or comparison.seeds[:1],
                "models": (self._record.id,),
                "init": init,
                "reference": None,
                "measure": (),
                "seen": (),
            }
        )

    def _prompts(self, comparison: "Comparison") -> "Iterator[Prompt]":
        first = comparison.prompts[0]
        negative = first.negative if self._wishes.negative is None else self._wishes.negative
        if not self._wishes.prompts:
            yield first.model_copy(update={"negative": negative})
            return
        for number, text in enumerate(self._wishes.prompts, 1):
            yield first.model_copy(
                update={"id": f"prompt-{number}", "text": text, "negative": negative}
            )

    def _hold(self, hold: Mapping[str, Scalar], fit: Fitting) -> dict[str, Scalar]:
        held: dict[str, Scalar] = {}
        for name, value in hold.items():
            setting = self._registry.settings[name]
            if any(part.setting == name for part in self._record.ignores):
                continue
            if value == fit.home_base.get(name) or name in self._held:
                continue  # what stands there anyway: the model's own stands in its place
            held[name] = fit.value(setting, value)
        return held | self._held

    def _values(
        self,
        swept: "Setting",
        axis: "Axis",
        fit: Fitting,
        hold: dict[str, Scalar],
        comparison: "Comparison",
    ) -> Sequence[Scalar]:
        if comparison.kind == "filmstrip":
            whole = int(fit.base.get("num_inference_steps", 25))
            before = int(comparison.hold["num_inference_steps"])
            steps = int(hold.setdefault("num_inference_steps", whole))
            shown = axis.shown or axis.values
            return sorted({round(int(step) * steps / before) for step in shown})
        chosen = self._wishes.values.get(swept.id)
        if chosen:
            return list(dict.fromkeys(chosen))
        fitted = fit.sweep(swept, axis.values if self._wishes.all_values else _few(axis))
        if swept.id in OWN_SETTINGS:
            return fitted
        lost = {value: self._lost(swept, value, hold) for value in fitted}
        reasons: dict[str, list[Scalar]] = {}
        for value, reason in lost.items():
            if reason:
                reasons.setdefault(reason, []).append(value)
        for reason, values in reasons.items():
            self._leave(f"{swept.id} = {', '.join(map(str, values))}", reason)
        return [value for value, reason in lost.items() if not reason]

    def _lost(self, swept: "Setting", value: Scalar, hold: Mapping[str, Scalar]) -> str:
        """Why diffusers cannot run this value on the model; empty where it can."""
        settings = {
            k: v for k, v in (dict(self._base) | dict(hold)).items() if k not in OWN_SETTINGS
        }
        settings |= {swept.id: value, "prompt": PROMPT}
        answer = dialed.translate(
            settings, to="diffusers", model=self._record.id, registry=self._registry
        )
        lost = (note for note in answer.notes if note.kind == "lost" and note.setting == swept.id)
        return next((note.message for note in lost), "") or without_levels(
            str(answer.payload["pipeline"]), str(answer.payload["scheduler"])
        )

    def _planned(self, setting: "Setting", comparison: "Comparison") -> Plan:
        changed = setting.model_copy(update={"comparisons": (comparison,)})
        registry = copy.copy(self._registry)
        settings, models = self._registry.settings, self._registry.models
        registry.settings = Records(
            tuple(settings), lambda name: changed if name == setting.id else settings[name]
        )
        registry.models = Records(
            tuple(models), lambda name: self._record if name == self._record.id else models[name]
        )
        made = plan(registry, {self._record.id: self._model.digest}, settings=[setting.id])
        return self._wishes.given.put_into(made)
