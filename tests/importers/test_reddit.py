"""Reddit's data requests: whose acts, towards whom, and who the user is."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from crm.domain.errors import QuestionError
from crm.domain.records import (
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
from crm.importers.kit.chats import LARGEST_GROUP, NOT_TO_YOU
from crm.importers.kit.export import Export
from crm.importers.reddit import Importer

SITE = "https://www.reddit.com"
POSTS = "id,permalink,date,ip,subreddit,gildings,title,url,body"
COMMENTS = "id,permalink,date,ip,subreddit,gildings,link,parent,body,media"
MESSAGES = "id,permalink,thread_id,date,ip,from,to,subject,body"
CHAT = (
    "message_id,created_at,updated_at,username,message,thread_parent_message_id,channel_url,subreddit,"
    "channel_name,conversation_type"
)
VOTES = "id,permalink,direction"
ME = "mara_k"
FACTS = ("statistics.csv", "statistic,value", ("account name", ME))


def table(folder: Path, name: str, header: str, *rows: tuple[str, ...]) -> Path:
    folder.mkdir(exist_ok=True)
    with (folder / name).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header.split(","))
        writer.writerows(rows)
    return folder


def comment(number: str, parent: str, body: str = "Hallo", subreddit: str = "x") -> tuple[str, ...]:
    link = f"{SITE}/r/{subreddit}/comments/p1/t/"
    date = "2024-04-01 12:00:00 UTC"
    return (number, f"{link}{number}/", date, "203.0.113.1", subreddit, "0", link, parent, body, "")


def message(
    number: str, sender: str, recipient: str, thread: str = "", subject: str = "Ton"
) -> tuple[str, ...]:
    return (number, "", thread, "2024-04-01 12:00:00 UTC", "203.0.113.1", sender, recipient, subject, "Grüße")


def said(
    number: str, name: str, minute: int, text: str = "hi", parent: str = "", kind: str = "group"
) -> tuple[str, ...]:
    return (number, f"2024-04-01 12:{minute:02}:00 UTC", "", name, text, parent, "/c/1", "", "", kind)


def extract(path: Path, owner: Owner | None = None) -> list[Record]:
    with Export(path) as export:
        assert Importer().identify(export)
        return list(Importer().extract(export, owner or Owner()))


def acts(records: list[Record]) -> list[InteractionRecord]:
    return [record for record in records if isinstance(record, InteractionRecord)]


def whom(act: InteractionRecord) -> str | None:
    return act.who.handle if act.who else None


def test_a_comment_goes_to_nobody_known_and_has_the_id_that_notices_use(tmp_path: Path) -> None:
    [act] = acts(extract(table(tmp_path / "x", "comments.csv", COMMENTS, comment("k1", "t3_p1"))))
    assert (act.external_id, act.thread) == ("reddit:t1:k1", "reddit:post:p1")
    assert (act.who, act.direction, act.kind) == (None, Direction.OUT, Kind.COMMENT)


def test_a_comment_on_a_comment_is_a_reply(tmp_path: Path) -> None:
    [act] = acts(extract(table(tmp_path / "x", "comments.csv", COMMENTS, comment("k1", "t1_zz"))))
    assert act.kind is Kind.REPLY


def test_answering_oneself_is_a_post_in_the_thread(tmp_path: Path) -> None:
    rows = (comment("k2", "t1_k1"), comment("k1", "t3_p1"))
    folder = table(tmp_path / "x", "comments.csv", COMMENTS, *rows)
    posts = [record for record in extract(folder) if isinstance(record, PostRecord)]
    assert [(post.external_id, post.thread) for post in posts] == [("reddit:t1:k2", "reddit:post:p1")]


def test_a_comment_and_a_post_with_the_same_number_are_not_confused(tmp_path: Path) -> None:
    folder = table(tmp_path / "x", "comments.csv", COMMENTS, comment("p1", "t3_zz"), comment("k2", "t3_p1"))
    assert [act.external_id for act in acts(extract(folder))] == ["reddit:t1:p1", "reddit:t1:k2"]


def test_a_comment_on_somebodys_profile_page_is_to_them(tmp_path: Path) -> None:
    row = comment("k1", "t3_p1", subreddit="u_Zoe-G")
    [act] = acts(extract(table(tmp_path / "x", "comments.csv", COMMENTS, row)))
    assert whom(act) == "Zoe-G"


def test_whom_a_text_names_is_mentioned_but_not_within_addresses_and_words(tmp_path: Path) -> None:
    text = f"u/bo_lind und /u/bo_lind, nicht {SITE}/u/anna_b noch soup/u/carl_c, aber u/dora-d."
    [_, *named] = acts(extract(table(tmp_path / "x", "comments.csv", COMMENTS, comment("k1", "t3_p", text))))
    assert [whom(act) for act in named] == ["bo_lind", "dora-d"]
    assert {act.kind for act in named} == {Kind.MENTION}


def test_deleted_texts_are_acts_without_text(tmp_path: Path) -> None:
    row = comment("k1", "t3_p1", "[removed]")
    [act] = acts(extract(table(tmp_path / "x", "comments.csv", COMMENTS, row)))
    assert act.text is None


def test_no_address_of_a_computer_is_kept(tmp_path: Path) -> None:
    folder = table(tmp_path / "x", "comments.csv", COMMENTS, comment("k1", "t3_p1"))
    table(folder, "messages.csv", MESSAGES, message("m1", ME, "bo_lind"))
    table(folder, *FACTS)
    assert "203.0.113.1" not in str(extract(folder))


def test_messages_have_a_direction_whatever_the_case_of_names(tmp_path: Path) -> None:
    folder = table(tmp_path / "x", *FACTS)
    rows = (message("m1", "u/Mara_K", "bo_lind"), message("m2", "Bo_Lind", "MARA_K", subject="Re: re: Ton"))
    table(folder, "messages.csv", MESSAGES, *rows)
    first, second = acts(extract(folder))
    assert (first.direction, second.direction) == (Direction.OUT, Direction.IN)
    assert first.thread == second.thread


def test_a_message_in_both_tables_is_told_once(tmp_path: Path) -> None:
    folder = table(tmp_path / "x", *FACTS)
    table(folder, "messages.csv", MESSAGES, message("m1", ME, "bo_lind"))
    table(
        folder, "messages_archive.csv", MESSAGES, message("m1", ME, "bo_lind"), message("m2", ME, "bo_lind")
    )
    assert [act.external_id for act in acts(extract(folder))] == ["reddit:t4:m1", "reddit:t4:m2"]


def test_robots_moderators_and_deleted_accounts_are_left_out_and_counted(tmp_path: Path) -> None:
    folder = table(tmp_path / "x", *FACTS)
    senders = ("reddit", "AutoModerator", "[deleted]", "r/Pottery")
    rows = tuple(message(f"m{place}", sender, ME) for place, sender in enumerate(senders))
    table(folder, "messages.csv", MESSAGES, *rows)
    records = extract(folder)
    assert acts(records) == []
    assert sum(record.number for record in records if isinstance(record, Left)) == 4


def test_the_user_is_the_one_in_every_message(tmp_path: Path) -> None:
    rows = (message("m1", "ole_o", "bo_lind"), message("m2", "tess_t", "ole_o"))
    [me, *_] = extract(table(tmp_path / "x", "messages.csv", MESSAGES, *rows))
    assert isinstance(me, SelfRecord)
    assert [ref.handle for ref in me.identities] == ["ole_o"]


def test_the_name_of_the_download_tells_the_user(tmp_path: Path) -> None:
    folder = tmp_path / "export_bo_lind_20240501"
    [_, act] = extract(table(folder, "messages.csv", MESSAGES, message("m1", "ole_o", "bo_lind")))
    assert isinstance(act, InteractionRecord)
    assert act.direction is Direction.IN


def test_with_one_partner_only_the_user_is_asked_and_can_answer(tmp_path: Path) -> None:
    rows = (message("m1", "ole_o", "bo_lind"), message("m2", "bo_lind", "ole_o"))
    folder = table(tmp_path / "x", "messages.csv", MESSAGES, *rows)
    with pytest.raises(QuestionError) as raised:
        extract(folder)
    assert raised.value.option == "as"
    assert {answer for answer, _ in raised.value.choices} == {"ole_o", "bo_lind"}
    for stated in ("bo_lind", "u/Bo_Lind", f"{SITE}/user/bo_lind/"):
        found = acts(extract(folder, Owner(stated=stated)))
        assert [act.direction for act in found] == [Direction.IN, Direction.OUT]
    known = acts(extract(folder, Owner(identities=frozenset((("reddit", "ole_o"),)))))
    assert [act.direction for act in known] == [Direction.OUT, Direction.IN]


def test_stating_somebody_who_is_not_there_asks_again(tmp_path: Path) -> None:
    folder = table(tmp_path / "x", "messages.csv", MESSAGES, message("m1", "ole_o", "bo_lind"))
    with pytest.raises(QuestionError, match="nobody in these messages is called 'kim_k'"):
        extract(folder, Owner(stated="kim_k"))


def test_without_conversations_nobody_is_asked(tmp_path: Path) -> None:
    folder = table(tmp_path / "x", "comments.csv", COMMENTS, comment("k1", "t3_p1"))
    assert not [record for record in extract(folder) if isinstance(record, SelfRecord)]


def test_a_group_message_is_to_those_who_wrote_before_it_in_any_order_of_rows(tmp_path: Path) -> None:
    rows = [said("c3", ME, 3), said("c1", "zoe_g", 1), said("c4", "late_l", 4), said("c2", "bo_lind", 2)]
    found = []
    for place, order in enumerate((rows, rows[::-1])):
        folder = table(tmp_path / str(place), *FACTS)
        table(folder, "chat_history.csv", CHAT, *order)
        found.append({act.external_id for act in acts(extract(folder)) if act.direction is Direction.OUT})
    assert found == [{"reddit:chat:c3:zoe_g", "reddit:chat:c3:bo_lind"}] * 2


def test_in_a_large_group_only_what_names_or_answers_the_user_is_to_them(tmp_path: Path) -> None:
    folder = table(tmp_path / "x", *FACTS)
    crowd = [said(f"c{n}", f"user{n:03}", 1) for n in range(LARGEST_GROUP + 1)]
    rows = (said("d1", ME, 2), said("d2", "user001", 3, f"u/{ME}?"), said("d3", "user002", 4, "ja", "d1"))
    table(folder, "chat_history.csv", CHAT, *crowd, *rows, said("d4", "user003", 5))
    records = extract(folder)
    late = {act.external_id: act for act in acts(records)}
    assert late["reddit:chat:d1"].who is None
    assert late["reddit:chat:d2"].kind is Kind.MENTION
    assert late["reddit:chat:d3"].kind is Kind.REPLY
    assert "reddit:chat:d4" not in late
    assert [record.what for record in records if isinstance(record, Left)] == [NOT_TO_YOU]


def test_a_direct_chat_nobody_answered_is_to_nobody_known(tmp_path: Path) -> None:
    folder = table(tmp_path / "x", *FACTS)
    table(folder, "chat_history.csv", CHAT, said("c1", ME, 1, kind="direct"))
    [act] = acts(extract(folder))
    assert (act.who, act.kind) == (None, Kind.MESSAGE)


def test_votes_for_are_reactions_without_time_and_votes_against_are_not_told(tmp_path: Path) -> None:
    link = f"{SITE}/r/x/comments/p1/t/"
    rows = (("p1", link, "up"), ("p2", f"{SITE}/r/x/comments/p2/t/", "down"))
    folder = table(tmp_path / "x", "post_votes_1.csv", VOTES, *rows)
    table(folder, "comment_votes_1.csv", VOTES, ("k1", f"{link}k1/", "up"))
    found = acts(extract(folder))
    assert [(act.external_id, act.at) for act in found] == [
        ("reddit:vote:t1:k1", None),
        ("reddit:vote:t3:p1", None),
    ]


def test_a_table_is_known_by_its_header_whatever_its_name(tmp_path: Path) -> None:
    folder = table(tmp_path / "x", "renamed (2).csv", COMMENTS, comment("k1", "t3_p1"))
    assert len(acts(extract(folder / "renamed (2).csv"))) == 1


def test_the_excerpts_of_tables_alone_say_that_they_have_no_texts(tmp_path: Path) -> None:
    header = "id,permalink,date,ip,subreddit,gildings,link,parent,media"
    row = ("k1", f"{SITE}/r/x/comments/p1/t/k1/", "2024-04-01 12:00:00 UTC", "", "x", "0", "", "t3_p1", "")
    [problem] = extract(table(tmp_path / "x", "comment_headers.csv", header, row))
    assert isinstance(problem, Problem)
    assert "no texts" in problem.reason


@pytest.mark.parametrize("name", ["friends.csv", "statistics.csv", "saved_posts.csv"])
def test_a_table_that_could_be_anybodys_is_not_claimed_alone(name: str, tmp_path: Path) -> None:
    headers = {
        "friends.csv": "username,note",
        "statistics.csv": "statistic,value",
        "saved_posts.csv": "id,permalink",
    }
    with Export(table(tmp_path / "x", name, headers[name], ("a", "b"))) as export:
        assert not Importer().identify(export)
