"""Runs in files: nothing is lost, nothing is believed, and a save never harms what was there."""

import json
import os
import random
import signal
import stat
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.data import atomic
from tui_nn.data.dataset import DataError
from tui_nn.data.loading import load_dataset
from tui_nn.session.file.archive import read_archive, write_archive
from tui_nn.session.file.runs import FORMATS, RunFileError, layout_of, load_run, read_run, save_run
from tui_nn.session.run.session import Session
from tui_nn.session.run.snapshot import Snapshot, State

NETWORK = NetworkConfig(hidden_sizes=(3,))
TRAINING = TrainingConfig(optimizer="momentum", learning_rate=0.05, batch_size=10)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Seventy noisy images to train on, and twenty to test with, in Keras's layout."""
    noise = np.random.default_rng(5)
    path = tmp_path_factory.mktemp("data") / "noise.npz"
    np.savez(
        path,
        x_train=noise.integers(0, 256, (70, 28, 28), dtype=np.uint8),
        y_train=np.arange(70, dtype=np.uint8) % 10,
        x_test=noise.integers(0, 256, (20, 28, 28), dtype=np.uint8),
        y_test=np.arange(20, dtype=np.uint8) % 10,
    )
    return str(path)


def session_on(data: str | None, network: NetworkConfig = NETWORK, training: TrainingConfig = TRAINING) -> Session:
    return Session(load_dataset(data), network, training, preset="quick-start")


def save(path: Path, session: Session) -> None:
    save_run(path, session.snapshot(), session.dataset)


@pytest.fixture
def saved(data: str, tmp_path: Path) -> Path:
    """Two epochs and three batches, with a change in between."""
    session = session_on(data)
    session.step_epoch()
    session.change(replace(TRAINING, learning_rate=0.02))
    session.step_epoch()
    for _ in range(3):
        session.step_batch()
    save(tmp_path / "a.run", session)
    return tmp_path / "a.run"


def assert_same(one: Snapshot, other: Snapshot) -> None:
    """Everything that is not a matter of time is equal, to the bit."""
    for name in ("preset", "network", "training", "epoch_training", "history", "epoch", "batches", "train_examples",
                 "status", "step", "optimizer_steps"):  # fmt: skip
        assert getattr(one, name) == getattr(other, name), name
    for name in ("batch", "share", "step", "loss", "correct"):
        assert getattr(one.progress, name) == getattr(other.progress, name), name
    assert one.parameters.vector.tobytes() == other.parameters.vector.tobytes()
    assert [moment.tobytes() for moment in one.moments] == [moment.tobytes() for moment in other.moments]
    assert one.evaluation.outputs.tobytes() == other.evaluation.outputs.tobytes()


# ---- going on


def step(session: Session, batches: int) -> None:
    for _ in range(batches):
        session.step_batch()


def change(session: Session, **values) -> None:
    session.change(replace(session.training, **values))


BEFORE = {
    "untrained": lambda s: None,
    "between epochs": lambda s: step(s, 14),
    "inside an epoch": lambda s: step(s, 10),
    "after a change": lambda s: (step(s, 10), change(s, learning_rate=0.01, batch_size=7, epochs=3)),
    "after another optimizer": lambda s: (step(s, 10), change(s, optimizer="adam")),
    "one batch after another optimizer": lambda s: (step(s, 9), change(s, optimizer="adam"), step(s, 1)),
    "after a change between epochs": lambda s: (step(s, 7), change(s, batch_size=None, l2=0.01)),
    "inside a batch": lambda s: (step(s, 8), [next(s.acts()) for _ in range(3)]),
}  # fmt: skip


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("before", BEFORE)
def test_a_saved_run_goes_on_as_if_it_had_never_stopped(data, tmp_path, optimizer, before):
    session = session_on(data, training=replace(TRAINING, optimizer=optimizer))
    BEFORE[before](session)
    save(tmp_path / "a.run", session)
    loaded = load_run(tmp_path / "a.run")
    assert_same(loaded.snapshot(), session.snapshot())
    for _ in range(2):
        session.step_epoch(), session.step_batch()
        loaded.step_epoch(), loaded.step_batch()
    assert_same(loaded.snapshot(), session.snapshot())


def test_a_run_saved_inside_a_full_batch_goes_on(tmp_path):
    """The batch under way is begun again, and gives the same gradient."""
    session = session_on(None, training=TrainingConfig(batch_size=None))
    session.step_epoch()
    training = session.train(3)
    next(training), next(training)
    assert 0 < session.progress.share < 1
    save(tmp_path / "a.run", session)
    loaded = load_run(tmp_path / "a.run")
    loaded.step_epoch(), session.step_epoch()
    assert_same(loaded.snapshot(), session.snapshot())


