"""Desktop notices over D-Bus (the Desktop Notifications Specification of freedesktop.org).

The body is markup to most servers, which say so in their capabilities: a name with `<b>` in it must not
become bold, and `<img>` must load nothing, so it is escaped for them and left alone for the others.
The library for D-Bus is not there on every system, so it is imported where it is used.
"""

from __future__ import annotations

import asyncio
import html
import threading
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from crm.domain.errors import NotifierError
from crm.notifiers.kit.bus import find_session_bus
from crm.notifiers.protocol import Notice, Sent

if TYPE_CHECKING:
    from dbus_fast import Message
    from dbus_fast.aio import MessageBus

_NAME = "org.freedesktop.Notifications"
_PATH = "/org/freedesktop/Notifications"
_ICON = "appointment-soon"
"""Of the Icon Naming Specification, which every theme follows."""
_PATIENCE = 10.0
"""Seconds for the server to answer."""
_MATCH = f"type='signal',interface='{_NAME}',path='{_PATH}'"
_DEFAULT = "default"
"""The action of a click on the notice itself."""


def show(title: str, body: str, notice: Notice, wait: float) -> Sent | None:
    """Show a notice.

    Args:
        title: plain.
        body: plain; it is escaped here where that is needed.
        notice: whose key and choices it is.
        wait: seconds for which it can be answered, 0 for not.

    Raises:
        NotifierError: there is no bus, nobody on it that shows notices, or no answer.

    """
    from dbus_fast.errors import AuthError, DBusError, InvalidAddressError

    address = find_session_bus()
    if address is None:
        raise NotifierError(
            "there is no desktop session to show a notice in",
            "log in to the desktop; a timer needs DBUS_SESSION_BUS_ADDRESS",
        )
    talk = _Talk(address)
    asks = wait > 0 and bool(notice.choices)
    try:
        number = talk.do(talk.notify(title, body, notice, asks))
    except (TimeoutError, FutureTimeoutError):
        talk.close()
        raise NotifierError(
            f"the desktop did not take the notice within {_PATIENCE:g} seconds", "it is tried again later"
        ) from None
    except (OSError, EOFError, AuthError, DBusError, InvalidAddressError, ValueError) as error:
        talk.close()
        raise NotifierError(
            f"the desktop's message bus cannot be reached ({type(error).__name__})", "log in to the desktop"
        ) from None
    except BaseException:
        talk.close()
        raise
    if asks:
        return _Asked(talk, number, wait)
    talk.close()
    return None


class _Talk:
    """A conversation on the bus, in a thread with a loop of its own, so that answers can come later."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._bus: MessageBus | None = None
        self.answers: Future[str | None] = Future()
        self._shown: int | None = None
        self._early: list[tuple[int, str | None]] = []
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._run, daemon=True, name="crm-desktop").start()

    def _run(self) -> None:
        self._loop.run_forever()
        self._loop.close()

    def do(self, work: Any) -> int:
        running: Future[int] = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return running.result(_PATIENCE)
        finally:
            running.cancel()

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop)

    async def _end(self) -> None:
        if self._bus is not None and self._bus.connected:
            self._bus.disconnect()
            with suppress(Exception):  # it ends with the error that ended it
                await asyncio.wait_for(self._bus.wait_for_disconnect(), 1)  # type: ignore[no-untyped-call]
        self._loop.stop()

    async def notify(self, title: str, body: str, notice: Notice, asks: bool) -> int:
        from dbus_fast import BusType, Variant
        from dbus_fast.aio import MessageBus

        self._bus = await MessageBus(bus_address=self._address, bus_type=BusType.SESSION).connect()
        [capabilities] = await self._call("GetCapabilities")
        if "body-markup" in capabilities:
            body = html.escape(body, quote=False)
        actions = []
        if asks and "actions" in capabilities:
            self._bus.add_message_handler(self._heard)
            await self._call("AddMatch", "s", [_MATCH], to=("org.freedesktop.DBus", "/org/freedesktop/DBus"))
            actions = [word for choice in _with_click(notice) for word in choice]
        hints = {
            "urgency": Variant("y", 1),
            "x-dunst-stack-tag": Variant("s", notice.key),  # what is shown again takes its own place
        }
        [number] = await self._call(
            "Notify", "susssasa{sv}i", ["crm", 0, _ICON, title, body, actions, hints, -1]
        )
        self._shown = int(number)
        for heard in self._early:
            self._settle(*heard)
        if not actions:
            self._settle(self._shown, None)
        return self._shown

    async def _call(
        self,
        member: str,
        signature: str = "",
        body: list[Any] | None = None,
        to: tuple[str, str] = (_NAME, _PATH),
    ) -> list[Any]:
        from dbus_fast import Message, MessageType

        assert self._bus is not None
        reply = await self._bus.call(
            Message(
                destination=to[0],
                path=to[1],
                interface=to[0],
                member=member,
                signature=signature,
                body=body or [],
            )
        )
        if reply is None or reply.message_type is MessageType.ERROR:
            name = str(reply.error_name if reply else "").rpartition(".")[2]
            raise NotifierError(
                f"nothing on this desktop shows notices ({name})",
                "start a notification service, such as dunst",
            )
        return list(reply.body)

    def _heard(self, message: Message) -> None:
        from dbus_fast import MessageType

        if message.message_type is not MessageType.SIGNAL or message.interface != _NAME:
            return
        if message.member == "ActionInvoked":
            number, action = message.body
            self._settle(number, action)
        elif message.member == "NotificationClosed":
            self._settle(message.body[0], None)

    def _settle(self, number: int, action: str | None) -> None:
        if self._shown is None:  # answered before we were told its number
            self._early.append((number, action))
        elif number == self._shown and not self.answers.done():
            self.answers.set_result("open" if action == _DEFAULT else action)


class _Asked:
    """A notice that waits for a click."""

    def __init__(self, talk: _Talk, number: int, wait: float) -> None:
        self._talk = talk
        self._number = number
        self._wait = wait

    def answer(self) -> str | None:
        try:
            return self._talk.answers.result(self._wait)
        except (TimeoutError, FutureTimeoutError):
            return None
        finally:
            self._talk.close()


def _with_click(notice: Notice) -> tuple[tuple[str, str], ...]:
    can_open = any(action == "open" for action, _ in notice.choices)
    return ((_DEFAULT, "Open"), *notice.choices) if can_open else notice.choices
