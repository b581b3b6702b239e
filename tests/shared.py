"""Where the reference data stands: beside the checkout, or where HAVEN_SHARED points."""

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("HAVEN_SHARED") or Path(__file__).parents[2] / "shared")

needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(), reason=f"reference data folder {SHARED} is absent; set HAVEN_SHARED to where it stands"
)


def shared_bytes(path):
    """A file of the reference data, whole; nothing where the folder is absent and the test that asks is skipped."""
    return (SHARED / path).read_bytes() if SHARED.is_dir() else b""
