"""The Inspect pane: a learner looks inside the network."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from piloting import message, press, rows, settle, snapshot, text
from textual.pilot import Pilot

import tui_nn.session.questions.layers_look as probe_module
import tui_nn.ui.kit.pace as pace_module
from tui_nn.analysis.statistics import NetworkStatistics, network_statistics
from tui_nn.core.choices.initializers import new_network
from tui_nn.core.fast.evaluation import Evaluation
from tui_nn.core.parameters import Parameters
from tui_nn.engine.commands import Change, Restart
from tui_nn.engine.look import Look
from tui_nn.render.layer_rows import layer_rows
from tui_nn.render.numbers import compact, plain, probability, signed
from tui_nn.session.questions.example_look import look_at_example
from tui_nn.session.questions.probe import PROBE, on_all_test_examples, probe, probe_digits
from tui_nn.session.run.snapshot import Snapshot, State
from tui_nn.ui.inspect.example.view import ExampleView
from tui_nn.ui.inspect.pane import InspectPane
from tui_nn.ui.kit.messages import Show
from tui_nn.ui.kit.unit_grid import UnitGrid

SMALL = {"hidden_sizes": (16,)}


def subject(pilot: Pilot[Any]) -> str:
    """What is looked at, at the right of the strip."""
    return rows(pilot)[3].strip() or re.split(r"\s{3,}", rows(pilot)[2].rstrip())[-1].strip()


def pane(pilot: Pilot[Any]) -> InspectPane:
    return pilot.app.screen.query_one(InspectPane)


def statistics(pilot: Pilot[Any], example: int | None = None) -> NetworkStatistics:
    """The numbers that the pane should show."""
    test = pane(pilot).test
    assert test is not None
    found = probe(snapshot(pilot), test, probe_digits(test, example=example))
    return found if example is not None else on_all_test_examples(found, snapshot(pilot).layers, len(test))


def assert_table(pilot: Pilot[Any], found: NetworkStatistics) -> None:
    """Every layer stands on the screen, cell by cell; gradient and step of a trained network are those of the record."""
    layers = snapshot(pilot).record.layers
    chosen = found.examples == 1 or pane(pilot).choice.only_class is not None
    known = not chosen and all(layer.health != "NaN" for layer in found.layers) and snapshot(pilot).epoch
    last = [(layer.gradient_rms, layer.update_ratio) for layer in layers] if known else []
    named = {line.replace("▸", " ").split()[1]: line for line in rows(pilot)[5:] if line[3:].startswith("layer ")}
    for number, row in enumerate(row for row in layer_rows(found, (), (), last) if row.layer is not None):
        line = " ".join(named[str(number)].split())
        for name in ("a", "share", "gradient", "step"):
            assert row.cells[name] in line
        assert row.health in line


# ---- layers


async def test_the_opening_picture_is_every_layer_in_numbers_and_one_in_words(open_app: Any) -> None:
    """Shape, arithmetic, and mean, std, min, max and zeros of activations and gradients, on the fixed probe batch."""
    async with open_app() as pilot:
        await press(pilot, "3")
        assert rows(pilot)[2].startswith(" ▸l layers  h hist ")
        assert subject(pilot) == "the first 256 test examples"
        assert " ".join(rows(pilot)[4].split()) == "layer a mean ± std dead grad RMS 0–0 u:w health"
        assert_table(pilot, statistics(pilot))
        assert "784 × 128 + 128 = 100,480" in text(pilot)
        assert "before the first update" in text(pilot)
        await press(pilot, "i")
        assert "layer 0 in words" in text(pilot)
        assert re.search(r"a +For \d+ examples, the mean output", text(pilot))
        assert "a of layer 0" in text(pilot)


async def test_an_untrained_network_is_said_to_be_guessing(open_app: Any) -> None:
    """The message has the loss that the other panes have, and the key that helps; it goes with the first step."""
    async with open_app(**SMALL) as pilot:
        await press(pilot, "3")
        loss = snapshot(pilot).record.test_loss
        words = "close to a guess (2.303 = ln 10)" if abs(loss - 2.303) < 0.345 else "far from a guess (2.303 = ln 10)"
        assert f"loss {loss:.3f}" in message(pilot)
        assert words in message(pilot)
        assert message(pilot).endswith("space trains")
        await press(pilot, "b")
        assert message(pilot) == ""


async def test_training_changes_the_numbers(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "3")
        before = text(pilot)
        await press(pilot, "space")
        assert_table(pilot, statistics(pilot))
        assert text(pilot) != before


async def test_the_cursor_goes_from_layer_to_layer(open_app: Any) -> None:
    async with open_app(hidden_sizes=(16, 12)) as pilot:
        await press(pilot, "3", "down")
        assert next(line for line in rows(pilot) if line.startswith(" ▸ ")).split()[1:4] == ["layer", "1", "relu"]
        assert "layer 1 in words" in text(pilot)
        assert "of the 12 units" in text(pilot)
        await press(pilot, "down", "down")
        assert "layer 2 in words" in text(pilot), "it stays on the last"
        assert "outputs are probabilities" in text(pilot)
        await press(pilot, "up", "up", "up")
        assert "layer 0 in words" in text(pilot)


async def test_one_example_takes_the_place_of_the_probe_batch(open_app: Any) -> None:
    """p looks at one digit, left and right choose it, p goes back; the strip always says which."""
    async with open_app(**SMALL) as pilot:
        await press(pilot, "3", "space")
        await press(pilot, "a", "right", "right")
        label = pane(pilot).test.labels[2]  # type: ignore[union-attr]
        assert subject(pilot) == f"test example #2, class {label}"
        assert_table(pilot, statistics(pilot, 2))
        assert "For this example, the mean" in text(pilot)
        await press(pilot, "left", "left", "left")
        assert subject(pilot).startswith("test example #999, ")
        await press(pilot, "a", "right")
        assert subject(pilot) == "the first 256 test examples"
        assert_table(pilot, statistics(pilot))


async def test_dead_units_are_seen_in_word_number_and_sentence(open_app: Any) -> None:
    async with open_app(learning_rate=3.0) as pilot:
        await press(pilot, "3", "space")
        layer = statistics(pilot).layers[0]
        assert layer.dead is not None
        assert layer.dead > 64
        assert re.search(rf"layer 0 relu .* {layer.health} ", text(pilot))
        assert layer.health.startswith("dead")
        assert re.search(rf"dead +(All 128|{layer.dead} of 128) units seem dead: they", text(pilot))


async def test_a_run_that_diverged_keeps_its_last_finite_numbers(open_app: Any) -> None:
    async with open_app(learning_rate=1e6, activation="leaky_relu", **SMALL) as pilot:
        await press(pilot, "3", "space")
        assert snapshot(pilot).status.state is State.DIVERGED
        assert message(pilot).startswith(f"Diverged: {snapshot(pilot).status.reason}")
        assert message(pilot).endswith("w why  F fix")
        assert "layer 0 in words (last finite numbers)" in text(pilot)
        assert_table(pilot, statistics(pilot))
        assert "NaN" not in text(pilot)
        await press(pilot, "h")
        assert "last finite values █" in text(pilot)


async def test_many_layers_have_a_row_each(open_app: Any) -> None:
    """Nine layers at 80 x 24: only the selected one has its gradient, and there are words still."""
    async with open_app(hidden_sizes=(8,) * 8) as pilot:
        await press(pilot, "3", "down", "down")
        assert_table(pilot, statistics(pilot))
        assert re.search(r"For \d+ examples, the mean output", text(pilot))


async def test_a_large_screen_has_the_arithmetic_and_the_ends_in_columns(open_app: Any) -> None:
    async with open_app(size=(120, 40), **SMALL) as pilot:
        await press(pilot, "3")
        layer = statistics(pilot).layers[0]
        await press(pilot, "i")
        assert re.search(rf"layer 0 relu +784 × 16 \+ 16 = 12,560 .* 0 +{compact(layer.a.high)} ", text(pilot))
        assert "a of layer 0" in text(pilot)
        assert "gradient of layer 0" in text(pilot)


# ---- histograms


async def test_the_start_is_marked_over_the_bars(open_app: Any) -> None:
    """The start weights are made again from the seed; before the first step they are the bars."""
    async with open_app(seed=5, **SMALL) as pilot:
        await press(pilot, "3", "h")
        assert "▸h hist" in rows(pilot)[2]
        assert "at the start" not in text(pilot)
        assert (
            statistics(pilot).layers[0].z.std
            == network_statistics(
                new_network(snapshot(pilot).network, 5),
                pane(pilot).test.images[:PROBE],
                pane(pilot).test.labels[:PROBE],  # type: ignore[union-attr]
            )
            .layers[0]
            .z.std
        )
        before = statistics(pilot).layers[0]
        await press(pilot, "space")
        after = statistics(pilot).layers[0]
        assert "now █   at the start o" in text(pilot)
        assert re.search(r"\boo+\b", text(pilot))
        for name in ("z", "weights"):
            assert f"std {compact(getattr(before, name).std)} → {compact(getattr(after, name).std)}" in text(pilot)
        assert f"RMS {compact(before.gradient.rms)} → {compact(after.gradient.rms)}" in text(pilot)
        await press(pilot, "o")
        assert "at the start" not in text(pilot)
        assert f"std {compact(after.z.std)}" in text(pilot)
        assert "→" not in text(pilot)


async def test_histograms_of_one_example_have_its_own_start(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "3", "h")
        before = statistics(pilot, 0).layers[0]
        await press(pilot, "space")
        await press(pilot, "a")
        after = statistics(pilot, 0).layers[0]
        assert f"RMS {compact(before.gradient.rms)} → {compact(after.gradient.rms)}" in text(pilot)


async def test_the_update_takes_the_place_of_the_gradient_or_stands_beside_it(open_app: Any) -> None:
    """It is what the optimizer would add, with the moments it has."""
    async with open_app(**SMALL) as pilot:
        await press(pilot, "3", "h", "space")
        layer = statistics(pilot).layers[0]
        assert layer.update is not None
        assert "next update" not in text(pilot)
        await press(pilot, "v")
        assert "gradient, probe" not in text(pilot)
        assert re.search(rf"next update +RMS .* → {re.escape(compact(layer.update.rms))}", text(pilot))
        await pilot.resize_terminal(120, 40)
        await settle(pilot)
        assert "gradient, probe" in text(pilot)
        assert "next update" in text(pilot)


async def test_layers_can_be_looked_at_on_one_kind_of_digit(open_app: Any) -> None:
    """c goes from all to 0 to 1 ...; the numbers are those of these digits alone."""
    async with open_app(**SMALL) as pilot:
        await press(pilot, "3", "space", "c", "c", "c")
        test = pane(pilot).test
        assert test is not None
        count = min(int((test.labels == 2).sum()), PROBE)
        assert subject(pilot) == f"all {count} test examples of class 2"
        found = probe(snapshot(pilot), test, np.flatnonzero(test.labels == 2)[:PROBE])
        assert_table(pilot, found)
        await press(pilot, "h")
        assert f"std {compact(found.layers[0].z.std)}" in text(pilot).replace("→ ", "std ")


async def test_heights_can_be_read_in_three_ways(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "3", "h")
        pictures = {}
        for words in ("square root of share", "share", "log of count", "square root of share"):
            assert f"height = {words}\n" in re.sub(" +\n", "\n", text(pilot))
            picture = "\n".join(rows(pilot)[6:-2])
            assert pictures.setdefault(words, picture) == picture
            await press(pilot, "y")
        assert len(set(pictures.values())) == 3


async def test_titles_are_the_formulas_of_the_layer(open_app: Any) -> None:
    async with open_app(activation="tanh", use_bias=False, **SMALL) as pilot:
        await press(pilot, "3", "h")
        assert "z = x @ W " in text(pilot)
        assert "a = tanh(z)" in text(pilot)
        await press(pilot, "down")
        assert "z = a0 @ W " in text(pilot)
        assert "p = softmax(z)" in text(pilot)
        await press(pilot, "escape", "i")
        assert "layer 1 in words" in text(pilot), "the layer stays chosen"


async def test_all_zeros_are_said_and_not_drawn(open_app: Any) -> None:
    async with open_app(weight_init="zeros", **SMALL) as pilot:
        await press(pilot, "3", "h")
        assert text(pilot).count("all values are 0") == 4


# ---- one example


async def test_an_example_goes_through_the_network(open_app: Any) -> None:
    """Activations of the hidden layer and the ten outputs with their logits, as the evaluation has them."""
    async with open_app(**SMALL) as pilot:
        await press(pilot, "3", "space")
        test, evaluation = pane(pilot).test, snapshot(pilot).evaluation
        assert test is not None
        index = int(np.flatnonzero(evaluation.predicted != test.labels)[0])
        pane(pilot).choice = replace(pane(pilot).choice, example=index)
        await press(pilot, "x", "left", "right")
        found = statistics(pilot, index)
        assert subject(pilot) == f"test example #{index}, class {test.labels[index]}"
        on = np.count_nonzero(found.layers[0].a.values)
        assert f"{on} of 16 on, max {plain(found.layers[0].a.high, 1)}" in text(pilot)
        for digit in range(10):
            row = re.search(rf"([▸ ][✓ ]){digit} [ ▏▎▍▌▋▊▉█]+ (\S+) +(\S+) *$", rows(pilot)[6 + digit])
            assert row, rows(pilot)[6 + digit]
            assert row[1] == ("▸" if digit == evaluation.predicted[index] else " ") + (
                "✓" if digit == test.labels[index] else " "
            )
            assert row[2] == probability(float(evaluation.outputs[index, digit]))
            assert float(row[3].replace("−", "-")) == pytest.approx(found.layers[1].z.values[0, digit], abs=0.051)
        assert f"loss {plain(float(evaluation.losses[index]))} · #{index}" in text(pilot)


async def test_n_goes_from_mistake_to_mistake(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "3", "space")
        await press(pilot, "x", "n")
        test, evaluation = pane(pilot).test, snapshot(pilot).evaluation
        assert test is not None
        wrong = np.flatnonzero(evaluation.predicted != test.labels)
        assert pane(pilot).choice.example == wrong[wrong > 0][0]
        await press(pilot, "n")
        assert pane(pilot).choice.example == wrong[wrong > 0][1]
        index = pane(pilot).choice.example
        p = [
            probability(float(evaluation.outputs[index, digit]))
            for digit in (evaluation.predicted[index], test.labels[index])
        ]
        assert f"pred {evaluation.predicted[index]} {p[0]} · true {test.labels[index]} {p[1]} · loss" in text(pilot)
        pane(pilot).choice = replace(pane(pilot).choice, example=int(wrong[-1]))
        await press(pilot, "n")
        assert pane(pilot).choice.example == wrong[0], "behind the last comes the first"


async def test_the_chosen_unit_adds_up(open_app: Any) -> None:
    """The first unit says most for the prediction against the other digit; its products stand below."""
    async with open_app(**SMALL) as pilot:
        await press(pilot, "3", "space")
        await press(pilot, "x", "n")
        look = pilot.app.screen.query_one(ExampleView).shown
        assert look is not None
        weights = snapshot(pilot).parameters.weights[1]
        a = statistics(pilot, look.index).layers[0].a.values[0]
        says = a * (weights[:, look.predicted] - weights[:, look.label])
        order = np.argsort(-says, kind="stable")
        for unit in map(int, order[:3]):
            assert f"unit {unit}  a {plain(float(a[unit]))}" in text(pilot)
            for digit in (look.predicted, look.label):
                w = float(weights[unit, digit])
                assert f"× w{digit} {signed(w)} = {signed(w * float(a[unit]))}" in text(pilot)
            await press(pilot, "down")


async def test_a_right_answer_is_weighed_against_the_next_likely(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "3", "space")
        await press(pilot, "x")
        evaluation, test = snapshot(pilot).evaluation, pane(pilot).test
        assert test is not None
        index = int(np.flatnonzero(evaluation.predicted == test.labels)[0])
        pane(pilot).choice = replace(pane(pilot).choice, example=index)
        await settle(pilot)
        first, second = np.argsort(-evaluation.outputs[index])[:2]
        assert f"pred and true {first} {probability(float(evaluation.outputs[index, first]))} · loss" in text(pilot)
        assert f"× w{first} " in text(pilot)
        assert f"× w{second} " in text(pilot)


async def test_equal_logits_are_never_weighed_against_themselves(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "3")
        test, now = pane(pilot).test, snapshot(pilot)
        assert test is not None
        look = look_at_example(now, test, 0)
        for digit in range(10):
            for logits in (np.zeros(10), np.full(10, np.nan), np.eye(10)[digit] * 3):
                tied = replace(look, predicted=digit, label=digit, trace=replace(look.trace, z=(logits,)))
                assert tied.against in set(range(10)) - {digit}


async def test_large_numbers_keep_to_their_rows(open_app: Any) -> None:
    """A network about to diverge: every number below the outputs still fits its line of 20."""
    async with open_app(activation="identity", **SMALL) as pilot:
        await press(pilot, "3")
        now = snapshot(pilot)
        large = Parameters(now.network.sizes, now.network.use_bias, now.parameters.vector * np.float32(1e16))
        pane(pilot).snapshot = replace(now, parameters=large, step=1)
        await pilot.press("x")
        await pilot.pause()
        view = pilot.app.screen.query_one(ExampleView)
        assert view.query_one("#unit-in-words").region.height == 3
        assert view.query_one("#output-heading").region.height == 1
        assert not re.search(r"\d{6,}", text(pilot))
        assert "e1" in text(pilot)


async def test_units_are_walked_strongest_first_and_stay_while_the_network_learns(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "3", "space")
        await press(pilot, "x")
        view = pilot.app.screen.query_one(ExampleView)
        assert view.shown is not None
        order = view.shown.strongest_units
        assert view.unit == order[0]
        await press(pilot, "down", "down", "up")
        assert view.unit == order[1]
        await press(pilot, "b")
        assert view.unit == order[1], "the unit stays with its example"
        await press(pilot, "right")
        assert view.unit == view.shown.strongest_units[0], "another example begins with its own"


async def test_a_misclassified_digit_opens_in_mistakes_and_comes_back(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "3", "space")
        await press(pilot, "x", "n")
        index = pane(pilot).choice.example
        await press(pilot, "enter")
        assert pilot.app.screen.current == "Mistakes"
        assert f"#{index}" in text(pilot)
        pilot.app.screen.post_message(Show(Look("Inspect", example=index + 1)))
        await settle(pilot)
        assert pilot.app.screen.current == "Inspect"
        assert subject(pilot).startswith(f"test example #{index + 1},")
        assert "▸x example" in rows(pilot)[2]


async def test_several_hidden_layers_stand_one_above_the_other(open_app: Any) -> None:
    async with open_app(hidden_sizes=(40, 12, 300), activation="tanh") as pilot:
        await press(pilot, "3", "x")
        grids = [grid for grid in pilot.app.screen.query(UnitGrid) if grid.region.height]
        assert [len(grid.values) for grid in grids if grid.values is not None] == [40, 12, 300]
        assert [grid.chosen is not None for grid in grids] == [False, False, True]
        for number, layer in enumerate(statistics(pilot, 0).layers[:3]):
            assert f"layer {number}  {plain(layer.a.low)} to {plain(layer.a.high)}" in text(pilot)
        assert " of 300 units" in text(pilot)


async def test_sigmoid_outputs_are_no_probabilities(open_app: Any) -> None:
    async with open_app(loss="sigmoid_mse", **SMALL) as pilot:
        await press(pilot, "3", "x")
        assert "layer 1 sigmoid" in text(pilot)
        assert re.search(r"digit +a +z", text(pilot))


# ---- states, sizes, mouse


async def test_before_there_is_data_it_says_so(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "3")
        fresh = InspectPane(id="fresh")
        pane(pilot).display = False
        await pilot.app.screen.query_one("#panes").mount(fresh)
        fresh.focus()
        for key in ("h", "x", "l", "down", "up", "p", "left", "n", "o", "s", "enter", "escape"):
            await press(pilot, key)
        assert message(pilot) == "The app is loading the data"


def broken(snapshot: Snapshot) -> Snapshot:
    vector = np.full_like(snapshot.parameters.vector, np.nan)
    parameters = Parameters(snapshot.network.sizes, snapshot.network.use_bias, vector)
    nothing = np.full_like(snapshot.evaluation.outputs, np.nan)
    evaluation = Evaluation(nothing, nothing[:, 0], snapshot.evaluation.predicted)
    return replace(snapshot, parameters=parameters, evaluation=evaluation, step=1)


@pytest.mark.parametrize("activation", ["relu", "tanh"])
async def test_a_network_of_nan_is_a_state_to_show(activation: str, open_app: Any) -> None:
    async with open_app(activation=activation, **SMALL) as pilot:
        await press(pilot, "3")
        pane(pilot).snapshot = broken(snapshot(pilot))
        await pilot.pause()
        assert re.search(rf"layer 0 {activation} +NaN ± NaN .* NaN +–? +NaN", text(pilot))
        assert re.search(r"layer 1 softmax +NaN ± NaN .* – +$", text(pilot), re.M)
        await pilot.press("h")
        await settle(pilot)
        assert text(pilot).count("not finite") == 4
        await pilot.press("x")
        await pilot.pause()
        assert "no prediction: the outputs are NaN · true " in text(pilot)
        assert "!!" in text(pilot)


async def test_a_smaller_network_takes_the_cursor_along(open_app: Any) -> None:
    async with open_app(hidden_sizes=(8, 8, 8)) as pilot:
        await press(pilot, "3", "down", "down", "down")
        now = snapshot(pilot)
        pilot.app.screen._engine.send(
            Restart(network=replace(now.network, hidden_sizes=(5,)), training=now.training, preset="custom")
        )
        await settle(pilot)
        assert "layer 1 in words" in text(pilot)
        await press(pilot, "up")
        assert "layer 0 in words" in text(pilot)
        await press(pilot, "x")
        assert [
            len(grid.values)
            for grid in pilot.app.screen.query(UnitGrid)
            if grid.region.height and grid.values is not None
        ] == [5]


async def test_what_is_not_shown_is_not_computed(open_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking happens once for each change of the parameters, and never while another pane is in front."""
    looks = []

    def counted(*arguments: Any) -> NetworkStatistics:
        looks.append(arguments)
        return probe(*arguments)

    monkeypatch.setattr(probe_module, "probe", counted)
    async with open_app(**SMALL) as pilot:
        await press(pilot, "3")
        assert len(looks) == 1
        await settle(pilot)
        await press(pilot, "down", "up")
        assert len(looks) == 1
        await press(pilot, "2", "space")
        assert len(looks) == 1
        await press(pilot, "3")
        assert len(looks) == 2


