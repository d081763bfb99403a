"""The text of a comment: pieces, each a JSON object, some of which are mentions and links.

Until June 2024 they stand in a list under `takeoutSegments`; since then they follow each other with commas
between them and nothing around them.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec
from msgspec import Struct

from crm.importers.kit.jsondecode import UNREADABLE, decode_patiently, decoders
from crm.importers.kit.text import clean_value


class _Mention(Struct, rename="camel"):
    external_channel_id: str | None = None


class _Link(Struct, rename="camel"):
    link_url: str | None = None


class _Segment(Struct):
    text: str | None = None
    mention: _Mention | None = None
    link: _Link | None = None


class _Segments(Struct, rename="camel"):
    takeout_segments: list[_Segment] | None = None


class Named(NamedTuple):
    """Somebody a text mentions."""

    channel: str
    shown: str
    """As it stands in the text: `@ada`."""
    leads: bool
    """The text begins with it."""


class Text(NamedTuple):
    """What a comment says, and whom it mentions."""

    words: str
    named: tuple[Named, ...] = ()


_MANY = msgspec.json.Decoder(list[_Segment])


def read(written: str) -> Text:
    """Return the text of a comment in either notation; what is in neither is the text itself."""
    written = written.strip()
    if not written.startswith("{"):
        return Text(clean_value(written))
    segments = _segments(written)
    if segments is None:
        return Text(clean_value(written))
    parts: list[str] = []
    named = []
    for segment in segments:
        shown = segment.text or ""
        if segment.mention and segment.mention.external_channel_id:
            leads = not "".join(parts).strip()
            named.append(Named(segment.mention.external_channel_id, clean_value(shown).strip(), leads))
        address = segment.link.link_url if segment.link else None
        if address and address not in shown and not _is_redirect(address):
            shown = f"{shown} ({address})" if shown else address
        parts.append(shown)
    return Text(clean_value("".join(parts)).strip(), tuple(named))


def _is_redirect(address: str) -> bool:
    """Say whether an address only leads through YouTube to what the text shows."""
    return "youtube.com/redirect?" in address


def _segments(written: str) -> list[_Segment] | None:
    if written.startswith('{"takeoutSegments"'):
        one, _ = decoders(_Segments)
        whole = decode_patiently(one, written.encode("utf-8", "surrogatepass"), "", None)
        return (whole.takeout_segments or []) if isinstance(whole, _Segments) else None
    data = f"[{written}]".encode("utf-8", "surrogatepass")
    try:
        return _MANY.decode(data)
    except UNREADABLE:  # a line end as it is, which JSON has no place for
        found = decode_patiently(_MANY, data, "", None)
    return found if isinstance(found, list) else None
