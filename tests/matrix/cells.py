"""The cells: model x form of call x container x variant, and a sample of them."""
from __future__ import annotations

import functools
import random
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Set, Tuple

import numpy as np

from tests.matrix.calls import CONTAINERS, FORMS, Container, Form
from tests.matrix.models import Model, arrays, held, models
from tests.matrix.variants import ALL_ROWS, Labels, Variant, input_variants, label_variants, own

_RIGHT_FORMS = {"fit, fed": "fit, batches", "evaluate, fed": "evaluate, batches"}
_SEVERAL = ("two outputs", "named outputs")
_CELLS_A_MODEL = 12
_PLAIN = Labels("as they are", "y")


class Cell(NamedTuple):
    """One call. named: the inputs go through a variable of their own."""

    model: Model
    form: Form
    container: Container
    variant: Variant
    labels: Labels = _PLAIN
    named: bool = False

    @property
    def codes(self) -> Tuple[str, ...]:
        """What the catalogue calls the mistake; none where there is none."""
        return self.variant.codes + self.labels.codes + self.container.codes

    @property
    def about(self) -> str:
        """Its row in the table: what is passed, whatever the model and the form of call."""
        if self.labels is not _PLAIN:
            return f"labels: {self.labels.name}"
        if self.container.codes:
            return f"{self.container.name}: {self.form.name.partition(',')[0]}"
        name = self.variant.name.split(", in ")[0]
        return name + (", as a Series" if self.container.name == "Series" else "")

    @property
    def name(self) -> str:
        about = [self.form.name, self.container.name, self.variant.name, self.labels.name]
        return f"{self.model.name}: " + ", ".join(about + (["named"] if self.named else []))

    def inputs(self) -> str:
        """The text of the inputs, as they are passed."""
        return _inputs(self.model, self.variant, self.container, feed=False)

    def code(self) -> str:
        """What is run under the watch; it sets `out`."""
        texts = {"x": self.inputs(), "right": held(self.model.body, own(self.model.body)),
                 "right_y": "y", "y": self._labels(), "feed": self.feed()}
        name = "feed" if self.container.feed else "x"
        if not self.named:
            return self.form.code.format(**texts)
        return f"rows = {texts[name]}\n" + self.form.code.format(**{**texts, name: "rows"})

    def check(self) -> str:
        """The same inputs, asked about beforehand; "" where nothing can be."""
        if not self.form.checks or self.container.name in ("generator", "Sequence"):
            return ""
        inputs = self.feed() if self.container.feed else self.inputs()
        if self.named:
            return f"rows = {inputs}\nreport = shapecheck.check_inputs(model, rows)"
        return f"report = shapecheck.check_inputs(model, {inputs})"

    def right(self) -> Optional[str]:
        """The call that was meant, of plain arrays; None where there is none."""
        if self.variant.meant is None or not self.labels.meant:
            return None
        meant = held(self.model.body, self.variant.meant)
        if not self.form.learns:
            return f"out = model({meant}, training=False)"
        name = _RIGHT_FORMS.get(self.form.name, self.form.name)
        form = next(f for f in FORMS if f.name == name)
        return form.code.format(x=meant, y=_cut("y", self.variant.rows, self.model),
                                right=held(self.model.body, own(self.model.body)), right_y="y")

    def fits(self) -> bool:
        """Do the arrays that are passed fit all that the model says of its inputs?

        Then the call is right, for other rows than were meant: nothing about it says more. A
        model without `Input` says nothing of shapes: there it is for the layers to object.
        """
        if self.labels is not _PLAIN or self.variant.whole or self.container.codes:
            return False
        if self.variant.structure and self.variant.structure != self.model.body.structure:
            return False
        body, declares = self.model.body, self.model.form not in ("bare", "subclassed")
        passed = {name: _value(text, self.model) for name, text in self.variant.passed.items()}
        if {*passed} != {f.name for f in body.features}:
            return False
        counts = {np.shape(rows)[:1] for rows in passed.values()}
        if self.form.learns and self.model.task.name not in _SEVERAL:
            counts.add(np.shape(_value(f"y{self.variant.rows}", self.model))[:1])
        return len(counts) == 1 and counts != {()} and all(
            f.takes(passed[f.name], shape=declares) for f in body.features)

    def _labels(self) -> str:
        text = _cut(self.labels.passed, self.variant.rows, self.model)
        if self.labels is _PLAIN or self.container.feed or self.model.task.name in _SEVERAL:
            return text
        return self.container.each.format(text)

    def feed(self) -> str:
        """The pipeline, "" where the container is none."""
        if not self.container.feed:
            return ""
        inputs = _inputs(self.model, self.variant, self.container, feed=True)
        if not self.form.learns:
            if self.container.name.startswith("dataset"):
                return self.container.feed.format(f"({inputs},)" if inputs[0] == "(" else inputs)
            return self.container.feed.format(inputs)
        labels = self._labels()
        if self.model.task.name == "two outputs":
            labels = f"tuple({labels})"
        both = f"{inputs}, {labels}"
        return self.container.feed.format(f"({both})" if "dataset" in self.container.name else both)


