"""The output of the command `train`: table rows for people or JSON events for programs, new hints, and a progress line."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass
from itertools import chain
from textwrap import wrap
from time import perf_counter
from typing import Protocol

from tui_nn.cli.flags import flag_of
from tui_nn.cli.output import event, note, place_in_words, result
from tui_nn.cli.scores import SCORE_HEADS, epoch_heads, epoch_row, score_cells, scores_as_dict, short_loss
from tui_nn.cli.sources import parameters_sha256
from tui_nn.config.configs import settings
from tui_nn.core.parameters import count_parameters
from tui_nn.core.watch.metrics import accuracy
from tui_nn.data.printable import printable
from tui_nn.render.ascii import to_ascii
from tui_nn.render.bars import thin_bar
from tui_nn.render.numbers import percent
from tui_nn.session.hints import Fix, Hint, hints
from tui_nn.session.questions.probe import probe, probe_digits
from tui_nn.session.run.history import VALIDATION_NUMBERS, EpochRecord
from tui_nn.session.run.run_curves import RunCurves
from tui_nn.session.run.session import Session
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.session.run.status import Progress

REDRAW_SECONDS = 0.1
"""The shortest time between two drawings of the progress line."""

_INDENT = " " * len("hint: ")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a training command: why it ended, after how much training, and where the run was saved."""

    reason: str
    """The reason for the end, such as "epochs done", "stopped early after epoch 8", "interrupted" or "diverged: ..."."""
    epochs: int
    """The number of epochs that this command completed."""
    seconds: float
    """The training time, in seconds, of the epochs that this command completed."""
    saved: str | None
    """The file that the run was saved to; None if it was not saved."""


class Report(Protocol):
    """The interface of the two kinds of reports. The command `train` calls its methods after each event."""

    def started(self, session: Session) -> None:
        """Report that the session is ready."""

    def epoch(self, record: EpochRecord) -> None:
        """Report a complete epoch."""

    def hint(self, epoch: int, hint: Hint) -> None:
        """Report a hint that is new after this epoch. The caller reports the most important hint first."""

    def finished(self, session: Session, outcome: Outcome) -> None:
        """Report the end of the training."""


class TextReport:
    """A report for people: a table with one row for each epoch."""

    def __init__(self, *, quiet: bool) -> None:
        """Make the report. If it is `quiet`, it prints only results."""
        self._quiet = quiet

    def started(self, session: Session) -> None:
        """Print the network, the data and the column headings."""
        if not self._quiet:
            note(describe(session))
        result(epoch_heads(session.history))

    def epoch(self, record: EpochRecord) -> None:
        """Print a row of the table.

        If there are validation examples, the row has their results, and the test results follow at the end.
        """
        result(epoch_row(record))

    def hint(self, epoch: int, hint: Hint) -> None:
        """Print the hint to stderr."""
        if not self._quiet:
            for line in hint_lines(hint):
                note(line)

    def finished(self, session: Session, outcome: Outcome) -> None:
        """Print the best and the last score on each split, the reason for the end, and the file that the run was saved to."""
        snapshot, curves = session.snapshot(), RunCurves.of(session.history.records)
        result(f"\n{'':12}{SCORE_HEADS}")
        for split in curves.splits:
            result(f"{split:<12}{score_cells(curves, split)}")
        if (best := session.history.best) is not None and best.has_validation:
            result(
                f"the best epoch by validation loss is {best.epoch:,}: validation accuracy "
                f"{percent(best.validation_accuracy)}, test accuracy {percent(best.test_accuracy)}"
            )
        right = accuracy(snapshot.evaluation.predicted, session.dataset.test.labels)
        inside = f" and {snapshot.progress.batch} of {snapshot.batches} batches" if snapshot.progress.batch else ""
        result(
            f"{outcome.reason}: {_epochs(snapshot.epoch)}{inside}, test accuracy {percent(right)}, "
            f"test loss {short_loss(snapshot.evaluation.loss)}, {outcome.seconds:.1f} s"
        )
        if outcome.saved and not self._quiet:
            note(f"saved to {printable(outcome.saved)}")


class JsonReport:
    """A report for programs in JSON.

    It prints an object "started", one object "epoch" for each epoch, objects "hint" for new hints, and an object "finished".
    """

    def started(self, session: Session) -> None:
        """Print the settings, the data and the first epoch."""
        snapshot, validation = session.snapshot(), session.examples.validation
        event(
            "started",
            preset=snapshot.preset,
            network=snapshot.network.to_dict(),
            training=snapshot.training.to_dict(),
            parameters=count_parameters(snapshot.network.sizes, snapshot.network.use_bias),
            data=session.dataset.name,
            train_examples=snapshot.train_examples,
            validation_examples=0 if validation is None else len(validation),
            test_examples=len(session.dataset.test),
            epoch=snapshot.epoch,
        )

    def epoch(self, record: EpochRecord) -> None:
        """Print the results of the epoch as a JSON object."""
        event("epoch", **record.to_dict())

    def hint(self, epoch: int, hint: Hint) -> None:
        """Print the hint."""
        event("hint", epoch=epoch, **hint.to_dict())

    def finished(self, session: Session, outcome: Outcome) -> None:
        """Print the results, and a digest of the parameters. Two trainings with equal digests gave equal networks."""
        snapshot, best = session.snapshot(), session.history.best
        event(
            "finished",
            reason=outcome.reason,
            epoch=snapshot.epoch,
            batch=snapshot.progress.batch,
            step=snapshot.step,
            **validation_figures(snapshot),
            test_loss=snapshot.evaluation.loss,
            test_accuracy=accuracy(snapshot.evaluation.predicted, session.dataset.test.labels),
            best_epoch=None if best is None else best.epoch,
            best_epoch_by=session.history.monitored_data,
            scores=scores_as_dict(RunCurves.of(session.history.records)),
            seconds=outcome.seconds,
            saved=outcome.saved,
            parameters_sha256=parameters_sha256(snapshot.parameters),
        )


