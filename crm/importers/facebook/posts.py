"""The user's own posts, on their timeline, in groups, and on other people's timelines.

The decision to know: a post that names people is an act towards each of them and no post besides, as a tweet
that mentions somebody is.
"""

from __future__ import annotations

from collections.abc import Iterator

from crm.domain.records import Direction, IdentityRef, InteractionRecord, Kind, PostRecord, Problem, Record
from crm.importers.facebook.acts import Acts, first_file, words_of
from crm.importers.facebook.layout import Holds, Layout
from crm.importers.facebook.people import PLATFORM, People, by_name
from crm.importers.facebook.reading import rows, when
from crm.importers.facebook.shapes import Act
from crm.importers.facebook.titles import Titles
from crm.importers.kit.export import Export
from crm.importers.kit.keys import Keys
from crm.importers.kit.meta.text import repair

EMPTY = "posts without words, pictures or links"


def read_posts(
    export: Export, layout: Layout, people: People, titles: Titles, acts: Acts
) -> Iterator[Record]:
    """Yield the posts; `acts` knows which were given before, and counts what is left out."""
    for what in (Holds.POSTS, Holds.GROUP_POSTS):
        keys = Keys()
        for name in layout.of(what):
            for act in rows(export, name, Act):
                if isinstance(act, Problem):
                    yield act
                    continue
                words = words_of(act)
                if words is None and first_file(act) is None and not act.tags:
                    acts.left[EMPTY] += 1
                    continue
                moment = when(act.timestamp)
                key = keys.make("post", "", moment.at, "me", words or first_file(act))
                if acts.is_new(key):
                    post = PostRecord(PLATFORM, key, moment.at, words, precision=moment.precision)
                    yield from _records(act, post, people, titles)


def tagged(act: Act) -> Iterator[str]:
    """Yield the names of those tagged in a post."""
    for tag in act.tags or ():
        name = tag if isinstance(tag, str) else tag.name
        if name and name.strip():
            yield repair(name)


def _records(act: Act, post: PostRecord, people: People, titles: Titles) -> Iterator[Record]:
    towards: dict[IdentityRef, Kind] = {}
    found = titles.read(repair(act.title)) if act.title else None
    if found and found.name and (who := people.named(found.name)):
        shared = (Kind.QUOTE if post.text else Kind.RESHARE) if found.is_share else Kind.MENTION
        towards[who] = shared
    for name in (*tagged(act), *titles.companions(repair(act.title or ""))):
        who = people.named(name)
        if who is not None:
            towards.setdefault(who, Kind.MENTION)
    if not towards:
        yield post
    for who, kind in towards.items():
        key = f"{post.external_id}:{_name_key(who)}"
        yield InteractionRecord(
            PLATFORM, key, who, post.at, Direction.OUT, kind, post.text, precision=post.precision
        )


def _name_key(who: IdentityRef) -> str:
    """Return by what a person is told in an id: the name, which every export has, whatever else it has."""
    return by_name(who.name or "").external_id or ""
