"""What an exchange is: the examples of the rules, and a comparison with the plain statement of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import brute_force
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.days import LocalDays
from crm.domain.exchanges import Act, Depth, History, Mark, Turn, depth_of, history, kinds_at_or_above, packed
from crm.domain.records import Kind

DAY = 86_400_000_000
WINDOW = 30 * DAY
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def at(text: str) -> int:
    return (datetime.fromisoformat(text + "T12:00:00+00:00") - EPOCH) // timedelta(microseconds=1)


def acts(*told: tuple[str, str]) -> list[Act]:
    return [Act(at(day), direction, number) for number, (day, direction) in enumerate(told)]


def past(told: list[Act], window: int, days: LocalDays) -> History:
    return history([packed(act.at, act.direction, act.day_only) for act in told], window, days)


def mark(act: Act) -> Mark:
    return Mark(act.at, act.direction, act.day_only)


def last_day(*told: tuple[str, str]) -> str | None:
    found = past(acts(*told), WINDOW, LocalDays(UTC))
    return date.fromordinal(found.days[-1]).isoformat() if found.days else None


def test_two_messages_of_yours_and_no_answer_are_no_exchange():
    assert last_day(("2026-01-01", "out"), ("2026-01-20", "out")) is None


def test_a_comment_answered_on_another_platform_within_the_window_is_an_exchange_on_the_later_day():
    assert last_day(("2026-01-01", "in"), ("2026-01-20", "out")) == "2026-01-20"


def test_an_answer_after_59_days_is_none_but_your_answer_to_it_the_next_day_is():
    assert last_day(("2026-01-01", "out"), ("2026-03-01", "in")) is None
    assert last_day(("2026-01-01", "out"), ("2026-03-01", "in"), ("2026-03-02", "out")) == "2026-03-02"


def test_an_answer_exactly_at_the_end_of_the_window_still_is_one():
    assert last_day(("2026-01-01", "out"), ("2026-01-31", "in")) == "2026-01-31"
    assert last_day(("2026-01-01", "out"), ("2026-02-01", "in")) is None


def test_a_call_is_an_exchange_by_itself_and_nobodys_partner():
    assert last_day(("2026-05-05", "mutual")) == "2026-05-05"
    assert last_day(("2026-05-05", "mutual"), ("2026-05-06", "out")) == "2026-05-05"


def test_likes_from_both_sides_are_below_the_floor_of_words():
    assert Kind.REACTION.value not in kinds_at_or_above(Depth.WORDS)
    assert Kind.REACTION.value in kinds_at_or_above(Depth.NOD)


def test_every_kind_has_a_depth():
    assert all(depth_of(kind) in Depth for kind in Kind)


def test_the_evidence_is_the_act_and_the_nearest_one_it_answered():
    found = past(
        acts(("2026-01-01", "in"), ("2026-01-05", "in"), ("2026-01-07", "out")),
        WINDOW,
        LocalDays(UTC),
    )
    assert found.last is not None
    assert found.last.completing.at == at("2026-01-07")
    assert found.last.partner is not None
    assert found.last.partner.at == at("2026-01-05")


@pytest.mark.parametrize(
    ("direction", "turn"), [("in", Turn.YOURS), ("out", Turn.THEIRS), ("mutual", Turn.EVEN)]
)
def test_the_turn_follows_the_latest_act(direction: str, turn: Turn):
    found = past(acts(("2026-01-01", "in"), ("2026-01-02", direction)), WINDOW, LocalDays(UTC))
    assert found.turn is turn


def test_unanswered_counts_days_not_messages_since_their_last_act():
    told = [("2026-01-01", "out"), ("2026-01-02", "in"), ("2026-02-01", "out"), ("2026-02-01", "out")]
    found = past(acts(*told, ("2026-02-09", "out")), WINDOW, LocalDays(UTC))
    assert found.unanswered == 2


def test_an_exchange_day_is_a_day_of_the_users_time_zone():
    late = (datetime(2026, 5, 5, 23, 30, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
    call = [Act(late, "mutual", 1)]
    berlin = past(call, WINDOW, LocalDays(ZoneInfo("Europe/Berlin")))
    assert date.fromordinal(berlin.days[0]) == date(2026, 5, 6)
    known_by_day = [Act(late, "mutual", 1, day_only=True)]
    anywhere = past(known_by_day, WINDOW, LocalDays(ZoneInfo("Pacific/Auckland")))
    assert date.fromordinal(anywhere.days[0]) == date(2026, 5, 5)


moments = st.integers(0, 120).map(lambda hours: hours * 12 * 3_600_000_000) | st.integers(0, 60 * DAY)
histories = st.lists(
    st.tuples(moments, st.sampled_from(["in", "out", "mutual"]), st.booleans()), max_size=40
).map(lambda told: [Act(when, who, number, day) for number, (when, who, day) in enumerate(told)])
zones = st.sampled_from(
    [UTC, ZoneInfo("Europe/Berlin"), ZoneInfo("America/St_Johns"), ZoneInfo("Asia/Tokyo")]
)


@given(histories, st.integers(0, 40).map(lambda days: days * DAY), zones)
def test_every_history_gives_what_the_plain_statement_of_the_rules_gives(told, window, zone):
    found = past(told, window, LocalDays(zone))
    completing = brute_force.completing(told, window)
    assert [date.fromordinal(day) for day in found.days] == brute_force.exchange_days(told, window, zone)
    assert found.turn == brute_force.turn(told)
    assert found.unanswered == brute_force.unanswered(told, zone)
    assert (found.last.completing.at if found.last else None) == (completing[-1].at if completing else None)
    assert (found.first.completing.at if found.first else None) == (completing[0].at if completing else None)
    if found.last and found.last.partner:
        assert mark(brute_force.partner_of(completing[-1], told, window))[:2] == found.last.partner[:2]


@given(histories, st.randoms(use_true_random=False))
def test_the_order_in_which_acts_arrive_does_not_matter(told, dice):
    shuffled = list(told)
    dice.shuffle(shuffled)
    days = LocalDays(UTC)
    assert past(shuffled, WINDOW, days) == past(told, WINDOW, days)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1)), zones)  # noqa: DTZ001 - made aware below
def test_local_days_agree_with_the_calendar(moment, zone):
    moment = moment.replace(tzinfo=UTC)
    ordinal = LocalDays(zone).ordinal((moment - EPOCH) // timedelta(microseconds=1))
    assert date.fromordinal(ordinal) == moment.astimezone(zone).date()


@given(
    st.lists(st.integers(-(10**15), 3 * 10**15), max_size=9),
    st.integers(0, 8),
    st.sampled_from(["Africa/Monrovia", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia"]),
)
def test_the_days_of_many_moments_are_those_of_each_whatever_stands_below_them(moments, shift, name):
    days = LocalDays(ZoneInfo(name))
    marks = [moment << shift | (1 << shift) - 1 for moment in moments]
    local = [(EPOCH + timedelta(microseconds=moment)).astimezone(days.zone).date() for moment in moments]
    assert [date.fromordinal(day) for day in days.ordinals(marks, shift)] == local


class Looked(int):
    """An act that counts how often it is looked at."""

    looks = 0

    def _count(self) -> int:
        Looked.looks += 1
        return int(self)

    def __gt__(self, other: int) -> bool:
        return self._count() > int(other)

    def __lt__(self, other: int) -> bool:
        return self._count() < int(other)

    def __and__(self, other: int) -> int:
        return self._count() & int(other)

    def __rshift__(self, other: int) -> int:
        return self._count() >> int(other)


@pytest.mark.parametrize("ways", [("in",), ("in", "out"), ("in", "mutual"), ("out",)])
def test_many_acts_at_one_moment_cost_no_more_than_as_many_at_different_ones(ways):
    def looks(number: int) -> int:
        Looked.looks = 0
        told = [Looked(packed(at("2026-01-01"), ways[one % len(ways)])) for one in range(number)]
        history(told, WINDOW, LocalDays(UTC))
        return Looked.looks

    assert looks(800) < 3 * looks(400)


def test_of_two_acts_at_the_same_moment_yours_is_the_answer_whatever_came_in_first():
    for order in (("in", "out"), ("out", "in")):
        told = [Act(at("2026-01-01"), direction, number) for number, direction in enumerate(order)]
        assert past(told, WINDOW, LocalDays(UTC)).turn is Turn.THEIRS
