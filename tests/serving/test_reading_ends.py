"""In a browser one app of the program follows another: each gets the keys that are pressed at it."""

from __future__ import annotations

import threading

import pytest
from textual.app import App
from textual.drivers import web_driver

from crm.tui.typeahead import stop_reading

pytestmark = pytest.mark.sqlite(reason="nothing is stored")


async def test_the_next_app_waits_until_the_thread_of_the_last_one_reads_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(web_driver, "InputReader", lambda: None)
    name = web_driver.WebDriver(App())._key_thread.name  # Textual's: what is waited for is found by it
    told = threading.Event()
    reads = threading.Thread(target=told.wait, name=name)
    reads.start()
    threading.Timer(0.05, told.set).start()
    stop_reading()
    assert not reads.is_alive()
