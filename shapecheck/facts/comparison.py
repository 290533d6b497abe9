"""The facts about one consistency check: the same rows, singly and in batches."""
from __future__ import annotations

from typing import Any, Dict, Optional, Tuple

from shapecheck.facts.call import ModelInfo
from shapecheck.facts.finding import Location
from shapecheck.facts.records import dataclass, field

VERDICTS = ("bit-identical", "float noise", "inconsistent", "undecided")


@dataclass(frozen=True)
class Trial:
    """One test: what was changed, and whether the result stayed.

    name: "repeat", "neighbours", "order", "padding", "single", "finite", ... passed: None where
    it could not be run (`text` says why). difference: the largest relative difference over the
    rows, |a - b| / |a| in the 2-norm of a row's output. row: where it was largest.
    """

    name: str
    passed: Optional[bool]
    text: str
    difference: float = 0.0
    row: Optional[int] = None


@dataclass(frozen=True)
class Proof:
    """A controlled re-run with one thing changed: the difference before and after it."""

    changed: str
    before: float
    after: float

    @property
    def cures(self) -> bool:
        """With the change the difference is gone, or nearly (a thousandth of what it was)."""
        return self.after <= self.before * 1e-3


@dataclass(frozen=True)
class LayerDifference:
    """Difference after one layer, in the order in which layers complete; and its noise floor."""

    path: str
    class_name: str
    difference: float
    inputs_agree: bool = True


@dataclass(frozen=True)
class Comparison:
    """One output compared over single rows and batches.

    output: the expression compared ("last_hidden_state[:, 0]"). mode: the call mode, as the
    user calls ("predict", "call", "function", "xla"). rows: indices tested. batch_sizes: as
    run. difference: the largest over rows of |single - batched| / |single| (2-norm). noise: the
    same for weights perturbed by their own rounding, None where it was not needed. twin: the
    ratio of the difference in higher precision to it, None where not needed. cause: a rule code
    SHP3xx, None when consistent. layer: first diverging layer. forwards: rows sent through the
    model for the default tests; extra: for noise twin, causes, layers and all rows. table: for
    each of `table_rows`, the difference at each batch size. partial: stopped by the user before
    the end.
    """

    model: ModelInfo
    output: str
    mode: str
    verdict: str
    rows: Tuple[int, ...] = ()
    total_rows: int = 0
    batch_sizes: Tuple[int, ...] = ()
    difference: float = 0.0
    noise: Optional[float] = None
    twin: Optional[float] = None
    dtype: str = "float32"
    cause: Optional[str] = None
    cause_detail: str = ""
    fix: str = ""
    layer: Optional[str] = None
    trials: Tuple[Trial, ...] = ()
    proofs: Tuple[Proof, ...] = ()
    profile: Tuple[LayerDifference, ...] = ()
    table: Tuple[Tuple[Optional[float], ...], ...] = ()
    table_rows: Tuple[int, ...] = ()
    forwards: int = 0
    extra: int = 0
    untested: Tuple[str, ...] = ()
    partial: bool = False
    identical: Optional[int] = None
    method: str = ""
    location: Location = field(default_factory=Location)

    @property
    def ratio(self) -> Optional[float]:
        """difference / noise; None where the noise was not needed or is zero."""
        return self.difference / self.noise if self.noise else None

    @property
    def slug(self) -> Optional[str]:
        """The cause's slug, None when consistent."""
        return _SLUGS.get(self.cause) if self.cause else None

    def trial(self, name: str) -> Optional[Trial]:
        return next((t for t in self.trials if t.name == name), None)

    def to_dict(self) -> Dict[str, Any]:
        return {
            "output": self.output, "mode": self.mode, "verdict": self.verdict,
            "cause": self.cause, "slug": self.slug, "detail": self.cause_detail,
            "layer": self.layer, "rows": list(self.rows), "total_rows": self.total_rows,
            "batch_sizes": list(self.batch_sizes), "dtype": self.dtype,
            "difference": _number(self.difference), "noise": _number(self.noise),
            "ratio": _number(self.ratio), "twin": _number(self.twin),
            "trials": [{"name": t.name, "passed": t.passed, "text": t.text,
                        "difference": _number(t.difference), "row": t.row} for t in self.trials],
            "proofs": [{"changed": p.changed, "before": _number(p.before),
                        "after": _number(p.after)} for p in self.proofs],
            "profile": [{"layer": p.path, "class": p.class_name,
                         "difference": _number(p.difference), "inputs_agree": p.inputs_agree}
                        for p in self.profile],
            "table": [[_number(v) for v in row] for row in self.table],
            "table_rows": list(self.table_rows),
            "forwards": self.forwards, "extra_forwards": self.extra,
            "untested": list(self.untested), "partial": self.partial,
            "identical": self.identical, "method": self.method, "fix": self.fix,
        }

    @staticmethod
    def from_dict(data: Dict[str, Any], model: ModelInfo) -> "Comparison":
        """The comparison of its JSON form; the model stands elsewhere in the report."""
        return Comparison(
            model=model, output=data["output"], mode=data["mode"], verdict=data["verdict"],
            rows=tuple(data["rows"]), total_rows=data["total_rows"],
            batch_sizes=tuple(data["batch_sizes"]), difference=_float(data["difference"]) or 0.0,
            noise=_float(data["noise"]), twin=_float(data["twin"]), dtype=data["dtype"],
            cause=data["cause"], cause_detail=data["detail"], fix=data["fix"],
            layer=data["layer"],
            trials=tuple(Trial(t["name"], t["passed"], t["text"], _float(t["difference"]) or 0.0,
                               t["row"]) for t in data["trials"]),
            proofs=tuple(Proof(p["changed"], _float(p["before"]) or 0.0,
                               _float(p["after"]) or 0.0) for p in data["proofs"]),
            profile=tuple(LayerDifference(p["layer"], p["class"], _float(p["difference"]) or 0.0,
                                          p["inputs_agree"]) for p in data["profile"]),
            table=tuple(tuple(_float(v) for v in row) for row in data["table"]),
            table_rows=tuple(data.get("table_rows", data["rows"])),
            forwards=data["forwards"], extra=data["extra_forwards"],
            untested=tuple(data["untested"]), partial=data["partial"],
            identical=data["identical"], method=data["method"])


_SLUGS = {"SHP301": "not-repeatable", "SHP302": "row-mixing", "SHP303": "padding-leak",
          "SHP304": "row-shape", "SHP305": "beyond-float-noise", "SHP306": "call-modes-differ",
          "SHP307": "stateful"}


def _number(value: Optional[float]) -> Any:
    """JSON has no infinity and no NaN: those become strings."""
    if value is None or (value == value and abs(value) != float("inf")):
        return value
    return "nan" if value != value else "inf"


def _float(value: Any) -> Optional[float]:
    return None if value is None else float(value)
