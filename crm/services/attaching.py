"""Giving what an export says to the right contact: by exact key only, never by name alone.

All known identities are held in memory while an import runs: that grows with the community, not with the
export, and saves a question to the database per record.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, select, update

from crm.db import bulk
from crm.db.tables import contact, identity, interaction
from crm.domain.handles import normalise
from crm.domain.names import alike
from crm.domain.platforms import NOT_UNIQUE
from crm.domain.records import ContactRecord, IdentityRef
from crm.domain.text import storable
from crm.services import cards, naming
from crm.services.forgetting import Forgotten
from crm.services.naming import NameRank, name_from, searchable
from crm.services.outgoing import made_key

_IDENTITY = (
    "id", "contact_id", "platform", "handle", "handle_written", "external_id", "name", "url", "label",
    "home_id",
)  # fmt: skip
_CONTACT = ("id", "name", "name_rank", "search", "created_at", *cards.FIELDS)
_UUID_LENGTH = 36
_OFFICES = frozenset(
    "info office contact kontakt admin support sales team press presse service help accounts billing jobs "  # noqa: SIM905
    "shop redaktion sekretariat buero webmaster postmaster".split()
)
"""First halves of addresses behind which colleagues sit; a family's is another matter."""
_NO_FIELDS = cards.fields(ContactRecord(()))


class _Known:
    """One identity as it is now: in the database, or about to be."""

    __slots__ = ("contact", "external_id", "handle", "home", "key", "name", "url")

    def __init__(
        self,
        key: int,
        owner: int | None,
        handle: str | None,
        external_id: str | None,
        name: str | None,
        url: str | None,
        home: int | None = None,
    ) -> None:
        self.key, self.contact, self.handle = key, owner, handle
        self.external_id, self.name, self.url = external_id, name, url
        self.home = home
        """The merged contact that it belongs to by right."""


