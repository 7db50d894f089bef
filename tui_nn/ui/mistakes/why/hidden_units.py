"""The contributions of the hidden units to a prediction: a list of units, a map of one unit, and the prediction without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui_nn.analysis.why import SIDES, UnitContribution, Why
from tui_nn.core.network import MLP
from tui_nn.render.bars import bar
from tui_nn.render.cells import to_left
from tui_nn.render.numbers import fitted, plain
from tui_nn.render.pictures import on_screen
from tui_nn.session.questions.explaining.explanation import Explanation
from tui_nn.ui.kit.explaining import Page, Spot
from tui_nn.ui.kit.output_bars import short_name
from tui_nn.ui.kit.roles import BAR, HEADING, KEY, MUTED, colour
from tui_nn.ui.kit.signed_map import SignedMap
from tui_nn.ui.mistakes.why import words

EACH, FEW = 4, 3
"""How many units are listed for each of the two compared classes: the usual number, and the number in a view with few rows."""

_BAR = 10


class UnitContributions(Horizontal):
    """A widget that shows the list of the strongest units, and the map of the chosen unit."""

    DEFAULT_CSS = f"""
    UnitContributions {{
        height: 18;
        width: 80;
        padding: 0 0 0 1;
        .list {{ width: 49; height: 18; padding: 0 0 0 1; }}
        .map {{ width: 30; height: 18; }}
        .map Static {{ height: 1; padding: 0 0 0 1; }}
        .heading {{ color: {colour(HEADING)}; text-style: bold; }}
    }}
    """

    why: reactive[Why | None] = reactive(None, always_update=True, init=False)
    """The explanation to show: the contributions of pixels and units to a prediction; None if there is none."""

    start: reactive[MLP | None] = reactive(None, init=False)
    """The network with its start weights. Set it before `why`, because a new `why` redraws the widget."""

    each: reactive[int] = reactive(EACH, init=False)
    """The number of listed units for each of the two compared classes."""

    chosen: reactive[int] = reactive(0, init=False)
    """The position of the chosen unit in the list, from 0."""

    def __init__(self) -> None:
        super().__init__()
        self._list, self._map = Static(classes="list"), SignedMap()
        self._heading, self._legend = Static(classes="heading", markup=False), Static()
        self._units: tuple[list[UnitContribution], list[UnitContribution]] = [], []

    def compose(self) -> ComposeResult:
        """Yield the widgets: the list of units, and the heading, the legend and the map of the chosen unit."""
        yield self._list
        with Vertical(classes="map"):
            yield self._heading
            yield self._legend
            yield self._map

    def watch_why(self, why: Why | None) -> None:
        """Show the new explanation."""
        self._units = ([], []) if why is None else why.units(self.each)
        self.set_reactive(UnitContributions.chosen, min(self.chosen, max(len(self._all) - 1, 0)))
        self._show()

    def watch_each(self) -> None:
        """Write the list again, because it contains another number of units now."""
        self.watch_why(self.why)

    def watch_chosen(self) -> None:
        """Show another unit."""
        self._show()

    def spots(self, page: Page, explain: Callable[[UnitContribution], Explanation]) -> Iterator[Spot]:
        """Yield a `Spot` (explained region) for each listed unit, the chosen unit first."""
        for unit in sorted(self._all, key=lambda unit: unit is not self._all[self.chosen]):
            value = words.figure(unit.contribution)
            yield from page.on_text(self._list, value, partial(explain, unit), beside=f"unit {unit.unit}")

    def move(self, by: int) -> None:
        """Choose the unit that stands `by` rows further down in the list, or further up if `by` is negative."""
        self.chosen = min(max(self.chosen + by, 0), max(len(self._all) - 1, 0))

    @property
    def _all(self) -> list[UnitContribution]:
        return [*self._units[0], *self._units[1]]

    def _show(self) -> None:
        why = self.why
        if why is None or not self._all:
            none = why is not None and not why.unit_count
            self._list.update(
                "This network has no hidden layer. The pixels lead directly to the outputs." if none else ""
            )
            self._heading.update("")
            self._legend.update("")
            self._map.values = None
            return
        unit = self._all[self.chosen].unit
        learned = self.start is not None and why.mlp.config.layer_count == 2
        deep = why.mlp.config.layer_count > 2
        what = "pixels that raise" if deep else "learned weights of" if learned else "weights of"
        self._heading.update(f"{what} unit {unit}")
        self._map.values = on_screen(why.unit_map(unit, self.start))
        self._legend.update(self._map.legend())
        self._list.update(self._lines(why))

    def _lines(self, why: Why) -> Content:
        pred, other = (short_name(name) for name in why.names)
        a, b = (short_name(name, 6) for name in why.names)
        part = why.attribution.part(SIDES["both"])
        most = max((abs(unit.contribution) for unit in self._all), default=1.0)
        lines = [Content.assemble((f"the strongest of the {why.unit_count} hidden units", HEADING))]
        place = 0
        for name, units in ((pred, self._units[0]), (other, self._units[1])):
            lines.append(Content.assemble((f"for {name}", "bold"), (f"     a × (w{a} − w{b})", MUTED)))
            for unit in units:
                lines.append(self._row(unit, most, place == self.chosen))
                place += 1
            lines += [Content("")] * (self.each - len(units))
        listed = sum(round(unit.contribution, 2) for unit in self._all)
        total = round(part.z, 2)
        outputs, lead = why.without_unit(self._all[self.chosen].unit)
        lines += [
            Content.assemble((f"{'all other units and the bias':<29}", MUTED), f"{words.figure(total - listed):>8}"),
            Content.assemble((to_left(f"z{a} − z{b}", 29), "bold"), (f"{words.figure(total):>8}", "bold")),
            Content.assemble((f"unit {self._all[self.chosen].unit} switched off:", HEADING)),
            Content(words.lead_change(why, lead)),
            Content(words.change(why, outputs)),
        ]
        return Content("\n").join(lines)

    @staticmethod
    def _row(unit: UnitContribution, most: float, chosen: bool) -> Content:
        mark = ("▸", KEY) if chosen else (" ", "")
        product = f"{fitted(unit.a, 2, 5):>6} × {plain(unit.weight):>6} = "
        weight = "bold" if chosen else ""
        return Content.assemble(
            mark,
            (f"unit {unit.unit:<5}", weight),
            (product, MUTED),
            (f"{words.figure(unit.contribution):>8} ", weight),
            (bar(abs(unit.contribution) / most if most else 0.0, _BAR), BAR),
        )
