"""YouTube's Takeout: tables in any language, texts of both notations, and whom they name."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.records import (
    Direction,
    InteractionRecord,
    Kind,
    Owner,
    Precision,
    Problem,
    Record,
    SelfRecord,
)
from crm.importers.kit.export import Export
from crm.importers.youtube import Importer, texts
from crm.importers.youtube.tables import Holds, shape_of

ME, ZOE, BO = "UCmaraTonwerkstatt000_-A", "UCzoeGlasur00000000000AB", "UCbo1234567890123456789_"
TOP, REPLY = "UgzBBBBBBBBBBBBBBBBB4AaABAg", "UgzBBBBBBBBBBBBBBBBB4AaABAg.8bbbbbbbbbb8cccccccccc"
VIDEO = "dQw4w9WgXcQ"
OLD = "Comment ID,Channel ID,Comment Create Timestamp,Price,Parent Comment ID,Video ID,Comment Text"
NEW = "Channel ID,Comment Create Timestamp,Price,Comment ID,Parent Comment ID,Video ID,Comment Text"
NEWEST = (
    "Channel ID,Comment Create Timestamp,Price,Comment ID,Parent Comment ID,Post ID,Video ID,Comment Text,"
    "Top-Level Comment ID"
)
WHEN = "2024-05-01T12:00:00+00:00"
EARLY = "2019-05-01T12:00:00+00:00"


def rows_of(header: str, *rows: dict[str, str], translated: bool = False) -> str:
    out = io.StringIO()
    names = header.split(",")
    writer = csv.writer(out)
    writer.writerow([f"Spalte {name[::-1]}" for name in names] if translated else names)
    writer.writerows([row.get(name, "") for name in names] for row in rows)
    return out.getvalue()


def comment(number: str, text: str, parent: str = "", when: str = WHEN, **more: str) -> dict[str, str]:
    return {
        "Comment ID": number,
        "Channel ID": ME,
        "Comment Create Timestamp": when,
        "Parent Comment ID": parent,
        "Video ID": VIDEO,
        "Comment Text": text,
    } | more


def old(*segments: Any) -> str:
    return json.dumps({"takeoutSegments": segments}, separators=(",", ":"))


def new(*segments: Any) -> str:
    return ",".join(json.dumps(segment, ensure_ascii=False, separators=(",", ":")) for segment in segments)


def mention(channel: str, shown: str) -> dict[str, Any]:
    return {"text": shown, "mention": {"externalChannelId": channel}}


def extract(path: Path) -> list[Record]:
    with Export(path) as export:
        assert Importer().identify(export)
        return list(Importer().extract(export, Owner()))


def acts_of(folder: Path, text: str, name: str = "comments.csv") -> list[InteractionRecord]:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, "utf-8")
    return [record for record in extract(folder) if isinstance(record, InteractionRecord)]


@pytest.mark.parametrize("translated", [False, True])
@pytest.mark.parametrize("header", [OLD, NEW, NEWEST])
def test_every_order_of_columns_in_any_language_gives_the_same_acts(
    header: str, translated: bool, tmp_path: Path
) -> None:
    rows = (comment(TOP, new({"text": "Hallo"})), comment(REPLY, new({"text": "Ja"}), TOP))
    first, second = acts_of(tmp_path / "x", rows_of(header, *rows, translated=translated))
    assert (first.external_id, first.kind, first.text) == (f"youtube:comment:{TOP}", Kind.COMMENT, "Hallo")
    assert (second.external_id, second.kind) == (f"youtube:comment:{REPLY}", Kind.REPLY)
    assert first.thread == second.thread == f"youtube:video:{VIDEO}"


def test_both_notations_of_a_text_say_the_same() -> None:
    segments = ({"text": "Hallo "}, mention(ZOE, "@zoe"), {"text": " 🙂"})
    assert texts.read(old(*segments)) == texts.read(new(*segments))
    assert texts.read(new(*segments)).words == "Hallo @zoe 🙂"


def test_line_ends_and_half_emoji_in_a_text_are_read() -> None:
    assert texts.read('{"text":"eins\nzwei"}').words == "eins\nzwei"
    assert texts.read('{"text":"halb \\ud83d"}').words == "halb \ufffd"


def test_a_link_that_hides_its_address_shows_it() -> None:
    link = {"text": "Ofen", "link": {"linkUrl": "https://example.org"}}
    assert texts.read(new(link)).words == "Ofen (https://example.org)"


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    assert isinstance(texts.read(text).words, str)


def test_a_reply_that_begins_with_somebody_is_to_them_and_the_others_are_mentioned(tmp_path: Path) -> None:
    text = new(mention(ZOE, "@zoe-g"), {"text": " und "}, mention(BO, "@Bo Lind"))
    reply, named = acts_of(tmp_path / "x", rows_of(NEW, comment(REPLY, text, TOP)))
    assert reply.who is not None
    assert (reply.kind, reply.who.external_id, reply.who.handle) == (Kind.REPLY, ZOE, "zoe-g")
    assert named.who is not None
    assert (named.kind, named.who.external_id, named.who.name) == (Kind.MENTION, BO, "Bo Lind")


def test_a_handle_at_the_beginning_names_whom_only_since_there_are_handles(tmp_path: Path) -> None:
    rows = (
        comment(REPLY, new({"text": "@zoe-g, danke"}), TOP),
        comment(f"{REPLY}2", new({"text": "@zoe danke"}), TOP, EARLY),
        comment(f"{REPLY}3", new({"text": "danke @zoe-g"}), TOP),
        comment(TOP, new({"text": "@zoe-g hallo"})),
    )
    found = acts_of(tmp_path / "x", rows_of(NEW, *rows))
    assert [act.who.handle if act.who else None for act in found] == ["zoe-g", None, None, None]


def test_naming_oneself_is_no_mention(tmp_path: Path) -> None:
    [act] = acts_of(tmp_path / "x", rows_of(NEW, comment(TOP, new({"text": "ich, "}, mention(ME, "@mara")))))
    assert act.kind is Kind.COMMENT


def test_a_comment_on_a_post_has_the_post_as_its_thread(tmp_path: Path) -> None:
    row = comment(TOP, new({"text": "x"})) | {"Video ID": "", "Post ID": "UgkxPost"}
    [act] = acts_of(tmp_path / "x", rows_of(NEWEST, row))
    assert act.thread == "youtube:post:UgkxPost"


def test_the_channel_of_the_comments_is_the_user(tmp_path: Path) -> None:
    (tmp_path / "comments.csv").write_text(rows_of(NEW, comment(TOP, new({"text": "x"}))), "utf-8")
    [me, _] = extract(tmp_path)
    assert isinstance(me, SelfRecord)
    assert me.identities[0].external_id == ME


def test_all_parts_of_a_table_are_read(tmp_path: Path) -> None:
    (tmp_path / "comments.csv").write_text(rows_of(NEW, comment(TOP, new({"text": "x"}))), "utf-8")
    found = acts_of(tmp_path, rows_of(NEW, comment(REPLY, new({"text": "y"}), TOP)), "comments(1).csv")
    assert len(found) == 2


def test_a_subscription_is_told_once_with_the_time_that_only_the_old_list_has(tmp_path: Path) -> None:
    snippet = {"channelId": ME, "publishedAt": "2016-04-01T10:00:00.000Z", "title": "Zoë"}
    item = {"kind": "youtube#subscription", "snippet": snippet | {"resourceId": {"channelId": ZOE}}}
    (tmp_path / "subscriptions.json").write_text(json.dumps([item]), "utf-8")
    table = "Channel Id,Channel Url,Channel Title\n"
    for channel in (ZOE, BO):
        table += f"{channel},http://www.youtube.com/channel/{channel},Töpfer\n"
    first, second = acts_of(tmp_path, table, "subscriptions.csv")
    assert (first.kind, first.direction, first.precision) == (Kind.FOLLOW, Direction.OUT, Precision.SECOND)
    assert (second.at, second.external_id) == (None, f"youtube:follow:out:{BO}")
    assert second.who is not None
    assert (second.who.name, second.who.handle) == ("Töpfer", None)


def test_a_page_of_the_old_years_is_read_and_a_strange_entry_costs_one_problem(tmp_path: Path) -> None:
    link = f'<a href="http://www.youtube.com/watch?v={VIDEO}">Ton</a>'
    good = f"<li>Sent at 2018-04-27 23:18:23 UTC while watching {link}.<br/>Gut &lt;3</li>"
    (tmp_path / "my-comments.html").write_text(f"<ul>{good}<li>?</li>{good}</ul>", "utf-8")
    first, problem, second = extract(tmp_path)
    assert isinstance(first, InteractionRecord)
    assert isinstance(second, InteractionRecord)
    assert (first.text, first.thread) == ("Gut <3", f"youtube:video:{VIDEO}")
    assert first.external_id != second.external_id
    assert isinstance(problem, Problem)


@pytest.mark.parametrize(
    "head",
    [
        b"Video ID,Playlist Video Creation Timestamp\ndQw4w9WgXcQ,2024-05-01T20:00:00+00:00\n",
        b"Channel ID,Name\nUCmaraTonwerkstatt000_-A,Mara\n",
        b"name,email\nMara,m@example.org\n",
        b"",
    ],
)
def test_other_tables_are_not_claimed(head: bytes) -> None:
    assert shape_of(head) is None


def test_an_empty_english_table_is_known_by_its_header() -> None:
    shape = shape_of(f"{NEWEST}\n".encode())
    assert shape is not None
    assert (shape.holds, shape.post) == (Holds.COMMENTS, "post id")
