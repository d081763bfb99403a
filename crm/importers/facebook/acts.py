"""Comments, reactions, posts on the user's timeline, pokes: acts that are said in one sentence each.

The decision to know: an act has no id. It is known again by its time and its words, never by its sentence,
which changes with the language of the account; so a reaction that two files tell of (in 2024 Facebook began
to write a second one) is one reaction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from crm.domain.records import Direction, IdentityRef, InteractionRecord, Kind, Left, Problem, Record
from crm.importers.facebook.layout import Holds, Layout
from crm.importers.facebook.people import PLATFORM, People
from crm.importers.facebook.reading import rows, when
from crm.importers.facebook.shapes import Act, Comment, Label, Poke
from crm.importers.facebook.titles import Titles
from crm.importers.kit.export import Export
from crm.importers.kit.keys import Keys
from crm.importers.kit.meta.once import Fingerprints
from crm.importers.kit.meta.text import repair
from crm.importers.kit.times import Moment

TIMELESS = "acts without a time or words, of which nothing is left to tell"
OWN_REACTIONS = "reactions to what you posted yourself"
NAMELESS_POSTS = "posts on your timeline whose authors are not named"
NO_PEOPLE = {
    Holds.EVENTS: "answers to events, which do not say who was there",
    Holds.REJECTED_REQUESTS: "friend requests you declined",
    Holds.REMOVED_FRIENDS: "friends you removed",
}


class Acts:
    """Reads the acts of one export."""

    def __init__(self, export: Export, layout: Layout, people: People, titles: Titles) -> None:
        self._export = export
        self._layout = layout
        self._people = people
        self._titles = titles
        self._seen = Fingerprints()
        self.left: Counter[str] = Counter()

    def records(self) -> Iterator[Record]:
        """Yield everything but posts of the user's own and messages."""
        for what in (Holds.COMMENTS, Holds.GROUP_COMMENTS):
            for name in self._layout.of(what):
                yield from self._comments(name)
        yield from self._reactions()
        for name in self._layout.of(Holds.WALL_POSTS):
            yield from self._wall_posts(name)
        for name in self._layout.of(Holds.POKES):
            yield from self._pokes(name)
        yield from self._counted()

    def lefts(self) -> Iterator[Left]:
        """Yield what was left out."""
        for what, count in sorted(self.left.items()):
            yield Left(what, count)

    def is_new(self, key: str) -> bool:
        """Say whether an act with this id has not been given yet; another file may hold it too."""
        return self._seen.add(int(key.rpartition(":")[2][:16], 16))

    def _comments(self, name: str) -> Iterator[Record]:
        keys = Keys()
        for act in rows(self._export, name, Act):
            if isinstance(act, Problem):
                yield act
                continue
            comment = next((one.comment for one in act.data or () if one.comment), None) or Comment()
            moment = when(comment.timestamp or act.timestamp)
            text = repair(comment.comment or "").strip()
            words = "\n".join(part for part in (text, *links(act)) if part)
            if moment.at is None and not words:
                self.left[TIMELESS] += 1
                continue
            key = keys.make("comment", "", moment.at, "me", words or first_file(act))
            if self.is_new(key):
                found = self._titles.read(repair(act.title) if act.title else None)
                person, kind = found.name, Kind.REPLY if found.is_reply else Kind.COMMENT
                if person is None and text and (begun := self._titles.first_name_in(text)):
                    person, kind = begun, Kind.REPLY
                who = self._people.named(person) if person else None
                yield _act(key, who, moment, kind, words or None)

    def _reactions(self) -> Iterator[Record]:
        told, labelled = Keys(), Keys()
        # A sentence says more than labels do, so the files with sentences come first.
        names = self._layout.of(Holds.REACTIONS)
        for name in sorted(names, key=lambda name: b'"label_values"' in self._export.peek(name)):
            for act in rows(self._export, name, Act):
                if isinstance(act, Problem):
                    yield act
                elif act.label_values:
                    yield from self._labelled(act, act.label_values, labelled)
                else:
                    yield from self._reaction(act, told)

    def _reaction(self, act: Act, keys: Keys) -> Iterator[Record]:
        moment = when(act.timestamp)
        reaction = next((one.reaction for one in act.data or () if one.reaction), None)
        if moment.at is None:
            self.left[TIMELESS] += 1
            return
        key = keys.make("reaction", "", moment.at, "me")
        found = self._titles.read(repair(act.title) if act.title else None)
        if not self.is_new(key):
            return
        if found.is_own:
            self.left[OWN_REACTIONS] += 1
            return
        who = self._people.named(found.name) if found.name else None
        yield _act(key, who, moment, Kind.REACTION, _word(reaction.reaction if reaction else None))

    def _labelled(self, act: Act, labels: list[Label], keys: Keys) -> Iterator[Record]:
        """Yield a reaction of the newest kind of file; its labels are told by their values alone."""
        moment = when(act.timestamp)
        if moment.at is None:
            self.left[TIMELESS] += 1
            return
        key = keys.make("reaction", "", moment.at, "me")
        if not self.is_new(key):
            return
        url = next((one.href for one in labels if one.href), None)
        values = [repair(one.value).strip() for one in labels if one.value and not one.href]
        word = next((_word(value) for value in values if _word(value)), None)
        known = [value for value in values if self._people.is_known(value) and not self._people.is_me(value)]
        who = self._people.named(known[0]) if len(known) == 1 else None
        yield _act(key, who, moment, Kind.REACTION, word)._replace(url=repair(url) if url else None)

    def _wall_posts(self, name: str) -> Iterator[Record]:
        keys = Keys()
        for act in rows(self._export, name, Act):
            if isinstance(act, Problem):
                yield act
                continue
            author = self._titles.author(repair(act.title) if act.title else None)
            who = self._people.named(author) if author else None
            moment, words = when(act.timestamp), words_of(act)
            if who is None:
                self.left[NAMELESS_POSTS] += 1
                continue
            key = keys.make("wall", "", moment.at, "other", words or first_file(act) or author)
            if self.is_new(key):
                yield _act(key, who, moment, Kind.MENTION, words, Direction.IN)

    def _pokes(self, name: str) -> Iterator[Record]:
        keys = Keys()
        for poke in rows(self._export, name, Poke):
            if isinstance(poke, Problem):
                yield poke
                continue
            mine = self._people.is_me(repair(poke.poker or ""))
            other = repair((poke.pokee if mine else poke.poker) or "")
            who, moment = self._people.named(other), when(poke.timestamp)
            if who is None and not mine:
                self.left[TIMELESS] += 1
                continue
            side = "me" if mine else "other"
            key = keys.make("poke", "", moment.at, side, None if moment.at else other)
            if self.is_new(key):
                direction = Direction.OUT if mine else Direction.IN
                yield _act(key, who, moment, Kind.REACTION, "poke", direction)

    def _counted(self) -> Iterator[Problem]:
        """Count what says nothing about an act between people."""
        for what, said in NO_PEOPLE.items():
            for name in self._layout.of(what):
                for row in rows(self._export, name, Act):
                    if isinstance(row, Problem):
                        yield row
                    else:
                        self.left[said] += 1


