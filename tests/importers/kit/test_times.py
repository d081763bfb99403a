"""The notations of time in exports, read without the machine's language or zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.records import Precision, Problem
from crm.importers.kit import times
from crm.importers.kit.times import UNKNOWN, Moment, TimeColumn

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(times.EARLIEST, times.EARLIEST + 100 * 365 * times.DAY).map(
    lambda microseconds: EPOCH + timedelta(microseconds=microseconds)
)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NOTATIONS = (times.iso, times.us_short, times.dotted, times.day_month_year, times.unix_date)


def at(*parts: int) -> int:
    return (datetime(*parts, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("read", "text", "moment"),
    [
        (times.iso, "2024-03-15 09:30:00 UTC", Moment(at(2024, 3, 15, 9, 30), Precision.SECOND)),
        (times.iso, "2024-05-01 12:00:00", Moment(at(2024, 5, 1, 12), Precision.SECOND, True)),
        (times.iso, "2019/04/30 12:15:11 UTC", Moment(at(2019, 4, 30, 12, 15, 11), Precision.SECOND)),
        (times.iso, "2024-05-01T12:00:00Z", Moment(at(2024, 5, 1, 12), Precision.SECOND)),
        (
            times.iso,
            "2024-05-01T12:00:00.25+05:30",
            Moment(at(2024, 5, 1, 6, 30) + 250_000, Precision.SECOND),
        ),
        (times.iso, "2024-05-01 12:00-0200", Moment(at(2024, 5, 1, 14), Precision.MINUTE)),
        (times.iso, "2024-05-01 12:00", Moment(at(2024, 5, 1, 12), Precision.MINUTE, True)),
        (times.iso, "2024-02-29", Moment(at(2024, 2, 29), Precision.DAY)),
        (times.iso, "2016-12-31 23:59:60 UTC", Moment(at(2016, 12, 31, 23, 59, 59), Precision.SECOND)),
        (times.us_short, "1/12/10, 9:14 AM", Moment(at(2010, 1, 12, 9, 14), Precision.MINUTE, True)),
        (times.us_short, "9/13/24, 12:05 AM", Moment(at(2024, 9, 13, 0, 5), Precision.MINUTE, True)),
        (times.us_short, "9/13/24, 12:05\u202fPM", Moment(at(2024, 9, 13, 12, 5), Precision.MINUTE, True)),
        (times.us_short, "05/14/21, 07:30 AM", Moment(at(2021, 5, 14, 7, 30), Precision.MINUTE, True)),
        (times.us_short, "5/14/2021 19:30", Moment(at(2021, 5, 14, 19, 30), Precision.MINUTE, True)),
        (times.us_short, "5/14/2021 19:30:05", Moment(at(2021, 5, 14, 19, 30, 5), Precision.SECOND, True)),
        (times.us_short, "5/14/2021", Moment(at(2021, 5, 14), Precision.DAY, True)),
        (times.day_month_year, "04 Jan 2026", Moment(at(2026, 1, 4), Precision.DAY)),
        (times.day_month_year, "4-Apr-21", Moment(at(2021, 4, 4), Precision.DAY, True)),
        (times.day_month_year, "4 September 2021", Moment(at(2021, 9, 4), Precision.DAY)),
        (
            times.unix_date,
            "Tue May 14 06:33:11 UTC 2024",
            Moment(at(2024, 5, 14, 6, 33, 11), Precision.SECOND),
        ),
        (
            times.unix_date,
            "Tue May  4 06:33:11 GMT 2024",
            Moment(at(2024, 5, 4, 6, 33, 11), Precision.SECOND),
        ),
        (times.dotted, "01.05.2024 12:00", Moment(at(2024, 5, 1, 12), Precision.MINUTE, True)),
        (times.dotted, "1.5.24", Moment(at(2024, 5, 1), Precision.DAY, True)),
    ],
)
def test_a_notation_is_read(read: times.Notation, text: str, moment: Moment) -> None:
    assert read(text) == moment
    assert TimeColumn("t").read(f" {text} ", 1) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "2024-02-30",
        "2023-02-29 10:00:00 UTC",
        "2024-03-15 24:30:00 UTC",
        "2024-03-15 09:60:00 UTC",
        "2024-13-01 00:00:00",
        "٢٠٢٤-03-15 09:30:00",
        "13/32/10, 9:14 AM",
        "1/12/10, 13:14 PM",
        "1/12/10, 0:14 AM",
        "30 Feb 2024",
        "04 Foo 2024",
        "31.04.2024",
        "Tue May 32 06:33:11 UTC 2024",
        "Tue May 14 06:33:11 CEST 2024",
        "0000-00-00 00:00:00",
        "2006-12-31 23:59:Z",
        "99999-01-01",
    ],
)
def test_what_is_no_time_is_none(text: str) -> None:
    assert [read(text) for read in NOTATIONS] == [None] * len(NOTATIONS)


@given(MOMENTS)
def test_what_is_written_is_read_back(moment: datetime) -> None:
    seconds, minutes = moment.replace(microsecond=0), moment.replace(microsecond=0, second=0)
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    month = MONTHS[moment.month - 1]
    hour, half = moment.hour % 12 or 12, "AM" if moment.hour < 12 else "PM"
    written = [
        (times.iso, f"{seconds:%Y-%m-%d %H:%M:%S} UTC", seconds),
        (times.iso, f"{seconds:%Y/%m/%d %H:%M:%S} UTC", seconds),
        (times.iso, moment.isoformat(), moment),
        (times.us_short, f"{moment.month}/{moment.day}/{moment:%Y}, {hour}:{moment:%M} {half}", minutes),
        (times.day_month_year, f"{moment:%d} {month} {moment:%Y}", day),
        (times.unix_date, f"Mon {month} {moment:%d %H:%M:%S} UTC {moment:%Y}", seconds),
    ]
    for read, text, expected in written:
        found = read(text)
        assert found is not None
        assert found.at == (expected - EPOCH) // timedelta(microseconds=1)


@given(st.text(max_size=40))
def test_no_text_makes_it_fail(text: str) -> None:
    for read in NOTATIONS:
        found = read(text)
        assert found is None or found.at is not None


def test_times_nobody_can_have_acted_at_are_unknown_and_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_NOW", "2024-06-01T12:00:00Z")
    column = TimeColumn("messages.csv")
    assert column.read("1989-12-31", 7) == UNKNOWN
    assert column.read("2024-06-03 12:00:01 UTC", 8) == UNKNOWN
    assert column.read("soon", 9) == UNKNOWN
    assert column.read("1990-01-01", 10).at == at(1990, 1, 1)
    assert column.read("2024-06-03 12:00:00 UTC", 11).at == at(2024, 6, 3, 12)
    assert column.problem() == Problem(
        "messages.csv",
        "3 times count as unknown: unreadable, before 1990 or in the future (line 7: '1989-12-31')",
    )


def test_a_column_of_good_times_has_no_problem() -> None:
    column = TimeColumn("t")
    column.read("2020-01-01", 1)
    assert column.problem() is None


def test_a_column_of_one_notation_reads_no_other() -> None:
    column = TimeColumn("t", times.day_month_year)
    assert column.read("2020-01-01", 1) == UNKNOWN
    assert column.read("01 Jan 2020", 2).at == at(2020, 1, 1)
