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
    """An object that evaluates the network on its training examples, in a thread.

    It keeps the result of an older network until that of the newest one is ready.
    """

    def __init__(self, owner: Widget, answered: Callable[[], None]) -> None:
        """Create an object that calls `answered` whenever there is a new result or problem. `owner` is the view that asks."""
        self._background: Background[SplitAnswers | str] = Background(owner, self._take)
        self._answered = answered
        self.newest: SplitAnswers | None = None
        """The newest result of the evaluation; None until there is one."""
        self.problem = ""
        """The sentence that says why there is no result; "" if there is a result or the evaluation is still running."""

    @property
    def busy(self) -> bool:
        """Return whether an evaluation is running."""
        return self._background.busy

    def forget(self) -> None:
        """Drop the result. The caller has opened other data, so the result is not valid any more."""
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
