"""Which member of a download from Tumblr holds what, in every form there has been.

The decision to know: XML files are known by their root, whatever they are called and wherever they lie, since
people unpack `posts.zip` and rename things; pages and saved API answers by their name, which is a post's id.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from crm.importers.kit.export import Export
from crm.importers.kit.xmlstream import root_of

_HEAD = 4096
_LOOK = 16384
_MOST_PEEKS = 40
_PAYLOAD = re.compile(r"payload-\d+(?:~\d+)?\.json")
_NUMBERED = re.compile(r"(\d{5,25})(?:~\d+)?\.(html?|json)")
_DATA = re.compile(rb"\s*\[\s*\{\s*\"data\"\s*:")


@dataclass
class Layout:
    """What was found."""

    messages: list[str] = field(default_factory=list)
    posts: list[str] = field(default_factory=list)
    payloads: list[str] = field(default_factory=list)
    saved: list[str] = field(default_factory=list)
    """Posts as the API gives them."""
    pages: dict[str, list[str]] = field(default_factory=dict)
    """By the post's id."""
    submissions: dict[str, list[str]] = field(default_factory=dict)
    talks: list[str] = field(default_factory=list)
    """Pages of conversations in older exports, which nobody has described."""
    closed: list[str] = field(default_factory=list)
    """Inner ZIPs with posts that could not be opened."""


def is_ours(export: Export) -> bool:
    """Say whether this is a download from Tumblr, or files out of one."""
    if any(_xml(export, name) for name in export.find("*.xml")[:_MOST_PEEKS]):
        return True
    if any(_is_payload(export, name) for name in export.find("payload-*.json")[:_MOST_PEEKS]):
        return True
    if export.find("posts.zip") and export.find("media/*", "messages.xml"):
        return True
    pages = [name for name in _numbered(export, "html") if _is_page(export, name)]
    return bool(pages) or any(_is_saved(export, name) for name in _numbered(export, "json"))


def scan(export: Export) -> Layout:
    """Find the files."""
    layout = Layout()
    for name in export.find("*.xml"):
        what = _xml(export, name)
        if what:
            (layout.messages if what == "conversations" else layout.posts).append(name)
    layout.payloads = [name for name in export.find("payload-*.json") if _is_payload(export, name)]
    layout.closed = export.find("posts.zip")
    if any(_is_saved(export, name) for name in _numbered(export, "json")):
        layout.saved = [name for name in export.find("*.json") if _NUMBERED.fullmatch(_last(name))]
    for name in export.find("*.html", "*.htm"):
        _sort_page(layout, name)
    if not (
        layout.posts or layout.messages or any(_is_page(export, name) for name in _numbered(export, "html"))
    ):
        layout.pages, layout.submissions, layout.talks = {}, {}, []
    return layout


def _sort_page(layout: Layout, name: str) -> None:
    *folders, last = name.casefold().split("/")
    match = _NUMBERED.fullmatch(last)
    if "conversations" in folders[-2:]:
        layout.talks.append(name)
    elif match and folders[-1:] == ["submissions"]:
        layout.submissions.setdefault(match[1], []).append(name)
    elif match and folders[-1:] not in (["posts"], ["archive"]):  # those are backup tools' own pages
        layout.pages.setdefault(match[1], []).append(name)


def _xml(export: Export, name: str) -> str | None:
    """Return what an XML file holds, `conversations` or `posts`; None where it is not Tumblr's."""
    root = root_of(export.peek(name, _HEAD))
    if root is None or root.name.casefold() != "tumblr":
        return None
    rest = root.rest.casefold()
    places = {what: rest.find(f"<{what}") for what in ("conversations", "posts")}
    found = [what for what, place in places.items() if place >= 0]
    if found:
        return min(found, key=lambda what: places[what])
    return "conversations" if "message" in _last(name) else "posts"


def _is_payload(export: Export, name: str) -> bool:
    if not _PAYLOAD.fullmatch(_last(name)):
        return False
    return _DATA.match(export.peek(name, 512).removeprefix(b"\xef\xbb\xbf")) is not None


def _numbered(export: Export, extension: str) -> list[str]:
    """Return a few files whose name is a post's id."""
    names = (name for name in export.find(f"*.{extension}") if _NUMBERED.fullmatch(_last(name)))
    return [name for name, _ in zip(names, range(3), strict=False)]


def _is_page(export: Export, name: str) -> bool:
    look = export.peek(name, _LOOK)
    return b"footer" in look and b"timestamp" in look and _folder(name) not in ("posts", "archive")


def _is_saved(export: Export, name: str) -> bool:
    look = export.peek(name, _LOOK)
    return b'"reblog_key"' in look and (b'"blog_name"' in look or b'"post_url"' in look)


def _last(name: str) -> str:
    return name.rpartition("/")[2].casefold()


def _folder(name: str) -> str:
    return name.casefold().rpartition("/")[0].rpartition("/")[2]
