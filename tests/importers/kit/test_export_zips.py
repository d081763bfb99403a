"""ZIP files that lie, bombs, broken downloads, and honest ones in odd dialects."""

from __future__ import annotations

import random
import struct
import tempfile
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from archive_files import RawEntry, raw_zip, zip_bytes
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.domain.errors import ExportError
from crm.importers.kit import budget, containers
from crm.importers.kit.budget import MIB
from crm.importers.kit.export import Export

BOMB_SIZE = 80 * MIB
MEMORY_LIMIT = 12 * MIB


@pytest.fixture(scope="module")
def zeros() -> bytes:
    """Return 80 MiB of zeros, deflated to 80 kB."""
    deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
    return b"".join(deflater.compress(bytes(MIB)) for _ in range(80)) + deflater.flush()


@pytest.fixture
def write(tmp_path: Path) -> Callable[[bytes], Path]:
    def writer(data: bytes) -> Path:
        path = tmp_path / "export.zip"
        path.write_bytes(data)
        return path

    return writer


def drain(export: Export, name: str) -> int:
    with export.open(name) as stream:
        return sum(len(block) for block in iter(lambda: stream.read(1 << 16), b""))


def peak_of(work: Callable[[], None]) -> int:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_flat_bomb_is_refused_by_its_ratio_before_it_is_unpacked(
    zeros: bytes, write: Callable[[bytes], Path]
) -> None:
    path = write(raw_zip([RawEntry(b"result.json", b"", 8, size=BOMB_SIZE, crc=0, packed=zeros)]))

    def attack() -> None:
        with Export(path) as export, pytest.raises(ExportError, match=r"80\.0 MiB from 79\.\d KiB") as caught:
            drain(export, "result.json")
        assert caught.value.hint

    assert peak_of(attack) < MEMORY_LIMIT


@pytest.mark.parametrize("stated", [0, 10, 60 * MIB])
def test_a_bomb_that_lies_about_its_size_is_stopped_where_the_lie_ends(
    stated: int, zeros: bytes, write: Callable[[bytes], Path]
) -> None:
    path = write(raw_zip([RawEntry(b"result.json", b"", 8, size=stated, crc=0, packed=zeros)]))

    def attack() -> None:
        with Export(path) as export, pytest.raises(ExportError, match="holds more than the archive states"):
            drain(export, "result.json")

    assert peak_of(attack) < MEMORY_LIMIT


def test_peeking_at_a_bomb_unpacks_only_what_was_asked_for(
    zeros: bytes, write: Callable[[bytes], Path]
) -> None:
    path = write(raw_zip([RawEntry(b"a", b"", 8, size=60 * MIB, crc=0, packed=zeros)]))

    def look() -> None:
        with Export(path) as export:
            assert export.peek("a", 4096) == bytes(4096)

    assert peak_of(look) < MEMORY_LIMIT


