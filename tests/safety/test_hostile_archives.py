"""Archives that were built to do harm, or broke: each costs a bounded amount, and says what is wrong."""

from __future__ import annotations

import gzip
import os
import struct
import tarfile
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from archive_files import RawEntry, raw_zip, tar_bytes, tar_of, write_folder, write_zip, zip_bytes
from hostile import (
    bzip2_of_zeros,
    crc_of_zeros,
    message,
    nested_zip,
    overlapping_zip,
    problems_of,
    records_of,
    telegram,
    tweet,
    x_archive,
    zeros,
)
from measured import MIB, Community

from crm.domain.errors import ExportError
from crm.domain.records import InteractionRecord
from crm.importers.kit.budget import MAX_MEMBERS
from crm.importers.kit.export import Export
from crm.services.importing import recognise

GIB = 1 << 30
TELEGRAM = telegram(message(number) for number in range(6)).encode()


def reasons(path: Path) -> dict[str, str]:
    with Export(path) as export:
        return {problem.where: problem.reason for problem in export.problems}


def refusal(path: Path) -> str:
    with pytest.raises(ExportError) as caught, Export(path) as export:
        for name in export.names:
            with export.open(name) as stream:
                while stream.read(1 << 20):
                    pass
    return caught.value.message


# R027
def test_a_flat_bomb_of_1_mb_that_unpacks_to_1_gib_named_result_json_is_refused(
    tmp_path: Path, community: Community
) -> None:
    bomb = RawEntry(b"result.json", b"", 8, size=GIB, crc=crc_of_zeros(GIB), packed=zeros(GIB))
    path = tmp_path / "telegram.zip"
    path.write_bytes(raw_zip([bomb]))
    assert path.stat().st_size < 2 * MIB
    community.refuses(path, "1.0 GiB", memory=300 * MIB, seconds=2)


# R027, its neighbour: the size in the directory is small, and a lie
def test_a_flat_bomb_that_states_a_small_size_is_stopped_where_the_lie_ends(
    tmp_path: Path, community: Community
) -> None:
    files = {name: data for name, data in x_archive("[]").items() if name != "data/tweets.js"}
    entries = [RawEntry(name.encode(), data) for name, data in files.items()]
    packed = zeros(GIB, b"window.YTD.tweets.part0 = [")
    entries.append(RawEntry(b"data/tweets.js", b"", 8, size=4000, crc=1, packed=packed))
    path = tmp_path / "twitter.zip"
    path.write_bytes(raw_zip(entries))
    community.refuses(path, "data/tweets.js", "than the archive states", memory=300 * MIB, seconds=2)


# R028
def test_a_bzip2_bomb_in_a_zip_is_skipped_by_its_method_before_reading(
    tmp_path: Path, community: Community
) -> None:
    bomb = RawEntry(b"result.json", b"", 12, size=GIB, crc=crc_of_zeros(GIB), packed=bzip2_of_zeros(32))
    path = tmp_path / "telegram.zip"
    path.write_bytes(raw_zip([bomb]))
    assert path.stat().st_size < 2000
    community.refuses(path, "result.json: packed with bzip2", memory=150 * MIB)


# R029
@pytest.mark.parametrize("quoted", [False, True], ids=["one header", "quoted headers"])
def test_overlapping_entries_of_a_66_kb_zip_are_refused_as_entries_overlap(
    quoted: bool, tmp_path: Path, community: Community
) -> None:
    path = tmp_path / "telegram.zip"
    path.write_bytes(overlapping_zip(1000, 10 * MIB, quoted))
    assert path.stat().st_size < 150_000
    with zipfile.ZipFile(path) as archive:
        assert sum(entry.file_size for entry in archive.infolist()) >= 10_000 * MIB
    community.refuses(path, "entries overlap", memory=150 * MIB)


# R031
def test_ten_thousand_nested_zips_are_not_recursed_beyond_one_known_level(
    tmp_path: Path, community: Community
) -> None:
    nested = zip_bytes({"result.json": b"{}"})
    many = write_zip(tmp_path / "many.zip", {f"{number:05}.zip": nested for number in range(10_000)}, 0)
    with Export(many) as export:
        assert sum(name.endswith("/result.json") for name in export.names) == 100
        assert any(
            "only the first 100 ZIP files inside are opened" in problem.reason for problem in export.problems
        )
        assert "9,880 more members skipped" in export.problems[-1].reason
    community.refuses(many, "no export that crm knows", memory=150 * MIB)


