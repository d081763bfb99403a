"""Nobody else on the machine can read anything of ours, not for a moment, whatever the umask says."""

from __future__ import annotations

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
MASKS = [0o000, 0o022]


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
        while not stop.is_set():
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
        timeout=120,
    )
    assert done.returncode == 0, f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.mark.parametrize("mask", MASKS, ids=["umask 000", "umask 022"])
def test_whatever_the_program_writes_only_the_user_can_read_at_every_moment(mask, place, tmp_path):
    lines = prepared(place, tmp_path)
    with watched(place) as seen:
        for line in lines:
            run([sys.executable, "-m", "crm", *line], place, mask)
    assert seen == {}
    written = {path.name for path in place.rglob("*") if path.is_file()}
    assert {"crm.db", "copy.db", "moved.db", "all.vcf", "all.json", "mirror.html", "prompt.json"} <= written
    assert any("before-restore" in name for name in written)


_CALL = re.compile(
    r"^(?:\d+ +)?(?P<call>openat|open|creat|mkdir|mkdirat|umask|fchmod|chmod|fchmodat)\((?P<rest>.*)"
)


@pytest.mark.skipif(shutil.which("strace") is None, reason="there is no strace")
def test_the_system_calls_show_no_file_made_for_others(place, tmp_path):
    """From the first byte: each call that makes something is looked at with the umask of its moment."""
    lines = prepared(place, tmp_path)
    trace = tmp_path / "trace"
    calls = "openat,open,creat,mkdir,mkdirat,umask,chmod,fchmod,fchmodat"
    made = 0
    for line in lines:
        try:
            run(["strace", "-f", "-qq", "-o", str(trace), "-e", f"trace={calls}", sys.executable, "-m", "crm",
                 *line], place, 0)  # fmt: skip
        except AssertionError as error:
            if "ptrace" in str(error):
                pytest.skip("strace may not trace here")
            raise
        mask = 0
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
    assert made > 30


def _made_with(call: str, rest: str) -> int | None:
    """Return the mode that a call asks for, or None if it makes nothing."""
    makes = "O_CREAT" in rest or "O_TMPFILE" in rest or call.startswith(("mkdir", "creat", "chmod", "fchmod"))
    modes = re.findall(r", (0[0-7]{2,4})\)? ", rest)
    return int(modes[-1], 8) if makes and modes else None


def test_the_services_alone_keep_files_private_without_the_programs_umask(place, tmp_path, monkeypatch):
    """Whoever uses the services, or a screen under test, has not set the umask: the calls themselves must."""
    monkeypatch.setenv("XDG_STATE_HOME", str(place / "state"))
    with umask(0), watched(place) as seen:
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
