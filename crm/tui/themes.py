"""Our themes, and what the themes of Textual lack to be used here.

All colours of ours were checked: every text has a contrast of at least 4.5 to 1 on every ground it stands on
(7 to 1 in `crm-contrast`), and series of a chart can be told apart with every kind of colour blindness.
"""

from __future__ import annotations

from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from crm.config.looks import OWN_THEMES

DARK = Theme(
    name="crm-dark",
    primary="#7fb5a8",
    secondary="#8fa7c4",
    accent="#e2b36f",
    warning="#e2b36f",
    error="#e89a91",
    success="#8fbf8a",
    foreground="#d9dade",
    background="#17191d",
    surface="#1e2126",
    panel="#262a30",
    dark=True,
    variables={
        "faint": "#9aa0ab",
        "row": "#2b3038",
        "row-blurred": "#22262c",
        "rule": "#343941",
        "input-selection-background": "#7fb5a8 35%",
    },
)

LIGHT = Theme(
    name="crm-light",
    primary="#1a5f53",
    secondary="#3d5a80",
    accent="#7d4a00",
    warning="#7d4a00",
    error="#9c2c22",
    success="#2f6b2f",
    foreground="#26282c",
    background="#fbfaf7",
    surface="#f2f0ea",
    panel="#e9e6de",
    dark=False,
    variables={
        "faint": "#5a5e66",
        "row": "#e4e0d4",
        "row-blurred": "#efece4",
        "rule": "#d3cfc4",
        "input-selection-background": "#1f6b5e 25%",
    },
)

CONTRAST = Theme(
    name="crm-contrast",
    primary="#7ee0ff",
    secondary="#c5d8ff",
    accent="#ffd75f",
    warning="#ffd75f",
    error="#ffb8af",
    success="#9ff09a",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#1c1c1c",
    dark=True,
    variables={
        "faint": "#cfcfcf",
        "row": "#2a3550",
        "row-blurred": "#1c2436",
        "rule": "#8a8a8a",
        "input-selection-background": "#00618a",
    },
)

TERMINAL = Theme(
    name="crm-terminal",
    ansi=True,
    primary="ansi_cyan",
    secondary="ansi_blue",
    accent="ansi_yellow",
    warning="ansi_yellow",
    error="ansi_red",
    success="ansi_green",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    variables=BUILTIN_THEMES["ansi-dark"].variables,
)
"""Follows the colours of the terminal: none of ours is painted, and what we paint fainter is dimmed."""

OWN = {theme.name: theme for theme in (DARK, LIGHT, CONTRAST, TERMINAL)}
"""By name; `OWN_THEMES` has their order."""

ENOUGH = 4.5
"""Contrast that WCAG 2 (AA) asks of text."""


def after(name: str) -> str:
    """Return which of ours comes after a theme."""
    at = OWN_THEMES.index(name) if name in OWN_THEMES else -1
    return OWN_THEMES[(at + 1) % len(OWN_THEMES)]


def contrast(first: Color, second: Color) -> float:
    """Return the contrast of two colours as WCAG 2 defines it, from 1 to 21."""

    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)

    def luminance(colour: Color) -> float:
        red, green, blue = map(linear, colour.normalized)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def fallbacks(theme: Theme) -> dict[str, str]:
    """Return what our sheet needs and a theme of Textual does not have, mixed from its own colours."""
    if theme.ansi:
        plain = dict.fromkeys(("faint", "row", "row-blurred"), "ansi_default")
        return {**plain, "rule": "ansi_bright_black", "input-selection-background": "ansi_blue"}
    colours = theme.to_color_system().generate()
    ground, text = Color.parse(colours["background"]), Color.parse(colours["foreground"])
    row, blurred, rule = (ground.blend(text, part, 1.0) for part in (0.15, 0.08, 0.22))
    grounds = [ground, row, *(Color.parse(colours[name]) for name in ("surface", "panel"))]
    steps = (ground.blend(text, part / 100, 1.0) for part in range(60, 100, 5))
    faint = next((one for one in steps if min(contrast(one, under) for under in grounds) >= ENOUGH), text)
    return {"faint": faint.hex6, "row": row.hex6, "row-blurred": blurred.hex6, "rule": rule.hex6}
