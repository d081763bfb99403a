"""Nobody else on the machine can read anything of ours, not for a moment, whatever the umask says."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crm import config
from crm.db.store import Store
from crm.domain.cadence import Rules
from crm.services import backup_restore, backups, editing, exporting, prompting

pytestmark = [
    pytest.mark.sqlite(reason="its files"),
    pytest.mark.skipif(os.name != "posix", reason="modes are a matter of POSIX"),
]
PROJECT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
MASKS = [0o000, 0o022, 0o077]


def exposed(folder: Path) -> dict[str, str]:
    """Return everything below a folder that others could read, with its mode."""
    found = {}
    for path in folder.rglob("*"):
        try:
            mode = stat.S_IMODE(path.lstat().st_mode)
        except FileNotFoundError:
            continue
        if mode & 0o077 and not path.is_symlink():
            found[str(path.relative_to(folder))] = f"{mode:04o}"
    return found


@contextmanager
def watched(folder: Path) -> Iterator[dict[str, str]]:
    """Look at every file below a folder all the time, so that temporary ones are seen as well."""
    seen: dict[str, str] = {}
    stop = threading.Event()

    def look() -> None:
        while not stop.wait(0.005):
            seen.update(exposed(folder))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()
        seen.update(exposed(folder))


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a folder that others may enter, as a home often is: only our own modes protect what is in it."""
    folder = tmp_path / "home"
    folder.mkdir()
    folder.chmod(0o755)
    return folder


