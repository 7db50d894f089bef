"""`tui-nn compare`: compare several saved runs by their settings and scores, and test whether they differ by chance."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from itertools import combinations
from typing import Any

from tui_nn.cli.output import event, note, result
from tui_nn.cli.parser import UsageError
from tui_nn.cli.scores import SCORE_HEADS, score_cells, scores_as_dict
from tui_nn.data.dataset import DataError
from tui_nn.data.printable import printable
from tui_nn.render.comparison import disagreement_sentence, few_sentences
from tui_nn.session.file.compared import read_compared
from tui_nn.session.file.runs import RunFileError
from tui_nn.session.run.run_curves import SPLITS
from tui_nn.session.run.run_set import LETTERS, MOST_RUNS, NamedRun
from tui_nn.session.run.run_summary import different_settings

ABOUT = (
    "Compare saved runs. Print the settings in which they differ, the best and the last score on each split, "
    "and the test digits that only one of two runs classifies correctly."
)
EXAMPLES = "tui-nn compare a.run b.run\ntui-nn compare a.run b.run c.run --json"

_WIDE = 14
"""The smallest width, in characters, of the column of a run in the table of settings."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `tui-nn compare`."""
    parser.add_argument("files", metavar="RUN", nargs="+", help=f"two to {MOST_RUNS} saved runs")
    parser.add_argument("--data", metavar="PATH", help="the data file of the runs, if it was moved after training")
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")


def run(args: Namespace) -> int:
    """Read the runs, and print the comparison."""
    if len(args.files) < 2:
        raise UsageError(f"RUN names only one file: give two to {MOST_RUNS} saved runs to compare")
    try:
        found = read_compared(args.files, args.data)
    except (DataError, RunFileError) as error:
        raise UsageError(str(error)) from None
    runs = [NamedRun(letter, *other, from_file=True) for letter, other in zip(LETTERS, found, strict=False)]
    for one in runs:
        if one.summary.diverged:
            note(f"{one.title} diverged ({one.summary.diverged})")
    (_as_json if args.json else _as_text)(runs)
    return 0


def _as_json(runs: list[NamedRun]) -> None:
    tests = []
    for first, second in combinations(runs, 2):
        if (found := first.disagreement(second)) is not None:
            counts = {"first_alone": found.first_only, "second_alone": found.second_only}
            tests.append({"first": first.letter, "second": second.letter, **counts, "chance": found.chance})
    event(
        "compared",
        runs=[_run_as_dict(one) for one in runs],
        settings={
            setting.name: [_plain(one.summary.value(setting)) for one in runs]
            for setting, _ in different_settings(*(one.summary for one in runs))
        },
        mcnemar=tests,
    )


def _run_as_dict(one: NamedRun) -> dict[str, Any]:
    summary, curves = one.summary, one.summary.curves
    return {
        "name": one.letter,
        "file": one.title,
        "preset": summary.preset,
        "epoch": summary.epoch,
        "test_examples": len(one.test),
        "correct": int((summary.evaluation.predicted == one.test.labels).sum()),
        "changes": [change.to_dict() for change in summary.changes],
        "scores": scores_as_dict(curves),
    }


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _as_text(runs: list[NamedRun]) -> None:
    wide = max(len(printable(one.title)) for one in runs)
    for one in runs:
        sizes, epoch = "-".join(map(str, one.summary.network.sizes)), one.summary.epoch
        described = f"{one.summary.preset} {sizes} · epoch {epoch:,} · {len(one.test):,} test examples"
        result(f"{one.letter}  {printable(one.title):<{wide}}  {described}")
    result()
    _print_settings(runs)
    result()
    _print_scores(runs)
    if few := few_sentences(min((one.summary.set_aside for one in runs if one.summary.set_aside), default=0)):
        result(few[0])
    result()
    for first, second in combinations(runs, 2):
        found = first.disagreement(second)
        if found is None:
            result(
                f"{first.letter} and {second.letter} have different test data, so their mistakes cannot be compared."
            )
        else:
            result(disagreement_sentence(found, first.letter, second.letter, first.test.noun))


def _print_settings(runs: list[NamedRun]) -> None:
    """Print a table with one row for each setting in which the runs differ."""
    different = list(different_settings(*(one.summary for one in runs)))
    if not different:
        result("The settings of the runs are the same.")
        return
    widths = [max(_WIDE, *(len(texts[number]) + 2 for _, texts in different)) for number in range(len(runs))]
    heads = "".join(f"{one.letter:<{width}}" for one, width in zip(runs, widths, strict=True))
    result(f"{'different setting':<20}{heads}".rstrip())
    for setting, texts in different:
        cells = "".join(f"{text:<{width}}" for text, width in zip(texts, widths, strict=True))
        result(f"{setting.label:<20}{cells}".rstrip())


def _print_scores(runs: list[NamedRun]) -> None:
    """Print a table with the best and the last score of each run on each split."""
    result(f"{'':14}{SCORE_HEADS}")
    for split in SPLITS:
        label = split
        for one in runs:
            if split in (curves := one.summary.curves).splits:
                result(f"{label:<11}{one.letter:<3}{score_cells(curves, split)}")
                label = ""
