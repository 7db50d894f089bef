"""Edits of weights by hand, with both engines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tui_nn.core.choices.edits import BIAS, OFF, Edit, edited
from tui_nn.engine.commands import ApplyEdits, StepEpoch
from tui_nn.engine.inline import InlineEngine
from tui_nn.engine.messages import Notice, Start
from tui_nn.engine.process import ProcessEngine


@pytest.fixture(params=[InlineEngine, ProcessEngine])
def driver(request: Any, drive: Callable[..., Any], small: Start) -> Any:
    engine = request.param(small)
    yield drive(engine)
    engine.close()


def test_training_goes_on_from_the_edited_network(driver: Any) -> None:
    before = driver.until_epoch(0)
    edits = (Edit(OFF, 0, 1), Edit(BIAS, 0, 0, value=0.5))
    driver.send(ApplyEdits(edits=edits))
    after = driver.until_snapshot(lambda s: s.history.changes)
    assert np.array_equal(after.parameters.vector, edited(before.parameters, edits).vector)
    assert after.history.changes[0].edits == edits
    assert not after.parameters.vector.flags.writeable
    driver.send(StepEpoch())
    trained = driver.until_epoch(1)
    assert trained.last_update is not None
    assert not trained.last_update.flags.writeable


def test_an_edit_that_cannot_be_done_is_one_sentence(driver: Any) -> None:
    before = driver.until_epoch(0)
    driver.send(ApplyEdits(edits=(Edit(OFF, 9, 0),)))
    notice = driver.until(lambda m: isinstance(m, Notice))
    assert notice.is_error
    assert "there is no layer 9" in notice.text
    driver.send(StepEpoch())
    assert driver.until_epoch(1).history.changes == before.history.changes
