"""The base class of the views that show statistics of layers, measured on many test examples or on one."""

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
from tui_nn.ui.kit.keys import FAR, first_and_last
from tui_nn.ui.kit.steadily import Steadily


class StatisticsView(InspectView):
    """A view of the statistics of one layer or of all layers. It has keys for the layer and for the examples.

    A subclass defines `ask` and `show`.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "layer(-1)", "layer", key_display="↑↓", id="layer-up", tooltip="Go to the previous layer"),
        Binding("down", "layer(1)", "next layer", show=False, id="layer-down", tooltip="Go to the next layer"),
        *first_and_last("layer", "layer", f"layer(-{FAR})", f"layer({FAR})"),
        Binding("a", "alone(True)", "one example", id="probe-example", tooltip="Measure the layers on one test example"),
        Binding("a", "alone(False)", "all", id="probe-batch", tooltip=f"Measure the layers on the first {PROBE} test examples"),
        Binding(
            "c", "next_class", "one class", show=False, id="probe-kind",
            tooltip="Measure the layers only on the examples of the next class",
        ),
        Binding("left", "example(-1)", "example", key_display="←→", id="example-left", tooltip="Go to the previous example"),
        Binding("right", "example(1)", "next example", show=False, id="example-right", tooltip="Go to the next example"),
    ]  # fmt: skip

    shown: LayersLook | None = None
    """The statistics that are on the screen."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.probe = LayersProbe()
        self._measuring = Steadily[LayersLook](self, self._take)

    # ---- methods that a subclass defines

    def ask(self, snapshot: Snapshot, test: Split) -> Callable[[], LayersLook]:
        """Return a function that measures the statistics for this view. A thread calls it if the network is large."""
        raise NotImplementedError

    def show(self) -> None:
        """Draw the statistics in `shown`, as far as there is room."""
        raise NotImplementedError

    # ---- measuring

    @property
    def pending(self) -> bool:
        """Return whether newer numbers are still being measured."""
        return super().pending or self._measuring.busy

    def look(self, snapshot: Snapshot, test: Split) -> None:
        """Measure every layer, for a large network on a thread so that the keys are not delayed."""
        ask = self.ask(snapshot, test)
        if is_light(snapshot):
            self._measuring.drop()
            self._take(ask())
            return
        if self.shown is None:
            self.message = (f"Measuring {snapshot.parameters.vector.size:,} parameters",)
        running = snapshot.status.state is State.RUNNING
        self._measuring.ask(lambda stop: (ask() for _ in range(1)), (self.example, self.only_class), running=running)

    def _take(self, look: LayersLook) -> None:
        self.shown, self.message = look, ()
        self._describe()
        self.show()

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Return a context in which several values change, as in `InspectView`.

        At its end, the subject (the text with the measured examples and their epoch) is written again. Until new statistics
        arrive, it names the epoch of the old ones.
        """
        with super().at_once():
            yield
        self._describe()

    def _describe(self) -> None:
        if self.snapshot is not None and self.test is not None and self.shown is not None:
            self.subjects = self.subject(self.snapshot, self.test)

    def on_unmount(self) -> None:
        """Stop measuring."""
        self._measuring.drop()

    @property
    def example(self) -> int | None:
        """Return the index of the one test example to measure on; None if the view measures on many examples."""
        return self.choice.example if self.choice.alone else None

    @property
    def only_class(self) -> int | None:
        """Return the label of the class whose examples the view measures on; None for examples of all classes."""
        return None if self.choice.alone else self.choice.only_class

    def question(self, snapshot: Snapshot, test: Split) -> tuple[object, ...]:
        """Return the values that the statistics depend on.

        The chosen layer is not one of them, because all layers are measured together. The training settings are among
        them, because they change the next update. The branch and its epochs are among them, because small bars show the
        gradient of every epoch.
        """
        epochs = snapshot.branch, snapshot.epoch, snapshot.newest_epoch
        return *super().question(snapshot, test)[:-1], snapshot.training, epochs, self.example, self.only_class

    def subject(self, snapshot: Snapshot, test: Split) -> tuple[str, ...]:
        """Return the name of the measured examples in several lengths, and the epoch if it may differ from the status line."""
        examples, look = examples_in_words(test, self.example, self.only_class), self.shown
        # During training, the text always names the epoch. Otherwise the epoch would appear and vanish again and again.
        running = snapshot.status.state is State.RUNNING
        if look is None or (look.epoch == snapshot.epoch and not running):
            return examples
        when = f"epoch {look.epoch:,}"
        return *(f"{words} · {when}" for words in examples), when

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Return whether a key works now. The keys for another example work only while one example is measured."""
        match action:
            case "alone":
                return self.choice.alone is not parameters[0]
            case "example":
                return self.choice.alone
            case _:
                return super().check_action(action, parameters)

    def action_layer(self, step: int) -> None:
        """Choose the next or the previous layer."""
        if self.snapshot is not None:
            self.choose(layer=min(max(self.choice.layer + step, 0), self.snapshot.network.layer_count - 1))

    def action_alone(self, alone: bool) -> None:
        """Measure on the chosen example alone, or on many examples again."""
        self.choose(alone=alone)

    def action_next_class(self) -> None:
        """Measure on the examples of the next class. After the last class, measure on the probe batch again."""
        if self.test is not None:
            labels = [None, *range(self.test.classes)]
            following = labels[(labels.index(self.choice.only_class) + 1) % len(labels)]
            self.choose(only_class=following, alone=False)

    def action_example(self, step: int) -> None:
        """Choose the next or the previous test example; after the last comes the first."""
        if self.test is not None:
            self.choose(example=(self.choice.example + step) % len(self.test))


def examples_in_words(test: Split, example: int | None, label: int | None = None) -> tuple[str, ...]:
    """Return a name of the measured examples in several lengths, the longest first.

    Such names are "the first 256 test examples", "all 97 test examples of class 7", and "test example #1247, class 7".
    """
    if example is not None:
        name = test.class_names[test.labels[example]]
        return f"test example #{example}, class {name}", f"#{example}, class {name}", f"#{example}"
    of_class = "" if label is None else f" of class {test.class_names[label]}"
    there = len(test) if label is None else int((test.labels == label).sum())
    if not there:
        return (f"all classes, because there is no test example{of_class}", f"none{of_class}")
    count = min(there, PROBE)
    return f"{'the first' if there > count else 'all'} {count} test examples{of_class}", f"{count} examples{of_class}"
