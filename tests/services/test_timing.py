"""Setting a timer up does what was shown, twice is once, and taking it away leaves nothing."""

from __future__ import annotations

import stat
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crm.db import engine, server
from crm.domain.errors import ConfigError, UsageError
from crm.services import timing
from crm.timers import load
from crm.timers.protocol import Done, Machine, Plan

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
FINE = Done(0, "", "")


class System:
    """A Linux machine with a user manager and a cron, both made up."""

    def __init__(self, home: Path):
        self.home = home
        self.table: str | None = None
        self.failing = ""
        self.active = False
        self.programs = {"systemctl", "crontab"}
        self.ran: list[str] = []

    def machine(self, **variables: str) -> Machine:
        return Machine(
            "linux", self.home, self.home / "state", variables, 1000, self.run, self.programs.__contains__
        )

    def run(self, command, stdin):
        line = " ".join(command)
        self.ran.append(line)
        if self.failing and self.failing in line:
            return Done(1, "", "it \x1b[31mrefuses")
        if command[0] == "crontab":
            return self.crontab(command[1], stdin)
        if "restart" in command or "--now" in command:
            self.active = "restart" in command
        if "is-active" in command:
            return Done(0, "active\n", "") if self.active else Done(3, "inactive\n", "")
        return FINE

    def crontab(self, option, stdin):
        if option == "-l":
            return Done(1, "", "no crontab for ada") if self.table is None else Done(0, self.table, "")
        self.table = None if option == "-r" else stdin
        return FINE

    def files(self) -> set[Path]:
        return {path.relative_to(self.home) for path in self.home.rglob("*") if path.is_file()}


@pytest.fixture
def system(tmp_path, monkeypatch) -> System:
    monkeypatch.setattr(timing.tempfile, "gettempdir", lambda: "/nowhere")
    return System(tmp_path / "home of ada")


def set_up(system: System, **variables: str) -> Plan:
    machine = system.machine(**variables)
    timer = timing.choose(machine)
    plan = timing.install_plan(machine, timer, timing.job(machine, None, 0))
    timing.install(machine, timer, plan, "/data/crm.db", NOW)
    return plan