def test_float64_without_biases_in_several_layers(data, tmp_path):
    network = NetworkConfig(hidden_sizes=(4, 3), use_bias=False, dtype="float64", loss="sigmoid_mse")
    session = session_on(data, network)
    step(session, 9)
    save(tmp_path / "a.run", session)
    assert_same(load_run(tmp_path / "a.run").snapshot(), session.snapshot())


def test_a_diverged_run_keeps_its_last_finite_weights_and_its_reason(data, tmp_path):
    session = session_on(data, training=replace(TRAINING, learning_rate=1e6, optimizer="sgd", l2=10.0))
    for _ in session.run(20):
        pass
    assert session.status.state is State.DIVERGED
    save(tmp_path / "a.run", session)
    loaded = load_run(tmp_path / "a.run")
    assert_same(loaded.snapshot(), session.snapshot())
    assert loaded.snapshot().status.reason == session.status.reason != ""


def test_losses_that_are_no_numbers_are_kept(data, tmp_path):
    """Start weights may be so large that the untrained network's loss overflows."""
    session = session_on(data)
    snapshot = session.snapshot()
    strange = (replace(snapshot.record, train_loss=float("nan"), test_loss=float("inf")),)
    save_run(tmp_path / "a.run", replace(snapshot, history=replace(snapshot.history, records=strange)), session.dataset)
    record = load_run(tmp_path / "a.run").snapshot().record
    assert (str(record.train_loss), record.test_loss) == ("nan", float("inf"))


def test_overflowing_moments_are_no_reason_to_refuse(data, tmp_path):
    """adam's mean square may reach infinity while the parameters stay finite."""
    session = session_on(data, training=replace(TRAINING, optimizer="adam"))
    snapshot = session.step_epoch()
    square = np.full_like(snapshot.moments[1], np.inf)
    save_run(tmp_path / "a.run", replace(snapshot, moments=(snapshot.moments[0], square)), session.dataset)
    assert np.isinf(load_run(tmp_path / "a.run").snapshot().moments[1]).all()


def test_a_snapshot_taken_while_running_can_be_saved(data, tmp_path):
    session = session_on(data)
    step(session, 10)
    snapshot = session.snapshot(observe=False)
    save_run(tmp_path / "a.run", snapshot, session.dataset)
    loaded = load_run(tmp_path / "a.run")
    loaded.step_epoch(), session.step_epoch()
    assert loaded.snapshot().epoch == session.snapshot().epoch


def test_it_opens_with_numpy_alone_and_without_pickles(saved):
    with np.load(saved, allow_pickle=False) as file:
        header = json.loads(file["header"].tobytes())
        assert file["parameters"].shape == (784 * 3 + 3 + 3 * 10 + 10,)
        assert file["record_test_loss"].shape == (3,)
    assert header["network"]["hidden_sizes"] == [3]
    assert header["changes"] == [{"epoch": 2, "batch": 0, "values": {"learning_rate": 0.02}}]


def test_the_same_run_gives_the_same_bytes(data, tmp_path):
    snapshot = session_on(data).snapshot()
    for name in ("a.run", "b.run"):
        save_run(tmp_path / name, snapshot, load_dataset(data))
    assert (tmp_path / "a.run").read_bytes() == (tmp_path / "b.run").read_bytes()


# ---- the data


def test_read_run_does_not_need_the_data(saved, monkeypatch):
    monkeypatch.setattr("tui_nn.session.file.runs.load_dataset", lambda *_: pytest.fail("it was loaded"))
    run = read_run(saved)
    assert run.data.name == "noise.npz"
    assert run.mlp.config == NETWORK


def test_data_that_has_moved_is_asked_for_and_taken_from_its_new_place(data, tmp_path):
    moved = tmp_path / "moved.npz"
    moved.write_bytes(Path(data).read_bytes())
    save(tmp_path / "a.run", session_on(str(moved)))
    moved.unlink()
    with pytest.raises(DataError, match=r"moved\.npz.*--data"):
        load_run(tmp_path / "a.run")
    assert load_run(tmp_path / "a.run", data).dataset.source == data


def test_other_data_is_refused(saved):
    with pytest.raises(RunFileError, match=r"a\.run' was trained on noise\.npz, not on bundled digits"):
        load_run(saved, "bundled")


