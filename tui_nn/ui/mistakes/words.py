"""The texts that the Mistakes pane shows. A text that may be too long for its row has several lengths, longest first."""

from __future__ import annotations

from tui_nn.analysis.outputs import coverage, unanswered
from tui_nn.data.dataset import Split
from tui_nn.render.caption import symbol_of
from tui_nn.render.numbers import percent
from tui_nn.session.questions.mistake_cursor import MistakeCursor
from tui_nn.session.questions.mistakes import MistakeList
from tui_nn.session.questions.selection import KINDS, ORDERS, Selection
from tui_nn.session.run.snapshot import Snapshot, State
from tui_nn.ui.kit.words import epoch_words, looking_back_words

HELP = """\
This pane shows the test pictures that the network misclassifies. The network never trains on test pictures, so its
mistakes show what it has really learned.

| word | means |
| --- | --- |
| **pred** | the predicted class: the class with the largest output |
| **true** | the true class: the label of the picture |
| **p(pred)** | the probability that the network gives to its prediction. Near 1, the network is confident |
| **p(true)** | the probability that the network gives to the true class |
| **loss** | −ln p(true): 0.01 for .99, 0.69 for .50, 2.30 for .10. It has no upper limit |
| **margin** | p(pred) − p(true); near 0 it is a close call. For a right prediction: p(pred) − the second largest p |
| **#** | the number of the picture in the test data, counted from 0. It never changes |

Sigmoid outputs are called **a** and not p: each lies between 0 and 1, but together they need not add up to 1. Their loss
is Σ (a − y)² / 2, where y is 1 for the true class and 0 for the others. The screen writes this loss as two numbers:
(a − 1)² / 2 for the true class, and Σ a² / 2 for all other classes together.

The list shows the worst mistake first. Could you have read this picture? Press `s` to sort the list in another way: by
confidence, by how close the call was, and more. Press `f` to see only one true or one predicted class; the filter also counts
the mistakes of each class. Press `o` for other lists: **newly wrong** pictures were right one epoch before, **always wrong**
pictures were wrong after every epoch of training. Press `>` to keep only predictions with a high p(pred): fewer pictures
remain, and more of them are right. Press `<` to lower that limit again.

During training, the list does not change, so that you can read it. Press `enter` to update it to the newest epoch.
"""

EMPTY_LIST = "This list is empty. Press esc, then f, to choose another list."
LOADING = "Loading the data"

_OF_KIND = {
    "wrong": "{listed} of {wrong} mistakes{at}",
    "newly wrong": "{listed} of {wrong} mistakes{at} are new since the previous epoch",
    "always wrong": "{listed} of {wrong} mistakes{at} were mistakes in every epoch",
    "right": "{listed} of {all} test {noun}s are right{at}",
    "all": "{listed} of {all} test {noun}s{at}, {here} misclassified",
}
"""The title of the list, for each kind of list."""


def titles(cursor: MistakeCursor, newest: Snapshot, test: Split) -> tuple[str, ...]:
    """Return the title of the list in several lengths. It names the epoch of the list if that is not the newest epoch."""
    found, epoch, noun = cursor.found, cursor.snapshot.epoch, test.noun
    examples, at = len(test), f" at epoch {epoch_words(cursor.snapshot)}" if newest.newest_epoch > epoch else ""
    if found.right:
        text = f"all {examples:,} test {noun}s are right{at}"
        return f"{text}: lowest confidence first", f"all {examples:,} are right{at}"
    selection = found.selection
    if not selection.filtered:
        text = f"{found.total:,} of {examples:,}"
        return f"{text} test {noun}s misclassified{at}", f"{text} misclassified{at}", f"{text} misclassified"
    parts = [words] if (words := selection.describe(test.class_names)) else []
    if selection.threshold:
        parts.append(f"{_symbol(cursor)}(pred) ≥ {_share(selection.threshold)}")
    filter = f"{', '.join(parts)}: " if parts else ""
    counts = {
        "listed": f"{len(found):,}",
        "wrong": f"{found.total:,}",
        "all": f"{examples:,}",
        "here": f"{found.wrong:,}",
        "noun": noun,
    }
    long, text = (f"{filter}{_OF_KIND[selection.kind].format(**counts, at=when)}" for when in (at, ""))
    return long, text, f"{filter}{len(found):,} {KINDS[selection.kind].plural}", f"{filter}{len(found):,}"


def _symbol(cursor: MistakeCursor) -> str:
    return symbol_of(cursor.snapshot.network.loss)


def _share(threshold: float) -> str:
    return f"{threshold:.2f}"[1:]


def order_of(cursor: MistakeCursor) -> str:
    """Return the name of the order of the list, such as "worst first"; "" if nothing is misclassified."""
    symbol = _symbol(cursor)
    return "" if cursor.found.right else ORDERS[cursor.selection.order].label.replace("p(", f"{symbol}(")


