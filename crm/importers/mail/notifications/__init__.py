"""Notices that platforms send by mail: what others did there, which no export shows.

The decision to know: a message from a platform's address is that platform's notice and nothing else. What it
tells becomes one act of one person there; what is not understood, or may be forged, is left and counted by
platform. Messages of Mastodon servers and of blogs, which come from anywhere, are known by their structure.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from crm.domain.platforms import title_of
from crm.domain.records import Direction, IdentityRef, InteractionRecord
from crm.importers.kit.meta.owner import fold_name
from crm.importers.kit.times import Moment
from crm.importers.mail.addresses import Address
from crm.importers.mail.headers import Fields, decode_header, scan_fields
from crm.importers.mail.notifications import (
    blogger,
    bluesky,
    disqus,
    etsy,
    evidence,
    facebook,
    flickr,
    github,
    goodreads,
    instagram,
    linkedin,
    mastodon,
    medium,
    pinterest,
    reddit,
    substack,
    tumblr,
    wordpress,
    x,
    youtube,
)
from crm.importers.mail.notifications.notice import Act, Notice, Person
from crm.importers.mail.notifications.source import Source, read_by_rules

SOURCES: tuple[Source, ...] = (
    blogger.SOURCE,
    bluesky.SOURCE,
    disqus.SOURCE,
    etsy.SOURCE,
    facebook.SOURCE,
    flickr.SOURCE,
    github.SOURCE,
    goodreads.SOURCE,
    instagram.SOURCE,
    linkedin.SOURCE,
    medium.SOURCE,
    pinterest.SOURCE,
    reddit.SOURCE,
    substack.SOURCE,
    tumblr.SOURCE,
    wordpress.SOURCE,
    x.SOURCE,
    youtube.SOURCE,
)
PLATFORMS = tuple(sorted({*(source.platform for source in SOURCES), "mastodon"}))
"""Slugs of the platforms whose notices are read."""

_FIELDS = evidence.FIELDS.union(
    mastodon.FIELDS,
    (b"subject", b"content-type", b"content-transfer-encoding"),
    *(source.fields for source in SOURCES),
)
_BY_HOST = {host: source for source in SOURCES for host in (*source.machines, *source.hosts)}
_LIST_FIELDS = frozenset((b"list-post", b"list-unsubscribe"))
"""What newsletters and mailing lists write; WordPress neither, Mastodon only beside a `List-ID`."""
_SUBJECT_LIMIT = 2_000
_SUBJECT_READ = 400
"""Characters; the patterns take time with the cube of it."""


def not_understood(platform: str) -> str:
    """Return what a notice is counted as that tells no act of one person."""
    return f"notices of {title_of(platform)} not understood"


def not_plausible(platform: str) -> str:
    """Return what a notice is counted as that may be forged."""
    return f"notices of {title_of(platform)} that may be forged"


@lru_cache(maxsize=65_536)
def source_of(address: str) -> Source | None:
    """Return the platform whose own address this is, or None for everybody else's."""
    local, _, host = address.rpartition("@")
    name = host
    while "." in name:
        source = _BY_HOST.get(name)
        if source is not None:
            return source if source.sends_from(local, host) else None
        name = name.partition(".")[2]
    return None


class Noticed(NamedTuple):
    """What a notice tells: one act of one person on a platform."""

    platform: str
    act: Act


def read_notice(source: Source, sender: Address, head: bytes, body: bytes, *, escaped: bool) -> Noticed | str:
    """Return the act for a message of a platform, or what it is counted as when it is left."""
    notice = _notice(sender, head, body, escaped)
    if not evidence.is_plausible(notice.fields, source.signed):
        return not_plausible(source.platform)
    act = (source.read(notice) if source.read else None) or read_by_rules(source, notice)
    return Noticed(source.platform, act) if act else not_understood(source.platform)


def read_by_structure(
    sender: Address, fields: Fields, head: bytes, body: bytes, *, escaped: bool, own: bool = False
) -> Noticed | str | None:
    """Return the same for a robot's message from any host, or None when it is no notice known by structure.

    Args:
        sender: of the message.
        fields: of its header, with `Subject` and `List-Id`; most messages need nothing more to be told.
        head: its header.
        body: the beginning of its body.
        escaped: whether its body escapes `From ` lines (in an mbox).
        own: whether the sender's address is the user's, under which a blog may write.

    """
    list_id = fields.get(b"list-id")
    if list_id is None and not _LIST_FIELDS.isdisjoint(fields):
        return None
    subject = _subject(fields)
    if mastodon.might_be(subject, list_id[0].decode("utf-8", "replace") if list_id else ""):
        return _of_mastodon(_notice(sender, head, body, escaped))
    if list_id is None and wordpress.might_be(subject):
        return _of_blog(_notice(sender, head, body, escaped), own)
    return None


def _of_mastodon(notice: Notice) -> Noticed | str | None:
    host = mastodon.host_of(notice)
    if host is None:
        return None
    sent_by = notice.sender.address.rpartition("@")[2]
    if not evidence.is_plausible(notice.fields, (host, sent_by)):
        return not_plausible("mastodon")
    act = mastodon.read(notice, host)
    return Noticed("mastodon", act) if act else not_understood("mastodon")


def _of_blog(notice: Notice, own: bool) -> Noticed | str | None:
    found = wordpress.read_own_site(notice)
    if found is None:
        return None
    act, site = found
    sent_by = notice.sender.address.rpartition("@")[2]
    related = sent_by == site or site.endswith("." + sent_by) or sent_by.endswith("." + site)
    if not (related or own) or not evidence.is_plausible(notice.fields, (site, sent_by)):
        return not_plausible("wordpress")
    return Noticed("wordpress", act) if act else not_understood("wordpress")


def record_of(told: Noticed, moment: Moment, own_id: str) -> InteractionRecord:
    """Return the interaction for an act; without an id of the platform it has that of the message."""
    platform, act = told
    return InteractionRecord(
        platform,
        act.key or f"mail:{own_id}",
        _identity(platform, act.who),
        moment.at,
        Direction.IN,
        act.kind,
        act.text,
        act.thread,
        act.url,
        moment.precision,
        moment.assumed,
    )


def _identity(platform: str, who: Person) -> IdentityRef:
    """Return who acted. A name alone is an id `name:`, as in exports of Facebook and LinkedIn."""
    if who.handle or who.external_id:
        return IdentityRef(who.platform or platform, who.handle, who.external_id, who.name)
    name = who.name or ""
    return IdentityRef(platform, None, f"name:{fold_name(name)}", name)


def _notice(sender: Address, head: bytes, body: bytes, escaped: bool) -> Notice:
    fields = scan_fields(head, _FIELDS)
    return Notice(sender, _subject(fields), fields, body, escaped=escaped)


def _subject(fields: Fields) -> str:
    stated = fields.get(b"subject")
    return " ".join(decode_header(stated[0][:_SUBJECT_LIMIT]).split())[:_SUBJECT_READ] if stated else ""
