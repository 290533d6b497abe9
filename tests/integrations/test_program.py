"""`shapecheck run`: the program is what it is under `python`, and the report follows."""
from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from .conftest import call, environment

#: what a program sees of itself
MIRROR = """\
import atexit, os, sys, threading, warnings, pickle
import __main__
atexit.register(lambda: print("at exit", sys.argv[1:]))
class Thing: pass
print(sys.argv, sys.path[0] == os.path.dirname(os.path.realpath(__file__)), __name__, __file__)
print(__spec__, __package__, __doc__, __builtins__ is __import__("builtins"), sys.flags.optimize)
print(sorted(k for k in vars(__main__)), __main__.__dict__ is globals())
print(pickle.loads(pickle.dumps(Thing())).__class__.__module__, os.getcwd())
print(sorted(set(sys.modules) & {"tensorflow", "keras", "numpy", "rich", "pandas"}))
print(repr(sys.stdin.read()), sys.stdin.isatty(), threading.current_thread().name)
warnings.warn("careful")
sys.stderr.write("to stderr\\n")
"""
WRONG = """\
import sys
import numpy as np
import keras
model = keras.Sequential([keras.Input((16,)), keras.layers.Dense(1)])
x, y = np.zeros((12, 16), "float32"), np.zeros((12,))
out = model.predict(x, verbose=0)
print(out.shape, ((y - out) ** 2).shape)
if "crash" in sys.argv:
    model.predict(x[0], verbose=0)
sys.exit(3 if "three" in sys.argv else None)
"""


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    (tmp_path / "wrong.py").write_text(WRONG)
    return tmp_path


@pytest.mark.parametrize("ending", [
    "", "sys.exit(7)", "sys.exit('a last word')", "raise KeyError(3)", "raise SystemExit",
    "os._exit(5)", "1/0", "sys.exit(-1)"])
def test_a_program_sees_what_it_sees_under_python(both: Any, tmp_path: Path, ending: str) -> None:
    (tmp_path / "mirror.py").write_text(MIRROR + ending + "\n")
    plain, watched = both(tmp_path, "mirror.py", "--lr", "0.1", stdin="some input")
    assert watched.status == plain.status
    assert watched.out == plain.out
    report = "\nshapecheck: mirror.py called no Keras model\n"
    assert watched.err.replace(report.lstrip("\n"), "") == plain.err


def test_modules_and_packages_too(both: Any, tmp_path: Path) -> None:
    package = tmp_path / "pack"
    package.mkdir()
    (package / "__init__.py").write_text("print('parent', __name__)\n")
    (package / "__main__.py").write_text("from . import other\n" + MIRROR.replace(
        "os.path.dirname(os.path.realpath(__file__))", "os.getcwd()"))
    (package / "other.py").write_text("print('sibling')\n")
    plain, watched = both(tmp_path, "-m", "pack", "a")
    assert (watched.status, watched.out) == (plain.status, plain.out)
    assert "sibling" in plain.out
    plain, watched = both(tmp_path, "pack", "a")  # a folder: no package then
    assert (watched.status, watched.out) == (plain.status, plain.out)


def test_what_is_wrong_is_told_at_the_end(both: Any, wrong: Path) -> None:
    plain, watched = both(wrong, "wrong.py")
    assert (watched.status, watched.out) == (plain.status, plain.out) == (0, "(12, 1) (12, 12)\n")
    assert "SHP401" in watched.err and "wrong.py:7" in watched.err
    assert "fix: y - out[:, 0]" in watched.err


def test_a_crash_has_its_note_and_the_report_after_it(both: Any, wrong: Path) -> None:
    plain, watched = both(wrong, "wrong.py", "crash")
    assert watched.status == plain.status == 1
    trace = watched.err.split("shapecheck: ")[0]
    frames = re.findall(r'File "([^"]+)", line (\d+)', trace)
    assert frames == re.findall(r'File "([^"]+)", line (\d+)', plain.err)
    assert watched.err.index("Traceback") < watched.err.index("2 calls of a model, 2 findings")
    assert "raised ValueError" in watched.err


def test_the_exit_status_is_the_programs_unless_asked(wrong: Path, started: str) -> None:
    command = [started, "-m", "shapecheck", "run"]
    assert call([*command, "wrong.py", "three"], wrong).status == 3
    assert call([*command, "--fail-on", "error", "wrong.py"], wrong).status == 1
    assert call([*command, "--fail-on", "error", "wrong.py", "three"], wrong).status == 3


def test_the_report_in_a_file(wrong: Path, started: str) -> None:
    code = "import os; os.chdir('/')\n"
    (wrong / "moved.py").write_text(code + WRONG)
    done = call([started, "-m", "shapecheck", "run", "--output-file", "r.json", "moved.py"], wrong)
    assert "shapecheck" not in done.err
    report = json.loads((wrong / "r.json").read_text())
    assert [f["code"] for f in report["findings"]] == ["SHP401"]
    assert report["calls"][0]["count"] == 1