def confident_ones(cursor: MistakeCursor) -> str:
    """Return a text with the number of listed predictions that have a confidence above .90.

    If the list has a threshold, the text contains instead the share of all predictions that reach it, and their accuracy.
    """
    found, symbol = cursor.found, _symbol(cursor)
    if (threshold := cursor.selection.threshold) and not found.right:
        left = coverage(found.evaluation, found.labels, threshold)
        sure = f"{symbol} ≥ {_share(threshold)} for {percent(left.share)} of all"
        return f"{sure}; {percent(left.accuracy)} of these are right"
    if found.right or len(found) < 2:
        return ""
    return f"{symbol}(pred) is above .90 for {found.surer_than(0.9):,} of the {len(found):,} listed."


def range_of(cursor: MistakeCursor, first: int, last: int) -> tuple[str, ...]:
    """Return a text, in several lengths, with the part of the list on the screen: "1–48 of 1,203".

    If the list has a threshold, the text also contains the share of all predictions that reach it.
    """
    place = f"{first:,}–{last:,} of {len(cursor.found):,}"
    if not (threshold := cursor.selection.threshold):
        return (place,)
    left = coverage(cursor.found.evaluation, cursor.found.labels, threshold)
    share = f"{percent(left.share)} reach {_share(threshold)}, {percent(left.accuracy)} right"
    return f"{place}   {confident_ones(cursor)}", f"{place}   {share}", share


def past_of(cursor: MistakeCursor, *, short: bool = False) -> str:
    """Return a text about whether the shown example was predicted correctly after earlier epochs.

    The text is "" if the predictions of earlier epochs are not known.
    """
    mistake, past = cursor.mistake, cursor.past
    if mistake is None or not past.answers:
        return ""
    times, epochs = past.times_right(mistake.index, mistake.true), len(past.answers)
    often = f"correct after {times:,} of {epochs:,} earlier epochs"
    if mistake.predicted == mistake.true:
        if short:
            return f"correct {times:,} of {epochs:,} times before"
        since = past.right_since(mistake.index, mistake.true)
        return f"correct now, {often}" if since is None else f"correct since epoch {since:,}"
    last = past.last_right(mistake.index, mistake.true)
    if short:
        return "never correct before" if last is None else f"last correct at epoch {last:,}"
    if last is None:
        return f"also wrong after {f'epochs 0 to {epochs - 1:,}' if epochs > 1 else 'epoch 0'}"
    return f"last correct at epoch {last:,}; {often}"


def place_of(cursor: MistakeCursor) -> str:
    """Return the position of the shown example in the list, such as "3 of 45", for a view that does not show the list."""
    return f"{cursor.position + 1:,} of {len(cursor.found):,}" if len(cursor.found) else ""


def none_listed(selection: Selection, test: Split) -> str:
    """Return a text about why the list is empty."""
    true, predicted = (
        None if label is None else test.class_names[label] for label in (selection.true, selection.predicted)
    )
    if selection.threshold:
        return f"No prediction in this list reaches the probability {_share(selection.threshold)}."
    if selection.kind != "wrong":
        words = selection.describe(test.class_names)
        return f"No example with {words} is in this list." if words else KINDS[selection.kind].none
    if true is None:
        return f"No other {test.noun} is predicted as {predicted}."
    if predicted is None:
        return f"No {true} is misclassified."
    if true == predicted:
        return f"A {true} predicted as {true} is right, so it is not a mistake."
    return f"No {true} is predicted as {predicted}."


def fate_of(index: int, found: MistakeList, test: Split) -> str:
    """Return a text with the new prediction for a test example that is no longer in the list."""
    true, predicted = found.labels[index], found.evaluation.predicted[index]
    name = test.class_names[predicted]
    return f"#{index} is now right: {name}." if predicted == true else f"#{index} is now predicted as {name}."


def messages(cursor: MistakeCursor, newest: Snapshot, test: Split, key: str) -> tuple[str, ...]:
    """Return the most important message about the shown predictions in several lengths; () if there is none.

    `key` is the key that shows the predictions of the newest epoch.
    """
    shown, found = cursor.snapshot, cursor.found
    if silent := unanswered(found.evaluation):
        text = f"No prediction for {silent:,} of {len(test):,} {test.noun}s"
        return f"{text}: the outputs are NaN. R starts over.", f"{text}. R starts over."
    if newest.epoch > shown.epoch:
        return (
            f"Epoch {newest.epoch:,} is finished. Press {key} to show it.",
            f"Press {key} for epoch {newest.epoch:,}.",
        )
    if newest.status.state is State.LOOKING_BACK and cursor.left is None:
        text = f"{looking_back_words(shown, newest)}."
        return f"{text} Press ] to go forward.", text
    if newest.status.state is State.DIVERGED:
        text = f"The training stopped in epoch {newest.epoch + 1:,}."
        return (
            f"{text} This is epoch {epoch_words(shown)}. Press R to start over.",
            f"{text} R starts over.",
        )
    if cursor.left is not None:
        return (fate_of(cursor.left, found, test),)
    if shown.step == 0:
        return (
            "The network is untrained, so it guesses. Press space to train one epoch.",
            "The network is untrained, so it guesses.",
        )
    return ()
