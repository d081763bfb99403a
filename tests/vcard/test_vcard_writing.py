"""Writing: what was read is in what is written, in both versions, folded or not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vcard_helpers import card, cards, says

from crm.domain.records import PartialDate
from crm.vcard import details, make, points
from crm.vcard.edit import free_group, with_fields, with_properties, without
from crm.vcard.fields import Fields, fields_of
from crm.vcard.model import Card
from crm.vcard.writer import write_card

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=90)
NAME = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Mn", "Me"]), max_size=90)
WORD = st.text('abäß🌻,;:\\"^ ', min_size=1, max_size=20)
DATE = st.dates().map(lambda day: PartialDate(day.month, day.day, None if day.year == 1604 else day.year))
NO_YEAR = DATE.map(lambda day: day._replace(year=None))


def written(found: Card, version: str = "3.0") -> list[str]:
    """Return the unfolded lines that are written."""
    return write_card(found, version, fold=False).decode().split("\r\n")[:-1]


def line_of(key: str, *lines: str, version: str = "3.0", source: str = "3.0") -> str:
    """Return the one line with a name that is written of a card."""
    found = written(card(*lines, version=source), version)
    (line,) = [line for line in found if line.partition(":")[0].partition(";")[0].rpartition(".")[2] == key]
    return line


@pytest.mark.parametrize(
    ("key", "line", "v3", "v4"),
    [
        ("TEL", "TEL;HOME;CELL;PREF:1", "TEL;TYPE=HOME,CELL,PREF:1", "TEL;TYPE=HOME,CELL;PREF=1:1"),
        ("TEL", "TEL;PREF=2:1", "TEL;PREF=2:1", "TEL;PREF=2:1"),
        ("TEL", "TEL;PREF=1:1", "TEL;TYPE=pref:1", "TEL;PREF=1:1"),
        ("TEL", "TEL;VALUE=uri:tel:+1-2;ext=3", "TEL:+1-2\\;ext=3", "TEL;VALUE=uri:tel:+1-2;ext=3"),
        ("TEL", "TEL:tel:+1 2,3", "TEL:+1 2\\,3", "TEL:+1 2\\,3"),
        ("TEL", "TEL;VALUE=URI:123", "TEL:123", "TEL:123"),
        ("TEL", "TEL;VALUE=uri:sip:a@b", "TEL;VALUE=uri:sip:a@b", "TEL;VALUE=uri:sip:a@b"),
        ("BDAY", "BDAY:--0229", "BDAY;X-APPLE-OMIT-YEAR=1604:1604-02-29", "BDAY:--0229"),
        ("BDAY", "BDAY:1604-02-29", "BDAY;X-APPLE-OMIT-YEAR=1604:1604-02-29", "BDAY:--0229"),
        ("BDAY", "BDAY;VALUE=date:19850412", "BDAY:1985-04-12", "BDAY:19850412"),
        ("BDAY", "BDAY:1985-04-12T10:00:00Z", "BDAY:1985-04-12T10:00:00Z", "BDAY:1985-04-12T10:00:00Z"),
        ("BDAY", "BDAY:circa 1800, or so", "BDAY:circa 1800\\, or so", "BDAY;VALUE=text:circa 1800\\, or so"),
        ("BDAY", "BDAY:1985", "BDAY:1985", "BDAY:1985"),
        (
            "PHOTO",
            "PHOTO;ENCODING=b;TYPE=JPEG:/9j/",
            "PHOTO;ENCODING=b;TYPE=JPEG:/9j/",
            "PHOTO:data:image/jpeg;base64,/9j/",
        ),
        (
            "PHOTO",
            "PHOTO:data:image/jpeg;base64,/9j/",
            "PHOTO;ENCODING=b;TYPE=JPEG:/9j/",
            "PHOTO:data:image/jpeg;base64,/9j/",
        ),
        (
            "PHOTO",
            "PHOTO;BASE64;JPG:/9j/",
            "PHOTO;ENCODING=b;TYPE=JPEG:/9j/",
            "PHOTO:data:image/jpeg;base64,/9j/",
        ),
        (
            "PHOTO",
            "PHOTO;VALUE=URL:http://x.example/a",
            "PHOTO;VALUE=uri:http://x.example/a",
            "PHOTO;VALUE=URL:http://x.example/a",
        ),
        (
            "KEY",
            "KEY;ENCODING=b;TYPE=PGP:QUJD",
            "KEY;ENCODING=b;TYPE=PGP:QUJD",
            "KEY:data:application/pgp;base64,QUJD",
        ),
        ("ORG", "ORG:Acme, Inc.;A\\;B", "ORG:Acme\\, Inc.;A\\;B", "ORG:Acme\\, Inc.;A\\;B"),
        ("NICKNAME", "NICKNAME:Jim,Jim\\,my", "NICKNAME:Jim,Jim\\,my", "NICKNAME:Jim,Jim\\,my"),
        (
            "NOTE",
            "NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:=C3=A9,=0Ab",
            "NOTE:é\\,\\nb",
            "NOTE:é\\,\\nb",
        ),
        ("NOTE", "NOTE:C:\\", "NOTE:C:\\\\", "NOTE:C:\\\\"),
        ("URL", "URL:http\\://x.example/a,b", "URL:http://x.example/a,b", "URL:http://x.example/a,b"),
        ("X-A", 'X-A;L="a""b";M="c,d":x\\;y;z', 'X-A;L=a^\'b;M="c,d":x\\;y;z', 'X-A;L=a^\'b;M="c,d":x\\;y;z'),
        (
            "X-messaging/xmpp-All",
            "X-messaging/xmpp-All:a",
            "X-messaging/xmpp-All:a",
            "X-messaging/xmpp-All:a",
        ),
        ("SOUND", "SOUND;X-IRMC-N:;;;;", "SOUND;TYPE=X-IRMC-N:;;;;", "SOUND;TYPE=X-IRMC-N:;;;;"),
    ],
)
def test_each_version_has_its_own_form(key: str, line: str, v3: str, v4: str) -> None:
    assert line_of(key, line) == v3
    assert line_of(key, line, version="4.0", source="4.0") == v4


@pytest.mark.parametrize(
    ("lines", "v3", "v4"),
    [
        (["FN:Ada"], ["N:;Ada;;;", "FN:Ada"], ["FN:Ada"]),
        (["N:Byron;Ada;;;"], ["FN:Ada Byron", "N:Byron;Ada;;;"], ["FN:Ada Byron", "N:Byron;Ada;;;"]),
        (
            ["FN:Kiln", "ORG:Kiln", "X-ABSHOWAS:COMPANY"],
            ["N:;;;;", "FN:Kiln", "ORG:Kiln", "X-ABSHOWAS:COMPANY"],
            ["FN:Kiln", "ORG:Kiln", "X-ABSHOWAS:COMPANY"],
        ),
        (
            ["FN:", "EMAIL:a@example.org"],
            ["FN:a@example.org", "N:;a@example.org;;;", "EMAIL:a@example.org"],
            ["FN:a@example.org", "EMAIL:a@example.org"],
        ),
        (
            ["FN:G", "N:G", "KIND:group", "MEMBER:urn:uuid:1"],
            ["FN:G", "N:G", "X-ADDRESSBOOKSERVER-KIND:group", "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:1"],
            ["FN:G", "N:G", "KIND:group", "MEMBER:urn:uuid:1"],
        ),
        (
            ["FN:G", "N:G", "KIND:individual"],
            ["FN:G", "N:G", "KIND:individual"],
            ["FN:G", "N:G", "KIND:individual"],
        ),
        (
            ["FN:A", "N:A", "PROFILE:VCARD", "BEGIN:X", "END:X"],
            ["FN:A", "N:A", "X-BEGIN:X", "X-END:X"],
            ["FN:A", "N:A", "X-BEGIN:X", "X-END:X"],
        ),
    ],
)
def test_a_written_card_has_what_readers_need(lines: list[str], v3: list[str], v4: list[str]) -> None:
    found = card(*lines)
    assert written(found) == ["BEGIN:VCARD", "VERSION:3.0", *v3, "END:VCARD"]
    assert written(found, "4.0") == ["BEGIN:VCARD", "VERSION:4.0", *v4, "END:VCARD"]


def test_an_agent_cut_off_after_its_first_line_swallows_nothing() -> None:
    found = card("FN:Ada", "AGENT:", " BEGIN:VCARD", "TEL:1")
    (again,) = cards(write_card(found))
    assert [(prop.key, prop.value) for prop in again.properties[-2:]] == [
        ("AGENT", "BEGIN:VCARD"),
        ("TEL", "1"),
    ]


def test_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match=r"2\.1"):
        write_card(card("FN:Ada"), "2.1")


@given(TEXT, st.sampled_from(["3.0", "4.0"]))
def test_lines_are_folded_at_75_octets_between_characters(text: str, version: str) -> None:
    data = write_card(Card([make.text("FN", text * 4)]), version)
    for line in data.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
        assert not line.startswith(b" :") or b"::" in data
    assert data.replace(b"\r\n ", b"") == write_card(Card([make.text("FN", text * 4)]), version, fold=False)


@given(
    st.builds(
        Fields,
        name=NAME.map(lambda text: " ".join(text.split())).filter(bool),
        nickname=st.none() | st.sampled_from(["Addie", "Jim, Jimmy", "Ä; b"]),
        organisation=st.none() | WORD.map(lambda text: " ".join(text.split())).filter(bool),
        title=st.none() | WORD.map(lambda text: " ".join(text.split())).filter(bool),
        birthday=st.none() | DATE | NO_YEAR,
        anniversary=st.none() | DATE | NO_YEAR,
        notes=st.none() | TEXT.map(str.strip).filter(bool),
        tags=st.lists(st.sampled_from(["a", "b, c", "Zine;fest", "ö"]), unique=True).map(tuple),
    ),
    st.sampled_from(["3.0", "4.0"]),
)
def test_fields_written_and_read_are_the_same_fields(fields: Fields, version: str) -> None:
    (found,) = cards(write_card(with_fields(Card([]), fields), version))
    assert fields_of(found) == fields


ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
PROPERTY = st.sampled_from(
    [
        *("FN", "N", "NICKNAME", "ORG", "TEL;HOME", "EMAIL;TYPE=work", "ADR", "BDAY", "NOTE", "URL", "X-A"),
        *("item1.TEL", "item1.X-ABLabel", "CATEGORIES", "TITLE", "IMPP", "UID", "KIND", "TEL;VALUE=uri"),
        *(
            "NOTE;ENCODING=QUOTED-PRINTABLE",
            "PHOTO;ENCODING=b",
            'TEL;X-L="a^nb"',
            "ANNIVERSARY",
            "KEY",
            "RELATED",
        ),
    ]
)


@given(st.lists(st.tuples(PROPERTY, ANYTHING), max_size=8), st.sampled_from(["3.0", "4.0"]))
def test_any_card_says_the_same_after_writing_and_reading(lines: list[tuple[str, str]], version: str) -> None:
    text = "\n".join(["BEGIN:VCARD", *(f"{head}:{value}" for head, value in lines), "END:VCARD"])
    for found in cards(text):
        (again,) = cards(write_card(found, version))
        first, second = says(found), says(again)
        odd = {key for key in first if first[key] != second[key]}
        assert not odd or any(ord(char) < 0x20 for _, value in lines for char in value), odd
        assert write_card(again, version) == write_card(cards(write_card(again, version))[0], version)


def test_fields_that_did_not_change_keep_their_lines() -> None:
    found = card("FN:Ada", "N:Byron;Ada", "item1.NOTE;X-A=1:a, b", "BDAY:--1210", "X-KEPT:1", "ROLE:Countess")
    assert with_fields(found, fields_of(found)).properties == found.properties


def test_a_changed_field_replaces_its_lines_in_their_place() -> None:
    found = card(
        "FN:Ada",
        "N:Byron;Ada",
        "NOTE:a",
        "NOTE:b",
        "X-KEPT:1",
        "item1.X-ABDATE:2009-07-03",
        "item1.X-ABLabel:_$!<Anniversary>!$_",
        "CATEGORIES:myContacts,Old",
        "ORG:Acme;Sales",
    )
    fields = Fields(
        "Ada Lovelace", notes="new", tags=("New",), organisation="Kiln", birthday=PartialDate(2, 29)
    )
    changed = with_fields(found, fields)
    assert fields_of(changed) == fields
    assert [(prop.key, prop.value) for prop in changed.properties[1:]] == [
        ("FN", "Ada Lovelace"),
        ("NOTE", "new"),
        ("X-KEPT", "1"),
        ("CATEGORIES", "New,myContacts"),
        ("ORG", "Kiln;Sales"),
        ("BDAY", "--0229"),
    ]


def test_numbers_and_labels_are_added_and_taken_away() -> None:
    found = card("FN:Ada", "item3.TEL:1", "item3.X-ABLabel:Oma", "TEL;CELL:2")
    group = free_group(found)
    assert (group, free_group(found, 1)) == ("item4", "item5")
    new = [*make.labelled("TEL", "3", "Opa", group), *make.labelled("EMAIL", "a@b", "work", "")]
    more = with_properties(found, new)
    assert [(point.value, point.label) for point in points.numbers(more)] == [
        ("1", "Oma"),
        ("2", "mobile"),
        ("3", "Opa"),
    ]
    fewer = without(more, lambda prop: prop.value in ("1", "2"))
    assert [(prop.key, prop.value) for prop in fewer.properties[1:]] == [
        ("FN", "Ada"),
        ("TEL", "3"),
        ("X-ABLABEL", "Opa"),
        ("EMAIL", "a@b"),
    ]
    assert details.kind(fewer) == "individual"
