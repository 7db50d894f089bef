"""Write the pages that are made from the code: cli.md, keys.md, tables.md, glossary.md and metrics.md.

    python docs/write.py            write the pages
    python docs/write.py --check    exit with 1 if a page is out of date

Run it after a change of a key, a table row, a setting or a term. tests/test_docs.py checks that the pages are current.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
# The pages describe this checkout, and not a version that is installed elsewhere.
sys.path.insert(0, str(ROOT))

from textual.binding import Binding  # noqa: E402
from textual.keys import format_key  # noqa: E402

from tui_nn.cli import COMMANDS  # noqa: E402
from tui_nn.cli.events import ALWAYS, ERROR, EVENTS  # noqa: E402
from tui_nn.cli.flags import flag_of  # noqa: E402
from tui_nn.config.configs import NetworkConfig, TrainingConfig  # noqa: E402
from tui_nn.config.setting import Setting  # noqa: E402
from tui_nn.core.activations import ACTIVATIONS  # noqa: E402
from tui_nn.core.choices.augmentation import AUGMENTATIONS  # noqa: E402
from tui_nn.core.choices.initializers import INITIALIZERS  # noqa: E402
from tui_nn.core.choices.schedules import SCHEDULES  # noqa: E402
from tui_nn.core.losses import LOSSES  # noqa: E402
from tui_nn.core.optimizers import OPTIMIZERS  # noqa: E402
from tui_nn.glossary import GLOSSARY, LESSONS  # noqa: E402
from tui_nn.lessons.metrics import METRICS  # noqa: E402
from tui_nn.ui.shell.key_table import key_table  # noqa: E402

# ---- keys.md

KEYS_OPENING = """# Keys

`?` in the app lists the keys that work in the current pane, and `ctrl+p` finds every command by its name. You can also
click tabs, the footer, fields and lists. This page is written by `python docs/write.py`.
"""

KEY_NAMES = {"enter": "enter", "question_mark": "?"}

TEXTUAL_KEYS = """
## Keys of Textual

| key | name | what it does |
| --- | --- | --- |
| `ctrl+p` | palette | Find a command, a theme or a key by its name |
| `ctrl+q` | quit | Quit; if much is not saved, the app asks first, and a second ctrl+q quits at once |
| `ctrl+c` | copy | Copy the text that is selected with the mouse |
| `ctrl+z` | suspend | Suspend the app; `fg` in the shell continues it |
"""


def key_rows(bindings: Iterable[Binding]) -> list[str]:
    """Return a table row for each different key."""
    lines: dict[str, None] = {}
    for binding in bindings:
        keys = " ".join(f"`{KEY_NAMES.get(key, format_key(key))}`" for key in binding.key.split(","))
        lines[f"| {keys} | {binding.description} | {binding.tooltip} |"] = None
    return list(lines)


def keys_page() -> str:
    """Return keys.md, made from the table of keys."""
    parts = [KEYS_OPENING]
    for title, bindings in key_table().items():
        head = ["| key | name | what it does |", "| --- | --- | --- |"]
        parts.append("\n".join([f"\n## {title}\n", *head, *key_rows(bindings), ""]))
    return "".join([*parts, TEXTUAL_KEYS])


# ---- tables.md

TABLES_OPENING = """# The choices and settings

This page lists every choice (activation, loss, optimizer ...) and every setting. It is written by `python docs/write.py`.

A choice is a row of a table in `tui_nn/core/` or `tui_nn/core/choices/`; a setting is a field in `tui_nn/config/configs.py`.
The form, the flags, the keys of the presets, the share line and this page are made from them, and the tests go through
them. [contributing.md](contributing.md) shows how to add one.

The tests compare all derivatives with central differences, in float64, to a relative error below 10⁻⁶, for networks with 0 to
4 hidden layers and every activation, loss, reduction, penalty, dropout and noise.
"""

TABLES: dict[str, tuple[str, Mapping[str, Any], str]] = {
    "activation": ("Activations of hidden layers", ACTIVATIONS, "derivative"),
    "weight_init": ("Start weights", INITIALIZERS, ""),
    "loss": ("Outputs and losses", LOSSES, "delta_formula"),
    "optimizer": ("Optimizers", OPTIMIZERS, "in_full"),
    "schedule": ("Schedules of the learning rate", SCHEDULES, ""),
    "noise": ("Augmentation of the training pictures", AUGMENTATIONS, ""),
}
"""For each setting that chooses a row: a title, the table, and one more column of its rows."""


def cell(text: str) -> str:
    """Return a text that is safe in a cell of a Markdown table."""
    return text.replace("|", "\\|")


def choice_table(setting: str, title: str, rows: Mapping[str, Any], more: str) -> list[str]:
    """Return the lines of a table of choices."""
    heads = ["name", "formula", *([more.replace("_", " ")] if more else []), "purpose", "settings it uses", "source"]
    lines = [f"\n## {title}\n", f"`{flag_of(setting)} NAME`\n", f"| {' | '.join(heads)} |", "| --- " * len(heads) + "|"]
    for name, row in rows.items():
        cells = [f"`{name}`", row.formula, *([getattr(row, more)] if more else []), row.purpose]
        uses = ", ".join(f"`{used}`" for used in getattr(row, "uses", ()))
        lines.append(f"| {' | '.join(map(cell, cells))} | {uses} | {row.source} |")
    return lines


def settings_table(title: str, settings: Iterable[Setting]) -> list[str]:
    """Return the lines of a table of settings."""
    lines = [
        f"\n## {title}\n",
        "| setting | flag | in a share line | default | allowed values | a change ... | meaning |",
        "| --- " * 7 + "|",
    ]
    for setting in settings:
        cells = [
            setting.label,
            f"`{flag_of(setting.name)}`",
            f"`{setting.short or setting.name}`",
            setting.format(setting.default),
            "a name from the table above" if setting.table else setting.allowed,
            setting.effect,
            setting.help.replace("{value}", "value"),
        ]
        lines.append(f"| {' | '.join(map(cell, cells))} |")
    return lines


def tables_page() -> str:
    """Return tables.md, made from the tables of choices and from the settings of the two configs."""
    lines: list[str] = []
    for setting, (title, rows, more) in TABLES.items():
        lines += choice_table(setting, title, rows, more)
    lines += settings_table("Settings of the network", NetworkConfig.settings)
    lines += settings_table("Settings of the training", TrainingConfig.settings)
    return "\n".join([TABLES_OPENING.rstrip(), *lines]) + "\n"


# ---- glossary.md

GLOSSARY_OPENING = """# Glossary

