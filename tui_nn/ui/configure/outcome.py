"""The lower half of the Configure pane, which describes the network of the form. It contains a picture, the number of parameters,
all settings in one line of text (the share line), and tables.
"""

from __future__ import annotations

from itertools import groupby
from textwrap import shorten
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Static

from tui_nn.config.configs import NetworkConfig
from tui_nn.config.setting import Effect
from tui_nn.core.choices.initializers import INITIALIZERS
from tui_nn.core.losses import LOSSES
from tui_nn.render.network_picture import layer_parameters, network_picture
from tui_nn.session.run.epoch import batch_count
from tui_nn.session.run.memory import describe_memory
from tui_nn.ui.configure.draft import Draft
from tui_nn.ui.configure.field import error_style
from tui_nn.ui.kit.roles import CHANGED, FAINTEST, MUTED, RIGHT, RULE, bold

_LINES = frozenset("┌┐└┘─│├┤")
_LAYERS_WIDTH = 68
"""The width of the table of layers, in cells."""


class NetworkSketch(Widget):
    """A widget that draws the network as boxes and lines in three rows.

    The function `network_picture` leaves out parts if the widget is narrow.
    """

    DEFAULT_CSS = """
    NetworkSketch { height: 3; padding: 0 1; }
    """

    network: reactive[NetworkConfig | None] = reactive(None)

    faint: reactive[bool] = reactive(False)
    """True if the form has an error. The picture then shows the last valid network in a faint colour."""

    def render(self) -> Content:
        """Draw the picture at its present width."""
        network = self.network
        if network is None:
            return Content()
        hidden = network.activation.replace("_relu", "")
        names = ("", *[hidden] * len(network.hidden_sizes), LOSSES[network.loss].output)
        rows = network_picture(network.sizes, names, network.use_bias, self.size.width)
        if self.faint:
            return Content.assemble(("\n".join(rows), FAINTEST))
        formulas, boxes, results = (
            _two_tones(row, style) for row, style in zip(rows, (MUTED, "bold", ""), strict=True)
        )
        return Content("\n").join((formulas, boxes, results))


def _two_tones(row: str, style: str) -> Content:
    """Return a row of the picture in colours: the lines of boxes and arrows are muted, and all text has the `style`."""
    parts = groupby(row, key=lambda character: character in _LINES)
    return Content.assemble(*(("".join(cells), MUTED if is_line else style) for is_line, cells in parts))


class SumRow(Widget):
    """A widget that shows the number of parameters on the left and the number of changes on the right."""

    DEFAULT_CSS = """
    SumRow { height: 1; padding: 0 1; }
    """

    sums: reactive[tuple[Content, Content]] = reactive((Content(), Content()))
    """The text on the left (parameters) and the text on the right (changes)."""

    def render(self) -> Content:
        """Draw the row in its present width."""
        left, right = self.sums
        room = self.size.width - len(right) - 2
        left = left if len(left) <= room else left.truncate(max(room, 0), ellipsis=True)
        return Content.assemble(left, " " * (self.size.width - len(left) - len(right)), right)

    def show(self, draft: Draft, news: str, width: int) -> None:
        """Show the number of parameters and the number of changes in `width` columns. `news` says what the last key did."""
        right = describe_changes(draft, news, error_style(self))
        self.sums = (describe_sum(draft, width - 4 - len(right)), right)


def describe_sum(draft: Draft, width: int) -> Content:
    """Return a text of at most `width` cells with the number of parameters, and the number of updates in an epoch.

    If the draft has an error, the text says how to correct it.
    """
    if draft.errors:
        return Content.assemble(("The boxes show the last valid network. Correct the field marked ✗.", MUTED))
    counts = layer_parameters(draft.network.sizes, draft.network.use_bias)
    terms = " + ".join(f"{count:,}" for count in counts) + " = "
    total = f"{sum(counts):,} parameters"
    updates = _updates(draft)
    if memory := describe_memory(draft.network, draft.training):
        total = f"{total}, {memory}"
        return Content.assemble((total, "bold"), (updates if len(total + updates) <= width else "", MUTED))
    if len(counts) == 1 or len(terms + total + updates) > width:
        terms = ""
    return Content.assemble((terms, MUTED), (total, "bold"), (updates, MUTED))


def describe_changes(draft: Draft, news: str, error_style: str) -> Content:
    """Return the text at the right: the number of errors, or else `news` (the effect of the last key), or else the number
    of changes.
    """
    if draft.errors:
        count = len(draft.errors)
        return Content.assemble((f"✗ {count} error{'s' if count > 1 else ''}", error_style))
    if news:
        return Content.assemble(("✓ ", bold(RIGHT)), news)
    if not draft.changed:
        return Content.assemble(("nothing changed", MUTED))
    new = f", {draft.new_network} ↺" if draft.new_network else ""
    return Content.assemble(("• ", CHANGED), f"{len(draft.changed)} changed{new}")


def _updates(draft: Draft) -> str:
    """Return a text with the number of updates in an epoch; "" if the number of examples is not known yet."""
    examples, limit = draft.examples, draft.training.train_limit
    if examples is None:
        return ""
    updates = batch_count(examples, draft.training.batch_size)
    text = f"   {updates:,} update{'s' if updates > 1 else ''} an epoch"
    return text + (f" of {examples:,} examples" if limit and limit > (draft.total or limit) else "")


