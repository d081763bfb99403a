"""Meta's message threads (Facebook, Instagram): which files make one, and its messages as a stream.

The decision to know: a thread is a folder `<slug>_<id>`; what stands behind the last underscore is the same
in every export, the slug follows the partner's name, and the folders around it move every year. Messages
come in the order of the files (the newest first, mostly): nothing is sorted, because a thread may have half
a gigabyte. The layout is that of Meta's "Download your information", as the open-source readers of it agree
(msgvault, d3i data-donation-task, chat-miner).

    for thread in find_threads(export):
        head = read_head(export, thread)               # who takes part; cheap
        for item in read_messages(export, thread):     # Message or Problem, one by one
            ...

`owner.find_owner` says which of the participants is the user, `talk.Talk` makes records of all of it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

import msgspec

from crm.domain.errors import ExportError
from crm.domain.records import Problem
from crm.importers.kit.export import Export
from crm.importers.kit.jsonmember import ListIn
from crm.importers.kit.meta.text import repair, repaired_name
from crm.importers.kit.times import is_believable

MILLISECOND = 1000
"""In microseconds."""
_USUAL_FIRST, _USUAL_LAST = 1_000_000_000_000, 1_700_000_000_000
"""Milliseconds of 2001 and 2023, between which nothing needs asking whether it can be."""
_SECONDS_BELOW = 100_000_000_000
"""A larger number than this (the year 5138) is not seconds but milliseconds."""
BOXES = frozenset(("inbox", "archived_threads", "filtered_threads", "message_requests", "e2ee_cutover"))
"""The folders that threads lie in."""
_FILE = re.compile(r"message(?:_([0-9]{1,6}))?\.json", re.IGNORECASE)


class What(Enum):
    """What a message is, as far as its own fields say."""

    WORDS = "words"
    """Text, a share, media, a sticker: somebody said something."""
    CALL = "call"
    """A call that took place; `seconds` says how long."""
    MISSED_CALL = "missed call"
    SERVICE = "service line"
    """Somebody joined or left a group."""
    UNSENT = "unsent"


class Reaction(NamedTuple):
    """Somebody's emoji on a message."""

    actor: str
    emoji: str
    at: int | None
    """Microseconds since 1970 UTC; only newer exports say when."""


class Message(NamedTuple):
    """One message. Texts and names are repaired."""

    sender: str
    """The display name, "" where there is none."""
    at: int | None
    """Microseconds since 1970 UTC (the export has milliseconds)."""
    what: What
    text: str | None
    """What was written, and the link that was shared with it."""
    said: str | None
    """The part of it by which the message is known again in another export: the text alone, else the link
    that was shared, else the name of the first file sent (without folders, which change)."""
    reactions: tuple[Reaction, ...] = ()
    seconds: int | None = None
    """How long a call was."""
    shared_from: str | None = None
    """Whose post was shared (`share.original_content_owner`, Instagram only)."""


class Thread(NamedTuple):
    """The files of one conversation."""

    folder: str
    """Path in the export; "" where the files lie at the top."""
    box: str
    """The folder around it, lower case: `inbox`, `archived_threads`, `e2ee_cutover` ..."""
    slug: str
    """From the partner's name or handle: what stands before the last underscore; "" if unknown."""
    id: str | None
    """What stands behind the last underscore; None where only the file itself tells (`read_head`)."""
    files: tuple[str, ...]
    """Part after part: `message_1.json` (the newest), `message_2.json`, ..., `message_10.json`."""


class Head(NamedTuple):
    """What a thread says about itself, apart from its messages."""

    id: str | None
    """As in `Thread`, or taken from `thread_path`."""
    slug: str
    participants: tuple[str, ...]
    """Names as they are now, the user's own among them; where the file does not list them, the senders."""
    title: str | None
    """None where the end of the file was not read."""
    is_group: bool
    """The file says so at its end, where that was read; more than two participants say so too."""


class _Person(msgspec.Struct):
    name: str | None = None


class _File(msgspec.Struct):
    uri: str | None = None


class _Share(msgspec.Struct):
    link: str | None = None
    share_text: str | None = None
    original_content_owner: str | None = None


class _Reaction(msgspec.Struct):
    actor: str | None = None
    reaction: str | None = None
    timestamp: int | float | None = None


class Row(msgspec.Struct):
    """A message as Meta writes it."""

    sender_name: str | None = None
    timestamp_ms: int | float | None = None
    content: str | None = None
    type: str | None = None
    photos: list[_File] | None = None
    videos: list[_File] | None = None
    audio_files: list[_File] | None = None
    files: list[_File] | None = None
    gifs: list[_File] | None = None
    sticker: _File | None = None
    share: _Share | None = None
    reactions: list[_Reaction] | None = None
    call_duration: int | float | None = None
    missed: bool | None = None
    is_unsent: bool | None = None


class _Sender(msgspec.Struct):
    sender_name: str | None = None


class _Around(msgspec.Struct):
    participants: list[_Person] | None = None
    title: str | None = None
    thread_path: str | None = None
    thread_type: str | None = None


