"""Term lists, parameters and trained weights that ship in the package."""

from __future__ import annotations

import pkgutil
import sys
from functools import cache
from typing import Any

from reviewkit.errors import ReviewkitError

if sys.version_info >= (3, 11):
    import tomllib
else:  # pragma: no cover - Python 3.10
    import tomli as tomllib

__all__ = ["load", "read"]


def read(name: str) -> bytes:
    """Return what a file of this folder holds."""
    data = pkgutil.get_data(__name__, name)  # importlib.resources takes five times as long to load
    if data is None:  # pragma: no cover - only a loader that cannot read data files
        msg = f"the data file {name} cannot be read; install reviewkit anew"
        raise ReviewkitError(msg)
    return data


@cache
def load(name: str) -> dict[str, Any]:
    """Read a TOML file of this folder, once; the caller must not change what it gets."""
    return tomllib.loads(read(name).decode("utf-8"))
