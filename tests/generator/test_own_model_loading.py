"""What can be put on a checkpoint, and single files: the real loading code of diffusers, on tiny pipelines."""

import json

import pytest
from one_file import write_one_file

from dialed_generator.rendering.loading import quiet_libraries
from dialed_generator.tiny import TINY

SIZE = (
    "--size",
    "64x64",
    "--set",
    "num_inference_steps=3",
    "--prompt",
    "a red fox",
    "--format",
    "json",
)


@pytest.fixture(scope="session")
def parts(tmp_path_factory):
    """A tiny Stable Diffusion 1 with a LoRA, a ControlNet, an IP-Adapter and itself as one file."""
    root = tmp_path_factory.mktemp("parts")
    with quiet_libraries():
        import torch
        from diffusers import StableDiffusionPipeline
        from diffusers.utils import convert_state_dict_to_diffusers
        from peft import LoraConfig
        from peft.utils import get_peft_model_state_dict

        torch.manual_seed(3)
        pipeline = TINY["sd15"].build()
        pipeline.save_pretrained(root / "checkpoint")
        write_one_file(pipeline, root / "one.safetensors")
        _write_image_adapter(pipeline, root)
        TINY["sd15-controlnet"].build().controlnet.save_pretrained(root / "controlnet")
        config = LoraConfig(r=2, target_modules=["to_q", "to_v"], init_lora_weights="gaussian")
        pipeline.unet.add_adapter(config)
        for name, weight in pipeline.unet.named_parameters():
            if "lora_B" in name:
                torch.nn.init.normal_(weight)
        state = convert_state_dict_to_diffusers(get_peft_model_state_dict(pipeline.unet))
        StableDiffusionPipeline.save_lora_weights(root, state, weight_name="style.safetensors")
    return root


def _write_image_adapter(pipeline, root):
    import torch
    from safetensors.torch import save_file

    from dialed_generator.execution import adapters

    width = adapters._EMBEDDING
    layers = adapters._image_layers(pipeline.unet)
    inputs = next(iter(layers.values()))[1]
    held = {
        "image_proj.proj.weight": torch.randn(adapters._TOKENS * inputs, width),
        "image_proj.proj.bias": torch.randn(adapters._TOKENS * inputs),
        "image_proj.norm.weight": torch.ones(inputs),
        "image_proj.norm.bias": torch.zeros(inputs),
    }
    for place, (outputs, taken) in layers.items():
        for part in ("to_k_ip", "to_v_ip"):
            held[f"ip_adapter.{place}.{part}.weight"] = torch.randn(outputs, taken)
    (root / "ip").mkdir()
    save_file(held, root / "ip" / "ip-adapter.safetensors")
    adapters._image_encoder()["image_encoder"].save_pretrained(root / "ip" / "image_encoder")


def drawn(images, out, *arguments):
    status, told, err = images("build", "--out", out, *SIZE, *arguments)
    assert (status, err) == (0, ""), err or told
    summary = json.loads(told.splitlines()[-1])
    assert not summary["failed"]
    sheet = json.loads((out / "sheet.json").read_text(encoding="utf-8"))
    return summary, sheet


def masters(sheet, out, setting):
    """Digest of the pixels by value of a setting."""
    found = {}
    for key, image in sheet["images"].items():
        job = out / ".dialed" / "store" / "jobs" / key[:2] / f"{key}.json"
        found[image["settings"].get(setting)] = json.loads(job.read_text())["pixels"]
    return found


def test_a_single_file_draws_what_the_folder_draws(images, parts, tmp_path):
    folder, file = tmp_path / "folder", tmp_path / "file"
    seeds = ("--values", "seed=1,2")
    drawn(images, folder, "--model", parts / "checkpoint", *seeds)
    summary, sheet = drawn(
        images, file, "--model", parts / "one.safetensors", "--config", parts / "checkpoint", *seeds
    )
    assert summary["made"] > 0
    there = json.loads((folder / "sheet.json").read_text(encoding="utf-8"))
    assert sorted(masters(sheet, file, "seed").values()) == sorted(
        masters(there, folder, "seed").values()
    )


def test_loras_act_as_strongly_as_asked(images, parts, tmp_path):
    lora = f"{parts / 'style.safetensors'}:0.5"
    summary, sheet = drawn(
        images,
        tmp_path / "s",
        "--model",
        parts / "checkpoint",
        "--lora",
        lora,
        "--values",
        "lora_scale=0,1,2",
    )
    found = masters(sheet, tmp_path / "s", "lora_scale")
    assert summary["made"] == len(set(found.values())) == 3
    assert "style.safetensors:0.5" in sheet["facts"]["Loaded"]
    seeds = ("--setting", "seed/many-seeds", "--values", "seed=1,2")
    _, plain = drawn(images, tmp_path / "p", "--model", parts / "checkpoint", *seeds)
    # A LoRA of strength 0 is the checkpoint itself.
    assert found[0] in masters(plain, tmp_path / "p", "seed").values()


def test_a_controlnet_follows_the_picture(images, parts, picture, tmp_path):
    _, sheet = drawn(
        images,
        tmp_path / "s",
        "--model",
        parts / "checkpoint",
        "--controlnet",
        parts / "controlnet",
        "--image",
        picture,
        "--values",
        "controlnet_conditioning_scale=0,0.5,1",
    )
    found = masters(sheet, tmp_path / "s", "controlnet_conditioning_scale")
    assert len(set(found.values())) == 3


def test_an_ip_adapter_looks_at_the_picture(images, parts, picture, tmp_path):
    _, sheet = drawn(
        images,
        tmp_path / "s",
        "--model",
        parts / "checkpoint",
        "--ip-adapter",
        parts / "ip" / "ip-adapter.safetensors",
        "--image",
        picture,
        "--values",
        "ip_adapter_scale=0,0.5,1",
    )
    found = masters(sheet, tmp_path / "s", "ip_adapter_scale")
    assert len(set(found.values())) == 3


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_number_formats_make_other_pictures_of_the_same_seed(images, parts, tmp_path, dtype):
    _, sheet = drawn(
        images,
        tmp_path / "s",
        "--model",
        parts / "checkpoint",
        "--dtype",
        dtype,
        "--values",
        "seed=1,2",
    )
    assert f"dtype {dtype}" in sheet["facts"]["Loaded"]
