"""Which file of an export holds which records: of a migration archive, or saved from the API.

The decision to know: the files of an archive are known by their names (`issue_comments_000001.json`), those
saved from the API, which people name as they like, by the keys of their first record. Whether a list of
accounts is followers or followed only its name can say; a list that says neither is not claimed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from crm.domain.records import Problem
from crm.importers.github.shapes import Item, Place
from crm.importers.kit.export import Export
from crm.importers.kit.jsondecode import as_utf8
from crm.importers.kit.jsonstream import stream_array

T = TypeVar("T")


class Holds(StrEnum):
    """What a file holds."""

    USERS = "users"
    ORGANIZATIONS = "organizations"
    REPOSITORIES = "repositories"
    ISSUES = "issues"
    PULLS = "pull_requests"
    COMMENTS = "issue_comments"
    REVIEWS = "pull_request_reviews"
    REVIEW_COMMENTS = "pull_request_review_comments"
    COMMIT_COMMENTS = "commit_comments"
    RELEASES = "releases"
    SCHEMA = "schema"
    ME = "me"
    FOLLOWERS = "followers"
    FOLLOWING = "following"
    STARRED = "starred"
    EVENTS = "events"
    NOTIFICATIONS = "notifications"


_PEEK = 4096
_MOST_PEEKS = 100
_ARCHIVED = re.compile(r"(?:.*/)?(?:\w+?__)?([a-z_]+)_\d{6}(?:~\d+)?\.json")
_SCHEMA = re.compile(rb'"github_sha"\s*:')
_TYPED = re.compile(
    rb'\[\s*(?:\]|\{(?=.{0,2000}"type"\s*:\s*"[a-z_]+")(?=.{0,2000}"url"\s*:\s*"https?://))', re.DOTALL
)
_API = re.compile(rb'https?://(?:api\.github\.com|[^/"\s]+/api/v3)/')
_EVENT = re.compile(rb'"type"\s*:\s*"[A-Z]\w+Event"')


@dataclass
class Layout:
    """What was found in an export."""

    export: Export
    files: dict[Holds, list[str]] = field(default_factory=dict)

    def of(self, what: Holds) -> list[str]:
        """Return the files that hold `what`, in order."""
        return self.files.get(what, [])

    def items(self, *kinds: Holds) -> Iterator[tuple[Item, str] | Problem]:
        """Yield the records of these kinds, each with its place."""
        return self._read(kinds, Item)

    def readable(self, *kinds: Holds) -> Iterator[Item]:
        """Yield the records of these kinds that can be read, for a first pass that reports nothing."""
        return (found[0] for found in self._read(kinds, Item) if not isinstance(found, Problem))

    def places(self, *kinds: Holds) -> Iterator[Place]:
        """Yield where the records of these kinds stand and who wrote them, as `readable`."""
        return (found[0] for found in self._read(kinds, Place) if not isinstance(found, Problem))

    def _read(self, kinds: tuple[Holds, ...], shape: type[T]) -> Iterator[tuple[T, str] | Problem]:
        for what in kinds:
            for name in self.of(what):
                with self.export.open(name) as stream:
                    for number, item in enumerate(stream_array(stream, shape, name)):
                        yield item if isinstance(item, Problem) else (item, f"{name}[{number}]")


def scan(export: Export) -> Layout:
    """Find the files of an export."""
    layout = Layout(export)
    for name, what in _kinds(export):
        layout.files.setdefault(what, []).append(name)
    return layout


def is_ours(export: Export) -> bool:
    """Say whether an export is of GitHub."""
    return next(_kinds(export), None) is not None


def _kinds(export: Export) -> Iterator[tuple[str, Holds]]:
    names = export.find("*.json")
    archived = {name: what for name in names if (what := _archived(name))}
    if any(_TYPED.match(as_utf8(export.peek(name, _PEEK)).lstrip()) for name in archived):
        yield from archived.items()
    others = [name for name in names if name not in archived and name.count("/") <= 2]
    if len(others) > _MOST_PEEKS:
        others = [name for name in others if _named(name.rpartition("/")[2].casefold()) is not None]
    for name in others[:_MOST_PEEKS]:
        what = _of_api(name.rpartition("/")[2].casefold(), as_utf8(export.peek(name, _PEEK)).lstrip())
        if what:
            yield name, what


_OF_ARCHIVE = frozenset(
    (
        "users",
        "organizations",
        "repositories",
        "issues",
        "pull_requests",
        "issue_comments",
        "pull_request_reviews",
        "pull_request_review_comments",
        "commit_comments",
        "releases",
    )
)


def _archived(name: str) -> Holds | None:
    """Return what a file of an archive holds, by the name that GitHub gives it."""
    match = _ARCHIVED.fullmatch(name.casefold())
    return Holds(match[1]) if match and match[1] in _OF_ARCHIVE else None


def _named(last: str) -> Holds | None:
    if last.startswith("schema."):
        return Holds.SCHEMA
    for word, what in (
        ("follower", Holds.FOLLOWERS),
        ("following", Holds.FOLLOWING),
        ("star", Holds.STARRED),
    ):
        if word in last:
            return what
    return Holds.ME if last in ("user.json", "me.json") else None


def _of_api(last: str, head: bytes) -> Holds | None:
    """Return what a file saved from the API holds, by the keys of its first record."""
    named = _named(last)
    if named is Holds.SCHEMA:
        return Holds.SCHEMA if _SCHEMA.search(head) else None
    if not _API.search(head):
        return None
    if head.startswith(b"{"):
        return Holds.ME if named is Holds.ME and b'"login"' in head else None
    if not head.startswith(b"["):
        return None
    if b'"starred_at"' in head[:400]:
        return Holds.STARRED
    if _EVENT.search(head[:1000]) and b'"actor"' in head:
        return Holds.EVENTS
    if b'"reason"' in head and b'"latest_comment_url"' in head:
        return Holds.NOTIFICATIONS
    first = head[:1000]
    if b'"login"' in first and b'"gists_url"' in head and b'"full_name"' not in first:
        is_talk = b'"node_id"' in head and (
            b'"issue_url"' in first or b'"comments_url"' in first or b'"body"' in first
        )
        if not is_talk and head.lstrip(b"[ \t\r\n{").startswith(b'"login"'):
            return named if named in (Holds.FOLLOWERS, Holds.FOLLOWING) else None
    if b'"full_name"' in first and b'"stargazers_url"' in head:
        return Holds.STARRED if named is Holds.STARRED else None
    return _talk(head)


def _talk(head: bytes) -> Holds | None:
    if b"#issuecomment-" in head:
        return Holds.COMMENTS
    if b"#discussion_r" in head:
        return Holds.REVIEW_COMMENTS
    if b"#pullrequestreview-" in head:
        return Holds.REVIEWS
    if b"#commitcomment-" in head:
        return Holds.COMMIT_COMMENTS
    if (
        re.search(rb'"html_url"\s*:\s*"https?://[^"]+/pull/\d+"', head)
        and b'"diff_url"' in head
        and b'"labels_url"' not in head
    ):
        return Holds.PULLS
    if re.search(rb'"html_url"\s*:\s*"https?://[^"]+/(?:issues|pull)/\d+"', head) and b'"events_url"' in head:
        return Holds.ISSUES
    return None
