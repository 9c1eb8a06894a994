"""How the sigmoid focal loss of `torch_losses` is computed: ways to the same numbers.

With x the logit, t the target, p = sigmoid(x), q = sigmoid(-x) and u = p (1 - t) + q t,

    FL = w u**gamma c,    c = max(x, 0) - t x - ln(1 - min(p, q)),    w = alpha_t times weight

- in chunks (`torch_chunks`): for ordinary tensors on a CPU.
- by a kernel (`torch_triton`): for ordinary tensors on a GPU, where Triton can build one.
- closed form (`torch_closed_form`): for compilers, exporters and other devices.
- plain (`torch_plain`): for second derivatives, function transforms, and gradients by the targets
  or the weight.

The half types are computed in float32.
"""

import torch
from torch import Tensor

from focal_core.torch_batch import (
    Batch,
    Law,
    check_targets,
    is_free_to_look,
    may_look,
    must_be_plain,
    on_gpu,
)
from focal_core.torch_chunks import InChunks, in_chunks
from focal_core.torch_closed_form import ClosedForm
from focal_core.torch_plain import plain


def evaluate(batch: Batch, law: Law) -> Tensor:
    """The loss of each element or their sum, in the computing type."""
    if must_be_plain(*batch):
        if is_free_to_look(*batch):
            check_targets(batch)
        return law.reduced(plain(batch, law))
    if not may_look(*batch):
        return _elsewhere(batch, law)
    if torch.is_grad_enabled() and batch.inputs.requires_grad:
        return _apply(InChunks, batch, law)
    return in_chunks(batch, law, slope=False)[0]


def _elsewhere(batch: Batch, law: Law) -> Tensor:
    if on_gpu(*batch):
        from focal_core import torch_triton, triton_kernels  # noqa: PLC0415 - for a GPU alone

        if triton_kernels.supports(*batch):
            return _apply(torch_triton.Sigmoid, batch, law)
    return _apply(ClosedForm, batch, law)


def _apply(function: type[torch.autograd.Function], batch: Batch, law: Law) -> Tensor:
    result: Tensor = function.apply(*batch, law)  # type: ignore[no-untyped-call]
    return result
