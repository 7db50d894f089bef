"""What a network answers to the digits it is trained on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from textual.widget import Widget

from tui_nn.core.network import Evaluation
from tui_nn.data.dataset import DataError, Split
from tui_nn.engine.messages import Opened
from tui_nn.engine.training_split import load_training_split
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.ui.kit.background import Background


class Answers(NamedTuple):
    """The answers of one network."""

    snapshot: Snapshot
    """Who answered."""
    split: Split
    evaluation: Evaluation


class TrainingAnswers:
    """Asked on a thread, and kept until those of another network are there."""

    def __init__(self, owner: Widget, answered: Callable[[], None]) -> None:
        """`answered` is called when there are answers, or a problem."""
        self._background: Background[Answers | str] = Background(owner, self._take)
        self._answered = answered
        self.newest: Answers | None = None
        """The answers that came last."""
        self.problem = ""
        """Why there are none."""

    @property
    def busy(self) -> bool:
        """Whether answers are still to come."""
        return self._background.busy

    def forget(self) -> None:
        """They are of other digits now."""
        self.newest = None

    def ask(self, snapshot: Snapshot, data: Opened | None) -> None:
        """Have this network asked, unless it was the last one."""
        if data is not None and (self.newest is None or self.newest.snapshot.parameters is not snapshot.parameters):
            self._background.ask(_ask(snapshot, data))

    def _take(self, answers: Answers | str) -> None:
        if isinstance(answers, str):
            self.problem = answers
        else:
            self.newest, self.problem = answers, ""
        self._answered()


def _ask(snapshot: Snapshot, data: Opened) -> Iterator[Answers | str]:
    """The answers; a sentence where there are no digits to be asked about."""
    try:
        split = load_training_split(data, snapshot.train_examples)
    except DataError as error:
        yield str(error)
    else:
        yield Answers(snapshot, split, snapshot.mlp.evaluate(split.images, split.labels))
