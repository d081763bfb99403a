"""The records of Facebook's JSON, era after era, as far as they are read.

The decision to know: everything may be missing or null, in every export; what has another type than here
costs that record one `Problem`. Field names are those of Meta's "Download your information", as the
open-source readers of it agree (Waultar, d3i data-donation-task, timelinize).
"""

from __future__ import annotations

import msgspec


class Named(msgspec.Struct):
    """A friend, a request, a follow."""

    name: str | None = None
    timestamp: int | float | None = None
    contact_info: str | None = None


class Comment(msgspec.Struct):
    """What was commented."""

    timestamp: int | float | None = None
    comment: str | None = None
    author: str | None = None
    group: str | None = None


class Reaction(msgspec.Struct):
    """LIKE, LOVE, HAHA, WOW, SORRY, ANGER, CARE ..."""

    reaction: str | None = None
    actor: str | None = None


class Poke(msgspec.Struct):
    """A poke; also an element of the list below `pokes_v2.data`."""

    poker: str | None = None
    pokee: str | None = None
    timestamp: int | float | None = None


class Link(msgspec.Struct):
    """`external_context`: what was linked."""

    url: str | None = None
    name: str | None = None


class Media(msgspec.Struct):
    """A picture or film."""

    uri: str | None = None
    description: str | None = None


class Place(msgspec.Struct):
    """Where somebody checked in."""

    name: str | None = None


class Attached(msgspec.Struct):
    """One thing attached."""

    external_context: Link | None = None
    media: Media | None = None
    place: Place | None = None
    text: str | None = None


class Attachments(msgspec.Struct):
    """A row of things attached."""

    data: list[Attached] | None = None


class Datum(msgspec.Struct):
    """One entry of `data`: what an act consists of."""

    comment: Comment | None = None
    reaction: Reaction | None = None
    post: str | None = None


class Label(msgspec.Struct):
    """One entry of `label_values`; its label is in the language of the account."""

    label: str | None = None
    value: str | None = None
    href: str | None = None


class Tag(msgspec.Struct):
    """Somebody tagged."""

    name: str | None = None


class Act(msgspec.Struct):
    """A comment, a reaction, a post."""

    timestamp: int | float | None = None
    data: list[Datum] | None = None
    attachments: list[Attachments] | None = None
    title: str | None = None
    tags: list[Tag | str] | None = None
    label_values: list[Label] | None = None


class PlainName(msgspec.Struct):
    """A name with a date, or within a list."""

    name: str | None = None


class FullName(msgspec.Struct):
    """`profile_v2.name`."""

    full_name: str | None = None


class Emails(msgspec.Struct):
    """`profile_v2.emails`."""

    emails: list[str] | None = None
    previous_emails: list[str] | None = None


class Phone(msgspec.Struct):
    """One of `profile_v2.phone_numbers`."""

    phone_number: str | None = None


class Profile(msgspec.Struct):
    """The account."""

    name: FullName | None = None
    emails: Emails | None = None
    username: str | None = None
    profile_uri: str | None = None
    previous_names: list[PlainName] | None = None
    other_names: list[PlainName] | None = None
    phone_numbers: list[Phone] | None = None


class ProfileFile(msgspec.Struct):
    """`profile_information.json`."""

    newer: Profile | None = msgspec.field(default=None, name="profile_v2")
    older: Profile | None = msgspec.field(default=None, name="profile")


class EncryptedMedia(msgspec.Struct):
    """A file in an encrypted chat."""

    uri: str | None = None


class EncryptedReaction(msgspec.Struct):
    """A reaction in an encrypted chat."""

    actor: str | None = None
    reaction: str | None = None


class EncryptedRow(msgspec.Struct, rename="camel"):
    """A message of an encrypted chat."""

    sender_name: str | None = None
    text: str | None = None
    timestamp: int | float | None = None
    type: str | None = None
    is_unsent: bool | None = None
    media: list[EncryptedMedia] | None = None
    reactions: list[EncryptedReaction] | None = None


class EncryptedHead(msgspec.Struct, rename="camel"):
    """What an encrypted chat says about itself."""

    participants: list[str | PlainName] | None = None
    thread_name: str | None = None
