"""Pinterest: what the fixtures cannot show one thing at a time."""

from __future__ import annotations

import io
import tracemalloc
from collections import Counter
from pathlib import Path

import pytest
from archive_files import write_folder
from hypothesis import given, settings
from hypothesis import strategies as st

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
from crm.importers.kit.export import Export
from crm.importers.pinterest import Importer
from crm.importers.pinterest.acts import Acts
from crm.importers.pinterest.document import read as read_document

KEYS = (
    "Title", "Details", "Image", "Is Native", "Board Id", "Board Name", "Is Video", "Ip Address", "Username",
    "Alt Text", "Canonical Link", "Story Pin Media", "Video",
)  # fmt: skip


def pin(number: int, **values: str) -> str:
    said = {"username": "zoe_m", **values}
    lines = [f"<br>{key}: {said.get(key.lower().replace(' ', '_'), 'No data')},\n" for key in KEYS]
    link = f"https://www.pinterest.com/pin/{number}/"
    created, repin = said.get("at", "2017/02/13 15:35:01"), said.get("repin", "True")
    last = f"<br>Created at: {created}\n<br>Alive: True\n<br>Is a repin: {repin}\n"
    private = f"<br>Private: {said.get('private', 'False')}<br><br>"
    return f'<a href="{link}">{link}</a>\n{"".join(lines)}{last}{private}'


def document(*sections: tuple[str, str]) -> bytes:
    body = "".join(f"<h1 id=x{n}>{title}</h1>\n{text}" for n, (title, text) in enumerate(sections))
    return f'<div id="contents">{body}\n</div>'.encode()


def read(*paths: Path, owner: Owner | None = None) -> list[Record]:
    with Export(paths) as export:
        assert Importer().identify(export)
        return list(Importer().extract(export, owner or Owner()))


def given_document(tmp_path: Path, *sections: tuple[str, str]) -> list[Record]:
    (tmp_path / "data.html").write_bytes(document(*sections))
    return read(tmp_path / "data.html")


def act(records: list[Record]) -> InteractionRecord:
    [found] = [record for record in records if isinstance(record, InteractionRecord)]
    return found


# ---- pins


def test_a_repin_is_a_reshare_of_nobody_known_and_any_other_pin_a_post(tmp_path: Path) -> None:
    records = given_document(tmp_path, ("Pins", pin(1) + pin(2, repin="False") + pin(3, repin="No data")))
    assert records[0] == SelfRecord((IdentityRef("pinterest", "zoe_m"),), None)
    assert (act(records).kind, act(records).who, act(records).external_id) == (
        Kind.RESHARE,
        None,
        "pinterest:pin:1",
    )
    posts = [record.external_id for record in records if isinstance(record, PostRecord)]
    assert posts == ["pinterest:pin:2", "pinterest:pin:3"]


@pytest.mark.parametrize("behind", ["", "\nMade by Pinterest", "<p>Made by Pinterest</p>"])
def test_a_private_pin_is_left_out_whatever_stands_behind_it(tmp_path: Path, behind: str) -> None:
    records = given_document(tmp_path, ("Pins", pin(1, private="True") + behind))
    assert Left("private pins", 1) in records
    assert not [record for record in records if isinstance(record, InteractionRecord | PostRecord)]


def test_commas_line_ends_and_other_pins_in_a_value_do_not_end_it(tmp_path: Path) -> None:
    details = (
        "Clay, ash,\nand <br>time: a lot.<br>"
        '<a href="https://www.pinterest.com/pin/77/">see this</a> too &amp; more'
    )
    records = given_document(tmp_path, ("Pins", pin(1, details=details, title="Kiln, small,")))
    words = act(records).text or ""
    assert words.startswith("Kiln, small,\n\nClay, ash,\nand\ntime: a lot.")
    assert len([record for record in records if isinstance(record, InteractionRecord)]) == 1


def test_the_parts_of_a_split_document_give_what_the_whole_gives(tmp_path: Path) -> None:
    pins = [pin(number, title=f"t{number}") for number in range(6)]
    whole = given_document(tmp_path, ("Pins", "".join(pins)))
    parts = {
        "part1.html": document(("Pins", "".join(pins[:3]))),
        "part2.html": ("".join(pins[3:]) + "</div>").encode(),
    }
    assert Counter(read(write_folder(tmp_path / "parts", parts))) == Counter(whole)


PIECES = st.sampled_from(
    [
        pin(1),
        pin(2, private="True"),
        pin(3, details="a<br>b"),
        pin(4, title="ü &amp; 🔥"),
        "\n",
        "<br>",
        "text",
        "<br>Title: again",
        "<h1 id=1>Comments</h1>",
        "<br>Username: ada_b,",
        "</div>",
        "<br>Private: True",
        '<a href="https://www.pinterest.com/pin/9/">9</a>',
        "<",
        "&",
        pin(5, canonical_link='<a href="x">y</a>'),
        pin(6)[:-8],
        pin(7).replace("<br>Video: No data,\n", ""),
        "<br>Is a repin: True",
        "\r\n",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=12))
