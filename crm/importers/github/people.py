"""The accounts of an export, and which of them is the owner.

The decision to know: a login can change hands, the number of an account cannot, so people are known by their
number wherever the export tells it: with each account in the API, in the picture's address in an archive.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from crm.domain.errors import QuestionError
from crm.domain.records import ContactRecord, IdentityRef, Owner
from crm.importers.github.layout import Holds, Layout
from crm.importers.github.shapes import Account, Item, account, avatar_id, text_of
from crm.importers.kit.text import clean_value

PLATFORM = "github"
GHOST = "ghost"
"""The account that stands for all deleted ones."""

_NO_REPLY = "@users.noreply."
_MOST_CHOICES = 12
_TALK = (
    Holds.ISSUES,
    Holds.PULLS,
    Holds.COMMENTS,
    Holds.REVIEWS,
    Holds.REVIEW_COMMENTS,
    Holds.COMMIT_COMMENTS,
)


@dataclass
class Known:
    """What an export says of one account."""

    login: str
    id: str | None = None
    name: str | None = None
    company: str | None = None
    emails: tuple[str, ...] = ()
    is_bot: bool = False


@dataclass
class People:
    """Every account of an export, by login in lower case."""

    known: dict[str, Known] = field(default_factory=dict)

    def see(self, found: Account) -> Known:
        """Note that a record names an account."""
        known = self.known.setdefault(found.login.lower(), Known(found.login))
        known.id = known.id or found.id
        known.is_bot = known.is_bot or found.is_bot
        return known

    def describe(self, item: Item) -> Known | None:
        """Note what a record about an account says."""
        login = account(item.login if item.login is not None else item.url)
        if login is None:
            return None
        known = self.see(login)
        number = str(item.id) if isinstance(item.id, int) and not isinstance(item.id, bool) else None
        known.id = known.id or number or avatar_id(item.avatar_url)
        known.name = known.name or clean_value(text_of(item.name)) or None
        known.company = known.company or clean_value(text_of(item.company)) or None
        found = [*_addresses(item.emails), *_addresses([item.email])]
        known.emails = known.emails or tuple(dict.fromkeys(found))
        return known

    def is_somebody(self, login: str | None) -> bool:
        """Say whether a login is a person or organisation, and not a bot or a deleted account."""
        known = self.known.get((login or GHOST).lower())
        return (
            (login or GHOST).lower() != GHOST
            and not (known and known.is_bot)
            and not (login or "").endswith("[bot]")
        )

    def ref(self, login: str) -> IdentityRef:
        """Return the identity of an account."""
        known = self.known.get(login.lower()) or Known(login)
        return IdentityRef(PLATFORM, clean_value(known.login), known.id, known.name)

    def mine(self, login: str) -> tuple[IdentityRef, ...]:
        """Return everything that belongs to the owner."""
        known = self.known.get(login.lower())
        return (self.ref(login), *(IdentityRef("email", one) for one in (known.emails if known else ())))

    def contacts(self, me: str | None) -> Iterator[ContactRecord]:
        """Yield the people of whom an archive says more than their name."""
        for login, known in self.known.items():
            if known.emails and login != (me or "").lower() and self.is_somebody(login):
                emails = (IdentityRef("email", one) for one in known.emails)
                yield ContactRecord((self.ref(login), *emails), known.name, organisation=known.company)


def _addresses(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else ():
        found = one.get("address") if isinstance(one, dict) else one
        if isinstance(found, str) and "@" in found and _NO_REPLY not in found:
            yield clean_value(found).strip()


def find_owner(layout: Layout, people: People, owner: Owner, active: Counter[str]) -> str | None:
    """Return the login of the user.

    What the user said counts first, then the account that the API answered for, one known from before, the
    owner of the archived repositories, and whoever did everything in a list of events.

    Args:
        layout: the files.
        people: everybody in them.
        owner: what is known of the user.
        active: how much each login (lower case) wrote.

    Raises:
        QuestionError: the export shows who wrote what, and none of these say which of them is the user.

    """
    stated = (owner.stated or "").strip().removeprefix(f"{PLATFORM}:").removeprefix("https://github.com/")
    stated = stated.strip("@/").lower()
    if stated and (stated in people.known or stated in active):
        return people.ref(stated).handle
    ours = {handle for platform, handle in owner.identities if platform == PLATFORM}
    numbers = {number for platform, number in owner.external_ids if platform == PLATFORM}
    known = [one for one in people.known if one in ours or people.known[one].id in numbers]
    if len(known) == 1:
        return people.ref(known[0]).handle
    for guess in (_repository_owner(layout, people), _only_actor(layout)):
        if guess is not None:
            return guess
    if not any(layout.of(what) for what in (*_TALK, Holds.EVENTS)):
        return None
    choices = [login for login, _ in active.most_common(_MOST_CHOICES) if people.is_somebody(login)]
    raise QuestionError(
        "this export does not say which of the accounts in it is yours",
        "say which: --as LOGIN",
        "as",
        tuple((people.ref(one).handle or one, f"{active[one]:,} entries") for one in choices),
    )


def _repository_owner(layout: Layout, people: People) -> str | None:
    """Return whose the archived repositories are, unless it is an organisation."""
    organisations = {
        found.login.lower()
        for item in layout.readable(Holds.ORGANIZATIONS)
        if (found := account(item.login if item.login is not None else item.url))
    }
    owners: Counter[str] = Counter()
    for item in layout.readable(Holds.REPOSITORIES):
        found = account(item.owner)
        if found and found.login.lower() not in organisations and found.login.lower() in people.known:
            owners[found.login] += 1
    return owners.most_common(1)[0][0] if len(owners) == 1 else None


def _only_actor(layout: Layout) -> str | None:
    actors = {found.login for item in layout.readable(Holds.EVENTS) if (found := account(item.actor))}
    return actors.pop() if len(actors) == 1 else None
