"""Which act of an update is looked at, and how many were asked for and are still on their way."""

from __future__ import annotations

from tui_nn.core.watch.update_view import UpdateView


class ActCursor:
    """Goes on and back along the acts of an update. Those that are done are kept, so that only new ones are asked for."""

    def __init__(self) -> None:
        """Before there is anything to look at."""
        self.view: UpdateView | None = None
        self._at = 0
        """From 0; it may be on its way."""
        self._asked = 0
        """Acts that were asked for and have not come."""

    @property
    def at(self) -> int:
        """The act that can be looked at, from 0: the one that is wanted, or the newest."""
        return min(self._at, self.view.done - 1) if self.view else 0

    @property
    def under_way(self) -> bool:
        """Whether an update is begun and not done."""
        return self.view is not None and not self.view.complete and self.view.failure is None

    @property
    def at_the_end(self) -> bool:
        """Whether the newest act is looked at and no other can come in this update."""
        view = self.view
        return view is not None and (view.complete or view.failure is not None) and self.at >= view.done - 1

    def take(self, view: UpdateView | None) -> bool:
        """Take what there is now; whether it is another update, or one that has turned out to fail."""
        before, self.view = self.view, view
        if view is None:
            self._at = self._asked = 0
            return False
        another = before is None or before.key != view.key or view.done < before.done
        if another or view.failure is not (before.failure if before else None):
            self._asked = 0
            self._at = view.failure.act if view.failure else view.done - 1
            return True
        assert before is not None
        self._asked = max(self._asked - (view.done - before.done), 0)
        if self._at >= before.done - 1 and not self._asked:
            # Whoever looked at the newest act goes with it.
            self._at = max(self._at, view.done - 1)
        return False

    def ask(self) -> None:
        """Count an act that is asked for."""
        self._asked += 1

    def go_on(self) -> bool:
        """Turn to the next act; whether it must be asked for. At the end that is the first of the next update."""
        view = self.view
        if view is None or (view.complete and self.at_the_end):
            return True
        if self._at < len(view.plan) - 1 and not self.at_the_end:
            self._at += 1
        return view.failure is None and self._at >= view.done + self._asked

    def look(self, act: int) -> None:
        """Turn to an act that is done: 0 is the first, -1 the newest."""
        if self.view is not None:
            self._at = act % self.view.done

    def back(self) -> None:
        """Turn to the act before."""
        self._at = max(self.at - 1, 0)

    def finish(self) -> None:
        """Turn to the last act, which is on its way."""
        if self.view is not None:
            self._at = len(self.view.plan) - 1
