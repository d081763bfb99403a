"""The server's life: it listens on this computer only, says its address, and ends with all its programs."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable

from aiohttp import web

from crm.domain.errors import UsageError
from crm.serving.gate import HOST, Gate
from crm.serving.program import GRACE, Launch
from crm.serving.site import make_site


def serve(launch: Launch, port: int, ready: Callable[[str], None]) -> int:
    """Serve until a signal ends it; return the exit code: 0 after Ctrl-C, else 128 and the signal's number.

    Args:
        launch: how to start the program, once per tab.
        port: where to listen; 0 for any free one.
        ready: is given the address that lets one browser in, once the server listens there.

    Raises:
        UsageError: the port cannot be had.

    """
    # It would call a program ended before its first screen "failed to start", on our standard error. One that
    # really failed has said why itself, in the same place.
    logging.getLogger("textual-serve").setLevel(logging.CRITICAL)
    return asyncio.run(_serve(launch, port, ready))


async def _serve(launch: Launch, port: int, ready: Callable[[str], None]) -> int:
    gate = Gate()
    # what is asked for holds secrets: no access log
    runner = web.AppRunner(make_site(gate, launch), access_log=None, shutdown_timeout=GRACE + 5)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, HOST, port).start()
        except OSError as error:
            raise UsageError(
                f"cannot listen on port {port}: {os.strerror(error.errno).lower() if error.errno else error}",
                "leave --port out: a free one is found",
            ) from error
        gate.port = runner.addresses[0][1]
        told = _told_to_end()
        ready(gate.address)
        return await told
    finally:
        await runner.cleanup()


def _told_to_end() -> asyncio.Future[int]:
    """Return what will be the exit code when a signal asks for the end."""
    loop = asyncio.get_running_loop()
    told: asyncio.Future[int] = loop.create_future()

    def tell(code: int) -> None:
        if not told.done():
            told.set_result(code)

    if sys.platform != "win32":  # there, asyncio has Ctrl-C cancel what runs, which cleans up as well
        # Ctrl-C is the way to end a server, not an interruption of it
        for number, code in ((signal.SIGINT, 0), (signal.SIGTERM, 143), (signal.SIGHUP, 129)):
            if signal.getsignal(number) is not signal.SIG_IGN:  # `nohup` wants it so
                loop.add_signal_handler(number, tell, code)
    return told
