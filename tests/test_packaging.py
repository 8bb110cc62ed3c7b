"""The wheel, built here and used from elsewhere with the source out of reach."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

RECORD_KINDS = ["settings", "models", "samplers", "schedules", "dialects"]


@pytest.fixture(scope="session")
def wheel(once, repository) -> Path:
    """The built wheel."""

    def build(target: Path) -> None:
        command = [
            sys.executable,
            "-m",
            "build",
            "--wheel",
            "--no-isolation",
            "--outdir",
            str(target),
        ]
        result = subprocess.run(
            command, cwd=repository, capture_output=True, text=True, check=False
        )
        assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]

    return next(once("wheel", build).glob("dialed-*.whl"))


@pytest.fixture(scope="session")
def elsewhere(once, wheel) -> Path:
    """A virtual environment that holds the wheel and, of everything else, only what pydantic needs.

    pydantic comes through a path line to links, so that the test needs no network and sees neither
    torch nor an editable install.
    """

    def build(target: Path) -> None:
        environment = target / "environment"
        subprocess.run(
            [sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True
        )
        packages = next(
            environment.glob("lib*/python*/site-packages"), environment / "Lib/site-packages"
        )
        import annotated_types
        import pydantic
        import pydantic_core
        import typing_extensions
        import typing_inspection

        for module in (
            pydantic,
            pydantic_core,
            annotated_types,
            typing_inspection,
            typing_extensions,
        ):
            place = Path(module.__file__)
            place = place.parent if place.name == "__init__.py" else place
            (packages / place.name).symlink_to(place)
        install = [sys.executable, "-m", "pip", "--python", str(environment), "install", "--quiet"]
        install += ["--no-deps", "--no-index", "--disable-pip-version-check", str(wheel)]
        result = subprocess.run(install, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stderr

    return next(once("elsewhere", build).glob("environment/bin"))


def run(
    elsewhere: Path, *command: str, folder: Path, given: str = ""
) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(
        [str(elsewhere / command[0]), *command[1:]],
        cwd=folder,
        env=clean | {"PYTHONUTF8": "1"},
        input=given,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def names_in(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


@pytest.mark.parametrize("kind", RECORD_KINDS)
def test_the_wheel_holds_every_record(wheel, repository, kind):
    # hatchling leaves out whatever .gitignore names, without a word: so count.
    source = repository / "settings/dialed/records" / kind
    expected = {f"dialed/records/{kind}/{path.name}" for path in source.iterdir() if path.is_file()}
    packed = {name for name in names_in(wheel) if name.startswith(f"dialed/records/{kind}/")}
    assert packed == expected
    assert any(name.endswith(".toml") for name in packed)


def test_the_wheel_holds_two_packages_and_no_weights(wheel):
    names = names_in(wheel)
    tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert tops == {"dialed", "dialed_generator"}
    assert [
        name for name in names if name.endswith((".safetensors", ".bin", ".pt", ".avif", ".pyc"))
    ] == []
    assert {"dialed/py.typed", "dialed_generator/py.typed"} <= set(names)
    assert "dialed/facts/diffusers_signatures.json" in names
    assert wheel.stat().st_size < 4_000_000


def test_the_library_works_with_the_source_away(elsewhere, repository, tmp_path):
    code = """
import json, sys, dialed
found = dialed.resolve("CFG scale")
print(json.dumps({
    "place": dialed.__file__,
    "id": found.id,
    "settings": len(dialed.registry.settings),
    "models": len(dialed.registry.models),
    "steps": dialed.defaults("sd15")["num_inference_steps"].value,
    "heavy": sorted({"torch", "numpy", "PIL"} & set(sys.modules)),
}))
"""
    result = run(elsewhere, "python", "-c", code, folder=tmp_path)
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout)
    assert not Path(told["place"]).is_relative_to(repository)
    records = repository / "settings/dialed/records"
    assert told["settings"] == len(list((records / "settings").glob("*.toml")))
    assert told["models"] == len(list((records / "models").glob("*.toml")))
    assert told["id"] == "guidance_scale"
    assert told["steps"] > 0
    assert told["heavy"] == []


def test_the_command_line_works_with_the_source_away(elsewhere, tmp_path):
    result = run(elsewhere, "dialed", "resolve", "CFG scale", "--format", "json", folder=tmp_path)
    assert result.returncode == 0, result.stderr
    assert "guidance_scale" in result.stdout
    result = run(
        elsewhere, "dialed", "check", "-", folder=tmp_path, given='{"guidance_scale": "warm"}'
    )
    assert result.returncode == 1, result.stdout + result.stderr
    assert "Traceback" not in result.stderr


def test_images_without_torch_say_what_to_install(elsewhere, tmp_path):
    result = run(elsewhere, "dialed", "images", "build", folder=tmp_path)
    assert result.returncode != 0
    assert "Traceback" not in result.stderr
    assert "dialed[generator]" in result.stderr or "weights" in result.stderr
