"""`tui-nn train`: its output, its arguments and its end."""

import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
from dataclasses import replace

import numpy as np
import pytest

from tui_nn.cli.flags import flag_of
from tui_nn.cli.reports import JsonReport
from tui_nn.config.configs import TrainingConfig, settings
from tui_nn.render.numbers import loss_text
from tui_nn.session.file.rescue import found_rescue_paths, rescue_folder
from tui_nn.session.file.runs import load_run, read_run, save_run
from tui_nn.session.run.session import Session

SMALL = ("--hidden-sizes", "4", "--batch-size", "10", "--validation", "0", "--epochs", "3")


def epochs(said):
    return [event for event in said.events if event["event"] == "epoch"]


def finished(said):
    """Return the event of the end. An error of the command is an event of its own after it."""
    (event,) = (event for event in said.events if event["event"] == "finished")
    return event


def without_time(said):
    return [{key: value for key, value in event.items() if key != "seconds"} for event in without_hints(said)]


def without_hints(said):
    """Return the events without hints, because so small a run always has some. Hints have their own tests."""
    return [event for event in said.events if event["event"] != "hint"]


# ---- what it prints


def test_json_reports_the_start_every_epoch_and_the_end(tui_nn, data):
    said = tui_nn("train", "--data", data, *SMALL, "--json", "--quiet")
    assert (said.code, said.err) == (0, "")
    started, *records, finished = without_hints(said)
    assert started["event"] == "started"
    assert (started["preset"], started["data"]) == ("quick-start", "squares.npz")
    assert (started["train_examples"], started["test_examples"]) == (60, 20)
    assert started["network"]["hidden_sizes"] == [4]
    assert started["parameters"] == 784 * 4 + 4 + 4 * 10 + 10
    names = ["event", "epoch", "train_loss", "train_accuracy", "test_loss", "test_accuracy", "seconds"]
    assert [list(record) for record in records] == [names] * 4
    assert [record["epoch"] for record in records] == [0, 1, 2, 3]
    assert (finished["event"], finished["reason"], finished["epoch"]) == ("finished", "epochs done", 3)
    assert finished["step"] == 18
    assert finished["test_loss"] == records[-1]["test_loss"]
    assert finished["test_accuracy"] == records[-1]["test_accuracy"]
    assert finished["seconds"] == pytest.approx(sum(record["seconds"] for record in records))
    assert re.fullmatch("[0-9a-f]{64}", finished["parameters_sha256"])


def test_few_validation_examples_are_said_before_the_training(tui_nn, data):
    few = tui_nn("train", "--data", data, *SMALL, "--validation", "0.2")
    assert "Only 10 examples decide the validation accuracy" in few.err
    assert "examples decide" not in tui_nn("train", "--data", data, *SMALL).err


@pytest.mark.parametrize("value", ["-1", "-1e-3", "-.5", "-inf", "-nan"])
def test_a_negative_number_is_a_value_and_no_flag(tui_nn, value):
    said = tui_nn("train", "--l2", value)
    assert said.code == 2
    assert said.err == f"tui-nn train: --l2 is '{value}': it must be a number from 0 to 10.\n"


def test_the_same_seed_gives_the_same_numbers_and_another_seed_others(tui_nn, data):
    first, again, other = (tui_nn("train", "--data", data, *SMALL, "--json", "--seed", seed) for seed in (5, 5, 6))
    assert without_time(first) == without_time(again)
    assert first.events[-1]["parameters_sha256"] != other.events[-1]["parameters_sha256"]
    assert epochs(first)[0]["train_loss"] != epochs(other)[0]["train_loss"]


def test_quick_start_reads_93_percent_of_the_bundled_digits(tui_nn):
    said = tui_nn("train", "--preset", "quick-start", "--json")
    assert said.code == 0
    assert epochs(said)[5]["test_accuracy"] > 0.88
    assert said.events[-1]["epoch"] == 20
    assert said.events[-1]["test_accuracy"] >= 0.93