The terms of the field that the app uses, from the data to the app itself. The help pages (`?`) show those of the current
pane, and `f1` explains any value on the screen with them. After each term stands the lesson that teaches it
(`tui-nn lesson NAME`). This page is written by `python docs/write.py` from `tui_nn/glossary.py`.
"""


def glossary_page() -> str:
    """Return glossary.md, made from the glossary."""
    return "\n".join(
        [GLOSSARY_OPENING, *(f"- **{term}**: {meaning} (`{LESSONS[term]}`)" for term, meaning in GLOSSARY.items()), ""]
    )


# ---- metrics.md

METRICS_OPENING = """# The metrics of lessons

This page lists everything that a check of a lesson can measure. It is written by `python docs/write.py` from
`tui_nn/lessons/metrics.py`. [lessons.md](lessons.md) shows how a check uses a metric.

| `metric` | unit | keys | meaning |
| --- | --- | --- | --- |
"""


def metrics_page() -> str:
    """Return metrics.md, made from the table of metrics."""
    rows = []
    for metric in METRICS.values():
        keys = ", ".join(f"`{key}`" for key in metric.takes)
        rows.append(f"| `{metric.name}` | {metric.unit.name} | {keys} | {cell(metric.meaning)} |\n")
    return METRICS_OPENING + "".join(rows)


# ---- cli.md

CLI_OPENING = """# The command line

This page lists every command and every JSON line. It is written by `python docs/write.py`. `tui-nn COMMAND --help` shows the
flags of a command.

| exit code | meaning |
| --- | --- |
| 0 | success |
| 1 | the command line was right, but the command failed; or the answer is no, as for a gradient that differs |
| 2 | the command line is wrong, or a file that it names cannot be used |
| 128 + n | signal n ended the command: 130 after ctrl+c, 141 if the reader of a pipe has closed it |

Results go to stdout, and everything else (notes, progress, errors) goes to stderr. An error is one sentence that names the flag
or the file, its value, what is allowed, and what to do.

## JSON lines

With `--json`, a command prints one JSON object on each line. The key `event` names its kind. JSON has no NaN and no infinity:
such a number is `null`, and the key `not_finite` contains its text, under the path of its key, such as
`{"layers.0.gradient": "nan"}`. If the command fails, the last line is the event `error`, and the sentences are on stderr as
well. In the tables, `?` marks a key that can be missing.

A later version may add keys and events. Programs should ignore those that they do not know.

"""


def event_rows(events: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Return the lines of a table of events."""
    rows = ["| event | keys |", "| --- | --- |"]
    for name, keys in events.items():
        types = ", ".join(f"`{key}` {cell(kind)}" for key, kind in keys.items())
        rows.append(f"| `{name}` | {types} |")
    return rows


def cli_page() -> str:
    """Return cli.md, made from the commands and from the schema of their JSON lines."""
    lines = [CLI_OPENING.rstrip(), "", *event_rows({"every event": ALWAYS, "error": ERROR})]
    for name, purpose in COMMANDS.items():
        module = import_module(f"tui_nn.cli.{name.replace('-', '_')}")
        lines += [f"\n## tui-nn {name}\n", f"{purpose[0].upper()}{purpose[1:]}. {' '.join(module.ABOUT.split())}\n"]
        lines += ["```sh", *module.EXAMPLES.splitlines(), "```"]
        if name in EVENTS:
            lines += ["", *event_rows(EVENTS[name])]
    return "\n".join(lines) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "cli.md": cli_page,
    "keys.md": keys_page,
    "tables.md": tables_page,
    "glossary.md": glossary_page,
    "metrics.md": metrics_page,
}
"""Every page with the function that makes it."""


def stale() -> list[str]:
    """Return the names of the pages that are missing or out of date."""
    files = {name: ROOT / "docs" / name for name in PAGES}
    return [
        name
        for name, make in PAGES.items()
        if not files[name].exists() or files[name].read_text(encoding="utf-8") != make()
    ]


def main(arguments: list[str]) -> int:
    """Write the stale pages, or only name them with --check."""
    names = stale()
    for name in names:
        print(f"docs/{name} is out of date" if "--check" in arguments else f"docs/{name} written")
        if "--check" not in arguments:
            (ROOT / "docs" / name).write_text(PAGES[name](), encoding="utf-8", newline="\n")
    return 1 if names and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
