"""The format of run files: format 2 holds all that it promises, format 1 still opens, and a newer one is refused by name."""

from __future__ import annotations

import copy
import functools
import itertools
import json
import operator
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.data.bundled import load_bundled
from tui_nn.data.dataset import Dataset
from tui_nn.session.file import archive
from tui_nn.session.file.archive import read_archive, write_archive
from tui_nn.session.file.fields import MOST_STEPS
from tui_nn.session.file.runs import FORMATS, RunFileError, layout_of, load_run, read_run, save_run
from tui_nn.session.run.bookmark import MOST_BOOKMARKS, Bookmark, BookmarkError
from tui_nn.session.run.made_with import MadeWith, difference_from_here, made_with_here
from tui_nn.session.run.session import Session

FORMAT_1 = sorted((Path(__file__).parents[2] / "snapshots").glob("*.run"))
NETWORK = NetworkConfig(hidden_sizes=(3,))
TRAINING = TrainingConfig(optimizer="momentum", learning_rate=0.05, batch_size=10)


@pytest.fixture(scope="module")
def digits() -> Dataset:
    data = load_bundled()
    return replace(data, train=data.train.first(70), test=data.test.first(20), validation=data.test.first(30))


@pytest.fixture(scope="module")
def session(digits: Dataset) -> Session:
    """Two epochs and three batches, a branch, and a bookmark."""
    session = Session(digits, NETWORK, TRAINING, preset="quick-start")
    *_, _ = session.run(2)
    session.seek(1)
    session.change(replace(TRAINING, learning_rate=0.02))
    session.step_epoch()
    for _ in range(3):
        session.step_batch()
    session.bookmark("the first change", "inspect/layers layer=0")
    return session


@pytest.fixture
def saved(session: Session, tmp_path: Path) -> Path:
    save_run(tmp_path / "a.run", session.snapshot(), session.dataset)
    return tmp_path / "a.run"


def header_of(path: Path) -> dict[str, Any]:
    with np.load(path, allow_pickle=False) as file:
        return dict(json.loads(file["header"].tobytes()))


@pytest.mark.parametrize("path", FORMAT_1, ids=lambda path: path.name)
def test_a_file_of_format_1_opens_and_is_saved_in_format_2(path: Path, tmp_path: Path) -> None:
    assert header_of(path)["format"] == 1
    before = read_run(path)
    opened = load_run(path)
    save_run(tmp_path / "new.run", opened.snapshot(), opened.dataset)
    assert header_of(tmp_path / "new.run")["format"] == 2
    after = read_run(tmp_path / "new.run")
    assert after.parameters.vector.tobytes() == before.parameters.vector.tobytes()
    assert after.history == before.history
    assert (after.place, after.step, after.network) == (before.place, before.step, before.network)
    assert (before.side, len(before.class_names), before.made_with, before.difference_from_here) == (28, 10, (), "")
    assert all(record.batch_losses is None for record in before.history.records)


def test_there_are_files_of_format_1() -> None:
    assert FORMAT_1


@pytest.mark.parametrize("form", [3, 10**30])
def test_a_newer_format_is_refused_by_its_name(saved: Path, form: int) -> None:
    header, vectors = read_archive(saved, FORMATS, layout_of)
    write_archive(saved, header | {"format": form, "brand_new": [{}]}, vectors)
    with pytest.raises(RunFileError, match=rf"a\.run' was written by a newer tui-nn \(format {str(form)[:20]}\)"):
        read_run(saved)


def test_a_file_holds_everything_that_a_snapshot_shows(session: Session, saved: Path) -> None:
    run, snapshot = read_run(saved), session.snapshot()
    again = run.session(session.dataset).snapshot()
    assert again.branches == snapshot.branches
    assert again.bookmarks == snapshot.bookmarks == (Bookmark("the first change", "inspect/layers layer=0"),)
    assert again.changes_applied == snapshot.changes_applied == 1
    assert again.batch_losses.tobytes() == snapshot.batch_losses.tobytes()
    assert len(again.batch_losses) == 3
    for one, other in zip(again.branches, snapshot.branches, strict=True):
        for read, record in zip(one.history.records, other.history.records, strict=True):
            assert read.validation_loss == record.validation_loss
            assert read.validation_accuracy == record.validation_accuracy
            assert (read.batch_losses is None) == (record.epoch == 0)
            if record.batch_losses is not None:
                assert read.batch_losses.tobytes() == record.batch_losses.tobytes()
    assert (run.side, run.class_names) == (28, tuple("0123456789"))
    assert run.made_with == (made_with_here(),)


