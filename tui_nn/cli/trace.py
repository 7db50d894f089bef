"""`tui-nn trace`: print the calculation of one update step by step, with the numbers of one example."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from textwrap import wrap
from typing import Any

from tui_nn.cli.flags import class_number
from tui_nn.cli.output import event, result
from tui_nn.cli.parser import Failure, UsageError, whole_number
from tui_nn.cli.sources import (
    add_place_arguments,
    add_session_arguments,
    go_to_place,
    identity,
    open_session,
    parameters_sha256,
)
from tui_nn.core.watch.acts import Made
from tui_nn.core.watch.update_view import UpdateView
from tui_nn.render.acts import ChosenPath, Scene, act_name, scene_of
from tui_nn.render.acts.scene import example_name
from tui_nn.render.pictures import shades
from tui_nn.session.run.session import Session
from tui_nn.session.run.snapshot import Snapshot, State

ABOUT = (
    "Show how the next update of a saved run or of a new network is calculated, step by step. The numbers "
    "belong to one example of the batch."
)
EXAMPLES = """\
tui-nn trace
tui-nn trace a.run --example 7 --json
tui-nn trace a.run --epoch 2 --batch 5
tui-nn trace --hidden-sizes 32,32 --activation sigmoid --batch-size 16"""

NO_PART = ("patience", "keep_best")
"""The settings that have no effect on the first update of a new network. The command has no flags for them."""

_WIDTH = 80
"""The width of the text output, in columns."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `tui-nn trace`."""
    number = whole_number(0)
    parser.add_argument(
        "--batch",
        metavar="N",
        type=whole_number(1),
        help="show the update of batch N of the epoch, counted from 1 (default: the next batch)",
    )
    add_place_arguments(parser)
    parser.add_argument(
        "--example",
        metavar="N",
        type=number,
        default=0,
        help="follow example N of the batch, counted from 0 (default: 0)",
    )
    parser.add_argument(
        "--pixel", metavar="N", type=number, help="follow pixel N, counted from 0 (default: a pixel with ink)"
    )
    parser.add_argument(
        "--unit",
        metavar="N",
        type=number,
        help="follow unit N of the first hidden layer (default: an active unit)",
    )
    parser.add_argument(
        "--class",
        dest="output",
        metavar="CLASS",
        help="follow the output of CLASS (default: the true class of the example)",
    )
    add_session_arguments(parser, without=NO_PART)


def run(args: Namespace) -> int:
    """Do one update, and print every step of it. The run's file does not change."""
    session = open_session(args)
    _go_to_batch(session, args)
    before = session.snapshot()
    _do_update(session)
    view = session.update
    if view is None:
        raise Failure("the update cannot be shown, because the run diverged in it; use another run")
    place = _place(session, view, args)
    scenes = [scene_of(view, number, place) for number in range(view.done)]
    if args.json:
        _as_json(before, session, view, place, scenes)
    else:
        _as_text(session, view, place, scenes)
    return 1 if session.status.state is State.DIVERGED else 0


def _go_to_batch(session: Session, args: Namespace) -> None:
    """Go to the position before the update that the flags choose. If the run has not reached it yet, train up to it."""
    go_to_place(session, args)
    if args.batch is None:
        return
    if args.batch > session.batches:
        raise UsageError(f"--batch is {args.batch}: an epoch of this run has {session.batches:,} batches")
    target = session.epoch, args.batch - 1
    if session.place != target:
        session.seek(*min(target, session.tip))
    while session.place < target and session.status.state is not State.DIVERGED:
        for _ in session.train_batch():
            pass


def _do_update(session: Session) -> None:
    """Do the whole next update. If the run diverged, repeat the update in which it diverged."""
    for _ in session.train_act():
        pass
    for _ in session.finish_update():
        pass


def _place(session: Session, view: UpdateView, args: Namespace) -> ChosenPath:
    if args.example >= view.rows:
        raise UsageError(
            f"--example is {args.example}: it must be below {view.rows}, the number of examples that can be shown"
        )
    place = ChosenPath.opening(view, args.example)
    last = view.network.layer_count
    names = session.dataset.class_names
    output = None if args.output is None else class_number("--class", args.output, names)
    for flag, level, value in (("--pixel", 0, args.pixel), ("--unit", 1, args.unit), ("--class", last, output)):
        if value is None:
            continue
        if flag == "--unit" and last == 1:
            raise UsageError("--unit cannot be used, because the network has no hidden layer; use --class")
        if value >= (size := view.network.sizes[level]):
            raise UsageError(f"{flag} is {value}: it must be below {size}")
        place = place.at(level, value)
    return place


