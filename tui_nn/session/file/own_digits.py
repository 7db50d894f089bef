"""One's own digits in the file of a run that was trained on them: it opens where they are not, or are no longer kept."""

from __future__ import annotations

from typing import Any

from tui_nn.data.dataset import IMAGE_SIZE, Dataset, Split
from tui_nn.data.own import MOST, own_part
from tui_nn.session.file.archive import Layout, Vector
from tui_nn.session.file.fields import count_of


def write_own(dataset: Dataset) -> tuple[dict[str, Any], dict[str, Vector]]:
    """What a header says of them, and the vectors they are; nothing if there are none."""
    own = own_part(dataset)
    if own is None:
        return {}, {}
    return {"own_digits": len(own)}, {"own_images": own.images.reshape(-1), "own_labels": own.labels}


def own_layout(header: dict[str, Any]) -> Layout:
    """The vectors that a header speaks of: runs of the first versions have none."""
    count = count_of(header, "own_digits") if "own_digits" in header else 0
    if count > MOST:
        raise ValueError(f"it has {count:,} digits of one's own, and may have {MOST:,}")
    return {"own_images": ("uint8", count * IMAGE_SIZE), "own_labels": ("uint8", count)} if count else {}


def read_own(vectors: dict[str, Vector]) -> Split | None:
    """The digits.

    Raises:
        DataError: if they are none.
    """
    if "own_images" not in vectors:
        return None
    return Split(vectors["own_images"].reshape(-1, IMAGE_SIZE), vectors["own_labels"])
