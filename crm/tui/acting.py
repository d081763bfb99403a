"""The keys that act on a contact, the same on Today, in People and in a contact.

The page says on whom (`subject`); everything else is here: ask what is needed, write, say what was done.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType

from crm.db.store import Work
from crm.domain.errors import CrmError
from crm.services import contacts, editing, focus
from crm.services.editing import Edits
from crm.services.views import ContactDetail
from crm.tui import browser, words
from crm.tui.base import Page


class Subject(NamedTuple):
    """The contact that the keys act on."""

    contact: int
    name: str
    platform: str | None = None
    """Where you usually talk."""
    url: str | None = None
    """The place to open first."""
    muted: bool = False
    snoozed: bool = False


class Acting(Page):
    """A page whose keys act on a contact."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "open", "open"),
        Binding("r", "replied", "replied"),
        Binding("l", "log", "log"),
        Binding("s", "snooze", "snooze"),
        Binding("x", "no_reply", "no reply needed"),
        Binding("c", "cadence", "cadence"),
        Binding("m", "mute", "mute"),
    ]

    next_key: object = None
    """Where the cursor goes when the list is loaded again; used by lists."""
    _ACTS = frozenset({"open", "replied", "log", "snooze", "no_reply", "cadence", "mute"})

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide the keys that act on a contact where there is none."""
        if action in self._ACTS and self.is_mounted and self.subject() is None:
            return False
        return super().check_action(action, parameters)

    def subject(self) -> Subject | None:
        """Return the contact that the keys act on, or None."""
        raise NotImplementedError

    def subjects(self) -> Sequence[Subject]:
        """Return all contacts that cadence and mute act on: the marked ones in a list."""
        one = self.subject()
        return () if one is None else (one,)

    def done_with(self) -> None:
        """Do what a page does when its subject was dealt with: a list moves on."""

    def change(self, service: Callable[[Work], object], said: str) -> None:
        """Write something about the subject, and say so."""
        self.start(partial(self._change, service, said))

    async def _change(self, service: Callable[[Work], object], said: str) -> None:
        self.done_with()
        try:
            await self.write(service)
        except CrmError:
            self.next_key = None
            raise
        self.say(f"{said}   (u takes it back)")

    # Opening

    def action_open(self) -> None:
        """Show the addresses of this contact, to open one in the browser."""
        if (subject := self.subject()) is not None:
            self.start(partial(self._open, subject), group="open")

    async def _open(self, subject: Subject) -> None:
        from crm.tui.screens.links import Links

        detail = await self.read(contacts.show, subject.contact, 1)
        targets = browser.targets(links_of(detail, subject.url))
        if targets:
            self.app.push_screen(Links(words.name_of(subject.name, subject.contact), targets))
        else:
            self.say(f"No web or e-mail address is known of {subject.name}.")

    # Logging

    def action_replied(self) -> None:
        """Log with one key that you answered them, where and as what the session of Today would."""
        if (subject := self.subject()) is not None:
            self.change(
                partial(focus.reply, contact_id=subject.contact),
                f"Logged that you replied to {subject.name}.",
            )

    def action_log(self) -> None:
        """Log an act with its direction, kind, platform, time and words."""
        if (subject := self.subject()) is not None:
            self.start(partial(self._ask_log, subject), group="log")

    async def _ask_log(self, subject: Subject) -> None:
        from crm.tui.screens.log import Log, Logged

        detail = await self.read(contacts.show, subject.contact, 0)

        def answered(act: Logged | None) -> None:
            if act is not None:
                self.change(partial(act.write, contact_id=subject.contact), act.said(subject.name))

        self.app.push_screen(Log(detail, subject.platform), answered)

    # Letting rest

    def action_snooze(self) -> None:
        """Leave them out of the lists for a while."""
        from crm.tui.screens.snooze import Snooze

        if (subject := self.subject()) is None:
            return

        def answered(until: datetime | None) -> None:
            if until is not None and until <= self.store.now():
                self.change(
                    partial(editing.unsnooze, contact_id=subject.contact), f"{subject.name} is awake."
                )
            elif until is not None:
                day = words.weekday(until, self.store.rules.zone)
                service = partial(editing.snooze, contact_id=subject.contact, until=until)
                self.change(service, f"{subject.name} rests until {day}.")

        self.app.push_screen(Snooze(subject.name, subject.snoozed), answered)

    def action_no_reply(self) -> None:
        """Say that their last act needs no answer."""
        if (subject := self.subject()) is not None:
            self.change(
                partial(editing.done, contact_id=subject.contact), f"No reply needed to {subject.name}."
            )

    # Keeping in touch

    def action_cadence(self) -> None:
        """Ask how often to be reminded."""
        from crm.tui.screens.cadence import Cadence

        if not (subjects := self.subjects()):
            return

        def answered(edits: Edits | None) -> None:
            if edits is not None:
                self.change_all(subjects, edits, f"Set how often to keep in touch with {named(subjects)}.")

        self.app.push_screen(Cadence(named(subjects), self.store.rules.circles), answered)

    def action_mute(self) -> None:
        """Never remind of them, or do so again."""
        if subjects := self.subjects():
            mute = not all(subject.muted for subject in subjects)
            said = (
                f"{named(subjects)} muted: no more reminders."
                if mute
                else f"{named(subjects)} no longer muted."
            )
            self.change_all(subjects, Edits(muted=mute), said)

    def change_all(self, subjects: Sequence[Subject], edits: Edits, said: str) -> None:
        """Change several contacts in one step."""
        ids = [subject.contact for subject in subjects]
        self.change(partial(editing.edit, contact_ids=ids, edits=edits), said)


def named(subjects: Sequence[Subject]) -> str:
    """Name one contact, or count several."""
    return subjects[0].name if len(subjects) == 1 else f"{len(subjects):,} contacts"


def links_of(detail: ContactDetail, first: str | None) -> list[str]:
    """Return every address of a contact that may be opened, the likeliest first."""
    found = [first, *(act.url for act in detail.interactions)]
    found += [identity.url for identity in words.shown_identities(detail.contact.identities)]
    found += [
        f"mailto:{one.handle}" for one in detail.contact.identities if one.platform == "email" and one.handle
    ]
    return [url for url in found if url]
