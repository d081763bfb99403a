"""What the user changes: checked, undoable, and never half done."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crm.domain.errors import AmbiguousError, ConflictError, NotFoundError, UsageError
from crm.domain.records import PartialDate
from crm.services import contacts, editing, identities, importing, interactions, searching, undoing
from crm.services.contacts import ContactQuery

TABLES = ("contact", "contact_tag", "identity", "interaction", "relationship")


def everything(store):
    def read(work):
        return {
            name: [
                tuple(row) for row in work.connection.exec_driver_sql(f"SELECT * FROM {name} ORDER BY 1, 2")
            ]
            for name in TABLES
        }

    return store.read(read)


@pytest.fixture
def ada(store) -> int:
    return store.write(editing.add, "Ada Byron", ["x:@Ada", "ada@example.org"])


def test_every_action_can_be_taken_back_in_order(store, clock, act, bring, ada):
    bring([act("ada", "in", days_ago=2)])
    actions = [
        lambda: store.write(editing.edit, [ada], editing.Edits(name="Countess", circle="inner", notes="n")),
        lambda: store.write(editing.edit, [ada], editing.Edits(add_tags=("maths",), remove_tags=("none",))),
        lambda: store.write(editing.edit, [ada], editing.Edits(add_handles=("mastodon:ada@c.social",))),
        lambda: store.write(editing.edit, [ada], editing.Edits(remove_handles=("ada@example.org",))),
        lambda: store.write(interactions.log, ada, "hello", platform="in-person"),
        lambda: store.write(editing.note, ada, "Throws porcelain"),
        lambda: store.write(editing.snooze, ada, clock() + timedelta(days=1)),
        lambda: store.write(identities.add_me, "x:me"),
        lambda: store.write(editing.delete, ada),
    ]
    snapshots = []
    for action in actions:
        snapshots.append(everything(store))
        action()
        assert everything(store) != snapshots[-1]
    for snapshot in reversed(snapshots):
        store.write(undoing.undo)
        assert everything(store) == snapshot


def test_undo_after_undo_goes_further_back(store, ada):
    store.write(editing.edit, [ada], editing.Edits(title="one"))
    store.write(editing.edit, [ada], editing.Edits(title="two"))
    store.write(undoing.undo)
    assert store.read(contacts.show, ada).title == "one"
    store.write(undoing.undo)
    assert store.read(contacts.show, ada).title is None


def test_with_nothing_done_there_is_nothing_to_undo(store):
    with pytest.raises(NotFoundError):
        store.write(undoing.undo)


def test_a_failing_edit_changes_nothing(store, ada):
    bo = store.write(editing.add, "Bo")
    before = everything(store)
    with pytest.raises(ConflictError, match="belongs to Ada Byron"):
        store.write(editing.edit, [bo], editing.Edits(title="kept?", add_handles=("x:ada",)))
    assert everything(store) == before


@pytest.mark.parametrize(
    "edits",
    [
        editing.Edits(name="  "),
        editing.Edits(name="\u200b"),
        editing.Edits(circle="nobody"),
        editing.Edits(floor="live"),
        editing.Edits(birthday=PartialDate(2, 30)),
        editing.Edits(add_tags=(" ",)),
        editing.Edits(add_handles=("Ada Byron",)),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_with_a_hint(store, ada, edits):
    with pytest.raises(UsageError) as caught:
        store.write(editing.edit, [ada], edits)
    assert caught.value.hint


def test_lowering_the_floor_makes_clicks_count(store, act, bring):
    bring([act("ada", "in", days_ago=3, kind="reaction"), act("ada", "out", days_ago=2, kind="reaction")])
    assert store.read(contacts.show, 1).contact.exchange_days == 0
    store.write(editing.edit, [1], editing.Edits(floor="nod"))
    assert store.read(contacts.show, 1).contact.exchange_days == 1


def test_an_identity_with_a_history_cannot_be_taken_away(store, act, bring):
    bring([act("ada", "in")])
    with pytest.raises(ConflictError, match="history"):
        store.write(editing.edit, [1], editing.Edits(remove_handles=("x:ada",)))


def test_several_contacts_are_changed_together_and_back(store, ada):
    bo = store.write(editing.add, "Bo")
    store.write(editing.edit, [ada, bo], editing.Edits(add_tags=("zine fair",), circle="wide"))
    assert store.read(contacts.list_ids, ContactQuery(tag="zine fair")) == [ada, bo]
    assert store.write(undoing.undo).what == "changed the circle, tags of 2 contacts"
    assert store.read(contacts.list_ids, ContactQuery(tag="zine fair")) == []


def test_saying_no_reply_needed_when_nobody_waits_is_a_conflict(store, ada):
    with pytest.raises(ConflictError):
        store.write(editing.done, ada)


def test_calls_and_meetings_are_mutual_whatever_was_said(store, ada):
    view = store.write(interactions.log, ada, kind="call", direction="out", platform="phone")
    assert (view.direction, view.depth) == ("mutual", "live")
    assert store.read(contacts.show, ada).contact.turn == "even"


def test_a_message_has_a_direction(store, ada):
    with pytest.raises(UsageError):
        store.write(interactions.log, ada, kind="message", direction="mutual")


def test_what_is_logged_goes_where_you_usually_talk(store, act, bring):
    bring([act("ada", "in", platform="email", kind="email")])
    view = store.write(interactions.log, 1, "yes")
    assert (view.platform, view.kind) == ("email", "email")


def test_logged_words_can_be_searched_as_they_are_typed(store, ada):
    store.write(interactions.log, ada, "Did you finish the essay on kilns?")
    for typed in ("essay", "essay on ki", "KILN", "éssay"):
        assert len(store.read(searching.search, typed).hits) == 1, typed
    assert store.read(searching.search, "potato").hits == ()
    store.write(undoing.undo)
    assert store.read(searching.search, "essay").hits == ()


@pytest.mark.parametrize("typed", ['"', "a AND", "NEAR(", "*", "x:*", "'; DROP", "\x00", "🦊"])
def test_nothing_typed_into_the_search_is_taken_for_its_syntax(store, ada, typed):
    store.read(searching.search, typed)


def test_notes_are_found(store, ada):
    store.write(editing.note, ada, "Met at the zine fair")
    assert [view.id for view in store.read(searching.search, "zine").contacts] == [ada]


@pytest.mark.parametrize(
    "reference", ["Ada Byron", "ada", "byron", "x:ada", "twitter:@ADA", "ada@example.org", "1", "#1",
                  "https://x.com/Ada"]
)  # fmt: skip
def test_a_contact_is_found_by_whatever_names_it(store, ada, reference):
    assert store.read(contacts.find, reference) == ada


def test_a_whole_name_wins_over_a_part_of_another(store, ada):
    store.write(editing.add, "Ada Byron King")
    assert store.read(contacts.find, "ada byron") == ada


def test_several_that_match_are_listed_with_their_numbers(store, ada):
    store.write(editing.add, "Ada Palmer")
    with pytest.raises(AmbiguousError) as caught:
        store.read(contacts.find, "ada")
    assert "1 Ada Byron, 2 Ada Palmer" in (caught.value.hint or "")


def test_nobody_found_comes_with_the_nearest_name(store, ada):
    with pytest.raises(NotFoundError) as caught:
        store.read(contacts.find, "adda")
    assert caught.value.message == 'no contact matches "adda"'
    assert caught.value.hint == 'did you mean "Ada Byron"?'


def test_the_list_is_filtered_and_sorted(store, act, bring):
    bring(
        [
            act("ada", "out", days_ago=10), act("ada", "in", days_ago=9),
            act("bo", "out", days_ago=5), act("bo", "in", days_ago=4),
            act("cy", "in", platform="email", kind="email"),
        ]
    )  # fmt: skip

    def listed(**query):
        return [v.name for v in store.read(contacts.list_contacts, ContactQuery(**query))]

    assert listed() == ["Ada", "Bo", "Cy"]
    assert listed(sort="last") == ["Bo", "Ada", "Cy"]
    assert listed(platform="email") == ["Cy"]
    assert listed(text="b") == ["Bo"]
    assert listed(turn="yours") == ["Ada", "Bo", "Cy"]
    assert listed(turn="theirs") == []


def test_claiming_an_identity_as_yours_takes_the_contact_away_and_undo_gives_it_back(store, act, bring):
    bring([act("me", "in")])
    store.write(identities.add_me, "x:me")
    assert store.read(contacts.count) == 0
    store.write(undoing.undo)
    assert store.read(contacts.count) == 1


def test_what_an_undone_import_took_away_does_not_stand_in_the_way_of_undo(store, act, bring):
    run = bring([act("ada", "in"), act("bo", "in")]).run
    store.write(editing.edit, [2], editing.Edits(title="kept"))
    store.write(editing.done, 1)
    store.write(interactions.delete, store.read(contacts.show, 2).interactions[0].id)
    store.write(importing.undo_run, run)
    assert store.write(undoing.undo).what.startswith("deleted")
    assert store.write(undoing.undo).what == "marked no reply needed for Ada"
    assert store.write(undoing.undo).what == "changed the title of Bo"


def test_a_contact_that_an_import_has_given_a_history_is_not_undone_from_under_it(store, act, bring):
    store.write(editing.add, "Ada")
    store.write(editing.edit, [1], editing.Edits(add_handles=("x:ada",)))
    run = bring([act("ada", "in")]).run
    before = everything(store)
    store.write(undoing.undo)
    assert store.read(importing.runs)[0].undone
    store.write(undoing.undo)
    store.write(undoing.undo)
    assert store.read(contacts.count) == 0
    assert run is not None and before


@pytest.mark.parametrize("typed", ["釉薬", "レシピ", "釉薬 教えて", "あの青い"])
def test_a_word_is_found_in_the_middle_of_a_script_without_blanks(store, ada, typed):
    store.write(interactions.log, ada, "ところで、あの青い釉薬のレシピ、教えてもらえますか。100%_~")
    assert len(store.read(searching.search, typed).hits) == 1
    assert store.read(searching.search, "陶器").hits == ()
