"""Puts the probes to one tiny model and says what it answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import dialed
from dialed.errors import UnknownModelError
from dialed.execution_facts import Verdict
from dialed_generator.execution.arranging import Arrangement
from dialed_generator.execution.probe_types import Probe
from dialed_generator.execution.probes import PROBES
from dialed_generator.execution.running import Outcome, Runs

if TYPE_CHECKING:
    from dialed.model_types import Model
    from dialed_generator.tiny import TinyModel

UNGOVERNED = "draws noise that the call's generator does not govern: without torch.manual_seed the same call twice differs"

_FIRST: dict[str, Any] = {"seed": 11}


def record_of(tiny: TinyModel) -> Model | None:
    """The model record that the library is asked about."""
    for name in tiny.stands_for:
        try:
            return dialed.registry.model(name)
        except UnknownModelError:
            continue
    return None


class Judge:
    """Judges the settings of one tiny model.

    Args:
        tiny: The pipeline to ask.

    Attributes:
        record: The model record that the library is asked about; None where there is none.
        runs: What ran.
        note: What is odd about the pipeline as such.
    """

    def __init__(self, tiny: TinyModel) -> None:
        self.tiny = tiny
        self.record = record_of(tiny)
        self.runs = Runs(tiny, self.record.id if self.record is not None else None)
        self.note = ""
        self._guidance = self._own_guidance()
        self._silent = self._why_silent()

    def _own_guidance(self) -> dict[str, Any]:
        """The guidance that a model without any is run at, where a vendor names one."""
        if self.record is None or self.record.guidance != "none":
            return {}
        stated = dialed.defaults(self.record.id).get("guidance_scale")
        return {} if stated is None else {"guidance_scale": stated.value}

    def _why_silent(self) -> str:
        """Why no verdict can be given at all; empty where the pipeline answers."""
        plain = self._arranged({})
        first, again = self.runs.run(plain), self.runs.run(plain, again=True)
        if first.values is None:
            return f"it does not run: {first.reason}"
        if not first.same_as(again):
            self.note = UNGOVERNED
            self.runs.steady_from_now()
            first, again = self.runs.run(plain), self.runs.run(plain, again=True)
            if not first.same_as(again):
                return "the same run twice differs"
        if self.runs.run(self._arranged({"seed": 12})).same_as(first):
            return "the seed changes nothing"
        told = self.tiny.call()
        if "prompt" in told:
            other = self._arranged({"prompt": "two blue boats at night"})
            if self.runs.run(other).same_as(first):
                return "the prompt changes nothing"
        return ""

    def _arranged(self, settings: Mapping[str, Any], probe: Probe | None = None) -> Arrangement:
        sampler = probe.sampler if probe is not None else None
        made = self.runs.arranger.arrange(_FIRST | self._guidance | dict(settings), sampler)
        made.output = (probe.output if probe is not None else None) or self.tiny.output
        if probe is not None:
            import inspect

            taken = inspect.signature(self.runs.pipeline_class.__call__).parameters
            made.call |= {k: v for k, v in probe.arguments.items() if k in taken}
        return made

    def verdicts(self, settings: Iterable[str] = PROBES) -> dict[str, Verdict]:
        """The verdict on each setting."""
        return {name: self.verdict(PROBES[name]) for name in settings}

    def verdict(self, probe: Probe) -> Verdict:
        """Put one probe."""
        if self._silent:
            return Verdict("unprobed", self._silent)
        values = self._two_values(probe)
        context = dict(probe.context) | dict(self.tiny.context.get(probe.setting, {}))
        first = self._of_this_model(probe, context)
        answer = self._first_not_refused((values, *probe.otherwise), probe, first)
        if first != context and answer.answer == "ignored":
            raised = self._compared(probe, values, context)
            if raised.answer == "used":
                given = self._guidance["guidance_scale"]
                return Verdict(
                    "ignored",
                    f"{answer.detail}; at this model's own guidance_scale {given:g}. Raised to "
                    f"{context['guidance_scale']:g} it acts",
                )
        return answer

    def can_write(self, settings: Mapping[str, Any]) -> bool:
        """Whether this pipeline can be given ``settings`` at all; None stands for one that is left out."""
        given = {name: value for name, value in settings.items() if value is not None}
        return not set(given) & set(self._arranged(given).missing)

    def verdict_with(
        self, probe: Probe, given: Mapping[str, Any], values: tuple[Any, Any] | None = None
    ) -> Verdict:
        """Put a probe with further settings over its context.

        Args:
            probe: What to ask.
            given: Canonical id -> value; None takes a setting of the context out.
            values: Two other values of the setting.
        """
        if self._silent:
            return Verdict("unprobed", self._silent)
        context = dict(probe.context) | dict(self.tiny.context.get(probe.setting, {})) | dict(given)
        context = {k: v for k, v in context.items() if v is not None and k != probe.setting}
        return self._compared(probe, values or self._two_values(probe), context)

    def _two_values(self, probe: Probe) -> tuple[Any, Any]:
        flow = self.record is not None and self.record.prediction == "flow"
        values = probe.flow_values if flow and probe.flow_values is not None else probe.values
        return self.tiny.values.get(probe.setting, values)

    def _first_not_refused(
        self, pairs: Iterable[tuple[Any, Any]], probe: Probe, context: Mapping[str, Any]
    ) -> Verdict:
        """The verdict on the first pair of values that the pipeline takes; the first refusal is told with it."""
        refused: list[Verdict] = []
        for values in pairs:
            answer = self._compared(probe, values, context)
            if answer.answer not in {"refused", "missing"}:
                if refused:
                    return replace(answer, detail=f"{answer.detail}; other values are refused")
                return answer
            refused.append(answer)
        return refused[0]

    def _of_this_model(self, probe: Probe, context: dict[str, Any]) -> dict[str, Any]:
        """The context without guidance that the model is not made for."""
        if not self._guidance or probe.setting == "guidance_scale":
            return context
        return {name: value for name, value in context.items() if name != "guidance_scale"}

    def _compared(
        self, probe: Probe, values: tuple[Any, Any], context: Mapping[str, Any]
    ) -> Verdict:
        if self.record is None and self._needs_record(probe, context):
            return Verdict("unprobed", "no record of this model says which schedulers it runs with")
        made = [self._arranged({**context, probe.setting: value}, probe) for value in values]
        missing = made[0].missing.get(probe.setting) or made[1].missing.get(probe.setting)
        if missing:
            return Verdict("missing", missing)
        outcomes = [self.runs.run(arrangement) for arrangement in made]
        faults = [outcome.reason for outcome in outcomes if outcome.values is None]
        where = made[0].written[probe.setting]
        if not faults:
            return Verdict("ignored" if outcomes[0].same_as(outcomes[1]) else "used", where)
        for outcome in outcomes:
            if not outcome.asked:
                return Verdict("unprobed", outcome.reason)
        refused = self._refused(probe, context, faults, where)
        return replace(refused, detail=refused.detail + self._with_readable_layers(probe, made))

    def _needs_record(self, probe: Probe, context: Mapping[str, Any]) -> bool:
        """Whether the library has to choose a scheduler for a flow model, which it knows by the record alone."""
        own = self.runs.scheduler
        flow = own is not None and own.__name__.startswith("FlowMatch")
        return flow and bool(probe.sampler or {"sampler", "schedule"} & {probe.setting, *context})

    def _refused(
        self, probe: Probe, context: Mapping[str, Any], faults: list[str], where: str
    ) -> Verdict:
        """A run raised: because of the setting, or because of what was given beside it?"""
        alone: Outcome = self.runs.run(self._arranged(context, probe))
        if alone.values is None and context:
            return Verdict("unprobed", f"what must be given beside it is refused: {alone.reason}")
        return Verdict("refused", f"{where}; {faults[0]}")

    def _with_readable_layers(self, probe: Probe, made: list[Arrangement]) -> str:
        """What becomes of ``clip_skip`` when the encoder's last norm has its old name again.

        diffusers 0.42.1 looks for it where transformers 5 no longer has it (`rendering.clip_skip`).
        """
        if probe.setting != "clip_skip":
            return ""
        outcomes = [self.runs.run(replace(arrangement, readable=True)) for arrangement in made]
        if any(outcome.values is None for outcome in outcomes):
            return ""
        answer = "ignored" if outcomes[0].same_as(outcomes[1]) else "used"
        return f"; {answer} once the encoder's last norm has its name of transformers 4 again"
