"""What `dialed images ...` does: each function takes the parsed arguments and gives the exit status."""

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from dialed import Registry
    from dialed_generator.building import Summary
    from dialed_generator.places import Places
    from dialed_generator.planning import Plan

INTERRUPTED = 130

MEAN_BYTES = 2900.0
"""What an image of 128 pixels weighs, its WebP included where it has one, until there are some to weigh."""


def _say(line: str) -> None:
    print(line, file=sys.stderr)


def _answer(args: argparse.Namespace, content: Any, text: list[str]) -> None:
    if args.format == "json":
        print(json.dumps(content, ensure_ascii=False))
    else:
        print("\n".join(text))


def _places(args: argparse.Namespace) -> "Places":
    from dialed_generator.places import Places, find_root

    root = args.root.resolve() if args.root else find_root()
    return Places(root, args.weights, getattr(args, "store", None))


def _registry(args: argparse.Namespace) -> "Registry":
    import dialed

    return dialed.load_records(args.records) if args.records else dialed.registry


class _Planned(NamedTuple):
    plan: "Plan"
    places: "Places"
    force: list[str]
    unusable: list[str]


def _digests(registry: "Registry", places: "Places") -> tuple[dict[str, str], list[str]]:
    # The built-in models must be there; any other model joins as soon as somebody has its weights.
    from dialed_generator.errors import WeightsError
    from dialed_generator.weights import weights_digest

    shown = [c for setting in registry.settings.values() for c in setting.comparisons]
    wanted: set[str] = set()
    for comparison in shown:
        wanted |= {name for model in comparison.models for name in comparison.drawn_by(model)}
    found, faults = {}, []
    for model in sorted(wanted):
        folder = places.model_folder(model)
        if registry.models[model].built_in or folder.is_dir():
            try:
                found[model] = weights_digest(folder)
            except WeightsError as error:
                faults.append(error)
    if faults and not found:
        raise faults[0]
    return found, [
        f"{error}; comparisons that need this model are left as they are" for error in faults
    ]


def _planned(
    args: argparse.Namespace, names: list[str], forced: list[str] | None = None
) -> _Planned:
    import dialed
    from dialed_generator.planning import plan

    registry, places = _registry(args), _places(args)
    chosen = [dialed.resolve(name, registry=registry).id for name in names]
    force = [dialed.resolve(name, registry=registry).id for name in forced or []]
    settings = [*chosen, *force] if chosen else []
    digests, unusable = _digests(registry, places)
    for line in unusable:
        _say(f"error: {line}")
    return _Planned(plan(registry, digests, settings=settings), places, force, unusable)


def _mean_bytes(places: "Places") -> float:
    from dialed_generator.manifest import FILE_NAME, read_manifest

    images = read_manifest(places.published / FILE_NAME).images.values()
    sizes = [sum(file.bytes for file in image.files) for image in images]
    return sum(sizes) / len(sizes) if sizes else MEAN_BYTES


def plan(args: argparse.Namespace) -> int:
    """Say which images the records ask for, and warn of budgets."""
    whole, places, _, _ = _planned(args, args.setting)
    warnings = whole.warnings(_mean_bytes(places))
    runs = len({job.run for job in whole.jobs.values()})
    text = [
        f"{comparison.name}: {len(comparison.cells)} pictures, {len({c.key for c in comparison.cells})} images"
        for comparison in whole.comparisons
    ]
    text += [f"{name}: skipped, its model is not here" for name in whole.skipped]
    text.append(
        f"{len(whole.jobs)} images of {runs} runs in all; pictures that several comparisons share count once"
    )
    content = {
        "images": len(whole.jobs),
        "runs": runs,
        "comparisons": {c.name: len(c.cells) for c in whole.comparisons},
        "skipped": list(whole.skipped),
        "warnings": warnings,
        "jobs": [{"key": job.key, **job.content()} for job in whole.jobs.values()],
    }
    for warning in warnings:
        _say(f"warning: {warning}")
    _answer(args, content, text)
    return 0


def status(args: argparse.Namespace) -> int:
    """Say of each image whether it is made; 1 where one is not."""
    if args.model is not None:
        from dialed_generator import own_model_command

        return own_model_command.status(args)
    from dialed_generator.job import describe
    from dialed_generator.manifest import FILE_NAME, read_manifest
    from dialed_generator.status import compare

    whole, places, _, unusable = _planned(args, args.setting)
    found = compare(whole, read_manifest(places.published / FILE_NAME), places.published)
    counts, stale = found.counts(), found.stale()
    text = [f"{describe(whole.jobs[key])}: {reason}" for key, reason in stale.items()]
    text += [f"{count} images: {reason}" for reason, count in counts.items()]
    content = {"counts": counts, "stale": stale}
    if args.store:
        # Only names are looked at, so that a store of a million images answers too.
        kept = len(whole.jobs.keys() & set(places.store.keys()))
        text.append(f"{kept} of {len(whole.jobs)} masters are in {places.store.folder!r}")
        content["masters"] = kept
    _answer(args, content, text)
    return 1 if stale or unusable else 0


