"""A storm of keys, clicks, sizes and commands over a pane, the same again for the same seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from textual import events
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from tui_nn.ui.kit.view_pane import ViewPane

ELSEWHERE = ("1", "2", "space", "b", "r", "left_square_bracket", "right_square_bracket")
"""Other panes, training, time travel."""


def all_keys(pane: type[ViewPane]) -> list[str]:
    """Every key of a pane and of each of its views, and the digits that some of them take."""
    bound = {key for _, binding in pane.all_bindings() for key in binding.key.split(",")}
    return [*sorted(bound), *"0123456789"]


async def storm(
    pilot: Pilot[Any], pane: type[ViewPane], count: int, seed: int, acts: Sequence[Callable[[], None]] = ()
) -> list[str]:
    """Type, click, resize and now and then do one of `acts` at random; what was done, for whoever has to find out."""
    app, chance, done = pilot.app, random.Random(seed), []
    # Back here often enough that most keys are for this pane.
    keys, views, elsewhere = all_keys(pane), [view.KEY for view in pane.VIEWS], [*ELSEWHERE, *[pane.NUMBER] * 4]
    for number in range(count):
        kind = chance.random()
        if kind < 0.2:
            width, height = app.size
            x, y = chance.randrange(width), chance.randrange(2, height - 1)
            done.append(f"click {x},{y}")
            for event in (events.MouseMove, events.MouseDown, events.MouseUp):
                button = 0 if event is events.MouseMove else 1
                app.screen._forward_event(event(None, x, y, 0, 0, button, False, False, False, x, y))
        elif kind < 0.23:
            size = chance.choice([(80, 24), (60, 20), (120, 40), (160, 50)])
            done.append(f"size {size}")
            await pilot.resize_terminal(*size)
        elif acts and kind < 0.25:
            act = chance.randrange(len(acts))
            done.append(f"act {act}")
            acts[act]()
        else:
            key = chance.choice(keys if kind < 0.9 else views if kind < 0.96 else elsewhere)
            done.append(key)
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        if number % 8 == 7:
            app.screen_stack[0].listen()
            await pilot.pause()
    # A question that was closed takes its worker along; that is no fault.
    with suppress(WorkerCancelled):
        await app.workers.wait_for_complete()
    await pilot.pause()
    return done
