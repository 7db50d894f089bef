"""The rows of text of one step of a lesson. This module draws no widget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from textual.content import Content

from tui_nn.engine.commands import Restart
from tui_nn.lessons.lesson import LETTERS, CheckStep, Do, Lesson, LookAt, Predict, Step
from tui_nn.lessons.reading import WIDTH, wrapped
from tui_nn.render.bars import sparkline
from tui_nn.render.numbers import loss_text
from tui_nn.session.run.status import State
from tui_nn.ui.kit.roles import BAR, BROKEN, CAPTION, CHOSEN, HEADING, KEY, MUTED, RIGHT, SOFT, TEXT, bold

if TYPE_CHECKING:
    from tui_nn.lessons.checking import Result
    from tui_nn.lessons.play import Play
    from tui_nn.lessons.progress import Place
    from tui_nn.session.run.snapshot import Snapshot

BUSY = (State.RUNNING, State.REPLAYING)
"""The states in which the network trains."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a step."""

    content: Content
    letter: str = ""
    """The letter that a click on this row chooses as the prediction; "" for none."""
    spare: bool = False
    """True if the row may be left out where there is too little room."""


ROOM = 65
"""The width of a row beside the rail (the list of steps), in cells, on a screen of 80 columns."""

BLANK = Line(Content(), spare=True)

_BY_HAND = "By hand: 1 for Configure, then a and R."
"""The hint for a learner who wants to begin the run of an action by hand."""


def is_busy(play: Play) -> bool:
    """Return whether the network of the lesson trains now."""
    return play.newest is not None and play.newest.status.state in BUSY


def named(lesson: Lesson) -> str:
    """Return the kind and the number of a lesson: "Lesson 3" or "Challenge 3"."""
    return f"{'Challenge' if lesson.is_challenge else 'Lesson'} {lesson.number}"


def pane_of(step: LookAt, numbers: dict[str, str]) -> str:
    """Return the key and the name of the pane, and the name of the view, that a step shows: "3 Inspect, layers".

    `numbers` contains the key of each pane.
    """
    pane, view = step.look.pane or "", step.look.view
    return f"{numbers.get(pane, '')} {pane}".strip() + (f", {view}" if view else "")


# ---- the rail


def rail(play: Play, height: int) -> list[Content]:
    """Return one row for each step: a mark and the kind of the step. There are blank rows between them if `height` allows it."""
    rows: list[Content] = []
    for number, step in enumerate(play.lesson.steps):
        word = step.kind.capitalize()
        if number < play.number:
            row = Content.assemble((" ✓ ", RIGHT), (f"{word:8}", SOFT))
        elif number == play.number:
            row = Content.assemble((" ▸ ", KEY), (word, CHOSEN), " " * (8 - len(word)))
        else:
            row = Content.assemble((" · ", MUTED), (f"{word:8}", MUTED))
        rows.append(row)
    if 2 * len(rows) - 1 <= height:
        rows = [row for pair in rows for row in (pair, Content())][:-1]
    return rows


# ---- the steps


def step_lines(play: Play, results: Sequence[Result], numbers: dict[str, str], *, teaching: bool = False) -> list[Line]:
    """Return the rows of the present step. `results` are the measured values of a check; `numbers` has the key of each pane.

    If a teacher shows the lesson, no row names a key to press.
    """
    step = play.step
    lines = _text(step)
    match step:
        case Predict():
            lines += _choices(step, play.predictions.get(play.number), teaching=teaching)
        case Do():
            lines += _actions(step, play, teaching=teaching)
        case LookAt() if not teaching:
            where = pane_of(step, numbers)
            lines += [BLANK, _line(("enter", KEY), f"  opens {where}.  ", ("5", KEY), "  leads back here.")]
        case CheckStep():
            lines += _checks(results, play)
        case _:
            pass
    lines += _new_words(play)
    return lines if teaching else [*lines, *_guide(play, results)]


def fit(lines: list[Line], height: int) -> list[Line]:
    """Return the rows `lines`. If there are more than `height`, leave out spare rows, beginning with the last spare row."""
    lines = list(lines)
    for at in range(len(lines) - 1, -1, -1):
        if len(lines) <= height:
            break
        if lines[at].spare:
            del lines[at]
    return lines


