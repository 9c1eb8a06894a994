"""Every visible string passes through here, when it is shown: one place to translate later."""

import math


def _(message: str) -> str:
    """The message in the visitor's language."""
    return message


def percent(share: float | None) -> str:
    """A share of 0 to 1 with three digits: 97.9%, 0.0774%; None is said in words."""
    return _("not defined") if share is None else number(100 * share) + "%"


def points(difference: float) -> str:
    """The difference of two shares: 52 points."""
    n = number(100 * difference)
    return _("{n} point").format(n=n) if n == "1" else _("{n} points").format(n=n)


def ap_points(ap: float) -> str:
    """Average precision of 0 to 1, or a difference of two, in points as papers print it: 36.6."""
    return f"{round(100 * ap, 1) + 0.0:.1f}".replace("-", "−")


def ap_and_spread(ap: float, sd: float) -> str:
    """Average precision with its standard deviation: 36.6 ± 2.6."""
    return f"{ap_points(ap)} ± {ap_points(sd)}"


def lead_and_spread(difference: float, sd: float) -> str:
    """A difference of two average precisions with its sign: +2.7 ± 4.3."""
    return ("+" if difference > 0 else "") + ap_and_spread(difference, sd)


def number(value: float | None) -> str:
    """Three digits and no fewer than it takes to write the whole part: 10,536, 36.1, 0.00105."""
    return _("not defined") if value is None else _three_digits(value).replace("-", "−")


def short(value: float) -> str:
    """A value that was set, with the digits that it has: 0.25, −5."""
    return f"{value:g}".replace("-", "−")


_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def _three_digits(value: float) -> str:
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    if abs(value) < 1e-4:
        shown, power = f"{value:.2e}".split("e-")
        return f"{shown}·10⁻{power.lstrip('0').translate(_RAISED)}"
    digits = 2 - math.floor(math.log10(abs(value)))
    return f"{value:.{digits}f}".rstrip("0").rstrip(".") if digits > 0 else f"{value:.0f}"


def times(ratio: float) -> str:
    """How many times: 100×, 1.23×."""
    return number(ratio) + "×"


def plain(text: str, longest: int = 40) -> str:
    """A visitor's own text as Markdown code, cut short: no mark, link or picture comes alive."""
    shown = "".join(c if c.isprintable() and c != "`" else " " for c in text)
    shown = shown if len(shown) <= longest else shown[: longest - 1] + "…"
    return f"`{shown}`" if shown.strip() else _("nothing")
