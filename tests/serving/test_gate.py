"""Who is let in, without a server."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.serving.gate import Gate


@pytest.fixture
def gate() -> Gate:
    """Return the gate of a server on port 4000."""
    made = Gate()
    made.port = 4000
    return made


def _token(gate: Gate) -> str:
    return gate.address.partition("token=")[2]


def test_a_token_lets_in_once(gate: Gate) -> None:
    assert gate.redeem(_token(gate))
    assert not gate.redeem(_token(gate))


def test_nobody_is_let_in_before_the_token_was_used(gate: Gate) -> None:
    assert not gate.admits(gate.cookie)
    assert not gate.admits_page(gate.key)
    gate.redeem(_token(gate))
    assert gate.admits(gate.cookie)
    assert gate.admits_page(gate.key)


def test_no_secret_opens_what_another_one_opens(gate: Gate) -> None:
    token = _token(gate)
    assert not gate.redeem(gate.cookie)
    assert not gate.redeem(gate.key)
    gate.redeem(token)
    assert not gate.admits(token)
    assert not gate.admits(gate.key)
    assert not gate.admits_page(token)
    assert not gate.admits_page(gate.cookie)


def test_every_server_has_secrets_of_256_bits_of_its_own() -> None:
    secrets = [secret for gate in (Gate(), Gate()) for secret in (_token(gate), gate.cookie, gate.key)]
    assert len(set(secrets)) == 6
    assert min(map(len, secrets)) >= 43  # 256 bits in base 64


@given(st.text())
def test_what_is_not_the_token_never_lets_in(text: str) -> None:
    gate = Gate()
    for wrong in (text, _token(gate) + text, text + _token(gate), _token(gate)[:-1] + text):
        if wrong != _token(gate):
            assert not gate.redeem(wrong)
            assert not gate.admits(wrong)
    assert gate.redeem(_token(gate))


def test_a_cookie_that_is_not_there_does_not_let_in(gate: Gate) -> None:
    gate.redeem(_token(gate))
    assert not gate.admits(None)
    assert not gate.admits("")
    assert not gate.admits("\ud800")


@pytest.mark.parametrize(
    ("hosts", "ours"),
    [
        (["127.0.0.1:4000"], True),
        (["localhost:4000"], True),
        ([], False),
        (["127.0.0.1:4000", "127.0.0.1:4000"], False),
        (["127.0.0.1"], False),
        (["localhost"], False),
        (["localhost:80"], False),
        (["127.0.0.1:40000"], False),
        (["127.0.0.1.evil.example:4000"], False),
        (["evil.example:4000"], False),
        (["0.0.0.0:4000"], False),
        (["[::1]:4000"], False),
        ([""], False),
    ],
)
def test_only_the_names_of_this_server_are_its_names(hosts: list[str], ours: bool, gate: Gate) -> None:
    assert gate.is_host(hosts) is ours


@pytest.mark.parametrize(
    ("origin", "host", "ours"),
    [
        ("http://127.0.0.1:4000", "127.0.0.1:4000", True),
        ("http://localhost:4000", "localhost:4000", True),
        ("http://localhost:4000", "127.0.0.1:4000", False),
        ("https://127.0.0.1:4000", "127.0.0.1:4000", False),
        ("http://127.0.0.1:4001", "127.0.0.1:4000", False),
        ("http://evil.example", "127.0.0.1:4000", False),
        ("http://evil.example:4000", "evil.example:4000", False),
        ("null", "127.0.0.1:4000", False),
        ("file://", "127.0.0.1:4000", False),
        ("", "127.0.0.1:4000", False),
        (None, "127.0.0.1:4000", False),
    ],
)
def test_only_a_page_under_the_same_name_is_ours(
    origin: str | None, host: str, ours: bool, gate: Gate
) -> None:
    assert gate.is_origin(origin, host) is ours


def test_two_servers_do_not_share_a_cookie(gate: Gate) -> None:
    other = Gate()
    other.port = 4001
    assert gate.cookie_name != other.cookie_name
