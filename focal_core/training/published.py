"""What the paper printed for the losses that were run here."""

from collections.abc import Sequence

from focal_core.paper import TABLE_1A, TABLE_1B, TABLE_1D, Quoted
from focal_core.training.config import RunConfig

PRINTED_PRIOR = 0.01
EQUAL_WEIGHTS = 0.5  # alpha of the row of table 1a that is plain cross entropy


def published(config: RunConfig) -> Quoted | None:
    """AP at an overlap of 0.5, in percent of COCO minival; None where nothing was printed.

    Lin et al. 2017, tables 1a and 1b (ResNet-50); for mining its best row of table 1d, which is of
    ResNet-101. Other priors were not printed, and without one cross entropy diverged (section 4.1).
    """
    if config.prior != PRINTED_PRIOR:
        return None
    if config.hardest is not None:
        best = max((row for row in TABLE_1D.rows if row.method == "OHEM"), key=lambda row: row.ap)
        return Quoted(best.ap50, TABLE_1D.where)
    gamma, alpha = config.loss.gamma, config.loss.alpha
    if gamma == 0:
        weight = EQUAL_WEIGHTS if alpha is None else alpha
        return _only(TABLE_1A.where, [row.ap50 for row in TABLE_1A.rows if row.alpha == weight])
    return _only(
        TABLE_1B.where,
        [row.ap50 for row in TABLE_1B.rows if (row.gamma, row.alpha) == (gamma, alpha)],
    )


def focal_beside_mining() -> Quoted:
    """What focal loss reached on the net of table 1d, to be compared with mining's row."""
    return Quoted(TABLE_1D.where_row(lambda row: row.method == "FL").ap50, TABLE_1D.where)


def same_order(here: Sequence[float], there: Sequence[float]) -> int:
    """How many of the pairs differ the same way in both lists of differences."""
    return sum(ours * printed > 0 for ours, printed in zip(here, there, strict=True))


def _only(where: str, found: list[float]) -> Quoted | None:
    return Quoted(found[0], where) if found else None
