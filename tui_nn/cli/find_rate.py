"""`tui-nn find-rate`: find a good learning rate by a short training with rising rates."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from tui_nn.cli.output import event, result
from tui_nn.cli.parser import Failure
from tui_nn.cli.sources import add_session_arguments, open_session
from tui_nn.session.questions.rate_finder import find_rate

ABOUT = (
    "Train a copy of the network for a moment while the learning rate rises from very low to very high. Draw "
    "the loss at each rate, and name the best rate."
)
EXAMPLES = "tui-nn find-rate\ntui-nn find-rate --optimizer adam --batch-size 16\ntui-nn find-rate a.run --json"

NO_PART = {
    "learning_rate", "epochs", "schedule", "warmup_epochs", "drop_epochs", "drop_factor", "patience", "keep_best",
}  # fmt: skip
"""The settings that have no effect on the search for a learning rate. The command has no flags for them."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `tui-nn find-rate`."""
    add_session_arguments(parser, without=NO_PART)


def run(args: Namespace) -> int:
    """Find the rate and print it. Return 1 if the loss does not fall at any rate."""
    session = open_session(args)
    curve = find_rate(session.snapshot(), session.examples.train)
    if not len(curve.rates):
        raise Failure(f"the trial training ended in its first update: {curve.ended}")
    if args.json:
        for rate, loss, smooth in zip(curve.rates, curve.losses, curve.smooth, strict=True):
            event("rate", rate=float(rate), loss=float(loss), smooth=float(smooth))
        steepest, lowest = (float(curve.rates[index]) for index in (curve.steepest, curve.lowest))
        event("finished", suggested=curve.suggested, steepest=steepest, lowest=lowest, ended=curve.ended)
    else:
        result("smoothed loss at each learning rate")
        for line in curve.plot():
            result(line)
        result()
        result(curve.verdict)
    return 1 if curve.suggested is None else 0
