"""Long work on a thread beside the event loop."""

from __future__ import annotations

import asyncio
import gc
import threading
import warnings
from collections.abc import Iterator

from textual.app import App
from textual.widgets import Static

from tui_nn.ui.kit.background import Background


async def test_only_the_newest_of_many_requests_is_completed() -> None:
    """The first waits on its thread until the others are requested. Then it and the second yield no more values."""
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


async def test_a_worker_that_is_cancelled_before_it_begins_leaves_no_warning() -> None:
    """As when the app closes at once after a key."""
    app: App[None] = App()
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        async with app.run_test():
            owner = Static()
            await app.mount(owner)
            Background(owner, lambda _: None).ask(iter(()))
            app.workers.cancel_all()
        gc.collect()
    assert not said
