"""How far the recorded results carry: longer runs, and how the learning rates were chosen."""

from collections.abc import Sequence

import streamlit as st

from focal_core.training.recorded import Difference, Recording, Trial, best_trial
from focal_ui.words import _, ap_and_spread, lead_and_spread, short


def show(runs: Recording, longer: Recording, pairs: Sequence[tuple[str, str]]) -> None:
    """What is left of the leads after longer training.

    pairs: the configurations whose difference is followed, the one that may lead first.
    """
    short, long = runs.runs[0].config.steps, longer.runs[0].config.steps
    leads = [[each.difference(*pair) for each in (runs, longer)] for pair in pairs]
    st.table(
        {
            _("AP on the test images, difference paired by seed"): [
                _("{first} minus {second}").format(first=_(first), second=_(second))
                for first, second in pairs
            ],
            _("after {steps} steps").format(steps=short): [_in_words(pair[0]) for pair in leads],
            _("after {steps:,} steps").format(steps=long): [_in_words(pair[1]) for pair in leads],
        },
        hide_index=True,
    )
    clear = [sum(pair[at].is_clear for pair in leads) for at in (0, 1)]
    st.markdown(
        _(
            "After {short} steps {before} of these {all} differences exceed their standard "
            "deviation, after {long:,} steps {after}. The learning rates are those of the shorter "
            "runs. **Treat differences below about one standard deviation as noise.**"
        ).format(short=short, long=long, all=len(pairs), before=clear[0], after=clear[1])
    )


def headline(longer: Recording, pair: tuple[str, str]) -> str:
    """What is left of one lead, of focal loss over cross entropy."""
    left = longer.difference(*pair)
    return _(
        "After {steps:,} steps focal loss minus cross entropy is **{lead} points** of AP"
    ).format(steps=longer.runs[0].config.steps, lead=lead_and_spread(left.mean, left.sd))


def rates(runs: Recording) -> None:
    """The trials behind the learning rates, in a drawer."""
    drawer = st.expander(_("How the learning rates were chosen"), key="rates", on_change="rerun")
    if drawer.open:
        with drawer:
            _rates(runs)


def _in_words(difference: Difference) -> str:
    return _("{lead}, ahead in {wins} of {seeds}").format(
        lead=lead_and_spread(difference.mean, difference.sd),
        wins=difference.wins,
        seeds=difference.seeds,
    )


def _rates(runs: Recording) -> None:
    taken = [best_trial(runs.trials_of(name)) for name in runs.names]
    trials = runs.trials
    st.table(
        {
            _("configuration"): [_(trial.name) for trial in trials],
            _("rate"): [short(trial.learning_rate) for trial in trials],
            _("AP, validation images"): [ap_and_spread(trial.mean, trial.sd) for trial in trials],
            _("taken"): [_("yes") if trial in taken else "" for trial in trials],
        },
        hide_index=True,
    )
    st.markdown(_unsure(runs, taken))


def _unsure(runs: Recording, taken: Sequence[Trial]) -> str:
    close = [
        best
        for best in taken
        if any(
            best.mean - other.mean <= best.sd
            for other in runs.trials_of(best.name)
            if other != best
        )
    ]
    return _(
        "Each rate was tried with {seeds} seeds of its own for {steps} steps, before any test "
        "image was seen. For {close} of {all} configurations another rate lies within a standard "
        "deviation of the one taken: with it, some leads above could turn. Nothing else was tuned, "
        "and all runs share their images: the spread is that of seeds, not of data."
    ).format(
        seeds=len(runs.trials[0].seeds),
        steps=runs.trials[0].steps,
        close=len(close),
        all=len(runs.names),
    )
