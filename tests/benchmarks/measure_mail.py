"""Measure the mail importer: `python measure_mail.py MBOX` prints messages a second and peak memory."""

from __future__ import annotations

import resource
import sys
import time
from collections import Counter
from pathlib import Path

from crm.domain.records import Left, Owner
from crm.importers.kit.export import Export
from crm.importers.mail import Importer


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
    messages = kinds["InteractionRecord"] + left  # a message to several people counts once for each
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{dict(kinds)}, {left} left out")
    print(
        f"{messages / seconds:,.0f} messages/s, {path.stat().st_size / seconds / 1e6:,.0f} MB/s, "
        f"{seconds:.1f} s, peak {peak:.0f} MB"
    )


if __name__ == "__main__":
    measure(Path(sys.argv[1]))
