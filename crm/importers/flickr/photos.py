"""One's own photos to records: what others wrote, noted and tagged there, and one's own answers.

The decision to know: Flickr does not say whom an answer under one's own photo is for. It is for whoever it
links to; else, where only one other person has commented before it, for that person; else for nobody known.
"""

from __future__ import annotations

from collections.abc import Iterator

from crm.domain.records import (
    ContactRecord,
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    Left,
    PostRecord,
    Problem,
    Record,
)
from crm.importers.flickr import shapes
from crm.importers.flickr.layout import Holds, Layout
from crm.importers.flickr.people import PLATFORM, segment_of, segments_in, shown
from crm.importers.flickr.survey import Survey
from crm.importers.kit.keys import digest
from crm.importers.kit.markup import html_to_text
from crm.importers.kit.text import clean_id, clean_value
from crm.importers.kit.times import Moment


def plain(markup: str) -> str | None:
    """Return the words of a text, whose HTML is light and whose line ends are line ends."""
    if "<" in markup or "&" in markup:
        return html_to_text(markup, keep_newlines=True) or None
    return clean_value(markup).strip() or None


class Photos:
    """Reads the owner's photos."""

    def __init__(self, found: Survey) -> None:
        self._me = found.me
        self._people = found.people
        self.own_comments: set[str] = set()
        """Numbers of the owner's comments that were read here, and are listed once more elsewhere."""
        self._faves = 0
        self._private = 0
        self._own_notes = 0
        self._in_photos: dict[IdentityRef, None] = {}

    def read(self, layout: Layout) -> Iterator[Record]:
        """Yield the records of all photos."""
        for name in layout.of(Holds.PHOTO):
            photo = layout.document(name, shapes.Photo)
            if isinstance(photo, Problem):
                yield photo
            else:
                yield from self._photo(photo, name)
        for who in self._in_photos:
            yield ContactRecord((who,))

    def left(self) -> Iterator[Left]:
        """Yield what was left out."""
        if self._faves:
            yield Left("faves of your photos, of which Flickr gives only the number", self._faves)
        if self._private:
            yield Left("private photos (what was written under them was read)", self._private)
        if self._own_notes:
            yield Left("notes and tags of your own on your photos", self._own_notes)

    def _photo(self, photo: shapes.Photo, name: str) -> Iterator[Record]:
        number = clean_id(photo.id)
        if number is None:
            yield Problem(name, "is a photo without an id")
            return
        thread = f"flickr:photo:{number}"
        faves = str(photo.count_faves or "0")
        self._faves += int(faves) if faves.isdecimal() and len(faves) < 12 else 0
        if str(photo.privacy or "").casefold() == "private":
            self._private += 1
        else:
            yield _post(photo, thread)
        yield from self._comments(photo, name, thread)
        for note in shapes.items(photo.notes, shapes.Comment, name):
            yield from (note,) if isinstance(note, Problem) else self._note(note, photo, thread)
        yield from self._tags(photo, name, thread)
        for person in shapes.items(photo.people, shapes.Person, name):
            yield from (person,) if isinstance(person, Problem) else self._person(person, photo, thread)

    def _comments(self, photo: shapes.Photo, name: str, thread: str) -> Iterator[Record]:
        before: dict[str, None] = {}
        rows = list(enumerate(shapes.items(photo.comments, shapes.Comment, name)))
        for place, row in rows:
            if isinstance(row, Problem):
                yield Problem(f"{name}: comments[{place}]", row.reason, row.raw)
        for place, comment, moment in _in_order(
            [(place, row) for place, row in rows if not isinstance(row, Problem)]
        ):
            number, who = comment.number(), comment.who()
            if not who:
                yield Problem(f"{name}: comments[{place}]", "is a comment that does not say who wrote it")
                continue
            words = comment.words()
            key = number or digest(thread, who, moment.at, words)
            act = InteractionRecord(
                PLATFORM, f"flickr:comment:{key}", None, moment.at, Direction.OUT, Kind.COMMENT, plain(words),
                thread, comment.url or photo.photopage, moment.precision, moment.assumed,
            )  # fmt: skip
            if not self._me.is_me(who):
                before[who.casefold()] = None
                ref = self._people.find(who)
                yield act._replace(who=ref, direction=Direction.IN)
                continue
            if number:
                self.own_comments.add(number)
            yield from answers(act, self._addressed(words, before))

    def _addressed(self, words: str, before: dict[str, None]) -> list[IdentityRef]:
        """Return for whom an answer under one's own photo is."""
        linked = [segment for segment in segments_in(words) if not self._me.is_me(segment)]
        meant = linked or (list(before) if len(before) == 1 else [])
        found = (self._people.find(segment) for segment in meant)
        return list(dict.fromkeys(ref for ref in found if ref is not None))

    def _note(self, note: shapes.Comment, photo: shapes.Photo, thread: str) -> Iterator[Record]:
        who = note.who()
        if not who or self._me.is_me(segment_of(who) or who):
            self._own_notes += 1
            return
        moment, words = note.moment(), note.words()
        key = clean_id(note.id) or digest(who, words)
        yield InteractionRecord(
            PLATFORM, f"flickr:note:{clean_id(photo.id)}:{key}", self._people.find(segment_of(who) or who),
            moment.at, Direction.IN, Kind.MENTION, plain(words), thread, photo.photopage, moment.precision,
            moment.assumed,
        )  # fmt: skip

    def _tags(self, photo: shapes.Photo, name: str, thread: str) -> Iterator[Record]:
        """Yield one act for all keywords that somebody else put on a photo."""
        theirs: dict[str, list[shapes.Tag]] = {}
        for tag in shapes.items(photo.tags, shapes.Tag, name):
            if isinstance(tag, Problem):
                continue  # newer exports have plain words here, which only the owner can have put there
            who = segment_of(tag.user) or tag.user
            if who and not self._me.is_me(who):
                theirs.setdefault(who, []).append(tag)
        for who, tags in theirs.items():
            moment = min(
                (shapes.moment_of(tag.date_create) for tag in tags), key=lambda moment: moment.at or 1 << 62
            )
            text = ", ".join(words for tag in tags if (words := clean_value(str(tag.tag or "")).strip()))
            yield InteractionRecord(
                PLATFORM, f"flickr:tags:{clean_id(photo.id)}:{who.casefold()}", self._people.find(who),
                moment.at, Direction.IN, Kind.REACTION, f"tagged it: {text}" if text else None, thread,
                photo.photopage, moment.precision, moment.assumed,
            )  # fmt: skip

    def _person(self, person: shapes.Person, photo: shapes.Photo, thread: str) -> Iterator[Record]:
        """Yield that somebody was named as shown in the photo; only the person, if not by whom."""
        shown_one = person.nsid or clean_id(person.id) or segment_of(person.userurl)
        adder = segment_of(person.added_by) or person.added_by
        ref = self._people.named(shown_one, shown(person.username or person.name))
        if ref is None or shown_one is None:
            return
        if not adder:
            if not self._me.is_me(shown_one):
                self._in_photos[ref] = None
            return
        by_me = self._me.is_me(adder)
        other = ref if by_me else self._people.find(adder)
        if by_me and self._me.is_me(shown_one):
            return
        moment: Moment = shapes.moment_of(person.date_added)
        text = f"shown in the photo: {ref.name or ref.handle or ref.external_id}"
        yield InteractionRecord(
            PLATFORM, f"flickr:person:{clean_id(photo.id)}:{shown_one.casefold()}", other, moment.at,
            Direction.OUT if by_me else Direction.IN, Kind.MENTION, text, thread, photo.photopage,
            moment.precision, moment.assumed,
        )  # fmt: skip


