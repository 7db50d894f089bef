"""The init card: numbers of the start weights, and a verdict on each."""

from __future__ import annotations

import math
import textwrap
from dataclasses import replace

import numpy as np
import pytest

from tui_nn.analysis.statistics import network_statistics
from tui_nn.config.configs import NetworkConfig
from tui_nn.core.choices.initializers import new_network
from tui_nn.core.fast.evaluation import evaluate
from tui_nn.data.bundled import load_bundled
from tui_nn.render.init_card import StartFacts, init_sentences
from tui_nn.render.numbers import compact

TEST = load_bundled().test.first(128)


def beginning(rate: float = 0.1, **network: object) -> StartFacts:
    mlp = new_network(NetworkConfig(**network))  # type: ignore[arg-type]
    found = network_statistics(mlp, TEST.images, TEST.labels, lambda gradient: -rate * gradient.vector)
    loss = evaluate(mlp, TEST.images, TEST.labels).loss
    return StartFacts(found, loss, math.log(10), 10, probabilities=True)


def test_a_good_start_is_fine_in_every_respect() -> None:
    start = beginning()
    said = dict(init_sentences(start))
    assert list(said) == ["loss", "spread", "gradient", "units", "step", "expect"]
    assert "ln 10 = 2.303" in said["loss"]
    assert f"this network has a loss of {start.loss:.3f}: fine." in said["loss"]
    for layer in start.statistics.layers:
        assert compact(float(np.std(layer.z.values, dtype=np.float64))) in said["spread"]
        assert compact(layer.gradient.rms) in said["gradient"]
    assert said["spread"].endswith("even.")
    for term in ("gradient", "units", "step"):
        assert said[term].endswith(": fine.")


@pytest.mark.parametrize(
    ("settings", "term", "verdict"),
    [
        ({"weight_init": "normal", "weight_init_scale": 1.0}, "loss", "confident and wrong."),
        ({"weight_init": "zeros"}, "spread", "all examples look alike."),
        ({"weight_init": "normal", "weight_init_scale": 1.0}, "spread", "which makes extreme outputs."),
        ({"hidden_sizes": (32,) * 5, "activation": "sigmoid", "weight_init": "xavier_normal"}, "gradient", "gradient vanishes."),
        ({"activation": "tanh", "weight_init": "normal", "weight_init_scale": 1.0}, "units", "learn little or nothing."),
        ({"rate": 30.0}, "step", "too far."),
        ({"rate": 1e-6}, "step", "too little."),
        ({"hidden_sizes": ()}, "gradient", "."),
    ],
)  # fmt: skip
def test_a_bad_start_is_told_where_it_is_bad(settings: dict[str, object], term: str, verdict: str) -> None:
    assert dict(init_sentences(beginning(**settings)))[term].endswith(verdict)  # type: ignore[arg-type]


def test_what_to_expect_is_trouble_or_learning_or_what_has_come() -> None:
    start = beginning()
    assert "should fall from" in dict(init_sentences(start))["expect"]
    assert "dead units" in dict(init_sentences(replace(start, wrong="dead units")))["expect"]
    assert "to 0.250" in dict(init_sentences(replace(start, now=0.25)))["expect"]


@pytest.mark.parametrize("hidden", [(), (16,), (16,) * 8])
def test_every_sentence_fits_three_lines(hidden: tuple[int, ...]) -> None:
    for scale in (1e-30, 1.0, 1e30):
        with np.errstate(all="ignore"):
            start = beginning(hidden_sizes=hidden, weight_init="normal", weight_init_scale=min(scale, 100.0))
        for term, sentence in init_sentences(start):
            assert len(term) <= 8
            assert len(textwrap.wrap(sentence, 63)) <= 3, sentence
