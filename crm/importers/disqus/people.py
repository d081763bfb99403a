"""Who opened threads and wrote posts, and which of them is the user.

The decision to know: no file says whose it is. Whoever opened most pages to comments is the site's owner,
unless the user says otherwise or is known from before.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from lxml import etree

from crm.domain.errors import QuestionError
from crm.domain.handles import normalise
from crm.domain.records import IdentityRef, Owner, SelfRecord
from crm.domain.text import folded
from crm.importers.kit.markup import unescape_once
from crm.importers.kit.xmlstream import texts

PLATFORM = "disqus"

_MOST_CHOICES = 10
_LONGEST_NAME = 300
_UNNAMED = ("anonymous", "guest")


class Author(NamedTuple):
    """Who wrote a post or opened a thread, as stated there."""

    username: str = ""
    email: str = ""
    name: str = ""
    anonymous: bool = False


class Me(NamedTuple):
    """The user."""

    usernames: frozenset[str]
    emails: frozenset[str]
    names: frozenset[str]
    """Folded; for authors without account and address only."""
    called: str = ""
    """Folded: the name that the user said is theirs, which is theirs wherever it stands."""

    def wrote(self, author: Author) -> bool:
        """Say whether somebody is the user."""
        if author.username and author.username.lower() in self.usernames:
            return True
        if author.email and normalise("email", author.email) in self.emails:
            return True
        name = folded(author.name)
        if self.called and name == self.called:
            return True
        return not author.username and not author.email and name in self.names


def read_author(element: etree._Element) -> Author:
    """Return what an `author` element says."""
    fields = texts(element)
    name = " ".join(unescape_once(fields.get("name", "")).split())[:_LONGEST_NAME]
    anonymous = fields.get("isAnonymous") == "true"
    return Author(fields.get("username", ""), fields.get("email", ""), name, anonymous)


def identify(author: Author, forum: str) -> IdentityRef | None:
    """Return who somebody is: the account; without one the address, else the name on this site; or None."""
    name = author.name or None
    if author.username:
        return IdentityRef(PLATFORM, author.username, name=name)
    if email := address_of(author):
        return IdentityRef("email", email, name=name)
    if not author.name or folded(author.name) in _UNNAMED:
        return None
    return IdentityRef(PLATFORM, external_id=f"{forum}:name:{folded(author.name)}", name=name)


def address_of(author: Author) -> str | None:
    """Return an author's e-mail address in its usual form, or None."""
    email = normalise("email", author.email)
    local, at, host = email.partition("@")
    return email if at and local and "." in host and " " not in email else None


def decide(openers: Counter[Author], owner: Owner) -> tuple[Me, SelfRecord]:
    """Return who the user is, and what the export adds to it.

    Raises:
        QuestionError: it cannot be told.

    """
    usernames = {handle for platform, handle in owner.identities if platform == PLATFORM}
    emails = {handle for platform, handle in owner.identities if platform == "email"}
    names = set(owner.names)
    stated = (owner.stated or "").strip().removeprefix(f"{PLATFORM}:").removeprefix("@")
    if stated:
        (emails if "@" in stated else usernames).add(stated.lower())
        names.add(folded(stated))
    me = Me(frozenset(usernames), frozenset(emails), frozenset(names), folded(stated))
    known = [author for author in openers if me.wrote(author)]
    if not known and not stated and not usernames:
        known = _commonest(openers)
    if not known and not stated and not usernames and not emails:
        raise QuestionError(
            "the export does not say which of the people who commented you are",
            "say it with --as and your Disqus user name, or the e-mail address you comment with",
            "as",
            tuple(
                (author.username or author.email or author.name, f"{author.name}, opened {number:,} pages")
                for author, number in openers.most_common(_MOST_CHOICES)
            ),
        )
    refs = [ref for author in known for ref in identities_of(author)]
    me = Me(
        frozenset(usernames | {author.username.lower() for author in known if author.username}),
        frozenset(emails | {email for author in known if (email := address_of(author))}),
        frozenset(names | {folded(author.name) for author in known if author.name}),
        folded(stated),
    )
    name = next((author.name for author in known if author.name), None)
    return me, SelfRecord(tuple(dict.fromkeys(refs)), name)


def _commonest(openers: Counter[Author]) -> list[Author]:
    """Return whoever opened more than half of the pages."""
    best = openers.most_common(1)
    return [best[0][0]] if best and 2 * best[0][1] > openers.total() else []


def identities_of(author: Author) -> list[IdentityRef]:
    """Return the account and the address of somebody."""
    email = address_of(author)
    found = [IdentityRef(PLATFORM, author.username, name=author.name or None)] if author.username else []
    return [*found, IdentityRef("email", email, name=author.name or None)] if email else found
