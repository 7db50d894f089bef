"""The remembered state: what several apps remember at the same time is all kept."""

import os
from concurrent.futures import ThreadPoolExecutor

from tui_nn.home.memory import load_memory, remember, remember_run


def test_apps_that_remember_at_the_same_time_lose_nothing() -> None:
    names = [f"{number}.run" for number in range(12)]
    with ThreadPoolExecutor(4) as apps:
        failures = list(apps.map(remember_run, names)) + list(apps.map(lambda _: remember(theme="nord"), range(4)))
    assert not any(failures)
    assert {os.path.basename(run) for run in load_memory().runs} == set(names)
    assert load_memory().theme == "nord"
