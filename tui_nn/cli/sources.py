"""The saved runs and sessions that the commands open: `Answers` (a saved run and its outputs) and `open_session`.

A run is opened at the epoch and branch that `--epoch` and `--branch` choose, or else at those that were saved in its file.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Collection
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from tui_nn.analysis.outputs import unanswered
from tui_nn.cli.flags import (
    DATA_HELP,
    PRESET_HELP,
    RUN_HELP,
    add_settings,
    flag_of,
    read_settings,
    split_settings,
    unused,
)
from tui_nn.cli.output import note, note_all, place_in_words
from tui_nn.cli.parser import UsageError, whole_number
from tui_nn.cli.presets import check_preset
from tui_nn.core.fast.evaluation import Evaluation, evaluate
from tui_nn.core.parameters import Parameters
from tui_nn.core.watch.metrics import accuracy
from tui_nn.data.dataset import DataError, Split
from tui_nn.data.loading import load_dataset
from tui_nn.data.validation import examples_of
from tui_nn.presets import load_preset
from tui_nn.session.file.runs import Run, RunFileError, load_run, read_run
from tui_nn.session.questions.answer_history import Past
from tui_nn.session.run.session import Session
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.session.run.status import State
from tui_nn.session.run.timeline import PlaceError


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """A saved run, and its network's outputs for the test examples of a dataset."""

    run: Run | Snapshot
    """The run in the file; if `--epoch` or `--branch` is given, a snapshot of the run at that epoch and branch."""
    data_name: str
    test: Split
    evaluation: Evaluation
    past: Past
    """The predictions after earlier epochs. They are empty if the file has none, or if the run is evaluated on other
    data than its own.
    """

    validation: tuple[int, float, float] | None = None
    """The number of validation examples, and the loss and accuracy on them. None if the run has no validation examples,
    or if it is evaluated on other data than its own.
    """

    @property
    def title(self) -> str:
        """A line of text with the preset, the layer sizes, the epoch and batch, and the data."""
        sizes = "-".join(map(str, self.run.network.sizes))
        age = place_in_words(self.run.place)
        return f"{self.run.preset} {sizes} · {age} · {self.data_name}, {len(self.test):,} test examples"


def identity(run: Run | Snapshot) -> dict[str, Any]:
    """Return the values that identify the network of a run, by their keys in the JSON output.

    They are the preset, both configs, the complete epochs, the complete batches of the next epoch, the number of the
    branch from 1, and a digest of the parameters. Equal digests mean equal networks.
    """
    return {
        "preset": run.preset,
        "network": run.network.to_dict(),
        "training": run.training.to_dict(),
        "epoch": run.epoch,
        "batch": run.place[1],
        "branch": run.branch + 1,
        "parameters_sha256": parameters_sha256(run.parameters),
    }


def parameters_sha256(parameters: Parameters) -> str:
    """Return the SHA-256 digest of all parameters, as 64 hexadecimal digits."""
    return sha256(parameters.vector.tobytes()).hexdigest()


def add_place_arguments(parser: ArgumentParser) -> None:
    """Declare the flags that choose a position in a saved run: --epoch and --branch."""
    parser.add_argument(
        "--epoch",
        metavar="N",
        type=whole_number(0),
        help="use the network after epoch N; 0 is the untrained network (default: the epoch in the file)",
    )
    parser.add_argument(
        "--branch",
        metavar="N",
        type=whole_number(1),
        help="use branch N, counted from 1; tui-nn history lists the branches",
    )


def go_to_place(session: Session, args: Namespace) -> None:
    """Go to the position that --epoch and --branch choose.

    Raises:
        UsageError: if the run has no such position.
    """
    try:
        if args.branch is not None:
            for _ in session.switch(args.branch - 1):
                pass
        if args.epoch is not None:
            session.seek(args.epoch)
    except PlaceError as error:
        raise UsageError(str(error)) from None


def add_run_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of a command that evaluates a saved run: the run, the position in it, the data, and --json."""
    parser.add_argument("file", metavar="FILE", help=RUN_HELP)
    add_place_arguments(parser)
    parser.add_argument(
        "--data", metavar="PATH", help="evaluate the run on this data file instead of the data of the run"
    )
    parser.add_argument("--json", action="store_true", help="print the result as JSON, with one object on each line")


def answer_test_data(args: Namespace) -> Answers:
    """Evaluate the run in `args.file` on test data. Print a note if the results could be misunderstood.

    Raises:
        UsageError: if the run or the data cannot be read, or the run does not have the position that the flags choose.
    """
    run: Run | Snapshot
    try:
        run = found = read_run(args.file)
        dataset = run.open_data(args.data)
        same = dataset.digest == found.data.digest
        if args.epoch is not None or args.branch is not None:
            # To reach the position, the run must be trained again on its own data.
            session = load_run(args.file, dataset if same else None)
            go_to_place(session, args)
            run = session.snapshot()
    except (DataError, RunFileError) as error:
        raise UsageError(str(error)) from None
    note_all(dataset.name, dataset.notes)
    if not same:
        note(f"The results below are for {dataset.name}, but the run was trained on {found.data.name}.")
    if run.status.state is State.DIVERGED:
        note(f"The run diverged ({run.status.reason}). The results below are from the end of epoch {run.epoch}.")
    evaluation = evaluate(run.mlp, dataset.test.images, dataset.test.labels)
    if lost := unanswered(evaluation):
        note(f"The outputs for {lost:,} examples are NaN or infinite, so their predictions mean nothing.")
    inside = run.progress.batch > 0
    past = Past.of_records(run.history.records[: run.epoch + inside]) if same else Past()
    validation = examples_of(dataset, run.training).validation if same else None
    measured = None
    if validation is not None:
        outputs = evaluate(run.mlp, validation.images, validation.labels)
        measured = len(validation), outputs.loss, accuracy(outputs.predicted, validation.labels)
    return Answers(run, dataset.name, dataset.test, evaluation, past, measured)


def add_session_arguments(parser: ArgumentParser, *, without: Collection[str]) -> None:
    """Declare the arguments of a command that trains or inspects one network: run, preset, data, --json and settings.

    `without` names the settings that the command does not use.
    """
    parser.add_argument("file", metavar="FILE", nargs="?", help="a saved run (default: a new network)")
    parser.add_argument("--preset", metavar="NAME", help=PRESET_HELP)
    parser.add_argument("--data", metavar="PATH", help=DATA_HELP)
    parser.add_argument("--json", action="store_true", help="print the result as JSON, with one object on each line")
    add_settings(parser, without)


def open_session(args: Namespace) -> Session:
    """Open the saved run in `args.file`, or begin a session from the preset and the settings.

    Raises:
        UsageError: if the run, the preset or the data cannot be read, or a value is not allowed.
    """
    values = read_settings(args)
    try:
        if args.file is not None:
            if args.preset is not None or values:
                given = "--preset" if args.preset is not None else flag_of(next(iter(values)))
                raise UsageError(f"{given} cannot be used with a saved run, which has its own settings")
            return _noted(load_run(args.file, args.data))
        preset = load_preset(check_preset(args.preset))
        of_network, of_training = split_settings(values)
        network, training = replace(preset.network, **of_network), replace(preset.training, **of_training)
        for remark in unused(values, network, training):
            note(remark)
        return _noted(Session(load_dataset(args.data), network, training, preset=preset.name))
    except (DataError, RunFileError) as error:
        raise UsageError(str(error)) from None


def _noted(session: Session) -> Session:
    """Print the notes about the data of a session, and return it."""
    note_all(session.dataset.name, session.dataset.notes)
    return session
