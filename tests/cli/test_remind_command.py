"""`crm remind`: the timer, whether reminders arrive, the prompt, the days ahead; as a user would call it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from cli_runner import NOW, PROJECT, Answer, Crm, Process, process_environment
from test_architecture import HEAVY

from crm.services import health, timing

FAKE_CRONTAB = """#!/bin/sh
# cron's program, with a table in a file
case "$1" in
  -l) if [ -f "$TABLE" ]; then while IFS= read -r line; do printf '%s\\n' "$line"; done < "$TABLE"
      else echo "no crontab for you" >&2; exit 1; fi ;;
  -r) rm_table() { : > "$TABLE.gone"; /bin/rm -f "$TABLE"; }; rm_table ;;
  -) /bin/cat > "$TABLE" ;;
esac
"""


@pytest.fixture
def ada(crm: Crm) -> Crm:
    """Somebody waits, somebody is drifting, somebody has a birthday tomorrow."""
    for name, handle in (("Ada Lovelace", "x:ada"), ("Bo Lind", "x:bo"), ("Cy Ono", "x:cy")):
        crm.run("add", name, handle)
    crm.run("log", "Ada", "Did you finish\x1b[2J the essay?", "--in", "--at", "2026-05-30T12:00:00Z")
    crm.run("log", "Bo", "the kiln", "--out", "--at", "2026-04-01T12:00:00Z")
    crm.run("log", "Bo", "is warm", "--in", "--at", "2026-04-02T12:00:00Z")
    crm.run("done", "Bo")
    crm.run("edit", "Bo", "--cadence", "45")
    crm.run("edit", "Cy", "--birthday", "2 June 1990")
    return crm


# The days ahead


def test_the_days_ahead_say_who_when_and_why_with_both_acts(ada: Crm) -> None:
    lines = ada.run("remind", "--dry-run", "--days", "90").lines
    assert lines[:4] == [
        "Mon 1 Jun  1 waiting",
        "  Ada Lovelace  X",
        "    wrote on X 1 day ago and has no answer yet",
        '    they, 30 May: "Did you finish␛[2J the essay?"',
    ]
    at = lines.index("  Bo Lind  X")
    assert lines[at - 1].startswith("Fri 17 Jul")
    assert lines[at + 1 : at + 4] == [
        "    last exchange 3 months ago; you wished for every 45 days",
        '    you, 1 Apr, X: "the kiln"',
        '    they, 2 Apr, X: "is warm"',
    ]
    assert lines[lines.index("  Cy Ono") - 1].startswith("Tue 2 Jun")
    assert "    birthday today, 36 years" in lines


def test_the_days_ahead_as_json_have_every_day_and_every_reason(ada: Crm) -> None:
    days = ada.json("remind", "--dry-run", "--days", "365")["days"]
    assert len(days) == 365
    assert (days[0]["date"], days[0]["at"], days[-1]["date"]) == ("2026-06-01", NOW, "2027-05-31")
    found = {one["name"]: (day["date"], one) for day in days for one in day["reminders"]}
    day, bo = found["Bo Lind"]
    assert (day, bo["what"], bo["cadence_days"], bo["cadence_from"]) == ("2026-07-17", "drifting", 45, "own")
    assert [act["direction"] for act in bo["evidence"]] == ["out", "in"]
    assert bo["due_at"] == "2026-07-16T09:00:00Z"
    assert bo["shown_on"] == day
    assert found["Cy Ono"][1]["on"] == "2026-06-02"
    assert found["Ada Lovelace"][1]["last"]["direction"] == "in"


def test_nothing_ahead_is_said_in_words(crm: Crm) -> None:
    assert crm.run("remind", "--dry-run").lines == ["No reminders in the coming 30 days."]


# Options that would be ignored


@pytest.mark.parametrize(
    "args",
    [
        ["--install", "--uninstall"],
        ["--prompt", "--status"],
        ["--days", "3"],
        ["--status", "--days", "3"],
        ["--dry-run", "--exit-code"],
        ["--deliver", "--dry-run"],
        ["--yes"],
        ["--install", "--json"],
        ["--prompt", "--json"],
        ["--install", "--dry-run", "--yes"],
        ["--dry-run", "--days", "0"],
    ],
)
def test_options_that_do_not_belong_together_are_refused(crm: Crm, args: list[str]) -> None:
    answer = crm.answer("remind", *args)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.startswith("crm: error: ")


# The prompt


def test_the_prompt_says_what_today_said_and_follows_what_is_done(ada: Crm) -> None:
    assert ada.run("remind", "--prompt").lines == ["1 waiting"]
    ada.run("log", "Ada", "yes")
    assert ada.run("remind", "--prompt").out == ""
    ada.run("undo")
    assert ada.run("remind", "--prompt").lines == ["1 waiting"]
    assert ada.run("remind", "--prompt", now="2026-06-02T09:00:00Z").lines == ["1 waiting, 1 date today"]
    assert ada.run("remind", "--prompt", now="2026-06-05T09:00:00Z").out == ""  # nobody has looked since
    ada.run("today", now="2026-06-05T09:00:00Z")
    assert ada.run("remind", "--prompt", now="2026-06-05T09:00:00Z").lines == ["1 waiting"]


def test_the_exit_code_tells_whether_there_is_something_to_do(ada: Crm) -> None:
    for way in (["--prompt"], [], ["--json"]):
        assert ada.answer("remind", "--exit-code", *way).code == 10
        assert ada.answer("remind", *way).code == 0
    ada.run("log", "Ada", "yes")
    ada.run("edit", "Cy", "--birthday", "2 July 1990")
    for way in (["--prompt"], [], ["--json"]):
        assert ada.answer("remind", "--exit-code", *way).code == 0


def test_the_prompt_of_a_process_finds_the_database_that_the_configuration_names(
    ada: Crm, settings: dict[str, str], process: Process
) -> None:
    named = {key: value for key, value in settings.items() if key != "CRM_DATABASE_URL"}
    Path(settings["CRM_CONFIG"]).write_text(
        f"database = '{settings['CRM_DATABASE_URL']}'\n", encoding="utf-8"
    )
    for env in ({"CRM_DATABASE_URL": settings["CRM_DATABASE_URL"]}, {"CRM_DATABASE_URL": ""}):
        done = process("remind", "--prompt", "--exit-code", env={**named, **env})
        assert (done.returncode, done.stdout, done.stderr) == (10, b"1 waiting\n", b"")


@pytest.mark.parametrize("args", [["--db", "DB", "remind", "--prompt"], ["remind", "--prompt", "--db=DB"]])
def test_the_prompt_of_a_process_takes_the_database_that_the_command_line_names(
    ada: Crm, settings: dict[str, str], process: Process, args: list[str]
) -> None:
    named = [word.replace("DB", settings["CRM_DATABASE_URL"]) for word in args]
    assert process(*named, env={"CRM_DATABASE_URL": "other.db"}).stdout == b"1 waiting\n"
    assert process(*args, env={"CRM_DATABASE_URL": "other.db"}).stdout == b""


def test_a_prompt_that_is_wrong_is_answered_by_the_command_line(process: Process) -> None:
    done = process("remind", "--prompt", "--json")
    assert (done.returncode, done.stdout) == (2, b"")
    assert process("remind", "--prompt", env={"CRM_NOW": "soon"}).returncode == 2


def test_the_prompt_never_makes_a_database_or_a_folder(process: Process, tmp_path: Path) -> None:
    (tmp_path / "crm.db").unlink(missing_ok=True)
    done = process("remind", "--prompt")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "args",
    ["remind --prompt", "remind --exit-code --prompt", "--db x remind --prompt --db=y.db", "--help"],
)
def test_what_has_to_start_at_once_loads_nothing_heavy(ada: Crm, process: Process, args: str) -> None:
    """A prompt waits for it at every line: 60 milliseconds in all (click alone takes 30, SQLAlchemy 200)."""
    done = process(*args.split(), env={"PYTHONVERBOSE": "1"})
    loaded = {
        line.split("'")[1]
        for line in done.stderr.decode(errors="replace").splitlines()
        if line.startswith("import '")
    }
    tops = {name.partition(".")[0] for name in loaded}
    assert "crm" in tops
    assert tops & {*HEAVY, "dateutil", "keyring", "tomlkit", "rich"} == set()
    assert {name for name in loaded if name.startswith(("crm.importers", "crm.services", "crm.db"))} == set()
    if "--prompt" in args:
        assert "click" not in tops
        of_a_server = {
            "crm.domain",
            "crm.domain.database_names",
        }  # takes the password out of a URL, text alone
        assert {name for name in loaded if name.startswith("crm")} - of_a_server == {
            "crm", "crm.cli", "crm.cli.diagnostics", "crm.cli.prompt", "crm.paths", "crm.promptfile",
        } - {"crm.cli.diagnostics"}  # fmt: skip


# The timer


class Cron:
    """A system that has nothing but cron, and its table."""

    def __init__(self, crm: Crm, folder: Path) -> None:
        self.crm = crm
        self.table = folder / "table"
        programs = folder / "bin"
        programs.mkdir()
        (programs / "crontab").write_text(FAKE_CRONTAB, encoding="utf-8")
        (programs / "crontab").chmod(0o755)
        self.settings = {"PATH": str(programs), "TABLE": str(self.table)}

    def answer(self, *args: object, env: Mapping[str, str] | None = None) -> Answer:
        return self.crm.answer("remind", *args, env={**self.settings, **(env or {})})

    def run(self, *args: object, env: Mapping[str, str] | None = None) -> list[str]:
        answer = self.answer(*args, env=env)
        assert answer.code == 0, answer.out + answer.err
        return answer.lines


@pytest.fixture
def cron(crm: Crm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cron:
    """Return a system with a made-up cron; the tests' own folder does not count as one that goes away."""
    if sys.platform == "win32":
        pytest.skip("cron is not for Windows")
    monkeypatch.setattr(timing.tempfile, "gettempdir", lambda: "/nowhere")
    return Cron(crm, tmp_path)


