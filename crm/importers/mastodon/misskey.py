"""The notes of Misskey, Firefish and their kin, one list in `notes-2024-05-01-12-00-00.json`. Unconfirmed.

The decision to know: such a list names neither its owner nor their server, and a note says only by numbers
what it answers or renotes. So the user is asked who they are, and whom a note was for is told by who is
mentioned in its text; where nobody is, it stays open. Source: Misskey's `ExportNotesProcessorService`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec

from crm.domain.errors import QuestionError
from crm.domain.records import (
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    Owner,
    PostRecord,
    Precision,
    Problem,
    Record,
)
from crm.importers.kit import times
from crm.importers.kit.text import clean_value
from crm.importers.mastodon.addresses import split_handle
from crm.importers.mastodon.layout import Holds, Layout
from crm.importers.mastodon.people import PLATFORM, Me, People

_MENTION = re.compile(r"(?<![\w/@.])@(\w[\w-]*)(?:@([\w-]+(?:\.[\w-]+)+))?")


class _Note(msgspec.Struct, kw_only=True, gc=False):
    id: str
    text: str | None = None
    cw: str | None = None
    created_at: str | None = msgspec.field(default=None, name="createdAt")
    reply_id: str | None = msgspec.field(default=None, name="replyId")
    renote_id: str | None = msgspec.field(default=None, name="renoteId")
    visibility: str | None = None
    poll: Any = None


def owner_of_notes(owner: Owner, me: Me, people: People) -> str:
    """Return the owner's `user@server`: what the archive beside it, the user, or an earlier import says.

    Raises:
        QuestionError: none of these do, or several accounts are known.

    """
    known = sorted(handle for platform, handle in owner.identities if platform == PLATFORM and "@" in handle)
    stated = split_handle((owner.stated or "").removeprefix(f"{PLATFORM}:"))
    mine = [ref.handle for ref in me.identities(people) if ref.handle]
    if stated and stated[1]:
        return f"{stated[0]}@{stated[1]}"
    if mine:
        return mine[0]
    if len(known) == 1:
        return known[0]
    raise QuestionError(
        "these notes do not say whose they are, nor on which server they were written",
        "say your account there: --as @you@your.server",
        "as",
        tuple((f"@{handle}", "an account of yours") for handle in known),
    )


def read(layout: Layout, handle: str, people: People) -> Iterator[Record]:
    """Yield the records of the notes of `handle` (`user@server`)."""
    notes = _Notes(handle, people)
    for item in layout.rows(Holds.MISSKEY_NOTES, _Note):
        if isinstance(item, Problem):
            yield item
        else:
            yield from notes.records(item[0])


class _Notes:
    def __init__(self, handle: str, people: People) -> None:
        self._handle = handle.lower()
        self._home = handle.rpartition("@")[2]
        self._people = people
        self._own: set[int] = set()
        self._latest = times.latest()

    def records(self, note: _Note) -> Iterator[Record]:
        self._own.add(hash(note.id))
        uri = clean_value(f"https://{self._home}/notes/{note.id}")
        moment = times.iso(note.created_at or "")
        good = moment is not None and moment.at is not None and times.EARLIEST <= moment.at <= self._latest
        parent = note.reply_id or note.renote_id
        base = PostRecord(
            PLATFORM,
            f"mastodon:status:{uri}",
            moment.at if moment and good else None,
            _text(note) or None,
            clean_value(f"mastodon:https://{self._home}/notes/{parent}") if parent else None,
            uri,
            moment.precision if moment and good else Precision.UNKNOWN,
        )
        acts = list(self._acts(base, note, uri))
        yield from acts or (base,)

    def _acts(self, base: PostRecord, note: _Note, uri: str) -> Iterator[InteractionRecord]:
        text = note.text or ""
        named = self._named(text)
        if note.renote_id and not text:
            if hash(note.renote_id) not in self._own:
                yield _act(base, None, Kind.RESHARE, base.external_id)
            return
        if note.visibility == "specified":
            for who in named or (None,):
                key = who.handle if who else "?"
                yield _act(base, who, Kind.MESSAGE, f"mastodon:message:{uri}:{key}")
            return
        if note.reply_id and hash(note.reply_id) not in self._own:
            answered = named.pop(0) if named and text.lstrip().startswith("@") else None
            yield _act(base, answered, Kind.REPLY, base.external_id)
        elif note.renote_id and hash(note.renote_id) not in self._own:
            yield _act(base, None, Kind.QUOTE, base.external_id)
        for who in named:
            yield _act(base, who, Kind.MENTION, f"mastodon:mention:{uri}:{who.handle}")

    def _named(self, text: str) -> list[IdentityRef]:
        """Return whom a text mentions, in its order; those without a server are of the owner's."""
        handles = {f"{m[1]}@{m[2] or self._home}".lower(): None for m in _MENTION.finditer(text)}
        return [self._people.by_handle(handle) for handle in handles if handle != self._handle]


def _text(note: _Note) -> str:
    choices = note.poll.get("choices") if isinstance(note.poll, dict) else None
    listed = choices if isinstance(choices, list) else ()
    options = [c["text"] for c in listed if isinstance(c, dict) and isinstance(c.get("text"), str)]
    parts = (note.cw, note.text, "\n".join(f"- {option}" for option in options))
    return clean_value("\n\n".join(part.strip() for part in parts if part and part.strip()))


def _act(base: PostRecord, who: IdentityRef | None, kind: Kind, key: str) -> InteractionRecord:
    return InteractionRecord(
        PLATFORM, key, who, base.at, Direction.OUT, kind, base.text, base.thread, base.url, base.precision
    )
