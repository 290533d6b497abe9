"""What `lint` keeps between runs: the same words, from the content alone, safe against anything."""
from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any, Callable, List

import pytest

from shapecheck.facts.plain import from_plain, to_plain
from shapecheck.linting.one_file import lint_file
from shapecheck.linting.paths import FEW
from shapecheck.linting.selection import Selection
from shapecheck.source import cache as caches
from tests.lint.conftest import BAD, GOOD, notebook

CORPUS = Path(__file__).parents[1] / "corpus"


@pytest.fixture
def linted(monkeypatch: pytest.MonkeyPatch) -> List[str]:
    """The files that were really read and judged."""
    found: List[str] = []
    real = lint_file

    def noted(path: str, *given: Any, **named: Any) -> Any:
        found.append(path)
        return real(path, *given, **named)

    monkeypatch.setattr("shapecheck.linting.remembered.lint_file", noted)
    return found


def kept(folder: Path) -> List[Path]:
    return sorted(folder.glob("**/lint-*.cache"))


@pytest.mark.parametrize("form", ["concise", "full", "json", "text", "html", "rich"])
def test_the_same_bytes_with_and_without(lint: Any, form: str) -> None:
    chosen = [CORPUS, "--format", form, "--jobs", "1"]
    if form in ("text", "html", "rich"):  # slower, and of the same report
        chosen[0:1] = sorted(CORPUS.glob("shp1*"))
    without = lint(*chosen, "--no-cache")
    first = lint(*chosen, "--cache-dir", "kept")
    again = lint(*chosen, "--cache-dir", "kept")
    assert first == without
    assert again == without
    assert len(kept(Path())) == 1


def test_findings_come_back_as_they_were(tmp_path: Path) -> None:
    found = 0
    for path in sorted(CORPUS.glob("*/bad*"))[::3]:
        outcome = lint_file(str(path), Selection())
        plain = json.loads(json.dumps(to_plain(outcome.findings)))
        assert list(from_plain(plain)) == outcome.findings
        found += len(outcome.findings)
    assert found > 20
    with pytest.raises(TypeError):
        to_plain([object()])


def test_what_is_known_is_not_read_again(lint: Any, linted: List[str], tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / f"{name}.py").write_text(BAD)
    (tmp_path / "none.py").write_text("print()\n")
    (tmp_path / "broken.ipynb").write_text("{")
    first = lint(".", "--cache-dir", "kept")
    assert len(linted) == 5
    linted.clear()
    assert lint(".", "--cache-dir", "kept") == first
    assert linted == ["broken.ipynb"]  # nothing is known of it
    (tmp_path / "b.py").write_text(GOOD)
    linted.clear()
    assert len(lint(".", "--cache-dir", "kept").codes) == 2
    assert "b.py" in linted and "a.py" not in linted


