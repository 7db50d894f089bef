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
    """An object that evaluates the network on its training examples, on a thread.

    It keeps the result of the previous network until the result of the newest network is ready.
    """

    def __init__(self, owner: Widget, answered: Callable[[], None]) -> None:
        """Call `answered` whenever there is a new result or problem. `owner` is the widget that runs the thread."""
        self._background: Background[SplitAnswers | str] = Background(owner, self._take)
        self._answered = answered
        self.newest: SplitAnswers | None = None
        """The newest result of the evaluation; None until there is one."""
        self.problem = ""
        """The sentence about why there is no result; "" if there is one or the evaluation is still running."""

    @property
    def busy(self) -> bool:
        """Return whether an evaluation is running."""
        return self._background.busy

    def forget(self) -> None:
        """Drop the result, which is no longer valid because other data have been opened."""
        self.newest = None

    def ask(self, snapshot: Snapshot, data: Opened | None) -> None:
        """Start the evaluation of the network in `snapshot`, unless the last result belongs to this network already."""
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
