"""What one unit answers, what comes of it, and one number of it in words."""

from __future__ import annotations

import numpy as np
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Static

from tui_nn.data.dataset import Split
from tui_nn.render.numbers import fitted
from tui_nn.session.questions.unit_look import UnitLook
from tui_nn.ui.inspect.unit.class_bars import ClassBars, VoteBars
from tui_nn.ui.inspect.unit.digit_row import DigitRow, SmallDigit
from tui_nn.ui.inspect.unit.words import subject_lines
from tui_nn.ui.kit.unit_grid import UnitGrid


class UnitAnswers(Vertical):
    """Its mean answer to each digit beside its weights to the next layer; the digits that excite it most; a number."""

    DEFAULT_CSS = """
    UnitAnswers { width: 1fr; }
    UnitAnswers #bars { height: 11; }
    UnitAnswers #votes { width: 22; height: 11; }
    UnitAnswers #votes Static { width: 100%; height: 1; text-align: right; text-style: bold; color: $text-primary; }
    UnitAnswers DigitRow { height: 4; }
    UnitAnswers.-tall DigitRow { height: 8; margin: 1 0; }
    UnitAnswers #number { height: 2; }
    UnitAnswers .-unused, UnitAnswers.-narrow VoteBars, UnitAnswers.-narrow #votes { display: none; }
    """

    def compose(self) -> ComposeResult:
        """Bars and votes, digits, number."""
        with Horizontal(id="bars"):
            yield ClassBars()
            yield VoteBars()
            with Vertical(id="votes", classes="-unused"):
                yield Static("weights to next layer")
                yield UnitGrid()
        yield DigitRow()
        yield Static(id="number")

    def show(self, look: UnitLook, unit: int, source: int | None, test: Split) -> None:
        """Show a unit; `source` is where the weight comes from that is told in words, None for the bias."""
        bars, votes = self.query_one(ClassBars), self.query_one(VoteBars)
        bars.symbol = "p" if look.is_last and look.mlp.loss.output == "softmax" else "a"
        bars.values = look.responses.by_class[:, unit]
        outgoing, to_outputs = look.outgoing(unit), look.layer == look.mlp.config.layer_count - 2
        # Classes, as `display` would outdo the rule for a narrow screen.
        votes.set_class(outgoing is None or not to_outputs, "-unused")
        self.query_one("#votes").set_class(outgoing is None or to_outputs, "-unused")
        if outgoing is not None and to_outputs:
            votes.values = outgoing
        elif outgoing is not None:
            grid = self.query_one(UnitGrid)
            grid.signed, grid.values = True, outgoing
        row = self.query_one(DigitRow)
        row.caption = "top", "digits"
        dead = look.responses.dead[unit]
        row.remark = "dead: 0 for every test digit, so its gradient is exactly 0" if dead else "not a number"
        row.digits = most_exciting(look, unit, test)
        self.query_one("#number", Static).update(subject_lines(look, unit, source))

    @property
    def first_digit(self) -> int | None:
        """The number of the digit that excites it most."""
        digits = self.query_one(DigitRow).digits
        return digits[0].example if digits else None


def most_exciting(look: UnitLook, unit: int, test: Split) -> tuple[SmallDigit, ...]:
    """The test digits with the largest a; of a unit that can be off only those for which it is on."""
    found = look.responses
    examples, values = found.strongest[:, unit].tolist(), found.strongest_a[:, unit].tolist()
    return tuple(
        SmallDigit(example, test.images[example], int(test.labels[example]), fitted(a, 2, 4))
        for example, a in zip(examples, values, strict=True)
        if np.isfinite(a) and (a > 0 or not look.can_die)
    )
