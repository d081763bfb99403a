"""`my-comments.html` and `my-live-chat-messages.html` of the years before 2022 (see google_takeout_parser).

The decision to know: an entry is a time, the page, a line break and the text; the comment's id is in the
address of the page where Google put it, and else it is made of these.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from crm.domain.records import Direction, InteractionRecord, Kind, Problem, Record
from crm.importers.kit.export import Export
from crm.importers.kit.keys import Keys
from crm.importers.kit.markup import html_to_text, unescape_once
from crm.importers.kit.text import clean_value, decode
from crm.importers.kit.times import TimeColumn, iso
from crm.importers.youtube.comments import PLATFORM, address_of

_LARGEST = 64 << 20
_ENTRY = re.compile(r"<li\b[^>]{0,200}>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s{0,9}/?>", re.IGNORECASE)
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?: UTC|Z)?")
_LINK = re.compile(r"""href\s{0,9}=\s{0,9}["']([^"'<>]{1,2000})["']""", re.IGNORECASE)


def read(export: Export, name: str) -> Iterator[Record]:
    """Yield the comments of one page."""
    with export.open(name) as stream:
        data = stream.read(_LARGEST)
        if stream.read(1):
            yield Problem(name, f"is larger than {_LARGEST >> 20} MB; the rest was not read")
    is_live = "live-chat" in name.rpartition("/")[2].casefold()
    keys, times = Keys(), TimeColumn(name, iso)
    for place, entry in enumerate(_ENTRY.split(decode(data)[0])[1:], start=1):
        head, *rest = _BREAK.split(entry, maxsplit=1)
        time = _TIME.search(head)
        if time is None or not rest:
            yield Problem(f"{name}, entry {place}", "is no comment with a time and a text")
            continue
        written = time[0] if time[0].endswith(("UTC", "Z")) else f"{time[0]} UTC"
        moment = times.read(written, place)
        text = html_to_text(rest[0])
        video, comment = _page_of(head)
        record = "youtube:livechat" if is_live else "youtube:comment"
        key = f"{record}:{comment}" if comment else keys.make(record, video, moment.at, "me", text)
        yield InteractionRecord(
            PLATFORM,
            key,
            None,
            moment.at,
            Direction.OUT,
            Kind.REPLY if "." in comment else Kind.COMMENT,
            text or None,
            f"youtube:video:{video}" if video else None,
            address_of(video, "", comment or None),
            moment.precision,
            moment.assumed,
        )
    problem = times.problem()
    if problem is not None:
        yield problem


def _page_of(head: str) -> tuple[str, str]:
    """Return the ids of the video and the comment in the addresses of an entry."""
    video = comment = ""
    for link in _LINK.findall(head):
        try:
            query = parse_qs(urlsplit(unescape_once(link)).query)
        except ValueError:
            continue
        video = video or query.get("v", [""])[0]
        comment = comment or query.get("lc", [""])[0]
    return clean_value(video[:20]), clean_value(comment[:130])
