import pickle
import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.config.setting import ConfigError
from tui_nn.core.fast.evaluation import evaluate
from tui_nn.core.watch.acts import Phase
from tui_nn.data.bundled import load_bundled
from tui_nn.data.dataset import Dataset, Split
from tui_nn.session.run.history import Change
from tui_nn.session.run.session import Session
from tui_nn.session.run.snapshot import Snapshot, State, Status

BUNDLED = load_bundled()
DIGITS = replace(BUNDLED, train=BUNDLED.train.first(150), test=BUNDLED.test.first(60))
"""Small enough for an epoch in a millisecond."""

NETWORK = NetworkConfig(hidden_sizes=(6,))
TRAINING = TrainingConfig(optimizer="momentum", batch_size=40, learning_rate=0.05)
"""Four batches an epoch, the last of 30."""

CHUNKED = replace(TRAINING, batch_size=None)
MANY = Dataset(
    "many", "many", Split(np.tile(DIGITS.train.images, (40, 1)), np.tile(DIGITS.train.labels, 40)), DIGITS.test
)
"""6,000 examples: a full batch of three chunks."""


def make(training: TrainingConfig = TRAINING, network: NetworkConfig = NETWORK, data: Dataset = DIGITS) -> Session:
    return Session(data, network, training)


def same(one: Snapshot, two: Snapshot) -> bool:
    """Whether two snapshots hold the same run, to the bit, however long it took."""
    return (
        one.history == two.history
        and (one.epoch, one.step, one.optimizer_steps) == (two.epoch, two.step, two.optimizer_steps)
        and (one.progress.batch, one.progress.share) == (two.progress.batch, two.progress.share)
        and (one.progress.loss, one.progress.correct) == (two.progress.loss, two.progress.correct)
        and (one.status, one.training, one.network) == (two.status, two.training, two.network)
        and np.array_equal(one.parameters.vector, two.parameters.vector)
        and len(one.moments) == len(two.moments)
        and all(map(np.array_equal, one.moments, two.moments))
        and np.array_equal(one.evaluation.outputs, two.evaluation.outputs, equal_nan=True)
    )


def pieces(session: Session, until: int, count: int) -> None:
    """Train, and leave after `count` pauses."""
    training = session.train(until)
    for _ in range(count):
        if next(training, "done") == "done":
            return


# ---- the same, whichever way


def test_it_begins_with_a_record_of_the_untrained_network() -> None:
    snapshot = make().snapshot()
    mlp = snapshot.mlp
    train = evaluate(mlp, DIGITS.train.images, DIGITS.train.labels)
    test = evaluate(mlp, DIGITS.test.images, DIGITS.test.labels)
    (record,) = snapshot.history.records
    assert (record.epoch, record.train_loss, record.test_loss) == (0, train.loss, test.loss)
    assert record.train_accuracy == np.mean(train.predicted == DIGITS.train.labels)
    assert record.test_accuracy == np.mean(test.predicted == DIGITS.test.labels)
    assert snapshot.status == Status(State.READY)
    assert (snapshot.epoch, snapshot.step, snapshot.batches, snapshot.train_examples) == (0, 0, 4, 150)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_the_same_seed_gives_the_same_run_and_another_another(optimizer: str, dtype: str) -> None:
    training, network = replace(TRAINING, optimizer=optimizer), replace(NETWORK, dtype=dtype)
    one, two, other = (make(replace(training, seed=seed), network) for seed in (3, 3, 4))
    for session in (one, two, other):
        *_, _ = session.run(3)
    assert same(one.snapshot(), two.snapshot())
    assert one.snapshot().parameters.vector.dtype == dtype
    assert one.history != other.history


def test_an_epoch_is_its_batches() -> None:
    by_batch, by_epoch = make(), make()
    for count in range(1, 9):
        snapshot = by_batch.step_batch()
        assert snapshot.step == count
        assert snapshot.progress.batch == count % 4
        assert snapshot.status.state is (State.READY if count % 4 == 0 else State.PAUSED)
    by_epoch.step_epoch()
    assert same(by_epoch.step_epoch(), by_batch.snapshot())


