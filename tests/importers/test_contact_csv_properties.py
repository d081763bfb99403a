"""Tables of people made up at random: nothing is lost, nothing is made up, and our own CSV comes back."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from people_tables import GOOGLE, OUTLOOK, contacts, left, problems, read, table

from crm.domain.dates import iso
from crm.domain.records import PartialDate
from crm.exporters import csv as csv_exporter
from crm.importers.kit.people import days
from crm.importers.kit.people.days import Order
from crm.vcard.fields import fields_of
from crm.vcard.reader import read_text

CELL = st.one_of(
    st.just(""),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20),
    st.sampled_from(
        [
            "ada@example.org",
            "+49 170 1234567 ::: 030 7654321",
            "https://x.com/ada",
            "1980-02-29",
            "--02-29",
            "31/12/1999",
            "a;b,c\\n\nd",
            "* Home",
            "'=1+1",
            "item1.TEL:1",
            "END:VCARD",
        ]
    ),
)
QUICK = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
WORD = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=12).filter(
    lambda text: ":::" not in text and text.strip() == text
)
NAME = st.lists(WORD, min_size=1, max_size=3).map(" ".join)
ADDRESS = st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.example", fullmatch=True)


@pytest.mark.parametrize(("importer", "header"), [("google_contacts", GOOGLE), ("outlook", OUTLOOK)])
@QUICK
@given(data=st.data())
def test_every_row_is_a_contact_or_a_problem_or_there_twice(
    importer: str, header: tuple[str, ...], tmp_path: Path, data: st.DataObject
) -> None:
    row = st.lists(CELL, min_size=len(header), max_size=len(header)).filter(any)
    rows = data.draw(st.lists(row, min_size=1, max_size=6))
    records = read(importer, table(tmp_path / "contacts.csv", header, rows))
    given_back = [problem for problem in problems(records) if problem.raw is not None]
    repeated = left(records).get("rows that are in it more than once", 0)
    assert len(contacts(records)) + len(given_back) + repeated == len(rows)


@QUICK
@given(rows=st.lists(st.lists(CELL, min_size=len(GOOGLE), max_size=len(GOOGLE)), min_size=1, max_size=4))
def test_the_card_agrees_with_the_contact_whatever_the_cells_hold(
    tmp_path: Path, rows: list[list[str]]
) -> None:
    for record in contacts(read("google_contacts", table(tmp_path / "contacts.csv", GOOGLE, rows))):
        card = read_text(record.vcard) if record.vcard else None
        if card is None:
            assert record.vcard is None
            continue
        said = fields_of(card)
        if record.name is not None and any(char.isalnum() for char in record.name):
            assert said.name == record.name
        assert (said.birthday, said.anniversary) == (record.birthday, record.anniversary)
        assert said.notes == record.notes
        assert len(card.all("FN")) <= 1


PLATFORM_OF = {"https://x.com/ada": "x", "https://github.com/ada": "github", "skype:ada.byron": "skype"}
PEOPLE = st.builds(
    csv_exporter.Row,
    **dict.fromkeys(("title", "anniversary", "circle", "cadence_days", "last_exchange"), st.just("")),
    **dict.fromkeys(("due", "turn", "archived"), st.just("")),
    name=st.one_of(NAME, st.sampled_from(["=cmd|' /C calc'!A0", "@ada", "-1+1", "'quoted"])),
    nickname=st.one_of(st.just(""), NAME),
    organisation=st.one_of(st.just(""), st.just("Mill, Ltd.; Sons")),
    birthday=st.sampled_from(["", "1980-05-05", "--02-29"]),
    tags=st.lists(st.sampled_from(["kiln, wood", "=zine", "fair"]), unique=True, max_size=3).map(tuple),
    emails=st.lists(ADDRESS, unique=True, max_size=3).map(tuple),
    phones=st.lists(st.sampled_from(["+49 170 1234567", "030 7654321"]), unique=True, max_size=2).map(tuple),
    profiles=st.lists(st.sampled_from(sorted(PLATFORM_OF)), unique=True).map(tuple),
    websites=st.lists(st.sampled_from(["https://ada.example", "http://b.example/a?b=c"]), unique=True).map(
        tuple
    ),
    notes=st.sampled_from(["", "=1+1", "line one\nline two, \"quoted\"; 'so'", "'=x"]),
)


@QUICK
@given(
    people=st.lists(PEOPLE, min_size=1, max_size=5, unique_by=lambda person: " ".join(person.name.split()))
)
def test_what_we_export_as_csv_is_read_back_whole(tmp_path: Path, people: list[csv_exporter.Row]) -> None:
    path = tmp_path / "crm.csv"
    path.write_bytes(b"".join(csv_exporter.table(people)))
    again = contacts(read("contacts_csv", path))
    assert [one.name for one in again] == [" ".join(person.name.split()) for person in people]
    for person, one in zip(people, again, strict=True):
        handles = [(ref.platform, ref.handle) for ref in one.identities[1:]]
        assert [handle for platform, handle in handles if platform == "email"] == list(person.emails)
        assert [handle for platform, handle in handles if platform == "phone"] == list(person.phones)
        assert [ref.url for ref in one.identities if ref.platform == "web"] == list(person.websites)
        assert {platform for platform, _ in handles} >= {PLATFORM_OF[profile] for profile in person.profiles}
        assert (one.notes or "", one.tags) == (person.notes, person.tags)
        assert (one.nickname or "", one.organisation or "") == (person.nickname, person.organisation)
        assert (iso(one.birthday) if one.birthday else "") == person.birthday


DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))  # the year 4501 is how Outlook writes "none"


@given(day=DAYS, separator=st.sampled_from("/-."))
def test_a_date_is_read_in_the_order_of_its_file_or_not_at_all(day: date, separator: str) -> None:
    year, month, number = day.timetuple()[:3]
    expected = PartialDate(month, number, year)
    day_first = f"{number}{separator}{month}{separator}{year}"
    month_first = f"{month}{separator}{number}{separator}{year}"
    assert days.read(day_first, Order.DAY_FIRST) == expected
    assert days.read(day_first, None) in (expected, None)
    if separator != ".":
        assert days.read(month_first, Order.MONTH_FIRST) == expected
        assert days.read(month_first, None) in (expected, None)
        assert (days.read(month_first, None) is None) == (month != number and number < 13)


@given(st.lists(DAYS, min_size=1, max_size=20), st.booleans())
def test_the_order_is_what_the_unmistakable_dates_show(dates: list[date], day_first: bool) -> None:
    written = []
    for day in dates:
        year, month, number = day.timetuple()[:3]
        written.append(f"{number}/{month}/{year}" if day_first else f"{month}/{number}/{year}")
    shown = any(day.day > 12 for day in dates)
    order = Order.DAY_FIRST if day_first else Order.MONTH_FIRST
    assert days.order_of(written) == (order if shown else None)


@given(st.text(max_size=40))
@example("31.02.1980")
@example("2/30/1980")
@example("0" * 40)
def test_no_text_makes_a_day_that_is_none(text: str) -> None:
    for order in (None, *Order):
        found = days.read(text, order)
        assert found is None or (1 <= found.month <= 12 and 1 <= found.day <= 31)


def test_csv_of_ours_can_be_read_by_others(tmp_path: Path) -> None:
    text = b"".join(csv_exporter.table([csv_exporter.Row("=1+1", emails=("a@b.example", "c@d.example"))]))
    (row,) = csv.DictReader(io.StringIO(text.decode(), newline=""))
    assert row["name"] == "'=1+1"
    assert row["emails"] == "a@b.example ::: c@d.example"
