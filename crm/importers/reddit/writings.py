"""Posts, comments and votes: what the user put on Reddit for all to see.

The decision to know: a comment under the user's own post or comment answers nobody that the export names, and
often nobody at all, so it is a post in that thread; whether a parent is the user's own is known by its id.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from crm.domain.records import (
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    PostRecord,
    Precision,
    Problem,
    Record,
)
from crm.importers.kit.export import Export
from crm.importers.kit.tables import Row
from crm.importers.reddit.names import (
    PLATFORM,
    address,
    comment_of,
    named_in,
    person,
    post_of,
    profile_of,
    words,
)
from crm.importers.reddit.people import Me
from crm.importers.reddit.tables import Reading, Table, read_rows, rows

_DOWN = "votes against posts and comments"
_TAKEN_BACK = "votes taken back"


def read(export: Export, tables: dict[Table, list[str]], me: Me) -> Iterator[Record]:
    """Yield posts, comments and votes."""
    reader = _Writings(me, _own_ids(export, tables))
    yield from read_rows(export, tables[Table.POSTS], reader.post)
    yield from read_rows(export, tables[Table.COMMENTS], reader.comment)
    yield from read_rows(export, tables[Table.VOTES], reader.vote)
    if tables[Table.EXCERPT]:
        yield Problem(tables[Table.EXCERPT][0], "has no texts in it; import it with the table beside it")


def _own_ids(export: Export, tables: dict[Table, list[str]]) -> frozenset[int]:
    """Return the ids of the user's posts (even numbers) and comments (odd)."""
    found = set()
    for kind, table in enumerate((Table.POSTS, Table.COMMENTS)):
        for name in tables[table]:
            for row in rows(export, name):
                number = _number(row["id"]) if isinstance(row, Row) else None
                if number is not None:
                    found.add(number * 2 + kind)
    return frozenset(found)


def _number(identifier: str) -> int | None:
    """Return an id, which is a number to the base of 36, in eight bytes instead of sixty."""
    try:
        return int(identifier, 36) if len(identifier) <= 12 else None
    except ValueError:
        return None


class _Writings:
    def __init__(self, me: Me, own: frozenset[int]) -> None:
        self._me = me
        self._own = own

    def post(self, row: Row, reading: Reading) -> Iterable[Record]:
        """Yield a post, or whom it names."""
        identifier = _id_of(row["id"])
        if not identifier:
            return [reading.problem(row, "is a post without an id")]
        link = row["url"].strip()
        body = words(row["body"])
        if body is None and link and row["permalink"].strip() not in link:
            body = link
        text = "\n\n".join(part for part in (words(row["title"]), body) if part) or None
        moment = reading.times.read(row["date"], row.line)
        post = PostRecord(
            PLATFORM,
            f"reddit:t3:{identifier}",
            moment.at,
            text,
            f"reddit:post:{identifier}",
            address(row["permalink"]),
            moment.precision,
            moment.assumed,
        )
        return list(self._mentions(post, text or "", None)) or [post]

    def comment(self, row: Row, reading: Reading) -> Iterable[Record]:
        """Yield a comment or reply, and whom else it names."""
        identifier = _id_of(row["id"])
        if not identifier:
            return [reading.problem(row, "is a comment without an id")]
        parent = row["parent"].strip().lower()
        permalink = row["permalink"]
        post = (
            post_of(permalink) or post_of(row["link"]) or (parent[3:] if parent.startswith("t3_") else None)
        )
        text = words(row["body"])
        moment = reading.times.read(row["date"], row.line)
        said = PostRecord(
            PLATFORM,
            f"reddit:t1:{identifier}",
            moment.at,
            text,
            f"reddit:post:{post}" if post else None,
            address(permalink),
            moment.precision,
            moment.assumed,
        )
        is_reply = parent.startswith("t1_") or (bool(parent) and parent[:3] != "t3_" and parent != post)
        if self._is_own(parent, is_reply):
            return list(self._mentions(said, text or "", None)) or [said]
        host = None if is_reply else profile_of(permalink, row["subreddit"])
        if self._me.is_me(host):
            return list(self._mentions(said, text or "", None)) or [said]
        act = _act(said, person(host) if host else None, Kind.REPLY if is_reply else Kind.COMMENT)
        return [act, *self._mentions(said, text or "", host)]

    def _is_own(self, parent: str, is_reply: bool) -> bool:
        number = _number(parent.rpartition("_")[2]) if parent else None
        return number is not None and number * 2 + is_reply in self._own

    def _mentions(self, said: PostRecord, text: str, done: str | None) -> Iterator[InteractionRecord]:
        for name in named_in(text):
            if not self._me.is_me(name) and name.lower() != (done or "").lower():
                act = _act(said, person(name), Kind.MENTION)
                yield act._replace(external_id=f"{said.external_id}:{name.lower()}")

    def vote(self, row: Row, reading: Reading) -> Iterable[Record]:
        """Yield a vote for something; a vote against it is nothing between people."""
        permalink, identifier = row["permalink"], _id_of(row["id"])
        direction = row["direction"].strip().lower()
        if direction != "up":
            reading.left[_DOWN if direction == "down" else _TAKEN_BACK] += 1
            return ()
        if not identifier:
            return [reading.problem(row, "is a vote without an id")]
        is_comment = comment_of(permalink) == identifier or "comment_votes" in reading.name.casefold()
        host = None if is_comment else profile_of(permalink)
        key = f"reddit:vote:{'t1' if is_comment else 't3'}:{identifier}"
        is_own = (_number(identifier) or 0) * 2 + is_comment in self._own
        if is_own or self._me.is_me(host):
            reading.left["votes for your own posts and comments"] += 1
            return ()
        post = post_of(permalink)
        return [
            InteractionRecord(
                PLATFORM,
                key,
                person(host) if host else None,
                None,
                Direction.OUT,
                Kind.REACTION,
                thread=f"reddit:post:{post}" if post else None,
                url=address(permalink),
                precision=Precision.UNKNOWN,
            )
        ]


def _id_of(written: str) -> str:
    """Return an id without its type (`t1_abc` is `abc`)."""
    return written.strip().lower().rpartition("_")[2]


def _act(said: PostRecord, who: IdentityRef | None, kind: Kind) -> InteractionRecord:
    return InteractionRecord(
        PLATFORM,
        said.external_id,
        who,
        said.at,
        Direction.OUT,
        kind,
        said.text,
        said.thread,
        said.url,
        said.precision,
        said.zone_assumed,
    )
