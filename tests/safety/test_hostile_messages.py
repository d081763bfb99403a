"""Mailboxes, address books, calendars and repeated exports that were built to do harm, or broke."""

from __future__ import annotations

import json
import mailbox
import time
from pathlib import Path

import pytest
from hostile import AT, message, records_of, telegram
from measured import SLACK, Community

from crm.domain.records import ContactRecord, InteractionRecord, Owner, Problem, Record

MARA = Owner(stated="mara@example.org", identities=frozenset({("email", "mara@example.org")}))


def acts(records: list[Record]) -> list[InteractionRecord]:
    return [record for record in records if isinstance(record, InteractionRecord)]


def contacts(records: list[Record]) -> list[ContactRecord]:
    return [record for record in records if isinstance(record, ContactRecord)]


def mail_from(sender: str, number: int, **headers: str) -> bytes:
    lines = {
        "From": sender,
        "To": "mara@example.org",
        "Date": f"Fri, 01 Mar 2024 11:{number:02}:00 +0000",
        "Message-ID": f"<{number}@example.org>",
        "Subject": "kiln",
        **headers,
    }
    return "".join(f"{name}: {value}\n" for name, value in lines.items()).encode("latin-1") + b"\nhello\n\n"


def nested_parts(depth: int) -> bytes:
    head = mail_from("Zoe <zoe@example.org>", 3).partition(b"\n\n")[0]
    parts = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (number, number)
        for number in range(depth)
    )
    return head + b"\n" + parts + b"Content-Type: text/plain\n\ndeep\n\n"


CHARSETS = (
    "x-nobody",
    "unicode_escape",
    "zlib_codec",
    "utf-7",
    "idna",
    "undefined",
    "rot13",
    "hex",
    "\xff",
    "",
)
ODD = {
    "unescaped From line": mail_from("Zoe <zoe@example.org>", 3) + b"From here on it is text.\nmore\n\n",
    "bad Date": mail_from("Zoe <zoe@example.org>", 3, Date="the day before yesterday"),
    "2000 nested multiparts": nested_parts(2000),
    "5 MB header": mail_from("Zoe <zoe@example.org>", 3, Subject="x" * 5_000_000),
    "100 MB line": mail_from("Zoe <zoe@example.org>", 3) + b"y" * 100_000_000 + b"\n\n",
    "encoded word bomb": mail_from(
        "Zoe <zoe@example.org>", 3, Subject=" ".join(["=?utf-8?q?=41?="] * 200_000)
    ),
    "no blank line": mail_from("Zoe <zoe@example.org>", 3).replace(b"\n\n", b"\n") + b"\n",
    "100,000 addresses": mail_from(", ".join(f"a{n}@example.org" for n in range(100_000)), 3),
    "parentheses": mail_from("(" * 100_000 + "zoe@example.org", 3),
    "angles": mail_from("<" * 100_000 + "zoe@example.org", 3),
    "NUL": mail_from("Zo\0e <zoe@exa\0mple.org>", 3),
    **{
        f"charset {name!r}": mail_from(
            f"=?{name}?q?=5Cud800=78=9C?= <zoe@example.org>",
            3,
            **{"Content-Type": f"text/plain; charset={name}"},
        )
        for name in CHARSETS
    },
}


# R059
@pytest.mark.parametrize("kind", ODD)
def test_mbox_oddities_cost_nothing_but_themselves(kind: str, tmp_path: Path) -> None:
    line = b"From zoe@example.org Fri Mar 01 11:00:00 2024\n"
    good = [mail_from("Bo <bo@example.org>", number) for number in (1, 2, 4)]
    path = tmp_path / "inbox.mbox"
    path.write_bytes(b"".join(line + one for one in (good[0], good[1], ODD[kind], good[2])))
    begun = time.process_time()
    records = records_of("mail", path, MARA)
    assert time.process_time() - begun < 4 * SLACK
    keys = [act.external_id for act in acts(records) if act.who and act.who.handle == "bo@example.org"]
    assert len(set(keys)) == 3
    third = [act for act in acts(records) if act.external_id == "mail:3@example.org"]
    problems = [record for record in records if isinstance(record, Problem)]
    assert len(third) == 1 or [problem.reason for problem in problems] == ["has no sender"]
    if kind == "bad Date":
        assert third[0].at is None
        assert [problem.reason for problem in problems] == ["has no readable date and is kept without a time"]
    for act in acts(records):
        assert "\0" not in str(act)
        str(act).encode()


# R059, written by the standard library, as a check that the generator above writes mail at all
def test_a_mailbox_of_the_standard_library_is_read(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "inbox.mbox")
    box.add(mail_from("Bo <bo@example.org>", 1))
    box.close()
    assert len(acts(records_of("mail", tmp_path / "inbox.mbox", MARA))) == 1


CARDS = {
    "END:VCARD in a name": "FN:Bob\\nEND:VCARD\\nBEGIN:VCARD\\nFN:Eve",
    "organisation": r"FN:Bob" + "\r\n" + r"ORG:Kiln\; Sons\, Ltd\\;Glaze",
    "folding inside UTF-8": "FN:" + "é" * 60,
    "birthday": "FN:Bob\r\nBDAY:--0229",
    "quoted-printable": "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:B=C3=B6b=0D=0AEND:VCARD",
    "everything": "FN:Bob\r\nEMAIL:bob@example.org\r\nTEL:+4917012345\r\nNOTE:a\\nb\\,c\\;d\\\\n\r\nURL:https://bob.example/",
    "group": "FN:Bob\r\nitem1.EMAIL:bob@example.org\r\nitem1.X-ABLabel:",
    "control characters": "FN:Bob\x1b[2J\x07\x08",
    "nested": "FN:Bob\r\nAGENT:BEGIN:VCARD\\nFN:Eve\\nEND:VCARD",
    "long": "FN:Bob\r\nNOTE:" + "x" * 1_000_000,
    "parameters": "FN:Bob\r\nTEL;" + ";".join(f"TYPE=t{n}" for n in range(5000)) + ":+4917012345",
}


