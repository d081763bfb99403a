"""Opening an address: which ones may be opened, and how without spoiling the screen.

Addresses come from other people. Only web and e-mail addresses are ever opened, the user sees the whole
target first, and the opener's own output never reaches the terminal.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlsplit

from crm.domain.errors import CrmError, NotFoundError
from crm.opener import opener

if TYPE_CHECKING:
    from textual.app import App

LONGEST = 2_000
_HOST = re.compile(r"[a-z0-9]([a-z0-9_.-]*[a-z0-9])?\.?|[0-9a-f:.]+")


class Target(NamedTuple):
    """An address that may be opened."""

    url: str
    """Exactly what is opened and shown: printable ASCII only."""
    place: str
    """The host, or the mail address: where one would really get to."""


def target(url: str) -> Target | None:
    """Return what may be opened of an address, or None.

    Anything but http, https and mailto is refused, and so are addresses with a user name before the
    host, which only serve to disguise it. Characters beyond ASCII are escaped, the host in punycode, so
    that what is shown is what is opened.
    """
    if not url or len(url) > LONGEST or any(ord(c) <= 32 or 0x7F <= ord(c) < 0xA0 for c in url):
        return None
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port else ""
    except (ValueError, UnicodeError):
        return None
    scheme = parts.scheme.casefold()
    if scheme == "mailto":
        address = quote(parts.path, safe="@+!#$&'*/=?^_`{|}~.-%")
        # Only the address: a header such as ?attach=/etc/passwd is not for strangers to choose.
        return Target(f"mailto:{address}", address) if "@" in address else None
    if scheme not in ("http", "https") or not _HOST.fullmatch(host) or "@" in parts.netloc:
        return None
    path = quote(parts.path, safe="/%:@!$&'()*+,;=~-._")
    query = f"?{quote(parts.query, safe='/%:@!$&()*+,;=~-._?')}" if parts.query else ""
    fragment = f"#{quote(parts.fragment, safe='/%:@!$&()*+,;=~-._?')}" if parts.fragment else ""
    if ":" in host:
        host = f"[{host}]"
    return Target(f"{scheme}://{host}{port}{path}{query}{fragment}", host)


def targets(urls: Iterable[str]) -> list[Target]:
    """Return the addresses that may be opened, each once."""
    found: dict[str, Target] = {}
    for url in urls:
        one = target(url)
        if one is not None:
            found.setdefault(one.url, one)
    return list(found.values())


def open_target(one: Target, app: App[Any] | None = None) -> None:
    """Open an address in the browser or mail program.

    Args:
        one: the address.
        app: the app that asks; where a browser shows it, that browser opens the address.

    Raises:
        NotFoundError: there is no program to open it with.
        CrmError: it could not be started.

    """
    if app is not None and app.is_web:
        # a mail program needs no empty tab beside it
        app.open_url(one.url, new_tab=not one.url.startswith("mailto:"))
        return
    command = opener()
    if command is None:
        raise NotFoundError("there is no browser here to open it with", "copy the address instead: y")
    try:
        subprocess.Popen(  # noqa: S603 - a fixed program, one checked argument, no shell
            [*command, one.url],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise CrmError(
            f"cannot start {command[0]}: {error.strerror}", "copy the address instead: y"
        ) from error
