"""Back to any place of a run, and on from it: the same again, or, where something is changed, another branch."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.choices.edits import BIAS, OFF, WEIGHT, Edit
from tui_nn.data.bundled import load_bundled
from tui_nn.presets import load_preset
from tui_nn.session.file.runs import load_run, read_run, save_run
from tui_nn.session.run.session import Session
from tui_nn.session.run.snapshot import Snapshot, State
from tui_nn.session.run.timeline import BUDGET

BUNDLED = load_bundled()
DIGITS = replace(BUNDLED, train=BUNDLED.train.first(150), test=BUNDLED.test.first(60))
NETWORK = NetworkConfig(hidden_sizes=(6,))
TRAINING = TrainingConfig(optimizer="momentum", batch_size=40, learning_rate=0.05)
"""Four batches an epoch, the last of 30."""

TINY = 200_000
"""Bytes that hold about five checkpoints of this network and its momentum (38 kB each)."""


def make(training: TrainingConfig = TRAINING, budget: int = TINY) -> Session:
    return Session(DIGITS, NETWORK, training, timeline_bytes=budget)


def bits(snapshot: Snapshot) -> bytes:
    """Everything that training changes, at this place."""
    return b"".join(array.tobytes() for array in (snapshot.parameters.vector, *snapshot.moments))


def first_pass(session: Session, epochs: int) -> list[bytes]:
    return [bits(session.snapshot()), *(bits(snapshot) for snapshot in session.run(epochs))]


def test_every_epoch_is_again_what_it_was_whatever_is_kept_of_it() -> None:
    session = make()
    then = first_pass(session, 40)
    assert session._run.timeline.stride > 4  # Most of them are replayed.
    for epoch in np.random.default_rng(0).permutation(41):
        snapshot = session.seek(int(epoch))
        assert bits(snapshot) == then[epoch]
        assert (snapshot.epoch, snapshot.newest_epoch) == (epoch, 40)
        assert snapshot.record.epoch == epoch
        assert snapshot.record.test_loss == snapshot.evaluation.loss
        assert snapshot.status.state is (State.LOOKING_BACK if epoch < 40 else State.READY)
        assert session._run.timeline.bytes <= TINY


def test_any_batch_of_any_epoch() -> None:
    session, plain = make(), make()
    *_, _ = session.run(3)
    session.step_batch()
    then = {}
    for step in range(14):
        then[divmod(step, 4)] = bits(plain.snapshot())
        plain.step_batch()
    for place in [(3, 1), (0, 2), (2, 3), (2, 1), (1, 0), (3, 1), (3, 0)]:
        snapshot = session.seek(*place)
        assert bits(snapshot) == then[place]
        assert (snapshot.epoch, snapshot.progress.batch) == place
    assert session.seek(3, 1).status.state is State.PAUSED


@pytest.mark.parametrize("place", [(4, 0), (3, 2), (-1, 0), (0, -1), (9, 0)])
def test_nothing_that_was_not_trained_can_be_shown(place: tuple[int, int]) -> None:
    session = make()
    *_, _ = session.run(3)
    here = session.step_batch()
    with pytest.raises(ValueError, match="the newest epoch is 3"):
        session.seek(*place)
    assert bits(session.snapshot()) == bits(here)


def test_training_on_from_the_past_unchanged_is_the_same_way_again() -> None:
    session = make()
    then = first_pass(session, 6)
    history = session.history
    session.seek(2)
    assert [bits(snapshot) for snapshot in session.run(4)] == then[3:]
    assert session.history is history
    assert len(session.snapshot().branches) == 1
    session.seek(1)
    session.step_batch()
    assert session.snapshot().status.state is State.LOOKING_BACK
    assert bits(session.step_epoch()) == then[2]


def test_a_change_in_the_past_is_a_branch_and_the_old_future_is_kept() -> None:
    session = make()
    then = first_pass(session, 5)
    session.seek(2)
    faster = replace(TRAINING, learning_rate=0.2)
    session.change(faster)
    *_, snapshot = session.run(4)
    assert (snapshot.epoch, snapshot.newest_epoch, snapshot.branch) == (6, 6, 1)
    first, second = snapshot.branches
    assert (second.parent, second.fork, second.changed) == (0, (2, 0), {"learning_rate": (0.05, 0.2)})
    old, new = first.history.records, second.history.records
    assert [record.epoch for record in old] == [0, 1, 2, 3, 4, 5]
    assert [record.epoch for record in new] == [0, 1, 2, 3, 4, 5, 6]
    assert new[:3] == old[:3]
    assert new[3] != old[3]
    # It is what a run is that was changed there the first time.
    plain = make()
    *_, _ = plain.run(2)
    plain.change(faster)
    *_, expected = plain.run(4)
    assert bits(snapshot) == bits(expected)
    assert snapshot.history == expected.history
    # Both futures can be gone to, and every place of them.
    for _ in session.switch(0):
        pass
    assert bits(session.snapshot()) == then[5]
    assert session.snapshot().training == TRAINING
    for _ in session.switch(1):
        pass
    assert bits(session.snapshot()) == bits(expected)
    assert bits(session.seek(1)) == then[1]
    assert session.seek(1).training == TRAINING
    assert session.seek(3).training == faster


def test_changes_on_the_way_are_made_again_where_they_were_made() -> None:
    session = make()
    then = [bits(session.snapshot())]
    for epoch in range(8):
        session.step_batch()
        session.change(replace(session.training, learning_rate=0.01 * (epoch + 1)))
        if epoch == 3:
            session.change(replace(session.training, optimizer="adam", learning_rate=0.002))
        then.append(bits(session.step_epoch()))
    for epoch in (2, 7, 4, 8, 0, 5):
        assert bits(session.seek(epoch)) == then[epoch]


def test_a_divergence_is_the_end_of_its_branch_only() -> None:
    session = Session(DIGITS, replace(NETWORK, activation="identity"), TRAINING, timeline_bytes=TINY)
    then = first_pass(session, 3)
    session.change(replace(TRAINING, learning_rate=1e6))
    diverged = session.step_epoch()
    assert diverged.status.state is State.DIVERGED
    assert bits(diverged) == then[3]
    assert session.seek(1).status.state is State.LOOKING_BACK
    back = session.seek(3)
    assert back.status == diverged.status
    assert back.training.learning_rate == 1e6
    assert session.step_epoch().epoch == 3
    session.change(replace(back.training, learning_rate=0.1))
    on = session.step_epoch()
    assert (on.epoch, on.branch, on.status.state) == (4, 1, State.READY)
    assert on.branches[0].diverged == diverged.status.reason


def test_a_budget_that_holds_nothing_still_leads_everywhere() -> None:
    session = make(budget=0)
    then = first_pass(session, 5)
    assert [bits(session.seek(epoch)) for epoch in (3, 1, 5, 0)] == [then[epoch] for epoch in (3, 1, 5, 0)]


def test_stepping_back_from_anywhere_needs_no_replay() -> None:
    session = make()
    *_, _ = session.run(40)
    for epoch in (39, 32, 17, 8):
        session.seek(epoch)
        assert next(session.travel(epoch - 1), None) is None


def test_a_replay_can_be_left_and_gone_on_with() -> None:
    session = make()
    then = first_pass(session, 30)
    travel = session.travel(29)
    session.seek(16)
    travel = session.travel(23)
    next(travel)
    session.step_batch()
    assert bits(session.seek(23)) == then[23]


def test_three_hundred_epochs_of_quick_start_keep_within_their_budget_and_come_back_to_the_bit() -> None:
    """With one unit in a hidden layer of 128: what is tested is the timeline."""
    preset = load_preset("quick-start")
    training = replace(preset.training, train_limit=64)
    session = Session(DIGITS, preset.network, training)
    then = {0: bits(session.snapshot())[:4096]}
    for _ in session.train(300):
        pass
    assert session._run.timeline.bytes <= 64 * 2**20
    assert len(session.history.records) == 301
    chosen = [int(epoch) for epoch in np.random.default_rng(1).integers(0, 301, 5)]
    one = {epoch: bits(session.seek(epoch)) for epoch in chosen}
    again = Session(DIGITS, preset.network, training)
    for epoch in sorted(chosen):
        for _ in again.train(epoch):
            pass
        assert bits(again.snapshot()) == one[epoch]
    assert bits(session.seek(0))[:4096] == then[0]


def test_a_file_keeps_every_branch_and_the_way_to_every_place(tmp_path: Path) -> None:
    data = replace(BUNDLED, train=BUNDLED.train, test=BUNDLED.test)
    session = Session(data, NETWORK, replace(TRAINING, train_limit=150))
    *_, _ = session.run(4)
    places = {}
    for epoch, rate in ((2, 0.1), (1, 0.2), (3, 0.01)):
        session.seek(epoch)
        session.change(replace(session.training, learning_rate=rate))
        *_, _ = session.run(3)
        session.step_batch()
        places[session.snapshot().branch] = bits(session.snapshot())
    session.rename(1, "gentle")
    for _ in session.switch(2):
        pass
    session.seek(3)
    save_run(tmp_path / "a.run", session.snapshot(), session.dataset)
    loaded = load_run(tmp_path / "a.run")
    assert bits(loaded.snapshot()) == bits(session.snapshot())
    assert loaded.snapshot().branches == session.snapshot().branches
    assert (loaded.epoch, loaded.snapshot().branch, loaded.snapshot().branches[1].name) == (3, 2, "gentle")
    for branch, expected in places.items():
        for _ in loaded.switch(branch):
            pass
        assert bits(loaded.snapshot()) == expected


HOW_BRANCHES_BEGIN = {
    "learning rate": lambda session: session.change(replace(session.training, learning_rate=3.0)),
    "optimizer": lambda session: session.change(replace(session.training, optimizer="adam")),
    "dropout": lambda session: session.change(replace(session.training, dropout=0.5)),
    "edit": lambda session: session.edit((Edit(OFF, 0, 2),)),
}


@pytest.mark.parametrize("place", [(2, 0), (2, 3), (0, 0)])
@pytest.mark.parametrize("begin", HOW_BRANCHES_BEGIN)
def test_a_run_saved_right_where_a_branch_begins_keeps_its_parent(begin, place, tmp_path) -> None:
    session = make()
    *_, newest = session.run(4)
    session.seek(*place)
    HOW_BRANCHES_BEGIN[begin](session)
    of_branch = bits(session.snapshot())
    save_run(tmp_path / "a.run", session.snapshot_to_save(), session.dataset)
    opened, restored = read_run(tmp_path / "a.run").session(DIGITS, timeline_bytes=TINY), make()
    restored.restore(session.snapshot())
    for other in (opened, restored):
        assert bits(other.snapshot()) == of_branch
        for _ in other.switch(0):
            pass
        assert bits(other.snapshot()) == bits(newest)
        assert other.snapshot().evaluation.loss == other.snapshot().record.test_loss
        for _ in other.switch(1):
            pass
        assert bits(other.snapshot()) == of_branch


def test_a_run_opened_inside_an_epoch_that_goes_on_keeps_the_batches_after_it(tmp_path) -> None:
    session = make()
    *_, _ = session.run(2)
    for _ in range(3):
        session.step_batch()
    session.seek(2)
    save_run(tmp_path / "a.run", session.snapshot_to_save(), session.dataset)
    opened = read_run(tmp_path / "a.run").session(DIGITS)
    assert opened.tip == session.tip == (2, 3)
    assert opened.standing == session.standing


def test_a_branch_of_a_branch_states_its_changes_against_the_one_that_it_left() -> None:
    session = make()
    *_, _ = session.run(4)
    session.seek(2)
    session.change(replace(TRAINING, learning_rate=0.001, momentum=0.0))
    *_, _ = session.run(2)
    session.seek(2)
    session.change(replace(session.training, learning_rate=3.0))
    _, second, third = session.branches
    assert (second.parent, second.changed) == (0, {"learning_rate": (0.05, 0.001), "momentum": (0.9, 0.0)})
    assert (third.parent, third.changed) == (1, {"learning_rate": (0.001, 3.0)})


def test_a_value_that_was_changed_back_where_the_branch_begins_is_no_change() -> None:
    session = make()
    *_, _ = session.run(3)
    session.seek(2)
    session.change(replace(TRAINING, learning_rate=3.0, momentum=0.5))
    session.change(replace(session.training, learning_rate=TRAINING.learning_rate))
    assert session.branches[1].changed == {"momentum": (0.9, 0.5)}


class Travels(RuleBasedStateMachine):
    """Any order of commands: what was once at a place of a branch is always there again."""

    def __init__(self) -> None:
        super().__init__()
        self.session = make()
        self.known: dict[tuple[int, int, str], bytes] = {}
        self.lengths: dict[int, int] = {}

    def _note(self) -> None:
        snapshot, session = self.session.snapshot(), self.session
        # Where one is follows from the place and the changes made before it, on whichever branch.
        key = (*session.place, str(session.history.changes[: session._run.replay.changes_applied]))
        assert self.known.setdefault(key, bits(snapshot)) == bits(snapshot)

    @rule()
    def step_epoch(self) -> None:
        self.session.step_epoch()

    @rule(count=st.integers(1, 5))
    def step_batches(self, count: int) -> None:
        for _ in range(count):
            self.session.step_batch()

    @rule(pauses=st.integers(1, 6))
    def pause_while_training(self, pauses: int) -> None:
        training = self.session.train(self.session.epoch + 2)
        for _ in range(pauses):
            next(training, None)

    @rule(count=st.integers(1, 14))
    def do_acts(self, count: int) -> None:
        for _ in range(count):
            for _ in self.session.train_act():
                pass

    @rule(drop=st.booleans())
    def leave_the_microscope(self, drop: bool) -> None:
        if drop:
            self.session.drop_update()
        for _ in self.session.finish_update():
            pass

    @rule(share=st.floats(0, 1))
    def seek(self, share: float) -> None:
        self.session.seek(round(share * (len(self.session.history.records) - 1)))

    @precondition(lambda self: self.session.tip > (0, 0))
    @rule(share=st.floats(0, 1), pauses=st.integers(0, 3))
    def begin_to_seek(self, share: float, pauses: int) -> None:
        travel = self.session.travel(round(share * (len(self.session.history.records) - 1)))
        for _ in range(pauses):
            next(travel, None)

    @precondition(lambda self: self.session.batch > 0)
    @rule()
    def back_a_batch(self) -> None:
        self.session.seek(self.session.epoch, self.session.batch - 1)

    @rule(rate=st.sampled_from([0.01, 0.05, 0.2]), optimizer=st.sampled_from(["sgd", "momentum"]))
    def change(self, rate: float, optimizer: str) -> None:
        self.session.change(replace(self.session.training, learning_rate=rate, optimizer=optimizer))

    @rule(unit=st.integers(0, 5), value=st.sampled_from([-0.5, 0.5]), kind=st.sampled_from([BIAS, WEIGHT, OFF]))
    def edit(self, unit: int, value: float, kind: str) -> None:
        self.session.edit((Edit(kind, 0, unit, value=0.0 if kind == OFF else value),))

    @rule(data=st.data())
    def switch(self, data: st.DataObject) -> None:
        branch = data.draw(st.integers(0, len(self.session._run.timeline.branches) - 1))
        for _ in self.session.switch(branch):
            pass

    @rule(through_a_file=st.booleans())
    def open_again(self, through_a_file: bool) -> None:
        session = self.session
        if through_a_file:
            with TemporaryDirectory() as folder:
                save_run(Path(folder) / "a.run", session.snapshot_to_save(), session.dataset)
                self.session = read_run(Path(folder) / "a.run").session(DIGITS, timeline_bytes=TINY)
        else:
            self.session = make()
            self.session.restore(session.snapshot())

    @invariant()
    def nothing_is_lost(self) -> None:
        self._note()
        assert len(self.session.history.records) == self.session.tip[0] + 1
        for number, branch in enumerate(self.session._run.timeline.branches):
            length = len(branch.history.records)
            assert length >= self.lengths.get(number, 0)
            self.lengths[number] = length
        assert len(self.lengths) == len(self.session._run.timeline.branches)
        assert self.session._run.timeline.bytes <= TINY


Travels.TestCase.settings = settings(
    max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
TestTravels = Travels.TestCase


class TravelsFar(Travels):
    """The same, longer."""


TravelsFar.TestCase.settings = settings(Travels.TestCase.settings, max_examples=3000, stateful_step_count=50)
TestTravelsFar = pytest.mark.slow(TravelsFar.TestCase)


@pytest.mark.slow
def test_any_of_a_thousand_epochs_of_quick_start_is_again_what_it_was() -> None:
    preset = load_preset("quick-start")
    session = Session(BUNDLED, preset.network, preset.training)
    then = [sha256(bits(snapshot)).digest() for snapshot in session.run(1000)]
    assert session._run.timeline.bytes <= BUDGET
    for epoch in np.random.default_rng(0).integers(1, 1001, 100).tolist():
        assert sha256(bits(session.seek(epoch))).digest() == then[epoch - 1]
        assert session._run.timeline.bytes <= BUDGET
