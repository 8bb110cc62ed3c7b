"""Images per minute against the plain `pipe()` loop, and a build that has nothing to do.

Everything is measured in one run on one machine: one loaded pipeline, each distinct job once, float32, the
same threads. The loop is what a careful person writes: `pipe(**arguments)` for one picture after the other.

    python tests/benchmarks/bench_images.py --jobs 8 --threads 1
"""

import argparse
import subprocess
import sys
import time
import warnings

import torch

import dialed
from dialed_generator.job import Job
from dialed_generator.picture_measures import Picture, psnr
from dialed_generator.places import Places, find_root
from dialed_generator.planning import plan
from dialed_generator.rendering.batches import batches
from dialed_generator.rendering.loading import LoadedModels, quiet_libraries
from dialed_generator.rendering.renderer import Failed, Renderer, checked
from dialed_generator.rendering.scheduling import scheduler_for
from dialed_generator.weights import weights_digest

SIZES = (1, 2, 4, 8)
PROMPTS = (
    "a red house by a lake at sunset, pine trees",
    "a purple castle in the snow at night, clear sky",
    "a yellow hot air balloon over a meadow at noon, cherry trees",
    "a white lighthouse in the desert at dawn, no trees",
)


def jobs(models: LoadedModels, count: int, steps: int) -> list[Job]:
    """Distinct text-to-image jobs at the built-in model's recommended settings."""
    model = dialed.registry.models["vignette"]
    found = []
    for number in range(count):
        settings = {
            "prompt": PROMPTS[number % len(PROMPTS)],
            "num_inference_steps": steps,
            "guidance_scale": 4.0,
            "sampler": model.sampler,
            "schedule": model.schedule,
            "seed": number,
            "width": 128,
            "height": 128,
        }
        written = dialed.translate(settings, to="diffusers", model="vignette").payload
        found.append(
            Job(
                model="vignette",
                weights="benchmark",
                pipeline=written["pipeline"],
                task="text-to-image",
                scheduler=written["scheduler"],
                scheduler_arguments=written["scheduler_arguments"],
                call=written["call"],
                seed=number,
                settings=settings,
            )
        )
    return found


def plain_loop(models: LoadedModels, wanted: list[Job]) -> tuple[float, dict[str, Picture]]:
    """Seconds and pictures of one call after the other."""
    pipeline, own = models.pipeline(wanted[0])
    made = {}
    start = time.perf_counter()
    with torch.inference_mode(), quiet_libraries():
        for job in wanted:
            pipeline.scheduler = scheduler_for(job, own)
            generator = torch.Generator("cpu").manual_seed(job.seed)
            image = pipeline(**job.call, generator=generator, output_type="pt").images[0]
            made[job.key] = checked(image.float().cpu())
    return time.perf_counter() - start, made


def batched(models: LoadedModels, wanted: list[Job], size: int) -> tuple[float, dict[str, Picture]]:
    """Seconds and pictures of the renderer."""
    renderer = Renderer(models, {}.get)
    made = {}
    start = time.perf_counter()
    for batch in batches(wanted, size):
        for result in renderer.render(batch):
            if isinstance(result, Failed):
                sys.exit(f"{result.job.key[:16]}: {result.reason}")
            made[result.job.key] = result.picture
    return time.perf_counter() - start, made


def best(command: list[str], times: int = 5) -> float:
    """Shortest wall time of a command that must succeed."""
    shortest = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        shortest = min(shortest, time.perf_counter() - start)
    return shortest


NO_OP = (
    "import argparse\nfrom dialed_generator.command_line import add_commands\n"
    "parser = argparse.ArgumentParser(); add_commands(parser.add_subparsers())\n"
    "args = parser.parse_args(['images', 'build'])\nraise SystemExit(args.run(args))"
)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--jobs", type=int, default=8)
    parser.add_argument("--steps", type=int, default=25)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    places = Places(find_root())
    models = LoadedModels(places.model_folder)
    wanted = jobs(models, args.jobs, args.steps)
    plain_loop(models, wanted[:1])  # loads and warms up
    print(
        f"{args.jobs} images of {args.steps} steps with Vignette, {args.threads} threads, float32"
    )
    loop: list[float] = []
    taken: dict[int, list[float]] = {size: [] for size in SIZES}
    made: dict[int, dict[str, Picture]] = {}
    # In turns, and the shortest counts: a machine that is busy with something else for a while harms nobody alone.
    for _ in range(args.rounds):
        seconds, alone = plain_loop(models, wanted)
        loop.append(seconds)
        for size in SIZES:
            seconds, made[size] = batched(models, wanted, size)
            taken[size].append(seconds)
    base = min(loop) / args.jobs
    print(f"  plain pipe() loop   {base:6.3f} s an image, {60 / base:6.1f} a minute")
    for size in SIZES:
        each = min(taken[size]) / args.jobs
        near = min(psnr(made[size][key], alone[key]) for key in alone)
        print(
            f"  renderer, batch {size}   {each:6.3f} s an image, {60 / each:6.1f} a minute, "
            f"x {base / each:.2f}, {near:.1f} dB from the loop at worst"
        )
    start = time.perf_counter()
    whole = plan(dialed.registry, {"vignette": weights_digest(places.model_folder("vignette"))})
    planned = time.perf_counter() - start
    print(
        f"planning {len(whole.jobs)} jobs, digest of the weights included: {1000 * planned:.0f} ms"
    )
    bare = best([sys.executable, "-c", "import argparse, pydantic"])
    if (places.published / "manifest.json").is_file():
        busy = best([sys.executable, "-c", NO_OP])
        print(
            f"build with nothing to do: {busy:.2f} s, {1000 * (busy - bare):.0f} ms over bare start-up ({bare:.2f} s)"
        )


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
