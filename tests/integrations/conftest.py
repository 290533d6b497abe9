"""Programs of a user's, run by `python` and by `shapecheck run`, each in a process of its own."""
from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable, Dict, List, NamedTuple, Optional

import pytest

ROOT = Path(__file__).parents[2]
#: says that what it prints is TensorFlow's: of no interest here
_NOISE = ("port.cc", "cudart_stub", "cpu_feature_guard", "cuda_platform", "absl::", "To enable")


class Ran(NamedTuple):
    status: int
    out: str
    err: str


def environment(**more: str) -> Dict[str, str]:
    own = {**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3", "COLUMNS": "100",
           **more}
    own.pop("SHAPECHECK_RUN", None)
    return own


def call(words: List[str], folder: Path, stdin: str = "", **more: str) -> Ran:
    done = subprocess.run(words, cwd=folder, input=stdin, capture_output=True, text=True,
                          env=environment(**more), timeout=300)
    err = "\n".join(line for line in done.stderr.split("\n")
                    if not any(noise in line for noise in _NOISE))
    return Ran(done.returncode, re.sub("0x[0-9a-f]+", "0x", done.stdout), err)


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Optional[str]:
    """The folder of an environment like this one in which Python starts us, made once.

    It has the line that an installation has (`shapecheck_startup.pth`), and all that this
    environment has.
    """
    folder = tmp_path_factory.mktemp("started")
    import venv

    venv.create(folder, symlinks=True, with_pip=False)
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    packages = folder / "lib" / version / "site-packages"
    line = (ROOT / "shapecheck" / "cli" / "shapecheck_startup.pth").read_text()
    (packages / "shapecheck_startup.pth").write_text(line)
    others = [path for path in sys.path if path.endswith("-packages")]
    (packages / "others.pth").write_text("\n".join(others) + "\n")
    return str(folder / "bin" / "python")


@pytest.fixture(scope="module")
def both(started: str) -> Callable[..., Any]:
    """(by Python, by `shapecheck run`) of the same words."""

    def run(folder: Path, *words: str, options: Any = (), **more: Any) -> Any:
        plain = call([started, *words], folder, **more)
        watched = call([started, "-m", "shapecheck", "run", *options, *words], folder, **more)
        return plain, watched

    return run
