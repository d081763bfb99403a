"""Desktop notices, received by a notification service under a private bus."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from cli_runner import NOW, Crm

from crm.domain.errors import ConfigError, NotifierError
from crm.notifiers.desktop import Notifier, mac
from crm.notifiers.kit import bus as kit_bus

needs_bus = pytest.mark.skipif(
    sys.platform in ("win32", "darwin") or not shutil.which("dbus-daemon"), reason="needs dbus-daemon"
)
CHOICES = (("open", "Open"), ("snooze", "Snooze Ada"), ("done", "Done"))


@pytest.fixture
def bus(tmp_path, monkeypatch):
    """Start a message bus of its own, and make it the session's."""
    address = f"unix:path={tmp_path}/bus"
    # without service files: nothing but what a test starts may answer
    config = tmp_path / "bus.conf"
    config.write_text(
        f"<busconfig><type>session</type><listen>{address}</listen><policy context='default'>"
        "<allow send_destination='*' eavesdrop='true'/><allow eavesdrop='true'/><allow own='*'/>"
        "</policy></busconfig>",
        "utf-8",
    )
    daemon = subprocess.Popen(
        ["dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile", "--print-address"],
        stdout=subprocess.PIPE,
    )
    assert daemon.stdout
    assert daemon.stdout.readline()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    yield address
    daemon.terminate()
    daemon.wait(10)
    daemon.stdout.close()


class Service:
    """A notification service that keeps what it is told, and clicks what it is told to."""

    def __init__(self, address, capabilities, click):
        self.address, self.capabilities, self.click = address, capabilities, click
        self.got = []
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=[self._serve()])
        self._thread.start()
        assert self._ready.wait(10)

    async def _serve(self):
        from dbus_fast import Message, MessageType
        from dbus_fast.aio import MessageBus

        self._ended = asyncio.Event()
        bus = await MessageBus(bus_address=self.address).connect()

        def signal_of(member, signature, *body):
            return Message.new_signal(
                "/org/freedesktop/Notifications",
                "org.freedesktop.Notifications",
                member,
                signature,
                list(body),
            )

        def handle(message):
            if message.message_type is not MessageType.METHOD_CALL:
                return None
            if message.member == "GetCapabilities":
                return Message.new_method_return(message, "as", [self.capabilities])
            if message.member == "Notify":
                self.got.append(message.body)
                if self.click == "before the answer":
                    bus.send(signal_of("ActionInvoked", "us", 41, "done"))
                elif self.click == "closed":
                    self._loop.call_later(0.05, bus.send, signal_of("NotificationClosed", "uu", 41, 2))
                elif self.click:
                    self._loop.call_later(0.05, bus.send, signal_of("ActionInvoked", "us", 40, "other"))
                    self._loop.call_later(0.06, bus.send, signal_of("ActionInvoked", "us", 41, self.click))
                return Message.new_method_return(message, "u", [41])
            return None

        bus.add_message_handler(handle)
        await bus.request_name("org.freedesktop.Notifications")
        self._ready.set()
        await self._ended.wait()
        bus.disconnect()
        await bus.wait_for_disconnect()

    def end(self):
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(10)
        self._loop.close()


@pytest.fixture
def service(bus):
    started = []

    def start(*capabilities, click=None):
        started.append(Service(bus, ["body", *capabilities], click))
        return started[-1]

    yield start
    for one in started:
        one.end()


@needs_bus
def test_a_notice_is_shown_and_markup_in_it_is_text(service, notice):
    desktop = service("body-markup")
    assert Notifier.make({}).send(notice) is None
    [(app, replaces, icon, title, body, actions, hints, timeout)] = desktop.got
    assert (app, replaces, icon, actions, timeout) == ("crm", 0, "appointment-soon", [], -1)
    assert title == notice.title
    assert body == "Ada „Ö“ 👩‍🚀: wrote\n  &lt;b&gt;twice&lt;/b&gt; &amp; more"
    assert hints["x-dunst-stack-tag"].value == notice.key


@needs_bus
def test_a_service_without_markup_gets_the_text_as_it_is(service, notice):
    desktop = service()
    Notifier.make({}).send(notice)
    assert desktop.got[0][4] == notice.text


@needs_bus
def test_a_long_notice_is_cut_to_some_lines(service, notice):
    desktop = service()
    Notifier.make({}).send(notice._replace(text="\n".join(f"line {n}" for n in range(40)), title="t" * 999))
    assert desktop.got[0][4].splitlines()[-2:] == ["line 6", "…"]
    assert len(desktop.got[0][3]) == 120
    Notifier.make({}).send(notice._replace(text="x" * 5000))
    assert len(desktop.got[1][4]) == 600


@needs_bus
@pytest.mark.parametrize(
    ("click", "answer"),
    [("snooze", "snooze"), ("default", "open"), ("before the answer", "done"), ("closed", None)],
)
def test_a_click_is_an_answer_while_we_wait(service, notice, click, answer):
    desktop = service("actions", click=click)
    sent = Notifier.make({"wait": True}).send(notice._replace(choices=CHOICES))
    began = time.monotonic()
    assert sent.answer() == answer
    assert time.monotonic() - began < 5
    assert desktop.got[0][5] == ["default", "Open", "open", "Open", "snooze", "Snooze Ada", "done", "Done"]


@needs_bus
def test_nobody_clicks_and_the_wait_is_over_in_time(service, notice):
    service("actions")
    sent = Notifier.make({"wait": True, "wait_seconds": 1}).send(notice._replace(choices=CHOICES))
    assert sent.answer() is None


