"""What Facebook's and Instagram's threads share: folders, echoes of reactions, ids, who the user is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.errors import QuestionError
from crm.domain.records import Owner
from crm.importers.kit.export import Export
from crm.importers.kit.meta.echoes import Waiting, echo_of, is_notice
from crm.importers.kit.meta.once import Fingerprints, Once
from crm.importers.kit.meta.owner import find_owner
from crm.importers.kit.meta.threads import Head, find_threads, moment, read_head, split_path


def head(*people: str) -> Head:
    return Head("1", "", people, None, False)


def message_file(folder: Path, name: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"participants": [{"name": "A"}, {"name": "B"}], "messages": []}), "utf-8")


@pytest.mark.parametrize(
    ("path", "slug", "identifier"),
    [
        ("inbox/alice_ABC123", "alice", "ABC123"),
        ("inbox/a_b_c_77", "a_b_c", "77"),
        ("archived_threads/987", "", "987"),
        ("", "", None),
        (None, "", None),
        ("inbox/alice_", "", "alice_"),
    ],
)
def test_the_id_of_a_thread_stands_behind_the_last_underscore(
    path: str | None, slug: str, identifier: str | None
) -> None:
    assert split_path(path) == (slug, identifier)


def test_the_parts_of_a_thread_are_sorted_as_numbers_whatever_is_around_them(tmp_path: Path) -> None:
    for number in (10, 2, 1):
        message_file(tmp_path, f"your_facebook_activity/messages/inbox/bo_1/message_{number}.json")
    message_file(tmp_path, "messages/archived_threads/cy_2/message_1.json")
    (tmp_path / "messages.json").write_text("[]")
    with Export(tmp_path) as export:
        threads = {thread.id: thread for thread in find_threads(export)}
    assert set(threads) == {"1", "2"}
    assert [name.rpartition("_")[2] for name in threads["1"].files] == ["1.json", "2.json", "10.json"]
    assert threads["2"].box == "archived_threads"


def test_a_thread_file_without_its_folder_says_itself_which_thread_it_is(tmp_path: Path) -> None:
    value = {"participants": [], "messages": [{"sender_name": "Zo\u00c3\u00ab"}], "thread_path": "inbox/zo_9"}
    (tmp_path / "message_1.json").write_text(json.dumps(value))
    with Export(tmp_path / "message_1.json") as export:
        found = read_head(export, find_threads(export)[0])
    assert (found.id, found.slug, found.participants) == ("9", "zo", ("Zoë",))


@pytest.mark.parametrize(
    ("line", "emoji"),
    [
        ("Reacted 😆 to your message ", "😆"),
        ("Liked a message", "❤"),
        ("Hat mit 👍🏽 auf deine Nachricht reagiert", "👍🏽"),
        ("Hat eine Nachricht mit „Gefällt mir“ markiert", "❤"),
        ("A réagi 😮 à votre message", "😮"),
        ("Reaccionó con 😢 a tu mensaje", "😢"),
        ("Ha reagito con 😆 al tuo messaggio", "😆"),
        ("Reagiu com ❤️ à sua mensagem", "❤️"),
        ("Heeft met 😂 op je bericht gereageerd", "😂"),
        ("Reagerede 😮 på din besked", "😮"),
        ("Zareagował(a) 👩‍❤️‍👨 na Twoją wiadomość", "👩‍❤️‍👨"),
        ("I liked your message a lot", None),
        ("Reacted badly to your message", None),
        ("He reacted 😆 to your message, I think", None),
        ("", None),
        ("reacted " * 40, None),
    ],
)
def test_only_the_whole_line_of_an_app_is_the_echo_of_a_reaction(line: str, emoji: str | None) -> None:
    assert echo_of(line) == emoji


def test_a_notice_of_the_app_is_nothing_that_anybody_said() -> None:
    assert is_notice("You are now connected on Messenger.")
    assert is_notice("Ihr seid jetzt auf Messenger miteinander verbunden.")
    assert not is_notice("You are now connected on Messenger, great!")
    assert not is_notice("Messenger is down")


@given(st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 40), max_size=300))
def test_fingerprints_are_a_set(numbers: list[int]) -> None:
    found, expected = Fingerprints(), set[int]()
    for number in numbers:
        number = number or 1
        assert found.add(number) == (number not in expected)
        expected.add(number)
    assert len(found) == len(expected)


def test_fingerprints_stay_right_while_they_grow() -> None:
    found = Fingerprints()
    numbers = [(number * 0x9E3779B97F4A7C15) & (2**64 - 1) for number in range(1, 30_000)]
    assert all(found.add(number) for number in numbers)
    assert not any(found.add(number) for number in numbers)


def test_ids_tell_repeats_copies_and_other_conversations_apart() -> None:
    once = Once()
    once.conversation("1", several=True)
    once.source()
    first = [once.make(None, 5, "other", "ok") for _ in range(2)]
    once.source()
    assert [once.make(None, 5, "other", " ok\n") for _ in range(3)][:2] == [None, None]
    once.conversation("2", several=False)
    once.source()
    other = once.make(None, 5, "other", "ok")
    assert len({*first, other}) == 3
    again = Once()
    again.conversation("2", several=False)
    again.source()
    assert [again.make(None, 5, "other", "ok"), again.make(None, 5, "other", "ok")] == first


def test_what_waits_longest_is_given_up_when_there_is_no_more_room() -> None:
    waiting = Waiting[int]()
    pushed = [waiting.put(("a", str(number % 7)), number) for number in range(10_002)]
    assert [number for number in pushed if number is not None] == [0, 7]
    assert waiting.take(("a", "3"), lambda number: number > 100) == 9_999
    assert len(waiting.take_all()) == 9_999
    assert waiting.take(("a", "3"), lambda _: True) is None


def test_the_user_is_the_name_in_the_profile_or_the_one_in_every_thread() -> None:
    threads = [head("Bo", "Ann Smith"), head("Cy", "Ann Smith")]
    assert find_owner(threads, ["Ann  Smith"], Owner(), "it") == {"ann smith"}
    assert find_owner(threads, [], Owner(), "it") == {"ann smith"}
    assert find_owner(threads, ["Ann Miller"], Owner(), "it") == {"ann miller", "ann smith"}
    assert find_owner(threads, [], Owner(stated="bo"), "it") == {"bo"}
    assert find_owner([], ["Ann"], Owner(), "it") == {"ann"}
    assert find_owner([], [], Owner(), "it") == frozenset()


def test_who_cannot_be_told_is_asked_with_those_who_take_part() -> None:
    with pytest.raises(QuestionError) as asked:
        find_owner([head("Bo", "Ann")], ["Somebody Else"], Owner(), "it")
    assert {answer for answer, _ in asked.value.choices} == {"Bo", "Ann"}
    known = Owner(names=frozenset({"ann"}))
    assert find_owner([head("Bo", "Ann")], [], known, "it") == {"ann"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1_500_000_000, 1_500_000_000_000_000),
        (1_500_000_000_123, 1_500_000_000_123_000),
        (0, None),
        (None, None),
        (-5, None),
        (10**30, None),
        (float("inf"), None),
        (float("nan"), None),
    ],
)
def test_seconds_and_milliseconds_are_told_by_their_size(value: float | None, expected: int | None) -> None:
    assert moment(value) == expected
