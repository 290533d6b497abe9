"""Errors that were really caused, on each version that was at hand (`collect.py`): the rule that
explains each follows from its cause."""
from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any, Dict, List

import pytest

import shapecheck
from shapecheck.explaining.understood import understood
from tests.explain.variants import CUT, WHOLE

FILES = sorted((Path(__file__).parent / "texts").glob("*.json"))
TEXTS: List[Dict[str, Any]] = [
    {**entry, "file": path.stem} for path in FILES
    for entry in json.loads(path.read_text(encoding="utf-8"))]
SHAPES = [entry for entry in TEXTS if entry["rule"]]
OTHERS = [entry for entry in TEXTS if not entry["rule"]]


def code_of(text: str) -> str:
    found = understood(text).found
    return "" if found is None else found.code


def right(entry: Dict[str, Any]) -> bool:
    code = code_of(entry["text"])
    return code == entry["rule"] or (code != "" and code in entry["also"])


def test_there_are_texts_of_many_versions_and_families():
    assert len({path.stem for path in FILES}) >= 5
    assert len({entry["text"] for entry in SHAPES}) >= 900
    assert len({(e["name"], e["file"]) for e in OTHERS}) >= 40 * 3
    assert len({entry["rule"] for entry in SHAPES}) >= 25


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_nearly_all_are_named_right(path):
    entries = [entry for entry in SHAPES if entry["file"] == path.stem]
    wrong = [f"{e['name']}: {code_of(e['text']) or 'unknown'} for {e['rule']}"
             for e in entries if not right(e)]
    assert len(wrong) <= 0.05 * len(entries), "\n".join(wrong)


def test_what_is_no_shape_error_is_not_known():
    wrong = [f"{e['name']}: {code_of(e['text'])}" for e in OTHERS if code_of(e["text"])]
    assert not wrong


def test_what_is_not_known_is_said_plainly():
    for entry in OTHERS:
        report = shapecheck.explain(entry["text"])
        assert report.findings == ()
        assert report.notes[0].startswith("I don't know this one: ")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_users_line_is_found(path):
    plain = [e for e in TEXTS if e["file"] == path.stem and not e["name"].startswith("ipython")]
    found = 0
    for entry in plain:
        said = understood(entry["text"])
        frames = [frame for frame in (said.own, said.host) if frame is not None]
        assert all("site-packages" not in frame.path for frame in frames), entry["name"]
        found += any(frame.source.split("\n")[-1].strip() == entry["line"].strip() or
                     frame.path.startswith("helpers") for frame in frames)
    assert found >= 0.97 * len(plain)


def test_the_users_line_in_ipython_is_found():
    cells = [e for e in TEXTS if e["name"].startswith("ipython")]
    assert len(cells) >= 20
    for entry in cells:
        frame = understood(entry["text"]).own
        assert frame is not None, entry["name"]
        assert frame.source.split("\n")[-1].strip() == entry["line"].strip(), entry["name"]
        assert frame.path == "" and frame.line is not None


def test_each_snippet_is_code():
    for entry in SHAPES:
        report = shapecheck.explain(entry["text"])
        for finding in report.findings:
            assert finding.message.count("\n") == 2
            if finding.fix is not None:
                ast.parse(finding.fix.code.replace(", ...)", ")"))


@pytest.mark.parametrize("name", WHOLE)
def test_however_it_was_copied_the_answer_is_the_same(name):
    change, lost = WHOLE[name], 0
    for entry in TEXTS[::4]:
        code, copied = code_of(entry["text"]), code_of(change(entry["text"]))
        alone = code_of(entry["text"].rstrip().split("\n")[-1])
        assert copied in (code, "", alone), f"{entry['file']} {entry['name']}"
        lost += copied != code
    assert lost <= 0.03 * len(TEXTS[::4])


@pytest.mark.parametrize("name", CUT)
def test_what_is_cut_off_makes_no_other_rule(name):
    """What is left is known as it was, or unknown, or says less: then it is what the message
    alone says."""
    change, wrong = CUT[name], []
    for entry in TEXTS[::4]:
        code, left = code_of(entry["text"]), code_of(change(entry["text"]))
        if left not in (code, "", entry["rule"], *entry["also"], *message_alone(entry)):
            wrong.append(f"{entry['file']} {entry['name']}: {code}, then {left}")
    assert len(wrong) <= 0.01 * len(TEXTS[::4]), "\n".join(wrong)


def message_alone(entry: Dict[str, Any]) -> List[str]:
    """What the message says without the line and the frames, which may say more."""
    from shapecheck.source.messages import recognise_pasted

    text = entry["text"]
    found = recognise_pasted(" ".join(text[text.rfind("Error: "):].split()))
    return [] if found is None else [found.code]
