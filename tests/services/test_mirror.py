"""The mirror: every figure as it is defined, and equal to a second, plainer implementation."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from brute_mirror import EPOCH, Brute, Deed, Person
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from crm.db import state
from crm.db.store import Store
from crm.db.tables import contact, identity, interaction
from crm.domain.cadence import Rules
from crm.domain.errors import UsageError
from crm.domain.exchanges import Depth
from crm.domain.records import Direction, IdentityRef, InteractionRecord, Kind, PostRecord, Precision
from crm.services import importing, merging, mirror, mirror_page
from crm.services.contacts import ContactQuery, list_ids
from crm.services.spooling import Spool

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
TODAY = date(2026, 6, 1)
WINDOW = 30 * 86_400 * 10**6
QUICK = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)


def seen(store, days=365, platform=None):
    view = store.read(mirror.mirror, TODAY - timedelta(days=days - 1), TODAY)
    part = view.everywhere if platform is None else view.platforms[platform]
    return part.figures


def before(store, days=365):
    return store.read(mirror.mirror, TODAY - timedelta(days=days - 1), TODAY).everywhere.before


def post(days_ago: float, text: str = "hello", platform: str = "x") -> PostRecord:
    at = (NOW - timedelta(days=days_ago) - EPOCH) // timedelta(microseconds=1)
    return PostRecord(platform, f"post:{platform}:{at}", at, text)


def test_an_opening_is_an_act_of_theirs_that_follows_none_of_theirs(store, act, bring):
    bring([act("ada", "in", days_ago=90), act("ada", "in", days_ago=80), act("ada", "out", days_ago=70)])
    responses = seen(store).responses
    assert (responses.openings, responses.answered, responses.rate) == (1, 1, 1.0)
    assert responses.seconds == 20 * 86_400


def test_after_a_silence_longer_than_the_window_they_open_again(store, act, bring):
    bring([act("ada", "in", days_ago=90), act("ada", "in", days_ago=59), act("ada", "out", days_ago=58)])
    responses = seen(store).responses
    assert (responses.openings, responses.answered, responses.rate) == (2, 1, 0.5)
    assert responses.seconds == 86_400


def test_an_answer_after_the_window_is_none(store, act, bring):
    bring([act("ada", "in", days_ago=90), act("ada", "out", days_ago=59)])
    responses = seen(store).responses
    assert (responses.openings, responses.answered, responses.pending, responses.rate) == (1, 0, 0, 0.0)
    assert responses.seconds is None


def test_an_opening_still_inside_its_window_is_left_out_of_the_rate(store, act, bring):
    bring([act("ada", "in", days_ago=90), act("ada", "out", days_ago=89), act("bo", "in", days_ago=30)])
    responses = seen(store).responses
    assert (responses.openings, responses.answered, responses.pending, responses.rate) == (2, 1, 1, 1.0)


def test_an_answer_at_the_very_end_of_the_window_still_is_one(store, act, bring):
    bring([act("ada", "in", days_ago=60), act("ada", "out", days_ago=30)])
    assert (seen(store).responses.answered, seen(store).responses.seconds) == (1, 30 * 86_400)


def test_where_every_opening_is_open_there_is_no_rate(store, act, bring):
    bring([act("ada", "in", days_ago=3)])
    assert seen(store).responses.rate is None
    assert "1 is still within its 30 days" in sentence(store, "response_rate")


def test_an_answer_may_come_on_another_platform_by_phone_and_after_the_period(store, act, bring):
    bring([act("ada", "in", days_ago=50), act("ada", "mutual", kind="call", platform="phone", days_ago=40)])
    store.write(merging.merge, *store.read(list_ids, ContactQuery()))
    view = store.read(mirror.mirror, TODAY - timedelta(days=60), TODAY - timedelta(days=45))
    assert view.everywhere.figures.responses.rate == 1.0
    assert view.platforms["x"].figures.responses.rate == 1.0
    assert view.everywhere.figures.together == 0


def test_a_click_opens_nothing_and_answers_nothing(store, act, bring):
    bring([act("ada", "in", kind="reaction", days_ago=50), act("bo", "in", days_ago=50)])
    bring([act("bo", "out", kind="reaction", days_ago=49)])
    responses = seen(store).responses
    assert (responses.openings, responses.answered) == (1, 0)


def test_what_they_answered_is_counted_the_same_way_round(store, act, bring):
    bring([act("ada", "out", days_ago=90), act("ada", "in", days_ago=80), act("bo", "out", days_ago=70)])
    theirs = seen(store).answered_by_them
    assert (theirs.openings, theirs.answered, theirs.rate, theirs.seconds) == (2, 1, 0.5, 10 * 86_400)


def test_the_response_time_is_the_median(store, act, bring):
    for who, days in (("ada", 1), ("bo", 2), ("cy", 20)):
        bring([act(who, "in", days_ago=90), act(who, "out", days_ago=90 - days)])
    assert seen(store).responses.seconds == 2 * 86_400


def test_somebody_with_two_accounts_is_one_person(store, act, bring):
    bring([act("ada", "in", days_ago=90), act("ada", "in", platform="email", days_ago=45, kind="email")])
    assert seen(store).responses.people == 2
    store.write(merging.merge, *store.read(list_ids, ContactQuery()))
    assert (seen(store).responses.people, seen(store).responses.openings) == (1, 2)
    assert seen(store).community.known == 1


def test_directed_is_what_was_said_to_somebody_also_where_nobody_knows_to_whom(store, act, bring):
    unknown = act("ada", "out", kind="comment", days_ago=2)._replace(who=None)
    bring([act("ada", "out", days_ago=3), unknown, act("ada", "out", kind="reaction", days_ago=1), post(4)])
    assert seen(store).directed_share == pytest.approx(2 / 3)
    assert seen(store).given[Depth.WORDS] == 2


def test_promotion_is_the_share_of_posts_with_a_link_to_an_own_site(tmp_path, bring, store):
    posts = ["new: https://Example.org/kiln", "see example.org.", "mail me@example.org", "no example.organic"]
    bring([post(number, text) for number, text in enumerate(posts, start=1)])
    assert (seen(store).posts, seen(store).promoting, seen(store).promotion_share) == (4, None, None)
    store.close()
    again = Store.open(tmp_path / "crm.db", rules=Rules(zone=UTC, own_sites=("example.org",)), now=store.now)
    figures = seen(again)
    assert (figures.promoting, figures.promotion_share) == (2, 0.5)
    again.close()


@pytest.mark.parametrize(
    ("text", "is_link"),
    [
        ("https://example.org", True),
        ("http://www.example.org/a?b", True),
        ("shop.example.org is open", True),
        ("(example.org)", True),
        ("example.org.evil.test", False),
        ("my-example.org", False),
        ("ada@example.org", False),
        ("https://other.test/shop", False),
        ("kiln.test/shop/mugs", True),
        ("kiln.test/blog", False),
    ],
)
def test_a_link_is_one_to_that_host_or_that_part_of_it(text, is_link):
    assert mirror.links_to(["www.example.org", "kiln.test/shop"])(text) is is_link


def test_words_and_clicks_given_and_received_are_counted_by_depth(store, act, bring):
    bring([act("ada", "out", kind="reaction", days_ago=n) for n in (1, 2, 3)])
    bring([act("ada", "out", kind="reshare", days_ago=1), act("ada", "out", days_ago=2)])
    bring([act("ada", "in", days_ago=4), act("ada", "mutual", kind="meeting", days_ago=5)])
    figures = seen(store)
    assert (figures.given, figures.received, figures.together) == ((3, 1, 1, 0), (0, 0, 1, 0), 1)


def test_the_community_is_counted_at_the_end_of_the_period(store, act, bring):
    bring([act("old", w, days_ago=d) for d in (1200, 100) for w in ("out", "in")])
    bring([act("new", w, days_ago=50) for w in ("out", "in")])
    bring([act("gone", w, days_ago=800) for w in ("out", "in")])
    bring([act("fan", "in", kind="reaction", days_ago=5)])
    community = seen(store, 90).community
    assert community == (4, 3, 2, 1)
    assert community.silent_audience == 1
    # 90 days earlier the new one and the fan were not there yet
    assert before(store, 90).community == (2, 2, 1, 1)


def test_growth_is_counted_in_the_month_of_the_first_exchange(store, act, bring):
    bring([act("ada", w, days_ago=d) for d in (70, 40, 3) for w in ("out", "in")])
    assert seen(store, 92).growth == (
        (date(2026, 3, 1), 1),
        (date(2026, 4, 1), 0),
        (date(2026, 5, 1), 0),
        (date(2026, 6, 1), 0),
    )


def test_on_the_calendar_each_person_is_counted_once_a_day(store, act, bring):
    bring([act("ada", w, days_ago=3 + part) for part in (0, 0.1, 0.2) for w in ("out", "in")])
    bring([act("bo", w, days_ago=3) for w in ("out", "in")])
    assert seen(store).exchanges == ((date(2026, 5, 29), 2),)


def test_unknown_times_are_in_no_period_and_a_date_alone_is_that_day_everywhere(tmp_path, act, store, bring):
    unknown = act("ada", "out", key="u")._replace(at=None, precision=Precision.UNKNOWN)
    midnight = (datetime(2026, 5, 1, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
    dated = act("ada", "out", key="d")._replace(at=midnight, precision=Precision.DAY)
    bring([unknown, dated])
    store.close()
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        there = Store.open(tmp_path / "crm.db", rules=Rules(zone=ZoneInfo(zone)), now=store.now)
        view = there.read(mirror.mirror, date(2026, 5, 1), date(2026, 5, 1))
        assert sum(view.everywhere.figures.given) == 1
        assert sum(view.everywhere.before.given) == 0
        there.close()


def test_a_period_is_compared_with_as_many_days_before_it_and_ends_today(store):
    period = store.read(mirror.mirror, date(2026, 5, 3), date(2026, 12, 31)).period
    assert period == (date(2026, 5, 3), TODAY, date(2026, 4, 3), date(2026, 5, 2))


@pytest.mark.parametrize(
    ("since", "until"),
    [(date(2026, 7, 1), date(2026, 8, 1)), (TODAY, TODAY - timedelta(days=1)), (date(1, 1, 1), TODAY)],
)
def test_what_is_no_period_is_refused(since, until, store):
    with pytest.raises(UsageError):
        store.read(mirror.mirror, since, until)


def sentence(store, figure):
    view = store.read(mirror.mirror, TODAY - timedelta(days=364), TODAY)
    return view.everywhere.sentences[figure]


def test_every_figure_says_what_it_shows_and_nobody_is_named(store, act, bring):
    bring([act("ada", "in", days_ago=90), act("ada", "out", days_ago=89.9), act("bo", "in", days_ago=3)])
    bring([act("cy", "in", days_ago=60), post(10)])
    view = store.read(mirror.mirror, TODAY - timedelta(days=364), TODAY)
    said = view.everywhere.sentences
    assert said["response_rate"] == (
        "3 people spoke to you, 3 times in all. You answered 1 of 2, 50 %; "
        "1 more is still within its 30 days."
    )
    assert said["response_time"] == "Half of your answers came within 2 hours."
    assert said["exchanges"] == (
        "There was an exchange on 1 of 365 days (0 in the time before), with one person on the fullest day."
    )
    assert all(text.endswith(".") for text in said.values())
    assert not any(name in text.casefold() for text in said.values() for name in ("ada", "bo ", "cy "))


def test_an_empty_database_has_a_sentence_for_everything(store):
    view = store.read(mirror.mirror, TODAY, TODAY)
    assert view.platforms == {}
    assert all(text.endswith(".") for text in view.everywhere.sentences.values())


deeds = st.lists(
    st.builds(
        lambda who, platform, hours, direction, kind, exact: Deed(
            who,
            platform,
            None
            if hours is None
            else (NOW - timedelta(hours=hours) - EPOCH) // timedelta(microseconds=1)
            if exact
            else (datetime.combine((NOW - timedelta(hours=hours)).date(), datetime.min.time(), UTC) - EPOCH)
            // timedelta(microseconds=1),
            "mutual" if kind in ("call", "meeting") else direction,
            kind,
            not exact and hours is not None,
        ),
        st.sampled_from(["ada", "bo", "cy", None]),
        st.sampled_from(["x", "email", "phone"]),
        st.one_of(st.none(), st.integers(0, 24 * 60), st.integers(0, 40).map(lambda n: n * 24 * 30)),
        st.sampled_from(["in", "out"]),
        st.sampled_from(["message", "message", "message", "email", "reaction", "reshare", "call"]),
        st.booleans(),
    ),
    max_size=40,
)


def added_on(zone):
    return (NOW - timedelta(days=9)).astimezone(zone).date()


def filled(path, told, floors, zone):
    """Write a history straight into the tables."""
    store = Store.open(path, rules=Rules(zone=zone), now=lambda: NOW)
    names = ("ada", "bo", "cy")
    people = {
        name: Person(int(Depth[floor.upper()]), added_on(zone), frozenset(("x",)))
        for name, floor in zip(names, floors, strict=True)
    }

    def fill(work):
        added = (NOW - timedelta(days=9) - EPOCH) // timedelta(microseconds=1)
        for key, name in enumerate(names, start=1):
            row = {"id": key, "name": name, "name_rank": 1, "search": name, "created_at": added}
            work.connection.execute(insert(contact).values(**row, floor=floors[key - 1]))
            # acts of other platforms through the one account, as phone numbers have them
            account = {"id": key, "contact_id": key, "platform": "x", "handle": name}
            work.connection.execute(insert(identity).values(**account))
        for number, deed in enumerate(told):
            precision = "day" if deed.day_only else "second" if deed.at is not None else "unknown"
            work.connection.execute(
                insert(interaction).values(
                    identity_id=names.index(deed.who) + 1 if deed.who else None,
                    platform=deed.platform,
                    external_id=str(number),
                    at=deed.at,
                    precision=precision,
                    direction=deed.direction,
                    kind=deed.kind,
                )
            )

    store.write(fill)
    store.write(lambda work: state.recompute(work.connection, work.rules, work.now))
    return store, people


@settings(
    max_examples=60, deadline=None, phases=QUICK, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    deeds,
    st.lists(st.sampled_from(["words", "words", "boost", "nod"]), min_size=3, max_size=3),
    st.sampled_from([UTC, ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata")]),
    st.integers(0, 500),
    st.integers(1, 500),
)
def test_every_figure_equals_the_plain_computation(tmp_path_factory, told, floors, zone, ago, length):
    store, people = filled(tmp_path_factory.mktemp("any") / "crm.db", told, floors, zone)
    now = (NOW - EPOCH) // timedelta(microseconds=1)
    plain = Brute(told, people, WINDOW, now, zone)
    until = NOW.astimezone(zone).date() - timedelta(days=ago)
    view = store.read(mirror.mirror, until - timedelta(days=length - 1), until)
    store.close()
    period = view.period
    spans = [(period.since, period.until), (period.before_since, period.before_until)]
    parts = {None: view.everywhere, **view.platforms}
    for platform, part in parts.items():
        for figures, (first, last) in zip((part.figures, part.before), spans, strict=True):
            assert tuple(figures.responses) == plain.responses("in", first, last, platform)
            assert tuple(figures.answered_by_them) == plain.responses("out", first, last, platform)
            assert figures.given == plain.by_depth("out", first, last, platform)
            assert figures.received == plain.by_depth("in", first, last, platform)
            assert figures.together == sum(plain.by_depth("mutual", first, last, platform))
            assert tuple(figures.community) == plain.community(last, platform)
            assert figures.growth == plain.growth(first, last, platform)
            assert figures.exchanges == plain.exchanges(first, last, platform)
    moved = {deed.platform for deed in plain.deeds if spans[1][0] <= plain_day(deed, zone) <= spans[0][1]}
    assert set(view.platforms) == moved


def plain_day(deed, zone):
    moment = EPOCH + timedelta(microseconds=deed.at)
    return moment.date() if deed.day_only else moment.astimezone(zone).date()


def test_an_act_of_an_account_that_is_your_own_is_counted_and_is_nobody(store, act, bring):
    bring([act("ada", "out", days_ago=2)])

    def take(work):
        work.connection.exec_driver_sql("UPDATE identity SET contact_id = NULL")
        work.connection.exec_driver_sql("DELETE FROM relationship")
        work.connection.exec_driver_sql("DELETE FROM contact")

    store.write(take)
    figures = seen(store)
    assert (figures.given[Depth.WORDS], figures.community.known, figures.directed_share) == (1, 0, 1.0)


def test_the_name_of_a_platform_is_text_on_the_page_whatever_it_is(store, act, bring, tmp_path):
    hostile = '<script>alert(1)</script>\x1b]0;x\x07&"'
    bring([act("ada", "in", platform=hostile, days_ago=3), act("ada", "out", platform=hostile, days_ago=2)])
    view = store.read(mirror.mirror, TODAY - timedelta(days=364), TODAY)
    mirror_page.write(view, tmp_path / "page.html")
    html = (tmp_path / "page.html").read_text("utf-8")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<script" not in html
    assert not any(ord(char) < 32 and char != "\n" for char in html)


def test_acts_of_one_moment_answer_each_other(store):
    at = (NOW - timedelta(days=5) - EPOCH) // timedelta(microseconds=1)
    rows = [
        InteractionRecord("x", f"k{way}", IdentityRef("x", "ada"), at, Direction(way), Kind.MESSAGE)
        for way in ("out", "in")
    ]
    with Spool() as spool:
        spool.fill(rows, lambda _: None, lambda: False)
        store.write(importing.write_run, "x", "export.zip", spool)
    figures = seen(store)
    assert figures.exchanges == ((date(2026, 5, 27), 1),)
    assert figures.responses.seconds == 0
