"""The records of an X archive, only the fields that matter.

Field names are X's own. Ids are text in every archive since 2018 and numbers in older ones, so both are
taken and `id_of` makes text of them. Since 2020 each record sits under a key of its own (`{"tweet": {...}}`);
in some older files it does not, so each `...Row` is the record and may hold it as well.

They are trees and never cycles, so the garbage collector need not look at them (`gc=False`).

Sources: X's `data/README.txt`; the types of twitter-archive-reader; X's Thrift definitions for X Chat.
"""

from __future__ import annotations

import msgspec

Id = str | int | None


_NOBODY = frozenset({"-1", "0", "", -1, 0})


def id_of(value: Id) -> str | None:
    """Return an id as text; None for "none" in its notations: absent, 0, and -1 (a vanished account)."""
    if value is None or value in _NOBODY:
        return None
    return value if isinstance(value, str) else str(value)


class Mention(msgspec.Struct, gc=False):
    """Somebody named in a tweet."""

    screen_name: str | None = None
    name: str | None = None
    id_str: Id = None


class Link(msgspec.Struct, gc=False):
    """A shortened link and what it stands for."""

    url: str | None = None
    expanded_url: str | None = None


class Media(msgspec.Struct, gc=False):
    """A picture or film in a tweet; `source_...` names where it was first posted."""

    url: str | None = None
    expanded_url: str | None = None
    source_status_id_str: Id = None
    source_user_id_str: Id = None


class Entities(msgspec.Struct, gc=False):
    """What X found in the text of a tweet."""

    user_mentions: list[Mention] = []
    urls: list[Link] = []
    media: list[Media] = []


class EditInitial(msgspec.Struct, gc=False):
    """Every version of a tweet, oldest first."""

    edit_tweet_ids: list[Id] = msgspec.field(default_factory=list, name="editTweetIds")


class EditVersion(msgspec.Struct, gc=False):
    """The same, as a later version has it."""

    control: EditInitial | None = msgspec.field(default=None, name="editControlInitial")


class EditInfo(msgspec.Struct, gc=False):
    """The versions of a tweet, in one of two places."""

    initial: EditInitial | None = None
    edit: EditVersion | None = None

    def ids(self) -> list[str]:
        """Return the ids of all versions; none of a tweet that was never edited."""
        found = self.initial or (self.edit.control if self.edit else None)
        if found is None or len(found.edit_tweet_ids) < 2:
            return []
        return [text for value in found.edit_tweet_ids if (text := id_of(value))]


class User(msgspec.Struct, gc=False):
    """The author, in archives until 2018."""

    id_str: Id = None
    id: Id = None
    screen_name: str | None = None
    name: str | None = None


class Reshared(msgspec.Struct, gc=False):
    """The tweet behind a retweet, in archives until 2018."""

    id_str: Id = None
    user: User | None = None


class Tweet(msgspec.Struct, kw_only=True, gc=False):
    """One tweet; `full_text` since 2018, `text` before."""

    id_str: Id = None
    id: Id = None
    created_at: str | None = None
    full_text: str | None = None
    text: str | None = None
    in_reply_to_status_id_str: Id = None
    in_reply_to_status_id: Id = None
    in_reply_to_user_id_str: Id = None
    in_reply_to_user_id: Id = None
    in_reply_to_screen_name: str | None = None
    entities: Entities | None = None
    retweeted_status: Reshared | None = None
    edit_info: EditInfo | None = None
    user: User | None = None


class TweetRow(Tweet, kw_only=True, gc=False):
    """A tweet, or the key that holds it."""

    tweet: Tweet | None = None


class NoteUrl(msgspec.Struct, gc=False):
    """A link in a note."""

    short: str | None = msgspec.field(default=None, name="shortUrl")
    expanded: str | None = msgspec.field(default=None, name="expandedUrl")


class NoteCore(msgspec.Struct, gc=False):
    """What a note says."""

    text: str | None = None
    urls: list[NoteUrl] = []


class Note(msgspec.Struct, kw_only=True, gc=False):
    """The whole text of a long tweet, which `tweets.js` cuts; it does not say which tweet it is."""

    note_id: Id = msgspec.field(default=None, name="noteTweetId")
    created_at: str | None = msgspec.field(default=None, name="createdAt")
    core: NoteCore | None = None


class NoteRow(Note, kw_only=True, gc=False):
    """A note, or the key that holds it."""

    note: Note | None = msgspec.field(default=None, name="noteTweet")


class Like(msgspec.Struct, kw_only=True, gc=False):
    """Something the owner liked; neither when nor whose."""

    tweet_id: Id = msgspec.field(default=None, name="tweetId")
    full_text: str | None = msgspec.field(default=None, name="fullText")
    url: str | None = msgspec.field(default=None, name="expandedUrl")


class LikeRow(Like, kw_only=True, gc=False):
    """A like, or the key that holds it."""

    like: Like | None = None


class Follow(msgspec.Struct, kw_only=True, gc=False):
    """A follower, or somebody the owner follows; not since when."""

    account_id: Id = msgspec.field(default=None, name="accountId")


class FollowRow(Follow, kw_only=True, gc=False):
    """A follow, or the key that holds it."""

    follower: Follow | None = None
    following: Follow | None = None


class DmUrl(msgspec.Struct, gc=False):
    """A shortened link in a direct message, since 2021."""

    url: str | None = None
    expanded: str | None = None


class Reaction(msgspec.Struct, gc=False):
    """An emoji on a direct message. Parsers disagree whether `eventId` names it or the message."""

    sender: Id = msgspec.field(default=None, name="senderId")
    key: str | None = msgspec.field(default=None, name="reactionKey")
    event: Id = msgspec.field(default=None, name="eventId")
    created_at: str | None = msgspec.field(default=None, name="createdAt")