def words_of(act: Act) -> str | None:
    """Return what was written, of a picture what stands below it, and the links."""
    said = [repair(one.post).strip() for one in act.data or () if one.post]
    attached = [one for row in act.attachments or () for one in row.data or ()]
    if not said:
        below = [repair(one.media.description) for one in attached if one.media and one.media.description]
        said = below or [repair(one.text) for one in attached if one.text]
    parts = [part for part in dict.fromkeys((*said, *links(act))) if part]
    return "\n".join(parts) or None


def links(act: Act) -> Iterator[str]:
    """Yield the addresses attached that are not in the words already."""
    said = " ".join(one.post or (one.comment.comment if one.comment else "") or "" for one in act.data or ())
    for row in act.attachments or ():
        for one in row.data or ():
            url = one.external_context.url if one.external_context else None
            if url and "://" in url and url not in said:
                yield repair(url)


def first_file(act: Act) -> str | None:
    """Return the name of the first picture, without its folders, which change."""
    for row in act.attachments or ():
        for one in row.data or ():
            if one.media and one.media.uri:
                return repair(one.media.uri).rpartition("/")[2]
    return None


_WORDS = {
    "like": "like",
    "love": "love",
    "haha": "haha",
    "wow": "wow",
    "sorry": "sad",
    "sad": "sad",
    "anger": "angry",
    "angry": "angry",
    "care": "care",
    "support": "care",
    "pride": "pride",
    "gratitude": "thankful",
    "dorothy": "flower",
    "toto": "flower",
}


def _word(value: str | None) -> str | None:
    """Return the word for a reaction: `SORRY` is what Facebook calls the sad face."""
    return _WORDS.get(value.strip().lower()) if value else None


def _act(
    key: str,
    who: IdentityRef | None,
    moment: Moment,
    kind: Kind,
    text: str | None,
    direction: Direction = Direction.OUT,
) -> InteractionRecord:
    return InteractionRecord(PLATFORM, key, who, moment.at, direction, kind, text, precision=moment.precision)
