"""The meaning of each colour. Every view takes its colours from this list, so that each meaning has one colour.

Each meaning has a Textual style. Colour never stands alone: a sign (✓ ✗ ▸ ★) or a word says the same.
"""

TEXT = "$foreground"
SOFT = "$foreground 80%"
"""The style of running text under a title."""
MUTED = "$foreground 62%"
"""The style of labels, units and help, which should be less prominent than the values beside them."""
FAINT = "$foreground 50%"
"""The style of a value that is not known yet, or that has no meaning."""
FAINTEST = "$foreground 38%"
"""The style of values that are 0 after rounding."""

KEY = "bold $text-accent"
"""The style of a key to press, and of the cursor ▸."""
CHANGED = "bold $text-accent"
"""The style of a setting with a change that is not applied yet, and of an epoch at which the run was changed."""
HEADING = "bold $text-primary"
CAPTION = "$text-primary"
"""The style of the title of one picture among several, and of a curve in a chart."""
CHOSEN_LINE = "$text-accent"
"""The style of the chosen layer's curve in a chart with one curve for each layer."""
POINTED = "$text-success"
"""The style of the cell that the cursor points at, and of the ticks ▾ ▸ beside the picture."""
BAR = "$primary 75%"
"""The style of bars that have no other role."""
FOLLOWED = "bold $text-success"
"""The style of the unit, class or example that the view follows (▸), and of the cursor in a picture."""
CURSOR_ROW = "$primary-muted"
"""The background of the row, field or picture under the cursor, and of a row with a message."""
ROW = f"on {CURSOR_ROW}"
"""The style of text in the row under the cursor."""
HOVERED = "$surface"
"""The background of a row under the mouse, of a line for typing, and of the tabs."""
FRAME = "$panel"
"""The background of dialogs, of the status line and of the footer."""
RULE = "$foreground 20%"
"""The colour of a line that separates two parts of the screen."""
PAGE = "$background"
"""The background of panes. Text on the cell under the cursor has this colour too."""
PLATE = "$background-lighten-1"
"""The background of a picture, where it has no ink."""

RIGHT = "$text-success"
"""The style of a correct prediction and the true class (✓), and of a state without problems."""
WRONG = "$text-warning"
"""The style of a wrong prediction (✗) and of the predicted class (▸)."""
BROKEN = "$text-error"
"""The style of an error, of NaN, and of a divergence, which stops the training."""
WARNING = "$text-warning"
"""The style of a number that may point to a problem (‡)."""
WARNING_ROW = "$warning-muted"
"""The background of the row with a hint."""
UNSURE = "$text-accent"
"""The style of a confidence that is too low."""
BEST = "$text-warning"
"""The style of the best epoch (★)."""

CHOSEN = "bold $text on $primary"
"""The style of the chosen value in a row of values. Its edges ▐ ▌ have the colour `CHOSEN_EDGE`."""
CHOSEN_EDGE = "$primary"
UNCHOSEN = "$foreground 70%"
"""The style of the names of tabs and views that are not in front."""
WRONG_TINTS = "$warning 20%", "$warning 45%"
"""The backgrounds of a cell with many mistakes, or with more mistakes than before: a weak and a strong one."""
RIGHT_TINTS = "$success 20%", "$success 45%"
"""The backgrounds of a cell with fewer mistakes than before: a weak and a strong one."""

TIMELINE = "$foreground 62%"
"""The style of the trained epochs in the line below the chart, and of the line in the chart at the shown epoch."""
TRAIN = "$foreground"
"""The style of results on training examples."""
VALIDATION = "$text-secondary"
"""The style of results on validation examples."""
TEST = "$text-primary"
"""The style of results on test examples."""

BEFORE = "$text-warning 70%"
"""The style of the previous run: its curve on the chart and its row in a table."""

SPREAD = "$text-secondary 60%"
"""The style of the spread over several seeds. The hatched band on the chart and its sample in the legend have this style."""

RUN_COLOURS = ("$text-primary", "$text-warning", "$text-success", "$foreground", "$text-secondary", "$text-error")
"""The colours of the runs A to F in a comparison. The letter of the run is always beside the colour."""


def bold(role: str) -> str:
    """Return the style of this role (one of the constants above) in bold."""
    return role if role.startswith("bold ") else f"bold {role}"


def colour(role: str) -> str:
    """Return the colour of this role (one of the constants above) without bold, for `color:` in CSS."""
    return role.removeprefix("bold ")