def build(args: argparse.Namespace) -> int:
    """Render, publish and measure what is stale; 1 where an image failed."""
    if args.model is not None:
        from dialed_generator import own_model_command

        return own_model_command.build(args)
    # With --setting only those settings are looked at, and those that are forced.
    whole, places, force, unusable = _planned(args, args.setting, args.force)
    from dialed_generator.building import Build
    from dialed_generator.engine_choice import engine_of
    from dialed_generator.one_at_a_time import one_at_a_time

    builder = Build(places, whole, engine_of(args, places, _say), say=_say)
    with one_at_a_time(
        places.lock, lambda: _say("another build is running here; waiting for it to end")
    ):
        summary = builder.run(force=force, masters=args.masters, limit=args.limit)
    _tell(summary, args)
    if summary.interrupted:
        return INTERRUPTED
    return 1 if summary.failures or unusable else 0


def _tell(summary: "Summary", args: argparse.Namespace) -> None:
    if summary.interrupted:
        _say("stopped; everything finished so far is kept, run it again to go on")
    if summary.forced:
        _say(
            f"{summary.identical} of {summary.forced} images that were rendered anew are equal to the bit"
        )
    if summary.left:
        _say(f"{summary.left} stale images are left for another run")
    content = {
        "rendered": summary.rendered,
        "reused": summary.reused,
        "failed": len(summary.failures),
        "seconds": round(summary.seconds, 2),
    }
    stale = (
        "nothing is stale"
        if not (summary.rendered or summary.failures or summary.left)
        else (f"{summary.rendered} images rendered")
    )
    text = (
        f"{stale}, {summary.reused} reused, {len(summary.failures)} failed, {summary.seconds:.1f} s"
    )
    _answer(args, content, [text])


def verify(args: argparse.Namespace) -> int:
    """Check what is published; 1 where anything is at fault."""
    from dialed_generator.verifying import problems, render_again, sample

    places = _places(args)
    manifest, found = problems(places)
    masters = places.store.inspect()
    found += [
        f"store: {fault}; `dialed images gc` removes it, `build --masters` makes it anew"
        for fault in masters.faults
    ]
    proofs = []
    if args.rerender:
        from dialed_generator.rendering.local import local_renderer
        from dialed_generator.weights import weights_digest

        entries = sample(manifest, args.rerender)
        weights = {
            name: weights_digest(places.model_folder(name)) for name in {e.model for e in entries}
        }
        proofs = render_again(
            places, manifest, entries, weights, local_renderer(places, args.device)
        )
    text = list(found)
    for proof in proofs:
        told = proof.fault or (
            "infinite dB, equal" if proof.decibels == float("inf") else f"{proof.decibels:.1f} dB"
        )
        text.append(
            f"{proof.key[:16]} rendered again: {told}{'' if proof.ok else ' (wants 40 dB)'}"
        )
    bad = len(found) + sum(not proof.ok for proof in proofs)
    text.append(
        f"{len(manifest.images)} images, {masters.whole} masters, {len(found)} faults, "
        f"{len(proofs)} rendered again"
    )
    content = {
        "images": len(manifest.images),
        "masters": masters.whole,
        "problems": found,
        "rerendered": [
            {
                "key": p.key,
                "psnr_db": None if p.decibels == float("inf") else round(p.decibels, 2),
                "equal": p.decibels == float("inf"),
                "ok": p.ok,
                "fault": p.fault,
            }
            for p in proofs
        ],
    }
    _answer(args, content, text)
    return 1 if bad else 0


def gc(args: argparse.Namespace) -> int:
    """Remove what no comparison needs any more."""
    from dialed_generator.one_at_a_time import one_at_a_time
    from dialed_generator.removing import not_needed, remove

    whole, places, _, unusable = _planned(args, [])
    if args.dry_run:
        removal = not_needed(whole, places)
    else:
        with one_at_a_time(
            places.lock, lambda: _say("a build is running here; waiting for it to end")
        ):
            removal = remove(whole, places)
    done = "would be removed" if args.dry_run else "removed"
    text = [f"{name} {done}" for name in (*removal.comparisons, *removal.published)]
    text.append(
        f"{len(removal.images)} images, {len(removal.comparisons)} comparisons, {len(removal.published)} published "
        f"files and {len(removal.stored)} files of the store {done}"
    )
    content = {
        "images": list(removal.images),
        "comparisons": list(removal.comparisons),
        "published": list(removal.published),
        "stored": list(removal.stored),
        "dry_run": args.dry_run,
    }
    _answer(args, content, text)
    return 1 if unusable else 0
