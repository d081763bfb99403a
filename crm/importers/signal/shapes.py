"""The frames of `main.jsonl`: Signal's own `Backups.proto`, written as JSON (numbers of 64 bits as strings).

Of each only what is used; every field may be missing.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from msgspec import Struct, field

Id: TypeAlias = int | str | None


class Account(Struct, rename="camel"):
    """The user."""

    username: str | None = None
    given_name: str | None = None
    family_name: str | None = None


class Nickname(Struct):
    """What the user calls somebody."""

    given: str | None = None
    family: str | None = None


class Contact(Struct, rename="camel"):
    """Somebody with an account."""

    aci: str | None = None
    pni: str | None = None
    username: str | None = None
    e164: int | str | None = None
    nickname: Nickname | None = None
    profile_given_name: str | None = None
    profile_family_name: str | None = None
    system_given_name: str | None = None
    system_family_name: str | None = None


class Title(Struct):
    """A name in a wrapping."""

    title: str | None = None


class Member(Struct, rename="camel"):
    """Somebody in a group."""

    user_id: str | None = None


class Snapshot(Struct):
    """A group as it is now."""

    title: Title | None = None
    members: list[Member] | None = None


class Group(Struct, rename="camel"):
    """A group."""

    master_key: str | None = None
    snapshot: Snapshot | None = None


class Recipient(Struct, rename="camel"):
    """Whoever messages can be to: one of these kinds is set."""

    id: Id = None
    contact: Contact | None = None
    group: Group | None = None
    me: dict[str, Any] | None = field(name="self", default=None)


class Chat(Struct, rename="camel"):
    """A chat with a recipient."""

    id: Id = None
    recipient_id: Id = None


class Range(Struct, rename="camel"):
    """A part of a text, perhaps a mention."""

    mention_aci: str | None = None


class Text(Struct, rename="camel"):
    """A text; the place of each mention is U+FFFC."""

    body: str | None = None
    body_ranges: list[Range] | None = None


class Pointer(Struct, rename="camel"):
    """A file."""

    content_type: str | None = None


class Attachment(Struct):
    """A file of a message."""

    pointer: Pointer | None = None
    flag: str | None = None


class Quote(Struct, rename="camel"):
    """What a message answers."""

    author_id: Id = None


class Reaction(Struct, rename="camel"):
    """An emoji from somebody."""

    emoji: str | None = None
    author_id: Id = None
    sent_timestamp: Id = None


class Standard(Struct):
    """A usual message; also the parts that other kinds have in common with it."""

    quote: Quote | None = None
    text: Text | None = None
    attachments: list[Attachment] | None = None
    reactions: list[Reaction] | None = None


class Sticker(Struct):
    """A sticker."""

    emoji: str | None = None


class StickerMessage(Struct):
    """A message that is a sticker."""

    sticker: Sticker | None = None
    reactions: list[Reaction] | None = None


class StoryReply(Struct, rename="camel"):
    """An answer to a story."""

    text_reply: Standard | None = None
    emoji: str | None = None
    reactions: list[Reaction] | None = None


class Poll(Struct):
    """A question to all."""

    question: str | None = None
    reactions: list[Reaction] | None = None


class Call(Struct, rename="camel"):
    """A call; of two people, or of a group."""

    state: str | None = None
    started_call_timestamp: Id = None


class Update(Struct, rename="camel"):
    """What happened in a chat."""

    individual_call: Call | None = None
    group_call: Call | None = None


class Sent(Struct, rename="camel"):
    """To whom a message of the user's went."""

    recipient_id: Id = None


class Outgoing(Struct, rename="camel"):
    """Set on messages of the user's."""

    send_status: list[Sent] | None = None


class Other(Struct):
    """A message of some other kind."""

    reactions: list[Reaction] | None = None


class Item(Struct, rename="camel"):
    """A message or an event; one of the directions and one of the kinds is set."""

    chat_id: Id = None
    author_id: Id = None
    date_sent: Id = None
    sms: bool = False
    incoming: dict[str, Any] | None = None
    outgoing: Outgoing | None = None
    standard_message: Standard | None = None
    sticker_message: StickerMessage | None = None
    contact_message: Other | None = None
    view_once_message: Other | None = None
    direct_story_reply_message: StoryReply | None = None
    poll: Poll | None = None
    update_message: Update | None = None
    remote_deleted_message: dict[str, Any] | None = None
    payment_notification: dict[str, Any] | None = None
    gift_badge: dict[str, Any] | None = None


class Frame(Struct, rename="camel"):
    """A line: one of these."""

    account: Account | None = None
    recipient: Recipient | None = None
    chat: Chat | None = None
    chat_item: Item | None = None
