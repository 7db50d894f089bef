"""The acts of an update as scenes: what each shows, with the real numbers in it. One row of a table for each kind of act."""

from __future__ import annotations

from collections.abc import Callable

from tui_nn.core.parameters import Parameters
from tui_nn.core.watch.acts import Act, Made
from tui_nn.core.watch.update_view import UpdateView
from tui_nn.render.acts.backward import delta_scene, gradient_scene, output_delta_scene, rest_scene
from tui_nn.render.acts.forward import a_scene, batch_scene, loss_scene, output_scene, z_scene
from tui_nn.render.acts.scene import Place, Scene, act_name
from tui_nn.render.acts.update import update_scene

__all__ = ["Place", "Scene", "act_name", "scene_of"]

SCENES: dict[Made, Callable[[UpdateView, Act, Place], Scene]] = {
    Made.X: batch_scene,
    Made.Z: z_scene,
    Made.A: a_scene,
    Made.OUTPUT: output_scene,
    Made.LOSS: loss_scene,
    Made.DELTA: lambda view, act, place: (
        output_delta_scene if act.layer == view.network.layer_count - 1 else delta_scene
    )(view, act, place),
    Made.GRADIENT: lambda view, act, place: (rest_scene if act.layer is None else gradient_scene)(view, act, place),
}
"""What each kind of act shows, but for the last."""


def scene_of(view: UpdateView, number: int, place: Place, start: Parameters | None = None) -> Scene:
    """Act `number` (from 0) of an update, which is done, at a place within it; `start` are the start weights."""
    act = view.plan[number]
    if act.made is Made.STEP:
        return update_scene(view, act, place, start)
    return SCENES[act.made](view, act, place)
