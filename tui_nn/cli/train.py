"""`tui-nn train`: train a session without a screen, to the end of the planned epochs."""

from __future__ import annotations

import contextlib
import sys
from argparse import ArgumentParser, Namespace
from dataclasses import dataclass, replace
from typing import Any

from tui_nn.cli.flags import (
    DATA_HELP,
    PRESET_HELP,
    add_own_digits,
    add_settings,
    add_workers,
    flag_of,
    read_settings,
    source_of,
    split_settings,
    unused,
    use_workers,
)
from tui_nn.cli.interrupt import Interrupt
from tui_nn.cli.output import give_up_on, note, note_all
from tui_nn.cli.parser import Failure, UsageError
from tui_nn.cli.presets import check_preset
from tui_nn.cli.reports import JsonReport, NewHints, Outcome, ProgressLine, Report, TextReport
from tui_nn.config.configs import settings
from tui_nn.config.setting import Effect
from tui_nn.core.parameters import count_parameters
from tui_nn.data.atomic import free_path, sweep
from tui_nn.data.dataset import DataError
from tui_nn.data.loading import load_dataset
from tui_nn.data.printable import printable
from tui_nn.engine.rescue import Rescue
from tui_nn.home.memory import remember_run
from tui_nn.presets import load_preset, misfits
from tui_nn.render.comparison import few_sentences
from tui_nn.session.file.archive import check_target
from tui_nn.session.file.known import FileChangedError, KnownFiles
from tui_nn.session.file.rescue import RescueFile, new_rescue_path
from tui_nn.session.file.runs import RunFileError, load_run, save_run
from tui_nn.session.file.summary import summarize
from tui_nn.session.run.memory import describe_memory
from tui_nn.session.run.session import Session
from tui_nn.session.run.snapshot import State

ABOUT = (
    "Train a network and print one line for each epoch. Epoch 0 is the untrained network. Press ctrl+c to "
    "stop the training; --save keeps the trained network."
)
EXAMPLES = """\
tui-nn train --epochs 5
tui-nn train --preset leaky-he --learning-rate 0.1 --hidden-sizes 64,32 --save a.run
tui-nn train --run a.run --epochs 40 --save a.run
tui-nn train --data mnist.npz --batch-size 128 --json"""