def spaced(lines: list[Line], height: int) -> list[Line]:
    """Return the rows with an empty row after each. If these do not fit into `height` rows, return `fit(lines, height)` instead."""
    wide = [row for line in lines for row in ((line,) if not line.content else (line, BLANK))]
    return wide if len(wide) <= height + 1 else fit(lines, height)


def _line(*parts: str | tuple[str, str], letter: str = "", spare: bool = False) -> Line:
    return Line(Content.assemble(*parts), letter, spare)


def _text(step: Step) -> list[Line]:
    """Return the text of a step. The first paragraph of a claim or a question is bold."""
    lines, style = [], bold(TEXT) if step.kind in ("claim", "predict") else TEXT
    for row in wrapped(step.text):
        if not row:
            style = TEXT
        lines.append(_line((row, style)))
    return lines


def _choices(step: Predict, chosen: str | None, *, teaching: bool) -> list[Line]:
    lines: list[Line] = [BLANK]
    for letter, choice in zip(LETTERS, step.choices, strict=False):
        is_it = letter == chosen
        first, *more = wrapped(choice, WIDTH - 6)
        mark = ("● ", bold(TEXT)) if is_it else ("○ ", MUTED)
        style = bold(TEXT) if is_it else TEXT
        lines.append(_line(" ", mark, (letter, KEY), "  ", (first, style), letter=letter))
        lines += [_line("      ", (row, style), letter=letter) for row in more]
    if teaching:
        return lines
    said = "Your prediction will be shown beside the result. It is not graded."
    if chosen is None:
        said = "What do you expect? Press its letter: a wrong guess is fine."
    return [*lines, BLANK, _line((said, MUTED), spare=True)]


def _actions(step: Do, play: Play, *, teaching: bool) -> list[Line]:
    done = play.done.get(play.number, 0)
    lines: list[Line] = [BLANK]
    width = max((len(action.run) for action in step.actions), default=0)
    room = ROOM - 2 - (width + 2 if width else 0)
    run = ""
    for number, action in enumerate(step.actions):
        shown = action.run if action.run != run else ""
        run = action.run or run
        name = (f"{shown:{width}}  " if width else "", CAPTION)
        if number < done:
            rows, mark, style, end = wrapped(action.say, room), ("✓ ", RIGHT), SOFT, ""
        elif number == done:
            turn = "  it trains ..." if is_busy(play) else "" if teaching else "  your turn"
            rows, mark, style, end = wrapped(action.say, room), ("▸ ", KEY), bold(TEXT), turn
        else:
            rows, mark, style, end = wrapped(action.say, room), ("· ", MUTED), MUTED, ""
        end = end if len(end) + len(rows[-1]) <= room else ""
        for at, row in enumerate(rows):
            lead = (mark, name) if not at else (" " * (2 + len(name[0])),)
            lines.append(_line(*lead, (row, style), (end if at == len(rows) - 1 else "", KEY)))
    return [*lines, *_curves(play)]


def _curves(play: Play) -> list[Line]:
    """Return a row with the training losses for each run of the lesson, and for the run that is being trained.

    If the next action begins a new run, the present network does not belong to it yet, so it has no row.
    """
    runs = dict(play.runs)
    action, newest = play.action, play.newest
    if action is not None and newest is not None and not isinstance(action.command, Restart):
        mine, known = runs.get(action.run), {run.run for run in runs.values()}
        if newest.run not in known if mine is None else newest.run == mine.run:
            runs[action.run] = newest
    runs = {name: run for name, run in runs.items() if run.epoch}
    if not runs:
        return []
    width = max(map(len, runs))
    return [BLANK, *(_curve(name, run, width) for name, run in runs.items())]


def _curve(name: str, run: Snapshot, width: int) -> Line:
    losses = [record.train_loss for record in run.history.records]
    # Record 0 belongs to the untrained network. Its training loss is NaN in some runs, so NaN values are left out.
    losses = [loss for loss in losses if loss == loss] or losses
    change = f"{loss_text(losses[0])} → {loss_text(losses[-1])}" if isfinite(losses[0]) else loss_text(losses[-1])
    return _line(
        (f"{name:{width}}  " if width else "", CAPTION), ("loss ", MUTED), (sparkline(losses, 20), BAR), f"  {change}",
        (f"  {run.epoch} epoch{'s' if run.epoch != 1 else ''}", MUTED), spare=True,
    )  # fmt: skip


