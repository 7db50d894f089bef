"""The formulas of explanations: their numbers are those that plain NumPy computes from the arrays of the run."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tui_nn.analysis.trace import trace
from tui_nn.analysis.why import Why
from tui_nn.config.configs import NetworkConfig, TrainingConfig, settings
from tui_nn.core.watch.metrics import confusion_matrix
from tui_nn.core.watch.update_view import UpdateView
from tui_nn.data.bundled import load_bundled
from tui_nn.glossary import GLOSSARY, LESSONS
from tui_nn.lessons.library import load_lessons
from tui_nn.render.acts import ChosenPath, scene_of
from tui_nn.render.acts.scene import Lines
from tui_nn.session.questions.explaining import acts, classes, layers, predictions, training, units, whys
from tui_nn.session.questions.explaining import settings as of_settings
from tui_nn.session.questions.explaining.explanation import Explanation, exact, short
from tui_nn.session.questions.layers_look import LayersProbe
from tui_nn.session.questions.mistakes import find_mistakes
from tui_nn.session.questions.selection import Selection
from tui_nn.session.questions.unit_look import look_at_units
from tui_nn.session.run.session import Session
from tui_nn.session.run.snapshot import Snapshot

DIGITS = load_bundled()
DATA = replace(DIGITS, train=DIGITS.train.first(600), test=DIGITS.test.first(100))
TEST = DATA.test


def trained(epochs: int = 2, **chosen: Any) -> Snapshot:
    names = {setting.name for setting in NetworkConfig.settings}
    network = NetworkConfig(**{"hidden_sizes": (12,), **{k: v for k, v in chosen.items() if k in names}})
    rest = {k: v for k, v in chosen.items() if k not in names}
    session = Session(DATA, network, TrainingConfig(**{"batch_size": 50, "epochs": 4, "validation": 0.0, **rest}))
    for _ in session.train(epochs):
        pass
    return session.snapshot()


SNAPSHOT = trained()


def numbers(text: str) -> list[float]:
    """Return all numbers of a formula, in order."""
    plain = text.replace("−", "-").replace(",", "")
    return [float(number) for number in re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e-?\d+)?", plain)]


def result(found: Explanation) -> float:
    """Return the number after the last equals sign of a formula."""
    return numbers(found.formula.rpartition("=")[2])[0]


def close(value: float) -> Any:
    return pytest.approx(value, rel=2e-3, abs=1e-9)


def forward(snapshot: Snapshot, index: int) -> tuple[np.ndarray, ...]:
    """Return x, z0, a0, z1 and p of a test example, computed in float64."""
    (w0, w1), (b0, b1) = snapshot.parameters.weights, snapshot.parameters.biases
    x = TEST.images[index].astype(np.float64) / 255
    z0 = x @ w0 + b0
    a0 = np.maximum(z0, 0)
    z1 = a0 @ w1 + b1
    p = np.exp(z1 - z1.max())
    return x, z0, a0, z1, p / p.sum()


# ---- the texts of numbers


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.float32(0.1), "0.1"), (0.1 + 0.2, "0.3"), (-2.5, "−2.5"), (12345, "12,345"), (math.nan, "NaN"),
        (math.inf, "Inf"), (np.float32(1e-8), "1e−08"), (3.0, "3"),
    ],
)  # fmt: skip
def test_a_value_is_written_with_all_its_digits(value: float, text: str) -> None:
    assert exact(value) == text


@pytest.mark.parametrize(("value", "text"), [(0.031249, "0.03125"), (1234.6, "1,235"), (87, "87"), (-0.5, "−0.5")])
def test_a_number_of_a_formula_is_short(value: float, text: str) -> None:
    assert short(value) == text


# ---- the glossary


def test_every_term_has_a_lesson_that_exists_and_introduces_it() -> None:
    lessons = {lesson.name: lesson for lesson in load_lessons()}
    assert LESSONS.keys() == GLOSSARY.keys()
    introduced = {word for lesson in lessons.values() if not lesson.is_challenge for word in lesson.words}
    for term, name in LESSONS.items():
        assert name in lessons, term
        if term in introduced:
            assert term in lessons[name].words, (term, name)
    assert introduced <= GLOSSARY.keys()


def test_an_explanation_needs_a_term_of_the_glossary() -> None:
    with pytest.raises(ValueError, match="the term 'loos' of an explanation"):
        Explanation("loss", "1", "loos")
    found = Explanation("loss", "1", "loss")
    assert (found.meaning, found.lesson) == (GLOSSARY["loss"], "look-first")


# ---- a training


def test_loss_and_accuracy_of_the_test_data_are_computed_from_all_examples() -> None:
    losses = [-math.log(forward(SNAPSHOT, index)[4][label]) for index, label in enumerate(TEST.labels)]
    found = training.loss_on_test(SNAPSHOT)
    assert numbers(found.formula) == close_to([100, sum(losses), 100, sum(losses) / 100])
    right = sum(int(forward(SNAPSHOT, index)[4].argmax() == label) for index, label in enumerate(TEST.labels))
    found = training.accuracy_on_test(SNAPSHOT, TEST.labels)
    assert numbers(found.formula) == close_to([right, 100, right])
    assert float(found.value) == close(right / 100)


def close_to(values: list[float]) -> Any:
    return pytest.approx(values, rel=2e-3)


def test_the_figures_of_an_epoch_are_those_of_its_record() -> None:
    record = SNAPSHOT.history.records[2]
    found = training.epoch_loss(SNAPSHOT, record, "train")
    assert numbers(found.formula) == close_to([600, 600 * record.train_loss, 600, record.train_loss])
    found = training.epoch_accuracy(SNAPSHOT, record, "train")
    assert numbers(found.formula) == close_to([round(600 * record.train_accuracy), 600, 100 * record.train_accuracy])


@pytest.mark.parametrize(
    ("schedule", "factor"),
    [("constant", 1.0), ("cosine", (1 + math.cos(math.pi * 0.5)) / 2), ("step", 0.5), ("warmup", 2 / 5)],
)
def test_the_learning_rate_follows_the_schedule(schedule: str, factor: float) -> None:
    snapshot = trained(schedule=schedule, learning_rate=0.08, drop_epochs=2, drop_factor=0.5, warmup_epochs=5)
    found = training.learning_rate(snapshot)
    assert numbers(found.formula)[-3:] == close_to([0.08, factor, 0.08 * factor])
    assert float(found.value) == close(0.08 * factor)


def test_counts_of_a_training_are_computed() -> None:
    assert numbers(training.batch_size(SNAPSHOT).formula) == [600, 50, 12]
    assert numbers(training.updates(SNAPSHOT).formula) == [2, 12, 0, 24]
    assert numbers(training.parameters(SNAPSHOT).formula) == [784, 12, 12, 12, 10, 10, 784 * 12 + 12 + 12 * 10 + 10]
    assert numbers(training.epoch(SNAPSHOT).formula) == [2, 600, 1200]
    assert result(training.chance(SNAPSHOT)) == close(math.log(10))
    assert result(training.chance(SNAPSHOT, of_accuracy=True)) == 0.1
    best = min(SNAPSHOT.history.records[1:], key=lambda record: record.test_loss)
    assert training.best_epoch(SNAPSHOT).value == str(best.epoch)


def test_a_guess_with_squared_error_has_the_loss_of_equal_outputs() -> None:
    snapshot = trained(1, loss="sigmoid_mse")
    assert result(training.chance(snapshot)) == close(((1 - 0.1) ** 2 + 9 * 0.1**2) / 2)


# ---- one example


@pytest.mark.parametrize("index", [0, 7, 41])
def test_outputs_and_loss_of_an_example_are_computed_from_its_pixels(index: int) -> None:
    _, _, _, z, p = forward(SNAPSHOT, index)
    label = int(TEST.labels[index])
    found = predictions.loss_of(SNAPSHOT, index, TEST.labels)
    assert numbers(found.formula) == close_to([p[label], -math.log(p[label])])
    for target in (0, 3):
        found = predictions.output_of(SNAPSHOT, index, target, str(target), z.astype(np.float32))
        powers = np.exp(z - z.max())
        assert numbers(found.formula)[-3:] == close_to([powers[target], powers.sum(), p[target]])
        assert float(found.value.replace("−", "-")) == close(p[target])


def test_the_loss_of_squared_error_is_the_sum_over_the_outputs() -> None:
    snapshot = trained(1, loss="sigmoid_mse")
    outputs, label = snapshot.evaluation.outputs[3].astype(np.float64), int(TEST.labels[3])
    expected = np.square(outputs - np.eye(10)[label]).sum() / 2
    found = predictions.loss_of(snapshot, 3, TEST.labels)
    assert result(found) == close(expected)
    assert found.term == "squared error"


def test_a_probability_of_zero_needs_no_logarithm_of_zero() -> None:
    loss = SNAPSHOT.mlp.loss
    found = predictions.example_loss(loss, np.array([0.0, 1.0]), 0, 812.5, "loss")
    assert "−ln 0" not in found.formula
    assert "812.5" in found.formula


def test_a_unit_is_explained_from_its_inputs_on() -> None:
    x, z, a, _, _ = forward(SNAPSHOT, 5)
    found_trace = trace(SNAPSHOT.mlp, TEST.images[5], int(TEST.labels[5]))
    weights, biases = SNAPSHOT.parameters.weights[0], SNAPSHOT.parameters.biases[0]
    for unit in range(12):
        found = predictions.unit_of(SNAPSHOT.mlp, found_trace, 0, unit)
        first, second = found.formula.split("; ")
        terms = x * weights[:, unit]
        largest = np.sort(np.abs(terms))[::-1][:3]
        given = numbers(first.partition("bias = ")[2])
        pairs = [given[0] * given[1], given[2] * given[3], given[4] * given[5]]
        assert np.abs(pairs) == close_to(list(largest))
        assert biases is not None
        assert result(replace(found, formula=first)) == close(z[unit])
        assert result(replace(found, formula=second)) == pytest.approx(a[unit], rel=2e-3, abs=1e-6)
        rest = re.search(r"([+−]) ([\d.e−]+) \((\d+) more\)", first)
        assert rest is not None
        sign = -1 if rest[1] == "−" else 1
        total = sum(pairs) + sign * float(rest[2].replace("−", "-")) + float(biases[unit])
        assert total == pytest.approx(z[unit], abs=0.01)


def test_the_list_of_mistakes_is_explained_column_by_column() -> None:
    found = find_mistakes(SNAPSHOT.evaluation, TEST.labels, Selection())
    mistake = found[0]
    _, _, _, _, p = forward(SNAPSHOT, mistake.index)
    cells = {
        name: predictions.listed(SNAPSHOT, TEST, mistake, name) for name in ("p(pred)", "p(true)", "margin", "loss")
    }
    assert result(cells["p(pred)"]) == close(p.max())
    assert result(cells["p(true)"]) == close(p[mistake.true])
    assert result(cells["margin"]) == close(p.max() - p[mistake.true])
    assert result(cells["loss"]) == close(-math.log(p[mistake.true]))
    assert predictions.listed(SNAPSHOT, TEST, mistake, "true").value == TEST.class_names[mistake.true]


def test_the_parts_of_a_prediction_add_up() -> None:
    mistake = find_mistakes(SNAPSHOT.evaluation, TEST.labels, Selection())[0]
    outputs = SNAPSHOT.evaluation.outputs[mistake.index]
    why = Why.of(SNAPSHOT.mlp, TEST.images[mistake.index], mistake, outputs, TEST.class_names)
    x, z0, a0, z1, _ = forward(SNAPSHOT, mistake.index)
    (w0, w1) = SNAPSHOT.parameters.weights
    a, b = why.pair
    slope = w0 @ ((z0 > 0) * (w1[:, a] - w1[:, b]))
    row, column = why.strongest_pixel
    at = row * 28 + column
    found = whys.pixel(why, "both", row, column)
    assert numbers(found.formula) == close_to([x[at], slope[at], x[at] * slope[at]])
    assert result(whys.whole(why, "both")) == close(z1[a] - z1[b])
    products = x * slope
    assert result(whys.side_sum(why, "both", "ups")) == close(products[products > 0].sum())
    unit = why.units(1)[0][0]
    assert result(whys.unit(why, unit)) == close(a0[unit.unit] * (w1[unit.unit, a] - w1[unit.unit, b]))


# ---- layers and units


def test_the_numbers_of_a_layer_are_those_of_its_arrays() -> None:
    look = LayersProbe().look(SNAPSHOT, TEST, None, with_start=True)
    x = TEST.images / 255
    (w0, w1), (b0, b1) = SNAPSHOT.parameters.weights, SNAPSHOT.parameters.biases
    a0 = np.maximum(x @ w0.astype(np.float64) + b0, 0)
    found = layers.mean_of(look.statistics.layers[0].a, "a", "a")
    assert numbers(found.formula)[:4] == close_to([a0.size, a0.sum(), a0.size, a0.mean()])
    assert result(found) == close(a0.std())
    dead = int((a0 == 0).all(axis=0).sum())
    assert numbers(layers.sick_share(look, 0).formula)[-3:] == close_to([dead, 12, 100 * dead / 12])
    p = np.exp(a0 @ w1 + b1)
    p /= p.sum(axis=1, keepdims=True)
    delta = (p - np.eye(10)[TEST.labels]) / len(TEST)
    gradient = a0.T @ delta
    rms = np.sqrt(np.square(gradient).mean())
    found = layers.rms_of(look.statistics.layers[1].gradient, "g", "gradient")
    assert numbers(found.formula.partition("√(")[2].partition("√(")[2]) == close_to(
        [np.square(gradient).sum(), 120, rms]
    )
    assert result(layers.parameters_of(look.statistics.layers[0], 0)) == 784 * 12 + 12


def test_the_gradient_and_the_update_of_the_layers_view_are_those_of_the_last_update() -> None:
    look = LayersProbe().look(SNAPSHOT, TEST, None, with_start=False)
    assert look.last_update
    record = SNAPSHOT.record.layers[0]
    assert result(layers.gradient_of(look, 0)) == close(record.gradient_rms)
    assert SNAPSHOT.last_update is not None
    step = SNAPSHOT.last_update[: 784 * 12].astype(np.float64)
    weights = SNAPSHOT.parameters.weights[0].astype(np.float64)
    ratio = np.linalg.norm(step) / np.linalg.norm(weights)
    assert result(layers.update_ratio(look, 0)) == pytest.approx(math.log10(ratio), abs=0.02)


def test_the_weights_of_a_unit_are_explained_by_their_start_and_their_change() -> None:
    (look,) = look_at_units(SNAPSHOT, TEST, 0, ())
    now, start = SNAPSHOT.parameters.weights[0][400, 3], look.start.weights[0][400, 3]
    found = units.parameter(look, 3, 400)
    values = numbers(found.formula.replace("+ ", "").replace("− ", "−"))
    assert values == pytest.approx([start, now - start, now], abs=1e-4)
    found = units.incoming(look, 3, 400, "learned")
    assert result(found) == pytest.approx(float(now) - float(start), rel=2e-3, abs=1e-7)
    a0 = np.maximum(TEST.images / 255 @ SNAPSHOT.parameters.weights[0] + SNAPSHOT.parameters.biases[0], 0)
    four = a0[TEST.labels == 4, 3]
    if len(four):
        assert numbers(units.mean_activation(look, 3, 4, TEST.labels).formula)[-3:] == pytest.approx(
            [four.sum(), len(four), four.mean()], rel=2e-3
        )


# ---- classes


def test_recall_precision_and_f1_are_those_of_a_plain_count() -> None:
    predicted, labels = SNAPSHOT.evaluation.predicted, TEST.labels
    matrix = confusion_matrix(predicted, labels, 10)
    for label in range(10):
        right = int(((predicted == label) & (labels == label)).sum())
        there, said = int((labels == label).sum()), int((predicted == label).sum())
        if there:
            values = numbers(classes.recall(matrix, label, TEST.class_names).formula)
            assert values == close_to([right, right, there - right, right / there])
        if said:
            values = numbers(classes.precision(matrix, label, TEST.class_names).formula)
            assert values == close_to([right, right, said - right, right / said])
        if there + said:
            assert result(classes.f1(matrix, label, TEST.class_names)) == close(2 * right / (there + said))


def test_a_class_that_is_never_predicted_has_no_precision() -> None:
    matrix = np.array([[0, 2], [0, 3]])
    found = classes.precision(matrix, 0, ("a", "b"))
    assert found.value == "NaN"
    assert "0/0" in found.formula


# ---- steps of an update, settings


def whole_update(network: NetworkConfig) -> tuple[UpdateView, ChosenPath]:
    session = Session(DATA, network, TrainingConfig(batch_size=20))
    for _ in session.train_act():
        pass
    for _ in session.finish_update():
        pass
    assert session.update is not None
    return session.update, ChosenPath.opening(session.update)


def test_every_step_of_an_update_is_explained_with_its_term() -> None:
    view, path = whole_update(NetworkConfig(hidden_sizes=(6,)))
    terms = []
    for at in range(len(view.plan)):
        found = acts.step(view, at, path, None)
        terms.append(found.term)
        assert any(character.isdigit() for character in found.formula)
        assert found.about
    assert terms[:3] == ["batch", "z", "activation"]
    assert {"loss", "delta", "gradient", "update"} <= set(terms)
    z = acts.numbers(view, 1, path, None)
    weights, x = view.before.weights[0].astype(np.float64), view.x[0].astype(np.float64)
    unit = path.path[1]
    bias = view.before.biases[0]
    assert bias is not None
    assert numbers(z.formula)[-1] == pytest.approx(x @ weights[:, unit] + bias[unit], abs=0.01)


@pytest.mark.parametrize("loss", ["softmax_cross_entropy", "sigmoid_mse"])
def test_every_cell_of_every_picture_of_an_update_is_explained_by_its_own_numbers(loss: str) -> None:
    view, path = whole_update(NetworkConfig(hidden_sizes=(6, 5), loss=loss))
    for at in range(len(view.plan)):
        for place, slot in enumerate(scene_of(view, at, path).slots):
            if isinstance(slot.picture, Lines):
                continue
            values = slot.picture.values
            for index in (0, len(values) // 2, len(values) - 1):
                found = acts.cell(view, at, path, None, place, index)
                assert found.value == exact(values[index])
                assert any(character.isdigit() for character in found.formula)
    # In the step z0, a cell of the products is one term of the sum.
    found = acts.cell(view, 1, path, None, 1, 400)
    x, weight = float(view.x[path.row, 400]), float(view.before.weights[0][400, path.path[1]])
    assert float(found.value.replace("−", "-")) == pytest.approx(x * weight, rel=1e-5, abs=1e-12)


def test_every_setting_has_a_term_and_a_sentence() -> None:
    network, plan = NetworkConfig(), TrainingConfig()
    for row in settings():
        found = of_settings.setting(row, "shown", network, plan, 1000)
        assert found.about, row.name
    size = of_settings.setting(next(row for row in settings() if row.name == "epochs"), "", network, plan, 1000)
    batches = -(-1000 // (plan.batch_size or 1000))
    assert numbers(size.formula)[-1] == plan.epochs * batches
