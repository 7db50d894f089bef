"""The words of the Mistakes pane, from the numbers they speak of. What may be too long comes in several lengths."""

from __future__ import annotations

from tui_nn.render.caption import symbol_of
from tui_nn.render.numbers import percent
from tui_nn.session.questions.mistake_cursor import MistakeCursor
from tui_nn.session.questions.mistakes import MistakeList, coverage, unanswered
from tui_nn.session.questions.selection import KINDS, ORDERS, Selection
from tui_nn.session.run.snapshot import Snapshot, State
from tui_nn.ui.kit.words import epoch_words

HELP = """\
The test digits that the network gets wrong. It never trains on them, so they show what it has really learned.

| word | means |
| --- | --- |
| **pred** | the predicted digit: the one with the largest output |
| **true** | the label: what the digit really is |
| **p(pred)** | the probability the network gives to its prediction. Near 1 it is sure, and wrong |
| **p(true)** | the probability it gives to the true digit |
| **loss** | −ln p(true): 0.01 for .99, 0.69 for .50, 2.30 for .10, and on without bound |
| **margin** | p(pred) − p(true): a small one is a close call. Of a right answer: p(pred) − the next largest |
| **#** | the place of the digit among the test digits, from 0. It never changes |

With sigmoid outputs the ten numbers are called **a**: each lies between 0 and 1, but they need not add up to 1.
The loss is then Σ (a − y)² / 2, where y is 1 for the true digit and 0 for the others. It is written as two numbers:
that of the true digit, (a − 1)² / 2, and that of the nine others together, Σ a² / 2.

The worst one is on top. Could you have read it? `s` puts others on top: the surest, the closest calls. `f` shows one
true or one predicted digit alone, and says how many mistakes each has. `o` lists others: **newly wrong** ones were right an epoch
before, **always wrong** ones after no epoch of training. `>` asks it to answer only where p(pred) is large enough: it then answers
fewer digits, and more of those are right. `<` asks for less.

While training runs the list stays as it is, so that you can read it; `enter` takes the newest epoch.
"""


def titles(cursor: MistakeCursor, newest: Snapshot) -> tuple[str, ...]:
    """What is listed, and of which epoch if that is not the newest."""
    found, epoch = cursor.found, cursor.snapshot.epoch
    examples, at = (
        len(found.labels),
        f" at epoch {epoch_words(cursor.snapshot)}" if newest.newest_epoch > epoch else "",
    )
    if found.right:
        return f"all {examples:,} test digits are right{at}: the least sure first", f"all {examples:,} are right{at}"
    selection = found.selection
    if not selection.filtered:
        text = f"{found.total:,} of {examples:,}"
        return f"{text} test digits misclassified{at}", f"{text} misclassified{at}", f"{text} misclassified"
    names = "0123456789"
    parts = [words] if (words := selection.describe(names)) else []
    if selection.threshold:
        parts.append(f"{_symbol(cursor)}(pred) ≥ {_share(selection.threshold)}")
    filter = f"{', '.join(parts)}: " if parts else ""
    counts = {"wrong": f"{found.total:,}", "all": f"{examples:,}", "here": f"{found.wrong:,}"}
    long, text = (f"{filter}{len(found):,} {_OF_KIND[selection.kind].format(**counts, at=when)}" for when in (at, ""))
    return long, text, f"{filter}{len(found):,} {KINDS[selection.kind].plural}", f"{filter}{len(found):,}"


_OF_KIND = {
    "wrong": "of {wrong} mistakes{at}",
    "newly wrong": "of {wrong} mistakes{at} were right an epoch before",
    "always wrong": "of {wrong} mistakes{at} were never right",
    "right": "of {all} test digits, all right{at}",
    "all": "of {all} test digits, {here} misclassified{at}",
}
"""How many there are to choose from, of each kind."""


def _symbol(cursor: MistakeCursor) -> str:
    return symbol_of(cursor.snapshot.network.loss)


def _share(threshold: float) -> str:
    return f"{threshold:.2f}"[1:]


def order_of(cursor: MistakeCursor) -> str:
    """What comes first."""
    symbol = _symbol(cursor)
    return "" if cursor.found.right else ORDERS[cursor.selection.order].label.replace("p(", f"{symbol}(")