def test_lines_for_people_are_aligned_and_notes_go_elsewhere(tui_nn, data, tmp_path):
    said = tui_nn("train", "--data", data, *SMALL, "--save", tmp_path / "a.run")
    head, *rows, _, _, _, _, last = said.lines
    assert head == "epoch   train loss   train accuracy   test loss   test accuracy   seconds"
    assert len(rows) == 4
    ends = [match.end() for match in re.finditer(r"\S+(?: \S+)?", head)]
    for row in rows:
        found = [match.end() for match in re.finditer(r"\d\S*(?: %)?", row)]
        assert found == ends
    assert re.fullmatch(r"epochs done: 3 epochs, test accuracy \d+\.\d %, test loss \d\.\d{3}, \d\.\d s", last)
    first, *hints, last = said.err.splitlines()
    assert first == "quick-start · 784-4-10 relu, 3,190 parameters · squares.npz, 60 to train, 20 to test"
    assert all(line.startswith(("hint: ", "      ")) for line in hints)
    assert last == f"saved to {tmp_path / 'a.run'}"
    assert "\r" not in said.out + said.err


def test_with_validation_examples_the_test_data_are_reported_at_the_end(tui_nn, data):
    flags = ("--data", data, *SMALL, "--validation", "0.2")
    said, events = tui_nn("train", *flags), tui_nn("train", *flags, "--json").events
    head, *rows, empty, heads, train, validation, test, best, last = said.lines
    assert head == "epoch   train loss   train accuracy   val. loss   val. accuracy   seconds"
    assert (empty, heads.split()) == ("", ["best", "loss", "accuracy", "epoch", "last", "loss", "accuracy", "epoch"])
    assert {len(row) for row in rows} == {len(head)}
    assert said.err.splitlines()[1].endswith("squares.npz, 50 to train, 10 to validate, 20 to test")
    records = [event for event in events if event["event"] == "epoch"]
    for row, record in zip(rows, records, strict=True):
        assert f"{record['validation_loss']:.3f}" in row
    lowest = min(records[1:], key=lambda record: record["validation_loss"])
    assert re.fullmatch(
        f"the best epoch by validation loss is {lowest['epoch']}: validation accuracy .* %, test accuracy .* %", best
    )
    assert last.startswith("epochs done: 3 epochs, test accuracy ")
    for split, line in (("train", train), ("validation", validation), ("test", test)):
        losses = [record[f"{split}_loss"] for record in records]
        epoch = min(range(1, 4), key=losses.__getitem__)
        name, lowest_loss, _, _, at, newest_loss, _, _, end = line.split()
        assert (name, lowest_loss, at) == (split, loss_text(losses[epoch]), str(epoch))
        assert (newest_loss, end) == (loss_text(losses[-1]), "3")
        assert events[-1]["scores"][split]["best"]["loss"] == losses[epoch]
    started, finished = events[0], events[-1]
    assert (started["train_examples"], started["validation_examples"]) == (50, 10)
    assert (finished["best_epoch"], finished["best_epoch_by"]) == (lowest["epoch"], "validation")
    assert finished["validation_accuracy"] == records[-1]["validation_accuracy"]


def test_losses_beyond_measure_stay_in_their_columns(tui_nn, data):
    said = tui_nn("train", "--data", data, *SMALL, "--learning-rate", "1e6")
    empty = said.lines.index("")
    assert {len(line) for line in said.lines[:empty]} == {len(said.lines[0])}
    assert len({len(line) for line in said.lines[empty + 1 : -1]}) == 1
    assert "e" in said.lines[2]


# ---- what it takes


def value_for(setting):
    """Return a value that differs from that of the preset, as a person types it."""
    return {"choice": setting.options[-1:] or "", "yes_no": ("no",), "sizes": ("7,5",)}.get(setting.kind, ("0.25",))[0]


@pytest.mark.parametrize("setting", settings(), ids=lambda setting: setting.name)
def test_every_hyperparameter_is_a_flag(tui_nn, data, setting):
    text = "3" if setting.kind in ("count", "optional_count") else value_for(setting)
    said = tui_nn(
        "train", "--data", data, "--hidden-sizes", "3", "--epochs", "1", flag_of(setting.name), text, "--json"
    )
    started = said.events[0]
    value = {**started["network"], **started["training"]}[setting.name]
    assert value == (list(setting.parse(text)) if setting.kind == "sizes" else setting.parse(text))


