"""The focus session: budgets, who comes next, the right place, and as what an answer is logged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.db.store import Store
from crm.domain.errors import UsageError
from crm.domain.platforms import PLATFORMS
from crm.domain.records import InteractionRecord, Kind, PartialDate, Record
from crm.services import contacts, editing, focus, interactions, today, undoing
from crm.services.editing import Edits
from crm.services.focus import Answer, Budget, FocusItem, FocusPerson, parse_budget
from crm.services.views import RunView

Act = Callable[..., InteractionRecord]


@pytest.fixture
def history(bring: Callable[[Sequence[Record]], RunView]) -> Callable[..., RunView]:
    """Import records."""
    return lambda *records: bring(records)


def items(store: Store) -> Sequence[FocusItem]:
    """Return who is in the queue."""
    return store.read(focus.queue).items


def drift(store: Store, clock: Any, name: str) -> None:
    """Wish, half a year ago, to hear of somebody every 10 days."""
    who = store.read(contacts.find, name)
    clock.forward(days=-180)
    store.write(editing.edit, [who], Edits(cadence_days=10))
    clock.forward(days=180)


def names(store: Store) -> list[str]:
    """Return the names in the queue."""
    return [item.name for item in items(store)]


def person(store: Store, name: str) -> FocusPerson:
    """Return what the page knows of somebody."""
    item = next(item for item in items(store) if item.name == name)
    return store.read(focus.person, item)


# The budget


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("5", Budget(people=5)),
        (" 5 People ", Budget(people=5)),
        ("1 person", Budget(people=1)),
        ("10 minutes", Budget(minutes=10)),
        ("10min", Budget(minutes=10)),
        ("1 m", Budget(minutes=1)),
        ("Everything", Budget()),
        ("all", Budget()),
    ],
)
def test_a_budget_is_people_or_minutes_or_everything(typed: str, meant: Budget) -> None:
    assert parse_budget(typed) == meant


@pytest.mark.parametrize(
    "typed", ["", "0", "-3", "5 cats", "0 minutes", "1000", "601 minutes", "1.5", "9" * 50]
)
def test_what_is_no_budget_is_refused_with_a_hint(typed: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_budget(typed)
    assert caught.value.hint


@given(
    st.one_of(
        st.builds(Budget, people=st.integers(1, focus.MOST_PEOPLE)),
        st.builds(Budget, minutes=st.integers(1, focus.MOST_MINUTES)),
        st.just(Budget()),
    )
)
def test_a_budget_is_read_back_as_it_is_written(budget: Budget) -> None:
    assert parse_budget(budget.written) == budget


def test_the_last_budget_is_remembered(store: Store) -> None:
    assert store.read(focus.recall) is None
    store.write(focus.remember, Budget(minutes=20))
    store.write(focus.remember, Budget(people=3))
    assert store.read(focus.recall) == Budget(people=3)


# As what an answer is logged

ANSWERS = {
    "email": "email", "phone": "call", "in-person": "meeting", "letter": "letter",
}  # fmt: skip
"""Where every answer is of one kind, whatever was said."""
BELOW_THE_POST = (
    "blog",
    "web",
    "wordpress",
    "blogger",
    "disqus",
    "medium",
    "substack",
    "ghost",
    "youtube",
    "github",
)


@pytest.mark.parametrize("platform", [slug for slug, one in PLATFORMS.items() if not one.hidden])
def test_an_answer_is_of_the_kind_of_its_platform_and_of_what_it_answers(platform: str) -> None:
    fixed = ANSWERS.get(platform)
    for kind in ("comment", "reply", "mention", "quote"):
        assert focus.answer_kind(platform, kind) == (fixed or "reply")
    for kind in ("message", "group_message"):
        assert focus.answer_kind(platform, kind) == (fixed or "message")
    new = "comment" if platform in BELOW_THE_POST else "message"
    begun: tuple[str | None, ...] = (None, "reshare", "reaction", "follow", "purchase")
    for begins in begun:
        assert focus.answer_kind(platform, begins) == (fixed or new)
    assert focus.answer_kind(platform, None, "mention") == (fixed or "mention")
    assert focus.answer_kind(platform, None, "reaction") == (fixed or new)


@pytest.mark.parametrize("platform", [slug for slug, one in PLATFORMS.items() if not one.hidden])
@pytest.mark.parametrize("kind", ["message", "comment"])
def test_the_answer_can_be_logged_on_every_platform_and_takes_the_person_off_the_list(
    store: Store, platform: str, kind: str
) -> None:
    ada = store.write(editing.add, "Ada", ())
    at = store.now() - timedelta(days=2)
    store.write(interactions.log, ada, direction="in", platform=platform, kind=kind, at=at)
    found = person(store, "Ada")
    assert found.answer.platform == platform
    act = store.write(interactions.log, ada, platform=found.answer.platform, kind=found.answer.kind)
    assert (act.platform, act.kind) == (platform, found.answer.kind)
    assert act.direction == ("mutual" if act.depth == "live" else "out")
    assert names(store) == []


@pytest.mark.parametrize(
    ("platform", "kind", "logged"),
    [("github", "comment", "reply"), ("youtube", "mention", "reply"), ("x", "message", "message")],
)
def test_one_key_logs_an_answer_as_the_session_does(
    store: Store, platform: str, kind: str, logged: str
) -> None:
    ada = store.write(editing.add, "Ada", ())
    at = store.now() - timedelta(days=2)
    store.write(interactions.log, ada, direction="in", platform=platform, kind=kind, at=at)
    answer = person(store, "Ada").answer
    act = store.write(focus.reply, ada)
    assert (act.platform, act.kind, act.direction) == (*answer, "out") == (platform, logged, "out")
    assert names(store) == []


@pytest.mark.parametrize(("handle", "logged"), [("youtube:@ada", "comment"), ("x:ada", "message")])
def test_one_key_on_somebody_new_logs_what_is_usual_where_they_are_known(
    store: Store, handle: str, logged: str
) -> None:
    ada = store.write(editing.add, "Ada", (handle,))
    act = store.write(focus.reply, ada)
    assert (act.platform, act.kind) == (handle.partition(":")[0], logged)


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_of_act_has_an_answer_that_counts(kind: str) -> None:
    for platform in PLATFORMS:
        assert focus.answer_kind(platform, kind) in (
            "email", "call", "meeting", "letter", "reply", "comment", "message",
        )  # fmt: skip


# Who comes next


def test_the_queue_has_the_order_of_today_and_everybody_once(
    store: Store, history: Callable[..., RunView], act: Act, clock: Any
) -> None:
    history(
        act("wil", "in", days_ago=2),
        act("wim", "in", days_ago=5),
        act("sue", "in", days_ago=3, kind="reshare"),
    )
    history(act("dan", "in", days_ago=50), act("dan", "out", days_ago=49))
    wil = store.read(contacts.find, "Wil")
    drift(store, clock, "Dan")
    store.write(editing.edit, [wil], Edits(birthday=PartialDate(6, 1, 1990)))
    found = items(store)
    assert [item.name for item in found] == ["Wim", "Wil", "Dan", "Sue"]
    assert "has no answer yet; birthday today, 36 years" in found[1].reason
    assert [item.waits is not None for item in found] == [True, True, False, False]
    assert found[3].support is not None


def test_of_the_dates_only_todays_are_asked_about_and_only_until_something_was_said(
    store: Store,
) -> None:
    eve = store.write(editing.add, "Eve", ("phone:+4930123456",))
    fay = store.write(editing.add, "Fay", ("phone:+4930123457",))
    store.write(editing.edit, [eve], Edits(birthday=PartialDate(6, 1)))
    store.write(editing.edit, [fay], Edits(birthday=PartialDate(6, 2)))
    assert len(store.read(today.today).dates) == 2
    assert names(store) == ["Eve"]
    store.write(interactions.log, eve)
    assert names(store) == []


def test_a_change_of_the_session_is_known_to_stand_until_it_is_taken_back(
    store: Store, history: Callable[..., RunView], act: Act
) -> None:
    history(act("wil", "in", days_ago=2), act("wim", "in", days_ago=5))
    wil, wim = (store.read(contacts.find, name) for name in ("Wil", "Wim"))
    first = store.write(focus.noted, lambda work: editing.done(work, wim))
    second = store.write(focus.noted, lambda work: interactions.log(work, wil))
    assert first is not None
    assert second is not None
    assert store.read(focus.queue, [first, second]) == ((), frozenset())
    store.write(undoing.undo)
    queue = store.read(focus.queue, [first, second])
    assert ([item.name for item in queue.items], queue.undone) == (["Wil"], frozenset([second]))


# The right place


def said(platform: str, key: str, days: float, act: Act, **more: object) -> InteractionRecord:
    """Make an act of Ada's with an address or a thread."""
    direction = str(more.pop("direction", "in"))
    kind = str(more.pop("kind", "reply"))
    made = act("ada", direction, days_ago=days, kind=kind, platform=platform, key=key)
    return made._replace(**more)  # type: ignore[arg-type]


