"""Focal loss: values, gradients and curvatures in NumPy, for PyTorch, and for boosted trees.

    from focal_core import FocalLoss, SoftmaxFocalLoss              # NumPy
    from focal_core import sigmoid_focal_loss, softmax_focal_loss   # PyTorch, functions
    from focal_core.torch_losses import SigmoidFocalLoss            # PyTorch, modules
    from focal_core import focal_objective, focal_metric            # LightGBM, XGBoost, CatBoost

A name is imported when it is used, so that nothing waits for PyTorch or SciPy without need. The
modules beside these compute what Focal Loss Lab shows; none of them knows a user interface.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from focal_core.binary import CROSS_ENTROPY as CROSS_ENTROPY
    from focal_core.binary import FocalLoss as FocalLoss
    from focal_core.boosting import focal_init_score as focal_init_score
    from focal_core.boosting import focal_metric as focal_metric
    from focal_core.boosting import focal_objective as focal_objective
    from focal_core.boosting import focal_probability as focal_probability
    from focal_core.boosting import softmax_focal_metric as softmax_focal_metric
    from focal_core.boosting import softmax_focal_objective as softmax_focal_objective
    from focal_core.softmax import SoftmaxFocalLoss as SoftmaxFocalLoss
    from focal_core.torch_losses import sigmoid_focal_loss as sigmoid_focal_loss
    from focal_core.torch_losses import softmax_focal_loss as softmax_focal_loss

__version__ = "0.2.0"

_WHERE = {
    "CROSS_ENTROPY": "binary",
    "FocalLoss": "binary",
    "SoftmaxFocalLoss": "softmax",
    "focal_init_score": "boosting",
    "focal_metric": "boosting",
    "focal_objective": "boosting",
    "focal_probability": "boosting",
    "sigmoid_focal_loss": "torch_losses",
    "softmax_focal_loss": "torch_losses",
    "softmax_focal_metric": "boosting",
    "softmax_focal_objective": "boosting",
}

__all__ = [  # noqa: PLE0604 - names that come when they are used
    "__version__",
    *_WHERE,
]


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        module = import_module(f"{__name__}.{_WHERE[name]}")
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise
        raise ImportError(
            f"focal_core.{name} needs PyTorch: pip install torch, or install this library with "
            "its extra, focal-loss-lab[torch]"
        ) from error
    return getattr(module, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_WHERE})
