"""`pytest --shapecheck`: a test in which a Keras model is called with a wrong shape fails.

Loaded by every pytest of an environment that has shapecheck: nothing of ours is imported before a
test asks for it.
"""
from __future__ import annotations

from typing import Any, Dict, Generator, Iterator, List, Optional, Sequence, Set, Tuple

import pytest

_MODES = ("fail", "warn")
_MARKER = ("shapecheck(ignore=[...]): watch the Keras models that this test calls, and fail on "
           "what is wrong; ignore: codes, families or slugs that are right here")


class ShapeWarning(pytest.PytestWarning):
    """What is wrong in a test, with --shapecheck=warn."""


def pytest_addoption(parser: Any) -> None:
    group = parser.getgroup("shapecheck")
    group.addoption("--shapecheck", nargs="?", const="fail", default=None, choices=_MODES,
                    help="watch the Keras models that tests call: fail (default) or warn where a "
                    "shape is wrong")
    parser.addini("shapecheck", "fail or warn, as --shapecheck", default="")


def pytest_configure(config: Any) -> None:
    config.addinivalue_line("markers", _MARKER)
    said = config.getini("shapecheck")
    if said and said not in _MODES:
        raise pytest.UsageError(f"shapecheck = {said}: expected fail or warn")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_call(item: Any) -> Generator[None, Any, None]:
    mode, ignored = _asked(item)
    if mode is None:
        yield
        return
    from shapecheck.api import watch

    seen = watch(tell="never")
    with seen:
        outcome = yield
    error = outcome.excinfo[1] if outcome.excinfo else None
    if error is not None:
        seen.explain(error)
    expected = _raised(seen.calls) if error is None else set()
    found = [finding for finding in seen.findings if finding.severity != "info"
             and not _is_in(finding, ignored) and _line(finding.location) not in expected]
    for finding in found:  # into JUnit's XML, and from the workers of xdist
        told = f"{finding.code} {finding.slug} {_place(finding)}: {finding.headline}"
        item.user_properties.append(("shapecheck", told))
    if not found or error is not None:
        return
    if mode == "warn":
        item.warn(ShapeWarning(_text(found)))
        return
    failed = pytest.fail.Exception(_text(found), pytrace=False)
    if hasattr(outcome, "force_exception"):
        outcome.force_exception(failed)
    else:  # pluggy < 1.1
        outcome._excinfo = (type(failed), failed, None)


def _raised(calls: Sequence[Any]) -> Set[Any]:
    """Lines at which every call raised, in a test that passes: it is what the test wants."""
    found: Dict[Any, bool] = {}
    for call in calls:
        line = _line(call.location)
        found[line] = found.get(line, True) and call.raised is not None
    return {line for line, always in found.items() if always}


def _line(place: Any) -> Tuple[Any, ...]:
    return place.path, place.line


def _asked(item: Any) -> Tuple[Optional[str], Sequence[str]]:
    """(fail, warn or None; codes that are right in this test)."""
    mode = item.config.getoption("--shapecheck") or item.config.getini("shapecheck") or None
    ignored: List[str] = []
    for marker in item.iter_markers("shapecheck"):
        mode = mode or "fail"
        given = marker.kwargs.get("ignore", ())
        ignored += [given] if isinstance(given, str) else [str(code) for code in given]
    return mode, ignored


def _is_in(finding: Any, ignored: Sequence[str]) -> bool:
    return any(word == finding.slug or (word.upper() == "ALL" or finding.code.startswith(
        word.upper())) for word in ignored if word)


def _text(found: Sequence[Any]) -> str:
    from shapecheck.render.text import findings_text

    return str(findings_text(found)).rstrip("\n")


def _place(finding: Any) -> str:
    from shapecheck.facts import clean

    return clean(finding.location)


@pytest.fixture
def shapecheck_watch() -> Iterator[Any]:
    """A `shapecheck.watch()` around the test: `.calls`, `.findings`, `.report()`."""
    from shapecheck.api import watch

    with watch(tell="never") as seen:
        yield seen
