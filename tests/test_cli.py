from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import reviewkit
from reviewkit import Review, analyze, cli

GOOD, BAD = "<p>The acting was superb.</p>", "What a dull plot."


def call(*arguments: str | Path, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(cli.main, [str(a) for a in ("analyze", *arguments)], input=stdin)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.html").write_text(GOOD, encoding="utf-8")
    (tmp_path / "bad.txt").write_text(BAD, encoding="utf-8")
    (tmp_path / "r.csv").write_text(
        f'id,text\n1,"{GOOD}"\n\n2\n3,"two\nlines of music, awful"\n4,\n', encoding="utf-8-sig"
    )
    (tmp_path / "r.tsv").write_text(f"text\tid\n{BAD}\t1\n", encoding="utf-8")
    rows = [
        json.dumps({"text": GOOD}), "", "{oops", '{"other": 1}', '{"text": null}', '{"text": 7}',
        "[1]", '"text"', json.dumps({"text": "caf\ud800 music"}),
    ]  # fmt: skip
    (tmp_path / "r.jsonl").write_text("\n".join(rows), encoding="utf-8")
    return tmp_path


def test_tables_of_files(folder: Path) -> None:
    result = call(folder / "good.html", folder / "bad.txt")
    assert result.exit_code == 0
    assert result.stderr == ""
    assert result.stdout == (
        f"{folder / 'good.html'}\n{analyze(GOOD)}\n\n{folder / 'bad.txt'}\n{analyze(BAD)}\n"
    )


def test_the_readme_shows_what_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    root = Path(__file__).parent.parent
    monkeypatch.chdir(root)
    readme = (root / "README.md").read_text(encoding="utf-8")
    assert f"```text\n{call('examples/the_lamplighter.html').stdout}```" in readme


def test_standard_input() -> None:
    result = call("-", stdin="Die Musik. The music of the caf\xe9 is lovely.".encode("latin-1"))
    assert result.exit_code == 0
    assert result.stdout.startswith("-\naspect")
    assert "music" in result.stdout


def test_rows_of_csv_keep_their_place(folder: Path) -> None:
    result = call(folder / "r.csv", "--column", "text", "--format", "csv")
    assert result.exit_code == 1
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [row["row"] for row in rows] == ["1", "2", "3", "4"]
    assert [row["acting"] for row in rows] == ["positive", "", "", ""]
    assert [row["music"] for row in rows] == ["", "", "negative", ""]
    assert [row["polarity"] for row in rows] == ["positive", "", "negative", "neutral"]
    assert float(rows[0]["acting_score"]) > 0.5
    assert [bool(row["error"]) for row in rows] == [False, True, False, False]
    assert result.stderr == (
        f"reviewkit: {folder / 'r.csv'}, row 2: it has 1 fields and none in the review's column\n"
    )


def test_json_lines_in_and_out(folder: Path) -> None:
    result = call(folder / "r.jsonl", "--column", "text", "--format", "jsonl")
    assert result.exit_code == 1
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["row"] for row in rows] == [1, 3, 4, 5, 6, 7, 8, 9]
    assert Review.from_dict(rows[0]["review"]) == analyze(GOOD)
    assert rows[-1]["review"]["text"] == "caf\ud800 music"
    assert [row.get("error", "")[:24] for row in rows[1:-1]] == [
        "it is not JSON: Expectin",
        "it has no key 'text'",
        "its 'text' is no text: n",
        "its 'text' is no text: 7",
        "it is not a JSON object:",
        "it is not a JSON object:",
    ]
    assert result.stderr.count("\n") == 6
    assert "row 5: its 'text' is no text: null" in result.stderr


def test_json_is_one_list(folder: Path) -> None:
    result = call(folder / "r.tsv", "--column", "text", "--format", "json")
    (row,) = json.loads(result.stdout)
    assert (row["file"], row["row"]) == (str(folder / "r.tsv"), 1)
    assert Review.from_dict(row["review"]) == analyze(BAD)
    assert json.loads(call("-", "--format", "json", stdin="").stdout)[0]["review"]["text"] == ""


