"""The result of one run of a sweep, and the folder that keeps the results."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from hashlib import sha256
from pathlib import Path
from typing import Any

from tui_nn.data.atomic import replace_file, sweep
from tui_nn.data.json_file import read_json_file
from tui_nn.session.run.session import Session
from tui_nn.session.run.status import State
from tui_nn.session.sweep.grid import Job


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """The figures of the network at the end of a run. A loss or accuracy is None if it is unknown or not finite."""

    key: str
    """The key of the job."""
    seed: int
    end: str
    """The reason why the run ended: "epochs done", "stopped early" or "diverged"."""
    trained: int
    """The number of epochs that were trained."""
    epoch: int
    """The epoch whose network the figures describe: the best one if the setting `keep_best` is on, else the last complete one."""
    train_loss: float | None
    train_accuracy: float | None
    validation_loss: float | None
    validation_accuracy: float | None
    test_loss: float | None
    test_accuracy: float | None
    parameters_sha256: str
    """A digest of the parameters. Two runs with equal digests gave equal networks."""
    seconds: float = field(compare=False)
    """The time that the run took. It differs between equal runs."""

    @classmethod
    def of(cls, job: Job, session: Session, seconds: float) -> RunResult:
        """Return the result of a session that has done this job."""
        record, records = session.history.records[session.epoch], session.history.records
        end = "epochs done" if len(records) > job.training.epochs else "stopped early"
        return cls(
            key=job.key,
            seed=job.training.seed,
            end="diverged" if session.status.state is State.DIVERGED else end,
            trained=len(records) - 1,
            epoch=record.epoch,
            train_loss=_finite(record.train_loss),
            train_accuracy=_finite(record.train_accuracy),
            validation_loss=_finite(record.validation_loss),
            validation_accuracy=_finite(record.validation_accuracy),
            test_loss=_finite(record.test_loss),
            test_accuracy=_finite(record.test_accuracy),
            parameters_sha256=sha256(session.snapshot().parameters.vector.tobytes()).hexdigest(),
            seconds=seconds,
        )

    @property
    def diverged(self) -> bool:
        """True if the run diverged. The losses and accuracies then belong to the last complete epoch."""
        return self.end == "diverged"


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


class ResultFolder:
    """A folder with one file for each finished run. A file is written completely or not at all."""

    def __init__(self, path: Path) -> None:
        """Create the folder if it is missing, and remove unfinished files of killed processes.

        Raises:
            OSError: if the folder cannot be made.
        """
        path.mkdir(parents=True, exist_ok=True)
        sweep(path)
        self._path = path

    def found(self, jobs: Iterable[Job]) -> dict[str, RunResult]:
        """Return the results that the folder has of these jobs, by the key of the job. A damaged file is ignored."""
        results = (self._read(job.key) for job in jobs)
        return {result.key: result for result in results if result is not None}

    def keep(self, result: RunResult) -> None:
        """Write the result to the folder.

        Raises:
            OSError: if it cannot be written.
        """
        text = json.dumps(asdict(result), indent=1, allow_nan=False) + "\n"
        replace_file(self._file(result.key), lambda file: file.write(text.encode()))

    def _file(self, key: str) -> Path:
        return self._path / f"{key}.json"

    def _read(self, key: str) -> RunResult | None:
        result, _ = read_json_file(self._file(key), _result, None)
        return result if result is not None and result.key == key else None


def _result(values: Any) -> RunResult | None:
    """Return the result in a table.

    Raises:
        KeyError, TypeError: if a field is missing or of another type.
    """
    found = {one.name: values[one.name] for one in fields(RunResult)}
    for name, value in found.items():
        if name in ("key", "end", "parameters_sha256"):
            correct = isinstance(value, str)
        elif name in ("seed", "trained", "epoch"):
            correct = isinstance(value, int)
        else:
            correct = (isinstance(value, float) and math.isfinite(value)) or (value is None and name != "seconds")
        if not correct:
            raise TypeError
    return RunResult(**found)
