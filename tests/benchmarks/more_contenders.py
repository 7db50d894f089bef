"""What training.py measures beside the great table, one a process: `python more_contenders.py NAME DATA.npz`.

Presets and their loops, networks that grow, memory, and the way to 98 %.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

from contenders import digits

sys.path.insert(0, str(Path(__file__).parent.parent / "presets"))

TARGET = 0.98
WIDE = 256
"""Hidden units on the way to it: with 128 it is a matter of luck."""
MOST_EPOCHS = 40


def loop_of(name: str, path: str) -> Any:
    """The notebook's own loop, float64, on the preset's data and from its start weights."""
    import numpy as np
    import test_notebooks as notebooks

    session = preset_of(name, path)
    snapshot = session.snapshot()
    split = session.dataset.train.first(snapshot.training.train_limit)
    loop = getattr(notebooks, name.replace("-", "_"))
    weights = [part.astype(np.float64) for part in notebooks.weights_of(snapshot.parameters)]
    steps = loop(split.images / 255, np.eye(10)[split.labels], weights)
    return lambda: next(steps)


def preset_of(name: str, path: str) -> Any:
    """A session of the preset; 003 is of the bundled digits."""
    from tui_nn import Session, load_dataset, load_preset

    preset = load_preset(name)
    data = load_dataset(None if name == "sigmoid-mse" else path)
    return Session(data, preset.network, preset.training, preset=name)


def grown(kind: str, n: int, path: str) -> Any:
    """A session whose examples, width or depth are `n`."""
    from tui_nn import NetworkConfig, Session, TrainingConfig, load_dataset

    sizes = {"width": (n,), "depth": (128,) * n}.get(kind, (128,))
    training = TrainingConfig(optimizer="sgd", learning_rate=0.05, batch_size=128)
    if kind == "examples":
        training = replace(training, train_limit=n)
    return Session(load_dataset(path), NetworkConfig(hidden_sizes=sizes), training)


def serve(kind: str, name: str, path: str) -> None:
    """An epoch a line: seconds of training, and of the whole with the answers to the test digits."""
    session = None
    if kind == "loop":
        epoch = loop_of(name, path)
    else:
        session = preset_of(name, path) if kind == "preset" else grown(kind, int(name), path)
        epoch = session.step_epoch
    print("ready", flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        epoch()
        whole = time.perf_counter() - start
        print(session.history.records[-1].seconds if session else whole, whole, flush=True)


def memory_of_train(path: str) -> str:
    """The most that `tui-nn train` ever has, imports included."""
    command = [sys.executable, "-m", "tui_nn", "train", "--data", path, "--epochs", "2", "--quiet"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=os.environ)
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return f"{most:.0f} MiB at most (goal: under 200)"


def memory_of_full_batch(path: str) -> str:
    """What the first full-batch epoch adds to a session that is ready."""
    from tui_nn import NetworkConfig, Session, TrainingConfig, load_dataset

    training = TrainingConfig(batch_size=None, shuffle=False)
    session = Session(load_dataset(path), NetworkConfig(), training)
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # The peak begins anew.
    before = _status("VmHWM")
    for _ in session.train(1):
        pass
    return f"{_status('VmHWM') - before:.1f} MiB more at its most (goal: 16)"


def _status(name: str) -> float:
    """A line of /proc/self/status, in MiB."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(name):
            return int(line.split()[1]) / 1024
    raise KeyError(name)


def target_ours(path: str) -> str:
    """Ours, the test digits answered after every epoch as always."""
    from tui_nn import NetworkConfig, Session, TrainingConfig, load_dataset

    training = TrainingConfig(optimizer="adam", learning_rate=0.001, batch_size=128)
    session = Session(load_dataset(path), NetworkConfig(hidden_sizes=(WIDE,)), training)
    start = time.perf_counter()
    for _ in range(MOST_EPOCHS):
        session.step_epoch()
        if session.history.records[-1].test_accuracy >= TARGET:
            break
    return _reached(start, session.epoch, session.history.records[-1].test_accuracy)


def target_torch(path: str) -> str:
    """PyTorch eager."""
    import numpy as np
    import torch

    torch.manual_seed(0)
    x, y = map(torch.from_numpy, digits(path))
    tests, answers = test_digits(path)
    seen = torch.from_numpy(tests)
    model = torch.nn.Sequential(torch.nn.Linear(784, WIDE), torch.nn.ReLU(), torch.nn.Linear(WIDE, 10))
    for layer in (model[0], model[2]):
        torch.nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        torch.nn.init.zeros_(layer.bias)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    start = time.perf_counter()
    for number in range(1, MOST_EPOCHS + 1):
        order = torch.from_numpy(np.random.default_rng(number).permutation(len(x)))
        for chosen in order.split(128):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(model(x[chosen]), y[chosen]).backward()
            optimizer.step()
        with torch.no_grad():
            share = float((model(seen).argmax(1).numpy() == answers).mean())
        if share >= TARGET:
            break
    return _reached(start, number, share)


def target_sklearn(path: str) -> str:
    """scikit-learn."""
    from sklearn.neural_network import MLPClassifier

    x, y = digits(path)
    tests, answers = test_digits(path)
    warnings.simplefilter("ignore")
    model = MLPClassifier((WIDE,), alpha=0, batch_size=128, max_iter=1, warm_start=True, random_state=0)
    start = time.perf_counter()
    epochs, share = 0, 0.0
    while epochs < MOST_EPOCHS and share < TARGET:
        model.fit(x, y)
        epochs, share = epochs + 1, float((model.predict(tests) == answers).mean())
    return _reached(start, epochs, share)


def test_digits(path: str) -> tuple[Any, Any]:
    """x float32 (n, 784) and labels (n,) of the test digits."""
    import numpy as np

    with np.load(path) as file:
        x, y = file["x_test"], file["y_test"]
    return x.reshape(len(x), -1).astype(np.float32) / np.float32(255), y


def _reached(start: float, epochs: int, share: float) -> str:
    return f"{100 * share:.2f} % after {epochs} epochs, {time.perf_counter() - start:.2f} s"


TOLD = {
    "memory of tui-nn train": memory_of_train,
    "memory of a full batch": memory_of_full_batch,
    "target ours": target_ours,
    "target torch": target_torch,
    "target sklearn": target_sklearn,
}


def main() -> None:
    """Tell what is asked for, or serve."""
    name, path = sys.argv[1:]
    if name in TOLD:
        print(TOLD[name](path), flush=True)
    else:
        serve(*name.split(), path)


if __name__ == "__main__":
    main()
