"""The first pass over an export: who the owner is, and which ids and aliases belong together."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import msgspec

from crm.domain.errors import QuestionError
from crm.domain.records import Owner, Problem
from crm.importers.flickr import shapes
from crm.importers.flickr.layout import Holds, Layout
from crm.importers.flickr.people import Me, People, known_before, segment_of, shown
from crm.importers.kit.jsondecode import UNREADABLE
from crm.importers.kit.text import clean_value

_SHOWN = 6


class Directory(msgspec.Struct, kw_only=True, gc=False):
    """`contacts_part001.json` and `followers_part001.json`: an address for every name."""

    contacts: msgspec.Raw = msgspec.Raw(b"{}")
    followers: msgspec.Raw = msgspec.Raw(b"{}")


@dataclass
class Survey:
    """What the first pass found out."""

    me: Me = field(default_factory=Me)
    people: People = field(default_factory=People)
    commenters: Counter[str] = field(default_factory=Counter)
    """How often each id commented on the owner's photos; only counted while the owner's is not known."""
    own_comments: frozenset[str] = frozenset()


def survey(layout: Layout, owner: Owner) -> Survey:
    """Read everything once for its names.

    Raises:
        QuestionError: photos have comments, and nothing says which of those who wrote them is the owner.

    """
    found = Survey()
    _read_profile(layout, found.me)
    for what in (Holds.CONTACTS, Holds.FOLLOWERS):
        for name in layout.of(what):
            for address, shown_name in entries(layout, name, what)[0]:
                found.people.learn(segment_of(address), shown_name)
    _read_mail(layout, found)
    if found.me.nsid is None:
        found.me.nsid = known_before(owner)
    if found.me.nsid is None:
        found.own_comments = _own_comments(layout)
    _read_photos(layout, found)
    if found.me.nsid is None and found.commenters:
        raise _question(found.commenters)
    return found


def entries(layout: Layout, name: str, what: Holds) -> tuple[list[tuple[str, str | None]], list[Problem]]:
    """Return (address, name) of everybody in a list of contacts or followers, and what could not be read."""
    document = layout.document(name, Directory)
    if isinstance(document, Problem):
        return [], [document]
    raw = bytes(document.contacts if what is Holds.CONTACTS else document.followers)
    if raw.startswith(b"["):  # PHP's word for an object without anything in it
        rows = list(shapes.items(msgspec.Raw(raw), shapes.Named, name))
        people = [row for row in rows if not isinstance(row, Problem)]
        listed = [
            (row.url or row.profile_url or row.nsid or "", shown(row.name or row.username)) for row in people
        ]
        return listed, [row for row in rows if isinstance(row, Problem)]
    try:
        pairs = msgspec.json.decode(raw, type=dict[str, object])
    except UNREADABLE as error:
        return [], [Problem(name, f"is no list of names and addresses: {error}")]
    good = [(address, shown(written)) for written, address in pairs.items() if isinstance(address, str)]
    bad = [written for written, address in pairs.items() if not isinstance(address, str)]
    return good, [Problem(f"{name}: {clean_value(written)[:80]}", "has no address") for written in bad]


def _read_profile(layout: Layout, me: Me) -> None:
    for name in layout.of(Holds.PROFILE):
        profile = layout.document(name, shapes.Profile)
        if isinstance(profile, Problem):
            continue  # the second pass reports it
        me.nsid = me.nsid or profile.nsid or None
        me.alias = me.alias or profile.path_alias or None
        me.take(segment_of(profile.profile_url))
        me.screen_name = me.screen_name or shown(profile.screen_name)
        me.real_name = me.real_name or shown(profile.real_name)
        me.email = me.email or profile.email or None


def _read_mail(layout: Layout, found: Survey) -> None:
    """Learn the names of those who wrote and were written to; who wrote what was sent is the owner."""
    for what in (Holds.SENT, Holds.RECEIVED):
        for name in layout.of(what):
            for item in layout.rows(name, shapes.Mail):
                if isinstance(item, Problem):
                    continue
                mail, _ = item
                sender, addressee = mail.from_user_id or mail.from_, mail.to_user_id or mail.to
                found.me.take((sender if what is Holds.SENT else addressee) or None)
                if what is Holds.SENT:
                    found.people.learn(addressee, shown(mail.to_user_name or mail.to_username))
                else:
                    found.people.learn(sender, shown(mail.from_user_name or mail.from_username))


def _own_comments(layout: Layout) -> frozenset[str]:
    """Return the numbers of the comments that the owner made."""
    numbers = set()
    for name in layout.of(Holds.ON_PHOTOS):
        for item in layout.rows(name, shapes.Comment):
            if not isinstance(item, Problem) and (number := item[0].number()):
                numbers.add(number)
    return frozenset(numbers)


class _Faces(msgspec.Struct, kw_only=True, gc=False):
    """What the first pass needs of a photo."""

    photopage: str | None = None
    people: msgspec.Raw = msgspec.Raw(b"[]")
    comments: msgspec.Raw = msgspec.Raw(b"[]")


def _read_photos(layout: Layout, found: Survey) -> None:
    for name in layout.of(Holds.PHOTO):
        photo = layout.document(name, _Faces)
        if isinstance(photo, Problem):
            continue
        found.me.take(segment_of(photo.photopage))
        for person in shapes.items(photo.people, shapes.Person, name):
            if not isinstance(person, Problem):
                nsid = person.nsid or str(person.id or "")
                found.people.learn(nsid, shown(person.username or person.name), segment_of(person.userurl))
        if found.me.nsid is None:
            _look_for_owner(photo.comments, name, found)


def _look_for_owner(comments: msgspec.Raw, name: str, found: Survey) -> None:
    """Find the owner as the writer of a comment that is also among those the owner made."""
    for comment in shapes.items(comments, shapes.Comment, name):
        if isinstance(comment, Problem) or not shapes.is_nsid(comment.user):
            continue
        found.commenters[comment.user or ""] += 1
        if comment.number() in found.own_comments:
            found.me.nsid = comment.user
            return


def _question(commenters: Counter[str]) -> QuestionError:
    choices = tuple(
        (nsid, f"{count:,} {'comment' if count == 1 else 'comments'} on your photos")
        for nsid, count in commenters.most_common(_SHOWN)
    )
    return QuestionError(
        "these photos have comments, and nothing in the export says which of them you wrote yourself",
        "import account_profile.json with them, or say your Flickr id (such as 12345678@N00) with --as",
        "as",
        choices,
    )
