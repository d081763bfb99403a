"""Running the command line in tests: in this process with a database of its own, or as a real process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from crm.cli.program import program

PROJECT = Path(__file__).resolve().parents[2]
NOW = "2026-06-01T09:00:00Z"


def settings_in(folder: Path, database: str | Path = "") -> dict[str, str]:
    """Return the environment of a program whose files are all in a folder; the moment is `NOW`, in UTC.

    Without a database it is the one at the usual place, in that folder too.
    """
    return {
        "CRM_DATABASE_URL": str(database),
        "CRM_CONFIG": str(folder / "config.toml"),
        "CRM_NOW": NOW,
        "CRM_TZ": "UTC",
        "HOME": str(folder),
        **{f"XDG_{kind}_HOME": str(folder / kind.lower()) for kind in ("DATA", "CONFIG", "STATE", "CACHE")},
    }


@dataclass(frozen=True)
class Answer:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Return what it printed, read as JSON."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        """Return the lines it printed."""
        return self.out.splitlines()


class Crm:
    """Runs command lines; `run` fails the test when one does not end well, `answer` does not."""

    def __init__(self, settings: dict[str, str]) -> None:
        self.settings = settings

    def answer(
        self, *args: object, stdin: str | bytes | None = None, env: Mapping[str, str] | None = None
    ) -> Answer:
        """Run a command line in this process."""
        # the variable that asks for tracebacks would change what the tests read
        given = {"CRM_DEBUG": None, "NO_COLOR": None, **self.settings, **(env or {})}
        result = CliRunner().invoke(program, [str(arg) for arg in args], input=stdin, env=given)
        return Answer(result.exit_code, result.stdout, result.stderr)

    def run(self, *args: object, stdin: str | bytes | None = None, now: str | None = None) -> Answer:
        """Run a command line that must end well."""
        answer = self.answer(*args, stdin=stdin, env={"CRM_NOW": now} if now else None)
        assert answer.code == 0, f"crm {args}: {answer.code}\n{answer.out}{answer.err}"
        return answer

    def json(self, *args: object, **options: Any) -> Any:
        """Run a command line with `--json` and return what it printed."""
        return self.run(*args, "--json", **options).json


Process = Callable[..., subprocess.CompletedProcess[bytes]]


def command_line(args: Sequence[object]) -> list[str]:
    """Return the arguments that start the program as a process."""
    return [sys.executable, "-m", "crm", *map(str, args)]


def process_environment(settings: Mapping[str, str], env: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a process: the test's settings, and what Python needs."""
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "SYSTEMROOT", "TEMP", "TMP")}
    return {**kept, "PYTHONPATH": str(PROJECT), "TERM": "xterm-256color", **settings, **(env or {})}
