"""The signals that end this program in an orderly way."""

from __future__ import annotations

import signal


def ending_signals() -> list[int]:
    """Return the signals that end a process by default and can be caught. Signals for faults, such as SIGSEGV, are left out."""
    others = ("KILL", "STOP", "TSTP", "TTIN", "TTOU", "CONT", "CHLD", "CLD", "URG", "WINCH", "INFO", "PIPE", "XFSZ",
              "SEGV", "BUS", "FPE", "ILL", "EMT")  # fmt: skip
    return sorted(set(signal.valid_signals()) - {getattr(signal, f"SIG{name}", None) for name in others})
