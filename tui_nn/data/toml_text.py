"""A reader of TOML text that another person may have written. It limits the size of the text and the time to read it."""

from __future__ import annotations

from typing import Any

LARGEST = 40_000
"""The largest size of a TOML file in bytes."""

MOST_DOTS = 30
"""The largest number of dots in a line. The time to read a key such as a.b.c grows with the square of its number of dots, so a very
long key could make the program hang.
"""


def parse_toml(content: bytes | str) -> dict[str, Any]:
    """Return the table in the contents of a TOML file.

    Raises:
        UnicodeDecodeError: if the bytes are not text in UTF-8.
        ValueError: if they are not a correct TOML file, or if they exceed a limit. The message is a reason without a full stop.
    """
    # This import is late, because most people have no such file, and the first frame must appear early.
    import tomllib

    if len(content) > LARGEST:
        raise ValueError(f"the file is larger than {LARGEST:,} bytes")
    text = content if isinstance(content, str) else content.decode()
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > MOST_DOTS:
            raise ValueError(f"line {number} has too many dots: at most {MOST_DOTS} are allowed in a line")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(" ".join(str(error).split())) from None
    except RecursionError:
        raise ValueError("the tables in the file are nested too deeply") from None
    except ValueError:
        raise ValueError("a number in the file has too many digits") from None
