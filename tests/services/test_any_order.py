"""Imports, merges and edits in any order leave nothing that points at nothing, and fail in words only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from soundness import intact

from crm.db.store import Store
from crm.domain.cadence import Rules
from crm.domain.errors import CrmError, DatabaseError
from crm.domain.records import (
    ContactRecord,
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    Record,
    SelfRecord,
)
from crm.services import contacts, editing, forgetting, identities, importing, interactions, merging, undoing
from crm.services.spooling import Spool

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
HANDLES = {
    "x": ("ada", "bo", "cy"),
    "email": ("a@example.org", "b@example.org", "info@example.org"),
    "web": ("https://a.example", "https://b.example"),
    "mastodon": ("a@example.social", "b@example.social"),
    "phone": ("+44 1632 960001", "+44 1632 960002"),
}
EVERYBODY = contacts.ContactQuery(archived=None)


def somebody(dice: Random) -> IdentityRef:
    """Return one of few, known by a handle, an id or both: so they meet in every way."""
    platform = dice.choice(list(HANDLES))
    handle = dice.choice(HANDLES[platform])
    if platform not in ("x", "mastodon") or dice.random() < 0.5:
        return IdentityRef(platform, handle, None, dice.choice((None, "Ada B")))
    return IdentityRef(platform, dice.choice((handle, None)), f"id{dice.randrange(4)}")


def record(dice: Random) -> Record:
    kind = dice.random()
    if kind < 0.3:
        refs = [somebody(dice) for _ in range(dice.randrange(1, 4))]
        if dice.random() < 0.6:
            refs.insert(0, IdentityRef("addressbook", external_id=f"uid{dice.randrange(5)}"))
        tags = dice.choice(((), ("t",), ("t", "u")))
        return ContactRecord(tuple(dict.fromkeys(refs)), dice.choice((None, "Ada B", "Bo C")), tags=tags)
    if kind < 0.4:
        return SelfRecord(tuple(somebody(dice) for _ in range(dice.randrange(1, 3))))
    at = int((NOW - timedelta(hours=dice.randrange(9999))).timestamp() * 1_000_000)
    return InteractionRecord(
        "x", f"k{dice.randrange(60)}", somebody(dice), at, Direction(dice.choice(("in", "out"))), Kind.MESSAGE
    )


def bring(store: Store, dice: Random) -> None:
    with Spool() as spool:
        spool.fill([record(dice) for _ in range(dice.randrange(1, 10))], lambda _: None, lambda: False)
        store.write(importing.write_run, dice.choice(("x", "vcard")), "export.zip", spool)


def do(store: Store, action: str, dice: Random) -> None:
    """Do one thing to whomever; what cannot be done is refused in words."""
    ids = store.read(contacts.list_ids, EVERYBODY)
    if action == "import":
        bring(store, dice)
    elif action == "undo":
        store.write(undoing.undo)
    elif action == "unrun":
        store.write(importing.undo_run, dice.choice(store.read(importing.runs)).run)
    elif action == "me":
        ref = somebody(dice)
        store.write(identities.add_me, f"{ref.platform}:{ref.handle or ref.external_id}")
    elif action == "not me":
        for own in store.read(identities.me)[-1:]:
            store.write(identities.remove_me, f"{own.platform}:{own.handle}")
    elif action == "split":
        for part in [part for one in ids for part in store.read(merging.parts, one)][-1:]:
            store.write(merging.split, part.id)
    elif ids:
        do_to(store, action, dice.choice(ids), dice.choice(ids), dice)


def do_to(store: Store, action: str, one: int, other: int, dice: Random) -> None:
    detail = store.read(contacts.show, one)
    ref = somebody(dice)
    if action == "merge":
        store.write(merging.merge, one, other)
    elif action == "refuse":
        store.write(merging.refuse, one, other)
    elif action == "delete":
        store.write(editing.delete, one)
    elif action == "forget":
        forgetting.forget(store, one)
    elif action == "log":
        store.write(interactions.log, one, "hi", platform="x")
    elif action == "attach" and ref.handle:
        store.write(editing.edit, [one], editing.Edits(add_handles=(f"{ref.platform}:{ref.handle}",)))
    elif action == "remove act" and detail.interactions:
        store.write(interactions.delete, dice.choice(detail.interactions).id)
    elif action in ("move", "out", "detach") and detail.contact.identities:
        owned = dice.choice(detail.contact.identities)
        if action == "detach":
            store.write(
                editing.edit, [one], editing.Edits(remove_handles=(f"{owned.platform}:{owned.handle}",))
            )
        else:
            store.write(merging.move, owned.id, other if action == "move" else None)


ACTIONS = (
    "import", "import", "merge", "merge", "merge", "split", "move", "out", "detach", "me", "not me", "delete",
    "forget", "undo", "undo", "unrun", "attach", "log", "remove act", "refuse",
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(ACTIONS), min_size=5, max_size=30), st.integers(0, 2**32))
def test_whatever_is_done_in_whatever_order_nothing_dangles_and_nothing_fails_but_in_words(
    tmp_path_factory, actions, seed
):
    dice = Random(seed)
    path = tmp_path_factory.mktemp("order") / "crm.db"
    store = Store.open(path, rules=Rules(zone=UTC), now=lambda: NOW)
    try:
        bring(store, dice)
        for action in actions:
            try:
                do(store, action, dice)
            except DatabaseError:
                raise
            except CrmError:
                continue
        assert intact(store)
    finally:
        store.close()
