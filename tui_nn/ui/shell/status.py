"""The line at the top: what network, what data, which epoch, how good, and what is going on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.session.run.status import State
from tui_nn.ui.configure.draft import differs_from_preset
from tui_nn.ui.kit.words import epoch_words

if TYPE_CHECKING:
    from tui_nn.engine.messages import Opened
    from tui_nn.session.run.snapshot import Snapshot

_MARKS = {
    State.READY: ("○ ready", "$foreground 62%"),
    State.RUNNING: ("▸ running", "$text-success"),
    State.PAUSED: ("‖ paused", "$foreground"),
    State.REPLAYING: ("◂ replaying", "$text-accent"),
    State.LOOKING_BACK: ("◂ looking back", "$text-accent"),
    State.INSIDE: ("▸ inside an update", "$text-warning"),
    State.DIVERGED: ("✗ diverged", "$text-error"),
}


class StatusLine(Widget):
    """One row. Where it gets narrow the network goes first, then the data; the state never."""

    DEFAULT_CSS = """
    StatusLine { height: 1; background: $panel; padding: 0 1; }
    """

    snapshot: reactive[Snapshot | None] = reactive(None)
    """What is spoken of."""

    opened: reactive[Opened | None] = reactive(None)
    """The data."""

    stopped: reactive[str] = reactive("")
    """Why the engine is gone, or ""."""

    def render(self) -> Content:
        """The row, as wide as it is."""
        width = self.size.width
        right = self._right()
        for left in self._lefts():
            if len(left) + 2 + len(right) <= width:
                return Content.assemble(left, " " * (width - len(left) - len(right)), right)
        return right

    def _lefts(self) -> list[Content]:
        snapshot, opened = self.snapshot, self.opened
        if snapshot is None:
            return [Content.assemble(("tui-nn", "bold"))]
        changed = "•" if differs_from_preset(snapshot) else ""
        name = Content.assemble((snapshot.preset, "bold"), (changed, "bold $text-accent"))
        network = Content.assemble(name, "  ", (describe_network(snapshot), "$foreground 62%"))
        lefts = [network, name]
        if opened is not None and self.size.width >= 110:
            data = f"{snapshot.train_examples:,} + {len(opened.test):,} {opened.data_name}"
            rest = f"  ·  {data}  ·  seed {snapshot.training.seed}"
            lefts.insert(0, Content.assemble(network, (rest, "$foreground 62%")))
        return lefts

    def _right(self) -> Content:
        snapshot = self.snapshot
        if self.stopped:
            state = Content.assemble(("‡ engine stopped", "bold $text-error"))
        elif snapshot is None:
            return Content.assemble(("loading digits", "$foreground 62%"))
        else:
            word, colour = _MARKS[snapshot.status.state]
            # A batch that is the whole epoch, done before it is seen, has no share worth telling.
            if snapshot.status.state in (State.RUNNING, State.PAUSED, State.REPLAYING) and (
                snapshot.batches > 1 or snapshot.progress.share
            ):
                word += f" {snapshot.progress.share * 100:2.0f} %"
            state = Content.assemble((word, f"bold {colour}"))
        if snapshot is None:
            return state
        share = snapshot.record.test_accuracy
        if self.opened is not None:
            # Of the network as it is, which may be paused past its last record.
            right = snapshot.evaluation.predicted == self.opened.test.labels
            share = float(right.mean())
        return Content.assemble(
            (f"epoch {epoch_words(snapshot)}", "bold"),
            (f"   test {share:5.1%}".replace("%", " %"), "$text-primary"),
            "   ",
            state,
        )


def describe_network(snapshot: Snapshot) -> str:
    """The layers in a line: "784 ─ 128 relu ─ 10"."""
    network = snapshot.network
    sizes = [str(size) for size in network.sizes]
    if len(network.hidden_sizes) <= 2:
        sizes[1:-1] = [f"{size} {network.activation.replace('_relu', '')}" for size in network.hidden_sizes]
    return " ─ ".join(sizes)
