"""The texts that the confusion view shows."""

from __future__ import annotations

from collections.abc import Sequence

from tui_nn.analysis.confusion import Confusion, Difference
from tui_nn.core.fast.evaluation import Evaluation
from tui_nn.core.parameters import Labels
from tui_nn.render.caption import symbol_of
from tui_nn.render.numbers import MINUS, fitted, probability
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.kit.output_bars import short_name
from tui_nn.ui.kit.words import epoch_words

HELP = """\
**Which class is predicted for which?** Each row is a true class and each column a predicted class; a number counts the test
pictures of this true class with this prediction. Numbers on the diagonal count right predictions. All others count
mistakes; more mistakes have a stronger colour.

| word | means |
| --- | --- |
| **rec** | recall: the share of this row that is predicted correctly |
| **prec** | precision: the share of this column that really belongs to the class |
| **never**, **∅** | the network predicts this class for no picture |
| **9 as 4** | a 9 that is predicted as 4 |
| **learned** | pictures that were wrong at the earlier epoch and are right now |
| **unlearned** | pictures that were right at the earlier epoch and are wrong now |

`enter` lists the pictures of the cell, and `.` shows its next one here. `%` writes each number as a share of its row. `o`
shows the matrix of the training pictures; the network has seen these, so it should make fewer mistakes. `-` shows what has
changed since an earlier epoch, and `<` and `>` choose that epoch: green cells have fewer mistakes now. `[` and `]` go
through the epochs, and the matrix follows.
"""


def title(
    shown: Confusion | Difference | None, asked: Snapshot, base: int | None, *, train: bool, noun: str
) -> tuple[str, ...]:
    """Return a text about the predictions that the matrix counts, in several lengths."""
    if shown is None:
        return (f"Evaluating the network on the training {noun}s…",)
    epoch = epoch_words(asked)
    if isinstance(shown, Difference):
        epochs = f"epoch {base:,} to {epoch}"
        changed = f"{shown.learned:,} learned, {shown.unlearned:,} unlearned"
        return f"{epochs}: {changed} of {len(shown.after.labels):,}", f"{epochs}: {changed}"
    which = f"{'training' if train else 'test'} {noun}s"
    return (
        f"Confusion matrix of {len(shown.labels):,} {which}, epoch {epoch}",
        f"{len(shown.labels):,} {which}, epoch {epoch}",
        f"{which}, epoch {epoch}",
    )


def of_cell(shown: Confusion | Difference, cell: tuple[int, int], names: Sequence[str]) -> str:
    """Return a text about the number under the cursor and the examples that it counts."""
    true, predicted = cell
    name = f"{short_name(names[true])} predicted as {short_name(names[predicted])}"
    if isinstance(shown, Difference):
        return f"{name}: {shown.before.matrix[cell]:,} → {shown.after.matrix[cell]:,}"
    return f"{name}: {shown.matrix[cell]:,} of {shown.matrix[true].sum():,}"


def pairs_heading(now: Confusion, names: Sequence[str], *, changes: bool) -> tuple[str, ...]:
    """Return the heading of the list of pairs in several lengths.

    The long forms also contain the legend of the matrix, or the classes that the network never predicts.
    """
    heading, legend = "most confused", "   highlighted: many mistakes"
    if changes:
        heading, legend = "changed most", f"   + more than before, {MINUS} fewer"
    elif not now.pairs:
        heading, legend = "The network confuses no classes", ""
    never = [name for label, name in enumerate(names) if not now.matrix[:, label].any()]
    if not never:
        return heading + legend, heading
    return f"{heading}   never predicted: {' '.join(never)}", f"{heading}   {len(never)} never predicted", heading


def no_picture(cell: tuple[int, int], names: Sequence[str], *, changes: bool) -> str:
    """Return a text about why the cell has no picture."""
    true, predicted = (names[label] for label in cell)
    if changes:
        return "No example entered this cell,\nand none left it."
    return f"No {true} is predicted\ncorrectly." if true == predicted else f"No {true} is predicted as\n{predicted}."


def example(evaluation: Evaluation, labels: Labels, index: int, loss: str, names: Sequence[str]) -> str:
    """Return the caption of an example: a line with its prediction and true class, and one with its loss and number."""
    outputs, true, predicted = evaluation.outputs[index], int(labels[index]), int(evaluation.predicted[index])
    symbol = "" if symbol_of(loss) == "p" else "a "
    answer = f"pred {short_name(names[predicted], 6)} {symbol}{probability(float(outputs[predicted]))}"
    truth = f"true {short_name(names[true], 6)} {symbol}{probability(float(outputs[true]))}"
    return f"{answer} · {truth}\nloss {fitted(float(evaluation.losses[index]), 2, 7)} · #{index}"


def changed_example(shown: Difference, index: int, names: Sequence[str]) -> str:
    """Return the caption of an example with its prediction at the earlier epoch and its prediction now.

    The title of the view names the two epochs.
    """
    true, before, after = (
        short_name(names[int(labels[index])], 6)
        for labels in (shown.after.labels, shown.before.predicted, shown.after.predicted)
    )
    return f"true {true} · #{index}\npred {before} before, {after} now"
