"""What going back costs: 1,000 epochs of quick-start, then to 100 of them at random, and a step back from each.

    python tests/benchmarks/time_travel.py [EPOCHS]

Prints one table. "Epochs of training" are medians of the same process's own epochs, so the ratios hold on any machine.
"""

from __future__ import annotations

import sys
from hashlib import sha256
from statistics import median
from time import perf_counter

import numpy as np

from tui_nn import Session, load_dataset, load_preset
from tui_nn.session.run.snapshot import Snapshot
from tui_nn.session.run.timeline import BUDGET


def digest(snapshot: Snapshot) -> str:
    """What training changes, as a fingerprint."""
    sha = sha256(snapshot.parameters.vector.tobytes())
    for moment in snapshot.moments:
        sha.update(moment.tobytes())
    return sha.hexdigest()


def timed(session: Session, epoch: int) -> tuple[float, str]:
    """Seconds until an epoch is shown (what is made ready aside left out), and what is shown."""
    started = perf_counter()
    for _ in session.travel(epoch):
        pass
    snapshot = session.snapshot()
    seconds = perf_counter() - started
    for _ in session.prepare():
        pass
    return seconds, digest(snapshot)


def main() -> None:
    """Train, travel, tell."""
    epochs = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    preset = load_preset("quick-start")
    session = Session(load_dataset(), preset.network, preset.training)
    then, seconds = [digest(session.snapshot())], []
    for _ in range(epochs):
        started = perf_counter()
        for _ in session.train(session.epoch + 1):
            pass
        seconds.append(perf_counter() - started)
        then.append(digest(session.snapshot()))
    an_epoch = median(seconds)
    chosen = np.random.default_rng(0).integers(1, epochs + 1, 100)
    seeks, steps, same = [], [], 0
    for epoch in chosen.tolist():
        took, found = timed(session, epoch)
        seeks.append(took)
        same += found == then[epoch]
        took, found = timed(session, epoch - 1)
        steps.append(took)
        same += found == then[epoch - 1]
    timeline = session._run.timeline
    print(f"epochs trained                       {epochs}, {an_epoch * 1000:.1f} ms each")
    print(f"checkpoints                          every {timeline.stride} epochs")
    print(f"bytes of checkpoints                 {timeline.bytes / 2**20:.1f} MiB of {BUDGET / 2**20:.0f}")
    print(f"places equal to the first pass       {same} of {2 * len(chosen)}")
    print(f"seek, median / slowest               {median(seeks) * 1000:.0f} / {max(seeks) * 1000:.0f} ms")
    print(f"slowest seek, in checkpoint spacings {max(seeks) / (an_epoch * timeline.stride):.2f}")
    print(f"step back, median / slowest          {median(steps) * 1000:.1f} / {max(steps) * 1000:.1f} ms")


if __name__ == "__main__":
    main()
