"""A monkey at the real app: keys, clicks, pastes and broken sequences, many in one write, and sizes that change."""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from real_app import Processes, real_app
from terminal import Terminal
from waiting import PATIENCE, TimeLimit

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals are a matter of POSIX")

KEYS = [
    *"1234 brmeGzRNwF[]{}Bg*T?acuUvylhfuxtiwsdnpkoj0123456789.-+/,",
    *(f"\x1b[{end}" for end in "ABCDHFZ"),
    *("\x1b[5~", "\x1b[6~", "\x1b[2~", "\x1b[3~", "\x1bOP", "\x1b[15~", "\x1b[1;2A", "\x1b[1;5C", "\x1b[1;3D"),
    *(
        "\r",
        "\r",
        "\r",
        "\t",
        "\x1b",
        "\x1b",
        "\x7f",
        "\x10",
        "\x13",
        "\x16",
        "\x1a",
        "\x18",
        "\x01",
        "\x05",
        "\x15",
        "\x17",
    ),
    *("\x1bx", "к", "ß", "漢", "é", "🙂", "\u202e"),
]
"""Keys, without ctrl+q."""

STRANGE = [
    b"\x1b]11;rgb:1e1e/1e1e/1e1e\x07", b"\x1b]52;c;cXVpdA==\x1b\\", b"\x1bP>|xterm(388)\x1b\\", b"\x1b_Gi=1;OK\x1b\\",
    b"\x1b[1;1:3B", b"\x1b[99999999u", b"\x1b[97;1:1u", b"\x1b[57441u", b"\x1b[?62;22c", b"\x1b[>0;276;0c", b"\x1b[0n",
    b"\x1b[24;80R", b"\x1b[?2026;2$y", b"\x1b[I", b"\x1b[O", b"\x1b[8;24;80t", b"\x1b[M !!", b"\x1b[<0;-1;5M",
    b"\x1b[<999;99999;99999M", b"\x1b[", b"\x1b]", b"\x1bP", b"\x1b[<0;1", b"\x1b[1;", b"\x1bO", b"\x1b[200~cut", b"\x1b[201~",
    b"\xff\xfe", b"\xc3", b"\xe2\x96", b"\x9b1A", b"\x90x\x9c", b"\x00", b"\x1b\x1b\x1b", b"\x1b[[A", b"\x1b[?1;2;3;4;5h",
    b"\x1b[38;5;1m", b"\x1b[1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16;17;18;19;20A", b"\x1b]0;" + b"x" * 300 + b"\x07",
]  # fmt: skip
"""Replies of terminals, unknown sequences, and pieces of sequences."""

PASTES = [
    "0.5",
    "32,16",
    "-1e-3",
    "learning_rate=0.1",
    "a\nb\nc",
    "x" * 3000,
    "\x1b[A\x1b[B",
    "⠿" * 50,
    "",
    "quick-start",
]

SIZES = [(80, 24), (60, 20), (120, 40), (160, 50), (200, 60), (40, 10), (1, 1), (79, 23), (150, 47), (300, 90)]


