"""The dialog that offers the runs which earlier apps did not save."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui_nn.session.file.rescue import delete_rescue
from tui_nn.ui.kit.dialog import Dialog
from tui_nn.ui.kit.roles import FRAME, KEY, SOFT

if TYPE_CHECKING:
    from textual.app import App

    from tui_nn.session.file.summary import FileSummary

Choice = Literal["open", "delete", "later"]


def offer(app: App[None], runs: Sequence[FileSummary], open_run: Callable[[str], object]) -> None:
    """Offer the first of these runs. If the person deletes it, offer the next one.

    `open_run` receives the path of the chosen run.
    """
    run, *others = runs

    def act(choice: Choice | None) -> None:
        if choice == "open":
            open_run(run.path)
        elif choice == "delete":
            try:
                delete_rescue(Path(run.path))
            except OSError as error:
                reason = (error.strerror or "another tui-nn has opened the run in the meantime").lower()
                app.notify(f"The run was not deleted: {reason}.", severity="error", markup=False)
            if others:
                offer(app, others, open_run)

    app.push_screen(UnsavedRun(run, len(others)), act)


class UnsavedRun(Dialog[Choice]):
    """A dialog that offers a run. It returns whether to open or delete it, or to do neither now."""

    DEFAULT_CSS = f"""
    UnsavedRun {{ align: center middle; }}
    UnsavedRun > Vertical {{ width: 64; height: auto; background: {FRAME}; padding: 1 2; }}
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
                about += f"\nThere {'is 1 more' if self._others == 1 else f'are {self._others} more'}."
            yield Static(Content.assemble((about, SOFT)))
            keys = (("enter", KEY), " open it    ", ("d", KEY), " delete it    ", ("esc", KEY), " later")
            yield Static(Content.assemble("\n", *keys))

    def action_choose(self, choice: Choice) -> None:
        """Close the dialog and return the choice."""
        self.dismiss(choice)
