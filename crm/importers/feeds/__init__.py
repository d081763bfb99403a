"""Feeds of your own sites: your posts, and the comments of others, from RSS, Atom and JSON Feed files.

The decision to know: what a feed holds is read only where it is certain who in it is the user (`whose`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from crm.domain.errors import ExportError
from crm.domain.handles import normalise
from crm.domain.records import (
    ContactRecord,
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    Left,
    Owner,
    PostRecord,
    Problem,
    Record,
)
from crm.importers.feeds.entries import Author, Entry, rfc822
from crm.importers.feeds.members import Feed, entries, find_feeds, survey
from crm.importers.feeds.whose import Whose
from crm.importers.kit.export import Export
from crm.importers.kit.keys import Keys, digest, normal_text
from crm.importers.kit.protocol import Confidence, Directions
from crm.importers.kit.sites import author_of, host_of, person_at
from crm.importers.kit.times import UNKNOWN, Moment, TimeColumn, iso

PLATFORM = "blog"
_LONGEST_ID = 200
_MOST_REMEMBERED = 100_000
"""Comments whose authors are remembered, so that an answer to one finds whom it answers."""
_OTHERS = "entries of other people"
_BETWEEN_OTHERS = "comments of others that are not to you"
_NAMELESS = "comments without a name"


class Importer:
    """Reads saved feeds: RSS 0.9 to 2.0, RDF, Atom 0.3 and 1.0, JSON Feed; posts and comments."""

    name = "feeds"
    title = "Blog feed (RSS, Atom)"
    platforms: tuple[str, ...] = (PLATFORM,)
    how_to_get = (
        "save the feed of your own site, in the browser: its address usually ends in /feed, /rss.xml or "
        "/atom.xml, that of the comments in /comments/feed. Most feeds hold the newest entries only"
    )
    page = ""
    reads = "your posts, and the comments on your site"
    cannot_show = "older entries than the feed holds, and what you wrote elsewhere"
    directions = Directions.BOTH
    confidence = Confidence.CONFIRMED

    def identify(self, export: Export) -> bool:
        """Say whether this is nothing but feeds."""
        return bool(find_feeds(export))

    def extract(self, export: Export, owner: Owner) -> Iterator[Record]:
        """Yield your posts and the comments to you.

        Raises:
            QuestionError: it is not known whose feed this is.
            ExportError: a feed is damaged; the message says where.

        """
        names = find_feeds(export)
        if not names:
            raise ExportError(f"{export.path.name} holds no feed", self.how_to_get)
        feeds = [survey(export, name) for name in names]
        whose = Whose(feeds, owner)
        me = whose.record()
        if me is not None:
            yield me
        reading = _Reading(whose)
        for feed in feeds:
            yield from reading.records(export, feed)
        yield from (Left(what, number) for what, number in sorted(reading.left.items()))


class _Reading:
    """What several feeds of one export have in common: what was seen already, and what was left."""

    def __init__(self, whose: Whose) -> None:
        self._whose = whose
        self._seen: set[str] = set()
        self._carded: set[str] = set()
        self.left: Counter[str] = Counter()

    def records(self, export: Export, feed: Feed) -> Iterator[Record]:
        """Yield what one feed holds."""
        times, keys = TimeColumn(feed.name, iso, rfc822), Keys()
        written = self._authors(export, feed) if feed.answers else {}
        for entry in entries(export, feed.name, feed.site):
            if isinstance(entry, Problem):
                yield entry
                continue
            moment = times.read(entry.date, entry.line) if entry.date else UNKNOWN
            for record in self._entry(entry, feed, moment, written, keys):
                if isinstance(record, InteractionRecord | PostRecord):
                    if record.external_id in self._seen:
                        continue
                    self._seen.add(record.external_id)
                yield record
        problem = times.problem()
        if problem is not None:
            yield problem

    def _authors(self, export: Export, feed: Feed) -> dict[str, Author]:
        """Return who wrote which comment, for the answers to them."""
        written: dict[str, Author] = {}
        for entry in entries(export, feed.name, feed.site):
            if isinstance(entry, Entry) and entry.is_comment and len(written) < _MOST_REMEMBERED:
                written.update({key: entry.author for key in (entry.id, entry.url) if key})
        return written

    def _entry(
        self, entry: Entry, feed: Feed, moment: Moment, written: dict[str, Author], keys: Keys
    ) -> Iterator[Record]:
        mine = feed.name in self._whose.mine
        alone = mine and not feed.is_comments and not any(entry.author)
        if self._whose.is_me(entry.author) or alone:
            yield self._by_me(entry, feed, moment, written, keys)
        elif not entry.is_comment:
            self.left[_OTHERS] += 1
        else:
            yield from self._by_another(entry, feed, moment, written, keys)

    def _by_me(
        self, entry: Entry, feed: Feed, moment: Moment, written: dict[str, Author], keys: Keys
    ) -> Record:
        key = _key("comment" if entry.is_comment else "post", entry, feed, moment, keys)
        text, url = _text(entry), entry.url or None
        if not entry.is_comment:
            return PostRecord(
                PLATFORM, key, moment.at, text, _thread(entry), url, moment.precision, moment.assumed
            )
        parent = next((written[answer] for answer in entry.answers if answer in written), None)
        if parent is not None:
            who = None if self._whose.is_me(parent) else _person(parent, feed)
            kind = Kind.REPLY
        else:
            page = entry.answers[-1] if entry.answers else entry.url
            who = None if self._whose.has_page(page) or feed.is_comments else author_of(page)
            kind = Kind.COMMENT if who is None else Kind.REPLY
        return _act(key, who, moment, Direction.OUT, kind, entry)

    def _by_another(
        self, entry: Entry, feed: Feed, moment: Moment, written: dict[str, Author], keys: Keys
    ) -> Iterator[Record]:
        answered = next((written[answer] for answer in entry.answers if answer in written), None)
        to_me = answered is not None and self._whose.is_me(answered)
        mine = to_me or feed.name in self._whose.mine
        if not mine and not any(self._whose.has_page(page) for page in (*entry.answers, entry.url)):
            self.left[_BETWEEN_OTHERS] += 1
            return
        who = _person(entry.author, feed)
        if who is None:
            self.left[_NAMELESS] += 1
            return
        key = _key("comment", entry, feed, moment, keys)
        yield from self._card(entry.author, who)
        yield _act(key, who, moment, Direction.IN, Kind.REPLY if to_me else Kind.COMMENT, entry)

    def _card(self, author: Author, who: IdentityRef) -> Iterator[ContactRecord]:
        """Yield the address that a comment's author left beside their site, once."""
        address = _address(author)
        if address and who.platform != "email" and address not in self._carded:
            self._carded.add(address)
            yield ContactRecord((who, IdentityRef("email", address, name=who.name)), who.name)


