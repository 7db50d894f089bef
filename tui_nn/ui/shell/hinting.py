"""What is wrong with the run, and carrying out what helps: keys that work in every pane."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType

from tui_nn.engine.commands import Change
from tui_nn.engine.look import Look
from tui_nn.ui.kit.messages import CarryOut, Show
from tui_nn.ui.shell.travelling import Travelling

if TYPE_CHECKING:
    from tui_nn.config.configs import NetworkConfig, TrainingConfig
    from tui_nn.engine.messages import Opened
    from tui_nn.session.hints import Fix, Hint
    from tui_nn.ui.kit.hint_watch import HintWatch


class Hinting(Travelling):
    """A screen that knows what helps."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "hints", "what is wrong", show=False, id="hints", tooltip="What is wrong with the run, why, and what helps"),
        Binding("F", "fix", "fix", show=False, id="fix", tooltip="Carry out what the first hint says"),
    ]  # fmt: skip

    _opened: Opened | None = None
    """What there is to know of the data, with the test digits; None while it is being loaded."""
    _hint_watch: HintWatch | None = None

    @property
    def first_hint(self) -> Hint | None:
        """The hint to begin with, if anything is wrong."""
        if self.snapshot is None:
            return None
        if self._hint_watch is None:
            # With the first snapshot NumPy is there; before it the frame must not wait for it.
            from tui_nn.ui.kit.hint_watch import HintWatch

            self._hint_watch = HintWatch()
        found = self._hint_watch.of(self.snapshot, self._opened.test if self._opened else None)
        return found[0] if found else None

    def can_fix(self) -> bool | None:
        """Whether there is a fix; None greys the key."""
        hint = self.first_hint
        return True if hint is not None and hint.fix is not None else None

    def begin_anew(self, network: NetworkConfig, training: TrainingConfig, question: str, said: str) -> None:
        """Start a run with these settings, after a question if much would be lost."""
        raise NotImplementedError

    def action_hints(self) -> None:
        """Show all hints."""
        self.post_message(Show(Look("Inspect", view="hints")))

    def action_fix(self) -> None:
        """Carry out what the first hint says."""
        if (hint := self.first_hint) is not None and hint.fix is not None:
            self.carry_out(hint.fix)

    @on(CarryOut)
    def _carry_out(self, message: CarryOut) -> None:
        self.carry_out(message.fix)

    def carry_out(self, fix: Fix) -> None:
        """Change the settings, start over with them, or show the pane to look at."""
        if fix.pane:
            self.post_message(Show(Look(fix.pane)))
        elif self.snapshot is not None:
            network, training = fix.configs(self.snapshot)
            if fix.start_over:
                settings = fix.words.removesuffix(", and start over")
                self.begin_anew(network, training, f"Start over with {settings}?", f"began again with {settings}")
            else:
                self._engine.send(Change(training=training))
                self.notify(fix.words, markup=False)
