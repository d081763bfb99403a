"""Webmentions: which files they are, whose site is meant, and who did what to whom."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.errors import QuestionError
from crm.domain.records import Direction, InteractionRecord, Kind, Left, Owner, Record
from crm.importers.kit.export import Export
from crm.importers.webmention import Importer
from crm.importers.webmention.pages import read_pages

MINE = Owner(identities=frozenset({("blog", "https://ada.example")}))


def read(path: Path, owner: Owner = MINE) -> list[Record]:
    with Export(path) as export:
        return list(Importer().extract(export, owner))


def is_ours(path: Path) -> bool:
    with Export(path) as export:
        return Importer().identify(export)


def acts(records: list[Record]) -> list[InteractionRecord]:
    return [record for record in records if isinstance(record, InteractionRecord)]


def mention(**values: Any) -> dict[str, Any]:
    return {
        "author": {"name": "Bo", "url": "https://bo.example/"},
        "wm-id": 1,
        "wm-source": "https://bo.example/1",
        "wm-target": "https://ada.example/post",
        "wm-property": "in-reply-to",
        **{key.replace("_", "-"): value for key, value in values.items()},
    }


def saved(tmp_path: Path, *mentions: dict[str, Any]) -> Path:
    path = tmp_path / "mentions.jf2"
    path.write_text(json.dumps({"type": "feed", "children": mentions}), "utf-8")
    return path


@pytest.mark.parametrize(
    ("how", "kind"),
    [
        ("in-reply-to", Kind.REPLY),
        ("like-of", Kind.REACTION),
        ("repost-of", Kind.RESHARE),
        ("bookmark-of", Kind.REACTION),
        ("mention-of", Kind.MENTION),
        ("rsvp", Kind.REACTION),
        ("follow-of", Kind.FOLLOW),
        ("something-new", Kind.MENTION),
    ],
)
def test_the_property_says_what_was_done(tmp_path: Path, how: str, kind: Kind) -> None:
    [act] = acts(read(saved(tmp_path, mention(wm_property=how))))
    assert (act.kind, act.direction) == (kind, Direction.IN)


def test_mentions_of_a_site_that_is_not_the_users_are_asked_about(tmp_path: Path) -> None:
    path = saved(tmp_path, mention(wm_target="https://cy.example/x"))
    with pytest.raises(QuestionError) as caught:
        read(path)
    assert [answer for answer, _ in caught.value.choices] == ["https://cy.example/"]
    assert len(acts(read(path, MINE._replace(stated="https://cy.example/")))) == 1


def test_without_any_known_site_the_mentioned_one_is_taken_for_the_users(tmp_path: Path) -> None:
    assert len(acts(read(saved(tmp_path, mention()), Owner()))) == 1


def test_a_bridge_is_nobody(tmp_path: Path) -> None:
    nobody = {"name": "", "url": ""}
    path = saved(tmp_path, mention(author=nobody, wm_source="https://brid.gy/like/x/1", url=""))
    assert Left("mentions by nobody who is named", 1) in read(path)


def test_the_same_mention_on_two_pages_of_the_export_is_one(tmp_path: Path) -> None:
    saved(tmp_path, mention(), mention(wm_id=2))
    (tmp_path / "page2.json").write_text(json.dumps([mention(wm_id=2), mention(wm_id=3)]), "utf-8")
    assert [act.external_id for act in acts(read(tmp_path))] == [f"webmention:{n}" for n in (1, 2, 3)]


@pytest.mark.parametrize(
    "page",
    [
        '<div class="h-entry"><p data-field="body"/><a class="p-author"/><i class="dt-published"/>',
        '<li class="h-entry">+1 <a class="h-cite u-like-of" href="https://medium.com/p/1">x</a></li>',
        '<div class="hentry"><a class="u-like-of" href="https://ada.example/">x</a></div>',
        '<div class="h-entry"><p>nothing is said</p></div>',
        "<html><body>a page</body></html>",
    ],
)
def test_other_pages_are_left_to_others(tmp_path: Path, page: str) -> None:
    (tmp_path / "page.html").write_text(page, "utf-8")
    assert not is_ours(tmp_path / "page.html")


def test_saved_pages_to_nobody_we_know_are_asked_about(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(
        '<div class="h-entry"><a class="u-in-reply-to" href="https://cy.example/x">x</a>'
        '<a class="p-author h-card" href="https://bo.example/">Bo</a></div>',
        "utf-8",
    )
    with pytest.raises(QuestionError) as caught:
        read(path)
    assert [answer for answer, _ in caught.value.choices] == ["https://cy.example/", "https://bo.example/"]
    [received] = acts(read(path, Owner(stated="https://cy.example")))
    [sent] = acts(read(path, Owner(stated="https://bo.example")))
    assert (received.direction, received.who and received.who.handle) == (Direction.IN, "https://bo.example/")
    assert (sent.direction, sent.who and sent.who.handle) == (Direction.OUT, "https://cy.example/")
    assert received.external_id == sent.external_id


@given(st.binary(max_size=300))
def test_no_page_breaks_the_reader(data: bytes) -> None:
    read_pages(b'<div class="h-entry"><a class="u-like-of p-author h-card" href="' + data)
    read_pages(data)


def test_deep_nesting_does_not_break_the_reader() -> None:
    read_pages(b"<div class='h-entry'>" + b"<div>" * 50_000)


def test_the_source_pages_of_webmention_io_are_read(shared: Path) -> None:
    folder = shared / "samples" / "webmention"
    assert is_ours(folder)
    found = acts(read(folder, Owner(stated="http://target.example.com")))
    assert sorted(act.kind.value for act in found) == ["mention", "reaction", "reaction", "reply", "reshare"]
    assert {act.who and act.who.handle for act in found} == {"http://source.example.org/"}
    assert {act.at for act in found} == {1_446_915_600_000_000}
