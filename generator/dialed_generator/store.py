"""The store of lossless masters: every image that was rendered on this machine, and how.

``images/ab/abcd….png`` are named by the SHA-256 of their own bytes, ``jobs/12/1234….json`` by the key of the
job. A job's file is written after its image and names it by hash; so a job is either there with a whole image
or not there, whatever killed the writer, and two processes can write the same job without harm.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from dialed_generator.folder import Folder


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


class Store:
    """Masters by key in a folder.

    Args:
        folder: Where it lives; made on the first write.
    """

    def __init__(self, folder: Folder) -> None:
        self.folder = folder

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
        text = json.dumps(asdict(master), sort_keys=True, indent=1, allow_nan=False)
        self.folder.write(_job_name(master.key), text.encode("utf-8"))

    def master(self, key: str) -> Master | None:
        """What is known about a job; None where it was never rendered or its file is damaged."""
        data = self.folder.read(_job_name(key))
        if data is None:
            return None
        try:
            master = Master(**json.loads(data))
        except (ValueError, TypeError):
            return None
        return master if master.key == key else None

    def image(self, key: str) -> bytes | None:
        """The PNG of a job; None where it is missing or its bytes do not match their hash."""
        master = self.master(key)
        if master is None:
            return None
        data = self.folder.read(_image_name(master.image))
        if data is None or hashlib.sha256(data).hexdigest() != master.image:
            return None
        return data

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and self.image(key) is not None

    def keys(self) -> Iterator[str]:
        """Keys of all jobs with a file, whole or not."""
        for name in self.folder.names():
            if name.startswith("jobs/"):
                yield name.rpartition("/")[2].removesuffix(".json")

    def unused(self, wanted: set[str]) -> list[str]:
        """Names of files that no wanted job needs: other jobs, their images, damaged and unfinished files."""
        needed: set[str] = set()
        for key in wanted:
            if self.image(key) is not None and (master := self.master(key)) is not None:
                needed |= {_job_name(key), _image_name(master.image)}
        return [name for name in (*self.folder.names(), *self.folder.parts()) if name not in needed]


def _job_name(key: str) -> str:
    return f"jobs/{key[:2]}/{key}.json"


def _image_name(digest: str) -> str:
    return f"images/{digest[:2]}/{digest}.png"
