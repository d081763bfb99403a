"""The command line under test."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from cli_runner import Crm, Process, command_line, process_environment, settings_in

from crm.db import engine, store


@pytest.fixture(scope="session")
def nothing_in_it(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database with nothing in it, to be copied."""
    file = tmp_path_factory.mktemp("empty") / "crm.db"
    engine.create_file(file)
    store._fill(file)
    return file


@pytest.fixture
def settings(tmp_path: Path, database_of: Callable[[Path], str], nothing_in_it: Path) -> dict[str, str]:
    """Return the environment variables of a test: a database of its own, a fixed moment, no configuration."""
    shutil.copy(nothing_in_it, tmp_path / "crm.db")
    return settings_in(tmp_path, database_of(tmp_path / "crm.db"))


@pytest.fixture
def crm(settings: dict[str, str]) -> Crm:
    """Return the command line, on an empty database."""
    return Crm(settings)


@pytest.fixture
def process(settings: dict[str, str], tmp_path: Path) -> Process:
    """Return a function that runs the program as a process of its own and waits for it."""

    def run(
        *args: object, env: Mapping[str, str] | None = None, **options: Any
    ) -> subprocess.CompletedProcess[bytes]:
        options.setdefault("stdin", subprocess.DEVNULL)
        if "input" in options:
            options.pop("stdin")
        options.setdefault("stdout", subprocess.PIPE)
        return subprocess.run(
            command_line(args),
            cwd=tmp_path,
            env=process_environment(settings, env),
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
            **options,
        )

    return run
