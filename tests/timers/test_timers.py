"""What each timer would write is what its system understands."""

from __future__ import annotations

import plistlib
import shlex
import shutil
import subprocess
import sys
from ast import literal_eval
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from crm.domain.errors import ConfigError
from crm.timers import TIMERS, load
from crm.timers.protocol import Done, Job, Machine

NASTY = (
    "/opt/my tools/python 3",
    "-P",
    "-m",
    "crm",
    "--db",
    '/data/50% of "it" costs $5\\now/ü.db',
    "remind",
    "--deliver",
)
JOB = Job(NASTY, (("CRM_CONFIG", "/etc/it's 100%/config.toml"), ("CRM_TZ", "Europe/Berlin")), 30)


class System:
    """A machine whose programs answer what the test says."""

    def __init__(self, home: Path, system: str = "linux", answers=None, programs=()):
        self.ran: list[tuple[tuple[str, ...], str | None]] = []
        self.answers = answers or {}
        self.machine = Machine(
            system=system,
            home=home,
            state=home / "state",
            variables={
                "XDG_CONFIG_HOME": str(home / "config dir"),
                "USERNAME": "Ada B",
                "USERDOMAIN": "PC&1",
            },
            user=1000,
            run=self.run,
            has=lambda name: name in programs,
        )

    def run(self, command, stdin):
        self.ran.append((tuple(command), stdin))
        return next(
            (done for words, done in self.answers.items() if words in " ".join(command)), Done(0, "", "")
        )


def test_the_registry_names_the_modules_and_cron_is_the_last_resort():
    folder = Path(load("cron").__module__.replace(".", "/")).parent
    files = {file.stem for file in (Path(__file__).parents[2] / folder).glob("*.py")}
    assert set(TIMERS) == files - {"__init__", "protocol"}
    assert TIMERS[-1] == "cron"
    assert [load(kind).kind for kind in TIMERS] == list(TIMERS)


def written(plan) -> dict[str, str]:
    return {file.path.name: file.text for file in plan.write}


# systemd


def units(plan, folder: Path) -> list[Path]:
    """Write the units, as a real program would find them."""
    for file in plan.write:
        (folder / file.path.name).write_bytes(file.data)
    return [folder / file.path.name for file in plan.write]


analyze = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not here")


@analyze
@pytest.mark.parametrize("minute", [0, 30, 59])
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path, minute):
    program = tmp_path / "my tools" / "python 50%"
    program.parent.mkdir()
    program.symlink_to(sys.executable)
    job = JOB._replace(command=(str(program), *NASTY[1:]), minute=minute)
    files = units(load("systemd").install(System(tmp_path).machine, job), tmp_path)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--user", "--man=no", *map(str, files)],
        capture_output=True,
        text=True,
        timeout=60,
        env={
            "PATH": "/usr/bin:/bin:/usr/sbin:/sbin",
            "XDG_RUNTIME_DIR": str(tmp_path),
            "HOME": str(tmp_path),
        },
    )
    said = [line for line in done.stderr.splitlines() if "crm-remind" in line]
    assert (done.returncode, said) == (0, []), done.stderr


@analyze
def test_systemd_reads_the_calendar_as_every_hour(tmp_path):
    text = written(load("systemd").install(System(tmp_path).machine, JOB))["crm-remind.timer"]
    [calendar] = [line.partition("=")[2] for line in text.splitlines() if line.startswith("OnCalendar=")]
    done = subprocess.run(
        ["systemd-analyze", "calendar", "--iterations=3", "--base-time=2026-06-01 09:00:00", calendar],
        capture_output=True,
        text=True,
        timeout=60,
        env={"PATH": "/usr/bin:/bin", "TZ": "UTC"},
    )
    assert done.returncode == 0, done.stderr
    times = [word for word in done.stdout.split() if word.count(":") == 2 and word[0].isdigit()]
    assert times[:3] == ["09:30:00", "10:30:00", "11:30:00"]


