"""`tui-nn mistakes`: draw the test pictures that a saved run misclassifies, as text."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Mapping, Sequence

from tui_nn.analysis.outputs import coverage
from tui_nn.cli.flags import class_number
from tui_nn.cli.output import event, result
from tui_nn.cli.parser import UsageError, refused_value, whole_number
from tui_nn.cli.sources import add_run_arguments, answer_test_data, identity
from tui_nn.config.setting import is_plain
from tui_nn.render.caption import caption, symbol_of
from tui_nn.render.numbers import percent
from tui_nn.render.pictures import shades
from tui_nn.session.questions.mistakes import MistakeList, find_mistakes
from tui_nn.session.questions.selection import KINDS, ORDERS, Selection

ABOUT = "Show the test pictures that a saved run misclassifies, the largest loss first."
EXAMPLES = """\
tui-nn mistakes a.run
tui-nn mistakes a.run --true 4 --predicted 9 --limit 12 --sort margin
tui-nn mistakes a.run --epoch 1
tui-nn mistakes a.run --which always-wrong --limit all --json"""

SHOWN = 5
"""The default number of pictures. Each picture takes about 15 lines."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `tui-nn mistakes`."""
    add_run_arguments(parser)
    parser.add_argument(
        "--limit",
        metavar="N",
        type=_limit,
        help=f'show at most N pictures, or "all" (default: {SHOWN}; with --json: all)',
    )
    parser.add_argument("--true", metavar="CLASS", help="show only pictures whose true class is CLASS, such as 4")
    parser.add_argument("--predicted", metavar="CLASS", help="show only pictures whose predicted class is CLASS")
    parser.add_argument(
        "--sort",
        metavar="BY",
        type=_one_of(ORDERS),
        default="loss",
        help=f"sort the pictures by {', '.join(map(_flag, ORDERS))} (default: loss)",
    )
    parser.add_argument(
        "--which",
        metavar="KIND",
        type=_one_of(KINDS),
        default="wrong",
        help=f"show only pictures whose prediction is KIND, one of {', '.join(map(_flag, KINDS))} (default: wrong)",
    )
    parser.add_argument(
        "--threshold",
        metavar="P",
        type=_share,
        default=0.0,
        help="show only predictions with a probability of at least P (default: 0)",
    )


def run(args: Namespace) -> int:
    """Find the pictures, and print them."""
    answers = answer_test_data(args)
    names = answers.test.class_names
    true, predicted = _label("--true", args.true, names), _label("--predicted", args.predicted, names)
    selection = Selection(true, predicted, args.sort, args.which, args.threshold)
    if KINDS[args.which].needs_past and not answers.past.answers:
        raise UsageError(
            f"--which {_flag(args.which)} compares the predictions with those of earlier epochs, "
            "but this run has no earlier predictions for this data; give --which another value"
        )
    found = find_mistakes(answers.evaluation, answers.test.labels, selection, answers.past)
    limit = args.limit if args.limit is not None else (len(found) if args.json else SHOWN)
    listed = [found[position] for position in range(min(len(found), limit))]
    if args.json:
        for mistake in listed:
            last = answers.past.last_right(mistake.index, mistake.true)
            event("mistake", **mistake.to_dict(), margin=mistake.margin, last_right=last)
        counts = {
            "listed": len(listed),
            "found": len(found),
            "misclassified": found.total,
            "examples": len(answers.test),
        }
        if args.threshold:
            left = coverage(answers.evaluation, answers.test.labels, args.threshold)
            counts |= {"answered": left.answered, "answered_right": left.right}
        event("finished", **identity(answers.run), data=answers.data_name, **counts)
        return 0
    result(answers.title)
    result(_summary(found, len(listed), len(answers.test), names))
    if args.threshold:
        left = coverage(answers.evaluation, answers.test.labels, args.threshold)
        result(
            f"The probability is at least {args.threshold:g} for {percent(left.share)} of the predictions; "
            f"{percent(left.accuracy)} of these predictions are right."
        )
    symbol = symbol_of(answers.run.network.loss)
    for mistake in listed:
        result()
        for row in shades(answers.test.images[mistake.index]):
            result(row.rstrip())
        result(caption(mistake, symbol, answers.test.class_names))
    return 0


def _summary(found: MistakeList, listed: int, examples: int, names: Sequence[str]) -> str:
    text = f"{found.total:,} of {examples:,} are misclassified"
    selection = found.selection
    parts = [words] if (words := selection.describe(names)) else []
    if selection.kind != "wrong":
        parts.append(KINDS[selection.kind].plural)
    if selection.threshold:
        parts.append(f"probability ≥ {selection.threshold:g}")
    if parts:
        text += f" · {', '.join(parts)}: {len(found):,}"
    if listed and selection.order == "loss":
        text += (
            f" · the list shows the {listed:,} with the largest loss"
            if listed < len(found)
            else " · the list shows the largest loss first"
        )
    elif listed:
        first = ORDERS[selection.order].label
        text += f" · {first}" if listed == len(found) else f" · {listed:,} of them, {first}"
    return text


def _label(flag: str, name: str | None, names: Sequence[str]) -> int | None:
    """Return the label (number) of the class called `name`; None for all classes.

    Raises:
        UsageError: if no class has this name.
    """
    return None if name is None else class_number(flag, name, names)


def _flag(name: str) -> str:
    """Return the name of an order or a kind of mistakes as it is typed in a shell, such as "p-pred" for "p(pred)"."""
    return name.replace("(", "-").replace(" ", "-").rstrip(")")


def _one_of(table: Mapping[str, object]) -> Callable[[str], str]:
    names = {_flag(name): name for name in table}

    def parse(text: str) -> str:
        if text not in names and text not in table:
            raise refused_value(text, f"one of {', '.join(names)}")
        return names.get(text, text)

    return parse


def _share(text: str) -> float:
    try:
        share = float(text) if is_plain(text) else -1.0
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise refused_value(text, "a number from 0 to 1")
    return share


def _limit(text: str) -> int:
    if text.lower() == "all":
        return 2**31
    try:
        count: int = whole_number(1)(text)
    except ArgumentTypeError:
        raise refused_value(text, 'a whole number from 1, or "all"') from None
    return count
