"""The report of one learner's lesson, as a JSON file that a teacher collects, and the table of many reports."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tui_nn.data.atomic import replace_file
from tui_nn.lessons.checking import Result
from tui_nn.lessons.lesson import LETTERS, Predict
from tui_nn.lessons.play import Play
from tui_nn.presets.share import share_run

FORMAT = 1
LARGEST = 1_000_000
"""The largest size of a report in bytes."""


class ReportError(ValueError):
    """A report that cannot be read or written. The message is one sentence."""


def report_of(play: Play, results: Sequence[Result], name: str = "") -> dict[str, Any]:
    """Return a report as plain values: the predictions, the measured values and the settings of each run.

    `name` is the name of the learner, or "".
    """
    lesson = play.lesson
    predictions = []
    for number, step in enumerate(lesson.steps):
        if isinstance(step, Predict):
            said = play.predictions.get(number, "")
            predictions.append(
                {
                    "question": " ".join(step.text.split()),
                    "said": said,
                    "said_text": step.choices[LETTERS.index(said)] if said else "",
                    "outcome": step.outcome,
                    "outcome_text": step.choices[LETTERS.index(step.outcome)],
                }
            )
    return {
        "format_version": FORMAT,
        "lesson": lesson.name,
        "title": lesson.title,
        "learner": name,
        "seed": lesson.setup.training.seed,
        "finished": play.is_last and (not lesson.is_challenge or all(result.passed for result in results)),
        "predictions": predictions,
        "checks": [_finite(result.to_dict()) for result in results],
        "hints_shown": play.hints_shown,
        "runs": {run: share_run(found) for run, found in play.runs.items()},
    }


def write_report(path: str | Path, report: Mapping[str, Any]) -> None:
    """Write a report to a file.

    Raises:
        ReportError: if the file cannot be written.
    """
    content = (json.dumps(report, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()
    try:
        replace_file(Path(path), lambda file: file.write(content))
    except OSError as error:
        raise ReportError(f"'{path}' cannot be written: {(error.strerror or str(error)).lower()}") from None


@dataclass(frozen=True, slots=True)
class Row:
    """One report as a row of the table of a class."""

    file: str
    learner: str
    lesson: str
    said: str
    """The letters that the learner chose, one for each prediction; "–" for a prediction that was not made."""
    outcome: str
    """The letters of the choices that are true, one for each prediction."""
    passed: int
    checks: int
    finished: bool


def read_report(path: Path) -> Row:
    """Return the row of a report.

    Raises:
        ReportError: if the file cannot be read or is no report.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise ValueError
        report = json.loads(content)
        if report["format_version"] != FORMAT:
            raise ValueError
        predictions, checks = report["predictions"], report["checks"]
        return Row(
            path.name,
            str(report["learner"]) or path.stem,
            str(report["lesson"]),
            "".join(str(found["said"]) or "–" for found in predictions),
            "".join(str(found["outcome"]) for found in predictions),
            sum(found["passed"] is True for found in checks),
            len(checks),
            report["finished"] is True,
        )
    except OSError as error:
        raise ReportError(f"'{path}' cannot be read: {(error.strerror or str(error)).lower()}") from None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise ReportError(f"'{path}' is not a report of a lesson, or it is damaged") from None


def _finite(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values with None in place of NaN and infinity, which JSON does not have.

    The text under `shown` still says them.
    """
    return {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in values.items()}
