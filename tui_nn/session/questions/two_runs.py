"""Two runs on the same test data: the difference of their confusion matrices, and the examples that only one run
classifies correctly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tui_nn.analysis.confusion import Confusion, Difference
from tui_nn.analysis.mcnemar import Disagreement
from tui_nn.analysis.outputs import Indices
from tui_nn.data.dataset import Split
from tui_nn.session.run.run_set import NamedRun, same_examples


@dataclass(frozen=True, slots=True, eq=False)
class TwoRuns:
    """The predictions of two runs for the same test examples."""

    first: NamedRun
    second: NamedRun

    @classmethod
    def of(cls, first: NamedRun, second: NamedRun) -> TwoRuns | None:
        """Return the predictions of two runs; None if their test data differ."""
        return cls(first, second) if same_examples(first.test, second.test) else None

    @property
    def test(self) -> Split:
        """The test data of both runs."""
        return self.first.test

    @property
    def difference(self) -> Difference:
        """The change of the confusion matrix from the first run to the second."""
        labels = self.test.labels
        before, after = (Confusion.of_evaluation(run.summary.evaluation, labels) for run in (self.first, self.second))
        return Difference(before, after)

    @property
    def disagreement(self) -> Disagreement:
        """The number of examples that only one of the two runs classifies correctly."""
        found = self.first.disagreement(self.second)
        assert found is not None
        return found

    def alone(self, run: NamedRun) -> Indices:
        """Return the indices of the test examples that `run` classifies correctly and the other run does not.

        The examples for which the other run has the largest loss come first.
        """
        other = self.second if run is self.first else self.first
        labels = self.test.labels
        right = run.summary.evaluation.predicted == labels
        wrong = other.summary.evaluation.predicted != labels
        found = np.flatnonzero(right & wrong)
        return found[np.argsort(-other.summary.evaluation.losses[found], kind="stable")]