@pytest.mark.parametrize("data", [DIGITS, MANY], ids=["small", "chunks"])
def test_a_batch_is_its_acts(data: Dataset) -> None:
    training = TRAINING if data is DIGITS else CHUNKED
    by_act, by_batch = make(training, data=data), make(training, data=data)
    for _ in range(3):
        before = by_act.snapshot()
        acts = by_act.acts()
        phases = [act.phase for act in acts]
        assert phases.count(Phase.UPDATE) == 1
        assert phases.count(Phase.BATCH) == (1 if data is DIGITS else 6)
        assert by_act.snapshot().step == before.step + 1
        assert same(by_act.snapshot(), by_batch.step_batch())


def test_the_last_act_commits_and_no_act_before_it_does() -> None:
    session = make()
    start = session.snapshot()
    acts = session.acts()
    act = next(acts)
    while act.phase is not Phase.UPDATE:
        assert session.snapshot().step == 0
        assert np.array_equal(session.snapshot().parameters.vector, start.parameters.vector)
        act = next(acts)
    # Nobody asks for more, and the update is done all the same.
    assert same(session.snapshot(), make().step_batch())


@pytest.mark.parametrize("done", range(12))
def test_acts_may_be_left_and_the_batch_finished(done: int) -> None:
    session = make()
    for _, _ in zip(session.acts(), range(done), strict=False):
        pass
    expected = make()
    expected.step_batch()
    snapshot = session.step_batch()
    if done > 9:  # An update of two layers has 11 acts; zip takes one more than it gives.
        expected.step_batch()
    assert same(snapshot, expected.snapshot())


@pytest.mark.parametrize("count", range(14))
def test_pausing_anywhere_and_going_on_equals_not_pausing(count: int) -> None:
    paused, straight = make(), make()
    pieces(paused, 3, count)
    paused.snapshot()
    for session in (paused, straight):
        for _ in session.train(3):
            pass
    assert same(paused.snapshot(), straight.snapshot())


