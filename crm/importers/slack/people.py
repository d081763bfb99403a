"""The people of a workspace, by their id.

The decision to know: user names are unique within one workspace only, so the id alone is the identity; the
e-mail address is what makes somebody the same person elsewhere.
"""

from __future__ import annotations

from typing import NamedTuple

from crm.domain.records import ContactRecord, IdentityRef, SelfRecord
from crm.importers.kit.text import clean_value
from crm.importers.slack.shapes import Message, User

PLATFORM = "slack"
SLACKBOT = "USLACKBOT"


class Person(NamedTuple):
    """Somebody of the workspace."""

    id: str
    name: str | None
    names: tuple[str, ...]
    """Everything they are called."""
    email: str | None = None
    phone: str | None = None
    title: str | None = None
    is_bot: bool = False


class People:
    """Everybody an export names."""

    def __init__(self) -> None:
        self.me = ""
        self.known: dict[str, Person] = {}
        self._refs: dict[str, IdentityRef] = {}

    def learn(self, user: User) -> None:
        """Take note of an entry of `users.json`."""
        if not user.id:
            return
        profile = user.profile
        written = (
            profile.real_name if profile else None,
            user.real_name,
            profile.display_name if profile else None,
            user.name,
        )
        names = tuple(
            dict.fromkeys(shown for name in written if name and (shown := clean_value(name).strip()))
        )
        self.known[user.id] = Person(
            user.id,
            names[0] if names else None,
            names,
            _value(profile.email) if profile else None,
            _value(profile.phone) if profile else None,
            _value(profile.title) if profile else None,
            bool(user.is_bot) or user.id == SLACKBOT,
        )

    def meet(self, message: Message) -> None:
        """Take note of somebody of another workspace, who is named in their messages only."""
        about = message.user_profile
        if about is None or not message.user or message.user in self.known:
            return
        written = (about.real_name, about.display_name, about.name)
        names = tuple(shown for name in written if name and (shown := clean_value(name).strip()))
        self.known[message.user] = Person(message.user, names[0] if names else None, names)

    def is_bot(self, number: str | None) -> bool:
        """Say whether an account is a program."""
        person = self.known.get(number or "")
        return number == SLACKBOT or (person is not None and person.is_bot)

    def name_of(self, number: str) -> str | None:
        """Return how somebody is called, None where nobody says so."""
        person = self.known.get(number)
        return person.name if person else None

    def of(self, number: str) -> IdentityRef:
        """Return somebody as an identity."""
        ref = self._refs.get(number)
        if ref is None:
            ref = self._refs[number] = IdentityRef(PLATFORM, external_id=number, name=self.name_of(number))
        return ref

    def contact(self, number: str) -> ContactRecord | None:
        """Return what the workspace says of somebody; None where that is no more than a name."""
        person = self.known.get(number)
        if person is None or not (person.email or person.phone or person.title):
            return None
        return ContactRecord(_identities(self.of(number), person), person.name, title=person.title)

    def self_record(self) -> SelfRecord:
        """Return the user's identities."""
        person = self.known.get(self.me)
        ref = self.of(self.me)
        return SelfRecord(_identities(ref, person) if person else (ref,), person.name if person else None)


def _identities(ref: IdentityRef, person: Person) -> tuple[IdentityRef, ...]:
    found = [ref]
    if person.email and "@" in person.email:
        found.append(IdentityRef("email", person.email))
    if person.phone and any(map(str.isdigit, person.phone)):
        found.append(IdentityRef("phone", person.phone))
    return tuple(found)


def _value(text: str | None) -> str | None:
    return (clean_value(text).strip() or None) if text else None
