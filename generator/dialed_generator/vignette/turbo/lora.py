"""LoRA layers on a UNet: where they sit, how large they may be, and how they are stored."""

from __future__ import annotations

from pathlib import Path

import torch
from diffusers import StableDiffusionPipeline, UNet2DConditionModel
from peft import LoraConfig
from peft.utils import get_peft_model_state_dict

from dialed_generator.vignette.files import replace_file

LORA_FILE = "pytorch_lora_weights.safetensors"
_ENDS = (
    "to_q",
    "to_k",
    "to_v",
    "to_out.0",
    "proj_in",
    "proj_out",
    "ff.net.0.proj",
    "ff.net.2",
    "conv1",
    "conv2",
    "conv_shortcut",
    "time_emb_proj",
    "downsamplers.0.conv",
    "upsamplers.0.conv",
    "conv_in",
    "conv_out",
)


def targets(unet: UNet2DConditionModel) -> list[str]:
    """Return the names of the layers that get a LoRA: all of the body, none of the embeddings."""
    return [
        name
        for name, module in unet.named_modules()
        if isinstance(module, torch.nn.Linear | torch.nn.Conv2d)
        and any(name == end or name.endswith(f".{end}") for end in _ENDS)
    ]


def bytes_for_each_rank(unet: UNet2DConditionModel) -> int:
    """Return the bytes in half precision that one rank more costs."""
    total = 0
    for name in targets(unet):
        module = unet.get_submodule(name)
        if isinstance(module, torch.nn.Conv2d):
            area = module.kernel_size[0] * module.kernel_size[1]
            total += module.in_channels * area + module.out_channels
        elif isinstance(module, torch.nn.Linear):
            total += module.in_features + module.out_features
    return 2 * total


def largest_rank(unet: UNet2DConditionModel, bytes_most: int) -> int:
    """Return the largest rank (a multiple of four, or less than four) that fits into `bytes_most`.

    Raises:
        ValueError: Not even rank 1 fits.
    """
    header = 400 * len(targets(unet))
    rank = (bytes_most - header) // bytes_for_each_rank(unet)
    if rank < 1:
        raise ValueError(
            f"bytes_most is {bytes_most}; a LoRA of rank 1 on this UNet needs "
            f"{header + bytes_for_each_rank(unet)} bytes: allow more"
        )
    return rank if rank < 4 else rank // 4 * 4


def add_lora(unet: UNet2DConditionModel, rank: int, name: str) -> list[torch.nn.Parameter]:
    """Freeze a UNet, add a LoRA that changes nothing yet, and return its weights."""
    unet.requires_grad_(False)
    unet.add_adapter(
        LoraConfig(r=rank, lora_alpha=rank, target_modules=targets(unet), init_lora_weights=True),
        adapter_name=name,
    )
    return [weight for weight in unet.parameters() if weight.requires_grad]


def save_lora(unet: UNet2DConditionModel, name: str, folder: Path) -> Path:
    """Write the LoRA in half precision as diffusers writes it; return the file.

    The names stay PEFT's own. The older ones that `convert_state_dict_to_diffusers` makes exist
    for attention alone; beside convolutions they would be lost when the file is loaded.
    """
    state = {
        key: value.detach().half().contiguous()
        for key, value in get_peft_model_state_dict(unet, adapter_name=name).items()
    }
    draft = folder / ".lora.part"
    StableDiffusionPipeline.save_lora_weights(
        draft,
        unet_lora_layers=state,
        safe_serialization=True,
    )
    replace_file(folder / LORA_FILE, (draft / LORA_FILE).read_bytes())
    (draft / LORA_FILE).unlink()
    draft.rmdir()
    return folder / LORA_FILE
