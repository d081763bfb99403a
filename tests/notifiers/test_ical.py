"""The calendar file has an alarm for everything that is coming, and never replaces what is no calendar."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
import vobject

from crm.config import Config, NotifierConfig, Privacy
from crm.db.store import Store
from crm.domain.cadence import Rules
from crm.domain.errors import ConfigError, NotifierError
from crm.domain.records import PartialDate
from crm.domain.schedule import Schedule
from crm.notifiers.ical import Notifier
from crm.services import channels, editing, notifying
from crm.services.editing import Edits

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "crm.db", rules=Rules(zone=UTC), now=lambda: NOW)
    key = opened.write(editing.add, "Ada Byron; „Ö“")
    opened.write(editing.edit, [key], Edits(birthday=PartialDate(6, 3, 1990), cadence_days=30))
    yield opened
    opened.close()


def written(store, file, privacy=None):
    told = NotifierConfig("cal", "ical", True, privacy, {"path": str(file)})
    sending = channels.Sending(store, Config(None, None, None, Schedule(), (told,)))
    [outcome] = notifying.deliver(store, sending.channels, Schedule())
    assert outcome.state == "sent", outcome
    return vobject.readOne(file.read_text("utf-8"))


def test_the_digest_due_contacts_and_birthdays_get_alarms(store, tmp_path):
    file = tmp_path / "new" / "crm.ics"
    calendar = written(store, file, Privacy.FULL)
    events = {event.summary.value: event for event in calendar.vevent_list}
    assert set(events) == {
        "1 date", "Birthday of Ada Byron; „Ö“ (1990)", "Get in touch with Ada Byron; „Ö“",
    }  # fmt: skip
    assert all(event.valarm for event in events.values())
    assert "birthday on Wednesday" in events["1 date"].description.value
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_names_are_written_as_far_as_allowed(store, tmp_path):
    usual = written(store, tmp_path / "crm.ics").serialize()
    assert "Get in touch with Ada" in usual
    assert "Byron" not in usual


def test_a_count_names_nobody(store, tmp_path):
    calendar = written(store, tmp_path / "crm.ics", Privacy.COUNT).serialize()
    assert "Get in touch with somebody" in calendar
    assert "Ada" not in calendar


def test_it_replaces_its_own_file_and_nothing_else(notice, tmp_path):
    file = tmp_path / "crm.ics"
    for content in (b"BEGIN:VCALENDAR\r\n1", b"BEGIN:VCALENDAR\r\n2"):
        Notifier(file).send(notice._replace(calendar=content))
        assert file.read_bytes() == content
    file.write_bytes(b"my thesis")
    with pytest.raises(NotifierError, match="is not a calendar"):
        Notifier(file).send(notice._replace(calendar=b"BEGIN:VCALENDAR"))
    assert file.read_bytes() == b"my thesis"
    assert [one.name for one in tmp_path.iterdir()] == ["crm.ics"]


def test_a_folder_in_its_place_is_an_error(notice, tmp_path):
    (tmp_path / "crm.ics").mkdir()
    with pytest.raises(NotifierError, match="cannot write"):
        Notifier(tmp_path / "crm.ics").send(notice)


@pytest.mark.parametrize("settings", [{}, {"path": "crm.ics"}, {"path": "/etc/passwd"}, {"path": 3}])
def test_settings_that_make_no_sense_are_errors(settings):
    with pytest.raises(ConfigError):
        Notifier.make(settings)


def test_the_home_folder_may_be_written_as_a_tilde():
    assert Notifier.make({"path": "~/crm.ics"}).path == Path.home() / "crm.ics"
