"""An educational terminal trainer for neural networks, built on a small NumPy core."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tui_nn.config.configs import NetworkConfig, TrainingConfig
    from tui_nn.data.dataset import Dataset
    from tui_nn.data.loading import load_dataset
    from tui_nn.data.writing import write_data
    from tui_nn.presets import load_preset
    from tui_nn.session.file.runs import load_run, save_run
    from tui_nn.session.run.session import Session
    from tui_nn.session.run.snapshot import Snapshot

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
}
# The names are written out because type checkers cannot evaluate `tuple(_MODULES)`.
__all__ = [
    "Dataset",
    "NetworkConfig",
    "Session",
    "Snapshot",
    "TrainingConfig",
    "__version__",
    "load_dataset",
    "load_preset",
    "load_run",
    "save_run",
    "write_data",
]


def __getattr__(name: str) -> Any:
    # A public name is imported when it is first used, so that `import tui_nn` and --help load neither NumPy nor Textual.
    if name in _MODULES:
        # This call must come before NumPy is imported. With one BLAS thread, a script and the app get bit-identical
        # results from the same seed.
        import_module("tui_nn.engine.blas").one_blas_thread()
        return getattr(import_module(_MODULES[name]), name)
    raise AttributeError(f"module 'tui_nn' has no attribute {name!r}")
