"""The values in the views of Inspect that the app can explain, and their positions on the screen.

The explanations themselves are in `session.questions.explaining`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from textual.widget import Widget

from tui_nn.core.choices.edits import OFF, Edit, Edits
from tui_nn.core.parameters import Labels
from tui_nn.glossary import terms_in
from tui_nn.render.layer_sentences import whole_percent
from tui_nn.render.numbers import compact, fitted, percent, probability
from tui_nn.render.pictures import from_screen
from tui_nn.session.questions.explaining import acts, layers, maps, predictions, units
from tui_nn.session.questions.explaining.explanation import Explanation
from tui_nn.session.questions.layers_look import LayersLook
from tui_nn.session.questions.layers_of_runs import MeasuredRun, paired_layers
from tui_nn.ui.kit.explaining import Page, Spot
from tui_nn.ui.kit.signed_map import SignedMap
from tui_nn.ui.kit.unit_grid import UnitGrid

if TYPE_CHECKING:
    from tui_nn.session.hints import Hint
    from tui_nn.session.questions.example_look import ExampleLook
    from tui_nn.session.questions.map_look import MapLook
    from tui_nn.session.questions.unit_look import UnitLook
    from tui_nn.session.run.snapshot import Snapshot
    from tui_nn.ui.inspect.example.output_table import OutputTable
    from tui_nn.ui.inspect.flow import FlowChart
    from tui_nn.ui.inspect.histogram_chart import HistogramChart
    from tui_nn.ui.inspect.layers.layer_table import LayerTable
    from tui_nn.ui.inspect.microscope.board import ActBoard, Shown
    from tui_nn.ui.inspect.unit.activity import UnitActivity
    from tui_nn.ui.inspect.unit.weights import UnitWeights


def layer_spots(page: Page, table: LayerTable) -> Iterator[Spot]:
    """Yield a `Spot` (explained region) for each cell of the table of layers, those of the selected layer first."""
    look = table.look
    if look is None:
        return
    rows = list(enumerate(table.rows(), 1))
    for at, row in sorted(rows, key=lambda pair: pair[1].layer != table.selected):
        number, on_row = row.layer, partial(page.on_text, table, row=at)
        if number is None:
            if row.cells:
                yield from on_row(row.cells["a"], partial(layers.mean_of, look.statistics.pixels, "x", "pixels"))
            else:
                yield from on_row(row.head, partial(layers.all_parameters, look.statistics))
            continue
        statistics = look.statistics.layers[number]
        if not row.is_name:
            yield from on_row(row.head, partial(layers.parameters_of, statistics, number))
            continue
        name = f"activations of layer {number}"
        yield from on_row(row.cells["a"], partial(layers.mean_of, statistics.a, "a", name))
        yield from on_row(row.cells["share"], partial(layers.sick_share, look, number))
        yield from on_row(row.cells["gradient"], partial(layers.gradient_of, look, number))
        yield from on_row(row.cells["step"], partial(layers.update_ratio, look, number))
        yield from on_row(row.health, partial(layers.health, look, number, row.health), last=True)
        for which in ("min", "max"):
            yield from on_row(row.cells[which], partial(layers.extreme, statistics.a, which, name))
        yield from on_row(row.cells["arithmetic"], partial(layers.parameters_of, statistics, number))
        yield from on_row(row.head, partial(layers.parameters_of, statistics, number))


def histogram_spots(page: Page, look: LayersLook, layer: int, charts: dict[str, HistogramChart]) -> Iterator[Spot]:
    """Yield spots for the caption of each histogram and the number in it. The keys of `charts` name what each shows."""
    for part, chart in charts.items():
        if chart.now is not None:
            found = partial(layers.part_of, look, layer, part)
            yield from page.on_text(chart, chart.note, found, row=0, last=True)
            yield from page.on_text(chart, chart.title, found, row=0)


def unit_spots(
    page: Page,
    look: UnitLook,
    unit: int,
    source: int | None,
    kind: str,
    parts: tuple[UnitWeights, UnitActivity],
    labels: Labels,
) -> Iterator[Spot]:
    """Yield spots for the weight or bias under the cursor, the picture of weights, the mean activations and outgoing weights."""
    weights, activity = parts
    lines = activity.query_one("#number")
    yield from page.on(lines, partial(units.parameter, look, unit, source))
    side = look.side
    if look.layer == 0:

        def pixel(row: int, column: int) -> Explanation:
            return units.incoming(look, unit, from_screen(row, side) * side + from_screen(column, side), kind)

        yield from weights.query_one(SignedMap).spots(page, pixel)
    else:
        yield from weights.query_one(UnitGrid).spots(page, lambda at: units.incoming(look, unit, at, kind))
    yield from activity.spots(page, look, unit, labels)


def example_spots(
    page: Page, look: ExampleLook, view: Widget, pointed: tuple[int, int] | None, edits: Edits, temperature: float
) -> Iterator[Spot]:
    """Yield spots for the unit under the cursor, the outputs with their z, the loss, the other units and the pixels."""
    from tui_nn.ui.inspect.example.hidden_layers import HiddenLayer
    from tui_nn.ui.inspect.example.output_table import OutputTable
    from tui_nn.ui.kit.digit import DigitView

    def unit(layer: int, at: int) -> Explanation:
        off = Edit(OFF, layer, at) in edits
        return predictions.unit_of(look.mlp, look.trace, layer, at, off=off)

    if pointed is not None:
        layer, at = pointed
        words = view.query_one("#unit-in-words")
        a = float(look.trace.a[layer][at])
        yield from page.on_text(words, f"unit {at}", partial(unit, layer, at))
        yield from page.on_text(words, f"a {fitted(a, 2, 5)}", partial(unit, layer, at))
        for row, (target, weight) in enumerate(look.weights_of(layer, at), 1):
            if layer == look.hidden - 1:
                name = look.class_names[target]
                part = partial(predictions.share_of_z, look.mlp, at, a, target, name)
                yield from page.on_cells(words, 0, row, 30, 1, part)
            else:
                found = partial(predictions.weight, weight, None, f"weight from unit {at} to unit {target}")
                yield from page.on_cells(words, 0, row, 30, 1, found)
    yield from _output_spots(page, look, view.query_one(OutputTable), temperature)
    caption, name = view.query_one("#caption"), f"test example #{look.index}"
    loss = partial(
        predictions.example_loss,
        look.mlp.loss,
        look.outputs,
        look.label,
        look.loss,
        f"loss of {name}",
    )
    yield from page.on_text(caption, f"loss {fitted(look.loss, 2, 7)}", loss)
    answer = partial(predictions.prediction, look.outputs, look.label, look.class_names, f"prediction for {name}")
    for word in ("pred and true", "pred"):
        yield from page.on_text(caption, word, answer)
    for number, part_ in enumerate(view.query(HiddenLayer)):
        if part_.display and number < look.hidden:
            yield from part_.query_one(UnitGrid).spots(page, partial(unit, number))
    yield from view.query_one(DigitView).spots(
        page, lambda at: predictions.pixel(look.image, at, scaled=look.network.scale_pixels)
    )


def _output_spots(page: Page, look: ExampleLook, table: OutputTable, temperature: float) -> Iterator[Spot]:
    """Yield `Spot`s (explained regions) for the outputs and the z of the classes, those of the predicted class first."""
    outputs, z = look.outputs_at(temperature), look.trace.z[-1]
    last = look.network.layer_count - 1
    inputs = look.trace.a[-2] if look.hidden else look.trace.x
    rows = list(enumerate(table.shown_classes(), 1))
    for row, label in sorted(rows, key=lambda pair: pair[1] != look.predicted):
        name = look.class_names[label]
        value = outputs[label]
        found = partial(predictions.output, look.mlp.loss, z, label, name, value, temperature)
        yield from page.on_text(table, probability(float(value)), found, row=row)
        of_z = partial(predictions.logit, look.mlp, last, label, inputs, float(z[label]), f"z for {name}")
        if look.was is None:
            yield from page.on_text(table, table.beside(look)[label], of_z, row=row, last=True)


def flow_spots(page: Page, charts: list[FlowChart], words: Widget, snapshot: Snapshot, layer: int) -> Iterator[Spot]:
    """Yield spots for the numbers in the sentence about the chosen layer, and for the titles of the charts."""
    if not snapshot.record.layers:
        return
    figures = ("gradient_rms", "update", "a_std", "share")
    record = snapshot.record.layers[layer]
    names = ("gradient RMS", "update of", "std of a", "dead", "saturated")
    for name, figure in zip(names, (*figures, "share"), strict=True):
        yield from page.on_text(words, name, partial(layers.record_of, snapshot, layer, figure))
    for chart, figure in zip(charts, figures, strict=True):
        title = chart.flow.title if chart.flow is not None else ""
        chosen = layer if figure != "share" or layer < snapshot.network.layer_count - 1 else 0
        if figure == "share" and snapshot.network.layer_count == 1:
            continue
        yield from page.on_text(chart, title, partial(layers.record_of, snapshot, chosen, figure))
    yield from page.on_text(words, f"{whole_percent(record.dead)}", partial(layers.record_of, snapshot, layer, "share"))


def map_spots(page: Page, view: Widget, look: MapLook, snapshot: Snapshot, depth: int, example: int) -> Iterator[Spot]:
    """Yield spots for the example under the cursor, the other examples, the prediction, and the separation of each layer."""
    from tui_nn.ui.inspect.test_map.example_map import ExampleMap
    from tui_nn.ui.kit.digit import DigitView

    test = look.test
    found = view.query_one(ExampleMap)
    yield from found.spots(page, partial(maps.place_of, look, depth))
    yield from page.on(view.query_one("#chosen-answer"), partial(predictions.answer_of, snapshot, test, example))
    yield from page.on_text(view.query_one("#map-title"), "separation", partial(maps.separation_of, look, depth))
    separation = view.query_one("#separation")
    for row, layer in enumerate(range(-1, len(look.layers) - 1), 1):
        text = percent(look.layers[layer + 1].separation, 0)
        yield from page.on_text(separation, text, partial(maps.separation_of, look, layer), row=row)
    scaled = snapshot.network.scale_pixels
    yield from view.query_one(DigitView).spots(
        page, lambda at: predictions.pixel(test.images[example], at, scaled=scaled)
    )


def two_run_spots(page: Page, table: Widget, pair: tuple[MeasuredRun, MeasuredRun]) -> Iterator[Spot]:
    """Yield a `Spot` (explained region) for each number of the layers of both runs."""
    rows = paired_layers(pair[0].statistics, pair[1].statistics)
    for row, (_, *both) in enumerate(rows, 2):
        for measured, statistics, is_second in zip(pair, both, (False, True), strict=True):
            if statistics is None:
                continue
            number = next(at for at, one in enumerate(measured.statistics.layers) if one is statistics)
            look, letter = LayersLook(measured.statistics, None, True), measured.run.letter
            on_row = partial(page.on_text, table, row=row, last=is_second)
            a = f"{compact(statistics.a.mean, 5)} ± {compact(statistics.a.std, 5)}"
            name = f"of layer {number} of run {letter}"
            yield from on_row(a, partial(layers.mean_of, statistics.a, "a", f"activations {name}"))
            of_gradient = partial(layers.rms_of, statistics.gradient, "g", f"gradient RMS {name}")
            yield from on_row(compact(statistics.gradient.rms, 6), of_gradient)
            of_weights = partial(layers.rms_of, statistics.weights, "w", f"weights {name}")
            yield from on_row(compact(statistics.weights.rms, 5), of_weights)
            sick = statistics.saturated if statistics.dead is None else statistics.dead / statistics.fan_out
            if sick is not None:
                yield from on_row(whole_percent(sick).replace(" ", ""), partial(layers.sick_share, look, number))


def hint_spots(page: Page, view: Widget, found: tuple[Hint, ...], at: int) -> Iterator[Spot]:
    """Yield a `Spot` (explained region) for the title of each hint, the chosen hint first."""
    for number in sorted(range(len(found)), key=lambda number: number != at):
        hint = found[number]
        title = f"{hint.title[0].upper()}{hint.title[1:]}"
        yield from page.on_text(view, title, partial(hint_words, hint))


def hint_words(hint: Hint) -> Explanation:
    """Return the explanation of a hint: its sentence with the numbers of the run, and its reason."""
    term = next(iter(terms_in(f"{hint.title} {hint.sentence}")), "hint")
    return Explanation(hint.title, "", term, hint.sentence, hint.why)


def scene_spots(page: Page, board: ActBoard, shown: Shown) -> Iterator[Spot]:
    """Yield spots for the numbers of the step, its formula and sentence, its pictures, and the names of the done steps."""
    of_update = shown.view, shown.at, shown.path, shown.start
    step = partial(acts.step, *of_update)
    lines, slots, strip = board.parts
    for line, found in zip(lines, (partial(acts.numbers, *of_update), step, step), strict=True):
        yield from page.on(line, found)
    for place, slot in enumerate(slots):
        yield from slot.spots(page, partial(acts.cell, *of_update, place))
    yield from strip.spots(page, lambda at: acts.step(shown.view, at, shown.path, shown.start))
