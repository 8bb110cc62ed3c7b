"""Which images are made and which are not, and for each of the latter the reason."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from dialed_generator.job import Job, Scalar, canonical_json
from dialed_generator.manifest import ImageEntry, Manifest
from dialed_generator.planning import Plan

MADE = "made"
FORCED = "forced"


@dataclass(frozen=True)
class Status:
    """Reason by key of job: ``made``, or why it must be made."""

    reasons: Mapping[str, str]

    def stale(self) -> dict[str, str]:
        """Jobs that are not made, in the order of the plan, each with its reason."""
        return {key: reason for key, reason in self.reasons.items() if reason != MADE}

    def counts(self) -> dict[str, int]:
        """How many jobs there are of each reason."""
        counts: dict[str, int] = {}
        for reason in self.reasons.values():
            counts[reason] = counts.get(reason, 0) + 1
        return dict(sorted(counts.items(), key=lambda item: (item[0] != MADE, item[0])))


def compare(
    plan: Plan, manifest: Manifest, published: Path, *, force: Iterable[str] = ()
) -> Status:
    """Compare a plan with what is published.

    A job is made when the manifest names its key and every published file of it matches its hash. Reasons for
    the others: ``new``, ``missing`` (a file), ``corrupt`` (a file), ``weights changed``, ``renderer 1 -> 2``,
    ``settings changed: guidance_scale 4 -> 5``, ``forced``.

    Args:
        plan: What there should be.
        manifest: What there is.
        published: Folder of the manifest.
        force: Settings whose images shall be made anew, whatever their state.
    """
    forced = set(force)
    keys = {
        key
        for comparison in plan.comparisons
        if comparison.setting in forced
        for key in (*(cell.key for cell in comparison.cells), comparison.init)
    }
    before = _before(plan, manifest)
    row = plan.row()
    reasons = {}
    for key, job in plan.jobs.items():
        if key in keys:
            reasons[key] = FORCED
        elif (entry := manifest.images.get(key)) is not None:
            lacks_webp = key in row and all(file.format != "webp" for file in entry.files)
            reasons[key] = file_fault(entry, published) or ("missing" if lacks_webp else MADE)
        else:
            reasons[key] = _reason(job, before.get(key))
    return Status(reasons)


def file_fault(entry: ImageEntry, published: Path) -> str | None:
    """``missing`` or ``corrupt`` where a published file of an image is so; None where all are well."""
    return next((fault for _, fault in file_faults(entry, published)), None)


def file_faults(entry: ImageEntry, published: Path) -> Iterator[tuple[str, str]]:
    """Path and ``missing`` or ``corrupt`` for each published file of an image that is so."""
    for file in entry.files:
        try:
            data = (published / file.path).read_bytes()
        except OSError:
            yield file.path, "missing"
            continue
        if len(data) != file.bytes or hashlib.sha256(data).hexdigest() != file.sha256:
            yield file.path, "corrupt"


def _before(plan: Plan, manifest: Manifest) -> dict[str, ImageEntry]:
    # The image that stands today in the place of a planned one, to say what differs.
    found: dict[str, ImageEntry] = {}
    for comparison in plan.comparisons:
        old = manifest.comparisons.get(comparison.name)
        if old is None:
            continue
        places = {(cell.prompt, cell.seed, cell.values): cell.image for cell in old.cells}
        for cell in comparison.cells:
            if (key := places.get((cell.prompt, cell.seed, cell.values))) in manifest.images:
                found.setdefault(cell.key, manifest.images[key])
        if comparison.init and old.init in manifest.images:
            found.setdefault(comparison.init, manifest.images[old.init])
    return found


def _reason(job: Job, before: ImageEntry | None) -> str:
    if before is None:
        return "new"
    if before.weights != job.weights:
        return "weights changed"
    if before.renderer != job.renderer:
        return f"renderer {before.renderer} -> {job.renderer}"
    changed = [
        f"{name} {_shown(before.settings, name)} -> {_shown(job.settings, name)}"
        for name in sorted({*before.settings, *job.settings})
        if before.settings.get(name) != job.settings.get(name)
    ]
    if changed:
        return "settings changed: " + ", ".join(changed)
    if before.init != job.init:
        return "init image changed"
    return "translation changed"


def _shown(settings: Mapping[str, Scalar], name: str) -> str:
    return canonical_json(settings[name]) if name in settings else "unset"
