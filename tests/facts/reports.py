"""Reports made of plain facts, by hand and by hypothesis, for the tests of what takes a report."""
from __future__ import annotations

import unicodedata

from hypothesis import strategies as st

from shapecheck.facts import (
    Argument,
    Array,
    Call,
    Description,
    Environment,
    Evidence,
    Finding,
    Fix,
    LayerRow,
    Location,
    Message,
    ModelInfo,
    Output,
    Report,
    Spec,
)
from shapecheck.facts.finding import SEVERITIES


def founding_question() -> Report:
    """What TF 2.6.5 did to `model.predict([data_x[0][0], data_x[1][0]])`; every field is set."""
    passed, received = Array.of((256,), "int32"), Array.of((256, 1), "int32", "Tensor")
    where = Location("ask.py", None, 12, 7, 12, 50)
    inputs = tuple(
        Argument(name, passed, Spec.of(name, (None, 256), "int32", role=name), received,
                 "expanded", f"data_x[{i}][0]", (15, 27), name)
        for i, name in enumerate(("input_ids", "attention_mask")))
    call = Call(
        ModelInfo("ask", "functional", "keras2", "2.6.0", "2.6.5", "model", "Functional", True,
                  "list"),
        "predict", inputs, labels=(Argument("y", Array.of((3, 1), "float32")),),
        returned=(Output("last_hidden_state", Array.of((256, 1, 32), "float32"), True),),
        location=where, source="model.predict([data_x[0][0], data_x[1][0]])",
        pipeline="Dataset", batch_size=32, raised="ValueError", count=2,
        layers=(LayerRow("bert/embeddings", "TFBertEmbeddings", 1, (received,),
                         (Array.of(("batch", None, 32), "float32"), Array.of(None))),))
    finding = Finding(
        "SHP101", "rank-1-input", "error",
        Message.of("{expr} is {shape}", expr="data_x[0][0]", shape=passed),
        Message.of("Axis 0 counts rows."), Message.of("slice instead: {fix}", fix="data_x[0][0:1]"),
        Fix("model.predict([data_x[0][0:1], data_x[1][0:1]])", "keeps axis 0", True), where,
        (Evidence("passed", Message.of("{s}", s=passed)),), ("input_ids",),
        (("keras<2.7", "silent: (256,) becomes (256, 1)"),))
    model = Description(
        "ask", "functional", "Functional",
        (Spec.of("input_ids", (None, 256), "int32", role="input_ids", source="config"),
         Spec.of("anything", None, optional=True)),
        (Spec.of("last_hidden_state", (None, 256, 32), "float32"),), "list",
        ("model.predict([input_ids[0:1], attention_mask[0:1]])",), ("read, not loaded",),
        "ask.keras")
    return Report((finding,), (call,), Environment("3.9.18", (("tensorflow", "2.6.5"),)),
                  model=model, notes=("one call seen",))


_CATEGORIES = sorted({unicodedata.category(chr(c)) for c in range(0x110000)} - {"Cs"})
texts = st.text(st.characters(categories=_CATEGORIES), max_size=20) | st.just("x" * 450)
dims = st.none() | st.integers(0, 300) | st.sampled_from(["batch", "width"])
shapes = st.none() | st.lists(dims, max_size=4)
arrays = st.builds(Array.of, shapes, st.none() | texts, texts)
specs = st.builds(Spec.of, texts, shapes, st.none() | texts, role=st.none() | texts,
                  optional=st.booleans(), source=texts)
numbers = st.none() | st.integers(1, 99)
locations = st.builds(Location, st.none() | texts, st.none() | st.integers(0, 9), numbers, numbers,
                      numbers, numbers, numbers)
messages = st.builds(lambda user, array: Message.of("{u} is {a}", u=user, a=array), texts, arrays)


def tuples(items: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(items, max_size=2).map(tuple)


arguments = st.builds(
    Argument, texts, arrays, st.none() | specs, st.none() | arrays,
    st.sampled_from(["unchanged", "expanded", "squeezed", "rejected", "unknown"]), texts,
    role=st.none() | texts)
models = st.builds(
    ModelInfo, texts,
    st.sampled_from(["functional", "sequential", "subclassed", "transformers", "savedmodel"]),
    st.sampled_from(["keras2", "keras3", ""]), texts, texts, texts, texts, st.booleans(),
    st.sampled_from(["single", "list", "dict", "nested"]))
layer_rows = st.builds(LayerRow, texts, texts, st.integers(0, 5), tuples(arrays), tuples(arrays))
calls = st.builds(
    Call, models, st.sampled_from(["predict", "fit", "__call__"]), tuples(arguments),
    tuples(arguments), tuples(st.builds(Output, texts, arrays, st.booleans())), locations, texts,
    pipeline=st.sampled_from(["", "Dataset", "generator", "Sequence"]), batch_size=numbers,
    raised=st.none() | texts, in_graph=st.booleans(), finished=st.booleans(),
    count=st.integers(1, 10**6), layers=tuples(layer_rows))
findings = st.builds(
    Finding, st.just("SHP101"), st.just("rank-1-input"), st.sampled_from(SEVERITIES), messages,
    messages, messages, st.none() | st.builds(Fix, texts, texts, st.booleans()), locations,
    tuples(st.builds(Evidence, texts, messages)), tuples(texts), tuples(st.tuples(texts, texts)))
descriptions = st.builds(Description, texts, texts, texts, tuples(specs), tuples(specs), texts,
                         tuples(texts), tuples(texts), texts)
environments = st.builds(
    Environment, texts,
    st.dictionaries(st.sampled_from(["tensorflow", "keras"]), texts).map(
        lambda d: tuple(d.items())))
reports = st.builds(Report, tuples(findings), tuples(calls), environments,
                    model=st.none() | descriptions, notes=tuples(texts))