def sure_ones(cursor: MistakeCursor) -> str:
    """How many of the listed the network is sure of."""
    found, symbol = cursor.found, _symbol(cursor)
    if (threshold := cursor.selection.threshold) and not found.right:
        left = coverage(found.evaluation, found.labels, threshold)
        return f"{symbol} ≥ {_share(threshold)}: answers {percent(left.share)}, {percent(left.accuracy)} of them right"
    if found.right or len(found) < 2:
        return ""
    return f"In {found.surer_than(0.9):,} of the {len(found):,}, {symbol}(pred) is above .90."


def range_of(cursor: MistakeCursor, first: int, last: int) -> tuple[str, ...]:
    """Which are seen of how many, and what is left by the threshold."""
    place = f"{first:,}–{last:,} of {len(cursor.found):,}"
    if not (threshold := cursor.selection.threshold):
        return (place,)
    left = coverage(cursor.found.evaluation, cursor.found.labels, threshold)
    answers = f"answers {percent(left.share)}, {percent(left.accuracy)} right"
    return f"{place}   {sure_ones(cursor)}", f"{place}   {answers}", answers


def past_of(cursor: MistakeCursor, *, short: bool = False) -> str:
    """When the digit that is looked at was right before; "" if there is no before, or it is not known."""
    mistake, past = cursor.mistake, cursor.past
    if mistake is None or not past.answers:
        return ""
    times, epochs = past.times_right(mistake.index, mistake.true), len(past.answers)
    if short and mistake.predicted == mistake.true:
        return f"right {times:,} of {epochs:,} times before"
    if mistake.predicted == mistake.true:
        since = past.right_since(mistake.index, mistake.true)
        return (
            f"right now, and {times:,} of {epochs:,} times before" if since is None else f"right since epoch {since:,}"
        )
    last = past.last_right(mistake.index, mistake.true)
    if short:
        return "was never right before" if last is None else f"last right at epoch {last:,}"
    if last is None:
        return f"wrong after {f'epochs 0 to {epochs - 1:,}' if epochs > 1 else 'epoch 0'} too"
    return f"last right at epoch {last:,}: {times:,} of {epochs:,} times before"


def place_of(cursor: MistakeCursor) -> str:
    """Where in the list one is, for when the list itself is not seen."""
    return f"{cursor.position + 1:,} of {len(cursor.found):,}" if len(cursor.found) else ""


def none_listed(selection: Selection) -> str:
    """Why there is nothing to see."""
    true, predicted = selection.true, selection.predicted
    if selection.threshold:
        return "None of these is so sure of its answer."
    if selection.kind != "wrong":
        return (
            KINDS[selection.kind].none
            if not selection.describe("0123456789")
            else f"None with {selection.describe('0123456789')}."
        )
    if true is None:
        return f"No other digit is taken for a {predicted}."
    if predicted is None:
        return f"No {true} is misclassified."
    return f"A {true} taken for a {true} is right." if true == predicted else f"No {true} is taken for a {predicted}."


def fate_of(index: int, found: MistakeList) -> str:
    """What became of a test digit that is not listed."""
    true, predicted = found.labels[index], found.evaluation.predicted[index]
    return f"#{index} is right now: a {true}." if predicted == true else f"#{index} is taken for a {predicted} now."


def messages(cursor: MistakeCursor, newest: Snapshot, key: str) -> tuple[str, ...]:
    """What is to be known of the answers in view, the most important thing alone; () if there is none.

    `key` takes the newest answers.
    """
    shown, found = cursor.snapshot, cursor.found
    if silent := unanswered(found.evaluation):
        text = f"No answer to {silent:,} of {len(found.labels):,} digits"
        return f"{text}: the network gives NaN. R starts over", f"{text}. R starts over"
    if newest.epoch > shown.epoch:
        return (f"epoch {newest.epoch:,} is in: {key} takes it",)
    if newest.status.state is State.LOOKING_BACK and cursor.left is None:
        text = f"Looking back at epoch {epoch_words(shown)} of {newest.newest_epoch:,}"
        return f"{text}   ] goes on", text
    if newest.status.state is State.DIVERGED:
        text = f"Stopped in epoch {newest.epoch + 1:,}"
        return f"{text}: these are the answers of epoch {epoch_words(shown)}. R starts over", f"{text}. R starts over"
    if cursor.left is not None:
        return (fate_of(cursor.left, found),)
    return ("Untrained: these are guesses. space trains one epoch",) if shown.step == 0 else ()