def find_threads(export: Export) -> list[Thread]:
    """Return every thread, by name alone, whatever the folders around `inbox/<slug>_<id>/` are.

    One id in two boxes (before and after a move) is two `Thread`s.
    """
    folders: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for name in export.find("message*.json"):
        folder, _, file = name.rpartition("/")
        match = _FILE.fullmatch(file)
        if match:
            folders[folder].append((int(match[1] or 0), name))
    return [_thread(folder, tuple(name for _, name in sorted(parts))) for folder, parts in folders.items()]


def _thread(folder: str, files: tuple[str, ...]) -> Thread:
    outer, _, own = folder.rpartition("/")
    slug, identifier = split_path(own)
    return Thread(folder, outer.rpartition("/")[2].casefold(), slug, identifier, files)


def split_path(path: str | None) -> tuple[str, str | None]:
    """Return slug and thread id of a folder, or of a `thread_path` (`inbox/alice_ABC123`)."""
    own = (path or "").rstrip("/").rpartition("/")[2]
    slug, underscore, identifier = own.rpartition("_")
    return (slug, identifier) if underscore and identifier else ("", own or None)


def read_head(export: Export, thread: Thread) -> Head:
    """Return who takes part in a thread: from the first kilobytes of its newest file.

    A file that is not where Meta put it, or has fewer than two participants (a chat with oneself, or with
    a closed account), is read to its end for what stands there: title, type, path.

    Raises:
        ExportError: the file is no thread, or cut off.

    """
    name = thread.files[0]
    misplaced = thread.id is None or thread.box not in BOXES
    with export.open(name) as stream:
        rows = ListIn(stream, _Sender, name, ("messages",))
        around = rows.around(_Around) or _Around()
        senders: dict[str, None] = {}
        if misplaced or len(around.participants or ()) < 2:
            for row in rows:
                if not isinstance(row, Problem) and row.sender_name:
                    senders[row.sender_name] = None
            around = rows.around(_Around) or around
    named = [person.name for person in around.participants or () if person.name] or list(senders)
    slug, identifier = split_path(repair(around.thread_path)) if around.thread_path else ("", None)
    if identifier is None or not misplaced:
        slug, identifier = thread.slug, thread.id
    is_group = "group" in (around.thread_type or "").casefold()
    people = tuple(dict.fromkeys(repair(person) for person in named))
    return Head(identifier, slug, people, repair(around.title) if around.title else None, is_group)


def read_messages(export: Export, thread: Thread) -> Iterator[Message | Problem]:
    """Yield every message of a thread, file after file.

    A message that cannot be read is a `Problem`, a file that is damaged or cut off one more, behind what
    could be read of it.
    """
    for name in thread.files:
        try:
            with export.open(name) as stream:
                rows = ListIn(stream, Row, name, ("messages",))
                if rows.key is None:
                    yield Problem(name, "is no message thread: it has no list of messages")
                    continue
                for row in rows:
                    yield row if isinstance(row, Problem) else message_of(row)
        except ExportError as error:
            yield Problem(name, f"could not be read to its end: {error.message}")


def message_of(row: Row) -> Message:
    """Return what a row says."""
    text = repair(row.content) if row.content else None
    said, shared_from = text, None
    if row.share is not None:
        link = repair(row.share.link) if row.share.link else None
        about = repair(row.share.share_text) if row.share.share_text else None
        text = "\n".join(part for part in dict.fromkeys((text, about, link)) if part) or None
        said = said or link or about
        shared_from = repair(row.share.original_content_owner or "") or None
    reactions: tuple[Reaction, ...] = ()
    if row.reactions:
        reactions = tuple(
            Reaction(repair(one.actor or ""), repair(one.reaction or ""), moment(one.timestamp))
            for one in row.reactions
        )
    what, seconds = _what(row)
    return Message(
        repaired_name(row.sender_name) if row.sender_name else "",
        moment(row.timestamp_ms),
        what,
        text,
        said or _first_file(row),
        reactions,
        seconds,
        shared_from,
    )


def _what(row: Row) -> tuple[What, int | None]:
    if row.is_unsent:
        return What.UNSENT, None
    if row.type == "Call" or row.call_duration is not None:
        seconds = int(row.call_duration or 0)
        return (What.MISSED_CALL, None) if row.missed or seconds <= 0 else (What.CALL, seconds)
    if row.type in ("Subscribe", "Unsubscribe"):
        return What.SERVICE, None
    return What.WORDS, None


def _first_file(row: Row) -> str | None:
    if row.sticker is not None and row.sticker.uri:
        return base_name(row.sticker.uri)
    for files in (row.photos, row.videos, row.audio_files, row.files, row.gifs):
        for file in files or ():
            if file.uri:
                return base_name(file.uri)
    return None


def base_name(uri: str) -> str:
    """Return the last part of the path of a file; the folders around it change from export to export."""
    return repair(uri).replace("\\", "/").rpartition("/")[2]


def moment(value: int | float | None) -> int | None:  # noqa: PYI041 - mypy takes them apart
    """Return seconds or milliseconds since 1970 as microseconds; None for what is no time (0, say)."""
    if isinstance(value, int) and _USUAL_FIRST <= value <= _USUAL_LAST:
        return value * MILLISECOND
    if value is None or isinstance(value, bool):
        return None
    try:
        at = int(value * MILLISECOND) if abs(value) >= _SECONDS_BELOW else int(value * 1_000_000)
    except (OverflowError, ValueError):
        return None
    return at if is_believable(at) else None
