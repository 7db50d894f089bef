"""The microscope shows one update step by step.

The update itself is ordinary training with pauses. After each step, the run calls `see`, and the microscope copies the
results from the buffers. The update does not depend on the microscope.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from typing import Any

import numpy as np

from tui_nn.config.configs import TrainingConfig
from tui_nn.core.choices.edits import Edits, apply
from tui_nn.core.choices.schedules import scheduled_rate
from tui_nn.core.fast.batch_identity import BatchIdentity
from tui_nn.core.fast.chunks import chunk_rows
from tui_nn.core.fast.evaluation import evaluate
from tui_nn.core.fast.training_step import TrainingStep
from tui_nn.core.network import MLP
from tui_nn.core.parameters import Array, Diverged, Parameters
from tui_nn.core.watch.acts import Act, Made, Phase
from tui_nn.core.watch.update_view import ROWS, LayerGradient, Step, UpdateView, find_failure, layer_of
from tui_nn.session.run.epoch import Epoch
from tui_nn.session.run.train_state import TrainState


class Microscope:
    """An object that keeps a copy of each result of the next update, step by step. A step (`Act`) is, for example, one layer's
    forward pass.
    """

    def __init__(
        self, state: TrainState, epoch: Epoch, *, chunk: int = 0, row: int | None = None, history: bool = False
    ) -> None:
        """Begin before the first step of an update.

        For a large batch, show chunk number `chunk`, a part of the batch. Only a few examples of it are shown, and
        example number `row` of the chunk is always one of them.
        """
        self.state = state
        self._data, self._chosen = epoch.data, epoch.chosen
        self._identity = BatchIdentity(epoch.training.seed, epoch.number, epoch.batch, epoch.batches)
        self._chunk = -1
        rows = chunk_rows(len(self._chosen))
        walked = self._chosen[chunk * rows : (chunk + 1) * rows]
        self._rows = np.arange(min(ROWS, len(walked)))
        if row is not None and row >= len(self._rows):
            self._rows[-1] = row
        shown = walked[self._rows]
        chunks = -(-len(self._chosen) // rows)
        self.view = UpdateView(
            network=state.mlp.config,
            training=epoch.training,
            epoch=epoch.number,
            batch=epoch.batch + 1,
            batches=epoch.batches,
            size=len(self._chosen),
            chunks=chunks,
            chunk=chunk,
            walked=len(walked),
            plan=plan(state, chunks),
            positions=chunk * rows + self._rows,
            indices=shown,
            pixels=self._data.images[shown],
            labels=self._data.labels[shown],
            all_labels=self._data.labels[self._chosen],
            class_names=self._data.class_names,
            before=state.mlp.parameters.copy(),
            moments=state.copy_moments(),
            rate=scheduled_rate(epoch.training, self._identity.position),
            history=history,
        )

    @classmethod
    def recalled(cls, view: UpdateView) -> Microscope:
        """Return a microscope that shows a complete update again. It has no further step to copy."""
        scope = cls.__new__(cls)
        scope.view = view
        return scope

    def see(self, act: Act) -> bool:
        """Copy the results of a step. Return False if it belongs to a chunk of the batch that is not shown."""
        self._chunk += act.made is Made.X
        if act.phase is Phase.UPDATE:
            self._add(step=self._step())
        elif self._chunk == self.view.chunk:
            self._see_walked(act)
        elif self._chunk == self.view.chunks - 1 and act.made is Made.GRADIENT and not act.layer:
            self._add(whole_loss=self._loss(), whole=self._whole_gradients())
        else:
            return False
        return True

    def see_failure(self) -> None:
        """Copy the results of the step that failed, and find the first number that is NaN or infinite."""
        act = self.view.plan[self.view.done]
        if act.made is Made.LOSS:
            self._see_walked(act)
        elif act.made is Made.STEP:
            self._add(step=self._step())
        self.view = replace(self.view, failure=find_failure(self.view))

    def _see_walked(self, act: Act) -> None:
        view, rows = self.view, self._rows
        batch = self.state.training_step.buffers(view.walked).batch
        match act.made:
            case Made.X:
                noise = view.training.noise != "none"
                self._add(noisy=batch.x[rows] if noise else None)
            case Made.Z:
                self._add(z=(*view.z, batch.z[layer_of(act)][rows]))
            case Made.A if batch.masks:
                masks = (*view.masks, batch.masks[layer_of(act)][rows])
                self._add(a=(*view.a, batch.a[layer_of(act)][rows]), masks=masks)
            case Made.A | Made.OUTPUT:
                self._add(a=(*view.a, batch.a[layer_of(act)][rows]))
            case Made.LOSS:
                self._add(losses=batch.losses[rows], loss=self._mean(batch.losses))
            case Made.DELTA:
                self._add(deltas=(*view.deltas, batch.delta[layer_of(act)][rows]))
            case _:
                total = self.state.training_step.gradient.total
                self._add(gradients=(*view.gradients, _layer_gradient(total, layer_of(act))))

    def _add(self, **made: Any) -> None:
        self.view = replace(self.view, done=self.view.done + 1, **made)

    def _mean(self, losses: Array) -> float:
        """Return the mean of these losses, or their sum if the setting `reduction` is "sum"."""
        total = float(losses.sum(dtype=np.float64))
        return total if self.view.training.reduction == "sum" else total / len(losses)

    def _loss(self) -> float:
        # After the last step of the last chunk, the total loss does not contain this chunk yet. So its loss is added here.
        step, view = self.state.training_step, self.view
        last = view.size - (view.chunks - 1) * chunk_rows(view.size)
        total = step.gradient.loss + step.buffers(last).batch.loss
        return total if self.view.training.reduction == "sum" else total / self.view.size

    def _whole_gradients(self) -> tuple[LayerGradient, ...]:
        """Return the gradients of the whole batch.

        After the last step of the last chunk, the total gradient does not contain this chunk yet. So its gradient is
        added here.
        """
        gradient, network = self.state.training_step.gradient, self.view.network
        whole = Parameters(network.sizes, network.use_bias, gradient.total.vector + gradient.part.vector)
        return tuple(_layer_gradient(whole, layer) for layer in range(network.layer_count - 1, -1, -1))

    def _step(self) -> Step:
        state, view = self.state, self.view
        after = state.mlp.parameters.copy()
        with np.errstate(all="ignore"):
            moved = after.vector.astype(np.float64) - view.before.vector
            predicted = float(np.dot(self._gradient_of_loss(), moved))
        losses, outputs = self._answers()
        return Step(
            gradient=state.training_step.gradient.total.copy(),
            after=after,
            moments=state.copy_moments(),
            number=state.optimizer.steps,
            losses=losses[view.positions],
            outputs=outputs[view.positions],
            loss=self._mean(losses),
            predicted=predicted,
        )

    def _gradient_of_loss(self) -> Array:
        """Return the gradient of the displayed loss before the update, as a float64 vector with one number for each
        parameter.

        With label smoothing, the steps show another gradient: that of the loss with smoothed labels, which the
        optimizer receives.
        """
        view, data = self.view, self._data
        if not view.training.label_smoothing:
            return _flat(view.whole or view.gradients)
        before = TrainingStep(MLP(view.network, view.before))
        training = replace(view.training, label_smoothing=0.0)
        try:
            for _ in before.batch_acts(data.images, data.labels, self._chosen, training, self._identity):
                pass
        except Diverged:
            return np.full(view.before.vector.size, np.nan)
        return before.gradient.total.vector.astype(np.float64)

    def _answers(self) -> tuple[Array, Array]:
        """Return the losses (size,) and outputs (size, classes) of the batch after the update, with the same dropout and noise."""
        state, view, data = self.state, self.view, self._data
        if view.noisy is None and not view.masks:
            answers = evaluate(state.mlp, data.images[self._chosen], data.labels[self._chosen])
            return answers.losses, answers.outputs
        with np.errstate(all="ignore"):
            return state.training_step.answers(data.images, data.labels, self._chosen, view.training, self._identity)


def failed_update(
    state: TrainState, epoch: Epoch, changes: dict[int, tuple[TrainingConfig, Edits]]
) -> Generator[None, None, Microscope | None]:
    """Train `epoch` until an update fails, and return the microscope on this update; return None if none fails.

    The generator pauses between batches. `changes` has the hyperparameters and edits that take effect inside the epoch, by the
    number of complete batches.
    """
    while not epoch.done:
        training, edits = changes.get(epoch.batch, (epoch.training, ()))
        epoch.plan(training)
        apply(edits, state.mlp.parameters)
        before = state.mlp.parameters.copy(), state.copy_moments(), state.optimizer.steps
        chunk = -1
        try:
            with np.errstate(all="ignore"):
                for act in epoch.batch_acts(state.training_step, state.optimizer):
                    chunk += act.made is Made.X
        except Diverged:
            rows = chunk_rows(len(epoch.chosen))
            walked = epoch.chosen[chunk * rows : (chunk + 1) * rows]
            wrong = ~np.isfinite(state.training_step.buffers(len(walked)).batch.losses)
            state.put_back(*before)
            scope = Microscope(state, epoch, chunk=chunk if wrong.any() else 0, row=int(wrong.argmax()))
            _watch_failure(scope, epoch)
            return scope
        yield
    return None


def _watch_failure(scope: Microscope, epoch: Epoch) -> None:
    """Do the update that is known to fail, and let the microscope `scope` copy the results of its steps."""
    state = scope.state
    try:
        with np.errstate(all="ignore"):
            for act in epoch.batch_acts(state.training_step, state.optimizer):
                scope.see(act)
    except Diverged:
        with np.errstate(all="ignore"):
            scope.see_failure()


def plan(state: TrainState, chunks: int) -> tuple[Act, ...]:
    """Return all steps of an update in order; a step (`Act`) is, for example, one layer's forward pass.

    If there are several chunks (parts of the batch), list the steps of one chunk, and one step for all others.
    """
    acts = state.training_step.acts
    forward = (act for layer in acts.forward for act in layer)
    backward = (act for layer in reversed(acts.backward) for act in layer)
    rest = Act(Phase.BACKWARD, None, "dW = Σ dW of all chunks", Made.GRADIENT)
    return (
        acts.batch,
        *forward,
        acts.loss,
        *backward,
        *((rest,) if chunks > 1 else ()),
        acts.update[state.optimizer.rule.name],
    )


def _layer_gradient(parameters: Parameters, layer: int) -> LayerGradient:
    bias = parameters.biases[layer]
    return parameters.weights[layer].copy(), None if bias is None else bias.copy()


def _flat(gradients: tuple[LayerGradient, ...]) -> Array:
    """Return all gradients as a float64 vector in the layout of the parameters."""
    arrays = [array.ravel() for layer in reversed(gradients) for array in layer if array is not None]
    return np.concatenate(arrays, dtype=np.float64)
