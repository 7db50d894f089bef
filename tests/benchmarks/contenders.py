"""Ways to train 784-128-10 on 60,000 digits with plain sgd, one a process: `python contenders.py NAME BATCH DATA.npz`.

After a first epoch, in which compilers compile, it says which kernel it computes with. For every line on standard input it then
does an epoch and prints its seconds on the clock and on the processors.
"""

from __future__ import annotations

import os
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from typing import Any

RATE, WIDTH = 0.1, 128
Epoch = Callable[[int], None]
"""(number): one epoch in the order that this number gives."""


def digits(path: str) -> tuple[Any, Any]:
    """x float32 (n, 784), 0 to 1, and labels int64 (n,)."""
    import numpy as np

    with np.load(path) as file:
        x, y = file["x_train"], file["y_train"]
    return x.reshape(len(x), -1).astype(np.float32) / np.float32(255), y.astype(np.int64)


def batches(count: int, size: int, number: int) -> Iterator[Any]:
    """The indices of each batch, shuffled; a full batch as it is."""
    import numpy as np

    order = np.random.default_rng(number).permutation(count) if size < count else slice(None)
    yield from (order[start : start + size] if size < count else order for start in range(0, count, size))


def start_weights() -> list[Any]:
    """w1, b1, w2, b2 in float32, by He."""
    import numpy as np

    random = np.random.default_rng(0)
    shapes = ((784, WIDTH), (WIDTH, 10))
    return [
        part
        for shape in shapes
        for part in (
            random.normal(0, (2 / shape[0]) ** 0.5, shape).astype(np.float32),
            np.zeros(shape[1], dtype=np.float32),
        )
    ]


def ours(path: str, size: int) -> Epoch:
    """A session, as `tui-nn train` has it; what its record says, so without the answers to the test digits."""
    from tui_nn import NetworkConfig, Session, TrainingConfig, load_dataset

    data = load_dataset(path)
    batch = None if size >= len(data.train) else size
    training = TrainingConfig(optimizer="sgd", learning_rate=RATE, batch_size=batch, shuffle=batch is not None)
    session = Session(data, NetworkConfig(hidden_sizes=(WIDTH,)), training)

    def epoch(_: int) -> None:
        session.step_epoch()
        epoch.seconds = session.history.records[-1].seconds  # type: ignore[attr-defined]

    return epoch


def gemm(path: str, size: int) -> Epoch:
    """The five matrix products of every update, into arrays that are there, and nothing else."""
    import numpy as np

    x, _ = digits(path)
    w1, _, w2, _ = start_weights()
    full = min(size, len(x))
    room = [np.empty((full, WIDTH), np.float32), np.empty((full, 10), np.float32), np.empty((full, WIDTH), np.float32)]
    dw1, dw2 = np.empty_like(w1), np.empty_like(w2)

    def epoch(_: int) -> None:
        for start in range(0, len(x), size):
            part = x[start : start + size]
            a, z, d = (array[: len(part)] for array in room)
            np.matmul(part, w1, out=a)
            np.matmul(a, w2, out=z)
            np.matmul(a.T, z, out=dw2)
            np.matmul(z, w2.T, out=d)
            np.matmul(part.T, d, out=dw1)

    return epoch


def notebook(path: str, size: int) -> Epoch:
    """NumPy as the notebooks write it: float64, a new array for every step."""
    import numpy as np

    x, labels = digits(path)
    x, y = x.astype(np.float64), np.eye(10)[labels]
    w1, b1, w2, b2 = (part.astype(np.float64) for part in start_weights())

    def epoch(number: int) -> None:
        nonlocal w1, b1, w2, b2
        for chosen in batches(len(x), size, number):
            xb, yb = x[chosen], y[chosen]
            m = len(xb)
            z1 = xb @ w1 + b1
            a1 = np.maximum(0, z1)
            z2 = a1 @ w2 + b2
            e = np.exp(z2 - z2.max(axis=1, keepdims=True))
            p = e / e.sum(axis=1, keepdims=True)
            -np.sum(yb * np.log(p + 1e-8)) / m
            dz2 = p - yb
            dz1 = (dz2 @ w2.T) * (z1 > 0)
            w1 = w1 - RATE * (xb.T @ dz1) / m
            b1 = b1 - RATE * dz1.sum(axis=0) / m
            w2 = w2 - RATE * (a1.T @ dz2) / m
            b2 = b2 - RATE * dz2.sum(axis=0) / m

    return epoch


