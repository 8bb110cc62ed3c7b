"""From the command line to a checkpoint that can be planned for, and to what a person wants to see of it."""

import argparse
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import dialed
from dialed_generator.errors import GeneratorError
from dialed_generator.folder import Folder
from dialed_generator.job import Scalar
from dialed_generator.own_model import Loading, Located, OwnModel, OwnModelError
from dialed_generator.own_model_base import base_of, record_of
from dialed_generator.own_model_digest import checkpoint_digest
from dialed_generator.own_model_reasons import Given
from dialed_generator.own_model_recognition import read_configuration, recognise
from dialed_generator.own_model_source import checked_file, checked_part, located
from dialed_generator.own_model_wishes import Wishes

if TYPE_CHECKING:
    from dialed import Registry
    from dialed.setting_types import Setting
    from dialed_generator.picture_measures import Picture


def prepared(
    loading: Loading,
    like: str | None,
    registry: "Registry",
    out: Folder | None,
    say: Callable[[str], None],
) -> OwnModel:
    """Find a checkpoint, check every file that is named, and recognise it. Nothing is loaded.

    Raises:
        WeightsError: A file is missing, truncated or unsafe, or nothing is known of the model.
        UnknownModelError: No record is called ``like``.
    """
    for lora in loading.loras:
        checked_file("--lora", lora.source)
    if loading.ip_adapter is not None:
        checked_file("--ip-adapter", loading.ip_adapter.source)
    if loading.controlnet is not None:
        checked_part("--controlnet", loading.controlnet)
    place = located(loading, say)
    folder = place.path
    if place.kind == "file":
        from dialed_generator.own_model_file import configuration_folder

        folder = configuration_folder(place.path, loading, say)
        loading = replace(loading, config=str(folder))
    configuration = read_configuration(folder)
    named = Located(folder.name, "folder", folder) if place.kind == "file" else place
    recognised = recognise(named, configuration, registry, like)
    return OwnModel(
        place, loading, configuration, recognised, checkpoint_digest(place, loading, out)
    )


def wishes_of(
    args: argparse.Namespace, model: OwnModel, registry: "Registry"
) -> "tuple[Wishes, dict[str, Picture]]":
    """What a person wants to see, with settings under their canonical ids, and the given picture by its digest.

    Raises:
        UnknownSettingError: A setting has no such name.
        OwnModelError: A picture is needed and not given, or a value is not one of its setting.
    """
    settings, comparisons = _chosen(args.setting, registry)
    held = _settings(args.set, registry)
    values: dict[str, tuple[Scalar, ...]] = {}
    for name, swept in args.values:
        each = [_settings([(name, value)], registry, "--values") for value in swept]
        (setting,) = each[0]
        values[setting] = tuple(one[setting] for one in each)
    for name in values:
        if name not in settings:
            settings.append(name)
    record = record_of(model, args.size, registry)
    base = base_of(record, held, registry)
    needs = _needs_picture(model)
    pictures: dict[str, Picture] = {}
    digest = None
    if args.image is not None:
        picture = _picture(args.image, (int(base["width"]), int(base["height"])))
        digest = hashlib.sha256(picture.tobytes() + str(picture.shape).encode()).hexdigest()
        pictures[digest] = picture
    elif needs:
        raise OwnModelError(f"{model.located.name}: {needs}; name a picture with --image FILE")
    given = Given(
        loras=bool(model.loading.loras),
        controlnet=_controlled(model) if model.loading.controlnet else "",
        ip_adapter=model.loading.ip_adapter is not None,
        picture=digest,
        pipeline=model.configuration.pipeline if _from_pictures(model) else "",
        mask=MASK if _paints(model) else None,
    )
    wishes = Wishes(
        settings=tuple(dict.fromkeys(settings)),
        comparisons=comparisons,
        prompts=tuple(args.prompt),
        negative=args.negative,
        seeds=tuple(dict.fromkeys(args.seed)),
        size=args.size,
        held=held,
        values=values,
        all_values=args.all_values,
        given=given,
    )
    return wishes, pictures


