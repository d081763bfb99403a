"""What a message in a chat of more than two is: to whom it was said, and when to nobody."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crm.domain.records import Direction, IdentityRef, InteractionRecord, Kind
from crm.importers.kit.chats import LARGEST_GROUP, received, sent

ACT = InteractionRecord("slack", "m1", None, 1, Direction.IN, Kind.MESSAGE, "hello", "slack:c1")


def people(number: int) -> dict[str, IdentityRef]:
    return {f"U{key}": IdentityRef("slack", external_id=f"U{key}") for key in range(number)}


def test_what_is_said_in_a_small_group_is_said_to_everybody_in_it() -> None:
    acts = sent(ACT, people(3))
    assert [act.who for act in acts] == list(people(3).values())
    assert [act.external_id for act in acts] == ["m1:U0", "m1:U1", "m1:U2"]
    assert {(act.direction, act.kind, act.text) for act in acts} == {
        (Direction.OUT, Kind.GROUP_MESSAGE, "hello")
    }


def test_whoever_is_answered_or_named_in_a_group_is_spoken_to() -> None:
    acts = sent(ACT, people(3), {"U1": Kind.REPLY, "U2": Kind.MENTION})
    assert [act.kind for act in acts] == [Kind.GROUP_MESSAGE, Kind.REPLY, Kind.MENTION]


def test_in_a_large_group_only_those_who_are_addressed_are_spoken_to() -> None:
    acts = sent(ACT, people(LARGEST_GROUP + 1), {"U7": Kind.REPLY})
    assert [(act.external_id, act.kind) for act in acts] == [("m1:U7", Kind.REPLY)]


def test_what_is_said_to_nobody_in_a_large_group_is_one_act_without_a_contact() -> None:
    [act] = sent(ACT, people(LARGEST_GROUP + 1))
    assert (act.who, act.external_id, act.direction, act.kind) == (
        None,
        "m1",
        Direction.OUT,
        Kind.GROUP_MESSAGE,
    )


def test_what_is_said_in_a_group_of_nobody_known_is_kept() -> None:
    [act] = sent(ACT, {})
    assert act.who is None


def test_somebody_addressed_who_is_not_in_the_group_gets_nothing() -> None:
    assert [act.external_id for act in sent(ACT, people(1), {"U9": Kind.MENTION})] == ["m1:U0"]


def test_what_others_say_in_a_small_group_is_said_to_the_user() -> None:
    who = IdentityRef("slack", external_id="U1")
    act = received(ACT, who, LARGEST_GROUP)
    assert act == ACT._replace(who=who, direction=Direction.IN, kind=Kind.GROUP_MESSAGE)


def test_what_others_say_in_a_large_group_is_said_to_the_user_only_when_it_addresses_them() -> None:
    who = IdentityRef("slack", external_id="U1")
    assert received(ACT, who, LARGEST_GROUP + 1) is None
    for kind in (Kind.REPLY, Kind.MENTION):
        act = received(ACT, who, LARGEST_GROUP + 1, kind)
        assert act is not None
        assert act.kind is kind


@given(st.integers(0, LARGEST_GROUP * 2), st.sets(st.integers(0, LARGEST_GROUP * 2)))
def test_every_act_of_one_message_has_an_id_of_its_own(size: int, named: set[int]) -> None:
    acts = sent(ACT, people(size), {f"U{key}": Kind.MENTION for key in named})
    assert acts
    assert len({act.external_id for act in acts}) == len(acts)
    assert all(act.direction is Direction.OUT for act in acts)
    mentioned = {f"U{key}" for key in named} & people(size).keys()
    assert {act.who.external_id for act in acts if act.kind is Kind.MENTION and act.who} == mentioned