def _as_text(session: Session, view: UpdateView, place: ChosenPath, scenes: list[Scene]) -> None:
    sizes = "-".join(map(str, view.network.sizes))
    result(
        f"{session.preset} {sizes} · epoch {view.epoch}, batch {view.batch} of {view.batches}, learning rate "
        f"{view.rate:g}"
    )
    result(
        f"{example_name(view, place.row)} of the batch is number {int(view.indices[place.row])} of the training data"
    )
    for row in shades(view.pixels[place.row]):
        if row.strip():
            result(row.rstrip())
    for number, (act, scene) in enumerate(zip(view.plan, scenes, strict=False), start=1):
        result()
        _print_fitted(f"step {number} of {len(view.plan)}  {act_name(view, act)}  ", scene.sentence)
        _print_fitted("  ", (f"{scene.formula}    {scene.shapes}",))
        _print_fitted("  ", scene.numbers)
        _print_fitted("  ", (scene.code,))
    result()
    _print_fitted("", (_end(view),))


def _print_fitted(head: str, texts: Sequence[str]) -> None:
    """Print `head` and, after it, the first of the texts that fits on the same line. If none fits, wrap the first text."""
    line = head + next((text for text in texts if len(head + text) <= _WIDTH), texts[0])
    indent = " " * (len(head) - len(head.lstrip()) + 4)
    for part in wrap(line, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False):
        result(part)


def _end(view: UpdateView) -> str:
    if view.failure is not None:
        act = view.plan[view.failure.act]
        return (
            "The update was not made, because a value is NaN or infinite. The first NaN or infinite value is in "
            f"{act_name(view, act)}."
        )
    assert view.step is not None
    change, predicted = view.step.loss - view.batch_loss, view.step.predicted
    return (
        f"The loss of the batch changed from {view.batch_loss:.6g} to {view.step.loss:.6g}, by {change:+.3g}. "
        f"The gradient predicted a change of {predicted:+.3g}."
    ).replace("-", "−")


def _as_json(before: Snapshot, session: Session, view: UpdateView, place: ChosenPath, scenes: list[Scene]) -> None:
    event(
        "update",
        # `identity` contains the numbers of complete epochs and batches. Replace them by the epoch and batch of the
        # shown update, which count from 1.
        **identity(before) | {"epoch": view.epoch, "batch": view.batch},
        sizes=list(view.network.sizes),
        batches=view.batches,
        batch_size=view.size,
        learning_rate=view.rate,
        optimizer=view.training.optimizer,
        example=int(view.positions[place.row]),
        number=int(view.indices[place.row]),
        label=int(view.labels[place.row]),
        path=list(place.path),
    )
    for number, (act, scene) in enumerate(zip(view.plan, scenes, strict=False), start=1):
        event(
            "act",
            act=number,
            name=act_name(view, act),
            phase=str(act.phase),
            layer=act.layer,
            formula=scene.formula,
            shapes=scene.shapes,
            code=scene.code,
            sentence=scene.sentence[0],
            numbers=scene.numbers[0],
            values=_values(view, act.made, act.layer, place),
        )
    step, failure = view.step, view.failure
    event(
        "finished",
        acts=view.done,
        loss=view.batch_loss,
        loss_after=None if step is None else step.loss,
        predicted_change=None if step is None else step.predicted,
        parameters_sha256=parameters_sha256(session.snapshot().parameters),
        failed_in=None if failure is None else act_name(view, view.plan[failure.act]),
    )


def _values(view: UpdateView, made: Made, layer: int | None, place: ChosenPath) -> Any:
    """Return the result of one step of the update as plain numbers.

    Gradients and updates are returned for the chosen unit, and all other results for the chosen example.
    """
    row = place.row
    match made:
        case Made.X:
            return view.x[row].tolist()
        case Made.Z if layer is not None:
            return view.z[layer][row].tolist()
        case Made.A | Made.OUTPUT if layer is not None:
            return view.a[layer][row].tolist()
        case Made.LOSS:
            return None if view.losses is None else float(view.losses[row])
        case Made.DELTA if layer is not None:
            return view.delta(layer)[row].tolist()
        case Made.GRADIENT:
            at = layer or 0
            return view.gradient(at, whole=layer is None)[0][:, place.path[at + 1]].tolist()
        case _:
            return None if view.step is None else view.step.after.weights[place.layer][:, place.path[1]].tolist()
