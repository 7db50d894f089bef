"""The meaning of each colour. Every view takes its colours from this list, so that each meaning has one colour.

Each is a Textual style. Colour never stands alone: a sign (✓ ✗ ▸ ★) or a word says the same.
"""

TEXT = "$foreground"
SOFT = "$foreground 80%"
"""Running text under a title."""
MUTED = "$foreground 62%"
"""Labels, units and help, which should be less prominent than the values beside them."""
FAINT = "$foreground 50%"
"""A value that is not known yet, or does not apply."""
FAINTEST = "$foreground 38%"
"""Values that round to nothing."""

KEY = "bold $text-accent"
"""A key to press, and the cursor ▸."""
CHANGED = "bold $text-accent"
"""A setting that was changed and not applied yet, and a place where something was changed."""
HEADING = "bold $text-primary"
CAPTION = "$text-primary"
"""The title of one picture among several, and a line in a chart."""
CHOSEN_LINE = "$text-accent"
"""The line of the chosen layer among the lines of the others."""
POINTED = "$text-success"
"""The unit, weight or example that the cursor points at: its cell and the ticks ▾ ▸ beside it."""
BAR = "$primary 75%"
"""Bars without a meaning of their own."""
FOLLOWED = "bold $text-success"
"""The unit, the class or the example that is followed, ▸: the colour of the cursor in a picture."""
ROW = "on $primary-muted"
"""The row under the cursor."""

RIGHT = "$text-success"
"""A right answer and the true class, ✓; also a state that is well."""
WRONG = "$text-warning"
"""A wrong answer, ✗, and the class it names, ▸."""
BROKEN = "$text-error"
"""NaN, divergence, an error: nothing can go on from here."""
WARNING = "$text-warning"
"""Something to look at, ‡."""
UNSURE = "$text-accent"
"""Less confidence than deserved."""
BEST = "$text-warning"
"""The best epoch, ★."""

CHOSEN = "bold $text on $primary"
"""A chosen value in a row of values; its edges ▐ ▌ have the colour `CHOSEN_EDGE`."""
CHOSEN_EDGE = "$primary"
UNCHOSEN = "$foreground 70%"
"""The names of the tabs and views that are not in front."""
WRONG_TINTS = "$warning 20%", "$warning 45%"
"""The background of a cell that counts many mistakes, or became worse: notable, strong."""
RIGHT_TINTS = "$success 20%", "$success 45%"
"""The background of a cell where mistakes became fewer: notable, strong."""

TRAIN = "$text-accent"
"""Numbers of the training examples."""
VALIDATION = "$text-secondary"
"""Numbers of the validation examples."""
TEST = "$text-primary"
"""Numbers of the test examples."""


def bold(role: str) -> str:
    """Return the role in bold."""
    return role if role.startswith("bold ") else f"bold {role}"


def colour(role: str) -> str:
    """Return the role without its weight, for `color:` in CSS."""
    return role.removeprefix("bold ")
