"""What a large screen has room for: the changes, old and new, and the layers with what their weights start from."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.widgets import Static

from tui_nn.config.configs import NetworkConfig
from tui_nn.config.setting import Effect
from tui_nn.core.choices.initializers import INITIALIZERS
from tui_nn.render.network_picture import layer_parameters
from tui_nn.ui.configure.field import QUIET
from tui_nn.ui.configure.form import Form


class ConfigTables(Container):
    """Both tables: side by side from 110 columns, else one above the other."""

    DEFAULT_CSS = """
    ConfigTables { height: 1fr; padding: 0 1; overflow: hidden; }
    ConfigTables Static { height: auto; padding-bottom: 1; text-wrap: nowrap; }
    ConfigTables.-wide { layout: horizontal; }
    ConfigTables.-wide #layers { width: 68; }
    ConfigTables.-wide #changes { width: 1fr; }
    """

    def compose(self) -> ComposeResult:
        """Layers, then changes."""
        yield Static(id="layers")
        yield Static(id="changes")

    def show(self, form: Form, width: int) -> None:
        """Show a draft in `width` columns."""
        self.set_class(width >= 110, "-wide")
        self.query_one("#layers", Static).update(layer_table(form.network))
        self.query_one("#changes", Static).update(change_table(form, min(width - 2 - 68 * (width >= 110), 60)))


def change_table(form: Form, width: int) -> Content:
    """A row a change: the value that is applied, and the one that `a` would apply."""
    rows = [Content.assemble(("changed since applied", "bold"))]
    for setting in form.changed:
        change = f"{form.was(setting.name)} → {form.view(setting.name).text}"
        flag = "↺" if setting.effect is Effect.NEW_NETWORK else " "
        room = width - 20
        change = change if len(change) <= room else change[: room - 1] + "…"
        rows.append(
            Content.assemble(("• ", "bold $text-accent"), (f"{setting.label:14} ", QUIET), change.ljust(room), flag)
        )
    if len(rows) == 1:
        rows.append(Content.assemble(("nothing: the form shows what is applied", QUIET)))
    return Content("\n").join(rows)


def layer_table(network: NetworkConfig) -> Content:
    """A row a layer: shape, parameters, and the spread of its start weights in numbers."""
    heading = f"layer      shape         parameters   starts with ({network.weight_init})"
    rows = [Content.assemble((heading, "bold"))]
    sizes = network.sizes
    counts = layer_parameters(sizes, network.use_bias)
    for layer, (fan_in, fan_out, count) in enumerate(zip(sizes, sizes[1:], counts, strict=False)):
        kind = "hidden" if layer < network.layer_count - 1 else "output"
        shape = f"{fan_in:>4} × {fan_out:<4}"
        row = f"{layer} {kind}   {shape}   {count:>10,}   "
        rows.append(Content.assemble((row, QUIET), start_spread(network, fan_in, fan_out)))
    return Content("\n").join(rows)


def start_spread(network: NetworkConfig, fan_in: int, fan_out: int) -> str:
    """The initializer's formula with its numbers: "std √(2/784) = 0.051"."""
    row, scale = INITIALIZERS[network.weight_init], network.weight_init_scale
    text = row.formula.replace("fan_in", str(fan_in)).replace("fan_out", str(fan_out))
    text = text.replace("init scale", "scale").replace("scale", f"{scale:g}")
    std = f"{row.std(fan_in, fan_out, scale):.3g}"
    if "fan" in row.formula:
        return text.replace(", uniform", "") + f" = {std}"
    return text if f"{scale:g}" == std or row.std(fan_in, fan_out, scale) == 0 else f"{text}: std {std}"
