"""What every test may use: the project's root, the team's reference files, and which database it runs on.

Tests open databases by a path. With `--database postgresql` each path stands for a database of its own on a
server that the test session starts (tests/support/postgres_server.py), so that the same tests run on both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import postgres_server
import pytest
from hypothesis import settings
from postgres_server import PostgresServer

from crm import paths
from crm.db.store import Store

# How fast is measured in the benchmarks; on a busy machine a deadline would fail what is right.
settings.register_profile("crm", deadline=None)
settings.load_profile("crm")

PROJECT = Path(__file__).resolve().parents[1]
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
        choices=("sqlite", "postgresql"),
        default="sqlite",
        help="the database that the tests run on; a server is started from its binaries, "
        "or CRM_TEST_POSTGRES_URL names one",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is about SQLite alone when the tests run on a server."""
    if config.getoption("--database") == "sqlite":
        return
    if not postgres_server.available():
        raise pytest.UsageError("there is no PostgreSQL: neither its binaries nor CRM_TEST_POSTGRES_URL")
    for item in items:
        marker = item.get_closest_marker("sqlite")
        if marker is not None:
            item.add_marker(pytest.mark.skip(reason=f"about SQLite: {marker.kwargs['reason']}"))


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
def database_of(request: pytest.FixtureRequest) -> Callable[[Path], str]:
    """Return what names the database of a path: the path itself, or the URL of its stand-in on the server."""
    if request.config.getoption("--database") == "sqlite":
        return str
    server: PostgresServer = request.getfixturevalue("postgres")

    def stand_in(path: Path) -> str:
        key = str(path.absolute())
        if key not in _databases:
            _databases[key] = server.ready()
        return _databases[key]

    return stand_in


@pytest.fixture(scope="session", autouse=True)
def _paths_are_databases(
    request: pytest.FixtureRequest, database_of: Callable[[Path], str]
) -> Iterator[None]:
    """Let paths name databases on the server."""
    if request.config.getoption("--database") == "sqlite":
        yield
        return
    original: Any = Store.__dict__["open"].__func__

    def opened(kind: type[Store], target: str | Path | None = None, **options: Any) -> Store:
        given = str(target or paths.database_file())
        # the demo keeps its own file, and hidden files are ones that the program makes for itself
        mapped = kind is Store and "://" not in given and not Path(given).name.startswith(".")
        return original(kind, database_of(Path(given)) if mapped else given, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Store, "open", classmethod(opened))
        yield


@pytest.fixture(autouse=True)
def _databases_go(request: pytest.FixtureRequest, _paths_are_databases: None) -> Iterator[None]:
    """Remove the databases that a test has made on the server."""
    before = set(_databases)
    yield
    for key in set(_databases) - before:
        request.getfixturevalue("postgres").drop(_databases.pop(key))
