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
    """The name of the key on the screen; None for the name that Textual gives it."""
    in_footer: bool = False
    """True if the footer of every pane shows it."""
    first: bool = False
    """True if this key takes effect even where a pane has the same key."""

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
        "Make r train fewer epochs a second, so that a class can follow",
        "(",
    ),
    ScreenKey("right_parenthesis", "pace(True)", "faster", "faster", "Make r train more epochs a second", ")"),
    ScreenKey("e", "restart_engine", "restart", "engine", "Start the engine again after it has stopped", None, True),
    ScreenKey(
        "z",
        "zoom",
        "zoom",
        "zoom",
        "Show one pane on the whole screen, then the chart of Train alone, then all panes again",
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
    # Some terminals, such as that of GNOME, open their own help with f1, so the key I does the same.
    ScreenKey(
        "f1,I",
        "explain",
        "explain",
        "explain",
        "Explain any value: its meaning, its formula with the numbers, and the lesson that teaches it",
    ),
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
        "Compare runs: curves and scores in Train, layers in Inspect, mistakes in Mistakes",
    ),
    ScreenKey(
        "V",
        "repeat",
        "repeat on 5 seeds",
        "repeat",
        "Train these settings with 5 seeds and show how much the results differ; press V again to stop",
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
        "home",
        "first",
        "first",
        "first",
        "In a list, go to the first row or value; elsewhere, go to the untrained network",
    ),
    ScreenKey(
        "end", "newest", "last", "last", "In a list, go to the last row or value; elsewhere, go to the newest epoch"
    ),
    ScreenKey("B", "back_a_batch", "batch back", "batch-back", "Go back to the start of the last batch"),
    ScreenKey("g", "go_to", "go to epoch", "go-to", "Go to an epoch by its number"),
    ScreenKey(
        "asterisk",
        "go_to_best",
        "best epoch",
        "best",
        "Go to the epoch with the lowest validation loss (test loss if there is no validation data)",
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
    """Return whether this binding of a pane repeats a key of the main screen, so that the pane's footer shows it."""
    return binding.action in _SCREEN_ACTIONS


@dataclass(frozen=True, slots=True)
class Meaning:
    """A meaning of a key, such as "next". The key must be the same in every pane and view."""

    key: str
    words: str
    """A regular expression. It matches the sentence about a key (its tooltip) if the key has this meaning."""
    also: tuple[str, ...] = ()
    """Other keys that may have this meaning, such as the arrows."""
    loose: bool = False
    """True if the expression may also match the sentences of keys without this meaning."""


_FORWARD = ("down", "right", "pagedown", "full_stop", "tab")
_BACKWARD = ("up", "left", "pageup", "comma", "shift+tab")

MEANINGS = (
    Meaning("n", r"\bnext\b", _FORWARD),
    Meaning("p", r"\bprevious\b", _BACKWARD),
    Meaning("home", r"Go to the (first|top)", ()),
    Meaning("end", r"Go to the (last|newest|end of)", ()),
    Meaning("escape", r"back|remove|cancel|leave", (), loose=True),
    Meaning("s", r"^Sort\b"),
    Meaning("f", r"\bonly\b.*\bone\b"),
    Meaning("o", r"which|other|switch|start|mistakes|z of|noise", (), loose=True),
    Meaning("w", r"problems|led to"),
    Meaning("x", r"through the network|network computes"),
    Meaning("u", r"^Undo", ("U", "ctrl+u", "backspace", "0")),
    Meaning("g", r"by its number"),
    Meaning("Z", r"^Double the size"),
)
"""The meanings that have the same key in all panes: move, go back, sort, filter, choose, explain, follow, undo, go to, enlarge."""

EXCEPTIONS = {
    ("Everywhere", "f8"): "f8 does the next step for a teacher, because n already has a meaning in each pane",
    (
        "1 Configure",
        "enter",
    ): "enter sets the field to the next value of its list, because a value cannot be opened like a row",
    ("3 Inspect", "f"): "f means flow here, because Inspect has no list to filter",
    ("3 Inspect", "u"): "u means unit here, because only an update can be undone in Inspect, and esc does that",
    ("3 Inspect: test map", "c"): "the test map shows one class with c, because f already means flow in Inspect",
    ("3 Inspect: microscope", "m"): "m goes to the next step, because the same key has opened the microscope",
    ("3 Inspect: microscope", "M"): "M goes to the previous step, because m goes to the next one",
    ("3 Inspect: microscope", "u"): "u means unit here, because n goes through the examples of the batch",
    ("3 Inspect: microscope", "U"): "U goes to the previous unit, because u goes to the next one",
    ("3 Inspect: microscope", "f"): "f means formula or code here, because the microscope has no list to filter",
    ("3 Inspect: microscope", "w"): "w shows other weights in the last step of an update, and its footer shows the key",
    ("4 Mistakes", "g"): "g means gallery here, because an example cannot be chosen by its number",
    ("4 Mistakes", "u"): "u shows the newest epoch, because the list then follows the run again",
    ("4 Mistakes: why", "w"): "w shows the pixels, because they are the first answer to the question why",
    ("4 Mistakes: draw", "p"): "p means pen here, because there is no previous drawing to go to",
    ("4 Mistakes: draw", "x"): "x means rubber here, because a drawing is not an example of the data yet",
    ("2 Train", "x"): "x hides a run here, because Train shows no single example",
    ("2 Train: compare", "x"): "x hides a run here, because Train shows no single example",
}
"""The exceptions to `MEANINGS`, by pane or view and by key. Each text says why the key has another meaning, or why the meaning has
another key.
"""

FAR = 10**6
"""A number of steps that is larger than the length of any list. So many steps lead to the first or the last row."""


def first_and_last(what: str, id: str, first: str, last: str) -> tuple[Binding, Binding]:
    """Return the bindings of the keys home and end, which go to the first and the last `what`, such as "digit".

    `first` and `last` are the actions of the two keys. Their ids in the key map begin with `id`.
    """
    return (
        Binding("home", first, f"first {what}", show=False, id=f"{id}-first", tooltip=f"Go to the first {what}"),
        Binding("end", last, f"last {what}", show=False, id=f"{id}-last", tooltip=f"Go to the last {what}"),
    )


def in_footer(action: str, group: Binding.Group | None = None) -> Binding:
    """Return a Textual key binding with which a pane shows a key of the main screen in its own footer."""
    key = next(key for key in SCREEN_KEYS if key.action == action)
    return Binding(
        key.key, f"screen.{key.action}", key.name, key_display=key.shown, group=group, id=key.id, tooltip=key.tooltip
    )
