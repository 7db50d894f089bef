"""All commands: fast help, mistakes in one sentence, and output that may be closed or full."""

import importlib
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from json_schema import faults_of

import tui_nn as package
from tui_nn.cli import COMMANDS
from tui_nn.cli.events import EVENTS

IMPORTS = """
import sys
from tui_nn.__main__ import main
code = main({argv!r})
heavy = [name for name in ("numpy", "textual", "rich", "plotext") if name in sys.modules]
print("imported:", heavy, file=sys.stderr)
sys.exit(code)
"""


def shell(line: str, **more) -> subprocess.CompletedProcess[str]:
    line = line.replace("tui-nn", f"{sys.executable} -m tui_nn")
    return subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=60, check=False, **more)


@pytest.mark.parametrize("argv", [["--help"], ["--version"], ["trian"], ["--preset", "nope"]])
def test_help_and_version_take_neither_numpy_nor_textual(argv):
    done = subprocess.run(
        [sys.executable, "-c", IMPORTS.format(argv=argv)], capture_output=True, text=True, check=False
    )
    assert done.returncode == (0 if argv[0] in ("--help", "--version") else 2)
    assert "imported: []" in done.stderr


def test_importing_the_main_module_is_light():
    """The child process of the engine imports the main module again."""
    code = "import sys, tui_nn.__main__; print(*(name for name in sys.modules if name[:3] in ('tui', 'arg', 'tex')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "tui_nn tui_nn.__main__\n"


def test_version(tui_nn):
    assert tui_nn("--version").out == f"tui-nn {package.__version__}\n"


