"""What people install: a wheel, built here, put into an empty environment and started somewhere else."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel with the backend at hand, else with one that pip fetches."""
    out = tmp_path_factory.mktemp("wheel")
    if importlib.util.find_spec("hatchling"):
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    else:
        command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "-w", str(out), str(PROJECT)]
    built = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    if built.returncode and not importlib.util.find_spec("hatchling"):
        pytest.skip("the build backend is not installed and cannot be fetched")
    assert built.returncode == 0, built.stdout + built.stderr
    (found,) = out.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment that holds the wheel, and sees the dependencies of this one without a network."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, with_pip=False)
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    install = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(python),
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
    ]
    subprocess.run([*install, str(wheel)], check=True, capture_output=True, cwd=home)
    where = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    )
    paths = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    Path(where.stdout.strip(), "dependencies.pth").write_text("\n".join(sorted(paths)), encoding="utf-8")
    return python


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine on which nothing of ours was ever started."""
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    for name in ("PYTHONPATH", "CRM_DATABASE_URL", "CRM_CONFIG", "CRM_NOW"):
        monkeypatch.delenv(name, raising=False)
    work = tmp_path / "somewhere else"
    work.mkdir()
    return work


def _crm(python: Path, cwd: Path, *arguments: str) -> str:
    done = subprocess.run(
        [python.with_name("crm" + python.suffix), *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_holds_the_program_its_data_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for needed in (
        "crm/__main__.py",
        "crm/tui/app.tcss",
        "crm/db/_migrations/env.py",
        "crm/services/demo/material/cast.toml",
        "crm/services/demo/material/talks_en.txt",
    ):
        assert needed in names
    assert any(name.startswith("crm/db/_migrations/versions/0001_") for name in names)
    assert any(name.endswith("/licenses/LICENSE") for name in names)
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"crm"}
    assert not [name for name in names if "__pycache__" in name or name.endswith((".db", ".pyc"))]


def test_the_installed_program_starts_elsewhere_with_nothing_there(python: Path, elsewhere: Path) -> None:
    assert _crm(python, elsewhere, "--version").startswith("crm ")
    assert json.loads(_crm(python, elsewhere, "contacts", "--json")) == []
    _crm(python, elsewhere, "add", "Ada Byron", "ada@example.org")
    assert [contact["name"] for contact in json.loads(_crm(python, elsewhere, "contacts", "--json"))] == [
        "Ada Byron"
    ]
    assert list(elsewhere.iterdir()) == []


def test_the_installed_program_shows_the_demo(python: Path, elsewhere: Path) -> None:
    today = json.loads(_crm(python, elsewhere, "demo", "today", "--json"))
    assert today["waiting"]
    assert today["drifting"]


def test_the_installed_program_runs_the_migrations_it_brought(python: Path, elsewhere: Path) -> None:
    code = (
        "from pathlib import Path; import crm.db; from crm.db import engine, migrate\n"
        "assert migrate.scripts() == Path(crm.db.__file__).parent / '_migrations', migrate.scripts()\n"
        "engine.create_file(Path('old.db'))\n"
        "opened = engine.create(engine.url_of('old.db'))\n"
        "migrate.upgrade(opened)\n"
        "with opened.connect() as connection:\n"
        "    assert migrate.revision(connection) == migrate.head()\n"
    )
    done = subprocess.run([python, "-c", code], cwd=elsewhere, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