# R031, the other reading of it: each in the one before
def test_nested_zips_one_inside_the_other_are_listed_as_skipped(tmp_path: Path, community: Community) -> None:
    path = tmp_path / "matryoshka.zip"
    path.write_bytes(nested_zip(10_000, TELEGRAM))
    with zipfile.ZipFile(path) as outer, outer.open("9999.zip") as inner:
        assert inner.read(4) == b"PK\x03\x04"
    assert "a ZIP file nested too deep; not opened" in reasons(path).values()
    community.refuses(path, "no export that crm knows", memory=150 * MIB)


# R033
def test_path_traversal_and_absolute_names_are_skipped_and_counted_and_nothing_is_written(
    tmp_path: Path, community: Community
) -> None:
    names = [
        "../evil",
        "/abs",
        "a/../../b",
        "..\\win",
        "C:\\x",
        "//unc/share",
        "n\x00ul",
        "esc\x1b[2J",
        "a\nb",
    ]
    names += ["x" * 2000, "\u009b31m", "c:/windows", "..", "a/.."]
    entries = [RawEntry(name.encode(), b"evil") for name in names]
    inside = tmp_path / "inside"
    inside.mkdir()
    path = inside / "telegram.zip"
    path.write_bytes(raw_zip([*entries, RawEntry(b"result.json", TELEGRAM)]))
    before = {file for file in tmp_path.rglob("*") if "community" not in str(file)}
    taken = community.crm("import", path)
    assert taken.code == 0, taken.err
    assert {file for file in tmp_path.rglob("*") if "community" not in str(file)} == before
    assert len(reasons(path)) == len(names)
    assert f"{len(names)} problems" in taken.out
    assert not {char for char in taken.out + taken.err if char < " " and char != "\n"}


# R033, its neighbour: the picture of a name in a report
@pytest.mark.parametrize("name", ["a\u202egnp.exe", "a\u2066b", "\ufeff.json", "\u0300" * 50, "ＣＯＮ"])
def test_member_names_that_deceive_reach_the_report_without_their_power(
    name: str, tmp_path: Path, community: Community
) -> None:
    path = write_zip(tmp_path / "telegram.zip", {"result.json": TELEGRAM, name: b"x"})
    taken = community.quick("import", path)
    assert taken.code == 0, taken.err
    assert not {"\u202e", "\u2066"} & set(taken.out + taken.err)


# R035
def test_of_duplicate_and_case_duplicate_names_one_is_chosen_by_rule_and_a_warning_names_it(
    tmp_path: Path,
) -> None:
    entries = [
        RawEntry(b"dup.json", b"first"),
        RawEntry(b"dup.json", b"second"),
        RawEntry(b"DUP.JSON", b"third"),
        RawEntry(b"other.json", b"other"),
    ]
    path = tmp_path / "twice.zip"
    path.write_bytes(raw_zip(entries))
    with Export(path) as export:
        assert export.names == ("DUP.JSON", "other.json")
        with export.open("dup.json") as stream:
            assert stream.read() == b"third"
    told = reasons(path)
    assert told["dup.json"] == "it is there twice; the later one counts"
    assert told["DUP.JSON"] == 'only upper and lower case tell it from "dup.json"; the one named here counts'


# R037
@pytest.mark.parametrize(
    ("method", "extra"), [(8, b""), (99, struct.pack("<HHH2sBH", 0x9901, 7, 2, b"AE", 3, 8))]
)
def test_an_encrypted_zip_says_password_protected_unpack_it_first(
    method: int, extra: bytes, tmp_path: Path, community: Community
) -> None:
    path = tmp_path / "telegram.zip"
    path.write_bytes(raw_zip([RawEntry(b"result.json", os.urandom(400), method, flags=1, extra=extra)]))
    community.refuses(path, "password-protected; unpack it first")


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    info.devmajor, info.devminor = (1, 3) if kind in (tarfile.CHRTYPE, tarfile.BLKTYPE) else (0, 0)
    return info


