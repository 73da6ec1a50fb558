"""Rebuild the film model that ships in the package, from public corpora.

``python training/build.py --data ../shared/data`` reads the labelled and raw reviews, fine-tunes
two teachers and lets them label raw reviews. A first student learns from that, the pupil, and
labels reviews too; the student that ships learns from what all three say. The results are
``src/reviewkit/_data/film.npz`` and, beside it, ``related.npz``. Every stage keeps its result in
``--cache``; what is there is not made again, so that a run that was cut off goes on. ``--quick``
runs all of it on a sample.
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
import evidence
import numpy as np
import related
import student as students
import teacher as teachers
import torch
from constructions import constructions
from corpus import Document, Vocabulary
from export import write
from judges import soft_items
from teacher import Labels

Weights = dict[str, torch.Tensor]
Said = dict[str, list[Labels]]
SHIPPED = Path(__file__).resolve().parents[1] / "src" / "reviewkit" / "_data"


@dataclass(frozen=True)
class Size:
    """How much of each corpus is used."""

    name: str
    trees: int | None
    films: int | None
    phrases: float  # share of the treebank's phrases that the teacher first reads alone
    rounds: int  # passes over the labelled reviews for the teacher
    raw: int | None  # reviews read
    labelled: tuple[int, int]  # ... of which the two teachers label
    made: int  # sentences of each construction
    passes: tuple[float, float, float]  # of the pupil, the student, and each of its later rounds
    left_out: int  # reviews of which words are left out, to see what they move
    steps: int  # ... and batches that teach how far


FULL = Size("full", None, None, 0.6, 4, None, (40_000, 20_000), 60, (3, 2, 0.7), 3_000, 10_000)
QUICK = Size("quick", 60, 30, 0.02, 1, 80, (30, 20), 1, (0.7, 0.7, 0.2), 10, 200)
RATE, LATER_RATE = 5e-3, 3e-3
LATER = 3  # rounds from where the first one ended, each in an order of its own

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
        "constructions": constructions(1, size.made),
        "praise": corpus.phrases_of_praise(1, size.trees),
        "raw": corpus.raw_reviews(data, size.raw),
    }
    # Teachers may learn from the reviews kept back, but the student must not meet their texts.
    back = {tuple(read.words) for read in known["kept"]}
    known["raw"] = [read for read in known["raw"] if tuple(read.words) not in back]
    random.Random(1).shuffle(known["raw"])
    return known


def words(known: Known) -> Vocabulary:
    """Choose the words, and the pairs of words, that get a vector of their own."""
    documents = [*known["raw"], *known["films"], *known["kept"], *known["trees"]]
    vocabulary = Vocabulary.of(documents)
    vocabulary.learn_pairs(documents)
    return vocabulary


def like(known: Known) -> tuple[list[str], np.ndarray]:
    """Return the words that may be like a user's terms, and what they mean."""
    spellings = related.vocabulary(known["raw"])
    return spellings, related.vectors(spellings)


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


def teach(known: Known, size: Size, weights: Weights, seed: int) -> Weights:
    """Go on with the labelled reviews, the treebank kept in mind."""
    torch.manual_seed(seed)
    teacher, pieces = teachers.Teacher(), teachers.Pieces()
    teacher.load_state_dict(weights)
    phrases = teachers.phrase_windows(known["trees"], seed)
    part = len(phrases) // 4
    phrases = phrases[3 * part :] + phrases[: 3 * part]
    always = known["films"] + known["kept"] + known["trees"]
    rounds = [always + phrases[i * part : (i + 1) * part] for i in range(size.rounds)]
    teachers.train(teacher, pieces, rounds, rate=1.2e-4, seed=seed + 1)
    for part, report in (("trees dev", teachers.tree_report), ("films dev", teachers.report)):
        print(report(known[part], teachers.label(teacher, pieces, known[part])), flush=True)
    return teacher.state_dict()


def label(
    known: Known, weights: Weights, labelled: int, vectors: teachers.Vectors | None = None
) -> Said:
    """Let a teacher label raw reviews and phrases of praise; add its vectors of words."""
    teacher, pieces = teachers.Teacher(), teachers.Pieces()
    teacher.load_state_dict(weights)
    said: Said = {}
    for part in ("praise", "raw"):
        documents = known[part][:labelled] if part == "raw" else known[part]
        said[part] = []
        for at in range(0, len(documents), 1000):
            said[part] += teachers.label(teacher, pieces, documents[at : at + 1000], vectors)
        print(f"  {part}: {len(documents)} documents", flush=True)
    return said


def first_labels(
    known: Known, weights: Weights, size: Size, vocabulary: Vocabulary
) -> tuple[Said, torch.Tensor]:
    """Return the first teacher's labels, and the means of its vectors of each word."""
    vectors = teachers.Vectors(vocabulary)
    return label(known, weights, size.labelled[0], vectors), vectors.means()


