"""Chromium without a window, told what to do through its DevTools protocol."""

from __future__ import annotations

import asyncio
import base64
import os
import re
import shutil
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

PATIENCE = 60.0
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_FLAGS = (
    "--headless=new",
    "--disable-gpu",
    "--enable-unsafe-swiftshader",
    "--no-first-run",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
    "--window-size=1280,800",
    # there is no other machine
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)


def chromium_program() -> str:
    """Return where Chromium is; skip the test where it is not."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("there is no Chromium on this machine")
    return found


class Tab:
    """One tab: commands are answered in order, events are kept."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._last = 0
        self.events: list[dict[str, Any]] = []

    async def call(self, method: str, **parameters: Any) -> Any:
        """Send a command and return its result."""
        self._last += 1
        await self._socket.send_json({"id": self._last, "method": method, "params": parameters})
        async with asyncio.timeout(PATIENCE):
            while True:
                answer = await self._socket.receive_json()
                if answer.get("id") == self._last:
                    assert "error" not in answer, f"{method}: {answer['error']}"
                    return answer["result"]
                self.events.append(answer)

    async def start(self, address: str) -> None:
        """Watch the tab and go to an address."""
        for domain in ("Page", "Runtime", "Network", "Log"):
            await self.call(f"{domain}.enable")
        await self.call("Page.navigate", url=address)

    async def run(self, script: str) -> Any:
        """Run JavaScript in the page, wait for its promise, and return its value."""
        done = await self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True, userGesture=False
        )
        assert "exceptionDetails" not in done, done
        return done["result"].get("value")

    async def press(self, key: str) -> None:
        """Press and release a key."""
        text = {"Enter": "\r"}.get(key, key)
        code = {"windowsVirtualKeyCode": 13} if key == "Enter" else {}
        await self.call("Input.dispatchKeyEvent", type="keyDown", key=key, text=text, **code)
        await self.call("Input.dispatchKeyEvent", type="keyUp", key=key, **code)

    async def until(self, script: str) -> Any:
        """Wait until a script gives something true, and return it."""
        deadline = time.monotonic() + PATIENCE
        while not (value := await self.run(script)):
            assert time.monotonic() < deadline, f"never: {script}"
            await asyncio.sleep(0.1)
        return value

    async def until_painted(self, words: str) -> None:
        """Wait until the program has painted some words into the tab."""
        deadline = time.monotonic() + PATIENCE
        while words not in self.painted:
            assert time.monotonic() < deadline, f"never painted: {words}\n{self.painted[-2000:]}"
            await self.call("Browser.getVersion")  # brings events; a script fails while the page changes
            await asyncio.sleep(0.1)

    @property
    def painted(self) -> str:
        """What came through the websocket, without the commands to the terminal."""
        frames = [event["params"]["response"] for event in self.named("Network.webSocketFrameReceived")]
        data = b"".join(base64.b64decode(frame["payloadData"]) for frame in frames if frame["opcode"] == 2)
        return re.sub(r"\x1b(\[[0-9;?<>=$ ]*[@-~]|.)", "", data.decode("utf-8", "replace"))

    def named(self, method: str) -> list[dict[str, Any]]:
        """Return the events of a kind."""
        return [event for event in self.events if event.get("method") == method]

    async def screenshot(self, **clip: int) -> bytes:
        """Return a picture of the tab, or of a part of it, as PNG."""
        await self.call("Page.bringToFront")  # what is hidden is not painted
        options: dict[str, Any] = {"clip": {"scale": 1, **clip}} if clip else {}
        answer = await self.call("Page.captureScreenshot", **options)
        return base64.b64decode(answer["data"])


class Chromium:
    """A running browser."""

    def __init__(self, session: aiohttp.ClientSession, port: int) -> None:
        self._session = session
        self._site = f"http://127.0.0.1:{port}"

    async def tab(self, address: str) -> Tab:
        """Open a tab on an address."""
        async with self._session.put(f"{self._site}/json/new?about:blank") as answer:
            made = await answer.json(content_type=None)
        tab = Tab(await self._session.ws_connect(made["webSocketDebuggerUrl"], max_msg_size=0))
        await tab.start(address)
        return tab

    async def pages(self) -> list[dict[str, Any]]:
        """Return all tabs."""
        async with self._session.get(f"{self._site}/json") as answer:
            return [page for page in await answer.json(content_type=None) if page["type"] == "page"]


@asynccontextmanager
async def chromium(folder: Path) -> AsyncIterator[Chromium]:
    """Start Chromium with a profile of its own; end it with the context."""
    flags = [*_FLAGS, f"--user-data-dir={folder}"]
    if sys.platform != "win32" and os.geteuid() == 0:
        flags.append("--no-sandbox")  # Chromium refuses the superuser otherwise
    process = subprocess.Popen(
        [chromium_program(), *flags, "about:blank"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        port_file = folder / "DevToolsActivePort"
        deadline = time.monotonic() + PATIENCE
        while not port_file.exists() or not port_file.read_text().count("\n"):
            assert process.poll() is None, "Chromium ended at once"
            assert time.monotonic() < deadline, "Chromium never listened"
            await asyncio.sleep(0.1)
        async with aiohttp.ClientSession() as session:
            yield Chromium(session, int(port_file.read_text().split()[0]))
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def colours(png: bytes) -> set[bytes]:
    """Return the different colours of a small picture (PNG, 8 bits, RGB or RGBA, not interlaced)."""
    place, packed, width, bytes_each = 8, b"", 0, 0
    while place < len(png):
        length, kind = struct.unpack(">I4s", png[place : place + 8])
        body = png[place + 8 : place + 8 + length]
        if kind == b"IHDR":
            width, bytes_each = struct.unpack(">I", body[:4])[0], {2: 3, 6: 4}[body[9]]
        elif kind == b"IDAT":
            packed += body
        place += length + 12
    found: set[bytes] = set()
    data, stride = zlib.decompress(packed), width * bytes_each
    before = bytes(stride)
    for start in range(0, len(data), stride + 1):
        before = _unfiltered(data[start], data[start + 1 : start + 1 + stride], before, bytes_each)
        found.update(before[pixel : pixel + 3] for pixel in range(0, stride, bytes_each))
    return found


def _unfiltered(kind: int, line: bytes, above: bytes, step: int) -> bytes:
    """Undo a line's filter (PNG specification, section 9)."""
    out = bytearray(line)
    for place in range(len(out)):
        left = out[place - step] if place >= step else 0
        corner = above[place - step] if place >= step else 0
        up = above[place]
        guess = left + up - corner
        paeth = min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))
        out[place] = (out[place] + (0, left, up, (left + up) // 2, paeth[2])[kind]) & 0xFF
    return bytes(out)