def environment(place: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(PROJECT),
        "HOME": str(place),
        "XDG_DATA_HOME": str(place / "data"),
        "XDG_CONFIG_HOME": str(place / "config"),
        "XDG_STATE_HOME": str(place / "state"),
        "XDG_CACHE_HOME": str(place / "cache"),
        "CRM_NOW": "2026-06-01T09:00:00Z",
        "CRM_TZ": "UTC",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def steps(place: Path, given: Path) -> list[tuple[str, ...]]:
    """Return the command lines of a life with crm: everything that writes a file."""
    out = place / "out"
    return [
        ("import", str(given)),
        ("add", "Ada", "ada@example.org"),
        ("backup",),
        ("backup", str(out / "copy.db")),
        ("import", str(given.with_name("more.vcf"))),
        ("restore", "--yes"),
        ("export", "vcard", str(out / "all.vcf")),
        ("export", "csv", str(out / "all.csv")),
        ("export", "json", str(out / "all.json")),
        ("export", "ics", str(out / "all.ics")),
        ("export", "vcard", "--each", str(out / "each")),
        ("mirror", "--html", str(out / "mirror.html")),
        ("remind", "--deliver"),
        ("copy", "--to", str(out / "moved.db")),
        ("doctor",),
    ]


def exports(folder: Path) -> Path:
    folder.mkdir()
    for name in ("some", "more"):
        (folder / f"{name}.vcf").write_text(
            f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{name} body\r\nN:body;{name};;;\r\nEND:VCARD\r\n", newline=""
        )
    return folder / "some.vcf"


def prepared(place: Path, tmp_path: Path) -> list[tuple[str, ...]]:
    with umask(0o077):
        given = exports(tmp_path / "given")
        (place / "out").mkdir()
        (place / "data" / "crm").mkdir(parents=True)
        calendar = place / "out" / "calendar.ics"
        told = {("notifiers", "calendar", "kind"): "ical", ("notifiers", "calendar", "path"): str(calendar)}
        config.save(told, place / "config" / "crm" / "config.toml")
    return steps(place, given)


def run(arguments: Sequence[str], place: Path, mask: int) -> str:
    done = subprocess.run(
        arguments,
        env=environment(place),
        cwd=place / "out",
        capture_output=True,
        text=True,
        umask=mask,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


_ONE_AFTER_THE_OTHER = """
import json, os, sys
from crm.__main__ import main
for line in json.loads(sys.argv[1]):
    os.umask(int(sys.argv[2]))
    before, sys.argv = sys.argv, ["crm", *line]
    assert main() == 0, line
    sys.argv = before
"""


def one_after_the_other(lines: list[tuple[str, ...]], mask: int) -> list[str]:
    """Return what runs command lines in one process, which sets its umask anew before each."""
    return [sys.executable, "-c", _ONE_AFTER_THE_OTHER, json.dumps(lines), str(mask)]


def is_everything(place: Path) -> None:
    """Make sure that the steps have written what they should have."""
    written = {path.name for path in place.rglob("*") if path.is_file()}
    assert {"crm.db", "copy.db", "moved.db", "all.vcf", "all.json", "mirror.html", "prompt.json"} <= written
    assert any("before-restore" in name for name in written)


# R100
def test_whatever_the_program_writes_only_the_user_can_read_under_umask_022(place, tmp_path):
    lines = prepared(place, tmp_path)
    with watched(place) as seen:
        run(one_after_the_other(lines, 0o022), place, 0o022)
    assert seen == {}
    is_everything(place)


_CALL = re.compile(
    r"^(?:\d+ +)?(?P<call>openat|open|creat|mkdir|mkdirat|umask|fchmod|chmod|fchmodat)\((?P<rest>.*)"
)


def can_trace(tmp_path: Path) -> bool:
    """Say whether processes can be traced here."""
    if shutil.which("strace") is None:
        return False
    told = ["strace", "-o", str(tmp_path / "try"), "true"]
    return subprocess.run(told, capture_output=True, check=False).returncode == 0


def test_whatever_the_program_writes_only_the_user_can_read_under_umask_000_from_the_first_byte(
    place, tmp_path
):
    """Where strace is: each call that makes something is looked at with the umask of its moment."""
    lines = prepared(place, tmp_path)
    trace = tmp_path / "trace"
    calls = "openat,open,creat,mkdir,mkdirat,umask,chmod,fchmod,fchmodat"
    tracer = ["strace", "-f", "-qq", "-o", str(trace), "-e", f"trace={calls}"] if can_trace(tmp_path) else []
    with watched(place) as seen:
        run([*tracer, *one_after_the_other(lines, 0)], place, 0)
    made = calls_that_make(trace, place) if tracer else 0
    assert seen == {}
    assert made > 30 or not tracer
    is_everything(place)


def calls_that_make(trace: Path, place: Path) -> int:
    """Return how many calls made something, after making sure that each made it for the user only."""
    mask = made = 0
    for call in trace.read_text("utf-8", "replace").splitlines():
        found = _CALL.match(call)
        if found is None:
            continue
        if found["call"] == "umask":
            mask = int(found["rest"].split(")")[0], 8)
        elif str(place) in call and "= -1" not in call:
            mode = _made_with(found["call"], found["rest"])
            if mode is not None:
                made += 1
                assert mode & ~mask & 0o077 == 0, call
    return made


def _made_with(call: str, rest: str) -> int | None:
    """Return the mode that a call asks for, or None if it makes nothing."""
    makes = "O_CREAT" in rest or "O_TMPFILE" in rest or call.startswith(("mkdir", "creat", "chmod", "fchmod"))
    modes = re.findall(r", (0[0-7]{2,4})\)? ", rest)
    return int(modes[-1], 8) if makes and modes else None


@pytest.mark.parametrize("mask", MASKS, ids=lambda mask: f"umask {mask:03o}")
def test_the_services_alone_keep_files_private_without_the_programs_umask(mask, place, monkeypatch):
    """Whoever uses the services, or a screen under test, has not set the umask: the calls themselves must."""
    monkeypatch.setenv("XDG_STATE_HOME", str(place / "state"))
    with umask(mask), watched(place) as seen:
        store = Store.open(place / "data" / "crm.db", rules=Rules(zone=UTC), now=lambda: NOW)
        try:
            for name in ("Ada", "Bo"):
                store.write(editing.add, name)
            made = backups.backup(store)
            backups.backup(store, place / "stick" / "copy.db")
            store.write(editing.add, "Cy")
            for form, ending in (("vcard", "vcf"), ("csv", "csv"), ("json", "json")):
                exporting.to_file(store, form, place / f"all.{ending}")
            prompting.refresh(store)
            store.tidy()
        finally:
            store.close()
        for _ in range(2):  # over one that works, then over one that is gone
            with backup_restore.prepared(store.path, made) as ready:
                backup_restore.put_back(ready, NOW)
            store.path.unlink()
        config.save({("floor",): "words"}, place / "config" / "config.toml")
    assert seen == {}
