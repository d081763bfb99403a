"""Which file of Instagram's or of Threads' holds what, in every layout since 2021.

The decision to know: a list is known by its key, and where there is none (bare lists, since 2023) by the name
of its file; never by the folders, which move every year. Threads' files have the names of Instagram's, so a
file is Threads' by the key in its first bytes (`text_post_app_...`), or by lying in a folder `threads`.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from crm.importers.kit.export import Export
from crm.importers.kit.meta.marks import is_facebooks_by_name


class What(StrEnum):
    """What a list holds."""

    PROFILE = "profile"
    CHANGES = "changes of the profile"
    FOLLOWERS = "followers"
    FOLLOWING = "following"
    ASKED = "follow requests sent"
    ASKED_ME = "follow requests received"
    COMMENTS = "comments"
    LIKES = "likes"
    COMMENT_LIKES = "likes of comments"
    STORY_TAPS = "story reactions"
    STORY_ANSWERS = "answers to stories"
    POSTS = "posts"
    CLOSE = "accounts you call close friends"
    BLOCKED = "accounts you blocked or restricted"
    UNFOLLOWED = "accounts you stopped following"


_FILES = {
    "personal_information": What.PROFILE,
    "profile_changes": What.CHANGES,
    "followers": What.FOLLOWERS,
    "following": What.FOLLOWING,
    "pending_follow_requests": What.ASKED,
    "recent_follow_requests": What.ASKED,
    "follow_requests_sent": What.ASKED,
    "follow_requests_youve_received": What.ASKED_ME,
    "post_comments": What.COMMENTS,
    "reels_comments": What.COMMENTS,
    "liked_posts": What.LIKES,
    "liked_threads": What.LIKES,
    "liked_comments": What.COMMENT_LIKES,
    "story_likes": What.STORY_TAPS,
    "polls": What.STORY_TAPS,
    "quizzes": What.STORY_TAPS,
    "emoji_sliders": What.STORY_TAPS,
    "emoji_story_reactions": What.STORY_TAPS,
    "story_reaction_sticker_reactions": What.STORY_TAPS,
    "questions": What.STORY_ANSWERS,
    "posts": What.POSTS,
    "reels": What.POSTS,
    "stories": What.POSTS,
    "igtv_videos": What.POSTS,
    "archived_posts": What.POSTS,
    "threads_and_replies": What.POSTS,
    "close_friends": What.CLOSE,
    "blocked_accounts": What.BLOCKED,
    "blocked_profiles": What.BLOCKED,
    "restricted_accounts": What.BLOCKED,
    "restricted_profiles": What.BLOCKED,
    "recently_unfollowed_accounts": What.UNFOLLOWED,
    "recently_unfollowed_profiles": What.UNFOLLOWED,
}
_KEYS = {
    "user": What.PROFILE,
    "profile": What.PROFILE,
    "profile_change": What.CHANGES,
    "followers": What.FOLLOWERS,
    "following": What.FOLLOWING,
    "follow_requests_sent": What.ASKED,
    "permanent_follow_requests": What.ASKED,
    "follow_requests_received": What.ASKED_ME,
    "media_comments": What.COMMENTS,
    "reels_comments": What.COMMENTS,
    "media_likes": What.LIKES,
    "comment_likes": What.COMMENT_LIKES,
    "story_likes": What.STORY_TAPS,
    "polls": What.STORY_TAPS,
    "quizzes": What.STORY_TAPS,
    "emoji_sliders": What.STORY_TAPS,
    "questions": What.STORY_ANSWERS,
    "text_posts": What.POSTS,
    "close_friends": What.CLOSE,
    "blocked_users": What.BLOCKED,
    "restricted_users": What.BLOCKED,
    "unfollowed_users": What.UNFOLLOWED,
}
_PREFIX = re.compile(r"(?:text_post_app_)+|relationships_|comments_|likes_|story_activities_|profile_")
_PART = re.compile(r"(?:_\d{1,4})?(?:~\d+)?\.(?:json|html)$")
_APOSTROPHES = str.maketrans("", "", "'\u2019\u02bc")
# What only Instagram's lists begin with; the last three are of files that Facebook calls otherwise.
_INSTAGRAM = re.compile(
    rb'"(?:string_list_data|string_map_data|relationships_\w+|comments_(?:media|reels)_comments|'
    rb"likes_(?:media|comment)_likes|story_activities_\w+|profile_user|profile_profile_change|"
    rb'ig_\w+|label_values|creation_timestamp|media_map_data)"'
)
_THREADS = b'"text_post_app_'
_HEAD = 1 << 13


class Part(NamedTuple):
    """One file with a list, or several."""

    name: str
    platform: str
    """`instagram` or `threads`."""
    what: What
    """What its name says; `what_of` says it of a list in it."""


def find_parts(export: Export) -> list[Part]:
    """Return the files of Instagram and Threads that hold what we read; none of a Facebook export."""
    if is_facebooks_by_name(export):
        return []
    found = []
    for name in export.find("*.json"):
        what = _FILES.get(_stem(name))
        if what is None:
            continue
        head = export.peek(name, _HEAD)
        if _THREADS in head or "threads" in name.casefold().split("/")[:-1]:
            found.append(Part(name, "threads", what))
        elif _INSTAGRAM.search(head) or (_is_empty(head) and "/" in name):
            found.append(Part(name, "instagram", what))
    return found


def is_instagrams(export: Export, parts: list[Part]) -> bool:
    """Say whether some of these files show an Instagram export: an empty list is no mark of anything."""
    return any(
        part.platform == "instagram" and not _is_empty(export.peek(part.name, _HEAD)) for part in parts
    )


def what_of(part: Part, key: str) -> What | None:
    """Return what a list is, by its key in the file; None for lists that we do not read."""
    if not key or key.startswith("ig_"):
        return part.what
    bare = _PREFIX.sub("", key)
    return _KEYS.get(bare) or (part.what if bare not in _KEYS and key.endswith(_stem(part.name)) else None)


def web_pages(export: Export) -> list[str]:
    """Return the members that show an export of Instagram or Threads as web pages."""
    return [name for name in export.find("*.html") if _stem(name) in _FILES]


def _stem(name: str) -> str:
    last = name.rpartition("/")[2].casefold()
    return _PART.sub("", last).translate(_APOSTROPHES)


def _is_empty(head: bytes) -> bool:
    return head.strip(b"\xef\xbb\xbf \t\r\n") in (b"[]", b"{}", b"[{}]")
