"""The first hint in a row, with the keys that lead on."""

from __future__ import annotations

from textual.reactive import reactive

from tui_nn.data.dataset import Split
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.kit.fitted_line import FittedLine
from tui_nn.ui.kit.hint_watch import HintWatch, hint_texts


class HintLine(FittedLine):
    """Not there while nothing is wrong."""

    DEFAULT_CSS = """
    HintLine { display: none; background: $warning-muted; color: $text-warning; text-style: bold; }
    HintLine.-said { display: block; }
    """

    test: Split | None = None
    """The test digits, to ask a network that has made no update yet; set before the snapshot."""

    snapshot: reactive[Snapshot | None] = reactive(None, init=False, repaint=False)
    """Whose hint."""

    def __init__(self) -> None:
        super().__init__()
        self._watch = HintWatch()

    def watch_snapshot(self, snapshot: Snapshot | None) -> None:
        """Say what is wrong, if it is something else than before."""
        found = self._watch.of(snapshot, self.test)
        self.texts = hint_texts(found[0]) if found else ("",)
        self.right = hint_keys(fixable=bool(found and found[0].fix)) if found else ""


def hint_keys(*, fixable: bool) -> str:
    """What the keys at the end of the row do."""
    return "w why  F fix" if fixable else "w why"