def places(store: Store) -> list[tuple[str, Answer]]:
    """Return the places of Ada in their order."""
    return [(place.url, place.answer) for place in person(store, "Ada").places]


def test_the_act_that_waits_comes_first_then_its_thread_then_the_profile_then_mail(
    store: Store, history: Callable[..., RunView], act: Act
) -> None:
    history(
        said("x", "1", 9, act, url="https://x.com/i/1", thread="t"),
        said("x", "2", 8, act, direction="out", url="https://x.com/i/2", thread="t"),
        said("x", "3", 7, act, url="https://x.com/i/elsewhere", thread="other"),
        said("x", "4", 2, act, url="https://x.com/i/4", thread="t"),
    )
    store.write(editing.edit, [store.read(contacts.find, "Ada")], Edits(add_handles=("ada@example.org",)))
    reply, mail = Answer("x", "reply"), Answer("email", "email")
    assert places(store) == [
        ("https://x.com/i/4", reply),
        ("https://x.com/i/2", reply),
        ("https://x.com/i/1", reply),
        ("https://x.com/ada", reply),
        ("mailto:ada@example.org", mail),
    ]
    more = [place.url for place in person(store, "Ada").more]
    assert more == ["https://x.com/i/elsewhere"]


def test_without_an_address_of_the_act_the_profile_there_comes_before_the_usual_platform(
    store: Store, history: Callable[..., RunView], act: Act
) -> None:
    history(
        said("linkedin", "1", 60, act, kind="message"),
        said("linkedin", "2", 59, act, kind="message", direction="out"),
    )
    ada = store.read(contacts.find, "Ada")
    store.write(editing.edit, [ada], Edits(add_handles=("bluesky:ada.example",)))
    at = store.now() - timedelta(days=2)
    store.write(interactions.log, ada, direction="in", platform="bluesky", kind="mention", at=at)
    assert places(store) == [
        ("https://bsky.app/profile/ada.example", Answer("bluesky", "reply")),
        ("https://www.linkedin.com/in/ada", Answer("linkedin", "message")),
    ]


