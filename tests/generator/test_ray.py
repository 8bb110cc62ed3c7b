"""The Ray engine on a real cluster of this machine: the same images, also when a worker is killed."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

import pytest
from child_build import child, line

from dialed_generator.errors import GeneratorError
from dialed_generator.manifest import read_manifest

RAY = ("--engine", "ray", "--workers", "2")


def test_without_ray_one_line_says_what_to_install(here, project_environment):
    # `None` in sys.modules is how Python says that a module cannot be imported.
    code = (
        "import sys\nsys.modules['ray'] = None\nfrom dialed.command_line import main\n"
        "sys.exit(main(sys.argv[1:]))"
    )
    words = ["images", "build", "--engine", "ray", *here]
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        env=project_environment, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "--engine ray needs the package ray" in done.stderr
    assert "install dialed[ray]" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_cluster_without_its_engine(images, here):
    status, _, err = images("build", *here, "--address", "auto")
    assert status == 2
    assert "--address belongs to a Ray cluster" in err


@pytest.fixture
def cluster(project_environment, tmp_path, monkeypatch):
    """Variables of a cluster of two CPUs that stands on this machine for the time of a test."""
    pytest.importorskip("ray", reason="ray is not installed")
    pytest.importorskip("torch")
    variables = project_environment | {
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_worker_niceness": "0",
        "OMP_NUM_THREADS": "1",
        # Whoever speaks to the cluster must know this word, which lives as long as the test.
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": uuid.uuid4().hex,
    }
    ray = [sys.executable, "-m", "ray.scripts.scripts"]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = f"{tempfile.gettempdir()}/dialed-ray-{port}"  # the names of its sockets must be short
    start = ["start", "--head", "--num-cpus=2", f"--port={port}", "--include-dashboard=false"]
    head = subprocess.Popen(
        [*ray, *start, f"--temp-dir={folder}", "--block"],
        env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True,
    )  # fmt: skip
    said = ""
    while "block forever" not in said:
        said = head.stdout.readline()
        assert said or head.poll() is None, "the cluster does not start"
    yield f"127.0.0.1:{port}", variables
    os.killpg(head.pid, signal.SIGTERM)
    try:
        head.wait(timeout=60)
    except subprocess.TimeoutExpired:
        os.killpg(head.pid, signal.SIGKILL)
    head.stdout.close()
    shutil.rmtree(folder, ignore_errors=True)


def workers(builder: subprocess.Popen) -> list[int]:
    """Processes that run one of our workers, as Ray names them."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                name = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if name.startswith(b"ray::Worker"):
                found.append(int(entry.name))
    return found


def masters(places) -> int:
    return len(list(places.store.keys()))


def wait_for(count: int, places, builder: subprocess.Popen) -> None:
    deadline = time.monotonic() + 400
    while masters(places) < count:
        assert builder.poll() is None, builder.communicate()
        assert time.monotonic() < deadline, "the build does not get on"
        time.sleep(0.02)


@pytest.mark.slow
@pytest.mark.timeout(1500)
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_cluster_whose_worker_is_killed(places, here, cluster, images, built_once, small_plan):
    address, variables = cluster
    builder = child(here, variables, *RAY, "--address", address)
    wait_for(3, places, builder)
    victim = workers(builder)[0]
    os.kill(victim, signal.SIGKILL)
    out, err = builder.communicate(timeout=900)
    assert builder.returncode == 0, err
    assert "died" in err
    assert "another takes over" in err
    assert "Traceback" not in err
    count = len(small_plan.jobs)
    assert (line(out)["rendered"], line(out)["failed"]) == (count, 0)
    assert images("verify", *here)[0] == 0
    status, out, _ = images("build", "--format", "json", *here)
    assert (status, line(out)["rendered"], line(out)["reused"]) == (0, 0, count)
    # The very images of the local engine: batches differ from it by rounding alone.
    ours = read_manifest(places.published / "manifest.json")
    local = read_manifest(built_once / "docs" / "assets" / "comparisons" / "manifest.json")
    assert set(ours.images) == set(local.images)
    same = sum(ours.images[k].pixels_sha256 == local.images[k].pixels_sha256 for k in ours.images)
    print(f"{same} of {count} images have the very pixels of the local engine")
    assert same >= count * 0.5
    for key, image in ours.images.items():
        assert abs(image.measured["saturation"] - local.images[key].measured["saturation"]) < 0.02


@pytest.mark.slow
@pytest.mark.timeout(1500)
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_stop_and_other_weights_on_a_cluster(places, here, cluster, images, tmp_path, small_plan):
    address, variables = cluster
    builder = child(here, variables, *RAY, "--address", address)
    wait_for(3, places, builder)
    builder.send_signal(signal.SIGINT)
    out, err = builder.communicate(timeout=300)
    assert builder.returncode == 130, err
    assert "stopped; everything finished so far is kept" in err
    assert "Traceback" not in err
    kept = masters(places)
    assert images("verify", *here)[0] == 0
    assert json.loads(images("status", *here, "--format", "json")[1])["counts"]["made"] >= kept - 8
    # The workers of a stopped build are gone, so another build has the whole cluster.
    builder = child(here, variables, *RAY, "--address", address)
    out, err = builder.communicate(timeout=900)
    assert builder.returncode == 0, err
    assert line(out)["rendered"] == len(small_plan.jobs) - kept


def test_a_cluster_that_is_not_there(places):
    pytest.importorskip("ray", reason="ray is not installed")
    from dialed_generator.ray_engine import RayEngine

    engine = RayEngine(places, address="127.0.0.1:1")
    with pytest.raises(GeneratorError, match="cannot be reached"):
        next(engine.outcomes([], lambda _key: None, ()))
