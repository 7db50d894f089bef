"""Explanations of the steps of an update, which the microscope shows."""

from __future__ import annotations

from dataclasses import replace

from tui_nn.core.parameters import Parameters
from tui_nn.core.watch.acts import Made
from tui_nn.core.watch.update_view import UpdateView
from tui_nn.render.acts import ChosenPath, act_name, scene_of
from tui_nn.render.acts.scene import Ink, Signed, Units, level_name
from tui_nn.session.questions.explaining.explanation import Explanation, exact

_TERMS = {
    Made.X: "batch",
    Made.Z: "z",
    Made.A: "activation",
    Made.OUTPUT: "output",
    Made.LOSS: "loss",
    Made.DELTA: "delta",
    Made.GRADIENT: "gradient",
    Made.STEP: "update",
}
"""The term of the glossary for the result of each kind of step."""


def step(view: UpdateView, at: int, path: ChosenPath, start: Parameters | None) -> Explanation:
    """Explain step `at` of an update, counted from 0, with the numbers along the path that a person follows through the network."""
    act, scene = view.plan[at], scene_of(view, at, path, start)
    name = f"step {at + 1} of {len(view.plan)}: {act_name(view, act)}"
    return Explanation(name, "", _TERMS[act.made], f"{act.formula}; {scene.numbers[0]}", scene.sentence[0])


def numbers(view: UpdateView, at: int, path: ChosenPath, start: Parameters | None) -> Explanation:
    """Explain the number under the cursor of the microscope."""
    act, scene = view.plan[at], scene_of(view, at, path, start)
    left, _, result = scene.numbers[0].partition(" = ")
    about = scene.cell[0] if scene.cell else scene.sentence[0]
    return Explanation(left, result.rpartition(" = ")[2] or result, _TERMS[act.made], scene.numbers[0], about)


def cell(view: UpdateView, at: int, path: ChosenPath, start: Parameters | None, place: int, index: int) -> Explanation:
    """Explain one cell of a picture of a step.

    `place` is the number of the picture, from 0, and `index` is the number of the cell.
    """
    scene = scene_of(view, at, path, start)
    slot, act = scene.slots[place], view.plan[at]
    assert isinstance(slot.picture, Ink | Signed | Units)
    # Pictures other than grids of units show pixels, the first level of the path.
    level = 0 if not isinstance(slot.picture, Units) else scene.turns if place == 2 else scene.moves
    where = f"cell {index}"
    if place == 2 and act.made is Made.GRADIENT:
        path, where = replace(path, row=index), f"example {int(view.positions[index])}"
    elif level is not None:
        path, where = path.at(level, index), level_name(view, level, index)
    value = exact(slot.picture.values[index])
    found = numbers(view, at, path, start)
    caption = slot.caption.lstrip("→Σ·+ ")
    return Explanation(f"{caption}: {where}", value, found.term, found.formula, found.about)
