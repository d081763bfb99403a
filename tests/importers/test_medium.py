"""Medium: what is a story, what a response, and which pages are Medium's at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.records import InteractionRecord, Left, Owner, PostRecord, Precision, Record, SelfRecord
from crm.importers.kit.export import Export
from crm.importers.medium import Importer
from crm.importers.medium.pages import handle_of, list_time, parse, read_lines, read_post, read_profile


def read(path: Path) -> list[Record]:
    with Export(path) as export:
        return list(Importer().extract(export, Owner()))


def page(title: str, body: str, subtitle: str = "", tags: str = "") -> str:
    above = f'<section data-field="subtitle" class="p-summary">{subtitle}</section>' if subtitle else ""
    return (
        f'<html><body><article class="h-entry"><header><h1 class="p-name">{title}</h1></header>{above}'
        f'<section data-field="body" class="e-content">{body}</section><footer>{tags}'
        '<p>By <a href="https://medium.com/@ada" class="p-author h-card">Ada</a> on '
        '<time class="dt-published" datetime="2024-06-03T09:41:57.629Z">x</time></p>'
        '<a href="https://medium.com/@ada/x-a1b2c3d4e5f6" class="p-canonical">x</a></footer></article>'
    )


@pytest.mark.parametrize(
    ("text", "is_response"),
    [
        (page("I agree with all of it", "<p>I agree with all of it</p>"), True),
        (page("I agree with all of…", "<p>I agree with all of it, and more.</p>"), True),
        (page("I agree", '<h3 class="graf--title">I agree</h3><p>I agree</p>'), False),
        (page("I agree", "<h4>I agree</h4><p>really</p>"), False),
        (page("I agree", "<p>I agree</p>", subtitle="with what?"), False),
        (page("I agree", "<p>I agree</p>", tags='<a class="p-tag" href="x">Ton</a>'), False),
        (page("A title", "<p>Something else</p>"), False),
        (page("", "<p>Something</p>"), False),
    ],
)
def test_a_response_is_told_by_its_form(tmp_path: Path, text: str, is_response: bool) -> None:
    path = tmp_path / "2024-06-03_x-a1b2c3d4e5f6.html"
    path.write_text(text, "utf-8")
    me, record = read(path)
    assert isinstance(me, SelfRecord)
    assert isinstance(record, InteractionRecord if is_response else PostRecord)
    assert record.external_id == "post:a1b2c3d4e5f6"
    if isinstance(record, InteractionRecord):
        assert record.who is None


@pytest.mark.parametrize(
    "text",
    [
        '<div class="h-entry"><a class="u-like-of" href="https://a.example/">x</a></div>',
        '<section class="h-card"><a class="u-url" href="https://a.example">a</a></section>',
        "<ul><li><a href='https://medium.com/p/1'>x</a></li></ul>",
        "<html></html>",
    ],
)
def test_other_pages_are_left_to_others(tmp_path: Path, text: str) -> None:
    (tmp_path / "page.html").write_text(text, "utf-8")
    with Export(tmp_path / "page.html") as export:
        assert not Importer().identify(export)


@pytest.mark.parametrize(
    ("url", "handle"),
    [
        ("https://medium.com/@Ada.B", "Ada.B"),
        ("https://medium.com/@ada?source=x", "ada"),
        ("https://ada.medium.com/", "ada"),
        ("https://medium.com/publication", None),
        ("https://medium.com/@ada/story-1", None),
        ("https://help.medium.com", None),
    ],
)
def test_a_profile_is_told_from_a_story_and_a_publication(url: str, handle: str | None) -> None:
    assert handle_of(url) == handle


def test_times_of_lists_have_half_days_and_no_zone() -> None:
    moment = list_time("1970-01-2 12:05 am")
    assert moment
    assert (moment.at, moment.precision, moment.assumed) == (86_700_000_000, Precision.MINUTE, True)
    assert list_time("1970-01-32 12:05 am") is None


@given(st.text(max_size=200))
def test_no_page_breaks_the_reader(text: str) -> None:
    root = parse(f'<ul><li class="e-content">{text}</li><a class="p-author u-url" href="{text}">'.encode())
    if root is not None:
        read_post(root, "x.html")
        read_profile(root)
        list(read_lines(root))


def test_the_samples_of_ghosts_migration_tools_are_read(shared: Path) -> None:
    found = {}
    for path in sorted((shared / "samples" / "medium").iterdir()):
        with Export(path) as export:
            assert Importer().identify(export), path.name
        kinds = [type(record).__name__ for record in read(path)]
        found[path.stem.rpartition("_")[2]] = kinds
    mine, post = SelfRecord.__name__, PostRecord.__name__
    assert found == {
        "basic-post": [mine, post],
        "comment": [mine, InteractionRecord.__name__],
        "draft-post": [Left.__name__],
        "profile": [mine],
        "quote-post": [mine, post],
    }
