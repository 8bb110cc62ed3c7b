"""Writes a Stable Diffusion 1 pipeline as one safetensors file with the names of the original code.

Names after CompVis' latent diffusion (https://github.com/CompVis/stable-diffusion/blob/main/ldm/modules): input, middle and
output blocks are counted through, two residual blocks a level in the encoder and three in the decoder.
"""

import re
from pathlib import Path
from typing import Any

_RESNET = {
    "norm1": "in_layers.0",
    "conv1": "in_layers.2",
    "time_emb_proj": "emb_layers.1",
    "norm2": "out_layers.0",
    "conv2": "out_layers.3",
    "conv_shortcut": "skip_connection",
}
_TOP = {
    "time_embedding.linear_1": "time_embed.0",
    "time_embedding.linear_2": "time_embed.2",
    "conv_in": "input_blocks.0.0",
    "conv_norm_out": "out.0",
    "conv_out": "out.2",
}


def write_one_file(pipeline: Any, path: Path) -> None:
    """Write UNet, VAE and text encoder into one file, in float32."""
    from safetensors.torch import save_file

    held = {}
    layers = pipeline.unet.config.layers_per_block
    crossing = ["CrossAttn" in kind for kind in pipeline.unet.config.up_block_types]
    for name, tensor in pipeline.unet.state_dict().items():
        held["model.diffusion_model." + _unet(name, layers, crossing)] = tensor.contiguous()
    levels = len(pipeline.vae.config.block_out_channels)
    for name, found in pipeline.vae.state_dict().items():
        written = _vae(name, levels)
        tensor = found
        if ".mid.attn_1." in written and tensor.dim() == 2:
            tensor = found[
                :, :, None, None
            ]  # the original's attention is made of 1 x 1 convolutions
        held["first_stage_model." + written] = tensor.contiguous()
    for name, tensor in pipeline.text_encoder.state_dict().items():
        inner = name if name.startswith("text_model.") else f"text_model.{name}"
        held[f"cond_stage_model.transformer.{inner}"] = tensor.contiguous()
    save_file(held, path)


def _unet(name: str, layers: int, crossing: list[bool]) -> str:
    for ours, theirs in _TOP.items():
        if name.startswith(f"{ours}."):
            return theirs + name[len(ours) :]
    match = re.match(
        r"(down|up)_blocks\.(\d+)\.(resnets|attentions|downsamplers|upsamplers)\.(\d+)\.(.+)", name
    )
    if match is None:
        match = re.match(r"mid_block\.(resnets|attentions)\.(\d+)\.(.+)", name)
        assert match is not None, name
        place = 1 if match[1] == "attentions" else 2 * int(match[2])
        return f"middle_block.{place}.{_inside(match[1], match[3])}"
    side, level, kind, number, rest = match[1], int(match[2]), match[3], int(match[4]), match[5]
    if side == "down":
        block = 1 + level * (layers + 1) + (layers if kind == "downsamplers" else number)
        if kind == "downsamplers":
            return f"input_blocks.{block}.0.op.{rest.removeprefix('conv.')}"
        return f"input_blocks.{block}.{int(kind == 'attentions')}.{_inside(kind, rest)}"
    block = level * (layers + 1) + (layers if kind == "upsamplers" else number)
    if kind == "upsamplers":
        return f"output_blocks.{block}.{1 + crossing[level]}.conv.{rest.removeprefix('conv.')}"
    return f"output_blocks.{block}.{int(kind == 'attentions')}.{_inside(kind, rest)}"


def _inside(kind: str, rest: str) -> str:
    if kind != "resnets":
        return rest
    part, _, end = rest.partition(".")
    return f"{_RESNET[part]}.{end}"


def _vae(name: str, levels: int) -> str:
    name = re.sub(r"down_blocks\.(\d+)\.resnets\.(\d+)", r"down.\1.block.\2", name)
    name = re.sub(r"down_blocks\.(\d+)\.downsamplers\.0", r"down.\1.downsample", name)
    name = re.sub(
        r"up_blocks\.(\d+)\.resnets\.(\d+)",
        lambda found: f"up.{levels - 1 - int(found[1])}.block.{found[2]}",
        name,
    )
    name = re.sub(
        r"up_blocks\.(\d+)\.upsamplers\.0",
        lambda found: f"up.{levels - 1 - int(found[1])}.upsample",
        name,
    )
    name = re.sub(r"mid_block\.resnets\.(\d)", lambda found: f"mid.block_{int(found[1]) + 1}", name)
    name = name.replace("mid_block.attentions.0", "mid.attn_1").replace(
        "conv_shortcut", "nin_shortcut"
    )
    for ours, theirs in (
        ("group_norm", "norm"),
        ("to_q", "q"),
        ("to_k", "k"),
        ("to_v", "v"),
        ("to_out.0", "proj_out"),
    ):
        name = re.sub(rf"(mid\.attn_1\.){re.escape(ours)}\.", rf"\1{theirs}.", name)
    return name.replace("conv_norm_out", "norm_out")
