"""What the configuration says about reminders, and clear words where it makes no sense."""

from __future__ import annotations

from datetime import time

import pytest

from crm import config
from crm.config import Privacy
from crm.domain.errors import ConfigError
from crm.domain.schedule import EVERY_DAY


@pytest.fixture
def load(tmp_path):
    def read(text):
        file = tmp_path / "config.toml"
        file.write_text(text, "utf-8")
        return config.load(file)

    return read


def test_without_a_word_it_is_eight_in_the_morning_of_every_day(load):
    schedule = load("").schedule
    assert (schedule.at, schedule.weekdays, schedule.quiet) == (time(8), EVERY_DAY, ())


def test_hour_days_and_quiet_hours_are_read(load):
    schedule = load(
        '[remind]\nat = "9:30"\nweekdays = ["Mon", "thursday"]\nquiet = ["21:00-08:00", "12:00-13:00"]\n'
    ).schedule
    assert schedule.at == time(9, 30)
    assert schedule.weekdays == {0, 3}
    assert schedule.quiet == ((time(21), time(8)), (time(12), time(13)))


def test_the_time_type_of_toml_is_understood(load):
    assert load("[remind]\nat = 07:15:00\n").schedule.at == time(7, 15)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("remind = 3", "remind"),
        ("[remind]\nat = 8", "at"),
        ('[remind]\nat = "25:00"', "at"),
        ('[remind]\nweekdays = ["mittwoch"]', "weekdays"),
        ("[remind]\nweekdays = []", "weekdays"),
        ('[remind]\nweekdays = "mon"', "weekdays"),
        ('[remind]\nquiet = ["late"]', "quiet"),
        ('[remind]\nquiet = ["08:00-08:00"]', "quiet"),
        ("[remind]\nquiet = 3", "quiet"),
        ("[remind]\nevery = 3", "every"),
        ("notifiers = 3", "notifiers"),
        ("[notifiers]\nmail = 3", "notifiers"),
        ("[notifiers.mail]\n", "kind"),
        ('[notifiers.mail]\nkind = ""', "kind"),
        ('[notifiers.mail]\nkind = "email"\nenabled = "no"', "enabled"),
        ('[notifiers.mail]\nkind = "email"\nprivacy = "none"', "privacy"),
        ('[notifiers.mail]\nkind = "email"\nprivacy = []', "privacy"),
        ('[notifiers."my mail"]\nkind = "email"', "my mail"),
    ],
)
def test_what_makes_no_sense_is_an_error_with_file_key_and_what_to_write(load, tmp_path, text, named):
    with pytest.raises(ConfigError) as caught:
        load(text)
    assert str(tmp_path / "config.toml") in caught.value.message
    assert named in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize("at", ["21:00", "22:30"])
def test_quiet_hours_that_leave_no_moment_are_an_error_and_not_silence(load, at):
    with pytest.raises(ConfigError, match="nothing would ever be sent"):
        load(f'[remind]\nat = "{at}"\nquiet = ["21:00-08:00"]')
    assert load(f'[remind]\nat = "{at}"\nquiet = ["21:00-23:00"]').schedule.at.hour == int(at[:2])


def test_notifiers_keep_their_order_and_their_settings(load):
    found = load(
        '[notifiers.phone]\nkind = "ntfy"\ntopic = "x"\nprivacy = "first names"\n'
        '[notifiers.desktop]\nkind = "desktop"\nenabled = false\n'
    )
    assert [one.name for one in found.notifiers] == ["phone", "desktop"]
    phone, desktop = found.notifiers
    assert (phone.kind, phone.privacy, dict(phone.settings)) == ("ntfy", Privacy.FIRST_NAMES, {"topic": "x"})
    assert (desktop.enabled, desktop.privacy) == (False, None)
    assert found.notifier("desktop") == desktop
    assert found.notifier("nobody") is None


def test_what_a_notifier_is_told_does_not_show_when_it_is_printed(load):
    found = load('[notifiers.m]\nkind = "email"\npassword = "hunter2"\ninsecure = true\n')
    assert "hunter2" not in repr(found)
