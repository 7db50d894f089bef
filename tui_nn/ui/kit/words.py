"""Phrases that several panes use."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_nn.session.run.snapshot import Snapshot


def epoch_words(snapshot: Snapshot) -> str:
    """Return the number of the epoch that is shown: "2", or "2+" if the network has trained some further batches."""
    return f"{snapshot.epoch:,}" + ("+" if snapshot.step == snapshot.progress.step and snapshot.progress.batch else "")


def looking_back_words(shown: Snapshot, newest: Snapshot) -> str:
    """Return a sentence about the epoch that is shown and the newest epoch, without the full stop at its end."""
    said, (epoch, batch) = f"You are looking back at epoch {epoch_words(shown)}", newest.own_branch.tip
    return (
        f"{said} of {epoch:,}"
        if shown.epoch < epoch
        else f"{said}. The newest state is epoch {epoch:,}, batch {batch:,}"
    )
