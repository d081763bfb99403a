"""TikTok's export as text files: conversations line by line, lists as blocks of `Date: ...` and `Link: ...`.

The decision to know: only what is sure is read. Conversations are the same in every language, whatever the
file is called; the other lists are read under their English names, and in another language they are
reported, because nothing in `Datum: ... / Gebruikersnaam: ...` says whether that is a follower.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from crm.importers.kit.export import Export
from crm.importers.kit.text import TextLines, decode
from crm.importers.tiktok.shapes import Holds, Profile, Row

_NAMES = {
    "block list.txt": Holds.BLOCKS,
    "comments.txt": Holds.COMMENTS,
    "follower.txt": Holds.FOLLOWERS,
    "follower list.txt": Holds.FOLLOWERS,
    "followers.txt": Holds.FOLLOWERS,
    "following.txt": Holds.FOLLOWING,
    "following list.txt": Holds.FOLLOWING,
    "like list.txt": Holds.LIKES,
    "post.txt": Holds.POSTS,
    "posts.txt": Holds.POSTS,
    "profile info.txt": Holds.PROFILE,
    "profile information.txt": Holds.PROFILE,
    "reposts.txt": Holds.REPOSTS,
    "share history.txt": Holds.SHARES,
    "videos.txt": Holds.POSTS,
}
_CHATS = re.compile(r"(?:.*\n){0,5}?>>> Chat History with ")
_CHAT = re.compile(r">>> Chat History with (.+?):*\s*")
_MESSAGE = re.compile(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?: UTC)?) ([^:]{1,80}):(?: (.*))?")
# A block of English fields, or of a language that writes the date first as well.
_BLOCK = re.compile(
    r"\s*Date: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?: UTC)?\s*\n(?:User ?[Nn]ame|Link|Comment|Shared)"
)
_FOREIGN = re.compile(r"\s*[^:\n]{2,30}: ?\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\s*\n[^:\n]{2,40}:")
_PROFILE = re.compile(r"(?:.*\n){0,40}?User ?name: ?\S", re.IGNORECASE)
_FIELD = re.compile(r"([A-Za-z][A-Za-z /-]{2,40}):(?: (.*))?")
_HEAD = 2048
_MOST_PEEKS = 120
"""Text files that are looked into; an export of 2026 has about 70."""

_FIELDS = {
    "date": "date_1",
    "username": "user_1",
    "comment": "comment_1",
    "link": "link_1",
    "videolink": "link_3",
    "url": "link_4",
    "originalpostlink": "link_4",
    "title": "title_1",
}
# They end the field before them and are not kept.
_OTHER_FIELDS = frozenset(
    "photo sticker likes whocanview allowcomments allowstitches allowduets allowstickers sound location "  # noqa: SIM905
    "allowsharingtostory contentdisclosure aigeneratedcontent addyourstext sharedcontent method".split()
)


class TextFile(NamedTuple):
    """One text file that we read."""

    name: str
    holds: Holds


def is_ours(export: Export) -> bool:
    """Say whether there are text files of TikTok: a conversation, or a list under its name, in its form."""
    return bool(files(export))


def files(export: Export) -> list[TextFile]:
    """Return the text files that hold something we read."""
    return [TextFile(name, holds) for name, holds in _looked_into(export) if holds is not None]


def foreign(export: Export) -> list[str]:
    """Return the text files with lists in another language, which are not read."""
    return [name for name, holds in _looked_into(export) if holds is None]


def _looked_into(export: Export) -> Iterator[tuple[str, Holds | None]]:
    names = export.find("*.txt")
    profile = []
    found = False
    for name in names if len(names) <= _MOST_PEEKS else ():
        head = decode(export.peek(name, _HEAD))[0].replace("\r\n", "\n")
        holds = _NAMES.get(name.rpartition("/")[2].casefold())
        if _CHATS.match(head):
            found = True
            yield name, Holds.CHAT
        elif holds is Holds.PROFILE:
            profile += [name] if _PROFILE.match(head) else []
        elif holds is not None and _BLOCK.match(head):
            found = True
            yield name, holds
        elif holds is None and not _BLOCK.match(head) and _FOREIGN.match(head):
            yield name, None
    if found:  # `Profile Info.txt` alone could be anybody's
        yield from ((name, Holds.PROFILE) for name in profile)


def sections(export: Export, file: TextFile) -> Iterator[tuple[Holds, str, str, Iterator[Any]]]:
    """Yield the lists of one file as (what, where, title, rows)."""
    with TextLines(export.open(file.name)) as opened:
        lines = (line.replace("\x00", "") for line in opened)
        if file.holds is Holds.CHAT:
            holds = Holds.GROUP if "group" in file.name.rpartition("/")[2].casefold() else Holds.CHAT
            yield from _chats(lines, holds, file.name)
        elif file.holds is Holds.PROFILE:
            yield file.holds, file.name, "", iter((_profile(lines),))
        else:
            yield file.holds, file.name, "", _blocks(lines)


def _chats(lines: Iterator[str], holds: Holds, name: str) -> Iterator[tuple[Holds, str, str, Iterator[Row]]]:
    line = next(lines, None)
    while line is not None:
        header = _CHAT.fullmatch(line)
        line = next(lines, None)
        if header is None:
            continue
        messages = _Messages(lines, line)
        yield holds, f"{name}:{header[1]}", header[1], messages.rows()
        line = messages.behind()


class _Messages:
    """The messages of one conversation, up to the next one's header."""

    def __init__(self, lines: Iterator[str], line: str | None) -> None:
        self._lines = lines
        self._line = line

    def rows(self) -> Iterator[Row]:
        """Yield the messages; lines without date and sender belong to the one before."""
        row: Row | None = None
        more: list[str] = []
        while self._line is not None and not _CHAT.fullmatch(self._line):
            text = self._line.rstrip("\n")
            match = _MESSAGE.fullmatch(text)
            if match is None:
                more.append(text)
            else:
                if row is not None:
                    yield _with(row, more)
                row, more = Row(date_1=match[1], sender_1=match[2], content_1=match[3]), []
            self._line = next(self._lines, None)
        if row is not None:
            yield _with(row, more)

    def behind(self) -> str | None:
        """Return the header behind the conversation; None at the end."""
        for _ in self.rows():
            pass
        return self._line


