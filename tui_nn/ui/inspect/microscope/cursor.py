"""The position in an update: the number of the step on the screen, and the number of requested steps still to come."""

from __future__ import annotations

from tui_nn.core.watch.update_view import UpdateView


class ActCursor:
    """The position of the microscope in an update. It moves forward and back from step to step.

    The finished steps are stored, so only new steps are requested from the engine.
    """

    def __init__(self) -> None:
        """Create a cursor while there is no update."""
        self.view: UpdateView | None = None
        self._at = 0
        """The chosen step, from 0. It may not have arrived yet."""
        self._requested = 0
        """The number of steps that were requested and have not arrived."""

    @property
    def at(self) -> int:
        """The number of the step to show, from 0: the chosen step, or the newest one until the chosen one arrives."""
        return min(self._at, self.view.done - 1) if self.view else 0

    @property
    def under_way(self) -> bool:
        """Return whether an update has begun and is not finished yet."""
        return self.view is not None and not self.view.complete and self.view.failure is None

    @property
    def at_the_end(self) -> bool:
        """Return whether the last step of the update is on the screen. A step with NaN or infinity is the last one."""
        view = self.view
        return view is not None and (view.complete or view.failure is not None) and self.at >= view.done - 1

    def take(self, view: UpdateView | None) -> bool:
        """Take the newest state of the update. Return True if it is another update, or if NaN or infinity has just appeared."""
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
            # The newest step so far was on the screen, so the person wants to see the new one.
            self._at = max(self._at, view.done - 1)
        return False

    def count_request(self) -> None:
        """Note that one more step was requested from the engine."""
        self._requested += 1

    def go_on(self) -> bool:
        """Move to the next step. Return whether it must be requested from the engine.

        After the last step, the next step is the first one of the next update.
        """
        view = self.view
        if view is None or (view.complete and self.at_the_end):
            return True
        if self._at < len(view.plan) - 1 and not self.at_the_end:
            self._at += 1
        return view.failure is None and self._at >= view.done + self._requested

    def go_to(self, act: int) -> None:
        """Move to a finished step: 0 is the first one, -1 the newest."""
        if self.view is not None:
            self._at = act % self.view.done

    def back(self) -> None:
        """Move to the previous step."""
        self._at = max(self.at - 1, 0)

    def finish(self) -> None:
        """Move to the last step of the update. The caller asks the engine to finish the update."""
        if self.view is not None:
            self._at = len(self.view.plan) - 1
