"""What docs/explain.md shows is what the command says."""
from __future__ import annotations

import re
from pathlib import Path
from typing import List, Tuple

from shapecheck.cli.main import main

DOCS = Path(__file__).parents[2] / "docs" / "explain.md"


def shown() -> List[Tuple[str, str]]:
    """(command, what follows it) of each console block with results."""
    found = []
    for block in re.findall(r"```console\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.S):
        parts = re.split(r"(?m)^\$ (.*)\n", block)[1:]
        pairs = list(zip(parts[::2], parts[1::2]))
        if any(text for _command, text in pairs):
            found += pairs
    return found


def test_the_screens_are_real(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "96")
    commands = 0
    for command, text in shown():
        words = command.split()
        if words[0] == "cat":
            Path(words[1]).write_text(text, encoding="utf-8")
            continue
        main(words[1:])
        out, err = capsys.readouterr()
        assert out + err == text, command
        commands += 1
    assert commands >= 6


def test_readme_shows_the_same():
    readme = (DOCS.parents[1] / "README.md").read_text(encoding="utf-8")
    docs = DOCS.read_text(encoding="utf-8")
    block = next(b for b in re.findall(r"```console\n(.*?)```", readme, re.S)
                 if b.startswith("$ shapecheck explain error.txt"))
    assert all(line in docs for line in block.splitlines()[1:])
