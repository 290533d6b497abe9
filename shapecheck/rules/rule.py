"""What a rule is: data plus one function whose first parameter says which facts it reads."""
from __future__ import annotations

from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence, Tuple

from shapecheck.facts import (
    Argument,
    Call,
    Evidence,
    Failure,
    Finding,
    Fix,
    Indexing,
    Location,
    Message,
)
from shapecheck.facts.finding import within
from shapecheck.facts.records import dataclass, field

#: what explains what: a finding of an earlier stage explains away those of later ones
STAGES = ("pipeline", "input", "input-rest", "output")


@dataclass(frozen=True)
class Bad:
    """A bad example. It runs after `setup`; exactly this rule may fire on it.

    fixed: the same code mended (no rule may fire on it). only: condition on versions under
    which the example can show the pitfall ("keras2", "keras3", "keras<2.7"); "" is everywhere.
    reader_only: a watched call does not show it, its source does.
    """

    code: str
    fixed: str = ""
    setup: str = ""
    only: str = ""
    reader_only: bool = False


@dataclass(frozen=True)
class Good:
    """A good example that looks like a bad one; no rule may fire on it."""

    code: str
    setup: str = ""
    only: str = ""


@dataclass
class Rule:
    """One pitfall: code, words, versions, examples and the check.

    code: "SHP101", stable for ever. slug: reads well after "allow". summary: one line.
    explanation: why it happens. advice: how to mend it. versions: condition -> behaviour, as
    measured. stage: see `STAGES`. reader_blind / watcher_blind: why one of the two observers
    cannot see it. The check yields findings for one fact.
    """

    code: str
    slug: str
    summary: str
    explanation: str
    advice: str
    versions: Dict[str, str]
    bad: Sequence[Bad]
    good: Sequence[Good]
    severity: str = "error"
    stage: str = "input"
    reader_blind: str = ""
    watcher_blind: str = ""
    checks: List[Tuple[type, Callable[[Any], Iterator[Finding]]]] = field(default_factory=list)

    def check(self, function: Callable[[Any], Iterator[Finding]]) -> Callable[..., Any]:
        """Register the check; the annotation of its parameter is the dispatch."""
        fact = next(iter(function.__annotations__.values()))
        if isinstance(fact, str):  # by name: `inspect` and `get_type_hints` cost 5 ms at start-up
            fact = function.__globals__[fact]
        self.checks.append((fact, function))
        return function

    def checks_of(self, kind: type) -> List[Callable[[Any], Iterator[Finding]]]:
        """What can say anything of facts of this kind."""
        if kind is Failure:
            return [self.findings]
        return [check for taken, check in self.checks if issubclass(kind, taken)]

    def findings(self, fact: Any) -> Iterator[Finding]:
        if isinstance(fact, Failure):  # the framework said it: every rule knows its own
            if fact.code == self.code:
                advice = Message.of("fix: {advice}", advice=fact.advice) if fact.advice else None
                yield self.finding(
                    fact, Message.of("{what}", what=fact.what), Message.of("{why}", why=fact.why),
                    advice=advice, inputs=fact.inputs,
                    evidence=[Evidence(fact.kind, Message.of("{said}", said=fact.said))])
            return
        for kind, function in self.checks:
            if isinstance(fact, kind):
                yield from function(fact)

    def finding(self, fact: Any, what: Message, why: Message, fix: Optional[Fix] = None, *,
                advice: Optional[Message] = None, inputs: Sequence[Argument] = (),
                evidence: Sequence[Evidence] = (), severity: Optional[str] = None,
                at: Optional[Argument] = None) -> Finding:
        """A finding at the place of the fact.

        The third line is the fix where there is one, else `advice`, else the rule's advice.
        at: the argument that it is about, where that is not the first of `inputs`.
        """
        if fix is not None:
            line = fix.line()
        else:
            line = advice or Message.of("fix: {advice}", advice=self.advice)
        location = getattr(fact, "location", Location())
        about = at if at is not None else inputs[0] if inputs else None
        part = None if about is None or about.span is None else within(
            location, getattr(fact, "source", ""), about.span)
        return Finding(self.code, self.slug, severity or self.severity, what, why, line, fix,
                       location, tuple(evidence) + tuple(shape_evidence(inputs)),
                       tuple(a.name for a in inputs), tuple(self.versions.items()), part)


def shape_evidence(inputs: Sequence[Argument]) -> Iterator[Evidence]:
    """declared / passed / received of each input concerned."""
    for arg in inputs:
        if arg.declared is not None:
            yield Evidence("declared", Message.of("{name} declares {shape}", name=arg.name,
                                                  shape=arg.declared), arg.declared_at)
        yield Evidence("passed", Message.of("{expr} is {shape} ({kind})", expr=arg.expression,
                                            shape=arg.passed, kind=arg.passed.container))
        if arg.origin:
            yield Evidence("origin", Message.of("{origin}", origin=arg.origin),
                           arg.origin_at)
        if arg.received is not None:
            yield Evidence("received", Message.of("{name} received {shape}", name=arg.name,
                                                  shape=arg.received))


__all__ = ["Bad", "Call", "Good", "Indexing", "Rule", "STAGES", "shape_evidence"]