def test_many_members_share_one_budget_and_reading_again_is_free(
    write: Callable[[bytes], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budget, "ARCHIVE_LIMIT", 30_000)
    monkeypatch.setattr(budget, "ARCHIVE_CEILING", 25_000)
    path = write(zip_bytes({f"{number}.json": bytes(10_000) for number in range(3)}))
    with Export(path) as export:
        for _ in range(3):
            assert drain(export, "0.json") == 10_000
        assert drain(export, "1.json") == 10_000
        with pytest.raises(ExportError, match=r"unpacks to more than 24\.4 KiB"):
            drain(export, "2.json")


def test_zips_inside_are_charged_to_the_same_budget(
    write: Callable[[bytes], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = zip_bytes({"a.json": bytes(30_000)})
    monkeypatch.setattr(budget, "ARCHIVE_LIMIT", 30_000)
    monkeypatch.setattr(budget, "ARCHIVE_CEILING", 25_000)
    with Export(write(zip_bytes({"in.zip": inner, "b.json": b"x"}))) as export:
        assert export.names == ("b.json", "in.zip/a.json")
        with pytest.raises(ExportError, match="unpacks to more than"):
            drain(export, "in.zip/a.json")


def test_what_fills_the_disk_honestly_may_be_larger_than_the_limits() -> None:
    budget.check_size("all.mbox", 9 * budget.GIB, budget.GIB)
    with pytest.raises(ExportError, match="too large"):
        budget.check_size("all.mbox", 11 * budget.GIB, budget.GIB)
    with pytest.raises(ExportError, match="bomb"):
        budget.check_size("x", 65 * MIB, 65 * MIB // 201)
    budget.check_size("spaces.txt", 60 * MIB, 60 * 1024)


@pytest.mark.parametrize(
    ("method", "named"), [(12, "bzip2"), (14, "LZMA"), (9, "Deflate64"), (77, "method 77")]
)
def test_other_methods_than_stored_and_deflate_are_skipped_unread(
    method: int, named: str, write: Callable[[bytes], Path]
) -> None:
    entries = [RawEntry(b"a.json", b"x" * 100, method), RawEntry(b"b.json", b"{}")]
    with Export(write(raw_zip(entries))) as export:
        assert export.names == ("b.json",)
        assert export.problems[0].where == "a.json"
        assert named in export.problems[0].reason
    with pytest.raises(ExportError, match=f"nothing in export.zip can be read; a.json: .*{named}"):
        Export(write(raw_zip(entries[:1])))


@pytest.mark.parametrize("shift", [0, 1, 100, 170])
def test_entries_that_overlap_refuse_the_archive(shift: int, write: Callable[[bytes], Path]) -> None:
    kernel = RawEntry(b"kernel", bytes(200))
    echoes = [RawEntry(b"%d" % number, bytes(200), offset=shift) for number in range(1000)]
    with pytest.raises(ExportError, match="entries overlap") as caught:
        Export(write(raw_zip([kernel, *echoes])))
    assert caught.value.hint


def test_too_many_members_are_refused_stated_or_not(
    write: Callable[[bytes], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(containers, "MAX_MEMBERS", 10)
    entries = [RawEntry(b"%d" % number) for number in range(11)]
    for count in (11, 3):
        with pytest.raises(ExportError, match="more than 10 members"):
            Export(write(raw_zip(entries, count)))
    with Export(write(raw_zip(entries[:10]))) as export:
        assert len(export.names) == 10


@pytest.mark.parametrize(
    "name",
    [
        b"../evil",
        b"a/../../b",
        b"/abs",
        b"//unc/share",
        b"..\\win",
        b"a\\b",
        b"C:\\x",
        b"c:x",
        b"nul\x00.json",
        b"esc\x1b[2J",
        b"c1\xc2\x9b",
        b"new\nline",
        b"x" * 1025,
    ],
)
def test_unsafe_names_are_skipped_and_reported(name: bytes, write: Callable[[bytes], Path]) -> None:
    with Export(write(raw_zip([RawEntry(name), RawEntry(b"good.json"), RawEntry(b"./a//b/./c")]))) as export:
        assert export.names == ("a/b/c", "good.json")
        assert len(export.problems) == 1
        assert export.problems[0].where.isprintable()
        assert len(export.problems[0].where) <= 200


def test_a_name_of_hundreds_of_folders_is_skipped(write: Callable[[bytes], Path]) -> None:
    entries = [RawEntry(b"a/" * depth + b"x.json") for depth in (100, 101, 400)]
    with Export(write(raw_zip(entries))) as export:
        assert len(export.names) == 1
        assert [problem.reason for problem in export.problems] == ["more than 100 folders in its name"] * 2


def test_thousands_of_unsafe_names_are_twenty_problems_and_a_count(write: Callable[[bytes], Path]) -> None:
    entries = [RawEntry(b"../%d" % number) for number in range(5000)]
    with Export(write(raw_zip([*entries, RawEntry(b"ok")]))) as export:
        assert len(export.problems) == 21
        assert export.problems[-1].reason.startswith("4,980 more")


def test_thousands_of_unknown_methods_or_equal_names_are_a_few_problems(
    write: Callable[[bytes], Path],
) -> None:
    letters = "abcdefghij"
    entries = [RawEntry(b"%d" % number, b"", 100 + number) for number in range(1000)]
    entries += [RawEntry(b"same.json", b"")] * 1000
    for number in range(1 << len(letters)):  # every way to write the ten letters
        name = "".join(letter.upper() if number >> at & 1 else letter for at, letter in enumerate(letters))
        entries.append(RawEntry(name.encode(), b""))
    with Export(write(raw_zip(entries))) as export:
        assert export.names == ("ABCDEFGHIJ", "same.json")
        assert len(export.problems) == 3 * 21
        many = [problem.reason for problem in export.problems if problem.where == "export.zip"]
        assert [reason.partition(": ")[0] for reason in many] == [
            "980 more members skipped",
            "979 more members",
            "1,003 more members",
        ]


def test_links_in_a_zip_are_not_followed(write: Callable[[bytes], Path]) -> None:
    entries = [
        RawEntry(b"link", b"/etc/passwd", mode=0o120777),
        RawEntry(b"pipe", b"", mode=0o010644),
        RawEntry(b"plain", b"x", mode=0o100644),
        RawEntry(b"folder/", b"", mode=0o040755),
    ]
    with Export(write(raw_zip(entries))) as export:
        assert export.names == ("plain",)
        assert [problem.where for problem in export.problems] == ["link", "pipe"]


def test_a_name_that_is_there_twice_counts_once_the_later(write: Callable[[bytes], Path]) -> None:
    entries = [RawEntry(b"dup.json", b"1"), RawEntry(b"dup.json", b"2"), RawEntry(b"DUP.JSON", b"3")]
    with Export(write(raw_zip(entries))) as export:
        assert export.names == ("DUP.JSON",)
        assert export.open("dup.json").read() == b"3"
        assert len(export.problems) == 2


@pytest.mark.parametrize("method", [8, 99])
def test_an_encrypted_archive_says_what_to_do(method: int, write: Callable[[bytes], Path]) -> None:
    entries = [RawEntry(b"clear.txt"), RawEntry(b"secret.json", method=method, flags=1)]
    with pytest.raises(ExportError, match="password-protected; unpack it first") as caught:
        Export(write(raw_zip(entries)))
    assert "password" in str(caught.value.hint)


def test_encrypted_pictures_alone_are_only_reported(write: Callable[[bytes], Path]) -> None:
    with Export(write(raw_zip([RawEntry(b"a.jpg", flags=1), RawEntry(b"b.json")]))) as export:
        assert export.names == ("b.json",)
        assert export.problems[0].reason == "password-protected"


UNICODE_PATH = struct.pack("<HHBL", 0x7075, 5 + 4, 1, zlib.crc32(b"Zo?")) + "Zoë".encode()


@pytest.mark.parametrize(
    ("entry", "name"),
    [
        (RawEntry("Zoë.json".encode(), flags=0x800), "Zoë.json"),
        (RawEntry("Zoë.json".encode()), "Zoë.json"),
        (RawEntry("Zoe\u0308.json".encode()), "Zoë.json"),
        (RawEntry("Zoë.json".encode("cp437")), "Zoë.json"),
        (RawEntry(b"Zo\xff.json", flags=0x800), "Zo\ufffd.json"),
        (RawEntry(b"Zo?", extra=UNICODE_PATH), "Zoë"),
        (RawEntry(b"Zo!", extra=UNICODE_PATH), "Zo!"),
        (RawEntry(b"x", extra=b"\x01"), "x"),
    ],
)
def test_names_are_read_in_every_dialect(entry: RawEntry, name: str, write: Callable[[bytes], Path]) -> None:
    with Export(write(raw_zip([entry]))) as export:
        assert export.names == (name,)
        assert export.open(name).read() == b"hello"


def test_zip64_is_read(tmp_path: Path) -> None:
    path = tmp_path / "big.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a.json", "w", force_zip64=True) as stream,
    ):
        stream.write(b"x" * 100_000)
    wide = raw_zip([RawEntry(b"b.json", b"hello", size=0xFFFFFFFF, extra=struct.pack("<HHQ", 1, 8, 5))])
    with Export(path) as export:
        assert drain(export, "a.json") == 100_000
    path.write_bytes(wide)
    with Export(path) as export:
        assert export.size("b.json") == 5
        assert export.open("b.json").read() == b"hello"


def test_an_end_in_zip64_counts(write: Callable[[bytes], Path]) -> None:
    plain = raw_zip([RawEntry(b"a"), RawEntry(b"b")])
    *_, count, length, offset, _ = struct.unpack("<4s4H2LH", plain[-22:])
    for prefix in (b"", b"#!/bin/sh\n" * 100):
        end = len(prefix) + offset + length
        wide = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, length, offset)
        locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end - len(prefix), 1)
        last = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
        with Export(write(prefix + plain[:-22] + wide + locator + last)) as export:
            assert export.open("b").read() == b"hello"


def test_bytes_before_and_after_the_archive_do_not_matter(write: Callable[[bytes], Path]) -> None:
    data = zip_bytes({"a.json": b"{}", "b.json": b"[]"})
    with Export(write(b"MZ self-extracting" + data + b"\r\n")) as export:
        assert export.open("b.json").read() == b"[]"


def end_record(count: int, length: int, offset: int, comment: int = 0) -> bytes:
    return struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, length, offset, comment)


def with_comment(data: bytes, comment: bytes) -> bytes:
    return data[:-2] + struct.pack("<H", len(comment)) + comment


INNER = zip_bytes({"evil.json": b"[]"})
HONEST = zip_bytes({"a.json": b"{}"})
AT = len(HONEST)


@pytest.mark.parametrize(
    "comment",
    [
        b"made by hand",
        end_record(1, 54, 40),
        end_record(0, 0, 0),
        end_record(0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF),
        end_record(3, 1 << 30, 0) + b"more",
        end_record(1, 10, 40, 900),
        end_record(1, 54, 40) * 2900,
        b"PK\5\6" * 16_000,
        b"PK\6\7" + bytes(16) + end_record(1, 54, 40),
        INNER,
        INNER + b"more",
    ],
    ids=[
        "text",
        "record",
        "empty",
        "full",
        "huge",
        "beyond",
        "many",
        "signatures",
        "ZIP64",
        "ZIP",
        "ZIP text",
    ],
)
def test_an_end_record_in_the_comment_is_none(comment: bytes, write: Callable[[bytes], Path]) -> None:
    with Export(write(with_comment(HONEST, comment))) as export:
        assert export.names == ("a.json",)
    moved = write(b"MZ self-extracting" + with_comment(HONEST, comment))
    if comment == INNER:  # both directories are right, if that is where the archive begins
        with pytest.raises(ExportError, match="two directories"):
            Export(moved)
    else:
        with Export(moved) as export:
            assert export.names == ("a.json",)


def test_an_end_record_of_zip64_in_the_comment_is_none(write: Callable[[bytes], Path]) -> None:
    end64 = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, 55, len(INNER) - 77)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, AT + len(INNER) - 22, 1)
    forged = INNER[:-22] + end64 + locator + INNER[-22:]
    with Export(write(with_comment(HONEST, forged))) as export:
        assert export.names == ("a.json",)


