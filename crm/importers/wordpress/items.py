"""Items of an export, and the comments in them, to records.

The decision to know: the comments of one item are all collected before any becomes a record, because an
answer may stand before what it answers. An item is as large as its page, so memory stays flat.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urljoin

from lxml import etree

from crm.domain.handles import normalise
from crm.domain.records import (
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
from crm.importers.kit.keys import Keys
from crm.importers.kit.markup import html_to_text, unescape_once
from crm.importers.kit.mentions import people_linked
from crm.importers.kit.sites import host_of, person_at
from crm.importers.kit.times import Moment, counted
from crm.importers.kit.xmlstream import local_name, text_of
from crm.importers.wordpress.authors import PLATFORM, Author, Me
from crm.importers.wordpress.comments import FROM_SITES, Comment, line_of, read_comment
from crm.importers.wordpress.moments import Clock
from crm.importers.wordpress.people import People, clean_name, linking_site

_POSTS = ("post", "page")
_APPROVED = ("1", "approve", "approved", "")
_COMMENTS = ("", "comment", "reply")
_KINDS = {
    **dict.fromkeys(FROM_SITES, Kind.MENTION),
    **dict.fromkeys(
        ("like", "favorite", "favourite", "bookmark", "reacji", "reaction", "read"), Kind.REACTION
    ),
    **dict.fromkeys(("repost", "share", "announce", "reshare"), Kind.RESHARE),
    "quote": Kind.QUOTE,
    "review": Kind.REVIEW,
}
"""By `comment_type`, WordPress's own and those of the Webmention, ActivityPub and WooCommerce plugins."""
_MACHINES = ("order_note", "wc_order_note", "action_log", "webhook_delivery", "edd_payment_note", "note")
_MOST_TYPES = 20
_NAME_LIMIT = 40


class Site(NamedTuple):
    """One site as its export describes it."""

    key: str
    """Its address without `www.`, always `https`: part of every id, for numbers are unique on a site only."""
    url: str
    authors: dict[str, Author]
    """By login."""
    me: Me
    mine: frozenset[str]
    """The user's logins."""


