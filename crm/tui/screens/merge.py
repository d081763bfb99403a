"""Merging two contacts the user named: they stand side by side first, and who stays can be swapped."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

from crm.db.store import Work
from crm.domain.errors import NotFoundError
from crm.services import matching, merging
from crm.services.views import MatchView
from crm.tui.base import Page
from crm.tui.screens.matches import both, merged_words
from crm.tui.widgets.drawn import Drawn
from crm.tui.widgets.pair import Two, pair_lines


class Merge(Page):
    """Above the contact it was begun in; goes away when it is done."""

    AUTO_FOCUS: ClassVar[str | None] = "#merge-pair"
    HELP_TITLE = "Merging two contacts"
    HELP_TEXT = (
        "Their history, notes and tags are joined; of what differs, the one that stays keeps its own. "
        "Nothing is lost: u takes it back, and in the contact (w) they can be split at any time later."
    )
    KEYS_TO_LEARN = (
        ("m", "Merges the two; u takes it back."),
        ("s", "The other one stays."),
        ("escape", "Back; nothing happens."),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m,enter", "merge", "merge"),
        Binding("s", "swap", "swap who stays"),
        Binding("escape", "back", "back"),
    ]

    def __init__(self, keep: int, other: int) -> None:
        super().__init__()
        self._ids = (keep, other)
        self._two: Two | None = None
        self._done = False

    def body(self) -> ComposeResult:
        """The two."""
        with VerticalScroll(id="merge-pair"):
            yield Drawn()

    def load(self) -> None:
        """Ask for both."""
        if not self._done:
            self.start(self._load, group="merge")

    async def _load(self) -> None:
        try:
            keep, other = await self.read(both, *self._ids)
        except NotFoundError:  # one of them is gone, by an undo
            self._done = True
            self.dismiss()
            return
        self._show(Two(keep, other))
        match = await self.read(_match, *self._ids)
        if match is not None and self._two is not None:
            self._show(self._two._replace(reasons=match.reasons, against=match.against))

    def _show(self, two: Two) -> None:
        self._two = two
        self.query_one(Drawn).show(partial(pair_lines, two, self.crm.moment, self.store.rules.zone))

    def action_swap(self) -> None:
        """Let the other one stay."""
        if self._two is not None:
            self._ids = (self._ids[1], self._ids[0])
            self._show(self._two.swapped())

    def action_merge(self) -> None:
        """Make them one."""
        if self._two is not None and not self._done:
            self._done = True
            self.start(self._merge, group="merge")

    async def _merge(self) -> None:
        try:
            done = await self.write(merging.merge, *self._ids)
        except BaseException:
            self._done = False
            raise
        self.crm.say(f"{merged_words(done)}   (u takes it back)")
        self.dismiss()

    def action_back(self) -> None:
        """Leave them two."""
        self.dismiss()


def _match(work: Work, one: int, other: int) -> MatchView | None:
    """Return what speaks for the two being one, if anything does."""
    found = matching.matches(work, contact_id=one)
    return next((match for match in found if other in (match.keep.id, match.other.id)), None)
