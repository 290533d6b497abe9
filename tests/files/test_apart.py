"""A file on which a library never ends, or dies: one line, and the process goes on."""
from __future__ import annotations

import pytest

from shapecheck.facts.errors import UserError
from shapecheck.source import apart as module
from shapecheck.source.apart import apart

pytestmark = pytest.mark.legacy

READER = '''
import os
from shapecheck.facts.errors import UserError
def forever(path):
    while True:
        pass
def dies(path):
    os.abort()
def refuses(path):
    raise UserError(f"{path}: damaged")
def answers(path, kind):
    print("what a library says")
    os.write(1, b"and in C")
    return [os.path.basename(path), kind, open(path).read()]
'''


@pytest.fixture(autouse=True)
def _reader(tmp_path, monkeypatch):
    (tmp_path / "a_reader.py").write_text(READER)
    (tmp_path / "m.h5").write_text("model")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)


def test_an_answer_comes_back():
    assert apart("a_reader", "answers", "m.h5", "h5") == ["m.h5", "h5", "model"]


def test_a_reader_that_never_ends(monkeypatch):
    monkeypatch.setattr(module, "SECONDS", 2)
    with pytest.raises(UserError, match=r"^m\.h5: damaged: reading it does not come to an end"):
        apart("a_reader", "forever", "m.h5")


def test_a_reader_that_takes_the_process_with_it():
    with pytest.raises(UserError, match=r"^m\.h5: damaged: reading it ends the process"):
        apart("a_reader", "dies", "m.h5")


def test_its_own_refusal_names_the_file_as_the_user_did():
    with pytest.raises(UserError, match=r"^m\.h5: damaged$"):
        apart("a_reader", "refuses", "m.h5")
