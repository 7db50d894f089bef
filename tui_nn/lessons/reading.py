"""The reader of lesson files. It reads TOML and returns a `Lesson`, or raises an error that names the file, the line
and what is allowed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from textwrap import wrap
from typing import Any

from tui_nn.config.configs import NetworkConfig, TrainingConfig, settings
from tui_nn.data.dataset import DIGITS
from tui_nn.data.printable import printable
from tui_nn.data.toml_text import parse_toml
from tui_nn.engine.command_text import CommandTextError, read_command
from tui_nn.engine.commands import Change, Command, Pause, Quit, Rename, Restart, Save, Switch
from tui_nn.engine.look import read_look
from tui_nn.glossary import GLOSSARY, terms_in
from tui_nn.lessons.fields import Fields, LessonError
from tui_nn.lessons.lesson import (
    KINDS,
    LETTERS,
    Action,
    Check,
    CheckStep,
    Claim,
    Do,
    Lesson,
    LookAt,
    Predict,
    Repair,
    Setup,
    Step,
    Why,
)
from tui_nn.lessons.metrics import METRICS, PLACES, SPLITS
from tui_nn.presets import load_preset

FORMAT = 1
"""The format of the files that this version reads."""

WIDTH, MOST_LINES = 60, 10
"""The room for a step on a screen of 80x24: its text, choices, sentences and checks take at most ten lines of 60 characters."""

MOST_NOTES = 6
"""The largest number of lines of the teacher's notes on one step."""

_REFUSED = (Save, Rename, Quit, Pause, Switch)
_ALLOWED = (
    "run, step-epoch, step-batch, act, finish-update, drop-update, restart, change, edit, seek, travel, back-a-batch "
    "and train-on"
)
"""The commands that a lesson can use."""


def read_lesson(name: str, text: str, *, seed: int | None = None) -> Lesson:
    """Return the lesson that `text`, the contents of the file NAME.toml, describes. `seed` replaces the seed of the file.

    Raises:
        LessonError: if the file is wrong.
    """
    file = f"{name}.toml"
    try:
        values = parse_toml(text)
    except ValueError as error:
        raise LessonError(f"{file} is not a TOML file: {printable(str(error))}") from None
    top = Fields(file, text, values)
    if (found := values.get("format_version", FORMAT)) != FORMAT or isinstance(found, bool):
        newer = isinstance(found, int) and not isinstance(found, bool) and found > FORMAT
        hint = "; a newer version of tui-nn can read it" if newer else ""
        top.refuse("format_version", found, f"{FORMAT}{hint}")
    top.whole("format_version", FORMAT, FORMAT)
    return _Reader(top, name, seed).lesson()


def wrapped(text: str, width: int = WIDTH) -> list[str]:
    """Return a text in lines of at most `width` characters. Empty lines stay, and a single line break counts as a space."""
    lines: list[str] = []
    for paragraph in text.strip().split("\n\n"):
        lines += [*([""] if lines else []), *wrap(" ".join(paragraph.split()), width)]
    return lines


def lines_of(step: Step) -> int:
    """Return the number of lines that a step takes: its text, and a line for each choice, sentence or check."""
    match step:
        case Predict(text, choices):
            items = [f"a  {choice}" for choice in choices]
        case Do(text, actions):
            items = [f"{action.run:12}{action.say}" if action.run else action.say for action in actions]
        case CheckStep(text, checks):
            return len(wrapped(text)) + len(checks)
        case _:
            text, items = step.text, []
    return len(wrapped(text)) + sum(len(wrapped(item)) for item in items)