def folded(line: str) -> bytes:
    """Fold at 75 octets, in the middle of characters too, as old programs do."""
    data = line.encode()
    return b"\r\n ".join(data[at : at + 74] for at in range(0, len(data), 74))


# R060
@pytest.mark.parametrize("version", ["2.1", "3.0", "4.0"])
@pytest.mark.parametrize("kind", CARDS)
def test_vcard_injection_is_one_card_in_and_one_card_out_and_the_round_trip_is_equal(
    kind: str, version: str, tmp_path: Path, community: Community
) -> None:
    lines = [f"VERSION:{version}", "N:;Bob;;;", *CARDS[kind].split("\r\n")]
    body = b"\r\n".join(folded(line) for line in lines)
    path = tmp_path / "book.vcf"
    path.write_bytes(b"BEGIN:VCARD\r\n" + body + b"\r\nEND:VCARD\r\n")
    [before] = contacts(records_of("vcard", path))
    taken = community.quick("import", path)
    assert taken.code == 0, taken.err
    out = tmp_path / "out.vcf"
    assert community.quick("export", "vcard", out).code == 0
    again = [contact for contact in contacts(records_of("vcard", out)) if contact.name != "Ada Byron"]
    assert [facts(one) for one in again] == [facts(before)]


def facts(contact: ContactRecord) -> tuple[object, ...]:
    handles = sorted((who.platform, who.handle or who.external_id or "") for who in contact.identities)
    return contact.name, contact.birthday, contact.organisation, contact.notes, handles


# R060, typed by hand: what no card could hold
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x85", "\u2028"])
def test_a_name_with_a_line_end_and_the_end_of_a_card_is_one_card_out(
    end: str, tmp_path: Path, community: Community
) -> None:
    evil = f"Bob{end}END:VCARD{end}BEGIN:VCARD{end}FN:Eve"
    assert community.quick("add", evil, "x:bob").code == 0
    out = tmp_path / "out.vcf"
    for version in ("3.0", "4.0"):
        assert community.quick("export", "vcard", out, "--version", version).code == 0
        data = out.read_bytes()
        assert data.count(b"\nFN") == 2
        assert len(contacts(records_of("vcard", out))) == 2


# R062
def test_icalendar_injection_is_one_event_without_control_bytes_and_with_its_alarm(
    tmp_path: Path, community: Community
) -> None:
    evil = "Bob\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:pwned\r\nEND:VEVENT\x00\x07\x1b[2J\x7f\u2028"
    assert community.quick("add", evil.replace("\0", ""), "x:bob").code == 0
    assert community.quick("edit", "x:bob", "--birthday", "--02-29").code == 0
    card = tmp_path / "b.vcf"
    name = evil.replace("\\", "\\\\").replace("\r\n", "\\n").replace(",", "\\,").replace(";", "\\;")
    card.write_bytes(f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{name}\r\nBDAY:1990-03-05\r\nEND:VCARD\r\n".encode())
    assert community.quick("import", card).code == 0
    out = tmp_path / "dates.ics"
    taken = community.quick("export", "ics", out)
    assert taken.code == 0, taken.err
    data = out.read_bytes()
    lines = data.replace(b"\r\n ", b"").split(b"\r\n")
    assert lines.count(b"BEGIN:VEVENT") == lines.count(b"END:VEVENT") == lines.count(b"BEGIN:VALARM") == 2
    assert not [line for line in lines if line.startswith(b"SUMMARY:pwned")]
    assert not {byte for byte in data if (byte < 32 and byte not in b"\r\n") or byte == 127}


# R063
def test_import_the_same_export_twice_then_a_newer_one_brings_only_what_is_new(
    tmp_path: Path, community: Community
) -> None:
    first = tmp_path / "first" / "result.json"
    newer = tmp_path / "newer" / "result.json"
    for path in (first, newer):
        path.parent.mkdir()
    messages = [message(number) for number in range(1, 21)]
    first.write_text(telegram(messages))
    edited = {**messages[4], "text": "edited since", "edited_unixtime": str(AT + 90_000)}
    superset = [edited if one is messages[4] else one for one in messages if one is not messages[9]]
    newer.write_text(telegram([*superset, *(message(number) for number in range(21, 26))]))

    def runs(path: Path) -> dict[str, int]:
        taken = community.quick("import", path, "--json")
        assert taken.code == 0, taken.err
        [run] = json.loads(taken.out)["runs"]
        return run

    assert runs(first)["interactions_new"] == 20
    again = runs(first)
    assert (again["interactions_new"], again["interactions_known"], again["contacts_new"]) == (0, 20, 0)
    assert runs(newer)["interactions_new"] == 5
    shown = json.loads(community.quick("show", "Zoë", "--json").out)["interactions"]
    texts = [one["text"] for one in shown]
    assert len(texts) == len(set(texts)) == 25
    assert "edited since" in texts
    assert "message 5" not in texts
    assert "message 10" in texts
