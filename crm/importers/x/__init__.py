"""X (Twitter): the archive of one's own account, in every layout since 2012.

The decision to know: an archive is read twice. Messages, followers and likes carry numeric ids only, and
which handle an id has is scattered over all tweets, so the first pass collects people and the second one
makes records; neither keeps tweets or messages in memory.
"""

from __future__ import annotations

from collections.abc import Iterator

from crm.domain.errors import ExportError
from crm.domain.records import (
    CoverageRecord,
    Direction,
    InteractionRecord,
    Kind,
    Owner,
    Precision,
    Problem,
    Record,
    SelfRecord,
)
from crm.importers.kit.export import Export
from crm.importers.kit.protocol import Confidence, Directions
from crm.importers.kit.times import is_believable
from crm.importers.x import index as first_pass
from crm.importers.x import moments, shapes
from crm.importers.x.chat import Chat
from crm.importers.x.layout import Holds, Layout, is_ours, scan
from crm.importers.x.messages import Messages
from crm.importers.x.notes import Notes
from crm.importers.x.people import PLATFORM, Me, People, candidates
from crm.importers.x.shapes import id_of
from crm.importers.x.tweets import Tweets, plain


class Importer:
    """Reads an archive of X; see `crm.importers.kit.protocol`."""

    name = "x"
    title = "X (Twitter)"
    platforms: tuple[str, ...] = (PLATFORM,)
    how_to_get = (
        "x.com: More, Settings and privacy, Your account, Download an archive of your data. "
        "X asks for your password and a code, and has it ready after a day or more."
    )
    page = "https://x.com/settings/download_your_data"
    reads = "tweets (replies, mentions, retweets, quotes), direct messages, reactions, likes, follows"
    cannot_show = (
        "what others did to your tweets, when anybody liked or followed, the words of encrypted X Chats"
    )
    directions = Directions.BOTH
    confidence = Confidence.CONFIRMED

    def identify(self, export: Export) -> bool:
        """Say whether this is an archive of X, or files out of one."""
        return is_ours(export)

    def extract(self, export: Export, owner: Owner) -> Iterator[Record]:
        """Yield every record of an archive.

        Raises:
            ExportError: it holds no data, is cut off, or has direct messages only and does not say whose.

        """
        layout = scan(export)
        yield from layout.problems
        me = Me()
        yield from _read_owner(layout, me)
        index = first_pass.build(layout, me, owner)
        if me.identities():
            yield SelfRecord(me.identities(), me.name)
        yield from _coverage(layout, me)
        yield from _tweets(layout, index, me)
        yield from _likes(layout)
        yield from _follows(layout, Holds.FOLLOWING, Direction.OUT, index.people)
        yield from _follows(layout, Holds.FOLLOWERS, Direction.IN, index.people)
        yield from _conversations(layout, index, me)


def _read_owner(layout: Layout, me: Me) -> Iterator[Problem]:
    """Fill `me` from the files that describe the account."""
    for item in layout.rows(Holds.ACCOUNT, shapes.AccountRow):
        if isinstance(item, Problem):
            yield item
        else:
            _take_account(item[0].account or item[0], me)
    user = layout.manifest.user if layout.manifest else None
    if user:
        me.id = me.id or id_of(user.account_id)
        me.name = me.name or user.display_name
        me.name_handle(me.handle or user.user_name)
    for details in layout.documents(Holds.OLD_ACCOUNT, shapes.UserDetails):
        if isinstance(details, Problem):
            yield details
            continue
        me.id, me.name = me.id or id_of(details.id), me.name or details.full_name
        me.since = me.since or moments.read(details.created_at)
        me.name_handle(me.handle or details.screen_name)
    for what, earlier in ((Holds.HANDLES, me.former), (Holds.EMAILS, me.emails)):
        for changes in layout.rows(what, shapes.ChangeRow):
            if isinstance(changes, Problem):
                yield changes
                continue
            change = changes[0].innermost()
            earlier += [value for value in (change.changed_from, change.changed_to) if value]
    me.handles.update(handle.casefold() for handle in me.former)


