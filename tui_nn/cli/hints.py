"""What is wrong with a run, on the command line: told once, when it is first found."""

from __future__ import annotations

from itertools import chain
from textwrap import wrap

from tui_nn.cli.flags import flag_of
from tui_nn.config.configs import settings
from tui_nn.session.hints import Fix, Hint, hints
from tui_nn.session.questions.probe import probe, probe_digits
from tui_nn.session.run.session import Session

_INDENT = " " * len("hint: ")


class NewHints:
    """The hints about a session that were not there before."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    def look(self, session: Session) -> list[Hint]:
        """What the rules find now and have not found since this was made."""
        snapshot, test = session.snapshot(), session.dataset.test
        # Gradients are in the records from the first epoch on.
        statistics = None if snapshot.epoch else probe(snapshot, test, probe_digits(test))
        new = [hint for hint in hints(snapshot, statistics) if hint.name not in self._told]
        self._told.update(hint.name for hint in new)
        return new


def hint_lines(hint: Hint) -> list[str]:
    """What is wrong, why, and what to type, each from a new line of at most 100 characters."""
    parts = [f"hint: {hint.title}. {hint.says}", hint.why, *([fix_line(hint.fix)] if hint.fix else [])]
    lines = [
        wrap(part, 100, initial_indent=_INDENT * (number > 0), subsequent_indent=_INDENT)
        for number, part in enumerate(parts)
    ]
    return list(chain.from_iterable(lines))


def fix_line(fix: Fix) -> str:
    """What to type: "Try --learning-rate 0.1, from the start"."""
    if fix.pane:
        return f"See them with tui-nn {fix.pane.lower()}."
    table = {setting.name: setting for setting in settings()}
    flags = " ".join(f"{flag_of(name)} {table[name].format(value)}" for name, value in fix.settings.items())
    return f"Try {flags}, from the start." if fix.start_over else f"Try {flags}."