def test_data_that_was_written_over_is_refused(data, tmp_path):
    copy = tmp_path / "copy.npz"
    copy.write_bytes(Path(data).read_bytes())
    save(tmp_path / "a.run", session_on(str(copy)))
    with np.load(copy) as arrays:
        np.savez(copy, **{**arrays, "y_test": arrays["y_test"][::-1]})
    with pytest.raises(DataError, match="has changed since"):
        load_run(tmp_path / "a.run")


# ---- what may stand in a file


def mutate(content: bytes, chance: random.Random) -> bytes:
    """The content with one to three accidents."""
    mutant = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 3))):
        # Most of a file is weights: directory and headers are at its ends and between them.
        at = chance.choice((chance.randrange(len(mutant)), chance.randrange(2500), -1 - chance.randrange(1500))) % len(
            mutant
        )
        size = chance.choice((1, 1, 2, 4, 50, 2000))
        match chance.randrange(6):
            case 0:
                mutant[at] ^= 1 << chance.randrange(8)
            case 1:
                mutant[at : at + size] = chance.randbytes(size)
            case 2:
                del mutant[at : at + size]
            case 3:
                mutant[at:at] = mutant[at : at + size]
            case 4:
                mutant[at : at + size] = b"\xff" * size
            case 5:
                del mutant[max(at, 1) :]
    return bytes(mutant)


def test_600_damaged_files_are_refused_or_unharmed(saved, tmp_path):
    content = saved.read_bytes()
    whole = read_run(saved).parameters.vector.tobytes()
    chance = random.Random(20)
    refused = 0
    for number in range(600):
        path = tmp_path / "mutant.run"
        path.write_bytes(mutate(content, chance))
        try:
            run = read_run(path)
        except RunFileError as error:
            refused += 1
            text = str(error)
            assert "mutant.run" in text, number
            assert text.isprintable(), number
            assert len(text) < 500, number
        else:  # Accidents in dates and padding do no harm.
            assert run.parameters.vector.tobytes() == whole, number
    assert refused > 550


def with_header(**changes):
    return lambda header, vectors: header.update(changes)


def within(name, **changes):
    return lambda header, vectors: header[name].update(changes)


def vector(name, change):
    return lambda header, vectors: vectors.update({name: change(vectors[name])})


MALFORMED = {
    "format 3": with_header(format=3),
    "format 0": with_header(format=0),
    "no format": lambda header, vectors: header.pop("format"),
    "format true": with_header(format=[1]),
    "no network": lambda header, vectors: header.pop("network"),
    "network is a list": with_header(network=[1, 2]),
    "network is null": with_header(network=None),
    "an unknown field": within("network", depth=3),
    "a layer of 1e9 units": within("network", hidden_sizes=[10**9]),
    "layers of text": within("network", hidden_sizes="128"),
    "no such activation": within("network", activation="os.system"),
    "another size than the vector": within("network", hidden_sizes=[4]),
    "another dtype than the vector": within("network", dtype="float64"),
    "learning rate of text": within("training", learning_rate="0.1"),
    "learning rate too large for a float": within("training", learning_rate=10**400),
    "no such optimizer": within("training", optimizer=None),
    "moments that are not there": within("training", optimizer="adam"),
    "a moment too many": lambda header, vectors: vectors.update(moment_1=vectors["moment_0"]),
    "no moment": lambda header, vectors: vectors.pop("moment_0"),
    "no parameters": lambda header, vectors: vectors.pop("parameters"),
    "NaN among the parameters": vector("parameters", lambda v: np.append(v[1:], np.float32(np.nan))),
    "whole numbers for parameters": vector("parameters", lambda v: v.astype("i4")),
    "parameters in rows": vector("parameters", lambda v: v.reshape(1, -1)),
    "parameters that are short": vector("parameters", lambda v: v[:-1]),
    "an empty vector": vector("record_seconds", lambda v: v[:0]),
    "epoch training is missing": lambda header, vectors: header.pop("epoch_training"),
    "epoch training is text": with_header(epoch_training="same"),
    "no records": with_header(records=0),
    "records below 0": with_header(records=-1),
    "records of 1e18": with_header(records=10**18),
    "records true": with_header(records=True),
    "records out of order": vector("record_epoch", lambda v: v[::-1]),
    "an infinite epoch": vector("record_epoch", lambda v: v + np.inf),
    "accuracy of 2": vector("record_test_accuracy", lambda v: v + 2),
    "accuracy NaN": vector("record_train_accuracy", lambda v: v * np.nan),
    "seconds below 0": vector("record_seconds", lambda v: v - 9),
    "changes are a number": with_header(changes=7),
    "a change is null": with_header(changes=[None]),
    "a change without values": with_header(changes=[{"epoch": 1, "batch": 0}]),
    "a change of what there is not": with_header(changes=[{"epoch": 1, "batch": 0, "values": {"charm": 1}}]),
    "a change to nonsense": with_header(changes=[{"epoch": 1, "batch": 0, "values": {"learning_rate": -1}}]),
    "a change in epoch x": with_header(changes=[{"epoch": "x", "batch": 0, "values": {}}]),
    "progress is null": with_header(progress=None),
    "progress past the epoch": within("progress", batch=7),
    "progress far past the epoch": within("progress", batch=10**12),
    "progress below 0": within("progress", batch=-3),
    "progress of text": within("progress", batch="3"),
    "progress loss of text": within("progress", loss="NaN"),
    "progress loss true": within("progress", loss=True),
    "more correct than there are": within("progress", correct=71),
    "no such state": within("status", state="dancing"),
    "status is text": with_header(status="ready"),
    "a reason with terminal codes": within("status", reason="\x1b[2J"),
    "a preset with terminal codes": with_header(preset="\x1b]0;x\x07"),
    "a preset of a million letters": with_header(preset="x" * 10**6),
    "step of text": with_header(step="10"),
    "step below 0": with_header(step=-1),
    "optimizer steps of 1e300": with_header(optimizer_steps=1e300),
    "no data": lambda header, vectors: header.pop("data"),
    "data is text": with_header(data="bundled"),
    "data without a digest": within("data", digest=None),
    "data from a list": within("data", source=["bundled"]),
}  # fmt: skip