class Items:
    """Reads the items of one site."""

    def __init__(self, site: Site, owner: Owner, people: People) -> None:
        self._site = site
        self._people = people
        self._mine = set(owner.identities)
        if site.url and (home := person_at(site.url)) is not None and home.handle:
            self._mine.add((home.platform, normalise(home.platform, home.handle)))
        self._clock = Clock(owner.zone)
        self._keys = Keys()
        self._seen: dict[str, str] = {}
        self._left: Counter[str] = Counter()

    def records(self, element: etree._Element, where: str) -> Iterator[Record]:
        """Yield the records of an `item`."""
        fields, comments = _fields(element)
        number = fields.get("post_id", "")
        if not number and not comments:
            yield Problem(f"{where} line {line_of(element)}", "is an entry without a number")
            return
        by_me = self._is_mine(fields.get("creator", ""))
        key = self._key(number, fields)
        thread = f"wp:{self._site.key}:post:{key}"
        url = self._absolute(fields.get("link") or fields.get("guid") or "")
        if fields.get("post_type") in _POSTS:
            yield from self._post(fields, thread, url, by_me)
        if comments:
            yield from self._comments(
                [read_comment(each, self._site.me) for each in comments], fields, thread, url, where
            )

    def rest(self, where: str) -> Iterator[Record]:
        """Yield what is to be said when all items have been read."""
        for what, number in self._left.items():
            yield Left(what, number)
        if self._clock.unknown:
            said = counted(self._clock.unknown)
            yield Problem(where, f"{said} as unknown: missing, unreadable, before 1990 or in the future")

    def _is_mine(self, creator: str) -> bool:
        return not creator or not self._site.mine or creator in self._site.mine

    def _key(self, number: str, fields: dict[str, str]) -> str:
        """Return what tells an item from others: its number, with the name where two share a number."""
        name = fields.get("post_name") or fields.get("link", "")
        if self._seen.setdefault(number, name) == name:
            return number
        return f"{number}:{name}"

    def _absolute(self, url: str) -> str:
        if not url or "://" in url:
            return url
        try:
            return urljoin(self._site.url, url)
        except ValueError:
            return url

    def _post(self, fields: dict[str, str], key: str, url: str, by_me: bool) -> Iterator[Record]:
        if fields.get("status", "publish") != "publish":
            self._left["drafts, private, planned and trashed posts"] += 1
            return
        if not by_me:
            self._left["posts by other authors"] += 1
            return
        moment = self._clock.read(
            fields.get("post_date_gmt", ""), fields.get("post_date", ""), fields.get("pubDate", "")
        )
        body = fields.get("content:encoded", "")
        title = clean_name(fields.get("title", ""))
        words = html_to_text(body, keep_newlines="<p" not in body)
        text = "\n\n".join(part for part in (title, words) if part) or None
        yield PostRecord(PLATFORM, key, moment.at, text, None, url or None, moment.precision, moment.assumed)
        for ref in people_linked(body):
            if (ref.platform, ref.handle) in self._mine:
                continue
            yield InteractionRecord(
                PLATFORM, f"{key}:mention:{ref.platform}:{ref.handle}", ref, moment.at, Direction.OUT,
                Kind.MENTION, text, key, url or None, moment.precision, moment.assumed,
            )  # fmt: skip

    def _who(self, comment: Comment) -> IdentityRef | None:
        """Return who wrote a comment of somebody else's; asked only of those that are kept or answered."""
        if comment.mine:
            return None
        if comment.from_site:
            return linking_site(comment.stated.url)
        return self._people.commenter(comment.stated)

    def _comments(
        self, comments: list[Comment], item: dict[str, str], thread: str, url: str, where: str
    ) -> Iterator[Record]:
        by_id = {comment.id: comment for comment in comments if comment.id}
        author = item.get("creator", "")
        writer = None if self._is_mine(author) else self._site.authors.get(author, Author(author))
        for comment in comments:
            fields = comment.fields
            kind = self._kind(comment)
            if kind is None:
                continue
            parent = by_id.get(fields.get("comment_parent", "0"))
            found = self._act(comment, kind, parent, writer)
            if found is None:
                continue
            yield from self._people.fresh()
            who, direction, kind = found
            moment = self._clock.read(fields.get("comment_date_gmt", ""), fields.get("comment_date", ""))
            text = html_to_text(fields.get("comment_content", ""), keep_newlines=True)
            if comment.from_site and (title := clean_name(fields.get("comment_author", ""))):
                text = f"{title}\n{text}" if text else title
            if not comment.id and not text and moment.at is None:
                yield Problem(f"{where} line {comment.line}", "is a comment without number, time or words")
                continue
            yield InteractionRecord(
                PLATFORM, self._comment_key(comment, thread, moment, text), who, moment.at, direction, kind,
                text or None, thread, self._address(comment, kind, url), moment.precision, moment.assumed,
            )  # fmt: skip

    def _kind(self, comment: Comment) -> Kind | None:
        """Return what a comment is; None for what is left out, which is counted."""
        approved = comment.fields.get("comment_approved", "1").lower()
        kind = comment.type
        if kind in _MACHINES:
            self._left["notes that a shop or an editor keeps"] += 1
        elif approved not in _APPROVED:
            self._left["comments that wait for approval, or were rejected"] += 1
        elif kind in _COMMENTS:
            return Kind.COMMENT
        elif kind in _KINDS or kind.startswith("rsvp"):
            return _KINDS.get(kind, Kind.REACTION)
        else:
            known = sum(what.startswith("entries of") for what in self._left) < _MOST_TYPES
            self._left[f"entries of type {kind[:_NAME_LIMIT]}" if known else "entries of other types"] += 1
        return None

    def _act(
        self, comment: Comment, kind: Kind, parent: Comment | None, writer: Author | None
    ) -> tuple[IdentityRef | None, Direction, Kind] | None:
        """Return whom it is towards or from, and what it is; None for what does not concern the user."""
        answers = comment.fields.get("comment_parent", "0") not in ("", "0")
        if comment.mine:
            if kind is not Kind.COMMENT:
                self._left["pingbacks and notes of your own site"] += 1
                return None
            if answers:
                return (self._who(parent) if parent else None), Direction.OUT, Kind.REPLY
            who = writer.identities(self._site.key)[0] if writer and writer.login else None
            return who, Direction.OUT, Kind.COMMENT
        if kind is Kind.MENTION and host_of(comment.fields.get("comment_author_url", "")) == host_of(
            self._site.url
        ):
            self._left["pingbacks and notes of your own site"] += 1
            return None
        to_me = answers and parent is not None and parent.mine
        if writer is not None and not to_me:
            self._left["comments on the posts of other authors"] += 1
            return None
        who = self._who(comment)
        if who is None:
            self._left["comments by nobody in particular"] += 1
            return None
        return who, Direction.IN, Kind.REPLY if to_me and kind is Kind.COMMENT else kind

    def _comment_key(self, comment: Comment, thread: str, moment: Moment, text: str) -> str:
        if comment.id:
            return f"wp:{self._site.key}:comment:{comment.id}"
        who = self._who(comment)
        sender = "me" if comment.mine or who is None else f"{who.platform}:{who.handle or who.external_id}"
        return self._keys.make("wp:comment", thread, moment.at, sender, text)

    @staticmethod
    def _address(comment: Comment, kind: Kind, url: str) -> str | None:
        source = comment.meta.get("source") or (
            comment.fields.get("comment_author_url") if kind is Kind.MENTION else None
        )
        if source and source.lower().startswith(("http://", "https://")):
            return unescape_once(source)
        if not url:
            return None
        return f"{url}#comment-{comment.id}" if comment.id else url


def _fields(element: etree._Element) -> tuple[dict[str, str], list[etree._Element]]:
    """Return an item's texts by local name (of `content:encoded` with its prefix), and its comments."""
    fields: dict[str, str] = {}
    comments: list[etree._Element] = []
    for child in element:
        name = local_name(child)
        if name == "comment":
            comments.append(child)
            continue
        if name in ("category", "postmeta"):
            continue
        if name == "encoded":
            name = "excerpt:encoded" if "excerpt" in str(child.tag) else "content:encoded"
        if name not in fields:
            fields[name] = text_of(child)
    return fields, comments