@pytest.mark.parametrize("count", [1, 2, 3])
def test_pausing_inside_a_full_batch_equals_not_pausing(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui_nn.core.fast.training_step.worker_count", lambda: 2)
    paused, straight = make(CHUNKED, data=MANY), make(CHUNKED, data=MANY)
    pieces(paused, 1, count)
    inside = paused.snapshot()
    assert inside.step == 0
    assert inside.progress.share == [0, 2000 / 6000, 4000 / 6000][count - 1]
    assert inside.status.state is (State.PAUSED if count > 1 else State.READY)
    assert same(paused.step_epoch(), straight.step_epoch())


def test_a_run_gives_a_snapshot_an_epoch() -> None:
    session = make()
    assert [snapshot.epoch for snapshot in session.run(3)] == [1, 2, 3]
    assert [record.epoch for record in session.history.records] == [0, 1, 2, 3]


def test_train_numbers_are_those_of_the_batches_before_their_updates() -> None:
    session = make(replace(TRAINING, shuffle=False, batch_size=75))
    losses, right = [], []
    for start in (0, 75):
        images, labels = DIGITS.train.images[start : start + 75], DIGITS.train.labels[start : start + 75]
        answer = evaluate(session.snapshot().mlp, images, labels)
        losses.append(answer.loss)
        right.append(np.mean(answer.predicted == labels))
        session.step_batch()
    record = session.history.records[1]
    assert record.train_loss == pytest.approx(np.mean(losses), rel=1e-6)
    assert record.train_accuracy == pytest.approx(np.mean(right))
    assert record.test_loss == session.snapshot().evaluation.loss


def test_an_epoch_sees_every_example_once_in_a_new_order() -> None:
    session = make(replace(TRAINING, batch_size=1, train_limit=20))
    orders = []
    for _ in range(2):
        order = []
        for _ in range(20):
            for act in session.acts():
                if act.phase is Phase.BATCH:
                    x = session._run.replay.state.training_step.buffers(1).batch.x[0]
                    order.append(np.rint(255 * x).astype(np.uint8).tobytes())
        orders.append(order)
    everyone = {image.tobytes() for image in DIGITS.train.images[:20]}
    assert [set(order) for order in orders] == [everyone, everyone]
    assert orders[0] != orders[1]


# ---- batches and examples


@pytest.mark.parametrize(("batch_size", "batches"), [(None, 1), (1, 150), (40, 4), (150, 1), (151, 1), (1_000_000, 1)])
def test_how_many_batches_there_are(batch_size: int | None, batches: int) -> None:
    snapshot = make(replace(TRAINING, batch_size=batch_size)).step_epoch()
    assert (snapshot.batches, snapshot.step, snapshot.epoch) == (batches, batches, 1)


def test_a_batch_larger_than_the_data_is_a_full_batch() -> None:
    large = make(replace(TRAINING, batch_size=10_000)).step_epoch()
    assert np.array_equal(large.parameters.vector, make(CHUNKED).step_epoch().parameters.vector)


def test_the_train_limit_takes_the_first_examples() -> None:
    limited = make(replace(TRAINING, train_limit=50))
    few = make(data=replace(DIGITS, train=DIGITS.train.first(50)))
    a, b = limited.step_epoch(), few.step_epoch()
    assert np.array_equal(a.parameters.vector, b.parameters.vector)
    assert a.history.records == b.history.records
    assert a.train_examples == 50
    assert make(replace(TRAINING, train_limit=1000)).snapshot().train_examples == 150


def test_it_learns() -> None:
    data = replace(BUNDLED, train=BUNDLED.train.first(1000))
    training = TrainingConfig(optimizer="momentum", batch_size=32, learning_rate=0.1)
    *_, snapshot = make(training, NetworkConfig(hidden_sizes=(32,)), data).run(5)
    assert snapshot.record.test_accuracy > 0.8
    assert snapshot.history.best is not None


# ---- what is given away


def test_a_snapshot_stays_what_it_was() -> None:
    session = make()
    first = session.step_batch()
    arrays = first.parameters.vector, first.moments[0], first.evaluation.outputs, first.evaluation.losses
    before, history = [array.copy() for array in arrays], first.history
    session.step_epoch()
    assert all(map(np.array_equal, arrays, before))
    assert first.history is history
    assert not any(array.flags.writeable for array in arrays)


@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_a_snapshot_survives_a_pickle_read_only(protocol: int) -> None:
    session = make()
    session.step_epoch()
    snapshot = session.step_batch()
    copy = pickle.loads(pickle.dumps(snapshot, protocol))
    assert same(copy, snapshot)
    assert copy.record.seconds == snapshot.record.seconds
    assert not any(array.flags.writeable for array in (copy.parameters.vector, *copy.moments, copy.evaluation.outputs))


def test_without_observing_a_snapshot_is_of_the_last_complete_epoch() -> None:
    session = make()
    end = session.step_epoch()
    pieces(session, 9, 3)
    quick = session.snapshot(observe=False)
    assert quick.parameters is end.parameters
    assert (quick.step, quick.progress.step, quick.progress.batch) == (4, 6, 2)
    # Inside an epoch that was looked at, the parameters would be of neither: it looks again.
    session.snapshot()
    session.step_batch()
    assert session.snapshot(observe=False).step == 7


def test_progress_counts_and_times() -> None:
    session = make()
    assert session.progress.examples_a_second == 0
    snapshot = session.step_batch()
    assert snapshot.progress.share == 40 / 150
    assert snapshot.progress.seconds_a_step > 0
    assert snapshot.progress.examples_a_second == pytest.approx(40 / snapshot.progress.seconds_a_step)
    end = session.step_epoch()
    assert end.progress.share == 0
    assert end.progress.seconds_a_step == pytest.approx(end.record.seconds / 4)
    assert end.progress.examples_a_second == pytest.approx(150 / end.record.seconds)


# ---- changes


def test_a_change_takes_effect_at_the_next_batch_and_is_recorded() -> None:
    changed, plain = make(), make()
    for session in (changed, plain):
        session.step_epoch()
        session.step_batch()
    faster = replace(TRAINING, learning_rate=0.5)
    changed.change(faster)
    before = plain.snapshot()
    # Momentum: v ← 0.9 v + g, w ← w − rate v. The same v, ten times the way.
    slow = plain.step_batch().parameters.vector - before.parameters.vector
    fast = changed.step_batch().parameters.vector - before.parameters.vector
    np.testing.assert_allclose(fast, 10 * slow, rtol=1e-3, atol=1e-6)
    assert changed.history.changes == (Change(2, 1, {"learning_rate": 0.5}),)


@pytest.mark.parametrize(
    ("data", "batch_size", "count", "done"),
    [
        *((DIGITS, 40, count, count - 1) for count in (1, 2, 3, 4)),
        *((MANY, None, count, 0) for count in (1, 2, 3)),  # Three chunks.
        *((MANY, 3000, count, (count - 1) // 2) for count in (1, 2, 3, 4)),  # Two batches of two chunks.
    ],
)
def test_a_change_at_a_pause_holds_for_the_batch_it_is_recorded_at(
    data: Dataset, batch_size: int | None, count: int, done: int
) -> None:
    """A driver pauses when the next batch is chosen already: that batch must not be trained with what was."""
    training = replace(TRAINING, batch_size=batch_size)
    paused, stepped = make(training, data=data), make(training, data=data)
    pieces(paused, 1, count)
    for _ in range(done):
        stepped.step_batch()
    for session in (paused, stepped):
        snapshot = session.change(replace(training, learning_rate=0.2, l2=0.01))
        assert snapshot.progress.share == (batch_size or 0) * done / len(data.train)
        assert snapshot.history.changes == (Change(1, done, {"learning_rate": 0.2, "l2": 0.01}),)
        session.step_epoch()
    assert same(paused.snapshot(), stepped.snapshot())


def test_batch_size_and_order_change_with_the_next_epoch() -> None:
    session = make()
    session.step_batch()
    assert session.change(replace(TRAINING, batch_size=75)).batches == 4
    assert session.step_epoch().step == 4
    assert session.snapshot().batches == 2
    assert session.step_epoch().step == 6


def test_batch_size_changes_at_once_where_no_batch_is_done() -> None:
    paused, fresh = make(), make()
    pieces(paused, 9, 1)
    for session in (paused, fresh):
        assert session.change(replace(TRAINING, batch_size=75)).batches == 2
    assert same(paused.step_epoch(), fresh.step_epoch())


def test_another_optimizer_begins_with_moments_of_zero() -> None:
    session = make()
    session.step_epoch()
    session.step_batch()
    snapshot = session.change(replace(TRAINING, optimizer="adam"))
    assert (snapshot.optimizer_steps, snapshot.step) == (0, 5)
    assert [moment.any() for moment in snapshot.moments] == [False, False]
    after = session.step_batch()
    assert (after.optimizer_steps, after.step) == (1, 6)
    assert after.moments[0].any()


def test_no_change_is_no_record() -> None:
    session = make()
    pieces(session, 1, 3)
    before = session.progress
    session.change(replace(TRAINING))
    assert session.history.changes == ()
    assert session.progress == before


@pytest.mark.parametrize("values", [{"seed": 9}, {"train_limit": 10}, {"generator": "legacy", "learning_rate": 1.0}])
def test_what_takes_a_new_network_is_refused_whole(values: dict[str, Any]) -> None:
    session = make()
    with pytest.raises(ConfigError) as caught:
        session.change(replace(TRAINING, **values))
    assert caught.value.errors[0].field in values
    assert session.training == TRAINING
    assert session.history.changes == ()


# ---- restoring


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("batches", range(6))
def test_a_restored_session_goes_on_to_the_bit(batches: int, optimizer: str) -> None:
    training = replace(TRAINING, optimizer=optimizer)
    session = make(training)
    for _ in range(batches):
        session.step_batch()
    snapshot = session.snapshot()
    other = make(replace(training, seed=77), replace(NETWORK, hidden_sizes=(3, 3)))
    other.step_batch()
    assert same(other.restore(snapshot), snapshot)
    assert same(other.step_batch(), session.step_batch())
    assert same(other.step_epoch(), session.step_epoch())
    assert same(other.step_epoch(), session.step_epoch())


def test_a_running_snapshot_goes_on_from_the_last_complete_epoch() -> None:
    session = make()
    end = session.step_epoch()
    pieces(session, 9, 3)
    running = session.snapshot(status=Status(State.RUNNING), observe=False)
    other = make()
    assert same(other.restore(running), end)
    assert same(other.step_epoch(), session.step_epoch())


def test_a_running_snapshot_of_a_pause_inside_an_epoch_goes_on_from_there() -> None:
    session = make()
    session.step_batch()
    running = session.snapshot(status=Status(State.RUNNING), observe=False)
    other = make()
    assert other.restore(running).progress.batch == 1
    assert same(other.step_epoch(), session.step_epoch())


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("observe", [True, False])
@pytest.mark.parametrize("count", range(9))
def test_any_snapshot_can_be_restored_also_after_a_change(count: int, observe: bool, optimizer: str) -> None:
    session = make()
    pieces(session, 9, count)
    session.change(replace(TRAINING, optimizer=optimizer, learning_rate=0.01))
    snapshot = session.snapshot(status=Status(State.RUNNING), observe=observe)
    other = make()
    restored = other.restore(snapshot)
    (change,) = restored.history.changes
    assert (change.epoch, change.batch) == (restored.epoch + 1, restored.progress.batch)
    assert same(other.step_epoch(), session.step_epoch())


def test_a_restored_epoch_keeps_the_batches_it_began_with() -> None:
    session = make()
    session.step_batch()
    snapshot = session.change(replace(TRAINING, batch_size=75, shuffle=False))
    other = make()
    other.restore(snapshot)
    assert same(other.step_epoch(), session.step_epoch())
    assert same(other.step_epoch(), session.step_epoch())


def test_restart_begins_again_exactly() -> None:
    session = make()
    first = [session.step_epoch() for _ in range(2)][-1]
    session.change(replace(TRAINING, learning_rate=9.0))
    session.step_batch()
    assert same(session.restart(NETWORK, TRAINING), make().snapshot())
    session.step_epoch()
    assert same(session.step_epoch(), first)


# ---- divergence

HOT = replace(TRAINING, optimizer="sgd", learning_rate=1e6)
IDENTITY = NetworkConfig(hidden_sizes=(6, 6), activation="identity")


@pytest.mark.parametrize(
    ("network", "training"),
    [
        (NetworkConfig(hidden_sizes=(6,), activation="leaky_relu"), HOT),
        (IDENTITY, replace(HOT, learning_rate=100.0)),
        (IDENTITY, replace(HOT, learning_rate=100.0, optimizer="momentum")),
        (replace(IDENTITY, dtype="float64"), replace(HOT, batch_size=1)),
        (replace(IDENTITY, loss="sigmoid_mse"), replace(HOT, l2=10.0)),
        (replace(IDENTITY, weight_init="normal", weight_init_scale=100.0, hidden_sizes=8 * (500,)), TRAINING),
    ],
)
def test_divergence_is_a_status_with_a_reason_and_finite_parameters(
    network: NetworkConfig, training: TrainingConfig
) -> None:
    session = make(training, network)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        snapshots = list(session.run(30))
    last = snapshots[-1]
    assert last.status.state is State.DIVERGED
    what, where = last.status.reason.split(": ")
    assert what in ("the loss is not a finite number", "the parameters are no longer finite numbers")
    assert where.startswith(f"epoch {last.epoch + 1}, batch ")
    assert np.isfinite(last.parameters.vector).all()
    assert all(np.isfinite(moment).all() for moment in last.moments)
    assert (last.progress.batch, last.step) == (0, last.progress.step)
    # It stays so, whatever is asked.
    assert same(session.step_epoch(), last)
    assert same(session.step_batch(), last)
    assert list(session.acts()) == []
    assert list(session.run(2)) == []


def test_parameters_that_are_nan_diverge_and_can_be_restarted() -> None:
    session = make()
    good = session.step_epoch()
    session._run.replay.state.mlp.parameters.vector[:] = np.nan
    snapshot = session.step_batch()
    assert snapshot.status == Status(State.DIVERGED, "the loss is not a finite number: epoch 2, batch 1")
    assert np.array_equal(snapshot.parameters.vector, good.parameters.vector)
    session.restart(NETWORK, TRAINING)
    assert same(session.step_epoch(), good)


def test_divergence_inside_an_epoch_goes_back_to_the_last_whole_one() -> None:
    session = make()
    whole = session.step_epoch()
    session.step_batch()
    session._run.replay.state.mlp.parameters.vector[:] = np.inf
    snapshot = session.step_epoch()
    assert snapshot.status.reason.endswith("epoch 2, batch 2")
    assert (snapshot.step, snapshot.progress.step, snapshot.progress.batch) == (4, 4, 0)
    assert np.array_equal(snapshot.parameters.vector, whole.parameters.vector)
    assert np.array_equal(snapshot.moments[0], whole.moments[0])
    assert np.array_equal(snapshot.evaluation.outputs, whole.evaluation.outputs)
    assert np.array_equal(session._run.replay.state.mlp.parameters.vector, whole.parameters.vector)
    other = make()
    assert same(other.restore(snapshot), snapshot)


def test_divergence_after_another_optimizer_inside_an_epoch_goes_back_before_it() -> None:
    session = make()
    whole = session.step_epoch()
    session.step_batch()
    session.change(replace(TRAINING, optimizer="adam"))
    session._run.replay.state.mlp.parameters.vector[:] = np.inf
    snapshot = session.step_epoch()
    assert np.array_equal(snapshot.parameters.vector, whole.parameters.vector)
    assert (snapshot.training.optimizer, len(snapshot.moments)) == ("momentum", 1)
    assert np.array_equal(snapshot.moments[0], whole.moments[0])
    assert same(make().restore(snapshot), snapshot)


def test_after_a_change_while_running_it_can_be_restored_where_it_was_changed() -> None:
    session = make()
    session.step_epoch()
    pieces(session, 2, 3)
    faster = replace(TRAINING, learning_rate=0.1)
    other = make()
    assert other.restore(session.change(faster, observe=False)).progress.batch == 2
    assert same(other.step_epoch(), session.step_epoch())


def test_what_is_saved_is_of_now_and_answers_no_digit() -> None:
    session = make()
    whole = session.step_epoch()
    pieces(session, 2, 3)
    saved = session.snapshot_to_save()
    assert saved.evaluation is whole.evaluation
    assert same(make().restore(saved), session.snapshot())


def test_the_seconds_of_an_epoch_go_on_where_it_is_restored() -> None:
    session = make()
    session.step_batch()
    snapshot = session.step_batch()
    assert snapshot.progress.seconds > 0
    slow = replace(snapshot, progress=replace(snapshot.progress, seconds=100.0))
    other = make()
    other.restore(slow)
    assert other.progress.seconds_a_step == snapshot.progress.seconds_a_step
    assert 33 < other.step_batch().progress.seconds_a_step < 34
    assert other.step_epoch().record.seconds > 100


# ---- any order of commands


class AnyCommands(RuleBasedStateMachine):
    """A session told all sorts of things beside one that is only told to train, and compared in the end."""

    def __init__(self) -> None:
        super().__init__()
        self.session = make(replace(TRAINING, train_limit=90))
        self.straight = make(replace(TRAINING, train_limit=90))
        self.kept = self.session.snapshot()

    @rule()
    def epoch(self) -> None:
        before = self.session.epoch
        assert self.session.step_epoch().epoch == before + 1

    @rule()
    def batch(self) -> None:
        before = self.session.progress.step
        assert self.session.step_batch().step == before + 1

    @rule(count=st.integers(0, 5))
    def some_pieces(self, count: int) -> None:
        pieces(self.session, self.session.epoch + 2, count)

    @rule(count=st.integers(0, 11))
    def some_acts(self, count: int) -> None:
        acts = self.session.acts()
        for _ in range(count):
            next(acts, None)

    @rule(observe=st.booleans())
    def look(self, observe: bool) -> None:
        self.kept = self.session.snapshot(observe=observe)

    @rule()
    def restore(self) -> None:
        self.session.restore(self.kept)

    @rule()
    def move_to_another_session(self) -> None:
        snapshot = self.session.snapshot()
        self.session = make(TRAINING)
        self.session.restore(snapshot)

    @precondition(lambda self: self.session.epoch > 0)
    @rule()
    def restart(self) -> None:
        self.session.restart(NETWORK, replace(TRAINING, train_limit=90))
        self.kept = self.session.snapshot()

    @invariant()
    def is_sound(self) -> None:
        session = self.session
        assert len(session.history.records) == session.epoch + 1
        assert [record.epoch for record in session.history.records] == list(range(session.epoch + 1))
        assert session.progress.step == 3 * session.epoch + session.batch
        assert 0 <= session.batch < 3
        assert 0 <= session.progress.share <= 1
        quick = session.snapshot(observe=False)
        assert quick.step in (session.progress.step, 3 * session.epoch)
        assert np.isfinite(quick.parameters.vector).all()
        assert quick.optimizer_steps == quick.step

    def teardown(self) -> None:
        end = self.session.epoch + 1
        for session in (self.session, self.straight):
            for _ in session.train(end):
                pass
        assert same(self.session.snapshot(), self.straight.snapshot())


TestAnyCommands = AnyCommands.TestCase
TestAnyCommands.settings = settings(
    max_examples=40, stateful_step_count=15, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
