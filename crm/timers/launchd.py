"""The launch agents of macOS.

StartCalendarInterval runs once after waking up for all that was slept through; RunAtLoad looks after a login.
Format: launchd.plist(5).
"""

from __future__ import annotations

import plistlib
from pathlib import Path
from typing import Any, ClassVar

from crm.timers.protocol import LONGEST, File, Job, Machine, Plan, State, Step

LABEL = "local.crm.remind"


class Timer:
    """One agent in the user's own folder."""

    kind: ClassVar[str] = "launchd"
    title: ClassVar[str] = "launch agent"

    @staticmethod
    def available(machine: Machine) -> bool:
        """Say whether this is a Mac."""
        return machine.system == "darwin" and machine.has("launchctl")

    @staticmethod
    def install(machine: Machine, job: Job) -> Plan:
        """Return the agent and the command that loads it."""
        said: dict[str, Any] = {
            "Label": LABEL,
            "ProgramArguments": list(job.command),
            "StartCalendarInterval": {"Minute": job.minute},
            "RunAtLoad": True,
            "ProcessType": "Background",
            "ExitTimeOut": LONGEST,
        }
        if job.variables:
            said["EnvironmentVariables"] = dict(job.variables)
        return Plan(
            before=(Step(("launchctl", "bootout", _agent(machine)), may_fail=True),),
            # launchd loads no agent that others may write to
            write=(File(_file(machine), plistlib.dumps(said), 0o644),),
            after=(Step(("launchctl", "bootstrap", _domain(machine), str(_file(machine)))),),
            note="It runs while you are logged in; what was slept through runs once after waking up.",
        )

    @staticmethod
    def uninstall(machine: Machine) -> Plan:
        """Return the command that unloads the agent, and its file."""
        return Plan(
            before=(Step(("launchctl", "bootout", _agent(machine)), may_fail=True),), remove=(_file(machine),)
        )

    @staticmethod
    def state(machine: Machine) -> State:
        """Look for the agent and ask whether it is loaded."""
        if not _file(machine).exists():
            return State(False, False, "there is no agent")
        loaded = machine.run(("launchctl", "print", _agent(machine)), None).code == 0
        return State(True, loaded, f"{LABEL} is {'loaded' if loaded else 'not loaded'}")


def _domain(machine: Machine) -> str:
    return f"gui/{machine.user}"


def _agent(machine: Machine) -> str:
    return f"{_domain(machine)}/{LABEL}"


def _file(machine: Machine) -> Path:
    return machine.home / "Library" / "LaunchAgents" / f"{LABEL}.plist"
