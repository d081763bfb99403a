"""A mail over SMTP: plain text only, to oneself.

Everything is checked before a password is sent: without TLS none is, except to this computer. The server's
own words never become part of an error, because some of them repeat what they were given.
"""

from __future__ import annotations

import re
import smtplib
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from typing import Any, ClassVar, Self

from crm import clock
from crm.domain.errors import ConfigError, NotifierError
from crm.notifiers.kit import net
from crm.notifiers.kit.settings import CA_FILE, TIMEOUT, checked, one_line, seconds
from crm.notifiers.protocol import Notice, Setting

_SECURITY = {"starttls": 587, "tls": 465, "none": 25}
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[^\s@<>,;:\"()\[\]\\]+")
_LOGGED_IN = 235
_EHLO = "[127.0.0.1]"
"""How we greet: not with this computer's name, which would take a slow look-up and be nobody's business."""


@dataclass(frozen=True, slots=True)
class Notifier:
    """Sends a notice by mail."""

    kind: ClassVar = "email"
    title: ClassVar = "E-mail"
    about: ClassVar = "Sends a mail over your mail provider's server (SMTP), as plain text."
    leaves: ClassVar = True
    wants_calendar: ClassVar = False
    settings: ClassVar = (
        Setting("host", "the mail server", "smtp.example.org", required=True),
        Setting("to", "the address to send to", "me@example.org", required=True),
        Setting("from", "the address it comes from; else that of to", "crm@example.org"),
        Setting("security", "starttls (usual), tls or none", "tls", choices=tuple(_SECURITY)),
        Setting("port", "587 for starttls, 465 for tls, 25 for none", "587", of=int),
        Setting("username", "often your address", "me@example.org"),
        Setting("password", "for the username; often one made for apps", secret=True),
        TIMEOUT,
        CA_FILE,
    )

    host: str
    port: int
    security: str
    to: str
    sender: str
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    timeout: float = 15
    ca_file: str | None = None

    @classmethod
    def make(cls, settings: Mapping[str, Any]) -> Self:
        """Make one from its settings."""
        values = checked(cls.settings, settings)
        host, security = one_line(values, "host") or "", values.get("security", "starttls")
        port = values.get("port", _SECURITY[security])
        if not 1 <= port <= 65535:
            raise ConfigError("port must be from 1 to 65535", "such as: port = 587")
        username, password = values.get("username"), values.get("password")
        if bool(username) != bool(password):
            raise ConfigError(
                "username and password belong together",
                "password_keyring = true, password_command or password_file; or neither",
            )
        if password and security == "none" and not net.is_loopback(host):
            raise ConfigError("the password would travel unencrypted", 'set security = "starttls" or "tls"')
        to = _address(values, "to")
        return cls(
            host,
            port,
            security,
            to,
            _address(values, "from") if "from" in values else to,
            username,
            password,
            seconds(values),
            values.get("ca_file"),
        )

    def send(self, notice: Notice) -> None:
        """Send it."""
        message = self._message(notice)
        try:
            with self._connected() as server:
                server.send_message(message, self.sender, [self.to])
        except smtplib.SMTPException as error:
            if isinstance(error.__context__, OSError):  # smtplib wraps what happens while it reads
                raise net.unreachable(self._where, error.__context__, self.timeout) from None
            raise self._refused(error) from None
        except OSError as error:
            raise net.unreachable(self._where, error, self.timeout) from None
        except UnicodeError:  # smtplib's way with names and passwords that are not ASCII
            raise NotifierError(
                f"{self._where} takes no letters beyond ASCII in user name, password or addresses",
                "use ones without",
            ) from None

    @property
    def _where(self) -> str:
        return f"{self.host}:{self.port}"

    def _message(self, notice: Notice) -> EmailMessage:
        plain = self.sender.isascii() and self.to.isascii()
        message = EmailMessage(SMTP if plain else SMTPUTF8)
        message["Subject"] = notice.title
        message["From"] = f"crm <{self.sender}>"
        message["To"] = self.to
        message["Date"] = format_datetime(clock.now())
        domain = self.sender.rpartition("@")[2]
        message["Message-ID"] = f"<{notice.key}@{domain if domain.isascii() else 'crm.invalid'}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday replies to this
        message.set_content(notice.text + "\n", cte="quoted-printable")
        return message

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        verified = net.context(self.ca_file)
        server: smtplib.SMTP
        if self.security == "tls":
            server = smtplib.SMTP_SSL(self.host, self.port, _EHLO, timeout=self.timeout, context=verified)
        else:
            server = smtplib.SMTP(self.host, self.port, _EHLO, timeout=self.timeout)
        try:
            if self.security == "starttls":
                server.starttls(context=verified)
            if self.username and self.password:
                _log_in(server, self.username, self.password)
            yield server
            with suppress(smtplib.SMTPException, OSError):  # it has the mail: how it says goodbye is all one
                server.quit()
        finally:
            server.close()

    def _refused(self, error: smtplib.SMTPException) -> NotifierError:
        code = f" ({error.smtp_code})" if isinstance(error, smtplib.SMTPResponseException) else ""
        if isinstance(error, smtplib.SMTPAuthenticationError):
            return NotifierError(
                f"{self._where} does not take the user name or the password{code}",
                "many providers want a password made for this program (an app password)",
            )
        if isinstance(error, smtplib.SMTPNotSupportedError):
            return NotifierError(
                f"{self._where} offers no encryption, or none of our ways to log in",
                'see whether security is right: "tls" for port 465, "starttls" for 587',
            )
        if isinstance(error, smtplib.SMTPRecipientsRefused):
            return NotifierError(f"{self._where} does not take mail to {self.to}", "check the address")
        if isinstance(error, smtplib.SMTPSenderRefused):
            return NotifierError(f"{self._where} takes no mail from {self.sender}{code}", "check from")
        if isinstance(error, smtplib.SMTPServerDisconnected):
            return NotifierError(
                f"{self._where} ended the conversation",
                'see whether security is right: "tls" for port 465, "starttls" for 587',
            )
        return NotifierError(f"{self._where} does not take the mail{code}", "it is tried again later")


def _log_in(server: smtplib.SMTP, username: str, password: str) -> None:
    if username.isascii() and password.isascii():
        server.login(username, password)
        return
    # smtplib's login speaks ASCII only; servers take UTF-8 (RFC 4616)
    server.ehlo_or_helo_if_needed()
    code, said = server.docmd("AUTH", f"PLAIN {_plain(username, password)}")
    if code != _LOGGED_IN:
        raise smtplib.SMTPAuthenticationError(code, said)


def _plain(username: str, password: str) -> str:
    return b64encode(f"\0{username}\0{password}".encode()).decode("ascii")


def _address(values: Mapping[str, Any], name: str) -> str:
    address = (one_line(values, name) or "").strip()
    if not _ADDRESS.fullmatch(address):
        raise ConfigError(f"{name} must be one e-mail address", f'such as: {name} = "me@example.org"')
    return address
