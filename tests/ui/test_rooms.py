"""The rooms of the screens: few arrows between them, no circle, and every class in one file."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path

ROOT = Path(__file__).parents[2]

_spec = importlib.util.spec_from_file_location("rooms", ROOT / "tests" / "rooms.py")
assert _spec is not None
assert _spec.loader is not None
rooms = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(rooms)


def test_there_are_few_arrows_between_rooms_and_no_circle() -> None:
    found = rooms.arrows()
    assert {("shell", "kit"), ("inspect", "kit")} <= set(found)
    assert len(found) <= rooms.MOST, sorted(found)
    assert not rooms.circle(found)


def test_arrows_and_circles_are_found(tmp_path: Path) -> None:
    for room, text in {
        "kit": "if TYPE_CHECKING:\n    from tui_nn.ui.shell.app import A",
        "shell": "from tui_nn.ui import kit",
        "train": "def late():\n    import tui_nn.ui.kit.view",
    }.items():
        (tmp_path / room).mkdir()
        (tmp_path / room / "a.py").write_text(text)
    found = rooms.arrows(tmp_path)
    assert found == {("kit", "shell"): 1, ("shell", "kit"): 1, ("train", "kit"): 1}
    assert rooms.circle(found) == ["kit", "shell", "kit"]


def sliced_classes(package: Path) -> list[str]:
    """Return the classes that look like a slice of one other class.

    Such a base has one subclass in the package, in another file, and declares an attribute of its instances that it never
    sets itself: `_engine: Engine` without a value, in a class that is neither a protocol nor a dataclass.
    """
    classes: dict[str, tuple[Path, ast.ClassDef]] = {}
    subclasses: dict[str, list[Path]] = {}
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                classes[node.name] = path, node
                for base in node.bases:
                    name = base.value if isinstance(base, ast.Subscript) else base
                    if isinstance(name, ast.Name):
                        subclasses.setdefault(name.id, []).append(path)
    found = []
    for name, (path, node) in classes.items():
        extended = subclasses.get(name, [])
        if len(extended) == 1 and extended[0] != path and not node.decorator_list and _declares_unset(node):
            found.append(name)
    return found


def _declares_unset(node: ast.ClassDef) -> bool:
    if any("Protocol" in ast.unparse(base) or "TypedDict" in ast.unparse(base) for base in node.bases):
        return False
    declared = {
        statement.target.id
        for statement in node.body
        if isinstance(statement, ast.AnnAssign)
        and isinstance(statement.target, ast.Name)
        and statement.value is None
        and "ClassVar" not in ast.unparse(statement.annotation)
    }
    set_here = {
        target.attr
        for inner in ast.walk(node)
        if isinstance(inner, ast.Assign | ast.AnnAssign)
        for target in (inner.targets if isinstance(inner, ast.Assign) else [inner.target])
        if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self"
    }
    return bool(declared - set_here)


def test_no_class_stands_in_more_than_one_file() -> None:
    assert sliced_classes(ROOT / "tui_nn") == []


def test_a_sliced_class_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("class Travelling:\n    _engine: int\n    def go(self): self._engine.send()\n")
    (tmp_path / "b.py").write_text("class Main(Travelling):\n    def __init__(self): self._engine = 1\n")
    assert sliced_classes(tmp_path) == ["Travelling"]