def test_systemd_units_hold_the_command_so_that_nothing_in_it_means_anything(tmp_path):
    files = written(load("systemd").install(System(tmp_path).machine, JOB))
    service = files["crm-remind.service"]
    assert 'ExecStart="/opt/my tools/python 3" "-P" "-m" "crm"' in service
    assert r'"/data/50%% of \"it\" costs $$5\\now/ü.db"' in service
    assert 'Environment="CRM_CONFIG=/etc/it\'s 100%%/config.toml"' in service
    assert "TimeoutStartSec=120" in service
    assert "Persistent=true" in files["crm-remind.timer"]


def test_systemd_takes_away_what_it_brought(tmp_path):
    system = System(tmp_path)
    timer = load("systemd")
    brought = {file.path for file in timer.install(system.machine, JOB).write}
    away = timer.uninstall(system.machine)
    assert set(away.remove) == brought
    assert all(path.is_relative_to(tmp_path / "config dir" / "systemd" / "user") for path in brought)
    assert away.before[0].command == ("systemctl", "--user", "disable", "--now", "crm-remind.timer")


def test_systemd_is_there_when_the_user_manager_answers(tmp_path):
    timer = load("systemd")
    refused = {"show": Done(1, "", "Failed to connect to bus")}
    assert timer.available(System(tmp_path, programs=("systemctl",)).machine)
    assert not timer.available(System(tmp_path, answers=refused, programs=("systemctl",)).machine)
    assert not timer.available(System(tmp_path, "darwin", programs=("systemctl",)).machine)
    assert not timer.available(System(tmp_path).machine)


# launchd


def test_the_launch_agent_is_a_property_list_with_the_command_as_it_is(tmp_path):
    system = System(tmp_path, "darwin", programs=("launchctl",))
    timer = load("launchd")
    plan = timer.install(system.machine, JOB)
    [file] = plan.write
    said = plistlib.loads(file.data)
    assert said["ProgramArguments"] == list(NASTY)
    assert said["EnvironmentVariables"] == dict(JOB.variables)
    assert said["StartCalendarInterval"] == {"Minute": 30}
    assert (said["RunAtLoad"], file.mode) == (True, 0o644)
    assert file.path == tmp_path / "Library" / "LaunchAgents" / f"{said['Label']}.plist"
    assert plan.after[-1].command == ("launchctl", "bootstrap", "gui/1000", str(file.path))
    assert timer.uninstall(system.machine).remove == (file.path,)
    assert timer.available(system.machine)


# Windows


def test_the_scheduled_task_is_xml_that_windows_reads(tmp_path):
    system = System(tmp_path, "win32", programs=("schtasks",))
    plan = load("windows").install(system.machine, JOB)
    [file] = plan.write
    root = ET.fromstring(file.data)  # UTF-16 with its mark, as the first line says
    space = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}

    def text(path: str) -> str | None:
        return root.findtext(path.replace("/", "/t:"), namespaces=space)

    assert text("t:Triggers/CalendarTrigger/Repetition/Interval") == "PT1H"
    assert text("t:Triggers/CalendarTrigger/StartBoundary") == "2020-01-01T00:30:00"
    assert text("t:Settings/StartWhenAvailable") == "true"
    assert text("t:Settings/ExecutionTimeLimit") == "PT120S"
    assert text("t:Principals/Principal/LogonType") == "InteractiveToken"
    assert text("t:Principals/Principal/UserId") == "PC&1\\Ada B"
    assert text("t:Actions/Exec/Command") == NASTY[0]
    arguments = words_of_windows(text("t:Actions/Exec/Arguments") or "")
    assert arguments[:2] == ["-P", "-c"]
    assert arguments[3:] == list(NASTY[4:])
    update = arguments[2].partition("update(")[2].partition(");")[0]
    assert literal_eval(update) == dict(JOB.variables)
    compile(arguments[2], "task", "exec")
    assert plan.after[0].command[:4] == ("schtasks", "/Create", "/TN", "crm-remind")


def test_a_task_without_variables_runs_the_module(tmp_path):
    [file] = load("windows").install(System(tmp_path, "win32").machine, Job(NASTY)).write
    assert "-P -m crm --db" in file.text


