r"""The entries of a chat as text: an object a line in `data.json`, lines of text in `chat.md`.

`chat.md` has `[2024-05-01 12:30:00] Name: text` for a message, behind it `(- Name: 👍 -)` for reactions and
`![file](./media/file)` for files, before it `> ...` for what it answers. `data.json` has the same
(`models.py` of signal-export). Times are those of the clock on the wall, minutes only before 2024.

The decision to know: both forms give the same words for the same message, because ids are made of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from msgspec import Struct

from crm.domain.records import Precision, Problem
from crm.importers.kit.export import Export
from crm.importers.kit.jsondecode import UNREADABLE, decode_patiently, decoders
from crm.importers.kit.text import TextLines, clean_value
from crm.importers.kit.times import is_believable, iso

_HEADER = re.compile(r"\[(\d{4}-\d{2}-\d{2}),? (\d{2}:\d{2}(?::\d{2})?)\] ([^:\n]{1,200}):(.*)", re.DOTALL)
_REACTIONS = re.compile(r"\n\(- ([^\n]*) -\)")
_STICKER = re.compile(r"\n\(\( ([^\n]*) \)\)")
_FILES = re.compile(r"(!?)\[([^\]\n]*)\]\(\.?\.?/[^)\n]*\)")
_ANSWERED = re.compile(r"\A\s*\n(?:>[^\n]*\n)+")
_LONGEST_LINE = 16 << 20
_LONGEST_TEXT = 1 << 20


class _Row(Struct):
    """A line of `data.json`."""

    date: str | None = None
    sender: str | None = None
    body: str | None = None
    sticker: Any = None
    reactions: list[Any] | None = None
    attachments: list[Any] | None = None
    deleted: bool = False


class Entry(NamedTuple):
    """A message, between nobody yet."""

    local: int
    """By the clock on the wall, microseconds since 1970."""
    precision: Precision
    sender: str
    text: str
    reactions: tuple[tuple[str, str], ...]
    is_deleted: bool


def entries_of(export: Export, name: str) -> Iterator[Entry | Problem]:
    """Yield what a chat holds, in its order."""
    return _from_json(export, name) if name.casefold().endswith(".json") else _from_text(export, name)


def _from_json(export: Export, name: str) -> Iterator[Entry | Problem]:
    one, _ = decoders(_Row)
    number = 0
    with export.open(name) as stream:
        while line := stream.readline(_LONGEST_LINE):
            number += 1
            line = line.strip(b"\xef\xbb\xbf \t\r\n,[]\0")
            if not line:
                continue
            try:
                row: _Row | Problem = one.decode(line)
            except UNREADABLE:
                row = decode_patiently(one, line, f"{name}, line {number}", None)
            yield row if isinstance(row, Problem) else _entry_of(row, f"{name}, line {number}")


def _from_text(export: Export, name: str) -> Iterator[Entry | Problem]:
    head: re.Match[str] | None = None
    lines: list[str] = []
    size = 0
    with TextLines(export.open(name)) as found:
        for line in found:
            match = _HEADER.match(line) if line.startswith("[") else None
            if match is None:
                if size < _LONGEST_TEXT:
                    lines.append(line)
                    size += len(line)
                continue
            if head is not None:
                yield _from_lines(head, lines, name)
            head, lines, size = match, [], 0
    if head is not None:
        yield _from_lines(head, lines, name)


def _entry_of(row: _Row, where: str) -> Entry | Problem:
    moment = iso((row.date or "")[:19])
    if moment is None or moment.at is None or not is_believable(moment.at) or not row.sender:
        return Problem(where, "has no time or no sender")
    if moment.precision is Precision.DAY:
        return Problem(where, "has no time or no sender")
    sticker = row.sticker.get("emoji") if isinstance(row.sticker, dict) else row.sticker
    files = [each.get("name") for each in row.attachments or () if isinstance(each, dict)]
    pieces = [(row.body or "").strip()]
    pieces += [f"[sticker {sticker}]"] if isinstance(sticker, str) and sticker else []
    pieces += dict.fromkeys(_file(str(name or "")) for name in files)
    reactions = tuple(
        (str(each[0]), str(each[1]))
        for each in row.reactions or ()
        if isinstance(each, list) and len(each) > 1
    )
    text = clean_value("\n".join(piece for piece in pieces if piece))
    return Entry(moment.at, moment.precision, label_of(row.sender), text, reactions, row.deleted)


def _from_lines(head: re.Match[str], lines: list[str], name: str) -> Entry | Problem:
    moment = iso(f"{head[1]} {head[2]}")
    if moment is None or moment.at is None or not is_believable(moment.at):
        return Problem(name, "has a date that cannot be", head[0][:200].strip())
    body = head[4] + "".join(lines)
    reactions: list[tuple[str, str]] = []
    found = _REACTIONS.search(body)
    if found:
        pairs = (pair.rpartition(": ") for pair in found[1].split(", "))
        reactions = [(label_of(who), emoji) for who, _, emoji in pairs if who and emoji]
        body = _REACTIONS.sub("", body)
    files = [_file(file[2], is_picture=bool(file[1])) for file in _FILES.finditer(body)]
    body = _STICKER.sub(r"\n[sticker \1]", _FILES.sub("", body))
    kept = [line.rstrip() for line in _ANSWERED.sub("", body).split("\n")]
    text = "\n".join([*kept, *dict.fromkeys(files)]).strip()
    is_deleted = text == "(This message was deleted)"
    return Entry(
        moment.at, moment.precision, label_of(head[3]), clean_value(text), tuple(reactions), is_deleted
    )


def _file(name: str, *, is_picture: bool = False) -> str:
    extension = name.rpartition(".")[2].casefold()
    if is_picture or extension in ("jpg", "jpeg", "png", "gif", "webp", "heic"):
        return "[photo]"
    if extension in ("mp4", "mov", "mkv", "webm"):
        return "[video]"
    return "[audio]" if extension in ("m4a", "aac", "mp3", "ogg", "opus", "wav") else "[file]"


def label_of(raw: str) -> str:
    """Return a name as it is compared: single blanks."""
    return " ".join(clean_value(raw).split())
