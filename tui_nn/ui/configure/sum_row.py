"""What the form comes to, in one row: parameters at the left, changes at the right; or a question in their place."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.render.network_picture import layer_parameters
from tui_nn.session.run.epoch import batch_count
from tui_nn.session.run.memory import describe_memory
from tui_nn.ui.configure.field import QUIET, error_style
from tui_nn.ui.configure.form import Form


class SumRow(Widget):
    """A row that can ask. It takes the keys while it does; whoever moves on has said no."""

    DEFAULT_CSS = """
    SumRow { height: 1; padding: 0 1; }
    SumRow:focus { background: $primary-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "answer(True)", "start it", key_display="enter", id="new-network", tooltip="Drop this run"),
        Binding("escape", "answer(False)", "leave it", key_display="esc", id="old-network", tooltip="Keep this run"),
        Binding("up,down,left,right", "answer(False)", "leave it", show=False, id="elsewhere", tooltip="Keep this run"),
    ]  # fmt: skip

    class Answered(Message):
        """The question has an answer."""

        def __init__(self, yes: bool) -> None:
            super().__init__()
            self.yes = yes

    sums: reactive[tuple[Content, Content]] = reactive((Content(), Content()))
    """Left and right."""

    question: reactive[str] = reactive("")
    """What is asked, or ""."""

    def render(self) -> Content:
        """The row, as wide as it is."""
        if self.question:
            keys = (("enter", "bold $text-accent"), " / ", ("esc", "bold $text-accent"))
            return Content.assemble(("↺ ", "bold $text-accent"), (self.question, "bold"), "  ", *keys)
        left, right = self.sums
        room = self.size.width - len(right) - 2
        left = left if len(left) <= room else left.truncate(max(room, 0), ellipsis=True)
        return Content.assemble(left, " " * (self.size.width - len(left) - len(right)), right)

    def show(self, form: Form, said: str, width: int) -> None:
        """Show in `width` columns what a draft comes to; `said` is what the last key came to."""
        right = describe_changes(form, said, error_style(self))
        self.sums = (describe_sum(form, width - 4 - len(right)), right)

    def ask(self, question: str) -> None:
        """Put a question, and take the keys until it is answered."""
        self.question = question
        self.can_focus = True
        self.screen.set_focus(self)

    def action_answer(self, yes: bool) -> None:
        """Answer it."""
        self.question = ""
        self.post_message(self.Answered(yes))

    def on_blur(self) -> None:
        """To go elsewhere is a no."""
        # A terminal that is left takes the focus away and gives it back.
        if self.app.app_focus:
            self.question = ""
            self.can_focus = False


def describe_sum(form: Form, width: int) -> Content:
    """What there is to learn, and how many steps an epoch takes, in `width` cells; while an error stands, that."""
    if form.errors:
        return Content.assemble(("the last good network; nothing is applied while an error stands", QUIET))
    counts = layer_parameters(form.network.sizes, form.network.use_bias)
    terms = " + ".join(f"{count:,}" for count in counts) + " = "
    total = f"{sum(counts):,} parameters"
    steps = _steps(form)
    if memory := describe_memory(form.network, form.training):
        total = f"{total}, {memory}"
        return Content.assemble((total, "bold"), (steps if len(total + steps) <= width else "", QUIET))
    if len(counts) == 1 or len(terms + total + steps) > width:
        terms = ""
    return Content.assemble((terms, QUIET), (total, "bold"), (steps, QUIET))


def describe_changes(form: Form, said: str, error_style: str) -> Content:
    """How many errors or changes there are; or what has just been done."""
    if form.errors:
        count = len(form.errors)
        return Content.assemble((f"✗ {count} error{'s' if count > 1 else ''}", error_style))
    if said:
        return Content.assemble(("✓ ", "bold $text-success"), said)
    if not form.changed:
        return Content.assemble(("nothing changed", QUIET))
    new = f", {form.new_network} ↺" if form.new_network else ""
    return Content.assemble(("• ", "bold $text-accent"), f"{len(form.changed)} changed{new}")


def _steps(form: Form) -> str:
    examples, limit = form.examples, form.training.train_limit
    if examples is None:
        return ""
    steps = batch_count(examples, form.training.batch_size)
    text = f"   {steps:,} step{'s' if steps > 1 else ''} an epoch"
    return text + (f" of {examples:,} examples" if limit and limit > examples else "")
