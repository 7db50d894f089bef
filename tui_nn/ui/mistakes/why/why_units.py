"""What the units of the last hidden layer say for an answer, what each looks at, and the answer without it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from tui_nn.core.network import MLP
from tui_nn.render.bars import bar
from tui_nn.render.numbers import fitted, plain
from tui_nn.session.questions.why import SIDES, UnitContribution, Why
from tui_nn.ui.kit.signed_map import SignedMap
from tui_nn.ui.mistakes.why import words

EACH, FEW = 4, 3
"""Units that are listed for either digit, and where rows are few."""

_MUTED = "$foreground 62%"
_BAR = 10


class WhyUnits(Horizontal):
    """The list of units, one of them chosen, and the map of the chosen one."""

    DEFAULT_CSS = """
    WhyUnits {
        height: 18;
        width: 80;
        padding: 0 0 0 1;
        .list { width: 49; height: 18; padding: 0 0 0 1; }
        .map { width: 30; height: 18; }
        .map Static { height: 1; padding: 0 0 0 1; }
        .heading { color: $text-primary; text-style: bold; }
    }
    """

    why: reactive[Why | None] = reactive(None, always_update=True, init=False)
    """What is taken apart."""

    start: reactive[MLP | None] = reactive(None, init=False)
    """The network before it was trained; set before `why`."""

    each: reactive[int] = reactive(EACH, init=False)
    """Units that are listed for either digit."""

    chosen: reactive[int] = reactive(0, init=False)
    """The place of the chosen unit in the list, from 0."""

    def __init__(self) -> None:
        super().__init__()
        self._list, self._map = Static(classes="list"), SignedMap()
        self._heading, self._legend = Static(classes="heading", markup=False), Static()
        self._units: tuple[list[UnitContribution], list[UnitContribution]] = [], []

    def compose(self) -> ComposeResult:
        """The list; heading, map and its scale."""
        yield self._list
        with Vertical(classes="map"):
            yield self._heading
            yield self._map
            yield self._legend

    def watch_why(self, why: Why | None) -> None:
        """Show another."""
        self._units = ([], []) if why is None else why.units(self.each)
        self.set_reactive(WhyUnits.chosen, min(self.chosen, max(len(self._all) - 1, 0)))
        self._show()

    def watch_each(self) -> None:
        """List more, or fewer."""
        self.watch_why(self.why)

    def watch_chosen(self) -> None:
        """Turn to another unit."""
        self._show()

    def move(self, by: int) -> None:
        """Choose a unit further down or up."""
        self.chosen = min(max(self.chosen + by, 0), max(len(self._all) - 1, 0))

    @property
    def _all(self) -> list[UnitContribution]:
        return [*self._units[0], *self._units[1]]

    def _show(self) -> None:
        why = self.why
        if why is None or not self._all:
            none = why is not None and not why.unit_count
            self._list.update("There is no hidden layer: the pixels speak for themselves." if none else "")
            self._heading.update("")
            self._legend.update("")
            self._map.values = None
            return
        unit = self._all[self.chosen].unit
        learned = self.start is not None and why.mlp.config.layer_count == 2
        deep = why.mlp.config.layer_count > 2
        what = "here raises" if deep else "was learned by" if learned else "are the weights of"
        self._heading.update(f"what {what} unit {unit}")
        self._map.values = why.unit_map(unit, self.start)
        self._legend.update(self._map.legend())
        self._list.update(self._lines(why))

    def _lines(self, why: Why) -> Content:
        pred, other = why.pair
        part = why.attribution.part(SIDES["both"])
        most = max((abs(unit.contribution) for unit in self._all), default=1.0)
        lines = [Content.assemble((f"the strongest of {why.unit_count} units", "bold $text-primary"))]
        place = 0
        for digit, units in ((pred, self._units[0]), (other, self._units[1])):
            lines.append(Content.assemble((f"for {digit}", "bold"), (f"     a × (w{pred} − w{other})", _MUTED)))
            for unit in units:
                lines.append(self._row(unit, most, place == self.chosen))
                place += 1
            lines += [Content("")] * (self.each - len(units))
        listed = sum(round(unit.contribution, 2) for unit in self._all)
        total = round(part.z, 2)
        outputs, lead = why.without_unit(self._all[self.chosen].unit)
        lines += [
            Content.assemble((f"{'the others, and the bias':<29}", _MUTED), f"{words.figure(total - listed):>8}"),
            Content.assemble((f"z{pred} − z{other}".ljust(29), "bold"), (f"{words.figure(total):>8}", "bold")),
            Content.assemble((f"unit {self._all[self.chosen].unit} switched off:", "bold $text-primary")),
            Content(words.lead_change(why, lead)),
            Content(words.change(why, outputs)),
        ]
        return Content("\n").join(lines)

    @staticmethod
    def _row(unit: UnitContribution, most: float, chosen: bool) -> Content:
        mark = ("▸", "bold $text-accent") if chosen else (" ", "")
        product = f"{fitted(unit.a, 2, 5):>6} × {plain(unit.weight):>6} = "
        weight = "bold" if chosen else ""
        return Content.assemble(
            mark,
            (f"unit {unit.unit:<5}", weight),
            (product, _MUTED),
            (f"{words.figure(unit.contribution):>8} ", weight),
            (bar(abs(unit.contribution) / most if most else 0.0, _BAR), "$primary 75%"),
        )
