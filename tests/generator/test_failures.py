"""What goes wrong around a build: one clear message each, the rest goes on, nothing is lost, the status tells."""

import dataclasses
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from child_build import child, line

from dialed_generator.places import Places
from dialed_generator.planning import plan

RECORDS = Path(__file__).parent / "records"


@pytest.fixture(scope="module")
def loaded(tiny_weights):
    from dialed_generator.rendering.loading import LoadedModels

    return LoadedModels(Places(tiny_weights, tiny_weights).model_folder)


@pytest.fixture
def jobs(registry, tiny_digest):
    """Eight runs that go through the model together."""
    seeds = plan(registry, tiny_digest, settings=["seed"]).jobs.values()
    first = next(iter(seeds))
    return [dataclasses.replace(first, seed=seed) for seed in range(8)]


@pytest.fixture
def small_memory(loaded, jobs):
    """The tiny model's own U-Net, with an allocator that gives room for so many samples and no more."""
    import torch

    unet = loaded.pipeline(jobs[0])[0].unet
    seen: list[int] = []
    most = [0]

    def allocate(_module, arguments):
        seen.append(int(arguments[0].shape[0]))
        if seen[-1] > most[0]:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB")

    hook = unet.register_forward_pre_hook(allocate)
    yield most, seen
    hook.remove()


def test_a_batch_that_does_not_fit_is_halved(loaded, jobs, small_memory):
    from dialed_generator.rendering.batches import Batch, batches
    from dialed_generator.rendering.renderer import Rendered, Renderer

    most, seen = small_memory
    most[0] = 1000
    renderer = Renderer(loaded, lambda _key: None)
    (whole,) = batches(jobs, 8)
    expected = renderer.render(whole)
    seen.clear()
    most[0] = 4  # two runs, each with guidance
    found = renderer.render(whole)
    assert list(dict.fromkeys(seen)) == [16, 8, 4]
    assert all(isinstance(one, Rendered) for one in found)
    assert [one.job.key for one in found] == [one.job.key for one in expected]
    for one, other in zip(found, expected, strict=True):
        assert abs(one.picture.astype(int) - other.picture.astype(int)).max() <= 1
    seen.clear()
    renderer.render(Batch(whole.runs[:6]))
    assert set(seen) == {4}, "the size that fits is remembered"


def test_one_image_that_does_not_fit_is_reported(loaded, jobs, small_memory):
    from dialed_generator.rendering.batches import batches
    from dialed_generator.rendering.renderer import Failed, Renderer

    most, seen = small_memory
    most[0] = 1
    (whole,) = batches(jobs, 8)
    found = Renderer(loaded, lambda _key: None).render(whole)
    assert list(dict.fromkeys(seen)) == [16, 8, 4, 2]
    assert all(isinstance(one, Failed) for one in found)
    assert {one.job.key for one in found} == {job.key for job in jobs}
    assert all(one.reason.startswith("out of memory, with this image alone") for one in found)