def test_full_and_all_mean_every_example(tui_nn, data):
    said = tui_nn("train", "--preset", "tiny-lecun", "--data", data, "--epochs", 1, "--batch-size", "full",
                  "--train-limit", "all", "--json")  # fmt: skip
    assert said.events[0]["training"]["batch_size"] is None
    assert said.events[0]["training"]["train_limit"] is None


def test_all_wrong_values_are_reported_together(tui_nn):
    said = tui_nn("train", "--learning-rate", "fast", "--hidden-sizes", "0", "--batch-size", "-3", "--shuffle", "maybe",
                  "--optimizer", "adm", "--seed", "1.5")  # fmt: skip
    assert said.code == 2
    assert said.out == ""
    assert sorted(said.err.splitlines()) == [
        "tui-nn train: --batch-size is '-3': it must be a whole number from 1 to 1,000,000, or \"full\".",
        "tui-nn train: --hidden-sizes is '0': it must be \"none\", or up to 8 whole numbers from 1 to 4,096: 128,64.",
        "tui-nn train: --learning-rate is 'fast': it must be a number above 0 and at most 1,000,000.",
        "tui-nn train: --optimizer is 'adm': it must be one of sgd, momentum, nesterov, rmsprop, adam, adamw.",
        "tui-nn train: --seed is '1.5': it must be a whole number from 0 to 4,294,967,295.",
        "tui-nn train: --shuffle is 'maybe': it must be yes or no.",
    ]


def test_a_preset_with_a_limit_above_the_data_runs_with_a_note(tui_nn, data):
    said = tui_nn("train", "--preset", "tiny-lecun", "--data", data, "--epochs", 1)
    assert said.code == 0
    sentence = "the run asks for 10,000 training examples; the data has 60, so the run uses all of them"
    assert sentence in said.err.splitlines()
    assert "takes those" not in tui_nn("train", "--preset", "tiny-lecun", "--data", data, "--epochs", 1, "--quiet").err


def test_a_preset_made_for_more_examples_runs_with_a_note(tui_nn, data):
    words = ("train", "--preset", "leaky-he", "--data", data, "--epochs", 1)
    assert (
        "the preset leaky-he was made for 60,000 examples; the data has 60, so the run uses all of them"
        in tui_nn(*words).err.splitlines()
    )
    assert "takes those" not in tui_nn(*words, "--train-limit", 30).err


def test_a_flag_without_effect_causes_a_note(tui_nn, data):
    said = tui_nn("train", "--data", data, *SMALL, "--optimizer", "sgd", "--momentum", "0.5")
    assert "--momentum is not used with these settings" in said.err.splitlines()
    words = ("--hidden-sizes", "none", "--activation", "tanh", "--dropout", "0.5")
    said = tui_nn("train", "--data", data, *SMALL, *words).err
    assert [line.split()[0] for line in said.splitlines() if "is not used" in line] == ["--activation", "--dropout"]
    assert "784-10, 7,850 parameters" in said


# ---- going on


def test_going_on_is_as_if_it_had_never_stopped(tui_nn, data, tmp_path):
    whole = tui_nn("train", "--data", data, *SMALL[:-1], 6, "--json")
    tui_nn("train", "--data", data, *SMALL[:-1], 2, "--save", tmp_path / "a.run")
    rest = tui_nn("train", "--run", tmp_path / "a.run", "--epochs", 6, "--json")
    assert [event["epoch"] for event in epochs(rest)] == [3, 4, 5, 6]
    assert rest.events[0]["epoch"] == 2
    same = without_time(whole)
    assert without_time(rest)[1:-1] == same[4:-1]
    assert rest.events[-1]["parameters_sha256"] == whole.events[-1]["parameters_sha256"]


@pytest.mark.parametrize(("flags", "until"), [((), 6), (("--epochs", 5), 5), (("--epochs", 4), 4)])
def test_a_saved_run_continues_to_the_given_epoch_or_as_far_again(tui_nn, saved, flags, until):
    """The saved run has trained its 3 planned epochs. Without --epochs the command continues as r does in the app."""
    said = tui_nn("train", "--run", saved, *flags, "--json")
    assert said.events[-1]["epoch"] == until


