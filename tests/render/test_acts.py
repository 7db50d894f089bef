"""The lines with numbers are right on a pocket calculator, and are those of the arrays."""

import math
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.activations import ACTIVATIONS
from tui_nn.core.losses import LOSSES
from tui_nn.core.optimizers import OPTIMIZERS
from tui_nn.core.watch.acts import Made
from tui_nn.core.watch.update_view import UpdateView
from tui_nn.data.bundled import load_bundled
from tui_nn.render.acts import ChosenPath, act_name, scene_of
from tui_nn.render.acts.forward import activation_numbers, in_numbers, sigmoid_numbers
from tui_nn.render.acts.scene import Lines, Scene, Signed, Units
from tui_nn.render.acts.strip import strip_pieces
from tui_nn.render.acts.written import Written, agreeing, sum_of_products
from tui_nn.session.run.session import Session

BUNDLED = load_bundled()
DIGITS = replace(BUNDLED, train=BUNDLED.train.first(300), test=BUNDLED.test.first(40))


def done(network: NetworkConfig, training: TrainingConfig, batches: int = 3) -> UpdateView:
    """An update, done to its last act, after a few others."""
    session = Session(DIGITS, network, training)
    for _ in range(batches):
        session.step_batch()
    while session.update is None or not session.update.complete:
        for _ in session.train_act():
            pass
    return session.update


def calculator(text: str) -> tuple[float, float]:
    """What a pocket calculator makes of "name = terms = result", and the result as it is written."""
    *_, terms, result = text.rsplit(" = ", 2) if text.count(" = ") > 1 else ("", *text.split(" = "))
    if "=" in terms:
        terms = terms.rsplit("= ", 1)[1]
    code = terms.replace("−", "-").replace("·", "*").replace("²", "**2").replace("³", "**3")
    code = re.sub(r"\d+ more: ", "", code)
    code = re.sub(r"\bb (?=[-\d])", "", code)
    code = re.sub(r"√([\d.e-]+)", r"sqrt(\1)", code)
    code = re.sub(r"\b(ln|tanh) ([-\d.e]+)", r"\1(\2)", code)
    code = re.sub(r"e\^(\(?)", r"e**\1", code)
    code = re.sub(r"e\*\*(-[\d.]+(?:e-?\d+)?)", r"e**(\1)", code)
    names = {"sqrt": math.sqrt, "ln": math.log, "tanh": math.tanh, "max": max, "e": math.e}
    return float(eval(code, {"__builtins__": {}}, names)), float(result.replace("−", "-"))


def agrees(text: str) -> bool:
    worked, written = calculator(text)
    digits = len(text.rsplit(" = ", 1)[1].replace("−", "").split("e")[0].replace(".", "").lstrip("0"))
    unit = 10.0 ** (math.floor(math.log10(abs(written))) - max(digits, 1) + 1) if written else 1e-9
    return abs(worked - written) <= 0.501 * unit


def scenes(view: UpdateView, place: ChosenPath) -> dict[str, Scene]:
    return {act_name(view, act): scene_of(view, number, place) for number, act in enumerate(view.plan)}


def truth(view: UpdateView, act_number: int, place: ChosenPath) -> float:
    """The number that a line is about, from the arrays."""
    act = view.plan[act_number]
    layer, row, path = act.layer or 0, place.row, place.path
    assert view.step is not None
    match act.made:
        case Made.X:
            return float(view.pixels[row, path[0]]) / 255
        case Made.Z:
            return float(view.z[layer][row, path[layer + 1]])
        case Made.A | Made.OUTPUT:
            return float(view.a[layer][row, path[layer + 1]])
        case Made.LOSS:
            assert view.losses is not None
            return float(view.losses[row])
        case Made.DELTA:
            return float(view.delta(layer)[row, path[layer + 1]])
        case Made.GRADIENT:
            return float(view.gradient(layer)[0][path[layer], path[layer + 1]])
        case _:
            return float(view.step.after.weights[place.layer][path[place.layer], path[place.layer + 1]])


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_line_is_right_on_a_calculator_and_true(activation: str, loss: str) -> None:
    network = NetworkConfig(hidden_sizes=(12, 9), activation=activation, loss=loss, use_bias=activation != "tanh")
    view = done(network, TrainingConfig(batch_size=32, learning_rate=0.05))
    random = np.random.default_rng(3)
    for _ in range(12):
        place = ChosenPath(int(random.integers(32)), tuple(int(random.integers(size)) for size in network.sizes))
        for number, act in enumerate(view.plan):
            for text in scene_of(view, number, place).numbers:
                text = text.split("  δ")[0]
                assert agrees(text), text
                true = truth(view, number, place)
                assert Written.of(calculator(text)[1], 2).text == Written.of(true, 2).text or (
                    calculator(text)[1] == pytest.approx(true, rel=0.006)
                ), (text, act)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_the_rule_of_every_optimizer_is_right_on_a_calculator(optimizer: str) -> None:
    training = TrainingConfig(batch_size=32, optimizer=optimizer, learning_rate=0.01, l2=0.02)
    view = done(NetworkConfig(hidden_sizes=(12,)), training)
    random = np.random.default_rng(5)
    for layer in (0, 1):
        for _ in range(20):
            place = ChosenPath(0, tuple(int(random.integers(size)) for size in view.network.sizes), layer)
            number = len(view.plan) - 1
            for text in scene_of(view, number, place).numbers:
                text = text.rsplit(";  ", 1)[-1]
                assert agrees(text), text
                assert calculator(text)[1] == pytest.approx(truth(view, number, place), rel=0.006)


