"""The keys that work in every pane. One table serves the main screen, the footers, the help, the palette and docs/keys.md.

The keys of a single pane or view are in its own `BINDINGS`; `shell.key_table` combines all of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from textual.binding import Binding


@dataclass(frozen=True, slots=True)
class ScreenKey:
    """A key that works in every pane, with its action and its texts."""

    key: str
    action: str
    name: str
    """The word for the key in the footer and the palette."""
    id: str
    """The name of the key in Textual's key map."""
    tooltip: str
    """One sentence for the help, the palette and docs/keys.md."""
    shown: str | None = None
    """The text for the key, if Textual would write another one; else ""."""
    in_footer: bool = False
    """True if the footer of every pane shows it."""
    first: bool = False
    """True if this key works instead of the same key of a pane."""

    @property
    def binding(self) -> Binding:
        """Return the Textual key binding that the main screen has for this key."""
        return Binding(
            self.key, self.action, self.name, show=self.in_footer, key_display=self.shown, id=self.id,
            tooltip=self.tooltip, priority=self.first,
        )  # fmt: skip


SCREEN_KEYS = (
    ScreenKey("1", "show('Configure')", "Configure", "pane-configure", "Go to Configure"),
    ScreenKey("2", "show('Train')", "Train", "pane-train", "Go to Train"),
    ScreenKey("3", "show('Inspect')", "Inspect", "pane-inspect", "Go to Inspect"),
    ScreenKey("4", "show('Mistakes')", "Mistakes", "pane-mistakes", "Go to Mistakes"),
    ScreenKey("5", "show('Lessons')", "Lessons", "pane-lessons", "Go to Lessons, or back to the lesson"),
    ScreenKey("space", "step_epoch", "epoch", "epoch", "Train one epoch: every example once"),
    ScreenKey("b", "step_batch", "batch", "batch", "Train one batch, which makes one update"),
    ScreenKey("m", "microscope", "microscope", "microscope", "Follow one update step by step"),
    ScreenKey("r", "run", "run", "run", "Train epoch after epoch"),
    ScreenKey("r", "pause", "pause", "pause", "Pause training; r continues"),
    ScreenKey(
        "left_parenthesis",
        "pace(False)",
        "slower",
        "slower",
        "Let r train fewer epochs a second, for a class",
        "(",
    ),
    ScreenKey("right_parenthesis", "pace(True)", "faster", "faster", "Let r train more epochs a second", ")"),
    ScreenKey("e", "restart_engine", "restart", "engine", "Start the engine again after it has stopped", None, True),
    ScreenKey(
        "z", "zoom", "zoom", "zoom", "Show one pane on the whole screen, then the chart of Train alone, then all again"
    ),
    ScreenKey(
        "G", "gradients", "check gradients", "check-gradients", "Compare backpropagation with numerical gradients"
    ),
    ScreenKey("ctrl+s", "save", "save", "save", "Save the run to a file"),
    ScreenKey("S", "save_as", "save as", "save-as", "Save the run to a file with another name"),
    ScreenKey("O", "open_run", "open a run", "open-run", "List recent and unsaved runs, and open one"),
    ScreenKey(
        "E", "export", "export", "export", "Write the run to a file: script, notebook, weights, matrix or picture"
    ),
    ScreenKey("question_mark", "help", "help", "help", "Explain this pane and its keys", "?", True),
    ScreenKey("R", "start_over(0)", "start over", "reset", "Start again at epoch 0 with the same random weights"),
    ScreenKey("N", "start_over(1)", "new weights", "new-weights", "Start again with different random weights"),
    ScreenKey(
        "ctrl+u",
        "undo_run",
        "undo",
        "undo-run",
        "Undo the last restart, change of settings or edit; a second press redoes it",
    ),
    ScreenKey("A", "again", "again", "again", "Train another run with one changed setting and the same seed"),
    ScreenKey(
        "C",
        "compare",
        "compare runs",
        "compare",
        "Compare runs: curves and scores; layers in Inspect; mistakes in Mistakes",
    ),
    ScreenKey(
        "V", "repeat", "repeat on 5 seeds", "repeat", "Train these settings with 5 seeds: mean, spread, chance; V stops"
    ),
    ScreenKey("P", "apply", "apply changes", "apply-changes", "Apply the changes that wait in Configure"),
    ScreenKey("w", "hints", "what is wrong", "hints", "List the problems of the run, their reasons and their fixes"),
    ScreenKey("F", "fix", "fix", "fix", "Apply the fix of the first hint"),
    ScreenKey("left_square_bracket", "travel(-1)", "back", "back", "Go one epoch back", "["),
    ScreenKey("right_square_bracket", "travel(1)", "on", "on", "Go one epoch forward", "]"),
    ScreenKey("left_curly_bracket", "travel(-10)", "back 10", "back-10", "Go ten epochs back", "{"),
    ScreenKey("right_curly_bracket", "travel(10)", "on 10", "on-10", "Go ten epochs forward", "}"),
    # This is a second set of keys, because many keyboards have brackets and braces only with AltGr.
    ScreenKey("H", "travel(-1)", "back", "back-letter", "Go one epoch back"),
    ScreenKey("L", "travel(1)", "on", "on-letter", "Go one epoch forward"),
    ScreenKey("J", "travel(-10)", "back 10", "back-10-letter", "Go ten epochs back"),
    ScreenKey("K", "travel(10)", "on 10", "on-10-letter", "Go ten epochs forward"),
    ScreenKey(
        "home", "first", "first", "first", "Go to the first row or value of a list; elsewhere to the untrained network"
    ),
    ScreenKey("end", "newest", "last", "last", "Go to the last row or value of a list; elsewhere to the newest epoch"),
    ScreenKey("B", "back_a_batch", "batch back", "batch-back", "Go back to the start of the last batch"),
    ScreenKey("g", "go_to", "go to epoch", "go-to", "Go to an epoch by its number"),
    ScreenKey(
        "asterisk",
        "go_to_best",
        "best epoch",
        "best",
        "Go to the epoch with the lowest loss (validation, else test)",
        "*",
    ),
    ScreenKey("T", "branches", "branches", "branches", "List all branches of the run"),
    ScreenKey(
        "apostrophe",
        "bookmarks",
        "bookmarks",
        "bookmarks",
        "List the bookmarks: views of this run that have a name",
        "'",
    ),
    ScreenKey(
        "W",
        "presentation",
        "presentation",
        "presentation",
        "Hide parts of the screen, for a projector",
    ),
    # A remote control for slides sends the keys pageup and pagedown.
    ScreenKey(
        "pagedown,f8",
        "teach(1)",
        "forward",
        "teach-forward",
        "While you teach: do the next step of the lesson",
        "pgdn",
        True,
        True,
    ),
    ScreenKey(
        "pageup,f7",
        "teach(-1)",
        "back",
        "teach-back",
        "While you teach: return to the state before the last step",
        "pgup",
        True,
        True,
    ),
    ScreenKey("f9", "notes", "notes", "teach-notes", "While you teach: show or hide your notes", None, True, True),
)


