"""The fields of a plain table, as people name them."""

from __future__ import annotations

import pytest

from crm.domain.columns import FIELDS, IGNORE, Field, checked, field_named, is_account
from crm.domain.errors import UsageError
from crm.domain.platforms import PLATFORMS


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_is_named_by_itself(name: str) -> None:
    assert field_named(name) == Field(name)
    assert str(Field(name)) == name


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("Full name", Field("name")),
        ("first_name", Field("given name")),
        ("E-Mail", Field("email")),
        ("phone  Work Fax", Field("phone", "work fax")),
        ("tel home", Field("phone", "home")),
        ("address summer house", Field("address", "summer house")),
        ("Twitter", Field("x")),
        ("X (Twitter)", None),
        ("mastodon", Field("mastodon")),
        ("blog", Field("website", "blog")),
        ("", Field(IGNORE)),
        ("Ignore", Field(IGNORE)),
        ("name work", None),
        ("addressbook", None),
        ("in-person", None),
        ("nonsense", None),
    ],
)
def test_a_field_has_other_names_and_may_have_a_word(text: str, field: Field | None) -> None:
    assert field_named(text) == field


def test_every_platform_that_people_have_accounts_on_is_a_field() -> None:
    accounts = {slug for slug in PLATFORMS if (found := field_named(slug)) and is_account(found)}
    assert accounts >= {"x", "mastodon", "linkedin", "instagram", "bluesky", "whatsapp", "telegram", "github"}


def test_what_the_user_says_is_put_into_the_usual_words() -> None:
    assert checked({"A": "E-Mail", "B": "twitter", "C": ""}) == (("A", "email"), ("B", "x"), ("C", "ignore"))
    with pytest.raises(UsageError, match='"mailbox" is nothing that the column "D" could hold'):
        checked({"D": "mailbox"})
