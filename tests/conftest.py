"""What several test files need."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

ROOT = Path(__file__).parent.parent
CASES = Path(__file__).parent / "cases"
SHARED = ROOT.parent / "shared"

# Machines differ in speed; what takes long is for benchmarks/ to say.
settings.register_profile("reviewkit", deadline=None)
settings.load_profile("reviewkit")


def cases(name: str) -> list[Any]:
    """Return the cases of a file as pytest parameters, named by their labels."""
    rows = json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))
    return [pytest.param(row, id=row["label"]) for row in rows]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the labelled data, which is no part of the project."""
    if not (SHARED / "data").is_dir():
        pytest.skip("../shared/data is not here")
    return SHARED


@pytest.fixture(params=sorted((ROOT / "examples").glob("*.html")), ids=lambda path: path.stem)
def example(request: pytest.FixtureRequest) -> str:
    """Each of the example reviews, raw."""
    return Path(request.param).read_text(encoding="utf-8")