def _with(row: Row, more: list[str]) -> Row:
    """Return a message with the lines that follow its first one."""
    if more and any(more):
        row.content_1 = "\n".join([str(row.content_1 or ""), *more]).rstrip()
    return row


def _blocks(lines: Iterator[str]) -> Iterator[Row]:
    """Yield the entries of a list: each begins with its date."""
    fields: dict[str, str] = {}
    last: str | None = None
    for line in lines:
        text = line.rstrip("\n")
        match = _FIELD.fullmatch(text)
        key = _folded(match[1]) if match else ""
        if match and (key in _FIELDS or key in _OTHER_FIELDS):
            if key == "date":
                if fields:
                    yield _row(fields)
                fields = {}
            last = _FIELDS.get(key)
            if last:
                fields[last] = match[2] or ""
        elif last and fields:
            fields[last] += f"\n{text}"
    if fields:
        yield _row(fields)


def _row(fields: dict[str, str]) -> Row:
    return Row(**{name: value.strip() for name, value in fields.items()})


def _folded(key: str) -> str:
    return re.sub(r"[\s/-]", "", key).casefold()


def _profile(lines: Iterator[str]) -> Profile:
    found: dict[str, str] = {}
    for line in lines:
        match = _FIELD.fullmatch(line.rstrip("\n"))
        if match:
            found.setdefault(_folded(match[1]), (match[2] or "").strip())
    return Profile(
        user=found.get("username"),
        name_1=found.get("nickname") or found.get("displayname"),
        email=found.get("emailaddress") or found.get("email"),
        phone=found.get("telephonenumber") or found.get("phonenumber"),
    )
