"""The attribute probe: reads time of day, ground, subject and the rest back from a picture."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from safetensors import safe_open
from safetensors.torch import save_file

from dialed_generator.vignette.files import replace_file
from dialed_generator.vignette.scenes import FAMILIES

FILE_NAME = "probe.safetensors"
INPUT = 64
"""Pictures are read at this size, whatever size they come in."""


class ProbeNet(torch.nn.Module):
    """Four strided convolutions and one linear layer for each attribute family."""

    def __init__(
        self,
        widths: tuple[int, ...] = (24, 48, 72, 96),
        families: Mapping[str, Sequence[str]] = FAMILIES,
    ) -> None:
        super().__init__()
        self.families = {family: tuple(values) for family, values in families.items()}
        layers: list[torch.nn.Module] = []
        before = 3
        for width in widths:
            layers += [
                torch.nn.Conv2d(before, width, 3, stride=2, padding=1),
                torch.nn.GroupNorm(8, width),
                torch.nn.SiLU(),
            ]
            before = width
        side, self.channels = INPUT // 2 ** len(widths), before
        self.body = torch.nn.Sequential(*layers, torch.nn.Flatten())
        self.heads = torch.nn.ModuleDict(
            {
                family: torch.nn.Linear(before * side * side, len(values))
                for family, values in self.families.items()
            }
        )

    def features(self, pictures: torch.Tensor) -> torch.Tensor:
        """Return what the heads look at, (B, F), for pictures (B, 3, INPUT, INPUT) in -1..1."""
        found: torch.Tensor = self.body(pictures)
        return found

    def forward(self, pictures: torch.Tensor) -> dict[str, torch.Tensor]:
        """Return family -> logits (B, classes) for pictures (B, 3, INPUT, INPUT) in -1..1."""
        features = self.features(pictures)
        return {family: head(features) for family, head in self.heads.items()}


def shrink(pictures: torch.Tensor) -> torch.Tensor:
    """Return pictures (B, 3, H, W) at the size that the probe reads."""
    if pictures.shape[-2:] == (INPUT, INPUT):
        return pictures
    return F.interpolate(
        pictures, (INPUT, INPUT), mode="bilinear", antialias=True, align_corners=False
    )


class Probe:
    """Reads attributes from pictures."""

    def __init__(self, net: ProbeNet) -> None:
        self.net = net.eval()

    def probabilities(self, pictures: torch.Tensor) -> dict[str, torch.Tensor]:
        """Return family -> probabilities (B, classes) for pictures (B, 3, H, W) in -1..1."""
        with torch.no_grad():
            logits = self.net(shrink(pictures.float()))
        return {family: scores.softmax(-1) for family, scores in logits.items()}

    def read(self, images: list[Image.Image]) -> list[dict[str, dict[str, float]]]:
        """Read pictures of any size.

        Args:
            images: Pictures; they need not be of one size.

        Returns:
            For each picture: family -> value -> probability.
        """
        if not images:
            return []
        tensors = [
            shrink(
                torch.from_numpy(np.array(image.convert("RGB"))).permute(2, 0, 1)[None].float()
                / 127.5
                - 1.0
            )
            for image in images
        ]
        scores = self.probabilities(torch.cat(tensors))
        return [
            {
                family: {
                    value: float(scores[family][index, number])
                    for number, value in enumerate(values)
                }
                for family, values in self.net.families.items()
            }
            for index in range(len(images))
        ]


def best(reading: dict[str, dict[str, float]]) -> dict[str, str]:
    """Return family -> most probable value of one reading."""
    return {family: max(scores, key=lambda v: scores[v]) for family, scores in reading.items()}


def save_probe(net: ProbeNet, folder: Path) -> Path:
    """Write ``probe.safetensors`` (half precision, attribute names inside) into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    path, part = folder / FILE_NAME, folder / f".{FILE_NAME}.part"
    save_file(
        {name: tensor.half().contiguous() for name, tensor in net.state_dict().items()},
        part,
        metadata={"families": json.dumps(net.families)},
    )
    replace_file(path, part.read_bytes())
    part.unlink()
    return path


def load_probe(folder: Path | str) -> Probe:
    """Load the probe of a published folder.

    Raises:
        FileNotFoundError: The folder holds no ``probe.safetensors``.
        ValueError: The file names attributes that this version does not know. Fewer are fine:
            then the probe reads those it was trained on.
    """
    path = Path(folder) / FILE_NAME
    if not path.is_file():
        raise FileNotFoundError(
            f"{path} does not exist; `python -m dialed_generator.vignette publish` writes it"
        )
    with safe_open(path, framework="pt") as file:
        families = json.loads((file.metadata() or {}).get("families", "{}"))
        state = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
    if not families or any(
        not set(values) <= set(FAMILIES.get(family, ())) for family, values in families.items()
    ):
        raise ValueError(
            f"{path} was trained on the attributes {families}; this version knows "
            f"{dict(FAMILIES)}: train and publish it again"
        )
    net = ProbeNet(families=families)
    net.load_state_dict(state)
    return Probe(net)
