"""The dialog that offers the unsaved runs of earlier apps."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui_nn.engine.commands import OpenRescued
from tui_nn.session.file.rescue import delete_rescue
from tui_nn.ui.kit.dialog import Dialog
from tui_nn.ui.kit.roles import KEY, SOFT

if TYPE_CHECKING:
    from tui_nn.session.file.summary import FileSummary
    from tui_nn.ui.shell.app import TuiNN
    from tui_nn.ui.shell.main_screen import MainScreen

Choice = Literal["open", "delete", "later"]


async def offer(screen: MainScreen, runs: Sequence[FileSummary]) -> None:
    """Offer these runs, one after the other, until the person opens one or keeps all for later."""
    # Keys that were pressed before the dialog appeared are not meant for the dialog.
    await cast("TuiNN", screen.app).early_keys_done.wait()
    _offer_first(screen, runs)


def _offer_first(screen: MainScreen, runs: Sequence[FileSummary]) -> None:
    run, *others = runs

    def act(choice: Choice | None) -> None:
        if choice == "open":
            screen.send(OpenRescued(run.path))
        elif choice == "delete":
            try:
                delete_rescue(Path(run.path))
            except OSError as error:
                reason = (error.strerror or "another window of tui-nn has opened the run in the meantime").lower()
                screen.app.notify(f"The run was not deleted: {reason}.", severity="error", markup=False)
            if others:
                _offer_first(screen, others)

    screen.app.push_screen(UnsavedRun(run, len(others)), act)


class UnsavedRun(Dialog[Choice]):
    """A dialog that offers a run. It returns whether to open or delete it, or to do neither now."""

    DEFAULT_CSS = """
    UnsavedRun > Vertical { width: 64; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose('open')", "open"),
        Binding("d", "choose('delete')", "delete"),
        Binding("escape", "choose('later')", "later"),
    ]

    def __init__(self, run: FileSummary, others: int) -> None:
        """Ask what to do with `run`. `others` is the number of runs that are offered after it."""
        super().__init__()
        self._run, self._others = run, others

    def compose(self) -> ComposeResult:
        """Yield the widgets: the run, the number of others, and the three keys."""
        run = self._run
        sizes = "-".join(map(str, run.sizes))
        accuracy = f"{run.test_accuracy:.1%}".replace("%", " %")
        with Vertical():
            yield Static(Content.assemble((f"The run from {run.written:%Y-%m-%d %H:%M} was not saved", "bold")))
            about = f"{run.preset}, {sizes}, epoch {run.epoch:,}, test {accuracy}."
            if self._others:
                about += f"\nThere {'is 1 more unsaved run' if self._others == 1 else f'are {self._others} more unsaved runs'}."
            yield Static(Content.assemble((about, SOFT)))
            keys = (("enter", KEY), " open it    ", ("d", KEY), " delete it    ", ("esc", KEY), " later")
            yield Static(Content.assemble("\n", *keys))

    def action_choose(self, choice: Choice) -> None:
        """Close the dialog and return the choice."""
        self.dismiss(choice)
