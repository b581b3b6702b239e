"""The published cases in the shared ``reference`` folder: inputs, expected figures, tolerance, source."""

import json

from tests.shared import SHARED


def cases(name, *, prefix=""):
    """The cases of one file by id, those whose id begins with ``prefix``; none where the folder is absent."""
    path = SHARED / "reference" / f"{name}.json"
    if not path.exists():
        return {}
    listed = json.loads(path.read_text())["cases"]
    return {case["id"]: case for case in listed if case["id"].startswith(prefix)}


def fixings(name):
    """The fixings a file holds for all its cases, by ISO date."""
    return json.loads((SHARED / "reference" / f"{name}.json").read_text())["fixings"]


def tolerance(case, key):
    """How far a figure may be from the published one: a case has one tolerance, or one a figure."""
    stated = case["tolerance"]
    return stated[key] if isinstance(stated, dict) else stated
