"""The frame: panes, keys, palette, help, sizes, and an engine that comes and goes."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from piloting import press, rows, settle, snapshot, text, until
from textual.pilot import Pilot
from textual.widgets._toast import Toast
from waiting import PATIENCE

from tui_nn.core.fast.evaluation import Evaluation
from tui_nn.engine.commands import Command, Run
from tui_nn.engine.inline import InlineEngine
from tui_nn.engine.look import Look
from tui_nn.engine.messages import Start, Stopped
from tui_nn.glossary import GLOSSARY
from tui_nn.session.file.runs import load_run, save_run
from tui_nn.session.run.made_with import MadeWith
from tui_nn.ui.configure.form import Form
from tui_nn.ui.configure.pane import ConfigurePane
from tui_nn.ui.inspect.pane import InspectPane
from tui_nn.ui.kit.keys import SCREEN_KEYS
from tui_nn.ui.kit.pane import Pane
from tui_nn.ui.mistakes.pane import MistakesPane
from tui_nn.ui.shell.app import TuiNN
from tui_nn.ui.train.by_class import ByClass
from tui_nn.ui.train.pane import TrainPane


def shown(pilot: Pilot[Any]) -> set[str]:
    return {pane.TITLE for pane in pilot.app.screen.query(Pane) if pane.display and pane.size.height > 10}


async def test_numbers_lead_to_the_panes(open_app: Any) -> None:
    """1 to 4 bring a pane to the front, and the tab says so without colour."""
    async with open_app(hidden_sizes=(16,)) as pilot:
        for key, name in (("1", "Configure"), ("3", "Inspect"), ("4", "Mistakes"), ("2", "Train")):
            await pilot.press(key)
            await settle(pilot)
            assert shown(pilot) == {name}
            assert f"▐{key} {name}▌" in rows(pilot)[1]
            assert pilot.app.screen.focused is not None
            assert any(
                isinstance(node, Pane) and name == node.TITLE for node in pilot.app.screen.focused.ancestors_with_self
            )


async def test_a_tab_can_be_clicked(open_app: Any) -> None:
    """The mouse reaches what keys reach."""
    async with open_app(hidden_sizes=(16,)) as pilot:
        await pilot.click("TabStrip", offset=(rows(pilot)[1].index("Mistakes"), 0))
        await settle(pilot)
        assert shown(pilot) == {"Mistakes"}


@pytest.mark.parametrize(
    ("size", "names"),
    [
        ((80, 24), {"Train"}),
        ((120, 40), {"Train"}),
        ((150, 40), {"Train", "Inspect"}),
        ((160, 50), {"Train", "Inspect", "Configure", "Mistakes"}),
    ],
)
async def test_as_many_panes_as_there_is_room_for(open_app: Any, size: tuple[int, int], names: set[str]) -> None:
    """One pane, two, or all four, each at its place."""
    async with open_app(size, hidden_sizes=(16,)) as pilot:
        await settle(pilot)
        assert shown(pilot) == names
        if len(names) == 4:
            places = {pane.TITLE: pane.region.offset for pane in pilot.app.screen.query(Pane)}
            assert places["Train"].x == places["Configure"].x == 0
            assert places["Inspect"].x == places["Mistakes"].x == 80
            assert places["Train"].y == places["Inspect"].y < places["Configure"].y == places["Mistakes"].y
            assert all(pane.size.width == 80 for pane in pilot.app.screen.query(Pane))


async def test_zoom_gives_one_pane_the_whole_screen_and_takes_it_back(open_app: Any) -> None:
    """z shows the pane with the keys alone."""
    async with open_app((160, 50), hidden_sizes=(16,)) as pilot:
        await pilot.press("4", "z")
        await settle(pilot)
        assert shown(pilot) == {"Mistakes"}
        await pilot.press("z")
        await settle(pilot)
        assert len(shown(pilot)) == 4


async def test_zoom_where_one_pane_has_room_says_so(open_app: Any) -> None:
    """It leaves nothing behind that hides panes once there is room."""
    async with open_app((120, 40), hidden_sizes=(16,)) as pilot:
        await press(pilot, "3", "z")
        assert "Only one pane fits on this screen." in next(iter(pilot.app._notifications)).message
        await pilot.resize_terminal(160, 50)
        await settle(pilot)
        assert len(shown(pilot)) == 4


async def test_a_key_of_another_alphabet_gets_a_word(open_app: Any) -> None:
    """к is on the key of r."""
    async with open_app((80, 24), hidden_sizes=(16,)) as pilot:
        await pilot.press("к")
        await settle(pilot)
        assert "you typed another letter" in next(iter(pilot.app._notifications)).message
        assert snapshot(pilot).epoch == 0


@pytest.mark.parametrize("size", [(59, 24), (80, 19), (10, 3), (1, 1)])
async def test_too_small_is_said(open_app: Any, size: tuple[int, int]) -> None:
    """Below 60x20 one sentence says what is needed; grown again, everything is back."""
    async with open_app((80, 24), hidden_sizes=(16,)) as pilot:
        await pilot.resize_terminal(*size)
        await pilot.pause()
        assert not shown(pilot)
        if size[0] >= 40:
            assert "needs a terminal of 60 columns and 20 rows" in text(pilot)
        await pilot.resize_terminal(80, 24)
        await settle(pilot)
        assert shown(pilot) == {"Train"}
        assert "untrained" in text(pilot)


async def test_resizing_while_training_keeps_the_frame(open_app: Any) -> None:
    """A storm of sizes during a run ends in what a fresh start at the last size shows."""
    async with open_app(hidden_sizes=(16,), epochs=100_000, train_limit=100) as pilot:
        await pilot.press("r")
        for size in ((40, 10), (160, 50), (1, 1), (61, 20), (80, 24)):
            await pilot.resize_terminal(*size)
            await settle(pilot)
        await pilot.press("r")
        await settle(pilot)
        assert shown(pilot) == {"Train"}
        assert len(rows(pilot)) == 24
        assert "by class" in text(pilot)


async def test_every_key_of_every_pane_is_in_the_palette(open_app: Any) -> None:
    """What a key does, the palette does, from any pane; the key is named there."""
    kinds = (ConfigurePane, TrainPane, InspectPane, MistakesPane)
    async with open_app(hidden_sizes=(16,)) as pilot:
        await press(pilot, "space", "space", "left_square_bracket")  # So that there is somewhere to go.
        told = {command.help for command in pilot.app.get_system_commands(pilot.app.screen)}
        for bindings in (
            [key.binding for key in SCREEN_KEYS],
            *([binding for _, binding in kind.all_bindings()] for kind in kinds),
        ):
            for binding in bindings:
                waits = binding.action in ("pause", "screen.pause", "restart_engine")
                if not waits and not binding.tooltip.startswith("While you teach"):
                    assert not binding.tooltip or binding.tooltip in told, binding


async def test_the_palette_reaches_into_another_pane(open_app: Any) -> None:
    """A command of Mistakes, chosen in Train, goes there and does it."""
    async with open_app(hidden_sizes=(16,)) as pilot:
        await pilot.press("space")
        await settle(pilot)
        commands = {command.title: command for command in pilot.app.get_system_commands(pilot.app.screen)}
        await commands["Mistakes, list: sort  (s)"].callback()
        await settle(pilot)
        assert shown(pilot) == {"Mistakes"}
        assert "worst first" not in rows(pilot)[2]


async def test_the_palette_reaches_into_a_sub_view(open_app: Any) -> None:
    """A key of a view of Inspect that was never shown, chosen in Train."""
    async with open_app(hidden_sizes=(16,)) as pilot:
        commands = {command.title: command for command in pilot.app.get_system_commands(pilot.app.screen)}
        await commands["Inspect, histograms: scale  (y)"].callback()
        await settle(pilot)
        assert shown(pilot) == {"Inspect"}
        assert "height = share" in text(pilot)
        await pilot.press("y")
        await settle(pilot)
        assert "height = log of count" in text(pilot), "and its keys work"


async def test_a_view_of_the_palette_is_there_before_its_action(open_app: Any) -> None:
    """When the command has been carried out the view is mounted and has its values; what it is to do comes after."""
    async with open_app(hidden_sizes=(16,)) as pilot:
        screen, done = pilot.app.screen, []

        async def note(action: str, node: Any) -> None:
            done.append((action, node.is_mounted, node.snapshot is not None))

        pilot.app.run_action = note
        await screen.arrangement.act_in("Inspect", "flow", "turn")
        front = screen.query_one(InspectPane).front
        assert front.NAME == "flow"
        assert front.is_mounted
        assert front.snapshot is not None
        await until(pilot, lambda: done)
        assert done == [("turn", True, True)]


async def test_the_palette_trains(open_app: Any) -> None:
    """A command of the palette works as its key does."""
    async with open_app(hidden_sizes=(16,)) as pilot:
        commands = {command.title: command for command in pilot.app.get_system_commands(pilot.app.screen)}
        await commands["Epoch  (space)"].callback()
        await settle(pilot)
        assert pilot.app.screen.snapshot.epoch == 1


@pytest.mark.parametrize("key", ["1", "2", "3", "4"])
async def test_help_explains_the_pane_and_lists_its_keys(open_app: Any, key: str) -> None:
    """? opens a page with the pane's name, its keys and the terms that it uses. esc closes the page."""
    async with open_app((120, 50), hidden_sizes=(16,)) as pilot:
        await pilot.press(key)
        await settle(pilot)
        name = next(pane.TITLE for pane in pilot.app.screen.query(Pane) if pane.display)
        await pilot.press("question_mark")
        await pilot.pause()
        page = pilot.app.screen._text
        assert f"# {name}" in page
        assert "| space |" in page
        _, terms = page.split("## Terms")
        listed = re.findall(r"^- \*\*(.+?)\*\*: ", terms, re.MULTILINE)
        assert "epoch" in listed
        assert all(GLOSSARY[term] in terms for term in listed)
        assert set(GLOSSARY) - set(listed), "a term that the page does not use is not explained"
        await pilot.press("escape")
        await pilot.pause()
        assert shown(pilot) == {name}


