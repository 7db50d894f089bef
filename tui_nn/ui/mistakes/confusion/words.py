"""The words of the confusion view, from the numbers they speak of."""

from __future__ import annotations

from tui_nn.core.network import Evaluation
from tui_nn.core.parameters import Labels
from tui_nn.render.caption import symbol_of
from tui_nn.render.numbers import fitted, probability
from tui_nn.session.questions.confusion import Confusion, Difference
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.kit.words import epoch_words

HELP = """\
**Which digit is taken for which.** A row is a true digit, a column a predicted one; a number says how many test digits are
both. What stands on the diagonal is right; everything beside it is a mistake, and the more there are the stronger its colour.

| word | means |
| --- | --- |
| **rec** | recall: of the digits of this row, the share that is found |
| **prec** | precision: of the digits that are taken for this column, the share that is right |
| **never**, **∅** | no digit at all is taken for this one |
| **9 as 4** | a 9 that is taken for a 4 |
| **learned** | digits that were wrong at the earlier epoch, and are right now |
| **unlearned** | digits that were right at the earlier epoch, and are wrong now |

`enter` lists the digits of a cell, `.` draws the next one here. `%` writes each number as a share of its row. `p` asks about the
training digits, which the network has seen: there it should err less. `-` shows what changed since an earlier epoch, `<` and `>`
choose which: green are mistakes that became fewer. `[` and `]` go through the epochs, and the matrix follows.
"""


def title(shown: Confusion | Difference | None, asked: Snapshot, base: int | None, train: bool) -> tuple[str, ...]:
    """What the matrix is of."""
    if shown is None:
        return ("asking about the training digits",)
    epoch = epoch_words(asked)
    if isinstance(shown, Difference):
        epochs = f"epoch {base:,} to {epoch}"
        changed = f"{shown.learned:,} learned, {shown.unlearned:,} unlearned"
        return f"{epochs}: {changed} of {len(shown.after.labels):,}", f"{epochs}: {changed}"
    which = "training" if train else "test"
    return (
        f"Which is taken for which?  {len(shown.labels):,} {which} digits, epoch {epoch}",
        f"{len(shown.labels):,} {which} digits, epoch {epoch}",
        f"{which} digits, epoch {epoch}",
    )


def of_cell(shown: Confusion | Difference, cell: tuple[int, int]) -> str:
    """The number under the cursor, in words."""
    true, predicted = cell
    name = f"{true} read as {true}" if true == predicted else f"{true} taken for {predicted}"
    if isinstance(shown, Difference):
        return f"{name}: {shown.before.matrix[cell]:,} → {shown.after.matrix[cell]:,}"
    return f"{name}: {shown.matrix[cell]:,} of {shown.matrix[true].sum():,}"


def pairs_heading(now: Confusion, changes: bool) -> str:
    """What the list of pairs is, and which digits are never predicted."""
    heading = "changed most" if changes else "most confused"
    if not changes and not now.pairs:
        heading = "none is confused"
    never = [str(digit) for digit in range(len(now.matrix)) if not now.matrix[:, digit].any()]
    return f"{heading}   never predicted: {' '.join(never)}" if never else heading


def no_digit(cell: tuple[int, int], changes: bool) -> str:
    """Why there is no picture."""
    true, predicted = cell
    if changes:
        return "Nothing came into this cell,\nand nothing left it."
    return f"No {true} is right." if true == predicted else f"No {true} is taken for a {predicted}."


def digit(evaluation: Evaluation, labels: Labels, index: int, loss: str) -> str:
    """Two short lines: what a caption says in one."""
    outputs, true, predicted = evaluation.outputs[index], int(labels[index]), int(evaluation.predicted[index])
    name = "" if symbol_of(loss) == "p" else "a "
    answer = f"pred {predicted} {name}{probability(float(outputs[predicted]))}"
    truth = f"true {true} {name}{probability(float(outputs[true]))}"
    return f"{answer} · {truth}\nloss {fitted(float(evaluation.losses[index]), 2, 7)} · #{index}"


def changed_digit(shown: Difference, index: int, base: int, epoch: str) -> str:
    """What was answered to a digit at both epochs."""
    before, after = int(shown.before.predicted[index]), int(shown.after.predicted[index])
    return f"true {shown.after.labels[index]} · #{index}\npred {before} at {base}, {after} at {epoch}"
