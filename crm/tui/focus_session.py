"""What a focus session remembers: who was gone through, what became of them, how much of the budget is left.

Plain state without a widget or a store; the page feeds it what Today says after every change.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from crm.services.focus import Budget, FocusItem, FocusQueue


class Outcome(StrEnum):
    """What became of somebody in a session; its value is how the last page counts it."""

    ANSWERED = "answered"
    REACHED = "reached out to"
    RESTING = "resting"
    NO_REPLY = "with no reply needed"
    ELSEWHERE = "dealt with elsewhere"
    SKIPPED = "skipped"


@dataclass(slots=True, eq=False)
class Done:
    """Somebody who was gone through."""

    item: FocusItem
    outcome: Outcome
    change: int | None = None
    """By which it is known to stand; None while it is written, and where nothing was."""


class Session:
    """One session: a budget, its beginning, and everybody who was gone through."""

    def __init__(self, budget: Budget, began: datetime) -> None:
        self.budget = budget
        self.began = began
        self.done: list[Done] = []
        self.current: FocusItem | None = None
        """Who is on the page."""
        self._here: dict[int, FocusItem] = {}

    @property
    def changes(self) -> list[int]:
        """The changes of this session, to ask whether they stand."""
        return [one.change for one in self.done if one.change is not None]

    @property
    def outcomes(self) -> list[Outcome]:
        """What became of everybody who was gone through."""
        return [one.outcome for one in self.done]

    @property
    def handled(self) -> int:
        """How many were dealt with; skipping is not that and uses nothing up."""
        return sum(one.outcome is not Outcome.SKIPPED for one in self.done)

    @property
    def asked(self) -> list[FocusItem]:
        """Who is still to be asked about, the one on the page included."""
        return self._without(self.done)

    @property
    def waiting(self) -> int:
        """How many of Today were not dealt with, skipped ones included."""
        return len(self._without(one for one in self.done if one.outcome is not Outcome.SKIPPED))

    def _without(self, done: Iterable[Done]) -> list[FocusItem]:
        passed = {one.item.contact for one in done}
        return [item for key, item in self._here.items() if key not in passed]

    def used_up(self, now: datetime) -> bool:
        """Whether the budget ends the session after whoever is on the page."""
        if self.budget.people is not None:
            return self.handled >= self.budget.people
        return self.budget.minutes is not None and now - self.began >= timedelta(minutes=self.budget.minutes)

    def renew(self, queue: FocusQueue) -> FocusItem | None:
        """Take in what Today says now; return who was on the page and is not on Today any more.

        Whoever was brought back by taking a change back is on the page next.
        """
        self._here = {item.contact: item for item in queue.items}
        back = [one for one in self.done if self._came_back(one, queue)]
        self.done = [one for one in self.done if one not in back]
        found = [self._here[one.item.contact] for one in back if one.item.contact in self._here]
        if found:
            self.current = found[-1]
            return None
        before = self.current
        if before is None:
            return None
        self.current = self._here.get(before.contact)
        if self.current is None:
            self.done.append(Done(before, Outcome.ELSEWHERE))
            return before
        return None

    def _came_back(self, one: Done, queue: FocusQueue) -> bool:
        if one.outcome is Outcome.ELSEWHERE:
            return one.item.contact in self._here
        return one.change in queue.undone

    def go_on(self, now: datetime) -> None:
        """Put whoever comes next on the page, unless somebody is, or the budget is used up."""
        if self.current is None and not self.used_up(now):
            self.current = next(iter(self.asked), None)

    def pass_on(self, outcome: Outcome) -> Done | None:
        """Note what became of whoever is on the page, and clear it."""
        if self.current is None:
            return None
        done = Done(self.current, outcome)
        self.done.append(done)
        self.current = None
        return done

    def take_back(self, done: Done) -> None:
        """Put somebody back on the page."""
        self.done.remove(done)
        self.current = self._here.get(done.item.contact, done.item)

    def gone(self) -> None:
        """Forget whoever is on the page: the contact does not exist any more."""
        if self.current is not None:
            self._here.pop(self.current.contact, None)
            self.current = None
