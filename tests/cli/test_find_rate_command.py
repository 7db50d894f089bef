"""`tui-nn find-rate`: the plot, the sentences and the JSON events."""

import pytest

from tui_nn.render.cells import cells_of
from tui_nn.render.rate_plot import rate_plot


def test_text_is_a_plot_and_the_rate_to_take(tui_nn):
    said = tui_nn("find-rate", "--train-limit", "500")
    assert (said.code, said.err) == (0, "")
    assert said.lines[0] == "smoothed loss at each learning rate"
    assert said.lines[12].split()[:5] == ["1e-5", "0.0001", "0.001", "0.01", "0.1"]
    assert said.lines[-1].startswith("The loss falls fastest at 0.0")
    assert max(map(cells_of, said.lines[:13])) <= 80


def test_json_gives_the_curve_and_the_same_rate(tui_nn):
    said = tui_nn("find-rate", "--train-limit", "500", "--json")
    *rates, end = said.events
    assert {event["event"] for event in rates} == {"rate"}
    assert [event["rate"] for event in rates] == sorted(event["rate"] for event in rates)
    assert end["steepest"] < end["suggested"] < end["lowest"]
    assert tui_nn("find-rate", "--train-limit", "500").lines[-1].endswith(f": {end['suggested']}.")


def test_a_saved_run_is_taken_as_it_is(tui_nn, saved):
    first, *_ = tui_nn("find-rate", saved, "--json").events
    fresh, *_ = tui_nn("find-rate", "--json").events
    assert first["loss"] < fresh["loss"]
    said = tui_nn("find-rate", saved, "--batch-size", "5")
    assert (said.code, said.out) == (2, "")


def test_a_network_that_cannot_learn_shows_no_rate(tui_nn):
    said = tui_nn("find-rate", "--train-limit", "500", "--weight-init", "zeros")
    assert said.code == 1
    assert said.lines[-1].endswith("so this trial shows no good rate.")
    assert "▴" not in said.out


def test_flags_without_effect_do_not_exist(tui_nn):
    said = tui_nn("find-rate", "--learning-rate", "1")
    assert said.code == 2
    assert "there is no option --learning-rate" in said.err


@pytest.mark.parametrize("mark", [0, 7])
def test_the_mark_stands_below_its_bar(mark):
    lines = rate_plot([4.0, 4.0, 4.0, 4.0, 2.0, 2.0, 2.0, 2.0], mark, each=2, decade=4, lowest=-1)
    assert lines[0] == " 4.000  ██"
    assert lines[5] == " 2.000  ████"
    assert lines[-2].index("▴") == 8 + mark // 2
