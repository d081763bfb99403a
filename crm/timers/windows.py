"""The Task Scheduler of Windows.

StartWhenAvailable runs what was slept through. A task has no environment variables of its own, so those that
are needed are set by the first words of the program.
Format: the Task Scheduler schema of Microsoft, http://schemas.microsoft.com/windows/2004/02/mit/task
"""

from __future__ import annotations

from pathlib import Path
from subprocess import list2cmdline
from typing import ClassVar
from xml.sax.saxutils import escape

from crm.timers.protocol import LONGEST, NAME, File, Job, Machine, Plan, State, Step

NAMESPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"


class Timer:
    """One task of the user's own."""

    kind: ClassVar[str] = "windows"
    title: ClassVar[str] = "scheduled task"

    @staticmethod
    def available(machine: Machine) -> bool:
        """Say whether this is Windows."""
        return machine.system == "win32" and machine.has("schtasks")

    @staticmethod
    def install(machine: Machine, job: Job) -> Plan:
        """Return the task's description and the command that takes it over."""
        file = _file(machine)
        # schtasks reads the encoding that the first line names, and older ones nothing but UTF-16
        data = b"\xff\xfe" + _task(machine, job).replace("\n", "\r\n").encode("utf-16-le")
        return Plan(
            write=(File(file, data, 0o600),),
            after=(Step(("schtasks", "/Create", "/TN", NAME, "/XML", str(file), "/F")),),
            note="It runs while you are logged in; what was slept through runs after waking up.",
        )

    @staticmethod
    def uninstall(machine: Machine) -> Plan:
        """Return the command that deletes the task, and its description."""
        return Plan(
            before=(Step(("schtasks", "/Delete", "/TN", NAME, "/F"), may_fail=True),),
            remove=(_file(machine),),
        )

    @staticmethod
    def state(machine: Machine) -> State:
        """Ask for the task."""
        there = machine.run(("schtasks", "/Query", "/TN", NAME), None).code == 0
        return State(there, there, f"the task {NAME} is {'there' if there else 'not there'}")


def _file(machine: Machine) -> Path:
    return machine.state / f"{NAME}.xml"


def _task(machine: Machine, job: Job) -> str:
    program, arguments = _with_variables(job)
    # the order of elements is that of the tasks that Windows itself writes out
    return f"""<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="{NAMESPACE}">
  <RegistrationInfo>
    <Description>crm: looks every hour whether a reminder is due (crm remind --uninstall)</Description>
  </RegistrationInfo>
  <Triggers>
    <CalendarTrigger>
      <Repetition>
        <Interval>PT1H</Interval>
        <Duration>P1D</Duration>
        <StopAtDurationEnd>false</StopAtDurationEnd>
      </Repetition>
      <StartBoundary>2020-01-01T00:{job.minute:02}:00</StartBoundary>
      <Enabled>true</Enabled>
      <ScheduleByDay>
        <DaysInterval>1</DaysInterval>
      </ScheduleByDay>
    </CalendarTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
{_user(machine)}      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>PT{LONGEST}S</ExecutionTimeLimit>
    <Priority>7</Priority>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{escape(program)}</Command>
      <Arguments>{escape(list2cmdline(arguments))}</Arguments>
    </Exec>
  </Actions>
</Task>
"""


def _user(machine: Machine) -> str:
    """Return the line that says whose task it is; without it, it is of whoever hands it in."""
    name = machine.variables.get("USERNAME")
    if not name:
        return ""
    account = "\\".join(part for part in (machine.variables.get("USERDOMAIN"), name) if part)
    return f"      <UserId>{escape(account)}</UserId>\n"


def _with_variables(job: Job) -> tuple[str, list[str]]:
    """Return program and arguments; variables become Python that sets them before it is crm."""
    program, *arguments = job.command
    if not job.variables:
        return program, arguments
    at = arguments.index("-m")
    start = (
        f"import os, sys; os.environ.update({dict(job.variables)!r});"
        " from crm.__main__ import main; sys.exit(main())"
    )
    return program, [*arguments[:at], "-c", start, *arguments[at + 2 :]]