@pytest.mark.parametrize("epochs", [1, 2, 3])
def test_a_run_that_is_there_already_is_left_as_it_is(tui_nn, saved, tmp_path, epochs):
    path = tmp_path / "a.run"
    path.write_bytes(saved.read_bytes())
    said = tui_nn("train", "--run", path, "--epochs", epochs, "--learning-rate", 1, "--save", path)
    assert (said.code, said.out) == (2, "")
    more = f"it must be at least 4, because '{path}' is at epoch 3; give --epochs a larger number or leave --epochs out"
    assert said.err == f"tui-nn train: --epochs is {epochs}: {more}.\n"
    assert path.read_bytes() == saved.read_bytes()


@pytest.fixture(scope="module")
def kept(saved, tmp_path_factory):
    """A run of six epochs that went back to the fourth, as after `keep_best` or time travel."""
    path = tmp_path_factory.mktemp("kept") / "k.run"
    session = load_run(saved)
    session.change(replace(session.training, epochs=6))
    for _ in session.run(3):
        pass
    session.seek(4)
    save_run(path, session.snapshot(), session.dataset)
    return path


def test_a_run_saved_in_the_past_continues_from_its_newest_epoch(tui_nn, kept):
    session = load_run(kept)
    session.seek(6)
    *_, expected = session.run(6)
    said = tui_nn("train", "--run", kept, "--json")
    assert said.events[0]["epoch"] == 6
    assert [event["epoch"] for event in epochs(said)] == [7, 8, 9, 10, 11, 12]
    digest = hashlib.sha256(expected.parameters.vector.tobytes()).hexdigest()
    assert said.events[-1]["parameters_sha256"] == digest


def test_a_change_to_such_a_run_takes_effect_at_its_newest_epoch(tui_nn, kept, tmp_path):
    path = tmp_path / "b.run"
    said = tui_nn("train", "--run", kept, "--learning-rate", "0.01", "--epochs", 8, "--json", "--save", path)
    assert [event["epoch"] for event in epochs(said)] == [7, 8]
    run = read_run(path)
    assert len(run.branches) == 1
    assert [change.epoch for change in run.history.changes if "learning_rate" in change.values] == [7]


def test_such_a_run_refuses_epochs_that_it_already_has(tui_nn, kept):
    said = tui_nn("train", "--run", kept, "--epochs", 6)
    assert (said.code, said.out) == (2, "")
    assert "--epochs is 6: it must be at least 7" in said.err


def test_a_run_that_keeps_its_best_gets_further_each_time(tui_nn, data, tmp_path):
    path = tmp_path / "best.run"
    # So fast that the loss rises again.
    args = (*SMALL, "--learning-rate", "3", "--epochs", "50", "--patience", "3", "--keep-best", "yes")
    said = tui_nn("train", "--data", data, *args, "--save", path, "--json")
    for _ in range(2):
        assert "kept epoch" in said.events[-1]["reason"]
        newest = epochs(said)[-1]["epoch"]
        said = tui_nn("train", "--run", path, "--save", path, "--json")
        assert epochs(said)[0]["epoch"] == newest + 1


def test_hyperparameters_may_change_on_the_way(tui_nn, saved, tmp_path):
    said = tui_nn(
        "train", "--run", saved, "--learning-rate", "0.01", "--optimizer", "adam", "--save", tmp_path / "b.run"
    )
    assert said.code == 0
    (change,) = read_run(tmp_path / "b.run").history.changes
    assert (change.epoch, change.values) == (4, {"learning_rate": 0.01, "optimizer": "adam"})


@pytest.mark.parametrize(
    "flag", [("--hidden-sizes", "64"), ("--dtype", "float64"), ("--seed", "9"), ("--train-limit", "5")]
)
def test_a_saved_run_refuses_settings_that_need_a_new_network(tui_nn, saved, flag):
    said = tui_nn("train", "--run", saved, *flag)
    assert said.code == 2
    assert said.err.startswith(f"tui-nn train: {flag[0]} ")
    assert said.err.count("\n") == 1


def test_a_flag_with_the_present_value_is_no_change(tui_nn, saved):
    assert tui_nn("train", "--run", saved, "--hidden-sizes", "6", "--seed", "0", "--epochs", "4").code == 0


def test_other_data_than_the_runs_is_refused(tui_nn, saved):
    said = tui_nn("train", "--run", saved, "--data", "bundled")
    assert said.code == 2
    assert "was trained on squares.npz, not on bundled digits" in said.err


