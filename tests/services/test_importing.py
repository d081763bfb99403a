"""An import is whole or not at all, can be repeated, and can be taken back."""

from __future__ import annotations

import mailbox
import shutil
import zipfile
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import select

from crm.db import bulk
from crm.db.tables import identity
from crm.domain.errors import ExportError
from crm.domain.records import (
    ContactRecord,
    CoverageRecord,
    IdentityRef,
    Left,
    PartialDate,
    PostRecord,
    Problem,
    SelfRecord,
)
from crm.services import contacts, coverage, doctor, editing, identities, importing, searching, undoing
from crm.services.contacts import ContactQuery
from crm.services.spooling import Spool

EVERYBODY = ContactQuery(archived=None)


def names(store) -> list[str]:
    return [view.name for view in store.read(contacts.list_contacts, EVERYBODY)]


def test_the_same_records_again_are_known_and_write_nothing(store, act, bring):
    told = [act("ada", "in", days_ago=2), act("ada", "out", days_ago=1), act("bo", "in")]
    first = bring(told)
    again = bring(told)
    assert (first.contacts_new, first.interactions_new) == (2, 3)
    assert (again.contacts_new, again.contacts_known) == (0, 2)
    assert (again.interactions_new, again.interactions_known, again.identities_new) == (0, 3, 0)


def test_records_twice_in_one_export_are_one(store, act, bring):
    told = act("ada", "in")
    view = bring([told, told])
    assert (view.interactions_new, view.interactions_known) == (1, 0)


def test_a_newer_export_with_an_edited_text_shows_the_edit(store, act, bring):
    bring([act("ada", "in", key="1", text="first words")])
    view = bring([act("ada", "in", key="1", text="second words"), act("ada", "out", key="2")])
    assert (view.interactions_new, view.interactions_known) == (1, 1)
    hits = store.read(searching.search, "second").hits
    assert [hit.interaction.text for hit in hits] == ["second words"]
    assert store.read(searching.search, "first").hits == ()


def test_an_older_export_after_a_newer_one_does_not_bring_old_words_back(store, act, bring):
    bring([act("ada", "in", key="1", text="new"), act("ada", "in", key="9", days_ago=0)])
    bring([act("ada", "in", key="1", text="old", days_ago=5)])
    kept = store.read(contacts.show, 1).interactions
    assert "old" not in [one.text for one in kept]


def test_undoing_a_run_takes_what_it_alone_brought(store, act, bring):
    old = bring([act("ada", "in", key="1", days_ago=9), act("bo", "in", key="2", days_ago=8)])
    bring([act("ada", "in", key="1", days_ago=9), act("cy", "in", key="3")])
    undone = store.write(importing.undo_run, old.run)
    assert (undone.interactions, undone.kept) == (1, 1)
    assert names(store) == ["Ada", "Cy"]
    assert store.read(contacts.show, 1).interactions[0].run == 2


def test_undoing_both_runs_leaves_nothing(store, act, bring):
    told = [act("ada", "in", key="1"), PostRecord("x", "p1", None, "a post")]
    runs = [bring(told).run, bring(told).run]
    for run in runs:
        store.write(importing.undo_run, run)
    assert names(store) == []
    counts = store.read(
        lambda work: [
            work.connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()
            for table in ("identity", "interaction", "post", "relationship")
        ]
    )
    assert counts == [0, 0, 0, 0]


def test_undoing_a_run_keeps_a_contact_that_the_user_has_edited(store, act, bring):
    run = bring([act("ada", "in"), act("bo", "in")]).run
    ada = store.read(contacts.find, "ada")
    store.write(editing.edit, [ada], editing.Edits(circle="inner"))
    store.write(importing.undo_run, run)
    assert names(store) == ["Ada"]
    assert store.read(contacts.show, ada).contact.identities


def test_undo_takes_an_import_back_like_any_other_change(store, act, bring, tmp_path):
    card = tmp_path / "ada.vcf"
    card.write_text("BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nEND:VCARD\n")
    [found] = importing.recognise([card])
    importing.run_import(store, found)
    assert store.write(undoing.undo).what == "imported ada.vcf (vCard)" or names(store) == []
    assert names(store) == []


def test_a_dry_run_reports_and_writes_nothing(store, tmp_path):
    card = tmp_path / "ada.vcf"
    card.write_text("BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nEMAIL:ada@example.org\nEND:VCARD\n")
    [found] = importing.recognise([card])
    view = importing.run_import(store, found, dry_run=True)
    assert (view.run, view.contacts_new) == (None, 1)
    assert names(store) == []
    assert store.read(importing.runs) == []