def lessons(
    known: Known, vocabulary: Vocabulary, judges: list[Said], pupil: students.Student | None
) -> tuple[list[students.Item], list[students.Item]]:
    """Return what a student learns from: what is surely known, and what is less so.

    The second are the raw reviews that no teacher labelled: only the pupil, or nobody but for their
    ratings.
    """
    labels = {
        part: [
            [said[part][i] for said in judges if i < len(said[part])]
            for i in range(len(known[part]))
        ]
        for part in ("raw", "praise")
    }
    told = sum(map(bool, labels["raw"]))
    rest = known["raw"][told:]
    if pupil:
        less = [*soft_items(rest, vocabulary, labels["raw"][told:], pupil)]
    else:
        less = [students.item(read, vocabulary) for read in rest if read.rating]
    sure = [
        *soft_items(known["raw"][:told], vocabulary, labels["raw"][:told], pupil),
        *soft_items(known["praise"], vocabulary, labels["praise"], pupil),
    ]
    sure += 2 * [students.gold_item(read, vocabulary) for read in known["films"]]
    sure += [students.gold_item(read, vocabulary) for read in known["trees"]]
    sure += [students.gold_item(read, vocabulary) for read in known["constructions"]]
    sure += [x for read in known["trees"] for x in students.phrase_items(read, vocabulary)]
    sure += students.recombined(known["trees"], vocabulary, 2 * len(known["trees"]), 1)
    print(f"  {len(sure)} and {len(less)} documents", flush=True)
    return sure, less


def learn(
    known: Known,
    vocabulary: Vocabulary,
    vectors: torch.Tensor,
    items: list[students.Item],
    passes: float,
) -> students.Student:
    """Train a student that begins with nothing but the teacher's vectors of words."""
    torch.manual_seed(1)
    student = students.Student(vocabulary)
    student.start_from(vectors)
    student.rounding = False
    students.train(student, items, epochs=passes, rate=RATE, seed=1)
    student.rounding = True
    report(student, vocabulary, known)
    return student


def go_on(
    known: Known, vocabulary: Vocabulary, first: Weights, items: list[students.Item], passes: float
) -> Weights:
    """Return the mean of the weights that several rounds end at, all from the same ones.

    They read in different orders, with the vectors rounded as they ship. Their mean is surer than
    each of them and costs no more to apply (model soups: Wortsman et al., 2022).
    """
    ends = []
    for seed in range(2, 2 + LATER):
        student = student_of(first, vocabulary)
        students.train(student, items, epochs=passes, rate=LATER_RATE, seed=seed)
        report(student, vocabulary, known)
        ends.append(student.state_dict())
    mean = {
        name: sum(end[name] for end in ends) / LATER if value.is_floating_point() else value
        for name, value in first.items()
    }
    report(student_of(mean, vocabulary), vocabulary, known)
    return mean


def student_of(weights: Weights, vocabulary: Vocabulary) -> students.Student:
    """Return a student with these weights."""
    student = students.Student(vocabulary)
    student.load_state_dict(weights)
    return student


def explain(known: Known, size: Size, vocabulary: Vocabulary, weights: Weights) -> Weights:
    """Teach the student which words move it."""
    student = student_of(weights, vocabulary)
    some = [students.item(read, vocabulary) for read in known["raw"][: size.left_out]]
    evidence.teach(student, some, steps=size.steps)
    kept = [students.item(read, vocabulary) for read in known["kept"]]
    print("  evidence", evidence.report(student, kept), flush=True)
    return student.state_dict()


def report(student: students.Student, vocabulary: Vocabulary, known: Known) -> None:
    """Say what a student reaches."""
    for part in ("kept", "films dev"):
        said = students.predict(student, known[part], vocabulary)
        print(part, students.report(known[part], said), flush=True)
    said = students.predict(student, known["trees dev"], vocabulary)
    print("trees dev", students.tree_report(known["trees dev"], said), flush=True)


def main() -> None:
    """Run the stages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "reviewkit-training")
    parser.add_argument("--out", type=Path, default=SHIPPED, help="a folder")
    parser.add_argument("--quick", action="store_true", help="a sample of everything, in 2 minutes")
    arguments = parser.parse_args()
    torch.use_deterministic_algorithms(mode=True)
    size = QUICK if arguments.quick else FULL
    stages = Stages(arguments.cache / size.name)
    known = stages.get("read", lambda: read(arguments.data, size))
    vocabulary = stages.get("words", lambda: words(known))
    first = stages.get("first", lambda: first_lessons(known, size))
    weights = stages.get("teacher", lambda: teach(known, size, first, 1))
    said, vectors = stages.get("labels", lambda: first_labels(known, weights, size, vocabulary))
    second = stages.get("teacher 2", lambda: teach(known, size, first, 2))
    again = stages.get("labels 2", lambda: label(known, second, size.labelled[1]))

    def make_pupil() -> Weights:
        sure, less = lessons(known, vocabulary, [said, again], None)
        return learn(known, vocabulary, vectors, sure + less, size.passes[0]).state_dict()

    def make_student() -> Weights:
        sure, less = lessons(known, vocabulary, [said, again], student_of(pupil, vocabulary))
        first = learn(known, vocabulary, vectors, sure + less, size.passes[1])
        return go_on(known, vocabulary, first.state_dict(), sure + less, size.passes[2])

    pupil = stages.get("pupil", make_pupil)
    student = stages.get("student", make_student)
    student = stages.get("evidence", lambda: explain(known, size, vocabulary, student))
    spellings, found = stages.get("related", lambda: like(known))
    write(student_of(student, vocabulary), vocabulary, arguments.out / "film.npz")
    related.write(spellings, found, arguments.out / "related.npz")
    for path in sorted(arguments.out.glob("*.npz")):
        print(f"{path}: {path.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
