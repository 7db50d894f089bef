"""The row of keys at the bottom of the screen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import RenderResult
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from tui_nn.render.ascii import name_arrows
from tui_nn.ui.kit.roles import FRAME, KEY, TEXT, colour


@dataclass(frozen=True, slots=True)
class FooterKey:
    """One key of the footer, or a group of keys with one word."""

    key: str
    shown: str
    """The text that names the key, such as "^s"."""
    description: str
    enabled: bool
    tooltip: str

    def joined(self, before: FooterKey) -> FooterKey:
        """Join the key `before` and this key into one entry of the footer. A click on the entry presses the first key."""
        return replace(before, shown=before.shown + self.shown, enabled=before.enabled or self.enabled)

    @property
    def width(self) -> int:
        """Return the width in cells. It includes a blank before the key, one before the word and one after the word."""
        return len(self.shown) + len(self.description) + 3


class QuietFooter(Widget):
    """A footer in one widget, which is redrawn only when its text changes.

    Every change of focus announces new bindings, and each arrow key in a form changes the focus. Textual's own footer then
    mounts one widget for each key. This takes longer than all other effects of the arrow key. A key that does not
    fit is left out. The keys for help and palette stay longest.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = f"""
    QuietFooter {{
        dock: bottom;
        height: 1;
        background: {FRAME};
        color: {TEXT};
    }}
    QuietFooter > .footer--key {{ color: {colour(KEY)}; background: {FRAME}; text-style: bold; }}
    QuietFooter > .footer--description {{ color: {TEXT}; background: {FRAME}; }}
    QuietFooter > .footer--hover {{ background: $block-hover-background; }}
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"footer--key", "footer--description", "footer--hover"}

    _keys: tuple[FooterKey, ...] = ()
    _palette: FooterKey | None = None
    _under_mouse: FooterKey | None = None

    def on_mount(self) -> None:
        """Subscribe to changes of the bindings."""
        self.screen.bindings_updated_signal.subscribe(self, self.bindings_changed)

    def on_unmount(self) -> None:
        """End the subscription."""
        self.screen.bindings_updated_signal.unsubscribe(self)

    def bindings_changed(self, screen: Screen[object]) -> None:
        """Redraw the row if its text changes."""
        if not self.is_attached or screen is not self.screen:
            return
        if self._keys and not screen.app.app_focus:
            return  # While the app is in the background, no widget has the focus. Keep the keys that were shown.
        keys: dict[str, FooterKey] = {}
        palette_key, palette = self.app.COMMAND_PALETTE_BINDING, None
        for name, (_, binding, enabled, tooltip) in screen.active_bindings.items():
            shown = self.app.get_key_display(binding)
            key = FooterKey(binding.key, shown, binding.description, enabled, tooltip or binding.tooltip)
            if name == palette_key:
                palette = key
            elif binding.show and binding.group is not None:
                # The footer shows the keys of a group together, and then the one word that describes all of them.
                group = binding.group.description
                keys[group] = key.joined(keys[group]) if group in keys else replace(key, description=group)
            elif binding.show:
                # If several keys have the same action, the footer shows the first.
                keys.setdefault(binding.action, key)
        row = tuple(keys.values())
        if getattr(self.app, "ascii_only", False):
            row = tuple(replace(key, shown=name_arrows(key.shown)) for key in row)
        if (row, palette) != (self._keys, self._palette):
            self._keys, self._palette = row, palette
            self.refresh()

    # ---- drawing

    def render(self) -> RenderResult:
        """Return nothing, because `render_line` draws the row."""
        return ""

    def render_line(self, y: int) -> Strip:
        """Draw the keys from the left, and the palette at the right."""
        segments: list[Segment] = []
        at = 0
        # Blanks get a style of their own. Otherwise an SVG export would join them to the previous word.
        blank = self.rich_style + Style(bold=False)
        for start, key in self._places():
            segments += [Segment(" " * (start - at), blank), *self._draw(key)]
            at = start + key.width
        segments.append(Segment(" " * (self.size.width - at), blank))
        return Strip([part for part in segments if part.text], self.size.width)

    def _draw(self, key: FooterKey) -> list[Segment]:
        name, words = (self.get_component_rich_style(f"footer--{part}") for part in ("key", "description"))
        added = Style(dim=True) if not key.enabled else Style()
        if key == self._under_mouse:
            added += Style(bgcolor=self.get_component_rich_style("footer--hover").bgcolor)
        return [Segment(f" {key.shown}", name + added), Segment(f" {key.description} ", words + added)]

    def _places(self) -> list[tuple[int, FooterKey]]:
        """Return the keys that fit, each with the column where it begins."""
        width, palette = self.size.width, self._palette
        right = width - (palette.width + 1 if palette else 0)
        places, at = [], 0
        keys = list(self._keys)
        while keys and sum(key.width for key in keys) > right:
            # The key for help stays longest, because the help lists all other keys.
            del keys[-2 if len(keys) > 1 else -1]
        for key in keys:
            places.append((at, key))
            at += key.width
        return [*places, (right, palette)] if palette and right >= 0 else places

    # ---- mouse

    def _key_at(self, x: int) -> FooterKey | None:
        return next((key for start, key in self._places() if start <= x < start + key.width), None)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Highlight the key under the mouse, and show its tooltip."""
        self._point(self._key_at(event.x))

    def on_leave(self) -> None:
        """Remove the highlight."""
        self._point(None)

    def _point(self, key: FooterKey | None) -> None:
        if key != self._under_mouse:
            self._under_mouse = key
            self.tooltip = key.tooltip if key else None
            self.refresh()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Press the key that was clicked."""
        key = self._key_at(event.x)
        if key is not None and key.enabled:
            self.app.simulate_key(key.key)
        elif key is not None:
            self.app.bell()
