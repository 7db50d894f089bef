"""What a terminal sends: keys are keys, in one read or in several; what cannot be read is ignored and fails nowhere."""

from __future__ import annotations

import random
import sys

import pytest
from textual import events

from tui_nn.ui.shell import terminal_input
from tui_nn.ui.shell.terminal_input import InputFilter

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has another driver")


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that stands still until `wait`."""
    now = [1000.0]
    monkeypatch.setattr(terminal_input, "monotonic", lambda: now[0])
    return now


def keys(*reads: str, pause: float = 0.0) -> list[str]:
    """The keys, clicks and pastes that come of some reads, and of a second in which nothing follows."""
    found: list[str] = []
    reader = InputFilter()

    def take(messages: object) -> None:
        for message in messages:  # type: ignore[attr-defined]
            if isinstance(message, events.Key):
                found.append(message.key)
            elif isinstance(message, events.Paste):
                found.append(f"paste {message.text}")
            else:
                found.append(type(message).__name__)

    for read in reads:
        take(reader.feed(read))
        take(reader.tick())
    for _ in range(2):
        terminal_input.monotonic.__closure__[0].cell_contents[0] += 2  # type: ignore[attr-defined]
        take(reader.tick())
    return found


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        ("r ", ["r", "space"]),
        ("\r\t", ["enter", "tab"]),
        ("\x1b", ["escape"]),
        ("\x1b\x1b", ["escape", "escape"]),
        ("\x1b[A\x1b[B", ["up", "down"]),
        ("\x1b[5~", ["pageup"]),
        ("\x1bOP", ["f1"]),
        ("\x1b[[A", ["f1"]),
        ("\x1b[1;5C", ["ctrl+right"]),
        ("\x1bx", ["alt+x"]),
        ("\x1bxr", ["alt+x", "r"]),
        ("\x1b]", ["right_square_bracket"]),
        ("\x1b[97u", ["a"]),
        ("\x1b[1;1:1B", ["down"]),
        ("\x1b[<0;5;5M\x1b[<0;5;5m", ["MouseDown", "MouseUp"]),
        ("\x1b[200~two words\x1b[201~r", ["paste two words", "r"]),
        ("äж", ["ä", "ж"]),
    ],
)
def test_what_a_person_does_is_read(read: str, expected: list[str]) -> None:
    """As a whole, and a character a read."""
    found = keys(read)
    assert found == expected
    assert keys(*read) == found


REPLIES = [
    "\x1b]11;rgb:1e1e/1e1e/1e1e\x07",
    "\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\",
    "\x1b]52;c;cmVyZXI=\x07",
    "\x1bP>|xterm(367)\x1b\\",
    "\x1bP1$r0m\x1b\\",
    "\x1b_Gi=31;OK\x1b\\",
    "\x1b[?1;2c",
    "\x1b[>41;367;0c",
    "\x1b[8;24;80t",
    "\x1b[?62;4;6;22c",
    "\x1b[1;1:3B",
    "\x1b[97;1:3u",
    "\x1b[99999999999u",
    "\x1b[1114112u",
    "\x1b[97;;99999999u",
    "\x1b[" + "1;" * 40 + "m",
    "\x1b[48;99999;99999;9;9t",
    "\x1b[;;;R",
    "\x1b[?997;1n",
]


@pytest.mark.parametrize("reply", REPLIES)
def test_what_nobody_typed_is_ignored(reply: str) -> None:
    """As a whole, in two reads cut anywhere, and cut off for good; the key after it works."""
    assert keys(reply) == []
    assert keys(reply + "r") == ["r"]
    for cut in range(1, len(reply)):
        assert keys(reply[:cut], reply[cut:] + "r") == ["r"], cut


@pytest.mark.parametrize("cut", ["\x1b[1;", "\x1b]11;rgb:1e", "\x1bP1$r", "\x1b[<0;3"])
def test_a_reply_without_an_end_is_given_up(cut: str) -> None:
    assert keys(cut) == []


def test_a_paste_without_an_end_is_taken_after_a_second() -> None:
    assert keys("\x1b[200~12") == ["paste 12"]
    assert keys("\x1b[200~\x1b[31mred\x1b[0m" + "x" * 40 + "\x1b[201~r") == ["paste [31mred[0m" + "x" * 40, "r"]


def test_control_keys_end_a_string() -> None:
    """A reply that lost its end does not keep ctrl+q from the app."""
    assert keys("\x1b]11;rgb:", "\x11") == ["ctrl+q"]


def test_no_input_fails() -> None:
    """10,000 reads of whole, cut and mixed sequences."""
    chance = random.Random(0)
    pieces = [*REPLIES, "\x1b", "[", "]", ";", "1", "\x9b", "\x90", "M", "u", ":", "\x1b[200~", "\x1b[201~", "\x00", "\ufffd",
              "\x1b[M", "\x1b[<0;1;1M", "\x1b[<-1;-1;-1m", "\x1bO", "\x1b[48;1;1;1;1t", "\x1b[?2048;1$y"]  # fmt: skip
    reader = InputFilter()
    for _ in range(10_000):
        piece = "".join(chance.choices(pieces, k=chance.randrange(1, 4)))
        cut = chance.randrange(len(piece) + 1)
        for read in filter(None, (piece[:cut], piece[cut:])):
            list(reader.feed(read))
        list(reader.tick())
