"""Configure: what the network is and how it learns, as a draft that `a` applies."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.widgets import OptionList, Static

from tui_nn.presets import load_preset, preset_names
from tui_nn.presets.share import ShareError, read_share_line, share_line
from tui_nn.session.snapshot import Snapshot
from tui_nn.session.status import State
from tui_nn.ui.form import Form, differs_from_preset
from tui_nn.ui.messages import Tell
from tui_nn.ui.panes.pane import Pane
from tui_nn.ui.widgets.config_form import ConfigForm
from tui_nn.ui.widgets.explanation import explain_field, explain_preset
from tui_nn.ui.widgets.field import Field
from tui_nn.ui.widgets.outcome import Outcome
from tui_nn.ui.widgets.preset_list import PresetList
from tui_nn.ui.widgets.sum_row import SumRow

_HELP = """\
What the network is, and how it learns. Nothing that you change here happens before `a` applies it.

- **•** before a name: it differs from what is applied. `u` takes the change back.
- **↺** at the end of a row: it takes a new network. A run is one shape of network, its start weights, and the examples
  it learns from; with others it would be another run. So applying begins at epoch 0, and asks first if something has
  been trained. Rows without the mark take effect while the network goes on learning.
- **–** before a value: it does not matter beside the other choices, as the momentum of plain sgd.

The two rows under the form explain the field with the keys: its values, its formula, and when a change counts. The
boxes are the network that the form describes; over a line stands the arithmetic of its parameters, under it the result.

A **preset** is a whole configuration. Five of them are notebooks, with what these reported of up to 60,000 examples;
where there are fewer, they train on what there is. Enter takes one into the form.

