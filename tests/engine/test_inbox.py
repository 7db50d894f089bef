import threading
from dataclasses import replace

import numpy as np
import pytest

from tui_nn.engine.branch_news import branch_news
from tui_nn.engine.inbox import Inbox
from tui_nn.engine.messages import Notice, Opened, Report, Start, Stopped, Tick
from tui_nn.engine.worker import Worker
from tui_nn.session.run.history import History
from tui_nn.session.run.session import Session
from tui_nn.session.run.snapshot import Progress, Snapshot, State, Status


@pytest.fixture
def session(small: Start) -> Session:
    return Worker(small).session


def opened(session: Session) -> Opened:
    return Opened("digits", 1, session.dataset.test)


def since(snapshot: Snapshot, before: Snapshot | None) -> Report:
    """Return the report that the child sends, without the parts of branches that the parent has."""
    news = branch_news(before.branches if before else (), snapshot.branches)
    return Report(replace(snapshot, history=History(), branches=()), news, None)


def test_messages_come_in_order_and_of_snapshots_the_newest(session: Session) -> None:
    inbox = Inbox()
    first = opened(session)
    inbox.put(first)
    before = session.snapshot()
    inbox.put(since(before, None))
    inbox.put(Notice("one"))
    inbox.put(since(session.step_epoch(), before))
    one, two, three = inbox.take()
    assert (one, two) == (first, Notice("one"))
    assert isinstance(three, Snapshot)
    assert three.history == session.history
    assert inbox.take() == []
    assert inbox.snapshot is three


def test_a_tick_moves_the_newest_snapshot_on_and_is_not_whole(session: Session) -> None:
    inbox = Inbox()
    inbox.put(since(session.snapshot(), None))
    whole = inbox.snapshot
    for batch in (1, 2):
        losses = np.ones(batch, np.float32)
        inbox.put(Tick(Progress(batch=batch, step=batch), Status(State.RUNNING), batch_losses=losses))
    (shown,) = inbox.take()
    assert isinstance(shown, Snapshot)
    assert shown.batch_losses is losses
    assert (shown.progress.batch, shown.status.state, shown.step) == (2, State.RUNNING, 0)
    assert inbox.snapshot is whole


def test_records_that_no_longer_hold_are_dropped(session: Session) -> None:
    inbox = Inbox()
    before = None
    for _ in range(3):
        inbox.put(since(session.snapshot(), before))
        before = session.snapshot()
        session.step_epoch()
    session.restart(session.snapshot().network, replace(session.training, seed=5))
    inbox.put(since(session.snapshot(), before))
    assert inbox.snapshot is not None
    assert inbox.snapshot.history == session.history


def test_no_message_follows_stopped(session: Session) -> None:
    inbox = Inbox()
    inbox.put(Stopped("it broke"))
    inbox.put(Stopped("the training process ended unexpectedly"))
    inbox.put(opened(session))
    assert inbox.take() == [Stopped("it broke")]


def test_a_closed_inbox_is_empty_and_stays_so(session: Session) -> None:
    inbox = Inbox()
    inbox.put(opened(session))
    inbox.close()
    inbox.put(Notice("late"))
    assert inbox.take() == []


def test_to_wait_is_to_get_the_first_word_and_leave_it_there(session: Session) -> None:
    inbox = Inbox()
    first = opened(session)
    threading.Timer(0.01, inbox.put, (first,)).start()
    assert inbox.wait() is first
    inbox.put(Stopped("later"))
    assert inbox.wait() is first
    assert inbox.take() == [first, Stopped("later")]
    assert inbox.wait() is first


@pytest.mark.parametrize("end", [lambda inbox: inbox.put(Stopped("it broke")), Inbox.close])
def test_a_waiting_caller_is_released_when_the_engine_stops(end: object) -> None:
    inbox = Inbox()
    threading.Timer(0.01, end, (inbox,)).start()  # type: ignore[arg-type]
    assert isinstance(inbox.wait(), Stopped)
