"""Opening the browser on the address that lets it in, which no other user of this computer may see.

The arguments of every process can be read by everybody. So the browser is given a page, in a folder that only
the user can enter, that leads to the address.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

_PAGE = """<!DOCTYPE html>
<meta charset="utf-8"><title>crm</title><meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0;url={address}">
"""


@contextmanager
def opened(address: str, command: Sequence[str]) -> Iterator[None]:
    """Open an address; until the end of the context, a page that leads to it lies on the disk.

    Args:
        address: with its secrets.
        command: the program that opens a page, and its first arguments.

    Raises:
        OSError: the page cannot be written or the program not be started.

    """
    with TemporaryDirectory(prefix="crm-serve-", ignore_cleanup_errors=True) as folder:
        page = Path(folder) / "crm.html"
        page.write_text(_PAGE.format(address=escape(address)), encoding="utf-8")
        subprocess.Popen(  # noqa: S603 - a fixed program, one argument of ours, no shell
            [*command, page.as_uri()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        yield
