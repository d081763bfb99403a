"""Comments, replies and live chat messages, and whom they mention."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from crm.domain.records import Direction, IdentityRef, InteractionRecord, Kind, Problem, Record
from crm.importers.kit.export import Export
from crm.importers.kit.tables import Row, Table
from crm.importers.kit.times import TimeColumn, iso
from crm.importers.youtube import texts
from crm.importers.youtube.tables import CHANNEL, Holds, Known, Shape

PLATFORM = "youtube"
_HANDLE = re.compile(r"@([\w.·-]{3,30})")
_LEADING = re.compile(r"@([\w.·-]{3,30})(?=[\s,:!?]|$)")
_HANDLES_SINCE = 1_665_360_000_000_000
"""10 October 2022, when YouTube gave every channel a unique handle; before that `@` stood before names."""


def read(export: Export, table: Known, met: Callable[[str], None]) -> Iterator[Record]:
    """Yield what a table of comments or live chats holds; `met` is told as which channel the user wrote."""
    times = TimeColumn(table.name, iso)
    shape = table.shape
    for row in Table(export.open(table.name), table.name, _needed(shape)):
        if isinstance(row, Problem):
            yield row
            continue
        own = row[shape.channel].strip()
        if CHANNEL.fullmatch(own):
            met(own)
        yield from _acts(row, table, own, times)
    problem = times.problem()
    if problem is not None:
        yield problem


def _needed(shape: Shape) -> tuple[str, ...]:
    return tuple(column for column in (shape.id, shape.channel, shape.time, shape.text) if column)


def _acts(row: Row, table: Known, own: str, times: TimeColumn) -> Iterator[Record]:
    shape = table.shape
    identifier = row[shape.id].strip()
    if not identifier:
        yield Problem(f"{table.name}, line {row.line}", "has no id of its own")
        return
    moment = times.read(row[shape.time], row.line)
    text = texts.read(row[shape.text])
    video, post = row[shape.video].strip(), row[shape.post].strip() if shape.post else ""
    is_reply = bool(shape.parent and row[shape.parent].strip())
    is_live = shape.holds is Holds.LIVE_CHATS
    people = {one.channel: person(one, moment.at) for one in text.named if one.channel != own}
    first = next((one.channel for one in text.named if one.leads), None)
    who = people.pop(first, None) if first and (is_reply or is_live) else None
    if who is None and is_reply and first is None:
        who = _led_by(text.words, moment.at)
    act = InteractionRecord(
        PLATFORM,
        f"youtube:{'livechat' if is_live else 'comment'}:{identifier}",
        who,
        moment.at,
        Direction.OUT,
        Kind.REPLY if is_reply or (is_live and who) else Kind.COMMENT,
        text.words or None,
        f"youtube:video:{video}" if video else f"youtube:post:{post}" if post else None,
        address_of(video, post, None if is_live else identifier),
        moment.precision,
        moment.assumed,
    )
    yield act
    for channel, ref in people.items():
        yield act._replace(external_id=f"{act.external_id}:{channel}", who=ref, kind=Kind.MENTION)


def person(named: texts.Named, at: int | None) -> IdentityRef:
    """Return a mentioned channel: by its id, with the handle where the time of writing knew handles."""
    shown = named.shown.removeprefix("@").strip()
    match = _HANDLE.fullmatch(named.shown) if at is not None and at >= _HANDLES_SINCE else None
    handle = match[1] if match else None
    url = f"https://www.youtube.com/channel/{named.channel}"
    return IdentityRef(PLATFORM, handle, named.channel, None if handle else shown or None, url)


def _led_by(words: str, at: int | None) -> IdentityRef | None:
    """Return whom a reply begins with (`@ada thanks`), where that is a handle for certain."""
    match = _LEADING.match(words) if at is not None and at >= _HANDLES_SINCE else None
    return IdentityRef(PLATFORM, match[1]) if match else None


def address_of(video: str, post: str, comment: str | None) -> str | None:
    """Return where a comment can be seen."""
    if video:
        base = f"https://www.youtube.com/watch?v={video}"
        return f"{base}&lc={comment}" if comment else base
    if post:
        return f"https://www.youtube.com/post/{post}" + (f"?lc={comment}" if comment else "")
    return None
