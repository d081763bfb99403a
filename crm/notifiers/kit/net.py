"""The network, for notifiers: one POST with limits, and what went wrong in words without any secret.

The decisions to know: certificates are always verified; a redirection is never followed, because what is sent
may hold a token that is meant for this host alone; and no error says more of an address than scheme, host and
port, because the rest of it may be a secret.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from email.message import Message
from typing import IO, NamedTuple
from urllib.parse import urlsplit

from crm import __version__, paths
from crm.domain.errors import ConfigError, NotifierError
from crm.domain.text import clean

_LONGEST_ANSWER = 64 * 1024
_HINTS = {
    400: "see whether the settings are as the service wants them",
    401: "see whether the token or password is right",
    403: "see whether the token or password is right and may do this",
    404: "see whether the address is right",
    413: "the service takes no message that long: choose less with privacy",
    429: "the service wants fewer messages; it is tried again later",
}


class Address(NamedTuple):
    """A web address as far as it may be shown."""

    url: str
    shown: str
    """Scheme, host and port."""
    secure: bool
    """Encrypted, or it does not leave this computer."""

    def __repr__(self) -> str:
        return f"Address({self.shown!r})"


def address(url: str, setting: str = "url") -> Address:
    """Check a web address.

    Raises:
        ConfigError: it is none, or has a password in it.

    """
    hint = f'such as: {setting} = "https://example.org/..."'
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname
    except ValueError:
        raise ConfigError(f"{setting} is no web address", hint) from None
    if parts.scheme not in ("http", "https") or not host or not url.isprintable() or " " in url:
        raise ConfigError(f"{setting} must be a web address", hint)
    if "@" in parts.netloc:
        raise ConfigError(f"{setting} has a name or password in it", "put it into a setting of its own")
    try:
        host = host.encode("idna").decode("ascii") if not host.isascii() else host
    except UnicodeError:
        raise ConfigError(f"{setting} is no web address", hint) from None
    netloc = f"[{host}]" if ":" in host else host
    netloc = f"{netloc}:{port}" if port else netloc
    shown = f"{parts.scheme}://{clean(netloc, limit=120)}"
    ascii_url = parts._replace(netloc=netloc, fragment="").geturl()
    if not ascii_url.isascii():
        raise ConfigError(f"{setting} has letters in it that addresses cannot have", "write them as %XX")
    return Address(ascii_url, shown, parts.scheme == "https" or is_loopback(host))


def is_loopback(host: str) -> bool:
    """Say whether a host is this computer, by its name alone."""
    if host.casefold().rstrip(".") == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def context(ca_file: str | None) -> ssl.SSLContext:
    """Return how to verify servers.

    Raises:
        ConfigError: the file of certificates cannot be used.

    """
    if ca_file is None:
        return ssl.create_default_context()
    try:
        return ssl.create_default_context(cafile=str(paths.expanded(ca_file)))
    except (OSError, ssl.SSLError):
        raise ConfigError(f"ca_file cannot be read as certificates: {ca_file}", "name a PEM file") from None


def post(
    where: Address, body: bytes, headers: Mapping[str, str], *, timeout: float, ca_file: str | None = None
) -> None:
    """Send one POST; anything but success is an error.

    Raises:
        NotifierError: it did not arrive, or the service does not want it.

    """
    given = {"User-Agent": f"crm/{__version__}", "Content-Type": "application/json", **headers}
    request = urllib.request.Request(where.url, body, given, method="POST")  # noqa: S310 - http(s): `address`
    handlers: list[urllib.request.BaseHandler] = [_NoRedirection()]
    if where.url.startswith("https:"):
        handlers.append(urllib.request.HTTPSHandler(context=context(ca_file)))
    opener = urllib.request.build_opener(*handlers)
    try:
        with opener.open(request, timeout=timeout) as answer:
            answer.read(_LONGEST_ANSWER)
    except urllib.error.HTTPError as error:
        with error:
            raise _refused(where, error.code) from None
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise unreachable(where.shown, error, timeout) from None


def unreachable(where: str, error: Exception, timeout: float) -> NotifierError:
    """Say in plain words why a server could not be spoken to; never in the error's own."""
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, ssl.SSLCertVerificationError):
        return NotifierError(
            f"{where} shows a certificate that is not valid for it",
            "see whether the address is right; for a certificate of your own set ca_file",
        )
    if isinstance(reason, TimeoutError):
        return NotifierError(
            f"{where} did not answer within {timeout:g} seconds", "it is tried again; see whether it runs"
        )
    if isinstance(reason, socket.gaierror):
        return NotifierError(f"{where} cannot be found", "check the address, and whether you are online")
    if isinstance(reason, ConnectionRefusedError):
        return NotifierError(f"{where} accepts no connection", "see whether it runs, and the port")
    if isinstance(reason, ssl.SSLError):
        return NotifierError(f"{where} does not speak TLS as it should", "check the address and the port")
    return NotifierError(
        f"{where} cannot be spoken to ({type(reason).__name__})",
        "see whether it runs, and whether you are online",
    )


class _NoRedirection(urllib.request.HTTPRedirectHandler):
    """Refuses to go elsewhere: the answer is then an error with its number."""

    def redirect_request(
        self,
        req: urllib.request.Request,  # noqa: ARG002
        fp: IO[bytes],  # noqa: ARG002
        code: int,  # noqa: ARG002
        msg: str,  # noqa: ARG002
        headers: Message,  # noqa: ARG002
        newurl: str,  # noqa: ARG002
    ) -> None:
        return None


def _refused(where: Address, code: int) -> NotifierError:
    if 300 <= code < 400:
        return NotifierError(
            f"{where.shown} sends us elsewhere ({code})", "write the new address into the configuration"
        )
    name = http.client.responses.get(code, "")
    hint = _HINTS.get(code, "it is tried again later" if code >= 500 else "check the settings")
    return NotifierError(f"{where.shown} answers {code} {name}".rstrip(), hint)
