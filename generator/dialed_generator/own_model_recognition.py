"""What the registry takes a checkpoint for: by its name where it has one, else by its pipeline class and configuration."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dialed import UnknownModelError
from dialed_generator.own_model import Configuration, Located, OwnModelError, Recognised
from dialed_generator.weights import components

if TYPE_CHECKING:
    from dialed import Registry
    from dialed.model_types import Model

_MAX_BYTES = 2_000_000
_TASK_WORDS = re.compile(
    r"ControlNetUnion|ControlNet|Control|Img2Img|InpaintImg2Img|Inpainting|Inpaint|PAG|SAG|Combined"
)
_COMMON = {
    "DDIMScheduler",
    "DPMSolverMultistepScheduler",
    "EulerDiscreteScheduler",
    "FlowMatchEulerDiscreteScheduler",
    "PNDMScheduler",
}
"""Scheduler classes that so many models are published with that they tell none from another."""

_TEXT_ENCODER = re.compile(r"text_encoder(_\d+)?$")


def read_configuration(folder: Path) -> Configuration:
    """What a model folder says of itself.

    Raises:
        WeightsError: ``model_index.json`` is not the index of a diffusers model.
    """
    index_path = folder / "model_index.json"
    names = components(index_path)
    index = json.loads(index_path.read_bytes()[:_MAX_BYTES])
    parts = {}
    for name in names:
        for file in ("config.json", "scheduler_config.json"):
            content = _object(folder / name / file)
            if content is not None:
                parts[name] = content
    return Configuration(str(index["_class_name"]), index, parts)


def _object(path: Path) -> dict[str, Any] | None:
    try:
        with path.open("rb") as file:
            content = json.loads(file.read(_MAX_BYTES))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def recognise(
    located: Located, configuration: Configuration, registry: "Registry", told: str | None = None
) -> Recognised:
    """Find the record whose facts hold for a checkpoint.

    A hub id, the folder's name or the name inside ``model_index.json`` decides where it is a model's alias and the
    pipeline class fits. Else the class and the configuration do: guidance input, number of text encoders, channels,
    prediction and scheduler.

    Args:
        located: Its names.
        configuration: What it says of itself.
        registry: The records.
        told: Name of the model that a person says it is like.

    Raises:
        OwnModelError: No record has such a pipeline class.
        UnknownModelError: No record is called ``told``.
    """
    if told is not None:
        record = registry.model(told)
        if record.abstract:
            raise OwnModelError(
                f"--as {told} is a family, {record.title}; name one of its models: "
                + ", ".join(
                    m.id
                    for m in registry.models.values()
                    if m.family == record.id and not m.abstract
                )
            )
        _check_whole(record, configuration, located)
        return Recognised(record, f"you said so (--as {told})", exact=False)
    fitting = [
        record for record in registry.models.values() if _serves(record, configuration.pipeline)
    ]
    for name in _names(located, configuration):
        named = _named(name, registry)
        if named is not None and named in fitting:
            _check_whole(named, configuration, located)
            return Recognised(named, f"{name!r} is a name of {named.title}", exact=True)
    able = [record for record in fitting if record.base is None and not record.built_in]
    if not able:
        raise OwnModelError(_unknown(configuration.pipeline, located, registry))
    scored = [(_likeness(record, configuration, registry), record) for record in able]
    best = max(sum(points for points, _ in facts) for facts, _ in scored)
    equal = [(facts, r) for facts, r in scored if sum(points for points, _ in facts) == best]
    facts, record = min(equal, key=lambda pair: _plainness(pair[1]))
    _check_whole(record, configuration, located)
    seen = [why for points, why in facts if points > 0]
    how = ", ".join([f"pipeline class {configuration.pipeline}", *seen])
    if others := sorted(other.id for _, other in equal if other is not record):
        how += f"; the same holds for {', '.join(others)} (--as chooses)"
    return Recognised(record, how, exact=False)


def _check_whole(record: "Model", made: Configuration, located: Located) -> None:
    """Models of two stages come as two folders; a picture needs both."""
    names = [one.name for one in record.pipelines]
    if all("Combined" in name for name in names) and "Combined" not in made.pipeline:
        raise OwnModelError(
            f"--model {located.name} is a {made.pipeline}, one of the stages of {record.title}, and makes no picture alone; "
            f"name a folder that {names[0]}.save_pretrained(...) wrote"
        )


PRINCIPAL = frozenset({"sd15", "sd21", "sd35-large", "sdxl", "flux-dev"})
"""Models that most others of their configuration were fine-tuned from; they win where nothing else decides."""


def _plainness(record: "Model") -> tuple[bool, bool, int]:
    return (record.id not in PRINCIPAL, record.distilled, len(record.id))


def _names(located: Located, configuration: Configuration) -> Iterator[str]:
    if located.hub:
        yield located.hub
    inside = configuration.index.get("_name_or_path")
    if isinstance(inside, str) and inside:
        yield inside
    yield located.name


def _named(name: str, registry: "Registry") -> "Model | None":
    try:
        record = registry.model(name)
    except UnknownModelError:
        return None
    return None if record.abstract else record


def _serves(record: "Model", pipeline: str) -> bool:
    names = {one.name for one in record.pipelines}
    return not record.abstract and (
        pipeline in names or plain_class(pipeline) in map(plain_class, names)
    )


def plain_class(pipeline: str) -> str:
    """Name of a pipeline class without the words for its task."""
    return _TASK_WORDS.sub("", pipeline)


def _likeness(record: "Model", made: Configuration, registry: "Registry") -> list[tuple[int, str]]:
    """Points for and against a record, each with the fact that gave it."""
    found: list[tuple[int, str]] = []
    denoiser = made.part("transformer", "unet", "prior_prior", "prior", "decoder")
    scheduler = made.part("scheduler", "prior_scheduler")
    if "guidance_embeds" in denoiser:
        embeds = bool(denoiser["guidance_embeds"])
        fits = (record.guidance in {"embedded", "both"}) == embeds
        found.append((4 if fits else -4, f"guidance_embeds {str(embeds).lower()}"))
    elif denoiser.get("time_cond_proj_dim") is not None:
        fits = record.guidance in {"embedded", "both"}
        found.append((4 if fits else -4, "a guidance input in the UNet"))
    encoders = sum(
        _TEXT_ENCODER.match(name) is not None
        for name, value in made.index.items()
        if isinstance(value, list) and value and value[0]
    )
    if record.text_encoders and encoders:
        fits = len(record.text_encoders) == encoders
        found.append((2 if fits else -2, f"{encoders} text encoder{'s' if encoders > 1 else ''}"))
    if made.index.get("requires_aesthetics_score") is True:
        only_pictures = not record.text_to_image and record.pipelines[0].task == "image-to-image"
        found.append((6 if only_pictures else -2, "it reads aesthetic scores"))
    found += _channels(record, made, denoiser)
    found += _encoder_facts(record, made)
    prediction = _prediction(scheduler)
    if prediction is not None:
        found.append((3 if prediction == record.prediction else -5, f"prediction {prediction}"))
    equal = [
        n for n, v in record.scheduler_arguments.items() if n in scheduler and scheduler[n] == v
    ]
    other = [
        n for n, v in record.scheduler_arguments.items() if n in scheduler and scheduler[n] != v
    ]
    kind = str(scheduler.get("_class_name"))
    ours = registry.samplers.get(record.sampler)
    if kind not in _COMMON and ours is not None and any(one.name == kind for one in ours.diffusers):
        found.append((2, kind))
    if equal or other:
        found.append((bool(equal) - 2 * len(other), "the scheduler's configuration"))
    return found


def _channels(
    record: "Model", made: Configuration, denoiser: Mapping[str, Any]
) -> list[tuple[int, str]]:
    channels = denoiser.get("in_channels")
    latent = made.part("vae", "vqvae", "movq").get("latent_channels")
    if not isinstance(channels, int) or not isinstance(latent, int):
        return []
    # Pipelines that patch 2 x 2 latents into one token count four times as many.
    unit = latent if "unet" in made.parts else 4 * latent
    if channels <= unit:
        return (
            [(3 if record.text_to_image else -3, "it needs no picture")] if channels == unit else []
        )
    tasks = {one.task for one in record.pipelines}
    painted = channels in {2 * unit + 1, 2 * unit + 4, 6 * unit}
    wanted = "inpainting" if painted else "image-to-image"
    fits = not record.text_to_image and (wanted in tasks or "control" in tasks)
    return [(4 if fits else -4, f"{channels} input channels")]


def _encoder_facts(record: "Model", made: Configuration) -> list[tuple[int, str]]:
    # Stable Diffusion 1 and 2 share their pipeline class; OpenCLIP's activation tells them apart.
    act = made.part("text_encoder").get("hidden_act")
    if made.pipeline.startswith("StableDiffusion") and "text_encoder_2" not in made.index:
        second = record.family == "family-sd2"
        if act in {"gelu", "quick_gelu"} and record.family in {"family-sd1", "family-sd2"}:
            return [(4 if second == (act == "gelu") else -4, f"text encoder with {act}")]
    return []


def _prediction(scheduler: Mapping[str, Any]) -> str | None:
    kind = scheduler.get("prediction_type")
    if kind == "flow_prediction" or str(scheduler.get("_class_name", "")).startswith("FlowMatch"):
        return "flow"
    return str(kind) if kind in {"epsilon", "v_prediction", "sample"} else None


def _unknown(pipeline: str, located: Located, registry: "Registry") -> str:
    from dialed.suggestion import near

    classes = sorted({one.name for record in registry.models.values() for one in record.pipelines})
    like = near(pipeline, classes)
    hint = f" (near: {', '.join(like[:3])})" if like else ""
    return (
        f"--model {located.name}: its pipeline class {pipeline!r} belongs to no model of the registry{hint}, so nothing is "
        f"known of what it takes ({located.path / 'model_index.json'}); say what it is like with --as MODEL (`dialed "
        "models` lists them)"
    )
