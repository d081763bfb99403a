"""Whatever lies where the configuration should: one sentence says what it is and what to do."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from crm import config
from crm.domain.errors import ConfigError


def refused(file: Path) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        config.load(file)
    assert "Errno" not in caught.value.message
    assert caught.value.hint
    return caught.value


def test_an_empty_file_sets_nothing(tmp_path: Path) -> None:
    (tmp_path / "config.toml").touch()
    assert config.load(tmp_path / "config.toml").rules == config.load(tmp_path / "none.toml").rules


def test_a_folder_is_no_configuration(tmp_path: Path) -> None:
    assert refused(tmp_path).message == f"{tmp_path} is a folder and no file"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes with names")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "is a pipe" in refused(tmp_path / "pipe").message


def test_a_path_through_a_file_names_the_file_and_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "home").touch()
    error = refused(tmp_path / "home" / ".config" / "crm" / "config.toml")
    assert error.message.endswith("something above it is no folder")
    assert "HOME" in (error.hint or "")


def test_bytes_that_are_no_text_are_found_by_their_line(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(b'# one\n# two\ntheme = "\xff"\n')
    assert refused(tmp_path / "config.toml").message.endswith("is no UTF-8 text: see line 3")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_says_so(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.touch(0o000)
    assert refused(file).message == f"cannot read {file}: Permission denied"


def test_a_hundred_megabytes_are_not_read(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    with file.open("wb") as stream:
        stream.truncate(100_000_000)
    assert "larger than 1 MB" in refused(file).message


@pytest.mark.parametrize(
    "text",
    [
        "bogus = 1",
        'window_days = "x"',
        "window_days = true",
        "people_per_day = 1e9",
        "theme = 7",
        "database = 5",
        "time_zone = []",
        'own_sites = "x"',
        "own_sites = [1]",
        "circles = {a = 1.5}",
        "circles = 3",
        "people = 3",
        "people = {columns = 1}",
        "filters = [1]",
        "filters = {a = {turn = 1}}",
        "notifiers = 'x'",
        "notifiers = {a = 1}",
        "notifiers = {a = {kind = 1}}",
        "remind = 1",
        "remind = {at = 1}",
        "remind = {nope = 1}",
        "backups = 1",
        "backups = {automatic = 1}",
        "window_days = " + "9" * 5000,
        "a = " + "[" * 5000,
    ],
    ids=lambda text: text[:30],
)
def test_unknown_settings_and_wrong_types_name_the_file_and_what_to_write(tmp_path: Path, text: str) -> None:
    (tmp_path / "config.toml").write_text(text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        config.load(tmp_path / "config.toml")
    assert str(tmp_path) in caught.value.message
    assert caught.value.hint or "must be one of" in caught.value.message
