"""Mastodon and the rest of the fediverse: the archive of one's own account, and the CSV lists beside it.

The decision to know: an archive is read twice. Handles stand in the mentions of posts, while boosts, likes
and lists give addresses or handles only, so the first pass collects people and the second one makes records;
neither keeps posts in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from crm.domain.errors import ExportError
from crm.domain.records import ContactRecord, IdentityRef, Left, Owner, Problem, Record, SelfRecord
from crm.importers.kit.export import Export
from crm.importers.kit.protocol import Confidence, Directions
from crm.importers.kit.text import clean_value
from crm.importers.mastodon import index as first_pass
from crm.importers.mastodon import lists, misskey, pixelfed
from crm.importers.mastodon.activities import Activities
from crm.importers.mastodon.addresses import split_handle
from crm.importers.mastodon.layout import Holds, Layout, is_ours, scan
from crm.importers.mastodon.people import PLATFORM, Me, People
from crm.importers.mastodon.shapes import Activity, Actor, first_uri, text_of, uris


class Importer:
    """Reads exports of Mastodon and its relatives; see `crm.importers.kit.protocol`."""

    name = "mastodon"
    title = "Mastodon and the fediverse"
    platforms: tuple[str, ...] = (PLATFORM,)
    how_to_get = (
        "your server: Preferences, Import and export, Request your archive (once a week); "
        "the CSV lists are on the same page. Pleroma and Akkoma: Settings, Data import/export, Backup"
    )
    page = ""
    reads = (
        "posts (replies, mentions, boosts, quotes), direct messages you sent, favourites, follows, lists; "
        "archives of Mastodon, Pleroma and Akkoma, CSV lists also of GoToSocial and Misskey; "
        "unconfirmed: notes of Misskey and Firefish, Pixelfed's files"
    )
    cannot_show = "what others wrote to you, boosted or liked, when anybody was followed or a post liked"
    directions = Directions.YOURS
    confidence = Confidence.CONFIRMED

    def identify(self, export: Export) -> bool:
        """Say whether this is an archive of the fediverse, or files out of one, or lists beside one."""
        return is_ours(export)

    def extract(self, export: Export, owner: Owner) -> Iterator[Record]:
        """Yield every record of an export.

        Raises:
            ExportError: it holds the archives of two accounts, or is cut off.
            QuestionError: it has only notes of Misskey, and does not say whose.

        """
        layout = scan(export)
        me, strangers = Me(), []
        followers: str | None = None
        for item in layout.documents(Holds.ACTOR, Actor):
            if isinstance(item, Problem):
                yield item
            elif _is_own(item[0], item[1], layout):
                _take(item[0], me)
                followers = first_uri(item[0].followers)
            else:
                strangers.append(item[0])
        index = first_pass.build(layout, me)
        handle = misskey.owner_of_notes(owner, me, index.people) if layout.of(Holds.MISSKEY_NOTES) else None
        mine = me.identities(index.people) or ((IdentityRef(PLATFORM, handle),) if handle else ())
        if mine:
            yield SelfRecord(mine, me.name)
        for stranger in strangers:
            yield from _contact(stranger, index.people)
        yield from _activities(layout, Activities(index, followers))
        yield from lists.read(layout, index.people)
        if handle:
            yield from misskey.read(layout, handle, index.people)
        yield from pixelfed.read(layout, index.people, bool(mine))


def _is_own(actor: Actor, name: str, layout: Layout) -> bool:
    """Say whether this is the owner, and not somebody whose description was saved."""
    outbox = text_of(actor.outbox)
    beside = bool(layout.of(Holds.OUTBOX)) or name.rpartition("/")[2].casefold() == "account.json"
    return beside or (bool(outbox) and "://" not in outbox)  # the owner's names the files beside it


def _take(actor: Actor, me: Me) -> None:
    uri = first_uri(actor.id)
    if me.uri and uri and me.uri != uri:
        raise ExportError(
            f"these are the archives of two accounts, {clean_value(me.uri)} and {clean_value(uri)}",
            "import them one after the other",
        )
    me.uri = uri or me.uri
    me.user = clean_value(text_of(actor.user)) or None
    me.name = clean_value(text_of(actor.name)).strip() or None
    found = split_handle(text_of(actor.webfinger).removeprefix("acct:"))
    me.webfinger = f"{found[0]}@{found[1]}" if found and found[1] else None
    for other in _others(actor):
        if other != me.uri and other not in me.others:
            me.others.append(other)


def _others(actor: Actor) -> Iterable[str]:
    """Return the other accounts of the same person, as the account itself says."""
    return (*uris(actor.moved_to), *uris(actor.also_known_as))


def _contact(actor: Actor, people: People) -> Iterator[Record]:
    """Yield somebody whose description was saved, with all their accounts."""
    stranger = Me()
    _take(actor, stranger)
    identities = stranger.identities(people)
    if identities:
        yield ContactRecord(identities, stranger.name)


def _activities(layout: Layout, activities: Activities) -> Iterator[Record]:
    for item in layout.items(Holds.OUTBOX, Activity):
        if isinstance(item, Problem):
            yield item
        else:
            yield from activities.records(*item)
    for liked in layout.items(Holds.LIKES, str):
        if isinstance(liked, Problem):
            yield liked
        else:
            yield from activities.like(liked[0])
    yield from activities.left()
    bookmarks = sum(not isinstance(item, Problem) for item in layout.items(Holds.BOOKMARKS, object))
    if bookmarks:
        yield Left("bookmarks", bookmarks)
