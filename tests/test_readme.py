"""The README is true: its tables, its defaults, its commands, its files."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from readme_tables import README, with_tables

from crm import config
from crm.cli.commands import COMMANDS
from crm.cli.program import _EPILOG
from crm.domain.cadence import Rules
from crm.tui.acting import Acting

PROJECT = README.parent
TEXT = README.read_text("utf-8")
PAGES = [README, *sorted((PROJECT / "docs").glob("*.md")), PROJECT / "CHANGELOG.md"]


def test_the_tables_say_what_the_program_says_of_itself() -> None:
    wrong = [line for line in with_tables(TEXT).splitlines() if line not in TEXT.splitlines()]
    assert wrong == [], "run: python tests/readme_tables.py"
    assert with_tables(TEXT) == TEXT


def test_the_configuration_shown_holds_every_setting_with_its_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRM_TZ", "Europe/Berlin")
    shown = re.search(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    assert shown
    file = tmp_path / "config.toml"
    file.write_text(shown[1], "utf-8")
    loaded = config.load(file)
    assert loaded.rules == replace(Rules(), zone=loaded.rules.zone)
    assert loaded.database is None
    for key in config._KEYS:
        assert re.search(rf"^(# )?\[?{key}\b", shown[1], re.MULTILINE), key


def test_what_is_commented_out_in_it_works_too(tmp_path: Path) -> None:
    shown = re.search(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    assert shown
    file = tmp_path / "config.toml"
    file.write_text(re.sub(r"^# ", "", shown[1], flags=re.MULTILINE), "utf-8")
    assert config.load(file).database == "/path/to/crm.db"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_is_linked_to_exists(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_command_that_is_shown_exists() -> None:
    used = set(re.findall(r"(?:^|`|bin/)crm ([a-z]+)", TEXT, re.MULTILINE))
    assert used >= {"import", "today", "log", "undo"}
    assert used <= set(COMMANDS)


def test_every_environment_variable_and_exit_code_of_the_help_is_explained() -> None:
    for name in re.findall(r"[A-Z]+_[A-Z_]+", _EPILOG):
        assert f"`{name}`" in TEXT
    for code in re.findall(r"\b(\d) ", _EPILOG[_EPILOG.index("Exit codes") :]):
        assert re.search(rf"^\| {code} \| ", TEXT, re.MULTILINE), code


def test_the_keys_it_names_are_keys_of_today() -> None:
    paragraph = TEXT[TEXT.index("**4. Answer somebody.**") : TEXT.index("The same without the screen")]
    keys = {binding.key for binding in Acting.BINDINGS} | {"?"}
    assert set(re.findall(r"`(\S)`", paragraph)) == keys