async def test_saving_writes_a_run_that_goes_on(open_app: Any, tmp_path: Path) -> None:
    """ctrl+s writes the file it says, and the file holds the run."""
    path = tmp_path / "mine.run"
    async with open_app(hidden_sizes=(16,), save_as=str(path)) as pilot:
        await press(pilot, "space", "ctrl+s")
        now = pilot.app.screen.snapshot
        assert load_run(path).snapshot().history == now.history


async def test_a_save_that_fails_is_said_and_loses_nothing(open_app: Any, tmp_path: Path) -> None:
    """A folder that is not there gives one sentence; the run goes on."""
    async with open_app(hidden_sizes=(16,), save_as=str(tmp_path / "nowhere" / "mine.run")) as pilot:
        await pilot.press("space", "ctrl+s")
        await settle(pilot)
        notices = [notification.message for notification in pilot.app._notifications]
        assert any("mine.run" in notice for notice in notices)
        assert pilot.app.screen.snapshot.epoch == 1


class LostEngine(InlineEngine):
    """Stops when it is told to run, and starts again as it was."""

    stopped = False
    started_again = False

    def send(self, command: Command) -> None:
        self.stopped = command == Run()
        if not self.stopped:
            super().send(command)

    def poll(self) -> list[Any]:
        if self.stopped:
            self.stopped = False
            return [Stopped("it was told to")]
        return super().poll()

    def start_again(self) -> None:
        self.started_again = True


