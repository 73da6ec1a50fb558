"""The command line: ``reviewkit analyze``."""

from __future__ import annotations

import csv
import json
import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, NamedTuple

import click

from reviewkit import (
    FILM_ASPECTS,
    FilmScorer,
    RecordError,
    Review,
    ReviewkitError,
    Scorer,
    TextBlobScorer,
    VaderScorer,
    __version__,
    analyze_many,
)

__all__ = ["main"]

_SCORERS: dict[str, Callable[[], Scorer]] = {
    "film": FilmScorer,
    "textblob": TextBlobScorer,
    "vader": VaderScorer,
}
_KINDS = {".csv": "csv", ".tsv": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
_STANDARD = "-"  # input or output


class _Record(NamedTuple):
    """A review to be read, or None where the row has none, and where it stands."""

    file: str
    row: int | None
    html: str | bytes | None
    problem: str = ""

    @property
    def name(self) -> str:
        return self.file if self.row is None else f"{self.file}, row {self.row}"


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="reviewkit")
def main() -> None:
    """Tell what film reviewers thought of acting, plot, music and cinematography."""


@main.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, allow_dash=True)
)
@click.option(
    "--column",
    metavar="NAME",
    help="The column (CSV, TSV) or key (JSON Lines) that holds the review.",
)
@click.option(
    "--input",
    "kind",
    type=click.Choice(["auto", "html", "csv", "tsv", "jsonl"]),
    default="auto",
    show_default=True,
    help="What the files hold; auto goes by their names' endings. Plain text is html too.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "jsonl", "csv"]),
    default="table",
    show_default=True,
    help="What to write.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, allow_dash=True),
    default="-",
    help="Write to this file instead of standard output, whole or not at all.",
)
@click.option(
    "--scorer",
    type=click.Choice(list(_SCORERS)),
    default="film",
    show_default=True,
    help="What judges: the trained model or a lexicon.",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Processes to share the work.",
)
@click.pass_context
def analyze(  # noqa: PLR0913, PLR0917 - one parameter an option
    context: click.Context,
    files: tuple[str, ...],
    column: str | None,
    kind: str,
    form: str,
    output: str,
    scorer: str,
    workers: int,
) -> None:
    """Read reviews; tell what they think of each aspect.

    The last column of a table holds the words that say so.

    FILES hold one review each, as HTML or plain text, or one a row, as CSV, TSV or JSON Lines;
    - is standard input. The exit code is 0 if all went well, 1 if some record could not be read
    (each is named on standard error, the others are written) and 2 if the call was wrong.
    """
    sources = [_source(file, kind, column) for file in files]
    try:
        judge = _SCORERS[scorer]()
    except ReviewkitError as error:
        raise click.UsageError(str(error)) from error
    failures = 0

    def outcomes() -> Iterator[tuple[_Record, Review | RecordError]]:
        nonlocal failures
        records: deque[_Record] = deque()  # those under way, oldest first

        def htmls() -> Iterator[Any]:
            for source in sources:
                for record in source():
                    records.append(record)
                    yield record.html

        for outcome in analyze_many(
            _with_bar(htmls()), scorer=judge, workers=workers, on_error="return"
        ):
            record = records.popleft()
            if isinstance(outcome, RecordError):
                failures += 1
                reason = record.problem or outcome.reason
                outcome = RecordError(outcome.index, reason)  # noqa: PLW2901 - the same, named
                click.echo(f"reviewkit: {record.name}: {reason}", err=True)
            yield record, outcome

    with _opened(output) as stream:
        _WRITERS[form](outcomes(), stream)
    context.exit(1 if failures else 0)


@contextmanager
def _opened(output: str) -> Iterator[IO[str]]:
    """Open the output; a file is replaced only once all is written."""
    target = output if output == _STANDARD else f"{output}.{os.getpid()}.part"
    try:
        with click.open_file(target, "w", encoding="utf-8", errors="backslashreplace") as stream:
            yield stream
        if target != output:
            Path(target).replace(output)
    finally:
        if target != output:
            Path(target).unlink(missing_ok=True)


def _with_bar(htmls: Iterator[Any]) -> Iterable[Any]:
    """Show a progress bar on a terminal once the work takes more than a second."""
    if not sys.stderr.isatty():
        return htmls
    from tqdm import tqdm  # noqa: PLC0415 - loaded when needed

    bar: Iterable[Any] = tqdm(htmls, unit=" reviews", delay=1)
    return bar


_Source = Callable[[], Iterator[_Record]]


