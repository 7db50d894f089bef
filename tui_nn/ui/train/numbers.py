"""The numbers of a run: its scores, the state of the training with its keys, and the speed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isqrt

from textual import events
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.config.configs import TrainingConfig
from tui_nn.core.losses import LOSSES
from tui_nn.core.parameters import count_parameters
from tui_nn.core.watch.metrics import accuracy
from tui_nn.data.dataset import Split
from tui_nn.render.bars import thin_bar
from tui_nn.render.comparison import FEW
from tui_nn.render.numbers import fitting, loss_text, percent
from tui_nn.session.questions.branch_words import changed_words, fork_words
from tui_nn.session.run.snapshot import Snapshot, State
from tui_nn.ui.kit.roles import BEST, BROKEN, FAINT, HEADING, KEY, MUTED, RIGHT, TEST, TEXT, TRAIN, VALIDATION, bold

Line = list[str | tuple[str, str]]

_LEFT_BRACKET = 5
"""A column of the last row. A click left of it goes one epoch back, and any other click goes one epoch forward."""

_REASONS = {
    "the loss is not a finite number": "loss is not finite",
    "the parameters are no longer finite numbers": "weights are not finite",
}
"""A shorter text for each sentence with the reason of a divergence. The full sentence does not fit into this narrow column."""


class Numbers(Widget):
    """A widget that shows the numbers of a run: its scores, the state of its training, its speed and its settings.

    The rows stay at the same place. Only the rows about the state change their meaning.
    """

    DEFAULT_CSS = """
    Numbers { width: 28; height: 1fr; padding: 0 1 0 0; }
    """

    class Stepped(Message):
        """This message reports a click on a bracket in the row [ epoch ]. `epochs` is -1 for the left one, +1 for the right."""

        def __init__(self, epochs: int) -> None:
            super().__init__()
            self.epochs = epochs

    snapshot: reactive[Snapshot | None] = reactive(None)

    test: reactive[Split | None] = reactive(None)
    """The test examples."""

    stopped: reactive[str] = reactive("")
    """The reason why the engine has stopped, or "" while it works."""

    def render(self) -> Content:
        """Draw all rows."""
        snapshot, width = self.snapshot, self.size.width
        if snapshot is None:
            return Content.assemble(("loading the data", MUTED))
        scores: list[Line] = [[("loss   accuracy".rjust(width), MUTED)], *self._scores(snapshot, width)]
        state, speed = state_lines(snapshot, width, self.stopped), self._speed(snapshot, width)
        most = self.size.height - 1
        settings = self._settings(snapshot, width)
        rows: list[Line] = [*scores, [], *state, [], *speed, [], *settings]
        if len(rows) > most:
            # There is no room for all rows: put the settings into one row, leave out the empty rows, and show only the last
            # few of the rows about the speed.
            state = [line for line in state if line]
            above = [*scores, *state, settings_line(snapshot.training, width)]
            rows = [*above, *speed[-max(most - len(above), 1) :]]
            if len(rows) < most:
                rows.insert(len(scores), [])
            if len(rows) < most:
                rows.insert(-len(speed), [])
        spare = most - len(rows)
        if spare >= 6 and snapshot.epoch >= 4:
            rows += self._recent(snapshot, width, spare - 2)
        rows += [[]] * (most - len(rows))
        rows = [*rows[:most], self._place(snapshot, width)]
        return Content("\n").join(Content.assemble(*row) for row in rows)

    def _place(self, snapshot: Snapshot, width: int) -> Line:
        """Return the last row of the numbers, with the epoch on the screen and the number of planned epochs."""
        plan = max(snapshot.training.plan_end(max(snapshot.newest_epoch - 1, 0)), snapshot.newest_epoch)
        here, end = f"{snapshot.epoch:,}", f" of {plan:,}"
        places = ((f"epoch {here}", end), (here, end), (f"epoch {here}", ""))
        place, end = next((pair for pair in places if len("[ ◂  ▸ ]" + "".join(pair)) <= width), places[-1])
        return [("[", KEY), " ◂ ", (place, HEADING), " ▸ ", ("]", KEY), (end, MUTED)]

    def _scores(self, snapshot: Snapshot, width: int) -> list[Line]:
        record, best = snapshot.record, snapshot.history.best
        # During an epoch, the network has changed since the record of the previous epoch. The scores are those of the
        # present network, as in all panes.
        now = snapshot.evaluation
        right = record.test_accuracy if self.test is None else accuracy(now.predicted, self.test.labels)
        classes = snapshot.network.output_size

        def score(name: str, colour: str, loss: float, share: float, values: str = TEXT) -> Line:
            numbers = f"{loss_text(loss)}   {percent(share, 2):>8}"
            return [(name, colour), (numbers.rjust(width - len(name)), values)]

        rows = [score("train", TRAIN, record.train_loss, record.train_accuracy)]
        if record.has_validation:
            rows.append(score("validation", VALIDATION, *snapshot.validation))
        # The test results are muted if there are validation examples, because a person should then choose settings by the
        # validation results.
        test = MUTED if record.has_validation else TEXT
        chance = LOSSES[snapshot.network.loss].chance(classes)
        rows += [score("test", TEST, now.loss, right, test), score("chance", FAINT, chance, 1 / classes, FAINT)]
        if best is None:
            return [*rows, [("★ best", BEST), ("none yet".rjust(width - 6), FAINT)], []]
        monitored_data = snapshot.history.monitored_data
        rows.append(score("★ best", BEST, best.monitored_loss, best.monitored_accuracy))
        epoch = f"epoch {best.epoch:,}"
        words = (
            *([f"  by {snapshot.set_aside} examples: {epoch}"] if 0 < snapshot.set_aside < FEW else []),
            f"  lowest {monitored_data} loss: {epoch}",
            f"  {monitored_data} loss: {epoch}",
            f"  {monitored_data}: {epoch}",
        )
        return [*rows, [(fitting(words, width), MUTED)]]

    def on_click(self, event: events.Click) -> None:
        """Go one epoch back or forward when a bracket of the last row is clicked."""
        if event.y == self.size.height - 1:
            self.post_message(self.Stepped(-1 if event.x < _LEFT_BRACKET else 1))

    def _speed(self, snapshot: Snapshot, width: int) -> list[Line]:
        progress = snapshot.progress
        # A branch that has not been trained has no speed yet. The sizes of the network and the data are shown instead.
        if progress.examples_a_second and (snapshot.newest_epoch or progress.step):
            pairs = [
                ("updates", f"{progress.step:,}"),
                ("ms per update", f"{progress.seconds_a_step * 1000:.2f}"),
                ("examples a second", f"{round(progress.examples_a_second, -2):,.0f}"),
            ]
        else:
            count = count_parameters(snapshot.network.sizes, snapshot.network.use_bias)
            pairs = [
                ("parameters", f"{count:,}"),
                ("updates an epoch", f"{snapshot.batches:,}"),
                ("examples", f"{snapshot.train_examples:,}"),
            ]
        return [[(name, MUTED), value.rjust(width - len(name))] for name, value in pairs]

    def _settings(self, snapshot: Snapshot, width: int) -> list[Line]:
        """Return three settings of the training, and the key that changes them."""
        key: Line = [("t", KEY), (" change", MUTED)]
        rows: list[Line] = []
        for setting in TrainingConfig.settings:
            if setting.name in ("learning_rate", "batch_size", "optimizer"):
                value = setting.show(getattr(snapshot.training, setting.name))
                rows.append([(setting.label, MUTED), value.rjust(width - len(setting.label))])
        return [*rows, key]

    def _recent(self, snapshot: Snapshot, width: int, most: int) -> list[Line]:
        """Return a blank row, a heading, and `most` or fewer rows with the losses of the newest epochs."""
        best, beside = snapshot.history.best, snapshot.history.monitored_data
        heads = f"train{beside.rjust(8)}" if beside == "test" else "train  valid."
        rows: list[Line] = [[], [("recent epochs", "bold"), (heads.rjust(width - 13), MUTED)]]
        for record in reversed(snapshot.history.records[max(snapshot.epoch + 1 - most, 0) : snapshot.epoch + 1]):
            star = " ★" if record is best else ""
            name = f"{record.epoch:>5,}{star}"
            losses = f"{loss_text(record.train_loss)}   {loss_text(record.monitored_loss)}"
            rows.append([(name, MUTED), losses.rjust(width - len(name))])
        return rows


def settings_line(training: TrainingConfig, width: int) -> Line:
    """Return the learning rate, the optimizer and the batch size in one row, after the key that changes them."""
    values = {setting.name: setting.show(getattr(training, setting.name)) for setting in training.settings}
    rate, optimizer, batch = values["learning_rate"], values["optimizer"], values["batch_size"]
    texts = (
        f"rate {rate}, {optimizer}, batch {batch}",
        f"rate {rate}, {optimizer}, {batch}",
        f"rate {rate}, {optimizer}",
    )
    return [("t", KEY), " ", (_cut(texts, width - 2), MUTED)]


def state_lines(snapshot: Snapshot, width: int, stopped: str) -> list[Line]:
    """Return three rows, `width` cells wide, with the state of the training and useful keys.

    `stopped` says why the engine has stopped, or is "" while it works.
    """
    if stopped:
        epoch = f"{snapshot.epoch:,}"
        kept = (f"epochs up to {epoch} are not lost", f"epochs 0–{epoch} are not lost", f"epochs 0–{epoch} are safe")
        return [
            [("‡ the engine has stopped", bold(BROKEN))],
            [(_cut(kept, width), MUTED)],
            [("e", KEY), (" start it again", MUTED)],
        ]
    return _LINES.get(snapshot.status.state, _training)(snapshot, width)


def _looking_back(snapshot: Snapshot, width: int) -> list[Line]:
    newest = f"  newest {snapshot.newest_epoch:,}"
    title: Line = [("◂ looking back", KEY), (newest, MUTED)]
    if snapshot.progress.batch:
        title = _inside(snapshot, width, "◂ ", KEY)
    return [
        title,
        [("space", KEY), (" train on  ", MUTED), ("end", KEY), (" newest", MUTED)],
        [("a change starts a branch", MUTED)],
    ]


def _diverged(snapshot: Snapshot, width: int) -> list[Line]:
    reason, _, place = snapshot.status.reason.partition(": ")
    look = next((words for words in (" look inside", " look", "") if len(f"{place}  m{words}") <= width), "")
    back: Line = [("[", KEY), (" back  ", MUTED)] if snapshot.epoch else []
    return [
        [(f"✗ {_REASONS.get(reason, reason)}"[:width], bold(BROKEN))],
        [(f"{place}  ", MUTED), ("m", KEY), (look, MUTED)] if look else [(place, MUTED)],
        [*back, ("1", KEY), (" lower the rate", MUTED)],
    ]


def _ready(snapshot: Snapshot, width: int) -> list[Line]:
    if snapshot.epoch == 0:
        chance = LOSSES[snapshot.network.loss].chance(snapshot.network.output_size)
        return [[("untrained", "bold")], [(f"a guess has a loss of {loss_text(chance)}", MUTED)], []]
    name = f"epoch {snapshot.epoch:,} done"
    done: Line = [(name, "bold")]
    if snapshot.status.reason:
        return [done, [("stopped early:", MUTED)], [(snapshot.status.reason[:width], MUTED)]]
    where, why = _branch(snapshot, width)
    if snapshot.epoch % snapshot.training.epochs == 0:
        # A short run ends within a second, which may look like an error. So the rows say that it ended as planned, and that
        # the key r trains on.
        done = [(_cut((f"{name}, as planned", name), width), "bold")]
        why = why or [("r", KEY), (f" runs {snapshot.training.epochs:,} more", MUTED)]
    newest = snapshot.history.records[-1]
    if not why and newest.epoch and newest.train_accuracy < newest.monitored_accuracy:
        where, why = _why_train_is_lower(snapshot.training)
    return [done, where, why]


def _why_train_is_lower(training: TrainingConfig) -> tuple[Line, Line]:
    """Return two rows that explain why the train accuracy is lower than the accuracy on other data."""
    why = "train accuracy is lower: it\nis measured before updates"
    if training.dropout:
        why = "train accuracy is lower: it\nis measured with dropout"
    elif training.noise != "none":
        why = "train accuracy is lower: it\nis measured with noise"
    first, second = why.split("\n")
    return [(first, MUTED)], [(second, MUTED)]


def _branch(snapshot: Snapshot, width: int) -> list[Line]:
    """Return two rows about the branch: where it starts, and the changes made there.

    On the first branch, they show how many batches an epoch has.
    """
    branch = snapshot.branches[snapshot.branch] if snapshot.branches else None
    if branch is None or branch.parent is None:
        size, there = snapshot.training.batch_size, snapshot.train_examples
        all_at_once = size is None or size >= there
        batches = f"1 batch of all {there:,}" if all_at_once else f"{snapshot.batches:,} batches of up to {size:,}"
        return [[(batches, MUTED)], []]
    where = fork_words(branch)
    start = _cut((f"{branch.name}, from {where}", f"{branch.name}, {where}", where), width)
    return [[(start, MUTED)], [(_cut(changed_words(branch, isqrt(snapshot.network.input_size)), width), MUTED)]]


def _training(snapshot: Snapshot, width: int) -> list[Line]:
    """Return the three rows about the training. They are for an epoch that is trained or replayed, or for an update in the
    microscope.
    """
    state, progress = snapshot.status.state, snapshot.progress
    title = _inside(snapshot, width, "", "bold")
    if state is State.REPLAYING:
        title = [("◂ replaying", KEY), (f"  to {snapshot.status.reason}", MUTED)]
    colour = RIGHT if state is State.RUNNING else TEXT
    return [
        title,
        [(thin_bar(progress.share, width - 6), colour), f" {progress.share * 100:3.0f} %"],
        [("m", KEY), (" goes on with the update", MUTED)] if state is State.INSIDE else [],
    ]


_LINES: dict[State, Callable[[Snapshot, int], list[Line]]] = {
    State.LOOKING_BACK: _looking_back,
    State.DIVERGED: _diverged,
    State.READY: _ready,
}
"""A dict from a state to the function that returns the three rows about the training. For other states, `_training`
returns them.
"""


def _inside(snapshot: Snapshot, width: int, mark: str, style: str) -> Line:
    """Return a row with the number of the current epoch and the number of the current batch."""
    epoch = f"{mark}epoch {snapshot.epoch + 1:,}"
    batch, batches = f"{snapshot.progress.batch:,}", f"{snapshot.batches:,}"
    places = (f"  batch {batch} of {batches}", f"  batch {batch}/{batches}", f" {batch}/{batches}")
    return [(epoch, style), (_cut(places, width - len(epoch)), MUTED)]


def _cut(texts: Sequence[str], width: int) -> str:
    """Return the first text that fits into `width` cells. If none fits, return the beginning of the last text."""
    return fitting(texts, width)[:width]
