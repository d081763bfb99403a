"""What a notifier is: one way of telling the user, made from its settings, that sends one notice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple, Protocol, Self


class Setting(NamedTuple):
    """One thing a notifier can be told in the configuration."""

    name: str
    about: str
    """For people, in a few words."""
    example: str = ""
    required: bool = False
    secret: bool = False
    """A password or token: comes from the keyring, a command or a private file (`services.secrets`)."""
    of: type = str
    """`str`, `int`, `bool`, `list` (of texts; one text will do) or `dict` (of texts)."""
    choices: tuple[str, ...] = ()
    in_clear: bool = False
    """A secret that may stand in the configuration all the same, as addresses may that hold one."""


class Notice(NamedTuple):
    """One message, ready to send: plain text, cleaned, with no more names in it than the user wants."""

    title: str
    text: str
    key: str
    """The same whenever the same digest is sent again: for a Message-ID, a tag, an idempotency key."""
    contact: int | None = None
    """The first contact it speaks of, for a click."""
    calendar: bytes = b""
    """The coming dates as iCalendar, for notifiers with `wants_calendar`."""
    choices: tuple[tuple[str, str], ...] = ()
    """(action, label) of what can be done from it: `open`, `snooze`, `done`; for notifiers that ask."""


class Sent(Protocol):
    """A notice that can still be answered; what `send` gives back where the notifier asks."""

    def answer(self) -> str | None:
        """Wait, some minutes at most, until one of the choices is made; None: none was."""


class Notifier(Protocol):
    """One module in `crm/notifiers/` has one class `Notifier` that looks like this."""

    kind: ClassVar[str]
    """Equal to the module's name: `desktop`."""
    title: ClassVar[str]
    """For people: `Desktop notice`."""
    about: ClassVar[str]
    """What it needs and does, in a sentence."""
    leaves: ClassVar[bool]
    """What it is given leaves this computer; then it is told numbers only, unless the user says otherwise."""
    wants_calendar: ClassVar[bool]
    settings: ClassVar[tuple[Setting, ...]]

    @classmethod
    def make(cls, settings: Mapping[str, Any]) -> Self:
        """Make one from its settings, secrets included.

        Raises:
            ConfigError: one is missing or makes no sense.

        """

    def send(self, notice: Notice) -> Sent | None:
        """Send one notice, within some seconds.

        Raises:
            NotifierError: it could not be sent, with what to do; never with a secret in it.

        """