class Message(msgspec.Struct, kw_only=True, gc=False):
    """One direct message; in a group `recipientId` is absent or "0"."""

    id: Id = None
    sender: Id = msgspec.field(default=None, name="senderId")
    recipient: Id = msgspec.field(default=None, name="recipientId")
    text: str | None = None
    created_at: str | None = msgspec.field(default=None, name="createdAt")
    urls: list[DmUrl] = []
    reactions: list[Reaction] = []


class Joining(msgspec.Struct, gc=False):
    """Who was there, came or went."""

    snapshot: list[Id] = msgspec.field(default_factory=list, name="participantsSnapshot")
    users: list[Id] = msgspec.field(default_factory=list, name="userIds")
    initiator: Id = msgspec.field(default=None, name="initiatingUserId")
    created_at: str | None = msgspec.field(default=None, name="createdAt")


class Event(Message, kw_only=True, gc=False):
    """One event of a conversation: a message itself, or under a key that says what it is."""

    message: Message | None = msgspec.field(default=None, name="messageCreate")
    welcome: Message | None = msgspec.field(default=None, name="welcomeMessageCreate")
    reaction: Reaction | None = msgspec.field(default=None, name="reactionCreate")
    joined: Joining | None = msgspec.field(default=None, name="joinConversation")
    came: Joining | None = msgspec.field(default=None, name="participantsJoin")
    left: Joining | None = msgspec.field(default=None, name="participantsLeave")
    renamed: Joining | None = msgspec.field(default=None, name="conversationNameUpdate")


class Conversation(msgspec.Struct, kw_only=True, gc=False):
    """A conversation, or about 1,000 events of a longer one; events stay undecoded until they are read."""

    conversation_id: Id = msgspec.field(default=None, name="conversationId")
    messages: list[msgspec.Raw] = []


class ConversationRow(Conversation, kw_only=True, gc=False):
    """A conversation, or the key that holds it."""

    conversation: Conversation | None = msgspec.field(default=None, name="dmConversation")


class ChatEvent(msgspec.Struct, kw_only=True, gc=False):
    """One event of X Chat, since 2025: who, where and when; `detail` is usually encrypted."""

    sequence_id: Id = msgspec.field(default=None, name="sequenceId")
    message_id: Id = msgspec.field(default=None, name="messageId")
    sender: Id = msgspec.field(default=None, name="senderId")
    conversation_id: Id = msgspec.field(default=None, name="conversationId")
    created: Id = msgspec.field(default=None, name="createdAtMsec")
    detail: msgspec.Raw = msgspec.Raw(b"null")


class ChatRow(ChatEvent, kw_only=True, gc=False):
    """An event, or the key that holds it."""

    event: ChatEvent | None = msgspec.field(default=None, name="messageEvent")


class Account(msgspec.Struct, kw_only=True, gc=False):
    """The owner."""

    account_id: Id = msgspec.field(default=None, name="accountId")
    username: str | None = None
    display_name: str | None = msgspec.field(default=None, name="accountDisplayName")
    email: str | None = None
    created_at: str | None = msgspec.field(default=None, name="createdAt")


class AccountRow(Account, kw_only=True, gc=False):
    """The owner, or the key that holds them."""

    account: Account | None = None


class Change(msgspec.Struct, kw_only=True, gc=False):
    """One change of the owner's handle or e-mail address."""

    changed_from: str | None = msgspec.field(default=None, name="changedFrom")
    changed_to: str | None = msgspec.field(default=None, name="changedTo")


class ChangeRow(Change, kw_only=True, gc=False):
    """A change, under one or two keys of the same name."""

    screen_name: ChangeRow | None = msgspec.field(default=None, name="screenNameChange")
    email: ChangeRow | None = msgspec.field(default=None, name="emailChange")

    def innermost(self) -> Change:
        """Return the change itself, below its keys (at most two)."""
        inside = self.screen_name or self.email
        return (inside.screen_name or inside.email or inside) if inside else self


class PromisedFile(msgspec.Struct, gc=False):
    """What the manifest says of one file."""

    name: str = msgspec.field(default="", name="fileName")
    count: Id = None


class DataType(msgspec.Struct, gc=False):
    """The files of one kind of record."""

    files: list[PromisedFile] = []


class UserInfo(msgspec.Struct, gc=False):
    """The owner, as the manifest has them."""

    account_id: Id = msgspec.field(default=None, name="accountId")
    user_name: str | None = msgspec.field(default=None, name="userName")
    display_name: str | None = msgspec.field(default=None, name="displayName")


class ArchiveInfo(msgspec.Struct, gc=False):
    """When the archive was made, and whether it is all of it."""

    generated: str | None = msgspec.field(default=None, name="generationDate")
    partial: bool | str | None = msgspec.field(default=None, name="isPartialArchive")

    def is_partial(self) -> bool:
        """Say whether there are other parts."""
        return self.partial in (True, "true")


class Manifest(msgspec.Struct, gc=False):
    """The index of an archive, since 2020."""

    user: UserInfo | None = msgspec.field(default=None, name="userInfo")
    archive: ArchiveInfo | None = msgspec.field(default=None, name="archiveInfo")
    types: dict[str, DataType] = msgspec.field(default_factory=dict, name="dataTypes")


class UserDetails(msgspec.Struct, gc=False):
    """The owner, in archives until 2018."""

    id: Id = None
    screen_name: str | None = None
    full_name: str | None = None
    created_at: str | None = None


class PayloadDetails(msgspec.Struct, gc=False):
    """When the archive was made, until 2018."""

    created_at: str | None = None


class Month(msgspec.Struct, gc=False):
    """How many tweets a file of one month has, in archives until 2018."""

    file_name: str = ""
    tweet_count: Id = None
