"""Which files of an export hold what, in every era.

The decision to know: folders are moved every year and file names change, but a file is one list under one key
(`friends_v2`), which only gets a new number now and then. So the first key says what a file is; a file name
decides where the list has no key, and for keys without a number, which others use too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum

from crm.importers.kit.export import Export
from crm.importers.kit.meta.marks import is_facebooks_by_name, threads_are_instagrams, threads_of
from crm.importers.kit.meta.threads import BOXES, Thread


class Holds(Enum):
    """What a file is about."""

    FRIENDS = "friends"
    RECEIVED_REQUESTS = "received_requests"
    SENT_REQUESTS = "sent_requests"
    REJECTED_REQUESTS = "rejected_requests"
    REMOVED_FRIENDS = "deleted_friends"
    FOLLOWING = "following"
    FOLLOWERS = "followers"
    COMMENTS = "comments"
    GROUP_COMMENTS = "group_comments"
    REACTIONS = "reactions"
    POSTS = "posts"
    GROUP_POSTS = "group_posts"
    WALL_POSTS = "wall_posts_sent_to_you"
    GROUPS = "groups_joined"
    PAGES = "page_likes"
    EVENTS = "event_responses"
    POKES = "pokes"
    PROFILE = "profile"


_MORE_KEYS = {
    "removed_friends": Holds.REMOVED_FRIENDS,
    "sent_friend_requests": Holds.SENT_REQUESTS,
    "received_friend_requests": Holds.RECEIVED_REQUESTS,
    "rejected_friend_requests": Holds.REJECTED_REQUESTS,
    "friend_requests_sent": Holds.SENT_REQUESTS,
    "friend_requests_received": Holds.RECEIVED_REQUESTS,
    "pages_followed": Holds.PAGES,
    "status_updates": Holds.POSTS,
}
_BY_KEY = {holds.value: holds for holds in Holds} | _MORE_KEYS
# Keys without a number (before 2021) are Facebook's only in these files.
_OLD_FILES = {
    Holds.FRIENDS: "friends",
    Holds.COMMENTS: "comments",
    Holds.REACTIONS: "posts_and_comments",
    Holds.PROFILE: "profile_information",
    Holds.RECEIVED_REQUESTS: "received_friend_requests",
    Holds.SENT_REQUESTS: "sent_friend_requests",
    Holds.REJECTED_REQUESTS: "rejected_friend_requests",
    Holds.REMOVED_FRIENDS: "removed_friends",
    Holds.POKES: "pokes",
}
# Too common to say by themselves that an export is Facebook's.
_WEAK = frozenset((Holds.FOLLOWING, Holds.FOLLOWERS, Holds.PROFILE, Holds.PAGES, Holds.GROUPS, Holds.POSTS))
_LISTS = (
    (re.compile(r"your_posts\w*", re.IGNORECASE), Holds.POSTS),
    (re.compile(r"likes_and_reactions(_\d+)?", re.IGNORECASE), Holds.REACTIONS),
)
_FIRST_KEY = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"([a-z0-9_]{1,60})"\s*:')
_VERSION = re.compile(r"_v\d{1,2}$")
_IS_LIST = re.compile(rb'(?:\xef\xbb\xbf)?\s*\[\s*(?:\]|\{\s*"(?:timestamp|data|attachments|title|media)")')
_NUMBER = re.compile(r"_(\d{1,6})$")
_HTML_THREAD = re.compile(r"(?:.*/)?message_\d{1,6}\.html", re.IGNORECASE)
_MOST_PEEKS = 500
_PEEK = 2048
_HTML_MARKS = (b'class="_a6-g"', b'class="_a706"', b"_a6-p", b'class="pam ')


@dataclass
class Layout:
    """What was found in an export."""

    files: dict[Holds, list[str]] = field(default_factory=dict)
    threads: list[Thread] = field(default_factory=list)
    encrypted: list[str] = field(default_factory=list)
    """Files of the encrypted export, one for each conversation."""
    is_sure: bool = False
    """Something in it is Facebook's and nobody else's, apart from plain threads."""

    def of(self, what: Holds) -> list[str]:
        """Return the files that hold `what`, part after part."""
        return self.files.get(what, [])


def scan(export: Export) -> Layout:
    """Find the files; reads a few kilobytes of each."""
    layout = Layout(threads=threads_of(export))
    parts = {name for thread in layout.threads for name in thread.files}
    others = [name for name in export.find("*.json") if name not in parts and not _in_thread(name)]
    for name in others[:_MOST_PEEKS]:
        _look(export, name, layout)
    if len(others) > _MOST_PEEKS:  # the rest of many is the encrypted export, or nothing of ours
        layout.encrypted += [name for name in others[_MOST_PEEKS:] if layout.encrypted]
    for names in layout.files.values():
        names.sort(key=_part)
    return layout


def is_ours(export: Export, layout: Layout) -> bool:
    """Say whether this is an export of Facebook or Messenger, or a file or thread out of one."""
    if layout.is_sure or layout.encrypted:
        return True
    if layout.threads:
        return not threads_are_instagrams(export, layout.threads)
    if is_facebooks_by_name(export) and (layout.files or html_of(export)):
        return True
    return is_html(export)


def html_of(export: Export) -> list[str]:
    """Return the pages of the export that people read in a browser."""
    return [
        name for name in export.find("*.html", "*.htm") if not name.casefold().endswith("start_here.html")
    ]


def html_threads(export: Export) -> list[str]:
    """Return the pages that hold messages."""
    return [name for name in html_of(export) if _HTML_THREAD.fullmatch(name)]


def is_html(export: Export) -> bool:
    """Say whether this is the HTML variant, or a page of it; Instagram's looks alike but for its words."""
    threads = html_threads(export)
    candidates = threads or (html_of(export) if len(export.names) == 1 else [])
    if not candidates or "instagram" in export.path.name.casefold():
        return False
    if any("instagram" in name.casefold() or "/followers_and_following/" in name for name in export.names):
        return False
    head = export.peek(candidates[0], 1 << 16)
    if b"nstagram" in head:
        return False
    return any(mark in head for mark in _HTML_MARKS) or any(map(_in_thread, threads))


