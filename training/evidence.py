"""Teach the student which words move what it thinks of a target, and how far.

The true answer comes from leaving the word out and reading its sentence again. That is done here
for some thousand reviews; a small head learns to tell it from the vectors that the student has
anyway (as FastSHAP does for Shapley values: Jethani et al., 2022). The rest of the student stays
as it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from student import Item, Student, batches, flat, rounded
from torch import Tensor
from torch.nn import functional as F

__all__ = ["report", "teach"]

CHOSEN, OTHERS = 8, 2  # words left out for a target: those that promise most, and any
CLEAR = 0.5  # a change of the log odds that counts as one
MOST_MOVED = 4.0  # changes beyond this count alike
BATCH, STEPS, RATE = 1024, 10_000, 5e-3


@dataclass(slots=True)
class Pairs:
    """Words, targets, and by how much the log odds of praise over blame fell without the word."""

    word: Tensor
    context: Tensor
    mixed: Tensor
    heard: Tensor
    moved: Tensor
    target: Tensor  # a number for each target


def alone(student: Student, rows: int) -> np.ndarray:
    """Return for each row how sure the student is of praise or blame if it sees only that word."""
    out = np.zeros(rows, np.float32)
    student.eval()
    none = np.zeros(1, np.int32)
    with torch.inference_mode():
        for first in range(1, rows, 2000):
            items = [
                Item(np.array([row], np.int32), none, none, none)
                for row in range(first, min(first + 2000, rows))
            ]
            logits = student(flat(items), torch.zeros(1, dtype=torch.long))["sentence"]
            out[first : first + len(items)] = (logits[:, 2] - logits[:, 0]).abs().numpy()
    return out


def without(x: Item, sentence: int, word: int) -> tuple[Item, int]:
    """Return a sentence and its neighbours without a word, and where they begin in the review."""
    bounds = [*x.starts.tolist(), len(x.rows)]
    first = bounds[max(0, sentence - 1)]
    stop = bounds[min(len(x.starts), sentence + 2)]
    kept = np.delete(np.arange(first, stop), word - first)
    starts = [s - first - (s > word) for s in bounds[:-1] if first <= s < stop]
    return (
        Item(x.rows[kept], x.capital[kept], x.clause[kept], np.array(starts, np.int32)),
        first,
    )


def odds(logits: Tensor) -> Tensor:
    """Return the log odds of praise over blame."""
    return logits[:, 2] - logits[:, 0]


def pairs(student: Student, items: list[Item], seed: int) -> Pairs:
    """Leave words out and see what follows."""
    student.eval()
    rng = np.random.default_rng(seed)
    strength = torch.from_numpy(alone(student, len(student.embed.weight)))
    found: list[tuple[Tensor, ...]] = []
    targets = 0
    with torch.inference_mode():
        for b in batches(items, None):
            asked = torch.tensor(_targets(student(b, torch.zeros(1, dtype=torch.long)), b))
            out = student(b, asked)
            verdicts = out["review"][b.document[asked]][:, None]
            likely = (out["heard"] + 0.05) * strength[b.rows[out["near"]]] * (out["heard"] > 0)
            likely[out["near"] == asked[:, None]] = 0
            left: list[Item] = []
            again, whose, gone, column = [], [], [], []
            for i, target in enumerate(asked.tolist()):
                d = int(b.document[target])
                x, offset = b.items[d], b.offsets[d]
                sentence = int(b.sentence[target]) - b.sentence_offsets[d]
                order = likely[i].argsort(descending=True)[:CHOSEN].tolist()
                inside = np.flatnonzero(out["heard"][i].numpy() > 0)
                for c in {*order, *rng.choice(inside, min(OTHERS, len(inside)), replace=False)}:
                    word = int(out["near"][i, c])
                    if word == target or not out["heard"][i, c] > 0:
                        continue
                    part, first = without(x, sentence, word - offset)
                    left.append(part)
                    again.append(target - offset - first - (word < target))
                    whose.append(i)
                    gone.append(word)
                    column.append(int(c))
            after = []
            for at in range(0, len(left), 200):
                some = flat(left[at : at + 200])
                places = torch.tensor(again[at : at + 200]) + torch.tensor(some.offsets)
                says = student(some, places, verdicts=verdicts[whose[at : at + 200]])
                after.append(odds(says["local"]))
            if not after:
                continue
            found.append(
                (
                    rounded(student.embed(b.rows[gone])),
                    out["words"][gone],
                    out["mixed"][whose],
                    out["heard"][whose, column],
                    odds(out["local"])[whose] - torch.cat(after),
                    torch.tensor(whose) + targets,
                )
            )
            targets += len(asked)
    student.train()
    return Pairs(*(torch.cat(part).clone() for part in zip(*found, strict=True)))


def _targets(out: dict[str, Tensor], b: object) -> list[int]:
    """Return the words that stand for the targets: those found, and the likeliest in any case."""
    words: dict[int, None] = {}
    for sentence, aspect in (out["found"] >= out["found"].max().clamp(max=0)).nonzero().tolist():
        first, stop = int(b.begin[sentence]), int(b.stop[sentence])
        words[first + int(out["target"][first:stop, aspect].argmax())] = None
    return [*words]


def teach(student: Student, items: list[Item], *, steps: int = STEPS, seed: int = 1) -> None:
    """Teach the head on these documents."""
    known = pairs(student, items, seed)
    print(f"  {len(known.moved)} words left out", flush=True)
    torch.manual_seed(seed)
    head = student.movers
    optimizer = torch.optim.Adam(head.parameters(), lr=RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=steps + 1)
    moved = known.moved.clamp(-MOST_MOVED, MOST_MOVED)
    for _ in range(steps):
        i = torch.randint(0, len(moved), (BATCH,))
        told = head(known.word[i], known.context[i], known.mixed[i], known.heard[i])
        loss = F.smooth_l1_loss(told, moved[i])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()


def report(student: Student, items: list[Item]) -> dict[str, float]:
    """Return how true the head is: of the strongest words it names, and of those there are."""
    known = pairs(student, items, 2)
    with torch.inference_mode():
        told = student.movers(known.word, known.context, known.mixed, known.heard).numpy()
    moved, target = known.moved.numpy(), known.target.numpy()
    named = right = clear = same = 0
    for at in np.split(np.arange(len(told)), np.flatnonzero(np.diff(target)) + 1):
        told_best, best = (at[np.abs(values[at]).argmax()] for values in (told, moved))
        if abs(told[told_best]) >= CLEAR:
            named += 1
            right += bool(np.sign(told[told_best]) == np.sign(moved[told_best]))
        if abs(moved[best]) >= CLEAR:
            clear += 1
            same += bool(best == told_best)
    return {"direction": right / max(1, named), "strongest": same / max(1, clear)}
