"""Cards that leave: the lines they came with, what has changed since, and a second reader who agrees."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vcard_helpers import card, cards, pairs

from crm.domain.errors import ExportError
from crm.domain.handles import normalise
from crm.domain.platforms import PLATFORMS
from crm.domain.records import IdentityRef, PartialDate
from crm.exporters import vcard as exporter
from crm.exporters.vcard import (
    card_of,
    kept,
    unrevised,
    with_identities,
    with_uid,
    without_identities,
    written,
)
from crm.exporters.vcard_check import Disagreement
from crm.importers.vcard.identities import identities
from crm.vcard.fields import Fields, fields_of
from crm.vcard.model import Card

ADA = card(
    "UID:ada-1",
    "REV:2020-01-01T00:00:00Z",
    "FN:Ada Byron",
    "N:Byron;Ada;;;",
    "item1.TEL:+49 170 1234567",
    "item1.X-ABLabel:Grandma's",
    "EMAIL;TYPE=HOME:ada@example.org",
    "NOTE:Throws porcelain",
    "CATEGORIES:zine,Friends",
    "X-KEPT:1;2",
)


def lines(found: Card, *keys: str) -> list[str]:
    return [f"{prop.key}:{prop.value}" for prop in found.properties if prop.key in keys]


def test_a_contact_that_nobody_changed_is_the_card_it_came_from() -> None:
    fields = fields_of(ADA)
    assert card_of([ADA], fields).properties == ADA.properties
    assert card_of([ADA], fields._replace(tags=("Friends", "zine"))).properties == ADA.properties
    assert unrevised(ADA, card_of([ADA], fields)).get("REV") is not None
    assert with_uid(ADA, "other").properties == ADA.properties


def test_a_changed_field_replaces_its_lines_and_the_card_says_no_longer_when_it_was_changed() -> None:
    fields = fields_of(ADA)._replace(
        name="Ada Lovelace", title="countess", birthday=PartialDate(12, 10), tags=("kiln", "zine"), notes=None
    )
    changed = unrevised(ADA, card_of([ADA], fields))
    assert fields_of(changed) == fields._replace(tags=("zine", "kiln"))
    assert lines(changed, "FN", "N", "NOTE", "REV") == ["FN:Ada Lovelace"]
    assert lines(changed, "X-KEPT", "TEL", "X-ABLABEL", "UID") == [
        "UID:ada-1",
        "TEL:+49 170 1234567",
        "X-ABLABEL:Grandma's",
        "X-KEPT:1;2",
    ]


def test_a_name_that_another_export_gave_does_not_replace_that_of_the_card() -> None:
    fields = fields_of(ADA)._replace(name="ada_b")
    assert card_of([ADA], fields, named_here=False).properties == ADA.properties
    nameless = card("EMAIL:ada@example.org")
    assert fields_of(card_of([nameless], Fields("Ada B"), named_here=True)).name == "Ada B"


def test_lines_that_only_another_card_of_the_contact_has_are_added_with_their_labels() -> None:
    other = card(
        "UID:other",
        "FN:A. Byron",
        "N:Byron;A.;;;",
        "BDAY:1815-12-10",
        "item1.TEL:0049 (170) 1234567",
        "item1.X-ABLabel:the same number",
        "item2.TEL:+44 20 7946 0018",
        "item2.X-ABLabel:Boat",
        "ITEM2.X-ABADR:uk",
        "EMAIL:Ada@Example.org",
        "EMAIL:ada@kiln.example",
        "NOTE:Owns half of a boat",
        "ADR:;;1 Main St;;;;",
        "X-KEPT:1;2",
        "X-MORE:3",
        "GENDER:F",
        "CATEGORIES:Kiln",
        "TITLE:",
    )
    both = card_of([ADA, other], fields_of(ADA))
    assert both.properties[: len(ADA.properties)] == ADA.properties
    assert [(prop.group, prop.key, prop.value) for prop in both.properties[len(ADA.properties) :]] == [
        ("item2", "TEL", "+44 20 7946 0018"),
        (None, "EMAIL", "ada@kiln.example"),
        (None, "NOTE", "Owns half of a boat"),
        (None, "ADR", ";;1 Main St;;;;"),
        (None, "X-MORE", "3"),
        (None, "GENDER", "F"),
        ("item2", "X-ABLABEL", "Boat"),
        ("item2", "X-ABADR", "uk"),
    ]


def test_what_the_user_has_emptied_does_not_come_back_from_another_card() -> None:
    other = card("FN:Ada", "NOTE:b", "TITLE:x", "NICKNAME:Addie", "ORG:Acme", "BDAY:1815-12-10")
    fields = Fields("Ada Byron", tags=("zine", "Friends"))
    assert lines(card_of([ADA, other], fields), "NOTE", "TITLE", "NICKNAME", "ORG", "BDAY") == []


def test_a_text_that_is_no_card_counts_for_none() -> None:
    assert kept(["", "hello"]) == []
    made = card_of([], Fields("Ada Byron", tags=("zine",)))
    assert pairs(made) == [("FN", "Ada Byron"), ("CATEGORIES", "zine")]


@pytest.mark.parametrize(
    ("ref", "v3", "v4"),
    [
        (
            IdentityRef("email", "a@b.example", label="work"),
            "EMAIL;TYPE=WORK:a@b.example",
            "EMAIL;TYPE=WORK:a@b.example",
        ),
        (IdentityRef("phone", "+49 170 1"), "TEL:+49 170 1", "TEL:+49 170 1"),
        (
            IdentityRef("x", "ada", "501", 'Ada "B"'),
            "X-SOCIALPROFILE;TYPE=twitter;x-user=ada;x-userid=501;x-displayname=Ada ^'B^':https://x.com/ada",
            "SOCIALPROFILE;SERVICE-TYPE=X;USERNAME=ada;x-userid=501;x-displayname=Ada ^'B^':https://x.com/ada",
        ),
        (
            IdentityRef("x", None, "501"),
            "X-SOCIALPROFILE;TYPE=twitter;x-userid=501:https://x.com/i/user/501",
            "SOCIALPROFILE;SERVICE-TYPE=X;x-userid=501:https://x.com/i/user/501",
        ),
        (
            IdentityRef("signal", "+49 170 1234567"),
            "X-SOCIALPROFILE;TYPE=signal;x-user=+49 170 1234567:x-apple:+49 170 1234567",
            "SOCIALPROFILE;SERVICE-TYPE=Signal;USERNAME=+49 170 1234567:x-apple:+49 170 1234567",
        ),
        (
            IdentityRef("xmpp", "ada@example.org"),
            "IMPP;X-SERVICE-TYPE=XMPP:xmpp:ada@example.org",
            "IMPP;X-SERVICE-TYPE=XMPP:xmpp:ada@example.org",
        ),
        (
            IdentityRef("web", "https://a.example/", url="x"),
            "URL:https://a.example/",
            "URL:https://a.example/",
        ),
        (IdentityRef("letter", "1 Main St\nTown"), "ADR:;;1 Main St Town;;;;", "ADR:;;1 Main St Town;;;;"),
    ],
)
def test_accounts_are_written_as_the_version_has_them(ref: IdentityRef, v3: str, v4: str) -> None:
    for version, line in (("3.0", v3), ("4.0", v4)):
        found = with_identities(card("FN:A", "N:A"), [ref], version)
        assert written(found, version, fold=False).decode().split("\r\n")[-3] == line


def test_each_label_of_its_own_has_a_group_of_its_own() -> None:
    refs = [IdentityRef("email", f"{word}@b.example", label=word) for word in ("Oma", "work", "Opa")]
    found = with_identities(ADA, refs, "3.0")
    assert [(prop.group, prop.value) for prop in found.properties if prop.key == "X-ABLABEL"] == [
        ("item1", "Grandma's"),
        ("item2", "Oma"),
        ("item3", "Opa"),
    ]


def test_who_has_no_address_anywhere_gets_no_line() -> None:
    refs = [
        IdentityRef("in-person"),
        IdentityRef("in-person", "the kiln"),
        IdentityRef("letter"),
        IdentityRef("x", " "),
    ]
    assert with_identities(ADA, refs, "3.0").properties == ADA.properties


def test_lines_of_accounts_that_are_gone_go_with_their_labels() -> None:
    gone = without_identities(ADA, lambda part: part.get("TEL") is not None)
    assert lines(gone, "TEL", "X-ABLABEL", "EMAIL") == ["EMAIL:ada@example.org"]


HANDLE = st.text("abcäß019_-.", min_size=1, max_size=20).filter(lambda text: text.strip("._-").isalnum())
PLAIN = [
    slug
    for slug, platform in PLATFORMS.items()
    if not platform.hidden and slug not in ("in-person", "letter", "email", "phone", "web", "blog")
]


@given(
    st.sampled_from(PLAIN),
    HANDLE,
    st.none() | st.text("0123456789", min_size=1),
    st.sampled_from(["3.0", "4.0"]),
)
def test_every_account_is_read_again_as_the_same_account(
    slug: str, handle: str, external_id: str | None, version: str
) -> None:
    if slug in ("mastodon", "xmpp", "matrix"):
        handle = f"{handle}@social.example"
    elif slug in ("whatsapp", "signal", "sms", "imessage"):
        handle = "+49170" + "".join(str(ord(char) % 10) for char in handle) + "12"
    ref = IdentityRef(slug, handle, external_id)
    (again,) = cards(written(with_identities(card("FN:A"), [ref], version), version))
    _, *found = identities(again, "")
    assert [(one.platform, normalise(slug, one.handle or ""), one.external_id) for one in found] == [
        (slug, normalise(slug, handle), external_id)
    ]


def test_a_second_reader_who_disagrees_is_an_error_that_names_card_and_property(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(exporter, "disagreements", lambda *_: [Disagreement("TEL", "+1", "+1 \x1b[2J")])
    with pytest.raises(ExportError, match=r"the card of Ada Byron .* TEL is \+1, but .* \+1 ␛\[2J") as caught:
        written(ADA, "3.0")
    assert caught.value.hint
