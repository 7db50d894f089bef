"""Damaged files of every format are refused with one error class, or are read as they are. `test_hostile_files` has the bounds."""

from __future__ import annotations

import random
import resource
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hostile_files import GOOD, MEMORY, READERS, SECONDS, picture, small

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.choices.edits import OFF, WEIGHT, Edit
from tui_nn.data.dataset import DataError, Dataset, Split
from tui_nn.data.own import PLACE, add_own, own_path, read_own
from tui_nn.lessons.fields import LessonError
from tui_nn.lessons.progress import Place, Progress, change_progress, load_progress
from tui_nn.presets import PresetError, read_preset
from tui_nn.presets.share import ShareError, read_share_line, share_line
from tui_nn.session.file.runs import RunFileError, load_run, read_run, save_run
from tui_nn.session.run.history import Change
from tui_nn.session.run.session import Session

NUMBERS = (
    b"\0",
    b"\1",
    b"\xff",
    b"\x7f\xff\xff\xff",
    b"\xff" * 4,
    b"\0" * 4,
    b"9" * 9,
    b"-1",
    b"nan",
    b"[" * 50,
    b"\n",
)


@dataclass(frozen=True)
class Format:
    """A format, with the reader of its files and the only error that it may raise."""

    good: bytes
    read: Callable[[Path], object]
    error: type[Exception]


def mutant(good: bytes, chance: random.Random) -> bytes:
    """Return the bytes with one to four random changes: flipped bits, cuts, copies, and numbers at the limits."""
    bad = bytearray(good)
    for _ in range(chance.randint(1, 4)):
        at, other = sorted(chance.randrange(len(bad) + 1) for _ in range(2))
        match chance.randrange(7):
            case 0 | 1 if at < len(bad):
                bad[at] ^= 1 << chance.randrange(8)
            case 2:
                bad[at : at + 4] = chance.choice(NUMBERS)
            case 3:
                bad[at:at] = chance.choice(NUMBERS)
            case 4:
                del bad[at : at + chance.choice((1, 2, 4, 50))]
            case 5:
                bad[at:at] = bad[at : min(other, at + 200)]
            case 6:
                del bad[max(at, 1) :]
    return bytes(bad)


def read_text(read: Callable[[str], object]) -> Callable[[Path], object]:
    """Return a reader of files for a reader of text. Bytes that are no text become other characters."""
    return lambda path: read(path.read_bytes().decode(errors="replace"))


def open_run(path: Path) -> None:
    """Open a run; what opens, saves and opens again."""
    session = load_run(path, small())
    save_run(path, session.snapshot(), session.dataset)
    load_run(path, small())


def progress(path: Path) -> None:
    """Read the progress of the lessons. A problem is a sentence and no error."""
    if problem := load_progress(path)[1]:
        raise DataError(problem)


def open_own(path: Path) -> None:
    own_path().write_bytes(path.read_bytes())
    read_own()


@pytest.fixture(scope="module")
def formats(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Format]:
    folder = tmp_path_factory.mktemp("good")
    found = {}
    for kind, write in GOOD.items():
        write(folder / f"good.{kind}")
        contents = (folder / f"good.{kind}").read_bytes()
        found[kind] = Format(
            contents,
            *{
                "pgm": (picture, DataError),
                "run": (open_run, RunFileError),
                "lesson": (READERS["lesson"], LessonError),
            }.get(kind, (READERS[kind], DataError)),
        )
    found["p2"] = Format(b"P2 # text\n12 9\n255\n" + b"250 " * 60 + b"9 " * 48, picture, DataError)
    preset = (Path(__file__).parents[1] / "tui_nn/presets/best.toml").read_bytes()
    found["toml"] = Format(preset, read_text(lambda text: read_preset("x", text)), PresetError)
    changes = (
        Change.at((5, 0), {"learning_rate": 0.01}),
        Change.at((5, 12), {}, (Edit(WEIGHT, 0, 3, 400, 0.5), Edit(OFF, 1, 7))),
    )
    line = share_line(NetworkConfig(hidden_sizes=(32, 16)), TrainingConfig(optimizer="adam", dropout=0.2), changes)
    found["share"] = Format(line.encode(), read_text(read_share_line), ShareError)
    places = {"momentum": Place(2, False, {1: "b"}, 1), "x": Place(4, True, {})}
    change_progress(lambda _: Progress(places), folder / "progress")
    found["progress"] = Format((folder / "progress").read_bytes(), progress, DataError)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(PLACE, str(folder))
        for label in range(3):
            add_own(small().train.images[label], label)
        found["own"] = Format(own_path().read_bytes(), open_own, DataError)
    return found