def _person(author: Author, feed: Feed) -> IdentityRef | None:
    """Return the identity of somebody who comments: their site, else their address, else their name here."""
    name = author.name or None
    found = person_at(author.uri, name) if author.uri else None
    if found is not None:
        return found
    if address := _address(author):
        return IdentityRef("email", address, name=name)
    if name is None:
        return None
    return IdentityRef(
        PLATFORM, external_id=f"name:{host_of(feed.site)}:{normal_text(name).casefold()}", name=name
    )


def _address(author: Author) -> str | None:
    address = author.email.strip().lower()
    return address if "@" in address and not address.startswith(("noreply@", "no-reply@")) else None


def _key(kind: str, entry: Entry, feed: Feed, moment: Moment, keys: Keys) -> str:
    """Return the external id: the entry's own, else its address, else a hash of what it says."""
    name = entry.id or (normalise("web", entry.url) if entry.url else "")
    if not name:
        who = entry.author.name or entry.author.uri
        return keys.make(kind, host_of(feed.site), moment.at, who, f"{entry.title}\n{entry.body}")
    if "://" not in name and not name.startswith(("tag:", "urn:")):
        name = f"{host_of(feed.site)}:{name}"  # a number, the same on every blog
    return f"{kind}:{name if len(name) <= _LONGEST_ID else digest(name)}"


def _text(entry: Entry) -> str | None:
    title, body = entry.title, entry.body.strip()
    if entry.is_comment and body:
        return body  # the title is "Comment on ... by ..."
    if not title or body.startswith(title.rstrip("\u2026. ")):
        return body or title or None
    return f"{title}\n\n{body}" if body else title


def _thread(entry: Entry) -> str | None:
    """Return the page that an entry is, or is said on."""
    page = next((each for each in reversed(entry.answers) if "://" in each), entry.url)
    return f"{PLATFORM}:{normalise('web', page.partition('#')[0])}" if page else None


def _act(
    key: str, who: IdentityRef | None, moment: Moment, direction: Direction, kind: Kind, entry: Entry
) -> InteractionRecord:
    return InteractionRecord(
        PLATFORM,
        key,
        who,
        moment.at,
        direction,
        kind,
        _text(entry),
        _thread(entry),
        entry.url or None,
        moment.precision,
        moment.assumed,
    )