class Monkey:
    """A generator of input, the same again for the same seed."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)

    def burst(self) -> list[bytes]:
        """Some events that arrive in one write."""
        return [self._event() for _ in range(self._chance.choice((1, 1, 2, 3, 5, 8, 20)))]

    def size(self) -> tuple[int, int]:
        """The next size of the terminal."""
        return self._chance.choice(SIZES) if self._chance.random() < 0.7 else self._any_size()

    def _any_size(self) -> tuple[int, int]:
        return self._chance.randint(1, 220), self._chance.randint(1, 70)

    def _event(self) -> bytes:
        kinds: list[Callable[[], bytes]] = [self._key, self._click, self._paste, self._strange]
        return self._chance.choices(kinds, (70, 18, 4, 8))[0]()

    def _key(self) -> bytes:
        return self._chance.choice(KEYS).encode()

    def _click(self) -> bytes:
        x, y = self._chance.randint(1, 90), self._chance.randint(1, 26)
        button = self._chance.choice((0, 0, 0, 2, 64, 65, 35, 32))
        if button >= 32:
            return f"\x1b[<{button};{x};{y}M".encode()
        click = f"\x1b[<{button};{x};{y}M\x1b[<{button};{x};{y}m"
        return (click * self._chance.choice((1, 1, 2))).encode()

    def _paste(self) -> bytes:
        return f"\x1b[200~{self._chance.choice(PASTES)}\x1b[201~".encode()

    def _strange(self) -> bytes:
        return self._chance.choice(STRANGE)


@contextmanager
def app(folder: Path) -> Iterator[Terminal]:
    """The app, which finds and writes only files in `folder`."""
    places = {
        name: str(folder) for name in ("HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")
    }
    # The monkey goes on typing while the app ends, and an echo of that would look like something that the app has printed.
    with real_app(cwd=folder, env=dict(places), echo=False) as terminal:
        yield terminal


def leave(terminal: Terminal, drawn: bytes) -> bytes:
    """End the app with ctrl+q, after it has shown that it answers; all that it drew from `drawn` on.

    The last keys of the monkey may have ended it already.
    """
    terminal.resize(80, 24)
    limit = TimeLimit()
    while True:
        # The first two end what is in the middle of a paste or of a sequence, and esc closes what is open. A dialog that is not
        # drawn yet takes no key, so this is done again. In one write with an esc, 2 would be alt+2. Without 2, a 4 in
        # Mistakes would draw nothing.
        for keys in ("\x1b[201~\x1b", "\x1b", "2"):
            terminal.forget()
            terminal.type(keys)
            terminal.listen(0.3)
            drawn += terminal.raw
        terminal.forget()
        terminal.type("4")
        with suppress(TimeoutError):
            terminal.wait("4 Mistakes▌", 3.0)
            break
        drawn += terminal.raw
        if terminal.process.poll() is not None:  # The palette's command for the end was among the last keys.
            terminal.forget()
            terminal.end(PATIENCE)
            return drawn + terminal.raw
        limit.left(f"the app does not answer: {terminal.text[-2500:]}")
    drawn += terminal.raw
    processes = Processes(terminal)
    while terminal.process.poll() is None:
        # The first closes a question, opens one, or quits.
        terminal.forget()
        terminal.type("\x11")
        terminal.listen(1.0)
        drawn += terminal.raw
        limit.left("the app does not end")
    terminal.forget()
    processes.end_within(PATIENCE)
    return drawn + terminal.raw


AFTER = re.compile(rb"\x1b\[\?1049l(.*)\Z", re.DOTALL)
ESCAPES = re.compile(rb"\x1b\[[0-9;?<>=]*[ -/]*[@-~]")


def check(terminal: Terminal, drawn: bytes) -> None:
    """Raise AssertionError unless the app has ended well and nothing else was printed."""
    assert b"Traceback" not in drawn, drawn[drawn.index(b"Traceback") :][-3000:].decode(errors="replace")
    assert terminal.process.returncode == 0
    assert terminal.restored()
    # What anything but the app writes on the terminal is printed after the app.
    last = AFTER.search(drawn[-4000:])
    assert last is not None
    assert ESCAPES.sub(b"", last[1]) == b""


_KEPT = 10_000
"""The number of bytes that are kept of what was drawn before the last burst."""


def run(folder: Path, seed: int, events: int, sizes: int) -> dict[str, float]:
    """Let the monkey play; the figures of it."""
    monkey, done, resized, apps, start = Monkey(seed), 0, 0, 0, time.perf_counter()
    while done < events:
        apps += 1
        with app(folder) as terminal:
            terminal.forget()
            drawn = b""
            # The palette has a command that quits.
            while done < events and terminal.process.poll() is None:
                burst = monkey.burst()
                # The app may give the terminal back during one burst and end during the next.
                drawn = drawn[-_KEPT:] + terminal.push(b"".join(burst))
                done += len(burst)
                if done * sizes >= resized * events:
                    terminal.resize(*monkey.size())
                    resized += 1
                drawn += terminal.drain(0.0)
                if terminal.process.poll() is None:
                    assert b"Traceback" not in drawn, drawn[-3000:].decode(errors="replace")
                if resized % 10 == 0:
                    drawn += terminal.drain(0.1)
            if terminal.process.poll() is None:
                drawn = leave(terminal, drawn)
            else:
                terminal.end(PATIENCE)
                drawn += terminal.raw
            check(terminal, drawn)
    return {"events": done, "sizes": resized, "apps": apps, "seconds": round(time.perf_counter() - start, 1)}


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_ten_thousand_events_and_three_hundred_sizes(
    tmp_path: Path, seed: int, record_testsuite_property: Callable[[str, object], None]
) -> None:
    figures = run(tmp_path, seed, 10_000, 300)
    record_testsuite_property(f"monkey {seed}", figures)
    print(figures)


def test_a_short_monkey(tmp_path: Path) -> None:
    run(tmp_path, 0, 150, 6)
