"""Count the arrows between the rooms of `tui_nn.ui`: which room imports which.

Run `python tests/rooms.py`. It lists each arrow with the number of imports behind it, and fails if there are more than 12
arrows or if rooms import each other in a circle. Imports under TYPE_CHECKING and inside functions count too.
"""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

UI = Path(__file__).parents[1] / "tui_nn" / "ui"
MOST = 12

Arrow = tuple[str, str]
"""The room that imports, and the room that it imports from."""


def arrows(ui: Path = UI, package: str = "tui_nn.ui") -> Counter[Arrow]:
    """Return how many imports there are behind each arrow."""
    found: Counter[Arrow] = Counter()
    for path in sorted(ui.rglob("*.py")):
        parts = path.relative_to(ui).parts
        if len(parts) < 2:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for module in _modules(node):
                if module.startswith(f"{package}."):
                    room = module[len(package) + 1 :].split(".")[0]
                    if room != parts[0]:
                        found[parts[0], room] += 1
    return found


def _modules(node: ast.AST) -> Iterable[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        assert not node.level, "imports are absolute"
        # "from tui_nn.ui import kit" names a room too.
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def circle(found: Iterable[Arrow]) -> list[str]:
    """Return rooms that import each other in a circle, the first one at both ends; [] if there is no circle."""
    to: dict[str, list[str]] = {}
    for start, end in found:
        to.setdefault(start, []).append(end)

    def follow(way: list[str]) -> list[str]:
        for room in to.get(way[-1], []):
            if room in way:
                return [*way[way.index(room) :], room]
            if longer := follow([*way, room]):
                return longer
        return []

    return next((way for room in to if (way := follow([room]))), [])


def main() -> int:
    """Print the arrows; return 1 if there are too many or a circle."""
    found = arrows()
    for (start, end), count in sorted(found.items()):
        print(f"{start:10} -> {end:10} {count:4} imports")
    around = circle(found)
    print(f"{len(found)} arrows (at most {MOST}), {'circle: ' + ' -> '.join(around) if around else 'no circle'}")
    return int(len(found) > MOST or bool(around))


if __name__ == "__main__":
    sys.exit(main())
