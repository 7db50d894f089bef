"""Test that the palette finds settings, presets, hints and words, and where they lead."""

from __future__ import annotations

from typing import Any

from piloting import settle

from tui_nn.config.configs import settings
from tui_nn.glossary import GLOSSARY
from tui_nn.presets import load_preset, preset_names
from tui_nn.session.hints import RULES


def commands_of(pilot: Any) -> dict[str, Any]:
    """Return all commands of the palette by their titles."""
    return {command.title: command for command in pilot.app.get_system_commands(pilot.app.screen)}


async def choose(pilot: Any, title: str) -> None:
    """Carry out a command of the palette."""
    commands_of(pilot)[title].callback()
    await settle(pilot)


async def test_the_palette_finds_every_setting_preset_hint_and_word(open_app: Any) -> None:
    async with open_app(hidden_sizes=(16,)) as pilot:
        commands = commands_of(pilot)
        expected = (
            [f"Preset: {name}" for name in preset_names()]
            + [f"Hint: {rule.title}" for rule in RULES]
            + [f"Word: {term}" for term in GLOSSARY]
        )
        assert set(expected) <= set(commands)
        labels = [
            title.removeprefix("Setting: ").partition(" (")[0] for title in commands if title.startswith("Setting: ")
        ]
        assert labels == [setting.label for setting in settings()]
        assert not any(commands[title].discover for title in expected), "the list without a search has only keys"


async def test_a_setting_of_the_palette_leads_to_its_field(open_app: Any) -> None:
    async with open_app(hidden_sizes=(16,)) as pilot:
        for label in ("learning rate", "generator"):
            await choose(pilot, f"Setting: {label}")
            assert pilot.app.screen.current == "Configure"
            assert pilot.app.screen.focused.id == label.replace(" ", "_")


async def test_a_setting_is_described_with_its_present_value(open_app: Any) -> None:
    async with open_app(hidden_sizes=(16,), learning_rate=0.25, train_limit=200) as pilot:
        commands = commands_of(pilot)
        assert "w − 0.25 × gradient" in commands["Setting: learning rate"].help
        assert not any("{value}" in command.help for command in commands.values())
        (limit,) = (command for title, command in commands.items() if "training examples (digits)" in title)
        assert limit.help.endswith("beginning with the first: 200.")


async def test_a_preset_of_the_palette_is_applied(open_app: Any) -> None:
    async with open_app(hidden_sizes=(16,)) as pilot:
        await choose(pilot, "Preset: tiny-lecun")
        snapshot, preset = pilot.app.screen.snapshot, load_preset("tiny-lecun")
        assert (snapshot.preset, snapshot.network.hidden_sizes) == ("tiny-lecun", preset.network.hidden_sizes)


async def test_a_hint_leads_to_the_hints_and_a_word_is_explained(open_app: Any) -> None:
    async with open_app(hidden_sizes=(16,)) as pilot:
        await choose(pilot, "Word: momentum")
        assert any(GLOSSARY["momentum"] in notice.message for notice in pilot.app._notifications)
        await choose(pilot, f"Hint: {RULES[0].title}")
        assert pilot.app.screen.current_look.view == "hints"
