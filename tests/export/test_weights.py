"""Exported weights, matrices and pictures can be read by other programs."""

from __future__ import annotations

import csv
import json
import sys
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from trained_again import pictures, trained

from tui_nn.export.files import KINDS, kind_of, write_export
from tui_nn.export.picture import png_of
from tui_nn.export.plan import ExportError
from tui_nn.export.weights import matrix_csv, npz_weights, safetensors_weights

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="#f00"/></svg>'


@pytest.fixture(scope="module")
def session():
    return trained(pictures(), {"hidden_sizes": (5, 3), "activation": "tanh"}, {"learning_rate": 0.3})


def outputs(arrays, x):
    """The outputs of the network, with the shapes of PyTorch: z = x @ weight.T + bias."""
    for layer in range(3):
        z = x @ arrays[f"layer.{layer}.weight"].T + arrays[f"layer.{layer}.bias"]
        x = np.tanh(z)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def test_the_arrays_of_the_npz_file_give_the_outputs_of_the_network(session):
    arrays = np.load(BytesIO(npz_weights(session.snapshot())), allow_pickle=False)
    assert arrays["layer.0.weight"].shape == (5, 64)
    found = outputs(arrays, session.dataset.test.images / np.float32(255))
    np.testing.assert_allclose(found, session.snapshot().evaluation.outputs, rtol=0, atol=1e-6)


def test_the_safetensors_file_gives_the_outputs_of_the_network_and_names_the_settings(session, tmp_path):
    from safetensors import safe_open
    from safetensors.numpy import load_file

    path = tmp_path / "a.safetensors"
    path.write_bytes(safetensors_weights(session.snapshot(), session.dataset.class_names))
    found = outputs(load_file(path), session.dataset.test.images / np.float32(255))
    np.testing.assert_allclose(found, session.snapshot().evaluation.outputs, rtol=0, atol=1e-6)
    with safe_open(path, "numpy") as file:
        metadata = file.metadata()
    assert metadata["settings"].startswith("64-5-3-4 tanh he_normal softmax-ce sgd lr=.3")
    assert json.loads(metadata["class_names"]) == list("abcd")


def test_pytorch_opens_the_safetensors_file_as_linear_layers(session, tmp_path):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    from safetensors.torch import load_file

    path = tmp_path / "a.safetensors"
    path.write_bytes(safetensors_weights(session.snapshot(), session.dataset.class_names))
    network = torch.nn.Module()
    network.layer = torch.nn.ModuleList(torch.nn.Linear(*sizes) for sizes in ((64, 5), (5, 3), (3, 4)))
    network.load_state_dict(load_file(path))
    x = torch.from_numpy(session.dataset.test.images / np.float32(255))
    for layer in network.layer[:-1]:
        x = torch.tanh(layer(x))
    found = torch.softmax(network.layer[-1](x), dim=1).detach().numpy()
    np.testing.assert_allclose(found, session.snapshot().evaluation.outputs, rtol=0, atol=1e-6)


def test_the_matrix_has_the_class_names_and_counts_every_example(session):
    snapshot, test = session.snapshot(), session.dataset.test
    head, *rows = csv.reader(matrix_csv(snapshot, test).splitlines())
    assert head == ["true / predicted", "a", "b", "c", "d"]
    assert [row[0] for row in rows] == list("abcd")
    for true in range(4):
        for predicted in range(4):
            there = np.sum((test.labels == true) & (snapshot.evaluation.predicted == predicted))
            assert int(rows[true][predicted + 1]) == there


def test_the_longest_ending_decides_the_kind_of_a_file():
    assert {name: kind_of(f"a{kind.ending}".upper()).name for name, kind in KINDS.items()} == {
        name: name for name in KINDS
    }
    with pytest.raises(ExportError, match=r"the name 'a.doc' must end in one of .py, _torch.py, .ipynb"):
        kind_of("a.doc")


def test_a_png_picture_has_the_size_of_the_svg():
    from PIL import Image

    picture = Image.open(BytesIO(png_of(SVG)))
    assert (picture.size, picture.getpixel((20, 10))[:3]) == ((40, 20), (255, 0, 0))


def test_a_png_without_fonts_is_refused_in_a_sentence(monkeypatch):
    import resvg_py

    monkeypatch.setattr(resvg_py, "svg_to_bytes", lambda **_: b"a picture without text")
    with pytest.raises(ExportError, match="a PNG picture needs a font, and none is installed"):
        png_of(SVG)


@pytest.mark.parametrize("package", ["safetensors.numpy", "resvg_py"])
def test_a_missing_package_is_named_with_the_command_that_installs_it(session, monkeypatch, package):
    monkeypatch.setitem(sys.modules, package, None)
    name = package.partition(".")[0]
    with pytest.raises(
        ExportError, match=rf"the package {name} is missing; install it with: pip install 'tui-nn\[export\]'"
    ):
        png_of(SVG) if name == "resvg_py" else safetensors_weights(session.snapshot(), ())


def test_a_file_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(ExportError, match="there is no directory"):
        write_export(tmp_path / "no" / "a.py", "")
    write_export(Path(tmp_path / "a.py"), "x = 1\n")
    assert (tmp_path / "a.py").read_bytes() == b"x = 1\n"


def test_a_session_in_a_browser_exports_nothing_outside_its_folder(tmp_path, monkeypatch):
    (tmp_path / "inside").mkdir()
    monkeypatch.setenv("TUI_NN_FENCE", str(tmp_path / "inside"))
    for path in (tmp_path / "a.py", tmp_path / "inside" / ".." / "a.py"):
        with pytest.raises(ExportError, match="the file is outside the folder of this session"):
            write_export(path, "stolen")
    write_export(tmp_path / "inside" / "a.py", "mine")
    assert [file.name for file in tmp_path.iterdir()] == ["inside"]
