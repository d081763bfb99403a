"""One contact at a glance, beside a list: where, when, what was last said, and the notes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, tzinfo
from functools import partial
from time import monotonic

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message

from crm.services.views import ContactDetail, ContactView, InteractionView
from crm.tui import ui, words
from crm.tui.widgets.contact_head import identity_lines
from crm.tui.widgets.drawn import Drawn

LINES_PER_ACT = 4
FEWEST_ACTS = 3
WIDEST = 90
"""Cells of a line that are read without effort; a wider card leaves the rest empty."""
REST = 0.04
"""Seconds the cursor rests on a row before its contact is read: scrolling through many reads none."""
_PAUSE = 0.1
"""Seconds without a move after which the next one is no scrolling: a held key moves every 20 to 40 ms."""


class Rest:
    """Lets a page follow a cursor at once, and one that moves on and on when it rests."""

    def __init__(self) -> None:
        self._moved = 0.0

    async def taken(self) -> None:
        """Wait, if the cursor moved just before; whoever waits is cancelled by the next move."""
        moved, self._moved = self._moved, monotonic()
        if self._moved - moved < _PAUSE:
            await asyncio.sleep(REST)


class Card(VerticalScroll, can_focus=False):
    """Shows a contact; knows nothing of where it came from."""

    class Appeared(Message):
        """The card was hidden, and is not any more."""

    def compose(self) -> ComposeResult:
        """One text."""
        yield Drawn()

    def on_show(self) -> None:
        """Ask for somebody to show."""
        self.post_message(self.Appeared())

    @property
    def acts(self) -> int:
        """How many acts to ask for: as many as there is room for beside the head and some notes."""
        return max((self.size.height - 10) // 3, FEWEST_ACTS)

    def show(self, detail: ContactDetail | None, reason: str, now: datetime, zone: tzinfo) -> None:
        """Show a contact, or nothing.

        Args:
            detail: the contact with its latest acts.
            reason: why it is here, one sentence; empty where there is none.
            now: what spans are reckoned from.
            zone: the user's.

        """
        source = None if detail is None else partial(card_lines, detail, reason, now, zone)
        self.query_one(Drawn).show(source)
        self.scroll_home(animate=False)


def card_lines(
    detail: ContactDetail, reason: str, now: datetime, zone: tzinfo, width: int
) -> Iterator[ui.Shown]:
    """Yield the lines of a card."""
    width = min(width, WIDEST)
    contact = detail.contact
    yield _title(contact, width)
    yield from (ui.label(text, ui.FAINT) for text in identity_lines(contact.identities, width, 3))
    if reason:
        yield from (ui.label(piece) for piece in ui.wrapped(reason, width, 3))
    elif contact.last_exchange_at:
        yield ui.label(ui.fit(last_exchange(contact, now, zone), width), ui.FAINT)
    for act in detail.interactions:
        yield ui.line()
        yield from act_lines(act, now, zone, width)
    if detail.notes.strip():
        yield ui.line()
        yield ui.label("NOTES", ui.HEAD)
        yield from (ui.label(piece) for piece in ui.wrapped(detail.notes, width, 40))


def _title(contact: ContactView, width: int) -> ui.Shown:
    name = words.name_of(contact.name, contact.id, contact.identities)
    right = _how_often(contact)
    room = width - len(right) - 2 if right and width - len(right) > 12 else width
    if room == width:
        return ui.label(ui.fit(name, width), ui.STRONG)
    return ui.columns([(name, room, ui.STRONG), (right, -len(right), ui.FAINT)])


def _how_often(contact: ContactView) -> str:
    if not contact.cadence_days:
        return contact.circle or ""
    return f"{contact.circle}, {contact.cadence_days} d" if contact.circle else f"{contact.cadence_days} d"


def last_exchange(contact: ContactView, now: datetime, zone: tzinfo) -> str:
    """Say when the last exchange was."""
    at = contact.last_exchange_at
    if at is None:
        return "no exchange yet"
    return f"last exchange {words.day(at, 'second', now, zone)}, {words.ago(at, now)}"


def act_lines(
    act: InteractionView, now: datetime, zone: tzinfo, width: int, most: int = LINES_PER_ACT
) -> Iterator[ui.Shown]:
    """Yield an act: its day, direction and place, then its words."""
    head = f"{words.day(act.at, act.precision, now, zone)}  {words.arrow(act)} {words.what(act)}"
    yield ui.label(ui.fit(head, width), ui.FAINT)
    if act.text:
        yield from (ui.line("  ", piece) for piece in ui.wrapped(act.text, width - 2, most))
