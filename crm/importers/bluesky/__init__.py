"""Bluesky: the repository of one's own account (`repo.car`), and the chat data beside it.

The decision to know: a repository names people by DIDs. Handles come from the owner's own mentions of them,
from DID documents that lie beside it, and from nowhere else: nothing is looked up in the network.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from crm.domain.errors import ExportError
from crm.domain.records import ContactRecord, IdentityRef, Owner, Problem, Record, SelfRecord
from crm.importers.bluesky import layout
from crm.importers.bluesky.acts import POST, PROFILE, VERIFICATION, Acts
from crm.importers.bluesky.car import Car
from crm.importers.bluesky.chat import Chat
from crm.importers.bluesky.layout import Holds
from crm.importers.bluesky.moments import Moments
from crm.importers.bluesky.people import PLATFORM, People, handle_in, is_did
from crm.importers.bluesky.richtext import facets
from crm.importers.bluesky.tree import Tree, commit_of
from crm.importers.kit.export import Export
from crm.importers.kit.jsonstream import read_document
from crm.importers.kit.protocol import Confidence, Directions
from crm.importers.kit.text import clean_value

_FOR_GOOD = 1 << 62
"""A time that no mention outdoes: what an account's own document says counts."""


class _DidDocument(msgspec.Struct):
    id: str
    also_known_as: list[Any] | None = msgspec.field(default=None, name="alsoKnownAs")


class Importer:
    """Reads a repository of AT Protocol; see `crm.importers.kit.protocol`."""

    name = "bluesky"
    title = "Bluesky"
    platforms: tuple[str, ...] = (PLATFORM,)
    how_to_get = (
        "Bluesky: Settings, Account, Export my data: Download CAR file, and chat data beside it. "
        "A DID document saved with it (https://plc.directory/ and your DID) adds your handle"
    )
    page = "https://bsky.app/settings/account"
    reads = (
        "posts (replies, mentions, quotes), likes, reposts, follows, lists, all with their times; "
        "unconfirmed: chat data (chat.jsonl)"
    )
    cannot_show = "what others wrote to you, liked or reposted, who follows you, handles you never mentioned"
    directions = Directions.YOURS
    confidence = Confidence.CONFIRMED

    def identify(self, export: Export) -> bool:
        """Say whether this is a repository, chat data, or a DID document."""
        return next(layout.kinds(export), None) is not None

    def extract(self, export: Export, owner: Owner) -> Iterator[Record]:
        """Yield every record of an export.

        Raises:
            ExportError: it holds the repositories of two accounts, or one that does not say whose it is.
            QuestionError: there is chat data only, of several people.

        """
        files: dict[Holds, list[str]] = {what: [] for what in Holds}
        for name, what in layout.kinds(export):
            files[what].append(name)
        people = People()
        documents = list(_documents(export, files[Holds.DID], people))
        yield from (item for item in documents if isinstance(item, Problem))
        me: str | None = None
        for name in files[Holds.REPOSITORY]:
            with export.open(name) as stream, Car(stream, name) as car:
                did = commit_of(car, name).did
                if me and me != did:
                    raise ExportError(
                        f"these are the repositories of two accounts, {me} and {did}",
                        "import them one after the other",
                    )
                me = did
                yield from _repository(car, name, did, people, owner)
        chat = Chat(export, files[Holds.CHAT], people)
        if me is None and files[Holds.CHAT]:
            me = chat.owner(owner)
            if me:
                yield SelfRecord((_own(me, people, owner, None),))
        yield from _described(documents, owner, me)
        yield from chat.records(me)


def _described(
    documents: list[IdentityRef | Problem], owner: Owner, me: str | None
) -> Iterator[SelfRecord | ContactRecord]:
    """Yield whom DID documents name, but for the owner of the repository, who has been told already."""
    mine = {external for platform, external in owner.external_ids if platform == PLATFORM}
    for ref in documents:
        if isinstance(ref, IdentityRef) and ref.external_id != me:
            yield SelfRecord((ref,)) if ref.external_id in mine else ContactRecord((ref,))


def _documents(export: Export, names: list[str], people: People) -> Iterator[IdentityRef | Problem]:
    """Yield the accounts that DID documents describe; a handle there is the account's own word for it."""
    for name in names:
        with export.open(name) as stream:
            try:
                document = read_document(stream, _DidDocument, name)
            except ExportError as error:
                yield Problem(name, f"could not be used: {error}")
                continue
        handles = [handle for handle in map(handle_in, document.also_known_as or ()) if handle]
        if not is_did(document.id) or not handles:
            yield Problem(name, "does not name a handle")
            continue
        people.learn(document.id, handles[0], _FOR_GOOD)
        ref = people.find(document.id)
        if ref is not None:
            yield ref


def _repository(car: Car, name: str, did: str, people: People, owner: Owner) -> Iterator[Record]:
    tree = Tree(car, commit_of(car, name).data, name)
    if car.problem:
        yield car.problem
    display = _look(tree, people)
    yield SelfRecord((_own(did, people, owner, display),), display)
    acts = Acts(did, people, name)
    for collection, key, record in tree.records():
        yield from acts.records(collection, key, record)
    yield from acts.rest()
    yield from tree.problems()


def _look(tree: Tree, people: People) -> str | None:
    """Collect handles from all posts; return the owner's display name."""
    display: str | None = None
    moments = Moments()
    for collection, key, record in tree.records(POST, PROFILE, VERIFICATION):
        if collection == PROFILE:
            name = record.get("displayName")
            display = clean_value(name).strip() or None if isinstance(name, str) else None
        elif collection == VERIFICATION:
            name = record.get("displayName")
            at = moments.of(record.get("createdAt"), key).at
            shown = name if isinstance(name, str) else None
            people.learn(record.get("subject"), handle_in(record.get("handle")), at, shown)
        elif "facets" in record or "entities" in record:
            at = moments.of(record.get("createdAt"), key).at
            for facet in facets(record):
                if facet.did and facet.shown.startswith("@"):
                    people.learn(facet.did, handle_in(facet.shown), at)
    return display


def _own(did: str, people: People, owner: Owner, display: str | None) -> IdentityRef:
    """Return the owner's identity: with the handle that a document, the user, or a mention tells."""
    handle = people.handle(did) or handle_in((owner.stated or "").removeprefix(f"{PLATFORM}:"))
    url = None if handle else f"https://bsky.app/profile/{did}"
    return IdentityRef(PLATFORM, handle, did, display, url)