def test_processes_that_it_starts_are_in_the_report(tmp_path: Path, started: str) -> None:
    (tmp_path / "many.py").write_text('''\
import multiprocessing, os, subprocess, sys
def work(rows):
    import numpy as np, keras
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    return model.predict(np.zeros((rows, 4)), verbose=0).shape
if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        print(pool.map(work, [3]))
        pool.close(); pool.join()
    print(subprocess.run([sys.executable, "-c", "import many; print(many.work(5))"],
                         capture_output=True, text=True).stdout)
    child = os.fork()
    if not child:
        print(work(7)); sys.stdout.flush()
        os._exit(0)
    os.waitpid(child, 0)
    sys.exit(4)
''')
    done = call([started, "-m", "shapecheck", "run", "many.py"], tmp_path)
    assert done.status == 4
    assert "3 calls of" in done.err
    for rows in (3, 5, 7):
        assert f"({rows}, 4)" in done.err


def _listen() -> None:
    """A shell starts what it runs in the background with interrupts ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_interrupted(tmp_path: Path, started: str) -> None:
    (tmp_path / "slow.py").write_text("print('ready', flush=True)\nimport time\ntime.sleep(60)\n")
    for words in (["slow.py"], ["-m", "shapecheck", "run", "slow.py"]):
        process = subprocess.Popen([started, *words], cwd=tmp_path, env=environment(), text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   preexec_fn=_listen)
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        _out, err = process.communicate(timeout=60)
        assert process.returncode == -signal.SIGINT
        assert "KeyboardInterrupt" in err


def test_environment_variable_watches_any_program(wrong: Path, started: str) -> None:
    done = call([started, "wrong.py"], wrong, SHAPECHECK="1")
    assert done.status == 0 and "SHP401" in done.err
    done = call([started, "wrong.py"], wrong, SHAPECHECK="1", SHAPECHECK_REPORT="out.html")
    assert "SHP401" in (wrong / "out.html").read_text() and "SHP401" not in done.err
    assert "SHP401" not in call([started, "wrong.py"], wrong, SHAPECHECK="0").err


def test_in_an_environment_without_the_starting_line(wrong: Path) -> None:
    """It runs in the process of the command then: the same but for TensorFlow's own lists."""
    if any((Path(folder) / "shapecheck_startup.pth").exists() for folder in sys.path):
        program = (f"import sys; sys.path += {[p for p in sys.path if p]!r};"
                   "from shapecheck.cli.main import main; sys.exit(main(sys.argv[1:]))")
        command = [sys.executable, "-S", "-c", program]
    else:
        command = [sys.executable, "-m", "shapecheck"]
    done = call([*command, "run", "wrong.py", "three"], wrong)
    assert done.status == 3 and done.out == "(12, 1) (12, 12)\n" and "SHP401" in done.err


@pytest.mark.parametrize("words, says", [
    (["nothing.py"], "no file nothing.py"),
    ([], "nothing to run"),
    (["-m"], "expected the name of a module"),
    (["-m", "no_such_module_at_all"], "no such module"),
    (["text.py"], "text.py:1: this is no Python"),
    (["."], "no __main__.py in it"),
    (["--save", "a.ipynb", "ok.py"], "--save is for notebooks"),
    (["none.ipynb"], "no file none.ipynb"),
    (["broken.ipynb"], "broken JSON"),
    (["julia.ipynb"], "its language is julia"),
])
def test_what_cannot_be_run(tmp_path: Path, capsys: Any, monkeypatch: Any, words: Any,
                            says: str) -> None:
    from shapecheck.cli.main import main

    monkeypatch.chdir(tmp_path)
    (tmp_path / "text.py").write_text("this is prose, not a program\n")
    (tmp_path / "ok.py").write_text("1\n")
    (tmp_path / "broken.ipynb").write_text("{")
    (tmp_path / "julia.ipynb").write_text(json.dumps({
        "nbformat": 4, "nbformat_minor": 5, "cells": [],
        "metadata": {"language_info": {"name": "julia"}}}))
    assert main(["run", *words]) == 2
    err = capsys.readouterr().err
    assert says in err and err.count("\n") == 1 and "Traceback" not in err


def test_it_writes_nowhere_where_standard_error_is_closed(wrong: Path, started: str) -> None:
    done = subprocess.run(f"'{started}' -m shapecheck run wrong.py 2>&-", shell=True, cwd=wrong,
                          env=environment(), capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stdout) == (0, "(12, 1) (12, 12)\n")


def test_nothing_is_left_behind(wrong: Path, started: str, tmp_path: Path) -> None:
    own = tmp_path / "tmp"
    own.mkdir()
    call([started, "-m", "shapecheck", "run", "wrong.py"], wrong, TMPDIR=str(own))
    assert os.listdir(own) == []