def _inputs(model: Model, variant: Variant, container: Container, feed: bool) -> str:
    if variant.whole:
        return variant.whole if feed else container.each.format(variant.whole)
    # Beside labels in a Series, the rows stay arrays.
    fits = not container.ranks or all(np.ndim(_value(text, model)) in container.ranks
                                      for text in variant.passed.values())
    each = container.each if fits and not feed else "{}"
    parts = {name: each.format(text)
             for name, text in variant.passed.items()}
    structure = variant.structure or model.body.structure
    return held(model.body, parts, "tuple" if feed and structure == "list" else structure)


def _cut(labels: str, rows: str, model: Model) -> str:
    if rows == ALL_ROWS:
        return labels
    if model.task.name == "two outputs":
        return f"[a{rows} for a in {labels}]"
    if model.task.name == "named outputs":
        return f"{{k: a{rows} for k, a in {labels}.items()}}"
    return f"{labels}{rows}"


# --- all of them --------------------------------------------------------------------------


def all_cells() -> Iterator[Cell]:
    """Every cell that makes sense: those about inputs, then those about labels."""
    for model in models():
        if model.task.name == model.body.tasks[0] and model.form != "by hand":
            yield from _about_inputs(model)
        yield from _about_labels(model)


def _about_inputs(model: Model) -> Iterator[Cell]:
    for variant in input_variants(model.body):
        for form in FORMS:
            for name in form.holds:
                if _can_hold(model, variant, CONTAINERS[name]):
                    for named in (False, True):
                        yield Cell(model, form, CONTAINERS[name], variant, _PLAIN, named)


def _about_labels(model: Model) -> Iterator[Cell]:
    right = input_variants(model.body)[0]
    for labels in label_variants(model)[1:]:
        for form in FORMS:
            for name in form.holds if form.learns else ():
                if _can_label(model, labels, CONTAINERS[name]):
                    yield Cell(model, form, CONTAINERS[name], right, labels)


def _can_hold(model: Model, variant: Variant, container: Container) -> bool:
    """Does what the cell makes of the arrays exist: no table of images, no slices of unequal rows.

    A container that is a mistake by itself holds right rows only: one mistake a cell.
    """
    if container.codes and (variant.codes or variant.whole or variant.meant is None):
        return False
    if container.name == "list" and variant.name.startswith(("as ", "in Fortran")):
        return variant.name == "as it is"  # a list has no dtype
    if container.feed and variant.structure not in ("", model.body.structure):
        return False
    if variant.whole:
        return not container.feed and not container.ranks
    values = [_value(text, model) for text in variant.passed.values()]
    if container.feed.startswith("slices"):
        counts = {len(v) for v in values} if all(np.ndim(v) for v in values) else set()
        return counts == {len(_value(f"y{variant.rows}", model))}
    return not container.ranks or {np.ndim(v) for v in values} <= set(container.ranks)


def _can_label(model: Model, labels: Labels, container: Container) -> bool:
    if model.task.name in _SEVERAL:
        return container.name in ("array", "dataset", "generator")
    if container.codes:
        return False
    value = _value(labels.passed, model)
    if container.feed:  # rows and labels are cut together
        return len(value) == model.body.rows
    return not container.ranks or np.ndim(value) in container.ranks


@functools.cache
def _value(text: str, model: Model) -> Any:
    return eval(text, dict(arrays(model.body, model.task)))


def sample(count: int, seed: int = 0) -> List[Cell]:
    """`count` cells, drawn so that each mistake has its share; those of a model together.

    Models are few: to make one, and to make its right calls, takes longer than a cell.
    """
    draw = random.Random(seed)
    rows: Dict[str, List[Cell]] = {}
    for cell in all_cells():
        rows.setdefault(cell.about, []).append(cell)
    waiting = [draw.sample(cells, len(cells)) for _about, cells in sorted(rows.items())]
    chosen: List[Cell] = []
    used: Set[Model] = set()
    while waiting and len(chosen) < count:
        draw.shuffle(waiting)
        for cells in waiting:
            old = (i for i, cell in enumerate(cells) if cell.model in used)
            enough = len(used) * _CELLS_A_MODEL > len(chosen)
            chosen.append(cells.pop(next(old, 0) if enough else 0))
            used.add(chosen[-1].model)
        waiting = [cells for cells in waiting if cells]
    return sorted(chosen[:count], key=lambda c: (c.model.name, c.name))