def test_batch_losses_are_the_losses_of_the_batches(session: Session) -> None:
    record = session.history.records[-1]
    assert record.batch_losses.dtype == np.float32
    assert record.batch_losses.mean() == pytest.approx(record.train_loss, rel=1e-6)


def test_a_saved_epoch_goes_on_with_its_batch_losses(session: Session, saved: Path) -> None:
    again = read_run(saved).session(session.dataset)
    other = read_run(saved).session(session.dataset)
    assert again.step_epoch().record.batch_losses.tobytes() == other.step_epoch().record.batch_losses.tobytes()
    assert np.isfinite(again.history.records[-1].batch_losses).all()
    assert len(again.history.records[-1].batch_losses) == 7


def test_a_run_made_elsewhere_says_what_differs_and_remembers_it(session: Session, tmp_path: Path) -> None:
    elsewhere = replace(made_with_here(), numpy="1.0.0", kernel="Z80")
    save_run(tmp_path / "a.run", replace(session.snapshot(), made_with=(elsewhere,)), session.dataset)
    run = read_run(tmp_path / "a.run")
    assert run.made_with == (elsewhere, made_with_here())
    sentence = run.difference_from_here
    assert "NumPy 1.0.0" in sentence
    assert ("Z80" in sentence) == bool(made_with_here().kernel)
    assert sentence.endswith(".")
    assert run.session(session.dataset).snapshot().difference_from_here == sentence
    assert difference_from_here((made_with_here(),)) == ""
    assert difference_from_here(()) == ""


def test_what_was_made_here_is_known() -> None:
    here = made_with_here()
    assert here.numpy == np.__version__
    assert isinstance(here, MadeWith)


def test_bookmarks_are_checked_and_counted(digits: Dataset) -> None:
    session = Session(digits, NETWORK, TRAINING)
    for name, look in (("", "x"), ("x" * 61, "x"), ("two\nlines", "x"), ("x", ""), ("x", "y" * 501)):
        with pytest.raises(BookmarkError, match="one line of 1 to"):
            session.bookmark(name, look)
    for number in range(MOST_BOOKMARKS):
        session.bookmark(f"bookmark {number}", "train")
    with pytest.raises(BookmarkError, match="at most 100"):
        session.bookmark("one more", "train")
    session.bookmark("bookmark 0", "inspect")
    assert session.bookmarks[-1] == Bookmark("bookmark 0", "inspect")
    session.drop_bookmark("bookmark 0")
    assert len(session.bookmarks) == MOST_BOOKMARKS - 1


def paths_of(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every field of a header, at every depth."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path] * bool(path) + [deeper for key, part in inner for deeper in paths_of(part, (*path, key))]


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 4), st.sampled_from([MOST_STEPS, 2**63, 10**400, -1.5, 1e300, 0.5]),
    st.text(max_size=5), st.just([]), st.just({}), st.lists(st.none() | st.integers(0, 3), max_size=3),
    st.sampled_from(["adam", "relu", "ready", "bundled", "\\x1b[2J", "\\udcff"]),
)  # fmt: skip


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_header_with_other_values_is_refused_or_saves_and_opens_again(
    session: Session, saved: Path, data: st.DataObject
) -> None:
    header, vectors = read_archive(saved, FORMATS, layout_of)
    for _ in range(data.draw(st.integers(1, 2))):
        path = data.draw(st.sampled_from(paths_of(header)))
        table = header
        for key in path[:-1]:
            table = table[key]
        if data.draw(st.booleans()) and isinstance(table, dict):
            del table[path[-1]]
        else:
            table[path[-1]] = data.draw(VALUES)
    other = saved.with_name("other.run")
    write_archive(other, header, vectors, synced=False)
    refusal = ""
    try:
        opened = read_run(other).session(session.dataset)
    except RunFileError as error:
        refusal = str(error)
    except ValueError as error:  # `load_run` makes a RunFileError of it, which names the file.
        refusal = f"other.run: {error}"
    if refusal:
        assert "other.run" in refusal
        assert refusal.isprintable()
        return
    again = saved.with_name("again.run")
    snapshot = opened.snapshot()
    save_run(again, snapshot, session.dataset)
    assert (
        read_run(again).session(session.dataset).snapshot().parameters.vector.tobytes()
        == snapshot.parameters.vector.tobytes()
    )


