"""A run in a file: everything that is needed to go on with it, bit for bit.

The file is an npz (a zip of NumPy arrays) that opens anywhere with `numpy.load(file, allow_pickle=False)`: the parameters
and moments as vectors, the records as columns, and one JSON text for the rest.
"""

from __future__ import annotations

import json
import math
import os
import tempfile
import zipfile
import zlib
from dataclasses import asdict, fields
from hashlib import sha256
from pathlib import Path
from tokenize import TokenError
from typing import Any, BinaryIO

import numpy as np

from tui_nn.core.config import ConfigError, NetworkConfig, TrainingConfig
from tui_nn.core.optimizers import OPTIMIZERS
from tui_nn.core.parameters import Parameters, count_parameters
from tui_nn.data.dataset import DataError, Dataset
from tui_nn.data.loading import load_dataset
from tui_nn.session.history import Change, EpochRecord, History
from tui_nn.session.session import Session
from tui_nn.session.snapshot import Progress, Snapshot, State, Status

FORMAT = 1
_MAX_BYTES = 1 << 30
_MAX_RATIO = 1100
"""Deflate cannot shrink anything further than 1 : 1032; more is a forged directory."""
_COLUMNS = tuple(f.name for f in fields(EpochRecord))


class RunFileError(ValueError):
    """A run that cannot be saved or opened; the message is one sentence naming the file."""


def save_run(path: str | os.PathLike[str], snapshot: Snapshot, dataset: Dataset) -> None:
    """Write a run to `path`, whole or not at all: a file that was there stays until the new one is complete.

    Raises:
        RunFileError: if the file cannot be written.
    """
    arrays = _to_arrays(snapshot, dataset)
    path = Path(path)
    temporary = None
    try:
        if path.is_dir():
            raise IsADirectoryError(21, "it is a directory; give a file's name")
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".tmp")
        with os.fdopen(handle, "wb") as file:
            np.savez_compressed(file, **arrays)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
        temporary = None
        _sync_directory(path.parent)
    except OSError as error:
        raise RunFileError(f"{path} was not saved: {_reason(error)}; nothing that was there is lost") from None
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


def load_run(path: str | os.PathLike[str], source: str | None = None) -> Session:
    """The session that a file holds, on the data it was trained on, or on that at `source` if it has moved.

    Raises:
        RunFileError: if the file is no run, is damaged, or its data is not the data given.
        DataError: if the data cannot be read.
    """
    header, arrays = _read(Path(path))
    try:
        snapshot = _to_session_parts(header, arrays)
    except (KeyError, TypeError, ValueError, ConfigError) as error:
        raise RunFileError(f"{path} is not a run this version can read: {_text(error)}") from None
    data = header["data"]
    try:
        dataset = load_dataset(source if source is not None else data["source"])
    except DataError as error:
        hint = "" if source is not None else f"; {path} was trained on it: give its place with --data"
        raise DataError(f"{error}{hint}") from None
    if dataset.digest != data["digest"]:
        raise RunFileError(
            f"{path} was trained on other data ({data['name']}) than {dataset.name}; give that file with --data"
        )
    session = Session(dataset, snapshot["network"], snapshot["training"], preset=snapshot["preset"])
    session.restore(Snapshot(**{**{f: getattr(session.snapshot(), f) for f in Snapshot.__slots__}, **snapshot}))
    return session


def _to_arrays(snapshot: Snapshot, dataset: Dataset) -> dict[str, Any]:
    header = {
        "format": FORMAT,
        "preset": snapshot.preset,
        "network": snapshot.network.to_dict(),
        "training": snapshot.training.to_dict(),
        "epoch_training": snapshot.epoch_training.to_dict(),
        "step": snapshot.step,
        "optimizer_steps": snapshot.optimizer_steps,
        "progress": asdict(snapshot.progress),
        "status": {"state": str(snapshot.status.state), "reason": snapshot.status.reason},
        "changes": [asdict(change) for change in snapshot.history.changes],
        "data": {"name": dataset.name, "source": dataset.source, "digest": dataset.digest},
    }
    columns = {name: [getattr(record, name) for record in snapshot.history.records] for name in _COLUMNS}
    arrays: dict[str, Any] = {
        "parameters": snapshot.parameters.vector,
        **{f"moment_{index}": moment for index, moment in enumerate(snapshot.moments)},
        **{f"record_{name}": np.array(values, dtype=np.float64) for name, values in columns.items()},
    }
    header["sha256"] = _digest(header, arrays)
    arrays["header"] = np.frombuffer(json.dumps(header).encode(), dtype=np.uint8)
    return arrays