def test_the_job_can_be_run_from_anywhere(system, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    machine = system.machine(
        CRM_CONFIG="my.toml", CRM_TZ="Europe/Berlin", CRM_NOW="2026-01-01", HOME="/home/ada"
    )
    made = timing.job(machine, "other db.sqlite", 30)
    assert made.command == (
        sys.executable, "-P", "-m", "crm", "--db", str(tmp_path / "other db.sqlite"), "remind", "--deliver",
    )  # fmt: skip
    assert made.variables == (("CRM_CONFIG", str(tmp_path / "my.toml")), ("CRM_TZ", "Europe/Berlin"))
    assert "--db" not in timing.job(machine, None, 0).command


def test_the_installed_program_starts_from_its_own_interpreter():
    done = timing.this_machine().run((sys.executable, "-P", "-m", "crm", "--version"), None)
    assert done.out.startswith("crm "), done.err


@pytest.mark.parametrize(
    "prefix",
    [
        "/home/ada/.cache/uv/archive-v0/Xk3b",
        "/home/ada/.cache/uv/environments-v2/crm-1",
        "/home/ada/.local/share/pipx/.cache/3f1",
        "/home/ada/.cache/pipx/3f1",
        "/nowhere/tmp-env",
    ],
)
def test_an_environment_that_will_be_gone_is_refused(system, monkeypatch, prefix):
    monkeypatch.setattr(sys, "prefix", prefix)
    with pytest.raises(UsageError, match="deleted after a while"):
        timing.job(system.machine(), None, 0)


def test_an_environment_that_stays_is_taken(system, monkeypatch):
    for prefix in ("/home/ada/.local/share/uv/tools/crm", "/home/ada/.local/pipx/venvs/crm", "/usr"):
        monkeypatch.setattr(sys, "prefix", prefix)
        assert timing.job(system.machine(), None, 0)


def test_a_crm_that_only_its_folder_knows_is_refused(system):
    system.failing = "--version"
    with pytest.raises(UsageError, match="its own folder"):
        timing.job(system.machine(), None, 0)


def test_no_password_is_written_into_a_timer(system):
    for url in ("postgresql://ada:s3cret@db/crm", "postgresql://ada@db/crm?password=s3cret"):
        for given in (url, server.shown(engine.url_of(url))):
            with pytest.raises(UsageError, match="password") as raised:
                timing.job(system.machine(), given, 0)
            assert "s3cret" not in raised.value.message + (raised.value.hint or "")
            assert "~/.pgpass" in (raised.value.hint or "")
    assert "postgresql://ada@db/crm" in timing.job(system.machine(), "postgresql://ada@db/crm", 0).command


def test_a_timer_finds_the_password_of_a_server_where_libpq_looks_for_it(system):
    url = "postgresql://ada@db/crm"
    made = timing.job(system.machine(PGPASSFILE="/home/ada/pass", PGSSLMODE="verify-full"), url, 0)
    assert made.variables == (("PGPASSFILE", "/home/ada/pass"), ("PGSSLMODE", "verify-full"))
    with pytest.raises(UsageError, match="PGPASSWORD") as raised:
        timing.job(system.machine(PGPASSWORD="s3cret"), url, 0)
    assert "s3cret" not in str(raised.value)


def test_a_path_with_a_line_break_is_refused(system):
    with pytest.raises(UsageError, match="line break"):
        timing.job(system.machine(), "/data/a\nExecStart=evil", 0)


def test_what_is_set_up_is_noted_and_can_be_seen_without_asking_the_system(system):
    assert timing.installed(system.machine()) is None
    set_up(system)
    system.ran.clear()
    assert timing.installed(system.machine()) == timing.Installed(
        "systemd", "systemd user timer", "/data/crm.db", NOW
    )
    assert system.ran == []
    found = timing.state(system.machine())
    assert found is not None
    assert (found[0].kind, found[1].active) == ("systemd", True)


def test_files_have_the_modes_that_the_system_wants(system):
    for file in set_up(system).write:
        assert stat.S_IMODE(file.path.stat().st_mode) == file.mode == 0o644
    assert stat.S_IMODE((system.home / "state" / "timer.json").stat().st_mode) == 0o600


def test_twice_is_once(system):
    first = set_up(system)
    before = {path: (system.home / path).read_bytes() for path in system.files()}
    assert timing.is_done(first)
    assert set_up(system) == first
    assert {path: (system.home / path).read_bytes() for path in system.files()} == before


def test_taking_away_leaves_nothing_and_does_nothing_the_second_time(system):
    set_up(system)
    timing.uninstall(system.machine(), timing.uninstall_plan(system.machine()))
    assert system.files() == set()
    assert not system.active
    assert timing.uninstall_plan(system.machine()) == Plan()
    assert timing.installed(system.machine()) is None


def test_other_files_of_the_user_stay(system):
    other = system.home / ".config" / "systemd" / "user" / "backup.timer"
    other.parent.mkdir(parents=True)
    other.write_text("mine", encoding="utf-8")
    set_up(system)
    timing.uninstall(system.machine(), timing.uninstall_plan(system.machine()))
    assert system.files() == {other.relative_to(system.home)}


def test_a_system_that_refuses_is_left_as_it_was(system):
    system.failing = "enable"
    with pytest.raises(ConfigError, match=r"enable crm-remind\.timer failed: it ␛") as raised:
        set_up(system)
    assert raised.value.hint == "what was begun is taken away again"
    assert system.files() == set()
    assert timing.installed(system.machine()) is None


def test_a_timer_of_another_kind_goes_first(system):
    system.programs = {"crontab"}
    set_up(system)
    assert "remind --deliver" in (system.table or "")
    system.programs = {"crontab", "systemctl"}
    set_up(system)
    assert system.table is None
    assert timing.installed(system.machine()).kind == "systemd"


def test_units_that_somebody_deleted_are_not_thought_to_be_there(system):
    for file in set_up(system).write:
        file.path.unlink()
    assert timing.installed(system.machine()) is None
    assert timing.state(system.machine()) is None


def test_a_damaged_note_is_none(system):
    set_up(system)
    for damage in (
        b"",
        b"[]",
        b'{"files": [], "kind": "sundial", "database": "x", "at": 0}',
        b'{"files": 3}',
    ):
        (system.home / "state" / "timer.json").write_bytes(damage)
        assert timing.installed(system.machine()) is None


def test_a_system_with_nothing_says_what_to_do(system):
    system.programs = set()
    with pytest.raises(ConfigError) as raised:
        timing.choose(system.machine())
    assert "crm remind --deliver, once an hour" in (raised.value.hint or "")


def test_the_best_timer_is_chosen(system):
    assert timing.choose(system.machine()) is load("systemd")
    system.failing = "show"
    assert timing.choose(system.machine()) is load("cron")


def test_a_program_that_is_not_there_or_hangs_is_an_answer_too(monkeypatch):
    run = timing.this_machine().run
    assert run(("crm-no-such-program",), None).code == 127
    monkeypatch.setattr(timing, "_PATIENCE", 0.2)
    assert "did not answer" in run((sys.executable, "-c", "import time; time.sleep(9)"), None).err
