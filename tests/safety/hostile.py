"""Writes small honest exports, to be spoiled, and files that no honest program would write."""

from __future__ import annotations

import bz2
import json
import struct
import zlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from archive_files import RawEntry, raw_zip

from crm.domain.records import Owner, Problem, Record
from crm.importers import load
from crm.importers.kit.export import Export

AT = 1_709_290_800
"""2024-03-01 11:00:00 UTC, in seconds since 1970."""
_STEP = 16 << 20


def message(number: int, **fields: Any) -> dict[str, Any]:
    """Return a message of Telegram: every second one is the user's."""
    who, name = (("user111", "Mara"), ("user222", "Zoë"))[number % 2]
    plain = {"id": number, "type": "message", "date_unixtime": str(AT + 60 * number), "from": name}
    return {**plain, "from_id": who, "text": f"message {number}", **fields}


def telegram(messages: Iterable[dict[str, Any]], indent: int | None = 1) -> str:
    """Return an export of Telegram: the account, and one chat."""
    me = {"user_id": 111, "first_name": "Mara", "last_name": "", "phone_number": "+49 151 12345678"}
    chat = {"name": "Zoë", "type": "personal_chat", "id": 222, "messages": list(messages)}
    document = {
        "about": "Here is the data you requested.",
        "personal_information": me,
        "chats": {"list": [chat]},
    }
    return json.dumps(document, ensure_ascii=False, indent=indent)


def sms(*bodies: str) -> str:
    """Return a backup of SMS Backup & Restore with these texts, attributes as they stand in the file."""
    rows = "".join(
        f'<sms protocol="0" address="+491701234567" date="{AT + number}000" type="{1 + number % 2}" '
        f'body="{body}" contact_name="Zoe" />\n'
        for number, body in enumerate(bodies)
    )
    return f"<?xml version='1.0' encoding='UTF-8'?>\n<smses count=\"{len(bodies)}\">\n{rows}</smses>\n"


def tweet(number: int, text: str = "hello @zoe", **fields: Any) -> dict[str, Any]:
    """Return a post of X that mentions somebody."""
    mention = {"name": "Zoe", "screen_name": "zoe", "id_str": "222", "id": "222", "indices": ["6", "10"]}
    return {
        "tweet": {
            "id_str": str(1_700_000_000_000_000_000 + number),
            "created_at": "Fri Mar 01 11:00:00 +0000 2024",
            "full_text": text,
            "entities": {"user_mentions": [mention]},
            **fields,
        }
    }


def x_archive(tweets: str) -> dict[str, bytes]:
    """Return the files of an archive of X whose posts are this text behind the assignment."""
    account = [{"account": {"accountId": "111", "username": "mara", "accountDisplayName": "Mara"}}]
    return {
        "data/account.js": f"window.YTD.account.part0 = {json.dumps(account)}".encode(),
        "data/tweets.js": f"window.YTD.tweets.part0 = {tweets}".encode("utf-8", "surrogatepass"),
        "data/manifest.js": b"window.__THAR_CONFIG = {}",
    }


def records_of(importer: str, path: Path, owner: Owner | None = None) -> list[Record]:
    """Return what an importer reads, what the archive itself left out included; errors are raised."""
    with Export(path) as export:
        assert load(importer).identify(export)
        return [*load(importer).extract(export, owner or Owner()), *export.problems]


def problems_of(records: Iterable[Record]) -> list[Problem]:
    """Return the problems among records."""
    return [record for record in records if isinstance(record, Problem)]


def zeros(size: int, head: bytes = b"") -> bytes:
    """Return `head` and so many zero bytes, deflated; one stretch of them is made and repeated."""
    first, middle, last = (zlib.compressobj(9, zlib.DEFLATED, -15) for _ in range(3))
    start = first.compress(head) + first.flush(zlib.Z_FULL_FLUSH) if head else b""
    stretch = middle.compress(bytes(_STEP)) + middle.flush(zlib.Z_FULL_FLUSH)
    times, rest = divmod(size, _STEP)
    return start + stretch * times + last.compress(bytes(rest)) + last.flush()


def crc_of_zeros(size: int) -> int:
    """Return the checksum of so many zero bytes."""
    crc = 0
    for _ in range(size // _STEP):
        crc = zlib.crc32(bytes(_STEP), crc)
    return zlib.crc32(bytes(size % _STEP), crc)


def bzip2_of_zeros(times: int, stretch: int = 32 << 20) -> bytes:
    """Return so many stretches of zero bytes as one bzip2 stream, whose one block is repeated bit by bit."""
    packed = bz2.compress(bytes(stretch))
    bits = f"{int.from_bytes(packed, 'big'):0{8 * len(packed)}b}"
    end = f"{0x177245385090:048b}"
    block = bits[32 : bits.rindex(end)]
    crc = 0
    for _ in range(times):
        crc = (crc << 1 & 0xFFFFFFFF | crc >> 31) ^ int(block[48:80], 2)
    whole = f"{bits[:32]}{block * times}{end}{crc:032b}"
    whole += "0" * (-len(whole) % 8)
    return int(whole, 2).to_bytes(len(whole) // 8, "big")


def nested_zip(depth: int, core: bytes) -> bytes:
    """Return a ZIP in a ZIP in a ZIP ..., each stored as it is; the checksums are left out."""
    heads, tails, size = [], [], len(core)
    for number in range(depth):
        name = b"%d.zip" % number if number else b"result.json"
        header = struct.pack("<5H3LHH", 20, 0, 0, 0, 0x5861, 0, size, size, len(name), 0)
        heads.append(b"PK\x03\x04" + header + name)
        entry = (
            b"PK\x01\x02" + struct.pack("<BB", 20, 3) + header + struct.pack("<3H2L", 0, 0, 0, 0, 0) + name
        )
        at = len(heads[-1]) + size
        tails.append(entry + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(entry), at, 0))
        size = at + len(tails[-1])
    return b"".join([*reversed(heads), core, *tails])


def overlapping_zip(count: int, kernel: int, quoted: bool) -> bytes:
    """Return a ZIP of entries that all unpack the same kernel of so many zero bytes.

    Args:
        count: of entries.
        kernel: bytes that it unpacks to.
        quoted: each entry has a header of its own, which the one before quotes in a stored block, as in David
            Fifield's "A better zip bomb" (2019); otherwise all have the same header.

    """
    body, crc = zeros(kernel), crc_of_zeros(kernel)
    names = [b"%04d.json" % number for number in range(count)]
    if not quoted:
        first = RawEntry(names[0], b"", 8, size=kernel, crc=crc, packed=body)
        return raw_zip([first, *(replace(first, name=name, offset=0) for name in names[1:])])
    out, entries = body, []
    for number, name in enumerate(reversed(names)):
        if number:
            header_length = 30 + len(name)
            out = struct.pack("<BHH", 0, header_length, header_length ^ 0xFFFF) + out
        stated = kernel + number * (30 + len(name))
        header = (20, 0, 8, 0, 0x5861, crc, len(out), stated, len(name))
        entries.append((name, len(out), RawEntry(name, b"", 8, size=stated, crc=crc, packed=out)))
        out = b"PK\x03\x04" + struct.pack("<5H3LHH", *header, 0) + name + out
    placed = [replace(entry, offset=len(out) - length - 30 - len(name)) for name, length, entry in entries]
    directory = raw_zip(reversed(placed))
    end = directory.rindex(b"PK\x05\x06")
    return out + directory[:end] + directory[end : end + 16] + struct.pack("<LH", len(out), 0)