# ---- how it ends


def test_a_run_that_diverges_keeps_its_last_finite_weights_and_fails(tui_nn, data, tmp_path):
    wild = ("--activation", "identity", "--optimizer", "sgd", "--learning-rate", "1e6", "--l2", "10")
    said = tui_nn("train", "--data", data, *SMALL, *wild, "--json", "--save", tmp_path / "d.run")
    assert said.code == 1
    finished = said.events[-1]
    assert re.fullmatch(r"diverged: the .+: epoch \d+, batch \d+", finished["reason"])
    assert np.isfinite(read_run(tmp_path / "d.run").parameters.vector).all()
    again = tui_nn("train", "--run", tmp_path / "d.run", "--json")
    assert again.code == 1
    assert [record["epoch"] for record in epochs(again)] == [0]
    assert again.events[-1]["reason"] == finished["reason"]


def test_a_loss_that_is_not_finite_becomes_null_with_a_reason(tui_nn, data, monkeypatch):
    from tui_nn.session.run.run_state import RunState

    untrained = RunState._untrained_history

    def not_finite(state):
        history = untrained(state)
        (record,) = history.records
        return replace(history, records=(replace(record, train_loss=float("nan"), test_loss=float("-inf")),))

    monkeypatch.setattr(RunState, "_untrained_history", not_finite)
    said = tui_nn("train", "--data", data, *SMALL, "--json")
    assert epochs(said)[0]["train_loss"] is None
    assert epochs(said)[0]["not_finite"] == {"train_loss": "nan", "test_loss": "-inf"}
    assert "not_finite" not in epochs(said)[1]
    assert "NaN" in tui_nn("train", "--data", data, *SMALL).lines[1]


def test_a_save_that_fails_at_the_end_fails_the_command(tui_nn, data, tmp_path, monkeypatch):
    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    said = tui_nn("train", "--data", data, *SMALL, "--json", "--save", tmp_path / "a.run")
    assert said.code == 1
    (kept,) = found_rescue_paths()
    assert finished(said)["saved"] == str(kept)
    assert read_run(kept).epoch == 3
    assert "a.run' was not saved: no space left on device" in said.err
    assert f"the run was saved to '{kept}'" in said.err
    assert list(tmp_path.iterdir()) == []


def test_a_save_that_fails_everywhere_is_said(tui_nn, data, tmp_path, monkeypatch):
    def full(*_args, **_more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tui_nn.session.file.archive.replace_file", full)
    said = tui_nn("train", "--data", data, *SMALL, "--json", "--save", tmp_path / "a.run")
    assert said.code == 1
    assert finished(said)["saved"] is None
    assert "a.run' was not saved: no space left on device" in said.err
    assert found_rescue_paths() == []


def test_a_save_that_must_fail_is_refused_before_training(tui_nn, data, tmp_path):
    said = tui_nn("train", "--data", data, *SMALL, "--save", tmp_path)
    assert (said.code, said.out) == (2, "")
    assert "it is a directory; give a file's name." in said.err


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (signal.SIGINT, 130),
        (signal.SIGTERM, 143),
        pytest.param(signal.SIGHUP, 129, marks=pytest.mark.slow),
        pytest.param(signal.SIGXCPU, 152, marks=pytest.mark.slow),
    ],
)
def test_an_interrupt_stops_after_the_batch_and_saves(data, tmp_path, number, code):
    argv = [sys.executable, "-m", "tui_nn", "train", "--data", data, "--epochs", "1000000", "--batch-size", "7",
            "--hidden-sizes", "4", "--json", "--save", str(tmp_path / "a.run")]  # fmt: skip
    with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        while '"epoch": 3' not in process.stdout.readline():
            pass
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
    assert process.returncode == code
    assert "Traceback" not in err
    finished = json.loads(out.splitlines()[-1])
    assert (finished["event"], finished["reason"]) == ("finished", "interrupted")
    session = load_run(tmp_path / "a.run")
    assert (session.epoch, session.batch) == (finished["epoch"], finished["batch"])
    # It goes on inside the epoch, as if nothing had been.
    target = session.epoch + 1
    for _ in session.train(target):
        pass
    argv = ["train", "--data", data, "--epochs", str(target), "--batch-size", "7", "--json", "--hidden-sizes", "4"]
    whole = subprocess.run([sys.executable, "-m", "tui_nn", *argv], capture_output=True, text=True, check=True)
    assert json.loads(whole.stdout.splitlines()[-1])["test_loss"] == session.snapshot().evaluation.loss


