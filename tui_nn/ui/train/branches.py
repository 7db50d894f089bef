"""The dialog that shows all branches of a run as a tree."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from math import isqrt
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui_nn.render.cells import cells_of, to_left
from tui_nn.render.numbers import fitting, loss_text
from tui_nn.session.questions.branch_words import branch_tree, changed_words, fork_words
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.session.run.timeline import Branch
from tui_nn.ui.kit.dialog import NamingDialog
from tui_nn.ui.kit.roles import BROKEN, HEADING, KEY, MUTED

LONGEST_NAME = 24


class Branches(NamingDialog[int | None]):
    """A dialog that shows the tree of branches. It returns the number of the branch to go to, or None if it was closed."""

    DEFAULT_CSS = """
    Branches > Vertical { width: 76; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("n", "name", "rename")]

    def __init__(self, snapshot: Snapshot, rename: Callable[[int, str], object]) -> None:
        """Show the branches of `snapshot`; `rename(branch, name)` sends a new name to the engine."""
        super().__init__()
        self._branches, self._current, self._rename = list(snapshot.branches), snapshot.branch, rename
        self._rows = branch_tree(snapshot.branches)
        self._monitored_data, self._side = snapshot.history.monitored_data, isqrt(snapshot.network.input_size)

    def compose(self) -> ComposeResult:
        """Yield the widgets: the heading, the tree, the input for a name, and the row of keys."""
        with Vertical():
            yield Static(
                Content.assemble(
                    ("Branches", "bold"),
                    (f"  columns: name, change, newest epoch, best {self._monitored_data} loss", MUTED),
                )
            )
            yield OptionList(*(Option(self._row(number, lead)) for number, lead in self._rows))
            if len(self._rows) == 1:
                yield Static(
                    Content.styled(
                        "To start another branch: go back with [, change a setting in 1 Configure, and apply it with a.",
                        MUTED,
                    )
                )
            yield Input(placeholder="new name", max_length=LONGEST_NAME)
            yield Static(
                Content.assemble(
                    ("enter", KEY), " go to the newest epoch    ", ("n", KEY), " rename it    ", ("esc", KEY), " close"
                )
            )

    def on_mount(self) -> None:
        """Put the cursor on the current branch."""
        numbers = [number for number, _ in self._rows]
        self.query_one(OptionList).highlighted = numbers.index(self._current)

    def _row(self, number: int, lead: str) -> Content:
        branch = self._branches[number]
        here = "●" if number == self._current else " "
        name = f"{lead}{branch.name}"
        right = f"{branch.newest_epoch:>6,}  {_best(branch):>7}"
        mark = "✗" if branch.diverged else " "
        room = 70 - len(right) - 4
        left = f"{to_left(name, 18)} "
        room -= cells_of(left)
        whys = [f"{fork_words(branch)}: {words}" for words in changed_words(branch, self._side)]
        whys = whys if branch.parent is not None else ["from the start"]
        why = fitting(whys, room)
        why = why if len(why) <= room else why[: room - 1] + "…"
        return Content.assemble(
            (here, HEADING),
            " ",
            (left, "bold"),
            (f"{why:<{room}}", MUTED),
            (mark, BROKEN),
            right,
        )

    @on(OptionList.OptionSelected)
    def _go(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._rows[event.option_index][0])

    def action_name(self) -> None:
        """Open the input for a new name of the branch under the cursor."""
        if (row := self.query_one(OptionList).highlighted) is not None:
            self.ask_for_name(self._branches[self._rows[row][0]].name)

    def take_name(self, name: str) -> None:
        """Give the branch under the cursor this name."""
        tree = self.query_one(OptionList)
        if tree.highlighted is not None:
            # The field begins with the name of the branch. A name from a run file may be longer than the field allows.
            name = name[:LONGEST_NAME]
            number, lead = self._rows[tree.highlighted]
            self._rename(number, name)
            self._branches[number] = replace(self._branches[number], name=name)
            tree.replace_option_prompt_at_index(tree.highlighted, self._row(number, lead))


def _best(branch: Branch) -> str:
    """Return the lowest loss of the branch as text; "–" if there is none. Epochs before the start of the branch count too."""
    best = branch.history.best
    return "–" if best is None or math.isnan(best.monitored_loss) else loss_text(best.monitored_loss)