def test_a_table_on_standard_input() -> None:
    result = call(
        "-", "--input", "csv", "--column", "b", "--workers", "2", stdin="a,b\n1,The plot.\n"
    )
    assert result.exit_code == 0
    assert result.stdout.startswith("-, row 1\n")


def test_tables_in_another_encoding(tmp_path: Path) -> None:
    file = tmp_path / "r.csv"
    file.write_bytes("text\nThe caf\xe9 music \x93is lovely\x94.\n".encode("latin-1"))
    result = call(file, "--column", "text", "--format", "jsonl")
    assert json.loads(result.stdout)["review"]["text"] == "The café music “is lovely”."


def test_what_csv_cannot_parse_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "r.csv"
    file.write_text("text\none\ntwo\n", encoding="utf-8")

    def rows(_file: str, _delimiter: str) -> Any:
        reader = iter([["text"], ["The plot."], csv.Error("line contains NUL"), ["The music."]])

        class Reader:
            def __iter__(self) -> Any:
                return self

            def __next__(self) -> Any:
                row = next(reader)
                if isinstance(row, csv.Error):
                    raise row
                return row

        return Reader()

    monkeypatch.setattr(cli, "_table", rows)
    result = call(file, "--column", "text")
    assert result.exit_code == 1
    assert result.stdout.count("overall") == 2
    assert "row 2: it cannot be parsed: line contains NUL" in result.stderr


def test_output_to_a_file(folder: Path) -> None:
    out = folder / "out.csv"
    result = call(folder / "good.html", "--format", "csv", "-o", out, "--scorer", "vader")
    assert (result.exit_code, result.stdout) == (0, "")
    (row,) = csv.DictReader(out.read_text(encoding="utf-8").splitlines())
    assert (row["acting"], row["row"], row["error"]) == ("positive", "", "")


def test_output_is_written_whole_or_not_at_all(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = folder / "out.txt"
    out.write_text("precious", encoding="utf-8")
    before = sorted(folder.iterdir())

    def fail(outcomes: Any, stream: Any) -> None:
        stream.write("half")
        msg = "the disk is full"
        raise OSError(msg)

    monkeypatch.setitem(cli._WRITERS, "table", fail)
    assert call(folder / "good.html", "-o", out).exit_code == 1
    assert out.read_text(encoding="utf-8") == "precious"
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "Missing argument"),
        (["nowhere.html"], "does not exist"),
        (["r.csv"], "name the column that holds the review, with --column"),
        (["r.csv", "--column", "review"], "no column 'review'; it has 'id', 'text'"),
        (["empty.csv", "--column", "review"], "it has none"),
        (["-", "--column", "text"], "say with --input"),
        (["good.html", "--format", "xml"], "Invalid value for '--format'"),
        (["good.html", "--workers", "0"], "Invalid value for '--workers'"),
    ],
)
def test_wrong_usage(
    folder: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], message: str
) -> None:
    monkeypatch.chdir(folder)
    (folder / "empty.csv").touch()
    result = call(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_wrong_usage_leaves_the_output_file_alone(folder: Path) -> None:
    out = folder / "out.txt"
    out.write_text("precious", encoding="utf-8")
    assert call(folder / "r.csv", "-o", out).exit_code == 2
    assert out.read_text(encoding="utf-8") == "precious"


def test_a_missing_extra_is_a_usage_error(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        msg = "VaderScorer needs the package vaderSentiment"
        raise reviewkit.MissingExtraError(msg)

    monkeypatch.setitem(cli._SCORERS, "vader", missing)
    result = call(folder / "good.html", "--scorer", "vader")
    assert result.exit_code == 2
    assert "needs the package vaderSentiment" in result.stderr


def test_a_terminal_gets_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        cli.sys, "stderr", type("Terminal", (io.StringIO,), {"isatty": lambda _: True})()
    )
    assert list(cli._with_bar(iter(["a", "b"]))) == ["a", "b"]


def test_version_and_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "reviewkit", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"reviewkit, version {reviewkit.__version__}\n"
