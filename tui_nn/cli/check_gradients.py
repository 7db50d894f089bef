"""`tui-nn check-gradients`: compare the gradients of backpropagation with numerical ones for random parameters."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from tui_nn.cli.output import event, result
from tui_nn.cli.parser import Failure, whole_number
from tui_nn.cli.sources import add_session_arguments, open_session
from tui_nn.config.configs import TrainingConfig
from tui_nn.core.parameters import Diverged
from tui_nn.render.gradient_rows import HEADING, gradient_row
from tui_nn.session.questions.gradient_check import COUNT, WRONG, check_snapshot, passed_over, verdict
from tui_nn.session.questions.gradient_check import EXAMPLES as CHECKED

ABOUT = (
    "Compare the gradients that backpropagation computes with numerical gradients, for randomly chosen parameters. "
    "For a numerical gradient, the command moves the parameter a little and measures the change of the loss."
)
EXAMPLES = "tui-nn check-gradients\ntui-nn check-gradients a.run --count 100 --json"

_OF_THE_LOSS = {"reduction", "l1", "l2", "label_smoothing"}
_OF_THE_START = {"seed", "generator"}
NO_PART = {setting.name for setting in TrainingConfig.settings} - _OF_THE_LOSS - _OF_THE_START
"""The settings that have no effect on the gradients of a new network. The command has no flags for them."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `tui-nn check-gradients`."""
    parser.add_argument(
        "--count",
        metavar="N",
        type=whole_number(1, 10_000),
        default=COUNT,
        help=f"check N parameters (default: {COUNT})",
    )
    add_session_arguments(parser, without=NO_PART)


def run(args: Namespace) -> int:
    """Compare the gradients of backpropagation with numerical ones, and print both.

    Return 0 if they agree, and 1 if they do not.
    """
    session = open_session(args)
    snapshot, test = session.snapshot(), session.dataset.test
    try:
        rows = check_snapshot(snapshot, test, args.count, snapshot.training.seed)
    except Diverged as reason:
        raise Failure(f"the gradients cannot be checked: {reason}") from None
    worst = rows[0].relative_error if rows else 0.0
    if args.json:
        for row in rows:
            kind = "weight" if len(row.index) == 2 else "bias"
            event("gradient", layer=row.layer, kind=kind, index=list(row.index), backprop=row.backprop,
                  numerical=row.numerical, relative_error=row.relative_error)  # fmt: skip
        event("finished", checked=len(rows), examples=min(CHECKED, len(test)), worst=worst, agree=worst < WRONG)
    else:
        result(HEADING)
        for row in rows:
            result(gradient_row(row, snapshot.network.layer_count))
        result()
        result(passed_over(test))
        result(f"{len(rows)} parameters were checked on {min(CHECKED, len(test))} test examples: {verdict(rows)}")
    return 0 if worst < WRONG else 1