def test_installing_shows_everything_and_asks_for_a_yes(cron: Cron) -> None:
    answer = cron.answer("--install")
    assert answer.code == 2
    assert "hint: add --yes" in answer.err
    assert not cron.table.exists()
    shown = cron.run("--install", "--dry-run")
    assert not cron.table.exists()
    assert "  run crontab - with this table:" in shown
    cron.run("--install", "--yes")
    table = cron.table.read_text(encoding="utf-8").splitlines()
    assert [line.strip() for line in shown if line.strip() in table] == table
    assert table[1].startswith("0 * * * * ")
    assert f"{sys.executable} -P -m crm --db " in table[1]


def test_installing_twice_is_once_and_uninstalling_brings_the_table_back(cron: Cron) -> None:
    before = "# mine\n5 4 * * * tidy 50\\%\n"
    cron.table.write_text(before, encoding="utf-8")
    cron.run("--install", "--yes")
    once = cron.table.read_text(encoding="utf-8")
    assert cron.run("--install", "--yes") == ["The cron table is set up already; nothing to do."]
    assert cron.table.read_text(encoding="utf-8") == once
    assert "crontab - with this table:" in "\n".join(cron.run("--uninstall", "--dry-run"))
    cron.run("--uninstall", "--yes")
    assert cron.table.read_text(encoding="utf-8") == before
    assert cron.run("--uninstall") == ["No timer of crm is set up; nothing to do."]


