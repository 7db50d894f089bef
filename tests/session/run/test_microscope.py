"""The microscope: an update done act by act is the update, and what is seen of it is what was computed."""

import pickle
import warnings
from dataclasses import replace

import numpy as np
import pytest

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.activations import ACTIVATIONS
from tui_nn.core.fast.evaluation import evaluate
from tui_nn.core.losses import LOSSES
from tui_nn.core.optimizers import OPTIMIZERS
from tui_nn.core.watch.acts import Made
from tui_nn.core.watch.update_view import ROWS, UpdateView, changed, with_changes
from tui_nn.data.bundled import load_bundled
from tui_nn.data.dataset import Dataset, Split
from tui_nn.session.run.session import Session
from tui_nn.session.run.snapshot import State

BUNDLED = load_bundled()
DIGITS = replace(BUNDLED, train=BUNDLED.train.first(150), test=BUNDLED.test.first(40))
TRAIN = DIGITS.train
MANY = Dataset("many", "many", Split(np.tile(TRAIN.images, (40, 1)), np.tile(TRAIN.labels, 40)), DIGITS.test)
"""6,000 examples: a full batch of six chunks."""

NETWORK = NetworkConfig(hidden_sizes=(6, 5))
TRAINING = TrainingConfig(batch_size=40, learning_rate=0.05)
CHUNKED = replace(TRAINING, batch_size=None)


def make(training: TrainingConfig = TRAINING, network: NetworkConfig = NETWORK, data: Dataset = DIGITS) -> Session:
    return Session(data, network, training)


def act(session: Session) -> UpdateView:
    for _ in session.train_act():
        pass
    view = session.snapshot(observe=False).update
    assert view is not None
    return view


def all_acts(session: Session) -> list[UpdateView]:
    """Every view of the next update."""
    views = [act(session)]
    while not views[-1].complete:
        views.append(act(session))
    return views


def parameters(session: Session) -> np.ndarray:
    return session.snapshot().parameters.vector


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("loss", LOSSES)
def test_an_epoch_by_acts_is_an_epoch_bit_for_bit(optimizer: str, activation: str, loss: str) -> None:
    network = replace(NETWORK, activation=activation, loss=loss, use_bias=optimizer != "momentum")
    training = replace(TRAINING, optimizer=optimizer, l2=0.01, reduction="sum" if loss == "sigmoid_mse" else "mean")
    by_act, straight = make(training, network), make(training, network)
    while by_act.epoch < 1:
        all_acts(by_act)
    straight.step_epoch()
    assert np.array_equal(parameters(by_act), parameters(straight))
    assert by_act.history == straight.history
    assert by_act.snapshot().optimizer_steps == straight.snapshot().optimizer_steps


DISTURBED = [
    {"dropout": 0.3, "clip_norm": 0.1, "l1": 0.001},
    {"noise": "rotation", "label_smoothing": 0.1, "schedule": "cosine"},
    {"noise": "gaussian", "dropout": 0.2, "batch_size": None},
]


@pytest.mark.parametrize("values", DISTURBED, ids=["dropout", "noise", "chunks"])
def test_what_disturbs_training_is_the_same_by_acts(values: dict[str, object]) -> None:
    """Dropout and noise go by the place of a batch: looking at it draws nothing."""
    training = replace(TRAINING, optimizer="adam", **values)  # type: ignore[arg-type]
    data = MANY if training.batch_size is None else DIGITS
    network = replace(NETWORK, activation="tanh")
    by_act, straight = make(training, network, data), make(training, network, data)
    while by_act.epoch < 1:
        *_, last = all_acts(by_act)
    straight.step_epoch()
    assert np.array_equal(parameters(by_act), parameters(straight))
    assert by_act.history == straight.history
    layer_input = last.layer_input(1)
    np.testing.assert_allclose(
        last.z[1], layer_input @ last.before.weights[1] + last.before.biases[1], rtol=1e-4, atol=1e-5
    )
    if training.dropout:
        assert 0.1 < (layer_input == 0).mean() < 0.5


def test_a_full_batch_is_walked_by_its_first_chunk_and_the_rest_is_one_act() -> None:
    by_act, straight = make(CHUNKED, data=MANY), make(CHUNKED, data=MANY)
    *_, first_chunk, rest, last = all_acts(by_act)
    straight.step_epoch()
    assert np.array_equal(parameters(by_act), parameters(straight))
    assert (rest.chunks, rest.walked, rest.rows, rest.size) == (6, 1000, ROWS, 6000)
    assert last.step is not None
    used = last.step.gradient.weights[0]
    assert not np.array_equal(first_chunk.gradient(0)[0], used)
    assert np.array_equal(rest.gradient(0, whole=True)[0], used)
    record = straight.history.records[1]
    assert rest.whole_loss == record.train_loss


