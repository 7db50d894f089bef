"""The table of the layers, and a layer in words."""

from __future__ import annotations

import re
import textwrap
from dataclasses import replace

import numpy as np
import pytest

from tui_nn.analysis.health import health_words as health
from tui_nn.analysis.statistics import NetworkStatistics, network_statistics, summarize
from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.activations import ACTIVATIONS, Activation
from tui_nn.core.choices.initializers import new_network
from tui_nn.core.fast.evaluation import evaluate
from tui_nn.core.fast.training_step import TrainingStep
from tui_nn.core.optimizers import Optimizer
from tui_nn.core.parameters import Array
from tui_nn.render.bars import sparkline
from tui_nn.render.layer_rows import layer_rows, row_count
from tui_nn.render.layer_sentences import in_words, layer_sentences, whole_percent
from tui_nn.render.numbers import compact, percent, short_percent

IMAGES = np.random.default_rng(0).integers(0, 256, (32, 784)).astype(np.uint8)
LABELS = np.random.default_rng(1).integers(0, 10, 32).astype(np.uint8)


def statistics(examples: int = 32, broken: int | None = None, **network: object) -> NetworkStatistics:
    mlp = new_network(NetworkConfig(**network))  # type: ignore[arg-type]
    if broken is not None:
        mlp.parameters.weights[broken][0, 0] = np.nan
    return network_statistics(mlp, IMAGES[:examples], LABELS[:examples])


def test_a_layer_has_a_row_of_numbers_and_one_for_its_arithmetic() -> None:
    found = statistics()
    rows = layer_rows(found, [[2.0, 1.0]], [0])
    assert [(row.layer, row.head, row.health) for row in rows] == [
        (None, "input, 784 pixels", ""),
        (0, "layer 0 relu", "ok"),
        (0, "784 × 128 + 128 = 100,480", ""),
        (1, "layer 1 softmax", "ok"),
        (None, "101,770 parameters in all", ""),
    ]
    a = found.layers[0].a
    assert rows[1].cells["a"] == f"{a.mean:.2f} ± {a.std:.2f}"
    assert (rows[1].cells["min"], rows[1].cells["max"]) == ("0", f"{a.high:.2f}")
    assert rows[1].cells["share"] == whole_percent(float(np.mean(~a.values.any(axis=0))))
    assert rows[1].cells["gradient"] == compact(float(np.sqrt(np.mean(found.layers[0].gradient.values ** 2.0))))
    assert rows[1].cells["step"] == "–", "nobody asked for the update"
    assert rows[1].trend == [2.0, 1.0]
    assert len(rows) == row_count(2, [0])


def test_the_update_is_what_the_optimizer_would_do() -> None:
    """With plain gradient descent log10 of rate times gradient over weights, by norm; the step is in the sentence too."""
    mlp = new_network(NetworkConfig(dtype="float64"))
    found = network_statistics(mlp, IMAGES, LABELS, lambda gradient: -0.1 * gradient.vector)
    for layer, weights in zip(found.layers, mlp.parameters.weights, strict=True):
        ratio = 0.1 * np.linalg.norm(layer.gradient.values) / np.linalg.norm(weights)
        assert layer.update_ratio == pytest.approx(np.log10(ratio), abs=1e-9)
        assert layer.update is not None
        np.testing.assert_allclose(layer.update.values, -0.1 * layer.gradient.values, rtol=1e-12)
    assert (
        f"by 1/{1 / (0.1 * found.layers[0].gradient.rms / found.layers[0].weights.rms):,.0f} of" in said(found)["u:w"]
    )


@pytest.mark.parametrize("values", [[-4.3e-12, 4.2e-12], [np.nan, 1.0], [np.inf, 1.0], [-1e30, 1e30], [-123.456, 0.0]])
def test_any_number_fits_its_cell(values: list[float]) -> None:
    found = replace(statistics(hidden_sizes=(3,)), pixels=summarize(np.array(values)))
    cells = layer_rows(found, (), ())[0].cells
    assert len(cells["a"]) <= 14
    assert max(len(cells["min"]), len(cells["max"])) <= 7


def test_words_beside_the_other_layers() -> None:
    """Where nothing comes down a layer is vanishing, where numbers grow tenfold it is exploding."""
    sigmoids = statistics(hidden_sizes=(32,) * 5, activation="sigmoid", weight_init="xavier_normal")
    assert health(sigmoids)[0] == "vanishing"
    assert health(sigmoids)[-1] == "ok"
    assert "exploding" in health(statistics(weight_init="normal", weight_init_scale=1.0))
    deep = health(statistics(hidden_sizes=(32,) * 8, activation="tanh", weight_init="xavier_normal"))
    assert not {"vanishing", "exploding"} & set(deep)


@pytest.mark.parametrize(
    ("values", "width", "line"),
    [([1, 2, 4, 8], 8, "▁▂▄█"), ([8, 0, float("nan"), float("inf")], 8, "█▁ ×"), ([2] * 8 + [8] * 8, 2, "▂█"), ([0], 3, "▁")],
)  # fmt: skip
def test_a_sparkline_has_a_cell_an_epoch_or_a_mean_of_several(values: list[float], width: int, line: str) -> None:
    assert sparkline(values, width) == line


