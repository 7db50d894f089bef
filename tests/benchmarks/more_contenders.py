"""What training.py measures beside the great table, one a process: `python more_contenders.py NAME DATA.npz`.

Presets and their loops, networks that grow, memory, and the way to 98 %.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from contenders import WIDTH, digits

sys.path.insert(0, str(Path(__file__).parent.parent / "presets"))

TARGET = 0.98
MOST_EPOCHS = 40
SEEDS = range(5)
MOMENTUM, BATCH, RATE = 0.9, 256, 0.2
"""For all three, who do the same steps with Nesterov's momentum. Epochs to the target on 784-128-10 (three seeds, at most 16):
batch 32 at 0.05: 16 and not there; 64 at 0.1: not there; 128 at 0.1: 10 to 13; at 0.2: not there; 256 at 0.1: 10 to 13; at
0.2: 6 to 14; 512 at 0.2: 12 to 17; at 0.4: not there. Smaller batches make an epoch of nobody shorter. Adam at a constant
rate comes to 97.9 %."""


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


def target_ours(path: str, seed: int) -> Iterator[float]:
    """Ours, the test digits answered after every epoch as always."""
    from tui_nn import NetworkConfig, Session, TrainingConfig, load_dataset

    training = TrainingConfig(optimizer="nesterov", momentum=MOMENTUM, learning_rate=RATE, batch_size=BATCH, seed=seed)
    session = Session(load_dataset(path), NetworkConfig(hidden_sizes=(WIDTH,)), training)
    yield 0.0
    while True:
        session.step_epoch()
        yield session.history.records[-1].test_accuracy


def target_torch(path: str, seed: int) -> Iterator[float]:
    """PyTorch eager."""
    import numpy as np
    import torch

    torch.manual_seed(seed)
    x, y = map(torch.from_numpy, digits(path))
    tests, answers = map(torch.from_numpy, test_digits(path))
    model = torch.nn.Sequential(torch.nn.Linear(784, WIDTH), torch.nn.ReLU(), torch.nn.Linear(WIDTH, 10))
    for layer in (model[0], model[2]):
        torch.nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
        torch.nn.init.zeros_(layer.bias)
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE, momentum=MOMENTUM, nesterov=True)
    random = np.random.default_rng(seed)
    yield 0.0
    while True:
        for chosen in torch.from_numpy(random.permutation(len(x))).split(BATCH):
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(model(x[chosen]), y[chosen]).backward()
            optimizer.step()
        with torch.no_grad():
            yield float((model(tests).argmax(1) == answers).double().mean())


def target_sklearn(path: str, seed: int) -> Iterator[float]:
    """scikit-learn, an epoch a call: `partial_fit` keeps the velocity, where `fit` would begin with a new one."""
    from sklearn.neural_network import MLPClassifier

    x, y = digits(path)
    tests, answers = test_digits(path)
    model = MLPClassifier(
        (WIDTH,), solver="sgd", nesterovs_momentum=True, momentum=MOMENTUM, alpha=0, batch_size=BATCH,
        learning_rate_init=RATE, random_state=seed,
    )  # fmt: skip
    yield 0.0
    while True:
        model.partial_fit(x, y, classes=range(10))
        yield float((model.predict(tests) == answers).mean())


def to_target(way: Callable[[str, int], Iterator[float]], path: str) -> str:
    """How long it takes from start weights to the target, digits and libraries loaded: a median over seeds."""
    found = []
    for seed in SEEDS:
        shares = way(path, seed)
        next(shares)
        start = time.perf_counter()
        epochs, share = next((k, s) for k, s in enumerate(shares, 1) if s >= TARGET or k == MOST_EPOCHS)
        found.append((time.perf_counter() - start, epochs, share))
    seconds, epochs, share = sorted(found)[len(found) // 2]
    all_of_them = ", ".join(f"{s:.2f}" for s, *_ in sorted(found))
    return f"{seconds:.2f} s ({all_of_them}): {100 * share:.2f} % after {epochs} epochs"


def test_digits(path: str) -> tuple[Any, Any]:
    """x float32 (n, 784) and labels (n,) of the test digits."""
    import numpy as np

    with np.load(path) as file:
        x, y = file["x_test"], file["y_test"]
    return x.reshape(len(x), -1).astype(np.float32) / np.float32(255), y.astype(np.int64)


TOLD = {
    "memory of tui-nn train": memory_of_train,
    "memory of a full batch": memory_of_full_batch,
    "target ours": lambda path: to_target(target_ours, path),
    **dict.fromkeys(("target torch-1", "target torch-2"), lambda path: to_target(target_torch, path)),
    **dict.fromkeys(("target sklearn-1", "target sklearn-2"), lambda path: to_target(target_sklearn, path)),
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