async def test_a_lost_engine_is_a_state_with_a_way_back() -> None:
    """The reason is shown, training keys do nothing, looking still works, and e starts it again."""
    engine = LostEngine(Start())
    async with TuiNN(engine).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await settle(pilot)
        await pilot.press("space", "r")
        await settle(pilot)
        assert "‡ engine stopped" in rows(pilot)[0]
        assert "start it again" in text(pilot)
        await pilot.press("4")
        await settle(pilot)
        assert shown(pilot) == {"Mistakes"}
        await pilot.press("2", "e")
        await settle(pilot)
        assert engine.started_again
        assert "‡" not in rows(pilot)[0]


async def test_plain_ascii_is_plain_ascii(open_app: Any) -> None:
    """In ASCII mode nothing else is ever drawn, in any pane."""
    async with open_app(hidden_sizes=(16,), ascii_only=True) as pilot:
        await pilot.press("space")
        for key in "1234":
            await pilot.press(key)
            await settle(pilot)
            await pilot.app.workers.wait_for_complete()
            await pilot.pause()
            drawn = "\n".join(rows(pilot)[:-1])
            assert drawn.isascii(), {c for c in drawn if not c.isascii()}
            # "?" is what a glyph without a stand-in becomes; the chart names it as the key for help.
            assert "?" not in drawn.replace("?      help", "")