@pytest.mark.parametrize("name", MALFORMED)
def test_a_file_with_a_true_checksum_is_not_believed_either(saved, name):
    header, vectors = read_archive(saved, FORMATS, layout_of)
    MALFORMED[name](header, vectors)
    write_archive(saved, header, vectors)
    with pytest.raises(RunFileError, match=r"a\.run") as error:
        load_run(saved)
    assert str(error.value).isprintable()
    assert len(str(error.value)) < 500


@pytest.mark.parametrize("source", ["/no/such/place.npz", "\x00", "~nobody-at-all/x", "", "/dev/zero", "a" * 5000])
def test_a_strange_place_of_the_data_is_one_sentence(saved, source):
    header, vectors = read_archive(saved, FORMATS, layout_of)
    header["data"]["source"] = source
    write_archive(saved, header, vectors)
    with pytest.raises((RunFileError, DataError)) as error:
        load_run(saved)
    assert str(error.value).isprintable()


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as file:
        return {name: file.read(name) for name in file.namelist()}


def pack(path: Path, content: dict[str, bytes], **options) -> None:
    with zipfile.ZipFile(path, "w", **options) as file:
        for name, part in content.items():
            file.writestr(name, part)


def npy(shape: str, descr: str = "<f4", body: bytes = b"") -> bytes:
    text = f"{{'descr': {descr!r}, 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + body


FOREIGN = {
    "empty": lambda path: path.write_bytes(b""),
    "text": lambda path: path.write_text("I am a run, honestly"),
    "an empty zip": lambda path: pack(path, {}),
    "a zip of something": lambda path: pack(path, {"a.txt": b"a"}),
    "packed small": lambda path: pack(path, members(path), compression=zipfile.ZIP_DEFLATED),
    "packed with lzma": lambda path: pack(path, members(path), compression=zipfile.ZIP_LZMA),
    "a pickle": lambda path: pack(path, {**members(path), "parameters.npy": npy("(1,)", "|O", b"cos\nsystem\n.")}),
    "8 TiB": lambda path: pack(path, {**members(path), "parameters.npy": npy("(2199023255552,)")}),
    "a header of 8 TiB": lambda path: pack(path, {**members(path), "header.npy": npy("(8796093022208,)", "|u1")}),
    "a shape below 0": lambda path: pack(path, {**members(path), "parameters.npy": npy("(-5,)", body=b"x" * 20)}),
    "a shape that is code": lambda path: pack(path, {**members(path), "parameters.npy": npy("__import__('os')")}),
    "a header that is no JSON": lambda path: pack(path, {**members(path), "header.npy": npy("(3,)", "|u1", b"{{{")}),
    "a header of brackets": lambda path: pack(
        path, {**members(path), "header.npy": npy("(200000,)", "|u1", b"[" * 200_000)}
    ),
    "a header of digits": lambda path: pack(path, {**members(path), "header.npy": npy("(9999,)", "|u1", b"9" * 9999)}),
    "a header that is no text": lambda path: pack(path, {**members(path), "header.npy": npy("(1,)", "|u1", b"\xff")}),
    "a header of null": lambda path: pack(path, {**members(path), "header.npy": npy("(4,)", "|u1", b"null")}),
    "a member too many": lambda path: pack(path, {**members(path), "more.npy": npy("(0,)")}),
    "an npy of version 9": lambda path: pack(path, {**members(path), "parameters.npy": b"\x93NUMPY\x09\x00aaaa"}),
    "Keras's digits": lambda path: np.savez(path.open("wb"), x_train=np.zeros((2, 28, 28), np.uint8)),
}  # fmt: skip


