"""The table of the layers, and a layer in words."""

from __future__ import annotations

import textwrap
from dataclasses import replace

import numpy as np
import pytest

from tui_nn.core.config import NetworkConfig
from tui_nn.core.network import MLP
from tui_nn.core.statistics import NetworkStatistics, network_statistics, summarize
from tui_nn.render.layer_rows import Detail, health, layer_rows, row_count
from tui_nn.render.sentences import in_words, layer_sentences, whole_percent

IMAGES = np.random.default_rng(0).integers(0, 256, (32, 784)).astype(np.uint8)
LABELS = np.random.default_rng(1).integers(0, 10, 32).astype(np.uint8)


def statistics(examples: int = 32, broken: int | None = None, **network: object) -> NetworkStatistics:
    mlp = MLP.initialize(NetworkConfig(**network))  # type: ignore[arg-type]
    if broken is not None:
        mlp.parameters.weights[broken][0, 0] = np.nan
    return network_statistics(mlp, IMAGES[:examples], LABELS[:examples])


def test_a_layer_has_a_row_for_what_it_gives_and_one_for_its_gradient() -> None:
    found = statistics()
    rows = layer_rows(found, 0, Detail.SHORT, 26)
    assert [(row.layer, row.head, row.health, row.part) for row in rows] == [
        (None, "input, 784 pixels", "", "x"),
        (0, "layer 0 relu", "ok", "a"),
        (0, "784 × 128 + 128 = 100,480", "", "gradient"),
        (1, "layer 1 softmax", "ok", "a"),
        (1, "128 × 10 + 10 = 1,290", "", "gradient"),
        (None, "101,770 parameters in all", "", ""),
    ]
    a = found.layers[0].a
    assert rows[1].numbers == (
        f"{a.mean:.2f}",
        f"{a.std:.2f}",
        "0",
        f"{a.high:.2f}",
        f"{a.zeros:.0%}".replace("%", " %"),
    )


@pytest.mark.parametrize("layers", [1, 3, 8])
@pytest.mark.parametrize("detail", Detail)
def test_rows_are_as_many_as_counted(layers: int, detail: Detail) -> None:
    found = statistics(hidden_sizes=(5,) * layers)
    rows = layer_rows(found, layers - 1, detail, 26)
    assert len(rows) == row_count(layers + 1, detail)
    named = [row.layer for row in rows if row.is_name]
    assert named == [None, *range(layers + 1)]


def test_with_many_layers_only_the_selected_one_has_its_gradient() -> None:
    rows = layer_rows(statistics(hidden_sizes=(5,) * 8), 3, Detail.SELECTED, 26)
    assert [row.layer for row in rows if row.part == "gradient"] == [3]


@pytest.mark.parametrize("width", [20, 26])
def test_the_largest_network_fits(width: int) -> None:
    """Heads keep to their width where it can be done, numbers to seven characters."""
    found = statistics(hidden_sizes=(4096,), weight_init="normal", weight_init_scale=1e-9)
    for row in layer_rows(found, 0, Detail.FULL, width):
        assert len(row.head) <= width or row.layer is None
        assert all(len(number) <= 7 for number in row.numbers), row


@pytest.mark.parametrize(
    ("values", "numbers"),
    [([-4.3e-12, 4.2e-12], 7), ([np.nan, 1.0], 7), ([np.inf, 1.0], 7), ([-1e30, 1e30], 7), ([-123.456, 0.0], 7)],
)
def test_any_number_fits_its_cell(values: list[float], numbers: int) -> None:
    found = statistics(hidden_sizes=(3,))
    found = replace(found, pixels=summarize(np.array(values)))
    assert max(len(number) for number in layer_rows(found, 0, Detail.SHORT, 26)[0].numbers) <= numbers


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
    assert words["a"] == f"Its 128 units put out {layer.a.mean:.2f} on average over the 32 digits."
    assert words["gradient"] == f"Moving one weight by 1 changes the loss by about {in_words(layer.gradient.rms)}."
    on = round(128 * (1 - layer.a.zeros))
    assert words["on"] == f"About {on} of the 128 units are on for a digit; the rest give 0."


def test_dead_units_are_said_to_be_lost() -> None:
    found = statistics(hidden_sizes=(16,))
    none, some, every = (
        replace(found, layers=(replace(found.layers[0], dead=dead), found.layers[1])) for dead in (0, 3, 16)
    )
    assert said(none)["dead"] == "0 of 16 units give 0 for every digit. Good: all can learn."
    assert said(some)["dead"] == "3 of 16 units give 0 for every digit and can learn no more."
    assert said(every)["dead"] == "All 16 units give 0 for every digit: nothing gets through."


def test_one_example_is_spoken_of_as_one() -> None:
    words = said(statistics(1))
    assert words["a"].endswith("on average for this digit.")
    assert "dead" not in words
    assert "this digit's loss" in words["gradient"]
    assert words["zeros"].endswith("no ink there, or the unit is off.")


def test_the_output_layer_speaks_of_its_answers() -> None:
    found = statistics()
    outputs, z = found.layers[1].a.values, found.layers[1].z
    words = said(found, 1)
    assert (
        words["a"] == f"Its 10 outputs are probabilities. The largest is {outputs.max(axis=1).mean():.2f} on average."
    )
    assert words["z"] == f"Its logits z run from {in_words(z.low)} to {in_words(z.high)}. The largest wins."
    one = statistics(1)
    assert said(one, 1)["a"].endswith(f", for a {one.layers[1].a.values.argmax()}.")
    assert "from 0 to 1" in said(statistics(loss="sigmoid_mse"), 1)["a"]


def test_nothing_to_learn_is_said() -> None:
    assert said(statistics(weight_init="zeros"))["gradient"] == "0 for every weight: nothing can be learned here."


def test_a_broken_layer_says_nothing_else() -> None:
    assert list(said(statistics(broken=0))) == ["NaN"]


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
        assert 1 <= len(sentences) <= 4
        for term, sentence in sentences:
            assert len(term) <= 8
            assert len(textwrap.wrap(sentence, 34)) <= 2, sentence
            assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0 %"), (0.004, "<1 %"), (0.4349, "43 %"), (0.9999, ">99 %"), (1, "100 %"), (float("nan"), "–")],
)
def test_0_and_100_percent_mean_exactly_that(share: float, text: str) -> None:
    assert whole_percent(share) == text


@pytest.mark.parametrize(("value", "text"), [(0.0014, "0.0014"), (0.3, "0.30"), (-12.34, "−12.3"), (2e-9, "2.0e−9")])
def test_small_numbers_have_no_power_of_ten_where_they_can_do_without(value: float, text: str) -> None:
    assert in_words(value) == text