def _checks(results: Sequence[Result], play: Play) -> list[Line]:
    runs = max((len(result.check.run) + 2 for result in results if result.check.run), default=0)
    bounds = max((len(result.bound) for result in results), default=0)
    values = max(5, *(len(result.shown) for result in results if result.value is not None), 0)
    marks = max((len(result.mark) for result in results), default=0)
    room = ROOM - runs - bounds - values - marks - 4
    labels = min(max((len(result.label) for result in results), default=0), max(room, 12))
    head = f"{'':{runs}}{'measured':{labels}} {'wanted':>{bounds}} {'yours':>{values}}"
    lines = [BLANK, _line((head, MUTED), spare=True)]
    for result in results:
        first, *more = wrapped(result.label, labels)
        style = MUTED if result.value is None else bold(RIGHT) if result.passed else bold(BROKEN)
        shown = "" if result.value is None else result.shown
        lines.append(
            _line(
                (f"{result.check.run:{runs}}", CAPTION), f"{first:{labels}} ", (f"{result.bound:>{bounds}} ", MUTED),
                (f"{shown:>{values}}", bold(TEXT)), "  ", (result.mark, style),
            )
        )  # fmt: skip
        lines += [_line(" " * runs, row) for row in more]
    for reason in dict.fromkeys(result.reason for result in results if result.reason):
        lines.append(_line((f"It stopped: {reason}.", MUTED), spare=True))
    failed = [result for result in results if result.value is not None and not result.passed]
    tries = [f"Try: {result.check.otherwise}" for result in failed if result.check.otherwise]
    if any(result.value is None for result in results):
        tries.append("The step needs a run that is missing. Press p until you reach the step that trains this run.")
    for text in dict.fromkeys(tries):
        lines += [_line((row, KEY), spare=True) for row in wrapped(text, 62)]
    if (made := play.prediction) is not None:
        step, letter = made
        lines += [BLANK, *_said("You said", step, letter, SOFT), *_said("It did", step, step.outcome, bold(TEXT))]
    return lines


def _said(who: str, step: Predict, letter: str, style: str) -> list[Line]:
    first, *more = wrapped(step.choices[LETTERS.index(letter)], WIDTH - 14)
    rows = [_line((f"{who:10}", CAPTION), (letter, KEY), "  ", (first, style))]
    return rows + [_line(" " * 13, (row, style)) for row in more]


def _new_words(play: Play) -> list[Line]:
    lines: list[Line] = []
    for word, meaning in play.new_words().items():
        first, *more = wrapped(f"{word}: {meaning}")
        word_in_row = first[: len(word) + 1]
        lines.append(_line((word_in_row, HEADING), (first[len(word) + 1 :], SOFT)))
        lines += [_line((row, SOFT)) for row in more]
    return [BLANK, *lines] if lines else []


def _guide(play: Play, results: Sequence[Result]) -> list[Line]:
    """Return the last row, which contains the key for the next action or step, and its effect."""
    step, lesson = play.step, play.lesson
    if isinstance(step, Predict) and play.number not in play.predictions:
        return []
    if play.is_last:
        words = "the lesson ends. Your own network comes back."
    elif isinstance(step, Do) and play.action is not None:
        if is_busy(play):
            watch = (
                ("The network trains now. ", MUTED),
                ("2", KEY),
                (" Train shows it; ", MUTED),
                ("5", KEY),
                (" leads back here.", MUTED),
            )
            return [BLANK, _line(*watch, spare=True)]
        words = "the lesson does this. "
        words += _BY_HAND if isinstance(play.action.command, Restart) else "You can also use the keys yourself."
    elif lesson.is_challenge and isinstance(step, Do):
        return [BLANK, *_challenge(play)]
    elif lesson.is_challenge and isinstance(step, CheckStep):
        return [BLANK, *_verdict(play, results)]
    else:
        words = "goes on"
    return [BLANK, _line(("n", KEY), f"  {words}", spare=True)]


def _challenge(play: Play) -> list[Line]:
    lines = [_line("It is your turn: look for the fault in every pane and repair it.", spare=True), *_hints(play)]
    return [*lines, _line(("n", KEY), "  the lesson measures your network", spare=True)]


def may_be_explained(play: Play, results: Sequence[Result]) -> bool:
    """Return whether a challenge may go on after its check. It may if the network is repaired, or if all hints were shown."""
    return all(result.passed for result in results) or play.hints_shown == len(play.lesson.hints)


