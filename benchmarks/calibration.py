"""Say whether scores can be taken at their word: ``python benchmarks/calibration.py [data]``.

A score is calibrated if, of all opinions scored s, the labels are s on average: 1 for positive,
-1 for negative, 0 for mixed and neutral. Prints a table of the opinions on the dev reviews by
score, and the mean distance between score and labels over its rows (the expected calibration
error, Guo et al. 2017, as a share of the range from -1 to 1).
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

from reviewkit import analyze

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
BINS = 10
SIGNS = {"positive": 1, "negative": -1, "mixed": 0, "neutral": 0}


def scored(data: Path) -> list[tuple[float, int]]:
    """Return the score of each opinion that has a label, and what the label says."""
    pairs = []
    with gzip.open(data / "film_aspects" / "dev.jsonl.gz", "rt", encoding="utf-8") as stream:
        for row in map(json.loads, stream):
            labels = {
                (label["sentence"], label["aspect"]): SIGNS[label["polarity"]]
                for label in row["labels"]
                if label["polarity"] in SIGNS
            }
            review = analyze(row["html"])
            for opinion in review.opinions:
                start, _ = review.source_span(opinion.start, opinion.end)
                for number, (first, stop) in enumerate(row["sentences"]):
                    sign = labels.get((number, opinion.aspect))
                    if first <= start < stop and sign is not None:
                        pairs.append((opinion.score, sign))
    return pairs


def bins(pairs: list[tuple[float, int]]) -> list[tuple[int, float, float]]:
    """Return for each stretch of scores how many there are, their mean and that of the labels."""
    groups: list[list[tuple[float, int]]] = [[] for _ in range(BINS)]
    for score, sign in pairs:
        groups[min(BINS - 1, int((score + 1) / 2 * BINS))].append((score, sign))
    return [
        (len(group), sum(s for s, _ in group) / len(group), sum(s for _, s in group) / len(group))
        for group in groups
        if group
    ]


def calibration_error(pairs: list[tuple[float, int]]) -> float:
    """Return the mean distance between the scores and the labels of a bin, over all opinions."""
    return sum(many * abs(score - sign) / 2 for many, score, sign in bins(pairs)) / len(pairs)


def main() -> None:
    """Print the table."""
    pairs = scored(Path(sys.argv[1]) if len(sys.argv) > 1 else DATA)
    print("opinions  mean score  mean label")
    for many, score, sign in bins(pairs):
        print(f"{many:8}  {score:+10.2f}  {sign:+10.2f}")
    print(f"calibration error {calibration_error(pairs):.3f} over {len(pairs)} opinions")


if __name__ == "__main__":
    main()
