"""A report written as JSON and read again says the same."""
from __future__ import annotations

import json

import pytest
from hypothesis import given

from shapecheck.facts import Call, Finding, Location, Report
from tests.facts.reports import calls, findings, founding_question, reports


@given(reports)
def test_a_report_survives_its_json_form(report):
    again = Report.from_json(report.to_json())
    assert again.to_dict() == report.to_dict()
    assert again.to_json(indent=None) == report.to_json(indent=None)
    assert again.worst() == report.worst()


@given(findings)
def test_a_finding_survives(finding):
    again = Finding.from_dict(json.loads(json.dumps(finding.to_dict())))
    assert again.to_dict() == finding.to_dict()
    assert again.message == finding.message
    assert again.key() == finding.key()
    assert again.location == finding.location


@given(calls)
def test_a_call_survives(call):
    again = Call.from_dict(json.loads(json.dumps(call.to_dict())))
    assert again.to_dict() == call.to_dict()
    assert again.rows == call.rows
    assert again.model == call.model
    for before, after in zip(call.inputs, again.inputs):
        assert (before.passed, before.received, before.how) == (
            after.passed, after.received, after.how)


def test_the_founding_question_survives_with_every_field():
    report = founding_question()
    again = Report.from_json(report.to_json())
    assert again.findings[0].headline == "data_x[0][0] is (256,)"
    assert str(again.findings[0].fix) == "model.predict([data_x[0][0:1], data_x[1][0:1]])"
    assert again.calls[0].inputs[0].received.shape == (256, 1)
    assert again.model == report.model
    assert again.environment == report.environment


def test_json_is_ascii_so_that_no_terminal_is_driven_by_it():
    from dataclasses import replace

    report = replace(founding_question(), notes=("\x1b[2J\u202e\u2028",))
    assert report.to_json().isascii()
    assert "\x1b" not in report.to_json()


@given(findings)
def test_a_message_is_three_lines_whatever_the_user_wrote(finding):
    assert len(finding.message.splitlines()) == 3


def test_text_of_a_file_is_cleaned_when_it_is_read():
    data = founding_question().to_dict()
    data["findings"][0]["message"] = "a\x1b[2J\nb\u202e\nc"
    assert Report.from_json(json.dumps(data)).findings[0].message == "a\\x1b[2J\nb\\u202e\nc"


@pytest.mark.parametrize("text", [
    "", "{", "[]", "1", "null", "{}", '{"schema": 2}', '{"schema": 1}',
    '{"schema": 1, "environment": {}, "findings": [1], "calls": []}',
    '{"schema": 1, "environment": {}, "findings": [], "calls": [{"model": {}}]}',
    '{"schema": 1, "environment": {}, "findings": null, "calls": []}',
])
def test_what_is_no_report_is_a_value_error(text):
    with pytest.raises(ValueError):
        Report.from_json(text)


@pytest.mark.parametrize(("location", "text"), [
    (Location("ask.py", None, 12, 7), "ask.py:12:7"),
    (Location("ask.ipynb", 3, 2), "ask.ipynb:cell 3:2"),
    (Location(None, execution_count=4, line=2), "In [4]:2"),
    (Location(), "?"),
    (Location("ask.py", column=7), "ask.py"),
])
def test_a_location_is_written_so_that_editors_find_it(location, text):
    assert str(location) == text


@given(findings, findings)
def test_the_worst_severity_decides(a, b):
    report = Report(findings=(a, b))
    assert report.worst() == ("error" if "error" in (a.severity, b.severity) else
                              "warning" if "warning" in (a.severity, b.severity) else "info")
    assert Report().worst() is None
