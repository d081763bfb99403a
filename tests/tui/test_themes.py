"""Themes: every one can be taken, the choice is remembered, and colours are never all that tells."""

from __future__ import annotations

import itertools
from importlib import import_module
from pathlib import Path

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.css.stylesheet import Stylesheet
from textual.theme import BUILTIN_THEMES, Theme
from tui_world import press, screen_text, settle, type_in

from crm import config
from crm.config import looks
from crm.db.store import Store
from crm.domain.errors import ConfigError
from crm.tui import themes, warming
from crm.tui.app import CrmApp
from crm.tui.colourless import Colourless
from crm.tui.widgets.rows import Rows

PAINTED = [theme for theme in themes.OWN.values() if not theme.ansi]

# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB
BLINDNESS = {
    "none": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def seen(colour: str, how: str) -> tuple[float, float, float]:
    """Return a colour as CIE L*a*b*, as somebody with that colour blindness sees it."""
    parts = Color.parse(colour).normalized
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    red, green, blue = (
        min(max(sum(a * b for a, b in zip(row, linear, strict=True)), 0.0), 1.0) for row in BLINDNESS[how]
    )
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    fx, fy, fz = (v ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def distance(first: str, second: str, how: str) -> float:
    """Return how different two colours look (CIE76; 2.3 is just noticeable)."""
    return sum((a - b) ** 2 for a, b in zip(seen(first, how), seen(second, how), strict=True)) ** 0.5


@pytest.mark.parametrize("theme", PAINTED, ids=lambda theme: theme.name)
def test_every_text_has_enough_contrast_on_every_ground(theme: Theme) -> None:
    grounds = [
        theme.background,
        theme.surface,
        theme.panel,
        *(theme.variables[r] for r in ("row", "row-blurred")),
    ]
    texts = [theme.foreground, theme.primary, theme.accent, theme.error, theme.variables["faint"]]
    least = 7.0 if theme is themes.CONTRAST else 4.5
    for text, ground in itertools.product(texts, grounds):
        assert themes.contrast(Color.parse(str(text)), Color.parse(str(ground))) >= least, (text, ground)


@pytest.mark.parametrize("how", BLINDNESS)
@pytest.mark.parametrize("theme", PAINTED, ids=lambda theme: theme.name)
def test_what_is_told_by_colours_is_told_with_every_colour_blindness(theme: Theme, how: str) -> None:
    # two series of a chart; what calls for attention beside plain text; what went wrong beside plain text
    pairs = [(theme.primary, theme.accent), (theme.accent, theme.foreground), (theme.error, theme.foreground)]
    for first, second in pairs:
        assert distance(str(first), str(second), how) > 20, (first, second)


def test_the_names_in_the_configuration_are_the_themes_there_are() -> None:
    assert set(looks.THEMES) == {*themes.OWN, *BUILTIN_THEMES}
    assert tuple(themes.OWN) == looks.OWN_THEMES


@pytest.mark.parametrize("name", sorted(BUILTIN_THEMES))
def test_a_theme_of_textual_gets_what_our_sheet_needs(name: str) -> None:
    theme = BUILTIN_THEMES[name]
    mixed = themes.fallbacks(theme)
    assert set(mixed) >= {"faint", "row", "row-blurred", "rule"}
    if not theme.ansi:
        ground = Color.parse(theme.to_color_system().generate()["background"])
        plain = Color.parse(theme.to_color_system().generate()["foreground"])
        # never worse than the theme's own text
        least = min(themes.ENOUGH, themes.contrast(plain, ground))
        assert themes.contrast(Color.parse(mixed["faint"]), ground) >= least - 0.01


async def test_every_theme_can_be_taken_while_the_program_runs(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "l")  # a dialog with fields above a page
        for name in looks.THEMES:
            app.theme = name
            await settle(pilot)
            assert "Log with Cy Ono" in screen_text(app)


async def test_a_key_goes_through_our_themes_and_the_last_one_is_remembered(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        for name in (*looks.OWN_THEMES[1:], looks.OWN_THEMES[0], looks.OWN_THEMES[1]):
            await press(pilot, "ctrl+t")
            assert app.theme == name
            assert config.load().theme == name


async def test_the_palette_has_every_theme(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+p")
        await type_in(pilot, "colours: gruvbox")
        await pilot.pause(0.2)
        await press(pilot, "enter")
        await settle(pilot)
        assert app.theme == "gruvbox"
        assert config.load().theme == "gruvbox"


async def test_the_demo_writes_nobodys_file(world: Store) -> None:
    app = CrmApp(world, banner="demo")
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "ctrl+t")
        assert app.theme == looks.OWN_THEMES[1]
    assert config.load().file is None


def test_a_theme_that_does_not_exist_is_an_error_that_helps(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('theme = "crm-drak"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="there is no theme 'crm-drak'") as caught:
        config.load(file)
    assert caught.value.hint == "did you mean 'crm-dark'?"
    file.write_text("theme = 7\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="there is no theme 7"):
        config.load(file)


async def test_sheets_are_read_again_for_other_colours_only(
    app: CrmApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    reparse = Stylesheet.reparse
    monkeypatch.setattr(Stylesheet, "reparse", lambda sheet: (read.append(1), reparse(sheet))[1])
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "5", "1")
        assert read == []
        await press(pilot, "ctrl+t")
        assert read == [1]


async def test_a_place_out_of_sight_has_the_other_colours_when_it_is_shown_again(app: CrmApp) -> None:
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "2", "1")
        app.theme = "crm-light"
        await settle(pilot)
        await press(pilot, "2")
        light = Color.parse(str(app.theme_variables["background"]))
        assert app.screen.query_one(Rows).styles.background == light


def test_everything_loaded_beforehand_can_be_loaded() -> None:
    loaded = list(warming.names())
    assert {"crm.tui.screens.contact", "crm.tui.settings.timer", "crm.importers.x"} <= set(loaded)
    for name in loaded:
        import_module(name)


async def test_the_settings_choose_the_colours_too_and_p_puts_them_back(app: CrmApp) -> None:
    async with app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        await press(pilot, "comma", "end", "enter")
        assert "[dark]" in screen_text(app)
        await press(pilot, "right", "enter")
        assert (app.theme, config.load().theme) == ("crm-light", "crm-light")
        assert "crm-light" in screen_text(app)
        await press(pilot, "ctrl+t")
        assert config.load().theme == "crm-contrast"
        assert "crm-contrast" in screen_text(app)
        await press(pilot, "p")
        assert (app.theme, config.load().theme) == ("crm-dark", "crm-dark")


def test_without_colours_a_ground_is_reversed_and_all_else_but_colours_stays() -> None:
    meta = {"@click": ("app.leave", ())}
    styles = {
        "bold red on blue": "bold reverse",
        "dim #102030": "dim",
        "underline on default": "underline",
        "reverse on red": "reverse",
        "italic": "italic",
    }
    before = [Segment(text, Style.parse(text)) for text in styles]
    before.append(Segment("clicked", Style.parse("red") + Style.from_meta(meta)))
    after = Colourless().apply([*before, Segment("none")], Color(0, 0, 0))
    assert [segment.text for segment in after] == [*styles, "clicked", "none"]
    for segment, expected in zip(after, [*styles.values(), ""], strict=False):
        assert segment.style is not None
        assert (segment.style.color, segment.style.bgcolor) == (None, None)
        assert segment.style.without_color == Style.parse(expected)
    assert after[-2].style is not None
    assert after[-2].style.meta == meta
    assert after[-1].style is None


async def test_without_colours_there_are_none_to_choose(
    world: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CRM_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("NO_COLOR", "1")
    app = CrmApp(world, theme="crm-light")
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        await press(pilot, "ctrl+t")
        assert "NO_COLOR is set" in screen_text(app)
        assert not (tmp_path / "config.toml").exists()
    monkeypatch.setenv("NO_COLOR", "")  # no-color.org: only where it is not empty
    assert CrmApp(world, theme="crm-light").theme == "crm-light"
