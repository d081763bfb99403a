"""Merged contacts whose accounts turn out to be the user's own, one after the other or all at once."""

from __future__ import annotations

import pytest
from soundness import intact
from sqlalchemy import select, update

from crm.db.store import Store
from crm.db.tables import identity, merged
from crm.domain.errors import NotFoundError
from crm.domain.records import ContactRecord, IdentityRef, SelfRecord
from crm.services import contacts, editing, forgetting, identities, importing, merging, undoing

EVERYBODY = contacts.ContactQuery(archived=None)


@pytest.fixture
def whole(store, act, bring) -> int:
    """Make one contact of two who wrote something, on X and by mail."""
    bring([act("ada"), act("byron@example.org", platform="email"), act("grace")])
    x, mail = (store.read(contacts.find, name) for name in ("ada", "byron@example.org"))
    store.write(merging.merge, x, mail)
    return x


def leave_a_home(store: Store) -> None:
    """Let the user's own address have its merged contact for a home, as earlier programs did."""

    def write(work):
        part = work.connection.scalar(select(merged.c.id))
        own = update(identity).where(identity.c.contact_id.is_(None), identity.c.platform == "email")
        assert work.connection.execute(own.values(home_id=part)).rowcount == 1

    store.write(write)


def test_a_contact_whose_merged_halves_are_both_the_users_own_goes_and_comes_back_with_its_part(store, whole):
    store.write(identities.add_me, "byron@example.org")
    store.write(identities.add_me, "x:ada")
    with pytest.raises(NotFoundError):
        store.read(contacts.show, whole)
    assert intact(store)
    store.write(undoing.undo)
    store.write(undoing.undo)
    assert [part.name for part in store.read(merging.parts, whole)] == ["Byron@example.org"]
    apart = store.write(merging.split, store.read(merging.parts, whole)[0].id)
    assert [one.platform for one in store.read(contacts.show, apart).contact.identities] == ["email"]
    assert intact(store)


def test_an_import_may_say_that_both_halves_are_the_users_own(store, whole, bring):
    bring([SelfRecord((IdentityRef("x", "ada"), IdentityRef("email", "byron@example.org")))])
    assert [each.name for each in store.read(contacts.list_contacts, EVERYBODY)] == ["Grace"]
    assert intact(store)


@pytest.mark.parametrize("old", [False, True], ids=["now", "of an earlier program"])
@pytest.mark.parametrize("how", ["delete", "forget", "me", "import"])
def test_whatever_takes_the_rest_away_the_half_that_became_the_users_own_stays_theirs(
    store, whole, bring, how, old
):
    store.write(identities.add_me, "byron@example.org")
    if old:
        leave_a_home(store)
    if how == "delete":
        store.write(editing.delete, whole)
    elif how == "forget":
        forgetting.forget(store, whole)
    elif how == "me":
        store.write(identities.add_me, "x:ada")
    else:
        bring([SelfRecord((IdentityRef("x", "ada"),))])
    assert [each.name for each in store.read(contacts.list_contacts, EVERYBODY)] == ["Grace"]
    assert "byron@example.org" in {one.handle for one in store.read(identities.me)}
    assert intact(store)


def test_a_split_and_that_an_account_is_the_users_own_are_taken_back_one_after_the_other(store, whole):
    store.write(identities.add_me, "byron@example.org")
    part = store.read(merging.parts, whole)[0].id
    store.write(merging.split, part)
    store.write(undoing.undo)
    store.write(undoing.undo)
    assert store.read(contacts.find, "byron@example.org") == whole
    assert intact(store)


def test_an_import_taken_back_lets_a_merged_contact_go_whose_half_became_the_users_own(store, whole):
    store.write(identities.add_me, "byron@example.org")
    leave_a_home(store)
    run = store.read(importing.runs)[0].run
    store.write(importing.undo_run, run)
    assert store.read(contacts.list_contacts, EVERYBODY) == []
    assert intact(store)


def test_whoever_has_a_website_left_stays_when_an_import_says_that_the_rest_is_the_users_own(store, bring):
    address = IdentityRef("email", "a@example.org")
    bring([ContactRecord((address, IdentityRef("web", "https://a.example")), "Ada")])
    bring([SelfRecord((address,))])
    [left] = store.read(contacts.list_contacts, EVERYBODY)
    assert [one.platform for one in left.identities] == ["web"]
    assert intact(store)


def test_an_identity_with_a_history_that_is_not_the_users_after_all_becomes_a_contact_of_its_own(
    store, act, bring
):
    bring([act("grace", text="hello?")])
    store.write(identities.add_me, "x:grace")
    assert store.read(contacts.list_contacts, EVERYBODY) == []
    store.write(identities.remove_me, "x:grace")
    [back] = store.read(contacts.list_contacts, EVERYBODY)
    assert (back.name, back.turn, back.owed) == ("Grace", "yours", True)
    assert intact(store)
    store.write(undoing.undo)
    assert [one.handle for one in store.read(identities.me)] == ["grace"]
    assert intact(store)


def test_an_identity_that_has_left_its_card_stays_with_whoever_has_it_when_that_import_is_taken_back(
    store, bring
):
    def book(*handles: str) -> None:
        refs = (
            IdentityRef("addressbook", external_id="uid"),
            *(IdentityRef("email", one) for one in handles),
        )
        bring([ContactRecord(refs, "Ada", vcard=str(handles))], "vcard", "book.vcf")

    book("a@example.org", "b@example.org")
    book("a@example.org")
    other = store.write(editing.add, "Bo", ("b@example.org",))
    store.write(importing.undo_run, 2)
    assert store.read(contacts.find, "b@example.org") == other
    assert intact(store)
