"""The command line as a whole: its help, its errors, and what it does not import."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import click
import pytest
from cli_runner import PROJECT, Crm, Process

from crm.cli.commands import COMMANDS, module_of
from crm.cli.diagnostics import ExitCode, code_of
from crm.cli.options import Command
from crm.cli.program import program
from crm.domain import errors


def test_the_table_of_commands_holds_the_help_of_each_module() -> None:
    loaded = {
        name: importlib.import_module(f"crm.cli.commands.{module_of(name)}").command for name in COMMANDS
    }
    assert {name: command.get_short_help_str(limit=200) for name, command in loaded.items()} == COMMANDS
    assert {name: command.name for name, command in loaded.items()} == {name: name for name in COMMANDS}


def test_every_module_of_the_folder_is_a_command_of_the_table() -> None:
    folder = PROJECT / "crm" / "cli" / "commands"
    modules = {file.stem for file in folder.glob("*.py")} - {"__init__"}
    assert modules == {module_of(name) for name in COMMANDS}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_takes_a_database_and_explains_every_option(name: str) -> None:
    command = program.get_command(click.Context(program), name)
    assert isinstance(command, Command)
    assert COMMANDS[name].endswith(".")
    options = [each for each in command.params if isinstance(each, click.Option)]
    assert "--db" in {opt for each in options for opt in each.opts}
    assert [each.name for each in options if not each.help] == []


def test_the_help_names_every_command_and_every_exit_code(crm: Crm) -> None:
    out = crm.run("--help").out
    assert all(f"  {name} " in out for name in COMMANDS)
    for code in ExitCode:
        assert f"{code.value} " in out.split("Exit codes:")[1]
    assert max(map(len, out.splitlines())) <= 80


def test_every_command_is_named_in_the_readme() -> None:
    readme = PROJECT / "README.md"
    if not readme.is_file():
        pytest.skip("there is no README yet")
    text = readme.read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"crm {name}" not in text] == []


def test_help_imports_nothing_that_a_command_needs() -> None:
    code = (
        "import sys\n"
        "from crm.cli.program import run\n"
        "assert run(['--help']) == 0\n"
        "heavy = ('sqlalchemy', 'alembic', 'textual', 'rich', 'msgspec', 'lxml', 'crm.services', 'crm.db')\n"
        "print('loaded:', [name for name in heavy if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "loaded: []"


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - {"demo"}))
def test_no_command_imports_the_terminal_ui(name: str) -> None:
    code = (
        "import sys, importlib\n"
        f"importlib.import_module('crm.cli.commands.{module_of(name)}')\n"
        "print([each for each in ('textual', 'rich', 'alembic') if each in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_an_unknown_command_suggests_the_nearest(crm: Crm) -> None:
    answer = crm.answer("tody")
    assert answer.code == 2
    assert answer.out == ""
    assert answer.err == 'crm: error: there is no command "tody"\nhint: did you mean "today"?\n'


def test_an_unknown_option_points_to_the_help_of_its_command(crm: Crm) -> None:
    answer = crm.answer("today", "--colour")
    assert answer.code == 2
    assert answer.err.startswith("crm: error: no such option")
    assert "hint: " in answer.err


def test_a_missing_argument_is_a_usage_error(crm: Crm) -> None:
    answer = crm.answer("show")
    assert answer.code == 2
    assert answer.err == "crm: error: missing argument 'CONTACT'\nhint: crm show --help shows what it takes\n"


def test_the_version_is_printed(crm: Crm) -> None:
    from crm import __version__

    assert crm.run("--version").out == f"crm {__version__}\n"


def test_the_screen_is_not_opened_without_a_terminal(crm: Crm) -> None:
    Path(crm.settings["CRM_DATABASE_URL"]).unlink(missing_ok=True)
    answer = crm.answer()
    assert answer.code == 2
    assert answer.err.startswith("crm: error: the screen needs a terminal\nhint: ")
    assert not Path(crm.settings["CRM_DATABASE_URL"]).exists()


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.UsageError, 2),
        (errors.ConfigError, 2),
        (errors.NotFoundError, 3),
        (errors.AmbiguousError, 3),
        (errors.ConflictError, 4),
        (errors.ExportError, 5),
        (errors.DatabaseError, 6),
        (errors.NotifierError, 7),
    ],
)
def test_each_kind_of_error_has_its_exit_code(error: type[errors.CrmError], code: int) -> None:
    assert code_of(error("x")) == code


def test_every_kind_of_expected_error_is_told_from_a_bug() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and kind is not errors.CrmError]
    assert kinds
    assert [kind for kind in kinds if code_of(kind("x")) == ExitCode.BUG] == []


def test_a_bad_configuration_is_a_usage_error(crm: Crm) -> None:
    Path(crm.settings["CRM_CONFIG"]).write_text("people_per_day = 'many'\n", encoding="utf-8")
    answer = crm.answer("today")
    assert answer.code == 2
    assert "people_per_day" in answer.err


def test_a_bad_clock_is_a_usage_error(crm: Crm) -> None:
    answer = crm.answer("today", env={"CRM_NOW": "tomorrow-ish"})
    assert answer.code == 2
    assert answer.err.startswith("crm: error: CRM_NOW is not a time")


@pytest.mark.sqlite(reason="names a file")
def test_a_database_that_is_none_is_a_database_error(crm: Crm, tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear Ada,\n" * 100, encoding="utf-8")
    answer = crm.answer("--db", file, "today")
    assert answer.code == 6
    assert answer.err.startswith("crm: error: ")
    assert file.read_text(encoding="utf-8") == "Dear Ada,\n" * 100


@pytest.mark.sqlite(reason="names databases by their paths")
def test_the_database_can_be_named_before_or_after_the_command(crm: Crm, tmp_path: Path) -> None:
    crm.run("--db", tmp_path / "one.db", "add", "Ada")
    crm.run("add", "Bo", "--db", tmp_path / "two.db")
    assert [each["name"] for each in crm.json("contacts", "--db", tmp_path / "one.db")] == ["Ada"]
    assert [each["name"] for each in crm.json("--db", tmp_path / "two.db", "contacts")] == ["Bo"]
    assert crm.json("contacts") == []


def test_an_unexpected_error_shows_its_place_and_nobodys_data(
    crm: Crm, monkeypatch: pytest.MonkeyPatch
) -> None:
    from crm.services import today

    def fail(work: object) -> None:
        secret = "Ada's secret"
        raise ValueError(secret)

    monkeypatch.setattr(today, "today", fail)
    answer = crm.answer("today")
    assert answer.code == 1
    assert "ValueError in crm/" in answer.err
    assert "CRM_DEBUG=1" in answer.err
    assert "secret" not in answer.err
    assert "Traceback" not in answer.err
    traced = crm.answer("today", env={"CRM_DEBUG": "1"})
    assert traced.code == 1
    assert "Traceback" in traced.err
    assert "builtins.ValueError" in traced.err
    assert "in fail" in traced.err
    assert "secret" not in traced.err


def test_python_m_crm_runs_the_program(process: Process) -> None:
    done = process("--version")
    assert done.returncode == 0
    assert done.stdout.startswith(b"crm ")
