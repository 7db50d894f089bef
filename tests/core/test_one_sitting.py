"""The core can be read in one sitting, and there is one implementation of every pass.

A reader of `core/backprop.py` needs the six files at the top of `core/` and `config/`. The forward pass, the backward pass and
the update are written there and nowhere else.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CORE = ROOT / "tui_nn" / "core"
SIX = {"parameters", "activations", "losses", "network", "backprop", "optimizers"}
MOST_LINES = 900

PASSES = {"linear", "activate"}
"""The methods of MLP that a second forward loop would call."""
CALLS = ("activation.function", "activation.slope")
"""The functions of an activation, which a second forward or backward pass would call."""
UPDATES = ("add_penalties", "decay_weights", "optimizer.step", "rule.step")
"""The functions that a second update would call, beside `clip`. A method with that name is another function."""


def imported(path: Path) -> set[str]:
    """Return the modules of this package that a file imports anywhere, also under TYPE_CHECKING."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            found |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            found |= {
                part.value for part in node.args if isinstance(part, ast.Constant) and isinstance(part.value, str)
            }
    return {name for name in found if name.startswith("tui_nn.") and path_of(name)}


def path_of(module: str) -> Path | None:
    """Return the file of a module of this package; None if there is no such module."""
    base = ROOT / Path(*module.split("."))
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if path.is_file():
            return path
    return None


def reached(module: str) -> set[str]:
    """Return all modules of this package that an import of `module` loads, including itself."""
    found, waiting = set(), [module]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            path = path_of(name)
            assert path is not None
            waiting += imported(path)
    return found


def test_backprop_needs_the_six_files_and_the_settings_only() -> None:
    found = {name for name in reached("tui_nn.core.backprop") if not name.startswith("tui_nn.config")} - {"tui_nn.core"}
    assert found <= {f"tui_nn.core.{name}" for name in SIX}, found
    # The settings import no table, because config/tables.py names the tables as text.
    assert all(name.startswith("tui_nn.config") for name in reached("tui_nn.config.configs")), reached(
        "tui_nn.config.configs"
    )


def test_a_second_file_behind_backprop_would_be_found(tmp_path: Path) -> None:
    hidden = tmp_path / "late.py"
    hidden.write_text("def f():\n    from tui_nn.core.fast.chunks import Chunk\n    import tui_nn.core.watch.acts\n")
    assert imported(hidden) == {"tui_nn.core.fast.chunks", "tui_nn.core.watch.acts"}
    assert "tui_nn.core.fast.workers" in reached("tui_nn.core.fast.training_step")


def test_the_core_is_six_files_that_can_be_read_in_one_sitting() -> None:
    files = {path.stem: len(path.read_text().splitlines()) for path in CORE.glob("*.py") if path.stem != "__init__"}
    assert set(files) == SIX
    assert sum(files.values()) <= MOST_LINES, files


# ---- one implementation of every pass


def second_passes(source: str) -> Iterator[str]:
    """Yield the calls and products in a file that look like another pass through the layers or another update."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.For | ast.While | ast.ListComp | ast.GeneratorExp):
            for part in ast.walk(node):
                if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute) and part.func.attr in PASSES:
                    yield f"{ast.unparse(part)} in a loop"
                if is_product(part) and "weight" in ast.unparse(part):
                    yield f"{ast.unparse(part)} in a loop"
        if is_product(node) and "weights[" in ast.unparse(node):
            yield ast.unparse(node)
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called == "clip" or called.endswith(CALLS + UPDATES):
                yield ast.unparse(node)


def is_product(node: ast.AST) -> bool:
    """Return whether a node is a matrix product."""
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.MatMult)
    return isinstance(node, ast.Call) and ast.unparse(node.func) in ("np.matmul", "np.dot", "np.einsum")


ALLOWED = {
    # The penalties have a part in the gradient, and the check compares the whole gradient.
    "analysis/gradient_check.py": ("add_penalties(",),
    # The gradient with respect to the pixels, which training does not need.
    "analysis/passes.py": ("batch.delta[0] @ mlp.parameters.weights[0].T",),
    # The microscope prints the slopes of one example and the activation of one unit.
    "render/acts/backward.py": ("activation.slope(",),
    "render/acts/forward.py": ("activation.function(np.array([z]), a)",),
}
"""The calls and products that are allowed outside the core: the file, and how they begin."""


def test_no_pass_and_no_update_is_written_outside_the_core() -> None:
    found = []
    for path in sorted((ROOT / "tui_nn").rglob("*.py")):
        name = path.relative_to(ROOT / "tui_nn").as_posix()
        if name not in {f"core/{stem}.py" for stem in SIX}:
            found += [
                f"{name}: {line}"
                for line in second_passes(path.read_text())
                if not line.startswith(ALLOWED.get(name, ()))
            ]
    assert not found, found


@pytest.mark.parametrize(
    "source",
    [
        "for layer in range(3):\n    mlp.linear(layer, a, z)",
        "for w, b in zip(p.weights, p.biases):\n    a = np.tanh(a @ w.weight + b)",
        "while layer:\n    delta = delta @ parameters.weights[layer].T",
        "for layer in layers:\n    np.matmul(a, mlp.parameters.weights[layer], out=z)",
        "outputs = [mlp.activate(k, z[k], a[k]) for k in layers]",
        "optimizer.step(w, g, training, rate)",
        "clip(gradient, 1.0)",
        "decay_weights(parameters, 0.1)",
        "slopes = mlp.activation.slope(z, a, out, scratch)",
        "first = x @ mlp.parameters.weights[0]",
    ],
)
def test_a_second_pass_would_be_found(source: str) -> None:
    assert list(second_passes(source))