@pytest.mark.parametrize("name", FOREIGN)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_file_of_another_kind_is_one_sentence(saved, name):
    FOREIGN[name](saved)
    with pytest.raises(RunFileError, match=r"a\.run' (is not a saved run|is damaged|cannot be read)") as error:
        load_run(saved)
    assert str(error.value).isprintable()


def test_a_member_twice_is_refused(saved):
    content = members(saved)
    with zipfile.ZipFile(saved, "a") as file, pytest.warns(UserWarning, match="Duplicate"):
        file.writestr("parameters.npy", content["parameters.npy"])
    with pytest.raises(RunFileError, match="the array parameters is missing, repeated or unexpected"):
        load_run(saved)


@pytest.mark.parametrize("flipped", range(20))
def test_a_changed_number_is_seen_even_if_the_zip_is_in_order(saved, flipped):
    content = members(saved)
    body = bytearray(content["parameters.npy"])
    body[-1 - 997 * flipped % 9000] ^= 1
    pack(saved, {**content, "parameters.npy": bytes(body)})
    with pytest.raises(RunFileError, match="checksum"):
        load_run(saved)


def test_what_is_no_file_is_one_sentence(tmp_path):
    os.mkfifo(tmp_path / "fifo.run")
    (tmp_path / "loop.run").symlink_to(tmp_path / "loop.run")
    for path in (tmp_path, tmp_path / "fifo.run", "/dev/zero"):
        with pytest.raises(RunFileError, match="is not a file"):
            load_run(path)
    for path in (tmp_path / "missing.run", tmp_path / "loop.run", tmp_path / ("x" * 300)):
        with pytest.raises(RunFileError, match="cannot be opened"):
            load_run(path)
    for path in ("a\x00b", "\x1b[2J"):
        with pytest.raises(RunFileError) as error:
            load_run(path)
        assert str(error.value).isprintable()


# ---- saving


def leftovers(directory: Path) -> list[str]:
    return [path.name for path in directory.iterdir() if path.name.endswith(".tmp")]


@pytest.mark.parametrize("reason", [OSError(28, "No space left on device"), KeyboardInterrupt(), MemoryError()])
@pytest.mark.parametrize("place", ["os.fsync", "pathlib.Path.replace", "numpy.savez", "pathlib.Path.open"])
def test_a_save_that_fails_leaves_the_old_file_and_nothing_else(data, saved, monkeypatch, place, reason):
    before = saved.read_bytes()

    def fail(*_args, **_more):
        raise reason

    session = session_on(data)
    monkeypatch.setattr(place, fail)
    with pytest.raises((RunFileError, KeyboardInterrupt, MemoryError)) as error:
        save(saved, session)
    monkeypatch.undo()
    if isinstance(reason, OSError):
        assert "a.run' was not saved: no space left on device" in str(error.value)
    assert saved.read_bytes() == before
    assert leftovers(saved.parent) == []


@pytest.mark.parametrize("room", [0, 1, 100, 5000, 20000])
def test_a_disk_that_fills_up_while_saving(data, saved, room):
    resource = pytest.importorskip("resource")
    before = saved.read_bytes()
    session = session_on(data)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, limits[1]))
    try:
        with pytest.raises(RunFileError, match="was not saved: file too large"):
            save(saved, session)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert saved.read_bytes() == before
    assert leftovers(saved.parent) == []


