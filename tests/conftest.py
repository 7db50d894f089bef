"""One environment for all tests, set before NumPy and Textual are imported."""

import gc
import itertools
import os
import signal
import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings as hypothesis_settings

# No test asserts a time. Without a deadline, the drawing of examples may take 30 seconds and not 1: the first draw of a process
# reads the constants of all modules that are loaded, which takes longer than a second on a busy machine.
hypothesis_settings.register_profile("without a clock", deadline=None)
hypothesis_settings.load_profile("without a clock")

for name in list(os.environ):
    # TEXTUAL_SNAPSHOT_... are the snapshot plugin's own.
    settings = name.startswith("TEXTUAL_") and not name.startswith("TEXTUAL_SNAPSHOT")
    if settings or name in ("NO_COLOR", "FORCE_COLOR", "COLORTERM", "COLUMNS", "LINES", "PYTHONUNBUFFERED"):
        del os.environ[name]
# The many processes that tests start would compile every module again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
os.environ["TEXTUAL_ANIMATIONS"] = "none"
os.environ["TERM"] = "xterm-256color"
for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    # As `tui-nn` sets it: with more threads the last bits may differ.
    os.environ[variable] = "1"

# A shell that starts the tests in the background lets them ignore these signals, and every process that a test starts would
# ignore them too.
signal.signal(signal.SIGINT, signal.default_int_handler)
for ignored in ("SIGHUP", "SIGQUIT"):
    if hasattr(signal, ignored):
        signal.signal(getattr(signal, ignored), signal.SIG_DFL)

# A closed app leaves some hundred thousand objects that refer to each other. If they are collected while the next apps run, the
# collector also visits every object of those apps, which took a sixth of the time of all tests of screens. So they are collected
# between tests.
gc.set_threshold(2_000_000, 1000, 1000)
MANY_OBJECTS = 500_000
"""The number of new objects after which they are collected."""


def pytest_runtest_logfinish() -> None:
    """Collect what the finished test left behind. What remains is in use, so later collections skip it."""
    young, older, _ = gc.get_count()
    if older or young > MANY_OBJECTS:
        gc.collect()
        gc.freeze()


@pytest.fixture(autouse=True)
def _own_environment() -> Iterator[None]:
    """Restore the environment after each test, because some commands change that of their process, and all tests share it."""
    before = dict(os.environ)
    yield
    for name in os.environ.keys() - before.keys():
        del os.environ[name]
    os.environ.update(before)


@pytest.fixture(scope="session")
def _states(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    base = tmp_path_factory.getbasetemp()
    return (str(base / f"state-{number}") for number in itertools.count())


@pytest.fixture(autouse=True)
def _own_state_folder(_states: Iterator[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test its own folders for state and preferences, which are made only if the test uses them."""
    state = next(_states)
    monkeypatch.setenv("TUI_NN_STATE_DIR", state)
    monkeypatch.setenv("TUI_NN_CONFIG_DIR", f"{state}-config")
