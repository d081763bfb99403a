"""Backups of SMS Backup & Restore: who stands behind a number, what a call is, and what is left out."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.errors import ExportError
from crm.domain.records import (
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    Left,
    Owner,
    Precision,
    Problem,
    Record,
    SelfRecord,
)
from crm.importers.kit.export import Export
from crm.importers.sms import Importer
from crm.importers.sms.calls import lasting
from crm.importers.sms.numbers import Numbers, is_robot

HEAD = "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n"
AT = 1706781600000


def sms(address: str, kind: int = 1, body: str = "Hallo", at: int = AT, name: str = "Zoë") -> str:
    return (
        f'<sms protocol="0" address="{address}" date="{at}" type="{kind}" subject="null" body="{body}" '
        f'read="1" date_sent="0" contact_name="{name}" />'
    )


def mms(address: str, box: int, sender: str, *others: str, text: str = "wir", m_id: str = "m1") -> str:
    addrs = f'<addr address="{sender}" type="137" />' if sender else ""
    addrs += "".join(f'<addr address="{other}" type="151" />' for other in others)
    return (
        f'<mms date="{AT}" msg_box="{box}" address="{address}" m_id="{m_id}" m_type="132">'
        f'<parts><part seq="0" ct="text/plain" text="{text}" /></parts><addrs>{addrs}</addrs></mms>'
    )


def call(number: str, kind: int = 1, duration: int = 60) -> str:
    return f'<call number="{number}" duration="{duration}" date="{AT}" type="{kind}" />'


def backup(path: Path, *rows: str, root: str = "smses", name: str = "sms.xml") -> Path:
    path.mkdir(exist_ok=True)
    (path / name).write_text(
        f'{HEAD}<{root} count="{len(rows)}">\n' + "\n".join(rows) + f"\n</{root}>", "utf-8"
    )
    return path


def read(path: Path, owner: Owner | None = None) -> list[Record]:
    with Export(path) as export:
        return list(Importer().extract(export, owner or Owner()))


def acts(records: list[Record]) -> list[InteractionRecord]:
    return [record for record in records if isinstance(record, InteractionRecord)]


def left(records: list[Record]) -> dict[str, int]:
    return {record.what: record.number for record in records if isinstance(record, Left)}


def test_a_number_dialled_at_home_is_the_one_that_answered_from_abroad(tmp_path: Path) -> None:
    path = backup(tmp_path, sms("0170 1234567", 2), sms("+49 170 1234567", 1, at=AT + 1))
    out, back = acts(read(path))
    assert out.who == back.who == IdentityRef("phone", "+491701234567", name="Zoë")
    assert out.thread == back.thread
    assert (out.direction, back.direction) == (Direction.OUT, Direction.IN)


def test_a_number_at_home_stays_what_it_is_when_two_abroad_end_like_it(tmp_path: Path) -> None:
    path = backup(tmp_path, sms("0171234567", 2), sms("+49171234567"), sms("+43171234567"))
    assert acts(read(path))[0].who == IdentityRef("phone", "0171234567", name="Zoë")


def test_an_american_number_without_country_code_is_the_one_with_it(tmp_path: Path) -> None:
    path = backup(tmp_path, sms("(415) 555-2671", 2), sms("+14155552671"))
    assert {act.who.handle for act in acts(read(path)) if act.who} == {"+14155552671"}


def test_how_a_number_is_written_does_not_change_the_id_of_a_message(tmp_path: Path) -> None:
    alone = acts(read(backup(tmp_path / "a", sms("01701234567", 2))))
    later = acts(read(backup(tmp_path / "b", sms("01701234567", 2), sms("+491701234567"))))
    assert alone[0].who != later[0].who
    assert alone[0].external_id == later[0].external_id


def test_a_message_that_was_restored_twice_is_one(tmp_path: Path) -> None:
    once, again, other = acts(
        read(backup(tmp_path, sms("+4912345678"), sms("+4912345678"), sms("+4912345678", at=AT + 1)))
    )
    assert once.external_id == again.external_id != other.external_id


@pytest.mark.parametrize("kind", [0, 3, 4, 5, 6])
def test_what_never_left_the_phone_is_left_out_and_counted(kind: int, tmp_path: Path) -> None:
    records = read(backup(tmp_path, sms("+491701234567", kind)))
    assert records == [Left("messages that were never sent: drafts and failures", 1)]


@pytest.mark.parametrize("address", ["DHL", "VM-HDFCBK", "72727", "12 34 56", "Müller GmbH", "-1"])
def test_shops_and_banks_are_nobody(address: str, tmp_path: Path) -> None:
    records = read(backup(tmp_path, sms(address), sms(address, 2)))
    assert acts(records) == []
    assert sum(left(records).values()) == 2


def test_a_message_in_a_group_is_from_its_sender_and_to_everybody(tmp_path: Path) -> None:
    group = "+491701234567~+81 90-1234-5678"
    path = backup(
        tmp_path,
        mms(group, 1, "+819012345678", "insert-address-token", "+491701234567"),
        mms(group, 2, "+4915112345678", "+491701234567", "+819012345678", m_id="m2"),
    )
    records = read(path)
    got, *sent = acts(records)
    assert got.who == IdentityRef("phone", "+819012345678")
    assert (got.direction, got.kind) == (Direction.IN, Kind.GROUP_MESSAGE)
    assert {act.who.handle for act in sent if act.who} == {"+491701234567", "+819012345678"}
    assert len({act.external_id for act in sent}) == 2
    assert {act.thread for act in (got, *sent)} == {"sms:+491701234567,+819012345678"}
    assert SelfRecord((IdentityRef("phone", "+4915112345678"),)) in records


def test_the_users_own_number_in_a_group_is_nobody_else(tmp_path: Path) -> None:
    path = backup(tmp_path, mms("+491701234567~+4915112345678", 1, "+491701234567"))
    [act] = acts(read(path, Owner(identities=frozenset({("phone", "+4915112345678")}))))
    assert act.kind is Kind.MESSAGE


def test_a_group_message_without_a_sender_is_one_problem(tmp_path: Path) -> None:
    [problem] = read(backup(tmp_path, mms("+491701234567~+819012345678", 1, "")))
    assert isinstance(problem, Problem)
    assert "who of its group" in problem.reason


@pytest.mark.parametrize(("kind", "duration"), [(1, 0), (2, 0), (3, 0), (4, 20), (5, 0), (6, 0)])
def test_a_call_that_nobody_answered_is_no_call(kind: int, duration: int, tmp_path: Path) -> None:
    records = read(backup(tmp_path, call("+491701234567", kind, duration), root="calls"))
    assert acts(records) == []
    assert sum(left(records).values()) == 1


@pytest.mark.parametrize(("kind", "duration"), [(1, 5), (2, 5), (7, 0)])
def test_a_call_is_an_act_of_both(kind: int, duration: int, tmp_path: Path) -> None:
    [act] = acts(read(backup(tmp_path, call("+491701234567", kind, duration), root="calls")))
    assert (act.platform, act.kind, act.direction) == ("phone", Kind.CALL, Direction.MUTUAL)


def test_calls_and_messages_of_one_backup_know_each_others_numbers(tmp_path: Path) -> None:
    backup(tmp_path, sms("+491701234567"))
    backup(tmp_path, call("01701234567", 2), root="calls", name="calls.xml")
    assert {act.who.handle for act in acts(read(tmp_path)) if act.who} == {"+491701234567"}


def test_a_message_with_an_impossible_time_keeps_its_words(tmp_path: Path) -> None:
    act, problem = read(backup(tmp_path, sms("+491701234567", at=99999999999999)))
    assert isinstance(act, InteractionRecord)
    assert (act.at, act.precision, act.text) == (None, Precision.UNKNOWN, "Hallo")
    assert isinstance(problem, Problem)


def test_a_backup_that_was_cut_off_says_how_far_it_went(tmp_path: Path) -> None:
    path = backup(tmp_path, sms("+491701234567"), sms("+491701234567", at=AT + 1))
    (path / "sms.xml").write_bytes((path / "sms.xml").read_bytes()[:-60])
    with pytest.raises(ExportError, match=r"sms\.xml is damaged or cut off in line \d+, after 1 entry"):
        read(path)


def test_a_backup_without_messages_is_empty(tmp_path: Path) -> None:
    assert read(backup(tmp_path)) == []


def test_a_number_is_found_across_the_borders_of_what_is_read_at_once(tmp_path: Path) -> None:
    rows = [sms("+4917000" + f"{number:05}", at=AT + number, body="x" * 500) for number in range(4000)]
    rows += [sms("017000" + f"{number:05}", 2, at=AT + number, body="y") for number in range(4000)]
    people = {act.who.handle for act in acts(read(backup(tmp_path, *rows))) if act.who}
    assert len(people) == 4000


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, None), (5, "5 s"), (200, "3 min 20 s"), (3600, "1 h"), (3725, "1 h 2 min")]
)
def test_how_long_a_call_took_is_said_in_words(seconds: int, words: str | None) -> None:
    assert lasting(seconds) == words


@given(st.text(max_size=30))
def test_any_address_is_somebody_or_a_robot(address: str) -> None:
    numbers = Numbers(Owner())
    numbers.note(address)
    key = numbers.key(address)
    assert numbers.key(address) == key
    assert is_robot(key) or numbers.person(key, None).handle == key
