"""When a screen under test has done all it was asked for: known from what is left to do, not from the clock.

Textual's own pauses wait until the processor idles, at least 20 ms each, while frames are painted that nobody
looks at. Here a frame is painted once there is nothing else to do, as in a terminal that is quick enough.
"""

from __future__ import annotations

import asyncio
import unicodedata
from time import monotonic
from typing import Any

from textual import events
from textual.app import App
from textual.keys import REPLACED_KEYS, _character_to_key, _get_unicode_name_from_key
from textual.pilot import Pilot
from textual.screen import Screen
from textual.worker import Worker, WorkerState

from crm.tui.base import Page

_QUIET_ROUNDS = 2
"""One more than what is needed when the answer to the last message sends none."""
_LOOK = 0.02
"""Seconds after which it is seen whether work waits for a frame."""
_STILL = 300.0
"""Seconds without a step after which nothing more is expected: no machine is that slow."""
_RESTLESS = 1_000
"""Frames after which a screen never comes to rest, because one layout asks for another; usual are 3 to 30."""


async def settle(pilot: Pilot[Any]) -> None:
    """Wait until all work is done, every message is answered and the screen is painted, or the app ends."""
    app = pilot.app
    quiet = frames = 0
    while quiet < _QUIET_ROUNDS and not app._exit:
        frames += not app.animator._animations  # one that runs ends by the clock, after any number of frames
        assert frames < _RESTLESS, f"{app.screen} at {app.size} is laid out again and again"
        if working := _working(app):
            quiet = 0
            await _one_done(app, working)
            continue
        await pilot._wait_for_screen(_STILL)
        if app._exit:
            return
        if app._resize_event is not None:  # Textual waits 8 ms for yet another size
            app._check_resize()
            quiet = 0
            continue
        if not (_working(app) or _asked(app)):  # a frame when all is answered, instead of one for each answer
            for screen in _seen(app):
                if screen is app.screen or _dirty(screen):
                    screen._on_timer_update()
        quiet = 0 if _working(app) or _asked(app) or _unpainted(app) else quiet + 1
        await asyncio.sleep(0)


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys one after the other, waiting for what each of them does."""
    for key in keys:
        pilot.app.post_message(key_event(key))
        await settle(pilot)


async def press_quickly(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys as somebody does who types faster than the program answers, and wait for what they do."""
    for key in keys:
        pilot.app.post_message(key_event(key))
    await settle(pilot)


def key_event(key: str) -> events.Key:
    """Return what a driver sends for a key of a binding."""
    name = _character_to_key(key) if len(key) == 1 and not key.isalnum() else key
    try:
        character = unicodedata.lookup(_get_unicode_name_from_key(REPLACED_KEYS.get(name, name)))
    except KeyError:
        character = key if len(key) == 1 else None
    return events.Key(name, character)


def _working(app: App[Any]) -> list[Worker[Any]]:
    """Return the work that is not done."""
    # a directory tree keeps a worker of its own waiting as long as it lives
    return [
        worker
        for worker in app.workers
        if worker.name != "_loader" and worker.state in (WorkerState.PENDING, WorkerState.RUNNING)
    ]


async def _one_done(app: App[Any], working: list[Worker[Any]]) -> None:
    """Wait until some of the work is done; where it waits for a frame, there is one."""
    tasks = [worker._task for worker in working if worker._task is not None]
    if len(tasks) < len(working):  # some is not begun
        await asyncio.sleep(0)
        return
    end = monotonic() + _STILL
    while not (await asyncio.wait(tasks, timeout=_LOOK, return_when=asyncio.FIRST_COMPLETED))[0]:
        if app.screen._callbacks:
            app.screen._on_timer_update()
        assert monotonic() < end, f"still busy after {_STILL:g} seconds: {working}"
    await asyncio.sleep(0)


def _seen(app: App[Any]) -> list[Screen[Any]]:
    """Return the screens that can be seen, from the lowest: those below a dialog shine through."""
    return [*app._background_screens, app.screen]


def _asked(app: App[Any]) -> bool:
    """Whether a message has no answer yet."""
    nodes = (node for screen in _seen(app) for node in screen.walk_children(with_self=True))
    return bool(app.message_queue_size) or any(node.message_queue_size for node in nodes)


def _unpainted(app: App[Any]) -> bool:
    """Whether something waits for the next frame."""
    top = app.screen
    unasked = isinstance(top, Page) and top._seen < 0
    return bool(unasked or top._repaint_required or app.animator._animations or any(map(_dirty, _seen(app))))


def _dirty(screen: Screen[Any]) -> bool:
    """Whether a part of a screen waits to be painted; a whole one below a dialog does so for ever."""
    return bool(screen._layout_required or screen._dirty_widgets or screen._callbacks)