class ConfigTables(Container):
    """A widget that shows two tables on large screens: the layers with their start weights, and the changes with old
    and new values.
    """

    DEFAULT_CSS = f"""
    ConfigTables {{ height: 1fr; padding: 0 1; overflow: hidden; }}
    ConfigTables Static {{ height: auto; padding-bottom: 1; text-wrap: nowrap; }}
    ConfigTables.-wide {{ layout: horizontal; }}
    ConfigTables.-wide #layers {{ width: {_LAYERS_WIDTH}; }}
    ConfigTables.-wide #changes {{ width: 1fr; }}
    """

    def compose(self) -> ComposeResult:
        """Yield the widgets: the table of layers and the table of changes."""
        yield Static(id="layers")
        yield Static(id="changes")

    def show(self, draft: Draft, width: int) -> None:
        """Show a draft in `width` columns. From 110 columns on, its two tables stand side by side, else one above the other."""
        wide = width >= 110
        self.set_class(wide, "-wide")
        self.query_one("#layers", Static).update(layer_table(draft.network))
        self.query_one("#changes", Static).update(change_table(draft, min(width - 2 - _LAYERS_WIDTH * wide, 60)))


def change_table(draft: Draft, width: int) -> Content:
    """Return a table with one row for each change: the setting, its applied value, and the value that the key `a` applies."""
    rows = [Content.assemble(("changes to apply: press a", "bold"))]
    for setting in draft.changed:
        change = f"{draft.was(setting.name)} → {draft.view(setting.name).text}"
        flag = "↺" if setting.effect is Effect.NEW_NETWORK else " "
        room = width - 20
        change = change if len(change) <= room else change[: room - 1] + "…"
        rows.append(Content.assemble(("• ", CHANGED), (f"{setting.label:14} ", MUTED), change.ljust(room), flag))
    if len(rows) == 1:
        rows.append(Content.assemble(("There are no changes to the current settings.", MUTED)))
    return Content("\n").join(rows)


def layer_table(network: NetworkConfig) -> Content:
    """Return a table with one row for each layer: its shape, its number of parameters, and the spread of its start weights."""
    heading = f"layer      shape         parameters   start weights ({network.weight_init})"
    rows = [Content.assemble((heading, "bold"))]
    sizes = network.sizes
    counts = layer_parameters(sizes, network.use_bias)
    for layer, (fan_in, fan_out, count) in enumerate(zip(sizes, sizes[1:], counts, strict=False)):
        kind = "hidden" if layer < network.layer_count - 1 else "output"
        shape = f"{fan_in:>4} × {fan_out:<4}"
        row = f"{layer} {kind}   {shape}   {count:>10,}   "
        rows.append(Content.assemble((row, MUTED), start_spread(network, fan_in, fan_out)))
    return Content("\n").join(rows)


def start_spread(network: NetworkConfig, fan_in: int, fan_out: int) -> str:
    """Return the formula for the spread of the start weights, with its numbers: "std √(2/784) = 0.051"."""
    row, scale = INITIALIZERS[network.weight_init], network.weight_init_scale
    text = row.formula.replace("fan_in", str(fan_in)).replace("fan_out", str(fan_out))
    text = text.replace("init scale", "scale").replace("scale", f"{scale:g}")
    std = f"{row.std(fan_in, fan_out, scale):.3g}"
    if "fan" in row.formula:
        return text.replace(", uniform", "") + f" = {std}"
    return text if f"{scale:g}" == std or row.std(fan_in, fan_out, scale) == 0 else f"{text}: std {std}"


class Outcome(Widget):
    """A widget that shows all parts of the lower half of Configure, the picture of the network first.

    If there are few rows, it leaves out parts in this order: the tables, the separating line, the share line, the picture.
    """

    ROWS: ClassVar[int] = 6
    """The height in rows of all parts together, without the tables."""
    DEFAULT_CSS = f"""
    Outcome {{ height: 1fr; }}
    Outcome #rule {{ height: 1; border-top: solid {RULE}; }}
    Outcome #share {{ height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }}
    Outcome.-airy NetworkSketch, Outcome.-airy #share, Outcome.-airy ConfigTables {{ margin-top: 1; }}
    Outcome.-airy ConfigTables {{ border-top: solid {RULE}; }}
    """

    def compose(self) -> ComposeResult:
        """Yield the widgets: a line, the picture of the network, the row with the number of parameters, the share line
        and the tables.
        """
        yield Static(id="rule")
        yield NetworkSketch()
        yield SumRow()
        yield Static(id="share")
        yield ConfigTables()

    def show(self, draft: Draft, share: str, news: str, width: int, height: int) -> None:
        """Show a draft and its share line (all settings as text) in `width` columns and `height` rows.

        `news` says what the last key did.
        """
        spare = height - 1
        for name, rows in (("NetworkSketch", 3), ("#share", 1), ("#rule", 1), ("ConfigTables", 5)):
            self.query_one(name).display = spare >= rows
            spare -= rows if spare >= rows else 0
        self.set_class(spare >= 4, "-airy")
        sketch = self.query_one(NetworkSketch)
        sketch.network, sketch.faint = draft.network, bool(draft.errors)
        self.query_one(SumRow).show(draft, news, width)
        text = share
        if len(text) > width - len(" share  "):
            # A share line that is too long is cut after a complete setting. Its end then names the key that copies the whole line.
            text = shorten(text, max(width - len(" share  "), 20), placeholder=" … c copies all")
        line = Content.assemble(("share ", MUTED), text)
        self.query_one("#share", Static).update(line, layout=False)
        self.query_one(ConfigTables).show(draft, width)
