"""Who writes on a site, and which of them is the user.

The decision to know: an export names its authors but not whose it is. One author, or one who published, is
the user; of several, the one whom the user states or whom earlier imports know; else they are asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from crm.domain.errors import ExportError, QuestionError
from crm.domain.handles import normalise
from crm.domain.records import IdentityRef, Owner
from crm.domain.text import folded

PLATFORM = "wordpress"


class Author(NamedTuple):
    """A `wp:author`; where an export has none (before WordPress 3.0), a `dc:creator`, which is a login."""

    login: str
    id: str = ""
    email: str = ""
    name: str = ""

    def identities(self, site: str) -> tuple[IdentityRef, ...]:
        """Return by what this author is known, the surest first."""
        name = self.name or self.login
        key = f"{site}:user:{self.id}" if self.id else f"{site}:login:{self.login}"
        account = IdentityRef(PLATFORM, external_id=key, name=name)
        return (IdentityRef("email", self.email, name=name), account) if self.email else (account,)


class Me(NamedTuple):
    """The user on one site."""

    logins: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    """Folded; they decide only where a comment or an author has no number."""

    def commented(self, user: str | None, email: str, name: str) -> bool:
        """Say whether a comment is the user's.

        Args:
            user: the number of whoever was logged in, `0` for guests, None where an export has no such field.
            email: as stated, normalised.
            name: as shown.

        """
        if (user and user in self.ids) or (email and email in self.emails):
            return True
        if user == "0" or folded(name) not in self.names:
            return False
        if user:  # logged in under that name, and no number is known
            return not self.ids
        return not email or not self.emails


def decide(
    authors: dict[str, Author], published: Counter[str] | None, owner: Owner, site: str
) -> Author | None:
    """Return which author the user is, or None when what was published has to be counted first.

    Args:
        authors: by login.
        published: how many posts and pages each login has published; None when not yet counted.
        owner: what is known of the user.
        site: the site's key.

    Raises:
        QuestionError: it cannot be told.
        ExportError: nobody is called what the user stated.

    """
    if owner.stated:
        stated = _stated(authors.values(), owner.stated)
        if stated is not None:
            return stated
    known = [author for author in authors.values() if _is_known(author, owner, site)]
    if len(known) == 1:
        return known[0]
    if len(authors) == 1 and not owner.stated:
        return next(iter(authors.values()))
    if published is None:
        return None
    everybody = {login: authors.get(login) or Author(login) for login in (*authors, *published)}
    if owner.stated:
        return _insist(everybody, owner.stated)
    writers = [login for login, number in published.items() if number]
    if len(everybody) == 1 or len(writers) == 1:
        return everybody[writers[0]] if writers else next(iter(everybody.values()))
    named = [author for author in everybody.values() if folded(author.name) in owner.names]
    if len(named) == 1:
        return named[0]
    if not everybody:
        return Author("")
    raise QuestionError(
        f"{len(everybody)} people write on this site, and the export does not say which of them you are",
        "say it with --as and your user name, or the e-mail address of your account there",
        "as",
        tuple(
            (author.login, _meaning(author, published[author.login]))
            for author in sorted(everybody.values(), key=lambda author: -published[author.login])
        ),
    )


def _meaning(author: Author, number: int) -> str:
    posts = "1 post or page" if number == 1 else f"{number:,} posts and pages"
    return ", ".join(part for part in (author.name, author.email, posts) if part)


def _stated(authors: Iterable[Author], stated: str) -> Author | None:
    word = stated.strip().removeprefix(f"{PLATFORM}:").removeprefix("@")
    for author in authors:
        if word in (author.login, author.id) or folded(word) in (folded(author.login), folded(author.name)):
            return author
        if author.email and normalise("email", word) == author.email:
            return author
    return None


def _insist(everybody: dict[str, Author], stated: str) -> Author:
    found = _stated(everybody.values(), stated)
    if found is None:
        raise ExportError(
            f"nobody on this site is called {stated}",
            f"its authors are: {', '.join(sorted(everybody)[:20])}" if everybody else None,
        )
    return found


def _is_known(author: Author, owner: Owner, site: str) -> bool:
    return any(
        (ref.platform, normalise(ref.platform, ref.handle)) in owner.identities
        if ref.handle
        else (ref.platform, ref.external_id) in owner.external_ids
        for ref in author.identities(site)
    )
