"""Everything out as JSON and into an empty database: the same rows, or a sentence and nothing at all."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import MetaData, Table, select

from crm.db import engine, generation, migrate, whole
from crm.db.store import Store
from crm.db.tables import contact, metadata, setting
from crm.domain.cadence import Rules
from crm.domain.errors import ConflictError, ExportError
from crm.domain.records import ContactRecord, CoverageRecord, IdentityRef, PartialDate, PostRecord, SelfRecord
from crm.domain.schedule import Schedule
from crm.exporters import json as json_form
from crm.services import (
    contacts,
    doctor,
    editing,
    exporting,
    forgetting,
    identities,
    importing,
    interactions,
    merging,
    notifying,
    searching,
    today,
    undoing,
)
from crm.services.contacts import ContactQuery
from crm.services.spooling import Cancelled

EVERYBODY = ContactQuery(archived=None)
CARDS = """\
BEGIN:VCARD
VERSION:3.0
UID:dee-1
FN:Dee Park
N:Park;Dee;;;
EMAIL:dee@example.org
BDAY:--0229
CATEGORIES:Zine fair,Friends
PHOTO;ENCODING=b;TYPE=JPEG:/9j/
END:VCARD
BEGIN:VCARD
VERSION:3.0
NOTE:nobody at all
END:VCARD
"""


@pytest.fixture
def lived_in(store, clock, bring, act, tmp_path):
    """Return a store in which there is something of everything."""
    told = [
        act("ada", "in", days_ago=2),
        act("ada", "out", days_ago=1, text="half \U0001f33b, \x1b[2J"),
        act("bo", "in"),
    ]
    bring(
        [
            SelfRecord((IdentityRef("x", "me", "100", "Me"),), "Me"),
            ContactRecord(
                (IdentityRef("linkedin", "cy", name="Cy Ono"),), "Cy Ono", birthday=PartialDate(5, 5)
            ),
            *told,
            PostRecord("x", "p1", 1_700_000_000_000_000, "a post"),
            CoverageRecord("x", 1, 2),
        ]
    )
    book = tmp_path / "book.vcf"
    book.write_text(CARDS.replace("\n", "\r\n"))
    [recognised] = importing.recognise([book])
    importing.run_import(store, recognised)
    bring(told, path="again.zip")
    ada, bo = (store.read(contacts.find, name) for name in ("ada", "bo"))
    clock.forward(days=3)
    store.write(
        editing.edit,
        [ada],
        editing.Edits(
            name="Ada Lovelace",
            circle="inner",
            floor="boost",
            add_tags=("friend", "ö"),
            birthday=PartialDate(12, 10, 1815),
        ),
    )
    store.write(
        editing.edit, [bo], editing.Edits(cadence_days=0, archived=True, add_handles=("+49 170 1234567",))
    )
    store.write(editing.note, ada, "Throws *porcelain*.\n\nTwice.")
    store.write(editing.done, ada) if store.read(contacts.show, ada).contact.owed else None
    store.write(interactions.log, ada, "a call", direction="mutual", platform="phone")
    dee = store.read(contacts.find, "Dee")
    store.write(editing.snooze, dee, clock.moment + timedelta(days=9))
    store.write(editing.mute, dee)
    store.write(identities.add_me, "me@example.org")
    store.write(editing.add, "Nobody yet")
    store.write(undoing.undo)
    bring([act(name, "in", key=name) for name in ("fay", "gil", "hal", "ivo")], path="more.zip")
    fay, gil, hal, ivo = (store.read(contacts.find, name) for name in ("fay", "gil", "hal", "ivo"))
    store.write(merging.merge, fay, gil)
    store.write(merging.refuse, fay, hal)
    forgetting.forget(store, ivo)
    box = notifying.Channel("box", lambda _: None, lambda digest: (digest.title, digest.text))
    notifying.deliver(store, [box], Schedule())
    store.write(editing.delete, store.read(contacts.find, "Cy"))
    return store


@pytest.fixture
def empty(tmp_path, clock):
    opened = Store.open(tmp_path / "other" / "crm.db", rules=Rules(zone=UTC), now=clock)
    yield opened
    opened.close()


def exported(store: Store, folder: Path) -> Path:
    target = folder / "everything.json"
    exporting.to_file(store, "json", target)
    return target


def restore(store: Store, file: Path, **how: Any):
    [recognised] = importing.recognise([file])
    return importing.run_import(store, recognised, **how)


def _key(table: Table) -> str:
    return ", ".join(column.name for column in table.primary_key)


def rows(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table, as the database has it."""
    return store.read(
        lambda work: {
            name: [
                tuple(row)
                for row in work.connection.exec_driver_sql(f'SELECT * FROM "{name}" ORDER BY {_key(table)}')
            ]
            for name, table in metadata.tables.items()
        }
    )


