"""Threads alone: whom a post is to, and what belongs to this importer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from archive_files import write_folder
from export_cases import EXPORTS

from crm.domain.errors import ExportError
from crm.domain.records import Direction, InteractionRecord, Kind, Owner, PostRecord, Problem, Record
from crm.importers.kit.export import Export
from crm.importers.threads import Importer


def read(path: Path, owner: Owner | None = None) -> list[Record]:
    with Export(path) as export:
        return list(Importer().extract(export, owner or Owner()))


def posts(tmp_path: Path, *entries: dict[str, Any], owner: Owner | None = None) -> list[Record]:
    document = json.dumps({"text_post_app_text_posts": entries})
    return read(write_folder(tmp_path / "export", {"threads_and_replies.json": document.encode()}), owner)


def post(text: str, time: int, *, reply: bool = False) -> dict[str, Any]:
    return {"media": [{"title": text, "creation_timestamp": time, "text_app_post": {"is_reply": reply}}]}


def test_a_reply_is_to_nobody_known_and_still_an_act(tmp_path: Path) -> None:
    (reply,) = posts(tmp_path, post("true", 1_740_000_000, reply=True))
    assert isinstance(reply, InteractionRecord)
    assert (reply.kind, reply.direction, reply.who) == (Kind.REPLY, Direction.OUT, None)


def test_a_post_is_said_to_those_it_names_and_else_to_nobody(tmp_path: Path) -> None:
    found = posts(tmp_path, post("hi @ada.b. and @Ada.B", 1_740_000_000), post("hello", 1_740_000_001))
    assert [type(record) for record in found] == [InteractionRecord, PostRecord]
    assert isinstance(found[0], InteractionRecord)
    assert found[0].who is not None
    assert (found[0].kind, found[0].who.handle) == (Kind.MENTION, "ada.b")


def test_naming_oneself_is_a_post_like_any_other(tmp_path: Path) -> None:
    known = Owner(identities=frozenset({("threads", "me.me")}))
    assert [type(record) for record in posts(tmp_path, post("by @me.me", 1_740_000_000), owner=known)] == [
        PostRecord
    ]


def test_two_posts_of_one_second_are_two_and_a_second_file_of_them_adds_none(tmp_path: Path) -> None:
    document = json.dumps({"text_post_app_text_posts": [post("a", 1_740_000_000), post("b", 1_740_000_000)]})
    files = {
        "threads_and_replies.json": document.encode(),
        "again/threads_and_replies.json": document.encode(),
    }
    assert len(read(write_folder(tmp_path / "export", files))) == 2


def test_a_like_is_known_by_the_code_of_its_post_on_either_address() -> None:
    found = [
        record
        for record in read(EXPORTS / "threads" / "separate-2025")
        if isinstance(record, InteractionRecord)
    ]
    likes = {
        record.external_id: record.who.handle
        for record in found
        if record.kind is Kind.REACTION and record.who
    }
    assert {key: (handle or "").lower() for key, handle in likes.items()} == {
        "like:DAbCdEfGhIj": "ada.ton",
        "like:DZZZ9": "kiln.club",
    }


def test_a_post_of_another_shape_is_one_problem(tmp_path: Path) -> None:
    found = posts(tmp_path, post("a", 1_740_000_000), {"media": {"no": "list"}}, post("b", 1_740_000_001))
    assert [type(record) for record in found] == [PostRecord, Problem, PostRecord]


def test_web_pages_are_answered_with_how_to_get_json() -> None:
    with pytest.raises(ExportError, match="web pages"):
        read(EXPORTS / "threads" / "html-2025")


def test_a_single_file_of_threads_is_recognised(tmp_path: Path) -> None:
    path = tmp_path / "followers.json"
    path.write_text('{"text_post_app_text_post_app_followers": []}', "utf-8")
    with Export(path) as export:
        assert Importer().identify(export)