# R040
@pytest.mark.parametrize(
    ("info", "reason"),
    [
        (tarfile.TarInfo("../../evil"), "outside"),
        (tarfile.TarInfo("/tmp/evil"), "outside"),
        (special("link", tarfile.SYMTYPE, "/etc/passwd"), "link"),
        (special("hard", tarfile.LNKTYPE, "../../etc/passwd"), "link"),
        (special("pipe", tarfile.FIFOTYPE), "not a plain file"),
        (special("device", tarfile.CHRTYPE), "not a plain file"),
        (special("disk", tarfile.BLKTYPE), "not a plain file"),
    ],
    ids=["traversal", "absolute", "symlink", "hardlink", "fifo", "device", "block device"],
)
@pytest.mark.parametrize("packed", [False, True], ids=["tar", "tar.gz"])
def test_tar_traversal_symlink_hardlink_fifo_and_device_are_skipped_with_reason(
    packed: bool, info: tarfile.TarInfo, reason: str, tmp_path: Path
) -> None:
    data = tar_bytes([(info, b""), (tarfile.TarInfo("result.json"), TELEGRAM)])
    path = tmp_path / ("t.tar.gz" if packed else "t.tar")
    path.write_bytes(gzip.compress(data) if packed else data)
    before = sorted(tmp_path.iterdir())
    with Export(path) as export:
        assert export.names == ("result.json",)
        [problem] = export.problems
    assert reason in problem.reason
    assert sorted(tmp_path.iterdir()) == before


# R040, its neighbour: a member that goes through a link that was there before it
def test_a_tar_member_behind_a_symlink_member_stays_a_name(tmp_path: Path) -> None:
    infos = [(special("out", tarfile.SYMTYPE, "/tmp"), b""), (tarfile.TarInfo("out/result.json"), TELEGRAM)]
    path = tmp_path / "t.tar"
    path.write_bytes(tar_bytes(infos))
    with Export(path) as export:
        assert len(export.names) == 1
        assert export.peek(export.names[0]).startswith(b"{")


# R043
def test_a_file_that_is_not_what_it_says_is_read_as_what_it_is_or_refused(
    tmp_path: Path, community: Community
) -> None:
    whatsapp = write_zip(tmp_path / "WhatsApp Chat with Zoe.zip", {"result.json": TELEGRAM})
    [found] = recognise([whatsapp])
    assert found.importer == "telegram"
    photos = {f"IMG_{number}.jpg": b"\xff\xd8\xff\xe0" + os.urandom(500) for number in range(20)}
    path = write_zip(tmp_path / "telegram-export.zip", photos)
    community.refuses(path, "no export that crm knows (looked at 20 files in it)")


# R043, its neighbours: other archives under the name of a ZIP
@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"7z\xbc\xaf\x27\x1c\x00\x04", "7z"),
        (b"Rar!\x1a\x07\x01\x00", "RAR"),
        (b"\xfd7zXZ\x00\x00\x04", "xz"),
        (b"\x28\xb5\x2f\xfd\x04\x58", "Zstandard"),
        (b"BZh91AY&SY\x00", "bzip2"),
        (b"%PDF-1.7\n", "the end of the ZIP file is missing"),
        (b"\x00" * 600, "the end of the ZIP file is missing"),
    ],
)
def test_another_archive_under_the_name_of_a_zip_is_called_what_it_is(
    start: bytes, kind: str, tmp_path: Path, community: Community
) -> None:
    path = tmp_path / "twitter-2024.zip"
    path.write_bytes(start + os.urandom(3000))
    community.refuses(path, kind)


def test_a_zip_of_300_001_members_is_refused_in_bounded_memory(tmp_path: Path, community: Community) -> None:
    name = b"PK\x01\x02" + bytes(42)
    directory = b"".join(
        name[:28] + b"\x06\x00" + name[30:] + b"%06d" % number for number in range(MAX_MEMBERS + 1)
    )
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, len(directory), 0, 0)
    path = tmp_path / "many.zip"
    path.write_bytes(directory + end)
    community.refuses(path, "more than 300,000 members", memory=300 * MIB)


@pytest.mark.parametrize("signed", [False, True])
def test_a_data_descriptor_that_lies_is_not_believed(signed: bool, tmp_path: Path) -> None:
    deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = deflater.compress(TELEGRAM) + deflater.flush()
    lie = (b"PK\x07\x08" if signed else b"") + struct.pack("<3L", 1, 2, 3)
    entry = RawEntry(b"result.json", TELEGRAM, 8, flags=8, packed=body)
    data = bytearray(raw_zip([entry, RawEntry(b"z.txt", b"z")]))
    at = data.index(body) + len(body)
    data[at:at] = lie  # what follows moves: the directory is found from the end, offsets from its own place
    data = data.replace(struct.pack("<L", at) + b"z.txt", struct.pack("<L", at + len(lie)) + b"z.txt")
    end = data.rindex(b"PK\x05\x06")
    data[end + 16 : end + 20] = struct.pack("<L", struct.unpack_from("<L", data, end + 16)[0] + len(lie))
    path = tmp_path / "t.zip"
    path.write_bytes(data)
    assert (
        len([record for record in records_of("telegram", path) if isinstance(record, InteractionRecord)]) == 6
    )


