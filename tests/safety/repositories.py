"""Spoils a value inside of a CAR file and signs everything above it anew, so that every hash is right."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import libipld
from bluesky_repos import cid_of, write

_CID = 36
_MOST_RENAMED = 500
"""Blocks signed anew; a block that holds its own hash would go on for ever."""


def swap_in_repository(
    data: bytes, dice: random.Random, spoiled: Callable[[Any, random.Random], Any]
) -> bytes:
    """Return the file with one block changed by `spoiled`, or unchanged where that cannot be encoded."""
    roots, blocks = _read(data)
    chosen = dice.choice(sorted(blocks))
    try:
        blocks[chosen] = libipld.encode_dag_cbor(spoiled(libipld.decode_dag_cbor(blocks[chosen]), dice))
    except Exception:  # noqa: BLE001 - the library has no family of errors; a value CBOR cannot carry
        return data
    renamed = {chosen: cid_of(blocks[chosen])}
    for _ in range(_MOST_RENAMED):
        if not renamed:
            break
        old, new = renamed.popitem()
        if old == new:
            continue
        blocks[new] = blocks.pop(old)
        roots = [new if root == old else root for root in roots]
        for cid, block in list(blocks.items()):
            if old in block:
                blocks[cid] = block.replace(old, new)
                renamed[cid] = cid_of(blocks[cid])
    return write(roots, blocks)


def _read(data: bytes) -> tuple[list[bytes], dict[bytes, bytes]]:
    length, at = _number(data, 0)
    header = libipld.decode_dag_cbor(data[at : at + length])
    at += length
    blocks = {}
    while at < len(data):
        length, at = _number(data, at)
        blocks[data[at : at + _CID]] = data[at + _CID : at + length]
        at += length
    return [bytes(root) if isinstance(root, bytes) else root for root in header["roots"]], blocks


def _number(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at += 1
        shift += 7
        if byte < 0x80:
            return value, at