def _in_order(rows: list[tuple[int, shapes.Comment]]) -> list[tuple[int, shapes.Comment, Moment]]:
    """Return comments by their time; one without a time keeps its place behind the one before it."""
    latest = 0
    keyed = []
    for place, comment in rows:
        moment = comment.moment()
        latest = moment.at or latest
        keyed.append((latest, place, comment, moment))
    keyed.sort(key=lambda entry: entry[:2])
    return [entry[1:] for entry in keyed]


def answers(act: InteractionRecord, addressed: list[IdentityRef]) -> list[InteractionRecord]:
    """Return an answer of the owner's as one act for each person it is for; for nobody known, one."""
    if not addressed:
        return [act]
    first, *others = (act._replace(who=ref, kind=Kind.REPLY) for ref in addressed)
    return [first] + [
        other._replace(external_id=f"{act.external_id}:{_key(other.who)}", kind=Kind.MENTION)
        for other in others
    ]


def _key(ref: IdentityRef | None) -> str:
    return ((ref.external_id or ref.handle) if ref else None) or ""


def _post(photo: shapes.Photo, thread: str) -> PostRecord:
    moment = shapes.moment_of(photo.date_imported)
    texts = (plain(shapes.first_text(part)) for part in (photo.name, photo.description))
    return PostRecord(
        PLATFORM, thread, moment.at, "\n\n".join(text for text in texts if text) or None, thread,
        photo.photopage, moment.precision, moment.assumed,
    )  # fmt: skip