The **share** line says everything in one row. `c` copies it; paste one here to take it into the form.
"""


class ConfigurePane(Pane):
    """The form, and under it what it comes to. Nothing of it reaches the engine before `a`."""

    NUMBER: ClassVar[str] = "1"
    TITLE: ClassVar[str] = "Configure"
    HELP: ClassVar[str] = _HELP
    DEFAULT_CSS = """
    ConfigurePane #explanation { height: 2; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
    ConfigurePane.-airy #explanation { margin: 1 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "apply", "apply", id="apply", tooltip="Train with what the form says"),
        Binding("u", "undo", "undo", id="undo", tooltip="Take the change of this field back"),
        Binding("U", "undo_all", "undo all", show=False, id="undo-all", tooltip="Take all changes back"),
        Binding("c", "copy", "copy", id="copy", tooltip="Copy the share line: all that is chosen, in one row"),
        Binding("ctrl+v", "paste", "paste", show=False, id="paste", tooltip="Take a copied share line into the form"),
    ]

    total: reactive[int | None] = reactive(None, init=False)
    """Training examples that the data has; None if that is not known."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._form: Form | None = None
        self._sent = ""
        """What will have happened once the engine has done what it was last told."""
        self._said = ""
        """What did happen; stands until the next change."""

    def compose(self) -> ComposeResult:
        """The form, and what it comes to."""
        yield ConfigForm()
        yield Static("loading digits", id="explanation")
        yield Outcome()

    # ---- what comes down

    def watch_snapshot(self, before: Snapshot | None, snapshot: Snapshot | None) -> None:
        """Follow what is applied; nothing else of a snapshot matters here."""
        if snapshot is None:
            return
        applied = (snapshot.network, snapshot.training, snapshot.preset)
        if self._form is None:
            self._form = Form(*applied)
        elif before is not None and applied == (before.network, before.training, before.preset):
            self._renew_question(self._question())
            return
        self._form.follow(*applied)
        limit = snapshot.training.train_limit
        whole = limit is None or limit > snapshot.train_examples
        self._form.total = snapshot.train_examples if whole else self.total or self._form.total
        if self._sent and not self._form.changed:
            self._said, self._sent = self._sent, ""
        self._renew_question(self._question())
        self._show()

    def watch_total(self, total: int | None) -> None:
        """Say how many examples there are."""
        if self._form is not None:
            self._form.total = total or self._form.total
            self._show()

    def watch_stopped(self) -> None:
        """Without an engine there is nothing to apply to."""
        self.refresh_bindings()

    def on_resize(self) -> None:
        """Use the room there is."""
        self._show()

    # ---- showing

    def _show(self) -> None:
        form, snapshot = self._form, self.snapshot
        if form is None or snapshot is None:
            return
        config_form = self.query_one(ConfigForm)
        config_form.show(form, differs_from_preset(snapshot))
        # The form, two rows that explain it and one sum are there in any case; where rows are many, some stay empty.
        needed = config_form.rows(form.errors)
        airy = 2 if self.size.height - needed >= 20 else 0
        config_form.styles.height = min(needed, self.size.height - 3)
        self.set_class(airy > 0, "-airy")
        self.query_one(Outcome).show(form, self._said, self.size.height - needed - 2 - airy)
        self._explain()
        self.refresh_bindings()

    def _explain(self) -> None:
        at, width = self.query_one(ConfigForm).at, self.size.width - 2
        if self._form is None:
            return
        if isinstance(at, PresetList):
            text = explain_preset(load_preset(preset_names()[at.highlighted or 0]), self._form.total, width)
        else:
            text = explain_field(self._form, at.setting.name if at else "hidden_sizes", width)
        self.query_one("#explanation", Static).update(text, layout=False)

    def on_focus(self) -> None:
        """Hand the keys on to a field: where they were last, or to what a diverged run needs changed."""
        diverged = self.snapshot is not None and self.snapshot.status.state is State.DIVERGED
        self.query_one(ConfigForm).give_keys("learning_rate" if diverged else "")

    def on_descendant_focus(self) -> None:
        """Explain what has the keys now."""
        self._explain()

    @on(OptionList.OptionHighlighted)
    def _turn_to_preset(self) -> None:
        self._explain()

    # ---- changes of the draft

    def _edit(self, change: Callable[[Form], None]) -> None:
        if self._form is None:
            return
        change(self._form)
        self._said = self._sent = ""
        self._renew_question("")
        self._show()

    @on(Field.TypingBegun)
    def _begin_typing(self, message: Field.TypingBegun) -> None:
        if self._form is not None:
            message.field.type_over(self._form.typed(message.field.setting.name))

    @on(Field.Stepped)
    def _step(self, message: Field.Stepped) -> None:
        self._edit(lambda form: form.step(message.setting.name, message.direction))

    @on(Field.Typed)
    def _type(self, message: Field.Typed) -> None:
        self._edit(lambda form: form.type(message.setting.name, message.text))

    @on(OptionList.OptionSelected)
    def _take_preset(self, message: OptionList.OptionSelected) -> None:
        preset = load_preset(str(message.option_id))
        self._edit(lambda form: form.take(preset.network, preset.training, preset.name))

    def action_undo(self) -> None:
        """Take the change of the field with the keys back."""
        at = self.query_one(ConfigForm).at
        if isinstance(at, Field):
            self._edit(lambda form: form.undo(at.setting.name))

    def action_undo_all(self) -> None:
        """Take all changes back."""
        self._edit(Form.undo_all)

    def action_copy(self) -> None:
        """Copy the share line."""
        if self._form is not None:
            self.app.copy_to_clipboard(share_line(self._form.network, self._form.training))
            self._said = "copied"
            self._show()

    def action_paste(self) -> None:
        """Take a share line that was copied here."""
        self._take_line(self.app.clipboard)

    def on_paste(self, event: events.Paste) -> None:
        """Take a share line that the terminal pastes."""
        event.stop()
        self._take_line(event.text)

    def _take_line(self, text: str) -> None:
        try:
            network, training = read_share_line(text)
        except ShareError as error:
            self.notify(str(error), title="not pasted", severity="error", markup=False)
        else:
            self._edit(lambda form: form.take(network, training, "custom"))

    # ---- applying

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey what there is nothing for."""
        form = self._form
        if action == "apply":
            return bool(form and not self.stopped and (form.changed or form.errors)) or None
        return True if form is not None or action not in ("undo", "undo_all", "copy", "paste") else None

    def action_apply(self) -> None:
        """Give the engine the draft; ask first where that drops a run."""
        form, snapshot = self._form, self.snapshot
        if form is None or snapshot is None:
            return
        if form.errors:
            self.query_one(ConfigForm).give_keys(form.errors[0])
        elif not form.new_network:
            diverged = snapshot.status.state is State.DIVERGED
            self._sent = "applied; R starts over with it" if diverged else "applied"
            self.post_message(Tell("change", training=form.training))
        elif question := self._question():
            self.query_one(SumRow).ask(question)
        else:
            self._restart()

    def _restart(self) -> None:
        form = self._form
        if form is not None and not self.stopped:
            self._sent = "a new network"
            self.post_message(Tell("restart", network=form.network, training=form.training, preset=form.next_preset))

    def _question(self) -> str:
        """What is to be asked before a new network is made; "" if nothing is lost by it."""
        form, snapshot = self._form, self.snapshot
        if form is None or snapshot is None or not form.new_network or not (snapshot.epoch or snapshot.progress.step):
            return ""
        lost = f"{snapshot.epoch:,} epochs of training are" if snapshot.epoch > 1 else "the training so far is"
        return f"new network? {lost} lost"

    def _renew_question(self, question: str) -> None:
        """Put another question in the place of the one that stands; none is none any more."""
        row = self.query_one(SumRow)
        if row.question:
            row.question = question
            if not question:
                self.query_one(ConfigForm).give_keys()

    @on(SumRow.Answered)
    def _answered(self, message: SumRow.Answered) -> None:
        self.query_one(ConfigForm).give_keys()
        if message.yes:
            self._restart()
