"""Two contacts become one, and two again, whatever happened in between; every interaction comes home."""

from __future__ import annotations

from datetime import timedelta

import pytest
from soundness import intact
from sqlalchemy import select, text

from crm.db.tables import merged, refusal
from crm.domain.errors import ConflictError, NotFoundError, UsageError
from crm.domain.records import ContactRecord, IdentityRef
from crm.services import contacts, editing, identities, importing, interactions, merging, undoing
from crm.services.spooling import Spool


def named(store, name):
    return store.read(contacts.find, name)


def card(store, *identities, name=None, **fields):
    record = ContactRecord(tuple(IdentityRef(*one) for one in identities), name=name, **fields)
    with Spool() as spool:
        spool.fill([record], lambda _: None, lambda: False)
        store.write(importing.write_run, "vcard", "book.vcf", spool)


def texts(store, key):
    return sorted(act.text or "" for act in store.read(contacts.show, key).interactions)


@pytest.fixture
def two(store, act, bring):
    """Ada on X and Ada by mail: two contacts with a history each."""
    bring(
        [
            act("ada", "in", days_ago=5, text="from x"),
            act("ada", "out", days_ago=40, key="out-x", text="to x"),
            act("byron@example.org", "out", days_ago=4, text="to mail", platform="email"),
        ]
    )
    return named(store, "ada"), named(store, "byron@example.org")


def test_a_merge_joins_history_notes_and_tags_and_makes_an_exchange_of_both_halves(store, two):
    x, mail = two
    store.write(editing.edit, [x], editing.Edits(notes="Met at the fair.", add_tags=("ceramics",)))
    store.write(editing.edit, [mail], editing.Edits(notes="Owes me a book.", add_tags=("books", "ceramics")))
    assert store.read(contacts.show, x).contact.last_exchange_at is None
    done = store.write(merging.merge, x, mail)
    detail = store.read(contacts.show, x)
    assert (done.contact, done.identities, done.interactions) == (x, 1, 1)
    assert texts(store, x) == ["from x", "to mail", "to x"]
    assert detail.notes == "Met at the fair.\n\nOwes me a book."
    assert detail.contact.tags == ("books", "ceramics")
    assert detail.contact.last_exchange_at is not None
    with pytest.raises(NotFoundError):
        store.read(contacts.show, mail)
    assert intact(store)


def test_what_differs_is_reported_and_what_was_empty_is_filled(store, two):
    x, mail = two
    store.write(editing.edit, [x], editing.Edits(organisation="Kiln & Co"))
    store.write(
        editing.edit, [mail], editing.Edits(organisation="Books Ltd", title="Printer", circle="inner")
    )
    done = store.write(merging.merge, x, mail)
    detail = store.read(contacts.show, x)
    assert ("organisation", "Kiln & Co", "Books Ltd") in done.differing
    assert (detail.contact.organisation, detail.title, detail.contact.circle) == (
        "Kiln & Co",
        "Printer",
        "inner",
    )


def test_the_better_name_wins_and_goes_again_with_the_split(store, act, bring):
    bring([act("ab77", "in", text="hi")])
    card(store, ("addressbook", None, "1"), ("email", "ada@example.org"), name="Ada Byron")
    handle, book = named(store, "ab77"), named(store, "Ada Byron")
    done = store.write(merging.merge, handle, book)
    assert done.name == "Ada Byron"
    assert store.read(contacts.name_of, handle) == "Ada Byron"
    store.write(merging.split, done.part)
    assert store.read(contacts.name_of, handle) == "Ab77"


def test_a_split_brings_everything_home_also_after_imports_and_edits(store, two, act, bring):
    x, mail = two
    store.write(editing.edit, [mail], editing.Edits(notes="Owes me a book.", add_tags=("books",)))
    done = store.write(merging.merge, x, mail)
    bring([act("byron@example.org", "in", key="later", text="later mail", platform="email")])
    bring([act("ada", "in", key="later-x", text="later x")])
    store.write(editing.edit, [x], editing.Edits(title="Potter"))
    store.write(interactions.log, x, "a word", platform="email")
    assert store.write(merging.split, done.part) == mail
    assert texts(store, mail) == ["a word", "later mail", "to mail"]
    assert texts(store, x) == ["from x", "later x", "to x"]
    kept, back = store.read(contacts.show, x), store.read(contacts.show, mail)
    assert (kept.title, kept.notes, kept.contact.tags) == ("Potter", "", ())
    assert (back.notes, back.contact.tags) == ("Owes me a book.", ("books",))
    assert intact(store)


def test_what_an_import_finds_through_a_merged_identity_goes_home_with_it(store, two):
    x, mail = two
    done = store.write(merging.merge, x, mail)
    card(store, ("email", "byron@example.org"), ("phone", "+49 30 5550100"), name="Ada Byron")
    store.write(merging.split, done.part)
    shown = store.read(contacts.show, mail).contact.identities
    assert sorted(one.platform for one in shown) == ["email", "phone"]


def test_merges_within_merges_come_apart_in_any_order(store, act, bring):
    bring([act(name, "in", key=name, text=name) for name in ("ada", "bo", "cy", "dee")])
    ada, bo, cy, dee = (named(store, name) for name in ("ada", "bo", "cy", "dee"))
    inner = store.write(merging.merge, bo, cy)
    middle = store.write(merging.merge, ada, bo)
    outer = store.write(merging.merge, dee, ada)
    assert texts(store, dee) == ["ada", "bo", "cy", "dee"]
    assert {part.name for part in store.read(merging.parts, dee)} == {"Ada", "Bo", "Cy"}
    assert store.write(merging.split, middle.part) == bo
    assert texts(store, bo) == ["bo", "cy"]
    assert texts(store, dee) == ["ada", "dee"]
    assert store.write(merging.split, outer.part) == ada
    assert store.write(merging.split, inner.part) == cy
    assert [texts(store, key) for key in (ada, bo, cy, dee)] == [["ada"], ["bo"], ["cy"], ["dee"]]
    assert store.read(lambda work: work.connection.execute(select(merged)).all()) == []
    assert intact(store)


