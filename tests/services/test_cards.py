"""An address book that comes again: its changes are taken, the user's are kept, and both are shown."""

from __future__ import annotations

import pytest

from crm.domain.records import ContactRecord, IdentityRef, PartialDate
from crm.services import contacts, editing, importing, interactions
from crm.services.cards import texts
from crm.services.views import Difference


def card(uid: str = "ada-1", *, emails: tuple[str, ...] = ("ada@example.org",), **said) -> ContactRecord:
    said.setdefault("name", "Ada Byron")
    refs = (IdentityRef("addressbook", external_id=uid), *(IdentityRef("email", one) for one in emails))
    return ContactRecord(refs, vcard=f"card of {said}", **said)


@pytest.fixture
def book(bring):
    return lambda *cards: bring(list(cards), importer="vcard")


def ada(store):
    return store.read(contacts.show, 1)


def test_the_same_book_again_changes_nothing(store, book):
    told = card(title="Analyst", tags=("maths",), notes="n")
    book(told)
    again = book(told)
    assert (again.contacts_known, again.contacts_changed) == (1, 0)


def test_what_changed_in_the_file_is_taken(store, book):
    book(card(title="Analyst", birthday=PartialDate(12, 10), tags=("maths", "old")))
    run = book(card(name="Ada King", title="Countess", organisation="Engines", tags=("maths", "new")))
    detail = ada(store)
    assert run.contacts_changed == 1
    assert (detail.contact.name, detail.title, detail.contact.organisation) == (
        "Ada King",
        "Countess",
        "Engines",
    )
    assert (detail.birthday, detail.contact.tags) == (None, ("maths", "new"))
    assert detail.differences == ()


def test_what_the_user_changed_is_kept_where_the_file_has_not(store, book):
    book(card(title="Analyst", nickname="A."))
    store.write(editing.edit, [1], editing.Edits(title="Poet", name="Ada L."))
    run = book(card(title="Analyst", nickname="Adi"))
    detail = ada(store)
    assert (detail.contact.name, detail.title, detail.nickname) == ("Ada L.", "Poet", "Adi")
    assert run.contacts_changed == 1


def test_where_both_changed_the_users_stays_and_both_are_shown(store, book):
    book(card(title="Analyst"))
    store.write(editing.edit, [1], editing.Edits(title="Poet"))
    book(card(title="Countess"))
    detail = ada(store)
    assert detail.title == "Poet"
    assert detail.differences == (Difference("title", "Poet", "Countess"),)


def test_what_the_user_emptied_stays_empty(store, book):
    book(card(title="Analyst"))
    store.write(editing.edit, [1], editing.Edits(title=None))
    book(card(title="Analyst", nickname="A."))
    assert ada(store).title is None


def test_a_tag_that_the_user_took_away_does_not_come_back(store, book):
    book(card(tags=("maths",)))
    store.write(editing.edit, [1], editing.Edits(remove_tags=("maths",), add_tags=("friend",)))
    book(card(tags=("maths",), title="changed"))
    assert ada(store).contact.tags == ("friend",)


def handles(store) -> list[str]:
    return [one.handle for one in ada(store).contact.identities]


def test_an_address_that_left_the_file_goes_and_a_new_one_comes(store, book):
    book(card(emails=("old@example.org", "ada@example.org")))
    book(card(emails=("ada@example.org", "new@example.org")))
    assert handles(store) == ["ada@example.org", "new@example.org"]


def test_an_address_with_a_history_stays_although_it_left_the_file(store, act, book, bring):
    book(card(emails=("old@example.org",)))
    bring([act("old@example.org", "in", platform="email", kind="email")])
    book(card(emails=("new@example.org",)))
    assert handles(store) == ["old@example.org", "new@example.org"]
    assert len(ada(store).interactions) == 1


def test_an_address_that_the_user_added_stays(store, book):
    book(card())
    store.write(editing.edit, [1], editing.Edits(add_handles=("mine@example.org",)))
    book(card(emails=()))
    assert handles(store) == ["mine@example.org"]


def test_undoing_the_second_import_brings_back_what_was_before(store, book):
    book(card(title="Analyst", tags=("old",), emails=("old@example.org",)))
    before = ada(store)
    run = book(card(title="Countess", tags=("new",), name="Ada King", emails=("new@example.org",)))
    store.write(importing.undo_run, run.run)
    after = ada(store)
    assert (after.contact.name, after.title, after.contact.tags) == ("Ada Byron", "Analyst", ("old",))
    assert handles(store) == ["old@example.org"]
    assert after.differences == before.differences == ()
    assert book(card(title="Countess")).contacts_changed == 1


def test_undoing_keeps_what_the_user_has_changed_since(store, book):
    book(card(title="Analyst", nickname="A"))
    run = book(card(title="Countess", nickname="B"))
    store.write(editing.edit, [1], editing.Edits(title="Poet"))
    store.write(importing.undo_run, run.run)
    detail = ada(store)
    assert (detail.title, detail.nickname) == ("Poet", "A")


def test_a_contact_in_two_books_keeps_both_cards(store, book):
    book(card("one", title="Analyst"))
    book(card("two", title="Countess"))
    kept = store.read(lambda work: texts(work.connection, [1]))
    assert len(kept[1]) == 2
    detail = ada(store)
    assert detail.title == "Analyst"
    assert detail.differences == (Difference("title", "Analyst", "Countess"),)


def test_history_and_card_of_one_person_are_one_contact(store, act, bring, book):
    bring([act("ada@example.org", "in", platform="email", kind="email")])
    book(card(title="Analyst"))
    assert store.read(contacts.count) == 1
    assert ada(store).contact.name == "Ada Byron"
    store.write(interactions.log, 1, "yes")
    assert ada(store).contact.turn == "theirs"


def test_addresses_and_relatives_of_a_card_are_shown(store, tmp_path):
    (tmp_path / "ada.vcf").write_text(
        "BEGIN:VCARD\nVERSION:3.0\nUID:1\nFN:Ada\nADR;TYPE=HOME:;;Main St 1;London;;N1;UK\n"
        "item1.X-ABRELATEDNAMES:Annabella\nitem1.X-ABLabel:_$!<Mother>!$_\nEND:VCARD\n"
    )
    [found] = importing.recognise([tmp_path / "ada.vcf"])
    importing.run_import(store, found)
    detail = ada(store)
    assert detail.addresses == (("home", "Main St 1\nN1 London\nUK"),)
    assert detail.related == (("mother", "Annabella"),)


def test_a_website_that_colleagues_share_joins_nobody(store, book):
    def colleague(name: str, uid: str) -> ContactRecord:
        refs = (IdentityRef("addressbook", external_id=uid), IdentityRef("web", "https://firm.example"))
        return ContactRecord(refs, name)

    book(colleague("Ada Byron", "1"))
    assert book(colleague("Bo Lind", "2")).contacts_new == 1
    assert book(colleague("Bo Lind", "2")).identities_new == 0
    assert [len(store.read(contacts.show, key).contact.identities) for key in (1, 2)] == [1, 1]
    store.write(editing.add, "Cy Ono", ["https://firm.example"])


def test_a_family_in_two_books_stays_a_family(store, book):
    book(card("one", emails=("home@example.org",)))
    other = card("two", emails=("home@example.org",), name="Bo Byron")
    assert book(other).contacts_new == 1
    assert book(card("three", emails=("home@example.org",), name="Ada B.")).contacts_new == 0