INTERRUPTED = "interrupted"


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `tui-nn train`."""
    parser.add_argument("--preset", metavar="NAME", help=PRESET_HELP)
    parser.add_argument(
        "--run",
        metavar="FILE",
        help=(
            "continue a saved run until epoch --epochs. Without --epochs, training ends at the next multiple of the "
            "run's planned epochs: a run with 20 planned epochs continues from epoch 20 to epoch 40"
        ),
    )
    parser.add_argument("--data", metavar="PATH", help=DATA_HELP)
    add_own_digits(parser)
    parser.add_argument(
        "--save",
        metavar="FILE",
        help="save the run to this file when training ends, also when ctrl+c or a signal ends it",
    )
    parser.add_argument("--overwrite", action="store_true", help="let --save replace a file that exists already")
    parser.add_argument("--json", action="store_true", help="print the result as JSON, with one object on each line")
    parser.add_argument("--quiet", action="store_true", help="print only errors, on stderr")
    add_workers(parser)
    add_settings(parser)


def run(args: Namespace) -> int:
    """Train, and report the results."""
    untrained = args.run is None and (args.epochs or "").strip() == "0"
    if untrained:
        args.epochs = None
    values = read_settings(args)
    use_workers(args)
    known = KnownFiles()
    if args.overwrite and args.save is None:
        raise UsageError("--overwrite needs --save: add --save and the file to replace")
    try:
        if args.run is not None:
            known.note(args.run)
        if args.save is not None:
            _check_save(args, known)
        session = _resume(args, values) if args.run is not None else _begin(args, values)
    except (DataError, RunFileError) as error:
        raise UsageError(str(error)) from None
    if not args.quiet:
        note_all(session.dataset.name, session.dataset.notes)
        for remark in _remarks(session, values):
            note(remark)
    report: Report = JsonReport() if args.json else TextReport(quiet=args.quiet)
    report.started(session)
    saved, rescue = Saved(), _rescue(session) if args.save is not None else None
    with Interrupt() as interrupt:
        try:
            until = 0 if untrained else session.training.plan_end(session.epoch)
            try:
                outcome = _train(session, until, report, interrupt, ProgressLine(quiet=args.quiet), rescue)
            finally:
                # The run must be saved even if an error, such as a closed pipe or terminal, has ended the training.
                saved = _save(args, session, known, rescue)
            with interrupt.breakable():
                report.finished(session, replace(outcome, saved=saved.path))
        except (KeyboardInterrupt, OSError):
            if saved.problem:
                note(f"tui-nn train: {saved.problem}.")
            if not interrupt.number:
                raise
            give_up_on(sys.stdout)
            return 128 + interrupt.number
    if saved.problem:
        raise Failure(saved.problem)
    if outcome.reason == INTERRUPTED:
        return 128 + interrupt.number
    return 1 if session.status.state is State.DIVERGED else 0


def _check_save(args: Namespace, known: KnownFiles) -> None:
    """Check, before any training, that the run can be saved. Remove the temporary files that killed processes have left
    in the folder of the run.

    Raises:
        RunFileError: if the file cannot be written.
        UsageError: if the file contains anything other than the run that is continued.
    """
    sweep(check_target(args.save).parent)
    if args.overwrite:
        return
    try:
        known.check(args.save)
    except FileChangedError as error:
        content = ""
        with contextlib.suppress(RunFileError):
            content = f" and contains a run at epoch {summarize(args.save).epoch:,}"
        raise UsageError(f"{error}{content}; give another name, or replace the file with --overwrite") from None


def _begin(args: Namespace, values: dict[str, Any]) -> Session:
    preset = load_preset(check_preset(args.preset))
    of_network, of_training = split_settings(values)
    network, training = replace(preset.network, **of_network), replace(preset.training, **of_training)
    if not args.quiet and (memory := describe_memory(network, training)):
        note(f"training {count_parameters(network.sizes, network.use_bias):,} parameters takes {memory}")
    return Session(load_dataset(source_of(args)), network, training, preset=preset.name)


def _resume(args: Namespace, values: dict[str, Any]) -> Session:
    if args.preset is not None:
        raise UsageError("--preset cannot be used with --run, because a saved run has its own settings")
    session = load_run(args.run, source_of(args))
    if not args.quiet and (difference := session.snapshot(observe=False).difference_from_here):
        note(difference)
    # The saved position may be before the newest epoch, because `keep_best` and time travel in the app go back.
    newest, _ = session.tip
    if "epochs" in values and newest >= values["epochs"]:
        raise UsageError(
            f"--epochs is {values['epochs']}: it must be at least {newest + 1}, because '{args.run}' is at epoch "
            f"{newest}; give --epochs a larger number or leave --epochs out"
        )
    of_network, of_training = split_settings(values)
    network, training = session.snapshot().network, session.training
    changed = {**network.changes(replace(network, **of_network)), **training.changes(replace(training, **of_training))}
    fixed = [setting.name for setting in settings() if setting.name in changed and setting.effect is Effect.NEW_NETWORK]
    if fixed:
        raise UsageError(
            *(f"{flag_of(name)} is for a new network only; leave {flag_of(name)} or --run out" for name in fixed)
        )
    _go_to_newest(session, ProgressLine(quiet=args.quiet))
    session.change(replace(session.training, **of_training))
    return session


def _go_to_newest(session: Session, line: ProgressLine) -> None:
    """Move the session to its newest epoch, where training continues."""
    newest = session.tip
    try:
        for _ in session.travel(*newest):
            line.show(session.epoch + 1, newest[0], session.progress)
    finally:
        line.clear()


def _remarks(session: Session, values: dict[str, Any]) -> list[str]:
    snapshot = session.snapshot()
    few = few_sentences(snapshot.set_aside)[:1]
    return [*unused(values, snapshot.network, snapshot.training), *misfits(snapshot), *few]


def _rescue(session: Session) -> Rescue | None:
    """Return the writer of a rescue file, which keeps the run if the process is killed; None if its folder cannot be written."""
    try:
        return Rescue(session, RescueFile(new_rescue_path()), is_kept=True)
    except OSError:
        return None


def _train(
    session: Session, until: int, report: Report, interrupt: Interrupt, line: ProgressLine, rescue: Rescue | None
) -> Outcome:
    """Train until epoch `until` is complete, and return the result."""
    first, since = session.epoch, len(session.history.records) - 1
    if not first:
        report.epoch(session.history.records[0])
    reported, new = first, NewHints()
    for hint in new.look(session):
        report.hint(session.epoch, hint)
    for _ in interrupt.steps(session.train(until)):
        if rescue is not None:
            rescue.follow(busy=True)
        if session.epoch > reported:
            reported = session.epoch
            line.clear()
            _report_epoch(session, report, new)
            if session.stalled(since):
                break
        if interrupt.number:
            break
        line.show(session.epoch + 1, until, session.progress)
    line.clear()
    if session.epoch > reported:
        _report_epoch(session, report, new)
    elif session.status.state is State.DIVERGED:
        for hint in new.look(session):
            report.hint(session.epoch, hint)
    reason = "epochs done"
    if session.status.state is State.DIVERGED:
        reason = f"diverged: {session.status.reason}"
    elif interrupt.number and session.epoch < until:
        reason = INTERRUPTED
    elif session.epoch < until:
        reason = f"the training stopped early after epoch {session.epoch}"
    seconds = sum((record.seconds for record in session.history.records[first + 1 :]), 0.0)
    done = session.epoch - first
    if reason != INTERRUPTED and session.status.state is not State.DIVERGED:
        reason += _keep_best(session)
    return Outcome(reason, done, seconds, None)


def _keep_best(session: Session) -> str:
    """Go back to the best epoch if the setting `keep_best` is on. Return a phrase that names this epoch, or ""."""
    last = session.epoch
    for _ in session.keep_best():
        pass
    return f", kept epoch {session.epoch}" if session.epoch < last else ""


def _report_epoch(session: Session, report: Report, new: NewHints) -> None:
    report.epoch(session.history.records[session.epoch])
    for hint in new.look(session):
        report.hint(session.epoch, hint)


@dataclass(frozen=True, slots=True)
class Saved:
    """The result of a save."""

    path: str | None = None
    """The file that contains the saved run; None if the run was not saved."""
    problem: str = ""
    """The reason why the run was not saved to the file of --save; "" if it was."""


def _save(args: Namespace, session: Session, known: KnownFiles, rescue: Rescue | None) -> Saved:
    """Save the run to the file of --save. If another program has changed this file, save the run to a new file instead."""
    saved = _save_to(args, session, known)
    if rescue is not None:
        if saved.path is not None:
            rescue.forget()
        rescue.finish()
        if saved.path is None and not rescue.problem:
            kept = str(rescue.path)
            return Saved(kept, f"{saved.problem}; the run was saved to '{printable(kept)}'")
    return saved


def _save_to(args: Namespace, session: Session, known: KnownFiles) -> Saved:
    if args.save is None:
        return Saved()
    snapshot, dataset = session.snapshot_to_save(), session.dataset
    try:
        save_run(args.save, snapshot, dataset, check=None if args.overwrite else lambda: known.check(args.save))
        remember_run(args.save)
        return Saved(args.save)
    except FileChangedError as error:
        reason, place = f"{error}, so the file was not replaced", free_path(args.save)
    except RunFileError as error:
        return Saved(None, str(error))
    try:
        save_run(place, snapshot, dataset)
        return Saved(place, f"{reason}; the run was saved to '{printable(place)}'")
    except RunFileError:
        return Saved(None, reason)
