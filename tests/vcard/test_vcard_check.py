"""The second pair of eyes: vobject agrees with what is written, on cards of every kind, and says nothing."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vcard_helpers import card, cards

from crm.exporters.vcard_check import disagreements
from crm.vcard.writer import write_card

GOOD = [
    "FN:Ada Byron",
    "N:Byron\\;x;Ada,Augusta;King\\\\;Dr.;",
    "TEL;TYPE=CELL:+1 (212) 555-0100\\,5",
    "TEL;VALUE=uri:tel:+1-212-555-0101;ext=5",
    "EMAIL:ada@example.org",
    "ADR;TYPE=home:;;1 Main\\, St,Back;Town;;12345;UK",
    "BDAY:--0229",
    "NOTE:C:\\\\",
    'X-A;L="a^nb":c',
    "X-messaging/xmpp-All:x",
    "ORG:Acme, Inc.",
]
TOKENS = st.sampled_from(
    [
        *("a", ";a=,", ",", '"', '""', "^", "TYPE=", "X-L=", "PREF=1", "VALUE=uri", "ENCODING=b", "é", "🌻"),
        *("\\", "\\n", ".", "item1.", "tel:", "1", "=41", "QUOTED-PRINTABLE", ":", " ", "\u2028"),
        "a,a,a,a,a,a,a,a,a,a,a,a,a,a",
    ]
)
NAMES = st.sampled_from(
    [
        "TEL",
        "EMAIL",
        "FN",
        "N",
        "ADR",
        "BDAY",
        "NOTE",
        "X LOTUS",
        "X/Y",
        "ORG",
        "PHOTO",
        "AGENT",
        "BEGIN",
        "é",
    ]
)
LINES = st.builds(
    lambda name, head, value: f"{name};{''.join(head)}:{''.join(value)}",
    NAMES,
    st.lists(TOKENS, max_size=25),
    st.lists(TOKENS, max_size=10),
)


@pytest.mark.parametrize("version", ["3.0", "4.0"])
def test_vobject_agrees_about_a_card_with_everything_in_it(version: str) -> None:
    found = card(*GOOD)
    assert disagreements(write_card(found, version), found) == []


@pytest.mark.parametrize(
    ("line", "instead", "name"),
    [
        ("FN:Ada Byron", "FN:Ada Lovelace", "FN"),
        ("N:Byron;Ada;;;", "N:Ada;Byron;;;", "N"),
        ("TEL:1", "TEL:2", "TEL"),
        ("TEL:1", "X-TEL:1", "TEL"),
        ("EMAIL:a@example.org", "EMAIL:b@example.org", "EMAIL"),
        ("ADR:;;1 Main St;Town;;;", "ADR:;;1 Main St\\;Town;;;;", "ADR"),
        ("BDAY:1985-04-12", "BDAY:1985-04-13", "BDAY"),
        ("BDAY:--0412", "BDAY:1604-04-12", ""),
        ("NOTE:a", "NOTE:b", ""),
    ],
)
def test_a_difference_in_name_addresses_numbers_or_birthday_is_named(
    line: str, instead: str, name: str
) -> None:
    base = [other for other in ("FN:x", "N:x;;;;") if other.partition(":")[0] != line.partition(":")[0]]
    found = disagreements(write_card(card(*base, instead)), card(*base, line))
    assert [item.name for item in found] == ([name] if name else [])


@pytest.mark.parametrize("data", [b"", b"nothing", b"BEGIN:VCARD\r\nFN:x\r\n", b"\xff"])
def test_what_vobject_cannot_read_is_a_disagreement(data: bytes) -> None:
    (found,) = disagreements(data, card("FN:x"))
    assert found.name == "card"


def test_two_cards_where_one_was_meant_are_a_disagreement() -> None:
    found = card("FN:x")
    assert disagreements(write_card(found) * 2, found)


@given(st.lists(LINES, max_size=5), st.sampled_from(["3.0", "4.0"]))
def test_vobject_agrees_about_whatever_is_written_of_strange_cards(lines: list[str], version: str) -> None:
    for found in cards("\n".join(["BEGIN:VCARD", *lines, "END:VCARD"])):
        assert disagreements(write_card(found, version), found) == []


def test_nothing_of_vobjects_log_reaches_the_terminal() -> None:
    program = """
import logging, sys
sys.path.insert(0, {tests!r})
from vcard_helpers import card
from crm.exporters.vcard_check import disagreements
from crm.vcard.writer import write_card
found = card("FN:x", "X LOTUS:unreadable to vobject", "X/Y;TYPE=a:too")
assert disagreements(write_card(found), found) == []
assert disagreements(b"no card", found)
assert logging.getLogger().handlers == []
"""
    ran = subprocess.run(
        [
            sys.executable,
            "-c",
            program.format(tests=sys.modules["vcard_helpers"].__file__.rpartition("/")[0]),
        ],
        capture_output=True,
        check=False,
        text=True,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


def test_vobject_is_not_loaded_until_it_is_needed() -> None:
    program = "import sys, crm.exporters.vcard_check, crm.vcard.writer; sys.exit('vobject' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
