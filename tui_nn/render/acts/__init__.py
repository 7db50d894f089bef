"""Texts and pictures that explain each step of an update. Together they are called the scene of the step."""

from __future__ import annotations

from collections.abc import Callable

from tui_nn.core.parameters import Parameters
from tui_nn.core.watch.acts import Act, Made
from tui_nn.core.watch.update_view import UpdateView
from tui_nn.render.acts.backward import delta_scene, gradient_scene, output_delta_scene, rest_scene
from tui_nn.render.acts.forward import a_scene, batch_scene, loss_scene, output_scene, z_scene
from tui_nn.render.acts.scene import ChosenPath, Scene, act_name
from tui_nn.render.acts.update import update_scene

__all__ = ["ChosenPath", "Scene", "act_name", "scene_of"]

SCENES: dict[Made, Callable[[UpdateView, Act, ChosenPath], Scene]] = {
    Made.X: batch_scene,
    Made.Z: z_scene,
    Made.A: a_scene,
    Made.OUTPUT: output_scene,
    Made.LOSS: loss_scene,
    Made.DELTA: lambda view, act, path: (
        output_delta_scene if act.layer == view.network.layer_count - 1 else delta_scene
    )(view, act, path),
    Made.GRADIENT: lambda view, act, path: (rest_scene if act.layer is None else gradient_scene)(view, act, path),
}
"""The function that makes the scene (texts and pictures) of each kind of step. The last step has a function of its own."""


def scene_of(view: UpdateView, number: int, path: ChosenPath, start: Parameters | None = None) -> Scene:
    """Return the scene (texts and pictures) of step `number` of an update, from 0. The step must be complete.

    Args:
        view: the update.
        number: the step.
        path: the example, and the path through the network, that the learner follows.
        start: the start weights of the run. The last step shows how the weights have changed since then.
    """
    act = view.plan[number]
    if act.made is Made.STEP:
        return update_scene(view, act, path, start)
    return SCENES[act.made](view, act, path)
