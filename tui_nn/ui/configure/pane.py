"""Configure: what the network is and how it learns, as a draft that `a` applies."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.widgets import OptionList

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.engine.commands import Change, Restart
from tui_nn.engine.messages import Opened
from tui_nn.presets import load_preset
from tui_nn.presets.share import ShareError, read_share_line, share_line
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.session.run.status import State
from tui_nn.ui.configure.config_form import HELP, ConfigForm
from tui_nn.ui.configure.explanation import Explanation
from tui_nn.ui.configure.field import Field
from tui_nn.ui.configure.form import Form, differs_from_preset
from tui_nn.ui.configure.outcome import Outcome
from tui_nn.ui.configure.sum_row import SumRow
from tui_nn.ui.kit.messages import Tell
from tui_nn.ui.kit.pane import Pane

_CHANGE = Binding.Group("change", compact=True)


def _applied(snapshot: Snapshot) -> tuple[NetworkConfig, TrainingConfig, str]:
    return snapshot.network, snapshot.training, snapshot.preset


class ConfigurePane(Pane):
    """The form, and under it what it comes to. Nothing of it reaches the engine before `a`."""

    NUMBER: ClassVar[str] = "1"
    TITLE: ClassVar[str] = "Configure"
    HELP: ClassVar[str] = HELP
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", "lower", group=_CHANGE, id="field-lower", tooltip="The value before"),
        Binding("right", "step(1)", "higher", group=_CHANGE, id="field-higher", tooltip="The next value"),
        Binding("enter", "type", "type", key_display="enter", id="field-type", tooltip="Type any value"),
        Binding("a", "apply", "apply", id="apply", tooltip="Train with what the form says"),
        Binding("u", "undo", "undo", id="undo", tooltip="Take the change of this field back"),
        Binding("U", "undo_all", "undo all", show=False, id="undo-all", tooltip="Take all changes back"),
        Binding("c", "copy", "copy", id="copy", tooltip="Copy the share line: all that is chosen, in one row"),
        Binding("ctrl+v", "paste", "paste", show=False, id="paste", tooltip="Take a copied share line into the form"),
    ]

    total: reactive[int | None] = reactive(None, init=False)
    """Training examples that the data has; None if that is not known."""

    _can_apply: reactive[bool] = reactive(False, bindings=True, repaint=False)

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._form: Form | None = None
        self._sent = ""
        """What will have happened once the engine has done what it was last told."""
        self._said = ""
        """What did happen; stands until the next change."""
        self._composed = False

    def compose(self) -> ComposeResult:
        """The form, and what it comes to."""
        yield ConfigForm()
        yield Explanation("loading digits")
        yield Outcome()

    def on_mount(self) -> None:
        """From now on there is something to show on, and after the first layout its size is known."""
        self._composed = True
        self._follow()
        # A size that is asked for before the first layout is not told by a Resize (Textual 8.2).
        self.call_after_refresh(self._show)

    # ---- what comes down

    def watch_snapshot(self, before: Snapshot | None, snapshot: Snapshot | None) -> None:
        """Follow what is applied; nothing else of a snapshot matters here."""
        if not self._composed or snapshot is None:
            return
        if self._form is None or before is None or _applied(before) != _applied(snapshot):
            self._follow()
        self._renew_question(self._question())

    def _follow(self) -> None:
        snapshot = self.snapshot
        if snapshot is None:
            return
        if self._form is None:
            self._form = Form(*_applied(snapshot))
        self._form.follow(*_applied(snapshot))
        limit = snapshot.training.train_limit
        whole = limit is None or limit > snapshot.train_examples
        self._form.total = snapshot.train_examples if whole else self.total or self._form.total
        if self._sent and not self._form.changed:
            self._said, self._sent = self._sent, ""
        self._show()

    def opened(self, data: Opened) -> None:
        """Learn how many examples there are."""
        super().opened(data)
        self.total = data.train_examples

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
        if form is None or snapshot is None or not self._composed:
            return
        width, height = self.size
        config_form = self.query_one(ConfigForm)
        config_form.show(form, differs_from_preset(snapshot), width)
        # The form, two rows that explain it and one sum are there in any case; where rows are many, some stay empty.
        # What the form has more of than its shorter column takes the rows that the outcome leaves, and scrolls.
        least, most = config_form.rows(form.errors)
        needed = min(most, max(least, height - 2 - Outcome.ROWS))
        airy = 2 if height - needed >= 20 else 0
        config_form.styles.height = max(min(needed, height - 3), 1)
        self.query_one(Explanation).set_class(airy > 0, "-airy")
        self.query_one(Outcome).show(form, self._said, width, height - needed - 2 - airy)
        self._explain()
        self._can_apply = bool(form.changed or form.errors)

    def _explain(self) -> None:
        if self._form is not None:
            self.query_one(Explanation).show(self._form, self.query_one(ConfigForm).topic, self.size.width - 2)

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

    def action_step(self, direction: int) -> None:
        """Another value for the field with the keys."""
        field = self.query_one(ConfigForm).field
        if field is not None:
            self._edit(lambda form: form.step(field.setting.name, direction))

    def action_type(self) -> None:
        """Type a value."""
        self._begin_typing(self.query_one(ConfigForm).field)

    @on(Field.TypingBegun)
    def _type_there(self, message: Field.TypingBegun) -> None:
        self._begin_typing(message.field)

    def _begin_typing(self, field: Field | None) -> None:
        if self._form is not None and field is not None:
            field.type_over(self._form.typed(field.setting.name))

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
        if action == "apply":
            return (self._can_apply and not self.stopped) or None
        if action in ("step", "type"):
            return self._composed and self.query_one(ConfigForm).field is not None
        return True if self._form is not None or action not in ("undo", "undo_all", "copy", "paste") else None

    def action_apply(self) -> None:
        """Give the engine the draft; ask first where that drops a run."""
        form, snapshot = self._form, self.snapshot
        if form is None or snapshot is None:
            return
        if form.errors:
            self.query_one(ConfigForm).give_keys(form.errors[0])
        elif not form.new_network:
            branches = snapshot.status.state in (State.DIVERGED, State.LOOKING_BACK)
            self._sent = f"applied: a branch from epoch {snapshot.epoch:,}" if branches else "applied"
            self.post_message(Tell(Change(training=form.training)))
        elif question := self._question():
            self.query_one(SumRow).ask(question)
        else:
            self._restart()

    def _restart(self) -> None:
        form = self._form
        if form is not None and not self.stopped:
            self._sent = "a new network"
            self.post_message(Tell(Restart(network=form.network, training=form.training, preset=form.next_preset)))

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
