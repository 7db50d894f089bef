"""The choices that a person makes for the chart of Train: the epochs that it shows, the smoothing, and the value cursor."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tui_nn.render.scale import EpochAxis, epoch_end

SMOOTHING = (0.0, 0.6, 0.9)
"""The factor β of the moving average (s ← β·s + (1 − β)·x) for each degree of smoothing: off, light, strong."""
_FEWEST = 4
"""The smallest number of epochs between the two ends of a window."""


@dataclass(frozen=True, slots=True)
class Window:
    """The choices of the person for the chart. A `Window` never changes: its methods return a changed copy."""

    span: int | None = None
    """The width of the window: the number of epochs between its two ends. None means the whole run."""
    end: int | None = None
    """The last epoch of the window. With None, the window always ends at the newest epoch."""
    log: bool = False
    """True if the axis of epochs is logarithmic."""
    smoothing: float = 0.0
    """The factor β of the moving average, one of `SMOOTHING`. At 0, the curve is not smoothed."""
    cursor: int | None = None
    """The epoch whose values stand above the chart; None if there is no value cursor."""

    def axis(self, newest: int, plan: int) -> EpochAxis:
        """Return the axis of epochs for a run with the newest epoch `newest` and the planned last epoch `plan`."""
        if self.span is None:
            return EpochAxis(0, epoch_end(newest, plan), self.log)
        end = max(newest if self.end is None else min(self.end, newest), self.span)
        return EpochAxis(end - self.span, end, self.log)

    def zoom(self, closer: bool, newest: int, about: float | None = None) -> Window:
        """Return a window with half as many epochs (if `closer`) or twice as many.

        The epoch `about` stays at its position on the screen. If `about` is None, the epoch of the value cursor stays. Without a
        cursor, the right end of the window stays: a fixed epoch, or always the newest epoch.
        """
        span = newest if self.span is None else self.span
        wanted = max(span // 2, _FEWEST) if closer else span * 2
        if wanted >= newest:
            return replace(self, span=None, end=None)
        about = self.cursor if about is None else about
        if about is None:
            return replace(self, span=wanted)
        end = newest if self.end is None else self.end
        place = (end - about) / max(span, 1)
        return replace(self, span=wanted)._ending(round(about + place * wanted), newest)

    def pan(self, share: float, newest: int) -> Window:
        """Return a window that shows later epochs, or earlier ones if `share` is negative.

        `share` is the distance as a fraction of the width of the window.
        """
        if self.span is None:
            return self
        step = max(round(abs(share) * self.span), 1)
        end = newest if self.end is None else self.end
        return self._ending(end + (step if share > 0 else -step), newest)

    def _ending(self, end: int, newest: int) -> Window:
        """Return a window of the same width that ends at epoch `end`. If this is the newest epoch, the window follows the run."""
        assert self.span is not None
        return replace(self, end=None if end >= newest else max(end, self.span))

    def move(self, epochs: int, newest: int, here: int) -> Window:
        """Return a window whose cursor is some epochs later, or earlier if `epochs` is negative.

        If there was no cursor, it appears at epoch `here`. The window moves if the cursor would leave it.
        """
        return self.point(here if self.cursor is None else self.cursor + epochs, newest)

    def point(self, epoch: int, newest: int) -> Window:
        """Return a window with its cursor at an epoch. The window moves if it does not contain this epoch."""
        epoch = min(max(epoch, 0), newest)
        moved = replace(self, cursor=epoch)
        if self.span is None:
            return moved
        end = max(newest if self.end is None else self.end, self.span)
        if epoch > end:
            return moved._ending(epoch, newest)
        return moved._ending(epoch + self.span, newest) if epoch < end - self.span else moved

    def smoother(self) -> Window:
        """Return a window with the next degree of smoothing. After the strongest one comes no smoothing."""
        return replace(self, smoothing=SMOOTHING[(SMOOTHING.index(self.smoothing) + 1) % len(SMOOTHING)])

    def back(self) -> Window:
        """Return a window without the cursor. If there is no cursor, return a window of all epochs."""
        return replace(self, cursor=None) if self.cursor is not None else replace(self, span=None, end=None)
