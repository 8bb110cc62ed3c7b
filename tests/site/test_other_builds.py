"""Builds that are not the site itself: a copy to read from a folder, and one that must be refused."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


def build(
    folder: Path, target: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            str(Path(sys.executable).with_name("mkdocs")),
            "build",
            "--strict",
            "--site-dir",
            str(target),
        ],
        cwd=folder,
        env={k: v for k, v in environment.items() if k != "DIALED_ALLOW_MISSING"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_missing_pictures_stop_the_build_with_one_message(
    repository, project_environment, tmp_path
):
    for name in ("mkdocs.yml", "docs"):
        source = repository / name
        if source.is_dir():
            shutil.copytree(
                source, tmp_path / name, ignore=shutil.ignore_patterns("comparisons", "__pycache__")
            )
        else:
            shutil.copy(source, tmp_path / name)
    (tmp_path / "settings/dialed/records").mkdir(parents=True)
    environment = project_environment | {
        "PYTHONPATH": os.pathsep.join([str(tmp_path / "docs"), project_environment["PYTHONPATH"]])
    }
    result = build(tmp_path, tmp_path / "site", environment)
    assert result.returncode == 1
    assert "dialed images build" in result.stderr
    assert "beta_alpha/" in result.stderr  # the first of them; a dozen is named
    assert "Traceback" not in result.stderr
    assert not list((tmp_path / "site").glob("settings/*/*/index.html"))


@pytest.mark.browser
def test_a_copy_reads_from_a_folder(browser, once, repository, project_environment):
    def make(target: Path) -> None:
        result = build(repository, target, project_environment | {"OFFLINE": "true"})
        assert result.returncode == 0, result.stderr[-4000:]

    folder = once("offline", make)
    page = browser.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((folder / "settings/sampling/num_inference_steps.html").as_uri())
    caption = page.locator(".d-dial figcaption code").first
    page.locator(".d-dial input").first.focus()
    page.keyboard.press("Home")
    assert caption.inner_text() == "num_inference_steps = 1"
    page.get_by_role("link", name="All Settings Guides").click()
    assert page.url.endswith("settings/index.html")
    page.locator(".md-search__input").click()
    page.keyboard.type("cfg", delay=30)
    page.locator(".md-search-result__item h1").first.wait_for()
    assert page.locator(".md-search-result__item h1").first.inner_text() == "Guidance Scale"
    assert [url for url in asked if not url.startswith(("file:", "data:", "about:", "blob:"))] == []
    page.close()
