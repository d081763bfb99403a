"""The shape of the program: who may import whom, how big a file may get, what starting costs."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from importlinter import configuration
from importlinter.application import use_cases

from crm.importers import IMPORTERS

PROJECT = Path(__file__).resolve().parents[1]
PACKAGE = PROJECT / "crm"
LINES_AT_MOST = 450
NETWORK = (
    "socket",
    "ssl",
    "http",
    "urllib.request",
    "smtplib",
    "imaplib",
    "ftplib",
    "socketserver",
    "requests",
    "httpx",
)
HEAVY = ("sqlalchemy", "alembic", "textual", "lxml", "vobject", "msgspec", "sqlite3")

configuration.configure()


def _modules() -> list[Path]:
    return sorted(file for file in PACKAGE.rglob("*.py") if "__pycache__" not in file.parts)


def _loaded_by(code: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter has loaded after some code."""
    ask = "import sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", f"{code}\n{ask}"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        timeout=60,
    )
    return set(done.stdout.splitlines()[-1].split())


def test_every_import_points_downward(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(PROJECT)
    monkeypatch.syspath_prepend(str(PROJECT))
    kept = use_cases.lint_imports(config_filename="pyproject.toml", cache_dir=None)
    assert kept, capsys.readouterr().out


def test_importers_do_not_import_each_other() -> None:
    wrong = []
    for name in IMPORTERS:
        own = PACKAGE / "importers" / name
        files = sorted(own.rglob("*.py")) if own.is_dir() else [own.with_suffix(".py")]
        for file in files:
            for other in set(_imported(file)) & {
                f"crm.importers.{other}" for other in IMPORTERS if other != name
            }:
                wrong.append(f"{file.relative_to(PROJECT)} imports {other}")
    assert wrong == []


def _imported(file: Path) -> list[str]:
    """Return the modules a file imports, each also as the package it lies in."""
    found = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append(node.module)
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return [".".join(name.split(".")[:3]) for name in found]


def test_only_notifiers_speak_to_the_network() -> None:
    """The README promises it; what opens a web page is the user's browser."""
    wrong = [
        f"{file.relative_to(PROJECT)} imports {name}"
        for file in _modules()
        if not file.is_relative_to(PACKAGE / "notifiers")
        for name in _imported(file)
        if name in NETWORK or name.split(".")[0] in NETWORK
    ]
    assert wrong == []


def test_no_file_has_grown_too_long() -> None:
    lengths = {
        str(file.relative_to(PROJECT)): len(file.read_text(encoding="utf-8").splitlines())
        for file in _modules()
    }
    assert {name: length for name, length in lengths.items() if length > LINES_AT_MOST} == {}


def test_every_module_says_what_it_holds() -> None:
    silent = [
        str(file.relative_to(PROJECT))
        for file in _modules()
        if not ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_nothing_in_the_checkout_names_a_package_registry_or_a_local_path() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, encoding="utf-8", check=False
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    hosts = re.compile(rb"py" + rb"pi\.org|pythonhosted\.org|index" + rb"-url", re.IGNORECASE)
    wrong = [
        name
        for name in listed.stdout.split("\0")
        if name and (PROJECT / name).is_file() and hosts.search((PROJECT / name).read_bytes())
    ]
    assert wrong == []


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert _loaded_by("import crm") & {*HEAVY, "click"} == set()


@pytest.mark.parametrize("arguments", [["--help"], ["--version"]])
def test_help_and_version_load_nothing_heavy(arguments: list[str]) -> None:
    code = f"import sys\nfrom crm.cli.program import run\nsys.argv = ['crm']\nassert run({arguments!r}) == 0"
    assert _loaded_by(code) & set(HEAVY) == set()


def test_nothing_happens_when_a_module_is_imported(tmp_path: Path) -> None:
    """No engine, no folder, no configuration file until `main()` asks."""
    code = (
        "import os, pkgutil, importlib, crm\n"
        f"os.environ.update(HOME={str(tmp_path)!r}, XDG_DATA_HOME={str(tmp_path)!r},"
        f" XDG_CONFIG_HOME={str(tmp_path)!r}, XDG_CACHE_HOME={str(tmp_path)!r})\n"
        "for found in pkgutil.walk_packages(crm.__path__, 'crm.'):\n"
        "    if found.name != 'crm.__main__' and '._migrations' not in found.name:\n"
        "        importlib.import_module(found.name)\n"
    )
    _loaded_by(code)
    assert list(tmp_path.iterdir()) == []
