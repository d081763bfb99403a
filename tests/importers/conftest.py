"""What the tests of importers share."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("export_cases")