def _digest(header: dict[str, Any], arrays: dict[str, Any]) -> str:
    sha = sha256(json.dumps({key: header[key] for key in sorted(header) if key != "sha256"}).encode())
    for name in sorted(arrays):
        sha.update(name.encode())
        sha.update(np.ascontiguousarray(arrays[name]).tobytes())
    return sha.hexdigest()


def _read(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Header and arrays of a file that is whole; nothing in it is trusted before it is checked."""
    try:
        if path.exists() and not path.is_file():
            raise RunFileError(f"{path} is not a file; give a run that was saved with ctrl+s or --save")
        with path.open("rb") as file:
            arrays = _read_arrays(path, file)
        header = json.loads(arrays.pop("header").tobytes())
        if not isinstance(header, dict) or header.get("format") != FORMAT:
            raise RunFileError(f"{path} has run format {header.get('format')}; this version reads format {FORMAT}")
        if header.get("sha256") != _digest(header, arrays):
            raise RunFileError(f"{path} is damaged: its checksum does not fit; open a copy or train again")
    except OSError as error:
        raise RunFileError(f"{path} cannot be opened: {_reason(error)}") from None
    except RunFileError:
        raise
    except (
        zipfile.BadZipFile, zlib.error, ValueError, KeyError, TypeError, AttributeError, EOFError, TokenError, SyntaxError,
        NotImplementedError, RuntimeError, MemoryError, OverflowError, RecursionError,
    ):  # fmt: skip
        raise RunFileError(f"{path} is not a run, or is damaged; give a run that was saved with ctrl+s or --save") from None
    return header, arrays


def _read_arrays(path: Path, file: BinaryIO) -> dict[str, Any]:
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        too_large = sum(member.file_size for member in members) > _MAX_BYTES
        if too_large or any(m.file_size > _MAX_RATIO * max(m.compress_size, 1) + 1024 for m in members):
            raise RunFileError(f"{path} claims to hold more than a run can; it is damaged or was not made by tui-nn")
        for member in members:
            with archive.open(member) as content:
                _check_size(content, member.file_size)
    file.seek(0)
    with np.load(file, allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}


def _check_size(content: Any, size: int) -> None:
    """Refuse an array whose header declares another size than the file has: NumPy would ask for the memory first."""
    version = np.lib.format.read_magic(content)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read(content)
    if dtype.hasobject or math.prod(shape) * dtype.itemsize != size - content.tell():
        raise ValueError("an array is not as long as it says")


def _to_session_parts(header: dict[str, Any], arrays: dict[str, Any]) -> dict[str, Any]:
    network = NetworkConfig.from_dict(header["network"])
    training = TrainingConfig.from_dict(header["training"])
    count = count_parameters(network.sizes, network.use_bias)
    vectors = [arrays["parameters"]]
    vectors += [arrays[f"moment_{index}"] for index in range(OPTIMIZERS[training.optimizer].moments)]
    for vector in vectors:
        if vector.shape != (count,) or vector.dtype != network.dtype or not np.isfinite(vector).all():
            raise ValueError(f"its vectors must be {count:,} finite {network.dtype} numbers")
    columns = [arrays[f"record_{name}"].tolist() for name in _COLUMNS]
    records = tuple(
        EpochRecord(int(epoch), *numbers) for epoch, *numbers in zip(*columns, strict=True)
    )
    if not records or [record.epoch for record in records] != list(range(len(records))):
        raise ValueError("its records are not those of epochs 0, 1, 2 ...")
    changes = tuple(Change(**change) for change in header["changes"])
    return {
        "preset": str(header["preset"]),
        "network": network,
        "training": training,
        "epoch_training": TrainingConfig.from_dict(header["epoch_training"]),
        "parameters": Parameters(network.sizes, network.use_bias, vectors[0]),
        "moments": tuple(vectors[1:]),
        "history": History(records, changes),
        "epoch": len(records) - 1,
        "progress": Progress(**header["progress"]),
        "status": Status(State(header["status"]["state"]), str(header["status"]["reason"])),
        "step": int(header["step"]),
        "optimizer_steps": int(header["optimizer_steps"]),
    }


def _umask() -> int:
    # The only way to read it is to set it.
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _sync_directory(directory: Path) -> None:
    """Make the rename itself last through a loss of power, where the system can."""
    try:
        handle = os.open(directory, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _text(error: Exception) -> str:
    return f"there is no {error} in it" if isinstance(error, KeyError) else " ".join(str(error).split())
