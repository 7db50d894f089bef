"""The runs for a list of recent runs: the unsaved runs, and the run files that were saved or opened last."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable

from tui_nn.session.file.archive import RunFileError
from tui_nn.session.file.rescue import found_rescue_paths
from tui_nn.session.file.summary import FileSummary, summarize


def recent_runs(paths: Iterable[str]) -> tuple[tuple[FileSummary, bool], ...]:
    """Return the summaries of the unsaved runs, then those of the files `paths`.

    The flag beside a summary is True for an unsaved run.

    Files that were deleted or do not contain a run are left out.
    """
    found = [(str(path), True) for path in found_rescue_paths()] + [(path, False) for path in paths]
    runs = []
    for path, is_unsaved in found:
        with contextlib.suppress(RunFileError):
            runs.append((summarize(path), is_unsaved))
    return tuple(runs)
