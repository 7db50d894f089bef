"""The main screen: it holds the engine, the newest snapshot, and the parts that act on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events, on
from textual.app import ComposeResult, SystemCommand
from textual.binding import BindingType
from textual.containers import Container
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Static

from tui_nn.engine.commands import (
    ApplyEdits,
    Change,
    Command,
    OpenRescued,
    Pause,
    Replace,
    Restart,
    Return,
    Run,
    Save,
    Seek,
    StepBatch,
    StepEpoch,
    Switch,
    Undo,
)
from tui_nn.engine.look import Look
from tui_nn.engine.messages import CarriedOut, Ended, Notice, Opened, OpenedRun, Rescued, SaveRefused, Stopped
from tui_nn.home.home import Home
from tui_nn.presets import shortfall
from tui_nn.session.run.status import State
from tui_nn.ui.kit.keys import SCREEN_KEYS
from tui_nn.ui.kit.messages import (
    CarryOut,
    ForgetLessons,
    LeaveLesson,
    MoveInLesson,
    Show,
    ShowTour,
    StartLesson,
    StartOver,
    Tell,
    Waiting,
    again_message,
)
from tui_nn.ui.kit.pane import Pane
from tui_nn.ui.kit.view_pane import ViewPane
from tui_nn.ui.shell.arrangement import FOR_TWO, PANES, SMALLEST, PaneArrangement, pane_class
from tui_nn.ui.shell.ask import Ask
from tui_nn.ui.shell.ask_change import AskChange, Changed
from tui_nn.ui.shell.complete_layout import CompleteLayout
from tui_nn.ui.shell.engine_stack import EngineStack
from tui_nn.ui.shell.footer import QuietFooter
from tui_nn.ui.shell.hint_watch import HintWatch
from tui_nn.ui.shell.large_numbers import LargeNumbers
from tui_nn.ui.shell.lesson_desk import LessonDesk
from tui_nn.ui.shell.lesson_line import LessonLine
from tui_nn.ui.shell.no_effect import reason, unknown
from tui_nn.ui.shell.notes_panel import NotesPanel
from tui_nn.ui.shell.opening import PLAIN, Opening
from tui_nn.ui.shell.pace import Pace
from tui_nn.ui.shell.palette import all_commands, topics
from tui_nn.ui.shell.player import Player, replay
from tui_nn.ui.shell.recording import Recording
from tui_nn.ui.shell.restart_door import RestartDoor
from tui_nn.ui.shell.saving import Saving
from tui_nn.ui.shell.seed_desk import SeedDesk
from tui_nn.ui.shell.status import StatusLine
from tui_nn.ui.shell.tab_strip import TabStrip
from tui_nn.ui.shell.time_travel import FARTHEST, TimeTravel
from tui_nn.ui.shell.tour import Tour
from tui_nn.ui.shell.training_bell import TrainingBell
from tui_nn.ui.shell.unsaved import RunFile
from tui_nn.ui.shell.unsaved_run import offer

if TYPE_CHECKING:
    from tui_nn.data.dataset import Split
    from tui_nn.session.file.summary import FileSummary
    from tui_nn.session.hints import Hint
    from tui_nn.session.run.run_set import OtherRun, RunSet
    from tui_nn.session.run.snapshot import Snapshot
    from tui_nn.ui.shell.app import TuiNN

LOOK_EVERY = 0.03
"""The seconds between two polls of the engine for messages."""


def _keys_depend_on(snapshot: Snapshot | None) -> tuple[object, ...] | None:
    """Return the values of a snapshot that decide which keys can be used."""
    if snapshot is None:
        return None
    ends = snapshot.epoch == 0, snapshot.place < snapshot.own_branch.tip, bool(snapshot.progress.batch)
    return (snapshot.status.state, *ends, len(snapshot.branches))


def _differ(before: Split, now: Split) -> bool:
    """Return whether the new test data differ in their classes or in their number of examples."""
    return before.class_names != now.class_names or len(before) != len(now)


class MainScreen(Screen[None]):
    """A screen that shows the status line, the tabs, the panes and the footer. It takes the messages of the engine and
    sends it commands.
    """

    AUTO_FOCUS = None
    BINDINGS: ClassVar[list[BindingType]] = [key.binding for key in SCREEN_KEYS]

    snapshot: reactive[Snapshot | None] = reactive(None, init=False, repaint=False)
    """The newest snapshot that the engine has sent."""

    def __init__(
        self,
        engine: EngineStack,
        *,
        save_as: str | None,
        read_only: bool = False,
        compared: Sequence[OtherRun] = (),
        opening: Opening = PLAIN,
        home: Home | None = None,
    ) -> None:
        """Show the session of `engine`, and compare it with the runs `compared`.

        ctrl+s saves to the file `save_as`, or to a new file if it is None. If the file is `read_only`, ctrl+s asks for
        another file. `opening` describes the first view and the first actions. `home` contains the memory of earlier
        apps.
        """
        super().__init__()
        self._home = home or Home()
        self._bell = TrainingBell(lambda: self.app.bell()) if self._home.preferences.bell else None
        self._compared = compared
        self._opening = opening
        self.pace = Pace(opening.epochs_a_second)
        self._is_run = False
        """True if the last command to train was a run, and not a single epoch or batch."""
        self._compositor = CompleteLayout()
        self._engine = engine
        self.opened: Opened | None = None
        """The data; None while they are being loaded."""
        self.stopped = ""
        """The reason why the engine has stopped; "" while it works."""
        self.runs: RunSet | None = None
        """The live run and the frozen runs beside it; None while the data are being loaded."""
        self.file = RunFile(save_as, read_only=read_only)
        self.saving = Saving(self, self.file, self._home)
        self.hints = HintWatch(self, self._hints_changed)
        self.lessons = LessonDesk(self, engine, opening.lessons, welcome=opening.welcome)
        self.recording = Recording(self)
        self.player: Player | None = None
        """The replay of a session; None if there is none."""
        self._own_runs: RunSet | None = None
        """The runs of the learner, which are set aside while a lesson is played."""
        self.arrangement = PaneArrangement(self, self._home.memory.pane)
        self.set_class(self._home.memory.zoomed, "-zoomed")
        self.time_travel = TimeTravel(self, self.send)
        self._apply_waiting: Callable[[], None] | None = None
        """The function that applies the changes in Configure; None before Configure was shown."""
        self._waiting: tuple[str, ...] = ()
        """These changes in words."""
        self._reminded_of: tuple[str, ...] = ()
        """The changes that waited at the last request to train."""
        self.restart_door = RestartDoor(self, self.file, self.send)
        self.seeds = SeedDesk()

    def compose(self) -> ComposeResult:
        """Yield the widgets of the frame: status line, tabs and footer. The panes are added when they are first shown."""
        yield StatusLine()
        yield TabStrip(PANES)
        yield LargeNumbers()
        yield Container(id="panes")
        yield NotesPanel()
        yield LessonLine()
        yield QuietFooter()
        yield Static(f"tui-nn needs a terminal of {SMALLEST[0]} columns and {SMALLEST[1]} rows", id="too-small")

    def on_mount(self) -> None:
        """Listen to the engine, and show the first pane after the frame was drawn, because that pane imports NumPy."""
        self.set_interval(LOOK_EVERY, self.listen)
        self.call_after_refresh(self.arrangement.arrange)

    def on_unmount(self) -> None:
        """Write a recording, close the engine together with its screen, and end the training of seeds."""
        self.recording.end()
        self.lessons.end_teaching()
        self._engine.close()
        self.seeds.stop(wait=True)

    async def on_resize(self, event: events.Resize) -> None:
        """Arrange the panes for the new size of the terminal."""
        self.set_class(NotesPanel.has_room_beside(event.size.width), "-beside")
        await self.arrangement.resize(*event.size)

    # ---- messages of the engine

    def listen(self) -> None:
        """Handle all new messages of the engine."""
        self._take_seeds()
        for message in self._engine.poll():
            match message:
                case Opened():
                    if self.opened is not None and _differ(self.opened.test, message.test):
                        self.arrangement.make_panes_again()
                    self.opened = self.query_one(StatusLine).opened = message
                    self.query_one(LargeNumbers).opened = message
                    self._take_live_run()
                    self.arrangement.hand_down_data()
                case Ended(summary):
                    if self.runs is not None:
                        self.runs = self.runs.with_final(summary)
                        self.arrangement.hand_down()
                case Notice(text, is_error, command):
                    if command in (Save, Replace):
                        self.saving.answered(is_error=is_error)
                    if is_error and self.player is not None:
                        self.player.failed(text)
                    if command is Return and is_error:
                        self.lessons.lost_marks()
                    self.notify(text, severity="error" if is_error else "information", markup=False)
                case OpenedRun():
                    self.saving.opened(message)
                case SaveRefused():
                    if self.player is not None:
                        self.player.failed(message.reason)
                    else:
                        self.saving.refused(message)
                case Rescued(runs):
                    self.run_worker(self._offer(runs))
                case Stopped(reason):
                    if self.player is not None:
                        self.player.failed(f"the engine stopped: {reason}")
                    self.set_stopped(reason)
                    self.notify(f"The engine stopped: {reason}.", severity="error", markup=False)
                case CarriedOut() as done:
                    self.recording.carried_out(done)
                    if self.player is not None:
                        self.player.carried_out(done)
                case snapshot:
                    self.snapshot = snapshot

        self.recording.look()

    def watch_snapshot(self, before: Snapshot | None, snapshot: Snapshot | None) -> None:
        """Pass a new snapshot to the panes, and look for hints in it."""
        self._take_live_run()
        self.query_one(StatusLine).snapshot = self.query_one(LargeNumbers).snapshot = snapshot
        self.hints.look_at(snapshot, self.opened.test if self.opened else None, in_lesson=self._engine.has_lesson)
        if snapshot is not None and (outcome := self.hints.outcome(snapshot)):
            self.notify(outcome, markup=False)
        if snapshot is not None:
            self.lessons.saw(snapshot)
            if self._bell is not None:
                self._bell.saw(snapshot)
        self.arrangement.hand_down()
        if before is None and snapshot is not None:
            self.run_worker(self._open())
            self.file.begin(snapshot)
            if self._compared:
                self.post_message(Show(Look("Train", "compare")))
            if difference := snapshot.difference_from_here:
                self.notify(difference, markup=False)
        if before and snapshot and snapshot.run != before.run:
            # The current file contains the previous run, so the new run needs its own.
            self.file.turn_to(snapshot, before)
        begun = snapshot is not None and (before is None or before.training is not snapshot.training)
        if snapshot and begun and not snapshot.epoch and (short := shortfall(snapshot)):
            self.notify(short, markup=False)
        if _keys_depend_on(before) != _keys_depend_on(snapshot):
            self.refresh_bindings()

    def _take_seeds(self) -> None:
        """Collect the finished runs with other seeds."""
        is_new, error = self.seeds.poll()
        if error:
            self.notify(f"The training of the seeds ended: {error}.", severity="error", markup=False)
        if is_new:
            self.arrangement.hand_down()

    def _take_live_run(self) -> None:
        """Put the newest snapshot into the set of runs."""
        if self.snapshot is not None and self.opened is not None and self._engine.has_run(self.snapshot.run):
            # This module needs NumPy, which is loaded when the first snapshot arrives.
            from tui_nn.session.run.run_set import RunSet

            runs, test = self.runs, self.opened.test
            compared = () if self._engine.has_lesson else self._compared
            if runs is None:
                self.runs = RunSet.of(self.snapshot, test, compared).with_earlier(self.opened.earlier)
            else:
                self.runs = runs.with_live(self.snapshot, test)

    def set_runs_aside(self) -> None:
        """Begin a new set of runs for a lesson, and keep that of the learner."""
        self._own_runs, self.runs = self.runs, None

    def take_back(self) -> None:
        """Show the learner's own run again, as it was before the lesson."""
        self.runs, self._own_runs = self._own_runs, None
        self.remove_class("-large", "-notes")
        if self.stopped:
            self.set_stopped("")
        self.listen()
        self.refresh_bindings()

    async def _open(self) -> None:
        """Show the first view and begin the first lesson. Then carry out the keys of the opening and the early keys."""
        opening = self._opening
        if opening.look is not None or opening.keys:
            # The pane must be there and have the focus before a key is pressed.
            await self.show(opening.look or Look())
        if opening.lessons.begin:
            await self.arrangement.bring("Lessons")
            await self._start_lesson(StartLesson(opening.lessons.begin))
        await cast("TuiNN", self.app).take_early_keys(opening.keys)
        if opening.script is not None:
            self.run_worker(replay(self, opening.script, opening.pace))

    async def _offer(self, runs: tuple[FileSummary, ...]) -> None:
        # Keys that were pressed before the dialog appeared are not meant for the dialog.
        await cast("TuiNN", self.app).early_keys_done.wait()
        offer(self.app, runs, lambda path: self.send(OpenRescued(path)))

    def _hints_changed(self) -> None:
        self.arrangement.hand_down()
        self.refresh_bindings()

    def set_stopped(self, reason: str) -> None:
        """Show that the engine has stopped, or that it works again if `reason` is ""."""
        if reason:
            cast("TuiNN", self.app).drop_early_keys()
        self.stopped = self.query_one(StatusLine).stopped = reason
        self.arrangement.hand_down_data()
        self.refresh_bindings()

    # ---- messages of the panes

    def send(self, command: Command) -> bool:
        """Send a command to the engine. If the present lesson does not allow the command, show a sentence and return False."""
        if refused := self.lessons.refusal(command):
            self.notify(f"{refused[0].upper()}{refused[1:]}.", severity="warning", markup=False)
            return False
        if isinstance(command, Run | StepEpoch | StepBatch):
            self._is_run = isinstance(command, Run)
        if isinstance(command, Run):
            command = replace(command, pace=self.pace.value)
        self.recording.sent(command)
        self._engine.send(command)
        return True

    def _change(self, command: Change | ApplyEdits, said: str = "") -> None:
        if self.snapshot is not None:
            self.restart_door.change(command, self.snapshot, said)

    @on(Tell)
    def _tell(self, message: Tell) -> None:
        if isinstance(message.command, Change | ApplyEdits):
            self._change(message.command)
        else:
            self.send(message.command)

    @on(StartLesson)
    async def _start_lesson(self, message: StartLesson) -> None:
        if self.snapshot is not None and not self.stopped:
            self.recording.end("The recording ended, because a lesson cannot be recorded.")
            self.lessons.start(message.name, again=message.again)
            self.set_class(self.lessons.teaching is not None, "-large")
            self.refresh_bindings()
            await self.arrangement.arrange()

    @on(MoveInLesson)
    def _move_in_lesson(self, message: MoveInLesson) -> None:
        self.lessons.move(message.play)

    @on(LeaveLesson)
    async def _leave_lesson(self) -> None:
        if self.lessons.is_repaired:
            question = "Keep the repaired network as your run?"
            lost = (
                "You can continue the run and save it. ctrl+u then brings back the run that you had before "
                "the challenge."
            )
            self.app.push_screen(Ask(question, lost, "take it", "leave it"), self._end_lesson)
        else:
            await self._end_lesson(False)

    async def _end_lesson(self, take: bool | None) -> None:
        self.lessons.take() if take else self.lessons.leave()
        await self.arrangement.arrange()

    @on(ForgetLessons)
    def _forget_lessons(self) -> None:
        question = Ask(
            "Start all lessons again?", "The app forgets your place and your predictions in all lessons.", "start again"
        )
        self.app.push_screen(question, lambda sure: self.lessons.forget() if sure else None)

    @on(ShowTour)
    async def _show_tour(self) -> None:
        await self.arrangement.bring("Train")
        self.app.push_screen(Tour(self.arrangement.bring))

    @on(StartOver)
    def _start_over(self, message: StartOver) -> None:
        if self.snapshot is not None and not self.stopped:
            self.restart_door.start_over(message, self.snapshot)

    @on(CarryOut)
    def _carry_out(self, message: CarryOut) -> None:
        self._apply(message.hint)

    @on(Waiting)
    def _wait(self, message: Waiting) -> None:
        self._apply_waiting, self._waiting = message.apply, message.changes
        self.query_one(TabStrip).waiting = len(message.changes), message.new_network
        self.refresh_bindings()

    @on(Show)
    async def _show(self, message: Show) -> None:
        await self.show(message.look)

    async def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Make a pane current when the person clicks into it."""
        if event.widget is not self.focused:
            return  # In the meantime, another widget has received the focus.
        pane = next((node for node in event.widget.ancestors_with_self if isinstance(node, Pane)), None)
        if pane is not None:
            self.arrangement.take_keys(pane)

    # ---- looks

    @property
    def current(self) -> str:
        """Return the name of the pane with the keys."""
        return self.arrangement.current

    @property
    def current_look(self) -> Look:
        """Return a `Look`, which describes the branch and epoch on the screen, the current pane, and its view."""
        front, snapshot = self.arrangement.front, self.snapshot
        look = front.current_look if front is not None else Look(self.current)
        return look if snapshot is None else replace(look, branch=snapshot.branch, epoch=snapshot.epoch)

    async def show(self, look: Look) -> None:
        """Go to the branch and epoch that a `Look` (view description) names, and bring its pane and view to the front."""
        if look.branch is not None and self.snapshot is not None and look.branch != self.snapshot.branch:
            self.send(Switch(look.branch))
        if look.epoch is not None:
            self.send(Seek(look.epoch))
        await self.arrangement.show(look)

    def commands(self) -> Iterator[SystemCommand]:
        """Yield every key that works now, those of the other panes, and what you can look for by name, for the palette."""
        front = self.arrangement.front
        assert front is not None
        yield from all_commands(self, front, [pane_class(name) for _, name in PANES], self.arrangement.act_in)
        yield from topics(self, self.snapshot)
        yield self.recording.command

    # ---- actions: training

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide or grey the keys that cannot be used now."""
        snapshot = self.snapshot
        state = snapshot.status.state if snapshot else None
        can_train = state not in (None, State.DIVERGED, State.INSIDE) and not self.stopped
        match action:
            case "step_epoch" | "step_batch":
                return True if can_train else None
            case "run":
                return False if state in (State.RUNNING, State.REPLAYING) else (True if can_train else None)
            case "pause":
                return state in (State.RUNNING, State.REPLAYING) and not self.stopped
            case "gradients" | "repeat":
                return True if snapshot is not None and self.opened is not None else None
            case "export":
                return True if snapshot is not None and self.opened is not None else None
            case "bookmarks":
                return True if snapshot is not None and not self.stopped else None
            case "start_over" | "save" | "save_as" | "undo_run" | "open_run":
                return True if state is not None and not self.stopped else None
            case "apply" | "settings":
                return True if state is not None and not self.stopped else None
            case "teach" | "notes":
                return self.lessons.teaching is not None
            case "restart_engine":
                return bool(self.stopped)
            case "fix":
                first = self.hints.first
                return True if first is not None and first.fix is not None and not self.stopped else None
            case "travel" | "back_a_batch" | "go_to" | "go_to_best" | "branches" | "first" | "newest":
                return None if self.stopped else self.time_travel.is_possible(action, parameters, snapshot)
            case _:
                return True

    def action_step_epoch(self) -> None:
        """Train one epoch."""
        self._train(StepEpoch())

    def action_step_batch(self) -> None:
        """Train one batch."""
        self._train(StepBatch())

    def action_run(self) -> None:
        """Train to the end of the planned epochs; if they are complete, train as many again."""
        self._train(Run())

    def _train(self, command: Command) -> None:
        """Train. If changes wait in Configure, show a message once, because the training goes on without them."""
        waiting = self._waiting
        if waiting and waiting != self._reminded_of:
            words = "1 change waits" if len(waiting) == 1 else f"{len(waiting)} changes wait"
            self.notify(
                f"{words} in Configure: {', '.join(waiting[:3])}{' …' if len(waiting) > 3 else ''}. P applies.",
                severity="warning",
                markup=False,
            )
        self._reminded_of = waiting
        self.send(command)

    def action_pace(self, faster: bool) -> None:
        """Let the present run and later runs train more or fewer epochs a second."""
        self.pace = self.pace.changed(faster=faster)
        self.notify(f"r trains {self.pace.words}.", markup=False)
        if self._is_run and self.snapshot is not None and self.snapshot.status.state is State.RUNNING:
            self.send(Run())

    def action_pause(self) -> None:
        """Pause training."""
        self.send(Pause())

    def action_start_over(self, seed_step: int) -> None:
        """Go to epoch 0: with the same start weights (0), or with those of the next seed (1)."""
        if (snapshot := self.snapshot) is None:
            return
        training = replace(snapshot.training, seed=(snapshot.training.seed + seed_step) % 2**32)
        same = "the same" if not seed_step else "new"
        self.post_message(
            StartOver(
                Restart(snapshot.network, training, snapshot.preset),
                f"Start over with {same} start weights?",
                f"Started over with {same} start weights (seed {training.seed})",
            )
        )

    def action_again(self) -> None:
        """Ask for one change of a setting, and train another run with it."""
        if (snapshot := self.snapshot) is None:
            return
        look = self.current_look
        begun = f"{look.view} " if look.pane == "Configure" and look.view not in (None, "presets") else ""

        def train(changed: Changed | None) -> None:
            if changed is not None:
                self.post_message(again_message(snapshot, *changed))

        self.app.push_screen(AskChange(snapshot.network, snapshot.training, begun), train)

    def action_repeat(self) -> None:
        """Train the present settings with more seeds in the background, or stop this training."""
        if self.runs is not None and self.opened is not None:
            self.notify(self.seeds.turn(self.runs, self.opened), markup=False)
            self.arrangement.hand_down()

    def action_undo_run(self) -> None:
        """Undo the last command that began another run or changed the present one, or redo it."""
        self.send(Undo())

    def action_apply(self) -> None:
        """Apply the changes that wait in Configure."""
        if self._apply_waiting is not None and self.query_one(TabStrip).waiting[0]:
            self._apply_waiting()
        else:
            self.notify("No change waits in Configure.", markup=False)

    def action_settings(self) -> None:
        """Open the box for the learning rate, the batch size and the optimizer, and apply the changes at once."""
        # This import is late, because this module imports NumPy.
        from tui_nn.ui.configure.quick_box import Applied, QuickBox

        def apply(changed: Applied | None) -> None:
            if changed is not None:
                words, training = changed
                self._change(Change(training), f"Applied: {words}")

        if (snapshot := self.snapshot) is not None:
            self.app.push_screen(QuickBox(snapshot, snapshot.train_examples + snapshot.set_aside), apply)

    def action_save(self) -> None:
        """Save the run: to its own file, or to a new one."""
        self.saving.save()

    def action_save_as(self) -> None:
        """Ask for a file, and save the run to it."""
        self.saving.save_as()

    def action_export(self) -> None:
        """Ask for a file. Write the run or a picture of the screen to it."""
        self.saving.export()

    async def action_open_run(self) -> None:
        """List recent and unsaved runs, and open the chosen one."""
        # This import is late, because this module imports NumPy.
        from tui_nn.ui.shell.open_run import choose_run

        await choose_run(self, self._home.recent_runs())

    def action_restart_engine(self) -> None:
        """Start the engine again at the last snapshot."""
        self.set_stopped("")
        self.app.clear_notifications()
        self._engine.start_again()

    def action_fix(self) -> None:
        """Apply the fix of the first hint."""
        if (hint := self.hints.first) is not None:
            self._apply(hint)

    def _apply(self, hint: Hint) -> None:
        """Carry out the fix of a hint: change settings, start over with them, or show the pane that the fix names."""
        if (fix := hint.fix) is None:
            return
        if fix.pane:
            self.post_message(Show(Look(fix.pane)))
        elif self.snapshot is not None:
            self.hints.carry_out(hint, self.snapshot)
            network, training = fix.configs(self.snapshot)
            if fix.start_over:
                settings = fix.words.removesuffix(", and start over")
                restart = Restart(network, training, self.snapshot.preset)
                self.post_message(StartOver(restart, f"Start over with {settings}?", f"Started over with {settings}"))
            else:
                self._change(Change(training), f"Changed: {fix.words}")

    # ---- actions: time travel

    def action_travel(self, epochs: int) -> None:
        """Go some epochs forward, or back if the number is negative."""
        self.time_travel.travel(epochs)

    def action_first(self) -> None:
        """Go to the untrained network."""
        self.time_travel.travel(-FARTHEST)

    def action_newest(self) -> None:
        """Go to the newest epoch."""
        self.time_travel.travel(FARTHEST)

    def action_back_a_batch(self) -> None:
        """Go back to the start of the last batch."""
        self.time_travel.back_a_batch()

    def action_go_to_best(self) -> None:
        """Go to the best epoch: the one with the lowest validation loss, or test loss if there is no validation data."""
        if self.snapshot is not None:
            self.time_travel.go_to_best(self.snapshot)

    def action_go_to(self) -> None:
        """Ask for an epoch and go there."""
        if self.snapshot is not None:
            self.time_travel.ask_for_epoch(self.snapshot)

    def action_branches(self) -> None:
        """List all branches."""
        if self.snapshot is not None:
            self.time_travel.show_branches(self.snapshot)

    def on_key(self, event: events.Key) -> None:
        """Show why a key does nothing: its action has no effect now, or the pane has no such key."""
        letter = event.character or ""
        if len(letter) == 1 and letter.isalpha() and not letter.isascii():
            self.notify(
                "You typed another letter, but the keys of the app are the letters a to z. Change the "
                "language of the keyboard."
            )
        elif (known := self.active_bindings.get(event.key)) is None:
            look, front = self.current_look, self.arrangement.front
            if isinstance(front, ViewPane) and letter == front.front.KEY:
                self.notify(f"The key {letter} leads to the view {front.view}, which is already open.", markup=False)
                return
            place = f"{look.pane}, {look.view}" if isinstance(self.arrangement.front, ViewPane) else f"{look.pane}"
            advice = self.arrangement.front.advice if self.arrangement.front is not None else ""
            self.notify(unknown(letter if event.is_printable else event.key, place, advice), markup=False)
        elif not known.enabled:
            binding = known.binding
            self.notify(reason(binding.action, binding.description, self.snapshot, bool(self.stopped)), markup=False)

    # ---- actions: teaching

    def action_teach(self, by: int) -> None:
        """Go forward (1) or back (-1) in the lesson that is taught."""
        self.lessons.teach(by)

    def action_notes(self) -> None:
        """Show the teacher's notes, or hide them."""
        self.toggle_class("-notes")

    # ---- actions: panes and dialogs

    async def action_show(self, pane: str) -> None:
        """Bring a pane to the front and give it the keys."""
        await self.arrangement.bring(pane)

    async def action_zoom(self) -> None:
        """Show one pane on the whole screen, then the chart of Train alone, then everything again."""
        alone, in_train = self.arrangement.has_room_for_one, self.current == "Train"
        if self.has_class("-chart-alone"):
            self.remove_class("-chart-alone", "-zoomed")
        elif in_train and (alone or self.has_class("-zoomed")):
            self.add_class("-chart-alone")
        elif alone:
            self.notify(
                f"Only one pane fits on this screen. Two panes fit from {FOR_TWO} columns. In Train, z shows the chart alone."
            )
        else:
            self.toggle_class("-zoomed")
        await self.arrangement.arrange()

    def action_presentation(self) -> None:
        """Open the dialog that hides parts of the screen."""
        from tui_nn.ui.shell.presentation import Presentation

        self.app.push_screen(Presentation(self, lambda: self.pace, self.action_pace))

    def action_bookmarks(self) -> None:
        """Open the dialog with the bookmarks."""
        # This import is late, because this module imports NumPy.
        from tui_nn.ui.shell.bookmarks import Bookmarks

        def go(look: Look | None) -> None:
            if look is not None:
                self.post_message(Show(look))

        if self.snapshot is not None:
            self.app.push_screen(Bookmarks(self.snapshot, self.current_look, self.send), go)

    async def action_compare(self) -> None:
        """Compare runs in the present pane, or in Train. In the compare view of Train, go back to the live run."""
        if (front := self.arrangement.front) is not None:
            look, here = front.compare_look, self.current_look
            if (look.pane, look.view) == (here.pane, here.view):
                self.notify("This view already compares runs.", markup=False)
            await self.arrangement.show(look)

    def action_hints(self) -> None:
        """List all hints."""
        if self.current_look.view == "hints":
            self.notify("The key w leads to the view hints, which is already open.", markup=False)
        self.post_message(Show(Look("Inspect", view="hints")))

    async def action_microscope(self) -> None:
        """Show the next update in the microscope, or the one that is there already."""
        # This import is late, because this module imports NumPy.
        from tui_nn.ui.inspect.microscope.view import MicroscopeView

        await self.arrangement.show(Look("Inspect", view=MicroscopeView.NAME))
        pane = self.arrangement.front
        if isinstance(pane, ViewPane) and isinstance(view := pane.front, MicroscopeView):
            view.begin()

    def action_gradients(self) -> None:
        """Open the dialog that checks the gradients of the current network."""
        if self.snapshot is not None and self.opened is not None:
            # This import is late, because this module imports NumPy.
            from tui_nn.ui.shell.gradients import Gradients

            self.app.push_screen(Gradients(self.snapshot, self.opened.test))

    def action_find_rate(self) -> None:
        """Open the dialog that finds a learning rate, and use the rate that it returns."""
        snapshot = self.snapshot
        if snapshot is None or self.opened is None:
            return
        # This import is late, because this module imports NumPy.
        from tui_nn.ui.shell.find_rate import FindRate

        def use(rate: float | None) -> None:
            if rate is not None and self.snapshot is not None:
                training = replace(self.snapshot.training, learning_rate=rate)
                self._change(Change(training), f"Changed: learning rate {rate:g}")

        self.app.push_screen(FindRate(snapshot, self.opened), use)

    def action_help(self) -> None:
        """Show the help of the current pane."""
        if (front := self.arrangement.front) is not None:
            # Markdown takes longer to import than the whole screen takes to paint.
            from tui_nn.ui.shell.help import Help

            self.app.push_screen(Help(front, self))

    def dismiss_run(self) -> None:
        """Discard the unsaved training, unless the engine has stopped and the training could not be saved."""
        if not self.stopped:
            self._engine.dismiss()

    def question_before_quitting(self) -> Ask | None:
        """Return the dialog to show before the app ends; None if little would be lost, or nothing can be saved."""
        if self.snapshot is None or self.stopped:
            return None
        return self.restart_door.question_before_quitting(self.snapshot)
