"""Measure what each ingredient gives: train small students with one of them taken away.

``python training/ablations.py --data ../shared/data`` uses what `build.py` left in ``--cache``, and
makes what the students need and it lacks. A student here reads once what the shipped one reads two
times and more, so that all of them take some forty minutes (as reckoned, not run); the differences
between the rows are what to look at.
"""

from __future__ import annotations

import argparse
import copy
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import build
import numpy as np
import student as students
import torch
from corpus import Vocabulary
from student import Item, Student

EPOCHS, RATE = 1, 5e-3


def no_capitals(items: list[Item]) -> list[Item]:
    """Take the capitals away: names look like other words."""
    return [replace(x, capital=np.zeros_like(x.capital)) for x in items]


def no_clauses(items: list[Item]) -> list[Item]:
    """Take commas and contrasts away: scope goes by distance and words alone."""
    return [replace(x, clause=np.zeros_like(x.clause)) for x in items]


def same(items: list[Item]) -> list[Item]:
    """Take nothing away."""
    return items


@dataclass(frozen=True)
class Row:
    """What a student learns from, and how."""

    items: list[Item]
    start: bool = True  # whether its words begin as the teacher's vectors
    vocabulary: Vocabulary | None = None
    change: Callable[[list[Item]], list[Item]] = same


def main() -> None:
    """Train a student for each row and print what it reaches."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "reviewkit-training")
    parser.add_argument("--quick", action="store_true", help="from the sample of build.py --quick")
    arguments = parser.parse_args()
    size = build.QUICK if arguments.quick else build.FULL
    _, known, vocabulary, said, vectors = build.prepare(arguments.data, arguments.cache, size)
    torch.set_num_threads(build.THREADS)  # no stage forks from here on
    items = build.lessons(known, vocabulary, said)

    def but(*left_out: str) -> list[Item]:
        return [x for part, some in items.items() if part not in left_out for x in some]

    no_pairs = copy.copy(vocabulary)
    no_pairs.pairs = np.array([-1])
    rows: dict[str, Row] = {
        "everything": Row(but()),
        "no teacher at all": Row(but("praise", "raw", "varied"), start=False),
        "no soft labels of reviews": Row(but("raw")),
        "no varied sentences": Row(but("varied")),
        "no start from its vectors": Row(but(), start=False),
        "no labelled reviews": Row(but("films")),
        "no phrases": Row(but("phrases")),
        "no joined phrases": Row(but("joined")),
        "no made-up sentences": Row(but("praise", "constructions")),
        "no pairs of words": Row(but(), vocabulary=no_pairs),
        "no clauses": Row(but(), change=no_clauses),
        "no capitals": Row(but(), change=no_capitals),
    }
    for name, row in rows.items():
        torch.manual_seed(1)
        words, change = row.vocabulary or vocabulary, row.change
        student = Student(words)
        if row.start:
            student.start_from(vectors)
        student.rounding = False
        students.train(student, change(row.items), epochs=EPOCHS, rate=RATE, seed=1, quiet=True)
        with torch.no_grad():
            if change is no_capitals:
                student.capital.zero_()
            if change is no_clauses:
                student.clauses.zero_()
                student.commas.zero_()
        print(name, flush=True)
        build.report(student, vocabulary, known)


if __name__ == "__main__":
    main()
