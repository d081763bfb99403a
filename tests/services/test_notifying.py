"""The digest is delivered once per day and notifier, whatever goes wrong in between."""

from __future__ import annotations

import threading
from datetime import time, timedelta
from functools import partial

import pytest

from crm.db.store import Store
from crm.domain.errors import NotifierError
from crm.domain.schedule import Schedule
from crm.services import editing, notifying
from crm.services.notifying import Channel

SCHEDULE = Schedule(at=time(8))


class Box:
    """A notifier that keeps what it is given, and fails when it is told to."""

    def __init__(self, name="box"):
        self.notices = []
        self.failing: Exception | None = None
        self.channel = Channel(name, self.send, lambda digest: (digest.title, digest.text))

    def send(self, notice):
        if self.failing:
            raise self.failing
        self.notices.append(notice)


@pytest.fixture
def waiting(store, act, bring):
    """Somebody waits for an answer."""
    bring([act("ada", "in", days_ago=2, text="Did you finish it?")])
    return store


def states(outcomes):
    return [(one.notifier, one.state) for one in outcomes]


def test_it_is_delivered_once_however_often_it_fires(waiting, clock):
    box = Box()
    assert states(notifying.deliver(waiting, [box.channel], SCHEDULE)) == [("box", "sent")]
    for _ in range(3):
        clock.forward(minutes=10)
        assert states(notifying.deliver(waiting, [box.channel], SCHEDULE)) == [("box", "already")]
    [notice] = box.notices
    assert "Ada" in notice.text
    assert "Did you finish it?" in notice.text
    clock.forward(days=1)
    notifying.deliver(waiting, [box.channel], SCHEDULE)
    assert len({notice.key for notice in box.notices}) == len(box.notices) == 2


def test_ten_days_asleep_are_one_digest(waiting, act, bring, clock):  # R113
    box = Box()
    notifying.deliver(waiting, [box.channel], SCHEDULE)
    asleep = [
        act(name, "in", days_ago=-day, text="Are you there?") for day, name in enumerate(("bo", "cy"), 1)
    ]
    bring([*asleep, act("dee", "out", days_ago=25), act("dee", "in", days_ago=24.9)])
    waiting.write(editing.edit, [4], editing.Edits(cadence_days=5))  # drifting meanwhile
    clock.forward(days=10)
    for _ in range(3):
        notifying.deliver(waiting, [box.channel], SCHEDULE)
    _, digest = box.notices  # the one before, and one for all ten days
    assert digest.title == "3 waiting for you, 1 drifting"
    assert all(name in digest.text for name in ("Ada", "Bo", "Cy", "Dee"))


def test_nothing_to_say_is_no_message(store):
    box = Box()
    assert notifying.deliver(store, [box.channel], SCHEDULE) == []
    assert box.notices == []
    assert store.read(notifying.fired_at) == store.now()


def test_before_the_hour_nothing_is_sent_but_that_it_ran_is_noted(waiting, clock):
    clock.moment = clock.moment.replace(hour=6)
    box = Box()
    assert notifying.deliver(waiting, [box.channel], SCHEDULE) == []
    assert waiting.read(notifying.fired_at) == clock.moment


def test_a_failing_notifier_is_tried_again_later_and_the_others_deliver(waiting, clock):
    broken, fine = Box("broken"), Box("fine")
    broken.failing = NotifierError("the server does not answer", "check the address")
    outcomes = notifying.deliver(waiting, [broken.channel, fine.channel], SCHEDULE)
    assert states(outcomes) == [("broken", "failed"), ("fine", "sent")]
    assert outcomes[0].next_try == clock.moment + timedelta(minutes=5)
    clock.forward(minutes=4)
    assert states(notifying.deliver(waiting, [broken.channel, fine.channel], SCHEDULE))[0] == (
        "broken",
        "waiting",
    )
    shown = waiting.read(notifying.last_deliveries)["broken"]
    assert (shown.state, shown.tries, shown.error) == ("failed", 1, "the server does not answer")
    broken.failing = None
    clock.forward(minutes=2)
    assert states(notifying.deliver(waiting, [broken.channel], SCHEDULE)) == [("broken", "sent")]
    assert waiting.read(notifying.last_deliveries)["broken"].state == "sent"


def test_a_notifier_with_a_bug_does_not_keep_the_others_from_delivering(waiting):
    broken, fine = Box("broken"), Box("fine")
    broken.failing = ZeroDivisionError()
    outcomes = notifying.deliver(waiting, [broken.channel, fine.channel], SCHEDULE)
    assert states(outcomes) == [("broken", "failed"), ("fine", "sent")]


def test_a_claim_of_a_program_that_died_runs_out_and_the_same_notice_is_sent_again(waiting, clock):
    box = Box()
    died = Box()
    died.failing = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        notifying.deliver(waiting, [died.channel], SCHEDULE)
    assert states(notifying.deliver(waiting, [box.channel], SCHEDULE)) == [("box", "busy")]
    clock.forward(minutes=6)
    assert states(notifying.deliver(waiting, [box.channel], SCHEDULE)) == [("box", "sent")]
    assert [notice.key for notice in box.notices] == ["crm-2026-06-01-box"]


def test_a_clock_set_back_neither_sends_twice_nor_never_again(waiting, clock):
    box = Box()
    clock.forward(days=400)  # a wrong clock
    notifying.deliver(waiting, [box.channel], SCHEDULE)
    clock.forward(days=-400)
    assert waiting.read(notifying.last_deliveries) == {}
    assert states(notifying.deliver(waiting, [box.channel], SCHEDULE)) == [("box", "sent")]
    assert states(notifying.deliver(waiting, [box.channel], SCHEDULE)) == [("box", "already")]


def test_exactly_once_with_twelve_programs_at_once_on_twenty_days(waiting, clock):  # R109
    names, lock = ("post", "desk"), threading.Lock()
    sent = []
    stores = [Store.open(waiting.path or waiting.url, rules=waiting.rules, now=clock) for _ in range(12)]

    def send(name, notice):
        with lock:
            sent.append((name, notice.key))

    through = [
        Channel(name, partial(send, name), lambda digest: (digest.title, digest.text)) for name in names
    ]
    for day in range(1, 21):
        threads = [
            threading.Thread(target=notifying.deliver, args=(one, through, SCHEDULE)) for one in stores
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(name for name, _ in sent) == sorted(names * day)
        clock.forward(days=1)
    assert len(set(sent)) == len(sent)
    for one in stores:
        one.close()