class _Reader:
    """The reader of one file. It remembers the settings and the names of the runs from step to step."""

    def __init__(self, top: Fields, name: str, seed: int | None) -> None:
        self._top = top
        self._name = name
        self._seed = seed
        self._runs: list[str] = []
        """The names of the runs so far, the present one last."""

    def lesson(self) -> Lesson:
        top = self._top
        challenge = self._is_challenge = top.choice("kind", ("lesson", "challenge"), "lesson") == "challenge"
        title = top.text("title", longest=32)
        number, minutes = top.whole("number", 0, 99), top.whole("minutes", 1, 60)
        words, notes = top.texts("words", 0, 20, ()), top.text("notes", "")
        self._setup = self._read_setup(top.table("setup"))
        self._training = self._setup.training
        self._opposite: tuple[Command, ...] = ()
        if not challenge and top.has("opposite"):
            self._opposite = self._commands(top, "opposite")
        steps = tuple(self._step(fields, challenge) for fields in top.tables("step", 2, 30))
        lesson = Lesson(
            name=self._name, title=title, number=number, minutes=minutes, setup=self._setup, steps=steps,
            is_challenge=challenge, words=words, notes=notes, locked=self._locked(top),
            is_open=challenge and top.yes_no("open", False),
            hints=tuple(self._fits(top, "hints", hint) for hint in top.texts("hints", 1, 3)) if challenge else (),
            repairs=tuple(self._repair(fields) for fields in top.tables("repair", 3, 9)) if challenge else (),
        )  # fmt: skip
        top.end()
        self._check_whole(lesson)
        return lesson

    def _locked(self, top: Fields) -> tuple[str, ...]:
        names = [setting.name for setting in settings()]
        locked = top.texts("locked", 0, len(names), ())
        for name in locked:
            if name not in names:
                top.refuse("locked", name, f"names of settings, such as {', '.join(names[:3])}")
        return locked

    def _check_whole(self, lesson: Lesson) -> None:
        """Raise LessonError if two parts of the lesson contradict each other."""
        if not lesson.checks:
            self._top.fail("step", "a lesson needs a step of the kind check with at least one [[step.check]]")
        if not isinstance(lesson.steps[0], Claim):
            self._top.fail("step", f"the first step has the kind {lesson.steps[0].kind}: it must have the kind claim")
        planned = sum(step.minutes for step in lesson.steps)
        if planned and abs(planned - lesson.minutes) > 0.01:
            self._top.fail(
                "minutes",
                f"the minutes of the steps add up to {planned:g}, but the key minutes is {lesson.minutes}: make both equal",
            )
        shown = terms_in(" ".join(text_of(step) for step in lesson.steps))
        for word in lesson.words:
            if word not in GLOSSARY:
                self._top.refuse("words", word, "a term of the glossary (docs/glossary.md)")
            if word not in shown:
                self._top.fail(
                    "words",
                    f"the list 'words' has {word!r}, but no text of the lesson has this word: use it in a text or remove it",
                )

    # ---- setup and commands

    def _read_setup(self, fields: Fields) -> Setup:
        preset = fields.text("preset", "custom", longest=60)
        network, training = NetworkConfig(), TrainingConfig()
        if preset != "custom":
            found = fields.read("preset", lambda: load_preset(preset))
            network, training = found.network, found.training
        words = fields.text("settings", "")
        made = self._one_command(fields, "settings", f"restart {preset} {words}", network, training)
        assert isinstance(made, Restart)
        examples = fields.whole("examples", 10, 60_000, 1000)
        seed = fields.whole("seed", 0, 2**32 - 1, 0)
        classes = fields.texts("classes", 2, 10, ())
        for name in classes:
            if name not in DIGITS or classes.count(name) > 1:
                fields.refuse("classes", name, f"one or more of {', '.join(DIGITS)}, each at most once")
        shuffled = fields.number("shuffled_labels", 0, 1, 0.0)
        fields.end()
        training = replace(made.training, train_limit=examples, seed=seed if self._seed is None else self._seed)
        return Setup(made.network, training, preset, tuple(sorted(classes)), shuffled)

    def _one_command(
        self, fields: Fields, key: str, text: str, network: NetworkConfig, training: TrainingConfig
    ) -> Command:
        try:
            command = read_command(text, network, training)
        except CommandTextError as error:
            more = (
                "docs/tables.md lists the settings" if "there is no setting" in str(error) else f"it can be {_ALLOWED}"
            )
            fields.fail(key, f"{error}; {more}")
        except ValueError as error:
            fields.fail(key, str(error))
        if isinstance(command, _REFUSED):
            fields.fail(key, f"{key} is {text!r}: it must be one of the commands {_ALLOWED}")
        return command

    def _commands(self, fields: Fields, key: str) -> tuple[Command, ...]:
        """Return the commands in a list. They make a run from the setup."""
        training, found = self._setup.training, []
        for text in fields.texts(key, 1, 20):
            command, training = self._next_command(fields, key, text, training)
            found.append(command)
        return tuple(found)

    def _next_command(
        self, fields: Fields, key: str, text: str, training: TrainingConfig
    ) -> tuple[Command, TrainingConfig]:
        """Return a command, and the training settings after it. A restart begins again with the settings of the setup."""
        base = self._setup.training if text.split()[:1] == ["restart"] else training
        command = self._one_command(fields, key, text, self._setup.network, base)
        return command, command.training if isinstance(command, Restart | Change) else training

    def _repair(self, fields: Fields) -> Repair:
        repair = Repair(fields.text("say", longest=200), self._commands(fields, "commands"))
        fields.end()
        return repair

    # ---- steps

    def _step(self, fields: Fields, challenge: bool) -> Step:
        readers: dict[str, Callable[[Fields, str], Step]] = {
            "claim": lambda _, text: Claim(text),
            "predict": self._predict,
            "do": self._do,
            "look": lambda fields, text: LookAt(text, fields.read("look", lambda: read_look(fields.text("look")))),
            "check": lambda fields, text: CheckStep(
                text, tuple(self._check(check, challenge) for check in fields.tables("check", 1, 8))
            ),
            "why": lambda _, text: Why(text),
        }
        kind = fields.choice("kind", KINDS)
        text = fields.text("text", "" if kind in ("do", "check") else None)
        step = readers[kind](fields, text)
        step = replace(step, notes=self._notes(fields), minutes=fields.number("minutes", 0, 60, 0.0))
        fields.end()
        if (lines := lines_of(step)) > MOST_LINES:
            fields.fail(
                "text",
                (
                    f"the step takes {lines} lines of {WIDTH} characters, but at most {MOST_LINES} lines fit on "
                    "the screen: shorten the text"
                ),
            )
        return step

    @staticmethod
    def _notes(fields: Fields) -> str:
        notes = fields.text("notes", "")
        if len(wrapped(notes)) > MOST_NOTES:
            fields.fail(
                "notes", f"the key notes takes more than {MOST_NOTES} lines of {WIDTH} characters: shorten the text"
            )
        return notes

    def _predict(self, fields: Fields, text: str) -> Predict:
        choices = fields.texts("choices", 2, len(LETTERS))
        return Predict(text, choices, fields.choice("outcome", LETTERS[: len(choices)]))

    def _do(self, fields: Fields, text: str) -> Do:
        return Do(text, tuple(self._action(action) for action in fields.tables("action", 1, 9)))

    def _action(self, fields: Fields) -> Action:
        name = fields.text("run", self._runs[-1] if self._runs else "", longest=20)
        if name and self._is_challenge:
            fields.fail("run", "a challenge has only one run, so the key run is not allowed: remove the line")
        if not self._runs or self._runs[-1] != name:
            if name in self._runs:
                fields.refuse("run", name, "the run of the previous action, or a new name")
            self._runs.append(name)
        text = fields.text("command")
        command, self._training = self._next_command(fields, "command", text, self._training)
        action = Action(command, text, fields.text("say", longest=200), name)
        fields.end()
        return action

    def _check(self, fields: Fields, challenge: bool) -> Check:
        metric = METRICS[fields.choice("metric", METRICS)]
        runs = self._runs or [""]
        values: dict[str, Any] = {"metric": metric.name}
        values["run"] = fields.choice("run", runs, None if len(runs) > 1 else runs[0])
        for key in ("minus", "divided_by"):
            if fields.has(key):
                values[key] = fields.choice(key, runs)
        if "minus" in values and "divided_by" in values:
            fields.fail(
                "divided_by",
                "a check may have the key minus or the key divided_by, but not both: remove one of these keys",
            )
        values |= self._arguments(fields, metric.takes)
        values |= _bounds(fields)
        values["otherwise"] = self._fits(fields, "otherwise", fields.text("otherwise", longest=200))
        if not challenge:
            own = fields.has("opposite")
            if not own and not self._opposite:
                fields.fail(
                    "opposite",
                    "the key opposite is missing: give it the commands of a run for which the check fails",
                )
            values["opposite"] = self._commands(fields, "opposite") if own else self._opposite
        fields.end()
        return Check(**values)

    def _arguments(self, fields: Fields, takes: tuple[str, ...]) -> dict[str, Any]:
        """Return the arguments of a metric, and refuse arguments that it does not use."""
        for key in ("split", "at", "layer", "level"):
            if key not in takes and fields.has(key):
                fields.fail(key, f"the metric does not use the key {key}: remove this line")
        found: dict[str, Any] = {}
        if "split" in takes:
            found["split"] = fields.choice("split", SPLITS, "train")
        if "at" in takes:
            at = fields.text("at", "end", longest=10)
            if at not in PLACES and not (at.isascii() and at.isdecimal()):
                fields.refuse("at", at, f'one of {", ".join(PLACES)}, or the number of an epoch in quotes, such as "3"')
            found["at"] = at
        if "layer" in takes:
            found["layer"] = fields.whole("layer", 0, 8, 0)
        if "level" in takes:
            found["level"] = fields.number("level", 0, 100)
        return found

    @staticmethod
    def _fits(fields: Fields, key: str, text: str) -> str:
        if len(wrapped(text)) > 3:
            fields.fail(key, f"{key} takes more than 3 lines of {WIDTH} characters: shorten the text")
        return text