def test_nan_is_named_only_where_it_began() -> None:
    """Numbers go up: layers 0 and 1 have only lost their gradient, 3 only follows 2."""
    assert health(statistics(broken=2, hidden_sizes=(4, 4, 4))) == ["–", "–", "NaN", "–"]
    assert health(statistics(broken=0, hidden_sizes=(4, 4))) == ["NaN", "–", "–"]


def test_a_single_example_is_no_verdict() -> None:
    assert health(statistics(1)) == ["", ""]
    assert health(statistics(1, broken=0)) == ["NaN", "–"]


# ---- sentences


def said(found: NetworkStatistics, layer: int = 0) -> dict[str, str]:
    return dict(layer_sentences(found, layer))


def test_a_relu_layer_says_its_own_numbers() -> None:
    found = statistics()
    layer = found.layers[0]
    words = said(found)
    assert words["a"] == f"For 32 examples, the mean output of the 128 units is {layer.a.mean:.2f}."
    by = in_words(layer.gradient.rms / 100)
    assert words["gradient"] == f"Changing a weight by 0.01 changes the loss by about {by}."
    on = round(128 * (1 - layer.a.zeros))
    assert words["on"] == f"On average {on} of 128 units are on; the others output 0."


def test_dead_units_are_said_to_be_lost() -> None:
    found = statistics(hidden_sizes=(16,))
    none, some, every = (
        replace(found, layers=(replace(found.layers[0], dead=dead), found.layers[1])) for dead in (0, 3, 16)
    )
    assert said(none)["dead"] == "Every unit is on for at least one of the 32 test examples."
    assert said(some)["dead"] == "3 of 16 units seem dead: they output 0 for 32 test examples."
    assert said(every)["dead"] == "All 16 units seem dead: they output 0 for 32 test examples."


def test_one_example_is_spoken_of_as_one() -> None:
    words = said(statistics(1))
    assert words["a"].startswith("For this example, ")
    assert "dead" not in words
    assert "changes this loss" in words["gradient"]
    assert words["zeros"].endswith("no ink, or the unit is off.")


def test_the_output_layer_speaks_of_its_answers() -> None:
    found = statistics()
    outputs, z = found.layers[1].a.values, found.layers[1].z
    words = said(found, 1)
    assert (
        words["a"] == f"The 10 outputs are probabilities. The largest is {outputs.max(axis=1).mean():.2f} on average."
    )
    assert words["z"] == f"The z go from {in_words(z.low)} to {in_words(z.high)}. The largest z is the prediction."
    one = statistics(1)
    predicted = int(one.layers[1].a.values.argmax())
    assert said(one, 1)["a"].endswith(f", for class {predicted}.")
    named = dict(layer_sentences(one, 1, class_names="abcdefghij"))
    assert named["a"].endswith(f", for class {'abcdefghij'[predicted]}.")
    assert "from 0 to 1" in said(statistics(loss="sigmoid_mse"), 1)["a"]


def test_nothing_to_learn_is_said() -> None:
    words = said(statistics(weight_init="zeros"))
    assert words["gradient"] == "Every weight has gradient 0, so these examples change no weight."


def test_a_broken_layer_says_nothing_else() -> None:
    assert said(statistics(broken=0)) == {"NaN": "Some numbers of this layer are NaN or infinite."}


@pytest.mark.parametrize("layer", [0, 1])
def test_a_moved_weight_moves_the_loss_as_much_as_is_said(layer: int) -> None:
    """Sixty weights are moved both ways; the root mean square of what that does is the number in the sentence."""
    mlp = new_network(NetworkConfig(hidden_sizes=(16,), activation="tanh", dtype="float64"))
    claimed = float(
        re.findall(r"about ([\d.e−]+)\.$", said(network_statistics(mlp, IMAGES, LABELS), layer)["gradient"])[0].replace(
            "−", "-"
        )
    )
    weights = mlp.parameters.weights[layer]
    moved = []
    for place in np.random.default_rng(2).choice(weights.size, 60, replace=False):
        index = np.unravel_index(place, weights.shape)
        losses = []
        for step in (0.01, -0.02):
            weights[index] += step
            losses.append(evaluate(mlp, IMAGES, LABELS).loss)
        weights[index] += 0.01
        moved.append((losses[0] - losses[1]) / 2)
    assert 0.5 < np.sqrt(np.mean(np.square(moved))) / claimed < 2


def clip(z: Array, out: Array) -> None:
    np.clip(z, -1, 1, out=out)


def clip_slope(z: Array, a: Array, out: Array, scratch: Array) -> None:
    np.less(np.abs(z), 1, out=out)


def shrink(z: Array, out: Array) -> None:
    np.multiply(z, np.abs(z) > 0.5, out=out)


def shrink_slope(z: Array, a: Array, out: Array, scratch: Array) -> None:
    np.greater(np.abs(z), 0.5, out=out)


def double(z: Array, out: Array) -> None:
    np.multiply(z, 2, out=out)