def test_an_edit_within_the_same_moment_is_seen(lint: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text(BAD)
    before = path.stat()
    assert lint("a.py", "--cache-dir", "kept").codes == ["SHP101"]
    path.write_text(BAD.replace("x[0]", "x   "))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert lint("a.py", "--cache-dir", "kept").codes == []


def test_modules_beside_the_file_count(lint: Any, tmp_path: Path, linted: List[str]) -> None:
    (tmp_path / "a.py").write_text(BAD.replace("x = np.zeros((12, 16))",
                                               "from data import load\nx = load()"))
    asked = ("a.py", "--cache-dir", "kept")
    assert lint(*asked).codes == []
    (tmp_path / "data.py").write_text("import numpy as np\ndef load():\n"
                                      "    return np.zeros((12, 16))\n")
    assert lint(*asked).codes == ["SHP101"]  # its absence was known
    linted.clear()
    assert lint(*asked).codes == ["SHP101"]
    assert linted == []
    (tmp_path / "data.py").write_text("from other import load\n")
    assert lint(*asked).codes == []
    (tmp_path / "other.py").write_text("import numpy as np\ndef load():\n"
                                       "    return np.zeros((12, 16))\n")
    assert lint(*asked).codes == ["SHP101"]  # a module of the module
    (tmp_path / "data.py").unlink()
    assert lint(*asked).codes == []


def test_what_is_asked_counts(lint: Any, tmp_path: Path, linted: List[str]) -> None:
    (tmp_path / "a.py").write_text(BAD)
    asked = ("a.py", "--cache-dir", "kept")
    assert lint(*asked).codes == ["SHP101"]
    assert lint(*asked, "--ignore", "SHP101").codes == []
    assert lint(*asked, "--select", "SHP1").codes == ["SHP101"]
    (tmp_path / "pyproject.toml").write_text('[tool.shapecheck]\nignore = ["SHP1"]\n')
    assert lint(*asked).codes == []
    (tmp_path / "pyproject.toml").write_text('[tool.shapecheck.per-file-ignores]\n"a.py" = '
                                             '["SHP101"]\n')
    assert lint(*asked).codes == []
    (tmp_path / "pyproject.toml").unlink()
    linted.clear()
    assert lint(*asked).codes == ["SHP101"]
    assert linted == []


def test_another_folder_is_another_project(lint: Any, tmp_path: Path, monkeypatch: Any) -> None:
    text = BAD.replace("x = np.zeros((12, 16))", "from data import load\nx = load()").replace(
        "x[0]", "x")
    for name, size in (("one", 16), ("two", 8)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.py").write_text(text)
        (tmp_path / name / "data.py").write_text(
            f"import numpy as np\ndef load():\n    return np.zeros((12, {size}))\n")
    told = []
    for name in ("one", "two", "one"):
        monkeypatch.chdir(tmp_path / name)
        told.append(lint("a.py", "--cache-dir", tmp_path / "kept").codes)
    assert told == [[], ["SHP107"], []]


# -- damage ----------------------------------------------------------------------------------


def _cut(data: bytes) -> bytes:
    return data[:len(data) // 2]


def _flip(where: float) -> Callable[[bytes], bytes]:
    def change(data: bytes) -> bytes:
        at = int(where * (len(data) - 1))
        return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]
    return change


@pytest.mark.parametrize("damage", [
    _cut, *map(_flip, (0.0, 0.05, 0.3, 0.5, 0.9, 1.0)), lambda data: b"", lambda data: b"\0" * 99,
    lambda data: b"[" * 100_000, lambda data: data * 2,
    lambda data: data.replace(b" 1 ", b" 2 ", 1), lambda data: data.partition(b"\n")[2]])
def test_damage_is_nothing_known(lint: Any, linted: List[str], tmp_path: Path,
                                 damage: Callable[[bytes], bytes]) -> None:
    (tmp_path / "a.py").write_text(BAD)
    first = lint("a.py", "--cache-dir", "kept")
    [path] = kept(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    linted.clear()
    assert lint("a.py", "--cache-dir", "kept") == first
    assert linted == ["a.py"]
    assert path.read_bytes() == whole  # and it is mended


@pytest.mark.parametrize("entry", [[], {}, ["x"], 3, None, [1, {}, []], ["x", 3, []]])
def test_sealed_nonsense_is_nothing_known(tmp_path: Path, entry: Any) -> None:
    """Right by its digest, and still not what is expected."""
    store = caches.Cache(str(tmp_path / "kept"), "1")
    store.keep("a.py", "all", "d", {}, [])
    store.save()
    body = json.dumps(entry).encode()
    Path(store.path).write_bytes(
        f"{store.head} {caches.digest_of(body)}\n".encode() + body)
    again = caches.Cache(str(tmp_path / "kept"), "1")
    assert again.find("a.py", "all", b"") is None


def test_another_version_or_program_is_nothing_known(tmp_path: Path, monkeypatch: Any) -> None:
    def entries(version: str) -> Any:
        return caches.Cache(str(tmp_path / "kept"), version).entries

    store = caches.Cache(str(tmp_path / "kept"), "1")
    store.keep("a.py", "all", "d", {}, [])
    store.save()
    assert len(entries("1")) == 1
    assert not entries("2")
    monkeypatch.setattr(caches, "_program", lambda: "another Python")
    assert not entries("1")


@pytest.mark.parametrize("place", ["file", "file/below", "\udcff\udcfe", "n" * 300])
def test_no_place_for_it_is_no_failure(lint: Any, tmp_path: Path, place: str) -> None:
    (tmp_path / "a.py").write_text(BAD)
    (tmp_path / "file").write_text("")
    for _ in range(2):
        result = lint("a.py", "--cache-dir", place)
        assert (result.codes, result.status, result.err) == (["SHP101"], 1, "")


def test_no_home(lint: Any, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", "relative, too")
    assert caches.place(None, None) is None or sys.platform in ("win32", "darwin")
    for number in range(FEW):
        (tmp_path / f"{number}.py").write_text(BAD)
    assert len(lint().codes) == FEW
    assert not kept(tmp_path)


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_nobody_else_reads_it(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(BAD)
    lint("a.py", "--cache-dir", "kept")
    assert stat.S_IMODE((tmp_path / "kept").stat().st_mode) == 0o700
    assert stat.S_IMODE(kept(tmp_path)[0].stat().st_mode) == 0o600


def test_it_does_not_grow_without_end(tmp_path: Path, monkeypatch: Any) -> None:
    folder = tmp_path / "kept"
    monkeypatch.setattr(caches, "LARGEST_FILE", 4000)
    monkeypatch.setattr(caches, "LARGEST", 9000)
    for number in range(6):
        (tmp_path / str(number)).mkdir()
        monkeypatch.chdir(tmp_path / str(number))
        store = caches.Cache(str(folder), "1")
        for file in range(100):
            store.keep(f"{file}.py", "all", "d" * 40, {}, ["x" * 40])
        store.save()
        os.utime(store.path, (number, number))
        again = caches.Cache(str(folder), "1")
        assert again.asks_for("99.py", "all")  # the newest
        assert not again.asks_for("0.py", "all")
    (folder / "lint-x.cache.1.2").write_text("left by a run that was killed")
    os.utime(folder / "lint-x.cache.1.2", (1, 1))
    (folder / "mine.txt").write_text("not ours")
    store.news = True
    store.save()
    assert sum(path.stat().st_size for path in kept(folder)) <= 9000
    assert not (folder / "lint-x.cache.1.2").exists()
    assert (folder / "mine.txt").exists()


# -- where and when ---------------------------------------------------------------------------


def test_only_many_files_have_one_unless_asked_for(lint: Any, tmp_path: Path, home: Path) -> None:
    for number in range(FEW - 1):
        (tmp_path / f"{number}.py").write_text(GOOD)
    lint()
    assert not kept(home)
    (tmp_path / "more.py").write_text(GOOD)
    lint("--no-cache")
    assert not kept(home)
    lint()
    assert [path.parent for path in kept(home)] == [home / "shapecheck"]


def test_where_it_is(lint: Any, tmp_path: Path, monkeypatch: Any) -> None:
    (tmp_path / "src").mkdir()
    for number in range(FEW):
        (tmp_path / f"src/{number}.py").write_text(GOOD)
    (tmp_path / "pyproject.toml").write_text('[tool.shapecheck]\ncache-dir = ".kept"\n')
    lint("src")
    assert len(kept(tmp_path / ".kept")) == 1
    monkeypatch.setenv("SHAPECHECK_CACHE_DIR", str(tmp_path / "named"))
    lint("src")
    assert len(kept(tmp_path / "named")) == 1
    lint("src", "--cache-dir", "given")
    assert len(kept(tmp_path / "given")) == 1
    (tmp_path / "pyproject.toml").write_text("[tool.shapecheck]\ncache-dir = 3\n")
    result = lint("src")
    assert result.status == 2
    assert "cache-dir: the name of a folder was expected" in result.err


def test_in_several_processes_and_runs_at_once(lint: Any, tmp_path: Path) -> None:
    for number in range(60):
        (tmp_path / f"{number}.ipynb").write_bytes(notebook(BAD, "#" * 60_000))
    command = [sys.executable, "-m", "shapecheck", "lint", "--cache-dir", "kept", "--jobs", "2"]
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(3)]
    told = [run.communicate()[0] for run in runs]
    assert told[0] == told[1] == told[2] == subprocess.run(command, capture_output=True).stdout
    assert told[0].count(b"SHP101") == 60
    assert len(kept(tmp_path)) == 1
    assert not [p for p in (tmp_path / "kept").iterdir() if ".cache." in p.name]


def test_the_second_run_imports_no_reader(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(BAD)
    program = ("import sys\nfrom shapecheck.cli.main import main\n"
               "main(['lint', 'a.py', '--cache-dir', 'kept'])\n"
               "print([m for m in sys.modules if m.startswith(('shapecheck.read', "
               "'shapecheck.rules')) or m == 'ast'])")
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert "SHP101" in done.stdout
    assert done.stdout.endswith("[]\n"), done.stdout + done.stderr


def test_files_that_come_and_go(lint: Any, tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.py").write_text(BAD)
    lint(".", "--cache-dir", "kept")
    shutil.move(str(tmp_path / "1.py"), str(tmp_path / "new.py"))
    result = lint(".", "--cache-dir", "kept")
    assert [line.split(":")[0] for line in result.out.splitlines() if "SHP101" in line] == [
        "0.py", "2.py", "new.py"]


def test_what_is_known_can_be_mended(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(BAD)
    asked = ("a.py", "--cache-dir", "kept")
    assert lint(*asked).codes == ["SHP101"]
    assert lint(*asked, "--diff") == lint("a.py", "--no-cache", "--diff")
    lint(*asked, "--fix")
    assert (tmp_path / "a.py").read_text() == GOOD
    assert lint(*asked).codes == []
