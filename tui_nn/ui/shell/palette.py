"""The commands of the palette: keys, and what you can look for by name (settings, presets, hints, words of the glossary)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import SystemCommand
from textual.binding import Binding
from textual.screen import Screen

from tui_nn.config.configs import settings
from tui_nn.engine.commands import Restart
from tui_nn.engine.look import Look
from tui_nn.glossary import GLOSSARY
from tui_nn.presets import load_preset, preset_names
from tui_nn.ui.kit.keys import repeats_screen_key
from tui_nn.ui.kit.messages import Show, StartOver

if TYPE_CHECKING:
    from tui_nn.config.setting import Setting
    from tui_nn.session.run.snapshot import Snapshot
    from tui_nn.ui.kit.pane import Pane

_ALSO = {
    "hidden_sizes": "how many layers and units",
    "train_limit": "how many training examples (digits) are used",
    "patience": "early stopping",
    "l2": "weight decay",
    "noise": "augmentation",
}
"""Other words under which a person may search for a setting. The palette adds them to the title of the setting, because it searches
only titles.
"""


def all_commands(
    screen: Screen[Any],
    shown: Look,
    kinds: Sequence[type[Pane]],
    act_in: Callable[[str, str, str], Awaitable[object]],
) -> Iterator[SystemCommand]:
    """Yield a command for each key that works now, and for each key of the panes `kinds`. `shown` names the current pane and view.

    `act_in` takes a pane, a view and an action, brings both to the front and does the action.
    """
    app = screen.app
    seen: set[str] = set()
    for node, binding, enabled, _ in screen.active_bindings.values():
        # Only bindings of this app have a tooltip. Those of Textual, such as focus and copy, have none.
        if node is not app and enabled and binding.tooltip and binding.action not in seen:
            seen.add(binding.action)
            yield _command(screen, "", binding, partial(app.run_action, binding.action, node))
    for kind in kinds:
        for view, binding in kind.all_bindings():
            is_shown = shown.pane == kind.TITLE and view in ("", shown.view)
            if not is_shown and not repeats_screen_key(binding):
                where = f"{kind.TITLE}, {view}: " if view else f"{kind.TITLE}: "
                yield _command(screen, where, binding, partial(act_in, kind.TITLE, view, binding.action))


def topics(screen: Screen[Any], snapshot: Snapshot | None) -> Iterator[SystemCommand]:
    """Yield a command for each setting, preset, glossary word, bookmark and hint. The palette lists them only in a search.

    The command of a setting goes to its field. The command of a hint goes to the list of hints. A preset is applied, a word
    is explained, and the view of a bookmark is shown.
    """
    find_rate = partial(screen.run_action, "find_rate")
    yield _topic(
        "Find a learning rate", "Draw the loss while the learning rate rises, and name the best rate", find_rate
    )
    for setting in settings():
        look = Look("Configure", setting.name.replace("_", " "))
        also = f" ({_ALSO[setting.name]})" if setting.name in _ALSO else ""
        about = setting.describe(_present(setting, snapshot))
        yield _topic(f"Setting: {setting.label}{also}", about, partial(screen.post_message, Show(look)))
    for name in preset_names():
        yield _topic(f"Preset: {name}", load_preset(name).about, partial(_apply_preset, screen, snapshot, name))
    for term, meaning in GLOSSARY.items():
        explain = partial(screen.notify, f"{term}: {meaning}", timeout=20, markup=False)
        yield _topic(f"Word: {term}", meaning, explain)
    if snapshot is not None:
        from tui_nn.ui.shell.bookmarks import look_of

        for bookmark in snapshot.bookmarks:
            if (view := look_of(bookmark)) is not None:
                yield _topic(f"Bookmark: {bookmark.name}", bookmark.look, partial(screen.post_message, Show(view)))
        # This import is here, and not at the top, because the app's first frame must not wait for NumPy.
        from tui_nn.session.hints import RULES

        for rule in RULES:
            yield _topic(f"Hint: {rule.title}", rule.why, partial(screen.post_message, Show(Look("Inspect", "hints"))))


def _present(setting: Setting, snapshot: Snapshot | None) -> object:
    """Return the value of a setting in the present run, or its default if there is no run."""
    if snapshot is None:
        return setting.default
    owner = snapshot.network if setting in snapshot.network.settings else snapshot.training
    return getattr(owner, setting.name)


def _topic(title: str, about: str, act: Callable[[], object]) -> SystemCommand:
    return SystemCommand(title, about, act, discover=False)


def _apply_preset(screen: Screen[Any], snapshot: Snapshot | None, name: str) -> None:
    """Ask the screen for a run with a preset."""
    if snapshot is not None:
        preset = load_preset(name)
        network = preset.network.for_data(snapshot.network.input_size, snapshot.network.output_size)
        restart = Restart(network, preset.training, name)
        screen.post_message(
            StartOver(restart, f"Start over with the preset {name}?", f"Started over with the preset {name}")
        )


def _command(screen: Screen[Any], where: str, binding: Binding, run: Callable[[], Awaitable[object]]) -> SystemCommand:
    title = f"{where}{binding.description}" if where else binding.description[0].upper() + binding.description[1:]
    key = screen.app.get_key_display(binding)

    async def act() -> None:
        await run()

    return SystemCommand(f"{title}  ({key})", binding.tooltip or binding.description, act)