def double_slope(z: Array, a: Array, out: Array, scratch: Array) -> None:
    out[...] = 2


@pytest.mark.parametrize(
    ("row", "terms"),
    [
        (Activation("new", "f", "f'", "p", clip, clip_slope, signed=True, limits=(-1, 1)), ["limit", "z"]),
        (Activation("new", "f", "f'", "p", shrink, shrink_slope, signed=True, can_die=True), ["dead", "on"]),
        (Activation("new", "f", "f'", "p", double, double_slope, signed=True), ["z"]),
    ],
)
def test_a_new_row_of_the_table_is_all_an_activation_needs(
    row: Activation, terms: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ACTIVATIONS, "new", row)
    setting = next(setting for setting in NetworkConfig.settings if setting.name == "activation")
    assert "new" in setting.options
    mlp = new_network(NetworkConfig(activation="new", hidden_sizes=(16,)))
    before = mlp.parameters.vector.copy()
    optimizer = Optimizer("sgd", mlp.parameters.vector)
    for _ in TrainingStep(mlp).update_acts(IMAGES, LABELS, np.arange(32), optimizer, TrainingConfig()):
        pass
    assert (mlp.parameters.vector != before).any()
    found = network_statistics(mlp, IMAGES, LABELS)
    layer, words = found.layers[0], said(found)
    assert list(words) == ["a", terms[0], "gradient", *terms[1:]]
    if "limit" in words:
        share = np.mean(np.abs(layer.a.values) > 0.97)
        assert words["limit"].startswith(f"{whole_percent(float(share))} of the outputs are near a limit")
    if "on" in words:
        assert layer.dead == np.count_nonzero((layer.a.values == 0).all(axis=0))
        on = round(float(np.mean(layer.a.values != 0)) * 16)
        assert words["on"] == f"On average {on} of 16 units are on; the others output 0."
    if terms == ["z"]:
        assert layer.dead is None
        assert layer.saturated is None


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "sigmoid", "tanh", "identity"])
@pytest.mark.parametrize("examples", [1, 32])
@pytest.mark.parametrize("scale", [1e-9, 1.0, 100.0])
@pytest.mark.parametrize("loss", ["softmax_cross_entropy", "sigmoid_mse"])
def test_every_sentence_fits_two_lines(activation: str, examples: int, scale: float, loss: str) -> None:
    found = statistics(
        examples,
        activation=activation,
        hidden_sizes=(1024, 1000),
        weight_init="normal",
        weight_init_scale=scale,
        loss=loss,
    )
    for layer in range(3):
        sentences = layer_sentences(found, layer)
        assert 1 <= len(sentences) <= 5
        for term, sentence in sentences:
            assert len(term) <= 8
            assert len(textwrap.wrap(sentence, 34)) <= 2, sentence
            assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("share", "decimals", "text"),
    [
        (0.999, 0, ">99 %"), (0.9951, 0, ">99 %"), (0.001, 0, "<1 %"), (0.9997, 1, ">99.9 %"), (0.0001, 1, "<0.1 %"),
        (1.0, 1, "100.0 %"), (0.0, 1, "0.0 %"), (0.99949, 1, "99.9 %"), (1.0, 0, "100 %"), (0.0005, 1, "0.1 %"),
    ],
)  # fmt: skip
def test_no_rounding_says_all_or_none(share: float, decimals: int, text: str) -> None:
    assert percent(share, decimals) == text


@pytest.mark.parametrize(
    ("share", "text"), [(0.999, ">99%"), (1.0, "100%"), (0.002, "<1%"), (0.0, "0%"), (0.4349, "43%")]
)
def test_a_short_percent_is_exact_at_its_ends_too(share: float, text: str) -> None:
    assert short_percent(share) == text


def test_a_layer_that_is_nearly_dead_is_not_called_dead_as_a_whole() -> None:
    found = statistics(32, hidden_sizes=(1000,))
    layer = replace(found.layers[0], dead=999)
    assert layer.health == "dead >99 %"
    assert replace(layer, dead=1000).health == "dead 100 %"


def test_gradients_that_are_exactly_0_do_not_vanish() -> None:
    """All units are off for every example, so that no weight has a gradient: nothing is smaller than anything else."""
    mlp = new_network(NetworkConfig(hidden_sizes=(16, 16)))
    for bias in mlp.parameters.biases[:-1]:
        assert bias is not None
        bias[...] = -1e6
    words = health(network_statistics(mlp, IMAGES, LABELS))
    assert words == ["dead 100 %", "dead 100 %", "gradient 0"]


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0 %"), (0.004, "<1 %"), (0.4349, "43 %"), (0.9999, ">99 %"), (1, "100 %"), (float("nan"), "–")],
)
def test_0_and_100_percent_mean_exactly_that(share: float, text: str) -> None:
    assert whole_percent(share) == text


@pytest.mark.parametrize(("value", "text"), [(0.0014, "0.0014"), (0.3, "0.30"), (-12.34, "−12.3"), (2e-9, "2.0e−9")])
def test_small_numbers_have_no_power_of_ten_where_they_can_do_without(value: float, text: str) -> None:
    assert in_words(value) == text