def test_the_minute_is_that_of_the_hour_that_was_wished_for(cron: Cron, settings: dict[str, str]) -> None:
    Path(settings["CRM_CONFIG"]).write_text('[remind]\nat = "07:45"\n', encoding="utf-8")
    cron.run("--install", "--yes")
    assert "\n45 * * * * " in cron.table.read_text(encoding="utf-8")
    Path(settings["CRM_CONFIG"]).write_text('[remind]\nat = "07:15"\n', encoding="utf-8")
    cron.run("--install", "--yes")
    assert "\n15 * * * * " in cron.table.read_text(encoding="utf-8")
    assert cron.table.read_text(encoding="utf-8").count("BEGIN") == 1


@pytest.mark.sqlite(reason="writes its path; test_timing.py has URLs")
def test_the_default_database_is_not_named_and_another_is(
    cron: Cron, settings: dict[str, str], tmp_path: Path
) -> None:
    cron.run("--install", "--yes")
    assert f"--db {settings['CRM_DATABASE_URL']} " in cron.table.read_text(encoding="utf-8")
    cron.run("--install", "--yes", env={"CRM_DATABASE_URL": ""})
    assert "--db" not in cron.table.read_text(encoding="utf-8")


def test_the_line_of_the_table_runs(cron: Cron, settings: dict[str, str]) -> None:
    """The command is run as cron does it: by a shell that knows next to nothing."""
    Path(settings["CRM_CONFIG"]).write_text("[notifiers.desk]\nkind = 'desktop'\n", encoding="utf-8")
    cron.run("--install", "--yes")
    line = cron.table.read_text(encoding="utf-8").splitlines()[1]
    command = line.split(" ", 5)[5].replace("\\%", "%").removesuffix(" >/dev/null 2>&1")
    kept = process_environment({"HOME": settings["HOME"], "PYTHONPATH": str(PROJECT), "CRM_NOW": NOW})
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, timeout=60, env=kept, cwd="/")
    assert (done.returncode, done.stdout) == (0, b""), done.stderr
    status = cron.crm.answer("remind", "--status", "--json", env=cron.settings).json
    assert status["last_run_at"] == NOW


