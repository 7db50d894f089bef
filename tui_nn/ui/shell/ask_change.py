"""The dialog that asks for one changed setting, with which another run is trained."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from tui_nn.config.change_text import ChangeTextError, find_settings, read_change
from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.ui.kit.dialog import Dialog
from tui_nn.ui.kit.roles import KEY, MUTED, SOFT

_LISTED = 6
"""The largest number of settings that are listed below the field."""

Changed = tuple[str, NetworkConfig, TrainingConfig]
"""A change in words, and the settings of the network and of the training after it."""


class AskChange(Dialog[Changed | None]):
    """A dialog that asks for the name of a setting and its new value. It returns the change, or None if the person cancels."""

    DEFAULT_CSS = f"""
    AskChange > Vertical {{ width: 72; }}
    AskChange Input {{ margin: 1 0 0 0; }}
    AskChange #settings {{ height: {_LISTED}; color: {MUTED}; }}
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "cancel")]

    def __init__(self, network: NetworkConfig, training: TrainingConfig, begun: str) -> None:
        """Ask for a change of these settings. The field begins with the text `begun`, such as "learning rate "."""
        super().__init__()
        self._network, self._training, self._begun = network, training, begun

    def compose(self) -> ComposeResult:
        """Yield the widgets: the question, the field, the settings that it may mean, the error and the two keys."""
        with Vertical():
            yield Static(Content.assemble(("Train again with one change", "bold")))
            remark = (
                "This trains another run with the same seed and as many epochs. The present run stays on the "
                "chart; ctrl+u brings it back."
            )
            yield Static(Content.assemble((remark, SOFT)))
            yield Input(
                self._begun, placeholder="learning rate 0.3", compact=True, max_length=60, select_on_focus=False
            )
            yield Static(id="settings")
            yield Static(id="wrong")
            yield Static(Content.assemble(("enter", KEY), " train    ", ("esc", KEY), " cancel"))

    @on(Input.Changed)
    def _list(self, event: Input.Changed) -> None:
        found = find_settings(event.value)
        lines = []
        for setting in found[:_LISTED]:
            in_network = setting in NetworkConfig.settings
            value = getattr(self._network if in_network else self._training, setting.name)
            lines.append(f"{setting.label:<16}{setting.show(value):<16}{setting.hint}")
        if len(found) > _LISTED:
            lines[-1] = f"{len(found) - _LISTED + 1} more settings match: type the beginning of a name"
        self.query_one("#settings", Static).update(Content("\n".join(lines)))
        self.query_one("#wrong", Static).update("")

    @on(Input.Submitted)
    def _take(self, event: Input.Submitted) -> None:
        try:
            setting, network, training = read_change(event.value, self._network, self._training)
        except ChangeTextError as error:
            self.query_one("#wrong", Static).update(Content(str(error)))
            return
        value = getattr(network if setting in NetworkConfig.settings else training, setting.name)
        self.dismiss((f"{setting.label} {setting.show(value)}", network, training))