def words_of_windows(line: str) -> list[str]:
    """Take a command line apart as Windows does (Microsoft, "Parsing C command-line arguments")."""
    words, word, inside, slashes, begun = [], "", False, 0, False
    for sign in [*line, " "]:
        if sign == "\\":
            slashes += 1
            begun = True
            continue
        if sign == '"':
            word += "\\" * (slashes // 2)
            if slashes % 2:
                word += '"'
            else:
                inside = not inside
            begun = True
        else:
            word += "\\" * slashes
            if sign in " \t" and not inside:
                if begun:
                    words.append(word)
                word, begun = "", False
            else:
                word += sign
                begun = True
        slashes = 0
    return words


# cron


def table_of(plan) -> str:
    [step] = plan.after
    assert step.command == ("crontab", "-")
    assert step.stdin is not None
    return step.stdin


def test_crons_line_says_the_command_to_a_shell_as_it_is(tmp_path):
    system = System(tmp_path, answers={"crontab -l": Done(1, "", "no crontab for ada\n")})
    table = table_of(load("cron").install(system.machine, JOB))
    assert table.endswith("\n")
    [line] = [line for line in table.splitlines() if not line.startswith("#")]
    fields, command = line.split(" ", 5)[:5], line.split(" ", 5)[5]
    assert fields == ["30", "*", "*", "*", "*"]
    # cron makes a line break of a percent sign that is not escaped, and takes the backslash of others away
    assert "%" not in command.replace("\\%", "")
    words = shlex.split(command.replace("\\%", "%"))
    assert words[-2:] == [">/dev/null", "2>&1"]
    at = words.index(NASTY[0])
    assert words[at:-2] == list(NASTY)
    assert dict(word.split("=", 1) for word in words[:at] if not word.startswith("DBUS")) == dict(
        JOB.variables
    )


def test_cron_is_told_where_the_bus_of_the_desktop_is(tmp_path):
    system = System(tmp_path, answers={"crontab -l": Done(0, "", "")})
    there = system.machine._replace(variables={"DBUS_SESSION_BUS_ADDRESS": "unix:path=/run/user/7/bus"})
    assert "DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/7/bus " in table_of(load("cron").install(there, JOB))


def test_crons_table_keeps_everything_else_and_a_second_time_changes_nothing(tmp_path):
    before = "MAILTO=ada\n# mine\n5 4 * * * tidy --all\n"
    cron = load("cron")
    system = System(tmp_path, answers={"crontab -l": Done(0, before, "")})
    once = table_of(cron.install(system.machine, JOB))
    assert once.startswith(before)
    system.answers = {"crontab -l": Done(0, once, "")}
    assert table_of(cron.install(system.machine, JOB)) == once
    assert cron.state(system.machine).installed
    assert table_of(cron.uninstall(system.machine)) == before


def test_a_table_that_was_empty_is_removed_and_one_without_ours_left_alone(tmp_path):
    cron = load("cron")
    system = System(tmp_path, answers={"crontab -l": Done(1, "", "no crontab for ada")})
    ours = table_of(cron.install(system.machine, JOB))
    system.answers = {"crontab -l": Done(0, ours, "")}
    assert [step.command for step in cron.uninstall(system.machine).after] == [("crontab", "-r")]
    system.answers = {"crontab -l": Done(0, "5 4 * * * tidy\n", "")}
    assert cron.uninstall(system.machine).after == ()


@pytest.mark.parametrize(
    "answer",
    [Done(1, "", "cannot open your crontab: permission denied"), Done(127, "", "crontab is not there")],
)
def test_a_table_that_cannot_be_read_is_never_written(tmp_path, answer):
    system = System(tmp_path, answers={"crontab -l": answer})
    for ask in (
        lambda: load("cron").install(system.machine, JOB),
        lambda: load("cron").uninstall(system.machine),
    ):
        with pytest.raises(ConfigError, match="cannot be read"):
            ask()
    assert [command for command, _ in system.ran] == [("crontab", "-l")] * 2


def test_a_table_whose_end_mark_is_gone_is_not_guessed_at(tmp_path):
    cron = load("cron")
    system = System(tmp_path, answers={"crontab -l": Done(0, "", "")})
    ours = table_of(cron.install(system.machine, JOB))
    cut = (
        "".join(line for line in ours.splitlines(keepends=True) if not line.startswith("# END"))
        + "1 * * * * x\n"
    )
    system.answers = {"crontab -l": Done(0, cut, "")}
    with pytest.raises(ConfigError, match="without its end"):
        cron.uninstall(system.machine)
