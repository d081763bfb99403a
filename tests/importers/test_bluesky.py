"""Repositories of Bluesky: the tree is walked, hostile blocks are harmless, and DIDs get their names."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import libipld
import pytest
from bluesky_repos import Repo, car, cid_of, tid, varint, write
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.errors import ExportError, QuestionError
from crm.domain.records import (
    ContactRecord,
    InteractionRecord,
    Kind,
    Left,
    Owner,
    PostRecord,
    Precision,
    Problem,
    Record,
    SelfRecord,
)
from crm.importers.bluesky import Importer
from crm.importers.bluesky import car as car_module
from crm.importers.bluesky.moments import Moments, of_tid
from crm.importers.bluesky.richtext import facets, plain
from crm.importers.kit.export import Export

ME = "did:plc:me222222222222222222222a"
ADA = "did:plc:ada22222222222222222222a"
BO = "did:plc:bo222222222222222222222a"
POST = "app.bsky.feed.post"
TIME = 1_714_550_400_000_000  # 2024-05-01 08:00 UTC


def post(text: str = "words", **more: Any) -> dict[str, Any]:
    return {"$type": POST, "text": text, "createdAt": "2024-05-01T08:00:00.000Z", **more}


def ref(did: str, collection: str = POST) -> dict[str, str]:
    return {"uri": f"at://{did}/{collection}/3kabcdefghi2a", "cid": "bafy"}


def key(number: int, collection: str = POST) -> str:
    return f"{collection}/{tid(TIME + number * 1_000_000)}"


def records(path: Path, data: bytes | None = None, owner: Owner | None = None) -> list[Record]:
    if data is not None:
        path = path / "repo.car"
        path.write_bytes(data)
    with Export(path) as export:
        assert Importer().identify(export)
        return list(Importer().extract(export, owner or Owner()))


def acts(found: list[Record]) -> list[InteractionRecord]:
    return [record for record in found if isinstance(record, InteractionRecord)]


def posts(found: list[Record]) -> list[PostRecord]:
    return [record for record in found if isinstance(record, PostRecord)]


def problems(found: list[Record]) -> list[str]:
    return [record.reason for record in found if isinstance(record, Problem)]


@given(st.sets(st.integers(0, 10**6), max_size=60))
def test_every_record_of_the_tree_is_found_in_the_order_of_its_key(
    tmp_path_factory: Any, numbers: set[int]
) -> None:
    folder = tmp_path_factory.mktemp("repo")
    data = car(ME, {key(number): post(str(number)) for number in numbers})
    assert [one.text for one in posts(records(folder, data))] == [str(number) for number in sorted(numbers)]


def test_blocks_that_the_tree_does_not_reach_are_deleted_records(tmp_path: Path) -> None:
    data = car(ME, {key(1): post("here")}, deleted=[post("gone"), post("gone too")])
    assert [one.text for one in posts(records(tmp_path, data))] == ["here"]


def test_the_order_of_blocks_does_not_matter(tmp_path: Path) -> None:
    data = car(ME, {key(number): post(str(number)) for number in range(200)})
    header, blocks = libipld.decode_car(data)
    shuffled = [(cid, libipld.encode_dag_cbor(block)) for cid, block in blocks.items()]
    random.Random(1).shuffle(shuffled)
    again = write(header["roots"], dict(shuffled))
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert records(tmp_path / "a", data) == records(tmp_path / "b", again)


def test_missing_records_are_counted_and_the_others_kept(tmp_path: Path) -> None:
    all_keys = [key(number) for number in range(10)]
    data = car(ME, {one: post(one) for one in all_keys}, missing=all_keys[2:5])
    found = records(tmp_path, data)
    assert len(posts(found)) == 7
    assert problems(found) == ["3 records are missing or damaged"]


@pytest.mark.parametrize("share", [0.5, 0.7, 0.9])
def test_a_cut_off_file_keeps_what_is_in_front_of_the_cut_and_says_so(tmp_path: Path, share: float) -> None:
    data = car(ME, {key(number): post(f"{number} {'x' * 100}") for number in range(100)})
    _, blocks = libipld.decode_car(data)
    node_first = sorted(blocks.items(), key=lambda item: "$type" in item[1])
    whole = write([next(iter(blocks))], {cid: libipld.encode_dag_cbor(block) for cid, block in node_first})
    found = records(tmp_path, whole[: int(len(whole) * share)])
    assert any("cut off" in reason for reason in problems(found))
    assert 0 < len(posts(found)) < 100
    assert any("missing or damaged" in reason for reason in problems(found))


def test_a_changed_byte_costs_the_record_it_is_in(tmp_path: Path) -> None:
    data = car(ME, {key(number): post(f"number {number}") for number in range(9)})
    found = records(tmp_path, data.replace(b"number 4", b"number 5"))
    assert [one.text for one in posts(found)] == [f"number {n}" for n in range(9) if n != 4]
    assert problems(found) == ["1 record is missing or damaged"]


def hostile(block: bytes) -> bytes:
    """Return a repository whose only record is this block."""
    repo = Repo()
    cid = cid_of(block)
    tree = repo.tree({key(1): cid})
    root = repo.add({"did": ME, "version": 3, "data": tree, "prev": None, "sig": b"", "rev": "x"})
    return write([root], {**repo.blocks, cid: block})


@pytest.mark.parametrize(
    "block",
    [
        b"\x81" * 100_000 + b"\x00",
        b"\xa1\x61a" * 500_000 + b"\x00",
        b"\x9b\x7f\xff\xff\xff\xff\xff\xff\xff",
        b"\xbb\x00\xff\xff\xff\xff\xff\xff\xff",
        b"\x5b\x7f\xff\xff\xff\xff\xff\xff\xff",
        b"\x7a\xff\xff\xff\xffaa",
        b"\x9f\xff",
        b"\xfb\x7f\xf8\x00\x00\x00\x00\x00\x00",
        b"\x62\xff\xfe",
        b"\xc1\x1a\x00\x00\x00\x00",
        b"\x01",
        b"",
    ],
)
def test_a_hostile_block_costs_one_record(tmp_path: Path, block: bytes) -> None:
    assert problems(records(tmp_path, hostile(block))) == ["1 record is missing or damaged"]


def test_a_tree_with_a_million_million_paths_is_walked_once(tmp_path: Path) -> None:
    # No block can hold its own hash, but every node can hold the same subtree twice.
    repo = Repo()
    leaf = repo.add({"l": None, "e": []})
    node = leaf
    for _ in range(60):  # 2 ** 60 paths
        entry = {"p": 0, "k": key(1).encode(), "v": leaf, "t": node}
        node = repo.add({"l": node, "e": [entry, {**entry, "k": key(2).encode()}]})
    root = repo.add({"did": ME, "version": 3, "data": node, "prev": None, "sig": b"", "rev": "x"})
    found = records(tmp_path, write([root], repo.blocks))
    assert len(posts(found)) <= 2
    assert any("missing or damaged" in reason for reason in problems(found))


@pytest.mark.parametrize(
    "entries",
    [
        [{"p": 5, "k": b"a/b", "v": b"\x01\x71\x12\x20" + bytes(32), "t": None}],
        [{"p": 0, "k": b"x" * 2000, "v": b"\x01\x71\x12\x20" + bytes(32), "t": None}],
        [{"p": -1, "k": "text", "v": None}],
        [None],
        "text",
    ],
)
def test_a_node_that_makes_no_sense_is_reported(tmp_path: Path, entries: Any) -> None:
    repo = Repo()
    node = repo.add({"l": None, "e": entries})
    root = repo.add({"did": ME, "version": 3, "data": node, "prev": None, "sig": b"", "rev": "x"})
    assert problems(records(tmp_path, write([root], repo.blocks)))


def test_a_block_that_claims_to_be_huge_is_not_believed(tmp_path: Path) -> None:
    data = car(ME, {key(1): post()})
    found = records(tmp_path, data + varint(1 << 40) + b"x")
    assert len(posts(found)) == 1
    assert any("damaged" in reason for reason in problems(found))


@pytest.mark.parametrize("version", [2, 7])
def test_another_version_of_car_is_an_error(tmp_path: Path, version: int) -> None:
    with pytest.raises(ExportError, match="version"):
        records(tmp_path, write([cid_of(b"")], {}, version))


def test_a_repository_without_its_commit_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="whose repository"):
        records(tmp_path, write([cid_of(b"")], {cid_of(b"\x01"): b"\x01"}))


def test_the_repositories_of_two_accounts_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.car").write_bytes(car(ME, {}))
    (tmp_path / "b.car").write_bytes(car(ADA, {}))
    with pytest.raises(ExportError, match="two accounts"):
        records(tmp_path)


def test_the_copy_is_removed_also_when_reading_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []
    real = car_module.TemporaryFile

    def remember(**options: Any) -> Any:
        opened.append(real(**options))
        return opened[-1]

    monkeypatch.setattr(car_module, "TemporaryFile", remember)
    (tmp_path / "repo.car").write_bytes(car(ME, {key(number): post() for number in range(5)}))
    with Export(tmp_path / "repo.car") as export:
        running = Importer().extract(export, Owner())
        next(running)
        assert not opened[0].closed
        running.close()  # type: ignore[attr-defined]
    assert opened[0].closed


def test_handles_come_from_the_newest_mention_and_from_documents(tmp_path: Path) -> None:
    def naming(handle: str, when: str) -> dict[str, Any]:
        feature = {"$type": "app.bsky.richtext.facet#mention", "did": ADA}
        place = {"byteStart": 0, "byteEnd": len(handle) + 1}
        return post(f"@{handle}", createdAt=when, facets=[{"index": place, "features": [feature]}])

    found_in = {
        key(1): naming("new.example.org", "2024-05-02T00:00:00Z"),
        key(2): naming("old.example.org", "2024-05-01T00:00:00Z"),
        key(3, "app.bsky.graph.follow"): {"subject": ADA, "createdAt": "2024-05-01T00:00:00Z"},
        key(4, "app.bsky.graph.follow"): {"subject": BO, "createdAt": "2024-05-01T00:00:00Z"},
    }
    (tmp_path / "repo.car").write_bytes(car(ME, found_in))
    follows = [act for act in acts(records(tmp_path)) if act.kind is Kind.FOLLOW]
    assert [act.who.handle for act in follows if act.who] == ["new.example.org", None]
    for did, handle in ((ADA, "today.example.org"), (ME, "me.example.org")):
        document = {"id": did, "alsoKnownAs": ["at://" + handle], "verificationMethod": []}
        (tmp_path / f"{handle}.didDoc.json").write_text(json.dumps(document))
    found = records(tmp_path)
    follows = [act for act in acts(found) if act.kind is Kind.FOLLOW]
    assert [act.who.handle for act in follows if act.who] == ["today.example.org", None]
    [me] = [record for record in found if isinstance(record, SelfRecord)]
    assert me.identities[0].handle == "me.example.org"
    assert [record.identities[0].external_id for record in found if isinstance(record, ContactRecord)] == [
        ADA
    ]


def test_a_reply_a_quote_and_a_mention_are_acts_and_oneself_is_none(tmp_path: Path) -> None:
    feature = {"$type": "app.bsky.richtext.facet#mention", "did": BO}
    found_in = {
        key(1): post(reply={"root": ref(BO), "parent": ref(ADA)}),
        key(2): post(reply={"root": ref(ME), "parent": ref(ME)}),
        key(3): post(embed={"$type": "app.bsky.embed.record", "record": ref(ADA)}),
        key(4): post(embed={"$type": "app.bsky.embed.recordWithMedia", "record": {"record": ref(ADA)}}),
        key(5): post(embed={"$type": "app.bsky.embed.record", "record": ref(ADA, "app.bsky.feed.generator")}),
        key(6): post(embed={"$type": "app.bsky.embed.record", "record": ref(ME)}),
        key(7): post("@bo", facets=[{"index": {"byteStart": 0, "byteEnd": 3}, "features": [feature]}]),
        key(8, "app.bsky.feed.like"): {"subject": ref(ADA), "createdAt": "2024-05-01T00:00:00Z"},
        key(9, "app.bsky.feed.like"): {"subject": ref(ADA, "app.bsky.feed.generator")},
        key(10, "app.bsky.feed.repost"): {"subject": ref(ADA), "createdAt": "2024-05-01T00:00:00Z"},
        key(11, "app.bsky.graph.block"): {"subject": ADA, "createdAt": "2024-05-01T00:00:00Z"},
    }
    found = records(tmp_path, car(ME, found_in))
    assert Counter((act.kind, act.who.external_id) for act in acts(found) if act.who) == {
        (Kind.REPLY, ADA): 1,
        (Kind.QUOTE, ADA): 2,
        (Kind.MENTION, BO): 1,
        (Kind.REACTION, ADA): 1,
        (Kind.RESHARE, ADA): 1,
    }
    assert len(posts(found)) == 3
    assert [record for record in found if isinstance(record, Left)] == [
        Left("likes of feeds and lists", 1),
        Left("accounts you blocked", 1),
    ]


@pytest.mark.parametrize(
    ("created", "expected"),
    [
        ("2024-05-01T10:00:00+02:00", TIME),
        ("2024-05-01T08:00:00.5Z", TIME + 500_000),
        ("2024-05-01T08:00:00.123Z", TIME + 123_000),
        ("1999-01-01T00:00:00Z", TIME + 7),
        ("2999-01-01T00:00:00Z", TIME + 7),
        ("yesterday", TIME + 7),
        (None, TIME + 7),
    ],
)
def test_a_time_that_cannot_be_is_that_of_the_key(created: Any, expected: int) -> None:
    assert Moments().of(created, tid(TIME + 7)).at == expected


@pytest.mark.parametrize(
    "name", ["self", "zzzzzzzzzzzzz", "3jzfcijpj2z2", "", "0000000000000", "2222222222222"]
)
def test_a_key_that_holds_no_time_leaves_it_unknown(name: str) -> None:
    assert Moments().of("never", name).precision is Precision.UNKNOWN


@given(st.integers(0, (1 << 53) - 1), st.integers(0, 1023))
def test_a_tid_gives_back_its_time(microseconds: int, clock: int) -> None:
    assert of_tid(tid(microseconds, clock)) == microseconds


@given(st.text(max_size=20), st.integers(-3, 60), st.integers(-3, 60), st.sampled_from(("facet", "entity")))
def test_places_in_a_text_never_do_harm(text: str, start: int, end: int, form: str) -> None:
    link = {"$type": "app.bsky.richtext.facet#link", "uri": "https://x.example/"}
    one = post(text)
    if form == "facet":
        one["facets"] = [{"index": {"byteStart": start, "byteEnd": end}, "features": [link]}]
    else:
        one["entities"] = [
            {"index": {"start": start, "end": end}, "type": "link", "value": "https://x.example/"}
        ]
    found = facets(one)
    plain(one, found)
    assert all(facet.shown in text for facet in found)


def test_links_are_written_out_by_bytes() -> None:
    text = "🏺 ü: x.example/lo… ende"
    start = len("🏺 ü: ".encode())
    place = {"byteStart": start, "byteEnd": start + len("x.example/lo…".encode())}
    feature = {"$type": "app.bsky.richtext.facet#link", "uri": "https://x.example/long/path"}
    one = post(text, facets=[{"index": place, "features": [feature]}])
    assert plain(one, facets(one)) == "🏺 ü: https://x.example/long/path ende"


def chat(tmp_path: Path, *lines: Any) -> Path:
    path = tmp_path / "chat.jsonl"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
    return path


def message(number: int, sender: str, **more: Any) -> dict[str, Any]:
    return {
        "id": f"m{number}",
        "text": "hi",
        "sentAt": "2024-05-01T08:00:00Z",
        "convoId": "c",
        "sender": {"did": sender},
        **more,
    }


def test_chat_data_of_one_sender_is_the_owners(tmp_path: Path) -> None:
    found = records(chat(tmp_path, message(1, ME, members=[ME, ADA]), message(2, ME)))
    assert [(act.direction.value, act.who and act.who.external_id) for act in acts(found)] == [
        ("out", ADA)
    ] * 2


def test_chat_data_of_several_senders_asks_who_the_user_is(tmp_path: Path) -> None:
    path = chat(tmp_path, message(1, ME), message(2, ADA))
    with pytest.raises(QuestionError) as error:
        records(path)
    assert {answer for answer, _ in error.value.choices} == {ME, ADA}
    found = records(path, owner=Owner(stated=ADA))
    assert [(act.direction.value, act.who and act.who.external_id) for act in acts(found)] == [
        ("in", ME),
        ("out", ME),
    ]


def test_lines_that_are_no_messages_are_counted(tmp_path: Path) -> None:
    found = records(
        chat(tmp_path, message(1, ME), {"convoId": "c", "muted": True}, {"id": "x", "text": 5}, [1])
    )
    assert Left("lines of chat data that are no messages", 2) in found
    assert problems(found) == ["is no JSON object"]


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("testing_testdata_fakermaker.repo.car", {"post": 26, "like": 22, "repost": 15, "follow": 78}),
        ("testing_testdata_greenground.repo.car", {"follow": 2}),
        ("testing_testdata_repo_slice.car", {"post": 1, "problem": 3}),
        ("testing_testdata_fakermaker.didDoc.json", {"contact": 1}),
        ("testing_testdata_greenground.didDoc.json", {"contact": 1}),
        ("atproto_identity_testdata_did_plc_doc.json", {"contact": 1}),
    ],
)
def test_the_samples_are_read_completely(shared: Path, name: str, expected: dict[str, int]) -> None:
    found = records(shared / "samples" / "bluesky" / f"bluesky-social__indigo__{name}")
    counts: Counter[str] = Counter()
    ids = {
        record.url if record.kind is Kind.MENTION else record.external_id: record for record in acts(found)
    }
    kinds = {Kind.REACTION: "like", Kind.RESHARE: "repost", Kind.FOLLOW: "follow"}
    for act in ids.values():
        counts[kinds.get(act.kind, "post")] += 1
    counts["post"] += len(posts(found))
    counts["problem"] = len(problems(found))
    counts["contact"] = sum(isinstance(record, ContactRecord) for record in found)
    assert +counts == expected
