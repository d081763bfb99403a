"""Instagram: what the fixtures of each generation cannot show one thing at a time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from archive_files import write_folder
from export_cases import EXPORTS

from crm.domain.errors import ExportError, QuestionError
from crm.domain.records import (
    Direction,
    IdentityRef,
    InteractionRecord,
    Kind,
    Left,
    Owner,
    PostRecord,
    Problem,
    Record,
    SelfRecord,
)
from crm.importers.instagram import Importer
from crm.importers.kit.export import Export
from crm.importers.kit.meta.lists import Entry, Item, Label, acts, handle_like, relations, user_in
from crm.importers.threads import Importer as Threads

CASES = EXPORTS / "instagram"
FLAT, GERMAN, NEWEST = "flat-2019", "german-2022", "instagram-joerg.oefner-2025-03-01-AbCdEfGh"
PROFILE = "personal_information/personal_information.json"
IG = "https://www.instagram.com/"


def damaged(value: Any) -> Any:
    """Return a value as Meta writes it: the bytes of UTF-8 where characters should be."""
    if isinstance(value, str):
        return value.encode().decode("latin-1")
    if isinstance(value, list):
        return [damaged(item) for item in value]
    if isinstance(value, dict):
        return {damaged(key): damaged(item) for key, item in value.items()}
    return value


def read(path: Path, owner: Owner | None = None) -> list[Record]:
    with Export(path) as export:
        return list(Importer().extract(export, owner or Owner()))


def identifies(path: Path) -> bool:
    with Export(path) as export:
        return Importer().identify(export)


@pytest.fixture
def import_(tmp_path: Path) -> Any:
    """Import files, given as what is in them."""

    def imported(files: dict[str, Any], owner: Owner | None = None) -> list[Record]:
        data = {name: json.dumps(damaged(value)).encode() for name, value in files.items()}
        return read(write_folder(tmp_path / "export", data), owner)

    return imported


def interactions(records: list[Record]) -> list[InteractionRecord]:
    return [record for record in records if isinstance(record, InteractionRecord)]


def profile(handle: str, name: str) -> dict[str, Any]:
    return {"profile_user": [{"string_map_data": {"Username": {"value": handle}, "Name": {"value": name}}}]}


def thread(*messages: tuple[str, str], people: tuple[str, ...] = ("Ada", "Me")) -> dict[str, Any]:
    rows = [
        {"sender_name": sender, "timestamp_ms": 1_700_000_000_000 + number * 1000, "content": text}
        for number, (sender, text) in enumerate(messages)
    ]
    return {
        "participants": [{"name": name} for name in people],
        "messages": rows,
        "joinable_mode": {"mode": 1},
    }


def comments(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"comments/post_comments_1.json": [{"string_map_data": entry} for entry in entries]}


# ---- generations


@pytest.mark.parametrize(("one", "other"), [(FLAT, GERMAN), (GERMAN, NEWEST)])
def test_the_same_acts_have_the_same_ids_in_the_next_generation(one: str, other: str) -> None:
    old, new = (
        {
            record.external_id: record
            for record in interactions(read(CASES / case))
            if record.platform == "instagram"
        }
        for case in (one, other)
    )
    both = old.keys() & new.keys()
    assert {old[key].kind for key in both} >= {
        Kind.MESSAGE,
        Kind.COMMENT,
        Kind.FOLLOW,
        Kind.REACTION,
        Kind.MENTION,
    }
    for key in both:
        before, after = old[key], new[key]
        assert (before.kind, before.direction, before.at, before.text) == (
            after.kind,
            after.direction,
            after.at,
            after.text,
        )


def test_a_partner_known_by_number_only_is_the_same_person_once_their_handle_is_known(import_: Any) -> None:
    files = {"messages/inbox/ada_178/message_1.json": thread(("Ada", "hi"))}
    unnamed = interactions(import_(files | {PROFILE: profile("me.me", "Me")}))[0].who
    followers = {"followers_1.json": [{"string_list_data": [{"value": "a_da", "timestamp": 1_600_000_000}]}]}
    named = next(
        record.who
        for record in interactions(import_(files | followers | {PROFILE: profile("me.me", "Me")}))
        if record.kind is Kind.MESSAGE
    )
    assert unnamed == IdentityRef("instagram", None, "thread:178", "Ada")
    assert named == IdentityRef("instagram", "a_da", "thread:178", "Ada")


def test_a_folder_that_fits_two_handles_names_neither(import_: Any) -> None:
    both = [{"string_list_data": [{"value": handle, "timestamp": 1}]} for handle in ("a_da", "a.da")]
    found = import_(
        {
            "messages/inbox/ada_178/message_1.json": thread(("Ada", "hi")),
            "followers_1.json": both,
            PROFILE: profile("me", "Me"),
        }
    )
    (message,) = [record for record in interactions(found) if record.kind is Kind.MESSAGE]
    assert message.who == IdentityRef("instagram", None, "thread:178", "Ada")


def test_old_messages_alone_belong_to_whoever_is_in_all_of_them_or_is_asked_for(import_: Any) -> None:
    def talk(other: str) -> dict[str, Any]:
        lines = [
            {"sender": who, "created_at": "2019-01-01T10:00:00+00:00", "text": "hi"}
            for who in (other, "me.me")
        ]
        return {"participants": [other, "me.me"], "conversation": lines}

    both = {"messages.json": [talk("ada"), talk("bo")]}
    assert [record.direction for record in interactions(import_(both))] == [Direction.IN, Direction.OUT] * 2
    one = {"messages.json": [talk("ada")]}
    with pytest.raises(QuestionError):
        import_(one)
    with pytest.raises(QuestionError, match="nobody"):
        import_(one, Owner(stated="mee"))
    found = interactions(import_(one, Owner(stated="@me.me")))
    assert [record.direction for record in found] == [Direction.IN, Direction.OUT]
    assert {record.who for record in found} == {IdentityRef("instagram", "ada")}


def test_whoever_left_a_group_that_has_two_people_now_is_not_taken_for_the_other(import_: Any) -> None:
    files = {
        "messages/inbox/trio_178/message_1.json": thread(("Ada", "hi"), ("Gone", "bye")),
        PROFILE: profile("me.me", "Me"),
    }
    found = interactions(import_(files))
    assert [record.who.name if record.who else None for record in found] == ["Ada", "Gone"]


# ---- entries


@pytest.mark.parametrize(
    ("entry", "handle", "name"),
    [
        (Entry(title="", string_list_data=[Item(IG + "ada", "ada", 1_600_000_000)]), "ada", None),
        (Entry(title="ada", string_list_data=[Item(IG + "_u/ada", None, 1_600_000_000)]), "ada", None),
        (Entry(title="", string_list_data=[Item(IG + "_u/a.da", None, 1)]), "a.da", None),
        (
            Entry(title="Ada Byron", string_list_data=[Item("https://www.threads.net/@ada", "ada", 1)]),
            "ada",
            "Ada Byron",
        ),
        (Entry(title="", string_list_data=[Item("", "", 0)]), None, None),
        (Entry(title="", string_list_data=[]), None, None),
    ],
)
def test_whom_an_entry_of_a_list_of_accounts_names(
    entry: Entry, handle: str | None, name: str | None
) -> None:
    (fact,) = relations(entry)
    assert (fact.handle, fact.name) == (handle, name)


@pytest.mark.parametrize(
    "label", [("URL", "Name", "Username"), ("URL", "Naam", "Gebruikersnaam"), ("網址", "姓名", "使用者名稱")]
)
def test_the_owner_of_a_liked_post_is_found_in_any_language(label: tuple[str, str, str]) -> None:
    inner = [Label(label[0], IG + "ada.b", IG + "ada.b"), Label(label[1], "Ada"), Label(label[2], "ada.b")]
    post = Label(label[0], IG + "p/CAbc1234/", IG + "p/CAbc1234/")
    entry = Entry(
        timestamp=1_700_000_000, label_values=[post, Label(title="Owner", inner=[Label(inner=inner)])]
    )
    (fact,) = acts(entry)
    assert (fact.handle, fact.name, fact.code) == ("ada.b", "Ada", "CAbc1234")


@pytest.mark.parametrize(
    ("url", "user"),
    [
        (IG + "ada", "ada"),
        (IG + "_u/ada.b/", "ada.b"),
        ("https://www.threads.com/@ada/post/X1", "ada"),
        (IG + "stories/ada/123", "ada"),
        (IG + "p/CAbc/", None),
        (IG + "explore", None),
        ("http://[bad", None),
        ("", None),
    ],
)
def test_whose_profile_an_address_is(url: str, user: str | None) -> None:
    assert user_in(url) == user


def test_a_handle_has_no_umlauts_and_no_blanks() -> None:
    assert [handle_like(text) for text in ("ada.b_1", "späth", "ada b", "", None, "a" * 31)] == [
        "ada.b_1", None, None, None, None, None,
    ]  # fmt: skip


# ---- comments and posts


def test_a_comment_of_one_word_is_the_text_and_not_the_owner(import_: Any) -> None:
    found = interactions(
        import_(
            comments(
                {
                    "Opmerking": {"value": "mooi"},
                    "Media-eigenaar": {"value": "ada"},
                    "Tijd": {"timestamp": 1_700_000_000},
                },
                {
                    "コメント": {"value": "すごい"},
                    "投稿者": {"value": "bo"},
                    "時間": {"timestamp": 1_700_000_001},
                },
                {"コメント": {"value": "wow"}, "時間": {"timestamp": 1_700_000_002}},
            )
        )
    )
    assert [(record.text, record.who.handle if record.who else None) for record in found] == [
        ("mooi", "ada"),
        ("すごい", "bo"),
        ("wow", None),
    ]


def test_an_answer_under_an_own_post_goes_to_whom_it_names(import_: Any) -> None:
    own = {"Media Owner": {"value": "me.me"}, "Time": {"timestamp": 1_700_000_000}}
    found = interactions(
        import_(
            comments(
                {"Comment": {"value": "@ada.b thanks! mail a@b.org"}} | own,
                {"Comment": {"value": "new!"}} | own,
            )
            | {PROFILE: profile("me.me", "Me")}
        )
    )
    assert [(record.kind, record.who.handle if record.who else None) for record in found] == [
        (Kind.MENTION, "ada.b"),
        (Kind.COMMENT, None),
    ]


def test_a_single_comment_without_a_list_around_it_is_read(import_: Any) -> None:
    entry = {
        "Comment": {"value": "hi there"},
        "Media Owner": {"value": "ada"},
        "Time": {"timestamp": 1_700_000_000},
    }
    (found,) = interactions(import_({"comments/post_comments_1.json": {"string_map_data": entry}}))
    assert (found.text, found.who) == ("hi there", IdentityRef("instagram", "ada"))


def test_one_reel_in_two_files_is_one_post(import_: Any) -> None:
    reel = {"media": [{"creation_timestamp": 1_700_000_000, "title": "Grüße 🏺"}]}
    found = import_({"content/posts_1.json": [reel], "content/reels.json": {"ig_reels_media": [reel]}})
    assert [record.text for record in found if isinstance(record, PostRecord)] == ["Grüße 🏺"]


# ---- messages


def test_a_conversation_alone_asks_who_the_user_is_and_takes_the_answer(import_: Any) -> None:
    files = {"messages/inbox/ada_178/message_1.json": thread(("Ada", "hi"), ("Me", "ho"))}
    with pytest.raises(QuestionError) as caught:
        import_(files)
    assert {answer for answer, _ in caught.value.choices} == {"Ada", "Me"}
    found = import_(files, Owner(stated="Me"))
    assert [record.direction for record in interactions(found)] == [Direction.IN, Direction.OUT]
    assert not [record for record in found if isinstance(record, SelfRecord)]


def test_a_stated_handle_is_taken_beside_names_in_the_messages(import_: Any) -> None:
    files = {
        "messages/inbox/ada_178/message_1.json": thread(("Ada", "hi")),
        "messages/inbox/bo_179/message_1.json": thread(("Me", "ho"), people=("Bo", "Me")),
    }
    found = import_(files, Owner(stated="@me.me"))
    assert SelfRecord((IdentityRef("instagram", "me.me"),)) in found
    assert {record.direction for record in interactions(found)} == {Direction.IN, Direction.OUT}


def test_a_damaged_file_costs_itself_and_is_reported(tmp_path: Path) -> None:
    path = write_folder(
        tmp_path / "export",
        {
            "followers_1.json": b'[{"string_list_data": [{"value": "ada", "timestamp": 1700000000}]}, {"str',
            "following.json": json.dumps(
                {
                    "relationships_following": [
                        {"title": "bo", "string_list_data": [{"timestamp": 1_700_000_000}]}
                    ]
                }
            ).encode(),
        },
    )
    found = read(path)
    assert {record.external_id for record in interactions(found)} == {"follow:in:ada", "follow:out:bo"}
    (problem,) = [record for record in found if isinstance(record, Problem)]
    assert problem.where == "followers_1.json"
    assert "cut off" in problem.reason


def test_a_list_under_a_key_that_nobody_knows_is_reported(import_: Any) -> None:
    entry = {"title": "ada", "string_list_data": [{"timestamp": 1_700_000_000}]}
    found = import_(
        {
            "polls.json": {"story_activities_surveys": [entry, entry]},
            "quizzes.json": {"story_activities_quizzes": [entry]},
        }
    )
    assert [record.where for record in found if isinstance(record, Problem)] == [
        "polls.json:story_activities_surveys"
    ]
    assert len(interactions(found)) == 1


def test_lists_that_are_no_acts_are_counted() -> None:
    left = [record for record in read(CASES / NEWEST) if isinstance(record, Left)]
    assert Left("accounts you blocked or restricted", 1) in left
    assert Left("accounts you call close friends", 1) in left
    assert "pest0815" not in str(interactions(read(CASES / NEWEST)))


# ---- what is claimed


def test_instagram_and_threads_in_one_tree_are_one_claim(tmp_path: Path) -> None:
    with Export(CASES / NEWEST) as export:
        assert (Importer().identify(export), Threads().identify(export)) == (True, False)
    with Export(EXPORTS / "threads" / "separate-2025") as export:
        assert (Importer().identify(export), Threads().identify(export)) == (False, True)
    alone = {"text_post_app_text_posts": []}
    name = "your_instagram_activity/threads/threads_and_replies.json"
    with Export(write_folder(tmp_path / "part", {name: json.dumps(alone).encode()})) as export:
        assert (Importer().identify(export), Threads().identify(export)) == (True, False)


def test_threads_records_are_the_same_from_either_export() -> None:
    with Export(EXPORTS / "threads" / "separate-2025") as export:
        alone = list(Threads().extract(export, Owner()))
    inside = read(CASES / NEWEST)
    assert interactions(alone) == [record for record in interactions(inside) if record.platform == "threads"]
    assert interactions(alone)


@pytest.mark.parametrize(
    ("name", "document", "expected"),
    [
        ("followers_1.json", [{"title": "", "string_list_data": []}], True),
        ("following.json", {"relationships_following": []}, True),
        ("liked_posts.json", [{"timestamp": 1, "label_values": []}], True),
        ("posts_1.json", [{"media": [{"creation_timestamp": 1}]}], True),
        ("connections.json", {"followers": {}, "blocked_users": {}}, True),
        ("messages.json", [{"participants": [], "conversation": []}], True),
        ("message_1.json", thread(("Ada", "hi")), True),
        ("message_1.json", {"participants": [{"name": "Ada"}], "messages": []}, False),
        ("liked_threads.json", {"text_post_app_media_likes": []}, False),
        ("following.json", {"following": [{"name": "Ada", "timestamp": 1}]}, False),
        ("posts_1.json", [{"hello": 1}], False),
        ("followers_1.json", [], False),
        ("messages.json", {"messages": []}, False),
        ("your_facebook_activity/comments_and_reactions/polls.json", {"story_activities_polls": []}, False),
    ],
)
def test_what_is_recognised(name: str, document: Any, expected: bool, tmp_path: Path) -> None:
    path = write_folder(tmp_path / "export", {name: json.dumps(document).encode()})
    assert identifies(path) is expected
    if "/" not in name:
        assert identifies(path / name) is expected


def test_web_pages_are_answered_with_how_to_get_json(tmp_path: Path) -> None:
    path = write_folder(
        tmp_path / "instagram-ada-2025-03-01-Xy", {"messages/inbox/a_1/message_1.html": b"<html>"}
    )
    assert identifies(path)
    with pytest.raises(ExportError, match="web pages") as caught:
        read(path)
    assert "JSON" in (caught.value.hint or "")


def test_the_shared_sample_is_read(shared: Path) -> None:
    (sample,) = (shared / "samples" / "instagram").iterdir()
    # A thread without any mark of Instagram: the Facebook importer takes it when it is offered alone.
    assert not identifies(sample)
    found = interactions(read(sample, Owner(stated="Jane Doe")))
    assert [(record.direction, record.text) for record in found] == [
        (Direction.IN, "Hello Jane!"),
        (Direction.OUT, "Hello John!"),
    ]
    assert {record.who for record in found} == {found[0].who}
    with pytest.raises(QuestionError):
        read(sample)
