"""`tui-nn trace`: one update, act by act, with the numbers of one example."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from textwrap import wrap
from typing import Any

from tui_nn.cli.errors import Failure, UsageError
from tui_nn.cli.opening import add_session_arguments, open_session
from tui_nn.cli.output import event, result
from tui_nn.cli.parser import whole_number
from tui_nn.core.watch.acts import Made
from tui_nn.core.watch.update_view import UpdateView
from tui_nn.render.acts import Place, Scene, act_name, scene_of
from tui_nn.render.acts.scene import example_name
from tui_nn.render.pictures import shades
from tui_nn.session.run.session import Session
from tui_nn.session.run.snapshot import State

ABOUT = "Do the next update of a run, or of a new network, act by act, with the numbers of an example."
EXAMPLES = """\
tui-nn trace
tui-nn trace a.run --example 7 --json
tui-nn trace --hidden-sizes 32,32 --activation sigmoid --batch-size 16"""

NO_PART = ("drop_epochs", "drop_factor", "patience", "keep_best")
"""Settings that the first update of a new network does not depend on."""

_WIDTH = 80
"""Columns of a line for people."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    number = whole_number(0)
    parser.add_argument("--example", metavar="N", type=number, default=0, help="the batch's example N, from 0 (0)")
    parser.add_argument("--pixel", metavar="N", type=number, help="follow this pixel, 0 to 783 (one that counts)")
    parser.add_argument("--unit", metavar="N", type=number, help="this unit of the first layer (one that counts)")
    parser.add_argument("--digit", metavar="D", type=number, help="this output (the true one)")
    add_session_arguments(parser, without=NO_PART)


def run(args: Namespace) -> int:
    """Do the update, and tell. Nothing is saved."""
    session = open_session(args)
    _do_update(session)
    view = session.update
    if view is None:
        raise Failure("the update that failed was not found again")
    place = _place(view, args)
    scenes = [scene_of(view, number, place) for number in range(view.done)]
    (_as_json if args.json else _as_text)(session, view, place, scenes)
    return 1 if session.status.state is State.DIVERGED else 0


def _do_update(session: Session) -> None:
    """The next update, to its last act; of a run that diverged the one that failed."""
    for _ in session.train_act():
        pass
    for _ in session.finish_update():
        pass


def _place(view: UpdateView, args: Namespace) -> Place:
    if args.example >= view.rows:
        kept = "" if view.rows == view.size else f", of which the first {view.rows} are kept"
        raise UsageError(f"--example is {args.example}, and the batch has {view.size:,} examples{kept}")
    place = Place.opening(view, args.example)
    last = view.network.layer_count
    for flag, level, value in (("--pixel", 0, args.pixel), ("--unit", 1, args.unit), ("--digit", last, args.digit)):
        if value is None:
            continue
        if flag == "--unit" and last == 1:
            raise UsageError("--unit: there is no hidden layer; --digit is what the pixels lead to")
        if value >= (size := view.network.sizes[level]):
            raise UsageError(f"{flag} is {value}, and must be below {size}")
        place = place.at(level, value)
    return place


def _as_text(session: Session, view: UpdateView, place: Place, scenes: list[Scene]) -> None:
    sizes = "-".join(map(str, view.network.sizes))
    result(f"{session.preset} {sizes} · epoch {view.epoch}, batch {view.batch} of {view.batches}, rate {view.rate:g}")
    result(f"{example_name(view, place.row)}, number {int(view.indices[place.row])} of the training digits")
    for row in shades(view.pixels[place.row]):
        if row.strip():
            result(row.rstrip())
    for number, (act, scene) in enumerate(zip(view.plan, scenes, strict=False), start=1):
        result()
        _tell(f"act {number} of {len(view.plan)}  {act_name(view, act)}  ", scene.sentence)
        _tell("  ", (f"{scene.formula}    {scene.shapes}",))
        _tell("  ", scene.numbers)
        _tell("  ", (scene.code,))
    result()
    _tell("", (_end(view),))


def _tell(head: str, texts: Sequence[str]) -> None:
    """Write the first of the texts that a line has room for, or the first in several lines."""
    line = head + next((text for text in texts if len(head + text) <= _WIDTH), texts[0])
    indent = " " * (len(head) - len(head.lstrip()) + 4)
    for part in wrap(line, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False):
        result(part)


def _end(view: UpdateView) -> str:
    if view.failure is not None:
        act = view.plan[view.failure.act]
        return f"the first number that is not finite is made by {act_name(view, act)}: no update was made"
    assert view.step is not None
    change, predicted = view.step.loss - view.batch_loss, view.step.predicted
    return (
        f"loss of the batch {view.batch_loss:.6g} → {view.step.loss:.6g}: {change:+.3g}, "
        f"and g·Δw said {predicted:+.3g}".replace("-", "−")
    )


def _as_json(session: Session, view: UpdateView, place: Place, scenes: list[Scene]) -> None:
    event(
        "update",
        preset=session.preset,
        sizes=list(view.network.sizes),
        epoch=view.epoch,
        batch=view.batch,
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
        failed_in=None if failure is None else act_name(view, view.plan[failure.act]),
    )


def _values(view: UpdateView, made: Made, layer: int | None, place: Place) -> Any:
    """What an act made for the example: a vector; of a gradient and of the update the weights of the chosen unit."""
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
