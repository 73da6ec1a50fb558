"""Check accuracy against the floors: ``python benchmarks/floors.py [path to evaluate.py]``.

Runs the evaluation on the dev data with the Python that runs this, prints each figure beside its
floor, and exits with 1 if one is below.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

HERE = Path(__file__).resolve().parent
EVALUATE = HERE.parent.parent / "shared" / "eval" / "evaluate.py"


def figures(tree: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[str, float]]:
    """Yield the numbers of a tree with their dotted names."""
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from figures(value, (*path, name))
        elif isinstance(value, (int, float)):
            yield ".".join((*path, name)), value


def main() -> int:
    """Run the tasks that have floors and compare."""
    evaluate = sys.argv[1] if len(sys.argv) > 1 else str(EVALUATE)
    floors = tomllib.loads((HERE / "floors.toml").read_text(encoding="utf-8"))
    command = [sys.executable, evaluate, "--json", *floors]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    reached = dict(figures(json.loads(done.stdout)))
    failed = False
    for name, floor in figures(floors):
        below = reached[name] < floor
        failed |= below
        print(f"{name:40} {reached[name]:10.4f}  floor {floor:10.4f}  {'BELOW' if below else 'ok'}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
