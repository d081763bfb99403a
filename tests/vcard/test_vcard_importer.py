"""The importer: which files are address books, and what contacts their cards become."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from crm.domain.errors import ExportError
from crm.domain.records import ContactRecord, IdentityRef, Left, Owner, PartialDate, Problem, Record
from crm.importers.kit.export import Export
from crm.importers.vcard import Importer
from crm.vcard.reader import read_text


def book(*lines: str) -> str:
    return "\r\n".join(["BEGIN:VCARD", "VERSION:3.0", *lines, "END:VCARD", ""])


def written(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def imported(path: Path) -> list[Record]:
    with Export(path) as export:
        assert Importer().identify(export)
        return list(Importer().extract(export, Owner()))


def contacts(path: Path, *cards: str) -> list[ContactRecord]:
    found = imported(written(path, {"book.vcf": "".join(cards)}))
    return [record for record in found if isinstance(record, ContactRecord)]


def problems(path: Path, *cards: str) -> list[Problem]:
    found = imported(written(path, {"book.vcf": "".join(cards)}))
    return [record for record in found if isinstance(record, Problem)]


ADA = book("FN:Ada Byron", "EMAIL:ada@example.org", "UID:1")


@pytest.mark.parametrize(
    "files",
    [
        {"a.vcf": ADA},
        {"A.VCF": ADA},
        {"contacts": ADA},
        {"a.txt": "\ufeff" + ADA.lower()},
        {"a": ADA.encode("utf-16-le")},
        {"a.vcf": ADA, "b.vcf": ADA, "photos/a.jpg": b"\xff\xd8"},
        {
            "Takeout/Contacts/All/All.vcf": ADA,
            "Takeout/Drive/x.docx": b"PK",
            "Takeout/archive_browser.html": "x",
        },
        {"Takeout/Kontakte/Alle/Alle.vcf": ADA, "Takeout/Fit/x.json": "{}"},
        {"a.vcf": "hello"},
    ],
)
def test_an_address_book_is_recognised(files: Mapping[str, str | bytes], tmp_path: Path) -> None:
    with Export(written(tmp_path, files)) as export:
        assert Importer().identify(export)


@pytest.mark.parametrize(
    "files",
    [
        {"a.txt": "hello"},
        {"a.vcf": b"\0\1\2\3binary"},
        {"messages/1.json": "{}", "contacts/contact_1.vcf": ADA},
        {"Takeout/Contacts/All/All.vcf": ADA, "Takeout/Mail/All.mbox": "From "},
        {"calendar.ics": "BEGIN:VCALENDAR"},
    ],
)
def test_what_only_holds_a_card_among_other_things_is_not_ours(
    files: Mapping[str, str | bytes], tmp_path: Path
) -> None:
    with Export(written(tmp_path, files)) as export:
        assert not Importer().identify(export)


def test_a_file_without_a_card_is_an_error_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="has no vCard in it") as caught:
        imported(written(tmp_path, {"book.vcf": "First name:Eddie\r\nPhone:1\r\n"}))
    assert caught.value.hint


def test_a_file_without_a_card_among_others_is_a_problem(tmp_path: Path) -> None:
    found = imported(written(tmp_path, {"a.vcf": "hello", "b.vcf": ADA}))
    assert [record.where for record in found if isinstance(record, Problem)] == ["a.vcf line 1", "a.vcf"]
    assert sum(isinstance(record, ContactRecord) for record in found) == 1


def test_the_key_of_the_card_comes_first_and_the_other_keys_follow(tmp_path: Path) -> None:
    (found,) = contacts(
        tmp_path,
        book(
            "FN:Ada", "UID:urn:uuid:F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6",
            "EMAIL;TYPE=WORK:Ada@Example.org", "EMAIL:ada@example.org", "EMAIL:no address",
            "TEL;TYPE=CELL:+49 170 555-0100", "TEL:+49 (170) 5550100", "TEL:112",
            "X-SOCIALPROFILE;type=twitter;x-userid=7;x-user=ada:http://twitter.com/ada",
            "IMPP;X-SERVICE-TYPE=ICQ:aim:1234567", "X-JABBER:ada@jabber.example", "X-TELEGRAM:ada",
            "URL:https://ada.example/", "URL:www.ada.example", "URL:javascript:alert(1)",
            "URL:https://github.com/ada", "X-EVOLUTION-BLOG-URL:https://blog.example",
        ),
    )  # fmt: skip
    assert found.identities == (
        IdentityRef("addressbook", external_id="f81d4fae-7dec-11d0-a765-00a0c91e6bf6"),
        IdentityRef("email", "Ada@Example.org", label="work"),
        IdentityRef("phone", "+49 170 555-0100", label="mobile"),
        IdentityRef("x", "ada", "7", url="http://twitter.com/ada"),
        IdentityRef("xmpp", "ada@jabber.example"),
        IdentityRef("telegram", "ada"),
        IdentityRef("web", "https://ada.example/", url="https://ada.example/"),
        IdentityRef("github", "ada", url="https://github.com/ada"),
        IdentityRef("blog", "https://blog.example", url="https://blog.example"),
    )


def test_the_fields_of_a_contact_are_those_of_the_card(tmp_path: Path) -> None:
    (found,) = contacts(
        tmp_path,
        book(
            "FN:Ada Byron", "NICKNAME:Addie,Lady", "ORG:Analytical\\, Inc.;Engines", "TITLE:Countess",
            "BDAY:--1210", "ANNIVERSARY:18350708", "NOTE:one", "NOTE:two, three",
            "CATEGORIES:myContacts,Friends,Zine\\, fest",
        ),
    )  # fmt: skip
    assert found[1:9] == (
        "Ada Byron",
        "Addie, Lady",
        "Analytical, Inc.",
        "Countess",
        PartialDate(12, 10),
        PartialDate(7, 8, 1835),
        "one\n\ntwo, three",
        ("Friends", "Zine, fest"),
    )
    assert found.vcard is not None
    again = read_text(found.vcard)
    assert again is not None
    assert len(again.properties) == 10


def test_importing_again_gives_the_same_keys_also_without_a_uid(tmp_path: Path) -> None:
    first = contacts(tmp_path, book("FN:Ada", "TEL:+1 212 5550100", "REV:1"), book("FN:Bo"))
    second = contacts(tmp_path, book("FN:Bo", "REV:9"), book("REV:2", "TEL:+1 212 555", " 0100", "FN:Ada"))
    assert {record.identities[0] for record in first} == {record.identities[0] for record in second}


def test_two_of_a_family_with_one_number_stay_two(tmp_path: Path) -> None:
    found = contacts(tmp_path, book("FN:Ada", "TEL:+1 212 5550100"), book("FN:Bo", "TEL:+1 212 5550100"))
    assert len({record.identities[0] for record in found}) == 2


def test_a_card_that_is_there_twice_is_read_once_and_counted(tmp_path: Path) -> None:
    found = imported(
        written(tmp_path, {"a.vcf": ADA, "b.vcf": ADA.replace("\r\n", "\n") + book("FN:Bo") * 2})
    )
    assert sum(isinstance(record, ContactRecord) for record in found) == 2
    assert found[-1] == Left("cards that are in it more than once", 2)


def test_a_newer_state_of_the_same_card_is_yielded_too(tmp_path: Path) -> None:
    found = contacts(tmp_path, book("FN:Ada", "UID:1"), book("FN:Ada", "UID:1", "NOTE:newer"))
    assert [record.notes for record in found] == [None, "newer"]
    assert len({record.identities[0] for record in found}) == 1


def test_a_uid_that_two_people_share_counts_for_the_first(tmp_path: Path) -> None:
    cards = (book("FN:Ada", "UID:1"), book("FN:Bo", "UID:1"))
    assert len({record.identities[0] for record in contacts(tmp_path, *cards)}) == 2
    (problem,) = problems(tmp_path, *cards)
    assert problem == Problem(
        "book.vcf card 2 line 6 (Bo)", "its UID is also that of Ada; kept as a new card"
    )


def test_groups_are_tags_of_their_members_wherever_they_stand(tmp_path: Path) -> None:
    group = book("FN:Zinefest", "KIND:group", "MEMBER:urn:uuid:1", "MEMBER:mailto:BO@example.org", "MEMBER:9")
    cards = (group, ADA, book("FN:Bo", "EMAIL:bo@example.org"), book("FN:Cy", "UID:3"))
    found = contacts(tmp_path, *cards)
    assert [(record.name, record.tags) for record in found] == [
        ("Ada Byron", ("Zinefest",)),
        ("Bo", ("Zinefest",)),
        ("Cy", ()),
    ]
    assert [problem.where for problem in problems(tmp_path, *cards)] == ["book.vcf card 1 line 1 (Zinefest)"]


def test_groups_are_found_in_utf_16_too(tmp_path: Path) -> None:
    group = book("FN:Zinefest", "KIND:group", "MEMBER:1")
    found = imported(written(tmp_path, {"book.vcf": (ADA + group).encode("utf-16")}))
    assert [record.tags for record in found if isinstance(record, ContactRecord)] == [("Zinefest",)]


def test_a_broken_card_between_two_good_ones_is_named_and_leaves_the_two(tmp_path: Path) -> None:
    broken = book("N:Broken;Card", "stray", "BDAY:soon", "EMAIL:none", "PHOTO;ENCODING=b:A")
    found = problems(tmp_path, ADA, broken, book("FN:Bo"))
    assert found == [
        Problem("book.vcf card 2 line 10 (Card Broken)", "no property: 'stray'; may go on from N"),
        Problem("book.vcf card 2 line 11 (Card Broken)", "BDAY: no date I can use: 'soon'"),
        Problem("book.vcf card 2 line 12 (Card Broken)", "no e-mail address: 'none'"),
        Problem("book.vcf card 2 line 13 (Card Broken)", "PHOTO: not valid base64, kept as it is"),
    ]
    assert [record.name for record in contacts(tmp_path, ADA, broken, book("FN:Bo"))] == [
        "Ada Byron",
        "Card Broken",
        "Bo",
    ]


def test_a_card_that_says_nothing_is_a_problem(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, ADA, book("UID:2", "BDAY:1985-04-12"))
    assert problem.where == "book.vcf card 2 line 7"


@pytest.mark.parametrize(
    ("line", "platform", "handle"),
    [
        (
            "X-SOCIALPROFILE;type=facebook;x-user=ada:http://www.facebook.com/profile.php?id=1",
            "facebook",
            "ada",
        ),
        (
            "X-SOCIALPROFILE;type=facebook:https://facebook.com/groups/kilns",
            "web",
            "https://facebook.com/groups/kilns",
        ),
        ("X-SOCIALPROFILE;type=mastodon;x-user=ada:x-apple:ada", "", ""),
        ("X-SOCIALPROFILE;type=email;x-user=ada:x-apple:ada", "", ""),
        ("IMPP;X-SERVICE-TYPE=WhatsApp:x-apple:123", "", ""),
        ("IMPP:https://matrix.to/#/@ada:matrix.example", "web", "https://matrix.to/#/@ada:matrix.example"),
        ("item1.URL:https://kilns.example\r\nitem1.X-ABLabel:BLOG", "blog", "https://kilns.example"),
        ("URL:http://[::1", "", ""),
    ],
)
def test_an_account_becomes_an_identity_only_where_it_is_a_key(
    line: str, platform: str, handle: str, tmp_path: Path
) -> None:
    (found,) = contacts(tmp_path, book("FN:Ada", line))
    others = [(ref.platform, ref.handle) for ref in found.identities[1:]]
    assert others == ([(platform, handle)] if platform else [])


def test_a_card_without_a_name_has_its_account_at_least(tmp_path: Path) -> None:
    (found,) = contacts(tmp_path, book("URL:https://ada.example"))
    assert (found.name, found.identities[1].platform) == (None, "web")


def test_a_whole_file_in_another_encoding_does_not_flood_the_report(tmp_path: Path) -> None:
    cards = "".join(book(f"FN:Jörg {number}") for number in range(100)).encode("latin-1")
    found = imported(written(tmp_path, {"book.vcf": cards}))
    reasons = [record.reason for record in found if isinstance(record, Problem)]
    assert len(reasons) == 21
    assert reasons[-1] == "and 80 more values: not valid UTF-8, read as Windows-1252"
    assert sum(isinstance(record, ContactRecord) and "Jörg" in (record.name or "") for record in found) == 100


def test_a_zip_of_a_folder_of_cards_is_read_like_the_folder(tmp_path: Path) -> None:
    path = tmp_path / "book.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("book/ada.vcf", ADA)
        archive.writestr("book/bo.vcf", book("FN:Bo"))
    assert [record.name for record in imported(path) if isinstance(record, ContactRecord)] == [
        "Ada Byron",
        "Bo",
    ]


def test_a_card_that_is_too_big_is_named_and_the_rest_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.vcard.splitter.MAX_CARD", 200)
    big = book("FN:Big", *(f"NOTE:{number}" for number in range(100)))
    found = imported(written(tmp_path, {"book.vcf": ADA + big + book("FN:Bo")}))
    assert [type(record) for record in found] == [ContactRecord, Problem, ContactRecord]
    assert "book.vcf card 2 line 7 (Big)" in str(found[1])
