"""Files that try to use up time or memory are refused with one sentence, or are read within the stated bounds."""

from __future__ import annotations

from pathlib import Path

import hostile_files
import pytest
from hostile_files import HOSTILE, LARGE, MEMORY, PIXELS, READERS, SECONDS, measure, warm

from tui_nn.data.dataset import DataError
from tui_nn.lessons.fields import LessonError
from tui_nn.session.file.runs import RunFileError

LONG = ("MiB", "GiB", "million", "300,000", "60,000", "200,000")
QUICK = [name for name in HOSTILE if not any(word in name for word in LONG)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder, after good files of all formats were read."""
    folder = tmp_path_factory.mktemp("files")
    warm(folder)
    return folder


def assert_one_sentence(text: str) -> None:
    assert text
    assert text.isprintable()
    assert text.rstrip(".").count(". ") == 0
    assert len(text) < 600
    for word in ("None", "NoneType", "Traceback", "Error", "unpack "):
        assert word not in text


@pytest.mark.parametrize("name", QUICK)
def test_a_hostile_file_is_refused_with_a_sentence(name: str, folder: Path) -> None:
    path = folder / f"hostile.{name.split()[0]}"
    HOSTILE[name](path)
    with pytest.raises((DataError, RunFileError, LessonError)) as caught:
        READERS[name.split()[0]](path)
    assert_one_sentence(str(caught.value))


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_takes_little_time_and_memory(name: str, folder: Path) -> None:
    """The time is that of the processor, so that other programs do not matter."""
    found = measure(name, HOSTILE[name], folder)
    assert found.error == {"run": "RunFileError", "lesson": "LessonError"}.get(name.split()[0], "DataError")
    assert_one_sentence(found.sentence)
    assert found.seconds < SECONDS
    assert found.memory < MEMORY


@pytest.mark.slow
@pytest.mark.parametrize("name", LARGE)
def test_a_large_picture_takes_the_memory_of_its_pixels(name: str, folder: Path) -> None:
    write, each = LARGE[name]
    found = measure(name, write, folder)
    assert found.error == "DataError"
    assert found.memory < MEMORY + PIXELS * each / hostile_files.MIB
