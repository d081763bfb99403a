"""Saving changes what it is asked to, and nothing else in the file."""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest

from crm import config
from crm.config import NotifierConfig, Privacy
from crm.domain.errors import ConfigError
from crm.domain.schedule import Schedule

WRITTEN = """\
# my settings
people_per_day = 7   # enough

[notifiers.mail]     # the one at work
kind = "email"
host = "mail.example.org"
to = "me@example.org"

[circles]
# who is close
inner = 10
"""


@pytest.fixture
def file(tmp_path) -> Path:
    file = tmp_path / "config.toml"
    file.write_text(WRITTEN, "utf-8")
    return file


def test_one_setting_changes_and_every_comment_stays(file):
    saved = config.save({("notifiers", "mail", "host"): "smtp.example.org"}, file)
    assert file.read_text("utf-8") == WRITTEN.replace("mail.example.org", "smtp.example.org")
    assert saved.notifier("mail").settings["host"] == "smtp.example.org"


def test_saving_what_is_already_there_changes_no_byte(file):
    loaded = config.load(file)
    config.save(config.for_notifier(loaded.notifiers[0], loaded.notifiers[0]), file)
    assert file.read_text("utf-8") == WRITTEN


def test_a_schedule_goes_in_and_comes_out(file):
    wanted = Schedule(time(9, 30), frozenset({0, 4}), ((time(21), time(8)),))
    assert config.save(config.for_schedule(wanted), file).schedule == wanted
    assert config.load(file).schedule == wanted
    assert config.save(config.for_schedule(Schedule()), file).schedule == Schedule()
    assert "# who is close" in file.read_text("utf-8")
    assert "quiet" not in file.read_text("utf-8")


def test_a_notifier_is_added_changed_renamed_and_removed(file):
    phone = NotifierConfig("phone", "ntfy", True, Privacy.NAMES, {"topic": "tür:1", "tags": ["a", "b"]})
    config.save(config.for_notifier(phone), file)
    assert config.load(file).notifier("phone") == phone
    quieter = replace(phone, enabled=False, privacy=None, settings={"topic": "other"})
    config.save(config.for_notifier(quieter, phone), file)
    assert config.load(file).notifier("phone") == quieter
    config.save(config.renamed(quieter, "pocket"), file)
    assert config.load(file).notifier("phone") is None
    assert config.load(file).notifier("pocket") == replace(quieter, name="pocket")
    config.save({("notifiers", "pocket"): None}, file)
    assert [one.name for one in config.load(file).notifiers] == ["mail"]
    assert file.read_text("utf-8").startswith(WRITTEN.rstrip("\n"))


def test_a_file_that_is_not_there_is_made_for_the_user_alone(tmp_path):
    file = tmp_path / "new" / "config.toml"
    desktop = NotifierConfig("desktop", "desktop")
    config.save(config.for_notifier(desktop), file)
    assert file.read_text("utf-8") == '[notifiers.desktop]\nkind = "desktop"\n'
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert config.load(file).notifiers == (desktop,)


def test_what_would_make_no_sense_is_refused_and_the_file_stays(file):
    with pytest.raises(ConfigError, match="at must be a time of day"):
        config.save({("remind", "at"): "later"}, file)
    assert file.read_text("utf-8") == WRITTEN


def test_a_broken_file_is_not_overwritten(file):
    file.write_text("people_per_day = = 3\n", "utf-8")
    with pytest.raises(ConfigError):
        config.save({("remind", "at"): "09:00"}, file)
    assert file.read_text("utf-8") == "people_per_day = = 3\n"


def test_inline_tables_and_dotted_keys_are_understood(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text('remind = {at = "08:00"} # short\nnotifiers.d.kind = "desktop"\n', "utf-8")
    saved = config.save({("remind", "at"): "07:00", ("notifiers", "d", "enabled"): False}, file)
    assert saved.schedule.at == time(7)
    assert not saved.notifiers[0].enabled
    assert "# short" in file.read_text("utf-8")


def test_a_value_where_a_table_belongs_is_an_error(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text("remind = 3\n", "utf-8")
    with pytest.raises(ConfigError, match="not a table"):
        config.save({("remind", "at"): "07:00"}, file)
    assert file.read_text("utf-8") == "remind = 3\n"


@pytest.mark.skipif(os.name != "posix", reason="links need rights elsewhere")
def test_a_link_to_the_file_stays_a_link(tmp_path, file):
    link = tmp_path / "link.toml"
    link.symlink_to(file)
    config.save({("people_per_day",): 3}, link)
    assert link.is_symlink()
    assert "people_per_day = 3   # enough" in file.read_text("utf-8")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_not_ours_is_an_error_with_a_hint(tmp_path):
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    with pytest.raises(ConfigError, match="cannot write"):
        config.save({("people_per_day",): 3}, folder / "config.toml")


def test_nothing_is_left_beside_it_when_writing_fails(file, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigError, match="No space left"):
        config.save({("people_per_day",): 3}, file)
    assert [one.name for one in file.parent.iterdir()] == ["config.toml"]
    assert file.read_text("utf-8") == WRITTEN