_SCREEN_ACTIONS = {f"screen.{key.action}" for key in SCREEN_KEYS}


def repeats_screen_key(binding: Binding) -> bool:
    """Return whether a key of a pane only repeats a key of the main screen, to show it in the footer."""
    return binding.action in _SCREEN_ACTIONS


@dataclass(frozen=True, slots=True)
class Meaning:
    """A meaning that has the same key in every pane and view."""

    key: str
    words: str
    """A regular expression that the sentence about a key contains if the key has this meaning."""
    also: tuple[str, ...] = ()
    """Other keys that may have this meaning, such as the arrows."""
    loose: bool = False
    """True if the sentences of other keys may contain these words, too."""


_FORWARD = ("down", "right", "pagedown", "full_stop", "tab")
_BACKWARD = ("up", "left", "pageup", "comma", "shift+tab")

MEANINGS = (
    Meaning("n", r"\bnext\b", _FORWARD),
    Meaning("p", r"\bprevious\b", _BACKWARD),
    Meaning("home", r"Go to the (first|top)", ()),
    Meaning("end", r"Go to the (last|newest|end of)", ()),
    Meaning("escape", r"back|remove|cancel|leave", (), loose=True),
    Meaning("s", r"^Sort\b"),
    Meaning("f", r"only one"),
    Meaning("o", r"which|other|switch|start|mistakes|z of|noise", (), loose=True),
    Meaning("w", r"problems|led to"),
    Meaning("x", r"through the network"),
    Meaning("u", r"^Undo", ("U", "ctrl+u", "backspace", "0")),
    Meaning("g", r"by its number"),
    Meaning("Z", r"^Double the size"),
)
"""The meanings that all panes share: move, go back, sort, filter, choose which, explain, follow, undo, go to, enlarge."""

EXCEPTIONS = {
    ("Everywhere", "f8"): "a teacher's key works in every pane, also where n means something else",
    ("1 Configure", "enter"): "the next name of a list is the value that enter gives the field",
    ("3 Inspect", "f"): "flow: Inspect has no list to filter",
    ("3 Inspect", "u"): "unit: Inspect has no step to undo but an update, and esc cancels that",
    ("3 Inspect: test map", "c"): "one class: f leads to flow there",
    ("3 Inspect: microscope", "m"): "the next step: the key that opens the microscope goes on in it",
    ("3 Inspect: microscope", "M"): "the previous step, beside m",
    ("3 Inspect: microscope", "u"): "unit: n goes through the examples of the batch",
    ("3 Inspect: microscope", "U"): "the previous unit, beside u",
    ("3 Inspect: microscope", "f"): "formula or code: the microscope has no list to filter",
    ("3 Inspect: microscope", "w"): "w shows other weights in the last step of an update, and its footer shows the key",
    ("4 Mistakes", "g"): "gallery: an example has no number to go to",
    ("4 Mistakes", "u"): "newest: the list then follows the run again",
    ("4 Mistakes: why", "w"): "the pixels are the first answer to why",
    ("4 Mistakes: draw", "p"): "pen: a drawing has no list to go through",
    ("4 Mistakes: draw", "x"): "rubber: a drawing is no example yet",
    ("2 Train", "x"): "hide a run: Train shows no single example",
    ("2 Train: compare", "x"): "hide a run: Train shows no single example",
}
"""The exceptions, each with its reason: a key has another meaning in one place, or a meaning has another key there."""

FAR = 10**6
"""A number of steps that is larger than any list is long. Moving so far ends at the first or the last row."""


def first_and_last(what: str, id: str, first: str, last: str) -> tuple[Binding, Binding]:
    """Return the keys home and end of a pane or view, in which they go to the first and the last `what`.

    `first` and `last` are the actions. The ids of the keys begin with `id`.
    """
    return (
        Binding("home", first, f"first {what}", show=False, id=f"{id}-first", tooltip=f"Go to the first {what}"),
        Binding("end", last, f"last {what}", show=False, id=f"{id}-last", tooltip=f"Go to the last {what}"),
    )


def in_footer(action: str, group: Binding.Group | None = None) -> Binding:
    """Return a Textual key binding for a key of the main screen, with which a pane shows this key in its own footer."""
    key = next(key for key in SCREEN_KEYS if key.action == action)
    return Binding(
        key.key, f"screen.{key.action}", key.name, key_display=key.shown, group=group, id=key.id, tooltip=key.tooltip
    )
