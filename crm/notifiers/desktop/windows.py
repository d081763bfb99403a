"""Desktop notices on Windows: toasts, with desktop-notifier, which escapes what they say."""

from __future__ import annotations

import asyncio
import logging

from crm.domain.errors import NotifierError

_PATIENCE = 15


def show(title: str, body: str) -> None:
    """Show a notice.

    Raises:
        NotifierError: Windows does not take it.

    """
    from desktop_notifier import DesktopNotifier

    # the library only logs what fails, with the text in it: what it says of success is all there is to go by
    logging.getLogger("desktop_notifier").addHandler(logging.NullHandler())
    logging.getLogger("desktop_notifier").propagate = False
    shown: list[bool] = []

    async def send() -> None:
        toasts = DesktopNotifier("crm", app_icon=None)
        sending = toasts.send(title=title, message=body, on_dispatched=lambda: shown.append(True))
        await asyncio.wait_for(sending, _PATIENCE)

    kind = "it says no more"
    try:
        asyncio.run(send())
    except Exception as error:  # noqa: BLE001 - the library passes on whatever Windows raises
        kind = type(error).__name__
    if not shown:
        raise NotifierError(
            f"Windows does not show the notice ({kind})",
            "allow notices in Settings > System > Notifications",
        )
