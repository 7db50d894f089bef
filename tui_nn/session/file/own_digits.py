"""The digits that you drew yourself.

If a run was trained on them, its file contains them. So the run can be opened on any computer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tui_nn.data.dataset import Dataset, Split
from tui_nn.data.own import own_part
from tui_nn.session.file.archive import Layout, Vector


def write_own(dataset: Dataset) -> tuple[dict[str, Any], dict[str, Vector]]:
    """Return the header field and the vectors that store your own digits; both are empty if the data has none."""
    own = own_part(dataset)
    if own is None:
        return {}, {}
    return {"own_digits": len(own)}, {"own_images": own.images.reshape(-1), "own_labels": own.labels}


def own_layout(header: Mapping[str, Any]) -> Layout:
    """Return the dtype and the length of each vector that stores your own digits."""
    count, pixels = header["own_digits"], header["side"] ** 2
    return {"own_images": ("uint8", count * pixels), "own_labels": ("uint8", count)} if count else {}


def read_own(header: Mapping[str, Any], vectors: Mapping[str, Vector]) -> Split | None:
    """Return your own digits from the file; None if it contains none.

    Raises:
        DataError: if they are not valid examples.
    """
    if "own_images" not in vectors:
        return None
    images = vectors["own_images"].reshape(-1, header["side"] ** 2)
    return Split(images, vectors["own_labels"], tuple(header["class_names"]))
