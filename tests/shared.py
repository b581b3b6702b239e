"""Where the reference data stands: beside the checkout, or where HAVEN_SHARED points."""

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("HAVEN_SHARED") or Path(__file__).parents[2] / "shared")

needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason=f"reference data folder {SHARED} is absent; set HAVEN_SHARED to where it stands"
)
