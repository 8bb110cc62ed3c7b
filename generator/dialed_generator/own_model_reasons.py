"""Why a setting is not swept on a checkpoint: its family ignores it, its pipeline refuses it, or something is not given."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dialed_generator.job import Job
from dialed_generator.own_model import OwnModel
from dialed_generator.own_settings import OWN_SETTINGS, WEIGHED, WRITTEN
from dialed_generator.planning import Plan, PlannedComparison

if TYPE_CHECKING:
    from dialed.execution_facts import Verdict
    from dialed.model_types import Model
    from dialed.setting_types import Setting

CONTROL = frozenset(
    {
        "controlnet_conditioning_scale",
        "control_guidance_start",
        "control_guidance_end",
        "control_mode",
    }
)
IMAGE_PROMPT = frozenset({"ip_adapter_scale"})
ADAPTED = CONTROL | IMAGE_PROMPT | {"lora_scale"}
"""Settings of something that is put on a model, which its own record cannot know of."""

NOT_ASKED = frozenset(
    {"model", "vae", "loras", "model_hash", "refiner_model", "lora_scale_per_lora"}
)


@dataclass(frozen=True)
class Given:
    """What was put on the checkpoint, and the picture that its runs are given.

    Attributes:
        loras: Whether it has LoRAs.
        controlnet: Pipeline class of a ControlNet over it, or empty.
        ip_adapter: Whether it has an IP-Adapter.
        picture: Digest of the picture that is given to every run, or None.
        pipeline: Class that takes the picture, where the model draws from pictures alone; empty for others.
        mask: What such a model draws anew, where it paints into the picture.
    """

    loras: bool = False
    controlnet: str = ""
    ip_adapter: bool = False
    picture: str | None = None
    pipeline: str = ""
    mask: str | None = None

    def put_into(self, made: Plan) -> Plan:
        """The plan with the given picture in its jobs, and without pictures that were to be drawn first."""
        if self.picture is None:
            return made
        shown = {cell.key for one in made.comparisons for cell in one.cells}
        change = {key: self._changed(job) for key, job in made.jobs.items() if key in shown}
        return _rekeyed(made, change)

    def _changed(self, job: Job) -> Job:
        pipeline = self.controlnet or self.pipeline
        if job.task not in {"text-to-image", "control"} or not pipeline:
            # Where the records draw a first picture, the given one stands in its place.
            return replace(job, init=self.picture) if job.init is not None else job
        return replace(
            job, pipeline=pipeline, task="with-picture", init=self.picture, mask=self.mask
        )


def _rekeyed(made: Plan, change: Mapping[str, Job]) -> Plan:
    keys = {old: job.key for old, job in change.items()}

    def moved(one: PlannedComparison) -> PlannedComparison:
        cells = tuple(replace(cell, key=keys[cell.key]) for cell in one.cells)
        return replace(one, cells=cells, init=None)

    return Plan({job.key: job for job in change.values()}, tuple(map(moved, made.comparisons)))


# Read in diffusers 0.42.1: these classes make noise levels of their own, and this scheduler's set_timesteps takes none.
_OWN_LEVELS = (
    *("Bria", "Chroma", "ErnieImage", "Flux", "HunyuanImage", "Krea2", "LongCat", "Lumina2"),
    *("OmniGen", "OvisImage", "QwenImage"),
)
_NO_LEVELS = frozenset({"FlowMatchHeunDiscreteScheduler"})


def without_levels(pipeline: str, scheduler: str) -> str:
    """Why a scheduler cannot run in a pipeline that hands its own noise levels over; empty where it can."""
    if scheduler not in _NO_LEVELS or not pipeline.startswith(_OWN_LEVELS):
        return ""
    return f"{pipeline} makes its own noise levels, and {scheduler} takes none from it"


def not_swept(
    setting: "Setting", record: "Model", model: OwnModel, given: Given, *, asked: bool
) -> str | None:
    """Why a setting is not swept, or None where it is.

    Args:
        setting: The setting.
        record: The record that the checkpoint is planned with.
        model: The checkpoint.
        given: What was put on it.
        asked: Whether a person named the setting.
    """
    if setting.id in NOT_ASKED:
        return "it chooses files, not a value; give them on the command line"
    missing = {
        "lora_scale": None if given.loras else "no LoRA is on the model (--lora FILE)",
        **dict.fromkeys(
            CONTROL,
            None if given.controlnet else "no ControlNet is on the model (--controlnet FOLDER)",
        ),
        **dict.fromkeys(
            IMAGE_PROMPT,
            None if given.ip_adapter else "no IP-Adapter is on the model (--ip-adapter FILE)",
        ),
    }
    if setting.id in missing:
        return missing[setting.id]
    for part in record.ignores:
        if part.setting == setting.id:
            return f"{record.title} ignores it: {part.why}"
    plain = model.configuration.pipeline == "StableDiffusionPipeline"
    if setting.id in OWN_SETTINGS - WEIGHED - WRITTEN and not plain:
        return (
            f"{model.configuration.pipeline} has no argument for it; this generator applies it itself to "
            "StableDiffusionPipeline only"
        )
    if setting.id == "guidance_scale" and record.guidance in {"none", "embedded"} and not asked:
        return f"{record.title} was trained without classifier-free guidance; --setting guidance_scale shows what it does all the same"
    verdict = _ran(record, setting.id)
    # Where a class fails on clip_skip with a newer transformers, the renderer lends it what it looks for.
    if verdict is not None and setting.id not in OWN_SETTINGS | {"clip_skip"}:
        where = f" ({verdict.detail})" if verdict.detail else ""
        said = {
            "ignored": f"running {record.title}'s pipeline class with two values of it gave the same picture to the last bit{where}",
            "refused": f"{record.title}'s pipeline class refuses it{where}",
            "missing": f"{record.title}'s pipeline class has no such argument{where}",
        }
        return said.get(verdict.answer)
    return None


def _ran(record: "Model", setting: str) -> "Verdict | None":
    """What running the real pipeline classes at tiny size showed of a setting; one class that uses it is enough."""
    found = [row[setting] for row in _rows().get(record.id, ()) if setting in row]
    if any(verdict.answer == "used" for verdict in found):
        return None
    return found[0] if found else None


@functools.cache
def _rows() -> "Mapping[str, list[Mapping[str, Verdict]]]":
    from dialed.errors import DialedError
    from dialed.execution_facts import read_table

    try:
        table = read_table()
    except DialedError:
        return {}
    found: dict[str, list[Mapping[str, Verdict]]] = {}
    # Text-to-image first: its answer is the one that is told.
    for row in sorted(table.rows.values(), key=lambda row: row.task != "text-to-image"):
        for name in row.stands_for:
            found.setdefault(name, []).append(row.verdicts)
    return found
