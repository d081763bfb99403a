"""The demo community: lively on every day of the year, the same in every process, gone when it is closed."""

from __future__ import annotations

import hashlib
import os
import stat
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from crm.db.store import Store, Work
from crm.db.tables import interaction, post
from crm.domain.records import InteractionRecord, PartialDate
from crm.domain.text import clean
from crm.services import contacts, doctor, identities, interactions, matching, searching, today
from crm.services.contacts import ContactQuery
from crm.services.demo import community, material, open_demo, words
from crm.services.importing import runs

NOW = datetime(2026, 6, 1, 9, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(scope="module")
def demo() -> Iterator[Store]:
    store = open_demo(lambda: NOW)
    yield store
    store.close()


def _fingerprint(now: datetime) -> str:
    made = community.make(now, BERLIN)
    return hashlib.sha256(repr((made.address_book, made.exports, made.logged)).encode()).hexdigest()


def test_the_same_moment_gives_the_same_community_in_every_process() -> None:
    code = (
        "import hashlib; from datetime import datetime, UTC; from zoneinfo import ZoneInfo\n"
        "from crm.services.demo import community\n"
        "made = community.make(datetime(2026, 6, 1, 9, 30, tzinfo=UTC), ZoneInfo('Europe/Berlin'))\n"
        "print(hashlib.sha256(repr((made.address_book, made.exports, made.logged)).encode()).hexdigest())"
    )
    for seed in ("0", "4711"):
        done = subprocess.run(
            [sys.executable, "-X", "utf8", "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == _fingerprint(NOW)


def test_another_moment_gives_the_same_people() -> None:
    first = community.make(NOW, UTC)
    second = community.make(NOW + timedelta(days=400, hours=5), UTC)
    assert [person.figure.name for person in first.contacts] == [p.figure.name for p in second.contacts]
    assert [person.accounts for person in first.contacts] == [p.accounts for p in second.contacts]


@pytest.mark.parametrize(
    "now",
    [NOW, datetime(2027, 1, 1, 0, 5, tzinfo=UTC), datetime(2028, 2, 29, 23, 50, tzinfo=UTC)],
    ids=["summer", "new year's night", "leap day"],
)
def test_today_is_lively_on_every_day_of_the_year(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_TZ", "Europe/Berlin")
    store = open_demo(lambda: now)
    try:
        view = store.read(today.today)
    finally:
        store.close()
    assert len(view.waiting) == 10
    assert len({item.platform for item in view.waiting}) >= 6
    assert all(item.last is not None and item.last.text for item in view.waiting)
    assert len(view.drifting) == store.rules.people_per_day
    assert 8 <= view.more_drifting <= 20
    assert any(item.stale for item in view.drifting)
    assert {item.what for item in view.dates} == {"birthday", "anniversary"}
    assert view.dates[0].on == now.astimezone(BERLIN).date()
    assert len(view.support) == 4


def test_every_turn_every_cadence_and_every_circle_occurs(demo: Store) -> None:
    everybody = demo.read(contacts.list_contacts, ContactQuery(archived=None))
    assert 290 <= len(everybody) <= 340
    assert set(Counter(view.turn for view in everybody)) == {"yours", "theirs", "even", "none"}
    assert set(Counter(view.cadence_from for view in everybody)) == {"own", "circle", "rhythm", "none"}
    assert set(Counter(view.circle for view in everybody)) == {"inner", "close", "wide", "far", None}
    assert sum(view.unanswered >= 3 for view in everybody) >= 3
    assert any(view.archived for view in everybody)
    assert any(view.muted for view in everybody)
    assert any(view.snoozed_until and view.snoozed_until > NOW for view in everybody)
    assert any(view.turn == "yours" and not view.owed for view in everybody)


def test_some_years_on_ten_platforms_and_more(demo: Store) -> None:
    def facts(work: Work) -> tuple[int, Counter[str], int, int]:
        rows = work.connection.execute(select(interaction.c.platform, interaction.c.at)).all()
        times = [row.at for row in rows if row.at is not None]
        posts = len(work.connection.execute(select(post.c.id)).all())
        return len(rows), Counter(row.platform for row in rows), max(times) - min(times), posts

    total, platforms, span, posts = demo.read(facts)
    assert 15_000 <= total <= 25_000
    assert len([platform for platform, number in platforms.items() if number > 100]) >= 10
    assert span > 6 * 365 * 86_400_000_000
    assert posts > 400


def test_two_people_may_have_the_same_name(demo: Store) -> None:
    named = demo.read(contacts.list_contacts, ContactQuery(text="Anna Schmidt"))
    assert [view.name for view in named] == ["Anna Schmidt", "Anna Schmidt"]


def test_some_people_are_there_twice_and_matches_asks_about_them(demo: Store) -> None:
    found = demo.read(matching.matches)
    pairs = {frozenset((view.keep.name, view.other.name)) for view in found}
    assert pairs >= {
        frozenset({"Chloé Beaumont"}),
        frozenset({"Florian Weiß", "Florian Weiss"}),
        frozenset({"Tomás Rivera", "Tomas Rivera"}),
    }
    assert len(found) <= 5  # those with the same name who are two people are not asked about


def test_somebody_was_born_on_the_29th_of_february(demo: Store) -> None:
    (row,) = demo.read(contacts.list_contacts, ContactQuery(text="Søren"))
    birthday = demo.read(contacts.show, row.id, 0).birthday
    assert birthday is not None
    assert (birthday.month, birthday.day) == (2, 29)
    assert birthday.year is not None
    assert date(birthday.year, 2, 29)


def test_nothing_lies_in_the_future_and_all_texts_are_filled_in() -> None:
    made = community.make(NOW, BERLIN)
    acts = [
        record for found in made.exports.values() for record in found if isinstance(record, InteractionRecord)
    ]
    latest = NOW.timestamp() * 1_000_000
    for record in (*acts, *made.logged):
        assert record.at is None or record.at <= latest
        assert record.text is None or ("{" not in record.text and "}" not in record.text), record.text
        assert record.text is None or record.text == clean(record.text, multiline=True, limit=10_000)


def test_no_account_leads_to_a_real_person() -> None:
    reserved = (".example", "example.org", "example.net", "example.com")
    made = community.make(NOW, UTC)
    refs = [ref for person in made.contacts for ref in person.accounts.values()]
    for ref in refs:
        if ref.platform in ("in-person", "letter"):
            continue
        if ref.platform == "phone":
            assert (ref.handle or "").startswith(("+49 30 23125 ", "+44 1632 960"))
            continue
        where = (ref.url or "").split("/")[2] if ref.url else (ref.handle or "").partition("@")[2]
        assert where.endswith(reserved), ref
    keys = [(ref.platform, ref.handle) for ref in refs]
    assert len(set(keys)) == len(keys)


def test_an_answer_knows_what_was_asked() -> None:
    """Each way of going through a talk begins with one who speaks and never leaves a slot without a word."""
    known = {"blog", "place", "book", "glaze", "piece", "month", "weekday", "to"}
    found = material.talks()
    for (language, setting), scripts in found.items():
        assert language in words.GLAZES
        for script in scripts:
            assert script, (language, setting)
            assert {said.sign for said in script} <= {"<", ">", "="}
            for said in script:
                said.text.format_map(dict.fromkeys(known, "x"))
    for setting in ("hello", "talk", "public", "photo", "shop", "nudge", "cheer", "close", "call", "meeting"):
        assert {language for language, other in found if other == setting} == {"en", "de", "es", "ja"}


def test_conversations_go_back_and_forth(demo: Store) -> None:
    (rosa,) = demo.read(contacts.list_contacts, ContactQuery(text="Rosa Lindqvist"))
    acts = demo.read(interactions.timeline, rosa.id)
    spoken = [act.direction for act in acts if act.depth == "words"]
    assert len(acts) > 200
    assert 0.35 < spoken.count("in") / len(spoken) < 0.65
    assert rosa.exchange_days > 60
    assert {act.platform for act in acts} >= {"flickr", "email", "mastodon", "phone", "in-person"}


def test_who_you_are_is_known_on_every_platform(demo: Store) -> None:
    mine = demo.read(identities.me)
    assert {view.platform for view in mine} >= {
        "x",
        "linkedin",
        "email",
        "mastodon",
        "facebook",
        "blog",
        "etsy",
    }


def test_words_are_found_in_every_script(demo: Store) -> None:
    for text in ("kiln", "Brünhilde", "horno", "来月"):
        assert demo.read(searching.search, text).hits, text


def test_the_state_is_what_a_computation_from_nothing_gives(demo: Store) -> None:
    assert [finding for finding in doctor.examine(demo) if not finding.ok] == []


def test_every_platform_looks_imported_and_what_was_logged_belongs_to_no_run(demo: Store) -> None:
    listed = demo.read(runs)
    assert {view.importer for view in listed} >= {"vcard", "x", "linkedin", "mail", "mastodon", "facebook"}
    assert all(view.interactions_new or view.contacts_new for view in listed)

    def logged(work: Work) -> set[str]:
        query = select(interaction.c.platform).where(interaction.c.run_id.is_(None))
        return set(work.connection.scalars(query))

    assert demo.read(logged) == {"phone", "in-person", "letter"}


def test_the_database_is_private_and_gone_when_it_is_closed() -> None:
    store = open_demo(lambda: NOW)
    assert store.path is not None
    folder = store.path.parent
    if os.name == "posix":
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
    store.close()
    assert not folder.exists()


def test_the_database_is_gone_when_the_program_ends_without_closing_it() -> None:
    code = "from crm.services.demo import open_demo; print(open_demo().path)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not Path(done.stdout.strip()).parent.exists()


def test_the_demo_reads_no_configuration_of_the_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "config.toml"
    broken.write_text("people_per_day = 'many'")
    monkeypatch.setenv("CRM_CONFIG", str(broken))
    monkeypatch.setenv("CRM_DATABASE_URL", f"sqlite:///{tmp_path / 'mine.db'}")
    open_demo(lambda: NOW).close()
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]


def test_birthdays_follow_the_day_the_demo_is_opened() -> None:
    def birthday(now: datetime) -> PartialDate | None:
        made = community.make(now, UTC)
        return next(card.birthday for card in made.address_book if getattr(card, "name", "") == "Jürgen Groß")

    assert birthday(NOW) == PartialDate(6, 1, 1966)
    assert birthday(datetime(2028, 2, 29, 12, tzinfo=UTC)) == PartialDate(2, 29, 1968)
