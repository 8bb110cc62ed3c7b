"""`dialed images build --model ...` and `status --model ...`: a sheet of somebody's own checkpoint."""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import dialed
from dialed_generator.folder import Folder
from dialed_generator.job import Job, describe
from dialed_generator.own_model import OwnModel, OwnModelError
from dialed_generator.own_model_arguments import loading_of
from dialed_generator.own_model_building import OwnBuild, missing, store_in
from dialed_generator.own_model_planning import own_plan
from dialed_generator.own_model_preparing import prepared, wishes_of
from dialed_generator.own_model_wishes import OwnPlan

if TYPE_CHECKING:
    from dialed import Registry
    from dialed_generator.manifest import Environment
    from dialed_generator.own_model_building import Made
    from dialed_generator.picture_measures import Picture
    from dialed_generator.rendering.renderer import Renderer

INTERRUPTED = 130


@dataclass(frozen=True)
class _Asked:
    model: OwnModel
    planned: OwnPlan
    registry: "Registry"
    given: "dict[str, Picture]"
    out: Folder


def _tell(line: str) -> None:
    print(line, file=sys.stderr)


def _asked(args: argparse.Namespace) -> _Asked:
    if args.out is None:
        raise OwnModelError(
            "--model draws a sheet of your own checkpoint and needs a place for it; name a folder with --out"
        )
    registry = dialed.load_records(args.records) if args.records else dialed.registry
    out = Folder(args.out)
    model = prepared(loading_of(args), args.like, registry, out, _tell)
    wishes, given = wishes_of(args, model, registry)
    return _Asked(model, own_plan(model, wishes, registry), registry, given, out)


def build(args: argparse.Namespace) -> int:
    """Draw what is missing and write the sheet; 1 where an image failed."""
    asked = _asked(args)
    if args.dry_run or args.estimate:
        return _foretell(asked, args)
    from dialed_generator.one_at_a_time import one_at_a_time
    from dialed_generator.own_model_sheet import write_sheet

    lines = args.format == "json"
    _say_plan(asked, args)
    builder = OwnBuild(
        store_in(asked.out),
        asked.given,
        batch_size=1 if args.ip_adapter else args.batch_size,
        event=_event if lines else _complain,
    )
    lock = asked.out.path / ".dialed" / "build.lock"
    with one_at_a_time(lock, lambda: _tell("another build writes there; waiting for it to end")):
        made = builder.run(asked.planned.plan, renderer_of(asked.model, asked.given, args.threads))
        files = write_sheet(asked.model, asked.planned, made, asked.registry, args)
    _summary(asked, made, files, args)
    if made.interrupted:
        return INTERRUPTED
    return 1 if made.failed or not asked.planned.plan.jobs else 0


def status(args: argparse.Namespace) -> int:
    """Say of each image whether it is made; 1 where one is not."""
    asked = _asked(args)
    plan = asked.planned.plan
    missed = missing(plan, store_in(asked.out))
    if args.format == "json":
        content = {"counts": {"made": len(plan.jobs) - len(missed), "new": len(missed)}}
        print(json.dumps(content | {"stale": {job.key: "new" for job in missed}}))
    else:
        for job in missed:
            print(f"{describe(job)}: new")
        print(f"{len(plan.jobs) - len(missed)} images: made")
        if missed:
            print(f"{len(missed)} images: new")
    return 1 if missed else 0


def renderer_of(
    model: OwnModel, given: "dict[str, Picture]", threads: int | None = None
) -> "Callable[[Callable[[str], Picture | None]], tuple[Renderer, Environment]]":
    """A maker of renderers for a checkpoint; the checkpoint is loaded when the maker is called."""

    def make(inits: "Callable[[str], Picture | None]") -> "tuple[Renderer, Environment]":
        from PIL import Image

        from dialed_generator.rendering.loading_own import OwnPipelines
        from dialed_generator.rendering.renderer import Renderer

        if threads:
            import torch

            torch.set_num_threads(threads)
        looked_at = next(iter(given.values()), None) if model.loading.ip_adapter else None
        models: Any = OwnPipelines(
            model, None if looked_at is None else Image.fromarray(looked_at, "RGB")
        )
        _ = models.loaded  # a checkpoint that cannot be loaded fails once, not image by image
        return Renderer(models, inits), models.environment()

    return make


