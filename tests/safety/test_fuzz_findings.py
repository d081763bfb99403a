"""What fuzzing found, each as the smallest input that shows it."""

from __future__ import annotations

import io
import shutil
import sqlite3
import tarfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from export_cases import find_cases
from hostile import message, problems_of, records_of, telegram
from oracle import wrong_with

from crm.db.store import Store
from crm.domain.errors import ExportError
from crm.domain.records import CoverageRecord, InteractionRecord, Owner, Record
from crm.importers import load
from crm.importers.bluesky import acts as bluesky_acts
from crm.importers.kit.export import Export
from crm.importers.kit.meta.threads import moment
from crm.importers.mastodon import misskey
from crm.importers.mastodon.shapes import first_text_in, names_in
from crm.importers.pinterest import document
from crm.services import importing


def acts(records: list[Record]) -> list[InteractionRecord]:
    return [record for record in records if isinstance(record, InteractionRecord)]


def spoiled(folder: Path, importer: str, name: str, old: bytes, new: bytes) -> list[Record]:
    """Read the first fixture with such a file, in which `old` was replaced by `new`."""
    for case in find_cases():
        found = [file for file in case.files if case.importer == importer and file.match(name)]
        if not found or old not in found[0].read_bytes():
            continue
        path = case.offer(case.forms[0], folder)
        file = path if path.is_file() else next(file for file in path.rglob("*") if file.match(name))
        file.write_bytes(file.read_bytes().replace(old, new, 1))
        with Export(path) as export:
            assert load(importer).identify(export)
            return list(load(importer).extract(export, case.owner()))
    raise AssertionError(f"no fixture of {importer} has {old!r} in {name}")


@pytest.mark.parametrize("state", [b'["x"]', b"{}", b"null", b"1e300"])
def test_a_state_of_github_that_is_no_text_costs_nothing(state: bytes, tmp_path: Path) -> None:
    records = spoiled(
        tmp_path, "github", "pull_request_reviews_000001.json", b'"state": 40', b'"state": ' + state
    )
    assert acts(records)


def test_messages_behind_a_chat_that_cannot_be_read_are_not_those_of_the_chat_before(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    whole = telegram([message(1)])
    chat = whole[whole.index("{", whole.index('"list"')) : whole.rindex("]")]
    second = chat.replace('"name": "Zoë"', '"name": [1]').replace('"id": 222', '"id": 333')
    second = second.replace("message 1", "message of nobody known").replace('"id": 1,', '"id": 2,')
    path.write_text(whole.replace(chat, f"{chat},{second}"))
    records = records_of("telegram", path)
    assert problems_of(records)
    threads = {act.text: act.thread for act in acts(records)}
    assert threads["message 1"] != threads.get("message of nobody known", "none")


def test_the_number_of_a_message_in_a_group_may_be_beyond_64_bits(tmp_path: Path) -> None:
    path = tmp_path / "result.json"
    text = telegram([message(1, id=1 << 64), message(2, id=-(1 << 70)), message(3)])
    path.write_text(text.replace("personal_chat", "private_group"))
    assert [act.text for act in acts(records_of("telegram", path))]


@pytest.mark.parametrize("seconds", [2_147_483_648, 1e300, float("nan"), float("inf"), -1, 0, True, None])
def test_a_time_of_meta_in_the_future_or_none_is_unknown(seconds: float | None) -> None:
    assert moment(seconds) is None


@pytest.mark.parametrize("raw", [b'["\xdf"]', b'{"a": "\xff"}', b"[" * 5000, b"9" * 5000])
def test_a_part_of_an_activity_that_is_no_text_is_left_out(raw: bytes) -> None:
    assert names_in(msgspec.Raw(raw)) == []
    assert first_text_in(msgspec.Raw(raw)) == ""


@pytest.mark.parametrize("new", [b"\x00" * 30, rb"\u0000", rb"\\\u0000"])
def test_nul_in_an_address_of_flickr_is_left_out(new: bytes, tmp_path: Path) -> None:
    records = spoiled(
        tmp_path,
        "flickr",
        "*comments*.json",
        b"https://www.flickr.com",
        b"https://www.flickr." + new + b"com",
    )
    assert [wrong_with(record) for record in records if wrong_with(record)] == []


def test_nul_in_the_name_of_a_property_outside_of_cards_and_in_addresses_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "book.vcf"
    path.write_bytes(
        b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Zoe\r\nEMAIL:mailto:%00a@example.org\r\na\0b;"
        + b"<b>" * 3000
        + b":1\r\n"
        + b"<b>" * 3000
        + b":1\r\nEND:VCARD\r\nBEGIN:VC\0RD\r\nFN:x\r\n"
    )
    records = records_of("vcard", path)
    assert [wrong_with(record) for record in records if wrong_with(record)] == []


def test_a_line_of_signal_that_is_dated_in_the_future_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "Zoe").mkdir()
    path = tmp_path / "Zoe" / "chat.md"
    path.write_text(
        "[2024-05-01 12:30:00] Zoe: one\n[2059-12-24 12:30:00] Zoe: two\n[2024-05-01 12:31:00] Me: x\n"
    )
    with Export(tmp_path) as export:
        records = list(load("signal").extract(export, Owner(stated="Me")))
    assert [act.text for act in acts(records)] == ["one", "x"]
    assert "has a date that cannot be" in {problem.reason for problem in problems_of(records)}


