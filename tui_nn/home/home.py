"""The home of the app: the preferences of its user, the keyboard, and what the app remembers."""

from __future__ import annotations

from dataclasses import dataclass, field

from tui_nn.home.keyboard import Keyboard, load_keyboard
from tui_nn.home.memory import Memory, load_memory, remember, remember_run
from tui_nn.home.preferences import Preferences, load_preferences


@dataclass(frozen=True, slots=True)
class Home:
    """What the app finds at its start. `Home()` has only defaults, and neither reads nor writes a file."""

    preferences: Preferences = field(default_factory=Preferences)
    keyboard: Keyboard = field(default_factory=Keyboard)
    memory: Memory = field(default_factory=Memory)
    """What an earlier app has remembered."""
    problems: tuple[str, ...] = ()
    """One sentence for each mistake in the files of the user, without a full stop."""
    is_kept: bool = False
    """True if this app remembers things, too."""

    @classmethod
    def of_user(cls) -> Home:
        """Return the home of the user: read config.toml, the keyboard layout, and what was remembered."""
        preferences, wrong = load_preferences()
        keyboard, wrong_keys = load_keyboard(preferences)
        memory = load_memory() if preferences.remember else Memory()
        return cls(preferences, keyboard, memory, wrong + wrong_keys, is_kept=True)

    def recent_runs(self) -> tuple[str, ...]:
        """Return the paths of the recent runs, the newest first. Another app may have added some."""
        return load_memory().runs if self.is_kept else ()

    def remember_run(self, path: str) -> None:
        """Remember a run file that was saved or opened."""
        if self.is_kept:
            remember_run(path)

    def remember(self, *, theme: str, pane: str, zoomed: bool) -> None:
        """Remember how the app looks at its end, unless the user prefers that it begins the same way every time."""
        if self.is_kept and self.preferences.remember:
            remember(theme=theme, pane=pane, zoomed=zoomed)
