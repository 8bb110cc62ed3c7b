"""The ControlNet: outlines in, a picture that keeps to them out."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch
from diffusers import ControlNetModel, StableDiffusionPipeline, UNet2DConditionModel

from dialed_generator.vignette.adapters.settings import AdapterRecipe
from dialed_generator.vignette.adapters.training import AdapterRun, hidden_states
from dialed_generator.vignette.captioned import Draw
from dialed_generator.vignette.denoiser import alphas_cumprod, denoising_loss, draw_timesteps
from dialed_generator.vignette.drawing import edge_map
from dialed_generator.vignette.files import load_checkpoint, save_checkpoint
from dialed_generator.vignette.scenes import Scene


class Controlled(torch.nn.Module):
    """A UNet with a ControlNet beside it, called like the UNet alone.

    Args:
        network: The ControlNet.
        unet: The frozen UNet.
    """

    def __init__(self, network: ControlNetModel, unet: UNet2DConditionModel) -> None:
        super().__init__()
        self.network, self.unet = network, unet
        self.hint = torch.zeros(0)
        """Outlines of the batch, (B, 3, 128, 128) in 0..1; set before each call."""

    def forward(
        self, states: torch.Tensor, steps: torch.Tensor, encoder_hidden_states: torch.Tensor
    ) -> SimpleNamespace:
        """Return an object whose ``sample`` is the prediction, as a UNet does."""
        down, middle = self.network(
            states,
            steps,
            encoder_hidden_states=encoder_hidden_states,
            controlnet_cond=self.hint,
            return_dict=False,
        )
        found = self.unet(
            states,
            steps,
            encoder_hidden_states=encoder_hidden_states,
            down_block_additional_residuals=down,
            mid_block_additional_residual=middle,
        ).sample
        return SimpleNamespace(sample=found)


def outline_maps(work: Path, scenes: list[Scene]) -> torch.Tensor:
    """Return the outlines of scenes as bytes (N, 128, 128), from disk if they are there."""
    path = work / f"outlines-{len(scenes)}.pt"
    stored = load_checkpoint(path)
    if stored is not None:
        return torch.as_tensor(stored["maps"])
    maps = torch.from_numpy(np.stack([edge_map(scene)[..., 0] for scene in scenes]))
    save_checkpoint(path, {"maps": maps})
    return maps


_COPIED = ("conv_in", "time_proj", "time_embedding", "add_embedding", "down_blocks", "mid_block")


def build_network(base: UNet2DConditionModel, recipe: AdapterRecipe) -> ControlNetModel:
    """Return a ControlNet that starts as a copy of the base's encoder and adds nothing yet.

    ``ControlNetModel.from_unet`` of diffusers 0.42.1 does not hand over the number of heads of
    the pooled text embedding, so the copy is made here.
    """
    plain = ControlNetModel.from_unet(
        base,
        conditioning_embedding_out_channels=recipe.hint_widths,
        load_weights_from_unet=False,
    )
    config = {name: value for name, value in plain.config.items() if not name.startswith("_")}
    config["addition_embed_type_num_heads"] = base.config.addition_embed_type_num_heads
    network = ControlNetModel(**config)
    for name in _COPIED:
        part: torch.nn.Module = network.get_submodule(name)
        part.load_state_dict(base.get_submodule(name).state_dict())
    # diffusers starts the last layer of the hint at nought, behind layers that start at nought too:
    # then the outlines are heard late. One row of noughts is enough to begin with no effect.
    network.controlnet_cond_embedding.conv_out.reset_parameters()
    return network


def _copied_and_fresh(
    network: ControlNetModel,
) -> tuple[list[torch.nn.Parameter], list[torch.nn.Parameter]]:
    """Return the weights that began as a copy, and those that began as nothing or by lot."""
    copied: list[torch.nn.Parameter] = []
    fresh: list[torch.nn.Parameter] = []
    for name, weight in network.named_parameters():
        (fresh if name.startswith("controlnet_") else copied).append(weight)
    return copied, fresh


def train_control(
    work: Path,
    recipe: AdapterRecipe,
    base: StableDiffusionPipeline,
    latents: torch.Tensor,
    scenes: list[Scene],
) -> tuple[ControlNetModel, AdapterRun]:
    """Train the ControlNet on a frozen base model, or go on.

    Args:
        work: Folder of the run.
        recipe: Sizes and lengths.
        base: The base model in single precision.
        latents: Encoded scenes (N, 12, 16, 16); the first ``recipe.scenes`` are used.
        scenes: The scenes, in the same order.
    """
    torch.manual_seed(recipe.seed)
    scenes, latents = scenes[: recipe.scenes], latents[: recipe.scenes]
    maps = outline_maps(work, scenes)
    network = build_network(base.unet, recipe)
    base.unet.requires_grad_(False)
    both = Controlled(network, base.unet)
    run = AdapterRun(work, "controlnet", recipe, *_copied_and_fresh(network))
    draw, bars = Draw(latents, scenes, recipe.seed, recipe.unnamed), alphas_cumprod()

    def step() -> torch.Tensor:
        chosen = draw.choose(recipe.batch)
        both.hint = (maps[chosen].float() / 255)[:, None].expand(-1, 3, -1, -1)
        with torch.autocast("cpu", torch.bfloat16):
            return denoising_loss(
                both,
                latents[chosen].float(),
                hidden_states(base, draw.captions(chosen)),
                draw_timesteps(recipe.batch),
                bars,
            )

    run.fit(step)
    return network.eval(), run
