"""Long work beside the loop, and the training digits that some of it needs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from textual.app import App
from textual.widgets import Static

from tui_nn.data.dataset import DataError, Dataset
from tui_nn.engine.messages import Opened
from tui_nn.ui.kit.background import Background
from tui_nn.ui.mistakes.training_digits import training_digits


async def test_of_many_requests_the_newest_is_finished() -> None:
    """The first waits on its thread until the others have been asked for; it and the second give nothing more."""
    gate, begun, taken, ended, threads = threading.Event(), threading.Event(), [], [], set()

    def values(name: str) -> Iterator[str]:
        for number in range(3):
            threads.add(threading.current_thread())
            if name == "first":
                begun.set()
                gate.wait()
            yield f"{name} {number}"

    app: App[None] = App()
    async with app.run_test():
        owner = Static()
        await app.mount(owner)
        background = Background(owner, taken.append, lambda: ended.append(True))
        background.ask(values("first"))
        await asyncio.to_thread(begun.wait)
        background.ask(values("second"))
        background.ask(values("third"))
        gate.set()
        await app.workers.wait_for_complete()
        assert taken == ["third 0", "third 1", "third 2"]
        assert ended == [True]
        assert not background.busy
        assert threading.main_thread() not in threads


def test_the_training_digits_are_those_that_the_engine_has(digits: Dataset) -> None:
    data = Opened(digits.name, len(digits.train), digits.test, digits.source)
    assert (training_digits(data).images == digits.train.images).all()
    assert len(training_digits(data, 50)) == 50
    with pytest.raises(DataError, match="has changed"):
        training_digits(replace(data, train_examples=3))
