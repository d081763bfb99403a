"""What every test may use: the project's root, the team's reference files, and which database it runs on.

Tests open databases by a path. On a server each path stands for a database of its own there
(tests/support/postgres_server.py), so that the same tests run on both: where there is a server, those of the
folders in `TWICE` do so by themselves, and with `--database postgresql` all of them run on it.
"""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import postgres_server
import pytest
from hypothesis import settings
from postgres_server import PostgresServer
from sqlalchemy import URL, Engine

from crm import paths
from crm.db import server, server_urls
from crm.db.store import Store

# How fast is measured in the benchmarks; on a busy machine a deadline would fail what is right.
settings.register_profile("crm", deadline=None)
settings.load_profile("crm")

PROJECT = Path(__file__).resolve().parents[1]
TWICE = ("db", "services")
"""Folders whose tests are about what is stored."""
_TOUCHING = {"tmp_path", "tmp_path_factory"}
"""Whoever opens a database has asked for one of these, at least by another fixture."""
_FEWER = 5
"""How many times fewer examples of a property are tried on a server, where each is slower."""
_SETTINGS = "_hypothesis_internal_use_settings"
"""Where Hypothesis keeps the settings of a test; it has no public way to change them for one run."""
_databases: dict[str, str] = {}
"""On a server: the database that a path stands for."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what tests can be told: to write what importers read, and the database to run on."""
    parser.addoption(
        "--update-expected",
        action="store_true",
        help="write tests/exports/*/*.expected.jsonl from what the importers yield now",
    )
    parser.addoption(
        "--database",
        choices=("both", "sqlite", "postgresql"),
        default="both",
        help="the database that the tests run on; both: all on SQLite, and what is about the database also "
        "on PostgreSQL where its binaries are (a server is started) or CRM_TEST_POSTGRES_URL names one",
    )


def pytest_collection_finish() -> None:
    """Look for garbage as rarely as the program itself does, and never in what is loaded and stays.

    It is a fifth of the time of a test that starts the terminal UI.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)


def pytest_report_header(config: pytest.Config) -> str:
    """Say which databases there are."""
    if config.getoption("--database") == "both" and not postgres_server.available():
        return "database: SQLite alone; there are neither PostgreSQL's binaries nor CRM_TEST_POSTGRES_URL"
    return f"database: {config.getoption('--database')}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let what is about the database run on each kind of it."""
    folder = metafunc.definition.path.relative_to(PROJECT / "tests").parts[0]
    if (
        metafunc.config.getoption("--database") == "both"
        and folder in TWICE
        and not _TOUCHING.isdisjoint(metafunc.fixturenames)
        and "postgres" not in metafunc.fixturenames  # runs on a server whatever the others do
        and metafunc.definition.get_closest_marker("sqlite") is None
        and metafunc.definition.get_closest_marker("once") is None
        and postgres_server.available()
    ):
        metafunc.parametrize("database_kind", ("sqlite", "postgresql"), indirect=True, scope="session")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is about SQLite alone when the tests run on a server."""
    if config.getoption("--database") != "postgresql":
        return
    if not postgres_server.available():
        raise pytest.UsageError("there is no PostgreSQL: neither its binaries nor CRM_TEST_POSTGRES_URL")
    for item in items:
        marker = item.get_closest_marker("sqlite")
        if marker is not None:
            item.add_marker(pytest.mark.skip(reason=f"about SQLite: {marker.kwargs['reason']}"))


@pytest.fixture(scope="session", autouse=True)
def database_kind(request: pytest.FixtureRequest) -> str:
    """Return the kind of database that a test runs on: `sqlite` or `postgresql`."""
    asked = request.config.getoption("--database")
    return str(getattr(request, "param", "sqlite" if asked == "both" else asked))


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the team's folder of reference files beside the project; skip the test where it is absent."""
    folder = PROJECT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the shared reference files are not on this machine")
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Return a running server, one for this process; skip the test where there is none."""
    if not postgres_server.available():
        pytest.skip("there is no PostgreSQL: neither its binaries nor CRM_TEST_POSTGRES_URL")
    with postgres_server.running() as server:
        yield server


@pytest.fixture(scope="session")
def database_of(request: pytest.FixtureRequest, database_kind: str) -> Callable[[Path], str]:
    """Return what names the database of a path: the path itself, or the URL of its stand-in on the server."""
    if database_kind == "sqlite":
        return str
    postgres: PostgresServer = request.getfixturevalue("postgres")

    def stand_in(path: Path) -> str:
        key = str(path.absolute())
        if key not in _databases:
            _databases[key] = postgres.ready()
        return _databases[key]

    return stand_in


@pytest.fixture(scope="session")
def copy_database(
    request: pytest.FixtureRequest, database_kind: str, database_of: Callable[[Path], str]
) -> Callable[[Path, Path], None]:
    """Return what copies a database that nobody has open, from one path to another."""
    if database_kind == "sqlite":
        return lambda source, to: (shutil.copy(source, to), None)[1]
    postgres: PostgresServer = request.getfixturevalue("postgres")

    def copied(source: Path, to: Path) -> None:
        _databases[str(to.absolute())] = postgres.copy(database_of(source))

    return copied


@pytest.fixture(scope="session", autouse=True)
def _paths_are_databases(
    request: pytest.FixtureRequest, database_kind: str, database_of: Callable[[Path], str]
) -> Iterator[None]:
    """Let paths name databases on the server, and let stores hand their connections on."""
    if database_kind == "sqlite":
        yield
        return
    postgres: PostgresServer = request.getfixturevalue("postgres")
    original: Any = Store.__dict__["open"].__func__
    create = server.create

    def opened(kind: type[Store], target: str | Path | None = None, **options: Any) -> Store:
        given = str(target or paths.database_file())
        # the demo keeps its own file, and hidden files are ones that the program makes for itself
        mapped = kind is Store and not server_urls.is_meant(given) and not Path(given).name.startswith(".")
        return original(kind, database_of(Path(given)) if mapped else given, **options)

    def created(url: URL) -> Engine:
        engine = create(url)
        ours = url.render_as_string(hide_password=False) in _databases.values()
        return postgres.connections.lend(engine) if ours else engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Store, "open", classmethod(opened))
        patch.setattr(server, "create", created)
        yield


@pytest.fixture(autouse=True)
def _databases_go(request: pytest.FixtureRequest, _paths_are_databases: None) -> Iterator[None]:
    """Give back the databases that a test has used on the server."""
    before = set(_databases)
    yield
    for key in set(_databases) - before:
        request.getfixturevalue("postgres").give_back(_databases.pop(key))


@pytest.fixture(autouse=True)
def _fewer_examples(request: pytest.FixtureRequest, database_kind: str) -> Iterator[None]:
    """Try fewer examples of each property on the server: how many is written on the test, for SQLite."""
    test = getattr(request.node, "obj", None)
    test = getattr(test, "__func__", test)
    usual = getattr(test, _SETTINGS, None)
    if database_kind == "sqlite" or usual is None:
        yield
        return
    setattr(test, _SETTINGS, settings(usual, max_examples=max(usual.max_examples // _FEWER, 3)))
    yield
    setattr(test, _SETTINGS, usual)