def _verdict(play: Play, results: Sequence[Result]) -> list[Line]:
    """Return the last rows of the check of a challenge: whether the network is repaired, the hints, and the keys."""
    if all(result.passed for result in results):
        return [_line(("It works. ", bold(RIGHT)), ("n", KEY), "  the lesson explains the fault", spare=True)]
    lines = [_line("The network is not repaired yet. Repair it in any pane.", spare=True), *_hints(play)]
    if may_be_explained(play, results):
        return [*lines, _line(("n", KEY), "  the lesson explains the fault", spare=True)]
    return [*lines, _line(("The explanation comes after the repair, or after the last hint.", MUTED), spare=True)]


def _hints(play: Play) -> list[Line]:
    lines: list[Line] = []
    for number, hint in enumerate(play.lesson.hints[: play.hints_shown], 1):
        first, *more = wrapped(f"Hint {number}: {hint}", 62)
        lines += [_line((first[:7], HEADING), first[7:]), *(_line(row) for row in more)]
    left = len(play.lesson.hints) - play.hints_shown
    if left > 0:
        lines.append(_line(("h", KEY), f"  shows a hint ({left} left)", spare=True))
    return lines


# ---- the list


def state_words(lesson: Lesson, place: Place) -> str:
    """Return the state of a lesson as text: "✓ done", the step in progress ("3 of 6"), or its length in minutes."""
    if place.done:
        return "✓ done"
    return f"{place.step + 1} of {len(lesson.steps)}" if place.begun else f"{lesson.minutes} min"


def row_of(lesson: Lesson, place: Place) -> Content:
    """Return the row of a lesson in the list."""
    state = state_words(lesson, place)
    style = RIGHT if place.done else KEY if place.begun else MUTED
    return Content.assemble((f"{lesson.number:>3} ", MUTED), f"{lesson.title:33}", (f"{state:>7}", style))


def about(lesson: Lesson, place: Place, width: int) -> list[Content]:
    """Return the rows beside the list that describe `lesson`. They are at most `width` cells wide."""
    rows = [Content.styled(row, "bold") for row in wrapped(f"{named(lesson)}  {lesson.title}", width)]
    minutes = f"{lesson.minutes} minutes, {len(lesson.steps)} steps"
    if place.done:
        where = "You have finished this lesson. Press enter to play it again."
    elif place.begun:
        where = f"You are at step {place.step + 1}: {lesson.steps[place.step].kind}. Press enter to continue."
    else:
        where = "enter starts it."
    rows += [Content.styled(row, MUTED) for row in wrapped(minutes, width)]
    rows += [Content.styled(row, TEXT) for row in wrapped(where, width)]
    claim = lesson.steps[0].text.strip().split("\n\n")[0]
    heading = "Task" if lesson.is_challenge else "Claim"
    rows += [Content(), Content.styled(heading, HEADING), *map(Content, wrapped(claim, width))]
    for number, letter in place.predictions.items():
        step = lesson.steps[number]
        if isinstance(step, Predict):
            choice = wrapped(step.choices[LETTERS.index(letter)], width)
            rows += [Content(), Content.styled("You predicted", HEADING), *map(Content, choice)]
            break
    kept = "The lesson does not change your own network, which comes back afterwards."
    rows += [Content(), *(Content.styled(row, MUTED) for row in wrapped(kept, width))]
    return rows


# ---- one row for the other panes


def lesson_row(play: Play) -> tuple[str, ...]:
    """Return the present step in one row, in several lengths, for the other panes."""
    step = play.step
    head = f"{named(play.lesson)} · {step.kind.capitalize()}"
    if isinstance(step, Do):
        if play.action is not None:
            text = play.action.say[0].upper() + play.action.say[1:]
        else:
            text = "Repair the network, then measure it" if play.lesson.is_challenge else "Done"
        return f"{head}  {text}", head
    first = " ".join(step.text.strip().split("\n\n")[0].split())
    if not first:
        return (head,)
    sentences = first.split(". ")
    texts = [". ".join(sentences[:count]).rstrip(".") + "." for count in range(len(sentences), 0, -1)]
    return (*(f"{head}  {text}" for text in texts), f"{head}  {_beginning(first, 60 - len(head))}", head)


def _beginning(text: str, width: int) -> str:
    """Return the beginning of a text in at most `width` characters, cut between two words."""
    first, *more = wrapped(text, width - 4)
    return f"{first} ..." if more else first
