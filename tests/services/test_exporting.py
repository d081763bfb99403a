"""What leaves the program: whole, of one moment, and read again as what it was."""

from __future__ import annotations

import csv
import errno
import os
from datetime import date, datetime, timedelta
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
import vobject
from dateutil.rrule import rrulestr

from crm.db.store import Store
from crm.domain.errors import ExportError, NotFoundError
from crm.domain.handles import normalise, profile_url
from crm.domain.records import ContactRecord, IdentityRef, PartialDate
from crm.exporters import files
from crm.exporters import vcard as vcard_form
from crm.exporters.vcard_check import Disagreement
from crm.services import contacts, editing, exporting, identities, importing, interactions
from crm.services.contacts import ContactQuery
from crm.services.exporting import Options
from crm.services.outgoing import people
from crm.services.spooling import Cancelled

EVERYBODY = ContactQuery(archived=None)

BOOK = """\
BEGIN:VCARD
VERSION:3.0
UID:ada-1
REV:2020-01-01T00:00:00Z
FN:Ada Byron
N:Byron;Ada;;;
item1.TEL:+49 170 1234567
item1.X-ABLabel:Grandma's
EMAIL;TYPE=HOME:home@example.org
EMAIL;TYPE=WORK:ada@example.org
X-SOCIALPROFILE;TYPE=mastodon:https://social.example/@ada
NOTE:Throws porcelain\\, mostly
CATEGORIES:zine,Friends
PHOTO;ENCODING=b;TYPE=JPEG:/9j/
X-KEPT;A=b:1\\;2
END:VCARD
BEGIN:VCARD
VERSION:2.1
N;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:L=C3=B8nd;Bo
EMAIL;HOME:home@example.org
TEL;CELL:0170 765
BDAY:--0229
END:VCARD
"""


def bring_book(store, tmp_path: Path, text: str = BOOK) -> None:
    file = tmp_path / "book.vcf"
    file.write_text(text, "utf-8", newline="\r\n")
    [recognised] = importing.recognise([file])
    importing.run_import(store, recognised)


def find(store, name: str) -> int:
    return store.read(contacts.find, name)


def edit(store, who: str, **changes: Any) -> None:
    store.write(editing.edit, [find(store, who)], editing.Edits(**changes))


def out(store, tmp_path: Path, form: str = "vcard", **how: Any) -> str:
    target = tmp_path / "out"
    options = {key: how.pop(key) for key in list(how) if key in Options.__dataclass_fields__}
    exporting.to_file(store, form, target, options=Options(**options), **how)
    return target.read_bytes().decode("utf-8")


def cards(text: str) -> dict[str, list[str]]:
    """Return the unfolded lines of each card, by its FN."""
    found = [part.split("\r\n") for part in text.replace("\r\n ", "").split("BEGIN:VCARD\r\n")[1:]]
    return {next(line[3:] for line in lines if line.startswith("FN:")): lines for lines in found}


def facts(store) -> list[tuple[Any, ...]]:
    """Return everything about everybody, but for ids."""
    ids = store.read(contacts.list_ids, EVERYBODY)
    return sorted(
        (
            person.name,
            person.nickname or "",
            person.organisation or "",
            person.title or "",
            person.birthday or (),
            person.anniversary or (),
            person.notes,
            person.tags,
            sorted(map(account, person.identities)),
        )
        for person in store.read(lambda work: list(people(work, ids)))
    )


def account(ref: IdentityRef) -> tuple[str, ...]:
    url = ref.url or profile_url(ref.platform, ref.handle, ref.external_id)
    return tuple(part or "" for part in (*ref._replace(url=url),))


# vCard


