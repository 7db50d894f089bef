"""`tui-nn inspect`: statistics of every layer of a saved run, and the problems that the hints find."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Sequence
from typing import Any

from tui_nn.analysis.health import health_words
from tui_nn.analysis.statistics import LayerStatistics, NetworkStatistics, Summary
from tui_nn.cli.flags import RUN_HELP
from tui_nn.cli.output import event, note_all, place_in_words, result
from tui_nn.cli.parser import UsageError
from tui_nn.cli.reports import hint_lines
from tui_nn.cli.sources import add_place_arguments, go_to_place, identity
from tui_nn.core.parameters import Labels
from tui_nn.core.watch.metrics import accuracy
from tui_nn.data.dataset import DataError
from tui_nn.render.layer_sentences import update_in_words, whole_percent
from tui_nn.render.numbers import compact
from tui_nn.session.file.runs import RunFileError, load_run
from tui_nn.session.hints import Hint, hints
from tui_nn.session.questions.probe import last_update, on_all_test_examples, probe, probe_digits, probe_start
from tui_nn.session.run.history import LayerRecord
from tui_nn.session.run.snapshot import Snapshot

ABOUT = (
    "Print statistics of every layer of a saved run, measured on the first 256 test examples, "
    "and the problems that were found in the run."
)
EXAMPLES = "tui-nn inspect a.run\ntui-nn inspect a.run --epoch 3 --json"


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of `tui-nn inspect`."""
    parser.add_argument("file", metavar="FILE", help=RUN_HELP)
    add_place_arguments(parser)
    parser.add_argument("--data", metavar="PATH", help="the data file of the run, if it was moved after training")
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")


def run(args: Namespace) -> int:
    """Measure the network, and print the statistics."""
    try:
        session = load_run(args.file, args.data)
    except (DataError, RunFileError) as error:
        raise UsageError(str(error)) from None
    note_all(session.dataset.name, session.dataset.notes)
    go_to_place(session, args)
    snapshot, test = session.snapshot(), session.dataset.test
    chosen = probe_digits(test)
    statistics = probe(snapshot, test, chosen)
    if args.json:
        start = probe_start(snapshot, test, chosen)
        _as_json(snapshot, session.dataset.name, statistics, start, test.labels)
    else:
        statistics = on_all_test_examples(statistics, snapshot.layers, len(test))
        _as_text(snapshot, session.dataset.name, statistics, hints(snapshot, statistics))
    return 0


def _as_json(
    snapshot: Snapshot, data: str, statistics: NetworkStatistics, start: NetworkStatistics, labels: Labels
) -> None:
    """Print the statistics as one JSON object.

    The statistics of a layer come from the probe batch (the first test examples) and from the update that this batch
    would cause. The app measures some statistics on other examples, and these are printed too. `all_test_digits` has
    the dead and saturated units, and `last_update` has the gradient and the step of the last update of the epoch.
    Gradients are those of the loss, before penalty and clipping. With label smoothing, the gradient in `last_update` is
    that of the smoothed loss. The health words are those of the app.
    """
    first, tests = snapshot.history.records[0], len(labels)
    records, update = snapshot.history.records, last_update(snapshot, statistics)
    found = hints(snapshot, statistics)
    event(
        "inspected",
        **identity(snapshot),
        data=data,
        examples=statistics.examples,
        test_examples=tests,
        parameters=statistics.parameter_count,
        expected_loss=snapshot.mlp.loss.chance(snapshot.network.output_size),
        first_loss=first.test_loss,
        test_loss=snapshot.evaluation.loss,
        test_accuracy=accuracy(snapshot.evaluation.predicted, labels),
        pixels=_summary(statistics.pixels),
        layers=_layers(statistics, snapshot.layers, update, tests),
        layers_at_start=_layers(start, first.layers, (), tests),
        epochs=[{"epoch": record.epoch, "layers": [_figures(layer) for layer in record.layers]} for record in records],
        hints=[hint.to_dict() for hint in found],
    )


