"""What is kept out of full collections is what is on the screen, and not the garbage beside it."""

from __future__ import annotations

import gc
import weakref
from types import SimpleNamespace
from typing import Any

import pytest

from tui_nn.ui.kit.gc_freeze import freeze_widgets


class Knot:
    """Holds itself, so that only a collection ends it."""

    def __init__(self) -> None:
        self.itself = self


@pytest.mark.parametrize("headless", [False, True])
def test_late_garbage_is_not_kept(headless: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    frozen = []
    knot = weakref.ref(Knot())
    monkeypatch.setattr(gc, "freeze", lambda: frozen.append(knot()))
    app: Any = SimpleNamespace(is_headless=headless)
    freeze_widgets(app)
    assert frozen == ([] if headless else [None])
