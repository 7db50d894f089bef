"""The Configure pane: a form for the network and its training. Changes wait in a draft until `a` applies them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.widgets import OptionList

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.config.setting import Setting
from tui_nn.core.parameters import count_parameters
from tui_nn.engine.commands import Change, Restart
from tui_nn.engine.look import Look
from tui_nn.engine.messages import Opened
from tui_nn.lessons.locks import NOTHING_KEPT, Kept
from tui_nn.presets import Preset, load_preset
from tui_nn.presets.share import ShareError, read_share_line, read_shared_run, share_line, share_run
from tui_nn.session.questions.explaining import settings
from tui_nn.session.questions.explaining.explanation import Explanation as ValueExplanation
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.session.run.status import State
from tui_nn.ui.configure.draft import (
    NETWORK_ROWS,
    OVERFITTING_ROWS,
    SETTINGS,
    TRAINING_ROWS,
    Draft,
    differs_from_preset,
)
from tui_nn.ui.configure.explanation import Explanation
from tui_nn.ui.configure.field import Field
from tui_nn.ui.configure.form import HELP, PRESETS, Form, PresetList
from tui_nn.ui.configure.outcome import Outcome, SumRow
from tui_nn.ui.kit.explaining import Page, Spot
from tui_nn.ui.kit.messages import StartOver, Tell, Waiting, again_message
from tui_nn.ui.kit.pane import Pane

_CHANGE = Binding.Group("change", compact=True)

_ROWS = (*NETWORK_ROWS, *TRAINING_ROWS, *OVERFITTING_ROWS)
_FIELDS = {PRESETS: PRESETS} | {setting.name.replace("_", " "): setting.name for setting in _ROWS}
"""The names of the parts of the form: from the name in a `Look` (view description) to the name for `Form.take_focus`."""

_SAID, _LISTED = 4, 9
"""The largest numbers of listed changes: in the message after the changes were applied, and in the question before a new network
starts.
"""


def _applied(snapshot: Snapshot) -> tuple[NetworkConfig, TrainingConfig, str]:
    return snapshot.network, snapshot.training, snapshot.preset


class ConfigurePane(Pane):
    """A pane that shows the form, and below it the network that the form describes. A change reaches the engine when
    you press `a`.
    """

    NUMBER: ClassVar[str] = "1"
    TITLE: ClassVar[str] = "Configure"
    FOLLOWS_WHILE_HIDDEN: ClassVar[bool] = (
        True  # The number of changes is shown in every pane, so it must stay current.
    )
    HELP: ClassVar[str] = HELP
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", "lower", group=_CHANGE, id="field-lower", tooltip="Choose the previous value"),
        Binding("right", "step(1)", "higher", group=_CHANGE, id="field-higher", tooltip="Choose the next value"),
        Binding("enter", "type", "type", key_display="enter", id="field-type", tooltip="Type any value"),
        Binding(
            "enter", "choose", "next", key_display="enter", id="field-choose", tooltip="Choose the next name in a list"
        ),
        Binding(
            "plus,equals_sign",
            "add_layers(1)",
            "add a layer",
            show=False,
            id="layer-add",
            tooltip="Add a hidden layer, as large as the last one",
        ),
        Binding(
            "minus",
            "add_layers(-1)",
            "remove a layer",
            show=False,
            id="layer-remove",
            tooltip="Remove the last hidden layer",
        ),
        Binding("a", "apply", "apply", id="apply", tooltip="Train with the settings in the form"),
        Binding(
            "A",
            "apply_again",
            "again",
            show=False,
            id="apply-again",
            tooltip="Train another run with the settings in the form and the same seed",
        ),
        Binding("u", "undo", "undo", id="undo", tooltip="Undo the change to this field"),
        Binding("U", "undo_all", "undo all", show=False, id="undo-all", tooltip="Undo all changes"),
        Binding("c", "copy", "copy", id="copy", tooltip="Copy the share line: all settings in one row"),
        Binding("ctrl+v", "paste", "paste", show=False, id="paste", tooltip="Load a copied share line into the form"),
    ]

    total: reactive[int | None] = reactive(None, init=False)
    """The number of training examples in the data; None until it is known."""

    kept: reactive[Kept] = reactive(NOTHING_KEPT, init=False)
    """The settings that the present lesson locks."""

    _can_apply: reactive[bool] = reactive(False, bindings=True, repaint=False)

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._draft: Draft | None = None
        self._sent = ""
        """The text to show once the engine has applied the changes that were sent to it; "" if it has applied all of them."""
        self._sent_changes: list[str] = []
        """The changes that were sent last, each as a text."""
        self._after = ""
        """The text after the list of changes in the message about the applied changes."""
        self._news = ""
        """The result of the last command. It stays on the screen until you change the draft again."""
        self._composed = False

    def compose(self) -> ComposeResult:
        """Yield the widgets: the form, the explanation, and the outcome (the network that the form describes)."""
        yield Form()
        yield Explanation("loading the data")
        yield Outcome()

    def on_mount(self) -> None:
        """Show the draft, and show it again after the first layout, because the size of the pane is known only then."""
        self._composed = True
        self._follow()
        # Textual 8.2 may send no Resize event for the first layout, so the pane does not rely on it.
        self.call_after_refresh(self._show)

    # ---- values that the main screen sets

    def watch_snapshot(self, before: Snapshot | None, snapshot: Snapshot | None) -> None:
        """Show the newly applied settings in the form, and the newest share line."""
        if not self._composed or snapshot is None:
            return
        if self._draft is None or before is None or _applied(before) != _applied(snapshot):
            self._follow()
        elif before.history.changes != snapshot.history.changes:
            self._show()  # The share line also contains weights that were changed by hand.

    def _follow(self) -> None:
        snapshot = self.snapshot
        if snapshot is None:
            return
        if self._draft is None:
            self._draft = Draft(*_applied(snapshot))
            self._draft.kept = self.kept
        self._draft.follow(*_applied(snapshot))
        limit, used = snapshot.training.train_limit, snapshot.train_examples + snapshot.set_aside
        whole = limit is None or limit > used
        self._draft.total = used if whole else self.total or self._draft.total
        if self._sent and not self._draft.changed:
            self._news, self._sent = self._sent, ""
            if self._sent_changes:
                self.notify(f"Applied: {', '.join(self._sent_changes)}{self._after}", markup=False)
        self._show()

    def opened(self, data: Opened) -> None:
        """Store the number of training examples of the data that was just opened."""
        super().opened(data)
        self.total = data.train_examples

    def watch_total(self, total: int | None) -> None:
        """Write the numbers of parameters and updates again, because the number of training examples is known now."""
        if self._draft is not None:
            self._draft.total = total or self._draft.total
            self._show()

    def watch_kept(self) -> None:
        """Mark the settings that the present lesson locks."""
        if self._draft is not None:
            self._draft.kept = self.kept
            self._show()

    def watch_stopped(self) -> None:
        """Disable the key `a` after the engine has stopped, because nothing can apply a change then."""
        self.refresh_bindings()

    def on_show(self) -> None:
        """Draw what has changed while the pane was hidden."""
        self._show()

    def on_resize(self) -> None:
        """Arrange the parts of the pane again, because its size has changed."""
        self._show()

    # ---- Looks

    @classmethod
    def view_names(cls) -> tuple[str, ...]:
        """Return the names of all settings, and "presets" for the list of presets."""
        return tuple(_FIELDS)

    @property
    def advice(self) -> str:
        """Return the sentence about the keys that change the selected field."""
        field = self.query_one(Form).field if self._composed else None
        if field is None:
            return ""
        return f"← and → change the {field.setting.label}{', and enter lets you type it' if field.is_typed else ''}."

    @property
    def current_look(self) -> Look:
        """Return the `Look` (view description) of this pane.

        It names the setting that the pane explains, or the list of presets.
        """
        at = self.query_one(Form).at
        if at is None:
            return Look(self.TITLE)
        return Look(self.TITLE, at.setting.name.replace("_", " ") if isinstance(at, Field) else PRESETS)

    async def show_look(self, look: Look) -> None:
        """Give the focus to the setting, or to the list of presets, that a `Look` (view description) names."""
        await super().show_look(look)
        if look.view in _FIELDS:
            # In a form that was just mounted, the fields exist only after the next refresh.
            self.call_after_refresh(self.query_one(Form).take_focus, _FIELDS[look.view])

    # ---- Drawing

    def explained(self, page: Page) -> Iterator[Spot]:
        """Yield a `Spot` (explained region) for each setting, each preset and the number of parameters."""
        draft = self._draft
        if draft is None:
            return

        def explain(topic: Setting | Preset) -> ValueExplanation:
            if isinstance(topic, Preset):
                return settings.preset(topic.name, topic.about, topic.reported)
            return settings.setting(topic, draft.view(topic.name).text, draft.network, draft.training, draft.examples)

        yield from self.query_one(Form).spots(page, explain)
        total = f"{count_parameters(draft.network.sizes, draft.network.use_bias):,} parameters"
        yield from page.on_text(self.query_one(SumRow), total, partial(settings.parameters, draft.network))

    def _show(self) -> None:
        draft, snapshot = self._draft, self.snapshot
        if draft is None or snapshot is None or not self._composed:
            return
        self.post_message(Waiting(tuple(draft.changes(len(SETTINGS))), bool(draft.new_network), self.action_apply))
        self._can_apply = bool(draft.changed or draft.errors)
        width, height = self.size
        if not self.display or not width:  # Before the first layout, the width is 0.
            return
        form = self.query_one(Form)
        form.show(draft, differs_from_preset(snapshot), width)
        # The form, its two rows of explanation and the number of parameters are always visible. The form is at least as high as its
        # network column. Longer columns use the rows that the lower half of the pane leaves free. If these rows are too few, the
        # columns scroll. On a large screen, some rows stay empty.
        least, most = form.rows(draft.errors)
        needed = min(most, max(least, height - 2 - Outcome.ROWS))
        airy = 2 if height - needed >= 20 else 0
        form.styles.height = max(min(needed, height - 3), 1)
        self.query_one(Explanation).set_class(airy > 0, "-airy")
        self.query_one(Outcome).show(draft, self._share_line(draft), self._news, width, height - needed - 2 - airy)
        self._explain()

    def _explain(self) -> None:
        if self._draft is not None:
            self.query_one(Explanation).show(self._draft, self.query_one(Form).topic, self.size.width - 2)

    def on_focus(self) -> None:
        """Give the focus to the field that had it last; after a divergence, to the learning rate."""
        diverged = self.snapshot is not None and self.snapshot.status.state is State.DIVERGED
        self.query_one(Form).take_focus("learning_rate" if diverged else "")

    def on_descendant_focus(self) -> None:
        """Explain the setting or preset that has the focus now."""
        self._explain()

    @on(OptionList.OptionHighlighted)
    def _turn_to_preset(self) -> None:
        self._explain()

    # ---- keys and messages that change the draft

    def _edit(self, change: Callable[[Draft], None]) -> None:
        if self._draft is None:
            return
        change(self._draft)
        self._news = self._sent = ""
        self._show()

    def _may_change(self, name: str) -> bool:
        """Return whether a setting can be changed. If the present lesson locks it, show a sentence about this."""
        if name in self.kept.names:
            self.notify(self.kept.sentence, markup=False)
        return name not in self.kept.names

    def action_step(self, direction: int) -> None:
        """Choose another value for the field with the focus."""
        field = self.query_one(Form).field
        if field is not None and self._may_change(field.setting.name):
            self._edit(lambda draft: draft.step(field.setting.name, direction))

    def action_choose(self) -> None:
        """Choose the next value of a list."""
        self.action_step(1)

    def action_add_layers(self, count: int) -> None:
        """Add a hidden layer, or remove the last one, and focus the field with the layer sizes."""
        if not self._may_change("hidden_sizes"):
            return
        self._edit(lambda draft: draft.add_layers(count))
        self.query_one(Form).take_focus("hidden_sizes")

    def action_type(self) -> None:
        """Start typing a value."""
        self._begin_typing(self.query_one(Form).field)

    @on(Field.TypingBegun)
    def _type_there(self, message: Field.TypingBegun) -> None:
        self._begin_typing(message.field)

    def _begin_typing(self, field: Field | None) -> None:
        if self._draft is not None and field is not None and self._may_change(field.setting.name):
            field.type_over(self._draft.typed(field.setting.name))

    @on(Field.Stepped)
    def _step(self, message: Field.Stepped) -> None:
        if self._may_change(message.setting.name):
            self._edit(lambda draft: draft.step(message.setting.name, message.direction))

    @on(Explanation.Chosen)
    def _choose(self, message: Explanation.Chosen) -> None:
        if self._may_change(message.name):
            self._edit(lambda draft: draft.choose(message.name, message.index))

    @on(Field.Typed)
    def _type(self, message: Field.Typed) -> None:
        self._edit(lambda draft: draft.type(message.setting.name, message.text))

    @on(OptionList.OptionSelected)
    def _take_preset(self, message: OptionList.OptionSelected) -> None:
        preset = load_preset(str(message.option_id))
        self._load(preset.network, preset.training, preset.name, "preset")
        self.query_one(Form).take_focus_of_fields()

    def _load(self, network: NetworkConfig, training: TrainingConfig, preset: str, thing: str) -> bool:
        """Load all settings into the form, unless the present lesson locks some of them. `thing` names their source, such as a
        preset.

        Return whether they were loaded.
        """
        if sentence := self.kept.sentence_about(thing, network, training):
            self.notify(sentence, markup=False)
            return False
        self._edit(lambda draft: draft.take(network, training, preset))
        return True

    @on(PresetList.Left)
    def _leave_presets(self) -> None:
        self.query_one(Form).take_focus_of_fields()

    @on(Form.Folded)
    def _make_room(self) -> None:
        self._show()
        self.refresh_bindings()

    def action_undo(self) -> None:
        """Undo the change to the field with the focus."""
        at = self.query_one(Form).at
        if isinstance(at, Field):
            if not (at.view.changed or at.view.error):
                self.notify("This field has no change to undo. U undoes all changes.", markup=False)
            self._edit(lambda draft: draft.undo(at.setting.name))

    def action_undo_all(self) -> None:
        """Undo all changes."""
        if not self._can_apply:
            self.notify("The form has no change to undo.", markup=False)
        self._edit(Draft.undo_all)

    def action_copy(self) -> None:
        """Copy the share line, which contains all settings as text."""
        if self._draft is not None:
            self.app.copy_to_clipboard(self._share_line(self._draft))
            self._news = "share line copied"
            self._show()

    def _share_line(self, draft: Draft) -> str:
        """Return the share line of the form.

        If the form has no changes, return the share line of the run, which also contains the weights changed by hand.
        """
        if self.snapshot is None or draft.changed:
            return share_line(draft.network, draft.training)
        return share_run(self.snapshot)

    def action_paste(self) -> None:
        """Load the share line (all settings as text) that was copied in this app.

        An app cannot read the clipboard of the terminal.
        """
        try:
            read_share_line(self.app.clipboard)
        except ShareError:
            self.notify(
                (
                    "No share line was copied in this app. To paste a line from another program, use the paste "
                    "key of the terminal, such as ctrl+shift+v or cmd+v."
                ),
                title="Nothing to paste",
                severity="warning",
            )
        else:
            self._take_line(self.app.clipboard)

    def on_paste(self, event: events.Paste) -> None:
        """Load the share line that the terminal pastes."""
        event.stop()
        self._take_line(event.text)

    def _take_line(self, text: str) -> None:
        try:
            network, training, changes = read_shared_run(text)
        except ShareError as error:
            self.notify(
                str(error), title="The settings of the share line were not loaded", severity="error", markup=False
            )
        else:
            if self._load(network, training, "custom", "share line") and changes:
                later = " ".join(text[text.index("@") :].split())
                self.notify(
                    f"The form now has the settings at the start of the shared run. That run changed some of them later: {later}",
                    markup=False,
                )

    # ---- Applying

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey out the keys that would have no effect."""
        if action == "apply_again":
            # If the form has no changes, the main screen handles the key A, and asks which setting to change.
            return self._can_apply and not self.stopped
        if action == "apply":
            return (self._can_apply and not self.stopped) or None
        if action in ("step", "type", "choose"):
            field = self.query_one(Form).field if self._composed else None
            return field is not None and (action == "step" or field.is_typed == (action == "type"))
        return True if self._draft is not None or action not in ("undo", "undo_all", "copy", "paste") else None

    def action_apply(self) -> None:
        """Send the draft to the engine. A change of the shape or the start weights of the network starts a new network."""
        draft, snapshot = self._draft, self.snapshot
        if draft is None or snapshot is None:
            return
        if draft.errors:
            self.query_one(Form).take_focus(draft.errors[0])
        elif not draft.new_network:
            branches = snapshot.status.state in (State.DIVERGED, State.LOOKING_BACK)
            self._sent = f"applied in a new branch, which starts at epoch {snapshot.epoch:,}" if branches else "applied"
            self._sent_changes, self._after = draft.changes(_SAID), ""
            self.post_message(Tell(Change(draft.training)))
        else:
            self._sent = "new network started"
            self._sent_changes = draft.changes(_SAID)
            self._after = (
                ". A change with ↺ starts a new network. ctrl+u brings back the previous run."
                if snapshot.has_begun
                else ""
            )
            restart = Restart(draft.network, draft.training, draft.next_preset)
            self.post_message(StartOver(restart, "Apply these changes?", changes=draft.changes(_LISTED)))

    def action_apply_again(self) -> None:
        """Train another run with the settings of the draft, for as many epochs as the present run."""
        draft, snapshot = self._draft, self.snapshot
        if draft is None or snapshot is None:
            return
        if draft.errors:
            self.query_one(Form).take_focus(draft.errors[0])
            return
        self._sent, self._sent_changes = "another run has started", []
        changed = draft.changed
        words = f"{len(changed)} changes" if len(changed) > 1 else f"another {changed[0].label}"
        self.post_message(again_message(snapshot, words, draft.network, draft.training))
