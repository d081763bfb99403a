"""`crm serve` in a real browser: Chromium without a window, and no other machine to ask."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import web
from devtools import PATIENCE, Chromium, Tab, chromium, chromium_program, colours
from served import Served

from crm.serving import opening


@pytest.fixture(autouse=True)
def _needs_chromium() -> None:
    chromium_program()


async def test_a_browser_shows_the_program_and_its_keys_reach_it(served: Served, tmp_path: Path) -> None:
    token = served.address.partition("token=")[2]
    async with chromium(tmp_path / "profile") as running:
        tab = await running.tab(served.address)
        await tab.until_painted("Shall we publish the notes?")
        await tab.until("document.body.classList.contains('-first-byte')")

        # the secrets are out of sight
        assert await tab.run("location.href") == f"{served.site}/"
        assert await tab.run("document.cookie") == ""
        assert await tab.run("document.referrer") == ""
        history = await tab.call("Page.getNavigationHistory")
        assert token not in str(history)
        (cookie,) = (await tab.call("Network.getCookies"))["cookies"]
        assert (cookie["httpOnly"], cookie["sameSite"], cookie["session"]) == (True, "Strict", True)

        # nothing comes from elsewhere, and the policy forbids nothing that the page wants
        asked = [event["params"]["request"]["url"] for event in tab.named("Network.requestWillBeSent")]
        assert {urlsplit(address).netloc for address in asked if not address.startswith("data:")} == {
            served.host
        }
        assert [
            entry for entry in tab.named("Log.entryAdded") if entry["params"]["entry"]["level"] == "error"
        ] == []
        assert tab.named("Runtime.exceptionThrown") == []
        assert await tab.run("[...document.fonts].every(font => font.status === 'loaded')")

        # the program is painted, and has the keys without a click
        await tab.until("document.activeElement.classList.contains('xterm-helper-textarea')")
        assert len(colours(await tab.screenshot(x=0, y=0, width=300, height=40))) > 10
        (tmp_path / "today.png").write_bytes(await tab.screenshot())
        await tab.press("2")
        await tab.until_painted("1 contact")

        # a second tab is a second program
        other = await running.tab(f"{served.site}/")
        await other.until_painted("Shall we publish the notes?")

        # what ends is said, and begins again by a key
        await other.press("q")
        await other.until("getComputedStyle(document.getElementById('ended')).display === 'flex'")
        await other.until("document.activeElement.id === 'again'")
        other.events.clear()
        await other.press("Enter")
        await other.until_painted("Shall we publish the notes?")
        await asyncio.to_thread(served.end)
        await tab.until("getComputedStyle(document.getElementById('ended')).display === 'flex'")
        (tmp_path / "ended.png").write_bytes(await tab.screenshot())


async def test_a_page_of_the_disk_leads_in_as_open_does(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The browser gives no cookie to a request that began in another page: the way in must bear that."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with opening.opened(served.address, ("true",)):
        (page,) = tmp_path.glob("crm-serve-*/crm.html")
        async with chromium(tmp_path / "profile") as running:
            tab = await running.tab(page.as_uri())
            await tab.until_painted("Shall we publish the notes?")
            assert await tab.run("location.href") == f"{served.site}/"
            assert served.address not in str(await tab.call("Page.getNavigationHistory"))


async def test_an_address_is_opened_by_the_browser_and_knows_nothing_of_us(
    served: Served, tmp_path: Path
) -> None:
    async with chromium(tmp_path / "profile") as running:
        tab = await running.tab(served.address)
        await tab.until_painted("Shall we publish the notes?")
        await tab.until("document.activeElement.classList.contains('xterm-helper-textarea')")
        await tab.press("o")
        await tab.until_painted("This leaves the terminal for:")
        await tab.press("Enter")
        target = await _opened(tab, "https://x.com/ada")
        assert not target["canAccessOpener"]  # so that it cannot lead our page elsewhere
        for address in ("javascript:alert(1)", "file:///etc/passwd", "/", "", None):
            assert await tab.run(f"window.open({address!r})".replace("None", "")) is None


async def _opened(tab: Tab, address: str) -> dict[str, Any]:
    """Wait for a tab with this address, and return what the browser says of it."""
    async with asyncio.timeout(PATIENCE):
        while True:
            targets = (await tab.call("Target.getTargets"))["targetInfos"]
            for target in targets:
                if target["url"] == address:
                    return dict(target)
            await asyncio.sleep(0.02)


@asynccontextmanager
async def _another_server() -> AsyncIterator[tuple[str, list[str]]]:
    """Return the address of a server on another port of this computer, and the cookies it was shown."""
    seen: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append(request.headers.get("Cookie", ""))
        return web.Response(text="<!DOCTYPE html><title>hostile</title>", content_type="text/html")

    site = web.Application()
    site.router.add_get("/", answer)
    runner = web.AppRunner(site)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/", seen
    finally:
        await runner.cleanup()


_TRY_ALL = """
(async () => {
  const socket = path => new Promise(done => {
    const one = new WebSocket("ws://%(host)s" + path);
    one.onopen = () => done("open");
    one.onerror = () => done("refused");
  });
  const frame = () => new Promise(done => {
    const one = document.createElement("iframe");
    one.src = "%(site)s/";
    one.onload = () => done(one.contentDocument ? "empty" : "refused");
    document.body.append(one);
  });
  const read = mode => fetch("%(site)s/", {credentials: "include", mode})
    .then(answer => answer.text()).catch(() => "refused");
  const script = () => new Promise(done => {
    const one = document.createElement("script");
    one.src = "%(site)s/static/page.js";
    one.onload = () => done("loaded");
    one.onerror = () => done("refused");
    document.body.append(one);
  });
  return [await socket("/ws/x"), await socket("/ws/-"), await read("cors"), await script(), await frame(),
          localStorage.length];
})()
"""


async def test_a_page_of_another_server_of_this_computer_gets_nothing(served: Served, tmp_path: Path) -> None:
    async with chromium(tmp_path / "profile") as running, _another_server() as (address, seen):
        tab = await running.tab(served.address)
        await tab.until_painted("Shall we publish the notes?")
        hostile = await _hostile(running, address)
        tried = await hostile.run(_TRY_ALL % {"host": served.host, "site": served.site})
        assert tried == ["refused", "refused", "refused", "refused", "refused", 0]
        # a browser shows it the cookie (cookies know no ports); that is why the cookie alone opens no program
        assert any(f"crm-{served.port}=" in cookie for cookie in seen)
        key = await tab.run("localStorage.getItem('crm')")
        tried = await hostile.run(
            f"new Promise(done => {{ const one = new WebSocket('ws://{served.host}/ws/{key}');"
            " one.onopen = () => done('open'); one.onerror = () => done('refused') })"
        )
        assert tried == "refused"


async def _hostile(running: Chromium, address: str) -> Tab:
    tab = await running.tab(address)
    await tab.until("document.title === 'hostile'")
    return tab
