"""What a card says: names, numbers, addresses, accounts, dates and the rest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vcard_helpers import card

from crm.domain.dates import is_day
from crm.domain.records import PartialDate
from crm.vcard import accounts, dates, details, names, points
from crm.vcard.identity import fingerprint


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (["FN:Ada Byron", "N:Lovelace;Ada"], "Ada Byron"),
        (["FN:München, Falk"], "München, Falk"),
        (
            ["FN:", "N:Byron;Ada;Augusta,King;Countess;of Lovelace"],
            "Countess Ada Augusta King Byron of Lovelace",
        ),
        (["N:Byron"], "Byron"),
        (["N:;;;;", "NICKNAME:,Addie", "ORG:Acme"], "Addie"),
        (["ORG:;Sales"], "Sales"),
        (["EMAIL:mailto:ada@example.org"], "ada@example.org"),
        (["TEL;VALUE=uri:tel:+1-212"], "+1-212"),
        (["FN;PREF=50:Second", "FN;PREF=1:First"], "First"),
        (["FN:Formal", "FN;TYPE=pref:Ada"], "Ada"),
        (["FN:  Ada \\n Byron  "], "Ada Byron"),
        (["N;PHONETIC=ipa;ALTID=1:/b/;/a/", "N;ALTID=1:Byron;Ada"], "Ada Byron"),
        (["FN:\u200b", "N:Byron;Ada"], "Ada Byron"),
        (["FN:\U0001fae9", "N:Byron;Ada"], "\U0001fae9"),
        (["FN:.", "N:Byron;Ada"], "."),
        (["NOTE:nothing"], None),
    ],
)
def test_there_is_a_name_to_show_wherever_there_is_anything(lines: list[str], name: str | None) -> None:
    assert names.display_name(card(*lines)) == name


def test_a_name_of_seven_parts_keeps_its_first_five() -> None:
    found = names.structured_name(card("N:Byron;Ada;King;Dr.;Jr.;Second;3rd", version="4.0"))
    assert found == names.Name("Byron", "Ada", "King", "Dr.", "Jr.")


def test_nicknames_are_all_of_them_androids_too() -> None:
    found = card("NICKNAME:Jim,Jimmy", "X-ANDROID-CUSTOM:vnd.android.cursor.item/nickname;Jimbo;1;;")
    assert names.nicknames(found) == ["Jim", "Jimmy", "Jimbo"]


@pytest.mark.parametrize(
    ("lines", "value", "label"),
    [
        (["TEL;CELL:+1 212"], "+1 212", "mobile"),
        (["TEL;TYPE=WORK,VOICE,pref:1"], "1", "work"),
        (["TEL;TYPE=WORK;TYPE=FAX:1"], "1", "work fax"),
        (["TEL:1"], "1", None),
        (["TEL;TYPE=x-mobil:1"], "1", "mobil"),
        (["TEL;X-Jacky:1"], "1", "jacky"),
        (["TEL;VALUE=uri:tel:+1-212;ext=5"], "+1-212;ext=5", None),
        (["TEL;VALUE=URI:123"], "123", None),
        (["item1.TEL;TYPE=HOME:1", "item1.X-ABLabel:Oma"], "1", "Oma"),
        (["item1.X-ABLabel:_$!<Home>!$_", "ITEM1.TEL:1"], "1", "home"),
        (["item1.TEL:1", "item1.X-ABLabel:$!<Work>!$"], "1", "work"),
        (["item1.TEL:1", "item1.X-ABLabel:"], "1", None),
        (["item1.TEL:1", "item2.X-ABLabel:Other"], "1", None),
        (["very-long-group-name-of-a-program.TEL:1"], "1", None),
    ],
)
def test_a_number_has_the_owners_word_for_it(lines: list[str], value: str, label: str | None) -> None:
    (found,) = points.numbers(card(*lines))
    assert (found.value, found.label) == (value, label)


def test_all_numbers_and_addresses_are_found_and_empty_ones_are_none() -> None:
    found = card(
        "TEL:1", "TEL:", "TEL:sip:a@b1", "TEL:2", "EMAIL:", "EMAIL:mailto:a@b", 'EMAIL:"A, B" <c@d.e>'
    )
    assert [point.value for point in points.numbers(found)] == ["1", "2"]
    assert [point.value for point in points.emails(found)] == ["a@b", "c@d.e"]


@pytest.mark.parametrize(
    ("head", "preference"),
    [
        ("TEL", 100),
        ("TEL;PREF", 1),
        ("TEL;TYPE=pref", 1),
        ("TEL;PREF=7", 7),
        ("TEL;PREF=0", 1),
        ("TEL;PREF=x", 100),
    ],
)
def test_the_preferred_number_is_known_in_every_version(head: str, preference: int) -> None:
    (found,) = points.numbers(card(f"{head}:1"))
    assert found.preference == preference


def test_an_address_keeps_all_its_parts() -> None:
    (found,) = points.addresses(card('ADR;TYPE=home;LABEL="1 Main St\\nX":;;1 Main, St;A\\;B;;123;UK;;;;7'))
    assert (found.street, found.locality, found.postcode, found.country) == ("1 Main, St", "A;B", "123", "UK")
    assert found.more == ("", "", "", "7")
    assert (found.label, found.formatted) == ("home", "1 Main St\\nX")


@pytest.mark.parametrize(
    ("line", "service", "handle", "url"),
    [
        ("IMPP;X-SERVICE-TYPE=Skype:skype:ada", "skype", "ada", None),
        ("IMPP;X-SERVICE-TYPE=Facebook:xmpp:ada", "facebook", "ada", None),
        ("IMPP;X-SERVICE-TYPE=WhatsApp:x-apple:+49170", "whatsapp", "+49170", None),
        ("IMPP;X-SERVICE-TYPE=ICQ:aim:i%20seek%20you", "icq", "i seek you", None),
        ("IMPP;PREF=1:xmpp:ada@example.org?message", "xmpp", "ada@example.org", None),
        ("IMPP;TYPE=TELEGRAM:ada", "telegram", "ada", None),
        ("IMPP;TYPE=home;PREF=1:skype:ada", "skype", "ada", None),
        ("IMPP:msnim:ada", "msn", "ada", None),
        ("X-JABBER;TYPE=HOME:ada@example.org", "xmpp", "ada@example.org", None),
        ("X-GOOGLE TALK:ada", "googletalk", "ada", None),
        ("X-SKYPE-USERNAME:ada", "skype", "ada", None),
        ("X-TWITTER:ada", "twitter", "ada", None),
        (
            "X-SOCIALPROFILE;type=twitter;x-user=ada:http://twitter.com/ada",
            "twitter",
            "ada",
            "http://twitter.com/ada",
        ),
        ("X-SOCIALPROFILE;type=custom;x-user=ada:x-apple:ada", "custom", "ada", None),
        (
            "X-SOCIALPROFILE;TYPE=home;PREF=1:twitter:https://twitter.com/ada",
            "twitter",
            None,
            "https://twitter.com/ada",
        ),
        (
            "SOCIALPROFILE;SERVICE-TYPE=Mastodon;USERNAME=@a@x.example:https://x.example/@a",
            "mastodon",
            "@a@x.example",
            "https://x.example/@a",
        ),
        ("X-messaging/twitter-All:kdecommunity", "twitter", "kdecommunity", None),
    ],
)
def test_an_account_is_found_wherever_programs_put_it(
    line: str, service: str, handle: str | None, url: str | None
) -> None:
    (found,) = accounts.accounts(card(line))
    assert (found.service, found.handle, found.url) == (service, handle, url)


def test_kde_has_all_accounts_of_a_service_in_one_value() -> None:
    found = accounts.accounts(card("X-messaging/xmpp-All:one@test.example\ue000two@test.example"))
    assert [account.handle for account in found] == ["one@test.example", "two@test.example"]


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("BDAY:1985-04-12", PartialDate(4, 12, 1985)),
        ("BDAY:19850412", PartialDate(4, 12, 1985)),
        ("BDAY:1985-4-2", PartialDate(4, 2, 1985)),
        ("BDAY;VALUE=date:1985-04-12", PartialDate(4, 12, 1985)),
        ("BDAY:1985-04-12T23:10:00Z", PartialDate(4, 12, 1985)),
        ("BDAY:19850412T231000-0500", PartialDate(4, 12, 1985)),
        ("BDAY:1990-01-01;", PartialDate(1, 1, 1990)),
        ("BDAY:--0412", PartialDate(4, 12)),
        ("BDAY:--04-12", PartialDate(4, 12)),
        ("BDAY:--0229", PartialDate(2, 29)),
        ("BDAY;X-APPLE-OMIT-YEAR=1604:1604-02-29", PartialDate(2, 29)),
        ("BDAY;X-APPLE-OMIT-YEAR=1900:1900-04-12", PartialDate(4, 12)),
        ("BDAY:1604-04-12", PartialDate(4, 12)),
        ("BDAY:0000-04-12", PartialDate(4, 12)),
        ("X-ANDROID-CUSTOM:vnd.android.cursor.item/contact_event;1999-07-10;3;;", PartialDate(7, 10, 1999)),
        ("BDAY:1985", None),
        ("BDAY:1985-04", None),
        ("BDAY:---12", None),
        ("BDAY:1999-02-29", None),
        ("BDAY:1985-13-01", None),
        ("BDAY:1985-W15-5", None),
        ("BDAY:70-7-14", None),
        ("BDAY:206-12-15", None),
        ("BDAY:Tue, 22 Dec 2009", None),
        ("BDAY;VALUE=text:circa 1800", None),
        ("BDAY;CALSCALE=chinese:1985-04-12", None),
        ("BDAY:", None),
    ],
)
def test_a_birthday_is_read_in_every_form(line: str, day: PartialDate | None) -> None:
    found = card(line)
    assert dates.birthday(found) == day
    assert len(dates.unreadable(found)) == (day is None and line != "BDAY:")


@given(st.text("0123456789-T:Z;W ", max_size=16) | st.text(max_size=12))
def test_whatever_is_read_as_a_date_is_a_day(text: str) -> None:
    found = dates.read_date(text)
    assert found is None or is_day(found)


@pytest.mark.parametrize(
    "lines",
    [
        ["ANNIVERSARY:20090703"],
        ["X-ANNIVERSARY:2009-07-03"],
        ["X-MS-ANNIVERSARY:20090703"],
        ["X-EVOLUTION-ANNIVERSARY:2009-07-03"],
        ["X-KADDRESSBOOK-X-Anniversary:2009-07-03"],
        ["item1.X-ABDATE:2009-07-03", "item1.X-ABLabel:_$!<Anniversary>!$_"],
        ["X-ANDROID-CUSTOM:vnd.android.cursor.item/contact_event;2009-07-03;1;;;;"],
    ],
)
def test_an_anniversary_is_found_wherever_programs_put_it(lines: list[str]) -> None:
    assert dates.anniversary(card(*lines)) == PartialDate(7, 3, 2009)


def test_another_labelled_date_is_no_anniversary() -> None:
    assert dates.anniversary(card("item1.X-ABDATE:2009-07-03", "item1.X-ABLabel:First day")) is None


def test_the_rest_of_a_card_is_found() -> None:
    found = card(
        "ORG:;ABC\\, Inc.;Marketing",
        "ROLE:Programmer",
        "NOTE:one",
        "NOTE: ",
        "NOTE:two, three",
        "NOTE:one",
        "CATEGORIES:A,B\\, C,",
        "CATEGORIES:A,D",
        "UID:urn:uuid:F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6",
        "RELATED;TYPE=friend:urn:uuid:1",
        "item1.X-ABRELATEDNAMES:Jenny",
        "item1.X-ABLabel:_$!<Spouse>!$_",
        "X-SPOUSE:Jenny",
        "X-MANAGER:Max",
        "URL:url:http\\://x.example",
        "X-ABShowAs:COMPANY",
    )
    assert details.organisation(found) == ["ABC, Inc.", "Marketing"]
    assert details.title(found) == "Programmer"
    assert details.notes(found) == "one\n\ntwo, three"
    assert details.categories(found) == ["A", "B, C", "D"]
    assert details.uid(found) == "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
    assert [(relation.kind, relation.value) for relation in details.relations(found)] == [
        ("friend", "urn:uuid:1"),
        ("spouse", "Jenny"),
        ("manager", "Max"),
    ]
    assert [point.value for point in points.websites(found)] == ["http://x.example"]
    assert details.kind(found) == "org"


@pytest.mark.parametrize("prefix", ["", "X-ADDRESSBOOKSERVER-"])
def test_a_group_names_its_members(prefix: str) -> None:
    found = card(
        f"{prefix}KIND:group", f"{prefix}MEMBER:urn:uuid:ABC", f"{prefix}MEMBER:mailto:a@example.org"
    )
    assert details.kind(found) == "group"
    assert details.members(found) == ["ABC", "mailto:a@example.org"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ",
            details.Media("image/jpeg", b"\xff\xd8\xff\xe0\x00\x10", None),
        ),
        ("PHOTO;ENCODING=b;TYPE=x:QUJD", details.Media("image/x", b"ABC", None)),
        ("PHOTO:data:image/png;base64,QUJD", details.Media("image/png", b"ABC", None)),
        ("PHOTO:data:image/png;base64,QUI", details.Media("image/png", b"AB", None)),
        ("PHOTO:data:,A%20B", details.Media(None, b"A B", None)),
        ("PHOTO;VALUE=uri:http://x.example/a.jpg", details.Media(None, None, "http://x.example/a.jpg")),
        ("PHOTO;ENCODING=b:A", None),
        ("PHOTO:data:nothing", None),
        ("PHOTO:é", None),
    ],
)
def test_a_picture_is_its_bytes_or_its_address(line: str, expected: details.Media | None) -> None:
    assert details.photo(card(line)) == expected


def test_a_fingerprint_is_the_same_for_the_same_card_in_another_version() -> None:
    old = card(
        "N:Byron;Ada", "TEL;CELL:1", "NOTE;ENCODING=QUOTED-PRINTABLE:caf=C3=A9", "REV:1", version="2.1"
    )
    new = card(
        "REV:2",
        "PRODID:x",
        "NOTE:ca",
        " fé",
        "N:Byron;Ada;;;",
        "TEL;TYPE=cell:1",
        "PHOTO:x",
        "FN:",
        version="4.0",
    )
    assert fingerprint(old) == fingerprint(new)
    assert fingerprint(old) != fingerprint(card("N:Byron;Ada", "TEL;CELL:2", "NOTE:café"))
    assert fingerprint(card("FN:Ada", "TEL:1")) != fingerprint(card("FN:Ada"))
