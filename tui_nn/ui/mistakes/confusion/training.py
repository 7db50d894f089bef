"""The predictions for the training examples, which a worker thread computes."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from textual.widget import Widget

from tui_nn.data.dataset import DataError
from tui_nn.engine.messages import Opened
from tui_nn.engine.training_split import load_trained_examples
from tui_nn.session.questions.confusion import SplitAnswers
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.kit.background import Background


class TrainingAnswers:
    """An object that evaluates the network on its training examples. It keeps a result until the result of a newer
    network is ready.
    """

    def __init__(self, owner: Widget, answered: Callable[[], None]) -> None:
        """Call `answered` whenever there is a new result or problem."""
        self._background: Background[SplitAnswers | str] = Background(owner, self._take)
        self._answered = answered
        self.newest: SplitAnswers | None = None
        """The newest result; None before the first one."""
        self.problem = ""
        """The reason why there is no result; "" if there is one or the evaluation runs."""

    @property
    def busy(self) -> bool:
        """Return whether an evaluation is running."""
        return self._background.busy

    def forget(self) -> None:
        """Drop the result, because it belongs to other data."""
        self.newest = None

    def ask(self, snapshot: Snapshot, data: Opened | None) -> None:
        """Evaluate this network, unless the last result is already its own."""
        if data is not None and (self.newest is None or self.newest.snapshot.parameters is not snapshot.parameters):
            self._background.ask(_evaluate(snapshot, data))

    def _take(self, answers: SplitAnswers | str) -> None:
        if isinstance(answers, str):
            self.problem = answers
        else:
            self.newest, self.problem = answers, ""
        self._answered()


def _evaluate(snapshot: Snapshot, data: Opened) -> Iterator[SplitAnswers | str]:
    """Yield the result, or a sentence if the training examples cannot be read."""
    try:
        split = load_trained_examples(data, snapshot)
    except DataError as error:
        yield str(error)
    else:
        yield SplitAnswers.of(snapshot, split)