def test_a_restored_database_holds_the_same_rows_in_every_table(lived_in, empty, tmp_path):
    view = restore(empty, exported(lived_in, tmp_path))
    # how far a rhythm holds is noted when it is computed, which the original did three days earlier
    lived_in.write(doctor.repair_state)
    before, after = rows(lived_in), rows(empty)
    for name in metadata.tables:
        assert after[name] == before[name], name
    without = {name for name, found in before.items() if not found}
    assert without <= {"setting"}, "nothing of these was tested"
    assert (view.run, view.restored, view.is_in) == (None, True, True)
    assert view.contacts_new == len(before["contact"])


def test_what_is_shown_is_the_same_too(lived_in, empty, tmp_path):
    restore(empty, exported(lived_in, tmp_path))
    assert empty.read(contacts.list_contacts, EVERYBODY) == lived_in.read(contacts.list_contacts, EVERYBODY)
    assert empty.read(today.today) == lived_in.read(today.today)
    assert empty.read(importing.runs) == lived_in.read(importing.runs)
    assert [hit.name for hit in empty.read(searching.search, "half").hits] == ["Ada Lovelace"]
    assert all(finding.ok for finding in doctor.examine(empty) if finding.name != "free space")


def test_what_was_done_before_can_still_be_undone(lived_in, empty, tmp_path):
    restore(empty, exported(lived_in, tmp_path))
    assert "Cy Ono" not in [view.name for view in empty.read(contacts.list_contacts, EVERYBODY)]
    empty.write(undoing.undo)
    assert "Cy Ono" in [view.name for view in empty.read(contacts.list_contacts, EVERYBODY)]
    gone = empty.write(importing.undo_run, 1)
    assert gone.kept > 0


def test_exporting_it_again_gives_the_same_file(lived_in, empty, tmp_path):
    first = exported(lived_in, tmp_path)
    restore(empty, first)
    again = tmp_path / "again.json"
    exporting.to_file(empty, "json", again)
    assert again.read_bytes() == first.read_bytes()


@pytest.mark.parametrize("written_by", ["this crm", "an older crm"])
def test_in_which_life_a_database_is_does_not_travel(lived_in, empty, tmp_path, monkeypatch, written_by):
    """Whoever has the other database open would be told that it was restored, and could change nothing."""
    lived_in.write(
        lambda work: work.connection.execute(setting.insert().values(name=generation.NAME, value="abc"))
    )
    with monkeypatch.context() as patched:
        if written_by == "an older crm":
            patched.setattr(whole, "DERIVED_SETTINGS", frozenset(("rules",)))
        file = exported(lived_in, tmp_path)
    assert (b'"generation"' in file.read_bytes()) == (written_by == "an older crm")
    restore(empty, file)
    empty.write(editing.add, "Fay Holt")
    assert empty.read(lambda work: generation.of(work.connection)) is None


def test_the_file_is_json_that_any_program_reads(lived_in, tmp_path):
    header, *found = json.loads(exported(lived_in, tmp_path).read_text("utf-8"))
    assert header["crm"] == "export"
    assert header["version"] == 1
    counted = {name: sum(row["crm"] == name for row in found) for name in header["rows"]}
    assert counted == header["rows"]
    ada = next(row for row in found if row["crm"] == "contact" and row["name"] == "Ada Lovelace")
    assert ada["birthday"] == "1815-12-10"
    assert ada["circle"] == "inner"
    assert isinstance(ada["created_at"], int)
    assert "search" not in ada


def test_every_table_and_column_travels_or_is_computed_again():
    travelling = whole.shapes("crm")
    assert set(metadata.tables) - set(travelling) == {"relationship", "tally", "dialogue"}
    left_out = {
        (table.name, column.name)
        for table in metadata.tables.values()
        if table.name in travelling
        for column in table.columns
        if column.name not in travelling[table.name].names
    }
    assert left_out == {("contact", "search")}


NASTY = [
    '"},\n{"crm":"contact","id":1,"name":"x"}',
    "]\n]}{[",
    "\\",
    '\\"',
    "\u2028\u2029\x7f\x85\x01\x1f",
    "\U0001f469\u200d\U0001f467 \ufffe \ufeff",
    "\r\n\r lone \r",
    "x" * 3_000_000,
]


