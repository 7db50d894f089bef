"""`tui-nn predict`: classify pictures from files with a saved run."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tui_nn.cli.flags import RUN_HELP
from tui_nn.cli.output import event, result
from tui_nn.cli.parser import UsageError
from tui_nn.core.fast.evaluation import evaluate
from tui_nn.core.network import MLP
from tui_nn.core.parameters import Array, Pixels
from tui_nn.data.centring import centre, ink_of
from tui_nn.data.dataset import DataError
from tui_nn.data.images import read_image
from tui_nn.data.printable import printable
from tui_nn.render.caption import symbol_of
from tui_nn.render.numbers import probability
from tui_nn.render.pictures import shades
from tui_nn.session.file.runs import RunFileError, read_run

ABOUT = (
    "Classify PNG or PGM pictures of one digit each with a saved run. Every picture is scaled and centred "
    "like those of MNIST. Dark digits on light paper and light ones on dark paper both work."
)
EXAMPLES = """\
tui-nn predict a.run seven.png
tui-nn predict a.run scans/*.pgm --picture
tui-nn predict a.run digit.png --json"""


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """The path of a picture file, and the pixels that the network receives for it."""

    path: str
    pixels: Pixels
    """The pixels, uint8 (side * side,), from 0 (background) to 255 (ink)."""
    dark_on_light: bool | None
    """True if the file has dark ink on light paper; None with --as-is."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of the command."""
    parser.add_argument("file", metavar="RUN", help=RUN_HELP)
    parser.add_argument("images", metavar="IMAGE", nargs="+", help="PNG or PGM files with one digit each")
    parser.add_argument(
        "--as-is",
        action="store_true",
        help="use the pictures unchanged; they must be light on dark and have the size that the network takes",
    )
    parser.add_argument("--picture", action="store_true", help="also draw the pixels that the network receives")
    parser.add_argument("--json", action="store_true", help="print one JSON object on each line")


def run(args: Namespace) -> int:
    """Read all pictures, then print the predictions."""
    try:
        saved = read_run(args.file)
    except RunFileError as error:
        raise UsageError(str(error)) from None
    pictures, problems = [], []
    for path in args.images:
        try:
            pictures.append(read_picture(path, saved.side, as_is=args.as_is))
        except DataError as error:
            problems.append(str(error))
    if problems:
        raise UsageError(*problems)
    mlp, names = saved.mlp, saved.class_names
    answers = evaluate(mlp, np.stack([picture.pixels for picture in pictures]), np.zeros(len(pictures), np.uint8))
    for picture, outputs in zip(pictures, answers.outputs, strict=True):
        (_as_json if args.json else _as_text)(picture, outputs, mlp, names, args.picture)
    return 0


def read_picture(path: str, side: int, *, as_is: bool) -> Picture:
    """Read a picture file. Unless `as_is`, scale and centre the picture to a side of `side` pixels.

    Raises:
        DataError: if the file cannot be read or shows no digit.
    """
    grey = read_image(path)
    if as_is:
        if grey.shape != (side, side):
            height, width = grey.shape
            raise DataError(
                f"'{path}' has {width} x {height} pixels, but --as-is needs {side} x {side}; leave --as-is out"
            )
        return Picture(path, grey.reshape(side * side), None)
    try:
        ink, dark = ink_of(grey)
    except DataError as error:
        raise DataError(f"'{path}' cannot be used: {error}") from None
    return Picture(path, centre(ink, side), dark)


def _as_json(picture: Picture, outputs: Array, mlp: MLP, names: Sequence[str], drawn: bool) -> None:
    more = {"picture": picture.pixels.tolist()} if drawn else {}
    predicted = int(outputs.argmax()) if np.isfinite(outputs).all() else None
    event(
        "predicted",
        image=picture.path,
        predicted=predicted,
        class_name=None if predicted is None else names[predicted],
        outputs=[float(output) for output in outputs],
        output=mlp.loss.output,
        dark_on_light=picture.dark_on_light,
        **more,
    )


def _as_text(picture: Picture, outputs: Array, mlp: MLP, names: Sequence[str], drawn: bool) -> None:
    if drawn:
        for row in shades(picture.pixels):
            result(row.rstrip())
    name = printable(Path(picture.path).name)
    if not np.isfinite(outputs).all():
        result(f"{name}  no prediction: the outputs of the network are NaN or infinite")
        return
    first, *others = np.argsort(-outputs, kind="stable")[:3]
    symbol = symbol_of(mlp.config.loss)
    then = ", ".join(f"{printable(names[label])} {probability(float(outputs[label]))}" for label in others)
    result(f"{name}  {printable(names[first])}  {symbol} {probability(float(outputs[first]))}  (then {then})")
