"""Times that are none, zones that do not exist, days that are not in every year."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from archive_files import write_folder, write_zip
from hostile import AT, message, problems_of, records_of, sms, telegram, tweet, x_archive
from measured import Community
from messages_database import SECOND, START, Builder

from crm.domain.records import InteractionRecord, Precision, Record
from crm.importers.kit.times import ANY_NOTATION, EARLIEST, TimeColumn, is_believable, latest
from crm.services.importing import recognise

ODD = (  # noqa: SIM905
    "-1 0 1 -62135596801 253402300800 4102444800 9223372036854775807 9223372036854775808 "
    "18446744073709551616 nan inf -inf 1e18 1e400 0x10 1_700_000_000 ² １７０００００００００ "
    "1700000000.9999999 0000-00-00 0000-00-00T00:00:00Z 0001-01-01T00:00:00+14:00 9999-12-31T23:59:59-12:00 "
    "10000-01-01T00:00:00Z 2023-02-29T12:00:00Z 2024-06-31 2024-13-01T00:00:00Z 2024-06-01T24:00:00Z "
    "2024-06-01T12:60:00Z 2024-06-01T12:00:00+99:99 -2024-06-01T12:00:00Z 2024-W12-1 1900-02-29 "
    "T Z : - / . ../../etc/passwd"
).split()


def acts(records: list[Record]) -> list[InteractionRecord]:
    return [record for record in records if isinstance(record, InteractionRecord)]


def check(records: list[Record]) -> None:
    for act in acts(records):
        assert (act.at is None) == (act.precision is Precision.UNKNOWN)
        assert act.at is None or EARLIEST <= act.at <= latest()


# R066
@pytest.mark.parametrize(
    ("written", "at"),
    [
        (AT, AT),
        (str(AT), AT),
        (f"{AT}000", None),
        (AT * 1000, None),
        (AT * 1_000_000, None),
        (-1, None),
        (0, None),
        (1 << 63, None),
        ((1 << 63) - 1, None),
        ("9" * 5000, None),
        (1e300, None),
        (None, None),
        (True, None),
        (" ", None),
    ],
)
def test_epoch_units_are_seconds_in_telegram_and_out_of_range_is_unknown_with_a_reason(
    written: object, at: int | None, tmp_path: Path
) -> None:
    path = tmp_path / "result.json"
    path.write_text(telegram([message(1), message(2, date_unixtime=written)]))
    records = records_of("telegram", path)
    check(records)
    found = [act.at for act in acts(records) if act.text == "message 2"]
    assert found == ([at and at * 1_000_000] if found else [])
    assert at or problems_of(records)


# R066
@pytest.mark.parametrize(
    ("written", "known"),
    [
        (f"{AT}000", True),
        (str(AT), True),
        (f"{AT}000000", False),
        ("-1", False),
        ("0", False),
        (str(1 << 63), False),
    ],
)
def test_epoch_units_are_milliseconds_in_a_backup_of_text_messages(
    written: str, known: bool, tmp_path: Path
) -> None:
    path = tmp_path / "sms-20240301.xml"
    path.write_text(sms("one", "two").replace(f'date="{AT + 1}000"', f'date="{written}"'))
    records = records_of("sms", path)
    check(records)
    two = [act.at for act in acts(records) if act.text == "two"]
    assert two == [int(str(written)[:10]) * 1_000_000 if known else None]
    assert known or problems_of(records)


# R066
def test_the_epoch_of_apple_is_2001_in_seconds_and_nanoseconds(tmp_path: Path) -> None:
    written = {"seconds": START, "nanoseconds": START * SECOND, "none": 0, "before": -1, "text": "x"}
    written |= {"last": (1 << 63) - 1, "first": -(1 << 63), "milliseconds": START * 1000}
    with Builder(tmp_path / "chat.db") as made:
        zoe = made.handle("+491701234567")
        chat = made.chat("+491701234567", zoe)
        for text, date in written.items():
            made.message(chat, zoe, text, date=date)
    records = records_of("imessage", tmp_path / "chat.db")
    check(records)
    at = (978_307_200 + START) * 1_000_000  # 2001-01-01 after 1970-01-01
    assert datetime.fromtimestamp(at / 1_000_000, UTC).year == 2024
    found = {act.text: act.at for act in acts(records)}
    assert found == {
        text: at if text.endswith("seconds") and "milli" not in text else None for text in written
    }
    assert problems_of(records)


# R066, its neighbours
@pytest.mark.parametrize("written", ODD)
def test_a_time_that_cannot_be_costs_no_record_wherever_it_stands(written: str, tmp_path: Path) -> None:
    column = TimeColumn("t.csv")
    moment = column.read(written, 2)
    assert moment.at is None or is_believable(moment.at)
    for notation in ANY_NOTATION:
        notation(written)  # none raises
    chat = tmp_path / "result.json"
    fields = {"date_unixtime": written, "date": written}
    chat.write_text(telegram([message(1), message(2, **fields)]))
    check(records_of("telegram", chat))
    files = x_archive(json.dumps([tweet(1), tweet(2, created_at=written)]))
    posts = records_of("x", write_zip(tmp_path / "x.zip", files))
    check(posts)
    assert len(acts(posts)) == 2
    head = "First Name,Last Name,URL,Email Address,Company,Position,Connected On"
    rows = f"{head}\nZoe,Lind,https://www.linkedin.com/in/zoe,,,,{written}\n"
    folder = write_folder(tmp_path / "linkedin", {"Connections.csv": rows.encode()})
    check(records_of("linkedin", folder))


def test_believable_is_what_lies_between_1990_and_two_days_from_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_NOW", "2026-06-01T09:00:00Z")
    day = 86_400_000_000
    assert is_believable(EARLIEST)
    assert not is_believable(EARLIEST - 1)
    assert is_believable(latest())
    assert not is_believable(latest() + 1)
    assert latest() == int(datetime(2026, 6, 3, 9, tzinfo=UTC).timestamp()) * 1_000_000
    assert not is_believable(latest() + 10_000 * day)


# R069
@pytest.mark.parametrize("written", ["--0229", "--02-29", "1604-02-29"])
def test_a_birthday_without_year_on_29_february_is_told_once_and_without_an_age(
    written: str, tmp_path: Path, community: Community
) -> None:
    card = tmp_path / "zoe.vcf"
    extra = ";X-APPLE-OMIT-YEAR=1604" if written.startswith("1604") else ""
    card.write_bytes(
        f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Zoe Lind\r\nBDAY{extra}:{written}\r\nEND:VCARD\r\n".encode()
    )
    assert community.quick("import", card).code == 0
    told = {}
    for day in ("2027-02-27", "2027-02-28", "2027-03-01", "2027-03-02"):
        answer = community.quick("today", "--json", env={"CRM_NOW": f"{day}T09:00:00Z"})
        assert answer.code == 0, answer.err
        told[day] = [one for one in answer.json["dates"] if one["name"] == "Zoe Lind"]
    due = {day: ones for day, ones in told.items() if ones and "today" in ones[0]["reason"]}
    assert len(due) == 1, told
    assert all("turns" not in one["reason"] for ones in told.values() for one in ones)


# R073
@pytest.mark.parametrize(
    "zone", ["Mars/Phobos", "../../etc/passwd", "", "Europe/Kiev", "Europe/Kyiv", "x" * 5000, ":"]
)
def test_an_unknown_or_renamed_zone_of_the_system_does_not_crash(zone: str, community: Community) -> None:
    taken = community.crm("today", "--json", env={"TZ": zone, "CRM_TZ": ""})
    assert taken.code == 0, taken.err
    assert "Traceback" not in taken.err


# R073, where the user named it
@pytest.mark.parametrize(
    "zone", ["Mars/Phobos", "../../etc/passwd", "/etc/passwd", "Europe", "a\nb", "x" * 5000]
)
def test_an_unknown_zone_that_the_user_named_is_one_error_with_a_hint(
    zone: str, community: Community
) -> None:
    answer = community.quick("today", env={"CRM_TZ": zone})
    assert answer.code == 2
    assert answer.err.count("crm: error: ") == 1
    assert "hint: " in answer.err


def test_a_telegram_export_of_a_time_beyond_every_calendar_is_recognised(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    path.write_text(telegram([message(1, date="99999-01-01T00:00:00", date_unixtime="9" * 400)]))
    [found] = recognise([path])
    assert found.importer == "telegram"
    with closing(path.open()):
        check(records_of("telegram", path))
