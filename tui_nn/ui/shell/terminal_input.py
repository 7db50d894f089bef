"""A filter before Textual's parser of terminal input. It ignores input that cannot be read, so no input can end the app.

Textual 8.2 does not know some escape sequences and sends their characters as keys. So a terminal's late reply to a
question (`ESC ] 11 ; rgb:1e1e/1e1e/1e1e BEL`) starts training. Other input makes its parser fail: the release of a key
(`ESC [ 1 ; 1 : 3 B`), a code point that does not exist, and bytes that are not UTF-8.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterable, Iterator
from time import monotonic

from textual import _xterm_parser as textual_parser
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual.message import Message

LONGEST = 32
"""The greatest length of a sequence. Textual would send the characters of a longer one as keys."""
PATIENCE = 0.1
"""The seconds after which the filter no longer waits for the rest of a sequence."""
PATIENCE_WITH_A_STRING = 1.0
"""The seconds after which the filter no longer waits for the rest of a paste, or of a terminal's reply with a long text."""
MOST_CELLS = 4000
"""The largest number of columns or rows that the filter accepts from a terminal."""

_CSI = re.compile(r"\x1b\[(?:\[[A-E]|M[^\x1b]{3}|[0-?]*[ -/]*[@-~])")
_CUT_CSI = re.compile(r"\x1b\[(?:\[|M[^\x1b]{0,2}|[0-?]*[ -/]*)\Z")
_STRING_BEGINS = re.compile(r"\x1b(?:\][0-9]|P[0-9;>!+$=?|]|_G)")
_STRING_MAY_BEGIN = re.compile(r"\x1b[\]P_]\Z")
_STRING = re.compile(r"\x1b[\]P_X^][^\x00-\x1f\x7f\x9c]*(?:\x07|\x1b\\|\x9c)")
_CUT_STRING = re.compile(r"\x1b[\]P_][^\x00-\x1f\x7f\x9c]*(?:\x1b)?\Z")
_STRING_BODY = re.compile(r"\x1b[\]P_][^\x00-\x1f\x7f\x9c]*")
_PARAMETERS = "".join(map(chr, range(0x20, 0x40)))
_SS3 = re.compile(r"\x1bO[0-9]*[A-Za-z]")
_EXTENDED = re.compile(r"\x1b\[([\d:]*)(?:;(\d*)(?::(\d*))?)?(?:;([\d:]*))?([u~ABCDEFHPQRS])")
_RELEASED = "3"
_IN_PASTE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_C1 = {0x90: "\x1bP", 0x9B: "\x1b[", 0x9D: "\x1b]", 0x9E: "\x1b^", 0x9F: "\x1b_", 0x98: "\x1bX"}