def test_the_console_script_is_main():
    project = tomllib.loads((Path(package.__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["scripts"] == {"tui-nn": "tui_nn.__main__:main"}


def test_help_names_every_command_with_examples(tui_nn):
    said = tui_nn("--help")
    assert (said.code, said.err) == (0, "")
    for name, purpose in COMMANDS.items():
        assert f"{name:17}{purpose}" in said.out
    assert "examples:\n  tui-nn\n" in said.out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_that_fits(tui_nn, monkeypatch, name):
    monkeypatch.setenv("COLUMNS", "100")
    said = tui_nn(name, "--help")
    assert (said.code, said.err) == (0, "")
    assert f"tui-nn {name}" in said.lines[0]
    assert max(map(len, said.lines)) <= 100
    module = importlib.import_module(f"tui_nn.cli.{name.replace('-', '_')}")
    for example in module.EXAMPLES.splitlines():
        assert example in said.out
        assert example.startswith(f"tui-nn {name}")


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_command_takes_data_except_those_in_the_readme(tui_nn, command):
    takes_data = "  --data PATH" in tui_nn(*command.split(), "--help").out
    readme = (Path(package.__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    exceptions = readme.partition("every command except")[2].partition("which takes the path")[0]
    assert takes_data == (f"`{command}`" not in exceptions)


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["trian"], "tui-nn: there is no command 'trian' (did you mean train?); the commands are train, evaluate,"),
        (["--run", "a", "train"], "tui-nn: 'train' is a command and must come first: tui-nn train [options]."),
        (["--presett", "x"], "tui-nn: there is no option --presett (did you mean --preset?); tui-nn --help lists"),
        (["--preset"], "tui-nn: --preset needs a value."),
        (
            ["train", "--preset", "quik-start"],
            "tui-nn train: there is no preset 'quik-start' (did you mean quick-start?)",
        ),
        (
            ["train", "--preset", "zzz"],
            "there is no preset 'zzz'; the presets are quick-start, leaky-he, small-normal,",
        ),
        (["train", "--preset", ""], "there is no preset ''; the presets are quick-start,"),
        (["trace", "--preset", ""], "there is no preset ''; the presets are quick-start,"),
        (["train", "--rate", "0.1"], "there is no option --rate (did you mean --learning-rate?); tui-nn train --help"),
        (["train", "--lear", "0.1"], "there is no option --lear (did you mean --learning-rate?); tui-nn train --help"),
        (["train", "--size", "3"], "there is no option --size (did you mean --hidden-sizes or --batch-size?);"),
        (["train", "--share", "x"], "there is no option --share; tui-nn train --help"),
        (["--moon", "x"], "there is no option --moon; tui-nn --help"),
        (["a.run"], "tui-nn: 'a.run' is a file, not a command; to open it, use tui-nn --run a.run."),
        (
            ["my digits.npz"],
            "tui-nn: 'my digits.npz' is a file, not a command; to open it, use tui-nn --data 'my digits.npz'.",
        ),
        (["train", "--hidden-sizes", "128,"], "--hidden-sizes is '128,': it must be"),
        (["screenshot", "-o", "x.txt", "--size", "20x5"], "--size is '20x5': it must be columns x rows from 60x20"),
        (["train", "--learning-rat=1"], "there is no option --learning-rat (did you mean --learning-rate?)"),
        (["train", "--json=1"], "tui-nn train: --json takes no value."),
        (["--version=2"], "tui-nn: --version takes no value."),
        (["predict"], "tui-nn predict: RUN and IMAGE are missing; tui-nn predict --help lists"),
        (["predict", "a.run"], "tui-nn predict: IMAGE is missing; tui-nn predict --help lists"),
        (["predict", "a.run", ""], "tui-nn predict: IMAGE is empty: it must be the name of a file."),
        (["evaluate", ""], "tui-nn evaluate: FILE is empty: it must be the name of a file."),
        (["train", "--data", ""], "tui-nn train: --data is empty: it must be the name of a file."),
        (["train", "--data", "", "--own-digits"], "tui-nn train: --data is empty: it must be the name of a file."),
        (["train", "--save="], "tui-nn train: --save is empty: it must be the name of a file."),
        (["--run", ""], "tui-nn: --run is empty: it must be the name of a file."),
        (["train", "quick-start"], "the argument 'quick-start' is one too many"),
        (["evaluate"], "tui-nn evaluate: FILE is missing; tui-nn evaluate --help lists"),
        (["evaluate", "a.run", "b.run"], "the argument 'b.run' is one too many"),
        (["evaluate", "missing.run"], "tui-nn evaluate: 'missing.run' cannot be opened: no such file or directory."),
        (["evaluate", __file__], "test_command_line.py' is not a saved run, or the file is damaged"),
        (["mistakes", "missing.run"], "'missing.run' cannot be opened"),
        (["mistakes", "a.run", "--limit", "1_0"], "--limit is '1_0': it must be a whole number from 1, or \"all\"."),
        (["mistakes", "a.run", "--threshold", "0.1_5"], "--threshold is '0.1_5': it must be a number from 0 to 1."),
        (["trace", "--example", "1_0"], "--example is '1_0': it must be a whole number from 0."),
        (["mistakes", "a.run", "--limit", "0"], "--limit is '0': it must be a whole number from 1, or \"all\"."),
        (["train", "--data", "missing.npz"], "'missing.npz': there is no such file"),
        (["train", "--data", __file__], "the file is not an .npz, IDX or CSV file"),
        (["train", "--run", "missing.run"], "'missing.run' cannot be opened"),
        (["train", "--run", "a.run", "--preset", "leaky-he"], "--preset cannot be used with --run"),
        (["train", "--save", "/no/such/place/a.run"], "there is no directory '/no/such/place'."),
        (["screenshot"], "-o/--output is missing"),
        (["screenshot", "-o", "a.jpg"], "-o is 'a.jpg': the name must end in .svg, .png or .txt."),
        (
            ["screenshot", "-o", "a.svg", "--size", "80"],
            "--size is '80': it must be columns x rows from 60x20 to 500x200.",
        ),
        (["screenshot", "-o", "a.svg", "--run", "missing.run"], "'missing.run' cannot be opened"),
        (["screenshot", "-o", "a.svg", "--preset", "zzz"], "there is no preset 'zzz'"),
        (["screenshot", "-o", "a.svg", "--data", "missing.npz"], "there is no such file"),
    ],
)
def test_wrong_use_is_one_sentence(tui_nn, argv, sentence):
    said = tui_nn(*argv)
    assert said.code == 2
    assert said.out == ""
    assert sentence in said.err
    assert said.err.count("\n") == 1
    assert said.err.endswith(".\n")


STRANGE = "\x1b[31mx\ny"


@pytest.mark.parametrize(
    "argv",
    [
        [STRANGE],
        ["--" + STRANGE],
        ["train", "--preset", STRANGE],
        ["train", "--run", "a.run", "--data", STRANGE],
        ["train", STRANGE],
        ["mistakes", "a.run", "--sort", STRANGE],
        ["screenshot", "-o", STRANGE],
        ["screenshot", "-o", "a.svg", "--size", STRANGE],
    ],
)
def test_a_quoted_argument_writes_no_terminal_codes(tui_nn, argv):
    said = tui_nn(*argv)
    assert said.code == 2
    assert said.err.count("\n") == 1
    assert said.err.removesuffix("\n").isprintable()


def test_names_of_files_write_no_terminal_codes(tui_nn, data, tmp_path):
    said = tui_nn("train", "--data", data, "--hidden-sizes", 3, "--epochs", 1, "--save", tmp_path / STRANGE)
    assert said.err.splitlines()[-1] == f"saved to {tmp_path / '?[31mx?y'}"


def test_a_reader_that_leaves_early_ends_it_quietly():
    done = shell("tui-nn train --epochs 3000 | head -2; echo ${PIPESTATUS[0]}")
    assert done.stdout.splitlines()[-1] == "141"
    assert "Error" not in done.stderr
    assert "Traceback" not in done.stderr


def test_output_that_cannot_be_written_is_one_sentence():
    done = shell("tui-nn presets > /dev/full")
    assert (done.returncode, done.stderr) == (
        1,
        "tui-nn presets: the output cannot be written: no space left on device.\n",
    )


def test_closed_streams_do_no_harm():
    done = shell(
        "tui-nn presets >&-; echo $?; tui-nn evaluate none 2>&-; echo $?; tui-nn evaluate none 2>/dev/full; echo $?"
    )
    assert done.stdout == "0\n2\n2\n"
    assert done.stderr == ""


def test_a_terminal_without_unicode_gets_plain_characters(saved):
    done = shell(
        f"PYTHONIOENCODING=ascii tui-nn mistakes {saved} --limit 1 && PYTHONIOENCODING=ascii tui-nn train --help"
    )
    assert done.returncode == 0, done.stderr
    assert " | true " in done.stdout
    assert "w <- w - X x gradient" in " ".join(done.stdout.split())  # wherever the help is wrapped


def test_too_little_memory_is_one_sentence(tui_nn, monkeypatch, data):
    def no_room(*_args, **_more):
        raise MemoryError

    monkeypatch.setattr("tui_nn.session.run.run_state.new_network", no_room)
    said = tui_nn("train", "--data", data)
    assert (said.code, said.err) == (
        1,
        "tui-nn train: there is not enough memory; use fewer examples or fewer units.\n",
    )


def test_presets_are_listed(tui_nn):
    said = tui_nn("presets", "--json")
    assert [event["name"] for event in said.events][:2] == ["quick-start", "leaky-he"]
    assert said.events[0]["network"]["hidden_sizes"] == [128]
    assert said.events[0]["training"]["optimizer"] == "momentum"
    assert tui_nn("presets").lines[0].startswith("quick-start   784-128-10  ")


@pytest.mark.parametrize("command", ["", "trace", "check-gradients", "inspect", "predict"])
def test_the_purpose_of_every_command_fits_80_columns(tui_nn, command):
    told = tui_nn(*command.split(), "--help").out.split("\n\n")
    assert max(map(len, told[1].splitlines())) <= 80


@pytest.mark.parametrize("name", ["-a.run", "--b.run", "-5 x.run"])
def test_a_name_that_begins_with_a_dash_is_explained(tui_nn, saved, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_bytes(saved.read_bytes())
    for argv in (["evaluate", name], ["train", "--save", name], ["--run", name], [name]):
        said = tui_nn(*argv)
        assert said.code == 2
        assert f"'{name}' begins with '-' like an option; if it is a file, write " in said.err
    assert tui_nn("evaluate", f"./{name}").code == 0
    assert "begins with '-'" in tui_nn("train", "--save", "-new.run").err
    assert "there is no option --sav" in tui_nn("train", "--sav", name[1:].lstrip("-")).err


@pytest.mark.parametrize("name", ["a b.run", "new\nline.run", "a.run", "train.run", "ü%s{}.run", "'.run", "$(x).run"])
def test_a_run_under_any_name_can_be_used_and_is_pointed_to(tui_nn, saved, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / name).write_bytes(saved.read_bytes())
    assert tui_nn("evaluate", name).code == 0
    said = tui_nn(name)
    assert said.code == 2
    assert "is a file, not a command; to open a saved run: tui-nn --run " in said.err
    assert len(said.err.splitlines()) == 1


def test_an_error_is_an_object_too_with_json(tui_nn, monkeypatch):
    said = tui_nn("train", "--epochs", "-1", "--batch-size", "0", "--json")
    assert said.code == 2
    assert said.events == [
        {
            "event": "error",
            "command": "tui-nn train",
            "messages": [line.removeprefix("tui-nn train: ").rstrip(".") for line in said.err.splitlines()],
            "exit_code": 2,
        }
    ]
    assert len(said.err.splitlines()) == 2
    assert tui_nn("train", "--epochs", "-1").out == ""


def test_every_command_with_json_has_a_schema(tui_nn):
    with_json = {name for name in COMMANDS if "  --json" in tui_nn(name, "--help").out}
    assert set(EVENTS) == with_json


def test_a_line_that_does_not_fit_the_schema_is_found():
    line = {"event": "rate", "rate": 1, "loss": True, "more": 1}
    assert faults_of("find-rate", line) == [
        "rate has the unknown key more",
        "rate has no smooth",
        "rate: loss is True: it must be number or null",
    ]
    assert faults_of("find-rate", {"event": "epoch"}) == ["find-rate has no event epoch"]
