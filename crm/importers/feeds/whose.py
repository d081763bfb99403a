"""Whose feeds these are: a saved feed of somebody else's site must not become the user's posts.

The decision to know: a feed is the user's when its site, its author or one of its writers is known to be
theirs; otherwise they are asked, and may answer with the site's address or with the name they write under.
"""

from __future__ import annotations

from collections import Counter

from crm.domain.errors import QuestionError
from crm.domain.records import IdentityRef, Owner, SelfRecord
from crm.importers.feeds.entries import Author
from crm.importers.feeds.members import Feed
from crm.importers.kit.sites import Own, person_at, site_of

_MOST_CHOICES = 12


class Whose:
    """Which feeds and which entries are the user's."""

    def __init__(self, feeds: list[Feed], owner: Owner) -> None:
        """Decide it for these feeds.

        Raises:
            QuestionError: it cannot be told which of them, or who in them, is the user.

        """
        self._own = Own(owner)
        self._stated = owner.stated
        self._feeds = feeds
        self.mine = {feed.name for feed in feeds if self._is_mine(feed)}
        self._learn()
        # what one feed tells (the author's name) may decide another (the comments)
        self.mine |= {feed.name for feed in feeds if self._is_mine(feed)}
        if not self.mine and not any(self.is_me(writer) for feed in feeds for writer in feed.writers):
            raise self._question()

    def is_me(self, author: Author) -> bool:
        """Say whether an entry's author is the user."""
        return (
            self._own.has_name(author.name)
            or self._own.has_email(author.email)
            or (bool(author.uri) and self._own.has_page(author.uri))
        )

    def has_page(self, address: str) -> bool:
        """Say whether a page is on a site of the user's."""
        return self._own.has_page(address)

    def record(self) -> SelfRecord | None:
        """Return the sites and the name of the user, as far as the feeds tell."""
        sites: dict[str, None] = {}
        names: Counter[str] = Counter()
        mine = [feed for feed in self._feeds if feed.name in self.mine]
        for feed in mine:
            if not feed.is_comments and feed.site:
                sites[feed.site] = None
            for writer, count in feed.writers.items():
                if writer.name and self.is_me(writer):
                    names[writer.name] += count
            if feed.author.name and self.is_me(feed.author):
                names[feed.author.name] += 1
        if not sites:
            sites = {site: None for feed in mine if (site := site_of(feed.site))}
        found = [ref for site in sites if (ref := person_at(site)) is not None]
        name = names.most_common(1)[0][0] if names else None
        identities = tuple(ref._replace(name=name) for ref in found)
        return SelfRecord(identities, name) if identities or name else None

    def _is_mine(self, feed: Feed) -> bool:
        if any(address and self._own.has_page(address) for address in (feed.site, feed.address)):
            return True
        if feed.is_comments:
            return False
        return self.is_me(feed.author) or (len(feed.people) == 1 and self.is_me(feed.people[0]))

    def _learn(self) -> None:
        """Take the only writer of a feed of the user's for the user.

        Raises:
            QuestionError: several people write in it, and none of them is known to be the user.

        """
        for feed in self._feeds:
            if feed.name not in self.mine or feed.is_comments:
                continue
            if (site := person_at(feed.site)) is not None:
                self._own.add(site)
            writers = feed.people
            if len({writer.name or writer.email for writer in writers}) == 1:
                self._is(writers[0])
                continue
            mine = [writer for writer in writers if self.is_me(writer)]
            for writer in mine:
                self._is(writer)
            if writers and not mine:
                raise QuestionError(
                    f"{len(writers)} people write in {feed.title or feed.name}; it is not known which is you",
                    'say it with --as "the name you write under"',
                    "as",
                    _people(feed),
                )

    def _is(self, author: Author) -> None:
        self._own.add_name(author.name)
        self._own.add(IdentityRef("email", author.email or None))

    def _question(self) -> QuestionError:
        if self._stated:
            said = f'nothing in these feeds is by "{self._stated}"'
        elif len(self._feeds) == 1:
            feed = self._feeds[0]
            said = f'it is not known whether "{feed.title or feed.site or feed.name}" is yours'
        else:
            said = f"it is not known which of these {len(self._feeds)} feeds is yours"
        choices: dict[str, str] = {}
        for feed in self._feeds:
            site = site_of(feed.site) if feed.is_comments else feed.site
            if site:
                choices.setdefault(site, f'your site is "{feed.title or site}"')
            if not feed.is_comments:
                choices = {**dict(_people(feed)), **choices}
        hint = "say who you are with --as: the address of your site, or the name you write under"
        return QuestionError(said, hint, "as", tuple(choices.items())[:_MOST_CHOICES])


def _people(feed: Feed) -> tuple[tuple[str, str], ...]:
    """Return the writers of a feed as answers, those who wrote most first."""
    counts: Counter[str] = Counter()
    for writer, count in feed.writers.items():
        counts[writer.name or writer.email] += count
    if feed.author.name and not counts[feed.author.name]:
        counts[feed.author.name] = feed.entries - counts.total()
    return tuple(
        (name, f"you are {name} ({count} {'entry' if count == 1 else 'entries'})")
        for name, count in counts.most_common(_MOST_CHOICES)
        if name and count > 0
    )
