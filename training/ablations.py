"""Measure what each ingredient gives: train small students with one of them taken away.

``python training/ablations.py --data ../shared/data`` uses what `build.py` left in ``--cache``. A
student here reads a part of what the shipped one reads, so that all of them take half an hour; the
differences between the rows are what to look at.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import build
import numpy as np
import student as students
import torch
from judges import soft_items
from student import Item, Student

LABELLED, EPOCHS = 8_000, 1


def no_capitals(items: list[Item]) -> list[Item]:
    """Take the capitals away: names look like other words."""
    return [replace(x, capital=np.zeros_like(x.capital)) for x in items]


def no_clauses(items: list[Item]) -> list[Item]:
    """Take commas and contrasts away: scope goes by distance and words alone."""
    return [replace(x, clause=np.zeros_like(x.clause)) for x in items]


def same(items: list[Item]) -> list[Item]:
    """Take nothing away."""
    return items


def not_there() -> None:
    """Stop: there is nothing to learn from."""
    raise SystemExit("run training/build.py with the same --cache first")  # noqa: EM101, TRY003


def main() -> None:
    """Train a student for each row and print what it reaches."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "reviewkit-training")
    parser.add_argument("--quick", action="store_true", help="from the sample of build.py --quick")
    arguments = parser.parse_args()
    size = build.QUICK if arguments.quick else build.FULL
    stages = build.Stages(arguments.cache / size.name)
    known = stages.get("read", lambda: build.read(arguments.data, size))
    vocabulary = stages.get("words", lambda: build.words(known))
    said, vectors = stages.get("labels", not_there)

    soft, praise = (
        [*soft_items(known[part][:LABELLED], vocabulary, [[one] for one in said[part][:LABELLED]])]
        for part in ("raw", "praise")
    )
    films = 3 * [students.gold_item(read, vocabulary) for read in known["films"]]
    trees = 2 * [students.gold_item(read, vocabulary) for read in known["trees"]]
    phrases = [x for read in known["trees"] for x in students.phrase_items(read, vocabulary)]
    joined = [*students.recombined(known["trees"], vocabulary, 5 * len(known["trees"]), 1)]
    everything = [*soft, *praise, *films, *trees, *phrases, *joined]
    gold = [*films, *trees, *phrases, *joined]
    rows: dict[str, tuple[list[Item], bool, Callable[[list[Item]], list[Item]]]] = {
        "everything": (everything, True, same),
        "no teacher at all": (gold, False, same),
        "no soft labels of reviews": ([*praise, *gold], True, same),
        "no start from its vectors": (everything, False, same),
        "no labelled reviews": ([*soft, *praise, *trees, *phrases, *joined], True, same),
        "no phrases": ([*soft, *praise, *films, *trees, *joined], True, same),
        "no joined phrases": ([*soft, *praise, *films, *trees, *phrases], True, same),
        "no clauses": (everything, True, no_clauses),
        "no capitals": (everything, True, no_capitals),
    }
    for name, (items, start, change) in rows.items():
        torch.manual_seed(1)
        student = Student(vocabulary.size)
        if start:
            student.start_from(vectors)
        students.train(student, change(items), epochs=EPOCHS, rate=3e-3, seed=1, quiet=True)
        with torch.no_grad():
            if change is no_capitals:
                student.capital.zero_()
            if change is no_clauses:
                student.clauses.zero_()
                student.commas.zero_()
        films_said = students.predict(student, known["films dev"], vocabulary)
        trees_said = students.predict(student, known["trees dev"], vocabulary)
        print(
            name,
            students.report(known["films dev"], films_said),
            students.tree_report(known["trees dev"], trees_said),
            flush=True,
        )


if __name__ == "__main__":
    main()
