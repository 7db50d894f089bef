"""The parts of a lesson: frozen dataclasses, which `reading` makes from a file. This module computes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from tui_nn.config.configs import NetworkConfig, TrainingConfig
from tui_nn.data.altered import altered_source
from tui_nn.engine.commands import Command
from tui_nn.engine.look import Look


@dataclass(frozen=True, slots=True)
class Setup:
    """The network, its training and its data at the beginning of a lesson."""

    network: NetworkConfig
    training: TrainingConfig
    """The settings of the training. The keys `examples` and `seed` of the lesson file set the train limit and the seed."""
    preset: str = "custom"
    classes: tuple[str, ...] = ()
    """The names of the classes that the data is reduced to; empty for all."""
    shuffled_labels: float = 0.0
    """The share of the training examples whose labels are shuffled, from 0 to 1."""

    @property
    def source(self) -> str:
        """The source of the data, from which `load_dataset` makes them."""
        return altered_source(self.classes, self.shuffled_labels, self.training.seed)


@dataclass(frozen=True, slots=True)
class Action:
    """Something that the learner does in a lesson: a command, and a sentence that describes it."""

    command: Command
    text: str
    """The command as text, such as "restart custom learning-rate=3"."""
    say: str
    run: str = ""
    """The name of the run that the action belongs to; "" if the lesson has only one run."""


@dataclass(frozen=True, slots=True)
class Check:
    """A claim in numbers: a metric of a run, and the bounds between which its value must lie."""

    metric: str
    """The name of a metric in the table `METRICS`."""
    split: str = "train"
    """The part of the data on which the metric is measured: "train", "validation" or "test"."""
    at: str = "end"
    """The epoch of the metric: "start", "end", "best", "lowest", "highest" or a number."""
    layer: int = 0
    """The layer of the metric; 0 is the first hidden layer."""
    level: float = 0.0
    """The threshold of the metric, such as the accuracy that is to be reached."""
    run: str = ""
    """The name of the measured run."""
    minus: str | None = None
    """The name of a run whose value is subtracted from the measured value; None to subtract nothing."""
    divided_by: str | None = None
    """The name of a run by whose value the measured value is divided; None not to divide."""
    low: float | None = None
    high: float | None = None
    """The upper bound of the measured value; None for no bound. `low` is the lower bound."""
    open_low: bool = False
    open_high: bool = False
    """True if a value equal to the upper bound fails (`below` in the file). `open_low` says so for the lower bound (`above`)."""
    otherwise: str = ""
    """A sentence that says what to try if the check fails."""
    opposite: tuple[Command, ...] = ()
    """Commands, carried out after the setup, that make a run for which the check must fail; empty in a challenge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """The notes and the planned minutes that a teacher has for a step."""

    notes: str = ""
    """Notes for the teacher, which the class does not see."""
    minutes: float = 0.0
    """The planned minutes; 0 if the file does not contain them."""


@dataclass(frozen=True, slots=True)
class Claim(Taught):
    """The first step. In a lesson it states the claim to test, and in a challenge the task."""

    kind: ClassVar[str] = "claim"
    text: str


@dataclass(frozen=True, slots=True)
class Predict(Taught):
    """A step with a question. The choice is kept and shown beside the outcome, and it is never scored."""

    kind: ClassVar[str] = "predict"
    text: str
    choices: tuple[str, ...]
    """Two to four choices. Their letters are a, b, c and d."""
    outcome: str
    """The letter of the choice that is true."""


@dataclass(frozen=True, slots=True)
class Do(Taught):
    """A step that asks the learner to carry out some actions."""

    kind: ClassVar[str] = "do"
    text: str
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class LookAt(Taught):
    """A step that shows the learner a view of the app."""

    kind: ClassVar[str] = "look"
    text: str
    look: Look


@dataclass(frozen=True, slots=True)
class CheckStep(Taught):
    """A step that measures whether the claim is true."""

    kind: ClassVar[str] = "check"
    text: str
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Why(Taught):
    """A step that explains the outcome."""

    kind: ClassVar[str] = "why"
    text: str


Step = Claim | Predict | Do | LookAt | CheckStep | Why
"""The union of all kinds of steps."""

KINDS: tuple[str, ...] = tuple(step.kind for step in (Claim, Predict, Do, LookAt, CheckStep, Why))
"""The names of the kinds of steps."""

LETTERS = "abcd"
"""The letters of the choices in a predict step."""


@dataclass(frozen=True, slots=True)
class Repair:
    """A way to repair the network of a challenge. The tests carry it out. Learners never see it."""

    say: str
    commands: tuple[Command, ...]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson or a challenge."""

    name: str
    """The name of the file without ".toml"."""
    title: str
    number: int
    """The number by which the list of lessons is sorted."""
    minutes: int
    setup: Setup
    steps: tuple[Step, ...]
    is_challenge: bool = False
    is_open: bool = False
    """True for a challenge whose network has no fault, and whose goal can be reached in many ways."""
    words: tuple[str, ...] = ()
    """The terms of the glossary that the lesson introduces."""
    locked: tuple[str, ...] = ()
    """The names of the settings that the learner must not change. The actions of the lesson may change them."""
    notes: str = ""
    """Notes for the teacher about the whole lesson."""
    hints: tuple[str, ...] = ()
    """The hints of a challenge, the last of which is nearly the solution."""
    repairs: tuple[Repair, ...] = ()

    @property
    def actions(self) -> tuple[Action, ...]:
        """The actions of all steps."""
        return tuple(action for step in self.steps if isinstance(step, Do) for action in step.actions)

    @property
    def checks(self) -> tuple[Check, ...]:
        """The checks of all steps."""
        return tuple(check for step in self.steps if isinstance(step, CheckStep) for check in step.checks)
