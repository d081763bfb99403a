"""Which table is which, and which of its columns holds what, in any language.

The decision to know: English headers are taken at their word; in other languages columns are known by their
cells (a channel is `UC` and 22 characters, a comment `Ug...`, a text is JSON) and by their order, which is
the same in every language. That order changed in June 2024, when the comment's id moved behind its price. The
English columns are those of google_takeout_parser.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from io import BytesIO
from typing import NamedTuple

from crm.importers.kit.export import Export
from crm.importers.kit.jsondecode import as_utf8
from crm.importers.kit.tables import Row, Table

_HEAD = 1 << 14
_MOST_PEEKED = 500
_SAMPLE = 40

CHANNEL = re.compile(r"UC[\w-]{22}")
_COMMENT = re.compile(r"Ug[\w-]{10,60}(?:\.[\w-]{10,60})?")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}.*")
_TEXT = re.compile(r'\s*\{\s*"(?:takeoutSegments|text|mention|link)"\s*:.*', re.DOTALL)
_PAGE_URL = re.compile(r"https?://(?:www\.)?youtube\.com/channel/UC[\w-]{22}/?")
_SUBSCRIPTIONS = re.compile(rb'^\s*\[\s*\{.*"youtube#subscription', re.DOTALL)
_PAGE = re.compile(rb"<(?:ul|li|html)[\s>]", re.IGNORECASE)


class Holds(Enum):
    """What a table holds."""

    COMMENTS = auto()
    LIVE_CHATS = auto()
    SUBSCRIPTIONS = auto()
    CHANNELS = auto()
    """The user's own."""


class Shape(NamedTuple):
    """What a table holds, and its columns by their normalised names; "" for one it does not have."""

    holds: Holds
    id: str = ""
    channel: str = ""
    time: str = ""
    parent: str = ""
    post: str = ""
    video: str = ""
    text: str = ""
    title: str = ""


class Known(NamedTuple):
    """A table of an export."""

    name: str
    shape: Shape
    own: str = ""
    """As which channel the user wrote the first rows, where it is a table of what they wrote."""


class Layout(NamedTuple):
    """What of YouTube is in an export."""

    tables: list[Known]
    lists: list[str]
    """`subscriptions.json` of the years before 2022."""
    pages: list[str]
    """`my-comments.html` of these years."""

    @property
    def is_ours(self) -> bool:
        """Say whether there is anything that is YouTube's for certain."""
        sure = any(table.shape.holds is not Holds.CHANNELS for table in self.tables)
        return sure or bool(self.lists or self.pages)


_ENGLISH = (
    Shape(
        Holds.COMMENTS,
        "comment id",
        "channel id",
        "comment create timestamp",
        "parent comment id",
        "post id",
        "video id",
        "comment text",
    ),
    Shape(
        Holds.LIVE_CHATS,
        "live chat id",
        "channel id",
        "live chat create timestamp",
        "",
        "post id",
        "video id",
        "live chat text",
    ),
    Shape(Holds.CHANNELS, channel="channel id", title="channel title (original)"),
)


def find_layout(export: Export) -> Layout:
    """Return what of YouTube is in an export."""
    tables = []
    for name in export.find("*.csv")[:_MOST_PEEKED]:
        head = export.peek(name, _HEAD)
        shape = shape_of(head)
        if shape is not None:
            tables.append(Known(name, shape, _own(head, shape)))
    lists = [
        name
        for name in export.find("*.json")[:_MOST_PEEKED]
        if _SUBSCRIPTIONS.match(as_utf8(export.peek(name, _HEAD)))
    ]
    pages = [
        name
        for name in export.find("my-comments*.html", "my-live-chat-messages*.html")
        if b"youtube.com/" in (head := export.peek(name, _HEAD)) and _PAGE.search(head)
    ]
    return Layout(tables, lists, pages)


def _own(head: bytes, shape: Shape) -> str:
    if shape.holds not in (Holds.COMMENTS, Holds.LIVE_CHATS):
        return ""
    cells = (row[shape.channel].strip() for row in Table(BytesIO(head), "") if isinstance(row, Row))
    return next((cell for cell in cells if CHANNEL.fullmatch(cell)), "")


def shape_of(head: bytes) -> Shape | None:
    """Return what the table that begins like this holds, None for one that is not read."""
    if b"hannel" not in head and b"UC" not in head:
        return None
    table = Table(BytesIO(head), "")
    columns = table.columns
    for shape in _ENGLISH:
        needed = {
            column for column in (shape.id, shape.channel, shape.time, shape.text, shape.title) if column
        }
        if needed <= set(columns):
            return Shape(shape.holds, *(column if column in columns else "" for column in shape[1:]))
    rows = [row for row in table if isinstance(row, Row)][:_SAMPLE]
    if columns == ("channel id", "channel url", "channel title"):
        return Shape(Holds.SUBSCRIPTIONS, channel=columns[0], title=columns[2])
    return _by_cells(columns, rows) if rows else None


def _by_cells(columns: tuple[str, ...], rows: list[Row]) -> Shape | None:
    channel = _column(columns, rows, CHANNEL)
    page = _column(columns, rows, _PAGE_URL)
    if channel is None:
        return None
    if page is not None:
        rest = [place for place in range(len(columns)) if place not in (channel, page)]
        title = columns[rest[0]] if rest else ""
        return Shape(Holds.SUBSCRIPTIONS, channel=columns[channel], title=title)
    time, text = _column(columns, rows, _TIME), _column(columns, rows, _TEXT)
    if time is None or text is None or text == 0:
        return None
    video = columns[text - 1]
    comment = _column(columns, rows, _COMMENT)
    if comment is None:
        return _live_chats(columns, rows, channel, time, text)
    # to June 2024: id, channel, time, price, parent, video, text; since then: channel, time, price, id,
    # parent, (post,) video, text, (topmost comment)
    parent = text - 2 if comment < channel else comment + 1
    return Shape(
        Holds.COMMENTS,
        columns[comment],
        columns[channel],
        columns[time],
        columns[parent] if comment < parent < text - 1 else "",
        columns[parent + 1] if parent + 2 < text else "",
        video,
        columns[text],
    )


def _live_chats(
    columns: tuple[str, ...], rows: list[Row], channel: int, time: int, text: int
) -> Shape | None:
    for place, column in enumerate(columns):
        if place in (channel, time, text, text - 1):
            continue
        cells = {row[column].strip() for row in rows}
        if len(cells) == len(rows) and all(len(cell) >= 10 for cell in cells):
            return Shape(
                Holds.LIVE_CHATS,
                id=column,
                channel=columns[channel],
                time=columns[time],
                video=columns[text - 1],
                text=columns[text],
            )
    return None


def _column(columns: tuple[str, ...], rows: list[Row], pattern: re.Pattern[str]) -> int | None:
    """Return the first column in which every cell of the sample looks like that."""
    for place, column in enumerate(columns):
        if all(pattern.fullmatch(row[column].strip()) for row in rows):
            return place
    return None
