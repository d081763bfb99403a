"""The dialogs about a notifier: which kind, and its settings, made from what its kind says of itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from textual import events, on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Input, Static

from crm.config import NotifierConfig, Privacy
from crm.domain.errors import ConfigError, ConflictError
from crm.notifiers.protocol import Notifier, Setting
from crm.services import channels
from crm.tui import ui
from crm.tui.base import Dialog
from crm.tui.screens.setting import Save, Saving
from crm.tui.settings import telling
from crm.tui.settings.telling import Wanted
from crm.tui.widgets.choice import Choice, Field, Option
from crm.tui.widgets.kept_input import KeptInput
from crm.tui.widgets.rows import Key, Rows
from crm.tui.widgets.secret_field import SecretField

Kind = type[Notifier]

PRIVACY = {
    Privacy.FULL: "names and words",
    Privacy.NAMES: "names",
    Privacy.FIRST_NAMES: "first names",
    Privacy.COUNT: "numbers only",
}


_LONGEST_ABOUT = 4
"""Lines that what a kind says of itself may take, at the width of a dialog."""


class KindRows(Rows[Kind]):
    """One kind per line; the one under the cursor says what it needs and does."""

    def draw(self, key: Key, row: Kind, width: int) -> ui.Shown:  # noqa: ARG002
        """Draw the title."""
        return ui.label(ui.fit(row.title, width), ui.STRONG)

    def unfold(self, row: Kind, width: int) -> list[ui.Shown]:
        """Say what it is."""
        return [ui.label(piece, ui.FAINT) for piece in ui.wrapped(row.about, width, _LONGEST_ABOUT)]


class ChooseKind(Dialog[str]):
    """Answers a kind of notifier."""

    HINT = "enter  this one    esc  cancel"

    def __init__(self, kinds: Sequence[Kind]) -> None:
        super().__init__()
        self._kinds = kinds

    def heading(self) -> ui.Shown:
        """Return the question."""
        return ui.label("How do you want to be told?", ui.STRONG)

    def body(self) -> ComposeResult:
        """The kinds."""
        yield KindRows(id="kinds", classes="first")

    def on_mount(self) -> None:
        """Fill the list."""
        rows = self.query_one(KindRows)
        rows.styles.height = len(self._kinds) + _LONGEST_ABOUT
        rows.show([one.kind for one in self._kinds], {one.kind: one for one in self._kinds})

    @on(Rows.Chosen)
    def chosen(self, event: Rows.Chosen) -> None:
        """Answer the kind under the cursor."""
        self.dismiss(str(event.key))


class EditNotifier(Saving):
    """Asks for a notifier's settings; saves a `Wanted`."""

    HINT = "enter  save    tab  next    esc  cancel"

    def __init__(
        self,
        kind: Kind,
        told: NotifierConfig | None,
        taken: Collection[str],
        no_keyring: str | None,
        save: Save,
    ) -> None:
        """Ask.

        Args:
            kind: what kind it is.
            told: the notifier as it is; None for a new one.
            taken: names that a new one cannot have.
            no_keyring: why secrets cannot be kept in a keyring here; None if they can.
            save: saves it.

        """
        super().__init__(save)
        self._kind = kind
        self._told = told
        self._taken = taken
        self._no_keyring = no_keyring
        self._fields: list[tuple[Setting, Widget]] = []
        self._abouts: dict[Widget, str] = {}

    def heading(self) -> ui.Shown:
        """Return what is set."""
        name = self._kind.title if self._told is None else f"{self._told.name}  ({self._kind.title})"
        return ui.label(name, ui.STRONG)

    def body(self) -> ComposeResult:
        """A field for everything it can be told."""
        settings = self._told.settings if self._told else {}
        with VerticalScroll(classes="in-dialog notifier-fields", can_focus=False):
            if self._told is None:
                field = Input(self._offered(), classes="first", id="notifier-name")
                self._abouts[field] = "What you call it: small letters, digits, - and _"
                yield Field("name", field)
            for index, setting in enumerate(self._kind.settings):
                first = "first" if index == 0 and self._told is not None else ""
                yield Field(setting.name.replace("_", " "), self._field(setting, settings, first))
            yield Field("may show", self._privacy())
        yield Static("", id="about-field", markup=False)

    def _offered(self) -> str:
        numbered = (f"{self._kind.kind}{number}" for number in range(2, len(self._taken) + 3))
        return next(name for name in (self._kind.kind, *numbered) if name not in self._taken)

    def _field(self, setting: Setting, settings: Any, classes: str) -> Widget:
        field: Widget
        if setting.secret:
            present = telling.way_of(setting, settings)
            ways = telling.ways_for(setting, present, self._no_keyring is None)
            field = SecretField(ways, present, telling.shown_of(setting, settings), classes=classes)
        elif setting.choices or setting.of is bool:
            names = setting.choices or ("yes", "no")
            options = [Option("", "usual"), *(Option(name, name) for name in names)]
            typed = telling.typed_of(settings.get(setting.name))
            field = Choice(options, typed, classes=classes)
        else:
            placeholder = f"such as {setting.example}" if setting.example else ""
            value = telling.typed_of(settings.get(setting.name))
            field = KeptInput(value, placeholder=placeholder, classes=classes)
        self._fields.append((setting, field))
        said = setting.about + (" (needed)" if setting.required else "")
        if setting.secret and self._no_keyring:
            said += f". It cannot go into a keyring: {self._no_keyring}."
        self._abouts[field] = said[0].upper() + said[1:]
        return field

    def _privacy(self) -> Choice:
        usual = channels.privacy_of(NotifierConfig("", self._kind.kind))
        options = [Option(level.value, text) for level, text in PRIVACY.items()]
        chosen = self._told.privacy if self._told and self._told.privacy else usual
        field = Choice(
            options, chosen.value, id="privacy", classes="first" if not self._kind.settings else ""
        )
        self._abouts[field] = f"What a notice may say of people; usually {PRIVACY[usual]}"
        return field

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Say what the field is for."""
        field: Any = event.widget
        while field is not None and field is not self and field not in self._abouts:
            field = field.parent
        about = self._abouts.get(field, "") if field is not None else ""
        self.query_one("#about-field", Static).update(ui.label(about, ui.FAINT))

    def wanted(self) -> Wanted:
        """Return the notifier as the form says it, checked.

        Raises:
            ConfigError: something is missing or makes no sense.

        """
        before = self._told.settings if self._told else {}
        settings: dict[str, Any] = {}
        keyring: dict[str, str] = {}
        for setting, field in self._fields:
            if isinstance(field, SecretField):
                said, secret = telling.with_secret(setting, field.answer, before)
                settings.update(said)
                if secret is not None:
                    keyring[setting.name] = secret
            elif (value := _said(setting, field, before)) is not None:
                settings[setting.name] = value
        told = NotifierConfig(
            self._called(), self._kind.kind, self._told is None or self._told.enabled, self._shows(), settings
        )
        typed = {key: value for key, value in settings.items() if key.removesuffix("_keyring") not in keyring}
        channels.check(replace(told, settings={**typed, **keyring}))
        return Wanted(told, keyring)

    def _called(self) -> str:
        if self._told is not None:
            return self._told.name
        name = self.query_one("#notifier-name", Input).value.strip()
        if not name:
            raise ConfigError("give it a name", f"such as {self._kind.kind}")
        if name in self._taken:
            raise ConflictError(f"there is a notifier called {name!r} already", "choose another name")
        return name

    def _shows(self) -> Privacy | None:
        """Return what it may show; what is usual is left unsaid unless it was said before."""
        chosen = Privacy(self.query_one("#privacy", Choice).value)
        usual = channels.privacy_of(NotifierConfig("", self._kind.kind))
        said = self._told is not None and self._told.privacy is not None
        return chosen if chosen is not usual or said else None

    def faulty(self) -> Widget | None:
        """Return the field to go back to."""
        return None


def _said(setting: Setting, field: Widget, before: Mapping[str, Any]) -> Any:
    """Return what a field says as the configuration does; as it was before where it says the same."""
    if isinstance(field, KeptInput):
        return before.get(setting.name) if field.untouched else telling.read_typed(setting, field.value)
    assert isinstance(field, Choice)
    return telling.read_typed(setting, field.value)