@pytest.mark.parametrize("hidden_sizes", [(), (6,), (6, 5, 4)])
def test_what_is_seen_is_what_the_formulas_say(hidden_sizes: tuple[int, ...]) -> None:
    """Every array of a view, computed again from the weights before."""
    if not hidden_sizes:
        try:
            network = replace(NETWORK, hidden_sizes=())
        except ValueError:
            pytest.skip("a network has a hidden layer")
    network = replace(NETWORK, hidden_sizes=hidden_sizes, activation="tanh", dtype="float64")
    session = make(TRAINING, network)
    act(session)
    session.drop_update()
    views = all_acts(session)
    assert [view.done for view in views] == list(range(1, 4 * network.layer_count + 4))
    view = views[-1]
    x = view.pixels / 255.0
    below, layers = x, range(network.layer_count)
    for layer in layers:
        z = below @ view.before.weights[layer] + view.before.biases[layer]
        np.testing.assert_allclose(view.z[layer], z, rtol=1e-10)
        below = np.tanh(z) if layer < network.layer_count - 1 else np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
        np.testing.assert_allclose(view.a[layer], below, rtol=1e-10)
    truth = np.eye(10)[view.labels]
    np.testing.assert_allclose(view.losses, -np.log((below * truth).sum(axis=1)), rtol=1e-10)
    assert view.loss == pytest.approx(view.losses.mean())
    delta = (below - truth) / 40
    assert view.step is not None
    for layer in reversed(layers):
        np.testing.assert_allclose(view.delta(layer), delta, rtol=1e-9, atol=1e-18)
        under = view.a[layer - 1] if layer else x
        weight, bias = view.gradient(layer)
        np.testing.assert_allclose(weight, under.T @ delta, rtol=1e-9, atol=1e-16)
        np.testing.assert_allclose(bias, delta.sum(axis=0), rtol=1e-9, atol=1e-16)
        after = view.before.weights[layer] - 0.05 * weight
        np.testing.assert_allclose(view.step.after.weights[layer], after, rtol=1e-10, atol=1e-16)
        delta = delta @ view.before.weights[layer].T * (1 - under**2)


def test_what_the_step_was_worth_is_told_beside_what_it_should_have_been() -> None:
    session = make(replace(TRAINING, learning_rate=1e-4, l2=0.3), replace(NETWORK, dtype="float64"))
    view = all_acts(session)[-1]
    assert view.step is not None
    batch = TRAIN.images[view.indices], TRAIN.labels[view.indices]
    assert view.step.loss == pytest.approx(evaluate(session.snapshot().mlp, *batch).loss, rel=1e-12)
    # A small step: what was measured is what was predicted, to first order.
    assert view.step.loss - view.loss == pytest.approx(view.step.predicted, rel=0.01)
    plain = all_acts(make(replace(TRAINING, learning_rate=1e-4)))[-1]
    assert plain.step is not None
    square = float(np.square(plain.step.gradient.vector, dtype=np.float64).sum())
    assert plain.step.predicted == pytest.approx(-1e-4 * square, rel=1e-3)


@pytest.mark.parametrize("reduction", ["mean", "sum"])
@pytest.mark.parametrize("size", [40, 150, 300, 6000])
@pytest.mark.parametrize(
    "values",
    [
        {"dropout": 0.5},
        {"noise": "gaussian", "noise_std": 0.3},
        {"noise": "shift", "dropout": 0.2},
        {"label_smoothing": 0.3},
        {"label_smoothing": 0.3, "dropout": 0.5, "l2": 0.1, "clip_norm": 0.1},
    ],
)
def test_the_loss_after_a_step_is_measured_as_the_loss_before_it(
    values: dict[str, object], size: int, reduction: str
) -> None:
    """A short step changes the loss by what its own gradient says, in every size and with all that disturbs a batch."""
    training = replace(TRAINING, learning_rate=1e-7, batch_size=size, reduction=reduction, **values)  # type: ignore[arg-type]
    if reduction == "sum":
        training = replace(training, learning_rate=1e-7 / size)
    session = make(training, replace(NETWORK, dtype="float64"), DIGITS if size <= 150 else MANY)
    view = all_acts(session)[-1]
    assert view.step is not None
    assert view.size == size
    change = view.step.loss - view.batch_loss
    assert change < 0
    assert change == pytest.approx(view.step.predicted, rel=2e-3)
    if not view.masks and view.noisy is None:
        shown = evaluate(session.snapshot().mlp, TRAIN.images[view.indices % 150], view.labels)
        np.testing.assert_allclose(view.step.losses, shown.losses, rtol=1e-12)
    else:
        # The examples that are shown moved as little as the batch did: they had the same masks and the same noise.
        assert view.losses is not None
        np.testing.assert_allclose(view.step.losses, view.losses, atol=1e-4)
        np.testing.assert_allclose(view.step.outputs, view.a[-1], atol=1e-4)


