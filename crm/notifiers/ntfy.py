"""ntfy: notices on the telephone, over ntfy.sh or a server of one's own.

Published as JSON to the server's root (docs.ntfy.sh/publish/#publish-as-json), because titles in headers must
be ASCII. Messages over 4,096 bytes become attachments there, so they are cut before.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from crm.domain.errors import ConfigError
from crm.notifiers.kit import net
from crm.notifiers.kit.settings import CA_FILE, TIMEOUT, checked, seconds
from crm.notifiers.protocol import Notice, Setting

_TOPIC = re.compile(r"[-_A-Za-z0-9]{1,64}")
_PRIORITIES = ("min", "low", "default", "high", "max")
_LONGEST = 3_900
_LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Notifier:
    """Publishes a notice to a topic."""

    kind: ClassVar = "ntfy"
    title: ClassVar = "ntfy"
    about: ClassVar = (
        "Sends to the ntfy app on your telephone. On ntfy.sh whoever knows the topic can read it: choose one"
        " that nobody guesses, or a server of your own with a token."
    )
    leaves: ClassVar = True
    wants_calendar: ClassVar = False
    settings: ClassVar = (
        Setting("topic", "what your telephone subscribes to", "crm-k3v9q2", required=True),
        Setting("server", "https://ntfy.sh, unless you have one", "https://ntfy.example.org"),
        Setting("token", "an access token of the server", secret=True),
        Setting("username", "instead of a token, with a password", "ada"),
        Setting("password", "for the username", secret=True),
        Setting("priority", "min, low, default, high or max", "high", choices=_PRIORITIES),
        Setting("tags", "words or names of emoji", "coffee", of=list),
        Setting("click", "an address to open by a tap", "https://example.org"),
        TIMEOUT,
        CA_FILE,
    )

    where: net.Address
    topic: str
    authorization: str | None = field(default=None, repr=False)
    priority: int = 3
    tags: tuple[str, ...] = ()
    click: str | None = None
    timeout: float = 15
    ca_file: str | None = None

    @classmethod
    def make(cls, settings: Mapping[str, Any]) -> Self:
        """Make one from its settings."""
        values = checked(cls.settings, settings)
        where = net.address(values.get("server", "https://ntfy.sh"), "server")
        if not _TOPIC.fullmatch(values["topic"]):
            raise ConfigError(
                "topic must be letters, digits, - and _, at most 64", 'such as: topic = "crm-k3v9q2"'
            )
        authorization = _authorization(values)
        if authorization and not where.secure:
            raise ConfigError("the token would travel unencrypted", "use a server that begins with https://")
        click = values.get("click")
        if click is not None:
            net.address(click, "click")
        return cls(
            where,
            values["topic"],
            authorization,
            _PRIORITIES.index(values.get("priority", "default")) + 1,
            tuple(values.get("tags", ())),
            click,
            seconds(values),
            values.get("ca_file"),
        )

    def send(self, notice: Notice) -> None:
        """Publish it."""
        message = {
            "topic": self.topic,
            "title": notice.title[:_LONGEST_TITLE],
            "message": _cut(notice.text),
            "priority": self.priority,
            **({"tags": list(self.tags)} if self.tags else {}),
            **({"click": self.click} if self.click else {}),
        }
        headers = {"Authorization": self.authorization} if self.authorization else {}
        body = json.dumps(message, ensure_ascii=False).encode()
        net.post(self.where, body, headers, timeout=self.timeout, ca_file=self.ca_file)


def _authorization(values: Mapping[str, Any]) -> str | None:
    token, username, password = (values.get(name) for name in ("token", "username", "password"))
    if token and username:
        raise ConfigError("token and username are both set", "keep one of them")
    if bool(username) != bool(password):
        raise ConfigError("username and password belong together", "set both, or use a token")
    if token:
        if not token.isascii():
            raise ConfigError("the token has letters in it that tokens cannot have", "copy it again")
        return f"Bearer {token}"
    if username:
        pair = base64.b64encode(f"{username}:{password}".encode()).decode("ascii")
        return f"Basic {pair}"
    return None


def _cut(text: str) -> str:
    data = text.encode()
    return text if len(data) <= _LONGEST else data[:_LONGEST].decode("utf-8", "ignore") + "…"