async def test_without_colour_the_states_are_still_told(open_app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under NO_COLOR the running state, the active tab and wrong answers have marks."""
    monkeypatch.setenv("NO_COLOR", "1")
    async with open_app(hidden_sizes=(16,)) as pilot:
        await pilot.press("space")
        await settle(pilot)
        assert pilot.app.no_color
        assert "○ ready" in rows(pilot)[0]
        assert "▐2 Train▌" in rows(pilot)[1]
        assert any(mark in text(pilot) for mark in "✗▾∅")
        colours = {
            (segment.style.color, segment.style.bgcolor)
            for strip in pilot.app.screen._compositor.render_strips()
            for segment in strip
            if segment.style
        }
        for pair in colours:
            for colour in pair:
                if colour is not None and colour.triplet is not None:
                    assert len(set(colour.triplet)) == 1


async def test_a_first_save_takes_no_other_runs_file(
    open_app: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ctrl+s leaves a file that is there alone, keeps to its own afterwards, and begins another after R."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "quick-start.run").write_text("somebody's")
    async with open_app(hidden_sizes=(16,), save_as=None) as pilot:
        for keys in (("space", "ctrl+s"), ("space", "ctrl+s"), ("R", "space", "ctrl+s")):
            for key in keys:
                await pilot.press(key)
                await settle(pilot)
    assert (tmp_path / "quick-start.run").read_text() == "somebody's"
    assert {path.name for path in tmp_path.iterdir()} == {"quick-start.run", "quick-start-2.run", "quick-start-3.run"}
    assert load_run(tmp_path / "quick-start-2.run").snapshot().epoch == 2


async def test_a_digit_that_is_not_in_the_test_data_has_a_dash(open_app: Any) -> None:
    """By digit keeps its columns where a class is missing, and where the outputs are no numbers."""
    async with open_app(hidden_sizes=(16,)) as pilot:
        test = pilot.app.screen.opened.test
        kept = test.labels != 3
        strip = pilot.app.screen.query_one(ByClass)
        evaluation = pilot.app.screen.snapshot.evaluation
        strip.test = replace(test, images=test.images[kept], labels=test.labels[kept])
        strip.evaluation = Evaluation(
            evaluation.outputs[kept] * np.nan, evaluation.losses[kept], evaluation.predicted[kept]
        )
        await pilot.pause()
        answers = next(row for row in rows(pilot) if row.startswith(" predicted"))
        assert "–" in answers
        assert "✓" not in answers
        assert {len(row.rstrip()) for row in (answers, rows(pilot)[-2])} <= set(range(70, 81))
        assert rows(pilot)[-2].startswith(" by class")


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
async def test_a_message_covers_neither_the_tabs_nor_the_current_field(size: tuple[int, int]) -> None:
    app = TuiNN(InlineEngine(Start(preset="quick-start")))
    async with app.run_test(size=size, notifications=True) as pilot:
        await pilot.press("1")
        await settle(pilot)
        app.notify(
            "This message is as long as that about a change: " + "it has started a new network. " * 2, timeout=PATIENCE
        )
        await settle(pilot)
        message, field = app.screen.query_one(Toast).region, app.screen.focused
        assert field is not None
        assert not message.overlaps(field.region)
        last = max(at + len(label) for at, label in [(rows(pilot)[1].index("5 Lessons"), "5 Lessons")])
        assert message.y > 1 or message.x > last
        assert message.bottom < size[1], "the keys stay in view"
        app.clear_notifications()
        # This message is two cells longer than its row, so its last word needs a second row.
        app.notify("x" * ((48 if size[0] == 120 else size[0]) - 7) + " END", timeout=PATIENCE)
        await settle(pilot)
        assert "END" in text(pilot)


async def test_at_the_smallest_size_views_give_up_whole_things(open_app: Any) -> None:
    """Vary keeps both answers, Unit the number beside its bar, Confusion no heading without pairs."""
    async with open_app(size=(60, 20), hidden_sizes=(8,)) as pilot:
        await pilot.press("4", "v")
        await settle(pilot)
        assert any("was  now" in row for row in rows(pilot))
        await pilot.press("escape", "c")
        await settle(pilot)
        shown = rows(pilot)
        assert all(re.search(r"\d as \d", shown[at + 1]) for at, row in enumerate(shown) if "most confused" in row)
        await pilot.press("3", "u")
        await settle(pilot)
        digits = [row for row in rows(pilot)[2:] if any(f" {digit}  " in row[28:36] for digit in range(10))]
        assert len(digits) == 10
        assert all("." in row[36:] for row in digits)


async def test_keys_of_a_group_share_a_word(open_app: Any) -> None:
    """So that the keys which matter most have room at 80 columns."""
    async with open_app() as pilot:
        assert rows(pilot)[-1].startswith(" space epoch  b batch  r run  m microscope  [] back/on ")
        await pilot.press("1")
        await settle(pilot)
        await pilot.press("down", "right")
        await settle(pilot)
        assert "↑↓ field  ←→ change  enter next  a apply  u undo" in rows(pilot)[-1]


async def test_a_run_that_was_trained_elsewhere_says_so_when_it_is_opened(open_app: Any, tmp_path: Path) -> None:
    """One message names what is different here."""
    path = tmp_path / "a.run"
    async with open_app(hidden_sizes=(16,), save_as=str(path)) as pilot:
        await press(pilot, "ctrl+s")
    for made_with, words in (((), False), ((MadeWith("0.1.0", "1.0.0", "3.11.0"),), True)):
        session = load_run(path)
        save_run(path, replace(session.snapshot(), made_with=made_with), session.dataset)
        app = TuiNN(InlineEngine(Start(run=str(path))), save_as=str(path))
        async with app.run_test(size=(80, 24)) as opened:
            await settle(opened)
            told = " ".join(message.message for message in app._notifications)
            assert ("This run was trained with NumPy 1.0.0" in told) == words


async def test_another_pane_can_be_asked_for_while_the_first_one_is_made(open_app: Any) -> None:
    async with open_app(hidden_sizes=(4,), train_limit=50) as pilot:
        arrangement = pilot.app.screen.arrangement
        await asyncio.gather(arrangement.bring("Inspect"), arrangement.bring("Mistakes"))
        assert arrangement.front.TITLE == arrangement.current == "Mistakes"
        assert pilot.app.screen.focused in arrangement.front.walk_children(with_self=True)


async def test_a_dialog_without_room_is_laid_out_once(open_app: Any) -> None:
    """Scrollbars that come and go would keep the event loop busy for ever, and `settle` would give up."""
    async with open_app((80, 24), hidden_sizes=(4,), train_limit=50) as pilot:
        for key in ("g", "G", "question_mark"):
            await pilot.resize_terminal(80, 24)
            await press(pilot, key)
            for size in ((10, 3), (6, 6), (2, 2)):
                await pilot.resize_terminal(*size)
                await settle(pilot)
            await press(pilot, "escape")
        assert len(pilot.app.screen_stack) == 1


async def test_keys_and_the_palette_work_while_a_pane_is_being_made(open_app: Any) -> None:
    """A pane whose parts are not there yet is asked for nothing; what is current then has only its name."""
    async with open_app(hidden_sizes=(4,), train_limit=50) as pilot:
        await press(pilot, "1")
        screen = pilot.app.screen
        await screen.query_one(Form).remove()
        screen.arrangement._ready.remove(screen.arrangement.front)  # As it is before the parts are mounted.
        assert screen.current_look.pane == "Configure"
        assert [command for command in screen.commands() if command.title.startswith("Mistakes, confusion: ")]
        await press(pilot, "к", "pageup")
        assert screen.current == "Configure"


@pytest.mark.parametrize("way", ["look", "palette"])
async def test_a_view_is_not_looked_for_in_a_pane_that_has_come_between(open_app: Any, way: str) -> None:
    """While a pane is made, another one is asked for: the view of the first is not looked for in the second."""
    async with open_app(hidden_sizes=(4,), train_limit=50) as pilot:
        await press(pilot, "3", "2")
        arrangement = pilot.app.screen.arrangement
        look = Look("Mistakes", "confusion")
        first = arrangement.show(look) if way == "look" else arrangement.act_in("Mistakes", "why", "pixels")
        await asyncio.gather(first, arrangement.bring("Inspect"))
        await settle(pilot)
        assert arrangement.front.TITLE == arrangement.current == "Inspect"
        assert arrangement.front.view == "layers"
