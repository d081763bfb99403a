"""X: direct messages of two and in groups, reactions, X Chat."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from x_archive import (
    ADA,
    BO,
    CY,
    ME,
    WHEN,
    acts,
    conversation,
    message,
    problems,
    script,
    told,
)

from crm.domain.records import (
    Kind,
    Left,
)
from crm.importers.x.index import Group


def test_messages_of_two_run_both_ways_and_parts_of_one_conversation_are_one(import_: Any) -> None:
    records = acts(
        import_(
            {
                "direct-messages.js": script(
                    "direct_messages",
                    [
                        conversation(
                            f"{ME}-{ADA}", message(ADA, 3, "ja &amp; nein"), message(ME, 2, recipientId=ADA)
                        ),
                        conversation(f"{ME}-{ADA}", message(ME, 1, "", recipientId=ADA)),
                        conversation(f"{BO}-{ME}", message(ME, 4, recipientId="0")),
                    ],
                )
            }
        )
    )
    assert [(r.external_id, r.direction.value, r.who.external_id, r.text) for r in records] == [
        ("x:dm:3", "in", ADA, "ja & nein"),
        ("x:dm:2", "out", ADA, "hi"),
        ("x:dm:1", "out", ADA, None),
        ("x:dm:4", "out", BO, "hi"),
    ]
    assert {record.kind for record in records} == {Kind.MESSAGE}
    assert {record.thread for record in records} == {f"x:dm:{ME}-{ADA}", f"x:dm:{BO}-{ME}"}


def test_one_bad_message_costs_itself_and_not_its_conversation(import_: Any) -> None:
    bad = {"messageCreate": {"id": "2", "senderId": ADA, "text": ["no", "text"]}}
    nameless = {"messageCreate": {"text": "who?"}}
    rows = [conversation(f"{ME}-{ADA}", message(ADA, 1), bad, nameless, message(ME, 3, "half \ud83d"))]
    records = import_({"direct-messages.js": script("direct_messages", rows)})
    assert [record.external_id for record in acts(records)] == ["x:dm:1", "x:dm:3"]
    assert acts(records)[1].text == "half \ufffd"
    assert [problem.where for problem in problems(records)] == [
        "data/direct-messages.js[0].messages[1]",
        "data/direct-messages.js[0]",
    ]


def reaction(sender: str, key: str = "like", event: str = "1") -> dict[str, Any]:
    return {"senderId": sender, "reactionKey": key, "eventId": event, "createdAt": WHEN}


def test_reactions_count_between_the_owner_and_somebody_only(import_: Any) -> None:
    group = [
        message(ADA, 1, reactions=[reaction(BO), reaction(ME, "sad"), reaction(ADA)]),
        message(ME, 2, reactions=[reaction(BO, "emoji_kiln"), reaction(ME)]),
        message(BO, 3),
    ]
    rows = script("direct_messages_group", [conversation("777", *group)])
    found = [r for r in acts(import_({"direct-messages-group.js": rows})) if r.kind is Kind.REACTION]
    assert [(r.external_id, r.direction.value, r.who.external_id, r.text) for r in found] == [
        (f"x:dmreact:1:{ME}:sad", "out", ADA, "sad"),
        (f"x:dmreact:2:{BO}:emoji_kiln", "in", BO, "emoji_kiln"),
    ]


def test_a_reaction_of_older_archives_stands_beside_its_message(import_: Any) -> None:
    events = [
        {"reactionCreate": reaction(ADA, "hot", "5")},
        message(ME, 5, recipientId=ADA),
        {"reactionCreate": reaction(ME, "agree", "6")},
    ]
    rows = script("direct_message", [conversation(f"{ME}-{ADA}", *events)])
    found = [r for r in acts(import_({"direct-message.js": rows})) if r.kind is Kind.REACTION]
    assert [(r.external_id, r.direction.value, r.who.external_id) for r in found] == [
        (f"x:dmreact:5:{ADA}:hot", "in", ADA),
        (f"x:dmreact:6:{ME}:agree", "out", ADA),
    ]


def test_what_the_owner_says_in_a_group_goes_to_everybody_who_was_there(import_: Any) -> None:
    def at(event: dict[str, Any], day: int) -> dict[str, Any]:
        (body,) = event.values()
        body["createdAt"] = f"2024-03-{day:02d}T10:00:00.000Z"
        return event

    events = [
        at({"joinConversation": {"initiatingUserId": ADA, "participantsSnapshot": [ADA, BO, ME]}}, 1),
        at(message(ME, 1), 2),
        at({"participantsLeave": {"userIds": [BO]}}, 3),
        at(message(ME, 2), 4),
        at({"participantsJoin": {"initiatingUserId": ADA, "userIds": [CY]}}, 5),
        at(message(ME, 3), 6),
        at(message(CY, 4), 7),
    ]
    rows = script("direct_messages_group", [conversation("777", *reversed(events))])
    records = acts(import_({"direct-messages-group.js": rows}))
    assert Counter((r.external_id, r.direction.value, r.kind) for r in records) == Counter(
        {
            (key, way, Kind.GROUP_MESSAGE): 1
            for key, way in [
                (f"x:dm:1:{ADA}", "out"),
                (f"x:dm:1:{BO}", "out"),
                (f"x:dm:2:{ADA}", "out"),
                (f"x:dm:3:{ADA}", "out"),
                (f"x:dm:3:{CY}", "out"),
                ("x:dm:4", "in"),
            ]
        }
    )


@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), max_size=6), st.integers(0, 20))
def test_who_was_in_a_group_is_what_the_last_step_before_says(steps: list[tuple[int, bool]], at: int) -> None:
    group = Group({ADA: list(steps)})
    expected = not steps or not min(steps)[1]
    for when, came in sorted(steps):
        if when <= at:
            expected = came
    assert group.present(at) == ([ADA] if expected else [])


def test_a_group_of_two_is_a_conversation_of_two(import_: Any) -> None:
    rows = script("direct_messages_group", [conversation("777", message(ADA, 1), message(ME, 2))])
    records = acts(import_({"direct-messages-group.js": rows}))
    assert [(r.external_id, r.kind, told(r)[1]) for r in records] == [
        ("x:dm:1", Kind.MESSAGE, ADA),
        ("x:dm:2", Kind.MESSAGE, ADA),
    ]


def test_greetings_by_machines_and_notes_to_oneself_are_counted_and_left_out(import_: Any) -> None:
    welcome = {"welcomeMessageCreate": message(ADA, 1)["messageCreate"]}
    strange = {"somethingNew": {"createdAt": WHEN}}
    rows = [
        conversation(f"{ME}-{ADA}", welcome, strange),
        conversation(f"{ME}-{ME}", message(ME, 2, recipientId=ME)),
    ]
    records = import_({"direct-messages.js": script("direct_messages", rows)})
    assert acts(records) == []
    assert sorted(tuple(record) for record in records if isinstance(record, Left)) == [
        ("automatic welcome messages", 1),
        ("events in conversations that are no messages or reactions we know", 1),
        ("messages to yourself", 1),
    ]


def chat(number: int, sender: str, place: str, detail: Any) -> dict[str, Any]:
    return {
        "messageEvent": {
            "sequenceId": str(number),
            "messageId": f"m{number}",
            "senderId": sender,
            "conversationId": place,
            "createdAtMsec": "1756720800250",
            "detail": detail,
        }
    }


def test_x_chat_tells_who_and_when_but_not_what(import_: Any) -> None:
    sealed = {"messageCreateEvent": {"contents": "3q2+7w==", "conversationKeyVersion": "1"}}
    rows = [
        chat(1, ADA, f"{ME}:{ADA}", sealed),
        chat(2, ME, f"{ME}:{ADA}", "3q2+7w=="),
        chat(3, ADA, f"{ME}:{ADA}", {"markConversationReadEvent": {"seenAtMillis": "1"}}),
        chat(
            4, ME, f"{ME}:{ADA}", {"messageCreateEvent": {"contents": {"message": {"messageText": "plain"}}}}
        ),
        chat(5, "1", "2:3", sealed),
        chat(6, "", "2:3", sealed),
    ]
    records = import_({"message-event.js": script("message_event", rows)})
    assert [(r.external_id, r.direction.value, r.who.external_id, r.text) for r in acts(records)] == [
        ("x:dm:m1", "in", ADA, None),
        ("x:dm:m2", "out", ADA, None),
        ("x:dm:m4", "out", ADA, "plain"),
    ]
    assert {r.thread for r in acts(records)} == {f"x:dm:{ME}-{ADA}"}
    assert acts(records)[0].at == 1_756_720_800_250_000
    assert len(problems(records)) == 2
    assert [left.number for left in records if isinstance(left, Left)] == [2, 1]
