"""What always holds: who imports whom, what loads when, and that nothing asks the network."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import reviewkit

PACKAGE = Path(reviewkit.__file__).parent
FLOORS = {
    "errors": 0, "types": 0, "_data": 0, "_steps": 0, "tokens": 0,
    "html": 1, "sentences": 1, "clauses": 1, "_model": 1, "_related": 1,
    "aspects": 2, "sentiment": 2, "lexicon": 2,
    "pipeline": 3,
    "render": 4,
    "cli": 5,
}  # fmt: skip
# On the ground floor the types raise the errors, and reading data may fail.
SAME_FLOOR = {("types", "errors"), ("_data", "errors")}


def imports(path: Path) -> set[str]:
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    names = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    return {name.split(".")[1] for name in names if name.startswith("reviewkit.")}


@pytest.mark.parametrize("module", FLOORS)
def test_modules_import_only_from_floors_below(module: str) -> None:
    path = PACKAGE / module / "__init__.py"
    found = imports(path if path.exists() else PACKAGE / f"{module}.py")
    for name in found:
        below = FLOORS[name] < FLOORS[module] or (module, name) in SAME_FLOOR
        assert below, f"{module} imports {name}"


def test_every_module_has_a_floor() -> None:
    assert {p.stem for p in PACKAGE.glob("*.py") if not p.stem.startswith("__")} < set(FLOORS)


def run(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_loads_no_heavy_library() -> None:
    heavy = {"nltk", "textblob", "bs4", "numpy", "click", "tqdm", "vaderSentiment"}
    loaded = run("import reviewkit, sys; print(*{m.split('.')[0] for m in sys.modules})").split()
    assert "reviewkit" in loaded
    assert not heavy & set(loaded)


def test_everything_runs_without_network_or_corpora(tmp_path: Path) -> None:
    code = """
import socket
class Refused(socket.socket):
    def __init__(self, *args, **kwargs):
        raise AssertionError("the network was asked")
socket.socket = socket.create_connection = socket.getaddrinfo = Refused
import reviewkit
html = "<p>The acting was superb, Mr. Lee.</p><p>The plot isn't good.</p>".encode()
for scorer in (reviewkit.FilmScorer(), reviewkit.TextBlobScorer(), reviewkit.VaderScorer()):
    review = reviewkit.analyze(html, scorer=scorer)
    print(*(f"{name} {found.polarity}" for name, found in review.aspects.items()))
"""
    nowhere = str(tmp_path)
    out = run(code, HOME=nowhere, NLTK_DATA=nowhere, TEXTBLOB_DATA=nowhere)
    assert out.splitlines() == ["acting positive plot negative"] * 3
    assert not list(tmp_path.iterdir())


def test_the_first_use_may_be_in_many_threads_at_once() -> None:
    code = """
from concurrent.futures import ThreadPoolExecutor
import sys
sys.setswitchinterval(1e-6)
import reviewkit
with ThreadPoolExecutor(8) as pool:
    found = list(pool.map(reviewkit.analyze, ["The acting was superb. The plot isn't good."] * 16))
print(len(set(found)), found[0].aspects["acting"].polarity)
"""
    assert run(code) == "1 positive\n"


def test_the_public_face() -> None:
    assert all(hasattr(reviewkit, name) for name in reviewkit.__all__)