def _foretell(asked: _Asked, args: argparse.Namespace) -> int:
    from dialed_generator.own_model_estimate import estimate, model_calls

    plan = asked.planned.plan
    missed = missing(plan, store_in(asked.out))
    calls = model_calls(missed, asked.registry)
    content: dict[str, Any] = {
        "event": "plan",
        **_plan_content(asked),
        "images": len(plan.jobs),
        "missing": len(missed),
        "model_calls": calls,
    }
    text = [
        *_plan_text(asked),
        f"{len(plan.jobs)} images, {len(missed)} of them to be made, {calls} model calls",
    ]
    if args.estimate and missed:
        told = estimate(
            missed,
            asked.registry,
            store_in(asked.out),
            renderer_of(asked.model, asked.given, args.threads),
        )
        content["seconds"], content["measured"] = round(told.seconds, 1), told.how
        text.append(f"about {_minutes(told.seconds)} on {args.device}: {told.how}")
    print(json.dumps(content, ensure_ascii=False) if args.format == "json" else "\n".join(text))
    return 0


def _minutes(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def _plan_content(asked: _Asked) -> dict[str, Any]:
    model = asked.model
    return {
        "model": model.located.name,
        "revision": model.located.revision,
        "read_as": model.record.id,
        "because": model.recognised.how,
        "weights": model.digest,
        "comparisons": {one.name: len(one.cells) for one in asked.planned.plan.comparisons},
        "left_out": {one.name: one.reason for one in asked.planned.left_out},
    }


def _plan_text(asked: _Asked) -> list[str]:
    model = asked.model
    return [
        f"{model.located.name}: read as {model.record.title} ({model.record.id}): {model.recognised.how}",
        *(f"{one.name}: {len(one.cells)} pictures" for one in asked.planned.plan.comparisons),
        *(f"{one.name}: left out: {one.reason}" for one in asked.planned.left_out),
    ]


def _say_plan(asked: _Asked, args: argparse.Namespace) -> None:
    if args.format == "json":
        content = {"event": "plan", **_plan_content(asked), "images": len(asked.planned.plan.jobs)}
        print(json.dumps(content, ensure_ascii=False), flush=True)
    else:
        for line in _plan_text(asked):
            _tell(line)


def _event(job: Job, what: str, detail: float | str) -> None:
    content: dict[str, Any] = {"event": "image", "key": job.key, "state": what}
    content["reason" if what == "failed" else "seconds"] = detail
    print(json.dumps(content, ensure_ascii=False), flush=True)


def _complain(job: Job, what: str, detail: float | str) -> None:
    if what == "failed":
        _tell(f"failed: {describe(job)}: {detail}")


def _summary(asked: _Asked, made: "Made", files: list[str], args: argparse.Namespace) -> None:
    reasons: dict[str, int] = {}
    for _, reason in made.failed:
        reasons[reason] = reasons.get(reason, 0) + 1
    if args.format == "json":
        content = {
            "event": "summary",
            "made": made.made,
            "reused": made.reused,
            "failed": len(made.failed),
            "reasons": reasons,
            "seconds": round(made.seconds, 2),
            "interrupted": made.interrupted,
            "files": files,
        }
        print(json.dumps(content, ensure_ascii=False), flush=True)
        return
    if made.interrupted:
        _tell("stopped; everything finished so far is kept, run it again to go on")
    print(
        f"{made.made} images made, {made.reused} reused, {len(made.failed)} failed, {made.seconds:.1f} s"
    )
    for reason, count in reasons.items():
        print(f"  {count} failed: {reason}")
    if not asked.planned.plan.jobs:
        print("nothing to draw: every comparison was left out, see the reasons above")
    print(f"{asked.out.path / 'index.html'} and {len(files) - 1} more files")
