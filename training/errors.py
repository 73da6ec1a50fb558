"""Print the package's worst errors on the labelled dev reviews, class by class.

``python training/errors.py --data ../shared/data [--core] [--most 15]``. The classes: an aspect
that was missed, one that is not there, a wrong polarity, a target that was not located. Within a
class the surest errors come first. Look for what many of them share; never write the words of a
case into a list.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from reviewkit import CORE_ASPECTS, Opinion, analyze


class Error(NamedTuple):
    """One wrong case; `sure` orders the cases of a class."""

    kind: str
    aspect: str
    sure: float
    said: str
    sentence: str


def errors(row: dict[str, Any]) -> Iterator[Error]:
    """Compare one review with its labels."""
    review = analyze(row["html"])
    spans = row["sentences"]
    found: dict[tuple[int, str], list[tuple[tuple[int, int], Opinion]]] = defaultdict(list)
    for opinion in review.opinions:
        place = review.source_span(opinion.start, opinion.end)
        hit = [i for i, span in enumerate(spans) if _overlap(place, span)]
        if hit:
            found[hit[0], opinion.aspect].append((place, opinion))
    gold = {(label["sentence"], label["aspect"]): label for label in row["labels"]}
    for key in sorted(gold.keys() | found.keys()):
        label, opinions = gold.get(key), found.get(key, [])
        sentence = row["html"][slice(*spans[key[0]])]
        strength = max((abs(opinion.score) for _, opinion in opinions), default=0.0)
        said = ", ".join(
            f"{opinion.target!r} {opinion.polarity} {opinion.score:+.2f}" for _, opinion in opinions
        )
        if label is None:
            yield Error("not there", key[1], strength, said, sentence)
        elif label["polarity"] == "disputed":
            continue
        elif not opinions:
            names = ", ".join(repr(target["target"]) for target in label["targets"])
            yield Error("missed", key[1], 1.0, f"{label['polarity']} {names}", sentence)
        else:
            told = {opinion.polarity for _, opinion in opinions}
            if told != {label["polarity"]}:
                kind = f"{label['polarity']} read as {' and '.join(sorted(told))}"
                yield Error(kind, key[1], strength, said, sentence)
            for target in label["targets"]:
                if target["span"] and not any(_overlap(p, target["span"]) for p, _ in opinions):
                    yield Error("not located", key[1], strength, said, sentence)


def _overlap(a: tuple[int, int], b: tuple[int, int]) -> bool:
    return a[0] < b[1] and b[0] < a[1]


def main() -> None:
    """Print the errors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--core", action="store_true", help="only the four core aspects")
    parser.add_argument("--most", type=int, default=15, help="cases of a class that are shown")
    arguments = parser.parse_args()
    core = {aspect.name for aspect in CORE_ASPECTS}
    path = arguments.data / "film_aspects" / "dev.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        found = [error for line in stream for error in errors(json.loads(line))]
    if arguments.core:
        found = [error for error in found if error.aspect in core]
    for kind, count in Counter(error.kind for error in found).most_common():
        some = sorted((e for e in found if e.kind == kind), key=lambda e: -e.sure)
        by_aspect = Counter(error.aspect for error in some).most_common()
        print(f"\n{kind}: {count} ({', '.join(f'{a} {n}' for a, n in by_aspect)})")
        for error in some[: arguments.most]:
            print(f"  {error.aspect}: {error.said}\n    {error.sentence[:300]}")


if __name__ == "__main__":
    main()