async def test_another_learning_rate_is_another_step(open_app: Any) -> None:
    """Before the first update the step is the one that would come: it follows what is changed elsewhere."""
    async with open_app(**SMALL) as pilot:
        await press(pilot, "3", "down")
        before = pane(pilot).front.shown.statistics.layers[0].update_ratio
        training = replace(snapshot(pilot).training, learning_rate=snapshot(pilot).training.learning_rate * 10)
        pilot.app.screen._engine.send(Change(training=training))
        await settle(pilot)
        assert pane(pilot).front.shown.statistics.layers[0].update_ratio == pytest.approx(before + 1, abs=1e-4)


@pytest.mark.parametrize("view", "lh")
async def test_while_running_it_is_said_which_epoch_is_seen(
    view: str, open_app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The status line is ahead of what is looked at now and then."""
    monkeypatch.setattr(pace_module, "REST", 3600.0)
    async with open_app(epochs=10_000, train_limit=64, **SMALL) as pilot:
        await press(pilot, "3", view)
        assert "epoch" not in subject(pilot)
        front = pane(pilot).front
        front._pace._clock = lambda: 0.0
        front._pace.now()
        await pilot.press("r")
        while snapshot(pilot).epoch < 3:
            pilot.app.screen.listen()
            await pilot.pause()
        assert front.shown.epoch < snapshot(pilot).epoch
        assert subject(pilot) == f"the first 256 test examples · epoch {front.shown.epoch}"
        await press(pilot, "r")
        assert front.shown.epoch == snapshot(pilot).epoch
        assert subject(pilot) == "the first 256 test examples"


async def test_while_running_it_looks_now_and_then_and_at_the_end(
    open_app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the clock standing still there is one look in many epochs; when training stops the last state is drawn."""
    looks = []

    def counted(*arguments: Any) -> NetworkStatistics:
        looks.append(arguments)
        return probe(*arguments)

    monkeypatch.setattr(probe_module, "probe", counted)
    # The pace's timer is a real one: on a busy machine half a second may pass in here.
    monkeypatch.setattr(pace_module, "REST", 3600.0)
    async with open_app(epochs=10_000, train_limit=64, **SMALL) as pilot:
        await press(pilot, "3")
        pane(pilot).front._pace._clock = lambda: 0.0
        pane(pilot).front._pace.now()
        looks.clear()
        await pilot.press("r")
        while snapshot(pilot).epoch < 3:
            pilot.app.screen.listen()
            await pilot.pause()
        assert snapshot(pilot).status.state is State.RUNNING
        assert looks == []
        assert pane(pilot).front._pace.waiting
        await press(pilot, "r")
        assert snapshot(pilot).status.state is not State.RUNNING
        assert len(looks) == 1
        assert_table(pilot, statistics(pilot))


@pytest.mark.parametrize("network", [{"hidden_sizes": (128,)}, {"hidden_sizes": (64,) * 8, "activation": "tanh"}])
async def test_every_view_fits_every_size(network: dict[str, Any], open_app: Any) -> None:
    """Nothing touches the right edge, and no word is broken at it."""
    async with open_app(**network) as pilot:
        await press(pilot, "3", "z", "b")
        for size in ((60, 20), (79, 23), (80, 24), (120, 40)):
            await pilot.resize_terminal(*size)
            for key in ("l", "h", "x"):
                await pilot.press(key)
                await pilot.pause()
                content = rows(pilot)[2:-1]
                assert len(content) == size[1] - 3
                assert all(line[-1] in " ─" for line in content), text(pilot)
                assert "…" not in text(pilot)


async def test_plain_ascii_is_enough(open_app: Any) -> None:
    async with open_app(ascii_only=True, activation="tanh", **SMALL) as pilot:
        await press(pilot, "3", "space")
        for keys in ("l", "h", "x"):
            await press(pilot, keys)
            assert text(pilot).isascii()
            assert "?" not in text(pilot).replace("? help", "")


async def test_the_mouse_chooses_views_layers_and_units(open_app: Any) -> None:
    async with open_app(**SMALL) as pilot:
        await press(pilot, "3")
        row = next(index for index, line in enumerate(rows(pilot)) if "layer 1 softmax" in line)
        await pilot.click(offset=(10, row))
        await pilot.pause()
        assert pane(pilot).choice.layer == 1
        await pilot.click(offset=(10, row - 1))
        await pilot.pause()
        assert pane(pilot).choice.layer == 0, "a layer is all of its rows"
        await pilot.click(offset=(rows(pilot)[2].index("hist"), 2))
        await pilot.pause()
        assert pane(pilot).view == "histograms"
        await pilot.click(offset=(rows(pilot)[2].index("example"), 2))
        await pilot.pause()
        assert pane(pilot).view == "example"
        grid = next(iter(pilot.app.screen.query(UnitGrid)))
        await pilot.click(UnitGrid, offset=(1 + 2 * 3, 1))
        await pilot.pause()
        assert grid.chosen == 3
        assert "unit 3 " in text(pilot)


async def test_every_key_is_explained(open_app: Any) -> None:
    """Help says what every column means, and lists the keys of the view in front."""
    async with open_app(**SMALL) as pilot:
        await press(pilot, "3")
        for _, binding in InspectPane.all_bindings():
            assert binding.description
            assert binding.tooltip
            assert binding.id
        for word in (
            "mean",
            "std",
            "min",
            "max",
            "zeros",
            "health",
            "gradient",
            "probe batch",
            "histograms",
            "example",
        ):
            assert word in InspectPane.HELP + "".join(view.HELP for view in InspectPane.VIEWS)
        await pilot.press("question_mark")
        await pilot.pause()
        assert "Inspect" in text(pilot)


async def test_layers_and_flow_speak_of_the_same_update(open_app: Any) -> None:
    """And of a chosen digit the table says that its numbers are of that."""
    async with open_app(hidden_sizes=(16,), train_limit=96, batch_size=32, optimizer="momentum") as pilot:
        await pilot.press("space", "3")
        await settle(pilot)
        layer = pilot.app.screen.snapshot.record.layers[0]  # type: ignore[attr-defined]
        said = "\n".join(rows(pilot))
        assert "grad RMS and u:w of the last update of epoch 1" in said
        assert f" {compact(layer.gradient_rms)} " in said
        assert "The last update of epoch 1 changed" in said
        await pilot.press("a")
        await settle(pilot)
        assert "grad RMS of this example, u:w with momentum" in "\n".join(rows(pilot))
        await pilot.press("h")
        await settle(pilot)
        assert "gradient, example" in "\n".join(rows(pilot))
        await pilot.press("f")
        await settle(pilot)
        assert f"gradient RMS {compact(layer.gradient_rms)}" in " ".join("\n".join(rows(pilot)).split())
