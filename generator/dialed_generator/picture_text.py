"""The settings inside a published picture: infotext, which image tools read from EXIF."""

import json

import dialed
from dialed_generator.job import Job

KEY_NAME = "Dialed key"


def infotext(job: Job) -> str:
    """The job as AUTOMATIC1111 would write it, with the first 16 digits of its key.

    What infotext has no name for stands under its canonical id, so nothing that decides the pixels is left out.
    """
    settings = {**job.settings, "model": job.model}
    written = dialed.translate(settings, to="a1111", model=job.model)
    lost = {note.setting for note in written.notes if note.kind == "lost"}
    added: dict[str, object] = {name: value for name, value in settings.items() if name in lost}
    if job.step is not None:
        added["Step shown"] = job.step
    if job.mask is not None:
        added["Mask"] = job.mask
    if job.view is not None:
        added["View"] = job.view
    added[KEY_NAME] = job.key[:16]
    return ", ".join(
        [written.text, *(f"{name}: {_quoted(value)}" for name, value in added.items())]
    )


def _quoted(value: object) -> str:
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if any(mark in text for mark in ',\n:"') else text