def test_the_short_cut_changes_nothing_but_the_speed(pieces: list[str]) -> None:
    data = "".join(pieces).encode()

    def records(short_cut: bool) -> list[Record]:
        acts = Acts("zoe_m")
        items = read_document(io.BytesIO(data), short_cut=short_cut)
        found = [record for item in items for record in acts.records(item, "x.html")]
        return [*found, *acts.left()]

    assert records(True) == records(False)


# ---- the other sections, which nobody has seen


def test_comments_count_only_with_a_user_name_and_a_date(tmp_path: Path) -> None:
    comments = (
        "<br>Username: ada_b,<br>Text: Hi,<br>Created at: 2020/01/01 10:00:00<br><br>"
        "<br>Username: ada_b,<br>Text: When?<br><br><br>Text: Who?<br>Date: 2020/01/01 10:00:00<br><br>"
    )
    records = given_document(tmp_path, ("Pins", pin(1, repin="False")), ("Comments", comments))
    assert (act(records).direction, act(records).kind, act(records).text) == (
        Direction.IN,
        Kind.COMMENT,
        "Hi",
    )
    assert act(records).who == IdentityRef("pinterest", "ada_b")
    assert Left('entries of "Comments" without a date or a user name that crm understands', 2) in records


def test_without_the_owners_name_no_comment_or_message_has_a_direction(tmp_path: Path) -> None:
    comment = "<br>Username: ada_b,<br>Text: Hi,<br>Created at: 2020/01/01 10:00:00<br><br>"
    sections = (("Pins", pin(1, username="No data")), ("Comments", comment))
    records = given_document(tmp_path, *sections)
    assert act(records).kind is Kind.RESHARE
    records = read(tmp_path / "data.html", owner=Owner(identities=frozenset({("pinterest", "zoe_m")})))
    assert [one.kind for one in records if isinstance(one, InteractionRecord)] == [Kind.RESHARE, Kind.COMMENT]


def test_sections_that_are_not_understood_are_named(tmp_path: Path) -> None:
    records = given_document(
        tmp_path, ("Pins", pin(1)), ("Ads \x1b[2J", "<br>Ad: x<br><br><br>Ad: y"), ("Empty", "")
    )
    [left] = [record for record in records if isinstance(record, Left)]
    assert left.number == 2
    assert "Ads" in left.what


# ---- what is hostile or large


@pytest.mark.parametrize(
    "body",
    [
        b"<h1>" * 50_000,
        b"<a href=" * 50_000,
        b"<a href='x'" + b" " * 100_000,
        b"<br>A:" * 50_000,
        b"<" * 100_000,
        b"&#" * 50_000 + b"1" * 100_000,
        b"x" * 9_000_000,
        b"<br>Title: \x00\xff\xfe" + b"<br><br>" * 20_000,
        b"<style>" * 30_000,
    ],
    ids=range(9),
)
def test_hostile_text_behind_a_pin_costs_no_time_and_no_pin(tmp_path: Path, body: bytes) -> None:
    (tmp_path / "data.html").write_bytes(document(("Pins", pin(1))) + body)
    records = read(tmp_path / "data.html")
    assert [one.external_id for one in records if isinstance(one, InteractionRecord)] == ["pinterest:pin:1"]


def test_memory_does_not_grow_with_the_document(tmp_path: Path) -> None:
    def peak(pins: int) -> int:
        path = tmp_path / f"{pins}.html"
        path.write_bytes(document(("Pins", "".join(pin(number) for number in range(pins)))))
        with Export(path) as export:
            tracemalloc.start()
            for _ in Importer().extract(export, Owner()):
                pass
            _, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        return most

    peak(10)
    assert peak(8000) < peak(2000) * 1.5


def test_a_document_in_utf_16_is_read(tmp_path: Path) -> None:
    text = document(("Pins", pin(1, title="Öfen 🔥"))).decode().replace("\n", "\r\n")
    (tmp_path / "data.html").write_bytes(text.encode("utf-16"))
    assert act(read(tmp_path / "data.html")).text == "Öfen 🔥"


def test_a_page_that_only_speaks_of_pins_is_not_ours(tmp_path: Path) -> None:
    page = b'<html><div id="contents"><h1>Sewing pins</h1><p>Follow me on pinterest</p></div></html>'
    with Export(write_folder(tmp_path / "x", {"page.html": page})) as export:
        assert not Importer().identify(export)


def test_the_sample_gives_its_pin(shared: Path) -> None:
    [sample] = (shared / "samples" / "pinterest").iterdir()
    [record] = read(sample)
    assert isinstance(record, InteractionRecord)
    assert (record.external_id, record.kind, record.text, record.zone_assumed) == (
        "pinterest:pin:123456789",
        Kind.RESHARE,
        "some text",
        True,
    )
    assert not isinstance(record, Problem)
