"""What to talk about, on a real database: whose words, which of them, and what they cost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from crm.db.store import Store
from crm.domain.cadence import Rules
from crm.domain.errors import NotFoundError
from crm.domain.records import Direction, IdentityRef, InteractionRecord, Kind, PartialDate, Precision, Record
from crm.services import contacts, editing, importing, interactions, merging
from crm.services.contacts import ContactQuery
from crm.services.editing import Edits
from crm.services.spooling import Spool
from crm.services.starters import NEWEST, place_in_timeline, starters
from crm.services.views import Starter

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def said(
    who: str,
    days: float,
    text: str | None,
    direction: str = "in",
    *,
    thread: str | None = None,
    platform: str = "x",
    kind: str = "message",
    precision: Precision = Precision.SECOND,
) -> InteractionRecord:
    """Make a message of some days ago."""
    at = (NOW - timedelta(days=days) - EPOCH) // timedelta(microseconds=1)
    return InteractionRecord(
        platform=platform,
        external_id=f"{who}:{direction}:{at}:{thread}",
        who=IdentityRef(platform, who, name=who.capitalize()),
        at=at,
        direction=Direction(direction),
        kind=Kind(kind),
        text=text,
        thread=thread,
        precision=precision,
    )


Bring = Callable[[Sequence[Record]], object]


def about(store: Store, who: str = "ada") -> list[tuple[str, str]]:
    """Return kind and text of what there is to talk about."""
    found = store.read(starters, store.read(contacts.find, f"x:{who}"))
    return [(one.kind, one.text) for one in found]


def one(store: Store, kind: str, who: str = "ada") -> Starter:
    """Return the one starter of a kind."""
    (found,) = [
        each for each in store.read(starters, store.read(contacts.find, f"x:{who}")) if each.kind == kind
    ]
    return found


def test_what_waits_is_said_with_everything_that_leads_to_it(store: Store, bring: Bring) -> None:
    bring([said("ada", 2, "The print is on its way. It is big.", thread="t1")])
    found = one(store, "unanswered")
    assert found.text == "The print is on its way. It is big."
    assert (found.platform, found.direction, found.thread, found.owed) == ("x", "in", "t1", True)
    assert found.at == NOW - timedelta(days=2)
    assert store.read(interactions.by_ids, [found.interaction or 0])[0].text == found.text


def test_a_question_that_waits_is_quoted_alone(store: Store, bring: Bring) -> None:
    bring(
        [
            said("ada", 2, "Thank you. Did you finish the essay? No hurry."),
            said("ada", 3, "Hello there again"),
        ]
    )
    assert about(store) == [("question", "Did you finish the essay?"), ("unanswered", "Hello there again")]


def test_no_reply_needed_takes_it_away(store: Store, bring: Bring) -> None:
    bring([said("ada", 2, "Did you finish the essay?")])
    store.write(editing.done, store.read(contacts.find, "x:ada"))
    assert about(store) == []


def test_a_reply_logged_by_hand_answers_a_thread(store: Store, bring: Bring) -> None:
    bring([said("ada", 2, "Did you finish the essay?", thread="t1")])
    store.write(interactions.log, store.read(contacts.find, "x:ada"), "Yes", platform="x")
    assert about(store) == []


def test_an_older_question_in_another_thread_stays_open(store: Store, bring: Bring) -> None:
    bring(
        [
            said("ada", 90, "Which clay do you use there?", thread="t1"),
            said("ada", 10, "All is well with the kiln", thread="t2"),
            said("ada", 9, "Glad to hear", "out", thread="t2"),
        ]
    )
    found = one(store, "question")
    assert (found.text, found.owed, found.answered) == ("Which clay do you use there?", False, False)


def test_old_answered_questions_come_only_where_there_is_nothing_else(store: Store, bring: Bring) -> None:
    bring([said("ada", 90, "Which clay do you use?"), said("ada", 89, "Porcelain", "out")])
    found = one(store, "question")
    assert (found.text, found.answered) == ("Which clay do you use?", True)
    bring([said("ada", 1, "The fair was lovely this year")])
    assert about(store) == [("unanswered", "The fair was lovely this year")]


def test_a_promise_of_yours_is_quoted_until_something_followed(store: Store, bring: Bring) -> None:
    bring([said("ada", 40, "Lovely. I'll send you the recipe.", "out", thread="t1")])
    found = one(store, "promise")
    assert (found.text, found.direction) == ("I'll send you the recipe.", "out")
    bring([said("ada", 39, "Here it is", "out", thread="t1")])
    assert about(store) == []


def test_their_promises_are_not_yours(store: Store, bring: Bring) -> None:
    bring([said("ada", 40, "I'll send you the recipe of the glaze.")])
    assert [kind for kind, _ in about(store)] == ["thread"]


def test_a_thread_that_stopped_names_its_subject(store: Store, bring: Bring) -> None:
    text = "Re: Kiln plans\n\nThe bricks arrive in the second week of May."
    bring(
        [
            said("ada", 100, "Kiln plans\n\nShall we?", "out", thread="m", platform="email", kind="email"),
            said("ada", 99, text, thread="m", platform="email", kind="email"),
            said("ada", 5, "hello", "out"),
        ]
    )
    key = store.read(contacts.list_ids, ContactQuery(platform="email"))[0]
    assert [(each.kind, each.text) for each in store.read(starters, key)] == [("thread", "Re: Kiln plans")]


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (PartialDate(6, 2, 1986), "birthday tomorrow, 40 years"),
        (PartialDate(6, 20, None), "birthday on 20 Jun, in 19 days"),
        (PartialDate(7, 1, 1986), "birthday on 1 Jul, in 30 days, 40 years"),
        (PartialDate(7, 2, 1986), None),
    ],
)
def test_a_birthday_of_this_month_is_said(
    store: Store, bring: Bring, day: PartialDate, text: str | None
) -> None:
    bring([said("ada", 40, "ok")])
    key = store.read(contacts.find, "x:ada")
    store.write(editing.edit, [key], Edits(birthday=day))
    assert about(store) == ([("date", text)] if text else [])


def test_the_day_of_the_first_exchange_is_said_and_leads_to_it(store: Store, bring: Bring) -> None:
    first = datetime(2021, 6, 4, 12, tzinfo=UTC)
    days = (NOW - first).total_seconds() / 86_400
    bring([said("ada", days + 1, "hi", "out"), said("ada", days, "hello")])
    found = one(store, "date")
    assert found.text == "you first talked 5 years ago on Thursday"
    assert (found.what, found.on, found.years) == ("first_exchange", date(2026, 6, 4), 5)
    assert found.at == first
    assert store.read(interactions.by_ids, [found.interaction or 0])[0].text == "hello"


def test_years_ago_are_counted_by_the_calendar_give_or_take_three_days(store: Store, bring: Bring) -> None:
    def on(year: int, month: int, day: int, text: str) -> InteractionRecord:
        return said("ada", (NOW - datetime(year, month, day, 20, tzinfo=UTC)).total_seconds() / 86_400, text)

    bring(
        [
            on(2025, 5, 28, "Four days away is too far for a year ago."),
            on(2025, 6, 3, "Two days later the kiln was cold again."),
            on(2024, 6, 1, "ok"),
            on(2023, 6, 4, "The market in Diessen was full of teapots."),
            on(2022, 6, 1, "Four years are not a round number here."),
            on(2016, 6, 1, "The first bowl of all was rather crooked."),
            said("ada", 1, "Thanks", "out"),
        ]
    )
    years = [(found.years, found.text[:12]) for found in store.read(starters, 1) if found.kind == "year_ago"]
    assert years == [(1, "Two days lat"), (3, "The market i"), (10, "The first bo")]


@pytest.mark.parametrize("name", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
@pytest.mark.parametrize(("after", "found"), [(3, True), (4, False)])
def test_a_day_without_a_time_is_that_day_in_every_zone(
    tmp_path: Path, name: str, after: int, found: bool
) -> None:
    store = Store.open(tmp_path / "crm.db", rules=Rules(zone=ZoneInfo(name)), now=lambda: NOW)
    today = store.rules.day_of(NOW)
    at = datetime(today.year - 1, today.month, today.day, tzinfo=UTC) + timedelta(days=after)
    days = (NOW - at).total_seconds() / 86_400
    text = "The kiln is finally up and standing."
    _bring(store, [said("ada", days, text, precision=Precision.DAY), said("ada", 1, "ok", "out")])
    assert about(store) == ([("year_ago", text)] if found else [])
    store.close()


def test_an_archived_contact_has_none_and_an_unknown_one_is_an_error(store: Store, bring: Bring) -> None:
    bring([said("ada", 2, "Did you finish the essay?")])
    key = store.read(contacts.find, "x:ada")
    store.write(editing.edit, [key], Edits(archived=True))
    assert about(store) == []
    with pytest.raises(NotFoundError):
        store.read(starters, 999)


def test_nods_and_group_messages_are_nothing_to_talk_about(store: Store, bring: Bring) -> None:
    bring(
        [said("ada", 2, "Who comes on Friday?", kind="group_message"), said("ada", 3, None, kind="reaction")]
    )
    assert about(store) == []


def test_the_limit_keeps_the_best(store: Store, bring: Bring) -> None:
    bring(
        [
            said("ada", 2, "Did you finish the essay?"),
            said("ada", 60, "I'll send it to you.", "out", thread="t"),
        ]
    )
    assert [each.kind for each in store.read(starters, 1, 1)] == ["question"]
    assert store.read(starters, 1, 0) == ()


def test_a_merge_brings_the_words_along_and_a_split_takes_them_away(store: Store, bring: Bring) -> None:
    bring([said("ada", 2, "Did you finish the essay?"), said("ida", 200, "Which clay is that one?")])
    ada, ida = (store.read(contacts.find, f"x:{who}") for who in ("ada", "ida"))
    merge = store.write(merging.merge, ada, ida)
    texts = {each.text for each in store.read(starters, ada)}
    assert texts == {"Did you finish the essay?", "Which clay is that one?"}
    store.write(merging.split, merge.part)
    assert {each.text for each in store.read(starters, ada)} == {"Did you finish the essay?"}


def test_every_act_is_found_at_its_place_in_the_timeline(store: Store, bring: Bring) -> None:
    bring([said("ada", n % 7, f"message {n}", thread=str(n)) for n in range(40)])
    store.write(interactions.log, 1, "some day", platform="x", precision="day")
    line = store.read(interactions.timeline, 1)
    assert [store.read(place_in_timeline, 1, act.id) for act in line] == list(range(len(line)))
    assert store.read(place_in_timeline, 1, 10_000) is None
    bring([said("bo", 1, "not hers")])
    assert store.read(place_in_timeline, store.read(contacts.find, "x:bo"), line[0].id) is None


def test_the_work_does_not_grow_with_the_history(store: Store, bring: Bring) -> None:
    def asked() -> tuple[int, int]:
        statements = 0

        def count(*_: object) -> None:
            nonlocal statements
            statements += 1

        event.listen(store._engine, "before_cursor_execute", count)
        found = store.read(starters, 1)
        event.remove(store._engine, "before_cursor_execute", count)
        return statements, len(found)

    bring([said("ada", 1 + n / 50, f"Is this number {n}, really?", thread=str(n)) for n in range(NEWEST)])
    before = asked()
    bring(
        [said("ada", 8 + n / 50, f"Is this number {n}, really?", thread=f"b{n}") for n in range(3 * NEWEST)]
    )
    assert asked() == before


TEXTS = st.sampled_from(
    [
        "Did you finish the essay?",
        "I'll send it tomorrow.",
        "The kiln eats a forest every week. You?",
        "ok",
        None,
        "¿Vienes?",
    ]
)
ACTS = st.lists(
    st.tuples(
        st.sampled_from(["ada", "bo"]),
        st.floats(0.1, 800),
        st.one_of(TEXTS, st.text(max_size=60)),
        st.sampled_from(["in", "out"]),
        st.sampled_from([None, "t", "u"]),
    ),
    max_size=25,
)


def _bring(store: Store, records: Sequence[Record]) -> None:
    with Spool() as spool:
        spool.fill(records, lambda _: None, lambda: False)
        store.write(importing.write_run, "x", "export.zip", spool)


@settings(max_examples=25)
@given(ACTS)
def test_every_quotation_is_of_an_act_with_this_contact(
    acts: list[tuple[str, float, str | None, str, str | None]],
) -> None:
    with TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "crm.db", rules=Rules(zone=UTC), now=lambda: NOW)
        _bring(
            store,
            [said(who, days, text, direction, thread=thread) for who, days, text, direction, thread in acts],
        )
        for key in store.read(contacts.list_ids, ContactQuery()):
            line = {act.id: act for act in store.read(interactions.timeline, key)}
            for found in store.read(starters, key):
                if found.kind == "date":
                    continue
                act = line[found.interaction or 0]
                assert found.text
                assert found.text in " ".join((act.text or "").split())
                assert (found.at, found.platform, found.direction) == (act.at, act.platform, act.direction)
                assert found.direction == ("out" if found.kind == "promise" else found.direction)
        store.close()


def test_a_contact_of_many_accounts_is_asked_for_in_parts(store: Store, bring: Bring) -> None:
    bring([said(f"ada{n}", 2 + n, f"Is this account number {n}?") for n in range(5)])
    first, *others = (store.read(contacts.find, f"x:ada{n}") for n in range(5))
    for other in others:
        store.write(merging.merge, first, other)
    assert [each.text for each in store.read(starters, first)] == [
        f"Is this account number {n}?" for n in range(5)
    ]
