"""Matches: two contacts that may be one, side by side. One key decides, and the next pair is there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from time import perf_counter
from typing import ClassVar, TypeAlias

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Static

from crm.db.store import Work
from crm.domain.errors import CrmError, NotFoundError
from crm.domain.platforms import title_of
from crm.services import contacts, matching, merging
from crm.services.views import ContactDetail, MatchView, MergeView
from crm.tui import ui, words
from crm.tui.base import Page
from crm.tui.widgets.card import Rest
from crm.tui.widgets.drawn import Drawn
from crm.tui.widgets.pair import Two, pair_lines
from crm.tui.widgets.rows import Key, Rows

MOST = 500
"""Pairs that are listed; the next ones come when these are decided."""
_LONGEST_WAIT = 1.0
LATER = timedelta(days=30)
ACTS = 10
"""Newest acts of each, to find one with words among."""
NOTHING = (
    "Nobody here looks like two.\n\n"
    "When an import brings somebody you may know already from another place, the two stand here side by side."
)
PairKey: TypeAlias = tuple[int, int]


class MatchRows(Rows[MatchView]):
    """One pair per line; keys are the two ids, the smaller first."""

    def draw(self, key: Key, row: MatchView, width: int) -> ui.Shown:  # noqa: ARG002
        """Draw both names; where they are the same, where the other one is instead."""
        left = (width - 2 + 1) // 2
        name, other = (words.name_of(side.name, side.id, side.identities) for side in (row.keep, row.other))
        places = words.shown_identities(row.other.identities)
        if name.casefold() == other.casefold() and places:
            other = title_of(places[0].platform)
        return ui.columns([(name, left, ""), (other, width - left - 2, ui.FAINT)])


class Matches(Page):
    """The pairs at the left, the two people at the right."""

    PLACE = "matches"
    HELP_TITLE = "Matches"
    HELP_TEXT = (
        "Two contacts that may be one person, with what speaks for it. Nothing is ever merged by itself. "
        "Merging joins their history, notes and tags; of what differs, the one that stays keeps its own. It "
        "can be taken back at once (u) or at any time later, in the contact (w). Never asks about the two "
        "never again, later asks again in 30 days."
    )
    KEYS_TO_LEARN = (
        ("m", "They are one: merges the two, and u takes it back."),
        ("n", "They are two: never asks again."),
        ("l", "Not sure: asks later."),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "merge", "merge"),
        Binding("n", "never", "never"),
        Binding("l", "later", "later"),
        Binding("s", "swap", "swap who stays"),
        Binding("o", "open", "open"),
        Binding("O", "open_other", "open the other", show=False),
        Binding("pagedown", "scroll(1)", "more of the two", show=False, priority=True),
        Binding("pageup", "scroll(-1)", "back up", show=False, priority=True),
    ]
    _ACTS = frozenset({"merge", "never", "later", "swap", "open", "open_other"})

    def __init__(self) -> None:
        super().__init__()
        self._rest = Rest()
        self._swapped: set[PairKey] = set()
        self._two: Two | None = None
        self._next: Key | None = None
        self._took = 0.0

    def body(self) -> ComposeResult:
        """The list and the pair; one calm sentence where there is none."""
        with Horizontal(id="matches"):
            yield MatchRows(id="match-rows", classes="first")
            with VerticalScroll(id="match-pair", classes="beside", can_focus=False):
                yield Drawn()
        yield Static(ui.paragraphs(NOTHING), id="matches-done", classes="calm")

    @property
    def rows(self) -> MatchRows:
        """The list."""
        return self.query_one(MatchRows)

    # Loading

    def load(self) -> None:
        """Ask for the pairs."""
        if not self.rows.order:
            self.query_one(Drawn).show(lambda _: [ui.label("Looking…", ui.FAINT)])
        self.start(self._load, group="matches")

    async def _load(self) -> None:
        before = set(self.rows.order)
        # In a large community looking takes a second: whoever decides faster is not looked for in between.
        await asyncio.sleep(min(self._took, _LONGEST_WAIT))
        begun = perf_counter()
        found = await self.read(matching.matches, MOST)
        self._took = perf_counter() - begun
        known: dict[Key, MatchView] = {key_of(one): one for one in found}
        fresh = [key for key in known if key not in before]
        back = fresh[0] if before and len(fresh) == 1 and not before - set(known) else None
        self._put(list(known), known, back if back is not None else self._next)
        self._next = None

    def _put(self, order: Sequence[Key], known: dict[Key, MatchView], cursor: Key | None) -> None:
        self.set_class(not order, "-done")
        self.rows.show(order, known, cursor if cursor in known else self.rows.key)
        self.show_pair()
        if order and self.focused is None:
            self.rows.focus()

    @on(Rows.Highlighted, "#match-rows")
    def show_pair(self) -> None:
        """Load the two under the cursor."""
        self._two = None
        self.refresh_bindings()
        self.start(self._pair, group="pair")

    async def _pair(self) -> None:
        match = self.rows.row
        if match is None:
            self.query_one(Drawn).show(None)
            return
        await self._rest.taken()
        try:
            one, other = await self.read(both, match.keep.id, match.other.id)
        except NotFoundError:  # gone meanwhile; the list is about to be asked for again
            return
        two = Two(one, other, match.reasons, match.against)
        self._draw(two.swapped() if key_of(match) in self._swapped else two)

    def _draw(self, two: Two) -> None:
        self._two = two
        self.query_one(Drawn).show(partial(pair_lines, two, self.crm.moment, self.store.rules.zone))
        self.query_one("#match-pair").scroll_home(animate=False)

    # Deciding

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer nothing where there is nobody."""
        if action in self._ACTS and self.is_mounted and self.rows.row is None:
            return False
        return super().check_action(action, parameters)

    @on(Rows.Chosen, "#match-rows")
    def action_merge(self) -> None:
        """Make the two one."""
        if (ids := self._ids()) is not None:
            self._decide(partial(merging.merge, keep_id=ids[0], other_id=ids[1]), merged_words)

    def action_never(self) -> None:
        """They are two, for good."""
        self._refuse(False)

    def action_later(self) -> None:
        """Ask again in a month."""
        self._refuse(True)

    def _refuse(self, later: bool) -> None:
        if (ids := self._ids()) is None or (match := self.rows.row) is None:
            return
        names = " and ".join(words.name_of(side.name, side.id) for side in (match.keep, match.other))
        until = self.store.now() + LATER if later else None
        said = f"{names}: asked again in 30 days." if later else f"{names} are two people."
        self._decide(partial(merging.refuse, one=ids[0], other=ids[1], until=until), lambda _: said)

    def _ids(self) -> tuple[int, int] | None:
        """Return who stays and who joins."""
        match = self.rows.row
        if match is None:
            return None
        ids = (match.keep.id, match.other.id)
        return (ids[1], ids[0]) if key_of(match) in self._swapped else ids

    def _decide(self, service: Callable[[Work], object], said: Callable[[object], str]) -> None:
        self.start(partial(self._write, service, said), group="decide", exclusive=False)

    async def _write(self, service: Callable[[Work], object], said: Callable[[object], str]) -> None:
        self._next = self.rows.following()
        self._leave_out()
        try:
            done = await self.write(service)
        except CrmError:
            self._next = None
            self.load()
            raise
        self.say(f"{said(done)}   (u takes it back)")

    def _leave_out(self) -> None:
        """Show the next pair at once; the list itself is asked for again after writing."""
        rows = self.rows
        going = rows.key
        order = [key for key in rows.order if key != going]
        known = {key: row for key in order if (row := rows.row_of(key)) is not None}
        self._put(order, known, self._next)

    def action_swap(self) -> None:
        """Let the other one stay."""
        if (match := self.rows.row) is not None:
            self._swapped ^= {key_of(match)}
            if self._two is not None:
                self._draw(self._two.swapped())

    def action_open(self) -> None:
        """Open the one that stays."""
        if (ids := self._ids()) is not None:
            self.crm.show_contact(ids[0])

    def action_open_other(self) -> None:
        """Open the other one."""
        if (ids := self._ids()) is not None:
            self.crm.show_contact(ids[1])

    def action_scroll(self, by: int) -> None:
        """Scroll the two by a page."""
        pair = self.query_one("#match-pair")
        (pair.scroll_page_down if by > 0 else pair.scroll_page_up)(animate=False)


def key_of(match: MatchView) -> PairKey:
    """Return what names a pair, whoever stays."""
    one, other = match.keep.id, match.other.id
    return (min(one, other), max(one, other))


def both(work: Work, one: int, other: int) -> tuple[ContactDetail, ContactDetail]:
    """Read two contacts."""
    return contacts.show(work, one, ACTS), contacts.show(work, other, ACTS)


def merged_words(done: object) -> str:
    """Say what a merge did, and what of the other one was not taken over."""
    assert isinstance(done, MergeView)
    said = f"{done.part_name} is part of {done.name} now, with {words.count(done.interactions, 'act')}."
    differing = [f"{field} {left}" for field, _, left in done.differing if field != "name"]
    return f"{said} Not taken over: {', '.join(differing)}." if differing else said