def test_the_status_says_whether_reminders_arrive(cron: Cron, settings: dict[str, str]) -> None:
    assert cron.run("--status")[0] == "timer       none: crm remind --install sets one up"
    cron.run("--install", "--yes")
    lines = cron.run("--status")
    assert lines[0] == "timer       cron table, set up just now; the line is there"
    assert lines[1] == "last run    never"
    later = cron.answer("--status", env={"CRM_NOW": "2026-06-03T09:00:00Z"})
    assert later.code == 7
    assert later.err.startswith("crm: reminding has never run, and the cron table should run it every hour\n")
    cron.table.unlink()
    gone = cron.answer("--status")
    assert gone.code == 7
    assert "the system does not run the cron table" in gone.err


def test_the_status_as_json_has_times_and_worries(cron: Cron, settings: dict[str, str]) -> None:
    Path(settings["CRM_CONFIG"]).write_text(
        f"database = '{settings['CRM_DATABASE_URL']}'\n[notifiers.desk]\nkind = 'desktop'\n", encoding="utf-8"
    )
    answer = cron.answer("--status", "--json")
    assert answer.code == 7
    unknown = ("delivered_at", "day", "state", "error", "next_try_at", "failing_since")
    assert answer.json == {
        "timer": None,
        "this_database": True,
        "last_run_at": None,
        "next_digest_at": NOW,
        "notifiers": [
            {"name": "desk", "kind": "desktop", "enabled": True, "tries": 0, **dict.fromkeys(unknown)}
        ],
        "worries": [
            {
                "about": "timer",
                "message": "notifiers are configured, but nothing sends reminders by itself",
                "hint": "crm remind --install sets up a timer",
            }
        ],
    }
    cron.run("--install", "--yes")
    assert cron.answer("--status", "--json").json["timer"] == {
        "kind": "cron",
        "title": "cron table",
        "database": health.name_of_database(settings["CRM_DATABASE_URL"]),
        "installed_at": NOW,
        "active": True,
        "detail": "the line is there",
    }


@pytest.mark.sqlite(reason="names databases by their paths")
def test_another_database_than_the_timers_is_named_and_not_worried_about(cron: Cron, tmp_path: Path) -> None:
    cron.run("--install", "--yes")
    shutil.copy(tmp_path / "crm.db", tmp_path / "other.db")
    other = cron.answer("--status", "--db", tmp_path / "other.db", env={"CRM_NOW": "2026-06-09T09:00:00Z"})
    assert (other.code, other.err) == (0, "")
    assert f"            it looks at another database: {tmp_path / 'crm.db'}" in other.lines


def test_today_and_the_doctor_say_when_nothing_reminds(crm: Crm, settings: dict[str, str]) -> None:
    Path(settings["CRM_CONFIG"]).write_text(
        f"database = '{settings['CRM_DATABASE_URL']}'\n[notifiers.desk]\nkind = 'desktop'\n", encoding="utf-8"
    )
    answer = crm.answer("today")
    assert answer.code == 0
    assert answer.err == (
        "crm: notifiers are configured, but nothing sends reminders by itself:"
        " crm remind --install sets up a timer\n"
    )
    assert crm.answer("today", "--json").json["waiting"] == []
    found = crm.answer("doctor", "--json")
    assert found.code == 7
    [reminding] = [one for one in found.json if one["name"] == "reminding"]
    assert (reminding["ok"], reminding["hint"]) == (False, "crm remind --install sets up a timer")
    assert [one["ok"] for one in found.json if one["name"] == "notifiers"] == [True]


def test_today_says_nothing_of_reminders_that_nobody_wants(crm: Crm) -> None:
    assert crm.run("today").err == ""


def test_a_crm_in_the_folder_it_starts_in_is_not_started(cron: Cron, settings: dict[str, str]) -> None:
    """cron and systemd start in the home folder, where anything may lie."""
    (Path(settings["HOME"]) / "crm.py").write_text("raise SystemExit(99)", encoding="utf-8")
    cron.run("--install", "--yes")
    line = cron.table.read_text(encoding="utf-8").splitlines()[1]
    command = line.split(" ", 5)[5].replace("--deliver >/dev/null 2>&1", "--help")
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, timeout=60, cwd=settings["HOME"])
    assert done.returncode == 0, done.stderr
