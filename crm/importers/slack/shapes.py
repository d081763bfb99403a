"""What the files of a workspace's export hold, as Slack's API writes it. Every field may be missing."""

from __future__ import annotations

from msgspec import Struct


class Profile(Struct):
    """What somebody says of themselves."""

    real_name: str | None = None
    display_name: str | None = None
    email: str | None = None
    phone: str | None = None
    title: str | None = None


class User(Struct):
    """An entry of `users.json`."""

    id: str | None = None
    name: str | None = None
    real_name: str | None = None
    is_bot: bool | None = None
    profile: Profile | None = None


class Channel(Struct):
    """An entry of `channels.json`, `groups.json`, `dms.json` and `mpims.json`."""

    id: str | None = None
    name: str | None = None
    members: list[str] | None = None


class Reaction(Struct):
    """An emoji under a message."""

    name: str | None = None
    users: list[str] | None = None


class File(Struct):
    """A file with a message; of a deleted one only the mode is left."""

    name: str | None = None
    title: str | None = None


class Attachment(Struct):
    """A preview of something shared."""

    fallback: str | None = None


class Room(Struct):
    """A huddle."""

    date_start: int | None = None
    date_end: int | None = None
    participant_history: list[str] | None = None


class UserProfile(Struct):
    """Who wrote a message, where that is somebody of another workspace."""

    real_name: str | None = None
    display_name: str | None = None
    name: str | None = None


class Message(Struct):
    """A message, or what happened in a channel (`subtype`)."""

    type: str | None = None
    subtype: str | None = None
    user: str | None = None
    bot_id: str | None = None
    text: str | None = None
    ts: str | None = None
    thread_ts: str | None = None
    parent_user_id: str | None = None
    reactions: list[Reaction] | None = None
    files: list[File | None] | None = None
    attachments: list[Attachment] | None = None
    room: Room | None = None
    user_profile: UserProfile | None = None


class Written(Struct):
    """A message of which only the author matters."""

    user: str | None = None
    subtype: str | None = None