EVERYTHING = TrainingConfig(
    optimizer="adamw", learning_rate=0.1, l1=0.01, l2=0.02, dropout=0.3, noise="gaussian", clip_norm=0.1,
    label_smoothing=0.1, batch_size=None,
)  # fmt: skip


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("hidden_sizes", [(), (128,), (32,) * 5], ids=str)
def test_with_all_that_can_be_switched_on_lines_are_right_and_fit_80_columns(
    hidden_sizes: tuple[int, ...], dtype: str
) -> None:
    view = done(NetworkConfig(hidden_sizes=hidden_sizes, dtype=dtype), EVERYTHING, batches=1)
    assert view.chunks > 1
    random = np.random.default_rng(1)
    for _ in range(6):
        place = ChosenPath(int(random.integers(view.rows)), tuple(int(random.integers(n)) for n in view.network.sizes))
        for number, act in enumerate(view.plan):
            scene = scene_of(view, number, place)
            assert min(map(len, scene.numbers)) <= 77, scene.numbers
            assert min(map(len, scene.cell)) <= 78, scene.cell
            assert len(f"{scene.formula} {scene.shapes.replace(' ', '')}") <= 77
            if act.made is not Made.X:
                parts = (part.rsplit(";  ", 1)[-1] for text in scene.numbers for part in text.split("  δ"))
                assert all(map(agrees, parts)), scene.numbers


@pytest.mark.parametrize(
    ("z", "text"),
    [(-5.47e19, "1 / (1 + e^5.47e19) = 0"), (-100.0, "1 / (1 + e^100) = 0"), (900.0, "1 / (1 + e^−900) = 1.00")],
)
def test_a_saturated_sigmoid_is_written_with_its_own_z(z: float, text: str) -> None:
    assert sigmoid_numbers(z, float(z > 0)) == text


@pytest.mark.parametrize("name", [name for name, row in ACTIVATIONS.items() if row.numpy])
def test_the_numpy_line_of_an_activation_computes_the_activation(name: str) -> None:
    row, z = ACTIVATIONS[name], np.linspace(-6, 6, 101)
    a = np.empty_like(z)
    row.function(z, a)
    shown = eval(row.numpy, {"np": np, "z": z, "slope": 0.01})
    np.testing.assert_allclose(shown, a, atol=1e-5)


@pytest.mark.parametrize("name", [name for name, row in LOSSES.items() if all(row.numpy)])
def test_the_numpy_lines_of_a_loss_compute_outputs_loss_and_delta(name: str) -> None:
    row, random = LOSSES[name], np.random.default_rng(2)
    z, labels = random.normal(size=(5, 4)), np.array([0, 1, 2, 3, 1])
    y = np.eye(4)[labels]
    names = {"np": np, "z": z, "y": y, "rows": np.arange(5), "labels": labels}
    outputs, delta = np.empty_like(z), np.empty_like(z)
    row.outputs(z, outputs)
    row.delta(outputs, y, delta, np.empty_like(z))
    symbol = "p" if row.output == "softmax" else "a"
    exec(f"{symbol} = {row.numpy[0]}", names)
    np.testing.assert_allclose(names[symbol], outputs)
    np.testing.assert_allclose(eval(row.numpy[1], names), row.values(z, outputs, y, np.empty_like(z)))
    np.testing.assert_allclose(eval(row.numpy[2], names), delta)


def test_an_activation_without_a_formula_in_z_is_shown_as_a_share_of_z() -> None:
    """A new row needs nothing here: its formula is used if it is arithmetic with z."""
    plain = replace(ACTIVATIONS["tanh"], name="new", formula="a = z / (1 + e^(2·z))", numpy="", calculator="")
    assert in_numbers(plain, "−1.5", 0.0) == "−1.5 / (1 + e^(2·−1.5))"
    assert in_numbers(replace(plain, formula="something → new"), "1.5", 0.0) is None
    assert activation_numbers(replace(plain, formula="something → new"), 2.0, 1.0, 0.0) == ("2.00 · 0.500 = 1.00",)


