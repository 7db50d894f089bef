"""docs/write.py as a module, for tests of the pages that it makes."""

import importlib.util
from pathlib import Path

ROOT = Path(__file__).parents[2]

_spec = importlib.util.spec_from_file_location("write", ROOT / "docs" / "write.py")
assert _spec is not None
assert _spec.loader is not None
WRITER = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(WRITER)
