"""Mails arrive at a real server, and no password goes anywhere it should not."""

from __future__ import annotations

import email
import email.policy
import time
import traceback

import pytest

from crm.domain.errors import ConfigError, NotifierError
from crm.notifiers.email import Notifier

NASTY = "p/@:% \\'ü\"ß+="


def make(**settings):
    return Notifier.make({"host": "localhost", "to": "me@example.org", **settings})


def read(envelope):
    return email.message_from_bytes(envelope.content, policy=email.policy.default)


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize("password", ["plain", "p/@:%=+ '", NASTY])
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_mail_arrives_after_a_login_over_tls(mail_server, ca_file, notice, security, password):
    post = mail_server("starttls" if security == "starttls" else "tls", ("ada@example.org", password))
    settings = {"port": post.port, "security": security, "ca_file": ca_file}
    make(username="ada@example.org", password=password, **settings).send(notice)
    [envelope] = post.mails
    assert envelope.rcpt_tos == ["me@example.org"]
    assert post.logins == [(b"ada@example.org", password.encode())]
    mail = read(envelope)
    assert mail["Subject"] == notice.title
    assert mail["Message-ID"] == "<crm-2026-06-01-it@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().replace("\r\n", "\n") == notice.text + "\n"


def test_without_login_and_tls_it_arrives_on_this_computer(mail_server, notice):
    post = mail_server()
    make(port=post.port, security="none", **{"from": "crm@example.net"}).send(notice)
    assert post.mails[0].mail_from == "crm@example.net"
    assert read(post.mails[0])["From"] == "crm <crm@example.net>"


def test_what_is_sent_twice_has_the_same_message_id(mail_server, notice):
    post = mail_server()
    for _ in range(2):
        make(port=post.port, security="none").send(notice)
    assert len({read(one)["Message-ID"] for one in post.mails}) == 1


def test_a_wrong_password_is_said_without_it(mail_server, ca_file, notice):
    post = mail_server("starttls", ("ada", "right"))
    one = make(port=post.port, ca_file=ca_file, username="ada", password=NASTY)
    with pytest.raises(NotifierError, match="does not take the user name or the password") as caught:
        one.send(notice)
    assert post.mails == []
    assert "app password" in caught.value.hint
    assert NASTY not in "".join(traceback.format_exception(caught.value)) + repr(one)


def test_smtp_server_hangs_and_is_given_up_in_time(silent_port, notice):  # R112
    began = time.monotonic()
    with pytest.raises(NotifierError, match="did not answer within 1 seconds"):
        make(port=silent_port, timeout=1).send(notice)
    assert time.monotonic() - began < 4


def test_without_a_server_it_says_so(closed_port, notice):
    with pytest.raises(NotifierError, match="accepts no connection"):
        make(port=closed_port).send(notice)


def test_a_password_is_not_sent_to_a_server_without_tls(mail_server, notice):
    post = mail_server()
    with pytest.raises(NotifierError, match="offers no encryption"):
        make(port=post.port, username="ada", password="right").send(notice)
    assert post.logins == post.mails == []


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_password_is_not_sent_to_a_server_whose_certificate_is_not_its_own(mail_server, ca_file, notice):
    post = mail_server("starttls", ("ada", "right"), name="other.example")
    with pytest.raises(NotifierError, match="certificate that is not valid"):
        make(port=post.port, ca_file=ca_file, username="ada", password="right").send(notice)
    unknown = mail_server("tls", ("ada", "right"))
    with pytest.raises(NotifierError, match="certificate that is not valid"):
        make(port=unknown.port, security="tls", username="ada", password="right").send(notice)
    assert post.logins == unknown.logins == []


def test_the_wrong_kind_of_tls_for_a_port_is_explained(mail_server, notice):
    post = mail_server()
    with pytest.raises(NotifierError, match="TLS as it should"):
        make(port=post.port, security="tls").send(notice)


def test_a_mailbox_that_does_not_exist_is_named(mail_server, notice):
    post = mail_server()
    post.refuses_recipients = True
    with pytest.raises(NotifierError, match=r"does not take mail to me@example\.org"):
        make(port=post.port, security="none").send(notice)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"to": "me"}, "to must be one"),
        ({"to": "a@example.org, b@example.org"}, "to must be one"),
        ({"to": "me@example.org\r\nBcc: x@example.org"}, "to has control characters"),
        ({"from": "crm"}, "from must be one"),
        ({"host": ""}, "needs host"),
        ({"port": "587"}, "port must be a whole number"),
        ({"port": 0}, "port must be from"),
        ({"security": "ssl"}, "security must be one of"),
        ({"username": "ada"}, "belong together"),
        ({"password": "hunter2"}, "belong together"),
        ({"timeout": 600}, "timeout"),
        ({"html": True}, "'html'"),
        (
            {"security": "none", "username": "ada", "password": "hunter2", "host": "mail.example.org"},
            "unencrypted",
        ),
    ],
)
def test_settings_that_make_no_sense_are_errors(settings, named):
    with pytest.raises(ConfigError) as caught:
        make(**settings)
    assert named in caught.value.message
    assert caught.value.hint
    assert "hunter2" not in caught.value.message + caught.value.hint
