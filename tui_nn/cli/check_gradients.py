"""`tui-nn check-gradients`: backprop against central differences, for parameters drawn at random."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from tui_nn.cli.errors import Failure
from tui_nn.cli.opening import add_session_arguments, open_session
from tui_nn.cli.output import event, result
from tui_nn.cli.parser import whole_number
from tui_nn.config.configs import TrainingConfig
from tui_nn.core.backprop import Diverged
from tui_nn.render.gradient_rows import HEADING, gradient_row
from tui_nn.session.questions.gradient_check import COUNT, WRONG, check_snapshot, passed_over, verdict
from tui_nn.session.questions.gradient_check import EXAMPLES as DIGITS

ABOUT = "Check backprop's gradients against differences of the loss, for parameters drawn at random."
EXAMPLES = "tui-nn check-gradients\ntui-nn check-gradients a.run --count 100 --json"

_OF_THE_LOSS = {"reduction", "l1", "l2", "label_smoothing"}
_OF_THE_START = {"seed", "generator"}
NO_PART = {setting.name for setting in TrainingConfig.settings} - _OF_THE_LOSS - _OF_THE_START
"""Settings that the gradient of a new network, on the first test digits, does not depend on."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("--count", metavar="N", type=whole_number(1, 10_000), default=COUNT, help=f"so many ({COUNT})")
    add_session_arguments(parser, without=NO_PART)


def run(args: Namespace) -> int:
    """Check, and tell; 1 if they do not agree."""
    session = open_session(args)
    snapshot, test = session.snapshot(), session.dataset.test
    try:
        rows = check_snapshot(snapshot, test, args.count, snapshot.training.seed)
    except Diverged as reason:
        raise Failure(f"nothing can be checked: {reason}") from None
    worst = rows[0].relative_error if rows else 0.0
    if args.json:
        for row in rows:
            kind = "weight" if len(row.index) == 2 else "bias"
            event("gradient", layer=row.layer, kind=kind, index=list(row.index), backprop=row.backprop,
                  numerical=row.numerical, relative_error=row.relative_error)  # fmt: skip
        event("finished", checked=len(rows), examples=min(DIGITS, len(test)), worst=worst, agree=worst < WRONG)
    else:
        result(HEADING)
        for row in rows:
            result(gradient_row(row, snapshot.network.layer_count))
        result()
        result(passed_over(test))
        result(f"{len(rows)} parameters on {min(DIGITS, len(test))} test digits: {verdict(rows)}")
    return 0 if worst < WRONG else 1
