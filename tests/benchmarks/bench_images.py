"""What makes the default plan fast, factor by factor, against one plain `pipe()` call after the other.

Everything is measured in one run on one machine. The baseline is what a careful person writes: one loaded pipeline
in float32 with torch's own choice of threads, each distinct job once, the batching that guidance itself does.
The images are a random sample of the batches that `dialed images build` would render, all of them new.

    python tests/benchmarks/bench_images.py --batches 12 --rounds 3
"""

import argparse
import json
import os
import random
import statistics
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from torch.utils.flop_counter import FlopCounterMode

import dialed
from dialed_generator import encoding
from dialed_generator.job import Job
from dialed_generator.manifest import read_manifest
from dialed_generator.measuring import measure_image
from dialed_generator.outcomes import mastered
from dialed_generator.picture_measures import Picture, psnr
from dialed_generator.places import Places, find_root
from dialed_generator.planning import plan
from dialed_generator.process_engine import crew
from dialed_generator.rendering.batches import Batch, Run, batches
from dialed_generator.rendering.loading import LoadedModels, environment, quiet_libraries
from dialed_generator.rendering.local import local_renderer
from dialed_generator.rendering.precision import Precision
from dialed_generator.rendering.renderer import Failed, Rendered, Renderer, checked
from dialed_generator.rendering.scheduling import scheduler_for
from dialed_generator.weights import weights_digest

Made = dict[str, Picture]
HERE = environment("cpu")


def with_files(results: Sequence[Rendered | Failed]) -> Made:
    """What a build does with pictures: lossless master, published files, placeholder, hash, measures."""
    made = {}
    for result in results:
        if isinstance(result, Failed):
            sys.exit(f"{result.job.key[:16]}: {result.reason}")
        mastered(result, HERE)
        encoding.avif(result.picture)
        encoding.placeholder(result.picture)
        measure_image(result.picture)
        made[result.job.key] = result.picture
    return made


def one_by_one(renderer: Renderer, sample: list[Batch]) -> Made:
    """Each run by a call of its own."""
    made: Made = {}
    for batch in sample:
        for run in batch.runs:
            made |= with_files(renderer.render(Batch((Run(run.jobs[:1]),))))
    return made


def together(renderer: Renderer, sample: list[Batch]) -> Made:
    """Batches through the model of this process."""
    made: Made = {}
    for batch in sample:
        made |= with_files(renderer.render(batch))
    return made


class Crew:
    """Processes that render, warm, as the engine of a build keeps them."""

    def __init__(self, places: Places, count: int, precision: Precision) -> None:
        self._workers = crew(local_renderer(places, "cpu", 1, precision), count)
        self._places = places

    def __call__(self, sample: list[Batch]) -> Made:
        """Render a sample; this process writes files meanwhile."""
        from multiprocessing.connection import wait

        left = list(sample)
        busy: dict[Any, Batch] = {}
        made: Made = {}
        while left or busy:
            for worker in self._workers:
                if left and worker.line not in busy:
                    batch = left.pop(0)
                    starts = {job.init for job in batch.jobs if job.init}
                    images = {key: self._places.store.image(key) for key in starts}
                    worker.line.send((batch, images))
                    busy[worker.line] = batch
            for line in [one for one in busy if one in wait(list(busy))]:
                results, _environment = line.recv()
                del busy[line]
                made |= with_files(results)
        return made

    def end(self) -> None:
        """End the processes."""
        for worker in self._workers:
            worker.process.terminate()


def plain_call(models: LoadedModels, job: Job) -> Picture:
    """What `pipe(**job)` gives, with no code of ours around it."""
    pipeline, own = models.pipeline(job)
    with torch.inference_mode(), quiet_libraries():
        pipeline.scheduler = scheduler_for(job, own)
        generator = torch.Generator("cpu").manual_seed(job.seed)
        image = pipeline(**job.call, generator=generator, output_type="pt").images[0]
    return checked(image.float().cpu())


def shortest(work: Callable[[], Any], times: int = 5) -> float:
    """Shortest processor time of this process in seconds."""
    work()
    taken = []
    for _ in range(times):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return min(taken)


