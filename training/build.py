"""Rebuild the film model that ships in the package, from public corpora.

``python training/build.py --data ../shared/data`` reads the labelled and raw reviews, fine-tunes
the teacher, lets it label raw reviews, trains the student on them and writes
``src/reviewkit/_data/film.npz``. Every stage keeps its result in ``--cache``; what is there is not
made again, so that a run that was cut off goes on. ``--quick`` runs all of it on a sample.
"""

from __future__ import annotations

import argparse
import math
import os
import pickle
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

os.environ["HF_HUB_OFFLINE"] = "1"

import corpus
import student as students
import teacher as teachers
import torch
from corpus import Document, Vocabulary
from export import write
from teacher import Labels

Weights = dict[str, torch.Tensor]
Said = tuple[dict[str, list[Labels]], torch.Tensor]
SHIPPED = Path(__file__).resolve().parents[1] / "src" / "reviewkit" / "_data" / "film.npz"


@dataclass(frozen=True)
class Size:
    """How much of each corpus is used."""

    name: str
    trees: int | None
    films: int | None
    phrases: float  # share of the treebank's phrases that the teacher first reads alone
    rounds: int  # passes over the labelled reviews for the teacher
    raw: int | None  # reviews read
    labelled: int  # ... of which the teacher labels
    epochs: int  # passes over all of them for the student


FULL = Size("full", None, None, 0.6, 4, None, 40_000, 6)
QUICK = Size("quick", 60, 30, 0.02, 1, 80, 30, 1)

Known = dict[str, list[Document]]


class Stages:
    """Results by name, kept in a folder: what is there is not made again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def get(self, name: str, make: Callable[[], Any]) -> Any:  # noqa: ANN401 - any result
        """Return a stage's result."""
        path = self.folder / f"{name}.pickle"
        if path.exists():
            print(f"[{name}] from {path}", flush=True)
            with path.open("rb") as stream:
                return pickle.load(stream)  # noqa: S301 - this program wrote it
        print(f"[{name}]", flush=True)
        began = time.time()
        result = make()
        part = path.with_suffix(".part")
        with part.open("wb") as stream:
            pickle.dump(result, stream, protocol=5)
        part.replace(path)
        print(f"[{name}] {time.time() - began:.0f} s", flush=True)
        return result


def read(data: Path, size: Size) -> Known:
    """Read the corpora; the student does not see the last tenth of the labelled reviews."""
    films = corpus.film_aspects(data, "train", size.films)
    kept = len(films) // 10
    known = {
        "films": films[:-kept],
        "kept": films[-kept:],
        "films dev": corpus.film_aspects(data, "dev", size.films),
        "trees": corpus.treebank(data, "train", size.trees),
        "trees dev": corpus.treebank(data, "dev", size.trees),
        "praise": corpus.phrases_of_praise(1, size.trees),
        "raw": corpus.raw_reviews(data, size.raw),
    }
    random.Random(1).shuffle(known["raw"])
    return known


def words(known: Known) -> Vocabulary:
    """Choose the words that get a vector of their own."""
    return Vocabulary.of([*known["raw"], *known["films"], *known["kept"], *known["trees"]])


def first_lessons(known: Known, size: Size) -> Weights:
    """Fine-tune the encoder on the treebank's sentences and phrases."""
    torch.manual_seed(1)
    teacher, pieces, trees = teachers.Teacher(), teachers.Pieces(), known["trees"]
    phrases = teachers.phrase_windows(trees, 1)
    phrases = phrases[: math.ceil(size.phrases * len(phrases))]
    half = len(phrases) // 2
    rounds = [trees + phrases[:half], trees + phrases[half:]]
    teachers.train(teacher, pieces, rounds, rate=1.2e-4, seed=1)
    print(
        teachers.tree_report(
            known["trees dev"], teachers.label(teacher, pieces, known["trees dev"])
        )
    )
    return teacher.state_dict()


