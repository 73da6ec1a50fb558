"""Learn what Punkt can learn of abbreviations and sentence starters, from IMDB reviews.

``python training/sentences.py --data ../shared/data [--quick]`` trains NLTK's PunktTrainer on the
reviews (all but every 10th of `train`, which is dev), and prints the abbreviations and starters it
finds that `src/reviewkit/_data/sentences.toml` does not hold. It takes five minutes and writes
nothing: what is of general use among them was taken over by hand, for most are initials, which a
rule covers, misspellings and actors' names.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from nltk.tokenize.punkt import PunktTrainer

from reviewkit import clean_html
from reviewkit._data import load

QUICK = 500


def reviews(data: Path) -> Iterator[str]:
    """Yield the raw reviews, without those that are dev."""
    for part in ("train", "unsup"):
        with gzip.open(data / "imdb" / f"{part}.jsonl.gz", "rt", encoding="utf-8") as stream:
            for i, line in enumerate(stream):
                if part != "train" or i % 10:
                    yield json.loads(line)["html"]


def main() -> None:
    """Train and print what is new."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--quick", action="store_true", help=f"use {QUICK} reviews")
    arguments = parser.parse_args()
    trainer = PunktTrainer()
    count = 0
    for html in islice(reviews(arguments.data), QUICK if arguments.quick else None):
        trainer.train(str(clean_html(html)), finalize=False)
        count += 1
    trainer.finalize_training()
    learned = trainer.get_params()
    known = {word for text in load("sentences.toml").values() for word in text.split()}
    print(f"{count} reviews")
    print("abbreviations:", *sorted(learned.abbrev_types - known))
    print("starters:", *sorted(learned.sent_starters - known))


if __name__ == "__main__":
    main()
