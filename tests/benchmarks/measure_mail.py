"""Measure the mail importer: `python measure_mail.py MBOX` prints messages a second and peak memory.

Beside it stands what the standard library needs to parse the same messages, without reading anything from
them (`email`, compat32 policy), so that figures of different machines can be compared. Times are of the CPU.
"""

from __future__ import annotations

import resource
import sys
import time
from collections import Counter
from email import message_from_bytes
from pathlib import Path

from crm.domain.records import Left, Owner
from crm.importers.kit.export import Export
from crm.importers.mail import Importer
from crm.importers.mail.splitting import split_mbox


def measure(path: Path) -> None:
    """Read `path` once and print what was found, in what time and memory."""
    kinds: Counter[str] = Counter()
    left = 0
    begin = time.process_time()
    with Export(path) as export:
        for record in Importer().extract(export, Owner()):
            kinds[type(record).__name__] += 1
            if isinstance(record, Left):
                left += record.number
    seconds = time.process_time() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    begin = time.process_time()
    messages = parsed_by_the_library(path)
    library = time.process_time() - begin
    print(f"{messages:,} messages: {dict(kinds)}, {left:,} left out; peak {peak:.0f} MB")
    print(f"read: {messages / seconds:,.0f} messages/s, {path.stat().st_size / seconds / 1e6:,.0f} MB/s")
    print(f"only parsed by the standard library: {messages / library:,.0f} messages/s")


def parsed_by_the_library(path: Path) -> int:
    """Parse every message with `email` and return how many there are."""
    count = 0
    with path.open("rb") as stream:
        for raw in split_mbox(stream):
            message_from_bytes(raw.head + b"\n\n" + raw.body)
            count += 1
    return count


if __name__ == "__main__":
    measure(Path(sys.argv[1]))