def teach(known: Known, size: Size, weights: Weights) -> Weights:
    """Go on with the labelled reviews, the treebank kept in mind."""
    torch.manual_seed(1)
    teacher, pieces = teachers.Teacher(), teachers.Pieces()
    teacher.load_state_dict(weights)
    phrases = teachers.phrase_windows(known["trees"], 1)
    part = len(phrases) // 4
    phrases = phrases[3 * part :] + phrases[: 3 * part]
    always = known["films"] + known["kept"] + known["trees"]
    rounds = [always + phrases[i * part : (i + 1) * part] for i in range(size.rounds)]
    teachers.train(teacher, pieces, rounds, rate=1.2e-4, seed=2)
    for part, report in (("trees dev", teachers.tree_report), ("films dev", teachers.report)):
        print(report(known[part], teachers.label(teacher, pieces, known[part])), flush=True)
    return teacher.state_dict()


def label(known: Known, size: Size, vocabulary: Vocabulary, weights: Weights) -> Said:
    """Let the teacher label raw reviews and phrases of praise, and keep its vectors of words."""
    teacher, pieces = teachers.Teacher(), teachers.Pieces()
    teacher.load_state_dict(weights)
    vectors = teachers.Vectors(vocabulary)
    said = {}
    for part in ("praise", "trees", "raw"):
        documents = known[part][: size.labelled] if part == "raw" else known[part]
        said[part] = []
        for at in range(0, len(documents), 1000):
            said[part] += teachers.label(teacher, pieces, documents[at : at + 1000], vectors)
        print(f"  {part}: {len(documents)} documents", flush=True)
    return said, vectors.means()


def learn(
    known: Known,
    size: Size,
    vocabulary: Vocabulary,
    said: dict[str, list[Labels]],
    vectors: torch.Tensor,
) -> students.Student:
    """Train the student on what the teacher says and on all labels of people."""
    torch.manual_seed(1)
    student = students.Student(vocabulary.size)
    student.start_from(vectors)
    raw = known["raw"]
    labelled = len(said["raw"])
    items = [
        students.soft_item(read, vocabulary, labels)
        for part in ("raw", "praise")
        for read, labels in zip(known[part], said[part], strict=False)
    ]
    items += [students.item(read, vocabulary) for read in raw[labelled:] if read.rating]
    items += 3 * [students.gold_item(read, vocabulary) for read in known["films"]]
    items += 2 * [students.gold_item(read, vocabulary) for read in known["trees"]]
    items += [x for read in known["trees"] for x in students.phrase_items(read, vocabulary)]
    print(f"  {len(items)} documents, {sum(len(x.rows) for x in items)} words")
    joined = [*students.recombined(known["trees"], vocabulary, 5 * len(known["trees"]), 1)]
    # Every round starts from the mean of those before, and their mean is what is shipped.
    rounds = ((items, 1, 3e-3), (items + joined, 1 / 4, 1e-3), (items + joined, 1 / 6, 1e-3))
    states = []
    for seed, (some, share, rate) in enumerate(rounds, 1):
        students.train(student, some, epochs=share * size.epochs, rate=rate, seed=seed)
        states.append({name: value.clone() for name, value in student.state_dict().items()})
        student.load_state_dict(
            {name: sum(state[name] for state in states) / len(states) for name in states[0]}
        )
    return student


def finish(student: students.Student, vocabulary: Vocabulary, known: Known, path: Path) -> None:
    """Write the student, and say what it reaches."""
    write(student, vocabulary, path)
    print(f"{path}: {path.stat().st_size / 1e6:.2f} MB")
    for part in ("kept", "films dev"):
        said = students.predict(student, known[part], vocabulary)
        print(part, students.report(known[part], said))
    said = students.predict(student, known["trees dev"], vocabulary)
    print("trees dev", students.tree_report(known["trees dev"], said))


def main() -> None:
    """Run the stages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "reviewkit-training")
    parser.add_argument("--out", type=Path, default=SHIPPED)
    parser.add_argument("--quick", action="store_true", help="a sample of everything, in 2 minutes")
    arguments = parser.parse_args()
    torch.use_deterministic_algorithms(mode=True)
    size = QUICK if arguments.quick else FULL
    stages = Stages(arguments.cache / size.name)
    known = stages.get("read", lambda: read(arguments.data, size))
    vocabulary = stages.get("words", lambda: words(known))
    weights = stages.get("first", lambda: first_lessons(known, size))
    weights = stages.get("teacher", lambda: teach(known, size, weights))
    said, vectors = stages.get("labels", lambda: label(known, size, vocabulary, weights))
    student = stages.get("student", lambda: learn(known, size, vocabulary, said, vectors))
    finish(student, vocabulary, known, arguments.out)


if __name__ == "__main__":
    main()
