"""Facebook and Messenger: whose acts they are, ids that last, encrypted chats, what is asked and refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from crm.domain.errors import ExportError, QuestionError
from crm.domain.records import (
    ContactRecord,
    Direction,
    InteractionRecord,
    Kind,
    Left,
    Owner,
    PostRecord,
    Problem,
    Record,
    SelfRecord,
)
from crm.importers.facebook import Importer
from crm.importers.kit.export import Export

EXPORTS = Path(__file__).resolve().parents[1] / "exports" / "facebook"
ME = "Ann Smith"
BOB = "Bob Jones"


def write(folder: Path, name: str, value: Any) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), "utf-8")
    return path


def says(who: str, at: int, text: str | None = None, **more: Any) -> dict[str, Any]:
    return {"sender_name": who, "timestamp_ms": at, "content": text, **more}


def thread(folder: Path, slug: str, names: Sequence[str], messages: list[Any], part: int = 1) -> None:
    value = {
        "participants": [{"name": name} for name in names],
        "messages": messages,
        "title": names[0],
        "thread_path": f"inbox/{slug}",
    }
    write(folder, f"messages/inbox/{slug}/message_{part}.json", value)


def read(path: Path | Sequence[Path], owner: Owner | None = None) -> list[Record]:
    with Export(path) as export:
        return list(Importer().extract(export, owner or Owner(names=frozenset({"ann smith"}))))


def acts(records: list[Record]) -> list[InteractionRecord]:
    return [record for record in records if isinstance(record, InteractionRecord)]


def lefts(records: list[Record]) -> dict[str, int]:
    return {record.what: record.number for record in records if isinstance(record, Left)}


def claims(path: Path) -> bool:
    with Export(path) as export:
        return Importer().identify(export)


def friends(folder: Path, *names: str) -> None:
    rows = [{"name": name, "timestamp": 1_600_000_000 + number} for number, name in enumerate(names)]
    write(folder, "connections/friends/your_friends.json", {"friends_v2": rows})


def comment(title: str, text: str = "hm", at: int = 1_600_000_000) -> dict[str, Any]:
    data = [{"comment": {"timestamp": at, "comment": text, "author": ME}}]
    return {"timestamp": at, "data": data, "title": title}


def test_the_same_message_has_the_same_id_in_every_era_and_part(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    said = [says(BOB, 1_500_000_000_000 + number, f"n{number}") for number in range(6)]
    thread(old, "BobJones_x1", (BOB, ME), said)
    thread(new / "your_facebook_activity", "bobbyjones_x1", ("Bobby Jones", ME), said[:2], part=1)
    thread(new / "your_facebook_activity", "bobbyjones_x1", ("Bobby Jones", ME), said[2:4], part=2)
    thread(new / "your_facebook_activity", "bobbyjones_x1", ("Bobby Jones", ME), said[4:], part=10)
    ids = {act.external_id for act in acts(read(old))}
    assert len(ids) == 6
    assert {act.external_id for act in acts(read(new))} == ids


def test_two_equal_words_in_one_millisecond_are_two_acts(tmp_path: Path) -> None:
    thread(tmp_path, "bob_1", (BOB, ME), [says(BOB, 1_500_000_000_000, "ok")] * 2)
    thread(tmp_path, "cy_2", ("Cy Ono", ME), [says("Cy Ono", 1_500_000_000_000, "ok")] * 2)
    found = acts(read(tmp_path))
    assert len({act.external_id for act in found}) == 4
    assert [act.who.external_id for act in found if act.who] == ["thread:1"] * 2 + ["thread:2"] * 2


def test_an_encrypted_chat_has_the_ids_of_the_thread_it_continues(tmp_path: Path) -> None:
    thread(tmp_path / "a", "bob_1", (BOB, ME), [says(BOB, 1_500_000_000_000, "hi"), says(ME, 1, "")])
    chat = {
        "participants": [ME, BOB],
        "threadName": "Bob Jones_7",
        "messages": [
            {"senderName": BOB, "text": "hi", "timestamp": 1_500_000_000_000},
            {"senderName": BOB, "text": "new", "timestamp": 1_600_000_000_000},
        ],
    }
    write(tmp_path / "b", "Bob Jones_7.json", chat)
    normal, alone = acts(read(tmp_path / "a")), acts(read(tmp_path / "b"))
    assert normal[0].external_id == alone[0].external_id
    both = read([tmp_path / "a", tmp_path / "b"])
    assert [act.text for act in acts(both)].count("hi") == 1
    assert {act.who.external_id for act in acts(both) if act.who} == {"thread:1"}
    assert sum(lefts(both).values()) == 1


def test_an_encrypted_chat_with_one_of_two_namesakes_stays_apart(tmp_path: Path) -> None:
    thread(tmp_path, "bob_1", (BOB, ME), [says(BOB, 1_500_000_000_000, "hi")])
    thread(tmp_path, "bob_2", (BOB, ME), [says(BOB, 1_500_000_001_000, "ho")])
    chat = {"participants": [ME, BOB], "messages": [{"senderName": BOB, "text": "x", "timestamp": 1_6e11}]}
    write(tmp_path, "Bob Jones_7.json", chat)
    found = {act.text: act.who.external_id for act in acts(read(tmp_path)) if act.who}
    assert found == {"hi": "thread:1", "ho": "thread:2", "x": "name:bob jones"}


def test_a_friend_is_the_partner_of_a_thread_only_where_the_name_is_single(tmp_path: Path) -> None:
    friends(tmp_path, BOB, "Eva Klein", "Eva Klein")
    thread(tmp_path, "bob_1", (BOB, ME), [])
    thread(tmp_path, "eva_2", ("Eva Klein", ME), [])
    found = [record for record in read(tmp_path) if isinstance(record, ContactRecord)]
    keys = [[ref.external_id for ref in record.identities] for record in found]
    assert keys[0] == ["thread:1", "name:bob jones"]
    assert len(keys) == 3
    assert keys[1] != keys[2]
    assert all(len(key) == 1 and str(key[0]).startswith("friend:") for key in keys[1:])


def test_a_friend_with_two_threads_is_joined_with_neither(tmp_path: Path) -> None:
    friends(tmp_path, BOB)
    thread(tmp_path, "bob_1", (BOB, ME), [])
    thread(tmp_path, "bob_2", (BOB, ME), [])
    [contact] = [record for record in read(tmp_path) if isinstance(record, ContactRecord)]
    assert [ref.external_id for ref in contact.identities] == ["name:bob jones"]


def test_whose_export_a_single_thread_is_must_be_asked(tmp_path: Path) -> None:
    thread(tmp_path, "bob_1", (BOB, ME), [says(BOB, 1_500_000_000_000, "hi")])
    with pytest.raises(QuestionError) as asked:
        read(tmp_path, Owner())
    assert asked.value.option == "as"
    assert {answer for answer, _ in asked.value.choices} == {BOB, ME}
    [act] = acts(read(tmp_path, Owner(stated="bob jones")))
    assert act.direction is Direction.OUT
    with pytest.raises(QuestionError, match="nobody in"):
        read(tmp_path, Owner(stated="Carl"))


def test_the_one_in_every_thread_is_the_user(tmp_path: Path) -> None:
    thread(tmp_path, "bob_1", (BOB, ME), [says(ME, 1_500_000_000_000, "hi")])
    thread(tmp_path, "cy_2", ("Cy Ono", ME), [])
    records = read(tmp_path, Owner())
    assert [act.direction for act in acts(records)] == [Direction.OUT]
    assert [record.name for record in records if isinstance(record, SelfRecord)] == [ME]


def test_an_echo_of_a_reaction_is_dropped_and_tells_when_it_was(tmp_path: Path) -> None:
    messages = [
        says(BOB, 1_500_000_060_000, "Reacted 😆 to your message "),
        says(BOB, 1_500_000_050_000, "I reacted 😆 to your message, as you saw"),
        says(ME, 1_500_000_000_000, "a joke", reactions=[{"reaction": "😆", "actor": BOB}]),
        says(BOB, 1_400_000_000_000, "Liked a message"),
    ]
    thread(tmp_path, "bob_1", (BOB, ME), messages)
    found = acts(read(tmp_path))
    assert [act.kind for act in found] == [Kind.MESSAGE, Kind.MESSAGE, Kind.REACTION, Kind.REACTION]
    assert [act.at for act in found[2:]] == [1_500_000_060_000_000, 1_400_000_000_000_000]
    assert all(act.direction is Direction.IN for act in found[2:])


def test_a_call_is_mutual_and_a_missed_one_is_not(tmp_path: Path) -> None:
    messages = [
        says(BOB, 1_500_000_003_000, "The video chat ended.", type="Call", call_duration=3725),
        says(BOB, 1_500_000_002_000, "You missed a call from Bob.", call_duration=0),
        says(ME, 1_500_000_001_000, None, type="Call", call_duration=0, missed=True),
    ]
    thread(tmp_path, "bob_1", (BOB, ME), messages)
    records = read(tmp_path)
    assert [(act.kind, act.direction) for act in acts(records)] == [
        (Kind.CALL, Direction.MUTUAL),
        (Kind.MESSAGE, Direction.IN),
    ]
    assert acts(records)[0].text == "The video chat ended. (1:02:05)"
    assert lefts(records) == {"missed calls without a word about them": 1}


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Ann Smith commented on Bob Jones's post.", BOB),
        ("Ann Smith commented on Bob Jones’s photo in Kiln Lovers.", BOB),
        ("Ann Smith replied to Vera Stranger's comment.", "Vera Stranger"),
        ("Ann Smith replied to Pat O'Neill's comment.", "Pat O'Neill"),
        ("Ann Smith commented on Lars Jens' video.", "Lars Jens"),
        ("Ann Smith commented on BBC News's post.", None),
        ("Ann Smith commented on a post in Bob Jones Fans.", None),
        ("Ann Smith commented on her own post.", None),
        ("Ann Smith replied to her own comment.", None),
        ("Ann Smith hat Bob Jones' Beitrag kommentiert.", BOB),
        ("Ann Smith hat auf Bob Jones’ Kommentar geantwortet.", BOB),
        ("Ann Smith hat den Beitrag von Bob Jones kommentiert.", BOB),
        ("Ann Smith hat ihren eigenen Beitrag kommentiert.", None),
        ("Ann Smith a commenté la photo de profil de Bob Jones.", BOB),
        ("Ann Smith a répondu au commentaire d’Odile Roux.", "Odile Roux"),
        ("Ann Smith a commenté sa propre publication.", None),
        ("Ann Smith comentó la publicación de Bob Jones.", BOB),
        ("Ann Smith respondió a su propio comentario.", None),
        ("Ann Smith ha commentato il post di Bob Jones.", BOB),
        ("Ann Smith comentou na foto de Bob Jones.", BOB),
        ("Ann Smith heeft gereageerd op de foto van Bob Jones.", BOB),
        ("Ann Smith heeft op de reactie van Bob Jones gereageerd.", BOB),
        ("Ann Smith har kommenteret Bob Jones' opslag.", BOB),
        ("Ann Smith har kommenteret Bob Joness billede.", BOB),
        ("Ann Smith har svaret på Bob Jones' kommentar.", BOB),
        ("Ann Smith skomentowała post użytkownika Bob Jones.", BOB),
        ("Ann Smith odpowiedziała na komentarz użytkownika Bob Jones.", BOB),
        ("Ann Smith kommenterte innlegget til Bob Jones.", BOB),
        ("", None),
        ("💬", None),
    ],
)
def test_a_sentence_names_a_person_or_nobody(title: str, name: str | None, tmp_path: Path) -> None:
    friends(tmp_path, BOB, "Lars Jens")
    write(tmp_path, "comments.json", {"comments_v2": [comment(title)]})
    [act] = [act for act in acts(read(tmp_path)) if act.kind in (Kind.COMMENT, Kind.REPLY)]
    assert (act.who.name if act.who else None) == name
    assert act.direction is Direction.OUT


def test_a_page_the_user_likes_is_nobody_even_as_the_author_of_a_comment(tmp_path: Path) -> None:
    write(tmp_path, "pages_you've_liked.json", {"page_likes_v2": [{"name": "Kiln Weekly"}]})
    rows = [comment("Ann Smith replied to Kiln Weekly's comment.")]
    write(tmp_path, "comments.json", {"comments_v2": rows})
    [act] = acts(read(tmp_path))
    assert act.who is None
    assert act.kind is Kind.REPLY


def test_one_reaction_in_two_files_is_one_act(tmp_path: Path) -> None:
    told = {
        "timestamp": 1_600_000_000,
        "data": [{"reaction": {"reaction": "LOVE", "actor": ME}}],
        "title": "Ann Smith likes Bob Jones's comment.",
    }
    labels = [{"label": "Reaktion", "value": "Love"}, {"label": "URL", "value": "u", "href": "https://f/1"}]
    labelled = {"timestamp": 1_600_000_000, "media": [], "label_values": labels, "fbid": "1"}
    twice = [told, told | {"title": "Ann Smith likes a photo."}]
    write(tmp_path, "likes_and_reactions_1.json", twice)
    write(tmp_path, "likes_and_reactions.json", [labelled, labelled, labelled])
    found = acts(read(tmp_path))
    assert [act.who.name if act.who else None for act in found] == [BOB, None, None]
    assert [act.url for act in found] == [None, None, "https://f/1"]


def test_a_post_with_tags_is_said_to_those_tagged(tmp_path: Path) -> None:
    posts = [
        {"timestamp": 1_600_000_000, "data": [{"post": "plain"}], "title": "Ann Smith updated her status."},
        {"timestamp": 1_600_000_001, "data": [{"post": "with"}], "tags": [{"name": BOB}, "Cy Ono"]},
        {
            "timestamp": 1_600_000_002,
            "data": [{"post": "out"}],
            "title": "Ann Smith is with Dee Park at Rome.",
        },
    ]
    write(tmp_path, "your_posts_1.json", posts)
    records = read(tmp_path)
    assert [record.text for record in records if isinstance(record, PostRecord)] == ["plain"]
    found = [(act.who.name, act.kind) for act in acts(records) if act.who]
    assert found == [(BOB, Kind.MENTION), ("Cy Ono", Kind.MENTION), ("Dee Park", Kind.MENTION)]


def test_a_damaged_file_costs_only_what_is_behind_the_damage(tmp_path: Path) -> None:
    friends(tmp_path, BOB)
    rows = [
        comment("Ann Smith commented on Bob Jones's post.", f"n{n}", 1_600_000_000 + n) for n in range(50)
    ]
    path = write(tmp_path, "comments.json", {"comments_v2": rows})
    path.write_bytes(path.read_bytes()[:4000])
    records = read(tmp_path)
    assert 10 < sum(act.kind is Kind.COMMENT for act in acts(records)) < 50
    assert [problem.where for problem in records if isinstance(problem, Problem)] == ["comments.json"]


def test_markup_and_control_characters_in_names_are_text(tmp_path: Path) -> None:
    name = "[/red]\x1b[2J\x00 <b>Bo</b>"
    thread(tmp_path, "x_1", (name, ME), [says(name, 1_500_000_000_000, "a\x00b")])
    [act] = acts(read(tmp_path))
    assert act.text == "ab"
    assert act.who is not None
    assert "\x00" not in str(act.who.name)


@pytest.mark.parametrize("mark", ["string_list_data", "joinable_mode", "original_content_owner"])
def test_a_lone_thread_with_a_mark_of_instagram_is_left_to_it(mark: str, tmp_path: Path) -> None:
    thread(tmp_path, "bob_1", (BOB, ME), [says(BOB, 1_500_000_000_000, "hi")])
    assert claims(tmp_path)
    path = tmp_path / "messages/inbox/bob_1/message_1.json"
    path.write_text(path.read_text("utf-8").replace('"title"', f'"{mark}": {{"mode": 1}}, "title"'), "utf-8")
    assert claims(tmp_path) is (mark == "string_list_data")
    write(tmp_path, "followers_1.json", [{"title": "", "string_list_data": [{"value": "bob"}]}])
    assert not claims(tmp_path)


def test_pages_for_a_browser_are_answered_with_how_to_ask_for_json() -> None:
    assert claims(EXPORTS / "html")
    with pytest.raises(ExportError, match="HTML") as refused:
        read(EXPORTS / "html")
    assert "JSON" in str(refused.value.hint)


def test_parts_of_one_export_are_read_as_one(tmp_path: Path) -> None:
    first, second = tmp_path / "facebook-ann-1", tmp_path / "facebook-ann-2"
    shutil.copytree(EXPORTS / "2024", first)
    (second / "connections").parent.mkdir()
    shutil.move(first / "connections", second / "connections")
    whole = {act.external_id for act in acts(read(EXPORTS / "2024"))}
    assert {act.external_id for act in acts(read([first, second]))} == whole


# What is in the team's samples: (members with these words in their names, acts, problems).
@pytest.mark.shared()
@pytest.mark.parametrize(
    ("words", "expected", "problems"),
    [
        ("json_simple_your_activity_across_facebook_messages_inbox_alice", 4, 0),
        ("json_simple_your_activity_across_facebook_messages_archived", 1, 0),
        ("json_group", 4, 0),
        ("inbox_dave_MULTI_message_1.json", 2, 0),
        ("inbox_dave_MULTI_message_2.json", 1, 0),
        ("inbox_dave_MULTI_message_10.json", 1, 0),
        ("json_with_media_your", 1, 0),
        ("json_with_media_alt", 1, 0),
        ("json_nontext", 4, 0),
        ("e2ee_simple_your_activity_across_facebook_messages_alice", 4, 0),
        ("e2ee_simple_your_activity_across_facebook_messages_group", 2, 0),
    ],
)
def test_every_sample_is_read(words: str, expected: int, problems: int, shared: Path) -> None:
    [path] = [path for path in (shared / "samples" / "facebook").iterdir() if words in path.name]
    assert claims(path)
    records = read(path, Owner(names=frozenset({"test user"})))
    assert len(acts(records)) == expected
    assert sum(isinstance(record, Problem) for record in records) == problems


@pytest.mark.shared()
@pytest.mark.parametrize("words", ["html_simple", "html_with_media", "html_multi_media"])
def test_the_samples_in_html_are_refused_with_a_hint(words: str, shared: Path, tmp_path: Path) -> None:
    [page] = (shared / "samples" / "facebook").glob(f"*_{words}_*.html")
    target = tmp_path / "messages" / "inbox" / "bob_1" / "message_1.html"
    target.parent.mkdir(parents=True)
    shutil.copyfile(page, target)
    assert claims(tmp_path)
    with pytest.raises(ExportError, match="HTML"):
        read(tmp_path)


@pytest.mark.shared()
def test_a_corrupt_thread_costs_itself_and_no_other(shared: Path, tmp_path: Path) -> None:
    samples = shared / "samples" / "facebook"
    [corrupt] = samples.glob("*corrupt*")
    [good] = samples.glob("*inbox_alice*.json")
    for name, source in (("broken_BAD", corrupt), ("alice_ABC123", good)):
        target = tmp_path / "messages" / "inbox" / name / "message_1.json"
        target.parent.mkdir(parents=True)
        shutil.copyfile(source, target)
    records = read(tmp_path, Owner(names=frozenset({"test user"})))
    assert len(acts(records)) == 4
    assert [problem.where for problem in records if isinstance(problem, Problem)] == [
        "messages/inbox/broken_BAD/message_1.json"
    ]
