"""`tui-nn predict`: what a saved run takes pictures of digits for."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tui_nn.cli.errors import UsageError
from tui_nn.cli.output import event, result
from tui_nn.core.network import MLP
from tui_nn.core.parameters import Array, Pixels
from tui_nn.data.centring import centre, ink_of
from tui_nn.data.dataset import IMAGE_SIDE, IMAGE_SIZE, DataError
from tui_nn.data.images import read_image
from tui_nn.data.printable import printable
from tui_nn.render.caption import symbol_of
from tui_nn.render.numbers import probability
from tui_nn.render.pictures import shades
from tui_nn.session.file.runs import RunFileError, read_run

ABOUT = (
    "Tell what a saved run takes pictures for, PNG or PGM, one digit each. They are scaled and centred\n"
    "as MNIST's are, and whether they are dark on light or light on dark is found out."
)
EXAMPLES = """\
tui-nn predict a.run seven.png
tui-nn predict a.run scans/*.pgm --picture
tui-nn predict a.run digit.png --json"""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A file, and what the network receives of it."""

    path: str
    pixels: Pixels
    """(784,)"""
    dark_on_light: bool | None
    """None if it was taken as it is."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("file", metavar="RUN", help="a run, saved with --save or with ctrl+s in the app")
    parser.add_argument("images", metavar="IMAGE", nargs="+", help="pictures of one digit each")
    parser.add_argument(
        "--as-is", action="store_true", help="they are 28 x 28, light on dark and centred already: change nothing"
    )
    parser.add_argument("--picture", action="store_true", help="draw what the network receives")
    parser.add_argument("--json", action="store_true", help="JSON objects, one a line")


def run(args: Namespace) -> int:
    """Read them all, then answer."""
    try:
        mlp = read_run(args.file).mlp
    except RunFileError as error:
        raise UsageError(str(error)) from None
    pictures, problems = [], []
    for path in args.images:
        try:
            pictures.append(read_picture(path, as_is=args.as_is))
        except DataError as error:
            problems.append(str(error))
    if problems:
        raise UsageError(*problems)
    answers = mlp.evaluate(np.stack([picture.pixels for picture in pictures]), np.zeros(len(pictures), np.uint8))
    for picture, outputs in zip(pictures, answers.outputs, strict=True):
        (_as_json if args.json else _as_text)(picture, outputs, mlp, args.picture)
    return 0


def read_picture(path: str, *, as_is: bool) -> Picture:
    """What the network receives of a file.

    Raises:
        DataError: if that cannot be told.
    """
    grey = read_image(path)
    if as_is:
        if grey.shape != (IMAGE_SIDE, IMAGE_SIDE):
            height, width = grey.shape
            raise DataError(f"Cannot use '{path}' as it is: it is {width} x {height} pixels; leave --as-is out.")
        return Picture(path, grey.reshape(IMAGE_SIZE), None)
    try:
        ink, dark = ink_of(grey)
    except DataError as error:
        raise DataError(f"Cannot use '{path}': {error}.") from None
    return Picture(path, centre(ink), dark)


def _as_json(picture: Picture, outputs: Array, mlp: MLP, drawn: bool) -> None:
    more = {"picture": picture.pixels.tolist()} if drawn else {}
    event(
        "predicted",
        image=picture.path,
        predicted=int(outputs.argmax()) if np.isfinite(outputs).all() else None,
        outputs=[float(output) for output in outputs],
        output=mlp.loss.output,
        dark_on_light=picture.dark_on_light,
        **more,
    )


def _as_text(picture: Picture, outputs: Array, mlp: MLP, drawn: bool) -> None:
    if drawn:
        for row in shades(picture.pixels):
            result(row.rstrip())
    name = printable(Path(picture.path).name)
    if not np.isfinite(outputs).all():
        result(f"{name}  no answer: the network gives NaN")
        return
    first, second, third = np.argsort(-outputs, kind="stable")[:3]
    symbol = symbol_of(mlp.config.loss)
    others = ", ".join(f"{digit} {probability(float(outputs[digit]))}" for digit in (second, third))
    result(f"{name}  {first}  {symbol} {probability(float(outputs[first]))}  (then {others})")
