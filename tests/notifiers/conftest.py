"""Real far ends: an HTTP receiver, mail servers with and without TLS, a server that never answers."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from crm.notifiers.protocol import Notice


@pytest.fixture
def notice() -> Notice:
    return Notice("1 waiting for you", "Ada „Ö“ 👩‍🚀: wrote\n  <b>twice</b> & more", "crm-2026-06-01-it", 7)


@dataclass
class Received:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """An HTTP server that keeps what it gets."""

    url: str
    got: list[Received] = field(default_factory=list)
    status: int = 200
    extra: dict[str, str] = field(default_factory=dict)


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.casefold(): value for name, value in self.headers.items()}
            receiver.got.append(Received(self.path, headers, body))
            self.send_response(receiver.status)
            for name, value in receiver.extra.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        do_GET = do_POST  # noqa: N815 - the library's names

        def log_message(self, *args: Any) -> None:
            pass

    return Handler


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="session")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(file)
    return str(file)


def _server_side(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*(names or ("localhost", "127.0.0.1"))).configure_cert(context)
    return context


@pytest.fixture
def receiving(authority: trustme.CA) -> Iterator[Callable[..., Receiver]]:
    """Start HTTP receivers: `receiving()`, `receiving(tls=True)`."""
    servers = []

    def start(tls: bool = False, name: str = "localhost") -> Receiver:
        receiver = Receiver("")
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(receiver))
        if tls:
            server.socket = _server_side(authority, name).wrap_socket(server.socket, server_side=True)
        receiver.url = f"http{'s' if tls else ''}://localhost:{server.server_port}"
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        servers.append(server)
        return receiver

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@dataclass
class Post:
    """A mail server's box."""

    port: int = 0
    mails: list[Any] = field(default_factory=list)
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)
    refuses_recipients: bool = False

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if self.refuses_recipients:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: Any, session: Any, envelope: Any
    ) -> str:
        self.mails.append(envelope)
        return "250 OK"


@pytest.fixture
def mail_server(authority: trustme.CA) -> Iterator[Callable[..., Post]]:
    """Start mail servers: `mail_server("starttls", ("ada", "secret"))`."""
    running = []

    def start(security: str = "none", login: tuple[str, str] | None = None, name: str = "localhost") -> Post:
        post = Post()

        def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
            assert isinstance(data, LoginPassword)
            post.logins.append((data.login, data.password))
            return AuthResult(
                success=login is not None and (data.login, data.password) == tuple(x.encode() for x in login),
                handled=False,
            )

        options: dict[str, Any] = {"hostname": "127.0.0.1", "port": 0}
        if security == "tls":
            options["ssl_context"] = _server_side(authority, name)
        if security == "starttls":
            options |= {"tls_context": _server_side(authority, name), "require_starttls": True}
        if login:
            options |= {"authenticator": authenticate, "auth_required": True}
            options["auth_require_tls"] = security == "starttls"  # or the whole connection is TLS
        with closing(socket.create_server(("127.0.0.1", 0))) as free:
            options["port"] = free.getsockname()[1]
        controller = Controller(post, **options)
        controller.start()
        running.append(controller)
        post.port = options["port"]
        return post

    yield start
    for controller in running:
        controller.stop()


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Return the port of a server that accepts and never says a word."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        kept = []
        threading.Thread(target=lambda: kept.append(server.accept()), daemon=True).start()
        yield server.getsockname()[1]
        for connection, _ in kept:
            connection.close()


@pytest.fixture
def closed_port() -> int:
    """Return a port where nobody listens."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port: int = server.getsockname()[1]
    return port
