"""The home of the app: the preferences of its user, the keyboard, and the state that the app remembers."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import lru_cache

from tui_nn.home.keyboard import Keyboard, load_keyboard
from tui_nn.home.memory import Memory, load_memory, remember, remember_run
from tui_nn.home.preferences import Preferences, load_preferences


@dataclass(frozen=True, slots=True)
class Home:
    """The preferences and the remembered state that the app finds when it starts. `Home()` has only default values, and uses no
    file.
    """

    preferences: Preferences = field(default_factory=Preferences)
    keyboard: Keyboard = field(default_factory=Keyboard)
    memory: Memory = field(default_factory=Memory)
    """The state (such as theme and recent runs) that the app stored when it last ran."""
    problems: tuple[str, ...] = ()
    """One sentence for each mistake in the files of the user, without a full stop."""
    is_kept: bool = False
    """True if this app also stores its state for the next start."""

    @classmethod
    def of_user(cls) -> Home:
        """Return the home of the user. Read config.toml, the keyboard layout, and the memory of earlier apps."""
        preferences, wrong = load_preferences()
        keyboard, wrong_keys = load_keyboard(preferences)
        memory = load_memory() if preferences.remember else Memory()
        return cls(preferences, keyboard, memory, wrong + wrong_keys, is_kept=True)

    @property
    def has_saved_runs(self) -> bool:
        """True if a run file that an earlier app saved or opened still exists."""
        return _one_exists(self.memory.runs)

    def recent_runs(self) -> tuple[str, ...]:
        """Return the paths of the recent runs, the newest first. Another app may have added some."""
        return load_memory().runs if self.is_kept else ()

    def remember_run(self, path: str) -> None:
        """Remember a run file that was saved or opened."""
        if self.is_kept:
            remember_run(path)

    def remember(self, *, theme: str, pane: str, zoomed: bool) -> None:
        """Store the theme and the pane for the next start, unless the user prefers that the app always begins in the same way."""
        if self.is_kept and self.preferences.remember:
            remember(theme=theme, pane=pane, zoomed=zoomed)


@lru_cache(maxsize=1)
def _one_exists(paths: tuple[str, ...]) -> bool:
    # The empty chart asks for this at each drawing. The answer is kept, because a folder on a network may be slow.
    return any(os.path.exists(path) for path in paths)
