"""`tui-nn data`: show what a data file contains, convert it, or download a known dataset."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace
from shlex import quote

import numpy as np

from tui_nn.cli.output import event, note, note_all, result
from tui_nn.cli.parser import Failure, UsageError, did_you_mean, whole_number
from tui_nn.data.dataset import SIDES, DataError, Dataset, Split
from tui_nn.data.fetching import KNOWN, fetch
from tui_nn.data.loading import load_dataset
from tui_nn.data.measure import measure
from tui_nn.data.printable import printable
from tui_nn.data.resizing import resize
from tui_nn.data.writing import write_data
from tui_nn.render.bars import bar
from tui_nn.render.numbers import percent
from tui_nn.render.pictures import shades

ABOUT = (
    "Show what a data file or folder contains: its examples, its classes, its mean picture, its pixel values "
    "and possible faults. This command can also convert the data to an .npz file, which --data reads faster, or "
    "download a known dataset."
)
EXAMPLES = """\
tui-nn data show mnist.npz
tui-nn data show pictures/ --json
tui-nn data convert train.csv digits.npz
tui-nn data convert mnist.npz small.npz --side 14
tui-nn data fetch fashion-mnist"""

ACTIONS = {"show": "PATH", "convert": "PATH and OUT", "fetch": "NAME"}
"""The actions of `tui-nn data`, each with the arguments that it takes."""

_BAR = 24


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `tui-nn data`."""
    parser.add_argument("action", metavar="ACTION", help=f"one of: {', '.join(ACTIONS)}")
    parser.add_argument(
        "path",
        metavar="PATH",
        nargs="?",
        help=(
            "for show and convert: a data file or folder (show without PATH takes the bundled digits); for "
            f"fetch: {', '.join(KNOWN)}"
        ),
    )
    parser.add_argument("out", metavar="OUT", nargs="?", help="for convert: the .npz file to write")
    parser.add_argument(
        "--side",
        metavar="N",
        type=whole_number(SIDES[0], SIDES[-1]),
        help=f"for convert: resize the pictures to N x N pixels, {SIDES[0]} to {SIDES[-1]} (default: their own size)",
    )
    parser.add_argument("--overwrite", action="store_true", help="for convert: replace the file OUT if it exists")
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")


def run(args: Namespace) -> int:
    """Show, convert or download the data."""
    if args.action not in ACTIONS:
        raise UsageError(
            f"ACTION is '{args.action}': it must be one of {', '.join(ACTIONS)}{did_you_mean(args.action, ACTIONS)}"
        )
    if args.side is not None and args.action != "convert":
        raise UsageError(f"--side is only for convert, but ACTION is {args.action}; leave --side out")
    return {"show": _show, "convert": _convert, "fetch": _fetch}[args.action](args)


def _load(path: str | None) -> Dataset:
    try:
        return load_dataset(path)
    except DataError as error:
        raise UsageError(str(error)) from None


def _convert(args: Namespace) -> int:
    if args.path is None or args.out is None:
        raise UsageError("convert needs PATH, the data to read, and OUT, the .npz file to write")
    if not args.out.lower().endswith(".npz"):
        raise UsageError(f"OUT is '{args.out}': the name must end in .npz")
    if os.path.lexists(args.out) and not args.overwrite:
        raise UsageError(f"the file '{args.out}' exists; give another name, or replace the file with --overwrite")
    dataset = _load(args.path)
    note_all(dataset.name, dataset.notes)
    resized = args.side not in (None, dataset.side)
    if resized:
        dataset = resize(dataset, args.side)
    try:
        write_data(dataset, args.out)
    except DataError as error:
        raise UsageError(str(error)) from None
    if args.json:
        event("converted", path=args.out, **_facts(dataset))
    else:
        size = f" of {dataset.side} x {dataset.side} pixels" if resized else ""
        note(f"written to {printable(args.out)}: {_examples(dataset)}{size}")
    return 0


