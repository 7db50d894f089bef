"""The structure of the package, read from its source: what a module imports, divided classes, passes outside the core.

`python tests/helpers/structure.py` prints them. tests/rooms.py counts the arrows between the rooms of the screens.
"""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "tui_nn"


@cache
def trees() -> dict[str, ast.Module]:
    """Return the syntax tree of every module, by its dotted name."""
    files = sorted(PACKAGE.rglob("*.py"))
    return {name_of(file): ast.parse(file.read_text(encoding="utf-8")) for file in files}


def name_of(file: Path) -> str:
    """Return the dotted name of a module."""
    return ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


def imports(module: str) -> Iterator[str]:
    """Yield the modules and names of the package that a module imports anywhere, also for type checkers only."""
    for node in ast.walk(trees()[module]):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def closure(module: str) -> set[str]:
    """Return all modules of the package that a module imports, directly or not; `__init__` files without code left out."""
    found: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        while name and name not in trees():
            name = name.rpartition(".")[0]
        if name and name not in found and trees()[name].body:
            found.add(name)
            waiting += imports(name)
    return {name for name in found if not _is_only_a_docstring(trees()[name])}


def divided_classes() -> list[str]:
    """Return the classes that only exist as the base of one other class: parts of a class in a file of their own."""
    defined: dict[str, str] = {}
    heirs: dict[str, set[str]] = defaultdict(set)
    calls: Counter[str] = Counter()
    for module, tree in trees().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                defined[node.name] = module
                for base in node.bases:
                    heirs[_last_name(base)].add(node.name)
            elif isinstance(node, ast.Call):
                calls[_last_name(node.func)] += 1
    single = (name for name in defined if len(heirs[name]) == 1 and not calls[name])
    return sorted(f"{defined[name]}.{name} (base of {', '.join(heirs[name])})" for name in single)


def passes_outside_the_core() -> list[str]:
    """Return the places outside `core/` that multiply with a layer's weights, or apply an activation or its slope."""
    found = []
    for module, tree in trees().items():
        if module.startswith("tui_nn.core."):
            continue
        for node in ast.walk(tree):
            product = isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult)
            called = isinstance(node, ast.Call) and ast.unparse(node.func)
            if (
                (product and "weights[" in ast.unparse(node))
                or (called in ("np.matmul", "np.dot") and "weights[" in ast.unparse(node))
                or (called and called.endswith(("activation.function", "activation.slope")))
            ):
                found.append(f"{module}: {ast.unparse(node)}")
    return found


def _last_name(node: ast.expr) -> str:
    """Return "Name" of `Name`, `module.Name` and `Name[...]`."""
    if isinstance(node, ast.Subscript):
        return _last_name(node.value)
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


def _is_only_a_docstring(tree: ast.Module) -> bool:
    return all(isinstance(part, ast.Expr) for part in tree.body)


if __name__ == "__main__":
    print("divided classes:", *divided_classes(), sep="\n  ")
    print("passes outside the core:", *passes_outside_the_core(), sep="\n  ")
    print("core/backprop.py imports:", *sorted(closure("tui_nn.core.backprop")), sep="\n  ")
