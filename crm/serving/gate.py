"""Who is let in: one browser, by an address that works once. No I/O, so that all of it can be tested.

Anything on this computer can reach a port of it, and any web page can ask a browser to do so. What stands
against that: the host name must be ours (a page whose name was rebound to 127.0.0.1 has another), a websocket
must come from our own page, and every request needs the cookie that the one-time token was changed for.
Browsers give a cookie to every port of a host (RFC 6265, section 8.5), so that a server on another port could
see it; therefore the program needs a key as well, which the page keeps where only its own port can read.
"""

from __future__ import annotations

import secrets

HOST = "127.0.0.1"
_BYTES = 32
"""256 bits: not to be guessed."""


class Gate:
    """The secrets of one run of the server, and the questions asked of them."""

    def __init__(self) -> None:
        self.port = 0
        """Where the server listens; 0 before it does."""
        self.cookie = secrets.token_urlsafe(_BYTES)
        """What the browser that was let in shows with every request."""
        self.key = secrets.token_urlsafe(_BYTES)
        """What the page shows to be given the program."""
        self._token = secrets.token_urlsafe(_BYTES)
        self._used = False

    @property
    def address(self) -> str:
        """The address that lets one browser in, once."""
        return f"http://{HOST}:{self.port}/?token={self._token}"

    @property
    def cookie_name(self) -> str:
        """The cookie's name: two servers on different ports share a browser's cookies."""
        return f"crm-{self.port}"

    @property
    def hosts(self) -> tuple[str, str]:
        """The names of this server in the `Host` header."""
        return f"{HOST}:{self.port}", f"localhost:{self.port}"

    def is_host(self, hosts: list[str]) -> bool:
        """Say whether a request was meant for this server, by all of its `Host` headers."""
        return len(hosts) == 1 and hosts[0] in self.hosts

    def is_origin(self, origin: str | None, host: str) -> bool:
        """Say whether a request comes from a page of this server, under the same name."""
        return host in self.hosts and origin == f"http://{host}"

    def redeem(self, token: str) -> bool:
        """Say whether a token lets somebody in; it does so once."""
        if self._used or not _same(token, self._token):
            return False
        self._used = True
        return True

    def admits(self, cookie: str | None) -> bool:
        """Say whether a request comes from the browser that was let in."""
        return self._used and cookie is not None and _same(cookie, self.cookie)

    def admits_page(self, key: str) -> bool:
        """Say whether a page knows the key."""
        return self._used and _same(key, self.key)


def _same(given: str, right: str) -> bool:
    """Compare in a time that says nothing about how much was right."""
    return secrets.compare_digest(given.encode("utf-8", "replace"), right.encode())
