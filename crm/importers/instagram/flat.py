"""Instagram's exports of 2018 to 2020: `connections.json`, `likes.json`, `messages.json` ... side by side.

The decision to know: their lists are bare (`["2019-05-01T18:02:11", "handle"]`), people are handles
everywhere, messages included, and only newer ones say that their times are UTC.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from crm.domain.records import IdentityRef, InteractionRecord, Owner, PostRecord, Problem, Record
from crm.importers.kit.export import Export
from crm.importers.kit.jsonparts import DamagedError, Path, parts_of
from crm.importers.kit.jsonstream import decode_each
from crm.importers.kit.meta.account import Account
from crm.importers.kit.meta.activity import What
from crm.importers.kit.meta.doings import Doings
from crm.importers.kit.meta.lists import Fact, Published, Text, handle_like, plain, time_of
from crm.importers.kit.meta.owner import find_owner, fold_name
from crm.importers.kit.meta.talk import Conversation, Talk
from crm.importers.kit.meta.threads import Head, Message, Reaction
from crm.importers.kit.meta.threads import What as Said
from crm.importers.kit.times import EARLIEST, iso, latest

PLATFORM = "instagram"

MARKS = {
    "connections.json": re.compile(
        rb'"(?:followers|following|follow_requests_sent|permanent_follow_requests|close_friends|blocked_users)"'
        rb"\s*:\s*\{"
    ),
    "likes.json": re.compile(rb'"(?:media|comment)_likes"\s*:\s*\['),
    "comments.json": re.compile(rb'"(?:media|live)_comments"\s*:\s*\['),
    "media.json": re.compile(rb'"(?:photos|videos|stories|profile|direct)"\s*:\s*\[\s*\{[^{}]*"taken_at"'),
    "messages.json": re.compile(rb'"conversation"\s*:\s*\['),
    "profile.json": re.compile(rb'"(?:date_joined|private_account|profile_pic_url)"'),
    "stories_activities.json": re.compile(
        rb'"(?:polls|emoji_sliders|questions|quizzes|countdowns)"\s*:\s*\['
    ),
}
_CONNECTIONS = {
    "followers": What.FOLLOWERS,
    "following": What.FOLLOWING,
    "follow_requests_sent": What.ASKED,
    "permanent_follow_requests": What.ASKED,
    "close_friends": What.CLOSE,
    "blocked_users": What.BLOCKED,
}
_LISTS = {
    "media_comments": What.COMMENTS,
    "live_comments": What.COMMENTS,
    "media_likes": What.LIKES,
    "comment_likes": What.COMMENT_LIKES,
    "polls": What.STORY_TAPS,
    "emoji_sliders": What.STORY_TAPS,
    "quizzes": What.STORY_TAPS,
    "questions": What.STORY_ANSWERS,
}
_MEDIA = frozenset(("photos", "videos", "stories"))
_MILLISECOND = 1000
_HEART = "\u2764"


class _Medium(msgspec.Struct):
    caption: Text = None
    taken_at: Text = None


class _Like(msgspec.Struct):
    username: Text = None
    date: Text = None


class _Line(msgspec.Struct):
    sender: Text = None
    created_at: Text = None
    text: Text = None
    heart: Text = None
    likes: list[_Like] | None = None
    media_url: Text = None
    media_share_url: Text = None
    media_share_caption: Text = None
    media_owner: Text = None
    story_share: Text = None
    link: Text = None


class _Talk(msgspec.Struct):
    participants: list[Text] | None = None
    conversation: list[msgspec.Raw] | None = None


class _Profile(msgspec.Struct):
    username: Text = None
    name: Text = None
    email: Text = None


def files(export: Export) -> dict[str, str]:
    """Return the members that are of such an export, by what they are called."""
    found: dict[str, str] = {}
    for last, mark in MARKS.items():
        for name in export.find(last):
            head = export.peek(name, 1 << 14)
            if mark.search(head) and (last != "messages.json" or b'"participants"' in head):
                found.setdefault(last, name)
    return found


def take_profile(export: Export, found: dict[str, str], account: Account) -> None:
    """Note whose export it is."""
    name = found.get("profile.json")
    for _, profiles in _parts(export, name, lambda path, is_list: None if path or is_list else _Profile):
        for profile in profiles:
            if isinstance(profile, _Profile):
                account.take(handle_like(plain(profile.username)), plain(profile.name))
                if (email := plain(profile.email)) and "@" in email:
                    account.contacts.append(IdentityRef("email", email))


def lists(export: Export, found: dict[str, str], doings: Doings) -> Iterator[Record]:
    """Yield follows, comments, likes, answers to stories and own posts."""
    for path, people in _parts(export, found.get("connections.json"), _connection):
        if isinstance(path, Problem):
            yield path
            continue
        for accounts in people:
            if isinstance(accounts, Problem):
                yield accounts
                continue
            for handle, time in accounts.items():
                at, assumed = _moment(time)
                yield from doings.note(_CONNECTIONS[path[0]], Fact(at, handle_like(plain(handle))), assumed)
    for last in ("comments.json", "likes.json", "stories_activities.json"):
        yield from _rows(export, found.get(last), doings)
    yield from _media(export, found.get("media.json"), doings)


def _connection(path: Path, is_list: bool) -> type[Any] | None:
    return dict[str, Text] if len(path) == 1 and not is_list and path[0] in _CONNECTIONS else None


def _rows(export: Export, name: str | None, doings: Doings) -> Iterator[Record]:
    def choose(path: Path, is_list: bool) -> type[Any] | None:
        return list[Text] if is_list and len(path) == 1 and path[0] in _LISTS else None

    for path, rows in _parts(export, name, choose):
        if isinstance(path, Problem):
            yield path
            continue
        what = _LISTS[path[0]]
        for row in rows:
            if isinstance(row, Problem):
                yield row
                continue
            at, assumed = _moment(row[0] if row else None)
            texts = [text for value in row[1:] if (text := plain(value))]
            said = texts.pop(0) if texts and what is What.COMMENTS else None
            owner = handle_like(texts[-1]) if texts else None
            yield from doings.note(what, Fact(at, owner, None, said), assumed)


def _media(export: Export, name: str | None, doings: Doings) -> Iterator[Record]:
    def choose(path: Path, is_list: bool) -> type[Any] | None:
        return _Medium if is_list and len(path) == 1 and path[0] in _MEDIA else None

    for path, media in _parts(export, name, choose):
        if isinstance(path, Problem):
            yield path
            continue
        for medium in media:
            if isinstance(medium, Problem):
                yield medium
            else:
                at, assumed = _moment(medium.taken_at)
                yield from doings.publish(Published(at, plain(medium.caption), False), assumed)


def messages(export: Export, found: dict[str, str], account: Account, owner: Owner) -> Iterator[Record]:
    """Yield the direct messages.

    Raises:
        QuestionError: they do not say whose they are.

    """
    name = found.get("messages.json")
    if name is None:
        return
    me = {fold_name(handle) for handle in account.mine}
    if "profile.json" not in found:  # else what was stated may be nobody in them
        heads = [
            Head(
                None, "", tuple(text for one in talk.participants or () if (text := plain(one))), None, False
            )
            for talk in _talks(export, name)
        ]
        me = set(find_owner(heads, () if owner.stated else me, owner, "this Instagram export"))
    talk = Talk(PLATFORM, frozenset(me), lambda handle, _: _person(handle))
    for number, one in enumerate(_talks(export, name, keep_problems=True)):
        if isinstance(one, Problem):
            yield one
            continue
        handles = {fold_name(text): text for value in one.participants or () if (text := plain(value))}
        others = {folded: handle for folded, handle in handles.items() if folded not in me}
        key = "with:" + ",".join(sorted(handles))
        partner = _person(next(iter(others.values()))) if len(others) == 1 else None
        known = {folded: who for folded, handle in others.items() if (who := _person(handle))}
        to_self = not others and len(handles) == 1
        talk.begin(
            Conversation(key, f"{PLATFORM}:thread:{key}", partner, known, len(others) > 1, to_self=to_self)
        )
        where = f"{name}[{number}].conversation"
        for line in decode_each(one.conversation or (), _Line, where):
            if isinstance(line, Problem):
                yield line
            else:
                message, assumed = _message(line)
                yield from _assumed(talk.records(message), assumed)
        yield from talk.end()
    yield from talk.left()


def _talks(export: Export, name: str, *, keep_problems: bool = False) -> Iterator[Any]:
    for path, talks in _parts(export, name, lambda path, is_list: _Talk if is_list and not path else None):
        if isinstance(path, Problem):
            if keep_problems:
                yield path
            continue
        yield from (talk for talk in talks if keep_problems or not isinstance(talk, Problem))


def _person(handle: str) -> IdentityRef | None:
    return IdentityRef(PLATFORM, handle) if handle_like(handle) else None


def _message(line: _Line) -> tuple[Message, bool]:
    at, assumed = _moment(line.created_at)
    if at is not None:
        at -= at % _MILLISECOND  # later exports have milliseconds; the same message shall have the same id
    link = plain(line.link) or plain(line.media_share_url)
    parts = (plain(line.text), plain(line.story_share), plain(line.media_share_caption), link)
    text = "\n".join(part for part in dict.fromkeys(parts) if part) or plain(line.heart)
    reactions = tuple(
        Reaction(plain(like.username) or "", _HEART, _moment(like.date)[0]) for like in line.likes or ()
    )
    said = plain(line.text) or link or plain(line.media_url) or text
    sender = plain(line.sender) or ""
    return Message(
        sender, at, Said.WORDS, text or None, said, reactions, None, plain(line.media_owner)
    ), assumed


def _assumed(records: Iterable[Record], assumed: bool) -> Iterator[Record]:
    for record in records:
        if assumed and isinstance(record, InteractionRecord | PostRecord) and record.at is not None:
            yield record._replace(zone_assumed=True)
        else:
            yield record


def _moment(value: Text) -> tuple[int | None, bool]:
    """Return a time and whether its zone was not written there."""
    if isinstance(value, int | float):
        return time_of(value), False
    moment = iso(value.strip()) if value else None
    if moment is None or moment.at is None or not EARLIEST <= moment.at <= latest():
        return None, False
    return moment.at, moment.assumed


def _parts(export: Export, name: str | None, choose: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the parts of a file; where it is damaged, a `Problem` in place of the path."""
    if name is None:
        return
    with export.open(name) as stream:
        try:
            yield from parts_of(stream, choose, name)
        except DamagedError as error:
            yield Problem(name, f"could not be read to its end: {error.message}"), ()
