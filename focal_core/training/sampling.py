"""Selections of anchors as a weight of 0 or 1: which losses count."""

import torch
from torch import Tensor


def hardest(losses: Tensor, keep: int) -> Tensor:
    """1 for the `keep` anchors with the largest loss in each image, 0 for all others.

    losses: (n, anchors, classes), 0 where ignored; an anchor's loss is the sum over its classes.
    Gives (n, anchors, 1). Online hard example mining, Shrivastava et al. 2016, without the
    suppression of neighbours.
    """
    by_anchor = losses.detach().sum(dim=2)
    chosen = by_anchor.topk(min(keep, by_anchor.shape[1]), dim=1).indices
    return torch.zeros_like(by_anchor).scatter_(1, chosen, 1.0).unsqueeze(2)


def easiest(losses: Tensor, part: float) -> Tensor:
    """Which of the losses (n,) are the smallest `part`, as booleans (n,)."""
    keep = max(1, int(part * losses.numel()))
    chosen = torch.zeros_like(losses, dtype=torch.bool)
    chosen[losses.detach().topk(keep, largest=False, sorted=False).indices] = True
    return chosen
