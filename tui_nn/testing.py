"""Tests of lessons, runs and screens in a project of your own, with pytest.

Write this line into your `conftest.py`:

    pytest_plugins = ["tui_nn.testing"]

Then every test can ask for the fixture `trainer`:

    def test_my_lesson_keeps_its_promise(trainer):
        assert trainer.lesson("slow", folder="lessons").holds

    def test_my_settings_are_enough(trainer):
        run = trainer.run(epochs=3, hidden_sizes=(16,), train_limit=1000)
        assert run.record.test_accuracy > 0.6

    def test_my_screen(trainer):
        screen = trainer.screen(epochs=1, size=(80, 24))
        assert "unit 0 of 128" in screen.press("3", "u").text

No run and no picture depends on the clock or the terminal. The tests do not write into the folders of the user. pytest must be
installed. pytest does not load this module by itself, so it does not slow down other projects.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

if TYPE_CHECKING:
    from tui_nn.data.dataset import Dataset
    from tui_nn.lessons.headless import Outcome
    from tui_nn.session.run.session import Session
    from tui_nn.session.run.snapshot import Snapshot

T = TypeVar("T")


class Screen:
    """The app on a screen in memory. Each method returns only when training and drawing have ended."""

    def __init__(self, session: Session, size: tuple[int, int], *, ascii_only: bool = False) -> None:
        """Show a session on a screen of `size` columns and rows. `Trainer.screen` makes screens, and closes them."""
        from tui_nn.engine.messages import Start
        from tui_nn.engine.timeless import TimelessEngine
        from tui_nn.ui.shell.stage import open_stage

        start = Start(dataset=session.dataset, preset=session.preset, snapshot=session.snapshot_to_save())
        # The screen gets an event loop of its own, so that it cannot disturb other tests that use asyncio.
        self._runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
        self._exit = AsyncExitStack()
        opened = open_stage(TimelessEngine(start), size, ascii_only=ascii_only)
        self._stage = self._run(self._exit.enter_async_context(opened))

    @property
    def text(self) -> str:
        """The text on the screen, with one line for each row."""
        return self._stage.text

    @property
    def svg(self) -> str:
        """A picture of the screen in colour, as SVG."""
        return self._stage.svg

    @property
    def snapshot(self) -> Snapshot:
        """The run on the screen: its settings, history and parameters, and its outputs for the test data."""
        return self._stage.snapshot

    def press(self, *keys: str) -> Screen:
        """Press keys by their names, such as "space", "3" or "ctrl+s", and return the screen.

        Raises:
            ValueError: if a name is not the name of a key.
        """
        from tui_nn.ui.shell.key_names import is_key

        for key in keys:
            if not is_key(key):
                raise ValueError(f"{key!r} is not the name of a key")
        self._run(self._stage.press(*keys))
        return self

    def show(self, look: str) -> Screen:
        """Show a view by its text, such as "inspect/unit layer=0 unit=5 epoch=2", and return the screen.

        Raises:
            ValueError: if the text does not describe a view of the app.
        """
        from tui_nn.engine.look import read_look
        from tui_nn.ui.shell.stage import look_fault

        wanted = read_look(look)
        if fault := look_fault(wanted):
            raise ValueError(f"{look!r} names no view: {fault}")
        self._run(self._stage.show(wanted))
        return self

    def close(self) -> None:
        """Close the app."""
        try:
            self._run(self._exit.aclose())
        finally:
            self._runner.close()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._runner.run(work)


class Trainer:
    """The fixture that trains networks, plays lessons, and opens screens for one test."""

    def __init__(self) -> None:
        """Begin with no open screen."""
        self._screens: list[Screen] = []

    def run(
        self, preset: str = "quick-start", *, epochs: int = 1, data: str | Path | Dataset | None = None, **settings: Any
    ) -> Snapshot:
        """Train a network for some epochs and return the run. `settings` replace values of the preset, such as
        `hidden_sizes=(16,)`.

        The times in its history are 0, so that equal runs are equal.

        Raises:
            ValueError: if the preset, the data or a setting cannot be used. The message is one sentence.
        """
        from tui_nn.engine.timeless import without_times

        return without_times(_trained(preset, epochs, data, settings).snapshot())

    def lesson(self, name: str, folder: str | Path | None = None, seed: int | None = None) -> Outcome:
        """Play a lesson, and return the values that were measured for its checks and for their opposites. For a
        challenge, return the values that were measured for its repairs.

        `folder` contains the lesson files; None means the lessons of the package. `outcome.holds` is True if every
        claim of the lesson is true, and `outcome.rows()` returns each measured value.

        Raises:
            ValueError: if there is no such lesson, or its file is wrong. The message names the line.
        """
        from tui_nn.lessons.headless import measure_lesson
        from tui_nn.lessons.library import load_lesson

        return measure_lesson(load_lesson(name, None if folder is None else str(folder), seed=seed))

    def screen(
        self,
        preset: str = "quick-start",
        *,
        epochs: int = 0,
        size: tuple[int, int] = (80, 24),
        ascii_only: bool = False,
        data: str | Path | Dataset | None = None,
        **settings: Any,
    ) -> Screen:
        """Train as `run` does, and open the app with this run. The screen is closed after the test.

        Raises:
            ValueError: for the same reasons as `run`.
        """
        screen = Screen(_trained(preset, epochs, data, settings), size, ascii_only=ascii_only)
        self._screens.append(screen)
        return screen

    def close(self) -> None:
        """Close all screens."""
        while self._screens:
            self._screens.pop().close()


def _trained(preset: str, epochs: int, data: str | Path | Dataset | None, settings: dict[str, Any]) -> Session:
    from tui_nn.engine.blas import one_blas_thread

    # BLAS must be limited to one thread before NumPy is imported. With one thread, all machines with the same kind of
    # processor compute equal bits.
    one_blas_thread()
    from tui_nn.notebook import untrained

    session = untrained(preset, str(data) if isinstance(data, Path) else data, **settings)
    for _ in session.run(epochs):
        pass
    return session


@pytest.fixture
def trainer(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trainer]:
    """Train networks, play lessons and open screens. The app writes its memory to a folder of the test."""
    home = tmp_path_factory.mktemp("tui-nn")
    for name in list(os.environ):
        if name in ("NO_COLOR", "FORCE_COLOR", "COLORTERM", "COLUMNS", "LINES") or name.startswith("TEXTUAL_"):
            monkeypatch.delenv(name)
    for name, value in (
        ("TUI_NN_STATE_DIR", str(home / "state")),
        ("TUI_NN_CONFIG_DIR", str(home / "config")),
        ("TEXTUAL_ANIMATIONS", "none"),
        ("TEXTUAL_COLOR_SYSTEM", "truecolor"),
        ("TERM", "xterm-256color"),
    ):
        monkeypatch.setenv(name, value)
    found = Trainer()
    try:
        yield found
    finally:
        found.close()
