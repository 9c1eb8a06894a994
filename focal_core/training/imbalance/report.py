"""The results as a table of Markdown, as docs/imbalance.md shows them."""

from collections.abc import Iterator

from focal_core.training.imbalance.plan import CE, CE_FITTED, FL, FL_TUNED, LOSSES, OHEM
from focal_core.training.imbalance.recorded import Point, Size, Study, is_clear
from focal_core.training.recorded import Difference

COMPARED = ((FL, CE), (FL_TUNED, CE_FITTED), (FL, CE_FITTED), (OHEM, CE))


def table(study: Study) -> str:
    """AP of each loss at each size, then the differences paired by seed."""
    return "\n".join([*_results(study), "", *_differences(study)]) + "\n"


def _results(study: Study) -> Iterator[str]:
    yield f"| side | anchors | outputs to a positive | seeds | {' | '.join(LOSSES)} |"
    yield "|" + "---|" * (4 + len(LOSSES))
    for size in study.sizes:
        cells = " | ".join(_cell(size.points[loss]) for loss in LOSSES)
        sizes = f"{size.side} | {size.anchors:,} | {size.per_positive:,.0f} | {size.seeds}"
        yield f"| {sizes} | {cells} |"


def _cell(point: Point) -> str:
    setting = point.setting
    chosen = [f"rate {setting.learning_rate:g}"]
    if point.loss == FL_TUNED:
        chosen.append(f"α {setting.alpha:g}")
    if point.loss == OHEM:
        chosen.append(f"{setting.hardest} an image")
    off = f"; {point.broke_off} broke off" if point.broke_off else ""
    return f"{100 * point.mean:.1f} ± {100 * point.sd:.1f} ({', '.join(chosen)}{off})"


def _differences(study: Study) -> Iterator[str]:
    yield f"| side | {' | '.join(f'{first} minus {second}' for first, second in COMPARED)} |"
    yield "|" + "---|" * (1 + len(COMPARED))
    for size in study.sizes:
        yield f"| {size.side} | {' | '.join(_apart(size, *pair) for pair in COMPARED)} |"


def _apart(size: Size, first: str, second: str) -> str:
    apart: Difference = size.difference(first, second)
    clear = ", clear" if is_clear(apart) else ""
    signed = f"{100 * apart.mean:+.1f}".replace("-", "−")
    return f"{signed} ± {100 * apart.sd:.1f} ({apart.wins} of {apart.seeds}{clear})"
