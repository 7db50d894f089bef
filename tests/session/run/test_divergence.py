"""Whatever is chosen: a run that leaves the finite numbers stops in that batch, says why, and keeps what was finite."""

import warnings
from dataclasses import replace

import numpy as np
import pytest

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.activations import ACTIVATIONS
from tui_nn.core.choices.augmentation import AUGMENTATIONS
from tui_nn.core.choices.schedules import SCHEDULES
from tui_nn.core.losses import LOSSES
from tui_nn.core.optimizers import OPTIMIZERS
from tui_nn.data.bundled import load_bundled
from tui_nn.session.run.session import Session
from tui_nn.session.run.snapshot import State

BUNDLED = load_bundled()
DIGITS = replace(BUNDLED, train=BUNDLED.train.first(60), test=BUNDLED.test.first(20))
WILD = TrainingConfig(learning_rate=1e6, batch_size=20)

CASES = [
    *(("activation", {"activation": name}, {}) for name in ACTIVATIONS),
    *(("loss", {"loss": name}, {}) for name in LOSSES),
    *(("optimizer", {}, {"optimizer": name, "l2": 10.0}) for name in OPTIMIZERS),
    *(("schedule", {}, {"schedule": name, "epochs": 30}) for name in SCHEDULES),
    *(("noise", {}, {"noise": name, "noise_std": 10.0}) for name in AUGMENTATIONS),
    ("l1", {}, {"l1": 10.0}),
    ("dropout", {}, {"dropout": 0.9}),
    ("smoothing", {}, {"label_smoothing": 0.9}),
    ("clip", {}, {"clip_norm": 1e6}),
    ("depth 0", {"hidden_sizes": ()}, {}),
    ("sum", {}, {"reduction": "sum"}),
]


@pytest.mark.parametrize(
    ("what", "network", "training"), CASES, ids=lambda value: value if isinstance(value, str) else ""
)
def test_the_wildest_rate_never_warns_and_leaves_finite_parameters(
    what: str, network: dict[str, object], training: dict[str, object], capfd: pytest.CaptureFixture[str]
) -> None:
    """Most diverge, and those that do not are trained on."""
    config = NetworkConfig(**{"hidden_sizes": (6, 5), **network})  # type: ignore[arg-type]
    session = Session(DIGITS, config, replace(WILD, **training))  # type: ignore[arg-type]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for snapshot in session.run(4):
            assert np.isfinite(snapshot.parameters.vector).all()
    snapshot = session.snapshot()
    assert np.isfinite(snapshot.parameters.vector).all()
    if snapshot.status.state is State.DIVERGED:
        assert "finite number" in snapshot.status.reason
        assert f"epoch {snapshot.epoch + 1}, batch " in snapshot.status.reason
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("training", [{}, {"optimizer": "nesterov", "momentum": 0.99}, {"l2": 10.0}])
def test_the_batch_that_diverges_is_named(training: dict[str, object]) -> None:
    """Found by doing the same batches with bare hands, until a number is not finite."""
    network = NetworkConfig(hidden_sizes=(6,), activation="identity")
    session = Session(DIGITS, network, replace(WILD, **training))  # type: ignore[arg-type]
    *_, snapshot = session.run(30)
    assert snapshot.status.state is State.DIVERGED
    again = Session(DIGITS, network, replace(WILD, **training))  # type: ignore[arg-type]
    done = 0
    while again.step_batch().status.state is not State.DIVERGED:
        done += 1
    epoch, batch = divmod(done, 3)
    assert snapshot.status.reason.endswith(f": epoch {epoch + 1}, batch {batch + 1}")
    assert snapshot.status == again.snapshot().status
    assert np.isfinite(again.snapshot().parameters.vector).all()


def test_a_gradient_of_nan_is_not_hidden_by_clipping() -> None:
    training = replace(WILD, clip_norm=1.0, learning_rate=0.1)
    session = Session(DIGITS, NetworkConfig(hidden_sizes=(6,), weight_init="normal", weight_init_scale=100.0), training)
    session._run.replay.state.mlp.parameters.weights[0][0, 0] = np.inf
    snapshot = session.step_batch()
    assert snapshot.status.state is State.DIVERGED
