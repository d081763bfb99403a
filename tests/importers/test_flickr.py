"""Flickr: what the fixtures cannot show one thing at a time."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from archive_files import write_folder, write_zip
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
from crm.importers.flickr import Importer
from crm.importers.kit.export import Export

ME, ADA, BO = "1000@N01", "2000@N02", "3000@N03"


def read(*paths: Path, owner: Owner | None = None) -> list[Record]:
    with Export(paths) as export:
        assert Importer().identify(export)
        return list(Importer().extract(export, owner or Owner()))


def acts(records: list[Record]) -> list[InteractionRecord]:
    return [record for record in records if isinstance(record, InteractionRecord)]


def as_json(**files: Any) -> dict[str, bytes]:
    return {f"{name}.json": json.dumps(value).encode() for name, value in files.items()}


def photo(number: str, *comments: dict[str, Any], **fields: Any) -> dict[str, Any]:
    page = f"https://www.flickr.com/photos/me/{number}/"
    return {
        "id": number,
        "photopage": page,
        "privacy": "public",
        "comments": [{"url": f"{page}#comment{one['id']}", **one} for one in comments],
        **fields,
    }


def comment(number: str, user: str, minute: int = 0, text: str = "x") -> dict[str, Any]:
    return {"id": number, "user": user, "comment": text, "date": f"2020-01-01 10:{minute:02}:00"}


PROFILE = {"nsid": ME, "path_alias": "me", "screen_name": "Me"}


def folder(tmp_path: Path, **files: Any) -> Path:
    return write_folder(tmp_path / "export", as_json(account_profile=PROFILE, **files))


# ---- several ZIPs


def test_the_parts_of_an_export_are_read_together(tmp_path: Path) -> None:
    whole = sorted((EXPORTS / "flickr" / "full").iterdir())
    parts = [
        write_zip(
            tmp_path / f"7215_ab_part{n + 1}.zip", {file.name: file.read_bytes() for file in whole[n::2]}
        )
        for n in range(2)
    ]
    pictures = write_zip(tmp_path / "data-download-1.zip", {"ofen_4410001_o.jpg": b"\xff\xd8"})
    assert Counter(read(*parts, pictures)) == Counter(read(EXPORTS / "flickr" / "full"))


def test_the_pictures_alone_are_counted_and_say_where_the_rest_is(tmp_path: Path) -> None:
    pictures = write_zip(tmp_path / "data-download-1.zip", {"ofen_4410001_o.jpg": b"\xff\xd8"})
    [left] = read(pictures)
    assert isinstance(left, Left)
    assert left.number == 1
    assert "_part1" in left.what


def test_a_folder_of_pictures_of_any_name_is_not_ours(tmp_path: Path) -> None:
    with Export(write_folder(tmp_path / "holiday", {"ofen_4410001_o.jpg": b"\xff\xd8"})) as export:
        assert not Importer().identify(export)


@pytest.mark.parametrize("name", ["contacts_part001.json", "photo_12345.json", "account_profile.json"])
def test_files_of_the_same_name_from_elsewhere_are_not_ours(tmp_path: Path, name: str) -> None:
    with Export(
        write_folder(tmp_path / "x", {name: b'{"contacts": {"Ada": "https://a.example/"}}'})
    ) as export:
        assert not Importer().identify(export)


# ---- who the owner is


def test_the_owner_is_who_wrote_a_comment_that_is_among_those_they_made(tmp_path: Path) -> None:
    files = as_json(
        photo_1=photo("1", comment("71", ADA), comment("72", ME, 1)),
        photos_comments_part001={
            "comments": [{"photo_id": "1", "comment_url": "https://www.flickr.com/photos/me/1/#comment72"}]
        },
    )
    records = read(write_folder(tmp_path / "x", files))
    assert records[0] == SelfRecord((IdentityRef("flickr", "me", ME),), None)
    assert [(act.direction, act.who and act.who.external_id) for act in acts(records)] == [
        (Direction.IN, ADA),
        (Direction.OUT, ADA),
    ]


def test_photos_alone_ask_who_the_user_is_and_take_the_answer(tmp_path: Path) -> None:
    files = as_json(photo_1=photo("1", comment("71", ADA), comment("72", ADA, 1), comment("73", ME, 2)))
    path = write_folder(tmp_path / "x", files)
    with pytest.raises(QuestionError) as caught:
        read(path)
    assert caught.value.option == "as"
    assert caught.value.choices == ((ADA, "2 comments on your photos"), (ME, "1 comment on your photos"))
    for owner in (
        Owner(stated=ME),
        Owner(stated=f"https://www.flickr.com/people/{ME}/"),
        Owner(external_ids=frozenset({("flickr", ME)})),
    ):
        directions = [act.direction for act in acts(read(path, owner=owner))]
        assert directions == [Direction.IN, Direction.IN, Direction.OUT]


def test_photos_without_comments_need_no_owner(tmp_path: Path) -> None:
    records = read(write_folder(tmp_path / "x", as_json(photo_1=photo("1"))))
    assert [type(record) for record in records] == [SelfRecord, PostRecord]


# ---- comments


def test_an_own_comment_has_one_id_wherever_it_is_listed(tmp_path: Path) -> None:
    own = comment("72", ME, text="Thanks")
    listed = {
        "photo_id": "1",
        "photo_url": "https://www.flickr.com/photos/me/1/",
        "comment": "Thanks",
        "comment_url": "https://www.flickr.com/photos/me/1/#comment72",
        "created": "2020-01-01 10:00:00",
    }
    in_photo = acts(read(folder(tmp_path / "a", photo_1=photo("1", own))))
    in_list = acts(read(folder(tmp_path / "b", photos_comments_part001={"comments": [listed]})))
    in_both = acts(
        read(folder(tmp_path / "c", photo_1=photo("1", own), photos_comments_part001={"comments": [listed]}))
    )
    assert in_photo == in_both
    assert [act._replace(url=None) for act in in_list] == [act._replace(url=None) for act in in_photo]


def test_ids_do_not_depend_on_how_lists_are_cut(tmp_path: Path) -> None:
    rows = [
        {"photo_id": str(n), "photo_url": f"https://www.flickr.com/photos/ada/{n}/", "comment": "Hi"}
        for n in range(4)
    ]
    once = acts(read(folder(tmp_path / "a", photos_comments_part001={"comments": rows})))
    cut = acts(
        read(
            folder(
                tmp_path / "b",
                photos_comments_part001={"comments": rows[2:]},
                photos_comments_part002=rows[:2],
            )
        )
    )
    assert len(once) == 4
    assert Counter(once) == Counter(cut)


def test_an_answer_is_for_the_only_other_commenter_before_it_and_else_for_nobody_known(
    tmp_path: Path,
) -> None:
    thread = [
        comment("1", ME),
        comment("2", ADA, 1),
        comment("3", ME, 2),
        comment("4", BO, 3),
        comment("5", ME, 4),
    ]
    mine = [
        act for act in acts(read(folder(tmp_path, photo_1=photo("1", *thread)))) if act.direction == "out"
    ]
    assert [(act.who and act.who.external_id, act.kind) for act in mine] == [
        (None, Kind.COMMENT),
        (ADA, Kind.REPLY),
        (None, Kind.COMMENT),
    ]


def test_an_answer_that_links_to_people_is_for_them(tmp_path: Path) -> None:
    text = f'<a href="https://www.flickr.com/photos/{ADA}">Ada</a>, <a href="https://www.flickr.com/people/bo">B</a>'
    mine = acts(read(folder(tmp_path, photo_1=photo("1", comment("5", ME, text=text)))))
    assert [
        (act.external_id, act.who and (act.who.external_id or act.who.handle), act.kind) for act in mine
    ] == [
        ("flickr:comment:5", ADA, Kind.REPLY),
        ("flickr:comment:5:bo", "bo", Kind.MENTION),
    ]


def test_id_and_alias_of_one_person_are_one_identity_wherever_they_appear(tmp_path: Path) -> None:
    person = {"nsid": ADA, "username": "Ada", "userurl": "https://www.flickr.com/people/ada/"}
    records = read(
        folder(
            tmp_path,
            contacts_part001={"contacts": {"Ada": "https://www.flickr.com/people/ada/"}},
            faves_part001={"faves": [{"photo_id": "9", "photo_url": "https://www.flickr.com/photos/Ada/9/"}]},
            photo_1=photo("1", comment("71", ADA)),
            photo_2=photo("2", people=[person]),
        )
    )
    found = {act.who for act in acts(records) if act.who}
    assert {(who.external_id, (who.handle or "").lower(), who.name) for who in found} == {(ADA, "ada", "Ada")}


def test_private_photos_and_faves_are_counted_not_read(tmp_path: Path) -> None:
    files = {"photo_1": photo("1", privacy="private", count_faves="12"), "photo_2": photo("2", count_faves=3)}
    records = read(folder(tmp_path, **files))
    assert len([record for record in records if isinstance(record, PostRecord)]) == 1
    assert {record.number for record in records if isinstance(record, Left)} == {15, 1}


# ---- what is damaged


def test_one_photo_that_cannot_be_read_costs_one_problem(tmp_path: Path) -> None:
    files = as_json(account_profile=PROFILE, photo_1=photo("1"), photo_2=photo("2"))
    files["photo_1.json"] = files["photo_1.json"][:30]
    records = read(write_folder(tmp_path / "x", files))
    assert [record.where for record in records if isinstance(record, Problem)] == ["photo_1.json"]
    assert [record.external_id for record in records if isinstance(record, PostRecord)] == ["flickr:photo:2"]


@pytest.mark.parametrize(
    "hostile",
    [
        b"[" * 50_000,
        b'{"comments": ' + b"9" * 5000 + b"}",
        b'{"comments": {"a": 1}}',
        b'{"comments": null}',
        b"{}",
        b'{"comments": ["\\ud83d", {"comment": "\\ud83d half", "comment_id": "\\u0000"}]}',
    ],
)
def test_a_hostile_list_costs_problems_only(tmp_path: Path, hostile: bytes) -> None:
    files = as_json(account_profile=PROFILE, photo_1=photo("1"))
    files["photos_comments_part001.json"] = hostile
    try:
        records = read(write_folder(tmp_path / "x", files))
    except ExportError as error:
        assert "photos_comments_part001.json" in error.message
    else:
        assert [record for record in records if isinstance(record, PostRecord)]
        assert not [act for act in acts(records) if "\x00" in act.external_id or "\ud83d" in (act.text or "")]


def test_two_mails_of_one_number_in_both_folders_are_two_acts_of_one_thread(tmp_path: Path) -> None:
    received = {"id": "7", "from_user_id": ADA, "to_user_id": ME, "subject": "Kiln", "message": "?"}
    sent = {"id": "7", "from_user_id": ME, "to_user_id": ADA, "subject": "Re: kiln", "message": "!"}
    both = acts(
        read(
            folder(
                tmp_path,
                received_flickrmail_part001={"flickrmail": [received]},
                sent_flickrmail_part001={"flickrmail": [sent]},
            )
        )
    )
    assert len({act.external_id for act in both}) == 2
    assert len({act.thread for act in both}) == 1
    assert [act.direction for act in both] == [Direction.IN, Direction.OUT]


def test_the_samples_give_what_is_in_them(shared: Path, tmp_path: Path) -> None:
    samples = sorted((shared / "samples" / "flickr").iterdir())
    files = {file.name.rpartition("mini-export_")[2]: file.read_bytes() for file in samples}
    records = read(write_folder(tmp_path / "mini", files))
    counts = Counter((act.direction.value, act.kind.value) for act in acts(records))
    assert counts == {
        ("out", "follow"): 2,
        ("in", "follow"): 1,
        ("in", "comment"): 7,
        ("in", "mention"): 1,
        ("out", "comment"): 3,
        ("out", "reaction"): 2,
        ("in", "message"): 1,
        ("out", "message"): 1,
        ("in", "review"): 1,
        ("out", "review"): 1,
    }
    assert len([record for record in records if isinstance(record, PostRecord)]) == 4
    assert not [record for record in records if isinstance(record, Problem)]
