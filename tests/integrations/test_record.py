"""Records of runs, and `shapecheck diff` between two of them."""
from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Callable

import numpy as np
import pytest

import shapecheck
from shapecheck.difference import difference
from shapecheck.facts import Report
from shapecheck.facts.errors import UserError
from shapecheck.record import Writer, read_record

pytestmark = pytest.mark.legacy


@pytest.fixture(scope="module")
def keras() -> Any:
    try:
        import tf_keras

        return tf_keras
    except ImportError:
        return pytest.importorskip("tensorflow").keras


def run(keras: Any, path: Path, width: int = 16, dtype: str = "int32", calls: int = 2,
        extra: bool = False, wrong: bool = False) -> None:
    ids = keras.Input((width,), dtype="int32", name="input_1")
    model = keras.Model(ids, keras.layers.GlobalAveragePooling1D()(
        keras.layers.Embedding(10, 4)(ids)))
    x = np.zeros((12, width), dtype)
    with shapecheck.watch(tell="never", record=path):
        model.predict_on_batch(x[:4])
        if extra:
            model.predict_on_batch(x[:3])
        for _ in range(calls):
            model.predict(x, verbose=0)
        if wrong:
            model.predict(x[:, :1], verbose=0)


@pytest.fixture
def command(capsys: Any) -> Callable[..., Any]:
    def call(*words: Any) -> Any:
        from shapecheck.cli.main import main

        capsys.readouterr()
        status = main([str(word) for word in words])
        out, err = capsys.readouterr()
        return status, " ".join(out.split()) if "--format" not in words else out, err

    return call


def test_what_is_different_and_where(keras: Any, tmp_path: Path, command: Any) -> None:
    a, b = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    run(keras, a)
    run(keras, b, width=8, dtype="int64", calls=5)
    status, out, _err = command("diff", a, b, "--format", "text")
    assert status == 1
    assert "2 of 2 calls differ" in out
    assert "first call that differs: model.predict_on_batch at test_record.py:" in out
    assert "input_1 was (4, 16) int32, now (4, 8) int64" in out
    assert "input_1 declared was (None, 16) int32, now (None, 8) int32" in out
    assert "called 2 times, now 5" in out
    assert "called" not in command("diff", a, b, "--no-counts")[1]
    status, out, _err = command("diff", a, b, "--format", "json")
    content = json.loads(out)
    assert content["calls"][0]["changes"][1] == {
        "what": "passed", "name": "input_1", "was": "(4, 16) int32", "now": "(4, 8) int64"}


def test_the_same_is_the_same(keras: Any, tmp_path: Path, command: Any) -> None:
    a, b = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    run(keras, a)
    run(keras, b)
    status, out, err = command("diff", a, b)
    assert (status, err) == (0, "")
    assert "2 calls, all the same" in out


def test_a_call_more(keras: Any, tmp_path: Path, command: Any) -> None:
    a, b = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    run(keras, a)
    run(keras, b, extra=True)
    status, out, _err = command("diff", a, b)
    assert status == 1 and "1 of 3 calls differs" in out
    assert f"only in {b}: passed (3, 16)" in out


def test_new_and_gone_findings(keras: Any, tmp_path: Path, command: Any) -> None:
    a, b = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    run(keras, a)
    run(keras, b, wrong=True)
    status, out, _err = command("diff", a, b)
    assert status == 1 and "1 finding new" in out and "new:" in out and "SHP10" in out
    status, out, _err = command("diff", b, a)
    assert "1 finding gone" in out


def test_a_record_is_read_after_a_kill(keras: Any, tmp_path: Path, command: Any) -> None:
    a, b = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    run(keras, a)
    data = a.read_bytes()
    lines = data.split(b"\n")
    for keep in (len(data) - 10, len(lines[0]) + len(lines[1]) + len(lines[2]) + 3 + 50):
        b.write_bytes(data[:keep])
        recorded = read_record(str(b))
        assert not recorded.whole and recorded.report.calls
        _status, out, err = command("diff", a, b)
        assert "the run did not end" in " ".join(out.split()) and not err
    b.write_bytes(lines[0])
    assert read_record(str(b)).report.calls == ()


def test_reports_are_read_as_well(keras: Any, tmp_path: Path, command: Any) -> None:
    a, b = tmp_path / "a.jsonl", tmp_path / "b.json"
    run(keras, a)
    b.write_text(read_record(str(a)).report.to_json())
    assert command("diff", a, b)[0] == 0


def test_several_processes_write_one_record(keras: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    run(keras, path)
    child = os.fork()
    if not child:
        try:
            again = Writer(str(path), fresh=False)
            for call in read_record(str(path)).report.calls:
                again.call(call)
            again.settle(Report())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert [call.count for call in read_record(str(path)).report.calls] == [2, 3]


@pytest.mark.parametrize("content, says", [
    (b"", "neither a record"),
    (b"\x00\xff", "neither a record"),
    (b"[1, 2]", "neither a record"),
    (b'{"shapecheck record": 99}\n', "a record of version 99, expected 1"),
    (b'{"schema": 7}', "neither a record"),
])
def test_what_is_no_record(tmp_path: Path, command: Any, content: bytes, says: str) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    status, out, err = command("diff", path, path)
    assert (status, out) == (2, "") and says in err and err.count("\n") == 1
    status, _out, err = command("diff", path, tmp_path / "none")
    assert status == 2 and err.count("\n") == 1


def test_hostile_lines_are_counted_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_text('{"shapecheck record": 1}\n{"process": 1, "call": {"model": 3}}\n'
                    '{"process": 1, "count": "many", "of": 7}\n[]\n{"process": []}\n\x1b[2J\n'
                    + "[" * 100_000 + "\n")
    recorded = read_record(str(path))
    assert not recorded.whole and recorded.report.calls == ()
    assert "6 lines could not be read" in recorded.report.notes[0]


def test_nothing_more_is_written_when_it_is_full(tmp_path: Path, monkeypatch: Any) -> None:
    import shapecheck.record as record

    monkeypatch.setattr(record, "LARGEST", 300)
    writer = Writer(str(tmp_path / "x"))
    for _ in range(50):
        writer.environment(Report().environment)
    assert writer.fault is not None and "full" in writer.fault
    assert (tmp_path / "x").stat().st_size <= 300


def test_no_place_to_write(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot write"):
        shapecheck.watch(record=tmp_path / "no" / "x")


def test_nothing_differs_from_itself() -> None:
    assert not difference(Report(), Report())
