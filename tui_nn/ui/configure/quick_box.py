"""The box that changes the learning rate, the batch size and the optimizer during training."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from tui_nn.config.configs import TrainingConfig
from tui_nn.lessons.locks import NOTHING_KEPT, Kept
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.configure.draft import SETTINGS, Draft
from tui_nn.ui.configure.explanation import Explanation
from tui_nn.ui.configure.field import Field
from tui_nn.ui.kit.dialog import Dialog
from tui_nn.ui.kit.roles import KEY, SOFT

QUICK = ("learning_rate", "batch_size", "optimizer")
"""The names of the settings in the box. A change of these settings never starts a new network."""

_WIDTH = 72
"""The width of the rows in the box, in cells."""

Applied = tuple[str, TrainingConfig]
"""A pair: the changes in words, and the training settings with these changes."""


class QuickBox(Dialog[Applied | None]):
    """A dialog that changes three settings of the training. It returns the changes; None if there are none."""

    DEFAULT_CSS = f"""
    QuickBox > Vertical {{ width: {_WIDTH + 4}; }}
    QuickBox Explanation {{ padding: 0; margin: 1 0; }}
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "previous"),
        Binding("down,tab", "move(1)", "next"),
        Binding("left", "step(-1)", "lower"),
        Binding("right", "step(1)", "higher"),
        Binding("t", "type", "type"),
        Binding("enter", "apply", "apply"),
        Binding("escape", "close", "cancel"),
    ]

    def __init__(self, snapshot: Snapshot, total: int | None, kept: Kept = NOTHING_KEPT) -> None:
        """Change the settings of the run in `snapshot`, except the settings that the present lesson locks (`kept`).

        The data has `total` training examples; None means unknown.
        """
        super().__init__()
        self._draft = Draft(snapshot.network, snapshot.training, snapshot.preset)
        self._draft.total, self._draft.kept = total, kept
        self._effect = (
            "The training continues with the new values. ctrl+u undoes them."
            if snapshot.has_begun
            else "The training begins with the new values."
        )

    def compose(self) -> ComposeResult:
        """Yield the widgets: the title, the three fields, their explanation and the keys."""
        keys = ("↑↓", " field  "), ("←→", " change  "), ("t", " type  "), ("enter", " apply  "), ("esc", " cancel")
        with Vertical():
            yield Static(Content.assemble(("Change the training", "bold")))
            yield Static(Content.assemble((self._effect, SOFT)))
            for name in QUICK:
                yield Field(SETTINGS[name], len("learning rate"), begins="0123456789.")
            yield Explanation()
            yield Static(Content.assemble(*(part for key, words in keys for part in ((key, KEY), words))))

    def on_mount(self) -> None:
        """Show the values, and begin at the first field."""
        self._show()
        self.set_focus(self.query(Field).first())

    def _show(self) -> None:
        for field in self.query(Field):
            field.view = self._draft.view(field.setting.name)
        self.query_one(Explanation).show(self._draft, self._field.setting, _WIDTH)

    @property
    def _field(self) -> Field:
        """The field with the focus. It also counts while its input line has the focus."""
        fields = list(self.query(Field))
        return next((field for field in fields if field.has_focus_within), fields[0])

    def on_descendant_focus(self) -> None:
        """Explain the setting that has the focus now."""
        self._show()

    def action_move(self, direction: int) -> None:
        """Go to the field above or below. After the last one comes the first."""
        fields = list(self.query(Field))
        self.set_focus(fields[(fields.index(self._field) + direction) % len(fields)])

    def action_step(self, direction: int) -> None:
        """Choose the next lower or higher value of the selected setting."""
        self._step_field(self._field.setting.name, direction)

    def action_type(self) -> None:
        """Start typing if the selected setting is a number. If it has a list of names, choose the next name."""
        field = self._field
        if field.is_typed:
            self._begin_typing(field)
        else:
            self.action_step(1)

    @on(Field.TypingBegun)
    def _type_there(self, message: Field.TypingBegun) -> None:
        self._begin_typing(message.field)

    def _begin_typing(self, field: Field) -> None:
        if self._may_change(field.setting.name):
            field.type_over(self._draft.typed(field.setting.name))

    def _step_field(self, name: str, direction: int) -> None:
        if self._may_change(name):
            self._draft.step(name, direction)
            self._show()

    def _may_change(self, name: str) -> bool:
        """Return whether a setting can be changed. If the present lesson locks it, show a sentence about this."""
        kept = self._draft.kept
        if name in kept.names:
            self.notify(kept.sentence, markup=False)
        return name not in kept.names

    @on(Field.Stepped)
    def _step(self, message: Field.Stepped) -> None:
        self._step_field(message.setting.name, message.direction)

    @on(Field.Typed)
    def _take(self, message: Field.Typed) -> None:
        self._draft.type(message.setting.name, message.text)
        self._show()

    def action_apply(self) -> None:
        """Close the box and return the changes. If a value is not allowed, go to its field instead."""
        if self._draft.errors:
            self.set_focus(self.query_one(f"#{self._draft.errors[0]}", Field))
        else:
            changes = self._draft.changes(len(QUICK))
            self.dismiss((", ".join(changes), self._draft.training) if changes else None)
