"""`tui-nn predict` classifies pictures from files."""

import io
import json
from dataclasses import replace

import numpy as np
import pytest

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.core.fast.evaluation import evaluate
from tui_nn.core.parameters import Parameters
from tui_nn.data.dataset import Dataset, Split
from tui_nn.data.loading import load_dataset
from tui_nn.session.file.runs import read_run, save_run
from tui_nn.session.run.session import Session


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    """A saved run that classifies most digits correctly."""
    path = tmp_path_factory.mktemp("runs") / "digits.run"
    training = TrainingConfig(optimizer="momentum", learning_rate=0.1, batch_size=64)
    session = Session(load_dataset(), NetworkConfig(hidden_sizes=(24,)), training)
    for _ in session.run(3):
        pass
    save_run(path, session.snapshot(), session.dataset)
    return path


def write_pgm(path, grey):
    height, width = grey.shape
    path.write_bytes(f"P5 {width} {height} 255\n".encode() + grey.astype(np.uint8).tobytes())
    return path


def large(image, side=140, at=(60, 9)):
    """Return the digit five times as large, dark on light, at one place of a larger page."""
    page = np.full((2 * side, 2 * side), 240.0)
    ink = np.kron(image.reshape(28, 28), np.ones((5, 5)))
    page[at[0] : at[0] + side, at[1] : at[1] + side] -= ink / 255 * 230
    return page


def test_large_dark_digits_are_read_as_well_as_the_test_digits(tui_nn, reader, tmp_path):
    """The command prints the predictions for the centred pictures, and they are right as often as for test digits."""
    test = load_dataset().test
    chosen = range(0, 1000, 25)
    paths = [write_pgm(tmp_path / f"{index}.pgm", large(test.images[index])) for index in chosen]
    told = tui_nn("predict", reader, *paths, "--json", "--picture").events
    assert [said["image"] for said in told] == [str(path) for path in paths]
    assert all(said["dark_on_light"] for said in told)
    mlp = read_run(reader).mlp
    for said in told:
        outputs = evaluate(mlp, np.array([said["picture"]], np.uint8), np.zeros(1, np.uint8)).outputs[0]
        assert np.allclose(said["outputs"], outputs, atol=1e-6)
        assert said["predicted"] == int(np.argmax(outputs))
    plain = evaluate(mlp, test.images, test.labels).predicted
    usual = np.mean(plain[list(chosen)] == test.labels[list(chosen)])
    found = np.mean([said["predicted"] for said in told] == test.labels[list(chosen)])
    assert found >= usual - 0.05


def test_as_it_is_the_answer_is_that_to_the_test_digit(tui_nn, reader, tmp_path):
    test = load_dataset().test
    path = write_pgm(tmp_path / "a.pgm", test.images[3].reshape(28, 28))
    (said,) = tui_nn("predict", reader, path, "--as-is", "--json").events
    expected = evaluate(read_run(reader).mlp, test.images[3:4], test.labels[3:4])
    assert np.allclose(said["outputs"], expected.outputs[0], atol=1e-6)
    assert said["dark_on_light"] is None
    larger = tui_nn("predict", reader, write_pgm(tmp_path / "b.pgm", large(test.images[3])), "--as-is")
    assert larger.code == 2
    assert "280 x 280 pixels, but --as-is needs 28 x 28; leave --as-is out" in larger.err


def test_for_people_it_is_a_line_a_picture(tui_nn, reader, tmp_path):
    test = load_dataset().test
    index = int(np.flatnonzero(evaluate(read_run(reader).mlp, test.images, test.labels).predicted == test.labels)[0])
    path = write_pgm(tmp_path / "a.pgm", large(test.images[index]))
    said = tui_nn("predict", reader, path, "--picture")
    assert len(said.lines) == 15
    assert said.lines[-1].startswith(f"a.pgm  {test.labels[index]}  p ")
    assert any("@" in line for line in said.lines[:14])