def test_cards_leave_with_every_line_they_came_with(store, tmp_path):
    bring_book(store, tmp_path)
    ada, bo = cards(out(store, tmp_path)).values()
    assert ada == [*BOOK.split("BEGIN:VCARD\n")[1].splitlines()[:13], "X-KEPT;A=b:1\\;2", "END:VCARD", ""]
    assert bo[:5] == [
        "VERSION:3.0",
        "FN:Bo Lønd",
        "N:Lønd;Bo",
        "EMAIL;TYPE=HOME:home@example.org",
        "TEL;TYPE=CELL:0170 765",
    ]


@pytest.mark.parametrize("version", ["3.0", "4.0"])
def test_cards_brought_into_the_same_database_again_change_nothing(version, store, tmp_path):
    bring_book(store, tmp_path)
    store.write(editing.add, "Nameless on no platform")
    store.write(editing.add, "Cy Ono", ["x:cy", "discord:1234", "letter:1 Main St", "cy@example.org"])
    edit(store, "Cy", add_handles=("friendica:cy", "gab:cy"))
    edit(store, "Bo", name="Bo Lind", title="potter", add_tags=("kiln",), notes="likes\nmaps")
    before = facts(store)
    text = out(store, tmp_path, version=version)
    bring_book(store, tmp_path, text.replace("\r\n", "\n"))
    assert facts(store) == before
    again = out(store, tmp_path, version=version)
    assert again == text


def test_what_the_user_changed_is_in_the_card_and_the_rest_as_it_was(store, tmp_path):
    bring_book(store, tmp_path)
    edit(
        store,
        "Ada",
        name="Ada Lovelace",
        nickname="Addie",
        birthday=PartialDate(12, 10),
        add_tags=("kiln",),
        remove_tags=("zine",),
        notes="",
        add_handles=("x:ada", "ada@kiln.example"),
        remove_handles=("+49 170 1234567",),
    )
    lines = cards(out(store, tmp_path))["Ada Lovelace"]
    gone = ("N:Byron", "item1.", "NOTE", "REV")
    assert not [line for line in lines if line.startswith(gone)]
    for line in (
        "UID:ada-1",
        "NICKNAME:Addie",
        "BDAY;X-APPLE-OMIT-YEAR=1604:1604-12-10",
        "CATEGORIES:Friends,kiln",
        "X-SOCIALPROFILE;TYPE=twitter;x-user=ada:https://x.com/ada",
        "EMAIL:ada@kiln.example",
        "PHOTO;ENCODING=b;TYPE=JPEG:/9j/",
        "X-KEPT;A=b:1\\;2",
    ):
        assert line in lines


def test_an_address_that_a_family_shares_stays_in_both_cards(store, tmp_path):
    bring_book(store, tmp_path)
    assert find(store, "home@example.org") == find(store, "Ada")
    ada, bo = cards(out(store, tmp_path)).values()
    assert "EMAIL;TYPE=HOME:home@example.org" in ada
    assert "EMAIL;TYPE=HOME:home@example.org" in bo


def test_an_address_of_the_users_own_stays_in_the_card(store, tmp_path):
    bring_book(store, tmp_path)
    store.write(identities.add_me, "home@example.org")
    assert "EMAIL;TYPE=HOME:home@example.org" in cards(out(store, tmp_path))["Ada Byron"]


def test_a_name_from_elsewhere_does_not_replace_that_of_the_card(store, bring, tmp_path):
    bring(
        [
            ContactRecord(
                (IdentityRef("linkedin", "ada"), IdentityRef("email", "ada@example.org")),
                "Ada B.",
                title="Countess",
            )
        ]
    )
    bring_book(store, tmp_path)
    lines = cards(out(store, tmp_path))["Ada Byron"]
    assert "N:Byron;Ada;;;" in lines
    assert "TITLE:Countess" in lines