def struck(monkeypatch, *moments):
    """Let ctrl+c be pressed between the batches of these numbers."""
    train = Session.train

    def pressed(self, until):
        for number, pause in enumerate(train(self, until)):
            for _ in range(moments.count(number)):
                signal.raise_signal(signal.SIGINT)
            yield pause

    monkeypatch.setattr(Session, "train", pressed)


@pytest.mark.parametrize("times", [1, 2, 3])
def test_ctrl_c_once_or_more_stops_after_the_batch(tui_nn, data, monkeypatch, times):
    before = signal.getsignal(signal.SIGINT)
    struck(monkeypatch, *[4] * times)
    said = tui_nn("train", "--data", data, *SMALL, "--json")
    assert said.code == 130
    assert (said.events[-1]["reason"], said.events[-1]["step"]) == ("interrupted", 4)
    assert signal.getsignal(signal.SIGINT) is before


def test_signals_during_the_save_do_not_lose_the_run(tui_nn, data, tmp_path, monkeypatch):
    """A third ctrl+c, SIGTERM and SIGHUP, each at another moment of the save.

    Only the main thread saves the run: the thread that writes the rescue file is not struck.
    """
    struck(monkeypatch, 4, 4)
    sync, savez = os.fsync, np.savez

    def strike(number, act):
        def struck(*arguments, **more):
            if is_saving := threading.current_thread() is threading.main_thread():
                signal.raise_signal(number)
            act(*arguments, **more)
            if is_saving:
                signal.raise_signal(number)

        return struck

    monkeypatch.setattr(os, "fsync", strike(signal.SIGTERM, strike(signal.SIGHUP, sync)))
    monkeypatch.setattr(np, "savez", strike(signal.SIGINT, savez))
    said = tui_nn("train", "--data", data, *SMALL, "--json", "--save", tmp_path / "a.run")
    assert said.code == 130
    assert said.events[-1]["saved"] == str(tmp_path / "a.run")
    assert load_run(tmp_path / "a.run").batch == 4
    assert [path.name for path in tmp_path.iterdir()] == ["a.run"]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_ctrl_c_again_ends_a_command_whose_output_nobody_reads(tui_nn, data, tmp_path, monkeypatch, number):
    """The second one ends the wait, and the run is saved nevertheless."""
    epoch = JsonReport.epoch

    def waits(self, record):
        epoch(self, record)
        if record.epoch == 2:
            for _ in range(number):
                signal.raise_signal(signal.SIGINT)
            if number > 1:
                pytest.fail("the wait goes on")

    monkeypatch.setattr(JsonReport, "epoch", waits)
    said = tui_nn("train", "--data", data, *SMALL, "--json", "--save", tmp_path / "a.run")
    assert said.code == 130
    assert said.events[-1]["event"] == ("finished" if number == 1 else "epoch")
    assert load_run(tmp_path / "a.run").epoch == 2


@pytest.mark.parametrize(
    "error", [BrokenPipeError(32, "Broken pipe"), OSError(5, "Input/output error"), ZeroDivisionError()]
)
def test_whatever_ends_the_training_the_run_is_saved(tui_nn, data, tmp_path, monkeypatch, error):
    """The reader of a pipe, the terminal, or a fault of the program."""

    def fails(self, record):
        if record.epoch == 2:
            raise error

    monkeypatch.setattr(JsonReport, "epoch", fails)
    if isinstance(error, OSError):
        monkeypatch.setattr("tui_nn.cli.give_up_on", lambda stream: None)  # It would close the stream of pytest.
        assert tui_nn("train", "--data", data, *SMALL, "--json", "--save", tmp_path / "a.run").code in (1, 141)
    else:
        with pytest.raises(ZeroDivisionError):
            tui_nn("train", "--data", data, *SMALL, "--json", "--save", tmp_path / "a.run")
    assert load_run(tmp_path / "a.run").epoch == 2


# ---- a file that holds something else


