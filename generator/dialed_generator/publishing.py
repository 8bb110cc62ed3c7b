"""From masters to what the site shows: encoded files, and their entries in the manifest."""

import datetime
import hashlib
import json
from typing import Any

from dialed_generator import encoding
from dialed_generator.folder import Folder
from dialed_generator.job import Job, Task
from dialed_generator.manifest import (
    FILE_NAME,
    Environment,
    ImageEntry,
    Manifest,
    Provenance,
    PublishedFile,
    manifest_text,
)
from dialed_generator.measuring import measure_image
from dialed_generator.picture_measures import Picture
from dialed_generator.picture_text import infotext
from dialed_generator.store import Master


def file_name(key: str, ending: str) -> str:
    """Name of a published file below the folder of the manifest."""
    return f"{key[:2]}/{key[:16]}.{ending}"


def publish_files(
    folder: Folder, job: Job, picture: Picture, *, with_webp: bool
) -> tuple[PublishedFile, ...]:
    """Encode a picture at its own size and write it: AVIF, and WebP where a page shows it without choice.

    Both hold the settings as infotext.

    Raises:
        StorageError: It could not be written.
    """
    comment = infotext(job)
    encoded = {"avif": encoding.avif(picture, comment)} | (
        {"webp": encoding.webp(picture, comment)} if with_webp else {}
    )
    files = []
    for ending, data in encoded.items():
        name = file_name(job.key, ending)
        folder.write(name, data)
        height, width = picture.shape[:2]
        files.append(
            PublishedFile.model_validate(
                {
                    "path": name,
                    "format": ending,
                    "width": width,
                    "height": height,
                    "bytes": len(data),
                    "sha256": hashlib.sha256(data).hexdigest(),
                }
            )
        )
    return tuple(files)


def environment_id(environment: dict[str, Any]) -> str:
    """Short name of a machine with its libraries, equal for equal ones."""
    return hashlib.sha256(json.dumps(environment, sort_keys=True).encode("utf-8")).hexdigest()[:8]


def image_entry(
    job: Job, master: Master, picture: Picture, files: tuple[PublishedFile, ...]
) -> ImageEntry:
    """What the manifest says about an image."""
    return ImageEntry(
        key=job.key,
        model=job.model,
        weights=job.weights,
        pipeline=job.pipeline,
        task=job.task,
        settings=dict(job.settings),
        diffusers={
            "scheduler": job.scheduler,
            "scheduler_arguments": dict(job.scheduler_arguments),
            "call": dict(job.call),
            "generator_seed": job.seed,
        },
        renderer=job.renderer,
        steps_run=job.steps_run,
        step=job.step,
        init=job.init,
        mask=job.mask,
        view=job.view,
        files=files,
        placeholder=encoding.placeholder(picture),
        pixels_sha256=master.pixels,
        measured=measure_image(picture),
        provenance=Provenance(
            environment=environment_id(master.environment),
            seconds=round(master.seconds, 4),
            model_calls=master.model_calls,
            made=datetime.date.fromisoformat(master.made),
        ),
    )


def job_of(entry: ImageEntry) -> Job:
    """The job that made a published image, from its entry alone.

    Raises:
        TypeError: The entry does not hold what a job needs.
    """
    seen = entry.diffusers
    scheduler, seed = seen.get("scheduler"), seen.get("generator_seed")
    arguments, call = seen.get("scheduler_arguments"), seen.get("call")
    if not (isinstance(scheduler, str) and isinstance(seed, int)):
        raise TypeError("diffusers.scheduler or diffusers.generator_seed is missing")
    if not (isinstance(arguments, dict) and isinstance(call, dict)):
        raise TypeError("diffusers.scheduler_arguments or diffusers.call is missing")
    task: Task = entry.task
    return Job(
        model=entry.model,
        weights=entry.weights,
        pipeline=entry.pipeline,
        task=task,
        scheduler=scheduler,
        scheduler_arguments=arguments,
        call=call,
        seed=seed,
        settings=entry.settings,
        step=entry.step,
        init=entry.init,
        mask=entry.mask,
        view=entry.view,
        renderer=entry.renderer,
    )


def new_master(
    job: Job,
    picture: Picture,
    png: bytes,
    *,
    seconds: float,
    model_calls: float,
    environment: Environment,
) -> Master:
    """What the store keeps about an image that was just rendered."""
    height, width = picture.shape[:2]
    return Master(
        key=job.key,
        image=hashlib.sha256(png).hexdigest(),
        pixels=encoding.pixel_hash(picture),
        width=width,
        height=height,
        seconds=seconds,
        model_calls=model_calls,
        environment=environment.model_dump(mode="json"),
        made=datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        job=job.content(),
    )


def write_manifest(folder: Folder, manifest: Manifest) -> None:
    """Write the manifest in its stable order, without environments that no image names.

    Raises:
        StorageError: It could not be written; the one before is untouched.
    """
    used = {entry.provenance.environment for entry in manifest.images.values()}
    kept = {name: place for name, place in manifest.environments.items() if name in used}
    folder.write(
        FILE_NAME, manifest_text(manifest.model_copy(update={"environments": kept})).encode("utf-8")
    )
