"""The people a text links to: profiles only, each once, and never at the price of a hang."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.importers.kit.mentions import people_linked


def accounts(markup: str) -> list[tuple[str, str | None]]:
    return [(ref.platform, ref.handle) for ref in people_linked(markup)]


@pytest.mark.parametrize(
    ("address", "account"),
    [
        ("https://twitter.com/ada", ("x", "ada")),
        ("https://mastodon.social/@ada", ("mastodon", "ada@mastodon.social")),
        ("https://www.instagram.com/ada/?hl=en&amp;x=1", ("instagram", "ada")),
        ("https://ada.tumblr.com/", ("tumblr", "ada")),
    ],
)
def test_a_link_to_a_profile_names_its_owner(address: str, account: tuple[str, str]) -> None:
    assert accounts(f'<p>See <a class="x" href="{address}">her</a></p>') == [account]
    assert accounts(f"<A HREF = '{address}'>her</A>") == [account]


@pytest.mark.parametrize(
    "address",
    [
        "https://twitter.com/ada/status/1", "https://twitter.com/share?url=x", "https://example.org/ada",
        "https://en.wordpress.com/", "mailto:ada@example.org", "/ada", "#ada", "https://[", "https://x.com",
    ],
)  # fmt: skip
def test_any_other_link_names_nobody(address: str) -> None:
    assert accounts(f'<a href="{address}">x</a>') == []


def test_everybody_is_named_once_in_order() -> None:
    links = ("https://x.com/bo", "https://x.com/ada", "https://twitter.com/Bo")
    assert accounts("".join(f'<a href="{link}">x</a>' for link in links)) == [("x", "bo"), ("x", "ada")]


def test_a_blogroll_ends_somewhere() -> None:
    assert len(people_linked("".join(f'<a href="https://x.com/u{n}">x</a>' for n in range(1000)))) == 200


@pytest.mark.parametrize("hostile", ["href " * 200_000, 'href="' * 100_000, "href=" + " " * 1_000_000])
def test_hostile_markup_costs_no_time(hostile: str) -> None:
    started = time.process_time()
    assert people_linked(hostile) == []
    assert time.process_time() - started < 2


@given(st.text())
def test_no_text_is_too_strange(text: str) -> None:
    people_linked(f'<a href="{text}">{text}</a>')
    people_linked(f'<a href="https://{text}">x</a>')
