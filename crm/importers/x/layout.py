"""Which member of an X archive holds what, in every layout since 2012.

The decision to know: the variable in a file's first bytes decides, not its name. X has renamed its files
(`tweet.js`, `tweets.js`) and moved them (into `data/` in March 2020), and people take single files out and
rename them; the variable is always there, save for some files of 2018, which are then known by name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, TypeVar

from crm.domain.errors import ExportError
from crm.domain.records import Problem
from crm.importers.kit.export import Export
from crm.importers.kit.jsonstream import read_document, stream_array, variable_of
from crm.importers.x import shapes

T = TypeVar("T")


class Holds(StrEnum):
    """What a file holds."""

    TWEETS = "tweets"
    NOTES = "notes"
    LIKES = "likes"
    FOLLOWERS = "followers"
    FOLLOWING = "following"
    MESSAGES = "messages"
    GROUPS = "groups"
    CHAT = "chat"
    ACCOUNT = "account"
    HANDLES = "handles"
    EMAILS = "emails"
    MANIFEST = "manifest"
    OLD_ACCOUNT = "old account"
    OLD_DATE = "old date"
    OLD_INDEX = "old index"


_HOLDS = {
    "tweet": Holds.TWEETS,
    "community_tweet": Holds.TWEETS,
    "twitter_circle_tweet": Holds.TWEETS,
    "note_tweet": Holds.NOTES,
    "like": Holds.LIKES,
    "follower": Holds.FOLLOWERS,
    "following": Holds.FOLLOWING,
    "direct_message": Holds.MESSAGES,
    "direct_message_group": Holds.GROUPS,
    "message_event": Holds.CHAT,
    "account": Holds.ACCOUNT,
    "screen_name_change": Holds.HANDLES,
    "email_address_change": Holds.EMAILS,
}
_OLD_HOLDS = {
    "user_details": Holds.OLD_ACCOUNT,
    "payload_details": Holds.OLD_DATE,
    "tweet_index": Holds.OLD_INDEX,
}
_MAKE_RECORDS = frozenset(_HOLDS.values()) - {Holds.ACCOUNT, Holds.HANDLES, Holds.EMAILS}

_YTD = re.compile(r"(?:window\.)?YTD\.(\w+)")
_PART = re.compile(r"(?:-part(\d+))?\.js$", re.IGNORECASE)
_MONTH = re.compile(r"\d{4}_\d{2}\.js")  # until 2018
_CAPITAL = re.compile(r"(?<=[a-z0-9])([A-Z])")
_VIEWER = "your archive.html"
_MOST_PEEKS = 400  # an archive of 2026 has about 120 `.js` files


def is_ours(export: Export) -> bool:
    """Say whether an export is an archive of X: by its viewer's page, else by the first of its files."""
    if any(name.casefold().rpartition("/")[2] == _VIEWER for name in export.names):
        return True
    return any(
        _holds(name, variable) is not None or _is_ytd(variable) for name, variable in _variables(export)
    )


def _scripts(export: Export) -> list[str]:
    """Return the members that may hold data: `.js`, but not the viewer's own code."""
    scripts = [name for name in export.names if name.casefold().endswith(".js")]
    folders = ("assets", "lib", "node_modules")
    return [name for name in scripts if name.casefold().split("/", 1)[0] not in folders or "/" not in name]


def _variables(export: Export) -> Iterator[tuple[str, str]]:
    """Yield members with the variable they assign to; empty for a list that is assigned to nothing."""
    scripts = sorted(_scripts(export), key=lambda name: (name.count("/"), name))
    for name in scripts[:_MOST_PEEKS]:
        head = export.peek(name, 512)
        variable = variable_of(head)
        if variable is not None:
            yield name, variable
        elif head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
            yield name, ""


def _is_ytd(variable: str) -> bool:
    return _YTD.match(variable) is not None


def _holds(name: str, variable: str) -> Holds | None:
    if variable in ("window.__THAR_CONFIG", "__THAR_CONFIG"):
        return Holds.MANIFEST
    if variable.startswith("Grailbird.data."):
        return Holds.TWEETS if variable.startswith("Grailbird.data.tweets_") else None
    if variable in _OLD_HOLDS:
        return _OLD_HOLDS[variable]
    match = _YTD.match(variable)
    if match:
        kind = _CAPITAL.sub(r"_\1", match[1]).casefold()
    elif variable:
        return None
    else:
        kind = _PART.sub("", name.rpartition("/")[2]).casefold().replace("-", "_")
    # The plural came with the years: direct_message, direct_messages; direct_messages_group.
    return _HOLDS.get(kind.replace("messages", "message").removesuffix("s"))


class Promise(NamedTuple):
    """What the archive's index says of a file."""

    name: str
    records: int


def _one(_row: object) -> int:
    return 1


