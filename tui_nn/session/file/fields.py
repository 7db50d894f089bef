"""The table of all fields in the header of a run file, with the name, the type and the range of each.

A file may come from anywhere, so every field is checked before it is used. An error names the field, its value and the allowed
values.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tui_nn.config.base import BaseConfig
from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.config.setting import ConfigError
from tui_nn.data.dataset import CLASS_COUNTS, DIGITS, IMAGE_SIDE, SIDES
from tui_nn.data.own import MOST as MOST_OWN
from tui_nn.session.run.bookmark import LONGEST_LOOK, LONGEST_NAME, MOST_BOOKMARKS
from tui_nn.session.run.made_with import MOST_KEPT
from tui_nn.session.run.status import State
from tui_nn.session.run.timeline import MOST_BRANCHES

MOST_STEPS = 2**53
"""The largest count. Larger counts are stored as this number, because float64 cannot store them exactly."""
MOST_CHANGES = 20_000
"""The largest number of changes in one history, and of edits in one change."""
MOST_RECORDS = 10_000_000
LONGEST_TEXT = 4096

Check = Callable[[Any], Any]
"""A function that converts the value of a field, or raises ValueError with the allowed values."""

_ABSENT = object()


class FieldError(ValueError):
    """The error for a header field that is missing or wrong. The message names the field and the tables that contain it."""

    def __init__(self, path: str, problem: str) -> None:
        """Make the error for the field at `path`, such as "branches[2].name"."""
        self.path, self.problem = path, problem
        super().__init__(f"its {path} {problem}")


@dataclass(frozen=True, slots=True)
class Field:
    """The description of one field in the JSON header of a run file."""

    check: Check
    default: Any = _ABSENT
    """The value of a missing field, as in files of an older format. Without a default, the field is required."""


Fields = Mapping[str, Field]
"""The fields of one table of the header, by name."""


def read_fields(row: Any, fields: Fields) -> dict[str, Any]:
    """Return the checked values of all fields of a table, by name.

    Raises:
        FieldError: if a field is missing or wrong. The error names the first such field.
        ValueError: if the row is not a table.
    """
    if not isinstance(row, dict):
        raise ValueError("a table")
    found = {}
    for name, field in fields.items():
        if name not in row:
            if field.default is _ABSENT:
                raise FieldError(name, "is missing")
            found[name] = field.default
            continue
        try:
            found[name] = field.check(row[name])
        except FieldError as error:
            raise FieldError(f"{name}{_below(error)}", error.problem) from None
        except ConfigError as error:
            first = error.errors[0]
            raise FieldError(f"{name}.{first.field}", _wrong(first.value, first.allowed)) from None
        except (ValueError, TypeError, OverflowError) as error:
            raise FieldError(name, _wrong(row[name], error)) from None
    return found


def _below(error: FieldError) -> str:
    """Return the path of the wrong field in the form that follows the name of its table or list, such as ".name" or "[2].name"."""
    return error.path if error.path.startswith("[") else f".{error.path}"


def _wrong(value: object, allowed: object) -> str:
    """Return the problem of a field with a value that is not allowed."""
    return f"is {_shown(value)}: it must be {allowed}"


def _shown(value: object) -> str:

    try:
        text = json.dumps(value)
    except (TypeError, ValueError, RecursionError):
        text = repr(value)
    return text if len(text) <= 40 else f"{text[:40]}..."


# ---- check functions for the kinds of values


def whole(low: int = 0, high: int = MOST_STEPS) -> Check:
    """Return a check function that accepts a whole number from `low` to `high`."""

    def check(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise ValueError(f"a whole number from {low} to {high:,}")
        return value

    return check


def number(value: Any) -> float:
    """Check that the value is a finite number from 0, and return it as a float."""
    found = _as_float(value)
    if found is None or not 0 <= found < math.inf:
        raise ValueError("a number from 0")
    return found


def share(value: Any) -> float:
    """Check that the value is a number from 0 to 1, and return it as a float."""
    found = _as_float(value)
    if found is None or not 0 <= found <= 1:
        raise ValueError("a number from 0 to 1")
    return found


def any_number(value: Any) -> float:
    """Check that the value is a number, which may be negative, infinite or NaN, and return it as a float."""
    found = _as_float(value)
    if found is None:
        raise ValueError("a number of at most 308 digits")
    return found


def _as_float(value: Any) -> float | None:
    """Return a number as a float; None if the value is not a number, or is too large."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        return float(value)
    except OverflowError:
        return None