def _bounds(fields: Fields) -> dict[str, Any]:
    """Return the bounds of a check, which has one or two of the keys below, above, at_most and at_least."""
    found: dict[str, Any] = {}
    pairs = {"low": "above and at_least", "high": "below and at_most"}
    for key, side, is_open in (
        ("above", "low", True),
        ("at_least", "low", False),
        ("below", "high", True),
        ("at_most", "high", False),
    ):
        if not fields.has(key):
            continue
        if side in found:
            fields.fail(key, f"a check may have only one of the keys {pairs[side]}: remove one of them")
        found[side] = fields.number(key, -1e12, 1e12)
        found[f"open_{side}"] = is_open
    if "low" not in found and "high" not in found:
        fields.fail("metric", "a check needs a bound: below, above, at_most or at_least")
    if found.get("low", -1e12) > found.get("high", 1e12):
        fields.fail(
            "metric", f"the lower bound {found['low']:g} is above the upper bound {found['high']:g}: exchange them"
        )
    return found


def text_of(step: Step) -> str:
    """Return all texts of a step as one line, in which the terms of the glossary can be found."""
    match step:
        case Predict(text, choices):
            parts = [text, *choices]
        case Do(text, actions):
            parts = [text, *(action.say for action in actions)]
        case _:
            parts = [step.text]
    return " ".join(" ".join(parts).split())
