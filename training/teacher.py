"""The teacher: a sentence encoder fine-tuned to label every word and sentence of a review.

It reads some sentences at a time, so that a pronoun or a plain "It was haunting." is read with
what stands before. It is a tool for training only; `student.py` learns from its soft labels.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import corpus
import numpy as np
import torch
from corpus import POLARITIES, Document, Vocabulary, local_labels
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import AutoModel, AutoTokenizer

from reviewkit._model import ASPECTS

PIECES = 128  # word pieces read at a time
BATCH = 2048  # ... in a batch
FIRM = 3  # layers that stay as they are
RATE = 6e-5
SIGNS = 3  # negative, neutral, positive
TREE_SIGNS = torch.from_numpy(corpus.TREE_SIGNS)
POLARITY_SIGNS = torch.from_numpy(corpus.POLARITY_SIGNS)


@dataclass(slots=True)
class Labels:
    """What the teacher says of a document, as probabilities.

    Attributes:
        found: (sentences, aspects).
        polarity: (sentences, aspects, polarities), where the aspect is found.
        target: (words, aspects): the word belongs to a target.
        local: (words, signs): what is thought of it, if it is a target.
        sentence: (sentences, signs).
    """

    found: np.ndarray
    polarity: np.ndarray
    target: np.ndarray
    local: np.ndarray
    sentence: np.ndarray


@dataclass(slots=True)
class Window:
    """Some sentences of a document."""

    read: Document
    first: int
    stop: int
    sentences: tuple[int, int]


class Pieces:
    """The word pieces of words."""

    def __init__(self, encoder: Path) -> None:
        self.tokenizer = AutoTokenizer.from_pretrained(encoder, local_files_only=True)
        self.known: dict[str, list[int]] = {}
        self.begin, self.end = self.tokenizer.cls_token_id, self.tokenizer.sep_token_id

    def of(self, word: str) -> list[int]:
        """Return at least one piece."""
        if word not in self.known:
            found = self.tokenizer(word, add_special_tokens=False)["input_ids"]
            self.known[word] = found[:8] or [self.tokenizer.unk_token_id]
        return self.known[word]


def windows(read: Document, pieces: Pieces, rng: random.Random | None = None) -> Iterator[Window]:
    """Part a document into runs of sentences; at random places if `rng` is given."""
    sizes = [len(pieces.of(word)) for word in read.words]
    bounds = [*read.starts, len(read.words)]
    start, room = 0, PIECES
    if rng is not None:
        room = rng.randint(PIECES // 4, PIECES)
    taken = 0
    for i in range(len(read.starts)):
        size = sum(sizes[bounds[i] : bounds[i + 1]])
        if taken and taken + size > room:
            yield Window(read, bounds[start], bounds[i], (start, i))
            start, taken, room = i, 0, PIECES
        taken += size
    if taken:
        yield Window(read, bounds[start], bounds[-1], (start, len(read.starts)))


@dataclass(slots=True)
class Batch:
    """Windows as tensors: pieces by row, and where words and sentences stand among them."""

    windows: list[Window]
    ids: Tensor
    mask: Tensor
    place: Tensor  # of each piece, in the flattened ids
    word: Tensor  # of each piece
    sentence: Tensor  # of each word
    words: int
    sentences: int


LONGEST = 400


def batch(chosen: list[Window], pieces: Pieces) -> Batch:
    """Lay windows side by side."""
    rows, places, word_of, sentence_of = [], [], [], []
    words = sentences = 0
    for row, w in enumerate(chosen):
        ids = [pieces.begin]
        sentence = sentences - 1
        starts = set(w.read.starts[w.sentences[0] : w.sentences[1]]) | {w.first}
        for i in range(w.first, w.stop):
            sentence += i in starts
            sentence_of.append(sentence)
            for piece in pieces.of(w.read.words[i]):
                if len(ids) < LONGEST:
                    places.append((row, len(ids)))
                    word_of.append(words)
                    ids.append(piece)
            words += 1
        sentences += w.sentences[1] - w.sentences[0]
        rows.append([*ids, pieces.end])
    width = max(map(len, rows))
    ids = torch.zeros(len(rows), width, dtype=torch.long)
    mask = torch.zeros(len(rows), width, dtype=torch.long)
    for row, found in enumerate(rows):
        ids[row, : len(found)] = torch.tensor(found)
        mask[row, : len(found)] = 1
    place = torch.tensor([row * width + column for row, column in places])
    return Batch(
        chosen,
        ids,
        mask,
        place,
        torch.tensor(word_of),
        torch.tensor(sentence_of),
        words,
        sentences,
    )


def batches(chosen: list[Window], pieces: Pieces, rng: random.Random | None) -> Iterator[Batch]:
    """Group windows of like length; in random order if `rng` is given."""

    def width(w: Window) -> int:
        return sum(len(pieces.of(word)) for word in w.read.words[w.first : w.stop])

    if rng is not None:
        rng.shuffle(chosen)
    pool = 40 * BATCH // PIECES
    for at in range(0, len(chosen), pool):
        group = sorted(chosen[at : at + pool], key=width)
        made: list[list[Window]] = [[]]
        for w in group:
            if made[-1] and (len(made[-1]) + 1) * (width(w) + 2) > BATCH:
                made.append([])
            made[-1].append(w)
        if rng is not None:
            rng.shuffle(made)
        for some in made:
            yield batch(some, pieces)


class Vectors:
    """The vectors that the teacher gives to each row of a vocabulary, and how many it gave."""

    def __init__(self, vocabulary: Vocabulary, size: int = 768) -> None:
        self.vocabulary = vocabulary
        self.total = torch.zeros(vocabulary.size, size)
        self.count = torch.zeros(vocabulary.size)

    def add(self, words: list[str], vectors: Tensor) -> None:
        """Add words in their context."""
        rows = torch.tensor([self.vocabulary.row(word) for word in words])
        self.total.index_add_(0, rows, vectors)
        self.count.index_add_(0, rows, torch.ones(len(rows)))


def means(of: Sequence[Vectors]) -> Tensor:
    """Return the mean vector of each row; zeros for words that were not seen."""
    count = torch.stack([one.count for one in of]).sum(0)
    return torch.stack([one.total for one in of]).sum(0) / count.clamp(1)[:, None]


class Teacher(nn.Module):
    """The encoder with a head for each kind of label."""

    def __init__(self, encoder: Path) -> None:
        super().__init__()
        self.encoder = AutoModel.from_pretrained(
            encoder, local_files_only=True, attention_probs_dropout_prob=0.0
        )
        self.encoder.embeddings.requires_grad_(requires_grad=False)
        self.encoder.encoder.layer[:FIRM].requires_grad_(requires_grad=False)
        size = self.encoder.config.hidden_size
        self.target = nn.Linear(size, len(ASPECTS))
        self.attend = nn.Linear(size, len(ASPECTS))
        self.found = nn.Parameter(torch.randn(len(ASPECTS), 2 * size) / size)
        self.bias = nn.Parameter(torch.full((len(ASPECTS),), -2.0))
        self.polarity = nn.Sequential(
            nn.Linear(2 * size, size), nn.GELU(), nn.Linear(size, len(POLARITIES))
        )
        self.local = nn.Sequential(nn.Linear(size, size), nn.GELU(), nn.Linear(size, SIGNS))
        self.phrase = nn.Sequential(nn.Linear(size, size), nn.GELU(), nn.Linear(size, SIGNS))

    def forward(self, b: Batch) -> dict[str, Tensor]:
        """Return logits of words and sentences."""
        with torch.autocast("cpu", dtype=torch.bfloat16):
            hidden = self.encoder(input_ids=b.ids, attention_mask=b.mask).last_hidden_state
        hidden = hidden.float().flatten(0, 1)[b.place]
        hidden = F.layer_norm(hidden, hidden.shape[1:])  # as they come, heads are slow to learn
        words = _mean(hidden, b.word, b.words)
        whole = _mean(words, b.sentence, b.sentences)
        pull = self.attend(words)
        pull = (pull - pull.max()).clamp(-30).exp()
        total = torch.zeros(b.sentences, len(ASPECTS)).index_add(0, b.sentence, pull)
        share = pull / total[b.sentence]  # (words, aspects)
        pooled = torch.zeros(b.sentences, len(ASPECTS), words.shape[1]).index_add(
            0, b.sentence, share[:, :, None] * words[:, None, :]
        )
        both = torch.cat([pooled, whole[:, None, :].expand_as(pooled)], 2)
        return {
            "words": words,
            "target": self.target(words),
            "found": (both * self.found).sum(2) + self.bias,
            "polarity": self.polarity(both),
            "local": self.local(words),
            "sentence": self.phrase(whole),
        }

    def loss(self, b: Batch) -> Tensor:
        """Return the sum of the losses of whatever is labelled."""
        out = self(b)
        parts = []
        word = sentence = 0
        spans, span_signs = [], []
        local_at, local_signs = [], []
        found_at, found, polarity_at, polarity = [], [], [], []
        target = torch.zeros(b.words, len(ASPECTS))
        target_at = []
        for w in b.windows:
            read, shift = w.read, word - w.first
            if read.phrases:
                labels = local_labels(read)
                for i in range(w.first, w.stop):
                    if read.words[i][0].isalpha():
                        local_at.append(i + shift)
                        local_signs.append(TREE_SIGNS[labels[i]])
                for first, stop, value in read.phrases:
                    spans.append((first + shift, stop + shift))
                    span_signs.append(value)
            elif read.found is not None:
                here = range(*w.sentences)
                found_at += [sentence + i - here[0] for i in here]
                found += [read.found[i] for i in here]
                polarity_at += [sentence + i - here[0] for i in here]
                polarity += [read.polarity[i] for i in here]
                target_at += range(word, word + w.stop - w.first)
                for first, stop, aspect, value in read.targets:
                    if w.first <= first and stop <= w.stop:
                        target[first + shift : stop + shift, aspect] = 1
                        for i in range(first, stop):
                            local_at.append(i + shift)
                            local_signs.append(POLARITY_SIGNS[value])
            word += w.stop - w.first
            sentence += w.sentences[1] - w.sentences[0]
        if found_at:
            gold = torch.tensor(np.array(found), dtype=torch.float32)
            known = gold >= 0
            loss = F.binary_cross_entropy_with_logits(
                out["found"][found_at], gold.clamp(0), reduction="none"
            )
            parts.append(9 * (loss * known).mean())
            loss = F.binary_cross_entropy_with_logits(out["target"][target_at], target[target_at])
            parts.append(9 * loss)
            gold = torch.tensor(np.array(polarity), dtype=torch.long)
            if (gold >= 0).any():
                logits = out["polarity"][polarity_at][gold >= 0]
                parts.append(F.cross_entropy(logits, gold[gold >= 0]))
        if local_at:
            parts.append(F.cross_entropy(out["local"][local_at], torch.stack(local_signs)))
        if spans:
            sums = torch.cat([torch.zeros(1, out["words"].shape[1]), out["words"].cumsum(0)])
            at = torch.tensor(spans)
            mean = (sums[at[:, 1]] - sums[at[:, 0]]) / (at[:, 1:] - at[:, :1])
            parts.append(F.cross_entropy(self.phrase(mean), TREE_SIGNS[torch.tensor(span_signs)]))
        return torch.stack(parts).sum()


def _mean(values: Tensor, group: Tensor, groups: int) -> Tensor:
    total = torch.zeros(groups, values.shape[1]).index_add(0, group, values)
    count = torch.zeros(groups).index_add(0, group, torch.ones(len(group)))
    return total / count.clamp(1)[:, None]


def train(
    teacher: Teacher, pieces: Pieces, documents: list[Document], *, rounds: int, seed: int
) -> None:
    """Train on all documents in each round, the rate falling to zero over all of them."""
    rng = random.Random(seed)
    made: list[Batch] = []
    for _ in range(rounds):
        chosen = [w for read in documents for w in windows(read, pieces, rng)]
        made += batches(chosen, pieces, rng)
    heads = [p for name, p in teacher.named_parameters() if not name.startswith("encoder")]
    body = [p for name, p in teacher.named_parameters() if name.startswith("encoder")]
    groups = [
        {"params": [p for p in body if p.requires_grad], "lr": RATE},
        {"params": heads, "lr": 10 * RATE},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    steps, warm = len(made), max(1, len(made) // 12)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda i: min((i + 1) / warm, max(0.0, (steps - i) / (steps - warm + 1)))
    )
    teacher.train()
    began, shown = time.time(), 0.0
    for done, b in enumerate(made, 1):
        loss = teacher.loss(b)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(teacher.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        shown = 0.98 * shown + 0.02 * float(loss.detach())
        if done % 50 == 0:
            took = time.time() - began
            print(f"  step {done}/{steps} loss {shown / (1 - 0.98**done):.3f} {took:.0f} s")


def label(
    teacher: Teacher,
    pieces: Pieces,
    documents: Iterable[Document],
    vectors: Vectors | None = None,
) -> list[Labels]:
    """Return what the teacher says of each document; add its words to `vectors` if given."""
    teacher.eval()
    documents = list(documents)
    out = [_empty(read) for read in documents]
    where = {id(read): i for i, read in enumerate(documents)}
    chosen = [w for read in documents for w in windows(read, pieces)]
    with torch.inference_mode():
        for b in batches(chosen, pieces, None):
            logits = teacher(b)
            if vectors is not None:
                words = [word for w in b.windows for word in w.read.words[w.first : w.stop]]
                vectors.add(words, logits["words"])
            probability = {
                "found": logits["found"].sigmoid().numpy(),
                "polarity": logits["polarity"].softmax(2).numpy(),
                "target": logits["target"].sigmoid().numpy(),
                "local": logits["local"].softmax(1).numpy(),
                "sentence": logits["sentence"].softmax(1).numpy(),
            }
            word = sentence = 0
            for w in b.windows:
                labels = out[where[id(w.read)]]
                words = slice(word, word + w.stop - w.first)
                here = slice(sentence, sentence + w.sentences[1] - w.sentences[0])
                for name in ("found", "polarity", "sentence"):
                    getattr(labels, name)[slice(*w.sentences)] = probability[name][here]
                for name in ("target", "local"):
                    getattr(labels, name)[w.first : w.stop] = probability[name][words]
                word, sentence = words.stop, here.stop
    return out


def _empty(read: Document) -> Labels:
    words, sentences, aspects = len(read.words), len(read.starts), len(ASPECTS)
    return Labels(
        np.zeros((sentences, aspects), np.float16),
        np.zeros((sentences, aspects, len(POLARITIES)), np.float16),
        np.zeros((words, aspects), np.float16),
        np.zeros((words, SIGNS), np.float16),
        np.zeros((sentences, SIGNS), np.float16),
    )


def report(documents: list[Document], labels: list[Labels]) -> dict[str, float]:
    """Return detection F1, polarity accuracy and joint F1 on the four core aspects."""
    out = {}
    for name, aspects in (("core", 4), ("all", 9)):
        tp = fp = fn = joint = judged = right = 0
        for read, said in zip(documents, labels, strict=True):
            gold, got = read.found[:, :aspects], said.found[:, :aspects] > 0.5
            best = said.polarity[:, :aspects].argmax(2)
            want = read.polarity[:, :aspects]
            tp += int(((gold == 1) & got).sum())
            fp += int(((gold == 0) & got).sum())
            fn += int(((gold == 1) & ~got).sum())
            joint += int(((gold == 1) & got & (best == want)).sum())
            clear = (gold == 1) & got & ((want == 0) | (want == 3))
            judged += int(clear.sum())
            right += int((clear & (best == want)).sum())
        f1 = 2 * tp / max(1, 2 * tp + fp + fn)
        out |= {
            f"{name} detection": f1,
            f"{name} precision": tp / max(1, tp + fp),
            f"{name} polarity": right / max(1, judged),
            f"{name} joint": 2 * joint / max(1, 2 * tp + fp + fn),
        }
    targets = right = 0
    for read, said in zip(documents, labels, strict=True):
        for first, stop, aspect, value in read.targets:
            if value in (0, 3) and aspect < 4:
                mean = said.local[first:stop].astype(np.float32).mean(0)
                targets += 1
                right += (mean[2] > mean[0]) == (value == 3)
    out["core local"] = right / max(1, targets)
    return out


def tree_report(documents: list[Document], labels: list[Labels]) -> dict[str, float]:
    """Return the accuracy of sentences' signs, and of words' local signs, on the treebank."""
    right = total = near = words = 0
    for read, said in zip(documents, labels, strict=True):
        root = read.phrases[-1][2]
        if root != 2:
            total += 1
            right += (said.sentence[0, 2] > said.sentence[0, 0]) == (root > 2)
        local = local_labels(read)
        for i, word in enumerate(read.words):
            if local[i] != 2 and word[0].isalpha():
                words += 1
                near += (said.local[i, 2] > said.local[i, 0]) == (local[i] > 2)
    return {"sst2": right / max(1, total), "local": near / max(1, words)}
