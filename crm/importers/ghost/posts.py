"""The JSON export of a Ghost site: `{"db": [{"meta": {...}, "data": {"posts": [...], "users": [...]}}]}`.

The decision to know: the document may be of any size (each post is in it in up to four forms), so its lists
are read one by one, as streams, and only the form that people see is decoded.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO, TypeVar, cast

import msgspec

from crm.domain.errors import QuestionError
from crm.domain.records import IdentityRef, Left, Owner, PostRecord, Precision, Problem, Record, SelfRecord
from crm.importers.kit.export import Export
from crm.importers.kit.jsonfield import stream_field
from crm.importers.kit.markup import html_to_text
from crm.importers.kit.sites import Own, person_at
from crm.importers.kit.text import clean_id, clean_value
from crm.importers.kit.times import EARLIEST, UNKNOWN, Moment, iso, latest

PLATFORM = "ghost"
_PEEK = 1 << 16
_IN_DB = re.compile(rb'\s*\{\s*"db"\s*:\s*\[\s*(?=\{)')
_DATA = re.compile(rb'"data"\s*:\s*\{')
_TABLES = (
    b'"posts"',
    b'"users"',
    b'"posts_meta"',
    b'"posts_tags"',
    b'"posts_authors"',
    b'"settings"',
    b'"migrations"',
)
_PUBLISHED = frozenset(("published", "sent"))
"""`sent` went out as a newsletter only."""
_PLACEHOLDER = "__GHOST_URL__"

T = TypeVar("T")


class User(msgspec.Struct):
    """Somebody who may write on the site."""

    id: str | int | None = None
    name: str | None = None
    email: str | None = None
    website: str | None = None
    slug: str | None = None


class Authorship(msgspec.Struct):
    """Who wrote a post."""

    post_id: str | int | None = None
    author_id: str | int | None = None


class Post(msgspec.Struct):
    """A post or page of any version."""

    id: str | int | None = None
    uuid: str | None = None
    title: str | None = None
    html: str | None = None
    plaintext: str | None = None
    custom_excerpt: str | None = None
    status: str | None = None
    published_at: str | int | None = None
    created_at: str | int | None = None
    canonical_url: str | None = None
    author_id: str | int | None = None


def is_site(export: Export, name: str) -> bool:
    """Say whether a member is the JSON export of a Ghost site."""
    if not name.casefold().endswith(".json"):
        return False
    head = export.peek(name, _PEEK).removeprefix(b"\xef\xbb\xbf")
    if _IN_DB.match(head):
        return b'"meta"' in head and (b'"exported_on"' in head or _has_tables(head))
    return b'"exported_on"' in head[:400] and _has_tables(head)


def _has_tables(head: bytes) -> bool:
    return _DATA.search(head) is not None and any(table in head for table in _TABLES)


def read_site(export: Export, name: str, owner: Owner) -> Iterator[Record]:
    """Yield who the user is, and every post of theirs that is published.

    Raises:
        QuestionError: several people write on the site, and it is not known which is the user.
        ExportError: the file is cut off; the message says after how many posts.

    """
    users = {key: user for user in _rows(export, name, "users", User) if (key := clean_id(user.id))}
    writers: dict[str, set[str]] = {}
    for row in _rows(export, name, "posts_authors", Authorship):
        written, author = clean_id(row.post_id), clean_id(row.author_id)
        if written and author:
            writers.setdefault(written, set()).add(author)
    mine = _mine(users, {author for authors in writers.values() for author in authors}, owner)
    if mine is not None:
        yield from _self(users[mine])
    left: Counter[str] = Counter()
    for post in _list(export, name, "posts", Post):
        if isinstance(post, Problem):
            yield post
            continue
        authors = writers.get(clean_id(post.id) or "", set())
        if not authors and post.author_id is not None:
            authors = {clean_id(post.author_id) or ""}
        if post.status not in _PUBLISHED:
            left["drafts and scheduled posts"] += 1
        elif mine is not None and authors and mine not in authors:
            left["posts by others on the site"] += 1
        elif (record := _post(post)) is not None:
            yield record
        else:
            yield Problem(name, f"the post {(post.title or '')[:60]!r} has no id")
    yield from (Left(what, number) for what, number in sorted(left.items()))


def _mine(users: dict[str, User], writers: set[str], owner: Owner) -> str | None:
    """Return which user is meant: the one who is known, else the only one who writes.

    Raises:
        QuestionError: there are several, and none or more than one of them is known.

    """
    own = Own(owner)
    known = [key for key, user in users.items() if _is_known(user, own)]
    if len(known) == 1:
        return known[0]
    writing = [key for key in users if key in writers] or list(users)
    if owner.stated is None and len(writing) == 1:
        return writing[0]
    if not users:
        return None
    choices = tuple(
        (clean_value(user.email or user.name or ""), f"you are {clean_value(user.name or user.email or '')}")
        for key in writing
        if (user := users[key]).email or user.name
    )
    said = "nobody of that name writes on this site" if owner.stated else "several people write on this site"
    raise QuestionError(said, "say which of them is you with --as and the e-mail address", "as", choices)


def _is_known(user: User, own: Own) -> bool:
    return own.has_email(user.email) or own.has_name(user.name) or own.has_page(user.website)


def _self(user: User) -> Iterator[SelfRecord]:
    name = " ".join(clean_value(user.name or "").split()) or None
    address = clean_value(user.email or "").strip()
    found = [IdentityRef("email", address, name=name)] if "@" in address else []
    if user.website and (site := person_at(clean_value(user.website))) is not None:
        found.append(site._replace(name=name))
    if found or name:
        yield SelfRecord(tuple(found), name)


def _post(post: Post) -> PostRecord | None:
    key = clean_id(post.uuid) or clean_id(post.id)
    if key is None:
        return None
    moment = _moment(post.published_at) if post.published_at else _moment(post.created_at)
    title = " ".join(clean_value(post.title or "").split())
    body = (
        html_to_text(post.html.replace(_PLACEHOLDER, "")) if post.html else clean_value(post.plaintext or "")
    )
    body = body or clean_value(post.custom_excerpt or "")
    text = "\n\n".join(part for part in (title, body.strip()) if part)
    url = clean_value(post.canonical_url or "") or None
    return PostRecord(
        PLATFORM, f"post:{key}", moment.at, text or None, None, url, moment.precision, moment.assumed
    )


def _moment(written: str | int | None) -> Moment:
    """Read `2025-01-01T00:00:00.000Z`, and the milliseconds of Ghost before 1.0; times are UTC throughout."""
    if isinstance(written, int):
        moment: Moment | None = Moment(written * 1000, Precision.SECOND)
    else:
        moment = iso((written or "").strip())
    if moment is None or moment.at is None or not EARLIEST <= moment.at <= latest():
        return UNKNOWN
    return moment._replace(assumed=False)


def _rows(export: Export, name: str, table: str, kind: type[T]) -> Iterator[T]:
    """Yield the rows of a small table; an absent one is empty."""
    for row in _list(export, name, table, kind):
        if not isinstance(row, Problem):
            yield row


def _list(export: Export, name: str, table: str, kind: type[T]) -> Iterator[T | Problem]:
    stream = export.open(name)
    head = stream.read(_PEEK)
    inner = _IN_DB.match(head.removeprefix(b"\xef\xbb\xbf"))
    skipped = inner.end() + (3 if head.startswith(b"\xef\xbb\xbf") else 0) if inner else 0
    rest = cast("BinaryIO", io.BufferedReader(_Joined(head[skipped:], stream), _PEEK))
    return stream_field(rest, ("data", table), kind, name)


class _Joined(io.RawIOBase):
    """What was read of a stream, then the rest of it."""

    def __init__(self, first: bytes, rest: BinaryIO) -> None:
        self._first = first
        self._rest = rest

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill a buffer; 0 only at the end."""
        view = memoryview(buffer)  # type: ignore[arg-type]
        block = self._first[: len(view)] if self._first else self._rest.read(len(view))
        self._first = self._first[len(view) :]
        view[: len(block)] = block
        return len(block)
