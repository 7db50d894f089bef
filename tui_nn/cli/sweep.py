"""`tui-nn sweep`: train every combination of the values of some settings, with several seeds, and rank them."""

from __future__ import annotations

import contextlib
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor
from dataclasses import asdict, replace
from pathlib import Path
from statistics import median
from typing import Any

from tui_nn.cli.flags import (
    DATA_HELP,
    PRESET_HELP,
    add_settings,
    flag_of,
    read_settings,
    sentence,
    split_settings,
    unused,
)
from tui_nn.cli.interrupt import Interrupt
from tui_nn.cli.output import event, note, result
from tui_nn.cli.parser import Failure, UsageError, did_you_mean, whole_number
from tui_nn.cli.presets import check_preset
from tui_nn.cli.reports import StatusLine
from tui_nn.config.configs import settings
from tui_nn.config.setting import ConfigError
from tui_nn.data.dataset import DataError
from tui_nn.data.loading import load_dataset
from tui_nn.data.printable import printable
from tui_nn.data.validation import set_aside
from tui_nn.presets import load_preset
from tui_nn.render.bars import thin_bar
from tui_nn.render.comparison import few_sentences, seeds_sentences
from tui_nn.render.heat_map import heat_map
from tui_nn.render.numbers import duration, loss_text
from tui_nn.session.sweep.grid import Axis, Combination, Grid, Job
from tui_nn.session.sweep.pool import LocalPool
from tui_nn.session.sweep.ranking import Ranked, compare_best, ranked
from tui_nn.session.sweep.result import ResultFolder, RunResult
from tui_nn.session.sweep.runner import run_jobs
from tui_nn.session.sweep.seed_training import cores
from tui_nn.session.sweep.task import train_job

ABOUT = (
    "Train the network with every combination of the values given by --set, each with several seeds. Rank "
    "the combinations by validation accuracy, or by test accuracy if there are no validation data. Press "
    "ctrl+z to pause (fg continues) and ctrl+c to stop."
)
EXAMPLES = """\
tui-nn sweep --set learning-rate=.01,.1,1 --set batch-size=16,64 --seeds 5 --out rates
tui-nn sweep --set hidden-sizes=none,64,128-64 --epochs 5 --json
tui-nn sweep --seeds 10"""

MOST_RUNS = 10_000
"""The largest number of runs in one sweep."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `tui-nn sweep`."""
    parser.add_argument(
        "--set",
        metavar="NAME=V,V",
        action="append",
        default=[],
        dest="axes",
        help=(
            "try several values of one setting; repeat --set for more settings. In hidden-sizes, a hyphen joins the "
            "layers of one network: hidden-sizes=64,128-64 tries one layer of 64 units, then layers of 128 and 64 units"
        ),
    )
    parser.add_argument(
        "--seeds",
        type=whole_number(1, 1000),
        default=1,
        metavar="N",
        help="train each combination with N seeds (default: 1)",
    )
    parser.add_argument(
        "--jobs",
        type=whole_number(1, 256),
        metavar="N",
        help="train N runs at the same time, each on one thread (default: one for each core)",
    )
    parser.add_argument(
        "--out",
        metavar="DIR",
        help="keep the result of each run in this folder; if you repeat the command, it trains only the missing runs",
    )
    parser.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help=(
            "train the runs on the Dask cluster with this scheduler, such as tcp://10.0.0.1:8786; first install Dask: "
            "pip install 'tui-nn[cluster]'"
        ),
    )
    parser.add_argument("--preset", metavar="NAME", help=PRESET_HELP)
    parser.add_argument("--data", metavar="PATH", help=DATA_HELP)
    parser.add_argument("--json", action="store_true", help="print the result as JSON, with one object on each line")
    parser.add_argument("--quiet", action="store_true", help="print only errors, on stderr")
    add_settings(parser)


def run(args: Namespace) -> int:
    """Train the runs that have no result yet, and print the ranking."""
    if args.jobs is not None and args.scheduler is not None:
        raise UsageError("--jobs cannot be used with --scheduler, because the cluster has its own workers")
    grid = _read_grid(args)
    try:
        dataset = load_dataset(args.data)
        combinations = grid.combinations(dataset)
    except DataError as error:
        raise UsageError(str(error)) from None
    except ConfigError as error:
        raise UsageError(*map(sentence, error.errors)) from None
    jobs = [job for one in combinations for job in one.jobs]
    folder = _open_folder(args.out) if args.out is not None else None
    results = folder.found(jobs) if folder is not None else {}
    if not args.quiet:
        kept = f"; finished already: {len(results):,}" if results else ""
        note(f"combinations: {len(combinations):,}; runs: {len(jobs):,}{kept}")
    with Interrupt() as interrupt, interrupt.breakable():
        if args.json:
            _begun_as_json(grid, len(jobs))
            for found in results.values():
                event("run", **asdict(found))
        missing = [job for job in jobs if job.key not in results]
        if missing:
            _train(args, missing, results, folder, interrupt)
    if len(results) < len(jobs):
        note(f"the sweep was interrupted after {len(results):,} of {len(jobs):,} runs; {_rest(len(results), args.out)}")
        return 128 + interrupt.number
    ranking = ranked(combinations, results)
    if args.json:
        _ranking_as_json(ranking, grid.axes)
    else:
        _ranking_as_text(ranking, grid.axes, min(set_aside(dataset, job.training) for job in jobs))
    return 0