def test_contacts_from_elsewhere_become_cards_with_a_uid_that_stays(store, bring, act, tmp_path):
    bring(
        [
            act("ada", "in"),
            ContactRecord((IdentityRef("linkedin", "bo"),), "Bo Lind", organisation="Kilns; Co"),
        ]
    )
    first = cards(out(store, tmp_path))
    assert "X-SOCIALPROFILE;TYPE=twitter;x-user=ada;x-displayname=Ada:https://x.com/ada" in first["Ada"]
    assert "ORG:Kilns\\; Co" in first["Bo Lind"]
    uids = [line for lines in first.values() for line in lines if line.startswith("UID:urn:uuid:")]
    assert len(set(uids)) == 2
    edit(store, "Ada", name="Ada Lovelace")
    assert [
        line for lines in cards(out(store, tmp_path)).values() for line in lines if line.startswith("UID:")
    ] == uids


def test_one_file_per_contact_holds_the_same_cards(store, tmp_path):
    bring_book(store, tmp_path)
    done = exporting.to_folder(store, tmp_path / "each")
    names = sorted(os.fsencode(path.name).decode() for path in (tmp_path / "each").iterdir())
    assert names == ["Ada Byron.vcf", "Bo Lønd.vcf"]
    together = "".join(path.read_bytes().decode() for path in sorted((tmp_path / "each").iterdir()))
    assert together == out(store, tmp_path)
    assert done.counts == {"contacts": 2}


def test_unfolded_cards_have_long_lines(store, tmp_path):
    bring_book(store, tmp_path)
    edit(store, "Ada", notes="x" * 200)
    assert max(len(line) for line in out(store, tmp_path).split("\r\n")) == 75
    assert "NOTE:" + "x" * 200 + "\r\n" in out(store, tmp_path, fold=False)


def test_one_card_in_is_one_card_out_whatever_a_name_holds(store, tmp_path):
    name = "Eve\r\nEND:VCARD\r\nBEGIN:VCARD\r\nFN:Mallory"
    store.write(editing.add, name, ["x:eve"])
    edit(store, "x:eve", organisation="a;b,c\\d\ne", notes="é" * 100 + "\r\nEND:VCARD\r\n")
    text = out(store, tmp_path)
    assert text.count("\r\nBEGIN:VCARD") + text.startswith("BEGIN:VCARD") == 1
    before = facts(store)
    bring_book(store, tmp_path, text.replace("\r\n", "\n"))
    assert facts(store) == before


def test_a_second_reader_who_disagrees_stops_the_export_and_the_older_file_stays(
    store, tmp_path, monkeypatch
):
    bring_book(store, tmp_path)
    target = tmp_path / "friends.vcf"
    target.write_bytes(b"as it was")
    monkeypatch.setattr(
        vcard_form,
        "disagreements",
        lambda _, card: [Disagreement("TEL", "1", "2")] if card.get("BDAY") else [],
    )
    with pytest.raises(ExportError, match=r"Bo Lønd.*TEL"):
        exporting.to_file(store, "vcard", target)
    assert target.read_bytes() == b"as it was"
    with pytest.raises(ExportError, match=r"Bo Lønd.*TEL"):
        exporting.to_folder(store, tmp_path / "each")
    assert not (tmp_path / "each").exists()
    exporting.to_file(store, "vcard", target, only=[find(store, "Ada")])
    assert target.read_bytes() != b"as it was"


# CSV


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines(keepends=True)))


def test_a_table_has_a_line_for_everybody_with_several_values_in_a_cell(store, clock, tmp_path):
    bring_book(store, tmp_path)
    edit(store, "Ada", circle="inner", add_handles=("discord:ada",), notes="one\ntwo")
    clock.forward(days=1)
    store.write(interactions.log, find(store, "Ada"), direction="mutual", kind="call", platform="phone")
    edit(store, "Bo", archived=True, cadence_days=0)
    text = out(store, tmp_path, "csv")
    ada, bo = table(text)
    assert ada["name"] == "Ada Byron"
    assert ada["emails"] == "home@example.org ::: ada@example.org"
    assert ada["phones"] == "+49 170 1234567"
    assert ada["profiles"] == "https://social.example/@ada ::: discord:ada"
    assert ada["tags"] == "Friends ::: zine"
    assert ada["notes"] == "one\ntwo"
    assert (ada["circle"], ada["turn"], ada["archived"]) == ("inner", "even", "")
    assert (ada["last_exchange"], ada["due"]) == ("2026-06-02T09:00:00Z", "2026-06-16T09:00:00Z")
    # a spreadsheet would calculate it: minus minus 2 minus 29
    assert (bo["birthday"], bo["cadence_days"], bo["archived"]) == ("'--02-29", "0", "yes")
    assert text.count("\r\n") == 3