def test_no_text_is_taken_for_a_part_of_the_file(store, empty, bring, act, tmp_path):
    bring([act("ada", "in", key=f"{n}", text=text, days_ago=n) for n, text in enumerate(NASTY)])
    store.write(editing.edit, [1], editing.Edits(notes="".join(NASTY[:7]), add_tags=tuple(NASTY[:4])))
    restore(empty, exported(store, tmp_path))
    assert rows(empty) == rows(store)


@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), max_size=4))
def test_any_row_that_a_database_can_hold_comes_back_as_it_was(texts):
    shape = whole.shapes("crm")["interaction"]
    text, thread, url, key = [*texts, "", "", "", ""][:4]
    row = (7, "x", key, "day", 1, "in", "message", 0, None, -1, text or None, thread, url, None)
    data = b"".join(json_form.array(json_form.header("1", "", {}), [[shape.outward(row)]]))
    [_, raw] = msgspec.json.decode(data, type=list[msgspec.Raw])
    assert shape.inward(msgspec.json.decode(raw, type=shape.struct)) == row


def test_an_empty_database_is_exported_and_restored(store, empty, tmp_path):
    view = restore(empty, exported(store, tmp_path))
    assert view.contacts_new == 0
    assert rows(empty) == rows(store)


def test_a_database_that_holds_something_is_not_touched(lived_in, store, tmp_path):
    file = exported(lived_in, tmp_path)
    before = rows(lived_in)
    with pytest.raises(ConflictError, match=r"not empty \(5 contacts, .*interactions") as caught:
        restore(lived_in, file)
    assert "--db" in (caught.value.hint or "")
    assert rows(lived_in) == before


def test_a_dry_run_says_what_would_come_back_and_writes_nothing(lived_in, empty, tmp_path):
    before = rows(empty)
    view = restore(empty, exported(lived_in, tmp_path), dry_run=True)
    assert (view.contacts_new, view.is_in) == (5, False)
    assert rows(empty) == before


def test_stopping_leaves_the_database_empty(lived_in, empty, tmp_path):
    before = rows(empty)
    with pytest.raises(Cancelled):
        restore(empty, exported(lived_in, tmp_path), cancelled=lambda: True)
    assert rows(empty) == before


def test_it_is_recognised_in_a_zip_and_after_another_program_has_laid_it_out_anew(lived_in, empty, tmp_path):
    file = exported(lived_in, tmp_path)
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")), indent=4), "utf-8-sig")
    with zipfile.ZipFile(tmp_path / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(file, "folder/everything.json")
    restore(empty, tmp_path / "all.zip")
    lived_in.write(doctor.repair_state)
    assert rows(empty) == rows(lived_in)


DAMAGED = [
    ("newer", lambda found: found[0].update(version=2), "written by a newer crm"),
    ("schema", lambda found: found[0].update(schema="9999"), "written by a newer crm"),
    ("header", lambda found: found[0].pop("version"), "of which version"),
    ("table", lambda found: found[1].update(crm="person"), "person"),
    ("column", lambda found: found[1].update(shoe_size=42), "shoe_size"),
    ("type", lambda found: found[1].update(name=7), "name"),
    ("missing", lambda found: found[1].pop("name"), "name"),
    ("large", lambda found: found[1].update(created_at=2**63), "created_at"),
    ("day", lambda found: found[1].update(birthday="31 February"), "not a day"),
    ("lost", lambda found: found.pop(), "instead of"),
    ("twice", lambda found: found.append(found[-1]), "contradict"),
    ("second", lambda found: found.append(found[0]), "second export"),
    ("no row", lambda found: found.append("x"), "element"),
]


@pytest.mark.parametrize(
    ("change", "said"), [each[1:] for each in DAMAGED], ids=[each[0] for each in DAMAGED]
)
def test_what_makes_no_sense_is_refused_as_a_whole(change, said, lived_in, empty, tmp_path):
    file = exported(lived_in, tmp_path)
    found = json.loads(file.read_text("utf-8"))
    change(found)
    file.write_text(json.dumps(found), "utf-8")
    before = rows(empty)
    with pytest.raises(ExportError, match=said) as caught:
        restore(empty, file)
    assert caught.value.hint
    assert rows(empty) == before


def test_a_nul_character_is_left_out_as_in_every_import(lived_in, empty, tmp_path):
    file = exported(lived_in, tmp_path)
    found = json.loads(file.read_text("utf-8"))
    found[1].update(name="a\0b")
    file.write_text(json.dumps(found), "utf-8")
    restore(empty, file)
    names = empty.read(lambda work: work.connection.execute(select(contact.c.name)).scalars().all())
    assert "ab" in names


def test_a_row_whose_owner_is_missing_is_refused(lived_in, empty, tmp_path):
    file = exported(lived_in, tmp_path)
    found = json.loads(file.read_text("utf-8"))
    act = next(row for row in found if row["crm"] == "interaction")
    act["identity_id"] = 4711
    file.write_text(json.dumps(found), "utf-8")
    before = rows(empty)
    with pytest.raises(
        ExportError, match="a row of interaction belongs to a row of identity that is missing"
    ):
        restore(empty, file)
    assert rows(empty) == before


def test_rows_in_another_order_are_the_same_database(lived_in, empty, tmp_path):
    file = exported(lived_in, tmp_path)
    header, *found = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps([header, *reversed(found)]), "utf-8")
    restore(empty, file)
    lived_in.write(doctor.repair_state)
    assert rows(empty) == rows(lived_in)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_file_that_was_cut_off_is_refused(share, lived_in, empty, tmp_path):
    file = exported(lived_in, tmp_path)
    data = file.read_bytes()
    file.write_bytes(data[: int(len(data) * share)])
    before = rows(empty)
    with pytest.raises(ExportError):
        restore(empty, file)
    assert rows(empty) == before


