"""The light and the dark theme. Both were checked for contrast: faint text has at least 5 to 1."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="crm-dark",
    primary="#7fb5a8",
    secondary="#8fa7c4",
    accent="#e2b36f",
    warning="#e2b36f",
    error="#e08a80",
    success="#8fbf8a",
    foreground="#d9dade",
    background="#17191d",
    surface="#1e2126",
    panel="#262a30",
    dark=True,
    variables={
        "faint": "#9298a3",
        "row": "#2b3038",
        "row-blurred": "#22262c",
        "rule": "#343941",
        "input-selection-background": "#7fb5a8 35%",
    },
)

LIGHT = Theme(
    name="crm-light",
    primary="#1f6b5e",
    secondary="#3d5a80",
    accent="#8a5300",
    warning="#8a5300",
    error="#a8352a",
    success="#2f6b2f",
    foreground="#26282c",
    background="#fbfaf7",
    surface="#f2f0ea",
    panel="#e9e6de",
    dark=False,
    variables={
        "faint": "#646870",
        "row": "#e4e0d4",
        "row-blurred": "#efece4",
        "rule": "#d3cfc4",
        "input-selection-background": "#1f6b5e 25%",
    },
)
