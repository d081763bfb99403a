"""Lists of contacts: filters and orders against a plain filter in Python, jumping to a letter."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from crm import config
from crm.db.store import Store
from crm.domain.cadence import Rules
from crm.domain.errors import ConfigError, NotFoundError, UsageError
from crm.domain.exchanges import Turn
from crm.domain.listing import (
    BUILT_IN,
    COLUMNS,
    NO_CIRCLE,
    SORTS,
    USUAL_COLUMNS,
    ContactQuery,
    called,
    filter_called,
    filter_name,
)
from crm.domain.text import folded
from crm.services import contacts, editing, interactions
from crm.services.contacts import Listing
from crm.services.editing import Edits
from crm.services.views import ContactView

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
NAMES = (
    *("Ada Byron", "ada lind", "Ärla Ono", "Åsa Park", "Bo Quist", "Bö Ray", "Zoë Sand", "Øyvind Berg"),
    *("山田 太郎", "山本 花子", "Иван Петров", "Élodie", "3M Press", "ßandra", "Ada Byron", "Quincy", "_low"),
)


def populate(store: Store) -> None:
    """Fill a database with everything a filter can ask for."""
    dice = random.Random(11)
    for number, name in enumerate(NAMES * 3):
        platform = dice.choice(("x", "mastodon", "linkedin"))
        key = store.write(editing.add, name, [f"{platform}:h{number}"])
        edits = Edits(
            circle=dice.choice((None, None, "inner", "wide")),
            organisation=dice.choice((None, "Kiln & Co", "100% Ünique_Press")),
            add_tags=tuple(dice.sample(("clay", "zines", "berlin"), dice.randrange(3))),
            archived=dice.random() < 0.2,
            muted=dice.random() < 0.15,
            cadence_days=dice.choice((None, None, 0, 7, 30)),
        )
        store.write(editing.edit, [key], edits)
        for _ in range(dice.randrange(5)):
            store.write(
                interactions.log,
                key,
                "words",
                direction=dice.choice(("in", "out", "mutual")),
                platform=platform,
                kind=None,
                at=NOW - timedelta(days=dice.randrange(120), hours=1),
            )


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return a database with everything a filter can ask for."""
    moments = [NOW - timedelta(days=200)]
    opened = Store.open(
        tmp_path_factory.mktemp("listing") / "crm.db", rules=Rules(zone=UTC), now=lambda: moments[0]
    )
    populate(opened)
    moments[0] = NOW
    yield opened
    opened.close()


def fits(view: ContactView, query: ContactQuery) -> bool:
    """Say in plain Python whether a contact fits a query."""
    quiet = view.archived or view.muted
    given_up = view.turn == Turn.THEIRS and view.unanswered >= 3
    due = view.lateness is not None and view.lateness >= 1 and not quiet and not given_up
    words = [view.name, view.organisation or "", *(one.handle or "" for one in view.identities)]
    found = "\n".join(folded(word) for word in words)
    return all(
        (
            all(word in found for word in folded(query.text).split()),
            query.circle is None or (view.circle or NO_CIRCLE) == query.circle,
            query.tag is None or query.tag in view.tags,
            query.platform is None or query.platform in {one.platform for one in view.identities},
            query.turn is None or view.turn == query.turn,
            not query.due or due,
            query.archived is None or view.archived == query.archived,
            query.spoken is None or (view.last_exchange_at is not None) == query.spoken,
        )
    )


def in_order(views: Sequence[ContactView], query: ContactQuery, names: Sequence[int]) -> list[int]:
    """Sort contacts that fit; `names` are the ids of all, by name."""
    rank = {key: index for index, key in enumerate(names)}
    found = sorted(views, key=lambda view: rank[view.id], reverse=query.sort == "name" and query.reverse)
    if query.sort != "name":
        values = {
            "last": lambda v: v.last_exchange_at and v.last_exchange_at.timestamp(),
            "lateness": lambda v: v.lateness,
            "exchanges": lambda v: v.exchange_days,
        }
        value, sign = values[query.sort], 1 if query.reverse else -1
        found.sort(key=lambda v: (value(v) is None, sign * (value(v) or 0)))
    return [view.id for view in found]


TEXTS = ("", "a", "ada", "ADA byr", "ä", "山", "o", "kiln", "100%", "_", "h1", "nobody at all", "é", "ß")
QUERIES = st.builds(
    ContactQuery,
    text=st.sampled_from(TEXTS),
    circle=st.sampled_from((None, NO_CIRCLE, "inner", "far")),
    tag=st.sampled_from((None, "clay", "nothing")),
    platform=st.sampled_from((None, "x", "mastodon", "email")),
    turn=st.sampled_from((None, *(turn.value for turn in Turn))),
    due=st.booleans(),
    archived=st.sampled_from((False, True, None)),
    spoken=st.sampled_from((None, True, False)),
    sort=st.sampled_from(SORTS),
    reverse=st.booleans(),
)
NAMED = st.text(min_size=1, max_size=60).filter(
    lambda name: bool(name.strip()) and name.casefold() not in BUILT_IN
)


@given(query=QUERIES)
def test_a_list_is_what_a_plain_filter_over_everybody_gives(store: Store, query: ContactQuery) -> None:
    everybody = store.read(contacts.list_contacts, ContactQuery(archived=None))
    by_name = [view.id for view in everybody]
    wanted = in_order([view for view in everybody if fits(view, query)], query, by_name)
    assert store.read(contacts.list_ids, query) == wanted


@given(query=QUERIES)
def test_narrowing_a_list_in_memory_gives_what_the_database_would(store: Store, query: ContactQuery) -> None:
    whole = store.read(contacts.listing, replace(query, text=""))
    assert list(whole.narrowed(query.text).ids) == store.read(contacts.list_ids, query)


