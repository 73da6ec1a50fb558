"""Rebuild the film model that ships in the package, from public corpora.

``python training/build.py --data ../shared/data`` reads the labelled and raw reviews, fine-tunes
a teacher and lets it label the raw reviews and sentences varied from the treebank's. The student
that ships learns from that and from what people labelled. The results are
``src/reviewkit/_data/film.npz`` and, beside it, ``related.npz``. Every stage keeps its result in
``--cache``, and beside it what it printed; what is there is not made again, so that a run that was
cut off goes on. ``--quick`` runs all of it on a sample.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import pickle
import random
import time
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, chain
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
from constructions import THINGS, constructions
from corpus import Document, Vocabulary
from encoder import large
from export import write
from teacher import Labels
from torch import Tensor
from varied import varied

Weights = dict[str, Tensor]
Said = dict[str, list[Labels]]  # by part
SHIPPED = Path(__file__).resolve().parents[1] / "src" / "reviewkit" / "_data"


@dataclass(frozen=True)
class Size:
    """How much of each corpus is used."""

    name: str
    trees: int | None
    films: int | None
    rounds: int  # passes of the teacher over both
    raw: int | None  # reviews read
    lots: tuple[int, ...]  # ... of which the teacher labels so many, one lot after the other
    made: int  # sentences of each construction
    passes: tuple[float, float]  # of the student, and of each of its later rounds
    left_out: int  # reviews of which words are left out, to see what they move
    steps: int  # ... and batches that teach how far


FULL = Size("full", None, None, 2, None, (22_000, 22_000, 28_000), 300, (2, 0.7), 3_000, 10_000)
QUICK = Size("quick", 60, 30, 1, 80, (20, 10), 1, (0.7, 0.2), 10, 200)
GOLD = 5  # how often a labelled review is read for each time that another is
RATE, LATER_RATE = 5e-3, 3e-3
THREADS = 2  # of a stage beside which nothing else is at work
PARTS = 10  # in which a lot is labelled
JOINED = 6  # joined phrases for each tree
EVERY = {"raw": 10, "praise": 10, "varied": 1}  # a word in so many is learnt from, target or not
LATER = 6  # rounds from where the first one ended, each in an order of its own

Known = dict[str, list[Document]]


class Stages:
    """Results by name, kept in a folder: what is there is not made again.

    Each is made by a process of its own, as many at a time as there are cores, with one thread: two
    jobs of one thread take less than one after the other with two. A stage beside which there is
    nothing else to do takes `THREADS`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def get(self, name: str, make: Callable[[], Any]) -> Any:  # noqa: ANN401 - any result
        """Return a stage's result."""
        return self.all({name: make})[0]

    def all(self, jobs: Mapping[str, Callable[[], Any]]) -> list[Any]:
        """Return the results of several stages, made side by side."""
        missing = [name for name in jobs if not self._path(name).exists()]
        cores = os.cpu_count() or 1
        for some in (missing[at : at + cores] for at in range(0, len(missing), cores)):
            print(*(f"[{name}] {self._path(name, '.log')}" for name in some), sep="\n", flush=True)
            at_work = [FORK.Process(target=self._make, args=(name, jobs[name])) for name in some]
            for process in at_work:
                process.start()
            for process in at_work:
                process.join()
            print(*(self._path(name, ".log").read_text("utf-8") for name in some), sep="", end="")
            if any(process.exitcode for process in at_work):
                raise SystemExit(f"{', '.join(some)}: not made, for the reason above")  # noqa: TRY003, EM102
        results = []
        for name in jobs:
            if name not in missing:
                print(f"[{name}] from {self._path(name)}", flush=True)
            results.append(pickle.loads(self._path(name).read_bytes()))  # noqa: S301 - our own
        return results

    def _path(self, name: str, suffix: str = ".pickle") -> Path:
        return self.folder / (name + suffix)

    def _make(self, name: str, make: Callable[[], Any]) -> None:
        began, part = time.time(), self._path(name, ".part")
        log = self._path(name, ".log").open("w", encoding="utf-8", buffering=1)
        with log, part.open("wb") as stream, redirect_stdout(log):
            pickle.dump(make(), stream, protocol=5)
            print(f"[{name}] {time.time() - began:.0f} s")
        part.replace(self._path(name))


FORK = multiprocessing.get_context("fork")  # what was read need not be handed over


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


def teach(known: Known, size: Size, encoder: Path) -> Weights:
    """Fine-tune the encoder on the labelled reviews and the treebank."""
    torch.set_num_threads(THREADS)
    torch.manual_seed(1)
    teacher, pieces = teachers.Teacher(encoder), teachers.Pieces(encoder)
    documents = known["films"] + known["kept"] + known["trees"]
    teachers.train(teacher, pieces, documents, rounds=size.rounds, seed=1)
    for part, report in (("trees dev", teachers.tree_report), ("films dev", teachers.report)):
        print(report(known[part], teachers.label(teacher, pieces, known[part])), flush=True)
    return teacher.state_dict()


def label(
    documents: list[Document], vocabulary: Vocabulary, encoder: Path, weights: Weights
) -> tuple[list[Labels], teachers.Vectors]:
    """Let the teacher label documents; add its vectors of words."""
    teacher, pieces = teachers.Teacher(encoder), teachers.Pieces(encoder)
    teacher.load_state_dict(weights)
    vectors, said = teachers.Vectors(vocabulary), []
    for at in range(0, len(documents), 500):
        said += teachers.label(teacher, pieces, documents[at : at + 500], vectors)
        print(f"  {len(said)} documents", flush=True)
    return said, vectors


