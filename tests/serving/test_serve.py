"""`crm serve` as a process, asked by a browser's side without a browser."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import cast
from urllib.parse import unquote, urlsplit

import aiohttp
import pytest
from aiohttp.web import WebSocketResponse
from cli_runner import Crm, command_line, process_environment
from served import PATIENCE, Screen, Serve, Served, browser, programs_of, until

from crm.serving import site
from crm.serving.program import Program, launch

LINUX = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks at the processes of Linux")
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
ROUTES = (
    "/",
    "/static/page.js",
    "/static/js/textual.js",
    "/static/",
    "/ws/x",
    "/download/x",
    "/nothing",
    "//x",
)


# Who is let in


async def test_the_token_is_changed_for_a_cookie_once_and_leaves_the_address(served: Served) -> None:
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\?token=[\w-]{43}", served.address)
    token = served.address.partition("token=")[2]
    async with browser(served) as first, browser(served) as second:
        status, text, headers = await first.enter()
        assert status == 200
        assert token not in text
        assert f'content="0;url=/#{first.key}"' in text
        cookie = headers["Set-Cookie"]
        assert re.fullmatch(rf"crm-{served.port}=[\w-]{{43}}; HttpOnly; Path=/; SameSite=Strict", cookie)
        assert token not in cookie
        assert (await first.get("/"))[0] == 200
        # the address again: the browser that is in already stays in, another one is refused
        assert (await first.enter())[0] == 200
        status, text, headers = await second.enter()
        assert (status, text) == (403, f"{site.USED_UP}\n")
        assert "Set-Cookie" not in headers
        assert (await second.get("/"))[0] == 403


async def test_a_wrong_token_neither_lets_in_nor_uses_the_right_one_up(served: Served) -> None:
    async with browser(served) as one:
        for wrong in ("", "x", served.address[-43:-1], "ü" * 43):
            assert (await one.get("/", params={"token": wrong}))[0] == 403
        async with one.session.head(served.address) as answer:
            assert answer.status == 403
        async with one.session.post(served.address) as answer:
            assert answer.status == 403
        assert (await one.enter())[0] == 200


async def test_without_the_cookie_every_route_is_refused_with_a_sentence(served: Served) -> None:
    async with browser(served) as owner, browser(served) as stranger:
        await owner.enter()
        for route in ROUTES:
            for cookie in (
                {},
                {"Cookie": f"crm-{served.port}=x"},
                {"Cookie": f"crm-{served.port}={owner.key}"},
            ):
                status, text, _ = await stranger.get(route, headers=cookie)
                assert (status, text) == (403, f"{site.NO_COOKIE}\n"), route
            async with stranger.session.post(f"{served.site}{route}", data={"a": "b"}) as answer:
                assert answer.status == 403
        assert (await owner.get("/download/x"))[0] == 404
        assert (await owner.get("/static/../site.py"))[0] == 404
        assert (await owner.get("/static/%2e%2e/site.py"))[0] == 404
        assert (await owner.get("/static/images/background.png"))[0] == 404


async def test_a_page_whose_name_was_bent_to_this_computer_gets_nothing(served: Served) -> None:
    port = served.port
    names = ("evil.example", f"evil.example:{port}", "127.0.0.1", "127.0.0.1:1", f"[::1]:{port}")
    async with browser(served) as one:
        for name in names:
            status, text, headers = await one.get(
                served.address.removeprefix(served.site), headers={"Host": name}
            )
            assert (status, text) == (403, f"{site.WRONG_HOST}\n")
            assert "Set-Cookie" not in headers
        await one.enter()
        for name in names:
            assert (await one.get("/", headers={"Host": name}))[0] == 403
            with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
                await one.connect(Host=name, Origin=f"http://{name}")


async def test_a_websocket_of_another_page_is_refused(served: Served, settings: dict[str, str]) -> None:
    async with browser(served) as one:
        await one.enter()
        for origin in (
            "http://evil.example",
            "null",
            "",
            f"http://localhost:{served.port}",
            f"http://127.0.0.1:{served.port + 1}",
            f"https://127.0.0.1:{served.port}",
        ):
            with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
                await one.connect(Origin=origin)
        with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
            await one.session.ws_connect(f"{served.site}/ws/{one.key}")  # no origin
        right, one.key = one.key, "x" * 43
        with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
            await one.connect()  # the cookie alone, which another port may know
        async with browser(served) as stranger:
            stranger.key = right
            with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
                await stranger.connect()  # the key alone
    if Path("/proc").is_dir():
        assert programs_of(settings) == []


async def test_every_answer_forbids_what_the_page_does_not_need(served: Served) -> None:
    async with browser(served) as one:
        answers = [await one.get("/"), await one.enter()]
        answers += [await one.get(route) for route in ("/", "/static/page.js", "/nothing")]
    assert [status for status, *_ in answers] == [403, 200, 200, 200, 404]
    for _, _, headers in answers:
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["Server"] == "crm"
        assert "Access-Control-Allow-Origin" not in headers
        policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
        assert policy["default-src"] == policy["frame-ancestors"] == "'none'"
        assert policy["script-src"] == "'self'"
        assert set(policy["connect-src"].split()) == {
            "'self'",
            f"ws://127.0.0.1:{served.port}",
            f"ws://localhost:{served.port}",
        }


async def test_the_page_names_nothing_on_another_machine_and_all_it_names_is_there(served: Served) -> None:
    async with browser(served) as one:
        await one.enter()
        to_look_at, seen = ["/"], set()
        while to_look_at:
            name = to_look_at.pop()
            status, text, _ = await one.get(name)
            assert status == 200, name
            seen.add(name)
            if name.endswith(".ttf"):
                continue
            assert not re.search(r"[\"'(=`]\s*(https?:)?//[a-z0-9]", text, re.IGNORECASE), name
            assert "@import" not in text
            if not name.endswith(".js"):
                found = re.findall(r"(?:src|href)=\"([^\"]+)\"|url\(\"([^\"]+)\"\)", text)
                wanted = {a or b for a, b in found} - seen
                to_look_at += [path for path in wanted if not path.startswith("data:")]
    assert seen == {"/", *(f"/static/{name}" for name in site._FILES)}


@LINUX
def test_it_listens_on_this_computer_only(served: Served) -> None:
    listening = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{served.process.pid}/net/{table}").read_text().splitlines()[1:]:
            local, state = line.split()[1], line.split()[3]
            address, port = local.split(":")
            if state == "0A" and int(port, 16) == served.port:
                listening.append(address)
    assert listening == ["0100007F"]  # 127.0.0.1, as this kind of processor writes it


def test_another_address_to_listen_on_cannot_be_asked_for(crm: Crm) -> None:
    for option in ("--host", "--bind"):
        answer = crm.answer("serve", option, "0.0.0.0")
        assert answer.code == 2
        assert option in answer.err


def test_a_port_that_is_taken_is_an_error_with_a_hint(crm: Crm, serve: Serve) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        answer = crm.answer("serve", "--port", port)
    assert answer.code == 2
    assert answer.err.startswith(f"crm: error: cannot listen on port {port}: ")
    assert "hint: leave --port out" in answer.err
    assert answer.out == ""


# What is shown


async def test_a_tab_shows_the_program_and_its_keys_reach_it(served: Served) -> None:
    async with browser(served) as one:
        await one.enter()
        async with one.connect() as tab:
            screen = Screen(tab)
            text = await screen.until("Shall we publish the notes?")
            assert "WAITING FOR YOU" in text
            assert "Ada Lovelace" in text
            await screen.press("2")
            assert "by name" in await screen.until("1 contact")
            await tab.send_json(["ping", "12345"])
            assert await screen.until_asked("pong") == ["pong", "12345"]


async def test_several_tabs_at_once_show_the_same_database(served: Served, crm: Crm) -> None:
    async with browser(served) as one:
        await one.enter()
        async with one.connect() as first, one.connect("?width=nonsense&height=-1") as second:
            left, right = Screen(first), Screen(second)
            await left.until("Shall we publish the notes?")
            await right.until("WAITING FOR YOU")
            await left.press("x")
            await left.until("No reply needed")
            await first.close()
            await right.press("2")
            await right.until("1 contact")
            await right.press("1")
            await second.send_json(["focus"])  # a tab that is looked at again looks again
            await right.until("Nothing is waiting.")
    assert crm.json("today")["waiting"] == []


async def test_a_tab_takes_the_size_it_has(served: Served) -> None:
    async with browser(served) as one:
        await one.enter()
        async with one.connect("?width=60&height=20") as tab:
            screen = Screen(tab)
            await screen.until("Ada Lovelace")
            assert b"\x1b[20;" in screen.painted
            assert b"\x1b[33;" not in screen.painted
            screen.painted = b""
            await tab.send_json(["resize", {"width": 100, "height": 33}])
            await until_painted(screen, b"\x1b[33;")


async def until_painted(screen: Screen, what: bytes) -> None:
    """Read until these bytes are painted."""
    async with asyncio.timeout(PATIENCE):
        while what not in screen.painted:
            await screen._read()


async def test_a_tab_that_says_nonsense_is_closed(served: Served) -> None:
    async with browser(served) as one:
        await one.enter()
        for said in ("no json", "{}", "[]", '["stdin", 1]', '["resize", {"width": "a", "height": 1}]'):
            async with one.connect() as tab:
                await tab.send_str(said)
                await Screen(tab).until_closed()
        assert (await one.get("/"))[0] == 200


async def test_quitting_the_program_closes_its_tab_only(served: Served) -> None:
    async with browser(served) as one:
        await one.enter()
        async with one.connect() as first, one.connect() as second:
            left, right = Screen(first), Screen(second)
            await left.until("Ada Lovelace")
            await right.until("Ada Lovelace")
            await left.press("q")
            await left.until_closed()
            await right.press("2")
            await right.until("1 contact")


async def test_a_program_that_cannot_start_closes_its_tab_and_says_why(
    served: Served, settings: dict[str, str]
) -> None:
    Path(settings["CRM_CONFIG"]).write_text("nonsense = 1\n", encoding="utf-8")
    async with browser(served) as one:
        await one.enter()
        async with one.connect() as tab:
            await Screen(tab).until_closed()
    assert "nonsense" in served.err.read_text(encoding="utf-8")


async def test_the_demo_is_shown_in_a_tab(serve: Serve, settings: dict[str, str]) -> None:
    served = serve("demo", "serve")
    async with browser(served) as one:
        await one.enter()
        async with one.connect() as tab:
            await Screen(tab).until("WAITING FOR YOU")
    assert not Path(settings["CRM_DATABASE_URL"]).exists()


async def test_the_demo_that_an_empty_program_offers_is_shown_and_left_again(
    serve: Serve, settings: dict[str, str]
) -> None:
    served = serve()
    async with browser(served) as one:
        await one.enter()
        async with one.connect() as tab:
            screen = Screen(tab)
            await screen.until("Look at the demo")
            await tab.send_json(["resize", {"width": 100, "height": 33}])
            await screen.press("d")
            await screen.until("WAITING FOR YOU")
            await until_painted(screen, b"\x1b[33;")  # in the size that the tab has now
            await screen.press("q")
            await screen.until("Look at the demo")
            await screen.press("q")
            await screen.until_closed()


@pytest.mark.sqlite(reason="names databases by their paths")
async def test_the_database_that_db_names_is_shown(serve: Serve, crm: Crm, tmp_path: Path) -> None:
    crm.run("--db", tmp_path / "other.db", "add", "Somebody Else", "x:else")
    crm.run("--db", tmp_path / "other.db", "log", "Somebody", "Hello there", "--in", "--platform", "x")
    for args in (("--db", "other.db", "serve"), ("serve", "--db", tmp_path / "other.db")):
        served = serve(*args)
        async with browser(served) as one:
            await one.enter()
            async with one.connect() as tab:
                text = await Screen(tab).until("Hello there")
                assert "Somebody Else" in text
                assert "Ada" not in text


@pytest.mark.sqlite(reason="writes into its file")
def test_a_database_that_cannot_be_used_is_said_before_anything_is_served(settings: dict[str, str]) -> None:
    Path(settings["CRM_DATABASE_URL"]).write_text("this is no database, whatever its name says\n" * 100)
    done = subprocess.run(
        command_line(["serve"]),
        env=process_environment(settings),
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 6
    assert done.stdout == b""
    assert done.stderr.startswith(b"crm: error: ")


async def test_an_address_is_opened_by_the_browser_that_shows_the_program(served: Served) -> None:
    async with browser(served) as one:
        await one.enter()
        async with one.connect() as tab:
            screen = Screen(tab)
            await screen.until("Ada Lovelace")
            await screen.press("o")
            await screen.until("This leaves the terminal for:")
            await screen.press("\r")
            asked = await screen.until_asked("open_url")
            assert asked == ["open_url", {"url": "https://x.com/ada", "new_tab": True}]


async def test_nothing_but_web_and_mail_addresses_reaches_the_browser() -> None:
    said: list[str] = []

    class Tab:
        async def send_str(self, text: str) -> None:
            said.append(text)

        send_bytes = close = send_str

    program = Program(launch((), None), cast("WebSocketResponse", Tab()))
    for url in ("javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "JAVASCRIPT:x", "//x", ""):
        await program.on_meta(json.dumps({"type": "open_url", "url": url, "new_tab": True}).encode())
    assert said == []
    await program.on_meta(
        json.dumps({"type": "open_url", "url": "https://x.example/", "new_tab": True}).encode()
    )
    assert [json.loads(text)[0] for text in said] == ["open_url"]


@POSIX
def test_open_gives_the_browser_a_private_page_and_no_secret(
    crm: Crm, serve: Serve, settings: dict[str, str], tmp_path: Path
) -> None:
    got = tmp_path / "got"
    fake = tmp_path / "xdg-open"
    fake.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {got}.new; mv {got}.new {got}\n', encoding="utf-8")
    fake.chmod(0o755)
    settings |= {"PATH": f"{tmp_path}:/usr/bin:/bin", "DISPLAY": ":0", "TMPDIR": str(tmp_path)}
    served = serve("serve", "--open")
    asyncio.run(until(got.exists, "the browser is opened"))
    (argument,) = got.read_text(encoding="utf-8").splitlines()
    assert served.address.partition("token=")[2] not in argument
    page = Path(unquote(urlsplit(argument).path))
    assert f'content="0;url={served.address}"' in page.read_text(encoding="utf-8")
    assert page.parent.stat().st_mode & 0o077 == 0
    assert page.stat().st_mode & 0o077 == 0
    served.end()
    assert not page.parent.exists()


def test_open_without_a_desktop_says_so_and_serves(crm: Crm, serve: Serve, settings: dict[str, str]) -> None:
    if sys.platform in ("darwin", "win32"):
        pytest.skip("there is always a desktop")
    served = serve("serve", "--open")
    served.end()
    assert "there is no browser here" in served.err.read_text(encoding="utf-8")


# Secrets


@LINUX
async def test_no_secret_is_seen_among_the_processes_or_in_what_is_said(
    served: Served, settings: dict[str, str]
) -> None:
    token = served.address.partition("token=")[2]
    async with browser(served) as one:
        _, _, headers = await one.enter()
        cookie = re.search(r"=([\w-]{43});", headers["Set-Cookie"])
        assert cookie
        async with one.connect() as tab:
            await Screen(tab).until("Ada Lovelace")
            await one.get("/nothing")
            programs = programs_of(settings)
            assert len(programs) == 1
            for number in (served.process.pid, *programs):
                for part in ("cmdline", "environ"):
                    text = Path(f"/proc/{number}/{part}").read_bytes().decode()
                    for secret in (token, one.key, cookie[1]):
                        assert secret not in text
            line = Path(f"/proc/{programs[0]}/cmdline").read_bytes().split(b"\0")
            assert line[1:] == [b"-P", b"-m", b"crm", b""]  # no shell, no database, no address
    assert served.end() == 143
    assert served.err.read_text() == ""
    assert served.process.stdout is not None


# How it ends


@LINUX
async def test_closing_a_tab_ends_its_program(served: Served, settings: dict[str, str]) -> None:
    async with browser(served) as one:
        await one.enter()
        async with one.connect() as tab:
            await Screen(tab).until("Ada Lovelace")
            assert len(programs_of(settings)) == 1
        await until(lambda: programs_of(settings) == [], "the program of the closed tab is gone")
        async with one.connect() as tab:
            await Screen(tab).until("Ada Lovelace")


@POSIX
async def test_closing_a_tab_saves_the_note_that_was_being_written(served: Served, crm: Crm) -> None:
    async with browser(served) as one:
        await one.enter()
        async with one.connect() as tab:
            screen = Screen(tab)
            await screen.until("Ada Lovelace")
            await screen.press("\r")
            await screen.until("NOTES")
            await screen.press("n")
            await screen.until("back")
            await screen.press("Half a thought")
            await screen.until("thought")
        for _ in range(200):
            if "Half a thought" in crm.json("show", "Ada")["notes"]:
                break
            await asyncio.sleep(0.1)
        else:
            pytest.fail("the note was not saved")


async def ended_quietly(served: Served, settings: dict[str, str], code: int) -> None:
    assert await asyncio.to_thread(served.process.wait, PATIENCE) == code
    assert programs_of(settings) == []
    assert served.err.read_text(encoding="utf-8") == ""


@LINUX
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
async def test_a_signal_ends_the_server_and_every_program(
    number: signal.Signals, code: int, served: Served, settings: dict[str, str]
) -> None:
    async with browser(served) as one:
        await one.enter()
        async with one.connect() as first, one.connect() as second:
            await Screen(first).until("Ada Lovelace")
            # the second may be anywhere between its start and its screen
            await until(lambda: len(programs_of(settings)) == 2, "both programs run")
            served.process.send_signal(number)
            await Screen(first).until_closed()
            await Screen(second).until_closed()
        await ended_quietly(served, settings, code)
    with socket.socket() as free:
        free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        free.bind(("127.0.0.1", served.port))


@LINUX
async def test_a_server_ended_while_a_program_is_starting_says_nothing(
    served: Served, settings: dict[str, str]
) -> None:
    async with browser(served) as one:
        await one.enter()
        async with one.connect() as tab:
            await until(lambda: len(programs_of(settings)) == 1, "the program runs, and shows nothing yet")
            served.process.send_signal(signal.SIGTERM)
            await Screen(tab).until_closed()
        await ended_quietly(served, settings, 143)


@LINUX
async def test_programs_end_although_their_server_was_killed(
    served: Served, settings: dict[str, str]
) -> None:
    async with browser(served) as one:
        await one.enter()
        async with one.connect() as tab:
            await Screen(tab).until("Ada Lovelace")
            served.process.kill()
            await Screen(tab).until_closed()
    await until(lambda: programs_of(settings) == [], "the programs of the killed server are gone")


@LINUX
async def test_a_program_that_does_not_end_is_killed(served: Served, settings: dict[str, str]) -> None:
    async with browser(served) as one:
        await one.enter()
        async with one.connect() as tab:
            await Screen(tab).until("Ada Lovelace")
            (program,) = programs_of(settings)
            os.kill(program, signal.SIGSTOP)
        await until(lambda: programs_of(settings) == [], "the program that hangs is killed")


# Without the extra


@pytest.mark.parametrize("missing", ["aiohttp", "textual_serve"])
def test_without_the_extra_the_command_says_how_to_get_it(
    missing: str, crm: Crm, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.startswith("crm.serving.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    answer = crm.answer("serve")
    assert answer.code == 2
    assert answer.err == (
        f"crm: error: to be shown in a browser, crm needs {missing}, which is not installed\n"
        "hint: pip install 'crm[serve]'\n"
    )


def test_other_commands_do_not_load_the_server(settings: dict[str, str]) -> None:
    code = (
        "import sys\nfrom crm.cli.program import run\nassert run(['contacts']) == 0\n"
        "print(*{'aiohttp', 'textual', 'textual_serve', 'crm.serving'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=process_environment(settings),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == ""
