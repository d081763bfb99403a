"""The addresses, numbers, websites and accounts of one row; what is none of them is kept for the card."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from crm.domain.platforms import slug_of
from crm.domain.records import IdentityRef
from crm.importers.kit.people import keys
from crm.importers.kit.people.cards import Labelled
from crm.importers.kit.people.steps import SEPARATOR

ANY = "any"
"""The slot of a column whose accounts say themselves where they are: `mastodon:ada@example.social`."""


_JOINED = re.compile(re.escape(SEPARATOR.strip()))
_SEMICOLON = re.compile(";")
_UNSAID = frozenset(
    {
        *("unspecified", "nicht angegeben", "keine angabe", "non spécifié", "no especificado"),
        *("sin especificar", "niet-gespecificeerd", "non specificato", "não especificado"),
        *("normal", "normale", "normaal", "false", "falsch", "faux", "falso", "onwaar"),
    }
)
"""What Outlook writes for every contact whose gender, priority or privacy nobody has set."""


class Habits(NamedTuple):
    """How a program fills its cells."""

    between: re.Pattern[str] = _JOINED
    """Between several addresses, numbers or websites in one cell."""
    between_tags: re.Pattern[str] = _JOINED
    guarded: bool = False
    """Cells may be `guarded` against spreadsheets."""
    unsaid: frozenset[str] = frozenset()
    """What stands in columns that a contact has no field for where nobody has said anything."""

    @classmethod
    def of_outlook(cls) -> Habits:
        """Return how Outlook fills them: one value in a cell, but several categories."""
        return cls(between_tags=_SEMICOLON, unsaid=_UNSAID)


class Oddity(NamedTuple):
    """A value that could not be used; the contact is there all the same."""

    reason: str
    value: str


class Points:
    """The addresses, numbers, websites and accounts of one row."""

    def __init__(self, habits: Habits, odd: list[Oddity]) -> None:
        self._between = habits.between
        self._odd = odd
        self._emails: list[IdentityRef] = []
        self._numbers: list[IdentityRef] = []
        self._others: list[IdentityRef] = []
        self.odd_emails: list[Labelled] = []
        self.odd_numbers: list[Labelled] = []
        self.odd_websites: list[Labelled] = []
        self.messengers: list[Labelled] = []

    def identities(self) -> tuple[IdentityRef, ...]:
        """Return what was found: e-mail addresses, numbers, then the rest, each once."""
        found = (*self._emails, *self._numbers, *self._others)
        if len(self._emails) < 2 and len(self._numbers) < 2 and len(self._others) < 2:
            return found
        once: dict[tuple[str, str], IdentityRef] = {}
        for ref in found:
            once.setdefault(keys.same(ref), ref)
        return tuple(once.values())

    def take(self, kind: str, slot: str, parts: Mapping[str, str]) -> None:
        """Take what one group of columns holds, if it is one of these."""
        written = parts.get("")
        if written is None:
            return
        label = keys.word_of(parts["label"]) if "label" in parts else None
        if kind == "email":
            self._each(written, label, self._email)
        elif kind == "phone":
            self._each(written, label, self._number)
        elif kind == "number":
            self.odd_numbers.append(Labelled(written, label))
        elif kind == "website":
            self._each(written, label, self._website)
        elif kind == "profile":
            self._profiles(slot.partition(" ")[0], written, label)  # `x 2`: there are two such columns
        elif kind == "im":
            self._messenger(written, parts.get("service"), label)

    def _each(self, written: str, label: str | None, take: Callable[[str, str | None], None]) -> None:
        if self._between.search(written) is None:
            take(written, label)
            return
        for one in self._between.split(written):
            if one := one.strip():
                take(one, label)

    def _email(self, written: str, label: str | None) -> None:
        address = keys.address(written)
        if address is None:
            self._odd.append(Oddity("no e-mail address", written))
            self.odd_emails.append(Labelled(written, label))
        else:
            self._emails.append(IdentityRef("email", address, None, None, None, label))

    def _number(self, written: str, label: str | None) -> None:
        number = keys.number(written)
        if number is not None:
            self._numbers.append(IdentityRef("phone", number, None, None, None, label))
            return
        if keys.is_rounded(written):
            self._odd.append(Oddity("a number that a spreadsheet has rounded", written))
        self.odd_numbers.append(Labelled(written, label))

    def _website(self, written: str, label: str | None) -> None:
        ref = keys.website(written, label)
        if ref is None:
            self._odd.append(Oddity("no web address", written))
            self.odd_websites.append(Labelled(written, label))
        else:
            self._others.append(ref)

    def _profiles(self, slug: str, written: str, label: str | None) -> None:
        for one in self._between.split(written):
            if not (one := one.strip()):
                continue
            ref = keys.account(slug, one, label) if slug != ANY else keys.reference(one)
            if ref is not None:
                self._others.append(ref)
            else:
                self._odd.append(Oddity(f"no account on {slug}" if slug != ANY else "no account", one))
                self.messengers.append(Labelled(one, None if slug == ANY else slug))

    def _messenger(self, written: str, service: str | None, label: str | None) -> None:
        slug = slug_of(service) if service else None
        for one in self._between.split(written):
            if one := one.strip():
                ref = keys.account(slug, one, label) if slug else None
                if ref is not None:
                    self._others.append(ref)
                else:
                    self.messengers.append(Labelled(one, service))
