"""Heat maps as text."""

import math

from tui_nn.render.cells import cells_of
from tui_nn.render.heat_map import heat_map


def test_a_heat_map_has_shades_numbers_and_a_mark():
    assert heat_map(["0.1", "1"], ["16", "full"], [[0.5, 0.93], [0.1, math.nan]]) == [
        "     16          full",
        "0.1  ▒▒ 50.0 %   ██ 93.0 %*",
        "1    ░░ 10.0 %      –",
    ]


def test_equal_shares_are_all_the_highest():
    assert heat_map(["a"], ["b", "c"], [[0.5, 0.5]])[1] == "a  ██ 50.0 %*  ██ 50.0 %*"
    assert heat_map(["a"], ["b"], [[math.nan]])[1] == "a     –"


def test_columns_that_do_not_fit_follow_below():
    lines = heat_map(["row"], [str(number) for number in range(14)], [[number / 20 for number in range(14)]])
    assert [line.split()[0] for line in lines if line] == ["0", "row", "6", "row", "12", "row"]
    assert max(map(cells_of, lines)) <= 80
