"""X: whole archives: their index, their eras, what is missing, and what they cost."""

from __future__ import annotations

import json
import tracemalloc
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from archive_files import write_folder, write_zip
from benchmarks import generate_x
from x_archive import (
    ACCOUNT,
    ADA,
    BO,
    CY,
    ME,
    acts,
    answering,
    conversation,
    manifest,
    mention,
    message,
    problems,
    read,
    script,
    told,
    tweet,
)

from crm.domain.errors import ExportError
from crm.domain.records import (
    CoverageRecord,
    Owner,
)
from crm.importers.kit import jsonstream
from crm.importers.kit.export import Export
from crm.importers.x import Importer


def test_the_archives_own_index_is_held_against_what_is_there(import_: Any) -> None:
    files = {
        "tweets.js": script("tweets", [tweet("x")]),
        "direct-messages.js": script(
            "direct_messages", [conversation(f"{ME}-{ADA}", message(ADA, 1), message(ADA, 2))]
        ),
        "manifest.js": manifest(
            {"tweets.js": 2, "tweets-part1.js": 5, "direct-messages.js": 2, "ad-clicks.js": 9}
        ),
    }
    assert [(problem.where, problem.reason) for problem in problems(import_(files))] == [
        ("data/tweets-part1.js", "is missing, although the archive's index promises 5 records in it"),
        ("data/tweets.js", "has 1 of the 2 records that the archive's index promises"),
    ]


def test_a_whole_archive_covers_the_account_from_its_making_on(import_: Any) -> None:
    account = script(
        "account", [{"account": {"accountId": ME, "username": "a", "createdAt": "2010-01-01T00:00:00.000Z"}}]
    )
    files = {"account.js": account, "tweets.js": script("tweets", []), "manifest.js": manifest({})}
    covered = [record for record in import_(files) if isinstance(record, CoverageRecord)]
    assert covered == [CoverageRecord("x", 1_262_304_000_000_000, 1_717_200_000_000_000)]


def test_a_part_of_an_archive_says_so_and_covers_nothing_for_certain(import_: Any) -> None:
    files = {"tweets.js": script("tweets", [tweet("x")]), "manifest.js": manifest({}, isPartialArchive=True)}
    records = import_(files)
    assert "part of a larger archive" in problems(records)[0].reason
    assert not [record for record in records if isinstance(record, CoverageRecord)]


def test_a_damaged_index_is_a_problem_and_the_rest_is_read(import_: Any) -> None:
    records = import_({"tweets.js": script("tweets", [tweet("x")]), "manifest.js": manifest({})[:60]})
    assert [problem.where for problem in problems(records)] == ["data/manifest.js"]
    assert len(acts(records)) == 1


