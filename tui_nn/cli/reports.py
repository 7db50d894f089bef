"""What `train` tells while it works: lines for people, or events for programs."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from tui_nn.cli.hints import hint_lines
from tui_nn.cli.output import event, note, result
from tui_nn.core.parameters import count_parameters
from tui_nn.core.watch.metrics import accuracy
from tui_nn.data.printable import printable
from tui_nn.render.numbers import compact, loss_text, percent
from tui_nn.session.hints import Hint
from tui_nn.session.run.history import EpochRecord
from tui_nn.session.run.session import Session


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the training ended."""

    reason: str
    """ "epochs done", "stopped early after epoch 8", "interrupted", or "diverged: ..."; and which epoch was kept."""
    epochs: int
    """Complete epochs of this command."""
    seconds: float
    """Spent training in them."""
    saved: str | None
    """The run's file."""


class Report(Protocol):
    """Who is told."""

    def started(self, session: Session) -> None:
        """The session is there."""

    def epoch(self, record: EpochRecord) -> None:
        """An epoch is complete."""

    def hint(self, epoch: int, hint: Hint) -> None:
        """Something is wrong, first found after this epoch; of several the first is what to begin with."""

    def finished(self, session: Session, outcome: Outcome) -> None:
        """Nothing more comes."""


class TextReport:
    """One aligned line an epoch."""

    def __init__(self, *, quiet: bool) -> None:
        """`quiet`: results only."""
        self._quiet = quiet

    def started(self, session: Session) -> None:
        """Say what is trained on what, and name the columns."""
        if not self._quiet:
            note(describe(session))
        result("epoch   train loss   train accuracy   test loss   test accuracy   seconds")

    def epoch(self, record: EpochRecord) -> None:
        """One row of the table."""
        result(
            f"{record.epoch:5}{_loss(record.train_loss):>13}{percent(record.train_accuracy):>17}"
            f"{_loss(record.test_loss):>12}{percent(record.test_accuracy):>16}{record.seconds:10.2f}"
        )

    def hint(self, epoch: int, hint: Hint) -> None:
        """Tell it beside the table."""
        if not self._quiet:
            for line in hint_lines(hint):
                note(line)

    def finished(self, session: Session, outcome: Outcome) -> None:
        """The last line."""
        snapshot = session.snapshot()
        right = accuracy(snapshot.evaluation.predicted, session.dataset.test.labels)
        inside = f" and {snapshot.progress.batch} of {snapshot.batches} batches" if snapshot.progress.batch else ""
        result(
            f"{outcome.reason}: {_epochs(snapshot.epoch)}{inside}, test accuracy {percent(right)}, "
            f"test loss {_loss(snapshot.evaluation.loss)}, {outcome.seconds:.1f} s"
        )
        if outcome.saved and not self._quiet:
            note(f"saved to {printable(outcome.saved)}")


class JsonReport:
    """One object a line: started, epoch ..., hint where there is one, finished."""

    def started(self, session: Session) -> None:
        """Everything that decides what follows."""
        snapshot = session.snapshot()
        event(
            "started",
            preset=snapshot.preset,
            network=snapshot.network.to_dict(),
            training=snapshot.training.to_dict(),
            parameters=count_parameters(snapshot.network.sizes, snapshot.network.use_bias),
            data=session.dataset.name,
            train_examples=snapshot.train_examples,
            test_examples=len(session.dataset.test),
            epoch=snapshot.epoch,
        )

    def epoch(self, record: EpochRecord) -> None:
        """The record as it is."""
        event("epoch", **record.to_dict())

    def hint(self, epoch: int, hint: Hint) -> None:
        """The hint as it is."""
        event("hint", epoch=epoch, **hint.to_dict())

    def finished(self, session: Session, outcome: Outcome) -> None:
        """What came out; the parameters by their digest, which is all it takes to see that two runs are the same."""
        snapshot = session.snapshot()
        event(
            "finished",
            reason=outcome.reason,
            epoch=snapshot.epoch,
            batch=snapshot.progress.batch,
            step=snapshot.step,
            test_loss=snapshot.evaluation.loss,
            test_accuracy=accuracy(snapshot.evaluation.predicted, session.dataset.test.labels),
            seconds=outcome.seconds,
            saved=outcome.saved,
            parameters_sha256=sha256(snapshot.parameters.vector.tobytes()).hexdigest(),
        )


def describe(session: Session) -> str:
    """The session in a line: network, data, and where it stands."""
    snapshot = session.snapshot()
    network, dataset = snapshot.network, session.dataset
    parameters = count_parameters(network.sizes, network.use_bias)
    hidden = f" {network.activation}" if network.hidden_sizes else ""
    parts = [
        snapshot.preset,
        f"{'-'.join(map(str, network.sizes))}{hidden}, {parameters:,} parameters",
        f"{dataset.name}, {snapshot.train_examples:,} to train, {len(dataset.test):,} to test",
    ]
    if snapshot.epoch or snapshot.progress.batch:
        parts.append(f"going on after epoch {snapshot.epoch:,}")
    return " · ".join(parts)


def _loss(value: float) -> str:
    """A loss that fits its column, however large."""
    return loss_text(value) if value < 100_000 else compact(value)


def _epochs(count: int) -> str:
    return f"{count:,} epoch{'s' * (count != 1)}"
