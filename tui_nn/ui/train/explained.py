"""The values in the Train pane that the app can explain: the numbers of the run, the curves of the chart, and the
classes below it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.geometry import Region
from textual.widget import Widget

from tui_nn.core.watch.metrics import confusion_matrix
from tui_nn.data.dataset import Split
from tui_nn.render.numbers import loss_text, percent
from tui_nn.session.questions.explaining import classes, predictions, runs, training
from tui_nn.session.run.run_set import NamedRun, RunSet
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.kit.explaining import Explain, Page, Spot
from tui_nn.ui.train.by_class import ByClass
from tui_nn.ui.train.chart_heading import ChartHeading
from tui_nn.ui.train.compare.table import CompareTable
from tui_nn.ui.train.epoch_line import EpochLine
from tui_nn.ui.train.numbers import Numbers
from tui_nn.ui.train.two_runs import TwoRuns, score_text


def chart_spots(page: Page, heading: ChartHeading, line: EpochLine, snapshot: Snapshot, kind: str) -> Iterator[Spot]:
    """Yield a `Spot` (explained region) for each name of a curve. The explanation is of the curve's value
    at the value cursor. Without a cursor, it is of the value at the epoch on the screen.

    Then yield spots for the shown epoch and the best epoch in the row under the chart.
    """
    cursor = heading.curves.window.cursor if heading.curves is not None else None
    records = snapshot.history.records
    record = records[min(snapshot.epoch if cursor is None else cursor, len(records) - 1)]
    explain = training.epoch_accuracy if kind == "accuracy" else training.epoch_loss
    lines = ("train", "validation", "test") if record.has_validation else ("train", "test")
    for name in lines:
        for word in (name, name[:3] + "."):
            yield from page.on_text(heading, word, partial(explain, snapshot, record, name))
    chance = partial(training.chance, snapshot, of_accuracy=kind == "accuracy")
    yield from page.on_text(heading, "chance", chance)
    for word in ("batches", "lowest", "highest"):
        yield from page.on_text(heading, word, partial(training.epoch_loss, snapshot, record, "train"))
    for place, line_text in enumerate(page.text(page.area(line))[:1]):
        for column, mark in enumerate(line_text):
            if mark in "●O":
                yield from page.on_cells(line, column, place, 1, 1, partial(training.epoch, snapshot))
            elif mark in "★*" and snapshot.history.best is not None:
                yield from page.on_cells(line, column, place, 1, 1, partial(training.best_epoch, snapshot))


def number_spots(page: Page, numbers: Numbers, snapshot: Snapshot, test: Split | None) -> Iterator[Spot]:
    """Yield a `Spot` (explained region) for each number beside the chart."""
    record = snapshot.record
    now, labels = snapshot.evaluation, None if test is None else test.labels
    on_text = partial(page.on_text, numbers)

    def scores(name: str, loss: float, share: float, of_loss: Explain, of_share: Explain) -> Iterator[Spot]:
        yield from on_text(loss_text(loss), of_loss, beside=name)
        yield from on_text(percent(share, 2), of_share, beside=name, last=True)

    of_loss, of_share = (
        partial(explain, snapshot, record) for explain in (training.epoch_loss, training.epoch_accuracy)
    )
    if labels is not None:
        right = float((now.predicted == labels).mean())
        loss, share = partial(training.loss_on_test, snapshot), partial(training.accuracy_on_test, snapshot, labels)
        yield from scores("test", now.loss, right, loss, share)
    yield from scores(
        "train", record.train_loss, record.train_accuracy, partial(of_loss, "train"), partial(of_share, "train")
    )
    if record.has_validation:
        validation = partial(of_loss, "validation"), partial(of_share, "validation")
        yield from scores("validation", *snapshot.validation, *validation)
    chance = snapshot.mlp.loss.chance(snapshot.network.output_size)
    of_chance = partial(training.chance, snapshot), partial(training.chance, snapshot, of_accuracy=True)
    yield from scores("chance", chance, 1 / snapshot.network.output_size, *of_chance)
    yield from _best(page, numbers, snapshot)
    for name, value, explain in (
        ("updates", f"{snapshot.progress.step:,}", training.updates),
        ("ms per update", f"{snapshot.progress.seconds_a_step * 1000:.2f}", training.speed),
        ("examples a second", f"{round(snapshot.progress.examples_a_second, -2):,.0f}", training.speed),
        ("parameters", None, training.parameters),
        ("updates an epoch", f"{snapshot.batches:,}", training.batch_size),
        ("examples", f"{snapshot.train_examples:,}", training.examples),
        ("learning rate", None, training.learning_rate),
        ("batch size", None, training.batch_size),
        ("optimizer", None, training.optimizer),
        ("rate", None, training.learning_rate),
        ("batch", None, training.batch_size),
        (snapshot.training.optimizer.replace("_", " "), None, training.optimizer),
    ):
        found = partial(explain, snapshot)
        yield from on_text(name, found) if value is None else on_text(value, found, beside=name, last=True)
    yield from on_text(f"epoch {snapshot.epoch:,}", partial(training.epoch, snapshot), last=True)
    yield from on_text(f"{snapshot.epoch:,}", partial(training.epoch, snapshot), beside="▸")
    yield from on_text(f"{snapshot.progress.share * 100:3.0f} %".strip(), partial(training.progress, snapshot))
    yield from _recent(page, numbers, snapshot)


def _best(page: Page, numbers: Numbers, snapshot: Snapshot) -> Iterator[Spot]:
    best, explain = snapshot.history.best, partial(training.best_epoch, snapshot)
    if best is None:
        yield from page.on_text(numbers, "none yet", explain)
        return
    kind = snapshot.history.monitored_data
    loss = partial(training.epoch_loss, snapshot, best, kind)
    yield from page.on_text(numbers, loss_text(best.monitored_loss), loss, beside="best")
    share = partial(training.epoch_accuracy, snapshot, best, kind)
    yield from page.on_text(numbers, percent(best.monitored_accuracy, 2), share, beside="best", last=True)
    yield from page.on_text(numbers, f"epoch {best.epoch:,}", explain)


def _recent(page: Page, numbers: Numbers, snapshot: Snapshot) -> Iterator[Spot]:
    """Yield a `Spot` (explained region) for each loss in the table of the newest epochs, which only tall screens show."""
    kind = snapshot.history.monitored_data
    for record in snapshot.history.records:
        first, last = loss_text(record.train_loss), loss_text(record.monitored_loss)
        for spot in page.on_text(numbers, f"{first}   {last}", partial(training.epoch_loss, snapshot, record, "train")):
            x, y, _, _ = spot.region
            yield Spot(Region(x, y, len(first), 1), spot.explain)
            of_last = partial(training.epoch_loss, snapshot, record, kind)
            yield Spot(Region(x + len(first) + 3, y, len(last), 1), of_last)


def class_spots(page: Page, part: ByClass, snapshot: Snapshot) -> Iterator[Spot]:
    """Yield `Spot`s (explained regions) for each class: its accuracy, the prediction for its example, and the picture of this
    example.
    """
    test, evaluation = part.test, part.evaluation
    if test is None or evaluation is None:
        return
    names = test.class_names
    matrix = confusion_matrix(evaluation.predicted, test.labels, test.classes)
    rows = page.text(page.area(part))
    predicted = next((at for at, row in enumerate(rows) if "predicted" in row), None)
    for label, (column, width, example) in enumerate(part.columns()):
        found = partial(classes.class_accuracy, matrix, label, names)
        yield from page.on_cells(part, column, len(rows) - 1, width, 1, found)
        if predicted is not None and example >= 0:
            answer = partial(predictions.answer_of, snapshot, test, example)
            yield from page.on_cells(part, column, predicted, width, 1, answer)
            if predicted:
                picture = partial(predictions.loss_of, snapshot, example, test.labels)
                yield from page.on_cells(part, column, 0, width, predicted, picture)


def two_run_spots(page: Page, part: TwoRuns, found: RunSet | None) -> Iterator[Spot]:
    """Yield a `Spot` (explained region) for each score of the previous run and of the present run."""
    if found is not None and found.previous is not None:
        split = found.live.summary.curves.monitored if found.previous.summary.curves.has_validation else "test"
        for row, run in enumerate((found.previous, found.live), 1):
            yield from _scores(page, part, row, run, split)


def compare_spots(page: Page, table: CompareTable) -> Iterator[Spot]:
    """Yield a `Spot` (explained region) for each run of the comparison and for each of its scores, the chosen run first."""
    comparison = table.comparison
    if comparison is None:
        return
    rows = list(enumerate(comparison.runs, 1))
    for row, run in sorted(rows, key=lambda pair: pair[1].letter != comparison.row):
        at = run.summary.curves.at(comparison.split, comparison.epoch)
        if at is not None:
            for kind, text in (("loss", loss_text(at.loss)), ("accuracy", percent(at.accuracy))):
                explain = partial(runs.value_at, run, comparison.split, comparison.epoch, kind)
                yield from page.on_text(table, text, explain, row=row)
        yield from _scores(page, table, row, run, comparison.split)
        yield from page.on_text(table, run.letter, partial(runs.settings_of, run, comparison.runs), row=row)


def _scores(page: Page, part: Widget, row: int, run: NamedRun, split: str) -> Iterator[Spot]:
    """Yield a `Spot` (explained region) for the last and the best score of a run in a row of a table."""
    curves = run.summary.curves
    for which, score in (("last", curves.last(split)), ("best", curves.best(split))):
        explain = partial(runs.score, run, split, which)
        # For an untrained run, `score_text` returns the same text for every kind, and `dict.fromkeys` keeps only one of them.
        for text in dict.fromkeys(score_text(score, kind) for kind in ("", "loss", "accuracy")):
            yield from page.on_text(part, text, explain, row=row, last=which == "best")
