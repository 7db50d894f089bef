"""The network of the form as boxes and lines."""

from __future__ import annotations

from itertools import groupby

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from tui_nn.config.configs import NetworkConfig
from tui_nn.core.losses import LOSSES
from tui_nn.render.network_picture import network_picture
from tui_nn.ui.configure.field import QUIET, UNUSED

_LINES = frozenset("┌┐└┘─│├┤")


class NetworkSketch(Widget):
    """Three rows; see `network_picture` for what goes first where it gets narrow."""

    DEFAULT_CSS = """
    NetworkSketch { height: 3; padding: 0 1; }
    """

    network: reactive[NetworkConfig | None] = reactive(None)

    faint: reactive[bool] = reactive(False)
    """Whether it is not what the form says now: an error stands, and this is the last that was good."""

    def render(self) -> Content:
        """The picture, as wide as it is."""
        network = self.network
        if network is None:
            return Content()
        hidden = network.activation.replace("_relu", "")
        names = ("", *[hidden] * len(network.hidden_sizes), LOSSES[network.loss].output)
        rows = network_picture(network.sizes, names, network.use_bias, self.size.width)
        if self.faint:
            return Content.assemble(("\n".join(rows), UNUSED))
        formulas, boxes, results = (
            _two_tones(row, style) for row, style in zip(rows, (QUIET, "bold", ""), strict=True)
        )
        return Content("\n").join((formulas, boxes, results))


def _two_tones(row: str, style: str) -> Content:
    """The lines muted, what is written between them in `style`."""
    parts = groupby(row, key=lambda character: character in _LINES)
    return Content.assemble(*(("".join(cells), QUIET if is_line else style) for is_line, cells in parts))
