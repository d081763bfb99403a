"""Tar files, gzipped or not: links, devices, holes, bombs, broken downloads, and access in any order."""

from __future__ import annotations

import gzip
import io
import random
import tarfile
import tracemalloc
from pathlib import Path

import pytest
from archive_files import tar_bytes, tar_of
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.errors import ExportError
from crm.importers.kit import budget, gzips, tars
from crm.importers.kit.budget import MIB
from crm.importers.kit.export import Export
from crm.importers.kit.gzips import GzipReader
from crm.importers.kit.tarheaders import read_header

MEMORY_LIMIT = 24 * MIB
GOOD = (tarfile.TarInfo("good.json"), b"{}")


def write(folder: Path, data: bytes, name: str = "export.tar") -> Path:
    (folder / name).write_bytes(data)
    return folder / name


def special(name: str, kind: bytes, target: str = "") -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = target
    return info, b""


@pytest.mark.parametrize(
    ("member", "reason"),
    [
        ((tarfile.TarInfo("../evil"), b"x"), "outside"),
        ((tarfile.TarInfo("/etc/cron.d/x"), b"x"), "outside"),
        ((tarfile.TarInfo("C:\\x"), b"x"), "outside"),
        (special("link", tarfile.SYMTYPE, "/etc/passwd"), "a link"),
        (special("hard", tarfile.LNKTYPE, "good.json"), "a link"),
        (special("pipe", tarfile.FIFOTYPE), "not a plain file"),
        (special("disk", tarfile.BLKTYPE), "not a plain file"),
        (special("tty", tarfile.CHRTYPE), "not a plain file"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_members_that_are_no_plain_files_inside_are_skipped(
    member: tuple[tarfile.TarInfo, bytes], reason: str, packed: bool, tmp_path: Path
) -> None:
    data = tar_bytes([member, GOOD])
    with Export(write(tmp_path, gzip.compress(data) if packed else data)) as export:
        assert export.names == ("good.json",)
        assert [problem.where for problem in export.problems] == [member[0].name]
        assert reason in export.problems[0].reason
        assert export.open("good.json").read() == b"{}"


@pytest.mark.parametrize("format_", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
def test_every_tar_dialect_is_read(format_: int, tmp_path: Path) -> None:
    long = "/".join(["a" * 60, "b" * 60, "c" * 30])
    files = {"outer/x.json": b"x" * 700, f"outer/{long}": b"long", "outer/empty": b"", "outer/Zoë": b"z"}
    with Export(write(tmp_path, tar_of(files, format_))) as export:
        assert export.problems == []
        assert {f"outer/{name}": export.open(name).read() for name in export.names} == files


def test_names_and_times_of_extended_headers_count(tmp_path: Path) -> None:
    info = tarfile.TarInfo("Zoe\u0308 " + "x" * 150)
    info.mtime = 1_700_000_000.5
    old = tarfile.TarInfo("undated")
    with Export(write(tmp_path, tar_bytes([(info, b"hi"), (old, b"")]))) as export:
        name = "Zoë " + "x" * 150
        assert export.names == (name, "undated")
        assert export.modified(name) == 1_700_000_000_500_000
        assert export.modified("undated") is None


def test_global_headers_and_folders_are_passed_over(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", pax_headers={"comment": "from git"}) as archive:
        archive.addfile(*special("repo/", tarfile.DIRTYPE)[:1])
        info = tarfile.TarInfo("repo/a.json")
        info.size = 2
        archive.addfile(info, io.BytesIO(b"{}"))
    with Export(write(tmp_path, buffer.getvalue())) as export:
        assert export.names == ("a.json",)


def test_files_with_holes_are_skipped_in_both_dialects(tmp_path: Path) -> None:
    gnu, pax = tarfile.TarInfo("gnu"), tarfile.TarInfo("pax")
    pax.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.realsize": str(1 << 50)}
    data = bytearray(tar_bytes([(gnu, b"x"), (pax, b"y" * 512), GOOD]))
    data[156:157] = tarfile.GNUTYPE_SPARSE
    data[148:156] = b" " * 8
    data[148:156] = b"%06o\0 " % sum(data[:512])
    with Export(write(tmp_path, bytes(data))) as export:
        assert export.names == ("good.json",)
        assert [problem.where for problem in export.problems] == ["gnu", "pax"]
        assert all("holes" in problem.reason for problem in export.problems)


def test_the_maps_of_a_file_with_many_holes_are_passed_over(tmp_path: Path) -> None:
    data = bytearray(tar_bytes([(tarfile.TarInfo("holes"), b""), GOOD]))
    data[156:157] = tarfile.GNUTYPE_SPARSE
    data[482] = 1
    data[148:156] = b" " * 8
    data[148:156] = b"%06o\0 " % sum(data[:512])
    maps = bytes(504) + b"\x01" + bytes(7) + bytes(512)
    with Export(write(tmp_path, bytes(data[:512] + maps + data[512:]))) as export:
        assert export.names == ("good.json",)


def test_a_huge_extended_header_is_refused_and_never_read(tmp_path: Path) -> None:
    info = tarfile.TarInfo("x")
    info.type = tarfile.XHDTYPE
    info.size = 60 * MIB
    data = gzip.compress(info.tobuf(tarfile.USTAR_FORMAT) + bytes(60 * MIB), 1)
    path = write(tmp_path, data, "export.tar.gz")
    tracemalloc.start()
    try:
        with pytest.raises(ExportError, match=r"header of 60\.0 MiB"):
            Export(path)
        assert tracemalloc.get_traced_memory()[1] < MEMORY_LIMIT
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", ["bomb.tar.gz", "bomb.json.gz"])
def test_a_gzip_bomb_is_refused_while_it_is_listed_or_read(name: str, tmp_path: Path) -> None:
    zeros = gzip.compress(bytes(10 * MIB), 9) * 8
    if ".tar" in name:
        info = tarfile.TarInfo("zeros.json")
        info.size = 80 * MIB
        zeros = gzip.compress(info.tobuf(tarfile.GNU_FORMAT)) + zeros + gzip.compress(bytes(1024))
    path = write(tmp_path, zeros, name)
    tracemalloc.start()
    try:
        with pytest.raises(ExportError, match="decompression bomb") as caught, Export(path) as export:
            stream = export.open(export.names[0])
            while stream.read(1 << 16):
                pass
        assert tracemalloc.get_traced_memory()[1] < MEMORY_LIMIT
    finally:
        tracemalloc.stop()
    assert caught.value.hint


def test_members_of_a_gzipped_tar_share_one_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "ARCHIVE_LIMIT", 5000)
    monkeypatch.setattr(budget, "ARCHIVE_RATIO", 1)
    data = gzip.compress(tar_of({"a": bytes(4000), "b": bytes(4000)}))
    with Export(write(tmp_path, data)) as export:
        assert export.open("a").read() == bytes(4000)
        with pytest.raises(ExportError, match="unpacks to more than"):
            export.open("b").read()


def test_too_many_members_or_headers_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, tar_of({f"{number}": b"" for number in range(20)}, tarfile.GNU_FORMAT))
    monkeypatch.setattr(tars, "MAX_MEMBERS", 19)
    with pytest.raises(ExportError, match="more than 19 members"):
        Export(path)
    monkeypatch.setattr(tars, "_MOST_HEADERS", 10)
    with pytest.raises(ExportError, match="more than 10 headers"):
        Export(path)


@pytest.mark.parametrize("kind", [tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.CHRTYPE])
def test_folders_links_and_devices_count_like_members(
    kind: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tars, "MAX_MEMBERS", 19)
    data = tar_bytes([special(f"{number}", kind) for number in range(20)])
    with pytest.raises(ExportError, match="more than 19 members") as caught:
        Export(write(tmp_path, data))
    assert caught.value.hint


def header_of(records: list[bytes]) -> bytes:
    info, data = tarfile.TarInfo("x"), b"".join(records)
    info.type, info.size = tarfile.XHDTYPE, len(data)
    return info.tobuf(tarfile.USTAR_FORMAT) + data + bytes(-len(data) % 512)


def test_records_of_extended_headers_are_limited_and_those_nobody_needs_are_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = b"".join(header_of([b"11 %05d=v\n" % number for number in range(100)]) for _ in range(3))
    path = write(tmp_path, data + tar_bytes([GOOD]))
    with Export(path) as export:
        assert export.names == ("good.json",)
    monkeypatch.setattr(tars, "_MOST_RECORDS", 299)
    with pytest.raises(ExportError, match="more than 299 records"):
        Export(path)
    long = b"".join(header_of([b"800000 %03d=" % number + b"v" * 799_988 + b"\n"]) for number in range(40))
    many = write(tmp_path, gzip.compress(long + bytes(1024)))
    tracemalloc.start()
    try:
        with pytest.raises(ExportError, match="holds no files"):
            Export(many)
        assert tracemalloc.get_traced_memory()[1] < MEMORY_LIMIT
    finally:
        tracemalloc.stop()


@given(st.binary(min_size=100, max_size=100), st.integers(-(1 << 70), 1 << 70), st.integers(0, 1 << 40))
def test_a_header_is_read_as_the_standard_library_reads_it(name: bytes, size: int, when: int) -> None:
    info = tarfile.TarInfo(name.decode("latin-1").replace("\0", "x"))
    info.size, info.mtime = size, when
    for kind in (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.DIRTYPE, tarfile.GNUTYPE_SPARSE, b"?"):
        info.type = kind
        block = info.tobuf(tarfile.GNU_FORMAT, "utf-8", "surrogateescape")[-512:]
        same, ours = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape"), read_header(block)
        assert (ours.kind, ours.size, ours.modified) == (same.type, same.size, same.mtime)
        assert ours.name.rstrip("/") == same.name.rstrip("/")


@given(st.integers(0, 511), st.integers(1, 255))
def test_a_header_with_one_wrong_byte_is_none(at: int, change: int) -> None:
    block = bytearray(tarfile.TarInfo("zoë.json").tobuf(tarfile.PAX_FORMAT)[-512:])
    block[at] ^= change
    try:
        read_header(bytes(block))
    except ValueError:
        return
    assert 148 <= at < 156  # spaces around the checksum itself


def test_a_checksum_of_signed_bytes_is_one(tmp_path: Path) -> None:
    data = bytearray(tar_bytes([(tarfile.TarInfo("Zo\udceb.json"), b"{}")], tarfile.USTAR_FORMAT))
    data[148:156] = b" " * 8
    data[148:156] = b"%06o\0 " % (sum(data[:512]) - 256)
    with Export(write(tmp_path, bytes(data))) as export:
        assert export.names == ("Zo\ufffd.json",)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_a_download_that_was_cut_off_says_so(packed: bool, share: float, tmp_path: Path) -> None:
    chance = random.Random(3)
    data = tar_of({f"{number}.bin": chance.randbytes(10_000) for number in range(20)}, tarfile.GNU_FORMAT)
    data = gzip.compress(data) if packed else data
    with pytest.raises(ExportError, match="cut off") as caught:
        Export(write(tmp_path, data[: int(len(data) * share)]))
    assert "download it again" in str(caught.value.hint)


def test_a_tar_without_its_end_mark_is_read_and_reported(tmp_path: Path) -> None:
    data = tar_of({"a": b"x" * 512, "b": b"y" * 512}, tarfile.GNU_FORMAT)[: 4 * 512]
    with Export(write(tmp_path, data)) as export:
        assert export.names == ("a", "b")
        assert "no end mark" in export.problems[0].reason


def test_damage_in_a_gzip_file_is_an_error(tmp_path: Path) -> None:
    data = bytearray(gzip.compress(tar_of({"a": random.Random(1).randbytes(50_000)})))
    data[20_000] ^= 0xFF
    with pytest.raises(ExportError, match="damaged") as caught:
        Export(write(tmp_path, bytes(data)))
    assert caught.value.hint


def test_a_changed_checksum_in_a_gzip_file_is_an_error(tmp_path: Path) -> None:
    data = bytearray(gzip.compress(b"text\n" * 100))
    data[-8] ^= 0xFF
    path = write(tmp_path, bytes(data), "a.txt.gz")
    with pytest.raises(ExportError, match="damaged"), Export(path) as export:
        export.open("a.txt").read()


def test_a_header_that_makes_no_sense_is_an_error(tmp_path: Path) -> None:
    data = bytearray(tar_of({"a": b"x", "b": b"y"}, tarfile.GNU_FORMAT))
    data[1024:1536] = b"\xff" * 512
    with pytest.raises(ExportError, match="damaged tar"):
        Export(write(tmp_path, bytes(data)))
    negative = tarfile.TarInfo("x").tobuf(tarfile.GNU_FORMAT)
    negative = bytearray(negative)
    negative[124:136] = b"\xff" * 12
    negative[148:156] = b" " * 8
    negative[148:156] = b"%06o\0 " % sum(negative[:512])
    with pytest.raises(ExportError, match="impossible size"):
        Export(write(tmp_path, bytes(negative) + bytes(1024)))


@pytest.mark.parametrize(
    "record", [b"x", b"99 path=a\n", b"0 path=a\n", b"-5 path=a\n", b"5 \n", b"9 path=a"]
)
def test_extended_headers_that_make_no_sense_never_hang(record: bytes, tmp_path: Path) -> None:
    info = tarfile.TarInfo("x")
    info.type = tarfile.XHDTYPE
    data = tar_bytes([(info, record), GOOD], tarfile.USTAR_FORMAT)
    try:
        with Export(write(tmp_path, data)) as export:
            assert len(export.names) == 1
    except ExportError as error:
        assert "damaged tar" in error.message


@given(
    st.lists(st.tuples(st.integers(0, 60_000), st.integers(0, 9000)), min_size=1, max_size=20),
    st.sampled_from([1, 3]),
    st.sampled_from([500, 4000, 1 << 20]),
    st.sampled_from([2, 6, 512]),
)
def test_a_gzip_file_reads_the_same_from_every_place(
    places: list[tuple[int, int]], streams: int, interval: int, points: int
) -> None:
    data = random.Random(5).randbytes(3000) * 10 + bytes(20_000)
    size = len(data) // streams
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    packed = b"".join(gzip.compress(chunk) for chunk in chunks)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gzips, "_FIRST_INTERVAL", interval)
        patch.setattr(gzips, "_MOST_POINTS", points)
        patch.setattr(gzips, "_BLOCK", 100)
        reader = io.BufferedReader(GzipReader(io.BytesIO(packed + bytes(16)), "x"), 256)
        for at, length in places:
            assert reader.seek(at) == min(at, len(data))
            assert reader.read(length) == data[at : at + length]


@pytest.mark.parametrize("data", [b"", b"x"])
def test_a_gzip_file_of_tiny_pieces_without_end_is_refused(
    data: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gzips, "_MOST_STREAMS", 100)
    path = write(tmp_path, gzip.compress(data) * 101 + gzip.compress(b"end"), "t.json.gz")
    with pytest.raises(ExportError, match="tiny pieces"), Export(path) as export:
        export.open("t.json").read()
    honest = write(tmp_path, gzip.compress(random.Random(1).randbytes(1100)) * 300, "t.json.gz")
    with Export(honest) as export:
        assert len(export.open("t.json").read()) == 300 * 1100


def test_members_of_a_gzipped_tar_can_be_read_in_turns_and_backwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gzips, "_FIRST_INTERVAL", 10_000)
    chance = random.Random(2)
    files = {f"{number:02}": chance.randbytes(300_000) for number in range(4)}
    with Export(write(tmp_path, gzip.compress(tar_of(files), 1))) as export:
        assert {name: export.open(name).read() for name in reversed(export.names)} == files
        streams = {name: export.open(name) for name in export.names}
        parts: dict[str, bytes] = dict.fromkeys(files, b"")
        while any(chunks := {name: stream.read(70_000) for name, stream in streams.items()}.values()):
            parts = {name: parts[name] + chunk for name, chunk in zip(parts, chunks, strict=True)}
        assert parts == files


def test_no_mutation_of_a_tar_raises_anything_but_the_one_error(tmp_path: Path) -> None:
    chance = random.Random(11)
    long = tarfile.TarInfo("x" * 150)
    gnu = tar_bytes([GOOD, (long, b"long")], tarfile.GNU_FORMAT)
    pax = tar_bytes([(tarfile.TarInfo("y" * 150), b"long"), GOOD])
    bases = [gnu[:4096], pax[:4096], gzip.compress(gnu), gzip.compress(pax), gzip.compress(b"text")]
    path = tmp_path / "x.bin"
    outcomes = set()
    for _ in range(1200):
        data = bytearray(chance.choice(bases))
        for _ in range(chance.choice((1, 1, 3))):
            data[chance.randrange(len(data))] = chance.choice(
                (0, 0x30, 0x37, 0x78, 0xFF, chance.randrange(256))
            )
        path.write_bytes(bytes(data[: chance.choice((len(data), chance.randrange(1, len(data))))]))
        try:
            with Export(path) as export:
                for name in export.names:
                    export.open(name).read()
            outcomes.add("read")
        except ExportError as error:
            assert error.message
            outcomes.add("refused")
    assert outcomes == {"read", "refused"}