def test_what_is_only_rounding_is_nearly_equal() -> None:
    """A step smaller than the last digit that a float32 has there."""
    assert agreeing(-123.482216, lambda digits: (f"x{digits}", -123.4822193), 9) == "x9 ≈ −123.482216"
    assert agreeing(2.5, lambda digits: (f"x{digits}", round(2.4961, digits))) == "x3 = 2.50"


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.floats(-3, 3), st.floats(-3, 3)), min_size=3, max_size=20), st.sampled_from([2, 3]))
def test_what_is_more_takes_the_rounding(terms: list[tuple[float, float]], digits: int) -> None:
    total = sum(one * two for one, two in terms)
    text = "z = " + sum_of_products(terms, total, digits)
    worked, written = calculator(text)
    assert f" + {len(terms) - 2} more: " in text
    assert written == pytest.approx(total, rel=0.06, abs=1e-300)
    assert agrees(text) or abs(worked - written) < 1e-9


def test_what_is_chosen_is_the_same_number_all_the_way() -> None:
    """The pixel, the unit and the digit of the first act are those of the last."""
    view = done(NetworkConfig(hidden_sizes=(12,)), TrainingConfig(batch_size=32))
    place = ChosenPath(5, (406, 7, 3))
    seen = scenes(view, place)
    for name, cursor in (("z0", 406), ("dW0", 406), ("update", 406)):
        middle = seen[name].slots[1].picture
        assert isinstance(middle, Signed)
        assert middle.cursor == cursor
    for name in ("a0", "z1", "δ0", "dW1"):
        middle = seen[name].slots[1].picture
        assert isinstance(middle, Units)
        assert middle.chosen == 7
    assert "[406,7]" in seen["dW0"].numbers[0]
    assert "[7,3]" in seen["dW1"].numbers[0]


def test_pictures_add_up() -> None:
    """x × W and the bias are z; the shares of all examples are dW; before the gate × slope is δ."""
    view = done(NetworkConfig(hidden_sizes=(12,), dtype="float64"), TrainingConfig(batch_size=32))
    place = ChosenPath(4, (406, 7, 3))
    seen = scenes(view, place)
    products = seen["z0"].slots[1].picture
    assert isinstance(products, Signed)
    bias = view.before.biases[0]
    assert bias is not None
    assert products.values.sum() + bias[7] == pytest.approx(view.z[0][4, 7])
    shares = [scene_of(view, 9, replace(place, row=row)).slots[0].picture for row in range(32)]
    total = sum(share.values for share in shares if isinstance(share, Signed))
    np.testing.assert_allclose(total, view.gradient(0)[0][:, 7], atol=1e-15)
    before, after = (seen["δ0"].slots[slot].picture for slot in (1, 2))
    assert isinstance(before, Units)
    assert isinstance(after, Units)
    np.testing.assert_allclose(before.values * (view.z[0][4] > 0), after.values, atol=1e-15)
    assert isinstance(seen["p"].slots[2].picture, Lines)


@pytest.mark.parametrize("layers", [1, 2, 4, 6, 12])
def test_the_strip_keeps_its_width_and_shows_where_one_is(layers: int) -> None:
    forward = [name for k in range(layers) for name in (f"z{k}", f"a{k}")][:-1]
    back = [name for k in reversed(range(layers)) for name in (f"δ{k}", f"dW{k}")]
    names = ["batch", *forward, "p", "loss", *back, "update"]
    for current in range(len(names)):
        pieces = strip_pieces(names, current, names.index("loss"), 78)
        text = "".join(piece for piece, _ in pieces)
        assert len(text) <= 78
        assert f"▸{names[current]} " in text
        assert {names[act] for _, act in pieces if act is not None} >= {"batch", "loss", "update"}
        if layers <= 2:
            assert "…" not in text


@pytest.mark.parametrize(
    ("layer", "activation", "why"), [(1, "relu", "p is exactly y"), (0, "relu", "the unit is off")]
)
def test_a_delta_of_0_has_the_reason_of_its_layer(layer: int, activation: str, why: str) -> None:
    view = done(NetworkConfig(hidden_sizes=(6,), activation=activation), TrainingConfig(batch_size=16))
    # What rounding makes of a sure answer, or relu of an off unit.
    view = replace(view, deltas=tuple(np.where(np.arange(delta.shape[1]) == 2, 0, delta) for delta in view.deltas))
    act = next(n for n, act in enumerate(view.plan) if act.made is Made.GRADIENT and act.layer == layer)
    place = ChosenPath.opening(view).at(layer + 1, 2)
    words = scene_of(view, act, place, None).slots[2].words
    said = " ".join(text for line in words for text, _ in line)
    assert why in said
    assert ("off" in said) is (layer == 0)
