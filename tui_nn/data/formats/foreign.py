"""Kinds of files that this program does not read. For each kind, a sentence says what the file is and which command
converts it.
"""

from __future__ import annotations

from typing import NamedTuple

SAVE = "np.savez_compressed('data.npz', x_train=x, y_train=y)"
"""The last part of each Python command that converts a file. It saves the arrays as an .npz file."""


class Foreign(NamedTuple):
    """A kind of file that this program does not read."""

    start: bytes
    """The bytes with which a file of this kind begins."""
    name: str
    convert: str
    """The command that converts a file of this kind. `{path}` stands for its path, quoted for Python."""


_PICKLE = (
    "python -c \"import gzip, pickle, numpy as np; (x, y), _, (t, u) = pickle.load({open}({path}, 'rb'), encoding='latin1'); "
    "np.savez_compressed('data.npz', x_train=x, y_train=y, x_test=t, y_test=u)\""
)

FOREIGN = (
    *(
        Foreign(bytes([0x80, version]), "a Python pickle, which is not read because reading it can run code", _PICKLE)
        for version in range(2, 6)
    ),
    Foreign(
        b"\x89HDF\r\n",
        "an HDF5 file",
        f"python -c \"import h5py, numpy as np; f = h5py.File({{path}}); x, y = f['x'][:], f['y'][:]; {SAVE}\"",
    ),
    Foreign(
        b"MATLAB 5.0",
        "a MATLAB file",
        f"python -c \"import scipy.io, numpy as np; f = scipy.io.loadmat({{path}}); x, y = f['X'], f['y']; {SAVE}\"",
    ),
    Foreign(
        b"PAR1",
        "a Parquet file",
        "python -c \"import pandas; pandas.read_parquet({path}).to_csv('data.csv', index=False)\"",
    ),
    Foreign(
        b"\x93NUMPY",
        "a single NumPy array without labels",
        f"python -c \"import numpy as np; x, y = np.load({{path}}), np.load('labels.npy'); {SAVE}\"",
    ),
    Foreign(b"\x89PNG", "a single picture", "tui-nn predict RUN {path}"),
    Foreign(b"\xff\xd8\xff", "a single picture", "tui-nn predict RUN {path}"),
    Foreign(b"BZh", "a file compressed with bzip2", "bunzip2 {path}"),
    Foreign(b"\xfd7zXZ", "a file compressed with xz", "unxz {path}"),
    Foreign(b"7z\xbc\xaf", "a 7z archive", "7z x {path}"),
    Foreign(b"@relation", "an ARFF file", "grep -v '^@' {path} > data.csv"),
    Foreign(b"@RELATION", "an ARFF file", "grep -v '^@' {path} > data.csv"),
)
"""The kinds of files that the program recognises by their first bytes."""


def foreign_sentence(start: bytes, shown: str, *, packed: bool) -> str | None:
    """Return a sentence that says what a file is and which command converts it, without a full stop; None for an unknown kind.

    `start` is the beginning of the contents, unpacked if `packed` is True. `shown` is the path, quoted.
    """
    for kind in FOREIGN:
        if start.startswith(kind.start):
            opener = "gzip.open" if packed else "open"
            line = kind.convert.replace("{path}", shown).replace("{open}", opener)
            return f"the file is {kind.name}; convert it with {line}"
    if start[257:262] == b"ustar":
        return f"the file is a tar archive; unpack it with tar xf {shown} and give the folder"
    return None
