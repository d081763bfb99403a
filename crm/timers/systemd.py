"""The user timers of systemd (Linux).

Persistent= makes up for an hour that was slept through, but only with OnCalendar=, and not in every version
(systemd#24984): so it fires every hour, and the program decides what is due.
Formats: systemd.timer(5), systemd.service(5) "COMMAND LINES", systemd.syntax(7) "QUOTING".
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from crm.timers.protocol import LONGEST, NAME, File, Job, Machine, Plan, State, Step

_SERVICE = f"{NAME}.service"
_TIMER = f"{NAME}.timer"


class Timer:
    """Units in the user's own folder."""

    kind: ClassVar[str] = "systemd"
    title: ClassVar[str] = "systemd user timer"

    @staticmethod
    def available(machine: Machine) -> bool:
        """Say whether a user manager answers."""
        if not machine.system.startswith("linux") or not machine.has("systemctl"):
            return False
        return machine.run(_systemctl("show", "--property=Version"), None).code == 0

    @staticmethod
    def install(machine: Machine, job: Job) -> Plan:
        """Return the two units and the commands that start the timer."""
        folder = _folder(machine)
        # systemd says of units that only their owner can read that this is of no use
        return Plan(
            write=(
                File(folder / _SERVICE, _service(job).encode(), 0o644),
                File(folder / _TIMER, _timer(job).encode(), 0o644),
            ),
            after=(
                Step(_systemctl("daemon-reload")),
                Step(_systemctl("enable", _TIMER)),
                # a timer that runs already would keep its old hour
                Step(_systemctl("restart", _TIMER)),
            ),
            note=(
                "It runs while you are logged in. On a machine that you are seldom logged in to,"
                " loginctl enable-linger makes it run always."
            ),
        )

    @staticmethod
    def uninstall(machine: Machine) -> Plan:
        """Return the commands that stop the timer, and the files to remove."""
        folder = _folder(machine)
        return Plan(
            before=(
                Step(_systemctl("disable", "--now", _TIMER), may_fail=True),
                Step(_systemctl("clean", "--what=state", _TIMER), may_fail=True),
            ),
            remove=(folder / _TIMER, folder / _SERVICE),
            after=(
                Step(_systemctl("daemon-reload"), may_fail=True),
                Step(_systemctl("reset-failed", _SERVICE), may_fail=True),
            ),
        )

    @staticmethod
    def state(machine: Machine) -> State:
        """Look for the units and ask whether the timer is active."""
        folder = _folder(machine)
        if not ((folder / _TIMER).exists() and (folder / _SERVICE).exists()):
            return State(False, False, "there are no units")
        done = machine.run(_systemctl("is-active", _TIMER), None)
        said = done.out.strip() or done.err.strip().splitlines()[-1:] or "unknown"
        return State(True, done.code == 0, f"{_TIMER} is {said if isinstance(said, str) else said[0]}")


def _systemctl(*args: str) -> tuple[str, ...]:
    return ("systemctl", "--user", *args)


def _folder(machine: Machine) -> Path:
    configured = machine.variables.get("XDG_CONFIG_HOME")
    return (Path(configured) if configured else machine.home / ".config") / "systemd" / "user"


def _service(job: Job) -> str:
    program, *arguments = job.command
    # the program's own name is taken as it is; in arguments a dollar would begin a variable
    command = " ".join([_quoted(program), *(_quoted(each.replace("$", "$$")) for each in arguments)])
    variables = "".join(f"Environment={_quoted(f'{name}={value}')}\n" for name, value in job.variables)
    return (
        "# Written by crm remind --install; crm remind --uninstall takes it away.\n"
        "[Unit]\n"
        "Description=crm: reminders of the day\n"
        "\n"
        "[Service]\n"
        "Type=oneshot\n"
        f"ExecStart={command}\n"
        f"{variables}"
        f"TimeoutStartSec={LONGEST}\n"
        "Nice=10\n"
    )


def _timer(job: Job) -> str:
    return (
        "# Written by crm remind --install; crm remind --uninstall takes it away.\n"
        "[Unit]\n"
        "Description=crm: look every hour whether a reminder is due\n"
        "\n"
        "[Timer]\n"
        f"OnCalendar=*-*-* *:{job.minute:02}:00\n"
        "Persistent=true\n"
        "\n"
        "[Install]\n"
        "WantedBy=timers.target\n"
    )


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"'