# ---- read the command line


def _read_grid(args: Namespace) -> Grid:
    values = read_settings(args)
    axes = tuple(map(_read_axis, args.axes))
    names = [axis.setting.name for axis in axes]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"--set gives {name.replace('_', '-')} twice: put all its values into one list")
        if name in values:
            raise UsageError(
                f"{flag_of(name)} and --set {name.replace('_', '-')} are both given: leave one of them out"
            )
    preset = load_preset(check_preset(args.preset))
    of_network, of_training = split_settings(values)
    network, training = replace(preset.network, **of_network), replace(preset.training, **of_training)
    if not args.quiet:
        for remark in unused(values, network, training):
            note(remark)
    grid = Grid(network, training, axes, args.seeds)
    if len(grid) > MOST_RUNS:
        raise UsageError(
            f"the sweep has {len(grid):,} runs: it must have at most {MOST_RUNS:,}; give fewer values or seeds"
        )
    return grid


def _read_axis(text: str) -> Axis:
    """Return the `Axis` (a setting with the values to try) that a text such as "learning-rate=.01,.1" describes.

    Raises:
        UsageError: if the setting or a value is not allowed.
    """
    name, equals, listed = text.partition("=")
    if not equals:
        raise UsageError(f"--set is '{text}': it must be a setting and its values, such as learning-rate=.01,.1")
    table = {setting.name: setting for setting in settings()}
    setting = table.get(name.strip().lstrip("-").replace("-", "_"))
    if setting is None:
        close = did_you_mean(name, (known.replace("_", "-") for known in table))
        raise UsageError(f"--set is '{text}': there is no setting '{name}'{close}; tui-nn sweep --help lists them all")
    if setting.name == "seed":
        raise UsageError("--set is 'seed': use --seeds N instead, which tries N seeds, beginning with --seed")
    values: list[Any] = []
    for part in listed.split(","):
        try:
            value = setting.parse(part)
        except ConfigError as error:
            (wrong,) = error.errors
            raise UsageError(f"--set {name} has the value {wrong.shown}: it must be {wrong.allowed}") from None
        if value in values:
            raise UsageError(f"--set {name} has the value {setting.format(value)} twice: give each value once")
        values.append(value)
    return Axis(setting, tuple(values))


def _open_folder(path: str) -> ResultFolder:
    try:
        return ResultFolder(Path(path).expanduser())
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(
            f"--out is '{printable(path)}': the folder cannot be created ({reason}); give another folder"
        ) from None


# ---- training


def _train(
    args: Namespace,
    missing: Sequence[Job],
    results: dict[str, RunResult],
    folder: ResultFolder | None,
    interrupt: Interrupt,
) -> None:
    """Train the runs that have no result yet, and add their results to `results`. A signal can stop the training early."""
    line, runs = StatusLine(quiet=args.quiet), len(results) + len(missing)
    seconds: list[float] = []
    with _executor(args, len(missing)) as (executor, at_once):
        try:
            for found in run_jobs(missing, executor, train_job):
                if found is not None:
                    results[found.key] = found
                    seconds.append(found.seconds)
                    _keep(folder, found)
                    if args.json:
                        line.clear()
                        event("run", **asdict(found))
                if interrupt.number:
                    return
                if line.due():
                    line.draw(_progress(len(results), runs, seconds, at_once))
        except BrokenExecutor:
            raise Failure(
                f"a worker process ended before its run was complete; {_rest(len(results), args.out)}"
            ) from None
        except DataError as error:
            raise Failure(str(error)) from None
        finally:
            line.clear()


def _keep(folder: ResultFolder | None, found: RunResult) -> None:
    if folder is not None:
        try:
            folder.keep(found)
        except OSError as error:
            raise Failure(
                f"results cannot be written to the folder given with --out: {(error.strerror or str(error)).lower()}"
            ) from None


def _rest(finished: int, out: str | None) -> str:
    """Return a phrase that says how the user can continue the sweep later."""
    if out is None:
        return "a sweep that is started with --out DIR can be continued by the same command"
    return f"the folder '{printable(out)}' contains {finished:,} results; give the same command again to train the missing runs"