def _jax_step() -> Any:
    import jax
    import jax.numpy as jnp

    def loss(weights: Any, x: Any, y: Any) -> Any:
        w1, b1, w2, b2 = weights
        z = jnp.maximum(x @ w1 + b1, 0) @ w2 + b2
        return -jnp.take_along_axis(jax.nn.log_softmax(z), y[:, None], axis=1).mean()

    def step(weights: Any, x: Any, y: Any) -> Any:
        value, slopes = jax.value_and_grad(loss)(weights, x, y)
        return [w - RATE * slope for w, slope in zip(weights, slopes, strict=True)], value

    return step


def jax_step(path: str, size: int) -> Epoch:
    """A step compiled by JAX, its batches taken from NumPy arrays by a loop in Python."""
    import jax

    x, y = digits(path)
    weights = [jax.numpy.asarray(part) for part in start_weights()]
    step = jax.jit(_jax_step(), donate_argnums=0)
    if size >= len(x):
        x, y = jax.numpy.asarray(x), jax.numpy.asarray(y)

    def epoch(number: int) -> None:
        nonlocal weights
        for chosen in batches(len(x), size, number):
            weights, _ = step(weights, x[chosen], y[chosen])
        jax.block_until_ready(weights)

    return epoch


def jax_epoch(path: str, size: int) -> Epoch:
    """A whole epoch compiled by JAX, the digits among its own arrays; what is left of the last batch is left out."""
    import jax
    import numpy as np

    x, y = (jax.numpy.asarray(part) for part in digits(path))
    weights = [jax.numpy.asarray(part) for part in start_weights()]
    step, size = _jax_step(), min(size, len(x))

    def walk(weights: Any, order: Any) -> Any:
        return jax.lax.scan(lambda w, chosen: step(w, x[chosen], y[chosen]), weights, order)

    compiled = jax.jit(walk, donate_argnums=0)

    def epoch(number: int) -> None:
        nonlocal weights
        order = np.random.default_rng(number).permutation(len(x))[: len(x) // size * size]
        weights, _ = compiled(weights, order.reshape(-1, size))
        jax.block_until_ready(weights)

    return epoch


def torch_hand(path: str, size: int) -> Epoch:
    """PyTorch's matrices, the derivatives written by hand, everything in place."""
    import torch

    x, y = map(torch.from_numpy, digits(path))
    w1, b1, w2, b2 = map(torch.from_numpy, start_weights())

    def epoch(number: int) -> None:
        with torch.no_grad():
            for chosen in batches(len(x), size, number):
                xb, yb = (x, y) if size >= len(x) else (x[chosen], y[chosen])
                a1 = torch.addmm(b1, xb, w1).relu_()
                dz2 = torch.addmm(b2, a1, w2).softmax(1)
                dz2[torch.arange(len(yb)), yb] -= 1
                dz2 /= len(yb)
                dz1 = (dz2 @ w2.T).mul_(a1 > 0)
                w2.addmm_(a1.T, dz2, alpha=-RATE)
                b2.sub_(dz2.sum(0), alpha=RATE)
                w1.addmm_(xb.T, dz1, alpha=-RATE)
                b1.sub_(dz1.sum(0), alpha=RATE)

    return epoch


def torch_eager(path: str, size: int) -> Epoch:
    """PyTorch as its tutorials have it: modules, autograd, an optimizer."""
    import torch

    x, y = map(torch.from_numpy, digits(path))
    model = torch.nn.Sequential(torch.nn.Linear(784, WIDTH), torch.nn.ReLU(), torch.nn.Linear(WIDTH, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE)

    def epoch(number: int) -> None:
        for chosen in batches(len(x), size, number):
            xb, yb = (x, y) if size >= len(x) else (x[chosen], y[chosen])
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(model(xb), yb).backward()
            optimizer.step()

    return epoch


def sklearn(path: str, size: int) -> Epoch:
    """scikit-learn's MLPClassifier, an epoch a call."""
    from sklearn.neural_network import MLPClassifier

    x, y = digits(path)
    model = MLPClassifier(
        (WIDTH,), solver="sgd", alpha=0, batch_size=min(size, len(x)), learning_rate_init=RATE, momentum=0,
        max_iter=1, warm_start=True, shuffle=size < len(x), random_state=0,
    )  # fmt: skip
    warnings.simplefilter("ignore")
    return lambda _: model.fit(x, y)


CONTENDERS: dict[str, tuple[Callable[[str, int], Epoch], int]] = {
    "gemm-1": (gemm, 1),
    "gemm-2": (gemm, 2),
    "ours-1": (ours, 1),
    "ours-2": (ours, 2),
    "jax step": (jax_step, 2),
    "jax epoch": (jax_epoch, 2),
    "torch hand-1": (torch_hand, 1),
    "torch hand-2": (torch_hand, 2),
    "torch eager-1": (torch_eager, 1),
    "torch eager-2": (torch_eager, 2),
    "sklearn-1": (sklearn, 1),
    "sklearn-2": (sklearn, 2),
    "notebook-1": (notebook, 1),
    "notebook-2": (notebook, 2),
}
"""By name: who makes the epoch, and how many threads or workers it may have."""


AVX2 = {
    "OPENBLAS_CORETYPE": "Haswell",
    "ATEN_CPU_CAPABILITY": "avx2",
    "MKL_ENABLE_INSTRUCTIONS": "AVX2",
    "ONEDNN_MAX_CPU_ISA": "AVX2",
    "XLA_FLAGS": "--xla_cpu_max_isa=AVX2",
}
"""The variables that keep each library to AVX2. The first alone would slow only NumPy and scikit-learn."""


def kernel(name: str) -> str:
    """Say which instructions a contender computes with, as its libraries tell it once they are loaded."""
    if name.startswith("jax"):
        limit = os.environ.get("XLA_FLAGS", "").partition("--xla_cpu_max_isa=")[2]
        return f"XLA {limit.split()[0] if limit else 'of this processor'}"
    found = []
    if name.startswith("torch"):
        import torch

        found.append(f"ATen {torch.backends.cpu.get_cpu_capability()}")
        found.append(f"MKL {os.environ.get('MKL_ENABLE_INSTRUCTIONS', 'of this processor')}")
    else:
        from threadpoolctl import threadpool_info

        found += sorted(
            {f"OpenBLAS {library['architecture']}" for library in threadpool_info() if "architecture" in library}
        )
    return ", ".join(found)


def environment(name: str, avx2: bool = False) -> dict[str, str]:
    """What a contender's process is started with; each library chooses its kernels by itself, or all are kept to AVX2."""
    maker, threads = CONTENDERS.get(name, (None, 2))
    # Ours has threads of its own; a notebook's loop has those of BLAS.
    of_blas = threads if maker not in (None, ours) or name.startswith("loop") else 1
    if name.startswith("target") and name != "target ours":
        of_blas = int(name[-1])
    kept = {key: value for key, value in os.environ.items() if not key.startswith("OPENBLAS_") and key not in AVX2}
    kept |= AVX2 if avx2 else {}
    variables = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    return kept | dict.fromkeys(variables, str(of_blas)) | {"TUI_NN_WORKERS": str(threads)}


def main() -> None:
    """Get ready, say so, and do an epoch a line."""
    name, size, path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    epoch = CONTENDERS[name][0](path, size)
    epoch(0)
    print(f"ready {kernel(name)}", flush=True)
    for number, _ in enumerate(sys.stdin):
        clock, processors = time.perf_counter(), time.process_time()
        epoch(number)
        seconds = getattr(epoch, "seconds", time.perf_counter() - clock)
        print(seconds, time.process_time() - processors, flush=True)


if __name__ == "__main__":
    main()
