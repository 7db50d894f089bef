"""The main screen: it holds the engine, the newest snapshot, and the objects that handle keys and messages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
    Pause,
    Replace,
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
from tui_nn.presets import misfits
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
)
from tui_nn.ui.kit.pane import Pane
from tui_nn.ui.kit.view_pane import ViewPane
from tui_nn.ui.shell.arrangement import PANES, SMALLEST, PaneArrangement, pane_class
from tui_nn.ui.shell.ask import Ask
from tui_nn.ui.shell.changes import Changes
from tui_nn.ui.shell.complete_layout import CompleteLayout
from tui_nn.ui.shell.engine_stack import EngineStack
from tui_nn.ui.shell.footer import QuietFooter
from tui_nn.ui.shell.hint_watch import HintWatch
from tui_nn.ui.shell.key_effects import deciding_values, is_possible, no_effect
from tui_nn.ui.shell.large_numbers import LargeNumbers
from tui_nn.ui.shell.lesson_desk import LessonDesk
from tui_nn.ui.shell.lesson_line import LessonLine
from tui_nn.ui.shell.notes_panel import NotesPanel
from tui_nn.ui.shell.opening import PLAIN, Opening, carry_out
from tui_nn.ui.shell.palette import all_commands, topics
from tui_nn.ui.shell.player import Player
from tui_nn.ui.shell.recording import Recording
from tui_nn.ui.shell.restart_door import RestartDoor
from tui_nn.ui.shell.run_shelf import RunShelf
from tui_nn.ui.shell.saving import Saving
from tui_nn.ui.shell.seed_desk import SeedDesk
from tui_nn.ui.shell.status import StatusLine
from tui_nn.ui.shell.tab_strip import TabStrip
from tui_nn.ui.shell.time_travel import FARTHEST, TimeTravel
from tui_nn.ui.shell.tour import Tour
from tui_nn.ui.shell.training import Training
from tui_nn.ui.shell.training_bell import TrainingBell
from tui_nn.ui.shell.unsaved import RunFile
from tui_nn.ui.shell.unsaved_run import offer

if TYPE_CHECKING:
    from tui_nn.session.run.run_set import OtherRun, RunSet
    from tui_nn.session.run.snapshot import Snapshot
    from tui_nn.ui.shell.app import TuiNN

LOOK_EVERY = 0.03
"""The seconds between two polls of the engine for messages."""


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

        ctrl+s saves to the file `save_as`, or to a new file if it is None. If the file is `read_only`, ctrl+s asks for another
        file. `opening` describes the first view and the first actions. `home` contains the preferences, and the state that the app
        stored when it last ran.
        """
        super().__init__()
        self._home = home or Home()
        self._bell = TrainingBell(lambda: self.app.bell()) if self._home.preferences.bell else None
        self._begins_with_comparison = bool(compared)
        self._opening = opening
        self.training = Training(self, opening.epochs_a_second)
        self._compositor = CompleteLayout()
        self._engine = engine
        self.opened: Opened | None = None
        """The data; None while they are being loaded."""
        self.stopped = ""
        """The reason why the engine has stopped; "" while it works."""
        self.shelf = RunShelf(engine, compared)
        self.file = RunFile(save_as, read_only=read_only)
        self.saving = Saving(self, self.file, self._home)
        self.hints = HintWatch(self, self._hints_changed)
        self.lessons = LessonDesk(self, engine, opening.lessons, welcome=opening.welcome)
        self.recording = Recording(self)
        self.player: Player | None = None
        """The replay of a session; None if there is none."""
        self.arrangement = PaneArrangement(self, self._home.memory)
        self.time_travel = TimeTravel(self)
        self.door = RestartDoor(self, self.file)
        self.changes = Changes(self)
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
        """End a recording and a lesson for students, close the engine, and stop the training of runs with other seeds."""
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
        # Messages with new data are handled before all snapshots. Otherwise, a pane would show a snapshot of the new data
        # while it still holds the old data.
        for message in sorted(self._engine.poll(), key=lambda message: not isinstance(message, Opened)):
            if self.player is not None:
                self.player.saw(message)
            match message:
                case Opened():
                    before, self.opened = self.opened, message
                    self.query_one(StatusLine).opened = self.query_one(LargeNumbers).opened = message
                    self.arrangement.replace_data(before, message)
                case Ended(summary):
                    self.shelf.finish(summary)
                    self.arrangement.hand_down()
                case Notice(text, is_error, command):
                    if command in (Save, Replace):
                        self.saving.answered(is_error=is_error)
                    if command is Return and is_error:
                        self.lessons.lost_marks()
                    self.notify(text, severity="error" if is_error else "information", markup=False)
                case OpenedRun():
                    self.saving.opened(message)
                case SaveRefused():
                    if self.player is None:
                        self.saving.refused(message)
                case Rescued(runs):
                    self.run_worker(offer(self, runs))
                case Stopped(reason) if self.opened is None and self._opening.ends_if_refused:
                    cast("TuiNN", self.app).end_refused(reason)
                case Stopped(reason):
                    self.set_stopped(reason)
                    self.notify(f"The engine stopped: {reason}.", severity="error", markup=False)
                case CarriedOut():
                    self.recording.carried_out(message)
                    self.changes.carried_out(message)
                case snapshot:
                    self.snapshot = snapshot
        self.recording.look()

    def watch_snapshot(self, before: Snapshot | None, snapshot: Snapshot | None) -> None:
        """Pass a new snapshot to the panes, and look for hints in it."""
        if who_left := self.shelf.take(self.snapshot, self.opened):
            self.notify(who_left, markup=False)
        self.query_one(StatusLine).snapshot = self.query_one(LargeNumbers).snapshot = snapshot
        self.hints.look_at(snapshot, self.opened.test if self.opened else None, in_lesson=self._engine.has_lesson)
        if snapshot is not None and (outcome := self.hints.outcome(snapshot)):
            self.notify(outcome, markup=False)
        if snapshot is not None:
            self.changes.saw(snapshot)
            self.lessons.saw(snapshot)
            if self._bell is not None:
                self._bell.saw(snapshot)
        self.arrangement.hand_down()
        if before is None and snapshot is not None:
            self.run_worker(carry_out(self._opening, self))
            self.file.begin(snapshot)
            if self._begins_with_comparison:
                self.post_message(Show(Look("Train", "compare")))
            if difference := snapshot.difference_from_here:
                self.notify(difference, markup=False)
        if before and snapshot and snapshot.run != before.run:
            # The current file contains the previous run, so the new run needs a file of its own.
            self.file.turn_to(snapshot, before)
        begun = snapshot is not None and (before is None or before.training is not snapshot.training)
        if snapshot and begun and not snapshot.epoch:
            for misfit in misfits(snapshot):
                self.notify(misfit, markup=False)
        if deciding_values(before) != deciding_values(snapshot):
            self.refresh_bindings()

    def _take_seeds(self) -> None:
        """Collect the finished runs with other seeds."""
        is_new, error = self.seeds.poll()
        if error:
            self.notify(f"The training of the seeds ended: {error}.", severity="error", markup=False)
        if is_new:
            self.arrangement.hand_down()

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
        command = self.training.paced(command)
        self.recording.sent(command)
        self._engine.send(command)
        return True

    @on(Tell)
    def _tell(self, message: Tell) -> None:
        if isinstance(message.command, Change | ApplyEdits):
            self.door.change(message.command)
        else:
            self.send(message.command)

    @on(StartLesson)
    async def _start_lesson(self, message: StartLesson) -> None:
        await self.lessons.begin(message.name, again=message.again, teach=message.teach)

    @on(MoveInLesson)
    def _move_in_lesson(self, message: MoveInLesson) -> None:
        self.lessons.move(message.play)

    @on(LeaveLesson)
    async def _leave_lesson(self) -> None:
        await self.lessons.leave_or_ask()

    @on(ForgetLessons)
    def _forget_lessons(self) -> None:
        self.lessons.ask_to_forget()

    @on(ShowTour)
    async def _show_tour(self) -> None:
        await self.arrangement.bring("Train")
        self.app.push_screen(Tour(self.arrangement.bring))

    @on(StartOver)
    def _start_over(self, message: StartOver) -> None:
        if not self.stopped:
            self.door.start_over(message)

    @on(CarryOut)
    def _carry_out(self, message: CarryOut) -> None:
        self.changes.fix(message.hint)

    @on(Waiting)
    def _wait(self, message: Waiting) -> None:
        self.training.wait_for(message)

    @on(Show)
    async def _show(self, message: Show) -> None:
        await self.show(message.look)

    async def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Make a pane current when the person clicks into it."""
        if event.widget is not self.focused:
            return  # Another widget has received the focus before this message arrived.
        pane = next((node for node in event.widget.ancestors_with_self if isinstance(node, Pane)), None)
        if pane is not None:
            self.arrangement.take_keys(pane)

    # ---- looks

    @property
    def runs(self) -> RunSet | None:
        """Return the live run and the frozen runs beside it; None while the data are being loaded."""
        return self.shelf.runs

    @property
    def current(self) -> str:
        """Return the name of the pane that receives the keys."""
        return self.arrangement.current

    @property
    def current_look(self) -> Look:
        """Return a `Look`, which describes the branch and epoch on the screen, the current pane, and its view."""
        look, snapshot = self.arrangement.front_look, self.snapshot
        return look if snapshot is None else replace(look, branch=snapshot.branch, epoch=snapshot.epoch)

    async def show(self, look: Look) -> None:
        """Go to the branch and epoch that a `Look` (view description) names, and bring its pane and view to the front."""
        if look.branch is not None and self.snapshot is not None and look.branch != self.snapshot.branch:
            self.send(Switch(look.branch))
        if look.epoch is not None:
            self.send(Seek(look.epoch))
        await self.arrangement.show(look)

    def commands(self) -> Iterator[SystemCommand]:
        """Yield the commands of the palette: keys that work now, keys of the other panes, and topics to search for by name."""
        shown = self.arrangement.front_look
        yield from all_commands(self, shown, [pane_class(name) for _, name in PANES], self.arrangement.act_in)
        yield from topics(self, self.snapshot)
        yield self.recording.command

    # ---- actions: training

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide or grey the keys that cannot be used now."""
        return is_possible(self, action, parameters)

    def on_key(self, event: events.Key) -> None:
        """Show why a key does nothing."""
        if sentence := no_effect(self, event):
            self.notify(sentence, markup=False)

    def action_step_epoch(self) -> None:
        """Train one epoch."""
        self.training.train(StepEpoch())

    def action_step_batch(self) -> None:
        """Train one batch."""
        self.training.train(StepBatch())

    def action_run(self) -> None:
        """Train to the end of the planned epochs; if they are complete, train as many again."""
        self.training.train(Run())

    def action_pace(self, faster: bool) -> None:
        """Let the present run and later runs train more or fewer epochs a second."""
        self.training.change_pace(faster=faster)

    def action_pause(self) -> None:
        """Pause training."""
        self.send(Pause())

    def action_start_over(self, seed_step: int) -> None:
        """Go to epoch 0: with the same start weights (0), or with those of the next seed (1)."""
        self.changes.start_over(seed_step)

    def action_again(self) -> None:
        """Ask for one change of a setting, and train another run with it."""
        self.changes.ask_for_another_run()

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
        self.training.apply_changes()

    def action_settings(self) -> None:
        """Open the box for the learning rate, the batch size and the optimizer, and apply the changes at once."""
        self.changes.ask_for_settings()

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
        """Start the engine again after it has stopped, with the last snapshot of the run."""
        self.set_stopped("")
        self.app.clear_notifications()
        self._engine.start_again()

    def action_fix(self) -> None:
        """Apply the fix of the first hint."""
        if (hint := self.hints.first) is not None:
            self.changes.fix(hint)

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
        self.time_travel.go_to_best()

    def action_go_to(self) -> None:
        """Ask for an epoch and go there."""
        self.time_travel.ask_for_epoch()

    def action_branches(self) -> None:
        """List all branches."""
        self.time_travel.show_branches()

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
        """Show the current pane on the whole screen. In Train, then show only the chart. At last, show all panes again."""
        await self.arrangement.zoom()

    def action_presentation(self) -> None:
        """Open the dialog that hides parts of the screen."""
        from tui_nn.ui.shell.presentation import Presentation

        self.app.push_screen(Presentation(self, lambda: self.training.pace, self.action_pace))

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
        """Compare runs in the present pane, or in Train if the present pane cannot. In the compare view of Train, go back to the
        live run.
        """
        await self.arrangement.compare()

    def action_hints(self) -> None:
        """List all hints."""
        if self.current_look.view == "hints":
            self.notify("The key w leads to the view hints, which is already open.", markup=False)
        self.post_message(Show(Look("Inspect", view="hints")))

    async def action_microscope(self) -> None:
        """Open the microscope. Begin the next update, unless the microscope already shows an update."""
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
        self.changes.find_rate()

    def action_help(self) -> None:
        """Show the help of the current pane."""
        if (front := self.arrangement.front) is not None:
            # Markdown takes longer to import than the whole screen takes to paint.
            from tui_nn.ui.shell.help import Help

            self.app.push_screen(Help(front, self))

    def action_explain(self) -> None:
        """Open the box that explains the values on the screen, beginning with the value under the cursor."""
        # This import is late, because this module imports NumPy.
        from tui_nn.ui.shell.explain import explain

        explain(self)

    def dismiss_run(self) -> None:
        """Discard the unsaved training, unless the engine has stopped and the training could not be saved."""
        if not self.stopped:
            self._engine.dismiss()

    def question_before_quitting(self) -> Ask | None:
        """Return the dialog to show before the app ends; None if little would be lost, or nothing can be saved."""
        return None if self.stopped else self.door.question_before_quitting()