def test_an_import_that_is_stopped_leaves_nothing(store, tmp_path):
    cards = "".join(f"BEGIN:VCARD\nVERSION:3.0\nFN:Person {n}\nEND:VCARD\n" for n in range(6000))
    (tmp_path / "all.vcf").write_text(cards)
    [found] = importing.recognise([tmp_path / "all.vcf"])
    with pytest.raises(importing.Cancelled):
        importing.run_import(store, found, cancelled=lambda: True)
    assert names(store) == []


def test_a_text_said_to_very_many_at_once_is_kept_with_the_first_of_them(store, act, bring):
    long = "kiln " * 20_000
    told = [act(f"person{number}", "out", key=f"x:{number}", text=long) for number in range(30)]
    again = act("ada", "out", key="x:again", text="".join(long))  # said once more, on its own
    view = bring([*told, act("ada", "in", key="x:between"), again])
    assert view.interactions_new == 32
    hits = store.read(searching.search, "kiln", 100).hits
    assert len(hits) == 1_000_000 // len(long) + 1 + 1
    assert bring([*told, again]).interactions_known == 31


@pytest.mark.parametrize(
    ("error", "said"),
    [(MemoryError, "all.vcf needs more memory than there is"), (KeyError, "stumbled over all.vcf: KeyError")],
)
def test_whatever_happens_in_an_importer_is_one_error_in_words(error, said, store, tmp_path, monkeypatch):
    (tmp_path / "all.vcf").write_text("BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nEND:VCARD\n")
    [found] = importing.recognise([tmp_path / "all.vcf"])
    importer = importing.load("vcard")

    def extract(export, owner):
        yield ContactRecord((), "Ada")
        raise error("secret words")

    monkeypatch.setattr(importer, "extract", extract)
    monkeypatch.setattr(importing, "load", lambda _: importer)
    with pytest.raises(ExportError, match=said) as caught:
        importing.run_import(store, found)
    assert "nothing was imported" in caught.value.hint
    assert "secret" not in str(caught.value)
    assert names(store) == []


def test_a_failure_while_writing_leaves_nothing(store, act, bring, monkeypatch):
    bring([act("ada", "in", key="1")])
    insert = bulk.insert_new

    def fail_on_interactions(connection, table, columns, rows):
        if table.name == "interaction" and rows:
            raise MemoryError
        return insert(connection, table, columns, rows)

    monkeypatch.setattr(bulk, "insert_new", fail_on_interactions)
    with pytest.raises(MemoryError):
        bring([act("bo", "in", key="2")])
    monkeypatch.undo()
    assert names(store) == ["Ada"]
    assert all(finding.ok for finding in store_findings(store))


def store_findings(store):
    return [one for one in doctor.examine(store) if one.name in ("integrity", "relationships", "search")]


def test_an_id_without_a_handle_is_named_as_soon_as_any_import_can(store, act, bring):
    nameless = act("ada", "in", key="1")._replace(who=IdentityRef("x", external_id="501"))
    bring([nameless])
    assert names(store) == ["X 501"]
    named = act("ada", "in", key="2")._replace(who=IdentityRef("x", "ada", "501", "Ada Byron"))
    view = bring([named])
    assert view.contacts_new == 0
    assert names(store) == ["Ada Byron"]
    assert store.read(contacts.find, "x:ada") == 1


def test_a_handle_that_changed_hands_is_another_contact(store, act, bring):
    bring([act("ada", "in", key="1")._replace(who=IdentityRef("x", "ada", "501", "Ada"))])
    view = bring([act("ada", "in", key="2")._replace(who=IdentityRef("x", "ada", "999", "Other Ada"))])
    assert view.contacts_new == 1


def test_a_contact_added_by_handle_meets_its_id_in_the_first_import(store, act, bring):
    key = store.write(editing.add, "Ada Byron", ["x:@Ada"])
    bring([act("ada", "in", key="1")._replace(who=IdentityRef("x", "ada", "501", "ada ✨"))])
    detail = store.read(contacts.show, key)
    assert detail.contact.name == "Ada Byron"
    assert detail.contact.identities[0].external_id == "501"
    assert len(detail.interactions) == 1


def test_equal_names_alone_never_attach(store, act, bring):
    bring([act("ada", "in", key="1")._replace(who=IdentityRef("x", "ada1", "1", "Anna Schmidt"))])
    view = bring([act("ada", "in", key="2")._replace(who=IdentityRef("x", "ada2", "2", "Anna Schmidt"))])
    assert view.contacts_new == 1


def family(name: str, uid: str) -> ContactRecord:
    return ContactRecord(
        (IdentityRef("addressbook", external_id=uid), IdentityRef("email", "home@example.org")), name=name
    )


