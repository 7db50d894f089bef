"""The position in an update: the step that is on the screen, and the number of requested steps that have not arrived."""

from __future__ import annotations

from tui_nn.core.watch.update_view import UpdateView


class ActCursor:
    """An object that moves forward and back over the steps of an update. Done steps are kept, so only new ones are requested."""

    def __init__(self) -> None:
        """Begin without an update."""
        self.view: UpdateView | None = None
        self._at = 0
        """The chosen step, from 0. It may not have arrived yet."""
        self._requested = 0
        """The number of steps that were requested and have not arrived."""

    @property
    def at(self) -> int:
        """The step to show, from 0: the chosen one, or the newest if that has not arrived."""
        return min(self._at, self.view.done - 1) if self.view else 0

    @property
    def under_way(self) -> bool:
        """Return whether an update has begun and is not done."""
        return self.view is not None and not self.view.complete and self.view.failure is None

    @property
    def at_the_end(self) -> bool:
        """Return whether the newest step is shown and this update has no further step."""
        view = self.view
        return view is not None and (view.complete or view.failure is not None) and self.at >= view.done - 1

    def take(self, view: UpdateView | None) -> bool:
        """Take the newest results. Return True if they belong to another update, or if NaN or infinity has just appeared."""
        before, self.view = self.view, view
        if view is None:
            self._at = self._requested = 0
            return False
        another = before is None or before.key != view.key or view.done < before.done
        if another or view.failure is not (before.failure if before else None):
            self._requested = 0
            self._at = view.failure.act if view.failure else view.done - 1
            return True
        assert before is not None
        self._requested = max(self._requested - (view.done - before.done), 0)
        if self._at >= before.done - 1 and not self._requested:
            # The newest step was shown, so the new one is shown now.
            self._at = max(self._at, view.done - 1)
        return False

    def count_request(self) -> None:
        """Count a step that is requested."""
        self._requested += 1

    def go_on(self) -> bool:
        """Move to the next step; return whether it must be requested. After the last step the next update begins."""
        view = self.view
        if view is None or (view.complete and self.at_the_end):
            return True
        if self._at < len(view.plan) - 1 and not self.at_the_end:
            self._at += 1
        return view.failure is None and self._at >= view.done + self._requested

    def go_to(self, act: int) -> None:
        """Move to a step that is done: 0 is the first, -1 the newest."""
        if self.view is not None:
            self._at = act % self.view.done

    def back(self) -> None:
        """Move to the previous step."""
        self._at = max(self.at - 1, 0)

    def finish(self) -> None:
        """Move to the last step, which has been requested."""
        if self.view is not None:
            self._at = len(self.view.plan) - 1
