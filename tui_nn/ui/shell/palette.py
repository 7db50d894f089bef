"""The commands of the palette: every key that works now, and the keys of the other panes and views."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import SystemCommand
from textual.binding import Binding
from textual.screen import Screen

if TYPE_CHECKING:
    from tui_nn.ui.kit.pane import Pane


def all_commands(
    screen: Screen[Any],
    front: Pane,
    kinds: Sequence[type[Pane]],
    act_in: Callable[[str, str, str], Awaitable[object]],
) -> Iterator[SystemCommand]:
    """Yield a command for each key that works now, and for each key of the panes `kinds`.

    `act_in` takes a pane, a view and an action, brings both to the front and does the action.
    """
    app = screen.app
    seen: set[str] = set()
    for node, binding, enabled, _ in screen.active_bindings.values():
        # Bindings of Textual (focus, copy) have no tooltip; all bindings of this app have one.
        if node is not app and enabled and binding.tooltip and binding.action not in seen:
            seen.add(binding.action)
            yield _command(screen, "", binding, partial(app.run_action, binding.action, node))
    in_front = ("", front.current_look.view)
    for kind in kinds:
        for view, binding in kind.all_bindings():
            shown = kind.TITLE == front.TITLE and view in in_front
            if not shown and not binding.action.startswith("screen."):
                where = f"{kind.TITLE}, {view}: " if view else f"{kind.TITLE}: "
                yield _command(screen, where, binding, partial(act_in, kind.TITLE, view, binding.action))


def _command(screen: Screen[Any], where: str, binding: Binding, run: Callable[[], Awaitable[object]]) -> SystemCommand:
    title = f"{where}{binding.description}" if where else binding.description[0].upper() + binding.description[1:]
    key = screen.app.get_key_display(binding)

    async def act() -> None:
        await run()

    return SystemCommand(f"{title}  ({key})", binding.tooltip or binding.description, act)
