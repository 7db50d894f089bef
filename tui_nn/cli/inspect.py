"""`tui-nn inspect`: every layer of a saved run in numbers, and what is wrong with it."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import Any

from tui_nn.analysis.health import health_words
from tui_nn.analysis.statistics import LayerStatistics, NetworkStatistics, Summary
from tui_nn.cli.errors import UsageError
from tui_nn.cli.hints import hint_lines
from tui_nn.cli.output import event, result
from tui_nn.data.dataset import DataError
from tui_nn.render.numbers import compact
from tui_nn.render.sentences import update_in_words, whole_percent
from tui_nn.session.file.runs import RunFileError, load_run
from tui_nn.session.hints import Hint, hints
from tui_nn.session.questions.probe import judged, last_update, probe, probe_digits, probe_start
from tui_nn.session.run.history import LayerRecord
from tui_nn.session.run.snapshot import Snapshot

ABOUT = "Tell what every layer of a saved run does on the first 256 test digits, and what is wrong with it."
EXAMPLES = "tui-nn inspect a.run\ntui-nn inspect a.run --json"


def add_arguments(parser: ArgumentParser) -> None:
    """Declare what the command takes."""
    parser.add_argument("file", metavar="FILE", help="a run, saved with --save or with ctrl+s in the app")
    parser.add_argument(
        "--data", metavar="PATH", help="where the digits are that it was trained on, if they were moved"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object")


def run(args: Namespace) -> int:
    """Inspect, and tell."""
    try:
        session = load_run(args.file, args.data)
    except (DataError, RunFileError) as error:
        raise UsageError(str(error)) from None
    snapshot, test = session.snapshot(), session.dataset.test
    chosen = probe_digits(test)
    statistics = probe(snapshot, test, chosen)
    if args.json:
        start = probe_start(snapshot, test, chosen)
        _as_json(snapshot, session.dataset.name, statistics, start, len(test))
    else:
        statistics = judged(statistics, snapshot.layers, len(test))
        _as_text(snapshot, session.dataset.name, statistics, hints(snapshot, statistics))
    return 0


def _as_json(
    snapshot: Snapshot, data: str, statistics: NetworkStatistics, start: NetworkStatistics, tests: int
) -> None:
    """A layer's own figures are those of the probe batch, and of the update that it would cause.

    Beside them stands what the app shows in their place: dead units and saturated share of `all_test_digits`, gradient and step
    of the `last_update` of the epoch. The word of health is the app's.
    """
    first, now = snapshot.history.records[0], snapshot.record
    records, update = snapshot.history.records, last_update(snapshot, statistics)
    found = hints(snapshot, statistics)
    event(
        "inspected",
        preset=snapshot.preset,
        epoch=snapshot.epoch,
        data=data,
        examples=statistics.examples,
        test_examples=tests,
        parameters=statistics.parameter_count,
        expected_loss=snapshot.mlp.loss.chance(snapshot.network.output_size),
        first_loss=first.test_loss,
        test_loss=now.test_loss,
        test_accuracy=now.test_accuracy,
        pixels=_summary(statistics.pixels),
        layers=_layers(statistics, snapshot.layers, update, tests),
        layers_at_start=_layers(start, first.layers, (), tests),
        epochs=[{"epoch": record.epoch, "layers": [_figures(layer) for layer in record.layers]} for record in records],
        hints=[hint.to_dict() for hint in found],
    )


def _layers(
    statistics: NetworkStatistics, records: Sequence[LayerRecord], update: Sequence[tuple[float, float]], tests: int
) -> list[dict[str, Any]]:
    words = health_words(judged(statistics, records, tests))
    told = [_layer(layer, word) for layer, word in zip(statistics.layers, words, strict=True)]
    for layer, record in zip(told, records, strict=False):
        layer["all_test_digits"] = {name: getattr(record, name) for name in ("a_mean", "a_std", "dead", "saturated")}
    for layer, (size, ratio) in zip(told, update, strict=False):
        layer["last_update"] = {"gradient_rms": size, "log10_update_ratio": ratio}
    return told


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
    result(f"{snapshot.preset} {sizes} · epoch {snapshot.epoch} · {data}, the first {statistics.examples} test digits")
    result()
    result("layer                      a mean      std      min      max   dead  satur.  grad RMS  update/w  health")
    update = last_update(snapshot, statistics)
    for number, (layer, word) in enumerate(zip(statistics.layers, health_words(statistics), strict=True)):
        size, ratio = update[number] if update else (layer.gradient.rms, layer.update_ratio)
        dead = "–" if layer.dead is None else whole_percent(layer.dead / layer.fan_out)
        saturated = "–" if layer.saturated is None else whole_percent(layer.saturated)
        name = f"{number} {layer.activation_name}"
        a = "".join(f"{compact(value):>9}" for value in (layer.a.mean, layer.a.std, layer.a.low, layer.a.high))
        result(f"{name:24}{a}{dead:>7}{saturated:>8}{compact(size):>10}{update_in_words(ratio):>10}  {word}")
        result(f"  {layer.arithmetic}")
    result(f"{statistics.parameter_count:,} parameters in all")
    of = f"the last update of epoch {snapshot.epoch}" if update else "these digits"
    result(f"dead and satur. are of all {statistics.judged:,} test digits; grad RMS and update/w of {of}")
    result()
    if not found:
        result("no hints: nothing is wrong that the rules know of")
    for hint in found:
        for line in hint_lines(hint):
            result(line)