@pytest.mark.parametrize("field", [0, 1, 2, 3])
@pytest.mark.parametrize("value", [0, 1, 1 << 40, (1 << 63) - 1, (1 << 64) - 1])
def test_a_zip64_end_that_lies_is_an_error_or_ignored(field: int, value: int, tmp_path: Path) -> None:
    honest = raw_zip([RawEntry(b"result.json", TELEGRAM)])
    end = honest.rindex(b"PK\x05\x06")
    count, length, offset = 1, *struct.unpack_from("<2L", honest, end + 12)
    fields = [count, count, length, offset]
    fields[field] = value
    end64 = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, *fields)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    path = tmp_path / "t.zip"
    path.write_bytes(honest[:end] + end64 + locator + honest[end:])
    try:
        records = records_of("telegram", path)
    except ExportError as error:
        assert "t.zip" in error.message
    else:
        assert len([record for record in records if isinstance(record, InteractionRecord)]) == 6


@pytest.mark.parametrize("value", [0, 1, 1 << 40, (1 << 64) - 1])
def test_a_zip64_size_of_a_member_that_lies_is_an_error(value: int, tmp_path: Path) -> None:
    extra = struct.pack("<HH2Q", 1, 16, value, value)
    data = bytearray(raw_zip([RawEntry(b"result.json", TELEGRAM, size=0xFFFFFFFF, extra=extra)]))
    at = data.index(b"PK\x01\x02")
    data[at + 20 : at + 24] = b"\xff\xff\xff\xff"
    path = tmp_path / "t.zip"
    path.write_bytes(data)
    assert "t.zip" in refusal(path) or "result.json" in refusal(path)


def test_a_zip_with_junk_before_and_behind_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "t.zip"
    path.write_bytes(b"#!/bin/sh\nexit 1\n" + zip_bytes({"result.json": TELEGRAM}) + b"\0" * 5000)
    assert [r for r in records_of("telegram", path) if isinstance(r, InteractionRecord)]


def test_a_zip_without_its_directory_says_that_the_download_was_cut_off(
    tmp_path: Path, community: Community
) -> None:
    data = zip_bytes({"result.json": TELEGRAM})
    path = tmp_path / "t.zip"
    path.write_bytes(data[: data.index(b"PK\x01\x02")])
    community.refuses(path, "is cut off", "download it again")


def test_a_wrong_checksum_is_an_error_that_names_the_member_and_imports_nothing(
    tmp_path: Path, community: Community
) -> None:
    files = x_archive("[]")
    entries = [RawEntry(name.encode(), data) for name, data in files.items()]
    at = next(number for number, entry in enumerate(entries) if entry.name == b"data/tweets.js")
    import json

    body = b"window.YTD.tweets.part0 = " + json.dumps([tweet(1), tweet(2)]).encode()
    entries[at] = replace(entries[at], data=body, crc=12345)
    path = tmp_path / "x.zip"
    path.write_bytes(raw_zip(entries))
    community.refuses(path, "data/tweets.js is damaged: its checksum is wrong")


# what the local header says is not believed: the directory counts, as in every other program
@pytest.mark.parametrize(
    ("at", "value"),
    [(6, b"\x01\0"), (8, b"\x0c\0"), (14, b"\0" * 4), (18, b"\5\0\0\0\5\0\0\0"), (30, b"../evil/../")],
)
def test_a_local_header_that_differs_from_the_directory_changes_nothing(
    at: int, value: bytes, tmp_path: Path
) -> None:
    data = bytearray(raw_zip([RawEntry(b"result.json", TELEGRAM)]))
    data[at : at + len(value)] = value
    path = tmp_path / "t.zip"
    path.write_bytes(data)
    assert len([r for r in records_of("telegram", path) if isinstance(r, InteractionRecord)]) == 6


def test_a_megabyte_of_names_longer_than_any_is_not_kept(tmp_path: Path) -> None:
    path = tmp_path / "t.zip"
    long = [RawEntry(b"%02d" % number + b"x" * 60_000, b"") for number in range(20)]
    path.write_bytes(raw_zip([*long, RawEntry(b"result.json", TELEGRAM)]))
    with Export(path) as export:
        assert export.names == ("result.json",)
        assert {problem.reason for problem in export.problems} == {"its name is longer than 1,024 characters"}
        assert max(len(problem.where) for problem in export.problems) <= 200


@pytest.mark.parametrize("size", [0, 5, 500_000, 0xFFFFFFFE])
def test_a_stored_member_with_a_wrong_size_is_an_error(size: int, tmp_path: Path) -> None:
    path = tmp_path / "t.zip"
    path.write_bytes(raw_zip([RawEntry(b"result.json", TELEGRAM, size=size)]))
    assert "result.json" in refusal(path)


