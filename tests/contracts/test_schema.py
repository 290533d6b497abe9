"""The JSON form is a promise: docs/report.schema.json says exactly what a report holds."""
from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any, Dict, Iterator, Tuple

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from shapecheck.facts import Report
from shapecheck.facts.report import SCHEMA
from tests.facts.reports import founding_question, reports

ROOT = Path(__file__).parents[2]
SCHEMA_FILE = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA_FILE)


def errors(data: Any) -> list:
    return [f"{list(e.absolute_path)}: {e.message}" for e in VALIDATOR.iter_errors(data)]


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(SCHEMA_FILE)
    assert SCHEMA_FILE["properties"]["schema"]["const"] == SCHEMA


@settings(deadline=None)
@given(reports)
def test_every_report_satisfies_the_schema(report):
    data = json.loads(report.to_json())
    assert errors(data) == []
    assert errors(Report.from_json(report.to_json()).to_dict()) == []


def test_an_empty_report_satisfies_it():
    assert errors(json.loads(Report().to_json())) == []


def test_the_founding_question_satisfies_it():
    assert errors(json.loads(founding_question().to_json())) == []


def objects(data: Any, path: Tuple[Any, ...] = ()) -> Iterator[Tuple[Any, ...]]:
    """The path of every JSON object in `data`."""
    if isinstance(data, dict):
        yield path
    for key, value in (data.items() if isinstance(data, dict) else
                       enumerate(data) if isinstance(data, list) else ()):
        yield from objects(value, (*path, key))


def at(data: Any, path: Tuple[Any, ...]) -> Dict[str, Any]:
    for key in path:
        data = data[key]
    return data


FULL = json.loads(founding_question().to_json())


def dotted(path: Tuple[Any, ...]) -> str:
    return ".".join(map(str, path)) or "report"


@pytest.mark.parametrize("path", list(objects(FULL)), ids=dotted)
def test_no_object_of_a_report_may_gain_or_lose_a_key_unnoticed(path):
    """The twin: a field that is added to the facts, or dropped, breaks the test above."""
    for key in at(FULL, path):
        less = copy.deepcopy(FULL)
        del at(less, path)[key]
        if path != ("environment",) or key == "python":
            assert errors(less), f"{key} may be missing"
    more = copy.deepcopy(FULL)
    at(more, path)["unheard_of"] = 1
    assert errors(more)


def test_docs_speak_of_every_key():
    text = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    keys = {key for path in objects(FULL) if path != ("environment",) for key in at(FULL, path)}
    assert {key for key in keys if f"`{key}`" not in text} == set()