def validation_figures(snapshot: Snapshot) -> dict[str, float]:
    """Return the loss and the accuracy of the network on the validation examples by name; {} if there are none."""
    return dict(zip(VALIDATION_NUMBERS, snapshot.validation, strict=True)) if snapshot.record.has_validation else {}


def describe(session: Session) -> str:
    """Return the preset, the network, the data and the epoch of a session, on one line."""
    snapshot, validation = session.snapshot(), session.examples.validation
    network, dataset = snapshot.network, session.dataset
    parameters = count_parameters(network.sizes, network.use_bias)
    hidden = f" {network.activation}" if network.hidden_sizes else ""
    parts = [
        snapshot.preset,
        f"{'-'.join(map(str, network.sizes))}{hidden}, {parameters:,} parameters",
        f"{dataset.name}, {snapshot.train_examples:,} to train, "
        + (f"{len(validation):,} to validate, " if validation else "")
        + f"{len(dataset.test):,} to test",
    ]
    if snapshot.epoch or snapshot.progress.batch:
        parts.append(f"continuing after {place_in_words(snapshot.place)}")
    return " · ".join(parts)


def _epochs(count: int) -> str:
    return f"{count:,} epoch{'s' * (count != 1)}"


class NewHints:
    """An object that finds the hints about a training session, and returns each hint only once."""

    def __init__(self) -> None:
        self._reported: set[str] = set()

    def look(self, session: Session) -> list[Hint]:
        """Return the current hints that no earlier call returned."""
        snapshot, test = session.snapshot(), session.dataset.test
        # The hint rules need gradients. The epoch records contain them only from the first epoch on, so for an
        # untrained network they are measured here.
        statistics = None if snapshot.epoch else probe(snapshot, test, probe_digits(test))
        new = [hint for hint in hints(snapshot, statistics) if hint.name not in self._reported]
        self._reported.update(hint.name for hint in new)
        return new


def hint_lines(hint: Hint) -> list[str]:
    """Return a hint as lines of at most 100 characters: the problem, its reason, and the flags that can solve it."""
    parts = [f"hint: {hint.title}. {hint.sentence}", hint.why, *([fix_line(hint.fix)] if hint.fix else [])]
    lines = [
        wrap(part, 100, initial_indent=_INDENT * (number > 0), subsequent_indent=_INDENT)
        for number, part in enumerate(parts)
    ]
    return list(chain.from_iterable(lines))


def fix_line(fix: Fix) -> str:
    """Return a sentence with the flags that solve the problem, such as "Try --learning-rate 0.1 in a new run."."""
    if fix.pane:
        return f"To look at the pictures, run the command tui-nn {fix.pane.lower()}."
    table = {setting.name: setting for setting in settings()}
    flags = " ".join(f"{flag_of(name)} {table[name].format(value)}" for name, value in fix.settings.items())
    return f"Try {flags} in a new run." if fix.start_over or fix.back_to is not None else f"Try {flags}."


class StatusLine:
    """A line on stderr that is drawn on terminals only. Each drawing replaces the last one.

    Call `clear` before anything else is printed.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        """Prepare the line. It stays hidden if `quiet` is True, or if stderr is not a terminal that can redraw a line."""
        self._shown = not quiet and sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._drawn = False
        self._due = 0.0

    def due(self) -> bool:
        """Return whether the line is shown and its last drawing is at least `REDRAW_SECONDS` old."""
        return self._shown and perf_counter() >= self._due

    def draw(self, text: str) -> None:
        """Draw the text, unless the last drawing is too recent."""
        if not self.due():
            return
        self._due = perf_counter() + REDRAW_SECONDS
        if "utf" not in (sys.stderr.encoding or "").lower():
            text = to_ascii(text)
        self._write("\r\x1b[K" + text[: shutil.get_terminal_size().columns - 1])
        self._drawn = True

    def clear(self) -> None:
        """Remove the progress line from the terminal. The next call of `draw` draws it again."""
        if self._drawn:
            self._write("\r\x1b[K")
            self._drawn = False

    def _write(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()


class ProgressLine(StatusLine):
    """A line on stderr that shows the progress of the current epoch."""

    def show(self, epoch: int, until: int, progress: Progress) -> None:
        """Draw the progress of `epoch`, unless the last drawing is too recent."""
        if not self.due():
            return
        text = f"epoch {epoch}/{until} {thin_bar(progress.share, 20)} {progress.share:4.0%}"
        if progress.examples_a_second:
            text += f"  {progress.examples_a_second:,.0f} examples/s"
        self.draw(text)
