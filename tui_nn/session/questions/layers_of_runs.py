"""The layers of two runs, measured on the same test examples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tui_nn.analysis.health import health_words
from tui_nn.analysis.statistics import LayerStatistics, NetworkStatistics, network_statistics
from tui_nn.session.questions.probe import probe_digits
from tui_nn.session.run.run_set import NamedRun


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredRun:
    """A run, and the statistics of its layers on the probe batch (the first test examples). The statistics contain no update."""

    run: NamedRun
    statistics: NetworkStatistics

    @classmethod
    def of(cls, run: NamedRun) -> MeasuredRun:
        """Measure a run with the parameters of its summary."""
        chosen = probe_digits(run.test)
        return cls(run, network_statistics(run.summary.mlp, run.test.images[chosen], run.test.labels[chosen]))

    @property
    def health(self) -> list[str]:
        """One word about the state of each layer, such as "ok" or "vanishing"."""
        return health_words(self.statistics)

    @property
    def gradient_ratio(self) -> float:
        """The gradient RMS of the first layer divided by that of the last layer.

        The result is NaN if there is only one layer, or if the gradient of the last layer is 0.
        """
        layers = self.statistics.layers
        last = layers[-1].gradient.rms
        return layers[0].gradient.rms / last if len(layers) > 1 and last else float("nan")


def paired_layers(
    first: NetworkStatistics, second: NetworkStatistics
) -> Iterator[tuple[str, LayerStatistics | None, LayerStatistics | None]]:
    """Yield a name and a pair of layers, one of each network. A layer is None if only the other network has it.

    Hidden layers are counted from the input, and the output layers form the last pair.
    """
    hidden, others = first.layers[:-1], second.layers[:-1]
    for number in range(max(len(hidden), len(others))):
        yield (
            f"layer {number}",
            hidden[number] if number < len(hidden) else None,
            others[number] if number < len(others) else None,
        )
    yield "output", first.layers[-1], second.layers[-1]