def test_every_unusable_picture_is_reported_and_the_others_are_read(tui_nn, reader, tmp_path):
    blank = write_pgm(tmp_path / "blank.pgm", np.full((30, 30), 200))
    (tmp_path / "text.png").write_text("hello")
    bad = blank, tmp_path / "text.png", tmp_path / "none.pgm"
    said = tui_nn("predict", reader, *bad)
    assert (said.code, said.out) == (2, "")
    for word, line in zip(("no digit", "not a picture", "no such file"), said.err.splitlines(), strict=True):
        assert word in line
    good = write_pgm(tmp_path / "good.pgm", large(load_dataset().test.images[0]))
    said = tui_nn("predict", reader, bad[0], good, *bad[1:])
    assert (said.code, len(said.lines), len(said.err.splitlines())) == (1, 1, 3)
    assert said.lines[0].startswith("good.pgm  ")
    told = tui_nn("predict", reader, *bad, good, "--json").events
    assert [(said["event"], said["image"]) for said in told] == [
        *(("refused", str(path)) for path in bad),
        ("predicted", str(good)),
    ]
    assert "no such file" in told[2]["reason"]
    assert tui_nn("predict", tmp_path / "none.run", blank).code == 2
    assert "IMAGE" in tui_nn("predict", reader).err


def test_doubts_are_said_beside_the_prediction(tui_nn, reader, tmp_path):
    page = large(load_dataset().test.images[0])
    two = np.hstack([page, large(load_dataset().test.images[1])])
    path = write_pgm(tmp_path / "two.pgm", two)
    said = tui_nn("predict", reader, path)
    assert (said.code, len(said.lines)) == (0, 1)
    assert "two.pgm' may be classified wrongly: the picture shows several large shapes" in said.err
    (told,) = tui_nn("predict", reader, path, "--json").events
    assert any("several large shapes" in doubt for doubt in told["doubts"])
    (plain,) = tui_nn("predict", reader, write_pgm(tmp_path / "one.pgm", page), "--json").events
    assert plain["doubts"] == []


def test_standard_input_is_a_picture(tui_nn, reader, tmp_path, monkeypatch):
    path = write_pgm(tmp_path / "a.pgm", large(load_dataset().test.images[0]))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(path.read_bytes())))
    assert (
        tui_nn("predict", reader, "-").out.partition("  ")[2] == tui_nn("predict", reader, path).out.partition("  ")[2]
    )


def test_an_output_that_is_not_finite_is_no_prediction(tui_nn, reader, tmp_path, monkeypatch):
    """A saved run has finite weights, but its outputs may still not be finite."""
    path = write_pgm(tmp_path / "a.pgm", large(load_dataset().test.images[0]))
    run = read_run(reader)
    run = replace(run, parameters=Parameters(run.network.sizes, True, np.full_like(run.parameters.vector, np.nan)))
    monkeypatch.setattr("tui_nn.cli.predict.read_run", lambda _: run)
    assert "no prediction: the outputs of the network are NaN or infinite" in tui_nn("predict", "a.run", path).out
    told = json.loads(tui_nn("predict", "a.run", path, "--json").out)
    assert told["predicted"] is None
    assert told["not_finite"]["outputs.0"] == "nan"


def test_a_picture_takes_one_line_whatever_it_is_called(tui_nn, reader, tmp_path):
    path = write_pgm(tmp_path / "a\x1b[31m\n7.pgm", large(load_dataset().test.images[0]))
    said = tui_nn("predict", reader, path)
    assert len(said.lines) == 1
    assert said.lines[0].startswith("a?[31m?7.pgm  ")


def test_a_prediction_has_the_name_of_its_class(tui_nn, tmp_path):
    random = np.random.default_rng(0)
    images, labels = random.integers(0, 256, (20, 64)).astype(np.uint8), (np.arange(20) % 2).astype(np.uint8)
    split = Split(images, labels, ("cat", "dog"))
    session = Session(Dataset("pets", "pets", split, split), NetworkConfig(hidden_sizes=(4,)), TrainingConfig())
    save_run(tmp_path / "pets.run", session.snapshot(), session.dataset)
    path = write_pgm(tmp_path / "a.pgm", images[0].reshape(8, 8))
    expected = evaluate(session.snapshot().mlp, images[:1], labels[:1]).outputs[0]
    name, other = ("cat", "dog") if expected[0] > expected[1] else ("dog", "cat")
    said = tui_nn("predict", tmp_path / "pets.run", path, "--as-is")
    assert said.lines[-1].startswith(f"a.pgm  {name}  p ")
    assert f"(then {other} " in said.lines[-1]
    (event,) = tui_nn("predict", tmp_path / "pets.run", path, "--as-is", "--json").events
    assert event["class_name"] == name
