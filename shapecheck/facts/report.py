"""What every renderer takes, and its JSON form (schema 1, `docs/report.schema.json`)."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple

from shapecheck.facts.call import Argument, Call, Environment, Indexing, ModelInfo, array_to_dict
from shapecheck.facts.finding import SEVERITIES, Finding
from shapecheck.facts.message import clean
from shapecheck.facts.records import dataclass, field
from shapecheck.facts.shape import Array, Spec, from_mapping

if TYPE_CHECKING:  # not what every command needs at its start
    from shapecheck.facts.comparison import Comparison

SCHEMA = 1


@dataclass(frozen=True)
class Description:
    """A model's interface without any data: what `model-inputs MODEL` shows.

    usage: right calls, as code to paste. note: what could not be read.
    """

    name: str
    kind: str
    class_name: str = ""
    inputs: Tuple[Spec, ...] = ()
    outputs: Tuple[Spec, ...] = ()
    structure: str = "single"
    usage: Tuple[str, ...] = ()
    notes: Tuple[str, ...] = ()
    origin: str = ""


@dataclass(frozen=True)
class Report:
    """Calls and findings of one run. `notes` are plain sentences about the run itself."""

    findings: Tuple[Finding, ...] = ()
    calls: Tuple[Call, ...] = ()
    environment: Environment = field(default_factory=Environment)
    consistency: Optional[Comparison] = None
    model: Optional[Description] = None
    indexings: Tuple[Indexing, ...] = ()
    notes: Tuple[str, ...] = ()

    def __str__(self) -> str:
        """The findings, three lines each, for `print(report)`; renderers show the rest."""
        if not self.findings:
            return f"{len(self.calls)} calls, no findings"
        return "\n".join(f"{clean(f.location)}: {f.code} {f.slug}: {f.message}"
                         for f in self.findings)

    def worst(self) -> Optional[str]:
        """The highest severity among the findings, None where there is none."""
        ranks = [SEVERITIES.index(f.severity) for f in self.findings]
        return SEVERITIES[max(ranks)] if ranks else None

    def to_dict(self) -> Dict[str, Any]:
        return {
            "schema": SCHEMA,
            "environment": self.environment.to_dict(),
            "model": None if self.model is None else _description_to_dict(self.model),
            "findings": [f.to_dict() for f in self.findings],
            "calls": [c.to_dict() for c in self.calls],
            "outputs": [_indexing_to_dict(i) for i in self.indexings],
            "consistency": [] if self.consistency is None else [self.consistency.to_dict()],
            "notes": list(self.notes),
        }

    def to_json(self, indent: Optional[int] = 2) -> str:
        import json

        return json.dumps(self.to_dict(), indent=indent, ensure_ascii=True)

    @staticmethod
    def from_json(text: str) -> "Report":
        """The report of its JSON form. Raises ValueError for another schema or no report."""
        import json

        data = json.loads(text)
        if not isinstance(data, dict) or data.get("schema") != SCHEMA:
            found = data.get("schema") if isinstance(data, dict) else type(data).__name__
            raise ValueError(f"not a shapecheck report of schema {SCHEMA} (found: {found})")
        try:
            return _report_from_dict(data)
        except (AttributeError, KeyError, TypeError) as error:
            raise ValueError(f"not a shapecheck report: {type(error).__name__}: {error}") from error


def _report_from_dict(data: Dict[str, Any]) -> Report:
    environment = dict(data["environment"])
    python = environment.pop("python", "")
    model = data.get("model")
    return Report(
        findings=tuple(Finding.from_dict(f) for f in data["findings"]),
        calls=tuple(Call.from_dict(c) for c in data["calls"]),
        environment=Environment(python, tuple(environment.items())),
        model=None if model is None else _description_from_dict(model),
        consistency=_comparison_from(data["consistency"]),
        indexings=tuple(_indexing_from_dict(i) for i in data["outputs"]),
        notes=tuple(data.get("notes", ())),
    )


def _comparison_from(items: List[Dict[str, Any]]) -> Optional[Comparison]:
    if not items:
        return None
    from shapecheck.facts.comparison import Comparison

    return Comparison.from_dict(items[0], ModelInfo(""))


def _indexing_to_dict(indexing: Indexing) -> Dict[str, Any]:
    return {"expression": indexing.expression, **array_to_dict(indexing.result),
            "of": {"expression": indexing.base_expression, **array_to_dict(indexing.base)}}


def _indexing_from_dict(data: Dict[str, Any]) -> Indexing:
    base = data["of"]
    return Indexing(data["expression"], base["expression"], from_mapping(base) or Array(), (),
                    from_mapping(data) or Array())


def _spec_to_dict(spec: Spec) -> Dict[str, Any]:
    return {"name": spec.name, "shape": None if spec.shape is None else list(spec.shape),
            "dtype": spec.dtype, "role": spec.role, "optional": spec.optional,
            "source": spec.source}


def _spec_from_dict(data: Dict[str, Any]) -> Spec:
    return Spec.of(data["name"], data["shape"], data["dtype"], role=data["role"],
                   optional=data["optional"], source=data["source"])


def _description_to_dict(model: Description) -> Dict[str, Any]:
    return {"name": model.name, "kind": model.kind, "class": model.class_name,
            "structure": model.structure, "origin": model.origin,
            "inputs": [_spec_to_dict(s) for s in model.inputs],
            "outputs": [_spec_to_dict(s) for s in model.outputs],
            "usage": list(model.usage), "notes": list(model.notes)}


def _description_from_dict(data: Dict[str, Any]) -> Description:
    return Description(data["name"], data["kind"], data["class"],
                       tuple(_spec_from_dict(s) for s in data["inputs"]),
                       tuple(_spec_from_dict(s) for s in data["outputs"]),
                       data["structure"], tuple(data["usage"]), tuple(data["notes"]),
                       data["origin"])


__all__ = ["Argument", "Description", "Report", "SCHEMA"]