def test_a_table_for_excel_begins_with_its_mark(store, tmp_path):
    store.write(editing.add, "Zoë")
    assert out(store, tmp_path, "csv", excel=True) == "\ufeff" + out(store, tmp_path, "csv")


@pytest.mark.parametrize(
    "name", ['=HYPERLINK("http://evil.example","x")', "+cmd|' /C calc'!A0", "@SUM(1)", "\u200b=1+1", "-1;2"]
)
def test_no_cell_is_a_formula(name, store, tmp_path):
    store.write(editing.add, name, ["x:eve"])
    edit(store, "x:eve", organisation=name, notes=name, add_tags=(name,))
    (row,) = table(out(store, tmp_path, "csv"))
    for cell in ("name", "organisation", "notes"):
        assert row[cell].startswith("'"), cell
        assert row[cell][1:].strip("\u200b") == name.strip("\u200b")


def test_lone_returns_and_quotes_survive_the_table(store, tmp_path):
    store.write(editing.add, 'a "quoted" name, with comma', ["x:eve"])
    edit(store, "x:eve", notes="one\rtwo\r\nthree;four")
    file = tmp_path / "x.csv"
    exporting.to_file(store, "csv", file)
    with file.open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert row["name"] == 'a "quoted" name, with comma'
    assert row["notes"] == "one\rtwo\r\nthree;four"


def test_our_own_table_is_read_again_as_the_same_contacts(store, clock, tmp_path):
    bring_book(store, tmp_path)
    store.write(editing.add, "=1+1", ["x:eve", "eve@example.org", "https://eve.example/"])
    edit(store, "Ada", nickname="Addie", title="potter", add_tags=("one, two",), notes="one\n\n-two")
    edit(store, "Bo", add_handles=("bo@example.org",), anniversary=PartialDate(7, 8, 2001))
    file = tmp_path / "contacts.csv"
    exporting.to_file(store, "csv", file, options=Options(excel=True))
    other = Store.open(tmp_path / "other.db", rules=store.rules, now=clock)
    [recognised] = importing.recognise([file])
    run = importing.run_import(other, recognised)
    assert (run.contacts_new, run.problems) == (3, ())
    before, after = ({fact[0]: fact for fact in facts(each)} for each in (store, other))
    assert set(after) == set(before)
    for name, fact in before.items():
        assert after[name][1:8] == fact[1:8], name
        # a label and how an account is written are not in the table
        keys = [
            {(platform, normalise(platform, handle)) for platform, handle, *_ in each[8]}
            for each in (after[name], fact)
        ]
        assert keys[0] == keys[1], name
    other.close()


# Calendar


def events(text: str) -> list[Any]:
    return vobject.readOne(text).contents.get("vevent", [])


def occurrences(event: Any, first: int, last: int) -> list[date]:
    begins = datetime.combine(event.dtstart.value, datetime.min.time())
    rule = rrulestr(event.rrule.value, dtstart=begins)
    days = (day.date() for day in rule)
    return [day for day in takewhile(lambda day: day.year <= last, days) if day.year >= first]


