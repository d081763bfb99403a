"""X: times as they are written, and as ids tell them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from x_archive import (
    tweet,
)

from crm.domain.records import (
    Precision,
)
from crm.importers.x import moments


@pytest.mark.parametrize(
    ("created", "number", "at", "precision"),
    [
        ("Fri Mar 01 12:00:00 +0000 2024", "1", "2024-03-01T12:00:00", Precision.SECOND),
        ("Fri Mar 01 12:00:00 +0130 2024", "1", "2024-03-01T10:30:00", Precision.SECOND),
        (
            "Thu Jan 01 00:00:00 +0000 1970",
            "1541815603606036480",
            "2022-06-28T16:07:40.105",
            Precision.SECOND,
        ),
        (
            "Thu Jan 01 00:00:00 +0000 0057",
            "1541815603606036480",
            "2022-06-28T16:07:40.105",
            Precision.SECOND,
        ),
        ("nonsense", "1541815603606036480", "2022-06-28T16:07:40.105", Precision.SECOND),
        ("Fri Foo 01 12:00:00 +0000 2024", "20", None, Precision.UNKNOWN),
        ("Fri Mar 01 25:00:00 +0000 2024", "20", None, Precision.UNKNOWN),
        ("Thu Jan 01 00:00:00 +0000 9999", "20", None, Precision.UNKNOWN),
        ("2010-10-10 00:00:00 +0000", "20", "2010-10-10T00:00:00", Precision.DAY),
        ("2010-10-10 08:15:00 +0000", "20", "2010-10-10T08:15:00", Precision.SECOND),
        ("2012-10-10 00:00:00 +0000", "20", "2012-10-10T00:00:00", Precision.SECOND),
    ],
)
def test_the_time_is_what_is_written_or_what_the_id_says(
    tweets: Any, created: str, number: str, at: str | None, precision: Precision
) -> None:
    row = tweet("x", 1)
    row["tweet"].update(id_str=number, created_at=created)
    (post,) = tweets(row)
    expected = at and round(datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp() * 1_000_000)
    assert (post.at, post.precision) == (expected, precision)


MOMENTS = st.datetimes(datetime(1995, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@given(MOMENTS)
def test_both_notations_are_read_as_the_standard_library_reads_them(moment: datetime) -> None:
    day = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[moment.weekday()]
    month = moments._MONTHS
    name = next(key for key, number in month.items() if number == moment.month)
    seconds = int((moment.replace(microsecond=0) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())
    written = f"{day} {name} {moment:%d %H:%M:%S} +0000 {moment.year}"
    assert moments.read(written) == seconds * 1_000_000
    millis = moment.microsecond // 1000
    iso = f"{moment.year:04d}-{moment:%m-%dT%H:%M:%S}.{millis:03d}Z"
    assert moments.read(iso) == seconds * 1_000_000 + millis * 1000


@given(st.text(max_size=40) | st.text("0123456789:-+ TZ.FriMa", max_size=32))
def test_no_text_makes_the_reader_of_times_stumble(text: str) -> None:
    assert moments.read(text) is None or isinstance(moments.read(text), int)
    assert moments.snowflake(text) is None or text.isdecimal()
