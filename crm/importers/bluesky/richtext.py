"""The text of a post with its links written out, and whom it mentions.

The decision to know: the places of facets are counted in bytes of UTF-8, those of the `entities` that posts
had until April 2023 in units of UTF-16. A place that does not fit the text is not believed.
Source: the lexicons `app.bsky.richtext.facet` and `app.bsky.feed.post`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from crm.importers.kit.text import clean_value

_MENTION = "app.bsky.richtext.facet#mention"
_LINK = "app.bsky.richtext.facet#link"
_SHORTENED = ("\u2026", "...")


class Facet(NamedTuple):
    """A stretch of the text that stands for an account or a link."""

    start: int
    end: int
    shown: str
    did: str | None
    uri: str | None


def facets(post: dict[str, Any]) -> list[Facet]:
    """Return the mentions and links of a post, in their order, none within another."""
    text = post.get("text")
    if not isinstance(text, str) or not (post.get("facets") or post.get("entities")):
        return []
    found = sorted(_places(post, text))
    kept: list[Facet] = []
    raw = text.encode("utf-8", "replace")
    for start, end, did, uri in found:
        if kept and start < kept[-1].end:
            continue
        try:
            shown = raw[start:end].decode()
        except UnicodeDecodeError:  # it cuts through a character
            continue
        kept.append(Facet(start, end, shown, did or None, uri or None))
    return kept


def _places(post: dict[str, Any], text: str) -> Iterator[tuple[int, int, str, str]]:
    size = len(text.encode("utf-8", "replace"))
    for facet in _dicts(post.get("facets")):
        place = facet.get("index")
        start, end = (
            (place.get("byteStart"), place.get("byteEnd")) if isinstance(place, dict) else (None, None)
        )
        if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= size):
            continue
        for feature in _dicts(facet.get("features")):
            did, uri = feature.get("did"), feature.get("uri")
            if feature.get("$type") == _MENTION and isinstance(did, str):
                yield start, end, did, ""
            elif feature.get("$type") == _LINK and isinstance(uri, str):
                yield start, end, "", uri
    units = text.encode("utf-16-le", "replace")
    for entity in _dicts(post.get("entities")):
        place, value = entity.get("index"), entity.get("value")
        start, end = (place.get("start"), place.get("end")) if isinstance(place, dict) else (None, None)
        if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(units) // 2):
            continue
        first = len(units[: start * 2].decode("utf-16-le", "replace").encode())
        last = len(units[: end * 2].decode("utf-16-le", "replace").encode())
        if isinstance(value, str) and entity.get("type") in ("mention", "link") and first < last <= size:
            mention = entity["type"] == "mention"
            yield first, last, value if mention else "", "" if mention else value


def plain(post: dict[str, Any], found: list[Facet]) -> str:
    """Return the text with links that were shortened or hidden behind words written out."""
    text = post.get("text")
    if not isinstance(text, str):
        return ""
    if any(facet.uri for facet in found):
        raw, written, at = text.encode("utf-8", "replace"), [], 0
        for facet in found:
            if facet.uri:
                written += [raw[at : facet.start].decode("utf-8", "replace"), _link(facet.shown, facet.uri)]
                at = facet.end
        text = "".join(written) + raw[at:].decode("utf-8", "replace")
    return clean_value(text).strip()


def _link(shown: str, uri: str) -> str:
    bare, address = _bare(shown), _bare(uri)
    if not bare or bare == address:
        return uri
    for ending in _SHORTENED:
        if bare.endswith(ending) and address.startswith(bare.removesuffix(ending)):
            return uri
    return f"{shown} ({uri})"


def _bare(url: str) -> str:
    text = url.strip().casefold().removeprefix("https://").removeprefix("http://").removeprefix("www.")
    return text.rstrip("/")


def _dicts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for item in value:
            if isinstance(item, dict):
                yield item
