"""Writes archives for tests: honest ones by the standard library, and ZIPs that lie, byte by byte."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path


def zip_bytes(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 2, 29, 12, 30, 42)), data, method)
    return buffer.getvalue()


def write_zip(path: Path, files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    path.write_bytes(zip_bytes(files, method))
    return path


def write_folder(path: Path, files: Mapping[str, bytes]) -> Path:
    for name, data in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    return path


def tar_bytes(members: Iterable[tuple[tarfile.TarInfo, bytes]], format_: int = tarfile.PAX_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=format_, encoding="utf-8") as archive:
        for info, data in members:
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def tar_of(files: Mapping[str, bytes], format_: int = tarfile.PAX_FORMAT) -> bytes:
    return tar_bytes(((tarfile.TarInfo(name), data) for name, data in files.items()), format_)


@dataclass
class RawEntry:
    """One entry of a ZIP, every field of which may be a lie."""

    name: bytes
    data: bytes = b"hello"
    method: int = 0
    flags: int = 0
    size: int | None = None
    crc: int | None = None
    offset: int | None = None
    mode: int = 0
    extra: bytes = b""
    packed: bytes | None = None

    def body(self) -> bytes:
        if self.packed is not None:
            return self.packed
        if self.method != 8:
            return self.data
        deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
        return deflater.compress(self.data) + deflater.flush()


def raw_zip(entries: Iterable[RawEntry], count: int | None = None) -> bytes:
    """Return a ZIP of exactly these entries; `count` is what its end states."""
    out = bytearray()
    directory = bytearray()
    total = 0
    for entry in entries:
        total += 1
        body = entry.body()
        size = len(entry.data) if entry.size is None else entry.size
        crc = zlib.crc32(entry.data) if entry.crc is None else entry.crc
        offset = len(out) if entry.offset is None else entry.offset
        header = (20, entry.flags, entry.method, 0, 0x5861, crc, len(body), size, len(entry.name))
        if entry.offset is None:
            out += b"PK\x03\x04" + struct.pack("<5H3LHH", *header, 0) + entry.name + body
        directory += b"PK\x01\x02" + struct.pack("<BB5H3LH", 20, 3, *header)
        directory += struct.pack("<4H2L", len(entry.extra), 0, 0, 0, entry.mode << 16, offset)
        directory += entry.name + entry.extra
    stated = total if count is None else count
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, stated, stated, len(directory), len(out), 0)
    return bytes(out + directory + end)
