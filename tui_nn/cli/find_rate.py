"""`tui-nn find-rate`: the loss at rising learning rates, and the rate to take."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from math import log10

import numpy as np

from tui_nn.cli.output import event, result
from tui_nn.cli.parser import Failure
from tui_nn.cli.sources import add_session_arguments, open_session
from tui_nn.config.setting import format_value
from tui_nn.render.numbers import loss_text
from tui_nn.render.rate_plot import rate_plot
from tui_nn.session.questions.rate_finder import A_DECADE, FALL, LOWEST, RateCurve, find_rate

ABOUT = (
    "Train a copy of the network for a moment while the learning rate rises from very low to very high. "
    "Draw the loss at each rate, and name the rate to take."
)
EXAMPLES = "tui-nn find-rate\ntui-nn find-rate --optimizer adam --batch-size 16\ntui-nn find-rate a.run --json"

NO_PART = {
    "learning_rate", "epochs", "schedule", "warmup_epochs", "drop_epochs", "drop_factor", "patience", "keep_best",
}  # fmt: skip
"""The settings that have no effect on the trial. The command has no flags for them."""

_EACH = 4
"""The number of updates for each bar of the plot."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    add_session_arguments(parser, without=NO_PART)


def run(args: Namespace) -> int:
    """Find the rate and print it. Return 1 if the loss does not fall at any rate."""
    session = open_session(args)
    curve = find_rate(session.snapshot(), session.examples.train)
    if not len(curve.rates):
        raise Failure(f"the trial ended in its first update: {curve.ended}")
    if args.json:
        for rate, loss, smooth in zip(curve.rates, curve.losses, curve.smooth, strict=True):
            event("rate", rate=float(rate), loss=float(loss), smooth=float(smooth))
        steepest, lowest = (float(curve.rates[index]) for index in (curve.steepest, curve.lowest))
        event("finished", suggested=curve.suggested, steepest=steepest, lowest=lowest, ended=curve.ended)
    else:
        _as_text(curve)
    return 1 if curve.suggested is None else 0


def _as_text(curve: RateCurve) -> None:
    mark = None
    if curve.suggested is not None:
        mark = int(np.argmin(np.abs(np.log(curve.rates / curve.suggested))))
    result("smoothed loss by learning rate")
    for line in rate_plot(curve.smooth.tolist(), mark, _EACH, A_DECADE, round(log10(LOWEST))):
        result(line)
    result()
    if curve.suggested is None:
        first, lowest = (loss_text(curve.smooth[index]) for index in (0, curve.lowest))
        result(
            f"The loss falls from {first} to {lowest} only, which is less than {FALL:.0%}: this trial shows no rate to take."
        )
        return
    steepest, lowest = (f"{curve.rates[index]:.2g}" for index in (curve.steepest, curve.lowest))
    result(f"Take --learning-rate {format_value(curve.suggested)}.")
    result(f"The loss falls fastest at {steepest} and is lowest at {lowest}; the rate to take is halfway between them.")