def limit(models: LoadedModels, job: Job) -> dict[str, float]:
    """Seconds of the U-Net against its counted operations over the measured rate of matrix products, one thread."""
    torch.set_num_threads(1)
    pipeline, _ = models.pipeline(job)
    unet = pipeline.unet
    latents = torch.randn(16, unet.config.in_channels, 16, 16)
    words = torch.randn(16, 77, unet.config.cross_attention_dim)
    step = torch.tensor(500)
    with torch.no_grad(), FlopCounterMode(display=False) as counted:
        unet(latents, step, words)
    found: dict[str, float] = {"gflop_of_a_call": counted.get_total_flops() / 16 / 1e9}
    with torch.inference_mode():
        found["unet_ms_of_a_call"] = shortest(lambda: unet(latents, step, words)) / 16 * 1e3
        for name, kind in (("float32", torch.float32), ("bfloat16", torch.bfloat16)):
            one, other = (torch.randn(512, 512, dtype=kind) for _ in range(2))
            seconds = shortest(lambda one=one, other=other: [one @ other for _ in range(20)]) / 20  # type: ignore[misc]
            found[f"{name}_gflops"] = 2 * 512**3 / seconds / 1e9
        coded = torch.randn(8, unet.config.in_channels, 16, 16)
        found["decode_ms"] = shortest(lambda: pipeline.vae.decode(coded), 3) / 8 * 1e3
        text = ["a red house by a lake at sunset, pine trees"]
        found["prompt_ms"] = (
            shortest(lambda: pipeline.encode_prompt(text, "cpu", 1, True, None)) * 1e3
        )
    return found


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--batches", type=int, default=12, help="batches in the sample")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--size", type=int, default=8, help="runs a batch")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--busy",
        action="store_true",
        help="the machine is busy with other work: one thread, and processor time counts",
    )
    parser.add_argument("--json", type=Path, help="write the figures here too")
    args = parser.parse_args()
    places = Places(find_root())
    count = len(os.sched_getaffinity(0))
    models = LoadedModels(places.model_folder)
    shown = {m for s in dialed.registry.settings.values() for c in s.comparisons for m in c.models}
    drawn = {name for name in shown if places.model_folder(name).is_dir()}
    whole = plan(dialed.registry, {n: weights_digest(places.model_folder(n)) for n in drawn})
    jobs = [job for job in whole.jobs.values() if job.init is None or job.init in places.store]
    calls = {
        key: image.provenance.model_calls
        for key, image in read_manifest(places.published / "manifest.json").images.items()
    }
    grouped = batches(jobs, args.size)
    runs = [run for batch in grouped for run in batch.runs]
    of_jobs = sum(calls.get(job.key, 0) for job in jobs)
    of_runs = sum(calls.get(run.job.key, 0) for run in runs)
    sample = random.Random(args.seed).sample(grouped, args.batches)
    images = sum(len(batch.runs) for batch in sample)
    print(f"{len(jobs)} images of {len(runs)} runs in {len(grouped)} batches of up to {args.size}")
    print(f"sample: {images} runs in {len(sample)} batches; {count} cores", flush=True)

    def picture(key: str) -> Picture | None:
        png = places.store.image(key)
        return None if png is None else encoding.decode(png, key)

    exact = Renderer(models, picture)
    names = ("plain calls, float32", f"batches of {args.size}", "bfloat16 inside the U-Net")
    crews: dict[Precision, Crew] = {}
    ways: dict[str, tuple[int, Callable[[list[Batch]], Made]]]
    if args.busy:
        clock, narrow = time.process_time, Renderer(models, picture, "bfloat16")
        ways = {
            names[0]: (1, lambda part: one_by_one(exact, part)),
            names[1]: (1, lambda part: together(exact, part)),
            names[2]: (1, lambda part: together(narrow, part)),
        }
    else:
        clock = time.perf_counter
        crews = {"float32": Crew(places, count, "float32")}
        crews["bfloat16"] = Crew(places, count, "bfloat16")
        ways = {
            names[0]: (count, lambda part: one_by_one(exact, part)),
            names[1]: (count, lambda part: together(exact, part)),
            f"a process for each core ({count}), files meanwhile": (1, crews["float32"]),
            names[2]: (1, crews["bfloat16"]),
        }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    made: dict[str, Made] = {name: {} for name in ways}
    for threads, way in ways.values():  # loads and warms up
        torch.set_num_threads(threads)
        way(sample[:count])
    for _ in range(args.rounds):
        taken = dict.fromkeys(ways, 0.0)
        # In turns, a few batches each, so that what else the machine does harms nobody alone.
        for start in range(0, len(sample), 2 * count):
            for name, (threads, way) in ways.items():
                torch.set_num_threads(threads)
                begun = clock()
                made[name] |= way(sample[start : start + 2 * count])
                taken[name] += clock() - begun
        for name in ways:
            seconds[name].append(taken[name])
    for one in crews.values():
        one.end()
    base = names[0]
    job = next(b.job for b in sample if b.job.model == "vignette" and b.job.task == "text-to-image")
    figures: dict[str, Any] = {
        "processor": HERE.device,
        "cores": count,
        "clock": "processor time, one thread" if args.busy else "wall clock",
        "images": len(jobs),
        "sample": images,
        "calls_of_images": of_jobs,
        "calls_of_runs": of_runs,
        "rows": [],
    }
    shared = of_jobs / of_runs
    print(f"one run for images that share it: {of_jobs:.0f} -> {of_runs:.0f} calls, x {shared:.3f}")
    before = base
    for name in ways:
        ratio = statistics.median(a / b for a, b in zip(seconds[base], seconds[name], strict=True))
        step = statistics.median(a / b for a, b in zip(seconds[before], seconds[name], strict=True))
        each = statistics.median(seconds[name]) / images
        near = min(psnr(made[name][key], made[base][key]) for key in made[base])
        print(
            f"  {name:52s} {each:6.3f} s a run, step x {step:.2f}, so far x {ratio:.2f}, "
            f"with shared runs x {ratio * shared:.2f}, {near:.1f} dB at worst"
        )
        figures["rows"].append(
            {
                "name": name,
                "seconds": round(each, 4),
                "step": round(step, 3),
                "so_far": round(ratio, 3),
                "whole": round(ratio * shared, 3),
                "worst_db": None if near == float("inf") else round(near, 1),
            }
        )
        before = name
    figures["limit"] = found = limit(models, job)
    ideal = found["gflop_of_a_call"] / found["float32_gflops"] * 1e3
    print(
        f"limit, one thread: {found['gflop_of_a_call']:.3f} GFLOP a call at {found['float32_gflops']:.0f} GFLOP/s of float32 "
        f"products are {ideal:.2f} ms, in bfloat16 ({found['bfloat16_gflops']:.0f}) "
        f"{found['gflop_of_a_call'] / found['bfloat16_gflops'] * 1e3:.2f} ms; measured {found['unet_ms_of_a_call']:.2f} ms "
        f"(float32, 16 at once); decoding {found['decode_ms']:.1f} ms, a prompt {found['prompt_ms']:.1f} ms"
    )
    if args.json:
        args.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