def _progress(done: int, runs: int, seconds: Sequence[float], at_once: int) -> str:
    text = f"{done:,} of {runs:,} runs {thin_bar(done / runs, 20)}"
    if not seconds:
        return text
    # The estimate uses the median time, because one run that was paused with ctrl+z would make the mean far too long.
    left = median(seconds) * -(-(runs - done) // at_once)
    return f"{text}  about {duration(left)} left"


@contextlib.contextmanager
def _executor(args: Namespace, runs: int) -> Iterator[tuple[Executor, int]]:
    """Yield an executor and the number of runs that it trains at the same time. The executor stops when the context ends."""
    if args.scheduler is None:
        at_once = min(args.jobs or cores(), runs)
        with LocalPool(at_once) as executor:
            yield executor, at_once
        return
    try:
        from distributed import Client
    except ImportError:
        raise UsageError(
            "--scheduler needs the library distributed; install it with: pip install 'tui-nn[cluster]'"
        ) from None
    try:
        client = Client(args.scheduler, timeout=10, set_as_default=False)
    except (OSError, ValueError) as error:
        reason = printable(str(error).splitlines()[0] if str(error) else "no answer")
        raise Failure(f"the scheduler {printable(args.scheduler)} cannot be reached: {reason}") from None
    with client:
        threads = sum(client.nthreads().values())
        if not threads and not args.quiet:
            note(f"the scheduler {printable(args.scheduler)} has no workers yet; the runs begin when a worker joins it")
        yield client.get_executor(), max(threads, 1)


# ---- results


def _begun_as_json(grid: Grid, runs: int) -> None:
    event(
        "sweep",
        axes={axis.setting.name: list(axis.values) for axis in grid.axes},
        seeds=list(range(grid.training.seed, grid.training.seed + grid.seeds)),
        runs=runs,
        network=grid.network.to_dict(),
        training=grid.training.to_dict(),
    )


def _ranking_as_json(ranking: Sequence[Ranked], axes: Sequence[Axis]) -> None:
    for place, one in enumerate(ranking, 1):
        figures = {"accuracy": one.accuracy, "loss": one.loss, "test_accuracy": one.test_accuracy}
        event(
            "ranked",
            place=place,
            settings=_settings(one.combination, axes),
            decided_by=one.decided_by,
            diverged=one.diverged,
            **{name: figure.mean for name, figure in figures.items()},
            **{f"{name}_spread": figure.spread for name, figure in figures.items()},
            runs=[run.key for run in one.runs],
        )
    test = compare_best(ranking)
    event(
        "finished",
        best=_settings(ranking[0].combination, axes),
        difference=None if test is None else test.difference,
        chance=None if test is None else test.chance,
        least_chance=None if test is None else test.least,
    )


def _settings(combination: Combination, axes: Sequence[Axis]) -> dict[str, Any]:
    return {axis.setting.name: value for axis, value in zip(axes, combination.values, strict=True)}


def _ranking_as_text(ranking: Sequence[Ranked], axes: Sequence[Axis], examples: int) -> None:
    """Print the ranking. Each run has at least `examples` validation examples."""
    data = ranking[0].decided_by
    _print_table(ranking, axes, data)
    if len(axes) == 2 and all(len(axis.values) > 1 for axis in axes):
        result()
        _print_heat_map(ranking, axes, data)
    result()
    if data == "test":
        result(
            "The combinations are ranked by test accuracy, because there are no validation examples. Use "
            "--validation 0.1 to set some training examples aside."
        )
    if few := few_sentences(examples):
        result(few[0])
    if len(ranking) < 2:
        return
    best, following = (one.combination.words(axes) for one in ranking[:2])
    if (test := compare_best(ranking)) is None:
        result(f"The best combination is {best}. With one seed, the difference may be chance: use --seeds 6 or more.")
        return
    for line in seeds_sentences(test, best, following, data):
        result(line)


def _print_table(ranking: Sequence[Ranked], axes: Sequence[Axis], data: str) -> None:
    """Print one row for each combination: its values, the mean and spread of its accuracy, and its other results."""
    texts = [
        [axis.setting.show(value) for axis, value in zip(axes, one.combination.values, strict=True)] for one in ranking
    ]
    heads = [axis.setting.label for axis in axes]
    widths = [max(map(len, column)) + 2 for column in zip(heads, *texts, strict=True)]
    seeds = len(ranking[0].runs)
    what = f"{data} accuracy"
    named = "".join(f"{head:<{width}}" for head, width in zip(heads, widths, strict=True))
    result(f"{named}{what:<20}{'loss':<9}{'test accuracy':<18}".rstrip())
    for one, row in zip(ranking, texts, strict=True):
        values = "".join(f"{text:<{width}}" for text, width in zip(row, widths, strict=True))
        cells = f"{one.accuracy.percent:<20}{loss_text(one.loss.mean):<9}{one.test_accuracy.percent:<18}"
        diverged = f"{one.diverged} of {seeds} diverged" if one.diverged else ""
        result(f"{values}{cells}{diverged}".rstrip())


def _print_heat_map(ranking: Sequence[Ranked], axes: Sequence[Axis], data: str) -> None:
    down, across = axes
    found = {one.combination.values: one.accuracy.mean for one in ranking}
    result(f"mean {data} accuracy for each {down.setting.label} (rows) and {across.setting.label} (columns)")
    names, others = ([axis.setting.show(value) for value in axis.values] for axis in axes)
    rows = [[found[row, column] for column in across.values] for row in down.values]
    for line in heat_map(names, others, rows):
        result(line)
