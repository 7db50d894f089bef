"""`tui-nn predict`: classify pictures from files with a saved run."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tui_nn.cli.flags import RUN_HELP
from tui_nn.cli.output import event, folded, note, result
from tui_nn.cli.parser import UsageError
from tui_nn.core.fast.evaluation import evaluate
from tui_nn.core.network import MLP
from tui_nn.core.parameters import Array, Pixels
from tui_nn.data.centring import centre
from tui_nn.data.dataset import DataError
from tui_nn.data.images import read_image
from tui_nn.data.page import read_page
from tui_nn.data.printable import printable
from tui_nn.render.caption import symbol_of
from tui_nn.render.numbers import probability
from tui_nn.render.pictures import shades
from tui_nn.session.file.runs import RunFileError, read_run

ABOUT = (
    "Classify pictures with a saved run. Each picture is a PNG, JPEG or PGM file with one digit. Every "
    "picture is turned upright, cleaned of shadows, ruled lines and specks, then scaled and centred like the "
    "pictures of MNIST. Digits may be dark on light paper or light on dark paper. The exit code is 1 if some "
    "of the pictures could not be used, and 2 if none could be used."
)
EXAMPLES = """\
tui-nn predict a.run seven.png
tui-nn predict a.run scans/*.pgm --picture
tui-nn predict a.run - < digit.png
tui-nn predict a.run digit.png --json"""

UNSURE = 0.5
"""Predictions with a lower confidence are reported as doubtful."""


@dataclass(frozen=True, slots=True, eq=False)
class Digit:
    """A digit from a picture file, as the network receives it."""

    path: str
    pixels: Pixels
    """The pixels, a uint8 array of shape (side * side,), from 0 (background) to 255 (ink)."""
    dark_on_light: bool | None
    """True if the file has dark ink on light paper; None with --as-is."""
    doubts: tuple[str, ...]
    """The reasons why the digit may be read wrongly. Each is a sentence without a full stop."""


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `tui-nn predict`."""
    parser.add_argument("file", metavar="RUN", help=RUN_HELP)
    parser.add_argument(
        "images", metavar="IMAGE", nargs="+", help="PNG, JPEG or PGM files with one digit each; - means standard input"
    )
    parser.add_argument(
        "--as-is",
        action="store_true",
        help="use the pictures as they are, with a light digit on dark, in the size that the network takes",
    )
    parser.add_argument("--picture", action="store_true", help="also draw the pixels that the network receives")
    parser.add_argument("--json", action="store_true", help="print the result as JSON, with one object on each line")


def run(args: Namespace) -> int:
    """Print a prediction for each picture that can be used. Return 1 if some cannot, and 2 if none can."""
    try:
        saved = read_run(args.file)
    except RunFileError as error:
        raise UsageError(str(error)) from None
    refused = 0
    for path in args.images:
        try:
            digit = read_digit(path, saved.side, as_is=args.as_is)
        except DataError as error:
            refused += 1
            _refuse(path, str(error), args.json)
        else:
            answer = evaluate(saved.mlp, digit.pixels[None], np.zeros(1, np.uint8))
            _print(digit, answer.outputs[0], saved.mlp, saved.class_names, args)
    return 0 if not refused else 1 if refused < len(args.images) else 2


def read_digit(path: str, side: int, *, as_is: bool) -> Digit:
    """Read a picture file. Unless `as_is`, find the digit, scale it and centre it in `side` x `side` pixels.

    Raises:
        DataError: if the file cannot be read or shows no digit.
    """
    picture = read_image(path)
    if as_is:
        if picture.grey.shape != (side, side):
            height, width = picture.grey.shape
            raise DataError(
                f"The picture '{path}' has {width} x {height} pixels, but --as-is needs {side} x {side}; "
                "leave --as-is out"
            )
        return Digit(path, picture.grey.reshape(side * side), None, picture.notes)
    try:
        page = read_page(picture.grey)
    except DataError as error:
        raise DataError(f"'{path}' cannot be used: {error}") from None
    return Digit(path, centre(page.ink, side), page.dark_on_light, (*picture.notes, *page.doubts))


def _refuse(path: str, reason: str, as_json: bool) -> None:
    note(folded(f"tui-nn predict: {printable(reason).rstrip('.')}."))
    if as_json:
        event("refused", image=path, reason=reason)


def _print(digit: Digit, outputs: Array, mlp: MLP, names: Sequence[str], args: Namespace) -> None:
    doubts = digit.doubts
    if np.isfinite(outputs).all() and outputs.max() < UNSURE:
        doubts = (*doubts, "the network is unsure, because its largest output is below 0.5")
    for doubt in doubts:
        note(folded(f"tui-nn predict: the picture '{printable(digit.path)}' may be classified wrongly: {doubt}."))
    if args.json:
        _as_json(digit, outputs, mlp, names, doubts, args.picture)
    else:
        _as_text(digit, outputs, mlp, names, args.picture)


def _as_json(digit: Digit, outputs: Array, mlp: MLP, names: Sequence[str], doubts: Sequence[str], drawn: bool) -> None:
    more = {"picture": digit.pixels.tolist()} if drawn else {}
    predicted = int(outputs.argmax()) if np.isfinite(outputs).all() else None
    event(
        "predicted",
        image=digit.path,
        predicted=predicted,
        class_name=None if predicted is None else names[predicted],
        outputs=[float(output) for output in outputs],
        output=mlp.loss.output,
        dark_on_light=digit.dark_on_light,
        doubts=doubts,
        **more,
    )


def _as_text(digit: Digit, outputs: Array, mlp: MLP, names: Sequence[str], drawn: bool) -> None:
    if drawn:
        for row in shades(digit.pixels):
            result(row.rstrip())
    name = printable(Path(digit.path).name)
    if not np.isfinite(outputs).all():
        result(f"{name}  no prediction: the outputs of the network are NaN or infinite")
        return
    first, *others = np.argsort(-outputs, kind="stable")[:3]
    symbol = symbol_of(mlp.config.loss)
    then = ", ".join(f"{printable(names[label])} {probability(float(outputs[label]))}" for label in others)
    result(f"{name}  {printable(names[first])}  {symbol} {probability(float(outputs[first]))}  (then {then})")