def test_two_cards_that_share_an_address_stay_two_contacts_also_the_second_time(store, bring):
    told = [family("Ada Byron", "u1"), family("Bo Byron", "u2")]
    assert bring(told, importer="vcard").contacts_new == 2
    again = bring(told, importer="vcard")
    assert (again.contacts_new, again.contacts_known) == (0, 2)
    assert names(store) == ["Ada Byron", "Bo Byron"]


def test_the_same_person_in_another_address_book_is_met_by_the_address(store, bring):
    bring([family("Ada Byron", "u1")], importer="vcard")
    again = bring([family("Ada B.", "other-book-7")], importer="vcard")
    assert (again.contacts_new, again.identities_new) == (0, 1)


def test_a_card_fills_what_is_missing_and_leaves_what_is_there(store, bring):
    key = store.write(editing.add, "Ada", ["home@example.org"])
    store.write(editing.edit, [key], editing.Edits(title="Countess"))
    card = family("Ada Byron", "u1")._replace(
        title="Analyst", organisation="Engines", birthday=PartialDate(12, 10, 1815), tags=("maths", "maths")
    )
    bring([card], importer="vcard")
    detail = store.read(contacts.show, key)
    assert (detail.contact.name, detail.title) == ("Ada", "Countess")
    assert (detail.contact.organisation, detail.birthday) == ("Engines", PartialDate(12, 10, 1815))
    assert detail.contact.tags == ("maths",)


def test_your_own_identities_are_never_contacts(store, act, bring):
    bring([act("me", "in", key="1")])
    view = bring([SelfRecord((IdentityRef("x", "me"),), "Me"), act("me", "out", key="2")])
    assert names(store) == []
    assert [one.handle for one in store.read(identities.me)] == ["me"]
    assert ("between your own identities", 1) in view.left


def test_times_that_cannot_be_true_become_unknown_and_are_reported(store, act, bring):
    view = bring([act("ada", "in", key="1", days_ago=-30), act("ada", "in", key="2", days_ago=20_000)])
    assert len(view.problems) == 2
    assert all(one.at is None for one in store.read(contacts.show, 1).interactions)


def test_problems_and_what_was_left_out_are_kept_with_the_run(store, act, bring):
    bring([act("ada", "in"), Problem("a.js[3]", "no date"), Left("newsletters", 12)])
    [run] = store.read(importing.runs)
    assert run.problems == (Problem("a.js[3]", "no date"),)
    assert run.left == (("newsletters", 12),)


def test_the_period_is_what_the_export_says_else_its_first_and_last_act(store, act, bring):
    view = bring([act("ada", "in", days_ago=5), act("ada", "in", days_ago=2)])
    assert (store.now() - view.since).days == 5
    assert (store.now() - view.until).days == 2
    stated = bring([act("ada", "in", days_ago=1), CoverageRecord("x", 0, 1_780_000_000_000_000)])
    assert stated.until.timestamp() == 1_780_000_000


def test_an_act_without_an_addressee_is_kept_without_a_contact(store, act, bring):
    view = bring([act("ada", "out", key="1")._replace(who=None)])
    assert (view.interactions_new, view.contacts_new) == (1, 0)


def test_text_that_no_database_can_hold_is_made_storable(store, act, bring):
    bring([act("ada", "in", key="1", text="a\0b\ud83d")])
    assert store.read(contacts.show, 1).interactions[0].text == "ab\ufffd"


def test_nul_in_ids_addresses_and_labels_is_left_out_and_what_was_kept_is_known_again(store, act, bring):
    who = IdentityRef("x", "a\0da", external_id="7\0", name="A\0da", url="https://x.com/\0a", label="\0work")
    told = [
        SelfRecord((IdentityRef("x", "m\0e", external_id="1\0"),)),
        ContactRecord((who,), name="A\0da", organisation="\0", tags=("zi\0nes",)),
        act("ada", key="k\0")._replace(who=who, thread="t\0", url="https://x.com/\0b"),
        PostRecord("x", "p\0", None, "a\0b", "t\0", "https://x.com/\0c"),
        Left("dra\0fts", 1),
        Problem("a\0.csv", "odd\0", "\0"),
    ]
    first, again = bring(told), bring(told)
    assert (first.contacts_new, first.interactions_new, first.posts_new) == (1, 1, 1)
    assert (again.contacts_new, again.interactions_new, again.posts_new) == (0, 0, 0)
    assert "\0" not in repr(store.read(contacts.show, 1))
    kept = store.read(lambda work: work.connection.execute(select(identity)).all())
    [named] = [row for row in kept if row.handle == "ada"]
    assert {"7", "Ada", "https://x.com/a", "work"} <= set(named)


