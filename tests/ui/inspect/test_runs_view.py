"""Two runs of different depth side by side in Inspect."""

from __future__ import annotations

from piloting import drawn, press, rows, text

from tests.ui.conftest import OpenApp
from tui_nn.ui.inspect.runs import LayersOfRunsView


async def test_two_runs_of_different_depth_stand_side_by_side(open_app: OpenApp) -> None:
    async with open_app(hidden_sizes=(8,), activation="relu", train_limit=200, epochs=1) as pilot:
        await press(pilot, "3", "C")
        assert "There is only one run." in text(pilot)
        await press(pilot, "r", "A", *"hidden sizes 9 7 6", "enter")
        await drawn(pilot)
        shown = [row for row in rows(pilot) if row.strip().startswith(("A 8", "layer ", "output"))]
        assert "A 8 relu, epoch 1" in shown[0]
        assert "B 9-7-6 relu, epoch 1" in shown[0]
        names = [" ".join(row.split()[:2]) for row in shown[1:]]
        assert names[:3] == ["layer 0", "layer 1", "layer 2"]
        assert [row.count("±") for row in shown[1:]] == [2, 1, 1, 2]
        assert "hidden sizes A 8, B 9,7,6" in text(pilot)
        view = pilot.app.screen.query_one(LayersOfRunsView)
        assert view.has_focus
        # A third run: the arrows choose which of the two others stands beside the live one.
        await press(pilot, "A", *"hidden sizes 5", "enter")
        await drawn(pilot)
        assert "B 9-7-6" in text(pilot)
        assert "C 5 relu" in text(pilot)
        await press(pilot, "up")
        assert "A 8 relu" in text(pilot)
        assert "B 9-7-6" not in text(pilot)