WRONG = [
    None, True, 0, 1, -1, 2, 7, 2**53, 10**400, 0.5, -1.5, 1e300, "", "x", "a" * 5000, "\x1b[2J", "\udcff", "inf", [], {}, [None],
    [[]], ["x"], [1], [1, 2], [1, 2, 3], {"a": 1}, [{}],
]  # fmt: skip
PYTHON_WORDS = re.compile(
    r"\bNone\b|NoneType|\bTrue\b|\bFalse\b|iterable|unpack|too large|subscript|object|keyword|Error|dict\b|\bint\b"
)


def assert_plain(sentence: str, path: Path) -> None:
    """Check that a sentence is on one line and has no words of Python."""
    assert sentence.isprintable()
    assert not PYTHON_WORDS.search(sentence.replace(str(path), ""))


@pytest.mark.parametrize("stride", [97, pytest.param(1, marks=pytest.mark.slow)])
def test_every_field_is_checked(session: Session, saved: Path, stride: int) -> None:
    """Each field gets each wrong value, or is left out. The sentence has no words of Python, and what opens can be saved."""
    header, vectors = read_archive(saved, FORMATS, layout_of)
    path, again = saved.with_name("b.run"), saved.with_name("again.run")
    for field, value in list(itertools.product(paths_of(header), [*WRONG, "left out"]))[::stride]:
        changed = copy.deepcopy(header)
        table = functools.reduce(operator.getitem, field[:-1], changed)
        table[field[-1]] = value
        if value == "left out":
            del table[field[-1]]
        write_archive(path, changed, vectors, synced=False)
        try:
            opened = load_run(path, session.dataset)
        except RunFileError as error:
            assert_plain(str(error), path)
            continue
        save_run(again, opened.snapshot(), session.dataset)
        load_run(again, session.dataset)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"branches": {"batch": 70}}, r"branches\[1\] contains batch 70, but an epoch has at most 70 batches"),
        ({"branches": {"fork": [1, 99]}}, r"branches\[1\] contains batch 99"),
        ({"changes": {"epoch": 9}}, "the run contains a change at epoch 9, but the last epoch is 3"),
        ({"progress": {"share": 1.5}}, r"its progress\.share is 1\.5: it must be a number from 0 to 1"),
    ],
)
def test_a_place_outside_the_run_is_refused(
    session: Session, saved: Path, fields: dict[str, Any], message: str
) -> None:
    header, vectors = read_archive(saved, FORMATS, layout_of)
    for name, values in fields.items():
        (header[name] if name == "progress" else header[name][-1]).update(values)
    write_archive(saved, header, vectors)
    with pytest.raises(RunFileError, match=message):
        load_run(saved, session.dataset)


def test_a_run_with_too_many_changes_is_refused_and_not_saved(saved: Path) -> None:
    header, vectors = read_archive(saved, FORMATS, layout_of)
    for limit, message in (
        ("MOST_MARKS", "the header has .* values, but at most 10"),
        ("LONGEST_HEADER", "the header has .* bytes, but at most 10"),
    ):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(archive, limit, 10)
            with pytest.raises(RunFileError, match=message):
                read_run(saved)
            with pytest.raises(RunFileError, match=f"was not saved: {message}"):
                write_archive(saved, header, vectors)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("progress", {"batch": -3}, r"its progress\.batch is -3: it must be a whole number from 0"),
        ("records", 0, "its records is 0: it must be a whole number from 1"),
        ("test_examples", 1, "record_predicted is uint8 \\(60,\\), but the header says that it must be uint8 \\(3,\\)"),
        ("layer_records", False, "the array layer_a_mean is missing, repeated or unexpected"),
        ("training", {"optimizer": None}, r"its training\.optimizer is null: it must be one of sgd"),
        ("epoch_training", [], r"its epoch_training is \[\]: it must be a table of settings"),
        ("begun_with", 0, "its begun_with is 0: it must be a table of settings"),
        ("network", {}, r"its network is \{\}: it must be a table of settings"),
        ("changes", [None], r"its changes\[0\] is null: it must be a table"),
        ("status", {"state": "dancing", "reason": ""}, r'its status\.state is "dancing": it must be one of ready'),
        ("branches", [None], r"its branches\[0\] is null: it must be a table"),
        ("class_names", ["a"], "its class_names is"),
        ("side", 7, "its side is 7: it must be a whole number from 8 to 64"),
        ("changes_applied", 5, "changes_applied is 5, but there are 1 changes"),
    ],
)  # fmt: skip
def test_an_error_names_the_field(saved: Path, field: str, value: Any, message: str) -> None:
    header, vectors = read_archive(saved, FORMATS, layout_of)
    header[field] = header[field] | value if field in ("progress",) else value
    write_archive(saved, header, vectors)
    with pytest.raises(RunFileError, match=message):
        read_run(saved)
