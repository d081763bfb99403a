"""How the terminal UI looks: the themes by name.

The names stand here and not beside the colours, so that a wrong one in the file is found when it is read;
a test compares them with the themes there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from crm.domain.errors import ConfigError

OWN_THEMES = ("crm-dark", "crm-light", "crm-contrast", "crm-terminal")
"""Ours, in the order in which ctrl+t goes through them."""
THEMES = (
    *OWN_THEMES,
    "ansi-dark",
    "ansi-light",
    "atom-one-dark",
    "atom-one-light",
    "catppuccin-frappe",
    "catppuccin-latte",
    "catppuccin-macchiato",
    "catppuccin-mocha",
    "dracula",
    "flexoki",
    "gruvbox",
    "monokai",
    "nord",
    "rose-pine",
    "rose-pine-dawn",
    "rose-pine-moon",
    "solarized-dark",
    "solarized-light",
    "textual-dark",
    "textual-light",
    "tokyo-night",
)
"""All that can be chosen: ours, and those that come with Textual."""


def theme_from(values: Mapping[str, Any], file: Path) -> str:
    """Return the theme that is set, or the first.

    Raises:
        ConfigError: there is no theme of that name.

    """
    name = values.get("theme", THEMES[0])
    if not isinstance(name, str) or name not in THEMES:
        near = get_close_matches(str(name), THEMES, 1)
        raise ConfigError(
            f"{file}: there is no theme {name!r}",
            f"did you mean {near[0]!r}?" if near else f"ours are {', '.join(OWN_THEMES)}",
        )
    return name
