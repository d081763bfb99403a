"""Contact CSV files of Google, Outlook and Thunderbird: what the golden files do not show by themselves."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from people_tables import EXPORTS, GOOGLE, OUTLOOK, claims, contacts, handles, left, problems, read, table

from crm.domain.records import ContactRecord, PartialDate, Problem
from crm.importers.kit.people.formats import outlook_language, thunderbird_language
from crm.importers.kit.people.steps import outlook, thunderbird
from crm.importers.vcard.identities import identities
from crm.vcard import details, points
from crm.vcard.fields import fields_of
from crm.vcard.reader import read_text
from crm.vcard.writer import write_card

FIXTURES = [
    pytest.param(importer, path, id=f"{importer}-{path.name}")
    for importer in ("contacts_csv", "google_contacts", "outlook", "thunderbird")
    for path in sorted((EXPORTS / importer).iterdir())
    if not path.name.endswith(".jsonl")
]


def google(tmp_path: Path, *rows: dict[str, str]) -> list[ContactRecord]:
    return contacts(read("google_contacts", table(tmp_path / "contacts.csv", GOOGLE, rows)))


def in_outlook(tmp_path: Path, *rows: dict[str, str]) -> tuple[list[ContactRecord], list[Problem]]:
    records = read("outlook", table(tmp_path / "contacts.csv", OUTLOOK, rows))
    return contacts(records), problems(records)


@pytest.mark.parametrize(("importer", "path"), FIXTURES)
def test_the_card_that_is_kept_says_what_the_contact_says(importer: str, path: Path) -> None:
    kept = [record for record in contacts(read(importer, path)) if record.vcard]
    for record in kept:
        card = read_text(record.vcard or "")
        assert card is not None
        assert [note for note in card.notes if note.about is None] == []
        said = fields_of(card)
        assert said.name == record.name
        assert (said.nickname, said.organisation, said.title) == (
            record.nickname,
            record.organisation,
            record.title,
        )
        assert (said.birthday, said.anniversary) == (record.birthday, record.anniversary)
        assert (said.notes, said.tags) == (record.notes, record.tags)


@pytest.mark.parametrize("version", ["3.0", "4.0"])
@pytest.mark.parametrize(("importer", "path"), FIXTURES)
def test_the_card_gives_every_identity_back_when_it_is_exported(
    importer: str, path: Path, version: str
) -> None:
    for record in contacts(read(importer, path)):
        card = read_text(record.vcard) if record.vcard else None
        if card is None:
            continue
        again = read_text(write_card(card, version).decode())
        assert again is not None
        found = {(ref.platform, (ref.handle or "").lstrip("@").lower()) for ref in identities(again, "")}
        wanted = {(ref.platform, (ref.handle or "").lstrip("@").lower()) for ref in record.identities[1:]}
        for platform, handle in wanted - {("in-person", "flo")}:
            assert (platform, handle) in found


def test_what_a_contact_has_no_field_for_is_in_its_card(tmp_path: Path) -> None:
    row = {
        "First Name": "Ada",
        "Last Name": "Byron; Lovelace",
        "Organization Department": "Looms, punched",
        "Address 1 - Label": "Summer house",
        "Address 1 - Street": "1 Mill Rd\nUpstairs",
        "Address 1 - City": "Bath",
        "Relation 1 - Label": "Mother",
        "Relation 1 - Value": "Anne Isabella",
        "Event 1 - Label": "First programme",
        "Event 1 - Value": "1843-09-05",
        "Custom Field 1 - Label": "Gloves: size",
        "Custom Field 1 - Value": "7; left",
        "Phone 1 - Label": "Desk",
        "Phone 1 - Value": "114",
    }
    (ada,) = google(tmp_path, row)
    card = read_text(ada.vcard or "")
    assert card is not None
    (address,) = points.addresses(card)
    assert (address.street, address.locality, address.label) == (
        "1 Mill Rd\nUpstairs",
        "Bath",
        "Summer house",
    )
    assert details.relations(card) == [details.Relation("Anne Isabella", "mother")]
    assert details.organisation(card) == ["Looms, punched"]
    assert [(point.value, point.label) for point in points.numbers(card)] == [("114", "Desk")]
    (custom,) = card.all("X-CRM-FIELD")
    assert (custom.value, card.group_label(custom.group)) == ("7; left", "Gloves: size")
    (day,) = card.all("X-ABDATE")
    assert (day.value, card.group_label(day.group)) == ("18430905", "First programme")


def test_a_contact_that_says_nothing_more_needs_no_card(tmp_path: Path) -> None:
    path = table(tmp_path / "x.csv", ["Name", "E-mail"], [["Ada Byron", "ada@example.org"]])
    (ada,) = contacts(read("contacts_csv", path))
    assert ada.vcard is None


def test_googles_own_groups_are_no_tags(tmp_path: Path) -> None:
    (ada,) = google(
        tmp_path, {"First Name": "Ada", "Labels": "* myContacts ::: * starred ::: Zine fair ::: * Friends"}
    )
    assert ada.tags == ("Zine fair", "Friends")


def test_labels_are_told_in_plain_words(tmp_path: Path) -> None:
    for written, label in (
        ("* Home", "home"),
        ("Work Fax", "work fax"),
        ("*", None),
        ("Omas Haus", "Omas Haus"),
    ):
        (one,) = google(
            tmp_path, {"First Name": "A", "Phone 1 - Label": written, "Phone 1 - Value": "+49 30 123456"}
        )
        assert handles(one) == [("phone", "+49 30 123456", label)]


def test_several_values_in_one_cell_are_several_identities(tmp_path: Path) -> None:
    (ada,) = google(tmp_path, {"E-mail 1 - Value": "a@example.org ::: b@example.org ::: A@example.org"})
    assert [handle for _, handle, _ in handles(ada)] == ["a@example.org", "b@example.org"]


def test_a_website_that_is_a_profile_is_an_account(tmp_path: Path) -> None:
    (ada,) = google(
        tmp_path, {"First Name": "Ada", "Website 1 - Label": "Blog", "Website 1 - Value": "github.com/ada"}
    )
    assert handles(ada) == [("github", "ada", "blog")]


def test_the_key_of_a_contact_is_its_name_and_first_address(tmp_path: Path) -> None:
    base = {"First Name": "Ada", "Last Name": "Byron", "E-mail 1 - Value": "ada@example.org"}
    (ada,) = google(tmp_path, base)
    for change, same in (
        ({"Notes": "new"}, True),
        ({"E-mail 1 - Value": "ADA@example.org"}, True),
        ({"Phone 1 - Value": "+49 30 123456"}, True),
        ({"Last Name": "King"}, False),
        ({"E-mail 1 - Value": "ada@example.com"}, False),
    ):
        (other,) = google(tmp_path, base | change)
        assert (other.identities[0] == ada.identities[0]) is same, change


def test_namesakes_without_an_address_are_told_apart_by_what_else_they_say(tmp_path: Path) -> None:
    one, other = google(
        tmp_path,
        {"First Name": "Bo", "Organization Name": "Mill"},
        {"First Name": "Bo", "Organization Name": "Inn"},
    )
    assert one.identities != other.identities


@pytest.mark.parametrize("language", list(outlook()))
def test_outlook_is_known_in_every_language_by_its_own_columns(language: str) -> None:
    columns = tuple(outlook()[language])
    assert outlook_language(columns) == language
    assert thunderbird_language(columns) is None


@pytest.mark.parametrize("language", list(thunderbird()))
def test_thunderbird_is_known_by_its_own_columns_and_is_not_outlook(language: str) -> None:
    columns = tuple(thunderbird()[language])
    assert thunderbird_language(columns) == language
    assert outlook_language(columns) is None


def test_a_british_thunderbird_is_known_too(tmp_path: Path) -> None:
    header = [
        *("First Name", "Last Name", "Display Name", "Nickname", "Primary Email", "Secondary Email"),
        *("Screen Name", "Work Phone", "Home Phone", "Home Address", "Home City", "Home County"),
        *("Home Post Code", "Organisation", "Notes"),
    ]
    path = table(tmp_path / "book.csv", header, [{"First Name": "Ada", "Home County": "Somerset"}])
    assert claims(path) == ["thunderbird"]
    (ada,) = contacts(read("thunderbird", path))
    assert "Somerset" in (ada.vcard or "")


@pytest.mark.parametrize("empty", ["0/0/00", "0.0.00", "0-0-00", "00/00/0000", "1/1/4501", ""])
def test_no_date_in_outlook_is_no_birthday_and_no_problem(tmp_path: Path, empty: str) -> None:
    (ada,), bad = in_outlook(tmp_path, {"First Name": "Ada", "Birthday": empty, "Anniversary": empty})
    assert (ada.birthday, ada.anniversary, bad) == (None, None, [])


def test_one_date_shows_the_order_of_all_others_in_the_file(tmp_path: Path) -> None:
    rows = ({"First Name": "Ada", "Birthday": "3/4/1980"}, {"First Name": "Bo", "Anniversary": "12/31/1999"})
    (ada, bo), bad = in_outlook(tmp_path, *rows)
    assert (ada.birthday, bo.anniversary, bad) == (PartialDate(3, 4, 1980), PartialDate(12, 31, 1999), [])
    rows = ({"First Name": "Ada", "Birthday": "3/4/1980"}, {"First Name": "Bo", "Anniversary": "31/12/1999"})
    (ada, _), bad = in_outlook(tmp_path, *rows)
    assert (ada.birthday, bad) == (PartialDate(4, 3, 1980), [])


def test_a_date_that_could_be_two_days_is_reported_and_kept_as_text(tmp_path: Path) -> None:
    (ada,), (bad,) = in_outlook(tmp_path, {"First Name": "Ada", "Birthday": "3/4/1980"})
    assert ada.birthday is None
    assert "3/4/1980" in (ada.vcard or "")
    assert bad.where == "contacts.csv, line 2"
    assert "the month first or the day" in bad.reason
    assert bad.raw is None


def test_what_outlook_writes_for_everybody_is_not_kept(tmp_path: Path) -> None:
    (ada, bo), _ = in_outlook(
        tmp_path,
        {"First Name": "Ada", "Gender": "Unspecified", "Priority": "Normal"},
        {"First Name": "Bo", "Gender": "Male", "Priority": "High"},
    )
    assert "X-CRM-FIELD" not in (ada.vcard or "")
    assert (bo.vcard or "").count("X-CRM-FIELD") == 2


def test_a_number_of_the_company_is_kept_but_is_nobodys_key(tmp_path: Path) -> None:
    (ada,), _ = in_outlook(
        tmp_path,
        {"First Name": "Ada", "Company Main Phone": "+49 30 100000", "Mobile Phone": "+49 170 1234567"},
    )
    assert handles(ada) == [("phone", "+49 170 1234567", "mobile")]
    assert "+49 30 100000" in (ada.vcard or "")


def test_somebody_without_a_name_is_called_what_the_address_shows(tmp_path: Path) -> None:
    (ada,), _ = in_outlook(
        tmp_path,
        {"E-mail Address": "ada@example.org", "E-mail Display Name": "Ada Byron (ada@example.org)"},
    )
    assert ada.name == "Ada Byron"


def test_a_rounded_number_is_no_key_and_is_reported(tmp_path: Path) -> None:
    (ada,), (bad,) = in_outlook(tmp_path, {"First Name": "Ada", "Home Phone": "4,91701E+11"})
    assert handles(ada) == []
    assert "rounded" in bad.reason


def test_a_row_that_names_nobody_is_given_back_under_its_header_and_can_be_mended(tmp_path: Path) -> None:
    rows = [{"Notes": "nobody, alas"}, {"Notes": "nobody either"}, {"First Name": "Ada"}]
    first, second = problems(read("google_contacts", table(tmp_path / "contacts.csv", GOOGLE, rows)))
    assert (first.where, second.where) == ("contacts.csv, line 2", "contacts.csv, line 3")
    header, row = (first.raw or "").split("\n")
    assert header == ",".join(GOOGLE)
    assert next(csv.reader([row]))[GOOGLE.index("Notes")] == "nobody, alas"
    assert (second.raw or "").count("\n") == 0
    mended = tmp_path / "mended.csv"
    mended.write_text(f"{header}\nBo{row}\n{header}\nCy{second.raw}\n", "utf-8")
    assert claims(mended) == ["google_contacts"]
    records = read("google_contacts", mended)
    assert [(one.name, one.notes) for one in contacts(records)] == [
        ("Bo", "nobody, alas"),
        ("Cy", "nobody either"),
    ]
    assert problems(records) == []  # the header in the middle is no row


def test_everybody_is_read_once_from_a_takeout(tmp_path: Path) -> None:
    records = read("google_contacts", EXPORTS / "google_contacts" / "takeout")
    assert [record.name for record in contacts(records)] == ["Flo Sand", "Gil Tann"]
    assert left(records) == {"rows that are in it more than once": 3}


def test_a_takeout_with_cards_or_mail_is_left_to_those_who_read_them(tmp_path: Path) -> None:
    folder = tmp_path / "Takeout" / "Contacts" / "All Contacts"
    folder.mkdir(parents=True)
    table(folder / "All Contacts.csv", GOOGLE, [{"First Name": "Ada"}])
    assert claims(tmp_path / "Takeout") == ["google_contacts"]
    (folder / "All Contacts.vcf").write_text("BEGIN:VCARD\nFN:Ada\nEND:VCARD\n")
    assert claims(tmp_path / "Takeout") == []


def test_strange_values_are_reported_twenty_times_and_then_counted(tmp_path: Path) -> None:
    rows = [{"First Name": f"A{i}", "E-mail 1 - Value": "none"} for i in range(30)]
    bad = problems(read("google_contacts", table(tmp_path / "contacts.csv", GOOGLE, rows)))
    assert len(bad) == 21
    assert bad[-1].reason == "and 10 more values: no e-mail address"


def test_outlooks_code_page_is_no_problem(tmp_path: Path) -> None:
    path = table(tmp_path / "contacts.csv", OUTLOOK, [{"First Name": "Jörg"}])
    path.write_bytes(path.read_text("utf-8").encode("cp1252"))
    records = read("outlook", path)
    assert [record.name for record in contacts(records)] == ["Jörg"]
    assert problems(records) == []
