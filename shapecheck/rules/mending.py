"""Shared by the input rules: the whole call rewritten, every input at once."""
from __future__ import annotations

from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple

from shapecheck.facts import (
    Argument,
    Array,
    Call,
    Definition,
    Edit,
    Finding,
    Fix,
    Location,
    Message,
    Spec,
    Truth,
    must_equal,
)
from shapecheck.facts.records import replace
from shapecheck.rules.rule import Rule
from shapecheck.source.expression import Span, keep_axis, replace_spans

_Misfits = Tuple[Tuple[Argument, Spec], ...]
_last: Tuple[Optional[Call], _Misfits] = (None, ())


def misfits(call: Call) -> Iterator[Tuple[Argument, Spec]]:
    """Inputs whose passed shape is proved not to fit what is declared (equivalences aside)."""
    global _last
    last = _last
    if last[0] is not call:  # most rules of a call ask, one after the other
        last = _last = (call, tuple(_misfits(call)))
    return iter(last[1])


def _misfits(call: Call) -> Iterator[Tuple[Argument, Spec]]:
    for arg in call.inputs:
        spec = arg.declared
        if spec is None:
            continue
        if spec.source in ("built", "layer") and raised_for_shape(call):
            # Nothing adjusts the rank before the layers: a trailing 1 is no equivalence here.
            if spec.accepts(arg.passed) is Truth.NO:
                yield arg, spec
            continue
        if spec.tolerates(arg.passed) is not Truth.NO:
            continue
        if spec.source == "built" and not _row_as_built(spec, arg.passed):
            continue
        if spec.source == "signature" and arg.role in _MASKS and arg.passed.rank in (3, 4):
            continue  # (rows, from, to) and (rows, heads, from, to) are masks as well
        yield arg, spec


_MASKS = ("attention_mask", "decoder_attention_mask")


#: what Keras and TensorFlow raise where shapes do not fit; a user's own errors may be anything
_OF_SHAPES = ("ValueError", "InvalidArgumentError", "TypeError", "IndexError")


def raised_for_shape(call: Call) -> bool:
    """The call raised as it would for a shape.

    What a model without `Input` was built with is no constraint, but what such a call had
    instead is worth a word.
    """
    return call.finished and call.raised in _OF_SHAPES


def _row_as_built(spec: Spec, passed: Array) -> bool:
    """One row of the very shape that a subclassed model was built with.

    Such a model declares nothing and may be right for other ranks and sizes.
    """
    shape, row = passed.shape, (spec.shape or (None,))[1:]
    return shape is not None and len(shape) == len(row) and all(map(must_equal, row, shape))


def row_fits(spec: Spec, passed: Array) -> bool:
    """With one more axis in front, the array is one row of what is declared."""
    if passed.shape is None:
        return False
    return spec.tolerates(passed.with_shape((1,) + tuple(passed.shape))) is not Truth.NO


def kept(arg: Argument) -> str:
    """The argument's expression, written so that it keeps its batch axis."""
    return keep_axis(arg.expression, arg.passed.container, arg.passed.rank or 1, arg.indexed)


def rewritten(call: Call, new: Dict[str, str], each: str = "", *,
              labels: bool = False, safe: bool = True) -> Optional[Fix]:
    """The call with the inputs in `new` (name -> expression) replaced.

    each: the same change as a pattern on one array (`{}[None, :]`), for inputs that stand
    behind one name (`batch`). labels: rows of labels that were indexed like the inputs keep their
    axis too. None where the source of the call is not known.
    """
    if not call.source:
        return _without_source(call, new)
    spans = {arg.name: arg.span for arg in call.inputs}
    if all(spans.get(name) is not None for name in new):
        edits = [(span, text) for name, text in new.items()
                 for span in [spans[name]] if span is not None]
        if labels:
            edits += _kept_labels(call)
        return edited(call, edits, safe=safe)
    # One name stands for several inputs: the change is made to each, so it must be due to each.
    if call.container_span is None or not each or set(new) != {a.name for a in call.inputs}:
        return None
    whole = call.container_expression
    if any(arg.expression[len(whole):].count("][") for arg in call.inputs
           if arg.expression.startswith(f"{whole}[")):
        tree = "keras.tree" if call.model.generation == "keras3" else "tf.nest"
        text = f"{tree}.map_structure(lambda v: {each.format('v')}, {whole})"
        return replace(edited(call, [(call.container_span, text)]), edits=())  # needs an import
    if call.container_kind == "unpacked" or any(
            arg.expression.endswith("']") for arg in call.inputs):
        text = "{k: " + each.format("v") + f" for k, v in {whole}.items()}}"
    else:
        text = "[" + each.format("v") + f" for v in {whole}]"
    return edited(call, [(call.container_span, text)], safe=safe)


def edited(fact: Any, changes: Sequence[Tuple[Span, str]], *, safe: bool = True,
           source: Optional[str] = None, where: Optional[Location] = None) -> Fix:
    """The source of a fact with some spans replaced, and the same as edits of the file.

    source / where: the text that is changed and its place, if not those of the fact.
    """
    source = fact.source if source is None else source
    where = fact.location if where is None else where
    made = [Edit.of(where, source, span, new) for span, new in changes]
    return Fix(replace_spans(source, changes), safe=safe,
               edits=tuple(edit for edit in made if edit is not None))


def _kept_labels(call: Call) -> List[Tuple[Tuple[int, int], str]]:
    """`y[0]` beside `x[0]` -> `y[0:1]`."""
    found: List[Tuple[Tuple[int, int], str]] = []
    for label in call.labels:
        text = kept(label)
        if label.span is not None and text != label.expression and text.endswith("]") \
                and "None" not in text:
            found.append((label.span, text))
    return found


