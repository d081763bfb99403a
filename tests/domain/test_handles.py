"""Two spellings of one account are one; two accounts are never one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.handles import from_url, normalise, parse_reference, profile_url
from crm.domain.platforms import PLATFORMS


@pytest.mark.parametrize(
    ("platform", "written", "stored"),
    [
        ("x", "@Ada_Byron", "ada_byron"),
        ("email", "Ada@Example.ORG", "ada@example.org"),
        ("email", "mailto:ada@example.org", "ada@example.org"),
        ("phone", "+49 (0)170 123-4567", "+491701234567"),
        ("phone", "0049 170 1234567", "+491701234567"),
        ("phone", "0170/1234567", "01701234567"),
        ("phone", "tel:+1-555-010-9999;ext=5", "+15550109999;ext=5"),
        ("phone", "+1 555 010 9999 x5", "+15550109999;ext=5"),
        ("signal", "Ada.01", "ada.01"),
        ("linkedin", "J%C3%BCrgen-1/", "jürgen-1"),
        ("linkedin", "ju\u0308rgen-Weiß", "jürgen-weiß"),
        ("web", "http://www.Example.org/", "https://example.org"),
        ("mastodon", "@Ada@Chaos.Social", "ada@chaos.social"),
        ("matrix", "@Ada:example.org", "@Ada:example.org"),
    ],
)
def test_spellings_of_one_account_are_stored_alike(platform: str, written: str, stored: str):
    assert normalise(platform, written) == stored


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://twitter.com/Ada", ("x", "ada")),
        ("x.com/ada", ("x", "ada")),
        ("https://de.linkedin.com/in/J%C3%BCrgen-1/", ("linkedin", "jürgen-1")),
        ("https://chaos.social/@Ada", ("mastodon", "ada@chaos.social")),
        ("https://chaos.social/users/ada", ("mastodon", "ada@chaos.social")),
        ("https://ada.tumblr.com/", ("tumblr", "ada")),
        ("https://www.flickr.com/photos/ada/", ("flickr", "ada")),
        ("https://bsky.app/profile/ada.bsky.social", ("bluesky", "ada.bsky.social")),
        ("https://www.youtube.com/@ada", ("youtube", "ada")),
    ],
)
def test_a_profile_address_names_its_account(url: str, found: tuple[str, str]):
    assert from_url(url) == found


@pytest.mark.parametrize(
    "url",
    [
        "https://x.com/i/user/1",
        "https://twitter.com/ada/status/17",
        "https://www.facebook.com/profile.php?id=5",
        "https://www.linkedin.com/company/acme",
        "https://www.linkedin.com/feed/update/urn:li:activity:1",
        "https://example.org/about",
        "https://ada.tumblr.com/post/1",
        "https://[broken",
    ],
)
def test_an_address_of_something_else_is_nobodys_profile(url: str):
    assert from_url(url) is None


@pytest.mark.parametrize(
    ("typed", "platform"),
    [
        ("x:ada", "x"),
        ("twitter:@ada", "x"),
        ("ada@example.org", "email"),
        ("@ada@chaos.social", "mastodon"),
        ("https://github.com/ada", "github"),
        ("https://example.org/me", "web"),
        ("+49 170 123456", "phone"),
    ],
)
def test_what_a_user_types_for_an_identity_is_understood(typed: str, platform: str):
    ref = parse_reference(typed)
    assert ref is not None
    assert ref.platform == platform


@pytest.mark.parametrize("typed", ["Ada Byron", "7", "", "x:", "Ada"])
def test_a_name_is_no_identity(typed: str):
    assert parse_reference(typed) is None


@given(st.sampled_from(sorted(PLATFORMS)), st.text(max_size=40))
def test_normalising_twice_changes_nothing_more(platform: str, handle: str):
    once = normalise(platform, handle)
    assert normalise(platform, once) == once


@given(st.text(max_size=80))
def test_no_text_makes_the_readers_fall(text: str):
    from_url(text)
    parse_reference(text)


def test_a_profile_address_is_made_from_handle_or_id():
    assert profile_url("x", "ada") == "https://x.com/ada"
    assert profile_url("x", None, "501") == "https://x.com/i/user/501"
    assert profile_url("mastodon", "ada@chaos.social") == "https://chaos.social/@ada"
    assert profile_url("signal", "+49170") is None
