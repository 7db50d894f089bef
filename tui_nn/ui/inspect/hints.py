"""What is wrong with the run: every hint with its numbers, and the chosen one with why and what helps."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.reactive import reactive

from tui_nn.data.dataset import Split
from tui_nn.render.numbers import percent
from tui_nn.session.hints import RULES, Hint
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.inspect.view import InspectView
from tui_nn.ui.kit.hint_watch import HintWatch
from tui_nn.ui.kit.messages import CarryOut

_MUTED = "$foreground 62%"

LOW = 0.5
"""Test accuracy after training below which it is not said that nothing is wrong."""


class HintsView(InspectView):
    """A list with a cursor; nothing wrong is said too, with what was looked for."""

    KEY: ClassVar[str] = "w"
    NAME: ClassVar[str] = "hints"
    TOOLTIP: ClassVar[str] = "What is wrong with the run, why, and what helps"
    HELP: ClassVar[str] = f"""
**hints**: {len(RULES)} rules look at the settings, the records and the weights of the epoch that is shown. What they find
stands here, causes before what they cause: begin with the first. *Why* is what is behind it; *fix* is what `F` or enter
carries out, at once, or after a question where it starts over. A rule is a rule of thumb: it can be wrong, and the
numbers are there to be judged.
"""

    DEFAULT_CSS = """
    HintsView { height: 1fr; padding: 0 2; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "hint(-1)", "hint", key_display="↑↓", id="hint-up", tooltip="The hint before"),
        Binding("down", "hint(1)", "next hint", show=False, id="hint-down", tooltip="The hint after"),
        Binding(
            "enter,F",
            "fix_this",
            "fix",
            key_display="enter",
            id="fix-this",
            tooltip="Carry out what the chosen hint says",
        ),
    ]

    at: reactive[int] = reactive(0, init=False)
    """The place of the chosen hint."""

    def __init__(self, *, id: str | None = None) -> None:
        """Begin without any."""
        super().__init__(id=id)
        self._watch = HintWatch()
        self._lines: list[int] = []
        self.found: tuple[Hint, ...] = ()
        """What is wrong, the most fundamental first."""

    def question(self, snapshot: Snapshot, test: Split) -> tuple[object, ...]:
        """The rules look when there is something new, and not at the weights inside an epoch."""
        return self._watch.of(snapshot, test), snapshot.record.test_accuracy

    def look(self, snapshot: Snapshot, test: Split) -> None:
        """Show what was found; the cursor stays with its hint."""
        before = self.found[self.at].name if self.at < len(self.found) else ""
        self.found = self._watch.of(snapshot, test)
        self.set_reactive(HintsView.at, next((n for n, hint in enumerate(self.found) if hint.name == before), 0))
        self.refresh()

    def subject(self, snapshot: Snapshot, test: Split) -> tuple[str, ...]:
        """How many, and when."""
        count = len(self._watch.of(snapshot, test))
        what = f"{count} hint{'s' * (count != 1)}" if count else "no hints"
        return (f"{what} after epoch {snapshot.epoch:,}",) if snapshot.epoch else (f"{what} before the first epoch",)

    def render(self) -> Content:
        """All hints, the chosen one in full; where the rows do not do, from the chosen one on."""
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
        mark = Content.assemble(("▸ " if here else "  ", "bold $text-accent"), (f"{number + 1}  ", _MUTED))
        title = Content.assemble(mark, (f"{hint.title[0].upper()}{hint.title[1:]}", "bold $text-warning"))
        lines = [title.pad_right(max(self.size.width - len(title), 0))]
        lines += [Content.assemble("     ", row) for row in Content(hint.says).wrap(max(width - 3, 20))]
        if here:
            lines[0] = lines[0].stylize("on $primary-muted")
            for name, words in (("why", hint.why), ("fix", f"{hint.fix.words}." if hint.fix else "")):
                rows = Content(words).wrap(max(width - 8, 20)) if words else []
                lines += [
                    Content.assemble((f"     {name if not n else '':5}", "bold $text-primary"), row)
                    for n, row in enumerate(rows)
                ]
        return [*lines, Content("")]

    def _nothing(self) -> Content:
        """What was looked for in vain."""
        titles, width = ", ".join(rule.title for rule in RULES), max(self.size.width, 20)
        rows = Content(f"They look for: {titles}.").wrap(width)
        said, colour = _nothing_found(self.snapshot)
        head = [row.stylize(f"bold {colour}") for row in Content(said).wrap(width)]
        return Content("\n").join([*head, Content(""), *(row.stylize(_MUTED) for row in rows)])

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys mean something where there is a hint, and a fix."""
        match action:
            case "hint":
                return len(self.found) > 1
            case "fix_this":
                return bool(self.found and self.found[self.at].fix)
            case _:
                return super().check_action(action, parameters)

    def action_hint(self, step: int) -> None:
        """Go a hint down or up."""
        self.at = min(max(self.at + step, 0), max(len(self.found) - 1, 0))
        self.refresh_bindings()

    def action_fix_this(self) -> None:
        """Carry out what the chosen hint says."""
        if self.found and (fix := self.found[self.at].fix):
            self.post_message(CarryOut(fix))

    def on_click(self, event: events.Click) -> None:
        """Choose the hint under the mouse."""
        if 0 <= event.y < len(self._lines):
            self.at = self._lines[event.y]
            self.refresh_bindings()


def _nothing_found(snapshot: Snapshot | None) -> tuple[str, str]:
    """That no rule applies, and its colour: no praise for a network that was trained and still errs mostly."""
    if snapshot is not None and snapshot.epoch and snapshot.record.test_accuracy < LOW:
        accuracy = percent(snapshot.record.test_accuracy, 0)
        return (
            f"None of the {len(RULES)} rules sees a cause, yet only {accuracy} is right: it may be slow.",
            "$text-warning",
        )
    return f"Nothing is wrong that the {len(RULES)} rules know of.", "$text-success"
