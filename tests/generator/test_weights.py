"""The files of a model: whole, safe, and named by a digest of what decides pixels."""

import json
import shutil

import pytest

from dialed_generator.errors import WeightsError
from dialed_generator.places import Places
from dialed_generator.weights import check_model_folder, weights_digest


@pytest.fixture
def model(tiny_weights, tmp_path):
    shutil.copytree(tiny_weights / "vignette", tmp_path / "model")
    return tmp_path / "model"


UNET = "unet/diffusion_pytorch_model.safetensors"


def test_the_digest_is_that_of_the_files_that_decide_pixels(model):
    before = weights_digest(model)
    (model / "README.md").write_text("a card", encoding="utf-8")
    (model / "probe.safetensors").write_bytes(b"beside")
    assert weights_digest(model) == before
    config = model / "scheduler" / "scheduler_config.json"
    config.write_text(config.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert weights_digest(model) != before


def test_a_changed_weight_changes_the_digest(model):
    before = weights_digest(model)
    data = bytearray((model / UNET).read_bytes())
    data[-1] ^= 1
    (model / UNET).write_bytes(data)
    assert weights_digest(model) != before


def cut(path):
    path.write_bytes(path.read_bytes()[:-100])


def pickled(path):
    path.with_name("diffusion_pytorch_model.bin").write_bytes(b"\x80\x04.")
    path.unlink()


def foreign_component(index):
    content = json.loads(index.read_text(encoding="utf-8"))
    index.write_text(json.dumps(content | {"../outside": ["diffusers", "X"]}), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "damage", "message"),
    [
        ("model_index.json", lambda p: p.unlink(), "model_index.json is missing"),
        ("model_index.json", lambda p: p.write_text("{"), "cannot be read as JSON"),
        ("model_index.json", lambda p: p.write_text("[]"), "holds no JSON object"),
        ("model_index.json", lambda p: p.write_text("{}"), "not the index of a diffusers model"),
        ("model_index.json", foreign_component, "not a plain folder name"),
        ("unet", shutil.rmtree, "unet is missing or empty"),
        (UNET, cut, "the file is truncated or damaged"),
        (UNET, lambda p: p.write_bytes(b""), "truncated or damaged"),
        (UNET, lambda p: p.write_bytes(b"\xff" * 64), "truncated or damaged"),
        (
            UNET,
            lambda p: p.write_bytes((8).to_bytes(8, "little") + b"notjson!"),
            "no readable safetensors header",
        ),
        (UNET, pickled, "never opened, because such a file can run code"),
    ],
)
def test_a_model_that_is_not_whole(model, name, damage, message):
    damage(model / name)
    with pytest.raises(WeightsError, match=message) as caught:
        check_model_folder(model)
    assert str(model) in str(caught.value)


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(WeightsError, match=r"holds no model.*DIALED_WEIGHTS"):
        weights_digest(tmp_path / "none")


def test_where_models_are_looked_for(tmp_path, tiny_weights, monkeypatch):
    monkeypatch.delenv("DIALED_WEIGHTS", raising=False)
    own = tmp_path / "generator" / "weights" / "vignette"
    own.mkdir(parents=True)
    assert Places(tmp_path).model_folder("vignette") == own
    assert Places(tmp_path, tiny_weights).model_folder("vignette") == tiny_weights / "vignette"
    monkeypatch.setenv("DIALED_WEIGHTS", str(tiny_weights))
    assert Places(tmp_path).model_folder("vignette") == tiny_weights / "vignette"
    monkeypatch.setenv("DIALED_WEIGHTS", str(tiny_weights / "vignette"))
    assert Places(tmp_path).model_folder("vignette") == tiny_weights / "vignette"