def _show(args: Namespace) -> int:
    if args.out is not None:
        raise UsageError(f"the argument '{args.out}' is one too many; show takes only one PATH")
    dataset = _load(args.path)
    if args.json:
        event("data", **_facts(dataset), notes=list(dataset.notes))
        return 0
    result(f"{dataset.name} · {dataset.side} x {dataset.side} pixels · {len(dataset.class_names)} classes")
    result(_examples(dataset))
    result()
    _show_classes(dataset)
    result()
    mean = dataset.train.images.mean(axis=0)
    result("the mean of all training pictures; a darker character means more ink")
    for row in shades(np.rint(mean / max(float(mean.max()), 1) * 255).astype(np.uint8)):
        result("  " + row.rstrip())
    facts = _pixels(dataset.train)
    result(
        f"pixels from {facts['smallest']} to {facts['largest']} · mean {facts['mean']:.1f} · "
        f"standard deviation {facts['deviation']:.1f} · {percent(facts['paper'])} of the pixels are 0 · "
        f"mean at the border {facts['border']:.1f}"
    )
    result()
    if not dataset.notes:
        result("No fault was found in the data.")
    for sentence in dataset.notes:
        result(f"- {sentence[0].upper()}{sentence[1:]}.")
    return 0


def _fetch(args: Namespace) -> int:
    if args.path not in KNOWN or args.out is not None:
        listed = "; ".join(f"{name} ({known.about})" for name, known in KNOWN.items())
        raise UsageError(f"fetch needs the name of one dataset: {listed}")
    try:
        path = fetch(args.path, _report_download)
    except DataError as error:
        raise Failure(str(error)) from None
    if args.json:
        event("fetched", name=args.path, path=str(path))
    else:
        result(str(path))
        note(f"to train on this dataset: tui-nn --data {quote(str(path))}")
    return 0


def _report_download(file: str, there: int, total: int) -> None:
    """Draw the progress of a download on a terminal."""
    if sys.stderr is None or not sys.stderr.isatty():
        return
    share = f"{100 * there // total} % of {total / 1e6:.0f} MB" if total else f"{there / 1e6:.0f} MB"
    sys.stderr.write(f"\r\x1b[K{file}: {share}" + "\n" * (0 < total == there))
    sys.stderr.flush()


def _examples(dataset: Dataset) -> str:
    parts = [f"{len(dataset.train):,} training examples", f"{len(dataset.test):,} test examples"]
    if dataset.validation is not None:
        parts.append(f"{len(dataset.validation):,} validation examples")
    return ", ".join(parts)


def _show_classes(dataset: Dataset) -> None:
    train, test = _counts(dataset.train), _counts(dataset.test)
    width = min(max(map(len, (*dataset.class_names, "class"))), 20)
    result(f"{'class':{width}}  {'training':>8}  {'test':>7}")
    for name, of_train, of_test in zip(dataset.class_names, train, test, strict=True):
        shown = printable(name[:width])
        result(f"{shown:{width}}  {of_train:8,}  {of_test:7,}  {bar(of_train / max(train), _BAR)}".rstrip())


def _counts(split: Split) -> list[int]:
    counts: list[int] = np.bincount(split.labels, minlength=split.classes).tolist()
    return counts


def _pixels(split: Split) -> dict[str, float]:
    """Return statistics of the pixels, such as their mean. The function first counts how often each value from 0 to 255
    occurs. So it needs no copy of the pictures as floats.
    """
    counts = np.bincount(split.images.ravel(), minlength=256)
    values, total = np.arange(256), int(counts.sum())
    mean = float(counts @ values) / total
    there = np.flatnonzero(counts)
    return {
        "smallest": int(there[0]),
        "largest": int(there[-1]),
        "mean": mean,
        "deviation": float(np.sqrt(max(float(counts @ values**2) / total - mean**2, 0))),
        "paper": int(counts[0]) / total,
        "border": measure(split).border,
    }


def _facts(dataset: Dataset) -> dict[str, object]:
    return {
        "name": dataset.name,
        "source": dataset.source,
        "digest": dataset.digest,
        "side": dataset.side,
        "classes": [
            {"name": name, "training": train, "test": test}
            for name, train, test in zip(
                dataset.class_names, _counts(dataset.train), _counts(dataset.test), strict=True
            )
        ],
        "training": len(dataset.train),
        "test": len(dataset.test),
        "validation": None if dataset.validation is None else len(dataset.validation),
        "pixels": _pixels(dataset.train),
    }
