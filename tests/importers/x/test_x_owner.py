"""X: who the owner of an archive is, told, known or given away."""

from __future__ import annotations

from typing import Any

import pytest
from x_archive import (
    ADA,
    BO,
    ME,
    WHEN,
    acts,
    answering,
    conversation,
    link,
    mention,
    message,
    problems,
    script,
    told,
    tweet,
)

from crm.domain.errors import ExportError
from crm.domain.records import (
    Direction,
    Owner,
    Record,
    SelfRecord,
)

TWO_CONVERSATIONS = [conversation(f"{ADA}-{ME}", message(ME, 1)), conversation(f"{ME}-{BO}", message(BO, 2))]
ONE_CONVERSATION = TWO_CONVERSATIONS[:1]


def directions(records: list[Record]) -> list[tuple[str, str]]:
    return [(r.direction.value, str(r.who.external_id)) for r in acts(records)]


def test_a_handle_of_the_past_is_still_the_owner(tweets: Any) -> None:
    change = {"changedAt": WHEN, "changedFrom": "me_old", "changedTo": "me_now"}
    changes = script(
        "screen_name_change", [{"screenNameChange": {"accountId": ME, "screenNameChange": change}}]
    )
    own = tweet("see", 1, urls=[link("https://t.co/1", "https://twitter.com/Me_Old/status/5")])
    retweet = tweet("RT @me_old: hello", 2)
    assert [told(record) for record in tweets(own, retweet, screen_name_change=changes)] == [
        ("post", None, None),
        ("post", None, None),
    ]


def test_the_owner_is_known_with_all_handles_and_addresses(import_: Any) -> None:
    email = {
        "emailChange": {"changedAt": WHEN, "changedFrom": "old@example.org", "changedTo": "me@example.org"}
    }
    emails = script("email_address_change", [{"emailChange": {"accountId": ME, **email}}])
    names = [
        {
            "screenNameChange": {
                "accountId": ME,
                "screenNameChange": {"changedFrom": "me_old", "changedTo": "me_now"},
            }
        }
    ]
    files = {"email-address-change.js": emails, "screen-name-change.js": script("screen_name_change", names)}
    (me,) = [record for record in import_(files) if isinstance(record, SelfRecord)]
    assert me.name == "Mé"
    assert [(who.platform, who.handle, who.external_id) for who in me.identities] == [
        ("x", "me_now", ME),
        ("x", "me_old", None),
        ("email", "me@example.org", None),
        ("email", "old@example.org", None),
    ]


def test_without_account_the_one_in_every_conversation_is_the_owner(import_: Any) -> None:
    records = import_({"direct-messages.js": script("direct_messages", TWO_CONVERSATIONS)}, account=False)
    assert directions(records) == [("out", ADA), ("in", BO)]
    assert isinstance(records[0], SelfRecord)
    assert records[0].identities[0].external_id == ME


@pytest.mark.parametrize(
    "owner",
    [
        Owner(stated=ME),
        Owner(stated=f"x:{ME}"),
        Owner(stated=f"https://x.com/i/user/{ME}"),
        Owner(external_ids=frozenset({("x", ME), ("mastodon", ADA)})),
        Owner(external_ids=frozenset({("x", ME), ("x", "4711")})),
    ],
)
def test_with_one_conversation_what_is_known_of_the_owner_decides(import_: Any, owner: Owner) -> None:
    rows = {"direct-messages.js": script("direct_messages", ONE_CONVERSATION)}
    assert directions(import_(rows, owner, account=False)) == [("out", ADA)]


@pytest.mark.parametrize("stated", ["@me_now", "Me_Now", "https://twitter.com/me_now/"])
def test_a_stated_handle_is_found_among_those_mentioned(import_: Any, stated: str) -> None:
    files = {
        "direct-messages.js": script("direct_messages", ONE_CONVERSATION),
        "tweets.js": script("tweets", [tweet("by me", 5, mention(ME, "me_now"))]),
    }
    records = acts(import_(files, Owner(stated=stated), account=False))
    assert [told(record)[0] for record in records] == ["post", "message"]
    assert records[1].direction is Direction.OUT


def test_messages_alone_that_could_be_either_sides_ask_whose_they_are(import_: Any) -> None:
    with pytest.raises(ExportError, match="yours") as caught:
        import_({"direct-messages.js": script("direct_messages", ONE_CONVERSATION)}, account=False)
    assert f"--as {ME} or --as {ADA}" in str(caught.value.hint)


def test_undecided_messages_beside_tweets_are_a_problem_and_the_tweets_are_read(import_: Any) -> None:
    files = {
        "direct-messages.js": script("direct_messages", ONE_CONVERSATION),
        "tweets.js": script("tweets", [tweet("x", 5)]),
    }
    records = import_(files, account=False)
    assert [told(record)[0] for record in acts(records)] == ["post"]
    assert [problem.where for problem in problems(records)] == ["data/direct-messages.js"]


def test_answering_ones_own_tweets_gives_the_owner_away(import_: Any) -> None:
    rows = [tweet("one", 76), answering(ADA, 78), tweet("two", 77), answering(ME, 80)]
    rows[1]["tweet"]["in_reply_to_status_id_str"] = "5"
    records = import_({"tweets.js": script("tweets", rows)}, account=False)
    assert isinstance(records[0], SelfRecord)
    assert records[0].identities[0].external_id == ME
    assert [told(record)[0] for record in acts(records)] == ["post", "reply", "post", "post"]