def test_birthdays_are_whole_days_of_every_year(store, tmp_path):
    store.write(editing.add, "Ada")
    edit(store, "Ada", birthday=PartialDate(12, 10, 1815), anniversary=PartialDate(7, 8))
    text = out(store, tmp_path, "ics")
    birthday, anniversary = events(text)
    assert birthday.summary.value == "Birthday of Ada (1815)"
    assert birthday.dtstart.value == date(1815, 12, 10)
    assert birthday.dtend.value == date(1815, 12, 11)
    assert occurrences(birthday, 2026, 2027) == [date(2026, 12, 10), date(2027, 12, 10)]
    assert anniversary.summary.value == "Anniversary of Ada"
    assert occurrences(anniversary, 2026, 2026) == [date(2026, 7, 8)]
    assert text.count("BEGIN:VALARM") == 2


@pytest.mark.parametrize("year", [None, 1984])
def test_29_february_is_kept_on_the_28th_in_other_years(year, store, tmp_path):
    store.write(editing.add, "Ada")
    edit(store, "Ada", birthday=PartialDate(2, 29, year))
    (birthday,) = events(out(store, tmp_path, "ics"))
    assert occurrences(birthday, 2026, 2028) == [date(2026, 2, 28), date(2027, 2, 28), date(2028, 2, 29)]


def test_due_contacts_stand_on_their_day_or_today(store, clock, act, bring, tmp_path):
    bring(
        [
            act(who, way, days_ago=ago + (way == "in"))
            for who, ago in (("ada", 3), ("bo", 60))
            for way in ("in", "out")
        ]
    )
    for name in ("Ada", "Bo"):
        edit(store, name, circle="close")
    clock.forward(days=40)
    ada, bo = (event for event in events(out(store, tmp_path, "ics")))
    assert ada.summary.value == "Get in touch with Ada"
    assert ada.dtstart.value == date(2026, 7, 11)
    assert "Due since 1 Jul." in ada.description.value
    assert "Last exchange 29 May on X." in ada.description.value
    assert bo.dtstart.value == date(2026, 7, 11)
    store.write(editing.snooze, find(store, "Ada"), clock.moment + timedelta(days=5))
    edit(store, "Bo", muted=True)
    (ada,) = events(out(store, tmp_path, "ics"))
    assert ada.dtstart.value == date(2026, 7, 16)


def test_who_does_not_answer_is_let_rest(store, act, bring, tmp_path):
    bring([act("ada", "out", days_ago=day) for day in (300, 200, 100)])
    edit(store, "Ada", cadence_days=14)
    assert events(out(store, tmp_path, "ics")) == []


def test_events_keep_their_uid_so_that_calendars_replace_them(store, tmp_path):
    store.write(editing.add, "Ada")
    edit(store, "Ada", birthday=PartialDate(1, 2), circle="inner")
    before = {event.uid.value for event in events(out(store, tmp_path, "ics"))}
    edit(store, "Ada", name="Ada Lovelace", birthday=PartialDate(1, 3))
    assert {event.uid.value for event in events(out(store, tmp_path, "ics"))} == before
    assert len(before) == 2


def test_parts_of_the_calendar_can_be_had_alone(store, tmp_path):
    store.write(editing.add, "Ada")
    edit(store, "Ada", birthday=PartialDate(1, 2), circle="inner")
    assert [event.summary.value for event in events(out(store, tmp_path, "ics", due=False))] == [
        "Birthday of Ada"
    ]
    assert [event.summary.value for event in events(out(store, tmp_path, "ics", dates=False))] == [
        "Get in touch with Ada"
    ]


def test_nobodys_name_ends_an_event(store, bring, tmp_path):
    name = "Bob\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:x\x1b[2J\x85\u2028;,\\" + "é" * 90
    bring([ContactRecord((IdentityRef("x", "bob"),), name, birthday=PartialDate(1, 2))])
    data = out(store, tmp_path, "ics").encode()
    assert [event.uid.value for event in events(data.decode())] != []
    assert data.count(b"BEGIN:VEVENT\r\n") == data.count(b"\r\nBEGIN:VEVENT\r\n") == 1
    assert b"TRIGGER:PT9H" in data
    lines = data.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert all(byte >= 0x20 for line in lines for byte in line)
    for line in lines:
        line.decode("utf-8")


