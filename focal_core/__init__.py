"""Focal loss: values, gradients and curvatures in NumPy, for PyTorch, and for boosted trees.

    from focal_core import FocalLoss, SoftmaxFocalLoss              # NumPy
    from focal_core import sigmoid_focal_loss, softmax_focal_loss   # PyTorch, functions
    from focal_core.torch_losses import SigmoidFocalLoss            # PyTorch, modules
    from focal_core import focal_objective, focal_metric            # LightGBM, XGBoost, CatBoost

NumPy and PyTorch both have a `SoftmaxFocalLoss`: the one here is NumPy's, and both modules of
PyTorch come from `focal_core.torch_losses`.

A name is imported when it is used, so that nothing waits for PyTorch or SciPy without need. Where
PyTorch is not installed, its names are not listed, and asking for one raises ImportError. The
modules beside these compute what Focal Loss Lab shows; none of them knows a user interface.
"""

# ruff: noqa: PLC0415 - `typing` and `importlib` take 100 times as long to load as this file

TYPE_CHECKING = False  # type checkers take this name for true
if TYPE_CHECKING:
    from focal_core import binary as binary
    from focal_core import boosting as boosting
    from focal_core import softmax as softmax
    from focal_core import torch_losses as torch_losses
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

_MODULE_OF = {
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


def _listed() -> list[str]:
    """Public names that can be had here, for `dir`, `help` and `from focal_core import *`."""
    from importlib.util import find_spec

    has_torch = find_spec("torch") is not None
    return [name for name, module in _MODULE_OF.items() if has_torch or module != "torch_losses"]


def _loaded(name: str) -> object:
    """What stands behind a public name, or the module of that name."""
    from importlib import import_module

    try:
        module = import_module(f"{__name__}.{_MODULE_OF.get(name, name)}")
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise
        raise ImportError(
            f"focal_core.{name} needs PyTorch: pip install torch, or install this library with "
            "its extra, focal-loss-lab[torch]"
        ) from error
    return getattr(module, name) if name in _MODULE_OF else module


def __dir__() -> list[str]:
    return sorted({*globals(), *_listed()})


if not TYPE_CHECKING:  # a checker that saw this would let every misspelt name pass

    def __getattr__(name: str) -> object:
        if name == "__all__":
            return _listed()
        if name not in _MODULE_OF and name not in _MODULE_OF.values():
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return globals().setdefault(name, _loaded(name))
