"""Repositories of AT Protocol as CAR files, made as a server makes them: blocks, search tree, commit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from itertools import pairwise
from typing import Any

import libipld

DIGITS = "234567abcdefghijklmnopqrstuvwxyz"


def cid_of(data: bytes, codec: int = 0x71) -> bytes:
    return bytes((1, codec, 0x12, 0x20)) + sha256(data).digest()


def varint(number: int) -> bytes:
    out = bytearray()
    while True:
        number, low = number >> 7, number & 0x7F
        out.append(low | (0x80 if number else 0))
        if not number:
            return bytes(out)


def tid(microseconds: int, clock: int = 0) -> str:
    value = microseconds << 10 | clock
    return "".join(DIGITS[value >> shift & 31] for shift in range(60, -1, -5))


class Repo:
    """Blocks by CID, in the order in which they were made."""

    def __init__(self) -> None:
        self.blocks: dict[bytes, bytes] = {}

    def add(self, value: Any) -> bytes:
        data = libipld.encode_dag_cbor(value)
        cid = cid_of(data)
        self.blocks[cid] = data
        return cid

    def tree(self, records: Mapping[str, bytes]) -> bytes:
        """Make the search tree: a key lies the deeper, the fewer zeros its hash begins with."""
        keys = sorted(records, key=str.encode)
        layers = {key: layer_of(key) for key in keys}
        top = max(layers.values(), default=0)
        return self._node(keys, layers, top, records) or self.add({"l": None, "e": []})

    def _node(
        self, keys: list[str], layers: dict[str, int], layer: int, records: Mapping[str, bytes]
    ) -> bytes | None:
        if not keys:
            return None
        own = [place for place, key in enumerate(keys) if layers[key] == layer]
        edges = [-1, *own, len(keys)]
        below = [
            self._node(keys[start + 1 : end], layers, layer - 1, records) for start, end in pairwise(edges)
        ]
        entries, before = [], b""
        for place, subtree in zip(own, below[1:], strict=True):
            key = keys[place].encode()
            shared = next(
                (i for i, (a, b) in enumerate(zip(before, key, strict=False)) if a != b),
                min(len(before), len(key)),
            )
            entries.append({"p": shared, "k": key[shared:], "v": records[keys[place]], "t": subtree})
            before = key
        return self.add({"l": below[0], "e": entries})


def layer_of(key: str) -> int:
    bits = int.from_bytes(sha256(key.encode()).digest(), "big")
    return (256 - bits.bit_length()) // 2


def car(
    did: str,
    records: Mapping[str, Any],
    *,
    version: int = 3,
    deleted: Iterable[Any] = (),
    missing: Iterable[str] = (),
) -> bytes:
    """Return a repository.

    Args:
        did: whose it is.
        records: by key (`collection/rkey`).
        version: of the commit; 2 until August 2023.
        deleted: records whose blocks are in the file, but that the tree does not reach.
        missing: keys of records whose blocks are not in the file.

    """
    repo = Repo()
    for value in deleted:
        repo.add(value)
    cids = {key: repo.add(value) for key, value in records.items()}
    commit = {"did": did, "version": version, "data": repo.tree(cids), "prev": None, "sig": bytes(64)}
    if version >= 3:
        commit["rev"] = tid(1_700_000_000_000_000)
    root = repo.add(commit)
    for key in missing:
        del repo.blocks[cids[key]]
    return write([root], {root: repo.blocks.pop(root), **repo.blocks})


def write(roots: list[bytes], blocks: Mapping[bytes, bytes], version: int = 1) -> bytes:
    header = libipld.encode_dag_cbor({"roots": roots, "version": version})
    out = [varint(len(header)), header]
    for cid, data in blocks.items():
        out += [varint(len(cid) + len(data)), cid, data]
    return b"".join(out)