def test_an_unknown_file_says_what_was_looked_for(tmp_path):
    (tmp_path / "notes.txt").write_text("nothing in particular")
    [found] = importing.recognise([tmp_path / "notes.txt"])
    assert found.importer is None
    assert "no export that crm knows" in (found.error or "")
    assert "README" in (found.hint or "")


def test_a_missing_path_is_an_error_that_names_it(tmp_path):
    [found] = importing.recognise([tmp_path / "gone.zip"])
    assert "gone.zip" in (found.error or "")


def test_a_recognised_export_with_nothing_readable_is_no_success(store, tmp_path):
    box = tmp_path / "data"
    box.mkdir()
    (box / "tweets.js").write_text("window.YTD.tweets.part0 = [ ]")
    [found] = importing.recognise([box])
    if found.importer is not None:
        with pytest.raises(ExportError):
            importing.run_import(store, found, stated="ada")


def mail(path: Path) -> None:
    box = mailbox.mbox(path)
    message = EmailMessage()
    message["From"], message["To"] = "Ada <ada@example.org>", "me@example.org"
    message["Date"], message["Message-ID"] = "Mon, 01 Jun 2026 08:00:00 +0000", "<1@example.org>"
    message["Delivered-To"] = "me@example.org"
    message.set_content("hello")
    box.add(message)
    box.close()


def test_a_folder_of_downloads_is_several_exports(tmp_path):
    mail(tmp_path / "inbox.mbox")
    (tmp_path / "people.vcf").write_text("BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nEND:VCARD\n")
    with zipfile.ZipFile(tmp_path / "more.zip", "w") as archive:
        archive.writestr("cards/bo.vcf", "BEGIN:VCARD\nVERSION:3.0\nFN:Bo\nEND:VCARD\n")
    found = importing.recognise([tmp_path])
    assert sorted(one.importer for one in found if one.importer) == ["mail", "vcard", "vcard"]


def test_parts_of_one_export_are_imported_together(tmp_path):
    for part in (1, 2):
        with zipfile.ZipFile(tmp_path / f"cards-part{part}.zip", "w") as archive:
            archive.writestr(f"{part}.vcf", f"BEGIN:VCARD\nVERSION:3.0\nFN:Person {part}\nEND:VCARD\n")
    [found] = importing.recognise([tmp_path / "cards-part1.zip", tmp_path / "cards-part2.zip"])
    assert len(found.paths) == 2


def test_ids_of_records_passed_over_do_not_tie_a_later_import_to_an_earlier_one(store, act, bring):
    one, other = act("ada", "in", key="1"), act("bo", "in", key="2", days_ago=1)
    with Spool() as spool:  # the same record in two batches of one export
        for part in ([one], [one]):
            spool.fill(part, lambda _: None, lambda: False)
        store.write(importing.write_run, "x", "export.zip", spool)
    later = bring([other])
    assert store.write(importing.undo_run, later.run).interactions == 1


def test_notices_of_single_acts_are_no_coverage_of_a_platform(store, act, bring):
    bring([act("ada", "in", days_ago=400, key="old")])
    bring([act("ada", "in", days_ago=1, key="notice"), CoverageRecord("x", None, None)])
    until = store.read(coverage.covered_until)["x"]
    assert store.now() - until > timedelta(days=300)


def test_parts_are_told_from_exports_by_the_names_that_platforms_give_them(tmp_path):
    fixtures = Path(__file__).parents[1] / "exports"
    for number in (1, 2):
        zipped(fixtures / "flickr" / "full", tmp_path / f"data-download-{number}.zip")
    for random in ("AbCd1234", "Wx9Yz0Qr"):
        zipped(fixtures / "facebook" / "2024", tmp_path / f"facebook-mira-2024-05-01-{random}.zip")
    found = {one.importer: len(one.paths) for one in importing.recognise([tmp_path])}
    assert found == {"flickr": 2, "facebook": 2}


def test_an_unpacked_export_that_holds_an_archive_of_its_own_is_one(tmp_path):
    source = Path(__file__).parents[1] / "exports" / "tumblr" / "blog-2019"
    shutil.copytree(source, tmp_path / "blog")
    posts = tmp_path / "blog" / "posts"
    if posts.is_dir():
        zipped(posts, tmp_path / "blog" / "posts.zip")
        shutil.rmtree(posts)
    [one] = importing.recognise([tmp_path / "blog"])
    assert (one.importer, one.paths) == ("tumblr", (str(tmp_path / "blog"),))


def zipped(folder: Path, target: Path) -> None:
    with zipfile.ZipFile(target, "w") as archive:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            archive.write(file, file.relative_to(folder).as_posix())
