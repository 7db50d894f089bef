"""The choices for the chart of Train besides its kind: the epochs that it shows, the smoothing, and the value cursor."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tui_nn.render.scale import EpochAxis, epoch_end

SMOOTHING = (0.0, 0.6, 0.9)
"""The share of the previous average that each value keeps, for each degree of smoothing (off, light, strong)."""
_FEWEST = 4
"""The smallest number of epochs between the two ends of a window."""


@dataclass(frozen=True, slots=True)
class Window:
    """The choices of the person. It never changes; a key leads to another one."""

    span: int | None = None
    """The number of epochs between both ends; None for the whole run."""
    end: int | None = None
    """The last epoch of the window; None follows the newest epoch."""
    log: bool = False
    """True if the axis of epochs is logarithmic."""
    smoothing: float = 0.0
    """The share of the average before that each value of a curve keeps; 0 draws the curve itself."""
    cursor: int | None = None
    """The epoch whose values the chart names; None if there is no value cursor."""

    def axis(self, newest: int, plan: int) -> EpochAxis:
        """Return the axis of epochs for a run with this newest epoch and this number of planned epochs."""
        if self.span is None:
            return EpochAxis(0, epoch_end(newest, plan), self.log)
        end = max(newest if self.end is None else min(self.end, newest), self.span)
        return EpochAxis(end - self.span, end, self.log)

    def zoom(self, closer: bool, newest: int, about: float | None = None) -> Window:
        """Return the window with half or twice as many epochs. `about` is the epoch that keeps its place.

        By default that is the cursor; without a cursor, it is the right end, and the window goes on following the newest epoch.
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
        """Return the window moved by a share of its width, to the right if the share is positive."""
        if self.span is None:
            return self
        step = max(round(abs(share) * self.span), 1)
        end = newest if self.end is None else self.end
        return self._ending(end + (step if share > 0 else -step), newest)

    def _ending(self, end: int, newest: int) -> Window:
        """Return the window with another end. At the newest epoch it follows the run again."""
        assert self.span is not None
        return replace(self, end=None if end >= newest else max(end, self.span))

    def move(self, epochs: int, newest: int, here: int) -> Window:
        """Return the window with the cursor some epochs later, or earlier if the number is negative.

        The cursor begins at epoch `here`. A window follows its cursor.
        """
        return self.point(here if self.cursor is None else self.cursor + epochs, newest)

    def point(self, epoch: int, newest: int) -> Window:
        """Return the window with the cursor at an epoch."""
        epoch = min(max(epoch, 0), newest)
        moved = replace(self, cursor=epoch)
        if self.span is None:
            return moved
        end = max(newest if self.end is None else self.end, self.span)
        if epoch > end:
            return moved._ending(epoch, newest)
        return moved._ending(epoch + self.span, newest) if epoch < end - self.span else moved

    def smoother(self) -> Window:
        """Return the window with the next smoothing."""
        return replace(self, smoothing=SMOOTHING[(SMOOTHING.index(self.smoothing) + 1) % len(SMOOTHING)])

    def back(self) -> Window:
        """Return the window without its cursor; without a cursor, the window of all epochs."""
        return replace(self, cursor=None) if self.cursor is not None else replace(self, span=None, end=None)
