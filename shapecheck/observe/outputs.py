"""`--output EXPR`: one output, selected from what the model returned."""
from __future__ import annotations

from typing import Any, Dict, List, Sequence, Tuple

from shapecheck.facts import Array, Call, Indexing, clean
from shapecheck.facts.errors import UserError
from shapecheck.observe.snapshot import leaves, to_array
from shapecheck.observe.transformers import TOKEN_STATES
from shapecheck.source.indexing import Selection, Step, parse_selection

_OUT = ("out", "output", "outputs")


def select(result: Any, call: Call, text: str) -> Tuple[Indexing, Any]:
    """The indexing fact and the selected value of `text` on `result`.

    Names: `out` for all that was returned, and each output's own name. Raises UserError where
    the expression does not exist; the message lists what does.
    """
    selection = parse_selection(text)
    value, taken, text_so_far = _root(result, call, selection)
    steps = list(selection.steps[taken:])
    while steps and not _is_array(value):
        step = steps.pop(0)
        value, text_so_far = _descend(value, step, call, selection), step.text
    if not _is_array(value):
        raise UserError(f"{clean(selection.text)!r} holds several arrays, choose one: "
                        + _choices(result, call))
    base = to_array(leaves(value)[0])
    result_value = value
    for step in steps:
        if any(isinstance(key, str) for key in step.keys):
            raise UserError(f"{clean(selection.text)!r}: {clean(text_so_far)} is an array of "
                            f"shape {base}; it has no {clean(step.keys[0])!r}; "
                            + _choices(result, call))
        try:
            result_value = result_value[step.keys]
        except (IndexError, ValueError, TypeError) as exc:
            raise UserError(f"{clean(selection.text)!r}: {clean(text_so_far)} is {base}, and "
                            f"{clean(step.text)} does not fit it ({clean(exc, 120)})") from exc
    return _fact(selection, text_so_far, base, steps, result_value, call), result_value


def _fact(selection: Selection, base_text: str, base: Array, steps: Sequence[Step],
          value: Any, call: Call) -> Indexing:
    keys: List[Any] = []
    for step in steps:
        keys.extend(step.keys)
    shape = getattr(value, "shape", ())
    result = Array.of(tuple(int(d) for d in shape), base.dtype, base.container)
    named = base_text.replace('"]', "").replace("']", "").rpartition(".")[2]
    states = any(named.endswith(n) for n in TOKEN_STATES) or (
        call.model.text_encoder and base.rank == 3)
    return Indexing(selection.text, base_text, base, tuple(keys), result,
                    1 if states and base.rank == 3 else None, call.location)


def _root(result: Any, call: Call, selection: Selection) -> Tuple[Any, int, str]:
    if selection.root in _OUT:
        return result, 0, selection.root
    named = named_outputs(result, call)
    if selection.root in named:
        return named[selection.root], 0, selection.root
    raise UserError(f"the model has no output {clean(selection.root)!r}; " + _choices(result, call))


def named_outputs(result: Any, call: Call) -> Dict[str, Any]:
    """Every flattened output under its name."""
    found = {}
    for leaf, output in zip(leaves(result, ordered=True), call.returned):
        value = result
        for key in leaf[0]:
            value = value[key]
        found[output.name] = value
    return found


def _descend(value: Any, step: Step, call: Call, selection: Selection) -> Any:
    key = step.keys[0]
    try:
        if len(step.keys) != 1 or isinstance(key, slice) or key is None or key is Ellipsis:
            raise TypeError("several outputs: choose one first")
        if isinstance(key, int) and isinstance(value, dict):
            return list(value.values())[key]
        if isinstance(key, str) and not isinstance(value, dict):
            return getattr(value, key) if key in getattr(value, "_fields", ()) else value[key]
        return value[key]
    except (KeyError, IndexError, TypeError, AttributeError) as exc:
        raise UserError(f"{clean(selection.text)!r}: the model's result has no "
                        f"{clean(key)!r}; " + _choices(value, call)) from exc


def _is_array(value: Any) -> bool:
    return getattr(value, "shape", None) is not None


def _choices(result: Any, call: Call) -> str:
    texts = [f"{o.name} {o.array}" for o in call.returned]
    if len(texts) != 1 and isinstance(result, (list, tuple, dict)):
        texts += [f"out[{i}]" for i in range(len(texts))]
    return "there are: " + ", ".join(texts + ["out"])
