"""What the parts of the extension share: its settings, the one client, and why calls failed."""

import json
import os
from typing import Any

from haven_client import Client  # type: ignore[import-not-found]

FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120

with open(os.path.join(FOLDER, "haven.json"), encoding="utf-8") as file:  # noqa: PTH118, PTH123
    SETTINGS: dict[str, Any] = json.load(file)
CLIENT = Client(SETTINGS["python"], SETTINGS["path"])
REASONS: list[str] = []
"""Why the last failing calls failed."""