def test_a_cut_off_file_is_an_error_that_says_how_far_it_goes(import_: Any) -> None:
    whole = script("tweets", [tweet("x", n) for n in range(1, 50)])
    with pytest.raises(ExportError, match=r"data/tweets\.js is cut off: it ends after 2\d records") as caught:
        import_({"tweets.js": whole[: len(whole) // 2]})
    assert caught.value.hint


def test_the_viewer_without_the_data_is_recognised_and_answered(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="not the data") as caught:
        read(
            write_folder(
                tmp_path / "a", {"Your archive.html": b"<html>", "assets/js/runtime.js": b"window.YTD = {}"}
            )
        )
    assert "ZIP" in str(caught.value.hint)


def test_files_that_tell_nothing_of_people_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="no tweets, messages, likes or followers"):
        read(write_folder(tmp_path / "a", {"ad-engagements.js": script("ad_engagements", [{"ad": {}}])}))


def test_the_archives_of_two_accounts_are_not_mixed(import_: Any) -> None:
    both = script("account", [{"account": {"accountId": "1"}}, {"account": {"accountId": "2"}}])
    with pytest.raises(ExportError, match="two accounts"):
        import_({"account.js": both, "tweets.js": script("tweets", [])})


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_file_that_an_editor_saved_in_another_encoding_is_read(import_: Any, encoding: str) -> None:
    text = script("tweets", [tweet("Grüße 🏺")]).decode()
    (post,) = acts(import_({"tweets.js": text.encode(encoding)}))
    assert post.text == "Grüße 🏺"


def test_deleted_tweets_blocks_and_the_address_book_are_left_alone(tmp_path: Path) -> None:
    files = {
        "data/account.js": ACCOUNT,
        "data/tweets.js": script("tweets", [tweet("x")]),
        "data/deleted-tweets.js": script("deleted_tweets", [tweet("oops", 2)]),
        "data/block.js": script("block", [{"blocking": {"accountId": "9"}}]),
        "data/contact.js": script("contact", [{"contact": {"id": "1", "emails": ["a@example.org"]}}]),
    }
    with Export(write_folder(tmp_path / "a", files)) as export:
        records = list(Importer().extract(export, Owner()))
        assert export.unread() == ["data/block.js", "data/contact.js", "data/deleted-tweets.js"]
    assert [record.external_id for record in acts(records)] == ["x:tweet:1"]


def test_the_same_tweets_have_the_same_keys_in_every_era(tmp_path: Path) -> None:
    rows = [tweet("a", 1, mention(ADA)), answering(BO, 2), tweet("RT @cy: x", 3, mention(CY)), tweet("b", 4)]
    flat = [row["tweet"] for row in rows]
    eras = {
        "2018": {"tweet.js": script("tweet", flat), "account.js": ACCOUNT},
        "bare": {"tweet.js": json.dumps(flat).encode(), "account.js": ACCOUNT},
        "2020": {"data/tweet.js": script("tweet", rows), "data/account.js": ACCOUNT},
        "parts": {
            "data/tweets.js": script("tweets", rows[2:]),
            "data/tweets-part1.js": script("tweets", rows[:2]).replace(b"part0", b"part1"),
            "data/account.js": ACCOUNT,
        },
        "grailbird": {
            "data/js/tweets/2024_03.js": b"Grailbird.data.tweets_2024_03 =\n" + json.dumps(flat).encode(),
            "data/js/user_details.js": b'var user_details = {"id": "100", "screen_name": "me_now"}',
        },
    }
    found = [set(acts(read(write_folder(tmp_path / era, files)))) for era, files in eras.items()]
    assert len(found[0]) == 4
    assert all(records == found[0] for records in found)


def test_a_made_up_archive_is_read_whole_as_zip_and_as_folder(tmp_path: Path) -> None:
    written = generate_x.write_archive(tmp_path / "twitter.zip", 400, 300, people=30)
    records = read(tmp_path / "twitter.zip")
    assert not problems(records)
    found = acts(records)
    tweeted = {
        r.external_id.split(":")[2] for r in found if r.external_id.startswith(("x:tweet:", "x:mention:"))
    }
    messages = {r.external_id.split(":")[2] for r in found if r.external_id.startswith("x:dm:")}
    assert (len(tweeted), len(messages)) == (written.tweets, written.messages)
    assert sum(r.external_id.startswith("x:like:") for r in found) == written.likes
    assert sum(r.external_id.startswith("x:follow:in:") for r in found) == written.followers
    assert len({(r.platform, r.external_id) for r in found}) == len(found)
    with Export(tmp_path / "twitter.zip") as export:
        files = {name: export.open(name).read() for name in export.names}
    assert set(read(write_folder(tmp_path / "folder", files))) == set(records)
    assert set(read(write_zip(tmp_path / "again.zip", {f"outer/{n}": d for n, d in files.items()}))) == set(
        records
    )


def test_the_same_arguments_make_the_same_archive(tmp_path: Path) -> None:
    generate_x.write_archive(tmp_path / "a.zip", 50, 40, people=9, seed=3)
    generate_x.write_archive(tmp_path / "b.zip", 50, 40, people=9, seed=3)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_memory_does_not_grow_with_the_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonstream, "CHUNK", 1 << 15)
    monkeypatch.setattr(generate_x, "PER_CONVERSATION", 50)

    def peak(tweets: int) -> int:
        generate_x.write_archive(tmp_path / f"{tweets}.zip", tweets, tweets, people=20)
        with Export(tmp_path / f"{tweets}.zip") as export:
            tracemalloc.start()
            for _ in Importer().extract(export, Owner()):
                pass
            _, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
        return most

    assert peak(4000) < 1.3 * peak(1200)


@pytest.mark.shared
def test_the_reference_files_are_read_as_a_folder_and_one_by_one(shared: Path) -> None:
    folder = shared / "samples" / "twitter"
    whole = read(folder, Owner(stated="100100"))
    assert not problems(whole)
    kinds = Counter(told(record)[0] for record in acts(whole))
    assert kinds == {"post": 1, "reply": 1, "mention": 1, "reshare": 1, "reaction": 1, "message": 1}
    singly = [record for file in folder.iterdir() for record in acts(read(file, Owner(stated="100100")))]
    assert {record.external_id for record in singly} == {record.external_id for record in acts(whole)}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("app.js", b"var x = [1, 2]"),
        ("data.js", b"[1, 2, 3]"),
        ("runtime.js", b"window.YTD = window.YTD || {}"),
        ("archive.html", b"<html>twitter</html>"),
        ("tweets.json", b'[{"tweet": {}}]'),
    ],
)
def test_other_files_are_not_ours(tmp_path: Path, name: str, data: bytes) -> None:
    with Export(write_folder(tmp_path / "a", {name: data})) as export:
        assert not Importer().identify(export)
