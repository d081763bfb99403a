"""A hundred more ways of being told, through Apprise: Matrix, Telegram, Pushover, Signal gateways and so on.

Apprise is an optional extra of 14 MB and takes half a second to load, so it is loaded when a notice is sent.
Its default text is HTML, in which a name could load pictures: everything is sent as plain text.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Self

from crm.domain.errors import ConfigError, NotifierError
from crm.domain.text import clean
from crm.notifiers.kit import net
from crm.notifiers.kit.settings import TIMEOUT, checked, seconds
from crm.notifiers.protocol import Notice, Setting

if TYPE_CHECKING:
    from apprise import NotifyBase


@dataclass(frozen=True, slots=True)
class Notifier:
    """Hands a notice to Apprise."""

    kind: ClassVar = "apprise"
    title: ClassVar = "Apprise"
    about: ClassVar = (
        "Reaches a hundred more services by an Apprise address, such as matrixs://."
        " Needs: pip install 'crm[apprise]'."
    )
    leaves: ClassVar = True
    wants_calendar: ClassVar = False
    settings: ClassVar = (
        Setting("url", "an Apprise address; most hold a password", "tgram://...", required=True, secret=True),
        TIMEOUT,
    )

    url: str = field(repr=False)
    timeout: float = 15

    @classmethod
    def make(cls, settings: Mapping[str, Any]) -> Self:
        """Make one from its settings."""
        values = checked(cls.settings, settings)
        scheme, separator, _ = values["url"].partition("://")
        if not separator or not scheme:
            raise ConfigError("url is no Apprise address", 'such as: "tgram://TOKEN/CHAT"')
        if scheme.casefold() == "mailto":
            raise ConfigError("mailto:// sends the password unencrypted", 'use mailtos://, or kind = "email"')
        return cls(values["url"], seconds(values))

    def send(self, notice: Notice) -> None:
        """Send it."""
        try:
            from apprise import Apprise, NotifyFormat
        except ImportError:
            raise NotifierError(
                "Apprise is not installed", "install it: pip install 'crm[apprise]'"
            ) from None
        # what it logs holds texts and addresses
        log = logging.getLogger("apprise")
        log.addHandler(logging.NullHandler())
        log.propagate = False
        # not the service's own `notify`, which converts nothing: HTML services would get our text as HTML
        services = Apprise(self._service())
        try:
            sent = bool(services.notify(body=notice.text, title=notice.title, body_format=NotifyFormat.TEXT))
        except Exception as error:  # noqa: BLE001 - a hundred plugins raise what they like
            raise NotifierError(
                f"{self._shown} could not be reached ({type(error).__name__})", "check the address"
            ) from None
        if not sent:
            raise NotifierError(
                f"{self._shown} did not take the notice",
                "try the address with Apprise's own program, which says more: apprise -vv -b test URL",
            )

    @property
    def _shown(self) -> str:
        return f"Apprise ({clean(self.url.partition('://')[0], limit=20)}://)"

    def _service(self) -> NotifyBase:
        from apprise import Apprise, AppriseAsset

        # no plugins from the user's folders, one after the other, in this thread
        asset = AppriseAsset(plugin_paths=[], async_mode=False, secure_logging=True)
        service = Apprise.instantiate(self.url, asset=asset, suppress_exceptions=True)
        if service is None:
            raise ConfigError("url is no address that Apprise knows", "see Apprise's list of services")
        service.socket_connect_timeout = service.socket_read_timeout = self.timeout
        in_clear = not service.secure and self.url.partition("://")[0].casefold() in _schemes(
            service.protocol
        )
        if in_clear and service.password and not net.is_loopback(service.host or ""):
            raise ConfigError("url would send the password unencrypted", "use the secure form of the address")
        return service


def _schemes(protocol: Any) -> tuple[str, ...]:
    return (protocol,) if isinstance(protocol, str) else tuple(protocol or ())
