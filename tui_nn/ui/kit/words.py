"""Words that several panes use."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_nn.session.run.snapshot import Snapshot


def epoch_words(snapshot: Snapshot) -> str:
    """The epoch that is shown: "2", or "2+" where the network is some batches past it."""
    return f"{snapshot.epoch:,}" + ("+" if snapshot.step == snapshot.progress.step and snapshot.progress.batch else "")
