"""What the owner did elsewhere on Flickr, and what came by FlickrMail: lists with one act each.

The decision to know: a comment that says who wrote it is believed (in the lists of albums and galleries there
are other people's); one that does not is the owner's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from crm.domain.records import (
    Direction,
    InteractionRecord,
    Kind,
    PostRecord,
    Precision,
    Problem,
    Record,
)
from crm.importers.flickr import shapes
from crm.importers.flickr.layout import Holds, Layout
from crm.importers.flickr.people import PLATFORM, segment_of, segments_in, shown
from crm.importers.flickr.photos import answers, plain
from crm.importers.flickr.survey import Survey, entries
from crm.importers.kit.keys import Keys, digest, normal_text
from crm.importers.kit.text import clean_id

_ON = {
    Holds.ON_PHOTOS: "photo",
    Holds.ON_SETS: "set",
    Holds.ON_GALLERIES: "gallery",
    Holds.ON_APPS: "app",
}
_ANSWERING = re.compile(r"(?:re|aw|fwd?)\s*:\s*", re.IGNORECASE)
_OWNER_SEGMENT = re.compile(r"flickr\.com/photos/", re.IGNORECASE)
_DISCUSSION = re.compile(r"/discuss/(\w+)(?:[^#\s]*#comment(\w+)|/(\d+)/?)?")


class Acts:
    """Reads the lists of one export."""

    def __init__(self, layout: Layout, found: Survey) -> None:
        self._layout = layout
        self._me = found.me
        self._people = found.people

    def follows(self) -> Iterator[Record]:
        """Yield whom the owner follows and who follows the owner; Flickr does not say since when."""
        for what, direction in ((Holds.CONTACTS, Direction.OUT), (Holds.FOLLOWERS, Direction.IN)):
            for name in self._layout.of(what):
                listed, problems = entries(self._layout, name, what)
                yield from problems
                for number, (address, written) in enumerate(listed):
                    segment = segment_of(address) or (address if shapes.is_nsid(address) else None)
                    ref = self._people.named(segment, written)
                    if ref is None or segment is None:
                        yield Problem(f"{name}[{number}]", f"has no address of a profile: {address[:80]!r}")
                        continue
                    yield InteractionRecord(
                        PLATFORM, f"flickr:follow:{direction.value}:{segment.casefold()}", ref, None,
                        direction, Kind.FOLLOW, precision=Precision.UNKNOWN,
                    )  # fmt: skip

    def faves(self) -> Iterator[Record]:
        """Yield the photos that the owner liked; Flickr does not say when."""
        for name in self._layout.of(Holds.FAVES):
            for item in self._layout.rows(name, shapes.Fave):
                if isinstance(item, Problem):
                    yield item
                    continue
                fave, where = item
                photo = clean_id(fave.photo_id)
                if photo is None:
                    yield Problem(where, "is a fave of a photo without an id")
                    continue
                yield InteractionRecord(
                    PLATFORM, f"flickr:fave:{photo}", self._people.find(segment_of(fave.photo_url)), None,
                    Direction.OUT, Kind.REACTION, None, f"flickr:photo:{photo}", fave.photo_url,
                    Precision.UNKNOWN,
                )  # fmt: skip

    def comments(self, read_before: set[str]) -> Iterator[Record]:
        """Yield comments on photos, albums, galleries and apps, but those that were read with the photos."""
        for what, on in _ON.items():
            for name in self._layout.of(what):
                for item in self._layout.rows(name, shapes.Comment):
                    if isinstance(item, Problem):
                        yield item
                    elif item[0].number() not in read_before:
                        yield from self._comment(item[0], on, item[1])

    def _comment(self, comment: shapes.Comment, on: str, where: str) -> Iterator[Record]:
        address = comment.photo_url or comment.comment_url or comment.url or ""
        ids = {
            "photo": comment.photo_id,
            "set": comment.photoset_id or comment.set_id,
            "gallery": comment.gallery_id,
            "app": comment.app_id or comment.photo_id,
        }
        on = "photo" if on == "app" and comment.app_id is None and comment.photo_id is not None else on
        place, words, moment = clean_id(ids[on]), comment.words(), comment.moment()
        if not words and not comment.number():
            yield Problem(where, "is a comment without a text and without an id")
            return
        # an app's comments have no address of a member, an album's and a photo's have
        owner = segment_of(address) if _OWNER_SEGMENT.search(address) else None
        writer = comment.who()
        key = comment.number() or digest(on, place, writer, moment.at, normal_text(words))
        act = InteractionRecord(
            PLATFORM, f"flickr:comment:{key}", None, moment.at, Direction.OUT, Kind.COMMENT, plain(words),
            f"flickr:{on}:{place}" if place else None, comment.comment_url or comment.url or address or None,
            moment.precision, moment.assumed,
        )  # fmt: skip
        if writer and not self._me.is_me(writer):
            yield act._replace(who=self._people.find(writer), direction=Direction.IN)
        elif owner is None or self._me.is_me(owner):
            linked = (
                self._people.find(segment) for segment in segments_in(words) if not self._me.is_me(segment)
            )
            yield from answers(act, [ref for ref in linked if ref])
        else:
            yield act._replace(who=self._people.find(owner))

    def mail(self) -> Iterator[Record]:
        """Yield FlickrMail in both directions; the folder says which."""
        for what, direction in ((Holds.RECEIVED, Direction.IN), (Holds.SENT, Direction.OUT)):
            for name in self._layout.of(what):
                for item in self._layout.rows(name, shapes.Mail):
                    yield item if isinstance(item, Problem) else self._mail(*item, direction)

    def _mail(self, mail: shapes.Mail, where: str, direction: Direction) -> Record:
        came = direction is Direction.IN
        other = (mail.from_user_id or mail.from_) if came else (mail.to_user_id or mail.to)
        # a received one may carry `to_username`: that is the owner
        name = shapes.first_text(
            *((mail.from_user_name, mail.from_username) if came else (mail.to_user_name, mail.to_username))
        )
        if not other and not name:
            return Problem(where, "is a FlickrMail that does not say with whom")
        subject = plain(shapes.first_text(mail.subject)) or ""
        body = plain(shapes.first_text(mail.message, mail.body))
        moment = shapes.moment_of(mail.date_sent or mail.created)
        topic = subject
        while match := _ANSWERING.match(topic):
            topic = topic[match.end() :]
        folder = "received" if came else "sent"
        key = clean_id(mail.id) or digest(other, moment.at, subject, normal_text(body))
        return InteractionRecord(
            PLATFORM, f"flickr:mail:{folder}:{key}", self._people.named(other or None, shown(name)),
            moment.at, direction, Kind.MESSAGE, "\n\n".join(part for part in (subject, body) if part) or None,
            f"flickr:mail:{digest(other, normal_text(topic).casefold())}", None, moment.precision,
            moment.assumed,
        )  # fmt: skip

    def testimonials(self) -> Iterator[Record]:
        """Yield what members said of one another on their profiles."""
        for name in self._layout.of(Holds.TESTIMONIALS):
            document = self._layout.document(name, shapes.Testimonials)
            if isinstance(document, Problem):
                yield document
                continue
            given, received = document.testimonials_given, document.testimonials_received
            if bytes(document.testimonials).startswith(b"{"):
                both = shapes.given_and_received(document.testimonials)
                given, received = both.given, both.received
            for raw, direction in ((given, Direction.OUT), (received, Direction.IN)):
                keys = Keys()
                for number, row in enumerate(shapes.items(raw, shapes.Testimonial, name)):
                    where = f"{name}: {'given' if direction is Direction.OUT else 'received'}[{number}]"
                    yield row if isinstance(row, Problem) else self._testimonial(row, where, direction, keys)

    def _testimonial(self, row: shapes.Testimonial, where: str, direction: Direction, keys: Keys) -> Record:
        segment = segment_of(row.profile_url or row.url)
        name = shown(row.author_or_subject_screen_name or row.user)
        ref = self._people.named(segment, name)
        if ref is None or segment is None:
            return Problem(where, "is a testimonial without an address of a profile")
        moment = shapes.moment_of(row.created or row.date or row.date_create)
        words = plain(shapes.first_text(row.body, row.comment))
        key = keys.make("testimonial", direction.value, moment.at, segment.casefold(), words)
        return InteractionRecord(
            PLATFORM, f"flickr:{key}", ref, moment.at, direction, Kind.REVIEW, words, None,
            row.profile_url or row.url, moment.precision, moment.assumed,
        )  # fmt: skip

    def discussions(self) -> Iterator[Record]:
        """Yield what the owner wrote in groups: topics as posts, answers as acts to nobody known."""
        for name in self._layout.of(Holds.DISCUSSIONS):
            for item in self._layout.rows(name, shapes.Discussion):
                yield item if isinstance(item, Problem) else _discussion(item[0])


def _discussion(row: shapes.Discussion) -> Record:
    match = _DISCUSSION.search(row.url or "")
    topic = clean_id(row.topic_id) or (match[1] if match else None)
    reply = clean_id(row.reply_id) or ((match[2] or match[3]) if match else None)
    moment = shapes.moment_of(row.created or row.date or row.date_create)
    subject = plain(shapes.first_text(row.subject, row.topic_title)) or ""
    words = plain(shapes.first_text(row.message, row.body)) or ""
    key = reply or digest(topic, moment.at, normal_text(words))
    thread = f"flickr:discussion:{topic}" if topic else None
    if reply or str(row.type or "").casefold() in ("reply", "comment"):
        return InteractionRecord(
            PLATFORM, f"flickr:discussion:{key}", None, moment.at, Direction.OUT, Kind.COMMENT, words or None,
            thread, row.url, moment.precision, moment.assumed,
        )  # fmt: skip
    text = "\n\n".join(part for part in (subject, words) if part) or None
    return PostRecord(
        PLATFORM,
        f"flickr:discussion:{key}",
        moment.at,
        text,
        thread,
        row.url,
        moment.precision,
        moment.assumed,
    )