def prepare(data: Path, cache: Path, size: Size) -> tuple[Stages, Known, Vocabulary, Said, Tensor]:
    """Run the first stages: what is known, what the teacher says, and its mean vectors of words."""
    torch.use_deterministic_algorithms(mode=True)
    torch.set_num_threads(1)  # what forks with more at work may wait for ever
    stages = Stages(cache / size.name)
    known = stages.get("read", lambda: read(data, size))
    vocabulary = stages.get("words", lambda: words(known))
    encoder = large(cache)
    weights = stages.get("teacher", lambda: teach(known, size, encoder))

    def labelled(
        name: str, documents: list[Document], parts: int
    ) -> tuple[list[Labels], list[teachers.Vectors]]:
        jobs = {
            f"{name} {i}": partial(label, documents[i::parts], vocabulary, encoder, weights)
            for i in range(parts)
        }
        labels: list[Labels] = [None] * len(documents)
        met = []
        for i, (some, words_met) in enumerate(stages.all(jobs)):
            labels[i::parts] = some
            met.append(words_met)
        return labels, met

    documents, many = known["praise"] + known["raw"], len(known["praise"])
    labels: list[Labels] = []
    met: list[teachers.Vectors] = []
    for lot, end in enumerate(accumulate(size.lots)):
        some, words_met = labelled(f"labels {lot}", documents[len(labels) : many + end], PARTS)
        labels, met = labels + some, met + words_met
    vectors = teachers.means(met)
    known["constructions"] = made_up(known, size)
    known["varied"] = stages.get(
        "varied", lambda: [*varied(known["trees"], vocabulary, vectors.numpy(), 1)]
    )
    of_varied, _ = labelled("labels varied", known["varied"], 2)
    said = {"praise": labels[:many], "raw": labels[many:], "varied": of_varied}
    return stages, known, vocabulary, said, vectors


def made_up(known: Known, size: Size) -> list[Document]:
    """Make sentences up, with words of praise and blame that the corpora hold."""
    return constructions(1, size.made, corpus.verdicts(known["trees"], known["raw"], THINGS))


def lessons(known: Known, vocabulary: Vocabulary, said: Said) -> dict[str, list[students.Item]]:
    """Return what a student learns from: what the teacher says of texts, and what people do."""
    soft = {
        part: [
            students.soft_item(read, vocabulary, one, EVERY[part])
            for read, one in zip(known[part], labels, strict=False)  # it need not have read all
        ]
        for part, labels in said.items()
    }
    trees = known["trees"]
    return soft | {
        "films": GOLD * [students.gold_item(read, vocabulary) for read in known["films"]],
        "trees": [students.gold_item(read, vocabulary) for read in trees],
        "constructions": [students.gold_item(x, vocabulary) for x in known["constructions"]],
        "phrases": [x for read in trees for x in students.phrase_items(read, vocabulary)],
        "joined": [*students.recombined(trees, vocabulary, JOINED * len(trees), 1)],
    }


def learn(
    known: Known,
    vocabulary: Vocabulary,
    vectors: Tensor,
    items: list[students.Item],
    *,
    passes: float,
) -> Weights:
    """Train a student that begins with nothing but the teacher's vectors of words."""
    torch.set_num_threads(THREADS)
    torch.manual_seed(1)
    student = students.Student(vocabulary)
    student.start_from(vectors)
    student.rounding = False
    students.train(student, items, epochs=passes, rate=RATE, seed=1)
    student.rounding = True
    report(student, vocabulary, known)
    return student.state_dict()


def go_on(
    known: Known,
    vocabulary: Vocabulary,
    weights: Weights,
    items: list[students.Item],
    *,
    passes: float,
    seed: int,
) -> Weights:
    """Go on from the weights of a student, with the vectors rounded as they ship."""
    student = student_of(vocabulary, weights)
    students.train(student, items, epochs=passes, rate=LATER_RATE, seed=seed)
    report(student, vocabulary, known)
    return student.state_dict()


def mean_of(ends: list[Weights]) -> Weights:
    """Return the mean of the weights that several rounds ended at, all from the same ones.

    It is surer than each of them and costs no more to apply (model soups: Wortsman et al., 2022).
    """
    return {
        name: sum(end[name] for end in ends) / len(ends) if value.is_floating_point() else value
        for name, value in ends[0].items()
    }


def student_of(vocabulary: Vocabulary, weights: Weights) -> students.Student:
    """Return a student with these weights."""
    student = students.Student(vocabulary)
    student.load_state_dict(weights)
    return student


def explain(known: Known, vocabulary: Vocabulary, weights: Weights, size: Size) -> Weights:
    """Teach the student which words move it."""
    student = student_of(vocabulary, weights)
    report(student, vocabulary, known)
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
    size = QUICK if arguments.quick else FULL
    arguments.out.mkdir(parents=True, exist_ok=True)
    stages, known, vocabulary, said, vectors = prepare(arguments.data, arguments.cache, size)

    def make() -> Weights:
        items = [*chain.from_iterable(lessons(known, vocabulary, said).values())]
        first = stages.get(
            "first", lambda: learn(known, vocabulary, vectors, items, passes=size.passes[0])
        )
        go = partial(go_on, known, vocabulary, first, items, passes=size.passes[1])
        seeds = range(2, 2 + LATER)
        return mean_of(stages.all({f"later {i}": partial(go, seed=i) for i in seeds}))

    made = stages.get("student", make)
    weights, (spellings, found) = stages.all(
        {
            "evidence": lambda: explain(known, vocabulary, made, size),
            "related": lambda: like(known),
        }
    )
    write(student_of(vocabulary, weights), vocabulary, arguments.out / "film.npz")
    related.write(spellings, found, arguments.out / "related.npz")
    for path in sorted(arguments.out.glob("*.npz")):
        print(f"{path}: {path.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
