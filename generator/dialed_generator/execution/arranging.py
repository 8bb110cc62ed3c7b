"""From canonical settings to what a pipeline is given: arguments of the call, scheduler, methods called before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import dialed
from dialed.errors import InvalidValueError
from dialed.execution_facts import NO_ARGUMENT
from dialed.value_conversion import Converter
from dialed_generator.execution.routes import Route, accepted, routes_of, stepped, takes

if TYPE_CHECKING:
    from dialed.setting_types import Setting

THROUGH_SCHEDULER = frozenset({"sampler", "schedule"})
"""Settings that together are a scheduler class with arguments: `dialed.translate` writes them."""


@dataclass
class Arrangement:
    """One run of a pipeline, written out.

    Attributes:
        call: Arguments of the call.
        scheduler: Name of the scheduler class; None for the pipeline's own.
        scheduler_arguments: Arguments over the pipeline's own scheduler configuration.
        methods: Method -> arguments, called before the run.
        seed: Seed of the generator.
        written: Setting -> where it was written.
        missing: Setting -> why it could not be written.
        output: Form of the result.
        readable: Whether the CLIP encoders lend their last norm under the name that diffusers looks for.
    """

    call: dict[str, Any] = field(default_factory=dict)
    scheduler: str | None = None
    scheduler_arguments: dict[str, Any] = field(default_factory=dict)
    methods: dict[str, dict[str, Any]] = field(default_factory=dict)
    seed: int = 11
    written: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    output: str = "latent"
    readable: bool = False

    @property
    def key(self) -> str:
        """Equal for arrangements that give the same run."""
        parts = (self.call, self.scheduler, self.scheduler_arguments, self.methods)
        return repr((*parts, self.seed, self.output, self.readable))


class Arranger:
    """Writes canonical settings for one pipeline.

    Args:
        pipeline: Class of the pipeline.
        scheduler: Class of the pipeline's own scheduler.
        model: Id of the model record that it stands for, where there is one.
    """

    def __init__(self, pipeline: type, scheduler: type | None, model: str | None) -> None:
        self._pipeline, self._scheduler, self._model = pipeline, scheduler, model
        self._converter = Converter(dialed.registry.written)
        self._routes: dict[str, list[Route]] = {}

    def routes(self, identifier: str) -> list[Route]:
        """The routes of a setting for this pipeline."""
        if identifier not in self._routes:
            setting = dialed.registry.settings[identifier]
            self._routes[identifier] = routes_of(setting, self._pipeline, self._model)
        return self._routes[identifier]

    def arrange(self, settings: Mapping[str, Any], sampler: str | None = None) -> Arrangement:
        """Write ``settings``.

        Args:
            settings: Canonical ids and values.
            sampler: Sampler to change to where the own scheduler lacks an argument that is asked for.
        """
        made = Arrangement()
        if "seed" in settings:
            made.seed, made.written["seed"] = settings["seed"], "call: generator"
        chosen = {name: settings[name] for name in settings if name in THROUGH_SCHEDULER}
        if sampler is not None and "sampler" not in chosen and self._own_lacks(settings):
            chosen["sampler"] = sampler
        if chosen and self._scheduler is not None:
            self._choose_scheduler(chosen, made)
        for identifier, value in settings.items():
            if identifier in THROUGH_SCHEDULER or identifier == "seed":
                continue
            self._write(dialed.registry.settings[identifier], value, settings, made)
        return made

    def _own_lacks(self, settings: Mapping[str, Any]) -> bool:
        for identifier in settings:
            ways = [] if identifier in THROUGH_SCHEDULER else self.routes(identifier)
            if any(way.kind == "call" for way in ways):
                continue
            ours = [way for way in ways if way.kind == "scheduler"]
            if ours and not any(self._scheduler and takes(self._scheduler, way) for way in ours):
                return True
        return False

    def _choose_scheduler(self, chosen: Mapping[str, Any], made: Arrangement) -> None:
        translated = dialed.translate(chosen, to="diffusers", model=self._model)
        lost = {note.setting: note.message for note in translated.notes if note.kind == "lost"}
        name = translated.payload["scheduler"]
        if name is None or "sampler" in lost:
            for setting in chosen:
                made.missing[setting] = lost.get("sampler", "no scheduler class")
            return
        made.scheduler = name
        made.scheduler_arguments |= translated.payload["scheduler_arguments"]
        for setting in chosen:
            if setting in lost:
                made.missing[setting] = lost[setting]
            else:
                made.written[setting] = f"scheduler: {name}"

    def _write(
        self, setting: Setting, value: Any, settings: Mapping[str, Any], made: Arrangement
    ) -> None:
        for way in self.routes(setting.id):
            place: dict[str, Any]
            if way.kind == "call":
                place = made.call
            elif way.kind == "method":
                place = made.methods.setdefault(way.method, {})
            else:
                scheduler = self.scheduler_class(made)
                if scheduler is None or not takes(scheduler, way):
                    continue
                place = made.scheduler_arguments
            try:
                converted = self._converter.from_canonical(setting, way.alias, settings)
            except InvalidValueError as error:
                made.missing[setting.id] = f"{value!r} cannot be written: {error.rule}"
                return
            if isinstance(converted, float) and setting.kind == "integer":
                converted = int(converted) if converted.is_integer() else converted
            place[way.name] = converted
            made.written[setting.id] = (
                f"{scheduler.__name__}: {way.name}" if way.kind == "scheduler" else str(way)
            )
            return
        made.missing[setting.id] = self._why_missing(setting.id, made)

    def _why_missing(self, identifier: str, made: Arrangement) -> str:
        scheduler = self.scheduler_class(made)
        for way in self.routes(identifier):
            if way.kind == "scheduler" and scheduler and way.name in stepped(scheduler):
                return f"{scheduler.__name__}.step takes {way.name}, and the pipeline does not hand it over"
        return NO_ARGUMENT

    def scheduler_class(self, made: Arrangement) -> Any:
        """The scheduler class of a run."""
        import diffusers

        return getattr(diffusers, made.scheduler) if made.scheduler else self._scheduler

    def scheduler_of(self, made: Arrangement, own: Mapping[str, Any]) -> Any:
        """The scheduler of a run, made from the pipeline's own configuration."""
        scheduler = self.scheduler_class(made)
        arguments = dict(made.scheduler_arguments)
        if "noise_sampler_seed" in accepted(scheduler):
            arguments.setdefault("noise_sampler_seed", made.seed)
        return scheduler.from_config(dict(own), **arguments)
