"""Setting up what reminds every hour: choosing the system's timer, carrying its plan out, taking it away.

Nothing is done here that a `Plan` has not named before, so what was shown is what happens. What was set up is
noted in the state folder: asking the system itself takes a process, and Today has two milliseconds.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crm import paths
from crm.domain.database_names import has_password, is_server
from crm.domain.errors import ConfigError, UsageError
from crm.domain.text import clean
from crm.timers import TIMERS, load
from crm.timers.protocol import Done, Job, Machine, Plan, State, Step, Timer

_PASSED_ON = (
    "CRM_TZ", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME",
    # where a database on a server is and what lets us in, but no password
    "PGDATABASE", "PGHOST", "PGPASSFILE", "PGPORT", "PGSERVICE", "PGSERVICEFILE", "PGSSLCERT", "PGSSLKEY",
    "PGSSLMODE", "PGSSLROOTCERT", "PGUSER",
)  # fmt: skip
_PATIENCE = 30
"""Seconds that a command of the system may take."""
_THROW_AWAY = ("archive-v0", "environments-v2", "builds-v0", "ephemeral-envs")
"""Folders in which uv keeps what `uvx` runs; pipx keeps what `pipx run` runs below its cache."""
_NOT_FOUND = 127


@dataclass(frozen=True, slots=True)
class Installed:
    """What was set up here."""

    kind: str
    title: str
    database: str
    """Which database is looked at: a file, or a URL without its password."""
    at: datetime
    """When it was set up, UTC."""


def this_machine() -> Machine:
    """Return the machine we are on."""
    return Machine(
        system=sys.platform,
        home=Path.home(),
        state=paths.state_dir(),
        variables=dict(os.environ),
        user=os.getuid() if hasattr(os, "getuid") else 0,
        run=_run,
        has=lambda program: shutil.which(program) is not None,
    )


def job(machine: Machine, database: str | Path | None, minute: int) -> Job:
    """Return what the timer is to run.

    Args:
        machine: where.
        database: as the user named it: a path or URL; None is the one that crm opens by itself.
        minute: of every hour.

    Raises:
        UsageError: this crm will be gone soon, cannot be started elsewhere, or a password would be written
            where others can read it.

    """
    _insist_on_lasting(Path(sys.prefix))
    program = _windowless(Path(sys.executable))
    # -P: a crm.py in the folder it happens to start in is not crm
    start = (str(program), "-P", "-m", "crm")
    done = machine.run((sys.executable, "-P", "-m", "crm", "--version"), None)
    if done.code != 0:
        raise UsageError(
            "this crm can only be started from its own folder, which a timer does not know",
            "install it first: the README says how",
        )
    if is_server(database) and machine.variables.get("PGPASSWORD"):
        raise UsageError(
            "the timer will not have the password in PGPASSWORD",
            "write it into ~/.pgpass and leave PGPASSWORD away",
        )
    named = () if database is None else ("--db", _lasting_name(database))
    variables = {name: machine.variables[name] for name in _PASSED_ON if machine.variables.get(name)}
    if machine.variables.get("CRM_CONFIG"):
        variables["CRM_CONFIG"] = os.path.abspath(machine.variables["CRM_CONFIG"])  # noqa: PTH100
    made = Job((*start, *named, "remind", "--deliver"), tuple(sorted(variables.items())), minute)
    _insist_on_writable(made)
    return made


def choose(machine: Machine) -> type[Timer]:
    """Return the best timer that the system has.

    Raises:
        ConfigError: it has none.

    """
    for kind in TIMERS:
        timer = load(kind)
        if timer.available(machine):
            return timer
    raise ConfigError(
        "nothing was found that could run crm every hour: no systemd user session, launchd, Task Scheduler"
        " or crontab",
        "let anything else run it: crm remind --deliver, once an hour",
    )


def installed(machine: Machine | None = None) -> Installed | None:
    """Return what was set up, as far as can be seen without asking the system."""
    state = machine.state if machine else paths.state_dir()
    try:
        noted: Any = json.loads((state / "timer.json").read_bytes())
        if all(Path(file).exists() for file in noted["files"]):
            return Installed(
                noted["kind"],
                load(noted["kind"]).title,
                noted["database"],
                datetime.fromtimestamp(noted["at"], UTC),
            )
    except (OSError, ValueError, KeyError, TypeError, ImportError):
        return None  # never set up, or the note is damaged: then it can be set up again
    return None


def state(machine: Machine) -> tuple[type[Timer], State] | None:
    """Ask the system which timer of ours it has and how it stands; None when it has none."""
    for kind in TIMERS:
        timer = load(kind)
        if timer.available(machine) and (found := timer.state(machine)).installed:
            return timer, found
    return None


def install_plan(machine: Machine, timer: type[Timer], what: Job) -> Plan:
    """Return everything that setting up does; timers of another kind are taken away first."""
    plan = timer.install(machine, what)
    before: list[Step] = []
    remove: list[Path] = []
    for kind in TIMERS:
        other = load(kind)
        if other is not timer and other.available(machine) and other.state(machine).installed:
            away = other.uninstall(machine)
            before += [*away.before, *away.after]
            remove += away.remove
    return plan._replace(before=(*before, *plan.before), remove=(*remove, *plan.remove))


def install(machine: Machine, timer: type[Timer], plan: Plan, database: str, now: datetime) -> None:
    """Carry a plan out and note it; what was begun is taken away again when a step fails.

    Raises:
        ConfigError: a file cannot be written, or a command of the system fails.

    """
    try:
        carry_out(machine, plan)
    except ConfigError:
        away = timer.uninstall(machine)
        carry_out(machine, away._replace(before=_gently(away.before), after=_gently(away.after)))
        raise
    noted = {
        "kind": timer.kind,
        "database": database,
        "at": int(now.timestamp()),
        "files": [str(file.path) for file in plan.write],
    }
    _write(machine.state / "timer.json", json.dumps(noted).encode(), 0o600)


def uninstall_plan(machine: Machine) -> Plan:
    """Return everything that taking away does; empty where nothing of ours is there."""
    plan = Plan()
    for kind in TIMERS:
        timer = load(kind)
        if timer.available(machine) and timer.state(machine).installed:
            away = timer.uninstall(machine)
            plan = Plan(
                (*plan.before, *away.before), (), (*plan.remove, *away.remove), (*plan.after, *away.after)
            )
    return plan


def uninstall(machine: Machine, plan: Plan) -> None:
    """Carry a plan out and forget that anything was set up.

    Raises:
        ConfigError: a file cannot be removed, or a command of the system fails.

    """
    carry_out(machine, plan)
    (machine.state / "timer.json").unlink(missing_ok=True)


def carry_out(machine: Machine, plan: Plan) -> None:
    """Do what a plan says, in its order.

    Raises:
        ConfigError: a file cannot be written or removed, or a command that must not fail fails.

    """
    for step in plan.before:
        _do(machine, step)
    for path in plan.remove:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise ConfigError(f"cannot remove {path}: {error.strerror}") from error
    for file in plan.write:
        _write(file.path, file.data, file.mode)
    for step in plan.after:
        _do(machine, step)


def is_done(plan: Plan) -> bool:
    """Say whether every file of a plan is there as it is to be."""
    return bool(plan.write) and all(_holds(file.path, file.data) for file in plan.write)


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.read_bytes() == data
    except OSError:
        return False


def _gently(steps: Sequence[Step]) -> tuple[Step, ...]:
    return tuple(step._replace(may_fail=True) for step in steps)


def _do(machine: Machine, step: Step) -> None:
    done = machine.run(step.command, step.stdin)
    if done.code != 0 and not step.may_fail:
        said = clean((done.err or done.out).strip(), limit=300) or f"it ended with {done.code}"
        raise ConfigError(f"{' '.join(step.command)} failed: {said}", "what was begun is taken away again")


def _write(path: Path, data: bytes, mode: int) -> None:
    try:
        paths.replace_file(path, data)
        if mode != 0o600:
            path.chmod(mode)
    except OSError as error:
        raise ConfigError(
            f"cannot write {path}: {error.strerror}", "check that the folder exists and is yours"
        ) from error


def _run(command: Sequence[str], stdin: str | None) -> Done:
    """Run a command of the system, in no folder of anybody's and with messages in English."""
    environment: Mapping[str, str] = {
        **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        "LC_ALL": "C",
    }
    try:
        done = subprocess.run(  # noqa: S603 - programs by name, arguments as a list, no shell
            list(command),
            input=(stdin or "").encode(),
            capture_output=True,
            check=False,
            timeout=_PATIENCE,
            env=environment,
            cwd=Path(sys.prefix).anchor,
        )
    except FileNotFoundError:
        return Done(_NOT_FOUND, "", f"{command[0]} is not there")
    except subprocess.TimeoutExpired:
        return Done(1, "", f"it did not answer within {_PATIENCE} seconds")
    except OSError as error:
        return Done(1, "", error.strerror or type(error).__name__)
    return Done(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))