@pytest.mark.parametrize("tail", [b"noblank", b"\0" * 20, b" ", b"x" * 100])
def test_an_extended_header_of_a_tar_that_ends_in_no_record_is_an_error_and_no_loop(
    tail: bytes, tmp_path: Path
) -> None:
    payload = b"12 comment=\n" + tail
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.XHDTYPE, len(payload)
    path = tmp_path / "t.tar"
    path.write_bytes(info.tobuf(tarfile.USTAR_FORMAT) + payload.ljust(512, b"\0") + bytes(1024))
    with pytest.raises(ExportError, match=r"t\.tar is a damaged tar file"), Export(path):
        pass


@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_a_database_whose_error_message_is_no_text_is_one_error(tmp_path: Path) -> None:
    [case] = [case for case in find_cases() if case.importer == "imessage"]
    path = case.offer(case.forms[0], tmp_path) / "chat.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA writable_schema = ON")
        broken = "CREATE TABLE handle (ROWID INTEGER, \u00e9\u00e9 \u00e9\u00e9 ("
        database.execute("UPDATE sqlite_master SET sql = ? WHERE name = 'handle'", (broken,))
    path.write_bytes(path.read_bytes().replace("éé".encode(), b"\xc9\xff\xf4\xa2"))
    with pytest.raises(ExportError) as caught, Export(path.parent) as export:
        list(load("imessage").extract(export, Owner()))
    assert "chat.db cannot be read" in caught.value.message
    caught.value.message.encode()


def test_a_percent_sign_in_a_linkedin_address_brings_no_nul(tmp_path: Path) -> None:
    records = spoiled(tmp_path, "linkedin", "Connections.csv", b"wei%C3%9F", b"wei%00")
    assert [wrong for record in records if (wrong := wrong_with(record))] == []
    assert "j\\u00fcrgen-wei" in repr(records) or "jürgen-wei" in repr(records)


def test_nul_in_a_text_file_of_tiktok_is_dropped(tmp_path: Path) -> None:
    records = spoiled(
        tmp_path, "tiktok", "Direct Messages.txt", b" UTC maeve.topfert: ", b" UTC maeve.topfert: \x00"
    )
    assert [wrong for record in records if (wrong := wrong_with(record))] == []


def test_a_reaction_of_nobody_on_slack_is_passed_over(tmp_path: Path) -> None:
    day, by_somebody = "D01MZ0000/2024-05-05.json", b'"users": ['
    whole = spoiled(tmp_path, "slack", day, by_somebody, by_somebody)
    shutil.rmtree(tmp_path / "paid-workspace")
    assert spoiled(tmp_path, "slack", day, by_somebody, by_somebody + b'"", ') == whole


def test_a_message_of_nobody_on_slack_is_one_of_a_program(tmp_path: Path) -> None:
    old, new = b'"subtype": "thread_broadcast",', b'"subtype": "thread_broadcast", "user": "",'
    records = spoiled(tmp_path, "slack", "general/2024-05-02.json", old, new)
    assert [wrong for record in records if (wrong := wrong_with(record))] == []


