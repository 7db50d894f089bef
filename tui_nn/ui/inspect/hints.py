"""The hints view: a list of the problems that were found in the run, each with its numbers, cause and fix."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.reactive import reactive

from tui_nn.data.dataset import Split
from tui_nn.render.numbers import percent
from tui_nn.session.hints import RULES, Hint
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.inspect.explained import hint_spots
from tui_nn.ui.inspect.view import InspectView
from tui_nn.ui.kit.explaining import Page, Spot
from tui_nn.ui.kit.keys import FAR, first_and_last
from tui_nn.ui.kit.messages import CarryOut
from tui_nn.ui.kit.roles import HEADING, KEY, MUTED, RIGHT, ROW, WARNING, bold

LOW = 0.5
"""The accuracy of a trained network below which the view warns of a problem that no check has found."""


class HintsView(InspectView):
    """A view with the list of hints, and a cursor on one of them. If there are no hints, the view names all checks."""

    KEY: ClassVar[str] = "w"
    NAME: ClassVar[str] = "hints"
    TOOLTIP: ClassVar[str] = "Problems of this run, with causes and fixes"
    HELP: ClassVar[str] = f"""
**hints**: {len(RULES)} checks examine the settings, the records and the weights of the epoch that is shown. This view lists
the problems that they find. One problem may cause another, and causes are listed first: begin with the first hint. *why*
explains the hint; *fix* says what `F` or enter will do. If a fix starts the run over, the app asks you first. A check is a
rule of thumb and can be wrong, so look at its numbers.
"""

    DEFAULT_CSS = """
    HintsView { height: 1fr; padding: 0 2; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "hint(-1)", "hint", key_display="↑↓", id="hint-up", tooltip="Go to the previous hint"),
        Binding("down", "hint(1)", "next hint", show=False, id="hint-down", tooltip="Go to the next hint"),
        *first_and_last("hint", "hint", f"hint(-{FAR})", f"hint({FAR})"),
        Binding(
            "enter,F",
            "fix_this",
            "fix",
            key_display="enter",
            id="fix-this",
            tooltip="Apply the fix of the chosen hint",
        ),
    ]

    at: reactive[int] = reactive(0, init=False)
    """The position of the chosen hint in the list, from 0."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: list[int] = []
        self.found: tuple[Hint, ...] = ()
        """The hints in the list. A problem that may cause another one comes before it."""

    def question(self, snapshot: Snapshot, test: Split) -> tuple[object, ...]:
        """Return the values that the list depends on: the hints, which change at most once an epoch, and the accuracy."""
        return self.hints, snapshot.record.monitored_accuracy

    def look(self, snapshot: Snapshot, test: Split) -> None:
        """Show the newest hints. The cursor stays on the same hint as long as this hint is in the list."""
        before = self.found[self.at].name if self.at < len(self.found) else ""
        self.found = self.hints
        self.set_reactive(HintsView.at, next((n for n, hint in enumerate(self.found) if hint.name == before), 0))
        self.refresh()

    def watch_hints(self) -> None:
        """Show the new hints."""
        self.look_again()

    def subject(self, snapshot: Snapshot, test: Split) -> tuple[str, ...]:
        """Return a text with the number of hints and the epoch, such as "2 hints after epoch 5"."""
        count = len(self.hints)
        what = f"{count} hint{'s' * (count != 1)}" if count else "no hints"
        return (f"{what} after epoch {snapshot.epoch:,}",) if snapshot.epoch else (f"{what} before the first epoch",)

    def render(self) -> Content:
        """Draw the hints. Below the chosen hint are its cause and its fix. If rows are few, the hints above it may be left out."""
        if self.snapshot is None:
            return Content("")
        if not self.found:
            return self._nothing()
        blocks = [self._block(number, hint) for number, hint in enumerate(self.found)]
        first = 0
        while first < self.at and sum(map(len, blocks[first : self.at + 1])) > self.size.height:
            first += 1
        lines = [(number, line) for number in range(first, len(blocks)) for line in blocks[number]]
        self._lines = [number for number, _ in lines]
        return Content("\n").join([line for _, line in lines[: self.size.height]])

    def _block(self, number: int, hint: Hint) -> list[Content]:
        here = number == self.at
        width = self.size.width - 4
        mark = Content.assemble(("▸ " if here else "  ", KEY), (f"{number + 1}  ", MUTED))
        title = Content.assemble(mark, (f"{hint.title[0].upper()}{hint.title[1:]}", bold(WARNING)))
        lines = [title.pad_right(max(self.size.width - len(title), 0))]
        lines += [Content.assemble("     ", row) for row in Content(hint.sentence).wrap(max(width - 3, 20))]
        if here:
            lines[0] = lines[0].stylize(ROW)
            for name, words in (("why", hint.why), ("fix", f"{hint.fix.words}." if hint.fix else "")):
                rows = Content(words).wrap(max(width - 8, 20)) if words else []
                lines += [
                    Content.assemble((f"     {name if not n else '':5}", HEADING), row) for n, row in enumerate(rows)
                ]
        return [*lines, Content("")]

    def _nothing(self) -> Content:
        """Return the text for a run without hints: a sentence that no check found a problem, and the names of the checks."""
        titles, width = ", ".join(rule.title for rule in RULES), max(self.size.width, 20)
        rows = Content(f"The checks look for these problems: {titles}.").wrap(width)
        said, colour = _nothing_found(self.snapshot)
        head = [row.stylize(bold(colour)) for row in Content(said).wrap(width)]
        return Content("\n").join([*head, Content(""), *(row.stylize(MUTED) for row in rows)])

    def explained(self, page: Page) -> Iterator[Spot]:
        """Yield a `Spot` (explained region) for the title of each hint."""
        yield from hint_spots(page, self, self.found, self.at)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return whether a key works now: the arrows if there are several hints, enter if the chosen hint has a fix."""
        match action:
            case "hint":
                return len(self.found) > 1
            case "fix_this":
                return bool(self.found and self.found[self.at].fix)
            case _:
                return super().check_action(action, parameters)

    def action_hint(self, step: int) -> None:
        """Move the cursor to the next or the previous hint."""
        self.at = min(max(self.at + step, 0), max(len(self.found) - 1, 0))
        self.refresh_bindings()

    def action_fix_this(self) -> None:
        """Apply the fix of the chosen hint."""
        if self.found and self.found[self.at].fix:
            self.post_message(CarryOut(self.found[self.at]))

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the hint under the mouse."""
        if 0 <= event.y < len(self._lines):
            self.at = self._lines[event.y]
            self.refresh_bindings()


def _nothing_found(snapshot: Snapshot | None) -> tuple[str, str]:
    """Return a sentence about the checks, none of which found a problem, and the colour of this sentence.

    If the accuracy is low nevertheless, the sentence is a warning.
    """
    if snapshot is not None and snapshot.epoch and snapshot.record.monitored_accuracy < LOW:
        accuracy, data = percent(snapshot.record.monitored_accuracy, 0), snapshot.history.monitored_data
        found = f"none of the {len(RULES)} checks found a cause"
        return f"The {data} accuracy is only {accuracy}, but {found}. Perhaps the training is slow.", WARNING
    return f"None of the {len(RULES)} checks found a problem.", RIGHT