@given(query=QUERIES, name=NAMED)
def test_a_filter_that_was_saved_finds_the_same(
    store: Store, tmp_path_factory: pytest.TempPathFactory, query: ContactQuery, name: str
) -> None:
    try:
        name = filter_name(name)
    except UsageError:
        return
    file = tmp_path_factory.mktemp("saved") / "config.toml"
    file.write_text("# mine\n[circles]\ninner = 14\nwide = 90\n", "utf-8")
    config.save(config.for_filter(name, query), file)
    saved = config.load(file).filters
    assert saved == {name: query}
    assert store.read(contacts.list_ids, filter_called(name, saved)) == store.read(contacts.list_ids, query)
    assert file.read_text("utf-8").startswith("# mine")
    config.save(config.without_filter(name), file)
    assert config.load(file).filters == {}


def test_names_are_sorted_without_regard_to_accents_and_capitals(store: Store) -> None:
    views = store.read(contacts.list_contacts, ContactQuery(archived=None))
    found = list(dict.fromkeys(view.name for view in views))
    assert (
        found.index("Ärla Ono") < found.index("Åsa Park") < found.index("Bo Quist") < found.index("Zoë Sand")
    )


@pytest.mark.parametrize(
    ("letter", "name"),
    [
        ("a", "Ada Byron"),
        ("B", "Bo Quist"),
        ("z", "Zoë Sand"),
        ("é", "Élodie"),
        ("e", "Élodie"),
        ("山", "山本 花子"),
        ("и", "Иван Петров"),
        ("И", "Иван Петров"),
        ("3", "3M Press"),
        ("ß", "ßandra"),
    ],
)
def test_a_letter_leads_to_the_first_name_that_begins_with_it(store: Store, letter: str, name: str) -> None:
    names = store.read(contacts.listing, ContactQuery(archived=None))
    at = names.beginning(letter)
    assert at is not None
    assert at[1]
    assert store.read(contacts.rows, [names.ids[at[0]]])[0].name == name
    backwards = store.read(contacts.listing, ContactQuery(archived=None, reverse=True))
    last = backwards.beginning(letter, reverse=True)
    assert last is not None
    assert backwards.words[last[0]].startswith(folded(letter))
    assert last[0] == 0 or not backwards.words[last[0] - 1].startswith(folded(letter))


def test_a_letter_nobody_has_leads_to_the_name_after_it() -> None:
    names = Listing([1, 2, 3], ["ada", "bo", "zoe"])
    assert names.beginning("c") == (2, False)
    assert Listing([3, 2, 1], ["zoe", "bo", "ada"]).beginning("c", reverse=True) == (1, False)
    assert Listing([1], ["ada"]).beginning("z") is None
    assert names.beginning("\u0301") is None


def test_filters_of_everybody_cannot_be_replaced_and_are_found_by_name(tmp_path: Path) -> None:
    assert set(BUILT_IN) == {"everybody", "your turn", "due", "never spoken", "no circle"}
    assert filter_called(" Your  TURN ", {}) == BUILT_IN["your turn"]
    for name in ("Due", " no  circle ", "", " \u200b", "x" * 61):
        with pytest.raises(UsageError):
            filter_name(name)
    file = tmp_path / "config.toml"
    file.write_text("[filters.Due]\ndue = true\n", "utf-8")
    with pytest.raises(ConfigError, match="always there"):
        config.load(file)


def test_a_filter_that_is_not_there_is_answered_with_one_that_is() -> None:
    own = {"Potters": ContactQuery(tag="clay")}
    assert filter_called("potters", own) == own["Potters"]
    assert called("POTTERS", own) == "Potters"
    with pytest.raises(NotFoundError) as caught:
        filter_called("poters", own)
    assert caught.value.hint == 'did you mean "Potters"?'
    with pytest.raises(NotFoundError) as caught:
        filter_called("?!", own)
    assert "never spoken" in str(caught.value.hint)


@pytest.mark.parametrize(
    "text",
    [
        '[filters.a]\nsort = "strength"',
        "[filters.a]\ndue = 1",
        "[filters.a]\ntag = 3",
        '[filters.a]\nturn = "mine"',
        '[filters.a]\ncolour = "red"',
        "filters = 3",
        "[filters]\na = 3",
        '[people]\ncolumns = ["shoe size"]',
        '[people]\ncolumns = "last"',
        "[people]\nrows = 3",
        "people = 1",
    ],
)
def test_a_setting_of_the_list_that_makes_no_sense_is_said(tmp_path: Path, text: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text, "utf-8")
    with pytest.raises(ConfigError):
        config.load(file)


def test_columns_go_in_and_come_out(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    assert config.load(file).columns == USUAL_COLUMNS
    assert config.save(config.for_columns(COLUMNS[::-1]), file).columns == COLUMNS[::-1]
    assert config.save(config.for_columns(()), file).columns == ()
    assert config.save(config.for_columns(USUAL_COLUMNS), file).columns == USUAL_COLUMNS
    assert "columns" not in file.read_text("utf-8")


def test_a_list_that_is_not_whole_lacks_only_what_a_table_does_not_show(store):
    whole = store.read(contacts.list_contacts, ContactQuery(archived=None))
    table = store.read(contacts.list_contacts, ContactQuery(archived=None), whole=False)
    nowhere = [view for view in whole if view.usual_platform is None]
    assert 0 < len(nowhere) < len(whole)
    assert [view.identities for view in table if view.usual_platform is None] == [
        view.identities for view in nowhere
    ]
    assert all(view.identities for view in nowhere)

    def bare(view: ContactView) -> ContactView:
        return structs.replace(view, identities=(), tags=())

    assert list(map(bare, table)) == list(map(bare, whole))
