"""One program for one browser tab: started with the tab, ended with it.

The bytes between the program and the tab are textual-serve's protocol. What is changed here: no shell starts
the program; the program may show several screens one after the other (the demo does); it ends as it does when
a terminal is closed, which saves what was being written; and a tab never waits for a program that is gone.
The names of textual-serve (1.1) with an underscore are not public: tests with a real server pin them.
"""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from aiohttp.web import WebSocketResponse
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

GRACE = 10.0
"""Seconds a program may take to end by itself; to be killed in an import costs that import, nothing else."""
_OPENABLE = ("http://", "https://", "mailto:")


@dataclass(frozen=True, slots=True)
class Launch:
    """How to start the program."""

    command: Sequence[str]
    """The program and its arguments: every user of the computer can see them."""
    environment: Mapping[str, str]
    """What it finds in its environment besides that of this process."""


def launch(arguments: Sequence[str], database: str | None) -> Launch:
    """Return how to start `crm` as it runs here.

    Args:
        arguments: what follows `crm`.
        database: a path or URL, or None for the configured one. It may hold a password: the environment
            can be read by the user only, the arguments by everybody.

    """
    # -P: a folder that happens to be the current one is no place to load modules from
    command = (sys.executable, "-P", "-m", "crm", *arguments)
    return Launch(command, {"CRM_DATABASE_URL": database} if database else {})


class Program(AppService):
    """A running program and the websocket of its tab."""

    def __init__(self, start: Launch, socket: WebSocketResponse) -> None:
        super().__init__(
            "",
            write_bytes=socket.send_bytes,
            write_str=socket.send_str,
            close=_closer(socket),
            download_manager=DownloadManager(),
        )
        self._launch = start
        self._cells = (80, 24)

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Process:
        """Start the program without a shell; what it says on standard error goes to ours."""
        self._cells = (width, height)
        process = await asyncio.create_subprocess_exec(
            *self._launch.command,
            stdin=PIPE,
            stdout=PIPE,
            env={**self._build_environment(width, height), **self._launch.environment},
            # Ctrl-C in our terminal is for us, who end the programs
            start_new_session=sys.platform != "win32",
        )
        nothing = asyncio.StreamReader()
        nothing.feed_eof()
        process.stderr = nothing  # `AppService.run` wants to read one
        self._process, self._stdin = process, process.stdin
        return process

    async def run(self) -> None:
        """Carry what the program paints to the tab; close the tab's screen when the program is gone."""
        try:
            await super().run()
        finally:
            await self.remote_close()

    async def on_data(self, payload: bytes) -> None:
        """Paint. A tab that is gone is no reason to stop reading: the program would wait for us to go on."""
        with suppress(ConnectionResetError):
            await super().on_data(payload)

    async def on_meta(self, data: bytes) -> None:
        """Do what the program asks of the browser."""
        asked = json.loads(data)
        if asked.get("type") == "exit":
            assert self._process is not None
            assert self._process.stdout is not None
            # A screen has ended. Another one of the same program begins with a line of its own.
            if await self._process.stdout.readline():
                await self.set_terminal_size(*self._cells)
            return
        if asked.get("type") == "open_url" and not str(asked.get("url")).startswith(_OPENABLE):
            return
        with suppress(ConnectionResetError):
            await super().on_meta(data)

    async def set_terminal_size(self, width: int, height: int) -> None:
        """Tell the program how many cells there are."""
        self._cells = (width, height)
        await super().set_terminal_size(width, height)

    async def stop(self) -> None:
        """End the program and wait until it is gone."""
        process, reading = self._process, self._task
        if process is None or reading is None:
            return
        self._task = None
        if sys.platform == "win32":
            await self.send_meta({"type": "quit"})
        else:
            with suppress(ProcessLookupError):
                process.terminate()
        try:
            async with asyncio.timeout(GRACE):
                await asyncio.shield(reading)
                await process.wait()
        except TimeoutError:
            pass
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()


def _closer(socket: WebSocketResponse) -> Callable[[], Coroutine[None, None, None]]:
    async def close() -> None:
        await socket.close()

    return close