def test_a_second_archive_in_the_comment_that_is_as_right_as_the_first_is_refused(
    write: Callable[[bytes], Path],
) -> None:
    directory = INNER.index(b"PK\x01\x02")
    shifted = bytearray(INNER)  # its offsets counted from the start of the file, as the honest one's
    shifted[-6:-2] = struct.pack("<L", AT + directory)
    shifted[directory + 42 : directory + 46] = struct.pack("<L", AT)
    with pytest.raises(
        ExportError, match=r"export\.zip is built to do harm: it has two directories"
    ) as caught:
        Export(write(with_comment(HONEST, bytes(shifted))))
    assert caught.value.hint == "do not unpack it; ask for the export again"


def test_of_two_archives_one_after_the_other_the_last_counts(write: Callable[[bytes], Path]) -> None:
    with Export(write(INNER + HONEST)) as export:
        assert export.names == ("a.json",)


def test_a_zip_whose_end_is_missing_is_not_taken_for_the_zip_stored_in_it(
    write: Callable[[bytes], Path],
) -> None:
    outer = zip_bytes({"inner.zip": INNER, "b.json": b"{}"}, zipfile.ZIP_STORED)
    for cut in (1, 10, 22, 40, 120):
        with pytest.raises(ExportError, match="cut off"):
            Export(write(outer[:-cut]))


