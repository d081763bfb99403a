"""Pages of a timeline are read by index, never by sorting all of it: they must be the same all the same."""

from __future__ import annotations

import random

import pytest

from crm.domain.records import Direction, IdentityRef, InteractionRecord, Kind, Precision
from crm.services import interactions, merging
from crm.services.contacts import list_ids
from crm.services.listing import ContactQuery

_DAY = 86_400_000_000
_START = 1_700_000_000_000_000


def _act(key: int, who: str, day: int | None) -> InteractionRecord:
    return InteractionRecord(
        "x", f"x:{key}", IdentityRef("x", who), None if day is None else _START + day * _DAY, Direction.IN,
        Kind.MESSAGE, f"text {key}", precision=Precision.UNKNOWN if day is None else Precision.SECOND,
    )  # fmt: skip


@pytest.mark.parametrize("deep", [1_000, 0, 10], ids=["walked to", "looked up", "both"])
@pytest.mark.parametrize("merged", [False, True], ids=["apart", "merged"])
def test_pages_of_any_size_put_together_are_the_whole_timeline(store, bring, monkeypatch, merged, deep):
    monkeypatch.setattr(interactions, "_DEEP", deep)
    dice = random.Random(3)
    days = [None, *range(5)]  # many at one moment, some of unknown time
    bring([_act(key, dice.choice(("ada", "bo", "cy")), dice.choice(days)) for key in range(60)])
    people = store.read(list_ids, ContactQuery())
    assert len(people) == 3
    if merged:
        for other in people[1:]:
            store.write(merging.merge, people[0], other)
        people = people[:1]
    for who in people:
        whole = store.read(interactions.timeline, who)
        assert {act.at for act in whole} >= {None}
        for size in (1, 3, 7, 100):
            pages = []
            while page := store.read(interactions.timeline, who, size, len(pages)):
                pages.extend(page)
            assert tuple(pages) == whole
