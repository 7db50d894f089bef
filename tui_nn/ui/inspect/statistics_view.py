"""What the views of layers share: a layer is chosen, and it is looked at on the probe batch or on one test digit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ClassVar

from textual.binding import Binding, BindingType

from tui_nn.data.dataset import Split
from tui_nn.session.questions.layers_look import LayersLook, LayersProbe
from tui_nn.session.questions.probe import PROBE, is_light
from tui_nn.session.run.snapshot import Snapshot, State
from tui_nn.ui.inspect.view import InspectView
from tui_nn.ui.kit.steadily import Steadily


class StatisticsView(InspectView):
    """A view of the statistics of one layer, or of all."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "layer(-1)", "layer", key_display="↑↓", id="layer-up", tooltip="The layer before"),
        Binding("down", "layer(1)", "next layer", show=False, id="layer-down", tooltip="The layer after"),
        Binding("p", "alone(True)", "one digit", id="probe-example", tooltip="Look at one test digit alone"),
        Binding("p", "alone(False)", "all", id="probe-batch", tooltip="Look at many test digits together"),
        Binding(
            "c",
            "kind",
            "one kind",
            show=False,
            id="probe-kind",
            tooltip="Look at the digits of one kind: all, 0, 1 ... 9",
        ),
        Binding("left", "example(-1)", "digit", key_display="←→", id="example-left", tooltip="The digit before"),
        Binding("right", "example(1)", "next example", show=False, id="example-right", tooltip="The digit after"),
    ]

    shown: LayersLook | None = None
    """The numbers on the screen."""

    def __init__(self, *, id: str | None = None) -> None:
        """Begin without an answer."""
        super().__init__(id=id)
        self.probe = LayersProbe()
        self._measuring = Steadily[LayersLook](self, self._take)

    # ---- for a view to define

    def ask(self, snapshot: Snapshot, test: Split) -> Callable[[], LayersLook]:
        """What measures that which this view shows; a thread calls it for a large network."""
        raise NotImplementedError

    def show(self) -> None:
        """Draw `shown`, or as much as the room allows."""
        raise NotImplementedError

    # ---- measuring

    @property
    def pending(self) -> bool:
        """Whether something newer is still to come."""
        return super().pending or self._measuring.busy

    def look(self, snapshot: Snapshot, test: Split) -> None:
        """Measure every layer: at once, or where that would hold keys up on a thread."""
        ask = self.ask(snapshot, test)
        if is_light(snapshot):
            self._measuring.drop()
            self._take(ask())
            return
        if self.shown is None:
            self.message = (f"Measuring {snapshot.parameters.vector.size:,} parameters",)
        running = snapshot.status.state is State.RUNNING
        self._measuring.ask(lambda stop: (ask() for _ in range(1)), (self.example, self.kind), running=running)

    def _take(self, look: LayersLook) -> None:
        self.shown, self.message = look, ()
        self._describe()
        self.show()

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Take several values; where the look is for later, what is seen may be of an epoch before."""
        with super().at_once():
            yield
        self._describe()

    def _describe(self) -> None:
        if self.snapshot is not None and self.test is not None and self.shown is not None:
            self.subjects = self.subject(self.snapshot, self.test)

    def on_unmount(self) -> None:
        """Nothing is wanted any more."""
        self._measuring.drop()

    @property
    def example(self) -> int | None:
        """The test digit that is looked at, or None for the probe batch."""
        return self.choice.example if self.choice.alone else None

    @property
    def kind(self) -> int | None:
        """The kind of digits that is looked at, or None for all."""
        return None if self.choice.alone else self.choice.kind

    def question(self, snapshot: Snapshot, test: Split) -> tuple[object, ...]:
        """Another layer is no other question: all are measured at once. Hyperparameters make another step, epochs other lines."""
        epochs = snapshot.branch, snapshot.epoch, snapshot.newest_epoch
        return *super().question(snapshot, test)[:-1], snapshot.training, epochs, self.example, self.kind

    def subject(self, snapshot: Snapshot, test: Split) -> tuple[str, ...]:
        """Whose numbers these are, and of which epoch where that need not be the one in the status line."""
        digits, look = digits_in_words(test, self.example, self.kind), self.shown
        # While it runs it is always said: with every look it would go, and come again.
        running = snapshot.status.state is State.RUNNING
        if look is None or (look.epoch == snapshot.epoch and not running):
            return digits
        when = f"epoch {look.epoch:,}"
        return *(f"{words} · {when}" for words in digits), when

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys mean what they can mean."""
        match action:
            case "alone":
                return self.choice.alone is not parameters[0]
            case "example":
                return self.choice.alone
            case _:
                return super().check_action(action, parameters)

    def action_layer(self, step: int) -> None:
        """Go a layer down or up."""
        if self.snapshot is not None:
            self.choose(layer=min(max(self.choice.layer + step, 0), self.snapshot.network.layer_count - 1))

    def action_alone(self, alone: bool) -> None:
        """Look at one digit, or at the probe batch."""
        self.choose(alone=alone)

    def action_kind(self) -> None:
        """Look at the digits of the next kind; after the last at all."""
        kinds = [None, *range(10)]
        self.choose(kind=kinds[(kinds.index(self.choice.kind) + 1) % len(kinds)], alone=False)

    def action_example(self, step: int) -> None:
        """Go to the test digit after or before; behind the last comes the first."""
        if self.test is not None:
            self.choose(example=(self.choice.example + step) % len(self.test))


def digits_in_words(test: Split, example: int | None, kind: int | None = None) -> tuple[str, ...]:
    """In several lengths: "probe  the first 256 test digits", "probe  the first 97 test 7s", "example #1247, a 7"."""
    if example is not None:
        return f"example #{example}, a {test.labels[example]}", f"#{example}, a {test.labels[example]}"
    there = len(test) if kind is None else int((test.labels == kind).sum())
    if not there:
        return (f"no test digit is a {kind}: all",)
    count, which = min(there, PROBE), "digits" if kind is None else f"{kind}s"
    return f"probe  {'the first' if there > count else 'all'} {count} test {which}", f"{count} test {which}"
