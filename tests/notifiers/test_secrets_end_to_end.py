"""A password on its way from where it is kept to the server, in real processes: nobody else sees it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crm import paths

pytestmark = [
    pytest.mark.sqlite(reason="nothing is asked of a database"),
    pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="there is no /proc"),
]
PROJECT = Path(__file__).resolve().parents[2]
SECRET = "p/@:%41 \\'ü\"ß+=hunter2"
FORMS = (SECRET, SECRET.encode().hex(), "hunter2", "%41%2041", "p%2F%40")
"""As it is, and as pieces of it would look in a URL."""


class Watched(list[Any]):
    """Logins; at each, what every process on the machine was started with."""

    def __init__(self) -> None:
        super().__init__()
        self.arguments: list[bytes] = []

    def append(self, login: Any) -> None:
        for process in Path("/proc").glob("[0-9]*"):
            for name in ("cmdline", "environ"):
                try:
                    self.arguments.append((process / name).read_bytes())
                except OSError:  # it has ended, or is somebody else's
                    continue
        super().append(login)


def holds(text: bytes) -> bool:
    return any(form.encode() in text for form in FORMS)


@pytest.fixture
def crm(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    settings = {
        "HOME": str(tmp_path),
        "XDG_STATE_HOME": str(tmp_path / "state"),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "CRM_CONFIG": str(tmp_path / "config.toml"),
        "CRM_DATABASE_URL": str(tmp_path / "crm.db"),
        "CRM_NOW": "2026-06-01T09:00:00Z",
        "CRM_TZ": "UTC",
        "CRM_DEBUG": "1",
        "PYTHONPATH": str(PROJECT),
    }

    def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "crm", *arguments],
            env=settings,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )

    return run


# R117
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize(("kept", "right"), [("a file", True), ("a command", False)])
def test_no_argument_output_or_file_of_ours_holds_the_password(
    mail_server, ca_file, crm, tmp_path, kept, right
):
    post = mail_server("starttls", ("ada", SECRET if right else "another"))
    post.logins = Watched()
    safe = tmp_path / "safe" / "mail"
    paths.private_folder(safe.parent)
    paths.private_file(safe)
    safe.write_text(f"{SECRET}\n", "utf-8")
    way = "password_file" if kept == "a file" else "password_command"
    words = str(safe) if kept == "a file" else ["cat", str(safe)]
    (tmp_path / "config.toml").write_text(
        f'[notifiers.mail]\nkind = "email"\nhost = "localhost"\nport = {post.port}\nto = "me@example.org"\n'
        f'username = "ada"\nca_file = "{ca_file}"\n{way} = {json.dumps(words)}\n'
    )
    assert crm("add", "Ada Byron", "ada@example.org").returncode == 0
    said = {words: crm(*words.split()) for words in ("remind --test mail", "remind --status", "doctor")}
    tested = said["remind --test mail"]
    assert tested.returncode == (0 if right else 7), tested
    assert b"Traceback" not in tested.stderr
    if not right:
        assert b"does not take the user name or the password" in tested.stdout + tested.stderr
    assert post.logins == [(b"ada", SECRET.encode())]
    assert len(post.logins.arguments) > 2
    assert not any(holds(text) for text in post.logins.arguments)
    for words, done in said.items():
        assert not holds(done.stdout + done.stderr), words
    ours = [file for file in tmp_path.rglob("*") if file.is_file() and file != safe]
    assert len(ours) >= 2
    assert not [file for file in ours if holds(file.read_bytes())]
