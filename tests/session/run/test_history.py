import math

from tui_nn.session.run.history import Change, EpochRecord, History


def record(epoch: int, test_loss: float, seconds: float = 0.0) -> EpochRecord:
    return EpochRecord(epoch, 1.0, 0.5, test_loss, 0.5, seconds)


def test_a_history_grows_by_records_and_changes_and_stays_what_it_was() -> None:
    empty = History()
    first = empty.with_record(record(0, 2.3))
    changed = first.with_change(Change(1, 0, {"learning_rate": 0.3}))
    assert (empty.records, first.changes) == ((), ())
    assert changed.records == first.records
    assert changed.changes == (Change(1, 0, {"learning_rate": 0.3}),)


def test_the_best_epoch_is_trained_and_has_the_lowest_test_loss() -> None:
    assert History().best is None
    assert History((record(0, 0.1),)).best is None
    history = History((record(0, 0.1), record(1, 0.5), record(2, 0.4), record(3, 0.4), record(4, 0.6)))
    assert history.best == record(2, 0.4)


def test_a_loss_that_is_not_a_number_is_never_the_best() -> None:
    worst = record(1, math.nan)
    assert History((record(0, 1), worst, record(2, 0.5), record(3, math.inf))).best == record(2, 0.5)
    assert History((record(0, 1), worst)).best is worst


def test_time_does_not_compare() -> None:
    assert record(1, 0.5, seconds=1.0) == record(1, 0.5, seconds=2.0)
    assert record(1, 0.5) != record(1, 0.6)


def test_a_record_is_a_plain_dict() -> None:
    assert record(3, 0.5, 1.5).to_dict() == {
        "epoch": 3, "train_loss": 1.0, "train_accuracy": 0.5, "test_loss": 0.5, "test_accuracy": 0.5, "seconds": 1.5,
    }  # fmt: skip
