"""Work that may hang (a server, a keyring that asks on a screen nobody looks at), given up in time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from crm.domain.errors import CrmError

Result = TypeVar("Result")


def within(seconds: float, work: Callable[[], Result], late: CrmError) -> Result:
    """Do some work in a thread and return its result; what hangs is left behind.

    Raises:
        CrmError: `late`, when it takes longer; and whatever the work raises.

    """
    results: list[Result] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            results.append(work())
        except Exception as error:  # noqa: BLE001 - raised again below, in the thread that waits
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True, name="crm-within")
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    if not results:
        raise late
    return results[0]
