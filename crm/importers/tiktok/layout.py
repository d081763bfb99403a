"""Which part of a TikTok export holds what, in JSON and in text files.

The decision to know: TikTok moves and renames its sections every year, so a list is known by its innermost
key, wherever in the document it lies. Text files are known by their English names; their folders and names
are in the language of the account, but the conversations among them say so themselves (`>>> Chat History
with ...`) in English everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from crm.importers.kit.export import Export
from crm.importers.kit.jsondecode import as_utf8
from crm.importers.kit.jsonparts import Path, parts_of
from crm.importers.tiktok import texts
from crm.importers.tiktok.shapes import Holds, Profile, Row

_BY_KEY = {
    "commentslist": Holds.COMMENTS,
    "fanslist": Holds.FOLLOWERS,
    "following": Holds.FOLLOWING,
    "followinglist": Holds.FOLLOWING,
    "itemfavoritelist": Holds.LIKES,
    "repostlist": Holds.REPOSTS,
    "sharehistorylist": Holds.SHARES,
    "blocklist": Holds.BLOCKS,
}
# Lists that only TikTok's exports have, of which an export of any age has some, be they empty.
_MARKS = re.compile(
    rb'"(?:FavoriteEffectsList|FavoriteHashtagList|FavoriteSoundList|FavoriteVideoList|FansList|'
    rb"ItemFavoriteList|CommentsList|ChatHistory|ProfileMap|WatchLiveMap|ActivitySummaryMap|SettingsMap|"
    rb"AdInterestCategories|OffTikTokActivityDataList|UsageDataList|ShareHistoryList|LoginHistoryList|"
    rb'SearchList|VideoList|HashtagList|BlockList|StatusList|Status List)"\s*:'
)
_SECTIONS = re.compile(
    rb'\{\s*"(?:Activity|Your Activity|Ads and data|App Settings|Comments?|Direct Messages?|'
    rb"Income\s?\+? ?(?:and )?Wallet(?: Transactions)?|Likes and Favou?rites|Location Reviews?|"
    rb'Posts?|Profile|Profile And Settings|Ti[Kk][Tt]ok ?(?:Live|Shop|Shopping)|Video)"\s*:\s*[{n]'
)
_FILE = re.compile(r"user_data(?:_tiktok)?[^/]*\.json", re.IGNORECASE)
_HEAD = 16_384
_MOST_LOOSE = 3
"""Other JSON files in an export that may be one of TikTok's under another name."""


class Section(NamedTuple):
    """One list of an export."""

    holds: Holds
    where: str
    """Its file and key, for problems."""
    title: str
    """Of a conversation: what stands over it."""
    rows: Iterator[Any]
    """`Row`s (of the profile: a `Profile`) and `Problem`s; to be taken before the next section is."""


def is_ours(export: Export) -> bool:
    """Say whether this is an export of TikTok, in JSON or in text files."""
    return bool(documents(export)) or texts.is_ours(export)


def documents(export: Export) -> list[str]:
    """Return the members that are TikTok's JSON."""
    found = export.find("*.json")
    named = [name for name in found if _FILE.fullmatch(name.rpartition("/")[2])]
    if not named and len(found) > _MOST_LOOSE:
        return []
    return [name for name in (named or found) if _is_document(export.peek(name, _HEAD), bool(named))]


def _is_document(head: bytes, named: bool) -> bool:
    head = as_utf8(head).lstrip()
    if not head.startswith(b"{") or not _SECTIONS.match(head):
        return False
    return named or len(set(_MARKS.findall(head))) >= 2


def sections(export: Export, wanted: frozenset[Holds], kind: type[Any] = Row) -> Iterator[Section]:
    """Yield the wanted lists of all files, those of JSON with entries of a `kind`.

    Raises:
        ExportError: a file is cut off or no JSON; also what reading raises.

    """

    def choose(path: Path, is_list: bool) -> type[Any] | None:
        holds = _holds(path, is_list)
        if holds not in wanted:
            return None
        return Profile if holds is Holds.PROFILE else kind

    for name in documents(export):
        with export.open(name) as stream:
            for path, rows in parts_of(stream, choose, name):
                holds = _holds(path, True) or Holds.PROFILE
                yield Section(holds, f"{name}:{path[-1]}", path[-1], rows)
    for text in texts.files(export):
        if text.holds in wanted or (text.holds is Holds.CHAT and Holds.GROUP in wanted):
            yield from (Section(*section) for section in texts.sections(export, text))


def _holds(path: Path, is_list: bool) -> Holds | None:
    """Return what is at a path; None for what is not read, and for objects that only lead somewhere."""
    if not path:
        return None
    last = path[-1].casefold()
    if not is_list:
        return Holds.PROFILE if last == "profilemap" else None
    before = [key.casefold() for key in path[:-1]]
    if any("group chat" in key or key == "groupchat" for key in before):
        return Holds.GROUP
    if before[-1:] == ["chathistory"]:
        return Holds.CHAT
    if before[-2:-1] == ["watchlivemap"]:
        return Holds.LIVE if last in ("comments", "questions") else None
    if last == "videolist":
        return Holds.POSTS if before[-1:] in (["videos"], ["posts"], ["post"]) else None
    return _BY_KEY.get(last)
