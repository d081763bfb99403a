"""A real `crm serve` for tests: the process, its address, a browser's side of it, and its programs."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from cli_runner import command_line, process_environment

PATIENCE = 60.0


class Served:
    """A running server."""

    def __init__(self, args: Sequence[object], settings: Mapping[str, str], folder: Path) -> None:
        self.err = folder / "serve.err"
        with self.err.open("wb") as err:
            self.process = subprocess.Popen(
                command_line(args),
                cwd=folder,
                env=process_environment(settings, {"PYTHONUNBUFFERED": ""}),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=err,
            )
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().decode().strip()
        assert self.address, self.err.read_text()
        self.host = urlsplit(self.address).netloc
        self.port = int(self.host.rpartition(":")[2])
        self.site = f"http://{self.host}"

    def end(self) -> int:
        """End it, unless it has ended, and return its exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.wait(PATIENCE)
        finally:
            if self.process.poll() is None:
                self.process.kill()
            assert self.process.stdout is not None
            self.process.stdout.close()


Serve = Callable[..., Served]


def programs_of(settings: Mapping[str, str]) -> list[int]:
    """Return the processes that show a screen in a browser on the database of this test; Linux only."""
    mark = f"CRM_DATABASE_URL={settings['CRM_DATABASE_URL']}".encode()
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            try:
                environment = (folder / "environ").read_bytes().split(b"\0")
            except OSError:
                continue
            if mark in environment and any(line.startswith(b"TEXTUAL_DRIVER=") for line in environment):
                found.append(int(folder.name))
    return found


async def until(condition: Callable[[], bool], what: str) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"never: {what}"
        await asyncio.sleep(0.05)


class Browser:
    """What a browser does, without one: it keeps the cookie and the key, and sends its origin."""

    def __init__(self, served: Served) -> None:
        self.served = served
        # a browser keeps cookies of 127.0.0.1, too
        self.session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self.key = ""

    async def get(self, path: str, **options: Any) -> tuple[int, str, Mapping[str, str]]:
        """Ask for a page; return the status, the text and the headers."""
        async with self.session.get(f"{self.served.site}{path}", allow_redirects=False, **options) as answer:
            return answer.status, (await answer.read()).decode("latin-1"), answer.headers

    async def enter(self) -> tuple[int, str, Mapping[str, str]]:
        """Open the address that was printed; keep the key."""
        status, text, headers = await self.get(self.served.address.removeprefix(self.served.site))
        if found := re.search(r"url=/#([\w-]+)", text):
            self.key = found[1]
        return status, text, headers

    def connect(self, size: str = "?width=120&height=40", **headers: str) -> Any:
        """Return a websocket to a program, as our page opens it."""
        return self.session.ws_connect(
            f"{self.served.site}/ws/{self.key}{size}",
            headers={"Origin": self.served.site, **headers},
            max_msg_size=0,
        )


@asynccontextmanager
async def browser(served: Served) -> AsyncIterator[Browser]:
    """Return a browser's side of a server."""
    made = Browser(served)
    async with made.session:
        yield made


class Screen:
    """What a program has painted into a tab, as text."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.painted = b""
        self.asked: list[list[Any]] = []
        """What the program asked of the browser."""

    async def until(self, words: str) -> str:
        """Read until some words are painted after the last key; return what was painted."""
        async with asyncio.timeout(PATIENCE):
            while words not in self.text:
                await self._read()
        return self.text

    async def until_asked(self, what: str) -> list[Any]:
        """Read until the program asks something of the browser."""
        async with asyncio.timeout(PATIENCE):
            while True:
                for asked in self.asked:
                    if asked[0] == what:
                        return asked
                await self._read()

    async def until_closed(self) -> None:
        """Read until the server closes the tab's screen."""
        async with asyncio.timeout(PATIENCE):
            while not self.socket.closed:
                await self._read(ended=True)

    async def _read(self, ended: bool = False) -> None:
        message = await self.socket.receive()
        if message.type is aiohttp.WSMsgType.BINARY:
            self.painted += message.data
        elif message.type is aiohttp.WSMsgType.TEXT:
            self.asked.append(message.json())
        else:
            assert ended, f"the screen was closed after {self.text[-2000:]}"

    @property
    def text(self) -> str:
        """What was painted, without the commands to the terminal."""
        return re.sub(r"\x1b(\[[0-9;?<>=$ ]*[@-~]|.)", "", self.painted.decode("utf-8", "replace"))

    async def press(self, keys: str) -> None:
        """Press keys; what was painted before is forgotten."""
        self.painted = b""
        await self.socket.send_json(["stdin", keys])
