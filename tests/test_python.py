"""The public names: they are cheap to import, described, and used as docs/python.md says."""

from __future__ import annotations

import doctest
import pickle
import re
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from trained_again import pictures, trained

import tui_nn
from tui_nn.config.setting import ConfigError
from tui_nn.core.network import MLP

ROOT = Path(__file__).parent.parent


def test_the_examples_of_the_page_are_ten_are_short_and_are_true(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    examples = [block for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if block.startswith(">>>")]
    assert len(examples) == 10
    names: dict[str, object] = {}
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    for number, block in enumerate(examples, 1):
        assert len(block.splitlines()) <= 10
        runner.run(doctest.DocTestParser().get_doctest(block, names, f"example {number}", None, 0), clear_globs=False)
        names |= runner.test.globs  # type: ignore[attr-defined]
    assert runner.failures == 0


def test_every_public_name_is_listed_and_described() -> None:
    assert dir(tui_nn) == sorted(tui_nn.__all__)
    for name in tui_nn.__all__:
        assert name == "__version__" or getattr(tui_nn, name).__doc__, name


def test_the_names_say_what_they_are_and_notebooks_show_tables() -> None:
    data = pictures(validation=11)
    session = trained(data, {"hidden_sizes": (5,)}, {})
    assert repr(data) == "<Dataset rows: 230 to train, 11 to validate, 23 to test, 8 x 8, 4 classes>"
    assert repr(data.test) == "<Split of 23 pictures, 8 x 8, 4 classes>"
    assert re.fullmatch(r"<Session with custom 64-5-4, epoch 2, test accuracy \d+\.\d %>", repr(session))
    assert session._repr_html_().count("<tr>") == 4
    table = tui_nn.confusion(session)
    assert repr(table).splitlines()[0].split() == ["a", "b", "c", "d"]
    assert np.asarray(table).sum() == 23
    named = type(table)(np.eye(2, dtype=int), ("<b>", "&"))
    assert "<th>&lt;b&gt;</th><th>&amp;</th>" in named._repr_html_()


def test_wrong_arguments_are_named_in_a_sentence() -> None:
    session = trained(pictures(), {}, {}, epochs=0)
    with pytest.raises(ConfigError, match="lr is 1: it must be one of the settings hidden_sizes, activation"):
        tui_nn.train(lr=1)
    with pytest.raises(ValueError, match="there is no class 'z'; the classes are a, b, c, d"):
        tui_nn.mistakes(session, true="z")
    with pytest.raises(IndexError, match="there is no test example 23: the examples are 0 to 22"):
        tui_nn.why(session, 23)


def test_a_network_can_be_pickled() -> None:
    mlp = trained(pictures(), {"activation": "gelu"}, {}).snapshot().mlp
    again = pickle.loads(pickle.dumps(mlp))
    assert isinstance(again, MLP)
    assert (again.parameters.vector == mlp.parameters.vector).all()
    assert again.activation is mlp.activation


def test_the_classifier_passes_the_checks_of_scikit_learn() -> None:
    from sklearn.utils.estimator_checks import check_estimator

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # The checks skip some parts, and warn.
        results = check_estimator(tui_nn.MLPClassifier(), on_fail=None)
    failed = {result["check_name"]: result["exception"] for result in results if result["status"] == "failed"}
    assert failed == {}
    assert sum(result["status"] == "passed" for result in results) > 40


def test_the_classifier_trains_as_the_app_does() -> None:
    data = pictures()
    settings = {"optimizer": "momentum", "learning_rate": 0.1, "batch_size": 64, "dropout": 0.2}
    session = trained(data, {"hidden_sizes": (9,)}, {**settings, "seed": 4}, epochs=3)
    x = data.train.images / np.float32(255)
    names = np.array(data.class_names)[data.train.labels]
    model = tui_nn.MLPClassifier((9,), **settings, epochs=3, random_state=4).fit(x, names)
    assert model.loss_curve_ == [record.train_loss for record in session.history.records[1:]]
    assert (model.network_.parameters.vector == session.snapshot().parameters.vector).all()
    assert set(model.predict(x)) <= set("abcd")


def test_a_loss_that_is_not_finite_names_the_rate() -> None:
    x, y = np.eye(4), np.array([0, 1, 0, 1])
    with pytest.raises(ValueError, match="choose a smaller learning_rate, or scale the features"):
        tui_nn.MLPClassifier(optimizer="sgd", learning_rate=1e6, dtype="float32").fit(x * 1e30, y)


def test_an_extra_is_imported_only_where_it_is_used() -> None:
    modules = "tui_nn.__main__", "tui_nn.notebook", "tui_nn.export.files", "tui_nn.export.picture", "tui_nn.cli.export"
    modules += "tui_nn.cli.screenshot", "tui_nn.ui.shell.export", "tui_nn.cli.data", "tui_nn.cli.completion"
    extras = {"sklearn", "safetensors", "resvg_py", "pooch", "shtab", "PIL"}
    code = f"import sys, importlib\nfor name in {modules}: importlib.import_module(name)\nprint({extras} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "set()\n"


def test_without_scikit_learn_the_classifier_names_the_command_that_installs_it() -> None:
    code = "import sys\nsys.modules['sklearn.base'] = None\nimport tui_nn\ntui_nn.MLPClassifier"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT)
    assert (
        "MLPClassifier needs scikit-learn 1.6 or newer; install it with: pip install 'tui-nn[sklearn]'" in done.stderr
    )
