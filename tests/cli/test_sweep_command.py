"""`tui-nn sweep`: its output, its arguments, and sweeps that are stopped, killed and continued."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from waiting import wait_for_end

from tui_nn.data.atomic import stamp_of
from tui_nn.render.cells import cells_of

SMALL = ("--hidden-sizes", "4", "--epochs", "2", "--jobs", "1")
GRID = (*SMALL, "--set", "learning-rate=.01,.3", "--set", "batch-size=10,full", "--validation", ".2", "--seeds", "3")
RUNS = 12


def named(said, name):
    return [event for event in said.events if event["event"] == name]


def without_time(events):
    """Return the results by their keys, without the seconds."""
    return {event["key"]: {**event, "seconds": None} for event in events if event["event"] == "run"}


@pytest.fixture(scope="module")
def whole(data):
    """The events of a sweep that nothing has stopped."""
    argv = [sys.executable, "-m", "tui_nn", "sweep", "--data", data, *GRID, "--json", "--quiet"]
    lines = subprocess.run(argv, capture_output=True, text=True, check=True, timeout=60).stdout.splitlines()
    return [json.loads(line) for line in lines]


# ---- what it prints


def test_json_reports_the_grid_every_run_and_the_ranking(whole):
    first, *others = whole
    assert first["event"] == "sweep"
    assert first["axes"] == {"learning_rate": [0.01, 0.3], "batch_size": [10, None]}
    assert (first["seeds"], first["runs"]) == ([0, 1, 2], RUNS)
    assert [event["event"] for event in others] == ["run"] * RUNS + ["ranked"] * 4 + ["finished"]
    runs, ranking, end = without_time(others), others[RUNS:-1], others[-1]
    assert [event["place"] for event in ranking] == [1, 2, 3, 4]
    for event in ranking:
        accuracies = [runs[key]["validation_accuracy"] for key in event["runs"]]
        assert event["accuracy"] == pytest.approx(sum(accuracies) / 3)
        assert event["decided_by"] == "validation"
    assert [event["accuracy"] for event in ranking] == sorted((event["accuracy"] for event in ranking), reverse=True)
    assert end["best"] == ranking[0]["settings"]
    assert (end["least_chance"], 0.25 <= end["chance"] <= 1) == (0.25, True)


def test_text_is_a_table_a_heat_map_and_sentences(tui_nn, data):
    said = tui_nn("sweep", "--data", data, *GRID)
    assert said.code == 0
    assert said.err == "combinations: 4; runs: 12\n"
    assert said.lines[0] == "learning rate  batch size  validation accuracy loss     test accuracy"
    assert len([line for line in said.lines[1:5] if "±" in line]) == 4
    assert said.lines[6] == "mean validation accuracy for each learning rate (rows) and batch size (columns)"
    assert said.lines[7].split() == ["10", "full"]
    assert [line.split()[0] for line in said.lines[8:10]] == ["0.01", "0.3"]
    assert said.lines[11].startswith("Only ")
    assert " examples decide the validation accuracy: each counts for " in said.lines[11]
    assert said.lines[12].startswith("Over 3 seeds, the mean validation accuracy is ")
    assert said.lines[-1] == "With 3 seeds, this test cannot report less than 25.0 %; use 6 seeds or more."
    assert max(map(cells_of, said.lines[:11])) <= 80


def test_one_seed_gives_no_test_and_no_spread(tui_nn, data):
    said = tui_nn("sweep", "--data", data, *SMALL[2:], "--set", "hidden-sizes=none,4-3", "--validation", "0", "--quiet")
    assert "±" not in said.out
    assert {line.split()[0] for line in said.lines[1:3]} == {"none", "4,3"}
    assert said.lines[-2].startswith(
        "The combinations are ranked by test accuracy, because there are no validation examples"
    )
    assert said.lines[-1].endswith("With one seed, the difference may be chance: use --seeds 6 or more.")
    assert said.err == ""


def test_seeds_alone_are_a_sweep(tui_nn, data):
    said = tui_nn("sweep", "--data", data, *SMALL, "--seeds", "2", "--seed", "5", "--json")
    assert sorted(event["seed"] for event in named(said, "run")) == [5, 6]
    (end,) = named(said, "finished")
    assert (end["best"], end["chance"]) == ({}, None)
    said = tui_nn("sweep", "--data", data, *SMALL, "--seeds", "2")
    assert said.lines[0].startswith("validation accuracy")


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["--set", "learning-rate"], "--set is 'learning-rate': it must be a setting and its values, such as"),
        (["--set", "learning-rat=1"], "there is no setting 'learning-rat' (did you mean learning-rate?); tui-nn sweep"),
        (["--set", "learning-rate=1,x"], "--set learning-rate has the value 'x': it must be a number above 0"),
        (["--set", "learning-rate="], "--set learning-rate has the value '': it must be a number above 0"),
        (["--set", "batch-size=16,0"], "--set batch-size has the value '0': it must be a whole number from 1"),
        (["--set", "l2=.1,0.10"], "--set l2 has the value 0.1 twice: give each value once."),
        (["--set", "l2=.1", "--set", "l2=1"], "--set gives l2 twice: put all its values into one list."),
        (["--set", "l2=.1", "--l2", "1"], "--l2 and --set l2 are both given: leave one of them out."),
        (["--set", "seed=1,2"], "--set is 'seed': use --seeds N instead, which tries N seeds, beginning with --seed."),
        (["--set", "hidden-sizes=64-"], "--set hidden-sizes has the value '64-': it must be"),
        (["--seeds", "0"], "--seeds is '0': it must be a whole number from 1 to 1,000."),
        (["--seed", "4294967295", "--seeds", "2"], "--seed is 4294967296: it must be a whole number from 0 to"),
        (["--seeds", "1000", "--set", "epochs=1,2,3,4,5,6,7,8,9,10,11"], "the sweep has 11,000 runs: it must have at"),
        (["--out", __file__], "the folder cannot be created (file exists); give another folder."),
        (["--jobs", "2", "--scheduler", "tcp://x"], "--jobs cannot be used with --scheduler, because the cluster"),
    ],
)
def test_wrong_use_is_one_sentence(tui_nn, argv, sentence):
    said = tui_nn("sweep", *argv)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("tui-nn sweep: ")
    assert sentence in said.err
    assert said.err.count("\n") == 1


# ---- stopped and continued


def start(data: str, out: Path, *more: str) -> subprocess.Popen[str]:
    argv = [sys.executable, "-m", "tui_nn", "sweep", "--data", data, *GRID, "--json", "--out", str(out), *more]
    return subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def read_runs(process: subprocess.Popen[str], count: int) -> None:
    """Read the output up to the event of run number `count`; 0 reads the first event alone."""
    for _ in range(count + 1):
        process.stdout.readline()


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def check_the_rest(tui_nn, data, out, whole, at_least):
    """Continue the sweep: it keeps the finished runs, trains the others, and gives the results of a whole sweep."""
    stamps = {path: stamp_of(path) for path in out.glob("*.json")}
    assert len(stamps) >= at_least
    said = tui_nn("sweep", "--data", data, *GRID, "--json", "--out", out)
    assert said.code == 0
    finished = f"; finished already: {len(stamps)}" if stamps else ""
    assert said.err == f"combinations: 4; runs: 12{finished}\n"
    assert {path: stamp_of(path) for path in stamps} == stamps
    assert without_time(said.events) == without_time(whole)
    assert len(list(out.iterdir())) == RUNS
    assert said.events[-5:] == whole[-5:]


def kill_and_continue(tui_nn, data, out, whole, after, jobs):
    with start(data, out, "--jobs", str(jobs)) as process:
        read_runs(process, after)
        workers = children(process.pid)
        process.kill()
    assert process.returncode in (-signal.SIGKILL, 0)
    for worker in workers:
        wait_for_end(worker)
    check_the_rest(tui_nn, data, out, whole, after)


@pytest.mark.skipif(sys.platform != "linux", reason="reads the children of a process from /proc")
def test_a_killed_sweep_goes_on_where_it_was(tui_nn, data, tmp_path, whole):
    kill_and_continue(tui_nn, data, tmp_path, whole, 2, jobs=2)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="reads the children of a process from /proc")
@pytest.mark.parametrize("after", range(10))
def test_a_sweep_that_is_killed_at_ten_moments_loses_no_finished_run(tui_nn, data, tmp_path, whole, after):
    kill_and_continue(tui_nn, data, tmp_path, whole, after, jobs=1 + after % 2)


def test_ctrl_c_stops_a_sweep_and_the_same_command_continues_it(tui_nn, data, tmp_path, whole):
    with start(data, tmp_path, "--epochs", "1000000") as process:
        read_runs(process, 0)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGINT
    assert said.splitlines()[-1] == (
        f"the sweep was interrupted after 0 of 12 runs; the folder '{tmp_path}' contains 0 results; "
        "give the same command again to train the missing runs"
    )
    check_the_rest(tui_nn, data, tmp_path, whole, 0)


def test_another_seed_or_value_uses_the_runs_that_are_there(tui_nn, data, tmp_path):
    first = ("sweep", "--data", data, *SMALL, "--out", tmp_path, "--set")
    tui_nn(*first, "batch-size=10,20")
    said = tui_nn(*first, "batch-size=10,20,30", "--seeds", "2")
    assert said.err == "combinations: 3; runs: 6; finished already: 2\n"
    assert tui_nn(*first, "batch-size=30", "--seeds", "2").err == "combinations: 1; runs: 2; finished already: 2\n"
    assert tui_nn(*first, "batch-size=10", "--momentum", ".5").err == "combinations: 1; runs: 1\n"
