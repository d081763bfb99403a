"""Apprise, where it is installed: plain text, no password in the clear, no secret in any error."""

from __future__ import annotations

import email
import email.policy
import json
import subprocess
import sys
import time
import traceback

import pytest

from crm.domain.errors import ConfigError, NotifierError
from crm.notifiers.apprise import Notifier

pytest.importorskip("apprise")


def test_a_notice_arrives_as_plain_text(receiving, notice):
    receiver = receiving()
    Notifier.make({"url": receiver.url.replace("http://", "json://") + "/hook"}).send(notice)
    [got] = receiver.got
    body = json.loads(got.body)
    assert got.path.rstrip("/") == "/hook"
    assert body["title"] == notice.title
    assert body["message"] == notice.text


@pytest.mark.parametrize(("form", "kind"), [("", "text/plain"), ("&format=html", "text/html")])
def test_in_a_mail_over_apprise_markup_is_text_as_well(mail_server, notice, form, kind):
    post = mail_server("starttls", ("ada", "p/@:% +"))
    url = f"mailtos://ada:p%2F%40%3A%25%20%2B@localhost:{post.port}/?smtp=localhost&mode=starttls"
    Notifier.make({"url": f"{url}&from=crm@example.org&to=me@example.org&verify=no{form}"}).send(notice)
    [envelope] = post.mails
    assert post.logins == [(b"ada", b"p/@:% +")]
    mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
    [part] = [part for part in mail.walk() if part.get_content_type() == kind]
    html = "".join(part.get_content() for part in mail.walk() if part.get_content_type() == "text/html")
    assert "twice" in part.get_content()
    assert "<b>" not in html


def test_what_the_service_refuses_is_an_error_without_the_address(receiving, notice, caplog, capfd):
    receiver = receiving()
    receiver.status = 500
    one = Notifier.make({"url": receiver.url.replace("http://", "json://ada:hunter2@") + "/hunter2"})
    with pytest.raises(NotifierError, match=r"Apprise \(json://\) did not take the notice") as caught:
        one.send(notice)
    out = capfd.readouterr()
    assert "hunter2" not in "".join(traceback.format_exception(caught.value)) + repr(one) + out.err + out.out


def test_a_server_that_never_answers_is_given_up_in_time(silent_port, notice):
    began = time.monotonic()
    with pytest.raises(NotifierError):
        Notifier.make({"url": f"json://localhost:{silent_port}", "timeout": 1}).send(notice)
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    "url",
    ["mailto://ada:hunter2@example.org", "MAILTO://ada:hunter2@example.org", "hunter2", "", "://hunter2"],
)
def test_addresses_that_are_none_or_send_passwords_in_clear_are_refused(url):
    with pytest.raises(ConfigError) as caught:
        Notifier.make({"url": url})
    assert "hunter2" not in caught.value.message + (caught.value.hint or "")


@pytest.mark.parametrize("url", ["json://ada:hunter2@example.org/x", "nosuchservice://hunter2"])
def test_some_of_that_is_only_known_when_it_is_used(notice, url):
    with pytest.raises(ConfigError) as caught:
        Notifier.make({"url": url}).send(notice)
    assert "hunter2" not in caught.value.message + (caught.value.hint or "")


def test_without_apprise_it_says_how_to_get_it():
    code = (
        "import sys; sys.modules['apprise'] = None\n"
        "from crm.notifiers.apprise import Notifier\n"
        "from crm.notifiers.protocol import Notice\n"
        "try:\n    Notifier.make({'url': 'json://localhost'}).send(Notice('a', 'b', 'c'))\n"
        "except Exception as error:\n    print(error.hint)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "install it: pip install 'crm[apprise]'\n"
