"""The rows about the state of the training: no word in them is cut, and their keys are right."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.choices.edits import BIAS, KINDS, OFF, WEIGHT, Edit
from tui_nn.data.loading import load_dataset
from tui_nn.session.questions.branch_words import changed_words
from tui_nn.session.run.history import Change, History
from tui_nn.session.run.session import Session
from tui_nn.session.run.snapshot import Snapshot, State, Status
from tui_nn.session.run.timeline import Branch
from tui_nn.ui.train.numbers import state_lines

WIDTH = 27
FINITE = st.floats(width=32, allow_nan=False, allow_infinity=False)


@pytest.fixture
def session() -> Session:
    return Session(load_dataset(), NetworkConfig(hidden_sizes=(4,)), TrainingConfig(train_limit=200, batch_size=10))


def rows(snapshot: Snapshot) -> list[str]:
    lines = state_lines(snapshot, WIDTH, "")
    return ["".join(part if isinstance(part, str) else part[0] for part in line) for line in lines]


@pytest.mark.parametrize("what", ["the loss is not a finite number", "the parameters are no longer finite numbers"])
@pytest.mark.parametrize(("epoch", "batch"), [(1, 3), (12, 63), (1000, 1000)])
def test_a_divergence_gives_its_reason_its_place_and_a_remedy(
    session: Session, what: str, epoch: int, batch: int
) -> None:
    status = Status(State.DIVERGED, f"{what}: epoch {epoch:,}, batch {batch:,}")
    why, where, keys = rows(replace(session.snapshot(), status=status))
    assert why.endswith("not finite")
    assert where in (place := f"epoch {epoch:,}, batch {batch:,}", f"{place}  m look", f"{place}  m look inside")
    assert " m " in where or epoch == 1000, "the key is left out only if there is no room"
    assert keys == "1 lower the rate", "no epoch comes before epoch 0"
    assert max(map(len, (why, where, keys))) <= WIDTH


def test_a_branch_gives_its_start_and_its_change_without_a_cut_word(session: Session) -> None:
    session.step_epoch()
    session.step_epoch()
    session.seek(1, 7)
    session.change(replace(session.training, learning_rate=0.3, momentum=0.5, optimizer="momentum"))
    session.step_epoch()
    assert rows(session.snapshot()) == ["epoch 2 done", "branch 2, epoch 1, batch 7", "3 changes"]
    session.rename(1, "a name of its own, long")
    assert rows(session.snapshot())[1] == "epoch 1, batch 7"


CHANGED = {
    "row 7, col 15 → unit 0: 5": (Edit(WEIGHT, 0, 0, 7 * 28 + 15, 5.0),),
    "r27 c27 → u3: −1.234e−5": (Edit(WEIGHT, 0, 3, 783, -1.234e-5),),
    "unit 3 → unit 9: 0.25": (Edit(WEIGHT, 1, 9, 3, 0.25),),
    "bias of unit 3: −0.5": (Edit(BIAS, 0, 3, value=-0.5),),
    "unit 3 of layer 0 off": (Edit(OFF, 0, 3),),
    "unit 3 off, unit 2 off": (Edit(OFF, 0, 3), Edit(OFF, 0, 2)),
    "unit 1 off, 2 more": tuple(Edit(OFF, 0, unit) for unit in (1, 2, 3)),
}


@pytest.mark.parametrize("words", CHANGED)
def test_a_branch_with_edited_weights_names_the_edit_in_the_longest_words_that_fit(
    session: Session, words: str
) -> None:
    session.step_epoch()
    assert rows(session.edit(CHANGED[words]))[2] == words


@given(
    st.lists(
        st.builds(Edit, st.sampled_from(KINDS), st.just(0), st.integers(0, 4095), st.integers(0, 783), FINITE),
        max_size=3,
    )
)
def test_the_words_for_a_change_get_shorter_and_end_with_a_count(edits: list[Edit]) -> None:
    branch = Branch(History((), (Change(1, 0, {}, tuple(edits)),)), parent=0, fork=(0, 0))
    words = changed_words(branch, 28)
    if not edits:
        assert words == ("",)
        return
    assert words[-1] == ("1 change" if len(edits) == 1 else f"{len(edits)} changes")
    if len(edits) == 1:
        assert len(words[-2]) <= WIDTH, "a single edit is always named"


@pytest.mark.parametrize("epochs", [1, 20, 100_000])
def test_the_end_of_the_plan_is_shown_with_what_r_does_next(session: Session, epochs: int) -> None:
    now = replace(session.snapshot(), epoch=epochs, training=replace(session.training, epochs=epochs))
    done, _, more = rows(now)
    assert done in (f"epoch {epochs:,} done, as planned", f"epoch {epochs:,} done")
    assert more == f"r runs {epochs:,} more"
    assert max(map(len, (done, more))) <= WIDTH
    assert "more" not in rows(replace(now, epoch=epochs + 1))[2] or epochs == 1
