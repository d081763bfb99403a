"""The table of cron, for systems that have nothing better.

cron gives a job no session: the notices of a desktop need the address of its bus. In a line of the table a
percent sign ends the command unless it is escaped (crontab(5)), inside quotes as well.
"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import ClassVar

from crm.domain.errors import ConfigError
from crm.timers.protocol import NAME, Job, Machine, Plan, State, Step

_BEGIN = f"# BEGIN {NAME} (written by crm remind --install; crm remind --uninstall takes it away)"
_END = f"# END {NAME}"
_NONE_YET = ("no crontab", "no such file")


class Timer:
    """Three lines in the user's table."""

    kind: ClassVar[str] = "cron"
    title: ClassVar[str] = "cron table"

    @staticmethod
    def available(machine: Machine) -> bool:
        """Say whether there is a table that can be read and written."""
        return machine.system != "win32" and machine.has("crontab")

    @staticmethod
    def install(machine: Machine, job: Job) -> Plan:
        """Return the command that gives cron the table with our lines."""
        kept = _without_ours(_table(machine))
        ours = [_BEGIN, _line(machine, job), _END]
        return Plan(
            after=(Step(("crontab", "-"), "\n".join([*kept, *ours, ""])),),
            note="cron runs nothing that the machine has slept through; the next full hour makes up for it.",
        )

    @staticmethod
    def uninstall(machine: Machine) -> Plan:
        """Return the command that gives cron the table without our lines."""
        table = _table(machine)
        kept = _without_ours(table)
        if kept == table:
            return Plan()
        if not any(line.strip() for line in kept):
            return Plan(after=(Step(("crontab", "-r")),))
        return Plan(after=(Step(("crontab", "-"), "\n".join([*kept, ""])),))

    @staticmethod
    def state(machine: Machine) -> State:
        """Look for our lines in the table."""
        there = _BEGIN in _table(machine)
        return State(there, there, f"the line is {'there' if there else 'not there'}")


def _table(machine: Machine) -> list[str]:
    """Return the lines of the table.

    Raises:
        ConfigError: cron does not show it. (It would be lost if another one were written.)

    """
    done = machine.run(("crontab", "-l"), None)
    if done.code == 0:
        return done.out.splitlines()
    if any(words in done.err.casefold() for words in _NONE_YET):
        return []
    said = done.err.strip() or f"crontab -l ended with {done.code}"
    raise ConfigError(f"the table of cron cannot be read: {said}", "nothing was changed")


def _without_ours(table: list[str]) -> list[str]:
    kept, inside = [], False
    for line in table:
        inside = inside or line == _BEGIN
        if not inside:
            kept.append(line)
        inside = inside and line != _END
    if inside:
        raise ConfigError(
            f'the table of cron has a line "{_BEGIN}" without its end', "mend it with crontab -e"
        )
    return kept


def _line(machine: Machine, job: Job) -> str:
    variables = {**_bus(machine), **dict(job.variables)}
    words = [
        *(f"{name}={shlex.quote(value)}" for name, value in variables.items()),
        *(shlex.quote(each) for each in job.command),
    ]
    return f"{job.minute} * * * * {' '.join(words)} >/dev/null 2>&1".replace("%", "\\%")


def _bus(machine: Machine) -> dict[str, str]:
    """Return where the desktop's bus is; without it a job of cron cannot show a notice."""
    stated = machine.variables.get("DBUS_SESSION_BUS_ADDRESS")
    if not stated and Path(f"/run/user/{machine.user}/bus").exists():
        stated = f"unix:path=/run/user/{machine.user}/bus"
    return {"DBUS_SESSION_BUS_ADDRESS": stated} if stated else {}