def truth(value: Any) -> bool:
    """Check that the value is true or false, and return it."""
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def text(longest: int = LONGEST_TEXT) -> Check:
    """Return a check function that accepts one line of printable text with at most `longest` characters."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or not value.isprintable() or len(value) > longest:
            raise ValueError(f"one line of at most {longest:,} printable characters")
        return value

    return check


def path(value: Any) -> str:
    """Check that the value is the path of a file, and return it.

    A file name may contain bytes that are not printable text.
    """
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise ValueError(f"a path of at most {LONGEST_TEXT:,} characters")
    return value


def one_of(names: type[State]) -> Check:
    """Return a check function that accepts the name of a member of an enumeration."""

    def check(value: Any) -> State:
        if not isinstance(value, str) or value not in set(names):
            raise ValueError(f"one of {', '.join(names)}")
        return names(value)

    return check


def config(kind: type[BaseConfig]) -> Check:
    """Return a check function for the settings of a network or a training. A missing setting gets its default."""

    def check(value: Any) -> BaseConfig:
        if not isinstance(value, dict) or not value:
            raise ValueError("a table of settings")
        return kind.from_dict(value)

    return check


def table(fields: Fields) -> Check:
    """Return a check function for a table of the header with these fields."""
    return lambda value: read_fields(value, fields)


def list_of(check: Check, most: int, least: int = 0) -> Check:
    """Return a check function for a list of `least` to `most` values. It applies `check` to each value."""

    def check_all(values: Any) -> list[Any]:
        if not isinstance(values, list) or not least <= len(values) <= most:
            raise ValueError(f"a list of {least} to {most:,} values")
        found = []
        for index, value in enumerate(values):
            try:
                found.append(check(value))
            except FieldError as error:
                raise FieldError(f"[{index}]{_below(error)}", error.problem) from None
            except (ValueError, TypeError, OverflowError) as error:
                raise FieldError(f"[{index}]", _wrong(value, error)) from None
        return found

    return check_all


def or_none(check: Check) -> Check:
    """Return a check function that accepts null, and applies `check` to any other value."""
    return lambda value: None if value is None else check(value)


def _settings(value: Any) -> dict[str, Any]:
    """Check a table of changed hyperparameters, and return the new value of each by its name."""
    allowed = {setting.name: setting for setting in TrainingConfig.settings}
    if not isinstance(value, dict) or not set(value) <= set(allowed):
        raise ValueError("a table of training settings")
    for name, new in value.items():
        if not allowed[name].accepts(new):
            raise ValueError(f"a table in which {name} is {allowed[name].allowed}")
    return dict(value)


def _place(value: Any) -> tuple[int, int]:
    """Check a position in a run, and return it as (complete epochs, complete batches of the next epoch)."""
    if not isinstance(value, list) or len(value) != 2:
        raise ValueError("two whole numbers")
    epoch, batch = map(whole(), value)
    return epoch, batch


# ---- the tables

EDIT: Fields = {
    "kind": Field(text(20)),
    "layer": Field(whole()),
    "unit": Field(whole()),
    "source": Field(whole()),
    "value": Field(any_number),
}

CHANGE: Fields = {
    "epoch": Field(whole(1)),
    "batch": Field(whole()),
    "values": Field(_settings),
    "edits": Field(list_of(table(EDIT), MOST_CHANGES), ()),
}

PROGRESS: Fields = {
    "batch": Field(whole()),
    "share": Field(share),
    "step": Field(whole()),
    "loss": Field(number),
    "correct": Field(whole()),
    "seconds_a_step": Field(number),
    "examples_a_second": Field(number),
    "seconds": Field(number, 0.0),
}

STATUS: Fields = {"state": Field(one_of(State)), "reason": Field(text())}

DATA: Fields = {"name": Field(text()), "source": Field(path), "digest": Field(text(64))}

RECORDS: Fields = {
    "records": Field(whole(0, MOST_RECORDS)),
    "test_examples": Field(whole(1), 0),
    "layer_records": Field(truth, False),
    "validation": Field(truth, False),
    "batch_losses": Field(whole(), 0),
}
"""The fields that describe the columns of records. The current branch and every other branch have these fields."""

BRANCH: Fields = {
    "name": Field(text()),
    "parent": Field(or_none(whole())),
    "fork": Field(_place),
    "before": Field(or_none(config(TrainingConfig))),
    "batch": Field(whole()),
    "inherited": Field(whole(), None),
    "diverged": Field(text()),
    "changes": Field(list_of(table(CHANGE), MOST_CHANGES)),
    **RECORDS,
}

BOOKMARK: Fields = {"name": Field(text(LONGEST_NAME)), "look": Field(text(LONGEST_LOOK))}

MADE_WITH: Fields = {
    "tui_nn": Field(text(100)),
    "numpy": Field(text(100)),
    "python": Field(text(100)),
    "kernel": Field(text(100)),
    "threads": Field(whole()),
}

HEADER: Fields = {
    "preset": Field(text()),
    "network": Field(config(NetworkConfig)),
    "training": Field(config(TrainingConfig)),
    "epoch_training": Field(config(TrainingConfig)),
    "epoch": Field(whole(), None),
    "begun_with": Field(or_none(config(TrainingConfig)), None),
    "changes": Field(list_of(table(CHANGE), MOST_CHANGES)),
    "changes_applied": Field(or_none(whole()), None),
    "progress": Field(table(PROGRESS)),
    "status": Field(table(STATUS)),
    "step": Field(whole()),
    "optimizer_steps": Field(whole()),
    "data": Field(table(DATA)),
    "own_digits": Field(whole(1, MOST_OWN), 0),
    "branch": Field(whole(), 0),
    "branches": Field(list_of(table(BRANCH), MOST_BRANCHES), ()),
    **RECORDS,
    "records": Field(whole(1, MOST_RECORDS)),
    # Format 2.
    "side": Field(whole(SIDES[0], SIDES[-1]), IMAGE_SIDE),
    "class_names": Field(list_of(text(100), CLASS_COUNTS[-1], CLASS_COUNTS[0]), DIGITS),
    "epoch_losses": Field(whole(), 0),
    "bookmarks": Field(list_of(table(BOOKMARK), MOST_BOOKMARKS), ()),
    "made_with": Field(list_of(table(MADE_WITH), MOST_KEPT), ()),
}
"""The fields of the whole header. Fields with a default are missing in some files of format 1."""