def trained(tui_nn, data, path, *flags):
    return tui_nn("train", "--data", data, *SMALL, "--save", path, *flags)


def test_another_run_is_not_replaced_without_a_word(tui_nn, data, saved, tmp_path):
    path = tmp_path / "a.run"
    path.write_bytes(saved.read_bytes())
    said = trained(tui_nn, data, path)
    assert (said.code, said.out) == (2, "")
    assert (
        "exists already and contains a run at epoch 3; give another name, or replace the file with --overwrite."
        in said.err
    )
    assert path.read_bytes() == saved.read_bytes()
    assert trained(tui_nn, data, path, "--overwrite").code == 0
    assert read_run(path).epoch != 3 or path.read_bytes() != saved.read_bytes()


def test_a_file_that_is_no_run_is_not_replaced_either(tui_nn, data, tmp_path):
    (tmp_path / "a.txt").write_text("a letter")
    said = trained(tui_nn, data, tmp_path / "a.txt")
    assert said.code == 2
    assert "exists already; give another name" in said.err
    (tmp_path / "empty").touch()
    assert trained(tui_nn, data, tmp_path / "empty").code == 0


def test_overwrite_needs_a_file(tui_nn):
    assert "--overwrite needs --save" in tui_nn("train", "--overwrite").err


def test_a_run_is_continued_in_its_own_file_under_any_name(tui_nn, saved, tmp_path, monkeypatch):
    path = tmp_path / "a.run"
    path.write_bytes(saved.read_bytes())
    (tmp_path / "link.run").symlink_to(path)
    monkeypatch.chdir(tmp_path)
    for epoch, name in enumerate(("a.run", "./a.run", "link.run"), start=4):
        said = tui_nn("train", "--run", path, "--epochs", epoch, "--save", name)
        assert said.code == 0, said.err
        assert read_run(path).epoch == epoch
    said = tui_nn("train", "--run", saved, "--epochs", 9, "--save", path)
    assert "exists already" in said.err


def test_a_file_that_changes_during_the_training_is_kept(tui_nn, data, saved, tmp_path, monkeypatch):
    path = tmp_path / "a.run"
    path.write_bytes(saved.read_bytes())
    monkeypatch.setattr("tui_nn.cli.train._keep_best", lambda session: path.write_text("of another program") and "")
    said = tui_nn("train", "--run", path, "--epochs", 5, "--save", path, "--json")
    assert said.code == 1
    assert path.read_text() == "of another program"
    assert finished(said)["saved"] == str(tmp_path / "a-2.run")
    assert "has changed since this run was read from it" in said.err
    assert read_run(tmp_path / "a-2.run").epoch == 5


def test_a_run_that_cannot_be_saved_is_kept_elsewhere(tui_nn, data, tmp_path, monkeypatch):
    directory = tmp_path / "gone"
    directory.mkdir()
    monkeypatch.setattr("tui_nn.cli.train._keep_best", lambda session: directory.rmdir() or "")
    said = trained(tui_nn, data, directory / "a.run")
    assert said.code == 1
    (kept,) = found_rescue_paths()
    assert "there is no directory" in said.err
    assert f"the run was saved to '{kept}'" in said.err
    assert read_run(kept).epoch > 0


# ---- the progress line


def on_terminal(data, term, *flags):
    """Return the output of `train` on a terminal that is both stdout and stderr."""
    pty = pytest.importorskip("pty")
    master, slave = pty.openpty()
    argv = [sys.executable, "-m", "tui_nn", "train", "--data", data, *SMALL, *flags]
    environment = os.environ | {"TERM": term, "PYTHONUTF8": "1"}
    with subprocess.Popen(argv, stdout=slave, stderr=slave, stdin=slave, env=environment) as process:
        os.close(slave)
        drawn = b""
        while True:
            try:
                part = os.read(master, 4096)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            drawn += part
        process.wait(timeout=20)
    os.close(master)
    return drawn.decode()


def test_a_terminal_sees_how_far_it_is_and_then_only_results(data):
    drawn = on_terminal(data, "xterm-256color")
    assert re.search(r"epoch 1/3 [━╸╌]{20} +\d+%", drawn)
    # What is left on the screen: the progress line is taken away before a row is written.
    left = [re.split(r"\r\x1b\[K", line)[-1] for line in drawn.replace("\r\n", "\n").split("\n")]
    assert not any("╌" in line for line in left)
    rows = [line for line in left[2:] if line and not line.startswith(("hint: ", "      "))]
    assert [line.split()[0] for line in rows[:4]] == ["0", "1", "2", "3"]


