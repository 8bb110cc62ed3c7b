"""The store of lossless masters: every image that was rendered, and how.

``images/ab/abcd….png`` are named by the SHA-256 of their own bytes, ``jobs/12/1234….json`` by the key of the
job, and hold the SHA-256 of their own content. A job's file is written after its image and names it by hash; so a job is either there with a whole image
or not there, whatever killed the writer. Nobody needs a lock: two processes on one machine or on a hundred can
write the same job without harm, because equal images have equal names and of two files of a job one stays, whole.
"""

import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from dialed_generator.folder import Files
from dialed_generator.job import canonical_json

YOUNG = 3600.0
"""Seconds for which a file of a shared store is left alone: somebody may be about to name it."""


@dataclass(frozen=True)
class Master:
    """What the store knows about one rendered image.

    Attributes:
        key: Key of the job.
        image: SHA-256 of the PNG file.
        pixels: SHA-256 of the raw RGB bytes, rows from the top.
        width: In pixels.
        height: In pixels.
        seconds: This image's share of its batch.
        model_calls: Evaluations of the denoiser for this image.
        environment: Device, dtype, threads and library versions.
        made: Day, ISO format.
        job: Content of the job, for people and for a later look.
    """

    key: str
    image: str
    pixels: str
    width: int
    height: int
    seconds: float
    model_calls: float
    environment: dict[str, Any]
    made: str
    job: dict[str, Any]


@dataclass(frozen=True)
class Inspection:
    """What a look at every file of a store found.

    Attributes:
        whole: Jobs whose file and image are as they should be.
        faults: One line for each file that is damaged or missing.
        unnamed: Files that no job names: left by writers that were killed, and harmless.
    """

    whole: int
    faults: tuple[str, ...]
    unnamed: int


class Store:
    """Masters by key in a folder.

    Args:
        folder: Where it lives; made on the first write.
        shared: Whether builds of other folders or machines may write there at the same time.
    """

    def __init__(self, folder: Files, *, shared: bool = False) -> None:
        self.folder = folder
        self.shared = shared

    def put(self, master: Master, png: bytes) -> None:
        """Keep one image. ``master.image`` must be the hash of ``png``.

        Raises:
            StorageError: It could not be written; the store is as it was.
            ValueError: The hash is not that of the bytes.
        """
        if hashlib.sha256(png).hexdigest() != master.image:
            raise ValueError(
                f"the image of job {master.key} does not have the hash that its master states"
            )
        self.folder.write(_image_name(master.image), png)
        content = asdict(master)
        content["sha256"] = _digest(content)
        text = json.dumps(content, sort_keys=True, indent=1, allow_nan=False)
        self.folder.write(_job_name(master.key), text.encode("utf-8"))

    def master(self, key: str) -> Master | None:
        """What is known about a job; None where it was never rendered or its file is damaged."""
        data = self.folder.read(_job_name(key))
        if data is None:
            return None
        try:
            content = json.loads(data)
            written = content.pop("sha256", None)  # files of older versions have none
            master = Master(**content)
        except (ValueError, TypeError, AttributeError):
            return None
        whole = written is None or written == _digest(content)
        return master if whole and master.key == key else None

    def get(self, key: str) -> tuple[Master, bytes] | None:
        """What is known about a job, and its PNG; None where either is missing or damaged."""
        master = self.master(key)
        if master is None:
            return None
        data = self.folder.read(_image_name(master.image))
        if data is None or hashlib.sha256(data).hexdigest() != master.image:
            return None
        return master, data

    def image(self, key: str) -> bytes | None:
        """The PNG of a job; None where it is missing or its bytes do not match their hash."""
        found = self.get(key)
        return None if found is None else found[1]

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self.get(key) is not None

    def keys(self) -> Iterator[str]:
        """Keys of all jobs with a file, whole or not."""
        for name in self.folder.names("jobs"):
            yield name.rpartition("/")[2].removesuffix(".json")

    def unused(self, wanted: set[str]) -> list[str]:
        """Names of files that no wanted job needs: other jobs, their images, damaged and unfinished files.

        In a shared store files of the last hour are not among them: another build may be writing them.
        """
        needed: set[str] = set()
        for key in wanted:
            if (found := self.get(key)) is not None:
                needed |= {_job_name(key), _image_name(found[0].image)}
        files = (*self.folder.names(), *self.folder.parts())
        return [name for name in files if name not in needed and not self._young(name)]

    def _young(self, name: str) -> bool:
        if not self.shared:
            return False
        changed = self.folder.changed(name)
        return changed is None or time.time() - changed < YOUNG

    def inspect(self) -> Inspection:
        """Read every file and hold it against its name; nothing is changed.

        Raises:
            StorageError: The place cannot be read at all.
        """
        faults, named, whole = [], set(), 0
        images = self.folder.names("images")
        for name in images:
            data = self.folder.read(name)
            digest = name.rpartition("/")[2].removesuffix(".png")
            if data is not None and hashlib.sha256(data).hexdigest() != digest:
                faults.append(f"{name} is corrupt: its {len(data)} bytes do not have that hash")
        bad, there = {fault.partition(" ")[0] for fault in faults}, set(images)
        for key in self.keys():
            master = self.master(key)
            if master is None or _key_of(master) != key:
                faults.append(f"{_job_name(key)} is corrupt: it does not hold the job of that key")
                continue
            image = _image_name(master.image)
            named.add(image)
            if image not in there:
                faults.append(f"{_job_name(key)} names {image}, which is missing")
            elif image not in bad:
                whole += 1
        unnamed = len(there - named - bad) + len(self.folder.parts())
        return Inspection(whole, tuple(faults), unnamed)


def _key_of(master: Master) -> str:
    return _digest(master.job)


def _digest(content: dict[str, Any]) -> str:
    return hashlib.sha256(canonical_json(content).encode("ascii")).hexdigest()


def _job_name(key: str) -> str:
    return f"jobs/{key[:2]}/{key}.json"


def _image_name(digest: str) -> str:
    return f"images/{digest[:2]}/{digest}.png"