def test_places_where_no_run_can_be_saved(data, tmp_path, monkeypatch):
    session = session_on(data)
    (tmp_path / "directory").mkdir()
    (tmp_path / "file").touch()
    for path, reason in (
        (tmp_path / "directory", "it is a directory"),
        (tmp_path / "missing" / "a.run", "there is no directory"),
        (tmp_path / "file" / "a.run", "there is no directory"),
        ("/dev/null", "not an ordinary file"),
        ("a\x00b", "the system does not allow that name"),
        (tmp_path / ("x" * 300), "too long"),
    ):
        with pytest.raises(RunFileError, match=reason):
            save(path, session)
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != tmp_path)
    with pytest.raises(RunFileError, match=f"'{tmp_path}' is write-protected"):
        save(tmp_path / "a.run", session)
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != tmp_path / "file")
    with pytest.raises(RunFileError, match="file' is write-protected"):
        save(tmp_path / "file", session)


def test_long_and_strange_names_can_be_saved_to(data, tmp_path):
    for name in ("x" * 255, "ü" * 127, "a [1] *.run", ".hidden", "-x"):
        save(tmp_path / name, session_on(data))
        assert read_run(tmp_path / name).preset == "quick-start"


def test_a_link_stays_a_link(data, saved, tmp_path):
    (tmp_path / "link.run").symlink_to(saved)
    save(tmp_path / "link.run", session_on(data))
    assert (tmp_path / "link.run").is_symlink()
    assert read_run(saved).step == 0


def test_a_file_has_the_rights_it_had_or_those_of_any_new_file(data, tmp_path):
    session = session_on(data)
    mask = os.umask(0o027)
    try:
        save(tmp_path / "a.run", session)
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "a.run").stat().st_mode) == 0o640
    (tmp_path / "a.run").chmod(0o604)
    save(tmp_path / "a.run", session)
    assert stat.S_IMODE((tmp_path / "a.run").stat().st_mode) == 0o604


def test_the_next_save_removes_what_a_killed_save_to_the_same_file_left(data, saved):
    """Also what an older version left."""
    left, of_older = saved.with_name(".a.run.0123abcd.tui-nn.tmp"), saved.with_name(".a.run.4567abcd.tmp")
    other = saved.with_name(".b.run.0123abcd.tui-nn.tmp")
    for path in (left, of_older, other):
        path.touch()
    save(saved, session_on(data))
    assert not left.exists()
    assert not of_older.exists()
    assert other.exists()


def test_the_age_decides_where_the_file_system_has_no_locks(data, saved, monkeypatch):
    def no_locks(file, **more):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(atomic, "lock", no_locks)
    old, young = (saved.with_name(f".a.run.{token}.tui-nn.tmp") for token in ("0123abcd", "4567abcd"))
    for path in (old, young):
        path.touch()
    os.utime(old, (0, time.time() - atomic.STALE - 60))
    save(saved, session_on(data))
    assert not old.exists()
    assert young.exists()


KILLED = """
import os, signal, sys
from tui_nn.session.file.runs import load_run, save_run
path, left = sys.argv[1], int(sys.argv[2])
session = load_run(path)
snapshot = session.step_batch()

def count(frame, event, argument):
    global left
    left -= event == "line"
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    return count

sys.settrace(count)
save_run(path, snapshot, session.dataset)
sys.settrace(None)
print(left)
"""
"""Saves one batch more, and is killed at the given line of all that Python runs for it; else prints what is left."""


def kill_while_saving(path: Path, rounds: int) -> None:
    def saved(left: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", KILLED, str(path), str(left)], capture_output=True, text=True, check=False
        )

    lines = 10**9 - int(saved(10**9).stdout)
    newest = read_run(path).step
    for number in range(rounds):
        # At lines that are spread over the whole save, the first and the last among them.
        killed = saved(1 + number * (lines - 1) // max(rounds - 1, 1))
        assert killed.returncode == -signal.SIGKILL
        step = read_run(path).step
        assert step in (newest, newest + 1)
        newest = step


def test_a_killed_process_leaves_a_whole_run(saved):
    kill_while_saving(saved, 3)


@pytest.mark.slow
def test_200_killed_processes_leave_a_whole_run(saved):
    kill_while_saving(saved, 200)


@pytest.mark.slow
def test_the_largest_networks_can_be_saved_and_opened(data, tmp_path):
    session = session_on(data, NetworkConfig(hidden_sizes=(4096, 4096)), replace(TRAINING, optimizer="adam"))
    session.step_batch()
    save(tmp_path / "a.run", session)
    assert_same(load_run(tmp_path / "a.run").snapshot(), session.snapshot())
