"""What tests of the Settings screen share: a kind of notifier of their own, a keyring, a timer's system."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, Self

import keyring
import pytest
from keyring.backend import KeyringBackend
from textual.pilot import Pilot
from tui_world import press, settle

from crm import paths
from crm.domain.errors import NotifierError
from crm.notifiers.kit.settings import checked
from crm.notifiers.protocol import Notice, Setting
from crm.services import timing
from crm.timers.protocol import Done, Machine
from crm.tui.app import CrmApp
from crm.tui.screens.settings import Settings
from crm.tui.widgets.drawn import Drawn


@dataclass
class Pigeon:
    """A notifier that flies nowhere: what it was given is kept here."""

    kind: ClassVar = "pigeon"
    title: ClassVar = "Carrier pigeon"
    about: ClassVar = "Carries notices over the hills. Needs a loft."
    leaves: ClassVar = True
    wants_calendar: ClassVar = False
    settings: ClassVar = (
        Setting("loft", "where it flies to", "old tower", required=True),
        Setting("grain", "how many grains it gets", "12", of=int),
        Setting("speed", "how fast it flies", "slow", choices=("slow", "fast")),
        Setting("ring", "the word on its ring", secret=True),
        Setting("stops", "where it rests", "oak", of=list),
        Setting("marks", "what is written on it", "side = left", of=dict),
    )
    sent: ClassVar[list[tuple[Mapping[str, Any], Notice]]] = []
    trouble: ClassVar[NotifierError | None] = None

    told: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def make(cls, settings: Mapping[str, Any]) -> Self:
        return cls(checked(cls.settings, settings))

    def send(self, notice: Notice) -> None:
        if Pigeon.trouble is not None:
            raise Pigeon.trouble
        Pigeon.sent.append((self.told, notice))


class Chest(KeyringBackend):
    """A keyring that keeps its secrets for one test."""

    priority = 9  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class System:
    """A Linux with systemd: keeps what it was told to run, and says that timers are active."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.ran: list[str] = []
        self.active = True
        self.broken = False

    def run(self, command: Sequence[str], stdin: str | None) -> Done:
        said = " ".join(command)
        if command[0] not in ("systemctl", sys.executable):
            return Done(127, "", "not there")
        self.ran.append(said)
        if "is-active" in said:
            return Done(0, "active\n", "") if self.active else Done(3, "inactive\n", "")
        if self.broken and "enable" in said:
            return Done(1, "", "no bus")
        return Done(0, "", "")

    @property
    def units(self) -> list[str]:
        folder = self.home / ".config" / "systemd" / "user"
        return sorted(file.name for file in folder.iterdir()) if folder.exists() else []

    def machine(self) -> Machine:
        return Machine(
            "linux", self.home, paths.state_dir(), {}, 1000, self.run, lambda name: name == "systemctl"
        )


def set_up(monkeypatch: pytest.MonkeyPatch, home: Path) -> System:
    """Hide the machine's own timer and keyring, and add the kind of notifier."""
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    system = System(home)
    monkeypatch.setattr(timing, "this_machine", system.machine)
    # wherever the tests are checked out, be it a temporary folder
    monkeypatch.setattr(timing, "_insist_on_lasting", lambda prefix: None)
    module = ModuleType("crm.notifiers.pigeon")
    module.Notifier = Pigeon  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "crm.notifiers.pigeon", module)
    for place in ("crm.notifiers.NOTIFIERS", "crm.services.channels.NOTIFIERS"):
        monkeypatch.setattr(place, ("email", "pigeon"))
    monkeypatch.setattr(Pigeon, "sent", [])
    monkeypatch.setattr(Pigeon, "trouble", None)
    monkeypatch.setattr("crm.services.secrets.find_session_bus", lambda: None)
    return system


def with_keyring(monkeypatch: pytest.MonkeyPatch) -> Chest:
    """Put a keyring in place of the system's."""
    chest = Chest()
    monkeypatch.setattr(keyring, "get_keyring", lambda: chest)
    return chest


def without_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make it a system without a keyring."""
    from keyring.backends.fail import Keyring

    monkeypatch.setattr(keyring, "get_keyring", Keyring)


# On the screen


def toasts(app: CrmApp) -> str:
    """Return every short message so far."""
    return " ".join(" ".join(one.message.split()) for one in app._notifications)


def details(app: CrmApp) -> str:
    """Return what is said about the line under the cursor."""
    return " ".join(str(app.screen.query_one("#settings-details Drawn", Drawn).render()).split())


def note(app: CrmApp) -> str:
    """Return what is said above the list."""
    return " ".join(str(app.screen.query_one("#settings-note", Drawn).render()).split())


async def stand_on(pilot: Pilot[Any], key: object) -> None:
    """Put the cursor on a line of the screen that is open."""
    assert isinstance(pilot.app.screen, Settings)
    pilot.app.screen.rows.move_to(key)  # type: ignore[arg-type]
    await settle(pilot)
    assert pilot.app.screen.rows.key == key


async def go_to(pilot: Pilot[Any], key: object) -> None:
    """Open the screen and put the cursor on a line."""
    await settle(pilot)
    await press(pilot, "comma")
    await stand_on(pilot, key)


def own_file(monkeypatch: pytest.MonkeyPatch, home: Path) -> Path:
    """Name a configuration file that is not there yet, on a system without a keyring; return it."""
    set_up(monkeypatch, home)
    without_keyring(monkeypatch)
    file = home / "config.toml"
    monkeypatch.setenv("CRM_CONFIG", str(file))
    return file
