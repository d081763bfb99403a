"""Laying the program aside (ctrl+z, `kill -STOP`) and taking it up again (`fg`).

Textual (8.2) gives the terminal back when it is told to stop and takes it again when it goes on, but paints
nothing then. Told to go on without having been told to stop (SIGSTOP cannot be heard; systemd sends SIGCONT
after each SIGTERM) it starts everything a second time: two threads share the keys, and the terminal is left
raw at the end. And it does all that inside of signal handlers: one that comes while a frame is being handed
to the thread that writes waits for ever for that thread's lock. So both signals are heard by the loop.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
from typing import Any, cast

from textual import on
from textual.app import App
from textual.driver import Driver

_LOOK = 2.0
"""Seconds between two looks whether the terminal is still there."""


class Suspending(App[None]):
    """An app that can be laid aside."""

    def heed_stops(self) -> None:
        """See to stopping, going on and being interrupted, instead of Textual; the terminal is ours."""
        if sys.platform != "win32" and self._driver is not None and self._driver.can_suspend:
            loop = asyncio.get_running_loop()
            loop.add_signal_handler(signal.SIGTSTP, cast("Any", self._driver)._sigtstp_application)
            loop.add_signal_handler(signal.SIGCONT, self._go_on)
            loop.add_signal_handler(signal.SIGINT, self.leave, 128 + signal.SIGINT)
            self.set_interval(_LOOK, self._end_without_terminal)

    def leave(self, return_code: int) -> None:
        """Save what is unsaved and end."""
        self.exit(return_code=return_code)

    def _end_without_terminal(self) -> None:
        """End when the terminal is gone and SIGHUP did not say so, as under `nohup`.

        Textual's thread would read the end of its input as fast as it can, for ever.
        """
        look = select.poll()
        look.register(sys.__stdin__.fileno() if sys.__stdin__ else 0, 0)
        if any(mask & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _, mask in look.poll(0)):
            # the thread that wrote has ended at the first error: nobody takes what is put into its queue
            cast("Any", self._driver)._writer_thread._queue.maxsize = 0
            self.leave(128 + signal.SIGHUP)

    def _go_on(self) -> None:
        """Take the terminal."""
        # of Textual's own: what its driver knows of having given the terminal back
        driver = cast("Any", self._driver)
        if self._exit or driver is None or not driver._auto_restart:
            return
        if not driver._must_signal_resume:
            driver.suspend_application_mode()
            driver._must_signal_resume = True
        driver.resume_application_mode()

    @on(Driver.SignalResume)
    def _paint_again(self) -> None:
        """Paint everything: the terminal shows nothing of ours any more, and may have another size."""
        self.refresh(layout=True)
        self.on_app_focus()

    def on_app_focus(self) -> None:
        """Do what is to be done when the user is back."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what this terminal can do: none in a browser, none on Windows."""
        if action == "suspend_process":
            return sys.platform != "win32" and self._driver is not None and self._driver.can_suspend
        return super().check_action(action, parameters)

    def action_suspend_process(self) -> None:
        """Give the user their shell back, until `fg`."""
        if sys.platform == "win32":
            return
        if os.getpgrp() == os.getsid(0):  # a window of our own: nobody is there who could wake us
            self.notify("There is no shell behind this to go back to.", markup=False)
            return
        # all of the job, as the terminal does it: a script that started us is waited for, too
        os.kill(0, signal.SIGTSTP)