def test_no_progress_line_on_a_dumb_terminal_or_when_quiet(data):
    assert "╌" not in on_terminal(data, "dumb")
    assert "╌" not in on_terminal(data, "xterm-256color", "--quiet")


def test_train_config_defaults_are_not_the_presets(tui_nn, data):
    """Without a flag, a setting has the value of the preset, not the default of the dataclass."""
    said = tui_nn("train", "--data", data, "--preset", "quick-start", "--epochs", "1", "--json")
    assert said.events[0]["training"]["optimizer"] == "momentum" != TrainingConfig().optimizer


def test_early_stopping_ends_it_and_the_best_epoch_is_what_is_saved(tui_nn, data, tmp_path):
    path = tmp_path / "best.run"
    # So fast that the loss rises again.
    args = ("--data", data, *SMALL, "--learning-rate", "3", "--epochs", "50", "--json")
    said = tui_nn("train", *args, "--patience", "3", "--keep-best", "yes", "--save", path)
    losses = [event["test_loss"] for event in said.events if event["event"] == "epoch"]
    finished = said.events[-1]
    best = losses.index(min(losses[1:]))
    assert len(losses) - 1 == best + 3
    assert finished["reason"] == f"the training stopped early after epoch {best + 3}, kept epoch {best}"
    assert (finished["epoch"], finished["test_loss"]) == (best, losses[best])
    run = read_run(path)
    assert hashlib.sha256(run.parameters.vector.tobytes()).hexdigest() == finished["parameters_sha256"]


def test_a_run_trained_elsewhere_continues_with_a_note(tui_nn, saved, tmp_path):
    """Its epochs cannot be replayed to the bit with another kernel or another number of threads."""
    run = read_run(saved)
    session = load_run(saved)
    elsewhere = replace(run.made_with[-1], kernel="Z80", threads=7)
    path = tmp_path / "a.run"
    save_run(path, replace(session.snapshot(), made_with=(elsewhere,)), session.dataset)
    said = tui_nn("train", "--run", path, "--epochs", 4)
    here = run.made_with[-1]
    if here.kernel:
        assert f"the kernel Z80, BLAS threads: 7, but this computer has the kernel {here.kernel}" in said.err
    assert "trained with" not in tui_nn("train", "--run", saved, "--epochs", 4).err


def test_a_training_that_is_killed_is_listed_as_unsaved(data, tmp_path):
    argv = [sys.executable, "-m", "tui_nn", "train", "--data", data, "--epochs", "1000000", "--batch-size", "7",
            "--hidden-sizes", "4", "--json", "--save", str(tmp_path / "a.run")]  # fmt: skip
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        # The reader is slower than the training, so that the file is written meanwhile.
        while '"epoch": 300' not in process.stdout.readline():
            pass
        process.kill()
    (path,) = found_rescue_paths()
    assert read_run(path).epoch > 0
    assert not (tmp_path / "a.run").exists()


def test_a_training_that_is_saved_leaves_no_rescue_file(tui_nn, data, tmp_path):
    assert trained(tui_nn, data, tmp_path / "a.run").code == 0
    assert found_rescue_paths() == []
    assert list(rescue_folder().iterdir()) == []
    tui_nn("train", "--data", data, *SMALL)
    assert list(rescue_folder().iterdir()) == []


def test_no_epochs_save_an_untrained_network(tui_nn, data, tmp_path):
    """The plan of the preset stays, so that the saved run can be trained."""
    saved = tmp_path / "untrained.run"
    said = tui_nn("train", "--data", data, "--epochs", "0", "--save", saved, "--json")
    assert said.code == 0
    assert [record["epoch"] for record in epochs(said)] == [0]
    said = tui_nn("train", "--run", saved, "--epochs", "1", "--json")
    assert [record["epoch"] for record in epochs(said)] == [0, 1]
    said = tui_nn("train", "--run", saved, "--epochs", "0")
    assert said.code == 2
    assert "--epochs is '0': it must be a whole number from 1" in said.err