def test_merge_and_split_are_undone_like_everything_else(store, two):
    x, mail = two
    before = [store.read(contacts.show, key) for key in two]
    done = store.write(merging.merge, x, mail)
    merged_view = store.read(contacts.show, x)
    store.write(merging.split, done.part)
    store.write(undoing.undo)
    assert store.read(contacts.show, x) == merged_view
    store.write(undoing.undo)
    assert [store.read(contacts.show, key) for key in two] == before
    assert intact(store)


def test_what_was_split_is_never_suggested_again_and_refusals_follow_a_merge(store, act, bring):
    bring([act(name, "in", key=name) for name in ("ada", "bo", "cy")])
    ada, bo, cy = (named(store, name) for name in ("ada", "bo", "cy"))
    store.write(merging.refuse, bo, cy)
    done = store.write(merging.merge, ada, bo)
    refused = store.read(lambda work: work.connection.execute(select(refusal)).all())
    assert [(row.first_id, row.second_id) for row in refused] == [(ada, cy)]
    store.write(merging.split, done.part)
    refused = store.read(lambda work: work.connection.execute(select(refusal)).all())
    assert {(row.first_id, row.second_id) for row in refused} == {(bo, cy), (ada, bo)}


def test_later_is_not_never(store, act, bring, clock):
    bring([act(name, "in", key=name) for name in ("ada", "bo")])
    ada, bo = named(store, "ada"), named(store, "bo")
    store.write(merging.refuse, ada, bo, clock.moment + timedelta(days=30))
    row = store.read(lambda work: work.connection.execute(select(refusal)).one())
    assert row.until is not None


def test_one_identity_can_be_moved_by_hand(store, two):
    x, mail = two
    done = store.write(merging.merge, x, mail)
    [address] = [one for one in store.read(contacts.show, x).contact.identities if one.platform == "email"]
    own = store.write(merging.move, address.id, None)
    assert texts(store, own) == ["to mail"]
    assert store.read(merging.parts, x)[0].identities == ()
    assert store.write(merging.split, done.part) == mail
    assert store.write(merging.move, address.id, x) == x
    assert texts(store, x) == ["from x", "to mail", "to x"]
    assert intact(store)


def test_an_identity_that_turned_out_to_be_your_own_stays_yours_when_its_part_is_split(store, two):
    x, mail = two
    done = store.write(merging.merge, x, mail)
    store.write(identities.add_me, "email:byron@example.org")
    back = store.write(merging.split, done.part)
    assert store.read(contacts.show, back).contact.identities == ()
    assert [one.handle for one in store.read(identities.me)] == ["byron@example.org"]
    assert intact(store)
    store.write(undoing.undo)
    store.write(undoing.undo)
    assert texts(store, x) == ["from x", "to mail", "to x"]
    assert texts(store, store.write(merging.split, done.part)) == ["to mail"]
    assert intact(store)


def test_the_last_identity_of_a_contact_is_not_moved_to_nowhere(store, two):
    x, _ = two
    [only] = store.read(contacts.show, x).contact.identities
    with pytest.raises(ConflictError, match="all there is"):
        store.write(merging.move, only.id, None)


def test_a_contact_is_not_merged_with_itself_or_with_nobody(store, two):
    with pytest.raises(UsageError):
        store.write(merging.merge, two[0], two[0])
    with pytest.raises(NotFoundError):
        store.write(merging.merge, two[0], 99)
    with pytest.raises(NotFoundError):
        store.write(merging.split, 99)


def test_a_merged_contact_can_be_deleted_and_comes_back_with_its_parts(store, two):
    x, mail = two
    done = store.write(merging.merge, x, mail)
    store.write(editing.delete, x)
    assert store.read(lambda work: work.connection.execute(select(merged)).all()) == []
    store.write(undoing.undo)
    assert store.write(merging.split, done.part) == mail
    assert texts(store, mail) == ["to mail"]


def test_an_import_undone_after_a_merge_takes_its_part_along(store, two):
    x, mail = two
    store.write(merging.merge, x, mail)
    store.write(importing.undo_run, 1)
    assert store.read(contacts.count) == 0
    assert intact(store)


def test_contacts_are_merged_from_what_is_kept_of_their_acts_which_gives_the_same(store, act, bring):
    bring(
        [act("ada", ("in", "out")[n % 2], days_ago=n, key=f"a{n}") for n in range(9)]
        + [act("bo", ("in", "out")[n % 2], days_ago=n + 0.5, key=f"b{n}", kind="reply") for n in range(9)]
    )
    ada, bo = named(store, "ada"), named(store, "bo")
    assert len(store.read(lambda work: work.connection.execute(text("SELECT * FROM tally")).all())) == 2
    done = store.write(merging.merge, ada, bo)
    assert intact(store)
    store.write(interactions.log, ada, "now")
    store.write(merging.split, done.part)
    assert intact(store)


def test_alike_names_behind_the_address_of_an_office_stay_two_people(store):
    card(store, ("addressbook", None, "1"), ("email", "info@leeds.example"), name="Catherine")
    card(store, ("addressbook", None, "2"), ("email", "info@leeds.example"), name="C. Haleham")
    assert store.read(contacts.count) == 2
    card(store, ("addressbook", None, "3"), ("email", "cat@leeds.example"), name="Cat Reed")
    card(store, ("addressbook", None, "4"), ("email", "cat@leeds.example"), name="C. Reed")
    assert store.read(contacts.count) == 3
