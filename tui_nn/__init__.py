"""An educational terminal trainer for neural networks, built on a small NumPy core.

- `train` trains a network, and `sweep` many. A run is a `Session`, and its state at one moment is a
  `Snapshot`. `save_run` writes a run to a file.
- `activations`, `gradients`, `mistakes`, `why` and `confusion` examine the network of a run, and `draw` shows a picture
as text.
- `load_run` opens a saved run, `load_preset` a preset, and `load_dataset` a `Dataset`, which `write_data` writes.
- `MLPClassifier` is a classifier for scikit-learn.

docs/python.md has examples.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tui_nn.config.configs import NetworkConfig, TrainingConfig
    from tui_nn.data.dataset import Dataset
    from tui_nn.data.loading import load_dataset
    from tui_nn.data.writing import write_data
    from tui_nn.notebook import (
        ConfusionTable,
        activations,
        confusion,
        draw,
        gradients,
        mistakes,
        sweep,
        train,
        why,
    )
    from tui_nn.presets import load_preset
    from tui_nn.session.file.runs import load_run, save_run
    from tui_nn.session.run.session import Session
    from tui_nn.session.run.snapshot import Snapshot
    from tui_nn.sklearn import MLPClassifier

__version__ = "0.1.0"

_MODULES = {
    "Dataset": "tui_nn.data.dataset",
    "NetworkConfig": "tui_nn.config.configs",
    "TrainingConfig": "tui_nn.config.configs",
    "load_dataset": "tui_nn.data.loading",
    "load_preset": "tui_nn.presets",
    "Session": "tui_nn.session.run.session",
    "Snapshot": "tui_nn.session.run.snapshot",
    "load_run": "tui_nn.session.file.runs",
    "save_run": "tui_nn.session.file.runs",
    "write_data": "tui_nn.data.writing",
    "ConfusionTable": "tui_nn.notebook",
    "activations": "tui_nn.notebook",
    "confusion": "tui_nn.notebook",
    "draw": "tui_nn.notebook",
    "gradients": "tui_nn.notebook",
    "mistakes": "tui_nn.notebook",
    "sweep": "tui_nn.notebook",
    "train": "tui_nn.notebook",
    "why": "tui_nn.notebook",
    "MLPClassifier": "tui_nn.sklearn",
}
# The names are written out because type checkers cannot evaluate `tuple(_MODULES)`.
__all__ = [
    "ConfusionTable",
    "Dataset",
    "MLPClassifier",
    "NetworkConfig",
    "Session",
    "Snapshot",
    "TrainingConfig",
    "__version__",
    "activations",
    "confusion",
    "draw",
    "gradients",
    "load_dataset",
    "load_preset",
    "load_run",
    "mistakes",
    "save_run",
    "sweep",
    "train",
    "why",
    "write_data",
]


def __getattr__(name: str) -> Any:
    # A public name is imported when it is first used, so that `import tui_nn` and --help load neither NumPy nor Textual.
    if name in _MODULES:
        # Limit BLAS to one thread before NumPy is imported. With one thread, a script and the app get bit-identical
        # results from the same seed.
        import_module("tui_nn.engine.blas").one_blas_thread()
        return getattr(import_module(_MODULES[name]), name)
    raise AttributeError(f"module 'tui_nn' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