def _source(file: str, kind: str, column: str | None) -> _Source:
    """Return what yields a file's records, or raise a usage error."""
    if kind == "auto":
        kind = _KINDS.get(Path(file).suffix.lower(), "html")
        if file == _STANDARD and column is not None:
            msg = "say with --input what standard input holds: csv, tsv or jsonl"
            raise click.UsageError(msg)
    if kind == "html":
        return lambda: iter([_Record(file, None, _read_bytes(file))])
    if column is None:
        msg = f"{file} is a table: name the column that holds the review, with --column"
        raise click.UsageError(msg)
    if kind == "jsonl":
        return lambda: _json_lines(file, column)
    rows = _table(file, "\t" if kind == "tsv" else ",")
    header = next(rows, [])
    if column not in header:
        msg = f"{file} has no column {column!r}; it has {', '.join(map(repr, header)) or 'none'}"
        raise click.UsageError(msg)
    return lambda: _rows(file, rows, header.index(column))


def _read_bytes(file: str) -> bytes:
    with click.open_file(file, "rb") as stream:
        return bytes(stream.read())


def _lines(file: str) -> Iterator[str]:
    """Yield lines, with bytes that are not UTF-8 escaped; `_text` takes them back."""
    with click.open_file(file, "r", encoding="utf-8-sig", errors="surrogateescape") as stream:
        yield from stream


def _text(value: str) -> str | bytes:
    """Return a field as text, or as bytes whose encoding is to be found if it is not UTF-8."""
    with suppress(UnicodeEncodeError):
        value.encode("utf-8")
        return value
    with suppress(UnicodeEncodeError):
        return value.encode("utf-8", "surrogateescape")
    return value


def _table(file: str, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(sys.maxsize if sys.maxsize < 1 << 31 else (1 << 31) - 1)
    return csv.reader(_lines(file), delimiter=delimiter)


def _rows(file: str, rows: Iterator[list[str]], place: int) -> Iterator[_Record]:
    number = 0
    while True:
        number += 1
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield _Record(file, number, None, f"it cannot be parsed: {error}")
            continue
        if place < len(row):
            yield _Record(file, number, _text(row[place]))
        elif row:
            problem = f"it has {len(row)} fields and none in the review's column"
            yield _Record(file, number, None, problem)
        else:
            number -= 1  # an empty line is no row


def _json_lines(file: str, column: str) -> Iterator[_Record]:
    for number, line in enumerate(_lines(file), 1):
        if not line.strip():
            continue
        html, problem = None, ""
        try:
            value = json.loads(line)
            html = value[column]
        except ValueError as error:
            problem = f"it is not JSON: {error}"
        except KeyError:
            problem = f"it has no key {column!r}"
        except (TypeError, IndexError):
            problem = f"it is not a JSON object: {line.strip():.40}"
        if isinstance(html, str):
            yield _Record(file, number, _text(html))
        else:
            found = "null" if html is None else json.dumps(html)
            yield _Record(file, number, None, problem or f"its {column!r} is no text: {found:.40}")


_Outcomes = Iterator[tuple[_Record, Review | RecordError]]


def _write_table(outcomes: _Outcomes, stream: IO[str]) -> None:
    first = True
    for record, outcome in outcomes:
        if isinstance(outcome, Review):
            stream.write(f"{'' if first else chr(10)}{record.name}\n{outcome}\n")
            first = False


def _as_json(record: _Record, outcome: Review | RecordError) -> str:
    result: dict[str, Any] = {"file": record.file, "row": record.row}
    if isinstance(outcome, Review):
        result["review"] = outcome.to_dict()
    else:
        result["error"] = outcome.reason
    return json.dumps(result, ensure_ascii=False)


def _write_json(outcomes: _Outcomes, stream: IO[str]) -> None:
    stream.write("[")
    for i, (record, outcome) in enumerate(outcomes):
        stream.write(f"{',' if i else ''}\n{_as_json(record, outcome)}")
    stream.write("\n]\n")


def _write_json_lines(outcomes: _Outcomes, stream: IO[str]) -> None:
    for record, outcome in outcomes:
        stream.write(_as_json(record, outcome) + "\n")


def _write_csv(outcomes: _Outcomes, stream: IO[str]) -> None:
    """Write one row a record, so that none is lost: overall verdict, then each aspect's."""
    names = [aspect.name for aspect in FILM_ASPECTS]
    rows = csv.writer(stream, lineterminator="\n")
    rows.writerow(
        ["file", "row", "polarity", "score"]
        + [column for name in names for column in (name, f"{name}_score")]
        + ["error"]
    )
    for record, outcome in outcomes:
        cells: list[str | int | None] = [record.file, record.row]
        if isinstance(outcome, Review):
            cells += [outcome.polarity, f"{outcome.score:.4f}"]
            aspects = outcome.aspects
            for name in names:
                found = aspects.get(name)
                cells += [found.polarity, f"{found.score:.4f}"] if found else ["", ""]
            cells.append("")
        else:
            cells += [""] * (2 + 2 * len(names)) + [outcome.reason]
        rows.writerow(cells)


_WRITERS: dict[str, Callable[[_Outcomes, IO[str]], None]] = {
    "table": _write_table,
    "json": _write_json,
    "jsonl": _write_json_lines,
    "csv": _write_csv,
}
