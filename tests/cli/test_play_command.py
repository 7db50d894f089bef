"""`tui-nn play`: a session gives the same network and the same pictures, whoever plays it."""

from __future__ import annotations

import asyncio
import hashlib
import json
import xml.etree.ElementTree as ElementTree
from dataclasses import replace

import pytest

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.data.loading import load_dataset
from tui_nn.engine.messages import Start
from tui_nn.engine.script import load_script
from tui_nn.engine.timeless import TimelessEngine
from tui_nn.session.run.session import Session

SESSION = """\
tui-nn session 1
# Six squares.
begin custom hidden-sizes=6 batch-size=10 learning-rate=0.1 epochs=3
size 80x24

look train
run
look inspect/unit layer=0 unit=5
seek 1 batch 2
change learning-rate=0.5
train-to 3 batch 4
"""


@pytest.fixture
def session(tmp_path):
    path = tmp_path / "a.session"
    path.write_text(SESSION, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def by_hand(data):
    """The digest of the network to which the session leads, trained without it."""
    network, training = NetworkConfig(hidden_sizes=(6,)), TrainingConfig(batch_size=10, learning_rate=0.1, epochs=3)
    session = Session(load_dataset(data), network, training)
    session.step_epoch()
    for _ in range(2):
        session.step_batch()
    session.change(replace(training, learning_rate=0.5))
    while session.place < (3, 4):
        session.step_batch()
    return digest(session)


def digest(session):
    return hashlib.sha256(session.snapshot().parameters.vector.tobytes()).hexdigest()


def test_a_session_leads_to_the_network_that_its_commands_describe(tui_nn, session, data, by_hand):
    *lines, finished = tui_nn("play", session, "--data", data, "--json").events
    assert [line["text"] for line in lines] == [line.text for line in load_script(session).lines]
    assert [(line["line"], line["epoch"], line["batch"]) for line in lines][1:] == [
        (7, 3, 0), (8, 3, 0), (9, 1, 2), (10, 1, 2), (11, 3, 4),
    ]  # fmt: skip
    assert finished["parameters_sha256"] == lines[-1]["parameters_sha256"] == by_hand
    assert (finished["branch"], finished["training"]["learning_rate"]) == (2, 0.5)
    said = tui_nn("play", session, "--data", data, "--headless")
    assert [line.split()[1] for line in said.lines[:-1]] == ["7", "9", "10", "11"]
    assert by_hand in said.lines[-1]


def films(tui_nn, session, data, folder):
    """Return the bytes of all pictures and films of the session, by their names."""
    names = ("--frames", folder / "frames", "--cast", folder / "a.cast", "--svg", folder / "a.svg")
    said = tui_nn("play", session, "--data", data, *names, "--pace", 0.5, "--json")
    assert said.events[-1]["event"] == "finished"
    made = {path.name: path.read_bytes() for path in sorted((folder / "frames").iterdir())}
    return made | {name: (folder / name).read_bytes() for name in ("a.cast", "a.svg")}


def test_films_have_a_picture_for_each_change_of_the_screen(tui_nn, session, data, tmp_path):
    made = films(tui_nn, session, data, tmp_path)
    texts = [picture.decode() for name, picture in made.items() if name.endswith(".txt")]
    # The first picture is followed by one for each epoch of the run, and by the others that change the screen.
    assert [f"epoch {epoch} " in text for epoch, text in enumerate(texts[:4])] == [True] * 4
    assert "unit 5 of 6 in layer 0" in texts[4]
    check_films(tmp_path, texts)


@pytest.mark.slow
def test_the_pictures_of_a_session_are_the_same_twice(tui_nn, session, data, tmp_path):
    for name in "ab":
        (tmp_path / name).mkdir()
    assert films(tui_nn, session, data, tmp_path / "a") == films(tui_nn, session, data, tmp_path / "b")


def check_films(folder, texts):
    head, *events = map(json.loads, (folder / "a.cast").read_text(encoding="utf-8").splitlines())
    assert (head["version"], head["width"], head["height"]) == (2, 80, 24)
    assert [event[0] for event in events[:3]] == [0, 0.5, 1.0]
    assert len(events) == len(texts) + 1
    svg = (folder / "a.svg").read_text(encoding="utf-8")
    root = ElementTree.fromstring(svg)
    pictures = root.find("{http://www.w3.org/2000/svg}g[@id='film']")
    assert len(pictures) == len(texts)
    rows = {row.get("id"): "".join(row.itertext()) for row in root.iter("{http://www.w3.org/2000/svg}g")}
    for picture, text in zip(pictures, texts, strict=True):
        shown = ["".join(rows[use.get("href")[1:]].split()) for use in picture]
        assert shown == ["".join(row.split()) for row in text.splitlines()]


def test_what_is_recorded_in_the_app_is_played_back_alike(tui_nn, data, tmp_path, monkeypatch):
    from tui_nn.ui.shell.stage import open_stage

    monkeypatch.chdir(tmp_path)
    network, training = NetworkConfig(hidden_sizes=(6,)), TrainingConfig(batch_size=10, learning_rate=0.1, epochs=3)

    async def record():
        engine = TimelessEngine(Start(network, training, "custom", data))
        async with open_stage(engine, (80, 24)) as stage:
            stage.screen.recording.ask()
            await stage.press("enter")
            await stage.press("space", "3", "u", "right", "b", "r", "left_square_bracket")
            stage.screen.recording.end()
            stage.app.clear_notifications()
            await stage.settle()
            return stage.text, stage.snapshot

    text, snapshot = asyncio.run(record())
    assert snapshot.epoch == 2
    written = (tmp_path / "my.session").read_text(encoding="utf-8")
    assert "\nbegin custom hidden-sizes=6 batch-size=10 epochs=3\nsize 80x24\n" in written, written
    commands = [line for line in written.split("\n\n")[1].splitlines() if not line.startswith("look")]
    assert commands == ["step-epoch", "step-batch", "run", "travel -1"]
    said = tui_nn("play", "my.session", "--frames", "pictures", "--json")
    assert said.events[-1]["parameters_sha256"] == hashlib.sha256(snapshot.parameters.vector.tobytes()).hexdigest()
    pictures = sorted((tmp_path / "pictures").glob("*.txt"))
    assert pictures[-1].read_text(encoding="utf-8") == text


def test_a_recording_of_a_run_that_has_begun_brings_the_run_along(tui_nn, saved, tmp_path, monkeypatch):
    from tui_nn.ui.shell.stage import open_stage

    monkeypatch.chdir(tmp_path)

    async def record():
        async with open_stage(TimelessEngine(Start(run=str(saved))), (80, 24)) as stage:
            stage.screen.recording.ask()
            await stage.press("enter", "space")
            stage.screen.recording.end()
            return stage.snapshot

    snapshot = asyncio.run(record())
    assert "\ncontinue my.run\n" in (tmp_path / "my.session").read_text(encoding="utf-8")
    finished = tui_nn("play", "my.session", "--json").events[-1]
    assert finished["epoch"] == snapshot.epoch == 4
    assert finished["parameters_sha256"] == hashlib.sha256(snapshot.parameters.vector.tobytes()).hexdigest()


def test_the_status_line_shows_a_recording_and_a_lesson_ends_it(tui_nn, data, tmp_path, monkeypatch):
    from tui_nn.ui.kit.messages import StartLesson
    from tui_nn.ui.shell.stage import open_stage

    monkeypatch.chdir(tmp_path)
    said = []

    async def record():
        engine = TimelessEngine(Start(NetworkConfig(hidden_sizes=(6,)), TrainingConfig(epochs=3), "custom", data))
        async with open_stage(engine, (80, 24), ascii_only=True) as stage:
            assert "rec" not in stage.text.splitlines()[0]
            monkeypatch.setattr(stage.screen, "notify", lambda sentence, **_: said.append(sentence))
            stage.screen.recording.ask()
            await stage.press("enter", "space")
            assert "   O rec   epoch 1   test" in stage.text.splitlines()[0]
            assert stage.text.splitlines()[0].endswith("_ ready")
            before = stage.snapshot
            stage.screen.post_message(StartLesson("look-first"))
            await stage.settle()
            assert said[-1] == "The recording ended, because a lesson cannot be recorded. Recorded in my.session."
            assert "rec" not in stage.text.splitlines()[0]
            await stage.press("space")
            stage.screen.recording.ask()
            assert said[-1] == "A lesson cannot be recorded. Leave the lesson first."
            await stage.press("5", "escape")
            return before, stage.snapshot

    before, after = asyncio.run(record())
    assert after.parameters.vector.tobytes() == before.parameters.vector.tobytes()
    finished = tui_nn("play", "my.session", "--json").events[-1]
    assert finished["epoch"] == 1
    assert finished["parameters_sha256"] == hashlib.sha256(after.parameters.vector.tobytes()).hexdigest()


def test_a_session_is_replayed_in_the_app(session, data, by_hand):
    from tui_nn.ui.shell.opening import Opening
    from tui_nn.ui.shell.stage import open_stage

    script = load_script(session)
    start = replace(script.head.start, source=data)

    async def watch():
        opening = Opening(script=script, pace=0.01)
        async with open_stage(TimelessEngine(start), (80, 24), opening=opening) as stage:
            return stage.snapshot, stage.text, stage.screen.player

    snapshot, text, player = asyncio.run(watch())
    assert hashlib.sha256(snapshot.parameters.vector.tobytes()).hexdigest() == by_hand
    assert "unit 5 of 6 in layer 0" in text
    assert player is None


def test_a_key_stops_a_replay(session, data):
    from tui_nn.ui.shell.app import TuiNN
    from tui_nn.ui.shell.opening import Opening

    session.write_text("tui-nn session 1\nbegin custom hidden-sizes=6\nstep-epoch\nstep-epoch\n", encoding="utf-8")
    script = load_script(session)

    async def watch():
        app = TuiNN(TimelessEngine(replace(script.head.start, source=data)), opening=Opening(script=script, pace=60))
        async with app.run_test(size=(80, 24)) as pilot:
            screen = app.screen_stack[0]
            while screen.snapshot is None or screen.snapshot.epoch == 0:
                await pilot.pause(0.05)
            await pilot.press("space")
            await app.workers.wait_for_complete()
            return screen.snapshot.epoch, screen.player

    # The key only stops the replay: it trains no epoch.
    assert asyncio.run(watch()) == (1, None)


@pytest.mark.parametrize(
    ("line", "flags", "sentence"),
    [
        ("rnu", (), "a.session, line 12: 'rnu' is not a command"),
        ("look lesions", (), "line 12: 'look lesions' names no view: it must be one of configure, train,"),
        ("look train/graph", (), "line 12: 'look train/graph' names no view: the views of train are loss,"),
        ("seek 9", (), "line 12: there is no epoch 9 to go to; the newest epoch is 3"),
        ("", ("--pace", "0"), "--pace is '0': it must be a number of seconds from 0.01 to 60"),
        ("", ("--size", "9x9"), "--size is '9x9': it must be columns x rows from 60x20 to 500x200"),
        ("", ("--cast", "/no/such/place/a.cast"), "there is no directory '/no/such/place'"),
    ],
)
def test_a_mistake_gets_one_sentence(tui_nn, session, data, tmp_path, monkeypatch, line, flags, sentence):
    monkeypatch.chdir(tmp_path)
    session.write_text(f"{SESSION}{line}\n", encoding="utf-8")
    said = tui_nn("play", session, "--data", data, "--headless", *flags)
    assert said.code == 2
    assert sentence in said.err
    assert said.err.count("\n") == 1