def _look(export: Export, name: str, layout: Layout) -> None:
    head = export.peek(name, _PEEK)
    if b'"senderName"' in head or (b'"threadName"' in head and b'"participants"' in head):
        layout.encrypted.append(name)
        return
    holds, sure = _holds(name, head)
    if holds is None:
        return
    layout.files.setdefault(holds, []).append(name)
    layout.is_sure = layout.is_sure or sure


def _holds(name: str, head: bytes) -> tuple[Holds | None, bool]:
    """Return what a file holds, and whether nobody else has such a file."""
    stem = name.rpartition("/")[2].rpartition(".")[0].casefold()
    if _IS_LIST.match(head):
        found = next((holds for pattern, holds in _LISTS if pattern.fullmatch(stem)), None)
        return found, found is not None
    match = _FIRST_KEY.match(head)
    if match is None:
        return None, False
    key = match[1].decode("ascii")
    plain = _VERSION.sub("", key)
    holds = _BY_KEY.get(plain)
    if holds is None or holds is Holds.WALL_POSTS:
        return holds, holds is not None
    numbered = plain != key
    return holds, (numbered and holds not in _WEAK) or (
        _OLD_FILES.get(holds) == stem and (numbered or _looks_old(head))
    )


def _looks_old(head: bytes) -> bool:
    """Say whether a file with a key without number has names or sentences in it, as Facebook's have."""
    return any(word in head for word in (b'"name"', b'"title"', b'"full_name"', b'"poker"'))


def _in_thread(name: str) -> bool:
    """Say whether a file lies in the folder of a thread (an attachment somebody sent)."""
    return any(f"/{box}/" in f"/{name}".casefold() for box in BOXES)


def _part(name: str) -> tuple[str, int, str]:
    stem = name.rpartition(".")[0]
    match = _NUMBER.search(stem)
    return (stem[: match.start()], int(match[1]), name) if match else (stem, 0, name)