def _layers(
    statistics: NetworkStatistics, records: Sequence[LayerRecord], update: Sequence[tuple[float, float]], tests: int
) -> list[dict[str, Any]]:
    words = health_words(on_all_test_examples(statistics, records, tests))
    figures = [_layer(layer, word) for layer, word in zip(statistics.layers, words, strict=True)]
    for layer, record in zip(figures, records, strict=False):
        layer["all_test_digits"] = {name: getattr(record, name) for name in ("a_mean", "a_std", "dead", "saturated")}
    for layer, (size, ratio) in zip(figures, update, strict=False):
        layer["last_update"] = {"gradient_rms": size, "log10_update_ratio": ratio}
    return figures


def _layer(layer: LayerStatistics, health: str) -> dict[str, Any]:
    return {
        "fan_in": layer.fan_in,
        "fan_out": layer.fan_out,
        "parameters": layer.parameter_count,
        "activation": layer.activation_name,
        "health": health,
        "dead_units": layer.dead,
        "saturated_share": layer.saturated,
        "log10_update_ratio": layer.update_ratio,
        **{name: _summary(getattr(layer, name)) for name in ("z", "a", "weights", "gradient", "update")},
    }


def _summary(summary: Summary | None) -> dict[str, float] | None:
    if summary is None:
        return None
    return {
        "mean": summary.mean, "std": summary.std, "min": summary.low, "max": summary.high, "zeros": summary.zeros,
        "rms": summary.rms,
    }  # fmt: skip


def _figures(layer: Any) -> dict[str, float]:
    return {name: getattr(layer, name) for name in layer.__slots__}


def _as_text(snapshot: Snapshot, data: str, statistics: NetworkStatistics, found: tuple[Hint, ...]) -> None:
    sizes = "-".join(map(str, snapshot.network.sizes))
    result(
        f"{snapshot.preset} {sizes} · {place_in_words(snapshot.place)} · data {data}, the first "
        f"{statistics.examples} test examples"
    )
    result()
    titles = ("a mean", "std", "min", "max", "dead", "satur.", "grad RMS", "update/w")
    result(f"{'layer':24}{_cells(titles)}  health")
    update = last_update(snapshot, statistics)
    for number, (layer, word) in enumerate(zip(statistics.layers, health_words(statistics), strict=True)):
        size, ratio = update[number] if update else (layer.gradient.rms, layer.update_ratio)
        dead = "–" if layer.dead is None else whole_percent(layer.dead / layer.fan_out)
        saturated = "–" if layer.saturated is None else whole_percent(layer.saturated)
        name = f"{number} {layer.activation_name}"
        a = (compact(value) for value in (layer.a.mean, layer.a.std, layer.a.low, layer.a.high))
        result(f"{name:24}{_cells((*a, dead, saturated, compact(size), update_in_words(ratio)))}  {word}")
        result(f"  {layer.arithmetic}")
    result(f"{statistics.parameter_count:,} parameters in total")
    of = f"the last update of epoch {snapshot.epoch}" if update else "these examples"
    result(
        f"The columns dead and satur. count units on all {statistics.statistics_examples:,} test examples. "
        f"The columns grad RMS and update/w are measured on {of}."
    )
    smoothed = "smoothed " if update and snapshot.training.label_smoothing else ""
    result(
        f"grad RMS is the typical size of the gradient of the {smoothed}loss, before the penalty is added and "
        "before clipping."
    )
    result()
    if not found:
        result("There are no hints, because none of the checks found a problem.")
    for hint in found:
        for line in hint_lines(hint):
            result(line)


_WIDTHS = (9, 9, 9, 9, 7, 8, 10, 12)
"""The widths of the columns "a mean" to "update/w". Each width includes a space before the text."""


def _cells(texts: Iterable[str]) -> str:
    """Return the texts as one line of columns. At least one space separates a long number from the column before it."""
    return "".join(f" {text}".rjust(width) for text, width in zip(texts, _WIDTHS, strict=True))
