"""`tui-nn mistakes`: the test digits a saved run gets wrong, drawn as text."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError, Namespace

from tui_nn.cli.answers import add_run_arguments, ask
from tui_nn.cli.output import event, result
from tui_nn.cli.parser import whole_number
from tui_nn.render.caption import caption, symbol_of
from tui_nn.render.digits import shades
from tui_nn.session.mistakes import MistakeList, find_mistakes
from tui_nn.session.selection import Selection

ABOUT = "Show the test digits that a saved run gets wrong, the worst first."
EXAMPLES = "tui-nn mistakes a.run\ntui-nn mistakes a.run --true 7 --predicted 2 --limit all --json"

SHOWN = 5
"""Digits that are drawn unless more are asked for: each takes 15 lines."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    add_run_arguments(parser)
    parser.add_argument(
        "--limit", metavar="N", type=_limit, help=f'at most so many, or "all" ({SHOWN}; with --json all)'
    )
    parser.add_argument("--true", metavar="D", type=whole_number(0, 9), help="only digits that are a D")
    parser.add_argument("--predicted", metavar="D", type=whole_number(0, 9), help="only digits that are taken for a D")


def run(args: Namespace) -> int:
    """Find them and show them."""
    answers = ask(args)
    selection = Selection(args.true, args.predicted)
    found = find_mistakes(answers.evaluation, answers.test.labels, selection)
    limit = args.limit if args.limit is not None else (len(found) if args.json else SHOWN)
    listed = [found[position] for position in range(min(len(found), limit))]
    if args.json:
        for mistake in listed:
            event("mistake", **mistake.to_dict())
        event("finished", listed=len(listed), found=len(found), misclassified=found.total, examples=len(answers.test))
        return 0
    result(answers.title)
    result(_summary(found, len(listed), len(answers.test)))
    symbol = symbol_of(answers.run.network.loss)
    for mistake in listed:
        result()
        for row in shades(answers.test.images[mistake.index]):
            result(row.rstrip())
        result(caption(mistake, symbol))
    return 0


def _summary(found: MistakeList, listed: int, examples: int) -> str:
    text = f"{found.total:,} of {examples:,} are misclassified"
    if found.selection.filtered:
        text += f" · {found.selection}: {len(found):,}"
    if listed:
        text += f" · the {listed:,} with the largest loss" if listed < len(found) else " · the largest loss first"
    return text


def _limit(text: str) -> int:
    if text.lower() == "all":
        return 2**31
    try:
        count: int = whole_number(1)(text)
    except ArgumentTypeError:
        raise ArgumentTypeError(f"is '{text}', and must be a whole number from 1, or \"all\"") from None
    return count
