"""The counts of a prompt are those of Today, now and for three days; the file holds no name."""

from __future__ import annotations

import json
import random
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crm import promptfile
from crm.db.store import Store
from crm.domain.cadence import Rules
from crm.domain.records import PartialDate
from crm.promptfile import Counts
from crm.services import contacts, editing, prompting
from crm.services.today import today

NOON = 1_780_000_000


@pytest.fixture(autouse=True)
def _own_state(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def answered(act, name: str, *ago: float):
    return [
        act(name, direction, days_ago=days + (0.1 if direction == "in" else 0))
        for days in ago
        for direction in ("in", "out")
    ]


def expected(work, at: datetime) -> tuple[int, int, int]:
    view = today(replace(work, now=at))
    return len(view.waiting), len(view.drifting), sum(item.on == view.date for item in view.dates)


@pytest.mark.parametrize("seed", range(4))
def test_it_says_what_today_says_at_every_moment_of_three_days(store, act, bring, clock, seed):
    chance = random.Random(seed)
    clock.moment = datetime(2026, 10, 24, 9, 17, tzinfo=UTC)  # summer time ends in the night after
    berlin = Store.open(
        store.path or store.url, rules=Rules(zone=ZoneInfo("Europe/Berlin"), people_per_day=4), now=clock
    )
    since = 145  # the records are dated from 1 June
    records = []
    for n in range(25):
        ago = sorted({chance.uniform(-since + 12, 400) for _ in range(chance.choice((1, 3, 4)))})
        records += answered(act, f"p{n}", *ago)
        if n % 3 == 0:
            records.append(act(f"p{n}", "in", days_ago=-since + chance.uniform(26, 34)))
    bring(records)
    for n in range(0, 25, 4):
        key = store.read(contacts.find, f"p{n}")
        edits = editing.Edits(
            birthday=PartialDate(10, chance.randrange(24, 29)), cadence_days=chance.choice((14, 20, 30))
        )
        berlin.write(editing.edit, [key], edits)
    for n in range(1, 25, 6):
        until = clock() + timedelta(hours=chance.randrange(1, 70))
        berlin.write(editing.snooze, store.read(contacts.find, f"p{n}"), until)
    clock.forward(days=1)
    lines = berlin.read(prompting.coming)

    def compare(work) -> None:
        for minutes in range(0, 3 * 24 * 60, 20):
            at = clock() + timedelta(minutes=minutes)
            said = [line for line in lines if line.since <= at.timestamp()][-1]
            assert tuple(said)[1:] == expected(work, at), at

    berlin.read(compare)
    assert [line.since for line in lines] == sorted({line.since for line in lines})
    berlin.close()


def test_what_is_noted_is_read_again_and_holds_no_name(store, act, bring):
    bring([act("ada", "in", days_ago=2)])
    prompting.refresh(store)
    now = store.now().timestamp()
    assert promptfile.read(store.path or store.url, now) == Counts(int(now), 1, 0, 0)
    text = promptfile.place().read_text(encoding="utf-8")
    assert "ada" not in text.casefold()
    assert store.path is None or store.path.parent.name not in text
    assert stat.S_IMODE(promptfile.place().stat().st_mode) == 0o600


def test_it_changes_by_itself_when_its_moment_comes(tmp_path):
    lines = [Counts(NOON, 1, 0, 0), Counts(NOON + 100, 1, 2, 0), Counts(NOON + 90_000, 0, 2, 1)]
    promptfile.write(tmp_path / "a.db", NOON, lines)
    said = [
        promptfile.read(tmp_path / "a.db", NOON + after) for after in (0, 99, 100, 89_999, 90_000, 3 * 86_400)
    ]
    assert [each.words for each in said if each] == [
        "1 waiting",
        "1 waiting",
        "1 waiting, 2 drifting",
        "1 waiting, 2 drifting",
        "2 drifting, 1 date today",
        "2 drifting, 1 date today",
    ]


def test_it_is_silent_when_nobody_looked_for_three_days_or_the_clock_cannot_be_right(tmp_path):
    promptfile.write(tmp_path / "a.db", NOON, [Counts(NOON, 1, 0, 0)])
    assert promptfile.read(tmp_path / "a.db", NOON + 3 * 86_400 + 1) is None
    assert promptfile.read(tmp_path / "a.db", NOON - 86_401) is None
    assert promptfile.read(tmp_path / "a.db", NOON - 3600) == Counts(NOON, 1, 0, 0)  # set back an hour
    assert promptfile.read(tmp_path / "b.db", NOON) is None


def test_databases_do_not_speak_for_each_other_and_old_ones_go(tmp_path):
    promptfile.write(tmp_path / "a.db", NOON, [Counts(NOON, 1, 0, 0)])
    promptfile.write(tmp_path / "b.db", NOON + 60, [Counts(NOON, 2, 0, 0)])
    assert promptfile.read(tmp_path / "a.db", NOON + 60) == Counts(NOON, 1, 0, 0)
    promptfile.write(tmp_path / "b.db", NOON + 4 * 86_400, [Counts(NOON, 2, 0, 0)])
    assert len(json.loads(promptfile.place().read_bytes())["databases"]) == 1


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"\xff",
        b"[]",
        b'{"version": 2}',
        b'{"version": 1, "databases": []}',
        b'{"version": 1, "databases": {"KEY": {}}}',
        b'{"version": 1, "databases": {"KEY": {"written": 1780000000, "lines": []}}}',
        b'{"version": 1, "databases": {"KEY": {"written": "x", "lines": [[1, 2]]}}}',
        b'{"version": 1, "databases": {"KEY": 7}}',
    ],
)
def test_a_damaged_file_is_silent_and_is_written_anew(tmp_path, damage):
    place = promptfile.place()
    place.parent.mkdir(parents=True)
    place.write_bytes(damage.replace(b"KEY", promptfile.key_of(tmp_path / "a.db").encode()))
    assert promptfile.read(tmp_path / "a.db", NOON) is None
    promptfile.write(tmp_path / "a.db", NOON, [Counts(NOON, 1, 0, 0)])
    assert promptfile.read(tmp_path / "a.db", NOON) == Counts(NOON, 1, 0, 0)


def test_a_database_has_one_key_however_it_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    keys = {
        promptfile.key_of(named)
        for named in (tmp_path / "a.db", str(tmp_path / "a.db"), "a.db", f"sqlite:///{tmp_path / 'a.db'}")
    }
    assert len(keys) == 1
    secret, masked = "postgresql://ada:s3cret@db/crm", "postgresql://ada:***@db/crm"
    assert promptfile.key_of(secret) == promptfile.key_of(masked)
    assert promptfile.key_of(secret) == promptfile.key_of("postgresql+psycopg://ada@db/crm")
    assert promptfile.key_of(None) == promptfile.key_of(tmp_path / "data" / "crm" / "crm.db")