RELEASED = sorted((Path(__file__).parents[1] / "databases").glob("*.db"))


@pytest.mark.sqlite(reason="compares with files of older programs")
@pytest.mark.parametrize("old", RELEASED, ids=lambda file: file.stem)
def test_an_export_of_an_older_program_comes_back_as_the_upgraded_database(old, empty, tmp_path, clock):
    file = tmp_path / "old.json"
    file.write_bytes(b"".join(as_exported_then(old)))
    view = restore(empty, file)
    assert view.contacts_new > 0
    upgraded = tmp_path / "upgraded.db"
    shutil.copy(old, upgraded)
    upgraded.chmod(0o600)
    store = Store.open(upgraded, rules=Rules(zone=UTC), now=clock)
    store.write(doctor.repair_state)
    assert rows(empty) == rows(store)
    store.close()
    assert {entry.name for entry in empty.path.parent.iterdir()} <= {"crm.db", "crm.db-wal", "crm.db-shm"}


def as_exported_then(old: Path) -> Iterator[bytes]:
    """Yield what the program of that time would have exported."""
    opened = engine.create(engine.url_of(old))
    with opened.connect() as connection:
        found = MetaData()
        found.reflect(connection, only=whole._tables_of(connection))
        shapes = whole._shapes(found, "crm").values()
        schema = migrate.revision(connection)
        yield from json_form.array(
            json_form.header(schema, "2026-06-01T09:00:00Z", whole.counts(connection, shapes)),
            (batch for shape in shapes for batch in whole.batches(connection, shape)),
        )
    opened.dispose()


def test_a_schema_that_never_was_is_refused(lived_in, empty, tmp_path):
    file = exported(lived_in, tmp_path)
    file.write_bytes(file.read_bytes().replace(migrate.head().encode(), b"0000", 1))
    with pytest.raises(ExportError, match="there never was a schema '0000'"):
        restore(empty, file)


def test_among_downloads_it_is_left_alone_until_it_is_named(lived_in, empty, tmp_path):
    folder = tmp_path / "Downloads"
    folder.mkdir()
    exported(lived_in, folder)
    (folder / "book.vcf").write_text(CARDS)
    (folder / "notes.pdf").write_bytes(b"%PDF-1.7")
    found = {Path(one.paths[0]).name: one for one in importing.recognise([folder])}
    assert found["book.vcf"].importer == "vcard"
    assert found["notes.pdf"].importer is None
    assert importing.run_import(empty, found["book.vcf"], dry_run=True).contacts_new == 1
    assert found["everything.json"].importer is None
    assert found["everything.json"].hint == "name the file itself to restore it"
    [named] = importing.recognise([folder / "everything.json"])
    assert named.importer == "crm"
    (folder / "book.vcf").unlink()
    (folder / "notes.pdf").unlink()
    [alone] = importing.recognise([folder])
    assert importing.run_import(empty, alone).restored
