"""Term lists and parameters that ship in the package."""

from __future__ import annotations

import sys
from functools import lru_cache
from importlib.resources import files
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:  # pragma: no cover - Python 3.10
    import tomli as tomllib

__all__ = ["load"]


@lru_cache(maxsize=None)
def load(name: str) -> dict[str, Any]:
    """Read a TOML file of this folder, once; the caller must not change what it gets."""
    return tomllib.loads(files(__name__).joinpath(name).read_text(encoding="utf-8"))