@pytest.mark.parametrize("platform", ["sms", "signal", "phone", "imessage", "slack"])
def test_what_was_said_in_an_app_is_never_answered_by_mail(store: Store, platform: str) -> None:
    ada = store.write(editing.add, "Ada", (f"{platform}:+4930123456", "ada@example.org"))
    at = store.now() - timedelta(days=2)
    store.write(interactions.log, ada, direction="in", platform=platform, kind="message", at=at)
    found = person(store, "Ada")
    assert not any(place.url.startswith(("http", "mailto")) for place in found.places)
    assert [place.url for place in found.more] == ["mailto:ada@example.org"]


def test_with_somebody_who_drifts_it_is_the_profile_where_you_talk_and_as_you_are_used_to(
    store: Store, history: Callable[..., RunView], act: Act, clock: Any
) -> None:
    history(
        said("x", "1", 60, act, url="https://x.com/i/1", thread="t"),
        said("x", "2", 59, act, direction="out", url="https://x.com/i/2", thread="t"),
    )
    drift(store, clock, "Ada")
    assert places(store) == [("https://x.com/ada", Answer("x", "reply"))]


def test_of_each_side_the_last_words_are_shown_newest_first(
    store: Store, history: Callable[..., RunView], act: Act
) -> None:
    history(
        said("x", "1", 9, act, text="old"),
        said("x", "2", 8, act, direction="out", text="mine"),
        said("x", "3", 3, act, text="theirs"),
        said("x", "4", 2, act, text="theirs, again"),
        said("x", "5", 1, act, kind="reaction", text=None),
    )
    assert [one.text for one in person(store, "Ada").said] == ["theirs, again", "mine"]


def test_somebody_new_has_nothing_said_and_is_reached_where_they_are_known(store: Store) -> None:
    ada = store.write(editing.add, "Ada", ("bluesky:ada.example",))
    store.write(editing.edit, [ada], Edits(birthday=PartialDate(6, 1)))
    found = person(store, "Ada")
    assert (found.said, found.answer) == ((), Answer("bluesky", "message"))
    bob = store.write(editing.add, "Bob", ())
    store.write(editing.edit, [bob], Edits(birthday=PartialDate(6, 1)))
    assert person(store, "Bob").answer == Answer("in-person", "meeting")


def test_what_else_there_is_to_talk_about_is_said_but_nothing_twice(
    store: Store, history: Callable[..., RunView], act: Act
) -> None:
    history(
        said("linkedin", "1", 25, act, kind="message", text="When do you open the new studio?"),
        said("linkedin", "2", 24, act, kind="message", text="And who makes the sign?"),
    )
    ada = store.read(contacts.find, "Ada")
    store.write(editing.edit, [ada], Edits(birthday=PartialDate(6, 1), add_handles=("x:ada",)))
    at = store.now() - timedelta(days=9)
    store.write(interactions.log, ada, "Hello there", platform="x", at=at)
    at = store.now() - timedelta(days=2)
    store.write(interactions.log, ada, "Are you well?", direction="in", platform="x", kind="message", at=at)
    found = person(store, "Ada")
    assert [one.text for one in found.said] == ["Are you well?", "Hello there"]
    assert "birthday" in next(item.reason for item in items(store))
    assert found.starters
    assert len(found.starters) <= focus.STARTERS
    assert {one.text for one in found.starters} <= {
        "When do you open the new studio?",
        "And who makes the sign?",
    }