REAL_LIMIT = """
import dataclasses, resource, sys
from pathlib import Path
import dialed, torch
from dialed_generator.places import Places
from dialed_generator.planning import plan
from dialed_generator.rendering.batches import batches
from dialed_generator.rendering.loading import LoadedModels
from dialed_generator.rendering.renderer import Rendered, Renderer
from dialed_generator.weights import weights_digest
torch.set_num_threads(1)
places = Places(Path(sys.argv[1]), Path(sys.argv[1]))
registry = dialed.load_records(Path(sys.argv[2]))
jobs = plan(registry, {"vignette": weights_digest(places.model_folder("vignette"))}, settings=["seed"]).jobs
first = next(iter(jobs.values()))
size = {"width": 256, "height": 256, "num_inference_steps": 1}
jobs = [dataclasses.replace(first, seed=n, call={**first.call, **size}) for n in range(16)]
renderer = Renderer(LoadedModels(places.model_folder), lambda _key: None)
renderer.render(batches(jobs[:1], 1)[0])
used = next(int(l.split()[1]) * 1024 for l in open("/proc/self/status") if l.startswith("VmSize"))
room = used + int(sys.argv[3]) * 1_000_000
resource.setrlimit(resource.RLIMIT_AS, (room, room))
results = renderer.render(batches(jobs, 16)[0])
print(sum(isinstance(one, Rendered) for one in results), renderer._fitting.parts(batches(jobs, 16)[0]).__len__())
print({getattr(one, "reason", "")[:13] for one in results})
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc and address limits")
@pytest.mark.parametrize("room", [24, 0])
def test_a_real_limit_of_memory(tiny_weights, project_environment, room):
    done = subprocess.run(
        [sys.executable, "-c", REAL_LIMIT, tiny_weights, RECORDS, str(room)],
        env=project_environment | {"OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"},
        capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    counts, reasons = done.stdout.strip().splitlines()
    rendered, parts = map(int, counts.split())
    print(f"room for {room} MB more: {rendered} of 16 images, in {parts} parts")
    assert "out of memory" in reasons or rendered == 16
    assert set(reasons.strip("{}").replace("'", "").split(", ")) <= {"", "out of memory"}
    # What fits is made and the rest is reported; how much fits is the allocator's doing.
    assert rendered < 16 or parts > 1
    if room == 0:
        assert parts > 1, "the batch was not halved"


@pytest.fixture
def disk(places):
    """A real file system of its own under the store, of a size that a test says; it can be enlarged."""
    mount, unmount = shutil.which("mount"), shutil.which("umount")
    if not mount or not unmount:
        pytest.skip("no mount command here, so no small disk to fill")
    place = places.root / ".dialed"
    place.mkdir(parents=True)

    def mounted(options: str) -> None:
        made = subprocess.run(
            [mount, "-t", "tmpfs", "-o", options, "tmpfs", str(place)],
            capture_output=True,
            check=False,
        )
        if made.returncode:
            pytest.skip("no right to mount a small disk to fill")

    yield mounted
    subprocess.run([unmount, str(place)], check=False, capture_output=True)


def one_message(builder: subprocess.Popen) -> str:
    out, err = builder.communicate()
    assert builder.returncode == 1, (out, err)
    assert out == ""
    assert "Traceback" not in err
    errors = [told for told in err.splitlines() if told.startswith("error:")]
    assert len(errors) == 1, err
    return errors[0]


def test_a_disk_that_fills_up(places, here, disk, images, project_environment):
    disk("size=120k")
    message = one_message(child(here, project_environment))
    assert "could not be written: No space left on device; free some space" in message
    kept = len(list(places.store.keys()))
    disk("remount,size=64m")
    status, out, _ = images("build", "--format", "json", *here)
    assert (status, line(out)["failed"]) == (0, 0)
    assert line(out)["reused"] == kept > 0
    assert images("verify", *here)[0] == 0


def test_a_disk_that_only_reads(here, disk, project_environment):
    disk("ro,size=1m")
    message = one_message(child(here, project_environment))
    assert "could not be written: Read-only file system" in message
    assert "choose another folder" in message


def test_a_store_where_nobody_may_write(here, tmp_path, project_environment):
    (tmp_path / "file").write_bytes(b"")
    message = one_message(child(here, project_environment, "--store", str(tmp_path / "file" / "s")))
    assert "could not be written: Not a directory" in message


def test_a_limit_on_files(here, project_environment):
    import resource

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (700, 700))

    builder = child(here, project_environment, "--setting", "seed", preexec_fn=limited)
    assert "File too large; the system limits the size of files here" in one_message(builder)


@pytest.fixture
def two_models(here, tmp_path, tiny_weights):
    """The records with a second built-in model that shows the seeds too, and both weights."""
    records = tmp_path / "records"
    shutil.copytree(RECORDS, records)
    text = (records / "models" / "vignette.toml").read_text(encoding="utf-8")
    text = text.replace('id = "vignette"', 'id = "second"').replace('"Tiny"', '"Second"')
    (records / "models" / "second.toml").write_text(text, encoding="utf-8")
    if (records / "models" / "vignette.md").exists():
        shutil.copy(records / "models" / "vignette.md", records / "models" / "second.md")
    seed = records / "settings" / "seed.toml"
    old = seed.read_text(encoding="utf-8")
    seed.write_text(
        old.replace('kind = "runs"', 'kind = "runs"\nmodels = ["vignette", "second"]', 1),
        encoding="utf-8",
    )
    weights = tmp_path / "two"
    for name in ("vignette", "second"):
        shutil.copytree(tiny_weights / "vignette", weights / name)
    return [*here[:2], "--weights", str(weights), "--records", str(records)], weights


@pytest.mark.parametrize("damage", ["cut", "gone", "pickle"])
def test_one_model_that_cannot_be_used(images, two_models, damage):
    here, weights = two_models
    path = next((weights / "second" / "unet").glob("*.safetensors"))
    if damage == "cut":
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        message = "the file is truncated or damaged; get it again"
    elif damage == "gone":
        shutil.rmtree(weights / "second")
        message = "holds no model"
    else:
        path.rename(path.with_suffix(".bin"))
        message = "is not safetensors and is never opened"
    status, out, err = images("build", "--format", "json", *here, "--setting", "seed")
    assert status == 1
    assert (line(out)["rendered"], line(out)["failed"]) == (4, 0)
    assert len(err.strip().splitlines()) == 1
    assert message in err
    assert "comparisons that need this model are left as they are" in err
    assert images("verify", *here)[0] == 0
    assert images("status", *here, "--setting", "seed")[0] == 1


def test_a_model_that_only_loading_finds_broken(images, two_models):
    here, weights = two_models
    config = weights / "second" / "unet" / "config.json"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace('"cross_attention_dim": 16', '"cross_attention_dim": 8'))
    status, out, err = images("build", "--format", "json", *here, "--setting", "seed")
    assert status == 1
    assert (line(out)["rendered"], line(out)["failed"]) == (4, 4)
    assert err.count("diffusers cannot load this model") == 4
    assert "Traceback" not in err
    assert os.linesep + "failed:" in os.linesep + err
