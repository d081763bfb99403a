"""What `result.json` holds, as Telegram Desktop writes it (`export_output_json.cpp` of its source).

Every field may be missing: names and numbers came and went since 2018.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field


class Personal(Struct):
    """`personal_information`: the user."""

    user_id: int | str | None = None
    first_name: str | None = None
    last_name: str | None = None
    phone_number: str | None = None
    username: str | None = None


class Contact(Struct):
    """An entry of the contact list; those who are not on Telegram have no `user_id`."""

    user_id: int | str | None = None
    first_name: str | None = None
    last_name: str | None = None
    phone_number: str | None = None


class Part(Struct):
    """A piece of a text that is more than text: bold, a link, a mention."""

    type: str = ""
    text: str = ""
    href: str | None = None
    user_id: int | str | None = None


class Recent(Struct):
    """Who reacted, and when, as a wall clock time of the exporting computer."""

    from_id: int | str | None = None
    name: str | None = field(name="from", default=None)
    date: str | None = None


class Reaction(Struct):
    """An emoji under a message with some of those who chose it."""

    emoji: str | None = None
    type: str | None = None
    recent: list[Recent] | None = None


class Message(Struct):
    """A message, or what happened in a chat (`type` is `service`)."""

    id: int | str | None = None
    type: str | None = None
    date: str | None = None
    date_unixtime: int | str | None = None
    name: str | None = field(name="from", default=None)
    from_id: int | str | None = None
    author: str | None = None
    text: str | list[str | Part] | None = None
    reply_to_message_id: int | None = None
    reply_to_peer_id: int | str | None = None
    reactions: list[Reaction] | None = None
    action: str | None = None
    actor: str | None = None
    actor_id: int | str | None = None
    members: list[str | None] | None = None
    duration_seconds: int | None = None
    media_type: str | None = None
    photo: Any = None
    file: Any = None
    sticker_emoji: str | None = None
    contact_information: Any = None
    location_information: Any = None
    poll: Any = None


class Chat(Struct):
    """The head of a chat, without its messages."""

    name: str | None = None
    type: str | None = None
    id: int | str | None = None
