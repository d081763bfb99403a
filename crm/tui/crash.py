"""The report of a bug, as the command line with `CRM_DEBUG=1` gives it as well."""

from __future__ import annotations

from crm.crash import report

__all__ = ["report"]