@pytest.mark.parametrize("last", [PartialDate(12, 31, 9999), PartialDate(1, 1, 1)])
def test_the_ends_of_time_are_days_too(last, store, tmp_path):
    store.write(editing.add, "Ada")
    edit(store, "Ada", birthday=last)
    assert f"DTSTART;VALUE=DATE:{last.year:04d}{last.month:02d}{last.day:02d}" in out(store, tmp_path, "ics")


# Whatever the form


def test_an_export_of_nobody_does_not_replace_an_older_one(store, tmp_path):
    target = tmp_path / "out"
    target.write_bytes(b"as it was")
    for form in ("vcard", "csv", "ics"):
        with pytest.raises(NotFoundError, match="nobody"):
            exporting.to_file(store, form, target)
    store.write(editing.add, "Ada")
    with pytest.raises(NotFoundError, match="no contact matches"):
        exporting.to_file(store, "csv", target, only=ContactQuery(text="bo"))
    assert target.read_bytes() == b"as it was"


def test_some_contacts_can_be_chosen(store, tmp_path):
    for name in ("Ada", "Bo", "Cy"):
        store.write(editing.add, name)
    edit(store, "Bo", add_tags=("kiln",), archived=True)
    assert [row["name"] for row in table(out(store, tmp_path, "csv"))] == ["Ada", "Bo", "Cy"]
    tagged = ContactQuery(tag="kiln", archived=None)
    assert [row["name"] for row in table(out(store, tmp_path, "csv", only=tagged))] == ["Bo"]
    chosen = [find(store, "Cy"), find(store, "Ada"), 4711]
    assert [row["name"] for row in table(out(store, tmp_path, "csv", only=chosen))] == ["Cy", "Ada"]


@pytest.mark.parametrize("form", ["vcard", "csv", "ics", "json"])
def test_a_full_disk_and_a_change_of_mind_leave_the_older_file(form, store, tmp_path, monkeypatch):
    bring_book(store, tmp_path)
    target = tmp_path / "friends"
    target.write_bytes(b"as it was")
    with pytest.raises(Cancelled):
        exporting.to_file(store, form, target, cancelled=lambda: True)

    def full(self: files.Draft, data: bytes) -> None:
        raise files.unwritten(OSError(errno.ENOSPC, "No space left on device"), target)

    monkeypatch.setattr(files.Draft, "write", full)
    with pytest.raises(ExportError, match="the disk is full"):
        exporting.to_file(store, form, target)
    assert target.read_bytes() == b"as it was"
    left = {path.name for path in tmp_path.iterdir()}
    assert left - {"crm.db", "crm.db-wal", "crm.db-shm"} == {"book.vcf", "friends"}


@pytest.mark.parametrize("form", ["vcard", "csv", "ics", "json"])
def test_how_far_it_has_come_is_told(form, store, bring, tmp_path):
    bring(
        [
            ContactRecord((IdentityRef("x", f"ada{n}"),), f"Ada {n}", birthday=PartialDate(1, 2))
            for n in range(250)
        ]
    )
    told: list[int] = []
    out(store, tmp_path, form, progress=lambda progress: told.append(progress.records))
    assert told == sorted(told)
    assert len(told) >= 2


def test_an_export_is_of_one_moment_whatever_is_written_meanwhile(store, bring, tmp_path):
    bring([ContactRecord((IdentityRef("x", f"ada{n}"),), f"Ada {n:03}") for n in range(600)])
    first = []

    def write_between(_progress: object) -> None:
        if not first:
            first.append(store.write(editing.add, "Zoe, who came later"))

    rows = table(out(store, tmp_path, "csv", progress=write_between))
    assert len(rows) == 600
    assert first