@pytest.mark.parametrize("count", [400, pytest.param(75_000, marks=pytest.mark.slow)])
def test_mutants_of_all_formats_raise_one_kind_of_error(
    count: int, formats: dict[str, Format], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PLACE, str(tmp_path))
    outcomes, longest, sentences = Counter[tuple[str, str]](), 0.0, set[tuple[str, str]]()
    for name, format in formats.items():
        warm = tmp_path / f"warm{'.gz' if name.endswith('.gz') else ''}"
        warm.write_bytes(format.good)
        format.read(warm)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for number in range(count):
        name = list(formats)[number % len(formats)]
        format, path = formats[name], tmp_path / f"mutant{'.gz' if name.endswith('.gz') else ''}"
        path.write_bytes(mutant(format.good, random.Random(number)))
        begun = time.process_time()
        try:
            format.read(path)
            outcomes[name, "read"] += 1
        except format.error as error:
            outcomes[name, "refused"] += 1
            sentences.add((name, str(error)))
        longest = max(longest, time.process_time() - begun)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(dict(outcomes), f"longest {longest:.3f} s, {grown:.1f} MiB more")
    assert [sentence for _, sentence in sentences if not sentence.isprintable()] == []
    assert grown < MEMORY
    if count > 1000:
        assert longest < SECONDS


def tiny_session() -> Session:
    """Return a run on pictures of 8 x 8 pixels, whose file is small."""
    images = np.random.default_rng(0).integers(0, 256, (8, 64)).astype(np.uint8)
    split = Split(images, np.arange(8, dtype=np.uint8) % 2, ("cat", "dog"))
    session = Session(
        Dataset("tiny", "tiny", split, split), NetworkConfig(hidden_sizes=()), TrainingConfig(batch_size=4)
    )
    session.step_epoch()
    session.step_batch()
    return session


@pytest.mark.parametrize("stride", [1009, pytest.param(1, marks=pytest.mark.slow)])
def test_a_run_with_one_flipped_bit_is_refused_or_unchanged(stride: int, tmp_path: Path) -> None:
    """Bits of times and rights in the zip directory have no meaning, and the run is then the same."""
    session, path = tiny_session(), tmp_path / "a.run"
    save_run(path, session.snapshot(), session.dataset)
    whole, run, outcomes, longest = path.read_bytes(), read_run(path), Counter[str](), 0.0
    for bit in range(0, 8 * len(whole), stride):
        flipped = bytearray(whole)
        flipped[bit // 8] ^= 1 << bit % 8
        path.write_bytes(flipped)
        begun = time.process_time()
        try:
            found = read_run(path)
            outcomes["unchanged"] += 1
        except RunFileError:
            outcomes["refused"] += 1
        else:
            assert found.parameters.vector.tobytes() == run.parameters.vector.tobytes(), bit
            assert (found.history, found.training, found.data) == (run.history, run.training, run.data), bit
        longest = max(longest, time.process_time() - begun)
    print(len(whole), "bytes", dict(outcomes), f"longest {longest:.3f} s")
    assert outcomes["refused"] > outcomes["unchanged"]
    if stride == 1:
        assert longest < SECONDS