def _insist_on_lasting(prefix: Path) -> None:
    """Refuse a Python that is deleted after a while.

    Raises:
        UsageError: it is one of `uvx`, `pipx run` or a temporary folder.

    """
    parts = prefix.parts
    of_pipx = any(part == "pipx" and ".cache" in parts for part in parts)
    temporary = prefix.is_relative_to(Path(tempfile.gettempdir()).resolve())
    if of_pipx or temporary or set(_THROW_AWAY) & set(parts):
        raise UsageError(
            f"this crm runs from {prefix}, which is deleted after a while; a timer would start nothing then",
            "install it to stay: uv tool install crm, or pipx install crm",
        )


def _lasting_name(database: str | Path) -> str:
    """Return a database as it can be named from anywhere.

    Raises:
        UsageError: it is a URL with a password.

    """
    if isinstance(database, str) and "://" in database:
        if is_server(database) and has_password(database):
            raise UsageError(
                "the password in the database's URL would be readable in the timer",
                "leave it out of the URL and write it into ~/.pgpass, or write the whole URL into the"
                ' configuration file: database = "..."',
            )
        return database
    return os.path.abspath(os.path.expanduser(database))  # noqa: PTH100, PTH111


def _windowless(program: Path) -> Path:
    """Return the Python of Windows that opens no window, where there is one."""
    quiet = program.with_name("pythonw.exe")
    return quiet if program.name.casefold() == "python.exe" and quiet.exists() else program


def _insist_on_writable(made: Job) -> None:
    """Refuse what cannot stand in a line of any timer.

    Raises:
        UsageError: a path holds a line break or another sign that controls something.

    """
    for text in (*made.command, *(value for _, value in made.variables)):
        if any(ord(sign) < 32 or ord(sign) == 127 for sign in text):
            raise UsageError(
                f"a timer cannot run {clean(text)!r}: it holds a line break", "rename the folder"
            )
