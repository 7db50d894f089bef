"""`tui-nn train`: a session trained to the end of its plan."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import replace
from typing import Any

from tui_nn.cli.errors import Failure, UsageError
from tui_nn.cli.flags import add_settings, add_workers, flag_of, read_settings, unused, use_workers
from tui_nn.cli.hints import NewHints
from tui_nn.cli.interrupt import Interrupt
from tui_nn.cli.output import note
from tui_nn.cli.own import add_own_digits, source_of
from tui_nn.cli.presets import check_preset
from tui_nn.cli.progress import ProgressLine
from tui_nn.cli.reports import JsonReport, Outcome, Report, TextReport
from tui_nn.config.configs import NetworkConfig, settings
from tui_nn.config.setting import Effect
from tui_nn.core.parameters import count_parameters
from tui_nn.data.dataset import DataError
from tui_nn.data.loading import load_dataset
from tui_nn.presets import load_preset, shortfall
from tui_nn.session.file.archive import check_target
from tui_nn.session.file.runs import RunFileError, load_run, save_run
from tui_nn.session.run.memory import describe_memory
from tui_nn.session.run.session import Session
from tui_nn.session.run.snapshot import State

ABOUT = "Train a network without a screen: one line an epoch, the untrained network first."
EXAMPLES = """\
tui-nn train --epochs 5
tui-nn train --preset leaky-he --learning-rate 0.1 --hidden-sizes 64,32 --save a.run
tui-nn train --run a.run --epochs 40 --save a.run
tui-nn train --data mnist.npz --batch-size 128 --json"""

INTERRUPTED = "interrupted"


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("--preset", metavar="NAME", help="start from this one (quick-start; see: tui-nn presets)")
    parser.add_argument(
        "--run",
        metavar="FILE",
        help="go on with a saved run from its newest epoch, to --epochs; without, to the end of its plan or as far again",
    )
    parser.add_argument("--data", metavar="PATH", help="train on these digits: a file in Keras's layout, mnist.npz")
    add_own_digits(parser)
    parser.add_argument("--save", metavar="FILE", help="save the run when it ends, ctrl+c included")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--quiet", action="store_true", help="nothing on stderr but errors")
    add_workers(parser)
    add_settings(parser)


def run(args: Namespace) -> int:
    """Train, and tell."""
    values = read_settings(args)
    use_workers(args)
    try:
        if args.save is not None:
            check_target(args.save)
        session = _resume(args, values) if args.run is not None else _begin(args, values)
    except (DataError, RunFileError) as error:
        raise UsageError(str(error)) from None
    if not args.quiet:
        for remark in _remarks(session, values):
            note(remark)
    report: Report = JsonReport() if args.json else TextReport(quiet=args.quiet)
    report.started(session)
    with Interrupt() as interrupt:
        try:
            outcome = _train(session, report, interrupt, ProgressLine(quiet=args.quiet))
        except BrokenPipeError:
            # Nobody reads on. What was learned is still what --save asked for.
            _save(args.save, session)
            raise
        saved = _save(args.save, session)
        report.finished(session, replace(outcome, saved=args.save if saved is None else None))
    if saved is not None:
        raise Failure(saved)
    if outcome.reason == INTERRUPTED:
        return 128 + interrupt.number
    return 1 if session.status.state is State.DIVERGED else 0


def _begin(args: Namespace, values: dict[str, Any]) -> Session:
    preset = load_preset(check_preset(args.preset))
    of_network, of_training = _parted(values)
    network, training = replace(preset.network, **of_network), replace(preset.training, **of_training)
    if not args.quiet and (memory := describe_memory(network, training)):
        note(f"training {count_parameters(network.sizes, network.use_bias):,} parameters takes {memory}")
    return Session(load_dataset(source_of(args)), network, training, preset=preset.name)


def _resume(args: Namespace, values: dict[str, Any]) -> Session:
    if args.preset is not None:
        raise UsageError("--run goes on with a run as it is; leave --preset out")
    session = load_run(args.run, source_of(args))
    # It may be looking back: at the best epoch, where `keep_best` left it, or where the app was when it was saved.
    newest, _ = session.tip
    if "epochs" in values and newest >= values["epochs"]:
        more = f"for more give --epochs {newest + 1} or above, or leave it out"
        raise UsageError(f"'{args.run}' is at epoch {newest}, and --epochs is {values['epochs']}: {more}")
    of_network, of_training = _parted(values)
    network, training = session.snapshot().network, session.training
    changed = {**network.changes(replace(network, **of_network)), **training.changes(replace(training, **of_training))}
    fixed = [setting.name for setting in settings() if setting.name in changed and setting.effect is Effect.NEW_NETWORK]
    if fixed:
        raise UsageError(*(f"{flag_of(name)} takes a new network; leave it out with --run" for name in fixed))
    _go_to_newest(session, ProgressLine(quiet=args.quiet))
    session.change(replace(session.training, **of_training))
    return session


def _go_to_newest(session: Session, line: ProgressLine) -> None:
    """Be where training goes on: nothing that was trained already is trained again as if it were new."""
    newest = session.tip
    try:
        for _ in session.travel(*newest):
            line.show(session.epoch + 1, newest[0], session.progress)
    finally:
        line.clear()


def _parted(values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The values that are the network's, and those of the training."""
    names = {setting.name for setting in NetworkConfig.settings}
    return (
        {name: value for name, value in values.items() if name in names},
        {name: value for name, value in values.items() if name not in names},
    )


