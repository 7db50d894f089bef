"""A saved run, asked about test digits: what `evaluate` and `mistakes` begin with."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import dataclass

from tui_nn.cli.errors import UsageError
from tui_nn.cli.output import note
from tui_nn.core.network import Evaluation
from tui_nn.data.dataset import DataError, Split
from tui_nn.session.file.runs import Run, RunFileError, read_run
from tui_nn.session.questions.answer_history import Past
from tui_nn.session.questions.mistakes import unanswered
from tui_nn.session.run.status import State


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What a run's network says to the test examples of some data."""

    run: Run
    data_name: str
    test: Split
    evaluation: Evaluation
    past: Past
    """What was answered before; nothing if these are other digits, or the run does not know."""

    @property
    def title(self) -> str:
        """Network, age and data in a line."""
        sizes = "-".join(map(str, self.run.network.sizes))
        age = f"epoch {self.run.epoch}"
        return f"{self.run.preset} {sizes} · {age} · {self.data_name}, {len(self.test):,} test digits"


def add_run_arguments(parser: ArgumentParser) -> None:
    """Declare which run, and which digits."""
    parser.add_argument("file", metavar="FILE", help="a run, saved with --save or with ctrl+s in the app")
    parser.add_argument("--data", metavar="PATH", help="ask about these digits instead of those it was trained beside")
    parser.add_argument("--json", action="store_true", help="JSON objects, one a line")


def ask(args: Namespace) -> Answers:
    """The answers of the run in `args.file`.

    Raises:
        UsageError: if there is no such run, or no such data.
    """
    try:
        run = read_run(args.file)
        dataset = run.open_data(args.data)
    except (DataError, RunFileError) as error:
        raise UsageError(str(error)) from None
    if dataset.digest != run.data.digest:
        note(f"{dataset.name} is not what the run was trained beside, which was {run.data.name}")
    if run.status.state is State.DIVERGED:
        note(f"the run diverged, {run.status.reason}: these are the answers of the end of epoch {run.epoch}")
    evaluation = run.mlp.evaluate(dataset.test.images, dataset.test.labels)
    if lost := unanswered(evaluation):
        note(f"to {lost:,} digits the outputs are not finite numbers: what is predicted for them means nothing")
    same, inside = dataset.digest == run.data.digest, run.progress.batch > 0
    past = Past.of_records(run.history.records[: run.epoch + inside]) if same else Past()
    return Answers(run, dataset.name, dataset.test, evaluation, past)
