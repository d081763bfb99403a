"""Disqus: whose the export is, who answered whom, and what waits or is left."""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path

import pytest
from export_cases import NAMES

from crm.domain.errors import ExportError, QuestionError
from crm.domain.records import (
    ContactRecord,
    Direction,
    InteractionRecord,
    Kind,
    Left,
    Owner,
    Record,
    SelfRecord,
)
from crm.importers.disqus import Importer
from crm.importers.kit.export import Export


def author(name: str, username: str = "", email: str = "") -> str:
    parts = {"name": name, "username": username, "email": email}
    return f"<author>{''.join(f'<{key}>{value}</{key}>' for key, value in parts.items() if value)}</author>"


ADA = author("Ada", "ada", "ada@example.org")
JO = author("Jo", "jo_1", "jo@example.org")


def thread(number: int, by: str = ADA) -> str:
    return f'<thread dsq:id="{number}"><forum>f</forum><link>https://a.example/{number}</link>{by}</thread>'


def post(number: int, by: str, parent: int = 0, **fields: str) -> str:
    fields = {"message": "<![CDATA[<p>words</p>]]>", "createdAt": "2015-01-01T12:00:00Z"} | fields
    inside = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    answer = f'<parent dsq:id="{parent}"/>' if parent else ""
    return f'<post dsq:id="{number}">{inside}{by}<thread dsq:id="1"/>{answer}</post>'


def disqus(*parts: str) -> bytes:
    head = '<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">'
    return f"<?xml version='1.0'?>{head}{''.join(parts)}</disqus>".encode()


def read(path: Path, owner: Owner | None = None) -> list[Record]:
    with Export(path) as export:
        assert Importer().identify(export)
        return list(Importer().extract(export, owner or Owner()))


@pytest.fixture
def extract(tmp_path: Path):
    def run(*parts: str, owner: Owner | None = None) -> list[Record]:
        path = tmp_path / "a-2015-01-01T12_00_00-all.xml.gz"
        path.write_bytes(gzip.compress(disqus(*parts)))
        return read(path, owner)

    return run


def acts(records: list[Record]) -> dict[str, tuple[str | None, Direction, Kind]]:
    return {
        act.external_id.removeprefix("disqus:"): (act.who and act.who.handle, act.direction, act.kind)
        for act in records
        if isinstance(act, InteractionRecord)
    }


def test_answers_go_to_whom_they_answer(extract) -> None:
    found = acts(
        extract(thread(1), post(1, JO), post(2, ADA, 1), post(3, JO, 2), post(4, ADA), post(5, JO, 1))
    )
    assert found == {
        "1": ("jo_1", Direction.IN, Kind.COMMENT),
        "2": ("jo_1", Direction.OUT, Kind.REPLY),
        "3": ("jo_1", Direction.IN, Kind.REPLY),
        "4": (None, Direction.OUT, Kind.COMMENT),
        "5": ("jo_1", Direction.IN, Kind.COMMENT),
    }


def test_an_answer_above_its_question_waits_for_it(extract) -> None:
    assert acts(extract(thread(1), post(2, ADA, 9), post(9, JO)))["2"] == ("jo_1", Direction.OUT, Kind.REPLY)


def test_an_answer_to_what_is_gone_is_towards_nobody(extract) -> None:
    found = acts(extract(thread(1), post(2, ADA, 99), post(3, JO, 98)))
    assert found == {"2": (None, Direction.OUT, Kind.REPLY), "3": ("jo_1", Direction.IN, Kind.COMMENT)}


@pytest.mark.parametrize("state", ["isSpam", "isDeleted"])
def test_nobody_whose_comment_is_gone_becomes_a_contact(extract, state: str) -> None:
    records = extract(thread(1), post(1, JO, **{state: "true"}))
    assert not acts(records)
    assert not [record for record in records if isinstance(record, ContactRecord)]
    assert [record.number for record in records if isinstance(record, Left)] == [1]


def test_whoever_opened_most_pages_is_the_user(extract) -> None:
    records = extract(thread(1), thread(2), thread(3, JO), post(1, ADA))
    assert acts(records)["1"][1] is Direction.OUT


def test_a_tie_is_a_question_with_names_to_choose_from(extract) -> None:
    with pytest.raises(QuestionError) as asked:
        extract(thread(1), thread(2, JO), post(1, JO))
    assert [answer for answer, _ in asked.value.choices] == ["ada", "jo_1"]


@pytest.mark.parametrize("stated", ["jo_1", "@JO_1", "disqus:jo_1", "Jo@example.org", "jo"])
def test_what_the_user_states_goes_before_everything(extract, stated: str) -> None:
    records = extract(thread(1), post(1, JO), post(2, ADA), owner=Owner(stated=stated))
    assert [direction for _, direction, _ in acts(records).values()] == [Direction.OUT, Direction.IN]
    told = [ref.handle for record in records if isinstance(record, SelfRecord) for ref in record.identities]
    assert "jo_1" in told


def test_a_user_who_is_known_is_not_asked(extract) -> None:
    known = Owner(identities=frozenset({("email", "jo@example.org")}))
    records = extract(thread(1), thread(2, author("x", "x")), post(1, JO), owner=known)
    assert acts(records)["1"][1] is Direction.OUT


def test_stating_somebody_who_is_not_in_it_is_an_error(extract) -> None:
    with pytest.raises(ExportError, match="is called eve"):
        extract(thread(1), post(1, JO), owner=Owner(stated="eve"))


def test_an_account_and_its_address_are_one_person(extract) -> None:
    records = extract(thread(1), post(1, JO), post(2, author("Jo", email="jo@example.org")), post(3, JO))
    [card] = [record for record in records if isinstance(record, ContactRecord)]
    assert [ref.platform for ref in card.identities] == ["disqus", "email"]
    assert acts(records)["2"][0] == "jo@example.org"


def test_a_file_that_is_cut_off_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "x.xml"
    path.write_bytes(disqus(thread(1), post(1, JO))[:-15])
    with pytest.raises(ExportError, match="cut off"):
        read(path)


@pytest.mark.shared
def test_every_sample_is_read(shared: Path) -> None:
    [path] = (shared / "samples" / "disqus").glob("*.xml")
    found = Counter(NAMES[type(record)] for record in read(path))
    assert found == {"self": 2, "contact": 1, "interaction": 5, "left": 1}
