"""The recipe of docs/scale.md, as it stands there: each file told once, whatever happens."""
from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Dict, List

import pytest

from tests.lint.conftest import BAD, GOOD, notebook

pytest.importorskip("distributed")

DOCS = Path(__file__).parents[2] / "docs" / "scale.md"
RECIPE = re.findall(r"<!-- recipe -->\n```python\n(.*?)```\n<!-- /recipe -->", DOCS.read_text(),
                    re.S)[0]
#: instead of the last lines of the recipe
KILLING = '''
if __name__ == "__main__":
    import os
    import signal

    import dask

    dask.config.set({"distributed.comm.timeouts.connect": "60s"})
    BATCH = 10
    names = [line.rstrip("\\n") for line in sys.stdin]
    with Client(n_workers=2, threads_per_worker=1, dashboard_address=None) as client:
        processes = sorted(client.run(os.getpid).values())
        for number, line in enumerate(check_all(client, names)):
            print(line)
            if number == 30:
                os.kill(processes[0], signal.SIGKILL)
        now = set(client.run(os.getpid).values())
        print("killed", processes[0] not in now, file=sys.stderr)
'''
#: a reader that ends the process for one of the files
DEADLY = '''
real = check_one

def check_one(name):
    if "deadly" in name:
        import os
        os._exit(9)
    return real(name)
'''


@pytest.fixture
def names(tmp_path: Path) -> List[str]:
    found = []
    for number in range(120):
        path = tmp_path / f"n{number:03}.ipynb"
        path.write_bytes(notebook(BAD if number % 10 == 0 else GOOD))
        found.append(str(path))
    (tmp_path / "cut.ipynb").write_text("{")
    return [*found[:60], str(tmp_path / "cut.ipynb"), str(tmp_path / "none.ipynb"), *found[60:]]


def told(folder: Path, program: str, names: List[str]) -> "tuple[Dict[str, Any], str]":
    path = folder / "check_dask.py"
    path.write_text(program)
    done = subprocess.run([sys.executable, str(path)], input="\n".join(names), text=True,
                          capture_output=True, timeout=240, cwd=folder)
    assert done.returncode == 0, done.stderr[-3000:]
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert Counter(row["path"] for row in rows) == Counter(names)  # each once
    return {row["path"]: row for row in rows}, done.stderr


def test_the_recipe(tmp_path: Path, names: List[str]) -> None:
    rows, _err = told(tmp_path, RECIPE, names)
    codes = [[finding["code"] for finding in rows[name]["findings"]] for name in names]
    assert codes.count(["SHP101"]) == 12
    assert sum(map(len, codes)) == 12
    assert "not a notebook" in rows[str(tmp_path / "cut.ipynb")]["problem"]
    assert "No such file" in rows[str(tmp_path / "none.ipynb")]["problem"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_a_worker_that_is_killed(tmp_path: Path, names: List[str]) -> None:
    head, _main = RECIPE.split('if __name__ == "__main__":')
    rows, err = told(tmp_path, head + KILLING, names)
    assert "killed True" in err
    assert sum(bool(row["findings"]) for row in rows.values()) == 12


@pytest.mark.slow
def test_a_file_that_kills_whoever_reads_it(tmp_path: Path, names: List[str]) -> None:
    head, main = RECIPE.split('if __name__ == "__main__":')
    deadly = str(tmp_path / "deadly.ipynb")
    Path(deadly).write_bytes(notebook(GOOD))
    rows, _err = told(tmp_path, head + DEADLY + 'if __name__ == "__main__":\n    BATCH = 10' + main,
                      [*names[:70], deadly, *names[70:]])
    assert rows[deadly]["problem"].endswith("the processes that read it ended")
    assert sum(bool(row["findings"]) for row in rows.values()) == 12