class Attacher:
    """Finds or makes the identity, and so the contact, that a record speaks of."""

    def __init__(self, connection: Connection, now: int, newest: bool) -> None:
        self._connection = connection
        self._now = now
        self._newest = newest
        """No newer export of this kind was imported: what it says replaces what is there."""
        self._by_id: dict[tuple[str, str], _Known] = {}
        self._by_handle: dict[tuple[str, str], _Known] = {}
        self._shared: dict[tuple[str, str, int | None], _Known] = {}
        """Identities on platforms where a handle is not one contact's alone, by contact."""
        self._in_books: set[int] = set()
        """Contacts that have a card in some address book."""
        self._made_uids: dict[str, int] | None = None
        self._seen: dict[IdentityRef, _Known | None] = {}
        self._next_contact = self._first_contact = naming.next_contact(connection)
        self._next_identity = self._first_identity = bulk.next_id(connection, identity)
        self._new_contacts: list[tuple[Any, ...]] = []
        self._new_identities: list[_Known] = []
        self._written: dict[int, tuple[Any, ...]] = {}
        self._changed: dict[int, _Known] = {}
        self._claims: dict[int, str] = {}
        self._ranks: dict[int, int] = {}
        self._better_names: dict[int, tuple[str, NameRank]] = {}
        self._offers: list[cards.Offer] = []
        self.taken = cards.Outcome()
        """What cards have changed about contacts that were there before."""
        self._forgotten = Forgotten(connection)
        self.forgotten = 0
        """Records that were passed over because they are about somebody the user has forgotten."""
        self.contacts_seen: set[int] = set()
        self.identities_seen: set[int] = set()
        self._load()

    @property
    def contacts_new(self) -> int:
        """How many contacts this import has made."""
        return self._next_contact - self._first_contact

    @property
    def contacts_known(self) -> int:
        """How many contacts that were there before it has met."""
        return sum(key < self._first_contact for key in self.contacts_seen)

    @property
    def contacts_fresh(self) -> set[int]:
        """The contacts this import has made."""
        return set(range(self._first_contact, self._next_contact))

    @property
    def identities_new(self) -> int:
        """How many identities this import has made."""
        return self._next_identity - self._first_identity

    def own(self, ref: IdentityRef) -> int | None:
        """Make an identity the user's own.

        Returns:
            The contact that lost it, if it was taken for one before.

        """
        known = self._find(ref)
        if known is None:
            self._make(ref, None)
            return None
        lost, known.contact, known.home = known.contact, None, None
        self.identities_seen.add(known.key)
        if lost is not None:
            self._changed[known.key] = known
        return lost

    def identity(self, ref: IdentityRef) -> tuple[int, int | None] | None:
        """Return (identity, contact) of a reference, made where they are new; no contact: the user's own.

        None where it has neither handle nor id, so that nobody can be told by it.
        """
        known = self._seen.get(ref)
        if known is None:
            known = self._find(ref)
            if known is None:
                if not (ref.external_id or (ref.handle and normalise(ref.platform, ref.handle))):
                    return None
                known = self._make(ref, self._new_contact(*name_from(ref)))
            else:
                self._refresh(known, ref)
            self._seen[ref] = known
            self.identities_seen.add(known.key)
            if known.contact is not None:
                self.contacts_seen.add(known.contact)
        return known.key, known.contact

    def passes_over(self, ref: IdentityRef) -> bool:
        """Say, and count, that a record is about somebody the user has forgotten."""
        if not self._forgotten.holds(ref) or self._find(ref) is not None:
            return False
        self.forgotten += 1
        return True

    def contact(self, record: ContactRecord) -> int | None:
        """Attach a contact record; return its contact, or None when it is the user's own card.

        Two cards of one export stay two contacts although they share an address (a family), unless they
        also have the same name; the shared address stays with the first.
        """
        if any(self.passes_over(ref) for ref in record.identities):
            return None
        name, rank = self._record_name(record)
        founds = [self._find(ref) for ref in record.identities]
        if any(known is not None and known.contact is None for known in founds):
            return None
        owner = self._owner(record, founds, name)
        fresh = owner is None
        if owner is None:
            owner = self._new_contact(name, rank, cards.fields(record))
        else:
            self._offer_name(owner, name, rank)
        self._claims.setdefault(owner, name)
        self.contacts_seen.add(owner)
        for ref in record.identities:
            known = self._find(ref, owner)
            if known is None and (ref.external_id or (ref.handle and normalise(ref.platform, ref.handle))):
                known = self._make(ref, owner, _home(founds, owner))
            elif known is not None and known.contact == owner:
                self._refresh(known, ref)
            if known is not None:
                self.identities_seen.add(known.key)
        self._offer(owner, record, fresh)
        return owner

    def _offer(self, owner: int, record: ContactRecord, fresh: bool) -> None:
        """Note what the card says; it is found again by its first identity."""
        first = self._find(record.identities[0], owner) if record.identities else None
        if first is None or first.contact != owner:
            return
        keys = [
            (r.platform, normalise(r.platform, storable(r.handle))) for r in record.identities if r.handle
        ]
        self._offers.append(cards.Offer(owner, first.key, record, tuple(sorted(set(keys))), fresh))

    def flush(self) -> None:
        """Write the new contacts and identities, so that interactions can point at them."""
        bulk.insert(self._connection, contact, _CONTACT, self._new_contacts)
        rows = [self._row(known) for known in self._new_identities]
        bulk.insert(self._connection, identity, _IDENTITY, rows)
        for known in self._new_identities:
            self._changed.pop(known.key, None)
        self._new_contacts, self._new_identities = [], []
        cards.take(self._connection, self._offers, self.taken)
        self._offers = []

    def finish(self) -> set[int]:
        """Write what became known of old identities and better names; return the contacts renamed."""
        self.flush()
        rows = [
            {"key": k.key, "owner": k.contact, "h": k.handle, "e": k.external_id, "n": k.name, "u": k.url}
            for k in self._changed.values()
        ]
        if rows:
            self._connection.execute(
                update(identity)
                .where(identity.c.id == bindparam("key"))
                .values(
                    contact_id=bindparam("owner"),
                    handle=bindparam("h"),
                    external_id=bindparam("e"),
                    name=bindparam("n"),
                    url=bindparam("u"),
                ),
                rows,
            )
        self._drop()
        names = [{"key": k, "n": name, "r": int(rank)} for k, (name, rank) in self._better_names.items()]
        if names:
            self._note_names()
            renamed = update(contact).where(contact.c.id == bindparam("key"))
            self._connection.execute(renamed.values(name=bindparam("n"), name_rank=bindparam("r")), names)
        changed = {known.contact for known in self._changed.values() if known.contact is not None}
        return changed | set(self._better_names)

    def _note_names(self) -> None:
        """Note how contacts were called before, for undoing."""
        query = select(contact.c.id, contact.c.name, contact.c.name_rank)
        known = [key for key in self._better_names if key < self._first_contact]
        for start in range(0, len(known), 900):
            for key, name, rank in self._connection.execute(
                query.where(contact.c.id.in_(known[start : start + 900]))
            ):
                better, better_rank = self._better_names[key]
                before, after = (
                    {"name": name, "name_rank": rank},
                    {"name": better, "name_rank": int(better_rank)},
                )
                self.taken.rows.append(["contact", {"id": key}, before, after])

    def _drop(self) -> None:
        """Remove the identities that left their card, unless something came through them."""
        used = exists().where(interaction.c.identity_id == identity.c.id)
        for key in self.taken.dropped - self._kept_dropped():
            row = (
                self._connection.execute(select(identity).where(identity.c.id == key, ~used))
                .mappings()
                .first()
            )
            if row is not None:
                self.taken.rows.append(["identity", {"id": key}, dict(row), None])
                self._connection.execute(delete(identity).where(identity.c.id == key))

    def _kept_dropped(self) -> set[int]:
        """Return the dropped identities that another card of this import has taken up."""
        return {key for key in self.taken.dropped if key in self.identities_seen}

    def is_empty(self, owner: int) -> bool:
        """Say whether a contact has lost its last identity, as far as written, and nobody edited it here."""
        has_one = exists().where(identity.c.contact_id == contact.c.id)
        kept = select(contact.c.by_user).where(contact.c.id == owner, ~has_one)
        return self._connection.scalar(kept) is False

    def _load(self) -> None:
        columns = (identity.c[name] for name in _IDENTITY)
        for row in self._connection.execute(select(*columns).order_by(identity.c.id)):
            known = _Known(
                row.id, row.contact_id, row.handle, row.external_id, row.name, row.url, row.home_id
            )
            self._index(row.platform, known)
        ranks = select(contact.c.id, contact.c.name_rank)
        self._ranks = {key: rank for key, rank in self._connection.execute(ranks)}  # noqa: C416 - rows

    def _index(self, platform: str, known: _Known) -> None:
        if known.external_id:
            self._by_id[platform, known.external_id] = known
        if platform == "addressbook" and known.contact is not None:
            self._in_books.add(known.contact)
        if known.handle and platform in NOT_UNIQUE:
            self._shared[platform, known.handle, known.contact] = known
        elif known.handle:
            held = self._by_handle.get((platform, known.handle))
            # the one without an id is the user's word for it; else the latest holder of the handle
            if held is None or held.external_id is not None:
                self._by_handle[platform, known.handle] = known

    def _find(self, ref: IdentityRef, owner: int | None = None) -> _Known | None:
        """Return the identity that a reference means; of several with one handle that of `owner`."""
        if ref.external_id:
            known = self._by_id.get((ref.platform, ref.external_id))
            if known is not None:
                return known
        if not ref.handle:
            return None
        handle = normalise(ref.platform, ref.handle)
        if ref.platform in NOT_UNIQUE:
            return self._shared.get((ref.platform, handle, owner))
        known = self._by_handle.get((ref.platform, handle))
        if known is None or not ref.external_id or known.external_id in (None, ref.external_id):
            return known
        return None  # the handle has changed hands

    def _refresh(self, known: _Known, ref: IdentityRef) -> None:
        """Fill in what was missing; a newer export also replaces handle and name."""
        before = (known.handle, known.external_id, known.name, known.url)
        if ref.external_id and not known.external_id:
            known.external_id = ref.external_id
        if ref.handle and (not known.handle or (self._newest and ref.external_id)):
            known.handle = normalise(ref.platform, storable(ref.handle))
        if ref.name and (not known.name or self._newest):
            known.name = storable(ref.name)
        known.url = known.url or ref.url
        if before != (known.handle, known.external_id, known.name, known.url):
            self._index(ref.platform, known)
            self._changed[known.key] = known
        if known.contact is not None:
            self._offer_name(known.contact, *name_from(ref))

    def _offer_name(self, owner: int, name: str, rank: NameRank) -> None:
        if rank > self._ranks[owner]:
            self._ranks[owner] = rank
            self._better_names[owner] = (storable(name), rank)

    def _make(self, ref: IdentityRef, owner: int | None, home: int | None = None) -> _Known:
        handle = normalise(ref.platform, storable(ref.handle)) if ref.handle else None
        name = storable(ref.name) if ref.name else None
        known = _Known(self._next_identity, owner, handle, ref.external_id, name, ref.url, home)
        self._next_identity += 1
        self._written[known.key] = (ref.platform, ref.handle, ref.label)
        self._new_identities.append(known)
        self._index(ref.platform, known)
        self.identities_seen.add(known.key)
        return known

    def _row(self, known: _Known) -> tuple[Any, ...]:
        platform, written, label = self._written.pop(known.key)
        return (
            known.key, known.contact, platform, known.handle, written, known.external_id, known.name,
            known.url, label, known.home,
        )  # fmt: skip

    def _new_contact(self, name: str, rank: NameRank, fields: tuple[str | None, ...] = _NO_FIELDS) -> int:
        key = self._next_contact
        self._next_contact += 1
        name = storable(name)
        self._new_contacts.append((key, name, int(rank), searchable([name]), self._now, *fields))
        self._ranks[key] = rank
        self.contacts_seen.add(key)
        return key

    def _record_name(self, record: ContactRecord) -> tuple[str, NameRank]:
        best: tuple[str, NameRank] | None = None
        for ref in record.identities:
            name, rank = name_from(ref, record.name)
            if best is None or rank > best[1]:
                best = (name, rank)
        if best is None:
            best = name_from(IdentityRef("addressbook"), record.name)
        return best

    def _owner(self, record: ContactRecord, founds: list[_Known | None], name: str) -> int | None:
        """Return the contact that a record's keys lead to: its own card first, then exact keys.

        Whoever has a card already, in this book or another, is met by a shared address only under a name
        that can be the same person's.
        """
        for ref, known in zip(record.identities, founds, strict=True):
            if known is None and ref.platform == "addressbook":
                exported = self._exported_as(ref.external_id or "")
                if exported is not None:
                    return exported
            if known is None or known.contact is None:
                continue
            if ref.platform == "addressbook":
                return known.contact
            claimed = self._claims.get(known.contact)
            if claimed is None and known.contact in self._in_books:
                claimed = self._name_of(known.contact)
            if claimed is None or (alike(claimed, name) and not _is_of_an_office(ref)):
                return known.contact
        return None

    def _exported_as(self, uid: str) -> int | None:
        """Return the contact that had no card, and was exported as one under a UID made for it."""
        if len(uid) != _UUID_LENGTH:
            return None
        if self._made_uids is None:
            kept = select(contact.c.id, contact.c.created_at)
            self._made_uids = {made_key(key, at): key for key, at in self._connection.execute(kept)}
        return self._made_uids.get(uid)

    def _name_of(self, owner: int) -> str:
        better = self._better_names.get(owner)
        if better is not None:
            return better[0]
        name: str | None = self._connection.scalar(select(contact.c.name).where(contact.c.id == owner))
        return name or ""


def _home(founds: list[_Known | None], owner: int) -> int | None:
    """Return whose a new identity is by right, where those it came with are all one merged contact's."""
    homes = {known.home for known in founds if known is not None and known.contact == owner}
    return homes.pop() if len(homes) == 1 else None


def _is_of_an_office(ref: IdentityRef) -> bool:
    """Say whether an address is a role's (info@, office@), behind which alike names are two people's."""
    return ref.platform == "email" and (ref.handle or "").casefold().partition("@")[0] in _OFFICES
