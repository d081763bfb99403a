"""Ghost: whose posts, which files, and members of every version."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crm.domain.errors import ExportError, QuestionError
from crm.domain.records import ContactRecord, InteractionRecord, Owner, PostRecord, Record, SelfRecord
from crm.importers.contacts_csv import Importer as PlainTables
from crm.importers.ghost import Importer
from crm.importers.kit.export import Export

ADA = {"id": "1", "name": "Ada", "email": "ada@example.org"}
COLUMNS = (
    "id,email,name,note,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,deleted_at"
)
BO = {"id": "2", "name": "Bo", "email": "bo@example.org"}


def post(number: int, **values: Any) -> dict[str, Any]:
    return {"id": f"p{number}", "title": f"Post {number}", "status": "published", **values}


def site(tmp_path: Path, posts: list[Any], users: list[Any], by: dict[str, str] | None = None) -> Path:
    authors = [{"post_id": one, "author_id": author} for one, author in (by or {}).items()]
    data = {"posts": posts, "users": users, "posts_authors": authors}
    path = tmp_path / "site.json"
    path.write_text(json.dumps({"db": [{"meta": {"exported_on": 1}, "data": data}]}), "utf-8")
    return path


def read(path: Path, owner: Owner | None = None) -> list[Record]:
    with Export(path) as export:
        return list(Importer().extract(export, owner or Owner()))


def posts_in(records: list[Record]) -> list[str]:
    return [record.external_id for record in records if isinstance(record, PostRecord)]


def test_the_only_one_who_writes_is_the_user_without_being_asked(tmp_path: Path) -> None:
    records = read(site(tmp_path, [post(1)], [ADA, BO], {"p1": "2"}))
    me = records[0]
    assert isinstance(me, SelfRecord)
    assert me.name == "Bo"
    assert posts_in(records) == ["post:p1"]


def test_of_several_writers_the_user_says_which_one_they_are(tmp_path: Path) -> None:
    path = site(tmp_path, [post(1), post(2)], [ADA, BO], {"p1": "1", "p2": "2"})
    with pytest.raises(QuestionError) as caught:
        read(path)
    assert caught.value.choices == (("ada@example.org", "you are Ada"), ("bo@example.org", "you are Bo"))
    assert posts_in(read(path, Owner(stated="bo@example.org"))) == ["post:p2"]
    assert posts_in(read(path, Owner(names=frozenset({"ada"})))) == ["post:p1"]
    with pytest.raises(QuestionError, match="nobody of that name"):
        read(path, Owner(stated="Cy"))


def test_a_file_that_is_cut_off_says_after_how_many_posts(tmp_path: Path) -> None:
    path = site(tmp_path, [post(1), post(2, html="<p>long</p>" * 100)], [ADA])
    text = path.read_text("utf-8")
    path.write_text(text[: text.index("long</p>") + 200], "utf-8")
    with pytest.raises(ExportError, match="cut off"):
        read(path)


def test_the_lists_may_stand_in_any_order_and_behind_a_byte_order_mark(tmp_path: Path) -> None:
    data = {"settings": [], "users": [ADA], "posts": [post(1)]}
    path = tmp_path / "site.json"
    path.write_text(json.dumps({"db": [{"data": data, "meta": {"exported_on": 1}}]}), "utf-8-sig")
    with Export(path) as export:
        assert Importer().identify(export)
    assert posts_in(read(path)) == ["post:p1"]


@pytest.mark.parametrize(
    "header",
    [
        COLUMNS,
        f"{COLUMNS},labels,products",
        f"{COLUMNS},labels,tiers,gift_id",
        "email,subscribed_to_emails,complimentary_plan,stripe_customer_id,created_at,labels,note",
    ],
)
def test_members_are_known_by_the_header_of_every_version_and_are_nobody_elses(
    tmp_path: Path, header: str
) -> None:
    columns = header.split(",")
    row = {"email": "cy@example.org", "created_at": "2024-01-01T00:00:00.000Z", "id": "1", "labels": "a"}
    path = tmp_path / "members.csv"
    path.write_text(f"{header}\r\n{','.join(row.get(column, '') for column in columns)}\r\n", "utf-8")
    with Export(path) as export:
        assert Importer().identify(export)
        assert not PlainTables().identify(export)
    contact, follow = read(path)
    assert isinstance(contact, ContactRecord)
    assert isinstance(follow, InteractionRecord)
    assert (follow.kind.value, follow.direction.value) == ("follow", "in")


@pytest.mark.parametrize("text", ['{"db": []}', '{"db": [{"a": 1}]}', '{"data": {"posts": []}}', "[]", "{"])
def test_other_json_is_left_to_others(tmp_path: Path, text: str) -> None:
    (tmp_path / "x.json").write_text(text, "utf-8")
    with Export(tmp_path / "x.json") as export:
        assert not Importer().identify(export)


def test_the_sample_of_ghosts_own_tools_is_read(shared: Path) -> None:
    [path] = (shared / "samples" / "ghost").iterdir()
    with Export(path) as export:
        assert Importer().identify(export)
    with pytest.raises(QuestionError) as caught:
        read(path)
    answer = caught.value.choices[0][0]
    assert len(posts_in(read(path, Owner(stated=answer)))) == 2
