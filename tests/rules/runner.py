"""User code run for real under a watch: what was seen, and what the rules say of it."""
from __future__ import annotations

import itertools
import linecache
import textwrap
import warnings
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Tuple

import shapecheck
from shapecheck.facts import Call, Finding
from shapecheck.observe.models import generation_of
from tests.files.kerases import generations, keras_of

__all__ = ["GENERATIONS", "Outcome", "Program", "applies", "keras_of", "run"]

#: "keras3" and "keras2", as far as this environment has them
GENERATIONS = generations()
_numbers = itertools.count()


@dataclass
class Outcome:
    """What one piece of user code did."""

    findings: Tuple[Finding, ...]
    calls: Tuple[Call, ...]
    error: Optional[BaseException]
    names: Dict[str, Any] = field(repr=False, default_factory=dict)

    @property
    def codes(self) -> List[str]:
        return [f.code for f in self.findings]


class Program:
    """User code in one namespace: `setup` unwatched and once, then pieces under a watch."""

    def __init__(self, generation: str, setup: str = "") -> None:
        self.names: Dict[str, Any] = {"keras": keras_of(generation), "shapecheck": shapecheck,
                                      "__name__": "program"}
        quiet = getattr(self.names["keras"].utils, "disable_interactive_logging", None)
        if quiet is not None:  # progress bars
            quiet()
        self._exec(setup)

    def models(self) -> List[Any]:
        """The models that the names stand for."""
        return [v for v in self.names.values() if generation_of(v) is not None]

    def run(self, code: str, setup: str = "") -> Outcome:
        """`code` under a watch, which its first line enters, as a user's would; what it calls
        `report` has findings of its own.

        Fails where the watch itself had a fault.
        """
        self._exec(setup)
        error: Optional[BaseException] = None
        self.names["watching"] = seen = shapecheck.watch(tell="never")
        try:
            self._exec("with watching:\n" + textwrap.indent(code, "    "))
        except Exception as raised:
            error = raised
        found = seen.findings  # reads the code around the calls
        assert seen.fault is None, repr(seen.fault)
        report = self.names.pop("report", None)
        told = found + (() if report is None else report.findings)
        return Outcome(told, seen.calls, error, self.names)

    def _exec(self, code: str) -> None:
        # In linecache, as notebooks do it, so that the source of a call can be found.
        name = f"<program {next(_numbers)}>"
        linecache.cache[name] = (len(code), None, code.splitlines(True), name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Keras' own; whoever tests them looks elsewhere
            exec(compile(code, name, "exec"), self.names)


def run(generation: str, code: str, setup: str = "") -> Outcome:
    """One piece of code in a namespace of its own."""
    return Program(generation, setup).run(code)


def applies(condition: str, generation: str, version: str) -> bool:
    """Is `condition` ("", "all", "keras3", "keras<2.7", "keras>=2.7,<3") true of this Keras?"""
    if condition in ("", "all"):
        return True
    if condition in ("keras2", "keras3"):
        return condition == generation
    have = _numbers_of(version)
    for part in condition[len("keras"):].split(","):
        bound = _numbers_of(part.lstrip("<>="))
        if part.startswith(">="):
            if have < bound:
                return False
        elif part.startswith("<"):
            if have >= bound:
                return False
        else:
            raise ValueError(f"not a condition on versions: {condition!r}")
    return True


def _numbers_of(version: str) -> Tuple[int, ...]:
    return tuple(int(p) for p in version.split(".")[:2])