class InputFilter(textual_parser.XTermParser):
    """A filter that passes to Textual's parser only the characters and complete sequences that the parser can read."""

    def __init__(self, debug: bool = False) -> None:
        """Make a filter that holds back no input yet."""
        super().__init__(debug)
        self._held = ""
        """The beginning of a sequence of which the rest has not arrived."""
        self._held_until = 0.0
        self._pasting = False
        self._paste_ends_at = 0.0

    def feed(self, data: str) -> Iterable[Message]:
        """Yield the events for some more characters. Empty data ends the input."""
        if not data:
            yield from super().feed("")
            return
        if self._held and monotonic() >= self._held_until:
            yield from self.tick()
        for part in self._readable(self._held + data):
            yield from self._pass_on(part)

    def tick(self) -> Iterable[Message]:
        """Give up an incomplete sequence if the rest does not arrive in time. Textual calls this ten times a second."""
        now = monotonic()
        if self._held and now >= self._held_until:
            held, self._held = self._held, ""
            if len(held) <= 2 and not self._pasting:
                # No more characters have arrived, so this was the key esc, or alt with another key.
                yield from self._pass_on(held)
        if self._pasting and now >= self._paste_ends_at:
            self._pasting = False
            yield from super().feed(textual_parser.BRACKETED_PASTE_END)
        yield from super().tick()

    def _pass_on(self, part: str) -> Iterable[Message]:
        yield from super().feed(part)
        if part[0] == "\x1b" and len(part) <= 2 and self._awaiting.timeout is not None:
            # This was the key esc, or alt with another key. Textual would wait for more characters.
            self._timeout_time = 0.0
            yield from super().tick()

    def _readable(self, text: str) -> Iterator[str]:
        """Yield the readable parts of `text`, and hold back an incomplete sequence at its end."""
        before, self._held = self._held, ""
        if not self._pasting:
            text = text.translate(_C1)
        at = 0
        while at < len(text):
            if self._pasting:
                at = yield from self._paste(text, at)
                continue
            if text[at] != "\x1b":
                end = text.find("\x1b", at)
                end = len(text) if end < 0 else end
                yield text[at:end]
                at = end
                continue
            rest = text[at:]
            if match := _STRING.match(rest):
                at += match.end()
            elif rest == "\x1b" or _STRING_MAY_BEGIN.fullmatch(rest) or _CUT_CSI.fullmatch(rest) or rest == "\x1bO":
                self._keep(before, rest, PATIENCE)
                return
            elif _STRING_BEGINS.match(rest):
                if _CUT_STRING.fullmatch(rest):
                    self._keep(before, rest, PATIENCE_WITH_A_STRING)
                    return
                body = _STRING_BODY.match(rest)
                assert body is not None
                at += body.end()
            elif match := _CSI.match(rest):
                at += match.end()
                if sequence := self._known(match.group()):
                    yield sequence
                    if sequence == textual_parser.BRACKETED_PASTE_START:
                        self._pasting = True
                        self._paste_ends_at = monotonic() + PATIENCE_WITH_A_STRING
            elif rest.startswith("\x1b["):
                # A character that cannot be part of the sequence ends it early. The incomplete sequence is skipped.
                at += len(rest) - len(rest[2:].lstrip(_PARAMETERS))
            elif match := _SS3.match(rest):
                at += match.end()
                if match.group() in ANSI_SEQUENCES_KEYS:
                    yield match.group()
            else:
                # This was the key esc twice, or alt with another key.
                length = 1 if rest[1] == "\x1b" else 2
                yield rest[:length]
                at += length

    def _keep(self, before: str, rest: str, seconds: float) -> None:
        """Hold back an incomplete sequence. More characters of the same sequence do not extend the time limit."""
        if not before or not rest.startswith(before) or len(before) <= 2 < len(rest):
            self._held_until = monotonic() + seconds
        self._held = rest

    def _paste(self, text: str, at: int) -> Generator[str, None, int]:
        """Yield the pasted text, without control characters. Return the index in `text` after the paste."""
        end = text.find(textual_parser.BRACKETED_PASTE_END, at)
        if end >= 0:
            yield from filter(None, [_IN_PASTE.sub("", text[at:end])])
            yield textual_parser.BRACKETED_PASTE_END
            self._pasting = False
            return end + len(textual_parser.BRACKETED_PASTE_END)
        # The end of the paste may itself be cut off.
        last = text.rfind("\x1b", at)
        cut = last >= 0 and textual_parser.BRACKETED_PASTE_END.startswith(text[last:])
        body = text[at:last] if cut else text[at:]
        self._held = text[last:] if cut else ""
        self._held_until = self._paste_ends_at = monotonic() + PATIENCE_WITH_A_STRING
        yield from filter(None, [_IN_PASTE.sub("", body)])
        return len(text)

    def _known(self, sequence: str) -> str:
        """Return a sequence in the form that Textual can read; "" if there is no such form."""
        if len(sequence) > LONGEST:
            return ""
        if sequence in textual_parser.SPECIAL_SEQUENCES or sequence in ANSI_SEQUENCES_KEYS:
            return "" if sequence == textual_parser.BRACKETED_PASTE_END else sequence
        if textual_parser._re_cursor_position.fullmatch(sequence):
            return sequence
        if match := _EXTENDED.fullmatch(sequence):
            return self._extended(*match.groups(default=""))
        if match := textual_parser._re_in_band_window_resize.fullmatch(sequence):
            sizes = [group.partition(":")[0] for group in match.groups()]
            return sequence if all(0 < int(size) <= MOST_CELLS for size in sizes[:2]) else ""
        known = textual_parser._re_mouse_event, textual_parser._re_terminal_mode_response
        return sequence if any(pattern.fullmatch(sequence) for pattern in known) else ""

    def _extended(self, code: str, modifiers: str, kind: str, text: str, end: str) -> str:
        """Return the sequence of a key of the Kitty protocol, without the parts that Textual cannot read; "" for a released key."""
        if kind == _RELEASED:
            return ""
        parts = [code.partition(":")[0], modifiers, text]
        while parts and not parts[-1]:
            parts.pop()
        sequence = f"\x1b[{';'.join(parts)}{end}"
        try:
            keys = self._parse_extended_key(sequence)
        except (ValueError, OverflowError):
            return ""
        return sequence if keys or sequence in ANSI_SEQUENCES_KEYS else ""
