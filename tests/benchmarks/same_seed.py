"""How far pictures of one seed lie apart when something else than the settings changes; figures of `docs/same-seed.md`.

python tests/benchmarks/same_seed.py docs/assets/same-seed.json
"""

import argparse
import dataclasses
import json
import statistics
import warnings
from collections.abc import Callable
from pathlib import Path

import torch

import dialed
from dialed_generator.job import Job
from dialed_generator.picture_measures import Picture, psnr
from dialed_generator.places import Places, find_root
from dialed_generator.planning import plan
from dialed_generator.rendering.batches import batches
from dialed_generator.rendering.loading import LoadedModels, environment, quiet_libraries
from dialed_generator.rendering.precision import Precision
from dialed_generator.rendering.renderer import Failed, Renderer, checked
from dialed_generator.rendering.scheduling import scheduler_for

MODEL = "vignette"


def no_picture(_key: str) -> Picture | None:
    """None of these images starts from another."""
    return None


def drawn(
    models: LoadedModels,
    jobs: list[Job],
    *,
    size: int = 1,
    threads: int = 1,
    precision: Precision = "float32",
) -> list[Picture]:
    """Pictures of the renderer."""
    torch.set_num_threads(threads)
    made = {}
    for batch in batches(jobs, size):
        for result in Renderer(models, no_picture, precision).render(batch):
            if isinstance(result, Failed):
                raise SystemExit(result.reason)
            made[result.job.key] = result.picture
    return [made[job.key] for job in jobs]


def drawn_in(models: LoadedModels, jobs: list[Job], kind: torch.dtype) -> list[Picture]:
    """Pictures of a pipeline that is loaded in another format throughout."""
    torch.set_num_threads(1)
    made = []
    for job in jobs:
        pipeline, own = models.pipeline(job)
        pipeline.to(kind)
        pipeline.scheduler = scheduler_for(job, own)
        generator = torch.Generator("cpu").manual_seed(job.seed)
        with torch.inference_mode(), quiet_libraries():
            image = pipeline(**job.call, generator=generator, output_type="pt").images[0]
        made.append(checked(image.float()))
    return made


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path)
    parser.add_argument("--images", type=int, default=8)
    args = parser.parse_args()
    places = Places(find_root())
    models, other = (LoadedModels(places.model_folder) for _ in range(2))
    whole = plan(dialed.registry, {MODEL: "any"}, settings=["seed"])
    jobs = [job for job in whole.jobs.values() if job.pipeline == "StableDiffusionPipeline"]
    jobs = [dataclasses.replace(job) for job in jobs if job.init is None][: args.images]
    base = drawn(models, jobs)
    ways: dict[str, Callable[[], list[Picture]]] = {
        "the same again": lambda: drawn(models, jobs),
        "8 at once": lambda: drawn(models, jobs, size=8),
        "2 threads": lambda: drawn(models, jobs, threads=2),
        "inner layers in bfloat16": lambda: drawn(models, jobs, precision="bfloat16"),
        "bfloat16 throughout": lambda: drawn_in(other, jobs, torch.bfloat16),
        "float16 throughout": lambda: drawn_in(
            LoadedModels(places.model_folder), jobs, torch.float16
        ),
        "the next seed": lambda: drawn(
            models, [dataclasses.replace(job, seed=job.seed + 1000) for job in jobs]
        ),
    }
    rows: list[dict[str, object]] = []
    for name, way in ways.items():
        try:
            pictures = way()
        except (RuntimeError, ValueError) as error:
            print(name, error)
            continue
        found = [psnr(one, there) for one, there in zip(base, pictures, strict=True)]
        near = [value for value in found if value != float("inf")]
        rows.append(
            {
                "name": name,
                "equal": len(found) - len(near),
                "worst_db": round(min(near), 1) if near else None,
                "median_db": round(statistics.median(near), 1) if near else None,
            }
        )
        print(rows[-1], flush=True)
        write(args.target, len(jobs), rows)


def write(target: Path, images: int, rows: list[dict[str, object]]) -> None:
    """Write what is measured so far."""
    machine = environment("cpu").model_dump(mode="json", exclude={"threads", "dtype"})
    content = {"images": images, "environment": machine, "rows": rows}
    target.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
