"""The learning-rate finder: a short trial training in which the rate rises with each update.

Source: L. N. Smith, "Cyclical learning rates for training neural networks", 2017, section 3.3. While the rate is too
low, the loss hardly changes. With larger rates it falls, and with too large rates it rises.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tui_nn.config.setting import format_value
from tui_nn.core.parameters import Array, Diverged, frozen
from tui_nn.core.watch.acts import Phase
from tui_nn.data.dataset import Split
from tui_nn.render.numbers import loss_text
from tui_nn.render.rate_plot import rate_plot
from tui_nn.session.run.epoch import Epoch
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.session.run.train_state import TrainState

LOWEST, HIGHEST = 1e-5, 100.0
"""The learning rates of the first and of the last update."""
A_DECADE = 40
"""The number of updates in which the rate rises by a factor of 10."""
UPDATES = 7 * A_DECADE + 1
"""The number of updates in a complete trial of the learning-rate finder."""
SPREAD = 6
"""The standard deviation of the smoothing window, as a number of updates."""
MUCH_WORSE = 3.0
"""The trial training ends when the smoothed loss reaches this multiple of the first loss."""
RISE = 1.5
"""The loss counts as rising if it is above this multiple of its lowest value so far. Later values are ignored."""
FALL = 0.1
"""The loss must fall by this share of the first loss. If it falls less, the trial shows no good learning rate."""
BY_CHANCE = 3.0
"""The smoothed loss falls by up to this multiple of its standard error by chance, because each batch has other examples."""


@dataclass(frozen=True, slots=True, eq=False)
class RateCurve:
    """The loss at each learning rate of a trial, and the recommended rate. The arrays have equal lengths and are read-only."""

    rates: Array
    """The learning rates, shape (n,). Each is larger than the one before it by the same factor."""
    losses: Array
    """The mean loss of the batch before the update with this rate, shape (n,)."""
    smooth: Array
    """The losses, each averaged with its neighbours, shape (n,)."""
    ended: str
    """The reason why the trial ended: "the highest rate", or the problem that stopped the training."""
    epochs: int = 0
    """The number of epochs for which the network was trained before the trial."""

    @property
    def lowest(self) -> int:
        """The index of the lowest smoothed loss before it rises clearly."""
        risen = np.flatnonzero(self.smooth > RISE * np.minimum.accumulate(self.smooth))
        return int(np.argmin(self.smooth[: risen[0] if len(risen) else None]))

    @property
    def falls(self) -> bool:
        """True if the loss falls clearly at some rate."""
        before = slice(self.lowest + 1)
        noise = float(np.std((self.losses - self.smooth)[before])) / np.sqrt(2 * np.sqrt(np.pi) * SPREAD)
        return bool(self.smooth[0] - self.smooth[self.lowest] > max(FALL * self.smooth[0], BY_CHANCE * noise))

    @property
    def steepest(self) -> int:
        """The index of the steepest fall of the smoothed loss over the logarithm of the rate, before its lowest point."""
        return int(np.argmin(np.diff(self.smooth[: max(self.lowest, 1) + 1])))

    @property
    def suggested(self) -> float | None:
        """The recommended learning rate, rounded to one digit; None if the loss does not fall.

        It is halfway between the steepest fall and the lowest loss, on the logarithmic axis. With the rate of the
        lowest loss, the loss of a longer training often rises. With the rate of the steepest fall, training takes
        longer than it must.
        """
        if not self.falls:
            return None
        return float(f"{np.sqrt(self.rates[self.steepest] * self.rates[self.lowest]):.0e}")

    @property
    def verdict(self) -> str:
        """Sentences that recommend a learning rate and give the reason, or that say why no rate can be recommended."""
        if self.suggested is None:
            first, lowest = (loss_text(self.smooth[index]) for index in (0, self.lowest))
            return f"The loss falls only from {first} to {lowest}, so this trial shows no good rate.{self._of_trained}"
        steepest, lowest = (f"{self.rates[index]:.2g}" for index in (self.steepest, self.lowest))
        return (
            f"The loss falls fastest at {steepest} and is lowest at {lowest}. A good rate is in the middle "
            f"between them on this logarithmic axis: {format_value(self.suggested)}.{self._of_trained}"
        )

    @property
    def _of_trained(self) -> str:
        """A sentence about a network that was trained before the trial; "" for a new one."""
        if not self.epochs:
            return ""
        epochs = "1 epoch" if self.epochs == 1 else f"{self.epochs:,} epochs"
        return (
            f" The network has learned for {epochs}, so this trial finds a rate for training it further. A new network "
            "often needs a different rate."
        )

    def plot(self) -> list[str]:
        """Return the smoothed curve of the losses as lines of text, with a mark below the recommended rate."""
        mark = None
        if self.suggested is not None:
            mark = int(np.argmin(np.abs(np.log(self.rates / self.suggested))))
        return rate_plot(self.smooth.tolist(), mark, each=4, decade=A_DECADE, lowest=round(np.log10(LOWEST)))


def find_rate(snapshot: Snapshot, train: Split) -> RateCurve:
    """Train a copy of the network with a rising rate, and return the loss at each rate. The snapshot does not change.

    The batches have the order, size, dropout and augmentation of the next epochs. A schedule is not used.
    """
    state, training = TrainState.of(snapshot), replace(snapshot.training, schedule="constant")
    state.training_step.by_act = False
    rates = np.geomspace(LOWEST, HIGHEST, UPDATES)
    losses: list[float] = []
    epoch, ended = Epoch(snapshot.epoch + 1, train, training), "the highest rate"
    for rate in rates:
        epoch = Epoch(epoch.number + 1, train, training) if epoch.done else epoch
        epoch.plan(replace(training, learning_rate=float(rate)))
        try:
            examples = len(epoch.chosen)
            with np.errstate(all="ignore"):  # The largest rates make numbers overflow, so NumPy's warnings are off.
                for act in epoch.batch_acts(state.training_step, state.optimizer):
                    if act.phase is Phase.UPDATE:
                        losses.append(state.training_step.gradient.loss / examples)
        except Diverged as reason:
            ended = str(reason)
            break
        if np.mean(losses[-SPREAD:]) > MUCH_WORSE * np.mean(losses[:SPREAD]):
            ended = f"the loss was {MUCH_WORSE:g} times the first loss"
            break
    found = np.array(losses)
    return RateCurve(frozen(rates[: len(found)].copy()), frozen(found), frozen(_smoothed(found)), ended, snapshot.epoch)


def _smoothed(values: Array) -> Array:
    """Return the values, each averaged with its neighbours, which a bell curve weights.

    A value near an end has fewer neighbours.
    """
    near = np.arange(-3 * SPREAD, 3 * SPREAD + 1)
    bell = np.exp(-((near / SPREAD) ** 2) / 2)
    padded = np.pad(values, 3 * SPREAD)
    weights = np.pad(np.ones(len(values)), 3 * SPREAD)
    smooth: Array = np.convolve(padded, bell, "valid") / np.convolve(weights, bell, "valid")
    return smooth
