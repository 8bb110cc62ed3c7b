"""Train the attribute probe on rendered scenes."""

from __future__ import annotations

import math
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F

from dialed_generator.vignette.dataset import held_out_pictures, scenes_of, to_tensor
from dialed_generator.vignette.files import Log, Throttle, load_checkpoint, save_checkpoint
from dialed_generator.vignette.probe import Probe, ProbeNet, shrink
from dialed_generator.vignette.scenes import FAMILIES, Scene
from dialed_generator.vignette.settings import Recipe

RATE = 2e-3
BATCH = 64
ENOUGH = 0.997
"""Training ends when every family reaches this accuracy on held-out scenes."""


def accuracy(probe: Probe, pictures: torch.Tensor, scenes: list[Scene]) -> dict[str, float]:
    """Return family -> share of pictures read right."""
    wanted = torch.tensor([scene.classes() for scene in scenes])
    parts = [probe.probabilities(part) for part in pictures.split(100)]
    return {
        family: float(
            (torch.cat([part[family] for part in parts]).argmax(-1) == wanted[:, k]).float().mean()
        )
        for k, family in enumerate(FAMILIES)
    }


def _roughen(pictures: torch.Tensor) -> torch.Tensor:
    """Blur half of the pictures and add noise to all: generated pictures are softer than drawn."""
    half = len(pictures) // 2
    soft = F.interpolate(
        F.avg_pool2d(pictures[:half], 2), scale_factor=2, mode="bilinear", align_corners=False
    )
    mixed = torch.cat([soft, pictures[half:]])
    return mixed + torch.randn_like(mixed) * 0.06 * torch.rand(len(mixed), 1, 1, 1)


def train_probe(
    work: Path, recipe: Recipe, pixels: npt.NDArray[np.uint8]
) -> tuple[ProbeNet, dict[str, float]]:
    """Train the probe until it is good enough or its minutes are over.

    Returns:
        The network and its accuracy on held-out scenes, by family.
    """
    torch.manual_seed(recipe.seed + 2)
    net = ProbeNet()
    finished = load_checkpoint(work / "probe.pt")
    if finished is not None:
        net.load_state_dict(finished["net"])
        return net, dict(finished["accuracy"])
    scenes = scenes_of(len(pixels))
    classes = torch.tensor([scene.classes() for scene in scenes])
    count = 1000 if recipe.scenes > 1000 else 8
    checked, names = shrink(to_tensor(held_out_pictures(count))), scenes_of(count, 1_000_000)
    optimiser = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=0.02)
    log, throttle, lot = Log(work, "probe"), Throttle(work), np.random.default_rng(recipe.seed)
    begun, step, total = time.monotonic(), 0, recipe.probe_minutes * 60
    result: dict[str, float] = {}
    while (spent := time.monotonic() - begun) < total:
        for group in optimiser.param_groups:
            group["lr"] = RATE * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * spent / total)))
        chosen = np.sort(lot.integers(0, len(pixels), BATCH))
        pictures = _roughen(shrink(to_tensor(pixels[chosen])))
        shuffle = torch.randperm(BATCH)  # sorted reads are quicker, sorted batches are not wanted
        scores = net(pictures[shuffle])
        wanted = classes[torch.from_numpy(chosen)[shuffle]]
        losses = [
            F.cross_entropy(scores[family], wanted[:, k]) for k, family in enumerate(FAMILIES)
        ]
        optimiser.zero_grad()
        torch.stack(losses).sum().backward()
        optimiser.step()
        step += 1
        throttle.step()
        if step % 300 == 0:
            result = accuracy(Probe(net), checked, names)
            net.train()
            log(step=step, **{family: round(value, 4) for family, value in result.items()})
            if min(result.values()) >= ENOUGH:
                break
    result = accuracy(Probe(net), checked, names)
    save_checkpoint(work / "probe.pt", {"net": net.state_dict(), "accuracy": result})
    return net, result
