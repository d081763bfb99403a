"""A POST with JSON to any address: for home automation, chat servers, scripts of one's own."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from crm.domain.errors import ConfigError
from crm.notifiers.kit import net
from crm.notifiers.kit.settings import CA_FILE, TIMEOUT, checked, seconds
from crm.notifiers.protocol import Notice, Setting

_PLACES = re.compile(r"\{(title|text|key)\}")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_OURS = frozenset({"content-length", "transfer-encoding", "host", "connection", "idempotency-key"})
_USUAL = '{"title": "{title}", "text": "{text}", "key": "{key}"}'


@dataclass(frozen=True, slots=True)
class Notifier:
    """Posts a notice to a web address."""

    kind: ClassVar = "webhook"
    title: ClassVar = "Webhook"
    about: ClassVar = (
        "Posts JSON to an address of your choice. The header Idempotency-Key is the same when the same notice"
        " is sent again; with a secret, X-Crm-Signature-256 holds the body's HMAC-SHA256."
    )
    leaves: ClassVar = True
    wants_calendar: ClassVar = False
    settings: ClassVar = (
        Setting(
            "url", "where to post to", "https://example.org/hook", required=True, secret=True, in_clear=True
        ),
        Setting("template", "the JSON to send, with {title}, {text} and {key}", '{"content": "{text}"}'),
        Setting("headers", "further headers", 'X-Room = "home"', of=dict),
        Setting("token", "sent as Authorization: Bearer", secret=True),
        Setting("secret", "signs what is sent", secret=True),
        TIMEOUT,
        CA_FILE,
    )

    where: net.Address
    template: Any
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    token: str | None = field(default=None, repr=False)
    secret: str | None = field(default=None, repr=False)
    timeout: float = 15
    ca_file: str | None = None

    @classmethod
    def make(cls, settings: Mapping[str, Any]) -> Self:
        """Make one from its settings."""
        values = checked(cls.settings, settings)
        where = net.address(values["url"])
        token = values.get("token")
        if token and not where.secure:
            raise ConfigError(
                "the token would travel unencrypted", "use an address that begins with https://"
            )
        try:
            template = json.loads(values.get("template", _USUAL))
        except (ValueError, RecursionError):
            raise ConfigError(
                "template is no JSON", """such as: template = '{"content": "{title}: {text}"}'"""
            ) from None
        return cls(
            where,
            template,
            _headers(values.get("headers", {})),
            token,
            values.get("secret"),
            seconds(values),
            values.get("ca_file"),
        )

    def send(self, notice: Notice) -> None:
        """Post it."""
        says = {"title": notice.title, "text": notice.text, "key": notice.key}
        body = json.dumps(_filled(self.template, says), ensure_ascii=False).encode()
        headers = {**self.headers, "Idempotency-Key": notice.key}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if self.secret:
            signature = hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
            headers["X-Crm-Signature-256"] = f"sha256={signature}"
        net.post(self.where, body, headers, timeout=self.timeout, ca_file=self.ca_file)


def _filled(template: Any, says: Mapping[str, str]) -> Any:
    """Fill the texts of a template; after parsing, so that no quote in a name ends a text."""
    if isinstance(template, str):
        return _PLACES.sub(lambda place: says[place[1]], template)
    if isinstance(template, list):
        return [_filled(one, says) for one in template]
    if isinstance(template, dict):
        return {key: _filled(one, says) for key, one in template.items()}
    return template


def _headers(given: Mapping[str, str]) -> dict[str, str]:
    for name, value in given.items():
        if not _HEADER.fullmatch(name) or name.casefold() in _OURS:
            raise ConfigError(f"headers: {name!r} cannot be set", "name another header")
        if not value.isprintable() or not value.isascii():
            raise ConfigError(f"headers: what {name} says cannot be sent", "use plain ASCII text")
    return dict(given)
