"""Forgetting a contact leaves nothing of them behind, and no import brings them back."""

from __future__ import annotations

import pytest

from crm.domain.errors import NotFoundError
from crm.domain.records import ContactRecord, IdentityRef
from crm.services import backups, contacts, editing, forgetting, importing, merging, searching, undoing
from crm.services.spooling import Spool


def named(store, name):
    return store.read(contacts.find, name)


@pytest.fixture
def history(act):
    return [
        act("zephyrine", "in", key="1", text="a porcelain secret"),
        act("zephyrine", "out", key="2", text="my porcelain answer"),
        act("bo", "in", key="3", text="something else"),
    ]


def bytes_of(store):
    return b"".join(
        file.read_bytes() for file in sorted(store.path.parent.glob(f"{store.path.name}*")) if file.is_file()
    )


@pytest.mark.sqlite(reason="what is left in its file and beside it")
def test_nothing_of_a_forgotten_contact_is_left_in_the_files(store, bring, history):
    bring(history)
    key = named(store, "zephyrine")
    store.write(editing.note, key, "Glazes in celadon.")
    store.write(editing.edit, [key], editing.Edits(organisation="Kilnworks"))
    assert b"porcelain" in bytes_of(store)
    done = forgetting.forget(store, key)
    assert (done.identities, done.interactions, done.backups) == (1, 2, ())
    left = bytes_of(store).lower()
    for word in (b"porcelain", b"zephyrine", b"celadon", b"kilnworks"):
        assert word not in left
    assert store.read(searching.search, "porcelain").hits == ()
    assert store.read(contacts.count) == 1


def test_an_import_does_not_bring_a_forgotten_contact_back_and_says_so(store, bring, history):
    bring(history)
    forgetting.forget(store, named(store, "zephyrine"))
    again = bring(history)
    assert (again.contacts_new, again.interactions_new) == (0, 0)
    assert ("about contacts you have forgotten", 2) in again.left
    record = ContactRecord(
        (IdentityRef("x", "Zephyrine"), IdentityRef("email", "z@example.org")), name="Zephyrine"
    )
    with Spool() as spool:
        spool.fill([record], lambda _: None, lambda: False)
        view, _ = store.write(importing.write_run, "vcard", "book.vcf", spool)
    assert view.contacts_new == 0
    assert store.read(contacts.count) == 1


def test_somebody_added_again_by_hand_is_imported_again(store, bring, history):
    bring(history)
    forgetting.forget(store, named(store, "zephyrine"))
    store.write(editing.add, "Zephyrine", ["x:zephyrine"])
    assert bring(history).interactions_new == 2


@pytest.mark.sqlite(reason="what is left in its file and beside it")
def test_what_was_merged_into_a_forgotten_contact_goes_too(store, bring, history, act):
    bring([*history, act("wisteria@example.org", "in", key="4", text="by mail", platform="email")])
    key, other = named(store, "zephyrine"), named(store, "wisteria@example.org")
    store.write(merging.merge, key, other)
    forgetting.forget(store, key)
    assert b"wisteria" not in bytes_of(store).lower()
    assert bring([act("wisteria@example.org", "in", key="5", platform="email")]).contacts_new == 0


def test_what_was_done_to_others_can_still_be_undone(store, bring, history):
    bring(history)
    both = [named(store, "zephyrine"), named(store, "bo")]
    store.write(editing.edit, both, editing.Edits(circle="inner"))
    forgetting.forget(store, both[0])
    store.write(undoing.undo)
    assert store.read(contacts.show, both[1]).contact.circle is None


@pytest.mark.sqlite(reason="what is left in its file and beside it")
def test_backups_that_still_hold_a_forgotten_contact_are_named(store, bring, history):
    bring(history)
    made = backups.backup(store)
    assert forgetting.forget(store, named(store, "zephyrine")).backups == (str(made),)


def test_nobody_cannot_be_forgotten(store):
    with pytest.raises(NotFoundError):
        forgetting.forget(store, 7)