@pytest.mark.parametrize("odd", [True, 5, "text", {"a": 1}, [True], [{"text": 5}], [None]])
def test_choices_of_a_poll_and_pictures_that_are_no_lists_cost_nothing(odd: Any) -> None:
    assert misskey._text(misskey._Note(id="1", text="pots", poll={"choices": odd})) == "pots"
    assert bluesky_acts._text({"embed": {"images": odd, "media": {"images": odd}}}, "") == ""


@pytest.mark.parametrize("content", [b'["\x9c"]', b"[99999999999999999999999999]"])
def test_a_post_of_tumblr_with_broken_content_costs_one_problem(content: bytes, tmp_path: Path) -> None:
    records = spoiled(
        tmp_path, "tumblr", "650000000004.json", b'"content": ', b'"content": ' + content + b', "x": '
    )
    assert [wrong for record in records if (wrong := wrong_with(record))] == []
    assert acts(records)


def test_an_archive_of_x_made_in_the_year_9999_covers_nothing(tmp_path: Path) -> None:
    records = spoiled(tmp_path, "x", "manifest.js", b'"generationDate" : "20', b'"generationDate" : "99')
    assert not [record for record in records if isinstance(record, CoverageRecord)]
    assert acts(records)


def test_a_day_of_etsy_with_five_thousand_digits_costs_nothing_else(tmp_path: Path) -> None:
    date = b"\n" + b"9" * 5002 + b"/31/23,2001,"
    records = spoiled(tmp_path, "etsy", "british-orders.csv", b"\n12/31/23,2001,", date)
    assert acts(records)


def test_a_number_of_discord_with_five_thousand_digits_costs_nothing_else(tmp_path: Path) -> None:
    number = b'"discriminator": "' + b"9" * 5002 + b'", "x": '
    records = spoiled(tmp_path, "discord", "user.json", b'"discriminator": ', number)
    assert [wrong for record in records if (wrong := wrong_with(record))] == []


def test_links_of_pinterest_without_an_end_of_the_line_take_time_by_their_number_only() -> None:
    heading = '<html><body><h1 id="a">Pins</h1>\n'

    def seconds(links: int) -> float:
        text = heading + '<a href="https://www.pinterest.com/pin/1/">x</a> ' * links + "<br>Title: y<br>"
        begun = time.process_time()
        found = list(document.read(io.BytesIO(text.encode())))
        assert "Title" in repr(found[-1])
        return time.process_time() - begun

    assert seconds(20_000) < 20 * max(seconds(2_500), 0.05)  # it was ten thousand in ten seconds


def test_an_export_of_instagram_can_be_imported_by_somebody_who_says_who_they_are(tmp_path: Path) -> None:
    case = next(
        case for case in find_cases() if case.importer == "instagram" and case.path.name == "german-2022"
    )
    [found] = importing.recognise([case.offer(case.forms[0], tmp_path)])
    with closing(Store.open(tmp_path / "crm.db")) as store:
        stated = importing.run_import(store, found, stated="Ada Byron", dry_run=True)
        assert stated.interactions_new == importing.run_import(store, found).interactions_new > 0


def test_a_card_with_the_uid_of_a_very_long_name_is_a_short_problem(tmp_path: Path) -> None:
    file = tmp_path / "book.vcf"
    card = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:u1\r\nFN:{}\r\nEND:VCARD\r\n"
    file.write_text(card.format("Ada " * 2000) + card.format("Bo"))
    [problem] = problems_of(records_of("vcard", file))
    assert "its UID is also that of Ada Ada" in problem.reason
    assert wrong_with(problem) is None


def test_a_line_behind_a_property_of_a_very_long_name_is_a_short_problem(tmp_path: Path) -> None:
    file = tmp_path / "book.vcf"
    file.write_text(f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Bo\r\n{'<b>' * 3000}:x\r\nstray\r\nEND:VCARD\r\n")
    records = records_of("vcard", file)
    assert "may go on from" in " ".join(problem.reason for problem in problems_of(records))
    assert [wrong for record in records if (wrong := wrong_with(record))] == []
