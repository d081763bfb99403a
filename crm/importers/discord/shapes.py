"""What the JSON of a data package and of DiscordChatExporter (`JsonMessageWriter.cs` of its source) holds.

Of the package, what discord_data and dumpus read of it.

Every field may be missing. Numbers of accounts and messages are above 2^53 and stand as text or integers.
"""

from __future__ import annotations

from typing import Any

from msgspec import Raw, Struct, field


class User(Struct):
    """An account."""

    id: int | str | None = None
    username: str | None = None
    discriminator: int | str | None = None
    global_name: str | None = None
    display_name: str | None = None


class Relationship(Struct):
    """Somebody the user has to do with; `type` 1 friend, 2 blocked, 3 asked by them, 4 asked by the user."""

    id: int | str | None = None
    type: int | str | None = None
    nickname: str | None = None
    display_name: str | None = None
    since: str | None = None
    user: User | None = None


class Account(User):
    """`user.json`."""

    email: str | None = None
    phone: str | None = None
    relationships: list[Raw] | None = None


class Guild(Struct):
    """A server."""

    id: int | str | None = None
    name: str | None = None


class Channel(Struct):
    """`channel.json`."""

    id: int | str | None = None
    type: int | str | None = None
    name: str | None = None
    guild: Guild | None = None
    recipients: list[int | str | None] | None = None


class Sent(
    Struct,
    rename={"id": "ID", "timestamp": "Timestamp", "contents": "Contents", "attachments": "Attachments"},
):
    """One of the user's messages."""

    id: int | str | None = None
    timestamp: str | None = None
    contents: str | int | None = None
    attachments: str | None = None


class Author(Struct, rename="camel"):
    """An account as DiscordChatExporter writes it; `nickname` is what is shown."""

    id: int | str | None = None
    name: str | None = None
    discriminator: int | str | None = None
    nickname: str | None = None
    is_bot: bool | None = None


class Emoji(Struct):
    """An emoji, the name being itself or the name of a server's own."""

    id: str | None = None
    name: str | None = None


class Reaction(Struct):
    """An emoji under a message, with those who chose it, where they were asked for."""

    emoji: Emoji | None = None
    users: list[Author] | None = None


class Reference(Struct, rename="camel"):
    """What a message answers."""

    message_id: int | str | None = None
    channel_id: int | str | None = None
    type: str | None = None


class Attachment(Struct, rename="camel"):
    """A file."""

    file_name: str | None = None
    url: str | None = None


class Sticker(Struct):
    """A sticker."""

    name: str | None = None


class Message(Struct, rename="camel"):
    """A message of a channel."""

    id: int | str | None = None
    type: str | None = None
    timestamp: str | None = None
    call_ended_timestamp: str | None = None
    content: str | None = None
    author: Author | None = None
    attachments: list[Attachment] | None = None
    stickers: list[Sticker] | None = None
    reactions: list[Reaction] | None = None
    mentions: list[Author] | None = None
    reference: Reference | None = None


class ExportedChannel(Struct):
    """The channel of a file."""

    id: int | str | None = None
    type: str | None = None
    name: str | None = None


class Exported(Struct):
    """A file of DiscordChatExporter without its messages."""

    guild: Guild | None = None
    channel: ExportedChannel | None = None
    messages: list[Any] = field(default_factory=list)