def _without_source(call: Call, new: Dict[str, str]) -> Fix:
    """No source text (exec, C callers): the call as one would write it."""
    texts = [new.get(arg.name, arg.expression) for arg in call.inputs]
    model = call.model.expression or "model"
    method = "" if call.method == "__call__" else f".{call.method}"
    if call.model.structure == "dict":
        inner = ", ".join(f"{a.name!r}: {t}" for a, t in zip(call.inputs, texts))
        return Fix(f"{model}{method}({{{inner}}})")
    inner = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
    return Fix(f"{model}{method}({inner})")


def spoken(args: Sequence[Argument]) -> Message:
    """`a is (256,), b is (256,)`; more than three are counted."""
    parts: Tuple[Message, ...] = tuple(
        Message.of("{expr} is {shape}", expr=a.expression, shape=a.passed) for a in args[:3])
    joined = parts[0].parts
    for part in parts[1:]:
        joined += Message.of(" and ").parts + part.parts
    if len(args) > 3:
        joined += Message.of(f" and {len(args) - 3} more likewise").parts
    return Message(joined)


def declares(args: Sequence[Argument]) -> Message:
    """`input_ids declares (None, 256)`, once where all declare the same."""
    first = args[0]
    spec = first.declared
    source = "" if spec is None else spec.source
    if source == "built":
        return Message.of("the model was built with {shape}", shape=spec)
    if source == "layer":
        return Message.of("the first layer takes {shape}", shape=spec)
    same = all(str(a.declared) == str(spec) for a in args)
    if len(args) > 1 and same:
        return Message.of("each input declares {shape}", shape=spec)
    return Message.of("{name} declares {shape}", name=first.name, shape=spec)


def severity(args: Sequence[Argument]) -> str:
    """"warning" where nothing is declared but a shape that the model was once built with."""
    built = all(a.declared is not None and a.declared.source == "built" for a in args)
    return "warning" if built else "error"


def unit(call: Call, arg: Argument) -> str:
    """What one number of the input is: a token of a text, or a value."""
    if arg.role in _TEXT or (arg.role is None and call.model.text_encoder
                             and "int" in ((arg.declared and arg.declared.dtype) or "")):
        return "token"
    bare = arg.name.lower().rstrip("_0123456789")
    return "token" if bare in ("ids", "token", "tokens", "word", "words") else "value"


_TEXT = ("input_ids", "attention_mask", "token_type_ids", "position_ids", "decoder_input_ids",
         "decoder_attention_mask")


def what_follows(call: Call, silent: str, *, ahead: str = "", elsewhere: str = "") -> Message:
    """What this version made of it.

    silent: what a call that goes on does. ahead: what a call that has not run yet would do.
    elsewhere: what another version does where this one raises. All as measured.
    """
    keras = versions_of(call)
    if call.raised is not None:
        other = _ours(f"; {elsewhere}" if elsewhere else "")
        return Message.of("{keras} raises {error} here{other}", keras=keras, error=call.raised,
                          other=other)
    if not call.finished:
        if any(a.how == "rejected" for a in call.inputs):
            return Message.of("{keras} refuses this rank", keras=keras)
        return _ours(ahead or silent)
    return Message.of("{keras} goes on without an error: {silent}", keras=keras,
                      silent=_ours(silent))


def outcome(call: Call, silent: str) -> Message:
    """`; Keras 3.15.1 raises ValueError here`, or what it did silently; "" ahead of a call."""
    if not call.finished:
        return _ours("")
    return Message.of("; {after}", after=what_follows(call, silent + returns(call)))


#: ahead of a call whose check depends on what was called before (see the rules' `versions`)
REFUSED_OR_NOT = ("Keras refuses it, or goes on where no layer objects: it depends on the version "
                  "and on earlier calls")


def returns(call: Call, lead: str = " and returns") -> str:
    """` and returns (256, 4)`, "" where nothing came back."""
    first = call.returned[0].array if call.returned else None
    return "" if first is None or first.shape is None else f"{lead} {first}"


def _ours(text: str) -> Message:
    return Message.of(text.replace("{", "{{").replace("}", "}}"))


def versions_of(call: Call) -> Message:
    """`Keras 3.15.1`, as the user would call it."""
    if not call.model.generation:
        return Message.of(f"TensorFlow {call.model.tf_version}".strip())
    name = "Keras" if call.model.generation == "keras3" else (
        "tf_keras" if call.model.keras_version.startswith("2.") and
        _minor(call.model.keras_version) >= 16 else "Keras")
    return Message.of(f"{name} {call.model.keras_version}".strip())


def before_2_7(call: Call) -> bool:
    """The Keras of the call still expands rank 1 by itself."""
    major, _, _ = call.model.keras_version.partition(".")
    return major == "2" and _minor(call.model.keras_version) < 7


def _minor(version: str) -> int:
    part = version.split(".")[1] if "." in version else "0"
    return int(part) if part.isdigit() else 0


def beyond_table(rule: Rule, definition: Definition, what: str, why: str) -> Finding:
    """An embedding in which more is looked up than it has rows. what: "ids", "positions"."""
    return rule.finding(
        definition,
        what=Message.of("{source} has {rows} rows, and {what} up to {last} are looked up",
                        source=" ".join(definition.source.split()), what=Message.of(what),
                        rows=Message.of(str(definition.setting("input_dim"))),
                        last=Message.of(definition.wanted)),
        why=Message.of(why),
        advice=Message.of(f"fix: Embedding(input_dim={int(definition.wanted) + 1}, ...)"))
