"""The pages: one, with textual-serve's terminal on it, and the websocket behind it.

Every answer, refusals too, carries headers that let the page load nothing from elsewhere, be shown in no
other page, and leave nothing in a cache. Nothing is logged: addresses hold secrets.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import textual_serve
from aiohttp import WSCloseCode, WSMsgType, web

from crm.serving.gate import Gate
from crm.serving.program import Launch, Program

_PAGE = Path(__file__).parent / "page"
_TERMINAL = Path(textual_serve.__file__).parent / "static"
_FILES = {
    "page.css": _PAGE,
    "page.js": _PAGE,
    "css/xterm.css": _TERMINAL,
    "js/textual.js": _TERMINAL,
    "fonts/RobotoMono-VariableFont_wght.ttf": _TERMINAL,
    "fonts/RobotoMono-Italic-VariableFont_wght.ttf": _TERMINAL,
}
"""All that the page loads; a file of textual-serve that is not named here cannot be asked for."""
_ENTER = """<!DOCTYPE html>
<meta charset="utf-8"><title>crm</title><link rel="icon" href="data:,">
<meta http-equiv="refresh" content="0;url=/#{key}">
"""
"""A redirect by the page itself: after one by the server, a browser that came from a link in another page
would not show the cookie yet, which it gives to requests of our own pages only. What is left in the tab's
history is `/`; the key behind the # is never sent anywhere."""
_HEARTBEAT = 15.0
_LONGEST_MESSAGE = 4 * 2**20
_CELLS = range(1, 1001)
"""How wide and how high a screen may be."""

WRONG_HOST = "This is crm, but not under this name: open the address that crm serve printed."
USED_UP = (
    "This address lets one browser in, once, and was used before, or is not complete.\n"
    "If it was not you who used it, end crm serve with Ctrl-C. Started again, it prints a new one."
)
NO_COOKIE = "This browser was not let in: open the address that crm serve printed. It works once."
WRONG_PAGE = "Only a page of crm itself may do this."

_GATE = web.AppKey("gate", Gate)
_LAUNCH = web.AppKey("launch", Launch)
_SOCKETS = web.AppKey("sockets", set[web.WebSocketResponse])


def make_site(gate: Gate, launch: Launch) -> web.Application:
    """Return the site that shows one program per tab to whoever passes the gate."""
    site = web.Application(middlewares=[_guard])
    site[_GATE], site[_LAUNCH], site[_SOCKETS] = gate, launch, set()
    site.add_routes(
        [
            web.get("/", _index),
            web.get("/static/{name:.+}", _file),
            web.get("/ws/{key}", _show),
        ]
    )
    site.on_response_prepare.append(_add_headers)
    site.on_shutdown.append(_close_all)
    return site


@web.middleware
async def _guard(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Let nobody further who does not belong here, whatever they ask for."""
    gate = request.app[_GATE]
    if not gate.is_host(request.headers.getall("Host", [])):
        return _refusal(WRONG_HOST)
    admitted = gate.admits(request.cookies.get(gate.cookie_name))
    if request.method == "GET" and request.path == "/" and "token" in request.query:
        return _enter(gate) if admitted or gate.redeem(request.query["token"]) else _refusal(USED_UP)
    if not admitted:
        return _refusal(NO_COOKIE)
    return await handler(request)


def _refusal(sentence: str) -> web.Response:
    return web.Response(status=403, text=sentence + "\n")


def _enter(gate: Gate) -> web.Response:
    """Change the token for the cookie, and lead to an address without secrets."""
    answer = web.Response(text=_ENTER.format(key=gate.key), content_type="text/html")
    answer.set_cookie(gate.cookie_name, gate.cookie, path="/", httponly=True, samesite="Strict")
    return answer


async def _index(_request: web.Request) -> web.StreamResponse:
    return web.FileResponse(_PAGE / "index.html")


async def _file(request: web.Request) -> web.StreamResponse:
    name = request.match_info["name"]
    if name not in _FILES:
        raise web.HTTPNotFound(text="There is no such file.\n")
    return web.FileResponse(_FILES[name] / name)


async def _show(request: web.Request) -> web.StreamResponse:
    """Run the program for one tab, as long as it stays open."""
    gate = request.app[_GATE]
    host = request.headers["Host"]
    if not gate.is_origin(request.headers.get("Origin"), host):
        return _refusal(WRONG_PAGE)
    if not gate.admits_page(request.match_info["key"]):
        return _refusal(WRONG_PAGE)
    socket = web.WebSocketResponse(heartbeat=_HEARTBEAT, max_msg_size=_LONGEST_MESSAGE)
    await socket.prepare(request)
    program = Program(request.app[_LAUNCH], socket)
    request.app[_SOCKETS].add(socket)
    try:
        await program.start(_cells(request.query.get("width"), 80), _cells(request.query.get("height"), 24))
        await _relay(socket, program)
    finally:
        request.app[_SOCKETS].discard(socket)
        await program.stop()
        await socket.close()
    return socket


async def _relay(socket: web.WebSocketResponse, program: Program) -> None:
    """Hand on what the tab says until it is closed, or says what no page of ours would."""
    async for message in socket:
        if message.type is not WSMsgType.TEXT:
            return
        try:
            said = message.json()
        except ValueError:
            return
        match said:
            case ["stdin", str(text)]:
                await program.send_bytes(text.encode("utf-8", "replace"))
            case ["resize", {"width": int(width), "height": int(height)}]:
                await program.set_terminal_size(_cells(width, 80), _cells(height, 24))
            case ["ping", str(sent)]:
                await socket.send_json(["pong", sent])
            case ["focus"]:
                await program.focus()
            case ["blur"]:
                await program.blur()
            case _:
                return


def _cells(given: str | int | None, usual: int) -> int:
    """Return a number of columns or rows, the usual one where it is none."""
    try:
        number = int(given or usual)
    except ValueError:
        return usual
    return number if number in _CELLS else usual


async def _add_headers(request: web.Request, response: web.StreamResponse) -> None:
    # 'self' includes websockets in today's browsers, not in older ones
    sockets = " ".join(f"ws://{host}" for host in request.app[_GATE].hosts)
    policy = (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",  # the terminal measures and colours its cells with style elements
        "font-src 'self'",
        "img-src 'self' data:",
        f"connect-src 'self' {sockets}",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'none'",
    )
    response.headers.update(
        {
            "Content-Security-Policy": "; ".join(policy),
            "Cache-Control": "no-store",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Referrer-Policy": "no-referrer",
            "Server": "crm",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
        }
    )


async def _close_all(site: web.Application) -> None:
    """Close every tab's screen, which ends its program."""
    sockets = site[_SOCKETS]
    for socket in list(sockets):
        await socket.close(code=WSCloseCode.GOING_AWAY)
