"""Draw the moving picture of the README again: tour.svg, from tour.session.

    python docs/picture.py

The same processor draws the same picture each time. On another one, the last digits of some numbers may differ.
"""

from __future__ import annotations

import sys
from pathlib import Path

DOCS = Path(__file__).parent
# The picture shows this checkout, and not a version that is installed elsewhere.
sys.path.insert(0, str(DOCS.parent))

from tui_nn.__main__ import main  # noqa: E402

COMMAND = ("play", str(DOCS / "tour.session"), "--svg", str(DOCS / "tour.svg"), "--pace", "1")

if __name__ == "__main__":
    sys.exit(main(list(COMMAND)))