def test_the_data_of_a_member_may_not_lie_in_the_directory(write: Callable[[bytes], Path]) -> None:
    data = bytearray(raw_zip([RawEntry(b"a.json", b"{}"), RawEntry(b"b.json", b"[]")]))
    second = data.rindex(b"PK\x01\x02")
    data[second + 42 : second + 46] = struct.pack("<L", data.index(b"PK\x01\x02"))
    with pytest.raises(ExportError, match="ends before its last member"):
        Export(write(bytes(data)))


def test_a_directory_longer_or_shorter_than_its_entries_is_damaged(write: Callable[[bytes], Path]) -> None:
    entries = [RawEntry(b"a.json", b"{}"), RawEntry(b"b.json", b"[]")]
    honest = raw_zip(entries)
    start, end = honest.index(b"PK\x01\x02"), honest.index(b"PK\x05\x06")
    for change in (-20, -3):
        data = honest[: end + change] + end_record(2, end + change - start, start)
        with pytest.raises(ExportError, match="damaged"):
            Export(write(data))


def test_an_empty_zip_holds_no_files(write: Callable[[bytes], Path]) -> None:
    with pytest.raises(ExportError, match="holds no files"):
        Export(write(zip_bytes({})))


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_download_that_was_cut_off_says_so(share: float, write: Callable[[bytes], Path]) -> None:
    data = zip_bytes({f"{number}.json": b"x" * 1000 for number in range(20)})
    with pytest.raises(ExportError, match="cut off") as caught:
        Export(write(data[: int(len(data) * share)]))
    assert "download it again" in str(caught.value.hint)


