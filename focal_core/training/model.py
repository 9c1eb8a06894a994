"""The detector: a few convolutions, a pyramid of two levels, one subnet for classes, one for boxes.

The shape of RetinaNet (Lin et al. 2017, section 4) in 98,000 parameters. Layers are made without
values and filled from the given generator, so that no global random state is read or changed.
"""

import math

import torch
from torch import Tensor, nn

from focal_core.first_step import FirstStep
from focal_core.training.assignment import PER_CELL
from focal_core.training.images import CLASSES

WIDTH = 32


class Detector(nn.Module):
    """Logits and box offsets of every anchor.

    prior: the score that every location has at the start. generator: source of the weights.
    """

    def __init__(self, prior: float, generator: torch.Generator) -> None:
        """Make the layers and fill them."""
        super().__init__()
        self.stem = nn.Sequential(_block(3, 16, 2), _block(16, 32, 2), _block(32, 32, 1))
        self.deep = nn.Sequential(_block(32, 48, 2), _block(48, 48, 1))
        self.side_fine, self.side_coarse = _conv(32, WIDTH, 1), _conv(48, WIDTH, 1)
        self.smooth = _conv(WIDTH, WIDTH, 3)
        self.class_subnet, self.box_subnet = _conv(WIDTH, WIDTH, 3), _conv(WIDTH, WIDTH, 3)
        self.class_head = _conv(WIDTH, PER_CELL * len(CLASSES), 3)
        self.box_head = _conv(WIDTH, PER_CELL * 4, 3)
        self.to_empty(device="cpu")
        _fill(self, generator)
        for head in (self.class_head, self.box_head):
            nn.init.normal_(head.weight, std=0.01, generator=generator)
        _constant(self.class_head.bias, FirstStep(prior).bias)
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Images (n, 3, 48, 48), about -2 to 2, give logits (n, 1620, 3), offsets (n, 1620, 4)."""
        fine = self.stem(images)
        coarse = self.side_coarse(self.deep(fine))
        upward = nn.functional.interpolate(coarse, scale_factor=2.0, mode="nearest")
        fine = self.smooth(self.side_fine(fine) + upward)
        levels = (fine, coarse)
        logits = [self.class_head(torch.relu(self.class_subnet(level))) for level in levels]
        offsets = [self.box_head(torch.relu(self.box_subnet(level))) for level in levels]
        return _by_anchor(logits, len(CLASSES)), _by_anchor(offsets, 4)


def _conv(inputs: int, outputs: int, size: int, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, size, stride, padding=size // 2, device="meta")


def _block(inputs: int, outputs: int, stride: int) -> nn.Sequential:
    norm = nn.GroupNorm(8, outputs, device="meta")
    return nn.Sequential(_conv(inputs, outputs, 3, stride), norm, nn.ReLU())


def _fill(module: nn.Module, generator: torch.Generator) -> None:
    for layer in module.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_uniform_(layer.weight, a=math.sqrt(5), generator=generator)
            _constant(layer.bias, 0.0)
        elif isinstance(layer, nn.GroupNorm):
            nn.init.ones_(layer.weight)
            nn.init.zeros_(layer.bias)


def _constant(parameter: Tensor | None, value: float) -> None:
    if parameter is not None:
        nn.init.constant_(parameter, value)


def _by_anchor(levels: list[Tensor], numbers: int) -> Tensor:
    """Maps (n, 9 numbers, rows, columns) to (n, anchors, numbers), in the order of the anchors."""
    flat = [level.permute(0, 2, 3, 1).reshape(level.shape[0], -1, numbers) for level in levels]
    return torch.cat(flat, dim=1)
