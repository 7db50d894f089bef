"""The presets: which one the run began from, and which are to be had."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui_nn.presets import Preset, load_preset, preset_names
from tui_nn.ui.configure.field import QUIET

_PRESET = Binding.Group("preset", compact=True)


class PresetList(OptionList):
    """One row a preset: name, notebook, result, as much of it as there is room for.

    Enter, or a click, takes one into the form: `OptionList.OptionSelected`.
    """

    DEFAULT_CSS = """
    PresetList, PresetList:focus { border: none; padding: 0; background: transparent; background-tint: transparent; }
    PresetList { scrollbar-size: 0 0; text-wrap: nowrap; text-overflow: clip; }
    PresetList > .option-list--option { padding: 0; }
    PresetList > .option-list--option-hover { background: $surface; }
    PresetList > .option-list--option-highlighted { background: transparent; text-style: none; }
    PresetList:focus > .option-list--option-highlighted { background: $primary-muted; text-style: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "cursor_up", "preset before", group=_PRESET, id="preset-before", tooltip="The preset above"),
        Binding("down", "cursor_down", "next preset", group=_PRESET, id="preset-next", tooltip="The preset below"),
        Binding("enter", "select", "take", key_display="enter", id="preset-take", tooltip="Take it into the form"),
    ]  # fmt: skip

    marks: reactive[tuple[str, bool, str]] = reactive(("", False, ""))
    """The preset that the run began from, whether the run differs from it, and the preset taken into the form."""

    def __init__(self) -> None:
        super().__init__(*(Option(name, id=name) for name in preset_names()))

    def watch_marks(self) -> None:
        """Show what the run began from."""
        for index, name in enumerate(preset_names()):
            self.replace_option_prompt_at_index(index, self._row(load_preset(name)))

    def _row(self, preset: Preset) -> Content:
        of_run, differs, taken = self.marks
        mark = "▸" if preset.name == of_run else ("•" if preset.name == taken else " ")
        changed = "•" if preset.name == of_run and differs else " "
        return Content.assemble(
            (mark, "bold $text-accent"),
            (f"{preset.name:12}", "bold" if mark != " " else ""),
            (changed, "bold $text-accent"),
            (f"{preset.notebook:3}", QUIET),
            f"{preset.result:>10}",
        )
