"""The line at the top: network, data, epoch, test accuracy and state."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.session.run.status import State
from tui_nn.ui.configure.draft import differs_from_preset
from tui_nn.ui.kit.roles import BROKEN, CHANGED, FRAME, KEY, MUTED, RIGHT, TEST, TEXT, VALIDATION, WARNING, bold, colour
from tui_nn.ui.kit.words import epoch_words

if TYPE_CHECKING:
    from tui_nn.engine.messages import Opened
    from tui_nn.session.run.snapshot import Snapshot
    from tui_nn.ui.kit.explaining import Page, Spot

_MARKS = {
    State.READY: ("○ ready", MUTED),
    State.RUNNING: ("▸ running", RIGHT),
    State.PAUSED: ("‖ paused", TEXT),
    State.REPLAYING: ("◂ replaying", colour(KEY)),
    State.LOOKING_BACK: ("◂ looking back", colour(KEY)),
    State.INSIDE: ("▸ inside an update", WARNING),
    State.DIVERGED: ("✗ diverged", BROKEN),
}


class StatusLine(Widget):
    """A widget that shows one row. A narrow terminal leaves out the data first and then the network, but never the state."""

    DEFAULT_CSS = f"""
    StatusLine {{ height: 1; background: {FRAME}; padding: 0 1; }}
    """

    snapshot: reactive[Snapshot | None] = reactive(None)
    """The snapshot that the line describes."""

    opened: reactive[Opened | None] = reactive(None)
    """The data; None while they are being loaded."""

    stopped: reactive[str] = reactive("")
    """The reason why the engine has stopped; "" while it works."""

    recording: reactive[bool] = reactive(False)
    """True while the commands and views are recorded."""

    def render(self) -> Content:
        """Return the row at the present width."""
        width = self.size.width
        right = self._right()
        for left in self._lefts():
            if left.cell_length + 2 + right.cell_length <= width:
                return Content.assemble(left, " " * (width - left.cell_length - right.cell_length), right)
        return right

    def explained(self, page: Page) -> Iterator[Spot]:
        """Yield a `Spot` (explained region) for the epoch, the accuracy, the progress and the network in this row."""
        from tui_nn.session.questions.explaining import training

        snapshot, opened = self.snapshot, self.opened
        if snapshot is None:
            return
        share, name, _ = shown_accuracy(snapshot, opened)
        if opened is not None and name == "test":
            accuracy = partial(training.accuracy_on_test, snapshot, opened.test.labels)
        else:
            accuracy = partial(training.epoch_accuracy, snapshot, snapshot.record, "validation")
        yield from page.on_text(self, f"{name} {share:5.1%}".replace("%", " %"), accuracy)
        yield from page.on_text(self, f"epoch {epoch_words(snapshot)}", partial(training.epoch, snapshot))
        yield from page.on_text(
            self, f"{snapshot.progress.share * 100:2.0f} %", partial(training.progress, snapshot), last=True
        )
        yield from page.on_text(self, describe_network(snapshot), partial(training.parameters, snapshot))
        yield from page.on_text(self, snapshot.preset, partial(training.preset, snapshot))

    def _lefts(self) -> list[Content]:
        snapshot, opened = self.snapshot, self.opened
        if snapshot is None:
            return [Content.assemble(("tui-nn", "bold"))]
        changed = "•" if differs_from_preset(snapshot) else ""
        name = Content.assemble((snapshot.preset, "bold"), (changed, CHANGED))
        network = Content.assemble(name, "  ", (describe_network(snapshot), MUTED))
        lefts = [network, name]
        if opened is not None and self.size.width >= 110:
            data = f"{snapshot.train_examples:,} + {len(opened.test):,} {opened.data_name}"
            rest = f"  ·  {data}  ·  seed {snapshot.training.seed}"
            lefts.insert(0, Content.assemble(network, (rest, MUTED)))
        return lefts

    def _right(self) -> Content:
        snapshot = self.snapshot
        if self.stopped:
            state = Content.assemble(("‡ engine stopped", bold(BROKEN)))
        elif snapshot is None:
            return Content.assemble(("loading data", MUTED))
        else:
            word, colour = _MARKS[snapshot.status.state]
            # If one batch is the whole epoch, the progress is always 0 %, so leave it out.
            if snapshot.status.state in (State.RUNNING, State.PAUSED, State.REPLAYING) and (
                snapshot.batches > 1 or snapshot.progress.share
            ):
                word += f" {snapshot.progress.share * 100:2.0f} %"
            state = Content.assemble((word, bold(colour)))
        if snapshot is None:
            return state
        return Content.assemble(
            ("● rec   ", bold(WARNING)) if self.recording else "",
            (f"epoch {epoch_words(snapshot)}", "bold"),
            self._accuracy(snapshot),
            "   ",
            state,
        )

    def _accuracy(self, snapshot: Snapshot) -> tuple[str, str]:
        share, name, colour = shown_accuracy(snapshot, self.opened)
        return f"   {name} {share:5.1%}".replace("%", " %"), colour


def shown_accuracy(snapshot: Snapshot, opened: Opened | None) -> tuple[float, str, str]:
    """Return the accuracy of the current network, even in the middle of an epoch: a share from 0 to 1, its label and its colour."""
    if snapshot.record.has_validation:
        return snapshot.validation[1], "val.", VALIDATION
    if opened is None:
        return snapshot.record.test_accuracy, "test", TEST
    return float((snapshot.evaluation.predicted == opened.test.labels).mean()), "test", TEST


def describe_network(snapshot: Snapshot) -> str:
    """Return the layers in one line: "784 ─ 128 relu ─ 10"."""
    network = snapshot.network
    sizes = [str(size) for size in network.sizes]
    if len(network.hidden_sizes) <= 2:
        sizes[1:-1] = [f"{size} {network.activation.replace('_relu', '')}" for size in network.hidden_sizes]
    return " ─ ".join(sizes)