def test_a_piece_of_a_split_zip_says_so(write: Callable[[bytes], Path]) -> None:
    data = bytearray(zip_bytes({"a": b"x"}))
    data[-18:-16] = b"\x03\x00"
    with pytest.raises(ExportError, match="one piece of a split ZIP"):
        Export(write(bytes(data)))
    with pytest.raises(ExportError, match="one piece of a split ZIP"):
        Export(write(b"PK\x07\x08" + bytes(500)))


def test_a_file_that_is_no_zip_in_spite_of_its_name_says_so(write: Callable[[bytes], Path]) -> None:
    with pytest.raises(ExportError, match=r"export\.zip"):
        Export(write(b"<html>Please log in to download your archive</html>"))


@pytest.mark.parametrize("method", [0, 8])
def test_damage_inside_a_member_is_found_by_its_checksum(method: int, write: Callable[[bytes], Path]) -> None:
    data = bytearray(zip_bytes({"a.json": random.Random(1).randbytes(5000)}, method))
    data[2500] ^= 0xFF
    with Export(write(bytes(data))) as export, pytest.raises(ExportError, match=r"a\.json is damaged"):
        drain(export, "a.json")


def test_a_member_shorter_than_stated_is_damaged(write: Callable[[bytes], Path]) -> None:
    for method in (0, 8):
        data = raw_zip([RawEntry(b"a", b"hello", method, size=9)])
        with Export(write(data)) as export, pytest.raises(ExportError, match="damaged"):
            drain(export, "a")


NAME = st.text(
    alphabet=st.characters(exclude_characters='\\/:<>*?"|\x7f', exclude_categories=("Cs", "Cc", "Cn")),
    min_size=1,
    max_size=8,
).filter(lambda name: name.strip(". ") == name)


@given(
    st.dictionaries(
        NAME, st.tuples(st.binary(max_size=3000), st.sampled_from([0, 8])), min_size=1, max_size=6
    )
)
@settings(max_examples=50)
def test_whatever_zipfile_writes_is_read_back(files: dict[str, tuple[bytes, int]]) -> None:

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for number, (name, (data, method)) in enumerate(files.items()):
                archive.writestr(f"{number} {name}.x", data, method)
        with Export(path) as export:
            read = [
                export.open(name).read() for name in sorted(export.names, key=lambda n: int(n.split()[0]))
            ]
        assert read == [data for data, _ in files.values()]


def test_no_mutation_of_a_zip_raises_anything_but_the_one_error(tmp_path: Path) -> None:
    chance = random.Random(7)
    inner = zip_bytes({"posts.xml": b"<x/>" * 50})
    base = raw_zip(
        [
            RawEntry(b"a.json", b"[1, 2]" * 50, 8),
            RawEntry("ë.txt".encode("cp437"), b"text"),
            RawEntry(b"in.zip", inner, 8),
            RawEntry(b"b/c.csv", b"1,2\n" * 30, 8, flags=0x800),
        ]
    )
    path = tmp_path / "x.zip"
    outcomes = set()
    for _ in range(3000):
        data = bytearray(base)
        for _ in range(chance.choice((1, 1, 2, 4))):
            data[chance.randrange(len(data))] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
        path.write_bytes(
            bytes(data[: chance.choice((len(data), len(data), chance.randrange(len(data)))) or 1])
        )
        try:
            with Export(path) as export:
                for name in export.names:
                    drain(export, name)
            outcomes.add("read")
        except ExportError as error:
            assert error.message
            outcomes.add("refused")
    assert outcomes == {"read", "refused"}
