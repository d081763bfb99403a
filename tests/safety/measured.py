"""Runs `crm` as a process of its own and measures what it took: memory at its peak and processor time.

The peak is that of the process image (`VmHWM`), since `getrusage` of a child also counts what its parent held
when it was started.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from cli_runner import NOW, Answer, Crm, process_environment

from crm.db import moving
from crm.db.store import Store
from crm.services import editing

MIB = 1 << 20
SLACK = 5
"""How much slower than this project's own a machine may be before a bound in seconds fails."""
_CEILING = 2 << 30
_PATIENCE = 120
_CHILD = """
import json, os, re, sys
from pathlib import Path
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (CEILING, CEILING))
except (ImportError, ValueError, OSError):
    pass
from crm.__main__ import main
code = 1
try:
    code = main()
except SystemExit as ended:
    code = ended.code
finally:
    try:
        peak = int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]) << 10
    except OSError:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    spent = os.times()
    Path(os.environ["CRM_TEST_TAKEN"]).write_text(json.dumps([peak, spent.user + spent.system]))
sys.exit(code)
""".replace("CEILING", str(_CEILING))


class Taken(NamedTuple):
    """How a command line ended, and what it took."""

    code: int
    out: str
    err: str
    peak: int
    """Bytes."""
    seconds: float
    """Of processor time, starting Python included."""


class Community:
    """A database with one contact in it, and the command line on it."""

    def __init__(self, folder: Path, database_of: Callable[[Path], str] = str) -> None:
        self.folder = folder
        self.database = folder / "crm.db"
        with closing(Store.open(self.database)) as store:
            store.write(editing.add, "Ada Byron")
        self.settings = {
            "CRM_DATABASE_URL": database_of(self.database),
            "CRM_CONFIG": str(folder / "config.toml"),
            "CRM_NOW": NOW,
            "CRM_TZ": "UTC",
            "HOME": str(folder),
            **{f"XDG_{kind}_HOME": str(folder / kind.lower()) for kind in ("DATA", "CONFIG", "STATE")},
        }

    def crm(self, *args: object, env: Mapping[str, str] | None = None) -> Taken:
        """Run `crm` with these arguments in a process with limited memory."""
        taken = self.folder / "taken.json"
        done = subprocess.run(
            [sys.executable, "-c", _CHILD, *map(str, args)],
            cwd=self.folder,
            env=process_environment({**self.settings, "CRM_TEST_TAKEN": str(taken)}, env),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE,
            check=False,
        )
        assert taken.exists(), f"it did not end by itself ({done.returncode}): {done.stderr.decode()}"
        peak, seconds = json.loads(taken.read_text())
        return Taken(done.returncode, done.stdout.decode(), done.stderr.decode(), peak, seconds)

    def quick(self, *args: object, env: Mapping[str, str] | None = None) -> Answer:
        """Run `crm` with these arguments in this process, where nothing is measured."""
        return Crm(self.settings).answer(*args, env=env)

    def digest(self) -> str:
        """Return a digest of everything in the database."""
        with closing(Store.open(self.database)) as store:
            sums = store.read(lambda work: moving.sums(work.connection, lambda _table, _rows: None))
            return repr(sums)

    def refuses(
        self, path: Path, *said: str, memory: int | None = None, seconds: float | None = None
    ) -> Taken | Answer:
        """Import a path that must be refused: one error line with a hint, and nothing changed.

        Only where a bound is given it is a process of its own, which takes half a second to start.
        """
        before = self.digest()
        taken = self.quick("import", path) if memory is seconds is None else self.crm("import", path)
        lines = taken.err.splitlines()
        assert taken.code == 5, f"{taken.code}\n{taken.out}{taken.err}"
        assert [line for line in lines if line.startswith("crm: error: ")] == lines[:1], taken.err
        assert len([line for line in lines if line.startswith("hint: ")]) == 1, taken.err
        assert "Traceback" not in taken.err
        for text in said:
            assert text in taken.err
        if isinstance(taken, Taken):
            assert memory is None or taken.peak < memory, f"{taken.peak >> 20} MiB"
            assert seconds is None or taken.seconds < SLACK * seconds, f"{taken.seconds} s"
        assert self.digest() == before
        return taken