@pytest.mark.parametrize("done", [1, 4, 14])
@pytest.mark.parametrize("before", [0, 2])
def test_a_dropped_update_leaves_nothing_changed(done: int, before: int) -> None:
    session, untouched = make(replace(TRAINING, optimizer="adam")), make(replace(TRAINING, optimizer="adam"))
    for _ in range(before):
        session.step_batch()
        untouched.step_batch()
    for _ in range(done):
        act(session)
    assert session.standing.state is State.INSIDE
    assert session.drop_update().update is None
    for one in (session, untouched):
        assert one.standing.state is (State.PAUSED if before else State.READY)
    assert np.array_equal(parameters(session), parameters(untouched))
    assert session.progress.step == untouched.progress.step
    session.step_epoch()
    untouched.step_epoch()
    assert np.array_equal(parameters(session), parameters(untouched))
    assert session.history == untouched.history


@pytest.mark.parametrize("pauses", [1, 2])
def test_a_batch_that_was_begun_begins_again_under_the_microscope(pauses: int) -> None:
    session, straight = make(CHUNKED, data=MANY), make(CHUNKED, data=MANY)
    training = session.train(1)
    for _ in range(pauses):
        next(training)
    assert all_acts(session)[0].done == 1
    straight.step_epoch()
    assert session.history == straight.history
    assert np.array_equal(parameters(session), parameters(straight))


def test_an_update_can_be_finished_and_the_next_thing_trained_takes_it_away() -> None:
    session = make()
    act(session)
    for _ in session.finish_update():
        pass
    finished = session.snapshot()
    assert finished.update is not None
    assert finished.update.complete
    assert finished.step == 1
    assert session.step_batch().update is None
    act(session)
    assert session.step_batch().step == 3  # It finishes what was begun.


def test_a_view_is_sent_by_what_changed() -> None:
    """Every act over a pipe, each time what the other side has not got."""
    views = all_acts(make())
    there: UpdateView | None = None
    sizes = []
    for before, view in zip([None, *views], views, strict=False):
        sent = pickle.dumps(changed(before, view))
        sizes.append(len(sent))
        there = with_changes(there, pickle.loads(sent))
    last = views[-1]
    assert there is not None
    assert there.step is not None
    assert last.step is not None
    assert np.array_equal(there.step.after.vector, last.step.after.vector)
    assert np.array_equal(there.gradient(0)[0], last.gradient(0)[0])
    assert not there.z[0].flags.writeable
    assert sizes[1] < sizes[0] / 2  # A z, and not the pixels and weights again.


DIVERGING = [
    (NetworkConfig(hidden_sizes=(6,), activation="identity"), replace(TRAINING, learning_rate=1e4)),
    (replace(NETWORK, loss="sigmoid_mse", activation="sigmoid"), replace(TRAINING, learning_rate=1e4, l2=1.0)),
    (NetworkConfig(hidden_sizes=(6,), activation="identity"), replace(CHUNKED, learning_rate=1e6)),
]


@pytest.mark.parametrize(("network", "training"), DIVERGING, ids=["loss", "parameters", "full"])
def test_the_update_that_failed_is_found_with_the_first_number_that_is_not_finite(
    network: NetworkConfig, training: TrainingConfig
) -> None:
    session = make(training, network, MANY if training.batch_size is None else DIGITS)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in session.run(60):
            pass
        assert session.status.state is State.DIVERGED
        before = parameters(session)
        view = act(session)
    assert f"epoch {view.epoch}, batch {view.batch}" in session.status.reason
    assert view.failure is not None
    made = view.plan[view.failure.act]
    # All acts before it made finite numbers, and this cell is one that is not.
    finite = [np.isfinite(array).all() for array in (*view.z, *view.a, *view.deltas)]
    assert (made.made, made.layer) == (Made.Z, 0) or finite[0]
    if made.made is Made.Z:
        assert not np.isfinite(view.z[made.layer or 0][view.failure.place])
        assert all(np.isfinite(z).all() for z in view.z[: made.layer])
    assert np.array_equal(parameters(session), before)
    # Another act does nothing more, and it stays diverged.
    assert act(session) is view
    assert session.drop_update().status.state is State.DIVERGED
