"""The records of a repository: the walk through its Merkle search tree, in the order of their keys.

The decision to know: only what the tree reaches is there. A file also holds blocks of records that were
deleted or replaced, which must not come back; and a part of a repository lacks blocks, which is reported.
Source: the repository specification of AT Protocol (MST nodes `l` and `e`, entries `p`, `k`, `v`, `t`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from crm.domain.errors import ExportError
from crm.domain.records import Problem
from crm.importers.bluesky.car import Car, Missing

_LONGEST_KEY = 1024


class Commit(NamedTuple):
    """Whose repository it is, and where its tree begins."""

    did: str
    data: bytes


def commit_of(car: Car, where: str) -> Commit:
    """Return the commit of a repository.

    Raises:
        ExportError: it is not in the file, or is none.

    """
    try:
        commit = car.read(car.roots[0])
    except Missing:
        commit = None
    did, data = (commit.get("did"), commit.get("data")) if isinstance(commit, dict) else (None, None)
    if not isinstance(did, str) or not isinstance(data, bytes) or not did.startswith("did:"):
        raise ExportError(f"{where} does not say whose repository it is", "download the repository again")
    return Commit(did, data)


class Tree:
    """The records of one repository; every walk begins anew."""

    def __init__(self, car: Car, root: bytes, where: str) -> None:
        self._car = car
        self._root = root
        self._where = where
        self._lost: Counter[str] = Counter()
        self._lost_nodes = 0

    def records(self, *collections: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Yield (collection, record key, record), of some collections only where any are named."""
        self._lost.clear()
        self._lost_nodes = 0
        for collection, key, cid in self._keys():
            if collections and collection not in collections:
                continue
            try:
                record = self._car.read(cid)
            except Missing:
                record = None
            if isinstance(record, dict):
                yield collection, key, record
            else:
                self._lost[collection] += 1

    def problems(self) -> Iterator[Problem]:
        """Yield what was missing or damaged in the last walk."""
        if self._lost_nodes:
            parts = "1 part" if self._lost_nodes == 1 else f"{self._lost_nodes:,} parts"
            reason = (
                f"{parts} of the repository's index missing or damaged, with an unknown number of records"
            )
            yield Problem(self._where, reason)
        for collection, number in sorted(self._lost.items()):
            records = "1 record is" if number == 1 else f"{number:,} records are"
            yield Problem(f"{self._where}, {collection}", f"{records} missing or damaged")

    def _keys(self) -> Iterator[tuple[str, str, bytes]]:
        """Walk the tree in order, without recursion; no node is visited twice, whatever it says."""
        visited: set[bytes] = set()
        last = ""
        todo: list[tuple[str | None, bytes]] = [(None, self._root)]
        while todo:
            key, cid = todo.pop()
            if key is None:
                if cid in visited:
                    self._lost_nodes += 1
                    continue
                visited.add(cid)
                todo.extend(reversed(self._node(cid)))
                continue
            collection, slash, name = key.partition("/")
            if not slash or key <= last:
                self._lost[collection] += 1
                continue
            last = key
            yield collection, name, cid

    def _node(self, cid: bytes) -> list[tuple[str | None, bytes]]:
        """Return what is below a node, in order: (None, subtree) or (key, record)."""
        try:
            node = self._car.read(cid)
        except Missing:
            node = None
        entries = node.get("e") if isinstance(node, dict) else None
        if not isinstance(entries, list):
            self._lost_nodes += 1
            return []
        found: list[tuple[str | None, bytes]] = []
        if isinstance(node.get("l"), bytes):
            found.append((None, node["l"]))
        before = b""
        for entry in entries:
            key = _key(entry, before)
            if key is None:
                self._lost_nodes += 1
                break
            before = key
            found.append((key.decode("utf-8", "replace"), entry["v"]))
            if isinstance(entry.get("t"), bytes):
                found.append((None, entry["t"]))
        return found


def _key(entry: Any, before: bytes) -> bytes | None:
    """Return the key of an entry, which shares its first `p` bytes with the one before it."""
    if not isinstance(entry, dict) or not isinstance(entry.get("v"), bytes):
        return None
    shared, rest = entry.get("p"), entry.get("k")
    if not isinstance(shared, int) or not isinstance(rest, bytes) or not 0 <= shared <= len(before):
        return None
    key = before[:shared] + rest
    return key if len(key) <= _LONGEST_KEY else None