@dataclass
class Layout:
    """What was found in an archive."""

    export: Export
    files: dict[Holds, list[str]] = field(default_factory=dict)
    manifest: shapes.Manifest | None = None
    promised: dict[str, Promise] = field(default_factory=dict)
    """By the last part of a file's name, case-folded."""
    problems: list[Problem] = field(default_factory=list)
    """What was wrong with the index, or is missing from the archive."""

    def of(self, what: Holds) -> list[str]:
        """Return the files that hold `what`, part after part."""
        return self.files.get(what, [])

    def rows(
        self, what: Holds, kind: type[T], size: Callable[[T], int] = _one
    ) -> Iterator[tuple[T, str, int] | Problem]:
        """Yield the records of `what` with the name of their file and their number in it.

        Also a `Problem` for each that cannot be read, and one for a file that has fewer than the archive's
        index promises; `size` says how many a record counts for.
        """
        for name in self.of(what):
            count = 0
            with self.export.open(name) as stream:
                for number, row in enumerate(stream_array(stream, kind, name)):
                    if isinstance(row, Problem):
                        count += 1
                        yield row
                    else:
                        count += size(row)
                        yield row, name, number
            promise = self.promised.get(_last(name))
            if promise and count < promise.records:
                reason = f"has {count:,} of the {promise.records:,} records that the archive's index promises"
                yield Problem(name, reason)

    def readable(self, what: Holds, kind: type[T]) -> Iterator[T]:
        """Yield the records of `what` that can be read, for a first pass that reports nothing."""
        for name in self.of(what):
            with self.export.open(name) as stream:
                for row in stream_array(stream, kind, name):
                    if not isinstance(row, Problem):
                        yield row

    def documents(self, what: Holds, kind: type[T]) -> Iterator[T | Problem]:
        """Yield the files of `what` that hold a single object each; one that is damaged is a `Problem`."""
        for name in self.of(what):
            with self.export.open(name) as stream:
                try:
                    document = read_document(stream, kind, name)
                except ExportError as error:
                    yield Problem(name, f"could not be used: {error}")
                else:
                    yield document


def scan(export: Export) -> Layout:
    """Find the files of an archive and read its index.

    Raises:
        ExportError: it is the viewer without the data, or nothing in it can be read by us.

    """
    layout = Layout(export)
    for name, variable in _variables(export):
        what = _holds(name, variable)
        if what:
            layout.files.setdefault(what, []).append(name)
    for names in layout.files.values():
        names.sort(key=_part)
    if not layout.files:
        raise _nothing(export)
    _read_manifest(layout)
    for month in layout.readable(Holds.OLD_INDEX, shapes.Month):
        layout.promised[_last(month.file_name)] = Promise(month.file_name, _count(month.tweet_count))
    _find_missing(layout)
    return layout


def _part(name: str) -> tuple[str, int]:
    match = _PART.search(name)
    return (name[: match.start()], int(match[1] or 0)) if match else (name, 0)


def _last(name: str) -> str:
    return name.rpartition("/")[2].casefold()


def _count(value: shapes.Id) -> int:
    text = str(value or 0)
    return int(text) if text.isdecimal() and len(text) < 12 else 0


def _nothing(export: Export) -> ExportError:
    if any(_last(name) == _VIEWER for name in export.names):
        return ExportError(
            f"{export.path.name} holds the page that shows an X archive, but not the data",
            "import the whole archive: the ZIP as X sends it, or the folder in which `data` lies",
        )
    return ExportError(
        f"nothing in {export.path.name} tells of you and others: no tweets, messages, likes or followers",
        "import the whole archive: the ZIP as X sends it, or the folder in which `data` lies",
    )


def _read_manifest(layout: Layout) -> None:
    """Read the index; without it the archive is read all the same, only not checked."""
    for manifest in layout.documents(Holds.MANIFEST, shapes.Manifest):
        if isinstance(manifest, Problem):
            layout.problems.append(manifest)
            continue
        layout.manifest = layout.manifest or manifest
        for kind in manifest.types.values():
            for file in kind.files:
                layout.promised[_last(file.name)] = Promise(file.name, _count(file.count))
        if manifest.archive and manifest.archive.is_partial():
            reason = "X calls this a part of a larger archive: import the other parts too, together"
            layout.problems.append(Problem(layout.of(Holds.MANIFEST)[0], reason))


def _find_missing(layout: Layout) -> None:
    """Report files that the index promises, that we would read, and that are not there."""
    present = {_last(name) for names in layout.files.values() for name in names}
    for last, promise in layout.promised.items():
        ours = _MONTH.fullmatch(last) or _holds(last, "") in _MAKE_RECORDS
        if promise.records and ours and last not in present:
            reason = f"is missing, although the archive's index promises {promise.records:,} records in it"
            layout.problems.append(Problem(promise.name, reason))