@needs_bus
def test_a_service_without_actions_is_not_waited_for(service, notice):
    desktop = service()
    sent = Notifier.make({"wait": True}).send(notice._replace(choices=CHOICES))
    assert sent.answer() is None
    assert desktop.got[0][5] == []


@needs_bus
def test_without_a_notification_service_it_says_so(bus, notice):
    with pytest.raises(NotifierError, match="nothing on this desktop shows notices") as caught:
        Notifier.make({}).send(notice)
    assert caught.value.hint


def test_without_a_bus_it_says_so(monkeypatch, tmp_path, notice):
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    if sys.platform not in ("win32", "darwin"):
        with pytest.raises(NotifierError, match="no desktop session"):
            Notifier.make({}).send(notice)
        for wrong in (f"unix:path={tmp_path}/nothing", "nonsense"):
            monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", wrong)
            with pytest.raises(NotifierError, match="message bus cannot be reached"):
                Notifier.make({}).send(notice)


@needs_bus
def test_the_bus_of_the_session_is_found_without_its_variable(service, bus, monkeypatch, notice):
    """As in a cron job."""
    desktop = service()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(Path(bus.removeprefix("unix:path=")).parent))
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    Notifier.make({}).send(notice)
    assert len(desktop.got) == 1
    assert os.environ["DBUS_SESSION_BUS_ADDRESS"] == bus


def test_a_bus_that_belongs_to_somebody_else_is_not_used(monkeypatch, tmp_path):
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    (tmp_path / "bus").write_text("no socket", "utf-8")
    assert kit_bus.find_session_bus() is None


@needs_bus
@pytest.mark.skipif(
    not all(map(shutil.which, ("dunst", "dunstctl", "Xvfb"))), reason="needs dunst and a virtual display"
)
def test_real_desktop_notification(bus, tmp_path, database_of):  # R106
    (tmp_path / "config.toml").write_text("[notifiers.desk]\nkind = 'desktop'\nprivacy = 'full'\n")
    crm = Crm(
        {
            "CRM_DATABASE_URL": database_of(tmp_path / "crm.db"),
            "CRM_CONFIG": str(tmp_path / "config.toml"),
            "CRM_NOW": NOW,
            "CRM_TZ": "UTC",
            "HOME": str(tmp_path),
            "XDG_STATE_HOME": str(tmp_path / "state"),
        }
    )
    for name in ("<b>Ada</b> & more", "Bo"):
        crm.run("add", name)
        crm.run("log", name, "Are you there?", "--in", "--platform", "x", "--at", "2026-05-30")
    display = f":{90 + os.getpid() % 900}"
    environment = {**os.environ, "DISPLAY": display, "HOME": str(tmp_path)}
    running = [subprocess.Popen(["Xvfb", display, "-nolisten", "tcp"], stderr=subprocess.DEVNULL)]
    try:
        _until(lambda: Path(f"/tmp/.X11-unix/X{display[1:]}").exists())
        running.append(subprocess.Popen(["dunst"], env=environment, stderr=subprocess.DEVNULL))

        def history():
            done = subprocess.run(
                ["dunstctl", "history"], env=environment, capture_output=True, check=False, timeout=10
            )
            return json.loads(done.stdout)["data"][0] if done.returncode == 0 else None

        _until(lambda: history() is not None)
        for _ in range(2):  # the second time there is nothing to send
            assert crm.run("remind", "--deliver").code == 0
        subprocess.run(["dunstctl", "close-all"], env=environment, check=True, timeout=10)
        _until(lambda: history())
        [shown] = history()
    finally:
        for process in reversed(running):
            process.send_signal(signal.SIGTERM)
            process.wait(10)
    assert shown["appname"]["data"] == "crm"
    assert shown["summary"]["data"] == "2 waiting for you"
    assert "&lt;b&gt;Ada&lt;/b&gt; &amp; more" in shown["body"]["data"]


def _until(happened):
    end = time.monotonic() + 15
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def test_the_script_for_macos_cannot_be_broken_out_of():
    title, body = 'a" & (do shell script "touch x") & "', "one\\\ntwo"
    assert mac.script(title, body) == (
        'display notification "one\\\\\\ntwo" with title "a\\" & (do shell script \\"touch x\\") & \\""\n'
    )


@pytest.mark.skipif(os.name != "posix", reason="a shell script stands for osascript")
def test_on_macos_osascript_gets_the_script_over_standard_input(tmp_path, monkeypatch):
    fake = tmp_path / "osascript"
    fake.write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/args\ncat > {tmp_path}/script\nexit 0\n', "utf-8")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    mac.show("title", "Ada wrote")
    assert (tmp_path / "args").read_text("utf-8") == "-\n"
    assert "Ada wrote" in (tmp_path / "script").read_text("utf-8")
    fake.write_text("#!/bin/sh\nexit 1\n", "utf-8")
    with pytest.raises(NotifierError, match="code 1"):
        mac.show("title", "Ada wrote")
    fake.unlink()
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NotifierError, match="cannot show"):
        mac.show("title", "Ada wrote")


@pytest.mark.parametrize("settings", [{"wait": "yes"}, {"wait": True, "wait_seconds": 900}, {"sound": True}])
def test_settings_that_make_no_sense_are_errors(settings):
    with pytest.raises(ConfigError):
        Notifier.make(settings)