def _remarks(session: Session, values: dict[str, Any]) -> list[str]:
    snapshot = session.snapshot()
    remarks = unused(values, snapshot.network, snapshot.training)
    missing = shortfall(snapshot)
    return [*remarks, missing] if missing else remarks


def _train(session: Session, report: Report, interrupt: Interrupt, line: ProgressLine) -> Outcome:
    first, since = session.epoch, len(session.history.records) - 1
    # As r does in the app.
    until = session.training.plan_end(first)
    if not first:
        report.epoch(session.history.records[0])
    told, new = first, NewHints()
    for hint in new.look(session):
        report.hint(session.epoch, hint)
    for _ in session.train(until):
        if session.epoch > told:
            told = session.epoch
            line.clear()
            _tell(session, report, new)
            if session.stalled(since):
                break
        if interrupt.number:
            break
        line.show(session.epoch + 1, until, session.progress)
    line.clear()
    if session.epoch > told:
        _tell(session, report, new)
    elif session.status.state is State.DIVERGED:
        for hint in new.look(session):
            report.hint(session.epoch, hint)
    reason = "epochs done"
    if session.status.state is State.DIVERGED:
        reason = f"diverged: {session.status.reason}"
    elif interrupt.number and session.epoch < until:
        reason = INTERRUPTED
    elif session.epoch < until:
        reason = f"stopped early after epoch {session.epoch}"
    seconds = sum((record.seconds for record in session.history.records[first + 1 :]), 0.0)
    done = session.epoch - first
    if reason != INTERRUPTED and session.status.state is not State.DIVERGED:
        reason += _keep_best(session)
    return Outcome(reason, done, seconds, None)


def _keep_best(session: Session) -> str:
    """Go back to the best epoch if that is wanted and there was a better one; what that comes to."""
    last = session.epoch
    for _ in session.keep_best():
        pass
    return f", kept epoch {session.epoch}" if session.epoch < last else ""


def _tell(session: Session, report: Report, new: NewHints) -> None:
    report.epoch(session.history.records[session.epoch])
    for hint in new.look(session):
        report.hint(session.epoch, hint)


def _save(path: str | None, session: Session) -> str | None:
    """Save if there is a path; a sentence if that went wrong."""
    if path is not None:
        try:
            save_run(path, session.snapshot(), session.dataset)
        except RunFileError as error:
            return str(error)
    return None
