"""The flags that name a view of the app and keys to press in it."""

from __future__ import annotations

from tui_nn.cli.parser import UsageError, did_you_mean
from tui_nn.engine.look import Look, LookTextError, read_look


def check_look(flag: str, text: str) -> Look:
    """Return the `Look` (the description of one view) that the value of a flag names.

    Raises:
        UsageError: if there is no such pane or view.
    """
    # This import is here, and not at the top, because the panes load NumPy and Textual, which is slow.
    from tui_nn.ui.shell.stage import look_fault

    try:
        look = read_look(text.lower())
    except LookTextError as error:
        raise UsageError(f"{flag}: {error}") from None
    if fault := look_fault(look):
        raise UsageError(f"{flag} is '{text}': {fault}")
    return look


def check_keys(text: str) -> tuple[str, ...]:
    """Return the names of the keys that --keys lists, separated by spaces.

    Raises:
        UsageError: if one of them is not the name of a key.
    """
    from tui_nn.ui.shell.key_names import KEY_NAMES, is_key

    keys = tuple(text.split())
    for key in keys:
        if not is_key(key):
            raise UsageError(f"--keys contains '{key}', which is not the name of a key{did_you_mean(key, KEY_NAMES)}")
    return keys