def _take_account(account: shapes.Account, me: Me) -> None:
    identifier = id_of(account.account_id)
    if me.id and identifier and me.id != identifier:
        raise ExportError(
            f"these are the archives of two accounts of X, {me.id} and {identifier}",
            "import them one after the other",
        )
    me.id = identifier or me.id
    me.name = account.display_name or me.name
    me.name_handle(account.username)
    me.since = moments.read(account.created_at)
    if account.email:
        me.emails.append(account.email)


def _coverage(layout: Layout, me: Me) -> Iterator[Record]:
    """Yield the period: from the making of the account to that of the archive, if it says so and is whole."""
    made = layout.manifest.archive if layout.manifest else None
    until = moments.read(made.generated) if made and not made.is_partial() else None
    for old in layout.documents(Holds.OLD_DATE, shapes.PayloadDetails):
        if isinstance(old, Problem):
            yield old
        else:
            until = until or moments.read(old.created_at)
    if until is not None and is_believable(until):
        since = me.since if me.since is not None and is_believable(me.since) else None
        yield CoverageRecord(PLATFORM, since, until)


def _tweets(layout: Layout, index: first_pass.Index, me: Me) -> Iterator[Record]:
    notes = Notes()
    yield from notes.read(layout)
    reader = Tweets(index, me, notes)
    for item in layout.rows(Holds.TWEETS, shapes.TweetRow):
        if isinstance(item, Problem):
            yield item
        else:
            yield from reader.records(*item)
    yield from notes.rest()


def _likes(layout: Layout) -> Iterator[Record]:
    for item in layout.rows(Holds.LIKES, shapes.LikeRow):
        if isinstance(item, Problem):
            yield item
            continue
        row, name, number = item
        like = row.like or row
        identifier = id_of(like.tweet_id)
        if identifier is None:
            yield Problem(f"{name}[{number}]", "is a like of a tweet without an id")
            continue
        yield InteractionRecord(
            PLATFORM,
            f"x:like:{identifier}",
            None,
            None,
            Direction.OUT,
            Kind.REACTION,
            plain(like.full_text, ()) or None,
            None,
            like.url or f"https://x.com/i/web/status/{identifier}",
            Precision.UNKNOWN,
        )


def _follows(layout: Layout, what: Holds, direction: Direction, people: People) -> Iterator[Record]:
    for item in layout.rows(what, shapes.FollowRow):
        if isinstance(item, Problem):
            yield item
            continue
        row, name, number = item
        identifier = id_of((row.follower or row.following or row).account_id)
        if identifier is None:
            yield Problem(f"{name}[{number}]", "is an account without an id")
            continue
        yield InteractionRecord(
            PLATFORM,
            f"x:follow:{direction.value}:{identifier}",
            people.by_id(identifier),
            None,
            direction,
            Kind.FOLLOW,
            precision=Precision.UNKNOWN,
        )


def _conversations(layout: Layout, index: first_pass.Index, me: Me) -> Iterator[Record]:
    if me.id is None:
        yield from _undecided(layout, index)
        return
    messages = Messages(index, me.id)
    yield from messages.read(layout, Holds.MESSAGES)
    yield from messages.read(layout, Holds.GROUPS)
    chat = Chat(index, messages, me.id)
    yield from chat.read(layout)
    yield from messages.left()
    yield from chat.left()


def _undecided(layout: Layout, index: first_pass.Index) -> Iterator[Problem]:
    """Report messages of which we cannot tell who wrote them; fail if there is nothing else."""
    conversations = (Holds.MESSAGES, Holds.GROUPS, Holds.CHAT)
    names = [name for what in conversations for name in layout.of(what)]
    either = " or ".join(f"--as {identifier}" for identifier in candidates(index.pairs)) or "--as NUMBER"
    hint = f"say which account is yours: {either}, or import account.js with them"
    if names and not layout.files.keys() - {*conversations, Holds.MANIFEST}:
        raise ExportError("these direct messages do not say which of the accounts in them is yours", hint)
    for name in names:
        yield Problem(name, f"does not say which of the accounts in it is yours, so it was left: {hint}")