def test_symlink_members_of_a_zip_are_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "t.zip"
    link = RawEntry(b"passwd.json", b"/etc/passwd", mode=0o120777)
    path.write_bytes(raw_zip([link, RawEntry(b"result.json", TELEGRAM)]))
    assert reasons(path) == {"passwd.json": "a link; links are not followed"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here")
def test_a_folder_with_links_loops_pipes_and_locked_files_is_read_without_them(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "export", {"result.json": TELEGRAM, "sub/locked.json": b"{}"})
    (folder / "outside").symlink_to("/etc")
    (folder / "passwd.json").symlink_to("/etc/passwd")
    (folder / "sub" / "loop").symlink_to(folder)
    (folder / "self").symlink_to("self")
    (folder / "null.json").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe.json")
    (folder / "sub" / "locked.json").chmod(0)
    records = records_of("telegram", folder)
    assert len([record for record in records if isinstance(record, InteractionRecord)]) == 6
    told = {problem.where: problem.reason for problem in problems_of(records)}
    links = {"outside", "passwd.json", "sub/loop", "self", "null.json"}
    assert {name for name, reason in told.items() if reason == "a link; links are not followed"} == links
    assert told["pipe.json"] == "not a plain file"
    if os.geteuid():
        assert told["sub/locked.json"] == "its permissions do not let it be read"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("path=../../evil", "outside the archive"),
        ("size=-5", "impossible size"),
        ("size=five", "impossible size"),
        (f"size={'9' * 5000}", "impossible size"),
        ("size=99999999999", "it is cut off"),
        ("GNU.sparse.realsize=1099511627776", "a file with holes"),
    ],
    ids=lambda text: text[:30],
)
def test_an_extended_header_of_a_tar_that_lies_is_an_error_in_words(
    change: str, said: str, tmp_path: Path
) -> None:
    record = f" {change}\n".encode()
    length = next(n for n in range(len(record), len(record) + 9) if len(str(n)) + len(record) == n)
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.XHDTYPE, length
    data = str(length).encode() + record
    head = info.tobuf(tarfile.USTAR_FORMAT) + data + bytes(-length % 512)
    path = tmp_path / "t.tar"
    path.write_bytes(head + tar_of({"result.json": TELEGRAM}, tarfile.USTAR_FORMAT))
    assert said in refusal(path)


@pytest.mark.parametrize("digits", [b"-0000000001\0", b"\xff" * 12, b"\x80" + b"\xff" * 11, b"77777777777\0"])
def test_a_tar_member_with_a_negative_or_impossible_size_is_an_error(digits: bytes, tmp_path: Path) -> None:
    data = bytearray(tar_of({"result.json": TELEGRAM}, tarfile.USTAR_FORMAT))
    data[124:136] = digits
    data[148:156] = b" " * 8
    data[148:156] = b"%06o\0 " % sum(data[:512])
    path = tmp_path / "t.tar"
    path.write_bytes(data)
    assert "t.tar" in refusal(path) or "result.json" in refusal(path)


def test_a_tar_with_a_pax_header_of_a_gigabyte_is_refused_unread(
    tmp_path: Path, community: Community
) -> None:
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.XHDTYPE, GIB
    path = tmp_path / "t.tar"
    with path.open("wb") as file:
        file.write(info.tobuf(tarfile.USTAR_FORMAT))
        file.truncate(GIB + 1024)
    community.refuses(path, "a member's header of 1.0 GiB", memory=150 * MIB)


def test_a_tar_gz_bomb_is_refused_in_bounded_memory(tmp_path: Path, community: Community) -> None:
    info = tarfile.TarInfo("result.json")
    info.size = GIB
    header = info.tobuf(tarfile.USTAR_FORMAT)
    path = tmp_path / "t.tar.gz"
    path.write_bytes(gzip.compress(b"")[:10] + zeros(GIB, header) + bytes(8))
    community.refuses(path, "decompression bomb", memory=150 * MIB)


def test_gzip_members_one_after_the_other_are_one_and_what_follows_them_is_padding(tmp_path: Path) -> None:
    data = tar_of({"result.json": TELEGRAM})
    path = tmp_path / "t.tar.gz"
    path.write_bytes(gzip.compress(data[:700]) + gzip.compress(data[700:]) + b"\0\0\0junk that no one reads")
    assert len([r for r in records_of("telegram", path) if isinstance(r, InteractionRecord)]) == 6
