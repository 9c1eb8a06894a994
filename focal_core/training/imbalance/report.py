"""The results as a table of Markdown, as docs/imbalance.md shows them."""

from collections.abc import Iterable, Iterator, Mapping
from statistics import fmean
from typing import Any

from focal_core.training.imbalance.plan import CE, CE_FITTED, FL, FL_TUNED, LOSSES, OHEM
from focal_core.training.imbalance.recorded import Point, Size, Study, is_clear
from focal_core.training.recorded import Difference

AFTER = (1, 15, 50, 250)
LOOKED_AT = (0, 50, 250)
COMPARED = ((FL, CE), (FL_TUNED, CE_FITTED), (FL, CE_FITTED), (OHEM, CE))


def table(study: Study) -> str:
    """AP of each loss at each size, the differences paired by seed, and the budget over steps."""
    return "\n".join([*_results(study), "", *_differences(study), "", *_budget(study)]) + "\n"


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
    said = _spread(f"{100 * point.mean:.1f}", point.sd, len(point.aps))
    return f"{said} ({', '.join(chosen)}{off})"


def _differences(study: Study) -> Iterator[str]:
    yield f"| side | {' | '.join(f'{first} minus {second}' for first, second in COMPARED)} |"
    yield "|" + "---|" * (1 + len(COMPARED))
    for size in study.sizes:
        yield f"| {size.side} | {' | '.join(_apart(size, *pair) for pair in COMPARED)} |"


def _budget(study: Study) -> Iterator[str]:
    """Means over seeds: background's share of the loss; its easy part's gradient by objects'."""
    shares = [f"background at step {step}" for step in AFTER]
    pulls = [f"gradient ratio at step {step}" for step in LOOKED_AT]
    yield f"| side | loss | {' | '.join([*shares, *pulls])} |"
    yield "|" + "---|" * (2 + len(shares) + len(pulls))
    for size in study.sizes:
        for loss in (CE, CE_FITTED, FL):
            records = study.of(size.side, loss)
            said = [_share(_mean(_curve(each, "background_share", at) for each in records))
                    for at in AFTER]  # fmt: skip
            ratios = size.points[loss].gradient_ratios
            said += [_ratio(ratios.get(at)) for at in LOOKED_AT]
            yield f"| {size.side} | {loss} | {' | '.join(said)} |"


def _curve(record: Mapping[str, Any], name: str, step: int) -> float | None:
    curves = record["curves"]
    at = curves["step"].index(step) if step in curves["step"] else None
    return None if at is None else curves[name][at]


def _mean(values: Iterable[float | None]) -> float | None:
    found = [value for value in values if value is not None]
    return fmean(found) if found else None


def _share(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.3g} %"


def _ratio(value: float | None) -> str:
    return "–" if value is None else f"{value:.2g}"


def _apart(size: Size, first: str, second: str) -> str:
    apart: Difference = size.difference(first, second)
    clear = ", clear" if is_clear(apart) else ""
    signed = f"{100 * apart.mean:+.1f}".replace("-", "−")
    said = _spread(signed, apart.sd, apart.seeds)
    return f"{said} ({apart.wins} of {apart.seeds}{clear})"


def _spread(mean: str, sd: float, seeds: int) -> str:
    """With its standard deviation, which a single seed has not."""
    return f"{mean} ± {100 * sd:.1f}" if seeds > 1 else mean
