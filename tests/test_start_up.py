"""What starting each command loads: nothing that it does not need.

A module that a command loads beyond its list costs every user milliseconds at each start. One that no longer
is loaded is a gain to be kept: take it off the list.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from benchmarks import big

from crm.db.store import Store

PROJECT = Path(__file__).resolve().parents[1]
HEAVY = frozenset(
    (
        "aiohttp", "alembic", "anyascii", "apprise", "asyncio", "click", "cryptography", "dateutil",
        "dateutil.parser", "dbus_fast", "desktop_notifier", "email", "http", "importlib.metadata", "inspect",
        "json", "keyring", "libipld", "lxml", "msgspec", "multiprocessing", "phonenumbers", "platformdirs",
        "psycopg", "pyrage", "rapidfuzz", "rich", "smtplib", "sqlalchemy", "sqlalchemy.dialects.postgresql",
        "sqlalchemy.orm", "sqlite3", "ssl", "tarfile", "textual", "tomlkit", "tomllib", "unittest",
        "urllib.request", "vobject", "xml", "xml.sax", "zipfile", "zoneinfo",
    )
)  # fmt: skip
"""What takes ten milliseconds or more to load, or loads what does."""
OURS = ("crm.exporters", "crm.importers", "crm.notifiers", "crm.services", "crm.tui", "crm.vcard")
"""Parts of the program; of most of them a command needs one module or none."""
COMMAND_LINE = {"click", "inspect"}
DATABASE = {
    *COMMAND_LINE,
    # SQLAlchemy itself loads these
    *("asyncio", "email", "importlib.metadata", "sqlalchemy", "sqlite3", "ssl", "zipfile"),
    *("crm.services", "dateutil", "json", "msgspec", "platformdirs", "zoneinfo"),
}
EXPECTED = (
    (["--help"], COMMAND_LINE),
    (["--version"], COMMAND_LINE),
    (["remind", "--prompt"], {"json", "platformdirs"}),
    (["today"], {*DATABASE, "crm.notifiers"}),
    (["contacts", "--json"], DATABASE),
    (["search", "kiln"], DATABASE),
    (["show", "1"], DATABASE),
    # the first change of a day is preceded by a backup, which may be encrypted with a key out of the keyring
    (["log", "1", "Hello"], {*DATABASE, "crm.notifiers"}),
)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, database_of: Callable[[Path], str]) -> str:
    """Return what names a database with some people in it."""
    path = tmp_path_factory.mktemp("start") / "crm.db"
    store = Store.open(path, now=lambda: big.NOW)
    store.write(big.fill, 30, 600)
    store.close()
    return database_of(path)


def _loads(arguments: list[str]) -> set[str]:
    """Return the modules that a fresh process has loaded when a command is done."""
    code = (
        "import sys\n"
        "before = set(sys.modules)\n"
        "import os\n"
        "from crm.__main__ import main\n"
        "out = os.dup(1)\n"
        "os.dup2(os.open(os.devnull, os.O_WRONLY), 1)\n"
        "code = main()\n"
        "sys.stdout.flush()\n"
        "os.write(out, '\\n'.join([str(code), *(set(sys.modules) - before)]).encode())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=PROJECT,
        env={**os.environ, "CRM_NOW": "2026-06-01T09:00:00Z", "CRM_CONFIG": os.devnull, "NO_COLOR": "1"},
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=120,
    )
    code_of_it, *modules = done.stdout.split("\n")
    assert code_of_it == "0", done.stderr
    return set(modules)


def _heavy(modules: set[str]) -> set[str]:
    return modules & {*HEAVY, *OURS}


@pytest.mark.parametrize(
    ("arguments", "expected"), EXPECTED, ids=[" ".join(arguments) for arguments, _ in EXPECTED]
)
def test_a_command_loads_nothing_heavy_beyond_its_list(
    database: str, arguments: list[str], expected: set[str]
) -> None:
    on_server = "://" in database and "sqlalchemy" in expected
    driver = {"psycopg", "sqlalchemy.dialects.postgresql"} if on_server else set()
    assert _heavy(_loads(["--db", database, *arguments])) - expected - driver == set()


def test_no_list_names_what_is_not_watched() -> None:
    assert {name for _, expected in EXPECTED for name in expected} <= {*HEAVY, *OURS}
