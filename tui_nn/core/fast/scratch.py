"""Room to work in, kept from call to call: in the training loop nothing is to be allocated."""

from __future__ import annotations

import threading
from math import prod
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


class _Rooms(threading.local):
    """One of each name a thread: chunks may be worked through on several."""

    def __init__(self) -> None:
        self.bytes: dict[str, NDArray[np.uint8]] = {}


_rooms = _Rooms()


def scratch(name: str, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
    """An array of any contents, until the next call with this name in this thread; allocated if it must be larger."""
    kind = np.dtype(dtype)
    size = prod(shape) * kind.itemsize
    room = _rooms.bytes.get(name)
    if room is None or room.size < size:
        room = _rooms.bytes[name] = np.empty(size, dtype=np.uint8)
    return room[:size].view(kind).reshape(shape)