MASK = "ellipse 0.25 0.25 0.75 0.75"
"""What a model that only paints into pictures draws anew: the middle."""


def _chosen(names: list[str], registry: "Registry") -> tuple[list[str], frozenset[str]]:
    """Settings, and of those that stand as ``setting/comparison`` which comparisons are wanted."""
    settings, comparisons = [], set()
    for name in names:
        before, sign, comparison = name.partition("/")
        setting = dialed.resolve(before if sign else name, registry=registry)
        settings.append(setting.id)
        if sign:
            known = [one.id for one in setting.comparisons]
            if comparison not in known:
                raise OwnModelError(
                    f"--setting {name}: {setting.id} has no comparison {comparison!r}; it has {', '.join(known) or 'none'}"
                )
            comparisons.add(f"{setting.id}/{comparison}")
    return settings, frozenset(comparisons)


def _settings(
    pairs: Sequence[tuple[str, Scalar]], registry: "Registry", option: str = "--set"
) -> dict[str, Scalar]:
    """Values by canonical id, as numbers of the setting's kind and inside its limits."""
    return {
        setting.id: _value(setting, value, f"{option} {name}={value}")
        for name, value in pairs
        for setting in (dialed.resolve(name, registry=registry),)
    }


def _value(setting: "Setting", value: Scalar, place: str) -> Scalar:
    if setting.kind not in {"integer", "number"}:
        if (
            setting.limits is not None
            and setting.limits.choices
            and value not in setting.limits.choices
        ):
            known = ", ".join(map(str, setting.limits.choices))
            raise OwnModelError(f"{place}: {setting.title} is one of {known}; choose one of them")
        return str(value) if setting.kind in {"text", "choice"} else value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise OwnModelError(
            f"{place}: {setting.title} is a number, and {value!r} is none; write a number"
        )
    if setting.kind == "integer" and value != int(value):
        raise OwnModelError(f"{place}: {setting.title} is a whole number; write {round(value)}")
    limits = setting.limits
    low, high = (None, None) if limits is None else (limits.min, limits.max)
    if (low is not None and value < low) or (high is not None and value > high):
        raise OwnModelError(
            f"{place}: {setting.title} lies between {low} and {high}; choose a value in there"
        )
    return int(value) if setting.kind == "integer" else float(value)


def _controlled(model: OwnModel) -> str:
    name = model.configuration.pipeline
    return name if "ControlNet" in name else name.replace("Pipeline", "ControlNetPipeline")


def _from_pictures(model: OwnModel) -> bool:
    """Whether the checkpoint draws from pictures alone; one trained for control has input channels for its map."""
    name = model.configuration.pipeline
    return not model.record.text_to_image or ("Control" in name and "ControlNet" not in name)


def _paints(model: OwnModel) -> bool:
    return not model.record.text_to_image and any(
        word in model.configuration.pipeline for word in ("Inpaint", "Fill")
    )


def _needs_picture(model: OwnModel) -> str:
    if model.loading.controlnet is not None:
        return "--controlnet follows a picture"
    if model.loading.ip_adapter is not None:
        return "--ip-adapter looks at a picture"
    if _from_pictures(model):
        return f"a {model.configuration.pipeline} begins with a picture"
    return ""


def _picture(path: Path, size: tuple[int, int]) -> "Picture":
    import numpy as np
    from PIL import Image, ImageOps

    from dialed_generator import encoding

    try:
        data = path.read_bytes()
    except OSError as error:
        raise OwnModelError(
            f"--image {path} cannot be read ({error.strerror}); correct the path"
        ) from None
    try:
        decoded = encoding.decode(data, f"--image {path}")
    except GeneratorError:
        raise OwnModelError(
            f"--image {path} is not a picture that can be opened; name a PNG, JPEG, WebP or AVIF file"
        ) from None
    fitted = ImageOps.fit(Image.fromarray(decoded, "RGB"), size, Image.Resampling.LANCZOS)
    picture: Picture = np.asarray(fitted)
    return picture
