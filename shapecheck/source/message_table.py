"""What the frameworks say of shapes, text by text: which rule explains it.

The texts were read in the sources of TF 2.3 to 2.21, Keras 2.2 to 3.15 and seen in runs: each
of them was caused on Keras 3, tf_keras 2.21 and TF 2.6.5. A message is cut into lines by nobody:
Keras breaks them anywhere.
"""
from __future__ import annotations

import ast
import re
from typing import Callable, List, NamedTuple, Optional, Tuple

Dims = Tuple[Optional[int], ...]


class Told(NamedTuple):
    """code: of the rule. what / why: one line each, in our words with the message's shapes.

    about: whose shapes they are: "inputs", "labels" (against the output), "rows" (how many),
    "inside" (an operation in a layer, or in code of one's own), "built" (a layer was defined).
    returned: the output's shape, where labels meet it. advice: where the rule's own would not do.
    pair: the two shapes that met, as far as the message has them: (declared, got) of inputs,
    (labels, output) of labels. name: of the input or layer. numbers: a value and its limit.
    """

    code: str
    what: str
    why: str
    about: str = "inputs"
    returned: str = ""
    advice: str = ""
    pair: Tuple[Dims, ...] = ()
    name: str = ""
    numbers: Tuple[int, ...] = ()


class Entry(NamedTuple):
    """pattern: of the message on one line. alone: only said of an exception that we saw raised;
    in a notebook it may be an exercise in NumPy, and no model is near."""

    pattern: str
    explain: Callable[..., Optional[Told]]
    alone: bool = False


SHAPE = r"(\([\d\sNone,?]{0,200}\)|\[[\d\sNone,?]{0,200}\])"
_LAYER = (r"Input \d+(?: with name '[^']{0,200}')?(?: and path '[^']{0,200}')? of layer "
          r"['\"]?([\w./-]{1,200})['\"]? ")
_INCOMPATIBLE = r"is incompatible with the layer:(?: :)? "
#: nodes of a graph that a loss makes
_LOSS = re.compile(r"loss|_error|crossentropy|huber|hinge|log_cosh|divergence|poisson|similarity")
#: the second item of what fit is fed with, as a graph names it
_SECOND = re.compile(r"(?:IteratorGetNext:1|data_1)\b")
_RECURRENT = re.compile(r"lstm|gru|rnn", re.I)


def dims(text: Optional[str]) -> Optional[Dims]:
    """`(None, 256)`, `[32,1]` or `[?,1]` as a tuple."""
    if text is None:
        return None
    inner = text.strip()[1:-1]
    parts = [part.strip() for part in inner.split(",") if part.strip()]
    if not all(part in ("None", "?") or part.isdigit() for part in parts):
        return None
    return tuple(int(part) if part.isdigit() else None for part in parts)


def spelled(shape: Optional[Dims]) -> str:
    """A shape as Python writes it."""
    return "?" if shape is None else str(tuple(shape))


def _product(sizes: Dims) -> Optional[int]:
    total = 1
    for size in sizes:
        if size is None:
            return None
        total *= size
    return total


# -- inputs against what is declared ----------------------------------------------------------


def _constructed(m: "re.Match[str]") -> Optional[Told]:
    """Keras 2's warning: "Model was constructed with shape ... incompatible shape"."""
    declared, got = dims(m.group(1)), dims(m.group(2))
    if declared is None or got is None or len(declared) != 2:
        return None
    words = f"the model declares {m.group(1)} and was called on {m.group(2)}"
    if len(got) == 1 or (len(got) == 2 and got[1] == 1 and declared[1] not in (1, None)):
        return Told("SHP101", f"{words}: one row without its batch axis, taken for rows of one "
                    "value", "Keras said so in a warning and went on: every value became a row "
                    "of its own", pair=(declared, got))
    if len(got) == 2:
        return Told("SHP107", f"{words}: another width", "Keras said so in a warning and went on",
                    pair=(declared, got))
    return None


#: names that Keras gives to a whole model: what it takes was declared, and data came in
_WHOLE = re.compile(r"(?:sequential|model|functional)(?:_\d+)?$")


def _ndim(m: "re.Match[str]") -> Optional[Told]:
    wanted, found = int(m.group(2)), int(m.group(3))
    shape = dims(m.group(4)) if m.lastindex and m.lastindex >= 4 else None
    layer = m.group(1)
    got = f" ({m.group(4)})" if shape is not None else ""
    what = f"layer {layer} takes rank {wanted} and got rank {found}{got}"
    code, why = _of_rank(layer, wanted, found, shape)
    advice = ("declare (steps, features), or return_sequences=True in the recurrent layer before "
              "it") if code == "SHP602" and _RECURRENT.search(layer) else ""
    return Told(code, what, why, "inputs" if code.startswith("SHP1") else "built", advice=advice,
                pair=() if shape is None else ((None,) * wanted, shape), name=layer,
                numbers=(wanted, found))


def _of_rank(layer: str, wanted: int, found: int, shape: Optional[Dims]) -> Tuple[str, str]:
    """Code and why for a layer that takes another rank than it got."""
    if found == 1 and wanted == 2:
        return "SHP101", "one row without its batch axis: axis 0 counts rows"
    if found > wanted and _WHOLE.match(layer):
        return "SHP106", "the data have an axis that the model does not declare"
    if found == wanted + 1:
        return "SHP601", "one axis too many: a declared shape leaves the rows out"
    if _is_one_image(wanted, found, shape):
        return "SHP102", "one image without its batch axis: its height stands where rows should"
    if _RECURRENT.search(layer):
        return "SHP602", "recurrent layers take (rows, steps, features)"
    return "SHP602", "an axis is missing: the rows, the steps or the channels"


def _is_one_image(wanted: int, found: int, shape: Optional[Dims]) -> bool:
    """(28, 224, 3) where (rows, height, width, channels) is meant: the last axis are channels."""
    return wanted == 4 and found == 3 and shape is not None and shape[-1] in (1, 3, 4) \
        and (shape[1] is None or shape[1] > 8) and shape[0] is not None


def _kernel_rank(m: "re.Match[str]") -> Optional[Told]:
    kernel, got = dims(m.group(1)), dims(m.group(2))
    if kernel is None or got is None:
        return None
    what = f"a convolution of {len(kernel) - 2} axes takes rank {len(kernel)} and got {m.group(2)}"
    if len(got) == len(kernel) + 1:
        return Told("SHP601", what, "one axis too many: a declared shape leaves the rows out",
                    "built")
    return Told("SHP602", what, "an axis is missing: the rows, the steps or the channels", "built")


def _given_weights(m: "re.Match[str]") -> Optional[Told]:
    layer = f"layer {m.group(1)}" if m.group(1) else "a layer"
    return Told("SHP608", f"a weight of {layer} is {m.group(2)}, and {m.group(3)} was given",
                "the shape of a weight follows from the layer and what it was built on", "built",
                advice="give arrays of the layer's own shapes, or build the layer for these")


def _at_least(m: "re.Match[str]") -> Optional[Told]:
    return Told("SHP602", f"TimeDistributed takes rank {m.group(1)} at least and got {m.group(2)}",
                "it calls its layer once a step: (rows, steps, ...)", "built")


def _axis(m: "re.Match[str]") -> Optional[Told]:
    got = dims(m.group(4))
    wanted = int(m.group(3))
    layer = m.group(1)
    what = f"layer {layer} takes {wanted} on axis {m.group(2)} and got {m.group(4)}"
    if got is not None and len(got) >= 3 and _product(got[1:]) == wanted:
        return Told("SHP406", what, "the axes behind the rows would have to be flattened",
                    "inside", pair=((None, wanted), got), name=layer)
    return Told("SHP107", what, "the size of that axis is part of what the layer learned",
                "inside", pair=() if got is None else ((None,) * (len(got) - 1) + (wanted,), got),
                name=layer)


def _channels(m: "re.Match[str]") -> Optional[Told]:
    return Told("SHP107", f"a convolution takes {m.group(2)} channels and got {m.group(1)}",
                "the number of channels is part of what the layer learned", "inside")


def _incompatible_input(m: "re.Match[str]") -> Optional[Told]:
    return _declared(f"input {m.group(1)}", m)


def _incompatible_layer(m: "re.Match[str]") -> Optional[Told]:
    return _declared(f"layer {m.group(1)}", m)


def _declared(what: str, m: "re.Match[str]") -> Optional[Told]:
    declared, got = dims(m.group(2)), dims(m.group(3))
    if declared is None or got is None:
        return None
    return _against(f"{what} declares {m.group(2)} and got {m.group(3)}", declared, got,
                    m.group(1))


def _against(what: str, declared: Dims, got: Dims, name: str = "") -> Told:
    """Data of shape `got` where `declared` is declared, both with the rows in front."""
    code, why, about = _input_code(declared, got)
    return Told(code, what, why, about, pair=(declared, got), name=name)


def _input_code(declared: Dims, got: Dims) -> Tuple[str, str, str]:
    if len(declared) == len(got) and declared and declared[0] is not None \
            and got[0] is not None and declared[0] != got[0]:
        return ("SHP503", "the number of rows is fixed: a layer keeps a state for each", "rows")
    if len(got) <= 1 and len(declared) == 2:
        why = ("one row without its batch axis (Keras names the chunk that it cut off, not what "
               "was passed)")
        return "SHP101", why, "inputs"
    if len(got) == len(declared) - 1 and tuple(declared[2:]) == tuple(got[1:]):
        return "SHP102", "one sample without its batch axis", "inputs"
    if len(got) == len(declared) - 2 and declared[-1] == 1 and declared[2:-1] == got[1:]:
        return "SHP102", "one sample without its batch axis and its channel", "inputs"
    if len(got) > len(declared):
        return "SHP106", "the data have more axes than declared", "inputs"
    if len(got) == len(declared) > 2 and None not in declared[1:] + got[1:] \
            and declared[1:] != got[1:] and sorted(map(str, declared[1:])) == sorted(
                map(str, got[1:])):
        return "SHP105", "the same sizes in another order", "inputs"
    return "SHP107", "the sizes differ from the declared ones", "inputs"


def _checking_input(m: "re.Match[str]") -> Optional[Told]:
    """Keras 2.2 to TF 2.1: "Error when checking input: expected x to have ..."."""
    name, wanted, got = m.group(1), m.group(2), dims(m.group(3))
    if got is None:
        return None
    what = f"input {name} should have {wanted}, and the array has {m.group(3)}"
    if wanted.startswith("shape"):
        declared = dims(wanted[len("shape "):])
        return None if declared is None else _checked_shape(name, what, declared, got)
    rank = int(wanted.split()[0])
    code, why = _checked_rank(name, rank, got)
    return Told(code, what, why, "inputs", pair=((None,) * rank, got), name=name,
                numbers=(rank, len(got)))


def _checked_shape(name: str, what: str, declared: Dims, got: Dims) -> Told:
    """Of older versions with the rows in front, of later ones without."""
    if not declared or declared[0] is not None:
        whole, passed = (None,) + declared, (None,) + got
    else:
        whole, passed = declared, got
    one = len(whole) == len(passed) == 2 and passed[1] == 1 and whole[1] not in (1, None)
    if one and passed[0] in (None, whole[1]):
        return Told("SHP101", what, "one row without its batch axis: Keras took every value of it "
                    "for a row of its own", pair=(whole, passed), name=name)
    return _against(what, whole, passed, name)


def _checked_rank(name: str, wanted: int, got: Dims) -> Tuple[str, str]:
    if len(got) > wanted:
        return "SHP106", "the data have more axes than declared"
    if len(got) <= 1 and wanted == 2:
        return "SHP101", "one row without its batch axis: axis 0 counts rows"
    if wanted == 4 and len(got) == 3 and got[-1] in (1, 3, 4) and (got[1] or 99) > 8:
        return "SHP102", "one image without its batch axis: axis 0 counts rows"
    if wanted == 4 and len(got) == 2 and (got[0] or 0) <= 1024 and got[0] == got[1]:
        return "SHP102", "one image without its batch axis and its channels"
    if wanted - len(got) >= 2:
        return "SHP107", "the rows are flat: their values stand in one axis"
    takes = {3: "(rows, steps, features)", 4: "(rows, height, width, channels)",
             5: "(rows, depth, height, width, channels)"}.get(wanted, "rows and columns")
    return "SHP602", f"an axis is missing: the layer takes {takes}"


def _count(m: "re.Match[str]") -> Optional[Told]:
    wanted, got = int(m.group(1)), int(m.group(3))
    names = ", ".join(re.findall(r"'([^']*)'", m.group(2) or ""))
    takes = f"the model takes {wanted} input{'s' if wanted > 1 else ''}"
    what = f"{takes}{f' ({names})' if names else ''} and got {got}"
    if wanted == 1:
        return Told("SHP119", what, "to Keras a list is a list of inputs", numbers=(wanted, got))
    return Told("SHP120", what, "each declared input takes one array", numbers=(wanted, got))


def _missing_key(m: "re.Match[str]") -> Optional[Told]:
    return Told("SHP120", f"nothing was passed for input {m.group(1)}; the keys are {m.group(2)}",
                "a dict holds one array for each declared input, under its name")


def _structure(m: "re.Match[str]") -> Optional[Told]:
    """Keras 3: a list for a model that takes a dict, or the other way about."""
    wanted, got = m.group(1)[0], m.group(2)[0]
    if wanted == "{" and got in "[(":
        names = ", ".join(re.findall(r"'([^']*)':", m.group(1)))
        return Told("SHP108", f"the model takes a dict of {names} and got a list",
                    "a dict has names for its inputs, a list has their places only",
                    advice="pass a dict by the names of the inputs")
    if wanted in "[(" and got == "{":
        return Told("SHP108", "the model takes a list of inputs and got a dict of other names",
                    "a dict is taken by the names of the inputs")
    return None


def _none(m: "re.Match[str]") -> Optional[Told]:
    name = m.group(1) if m.lastindex else ""
    return Told("SHP120", f"None was passed for input {name}" if name else
                "None was passed for an input", "each declared input takes one array")


def _list(m: "re.Match[str]") -> Optional[Told]:
    if _uneven(m.group(1)):
        return _ragged(m)
    return Told("SHP119", "a Python list was given where an array is meant",
                "to Keras a list is a list of inputs")


def _uneven(text: str) -> bool:
    try:
        rows = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return False
    return all(isinstance(row, list) for row in rows) and len({len(row) for row in rows}) > 1


def _ragged(_m: "re.Match[str]") -> Optional[Told]:
    return Told("SHP121", "the rows have different lengths", "an array has one length for all "
                "rows: NumPy keeps rows of different lengths as objects, which are no numbers")


def _embedding(m: "re.Match[str]") -> Optional[Told]:
    if "IteratorGetNext]]" in m.string and "mbedding" not in m.string:
        return None  # class_weight: a table of the classes, looked up while the data are fed
    value, rows = int(m.group(1)), int(m.group(2))
    what = f"an id is {value}, and the embedding has {rows} rows"
    if value < 0:
        return Told("SHP114", what, "ids run from 0 to input_dim - 1", numbers=(value, rows))
    return Told("SHP111", what, "ids run from 0 to input_dim - 1; beyond that there is no row",
                numbers=(value, rows))


# -- labels against the output ----------------------------------------------------------------


def targets(labels: Optional[Dims], output: Optional[Dims]) -> Optional[Told]:
    """Labels and output meet value by value, and do not broadcast."""
    if not labels or not output:
        return None
    what = f"the labels are {spelled(labels)} and the model returns {spelled(output)}"
    code, about, why, advice = _meeting(labels, output)
    return Told(code, what, why, about, spelled(output), advice, (labels, output))


#: what `_meeting` says besides code and about: why, advice
_FIXED = ("a stateful layer, or a size written into the axis of the rows, fixes how many rows a "
          "batch has")
_ONE_A_ROW = "the model returns one result a step, and there is one label a row"
_ONE_A_STEP = "there is one label a step, and the model returns one result a row"


def _meeting(labels: Dims, output: Dims) -> Tuple[str, str, str, str]:
    """code, about, why, advice"""
    if labels[1:] == output[1:] and len(labels) > 1:
        return "SHP503", "rows", _FIXED, ""
    layer = "in the last recurrent layer, or one label a"
    if len(output) == 3 and len(labels) < 3:
        return "SHP404", "labels", _ONE_A_ROW, f"return_sequences=False {layer} step"
    if len(labels) == 3 and len(output) < 3:
        return "SHP404", "labels", _ONE_A_STEP, f"return_sequences=True {layer} row"
    if len(output) >= 4 and len(labels) < 3:
        flat = "nothing flattens the axes of the image before the output"
        return "SHP406", "labels", flat, ""
    return "SHP403", "labels", "the loss compares them value by value", ""


def _labels_against(labels: str, output: str, sparse: bool, metric: bool = False,
                   ) -> Optional[Told]:
    """labels / output: shapes as the message writes them. sparse: the loss takes one whole number
    a row. metric: a metric said so, not the loss."""
    a, b = dims(labels), dims(output)
    if a is None or b is None or not b:
        return None
    told = _sparse(a, b) if sparse else _dense(a, b)
    code, why = told
    what = f"the labels are {spelled(a)} and the model returns {spelled(b)}"
    if metric:
        what, why = f"{what}; a metric compares them", "the metric takes them in one form"
    return Told(code, what, why, "labels", spelled(b), pair=(a, b))


def _sparse(labels: Dims, output: Dims) -> Tuple[str, str]:
    if len(labels) == len(output) and labels[-1] not in (1, None):
        if labels[-1] == output[-1]:
            return "SHP402", "one-hot labels went into sparse_categorical_crossentropy"
        return "SHP403", "there are more labels than rows in the output"
    if len(output) >= 4:
        return "SHP406", "nothing flattens the axes of the image before the output"
    if len(output) == 3:
        return "SHP404", "the model returns one result a step, and there is one label a row"
    return "SHP403", "the ranks of labels and output differ"


def _dense(labels: Dims, output: Dims) -> Tuple[str, str]:
    if len(output) == 2 and (len(labels) == 1 or labels[-1] == 1) and (output[-1] or 0) > 1:
        return "SHP402", ("categorical_crossentropy takes one-hot rows; these are one number a "
                          "row")
    if len(labels) == len(output):
        return "SHP403", ("the last layer has another number of units than the labels have "
                          "columns")
    if len(output) > len(labels) and len(output) >= 4:
        return "SHP406", "nothing flattens the axes of the image before the output"
    if len(output) == 3:
        return "SHP404", "the model returns one result a step, and there is one label a row"
    return "SHP403", "the ranks of labels and output differ"


def _checking_target(m: "re.Match[str]") -> Optional[Told]:
    """Keras 2.2 to TF 2.1: "Error when checking target: expected dense_1 to have shape ..."."""
    got = dims(m.group(3))
    if got is None:
        return None
    if m.group(2) is None:
        return _target_rank(m.group(1), m.group(0), m.group(3), got)
    wanted = dims(m.group(2))
    if not wanted:
        return None
    if wanted[0] is None:  # older versions name the rows too
        output, labels = wanted, (None,) + got[1:]
    else:
        output, labels = (None,) + wanted, (None,) + got
    what = f"the output {m.group(1)} has shape {m.group(2)} for each row, the labels {m.group(3)}"
    if len(output) == len(labels) == 2 and labels[1] == 1:
        code, why = "SHP402", "the labels are one number a row, and the loss takes one-hot rows"
    elif len(output) == len(labels) == 2 and output[1] == 1:
        code, why = "SHP403", ("the last layer has one unit, and the labels have a column for "
                               "each class")
    else:
        code, _about, why, advice = _meeting(labels, output)
        return Told("SHP403" if code == "SHP503" else code, what, why, "labels", m.group(2),
                    advice, (labels, output), m.group(1))
    return Told(code, what, why, "labels", m.group(2), pair=(labels, output), name=m.group(1))


def _target_rank(name: str, said: str, shape: str, got: Dims) -> Optional[Told]:
    """"expected dense_1 to have 4 dimensions, but got array with shape (100, 10)"."""
    found = re.search(r"have (\d+) dimensions", said)
    if found is None:
        return None
    output = (None,) * int(found.group(1))
    what = f"the output {name} has {found.group(1)} axes, and the labels are {shape}"
    code, _about, why, advice = _meeting(got, output)
    return Told(code, what, why, "labels", advice=advice, pair=(got, output), name=name)


def _compared(m: "re.Match[str]") -> Optional[Told]:
    return _labels_against(m.group(1), m.group(2), sparse=False)


def _metric(m: "re.Match[str]") -> Optional[Told]:
    return _labels_against(m.group(2), m.group(1), sparse=False, metric=True)


def _counted(m: "re.Match[str]") -> Optional[Told]:
    return _labels_against(m.group(1), m.group(2), sparse=True)


def _logits_first(m: "re.Match[str]") -> Optional[Told]:
    """binary_crossentropy, which names the output first."""
    labels, output = dims(m.group(2)), dims(m.group(1))
    if labels is None or output is None:
        return None
    return Told("SHP403", f"the labels are {spelled(labels)} and the model returns "
                f"{spelled(output)}", "binary_crossentropy compares value by value", "labels",
                spelled(output), pair=(labels, output))


def _same_first(m: "re.Match[str]") -> Optional[Told]:
    return _flat(dims(m.group(1)), dims(m.group(2)))


def _same_first_swapped(m: "re.Match[str]") -> Optional[Told]:
    return _flat(dims(m.group(2)), dims(m.group(1)))


def _flat(logits: Optional[Dims], labels: Optional[Dims]) -> Optional[Told]:
    """sparse_categorical_crossentropy, after it has flattened both: (rows, classes), (rows,)."""
    if not logits or not labels:
        return None
    what = f"the loss got logits {spelled(logits)} and labels {spelled(labels)}"
    one, many = logits[0], labels[0]
    code, why = "SHP403", "labels and output differ in more than the classes"
    if one and many and many > one and many == one * (logits[-1] or 0):
        code, why = "SHP402", "one-hot labels went into sparse_categorical_crossentropy"
    elif one and many and one > many:
        code, why = "SHP406", ("the output has axes that the labels do not have: nothing "
                               "flattens them")
    return Told(code, what, why, "labels", pair=(labels, logits))


def _asserted(m: "re.Match[str]") -> Optional[Told]:
    """TF 2.6: rows and axes of labels and logits, without the classes."""
    labels, logits = (tuple(int(d) for d in m.group(i).split()) for i in (1, 2))
    if len(logits) < 2:
        return None
    code, why = _sparse(labels[:1], logits + (None,))
    return Told(code, f"the labels are {spelled(labels)}, and the model returns results of "
                f"{spelled(logits)}", why, "labels", f"{spelled(logits)[:-1]}, classes)")


def _label_value(m: "re.Match[str]") -> Optional[Told]:
    value, units = int(m.group(1)), int(m.group(2))
    what = f"a label is {value}, and the last layer has {units} unit{'s' if units > 1 else ''}"
    if value < 0:
        return Told("SHP403", what, "classes count from 0", "labels",
                    advice="let the labels count from 0", numbers=(value, units))
    why = f"{units} unit{'s are' if units > 1 else ' is'} for the classes 0 to {units - 1}"
    return Told("SHP403", what, why, "labels",
                advice="as many units as the largest label + 1, or labels that count from 0",
                numbers=(value, units))


# -- rows -------------------------------------------------------------------------------------


def _cardinality(m: "re.Match[str]") -> Optional[Told]:
    sizes = re.findall(r"'?(x|y|sample_weight)'? sizes: ([\d, ]*\d)", m.group(0))
    if not sizes:
        return None
    said = "; ".join(f"{name}: {counts}" for name, counts in sizes)
    return Told("SHP110", f"the numbers of rows differ ({said})",
                "row i of one belongs to row i of the others, so the counts must agree", "rows",
                numbers=tuple(int(n[:9]) for n in re.findall(r"\d+", said)[:4]))


def _stateful(m: "re.Match[str]") -> Optional[Told]:
    return Told("SHP503", f"the model takes batches of {m.group(1)} rows and got {m.group(2)}",
                "a stateful layer keeps a state for each row of its fixed batch", "rows",
                numbers=(int(m.group(1)), int(m.group(2))))


def _batched(m: "re.Match[str]") -> Optional[Told]:
    fixed, got = dims(m.group(1)), dims(m.group(2))
    if not fixed or not got or fixed[0] is None or got[0] is None or fixed[1:] != got[1:]:
        return None
    return Told("SHP503", f"the model takes batches of {fixed[0]} rows and got {got[0]}",
                "a stateful layer, or a size written into the axis of the rows, fixes how many "
                "rows a batch has", "rows")


def _ignored(_m: "re.Match[str]") -> Optional[Told]:
    return Told("SHP502", "batch_size was given next to data that are batched already",
                "each element is one batch already, of the size that it was made with", "rows")


# -- operations -------------------------------------------------------------------------------


def _graph_equal(m: "re.Match[str]") -> Optional[Told]:
    """"Dimensions must be equal ... for '{{node n}} = Op[...](operands)' with input shapes"."""
    node, op, operands, shapes = m.group(3), m.group(4), m.group(5), m.group(6)
    found = re.findall(SHAPE, shapes)
    if len(found) < 2:
        return None
    first, second = dims(found[0]), dims(found[1])
    if first is None or second is None:
        return None
    parts = operands.split(", ")
    if _LOSS.search(node) or (op in _ARITHMETIC and any(map(_SECOND.search, parts))):
        labels, output = (first, second) if _SECOND.search(parts[0]) else (second, first)
        return targets(labels, output)
    if "MatMul" in op and re.search(r"dense|lstm|gru", node, re.I) and second:
        return Told("SHP107", f"a layer takes {second[0]} on its last axis and got "
                    f"{spelled(first)}", "the size of that axis is part of what the layer learned",
                    "inside", pair=((None,) * (len(first) - 1) + second[:1], first))
    return _operation(op, first, second)


_ARITHMETIC = ("Sub", "Add", "AddV2", "Mul", "SquaredDifference", "Equal", "RealDiv", "Maximum")


def _run_time(m: "re.Match[str]") -> Optional[Told]:
    """"Incompatible shapes: [12,3] vs. [12,4]", with the node before or behind it, if any."""
    text = m.string
    first, second = dims(m.group(1)), dims(m.group(2))
    if first is None or second is None:
        return None
    nodes = " ".join(re.findall(r"(?:at node|\{\{node|\[\[node) ?([\w/.:-]+)", text))
    if _RECURRENT.search(text) and first[1:] == second[1:] and len(first) > 1:
        return _batched_operation(second, first)
    if _LOSS.search(nodes):
        return _of_loss(nodes, first, second)
    if "LogicalAnd" in nodes:
        return _of_metric(first, second)
    op = re.search(r"\[Op:(\w+)\]", text)
    return _operation(op.group(1) if op else "", first, second)


def _batched_operation(fixed: Dims, got: Dims) -> Told:
    return Told("SHP503", f"the model takes batches of {fixed[0]} rows and got {got[0]}",
                "a stateful layer keeps a state for each row of its fixed batch", "rows")


def _of_loss(nodes: str, first: Dims, second: Dims) -> Optional[Told]:
    """compile_loss (Keras 3) names the labels first; Keras 2 the output."""
    if re.search(r"weighted_loss|compile_loss/\w+/mul", nodes):
        return Told("SHP609", f"a loss of {spelled(first)} meets weights of {spelled(second)}",
                    "sample weights are one number a row (or one a step)", "labels",
                    advice="sample_weight of shape (rows,)")
    labels, output = (first, second) if "compile_loss" in nodes else (second, first)
    return targets(labels, output)


def _weights(m: "re.Match[str]") -> Optional[Told]:
    return Told("SHP609", f"the sample weights have {m.group(1)} columns",
                "sample weights are one number a row (or one a step)", "labels",
                advice="sample_weight of shape (rows,)")


def _of_metric(first: Dims, second: Dims) -> Optional[Told]:
    """Precision, Recall, AUC of Keras 3, which flatten both: (thresholds, rows * columns)."""
    one, other = first[-1], second[-1]
    return Told("SHP402", f"a metric compares {one} predictions with {other} labels",
                "the metric takes labels of the output's own shape", "labels",
                advice="one-hot labels, or a metric that takes one whole number a row")


def _operation(op: str, first: Dims, second: Dims) -> Told:
    verb = ("a matrix product of" if "MatMul" in op else f"{op} of" if op else
            "an operation on")
    why = ("the last axis of the first is as long as the one before the last of the second"
           if "MatMul" in op else "axes that meet are equally long, or 1")
    return Told("SHP609", f"{verb} {spelled(first)} and {spelled(second)}", why, "inside",
                pair=(first, second))


def _matmul(m: "re.Match[str]") -> Optional[Told]:
    first, second = dims(m.group(1)), dims(m.group(2))
    if first is None or second is None:
        return None
    if re.search(r"node [\w/.]*(?:dense|lstm|gru)|LSTMCell|GRUCell|Dense\.call|type Dense",
                 m.string, re.I) and len(second) == 2:
        return Told("SHP107", f"a layer takes {second[0]} on its last axis and got "
                    f"{spelled(first)}", "the size of that axis is part of what the layer learned",
                    "inside", pair=((None,) * (len(first) - 1) + second[:1], first))
    return _operation("MatMul", first, second)


def _concat(m: "re.Match[str]") -> Optional[Told]:
    first, second = dims(m.group(1)), dims(m.group(2))
    if first is None or second is None:
        return None
    what = f"{spelled(first)} and {spelled(second)} are joined"
    why = "they may differ on the axis of the join only"
    if re.search(r"Concatenate\.call|type Concatenate|node [\w/]*concatenate", m.string):
        return Told("SHP607", what, why, "inside", pair=(first, second))
    return Told("SHP609", what, why, "inside", pair=(first, second))


def _merged(m: "re.Match[str]") -> Optional[Told]:
    shapes = re.findall(SHAPE, m.group(1))
    if len(shapes) < 2:
        return None
    return Told("SHP607", f"branches of {' and '.join(shapes[:3])} are merged",
                "the branches have to be equally large there", "inside")


def _values(m: "re.Match[str]") -> Optional[Told]:
    """Reshape to another number of values."""
    target = m.group(2).strip()
    shape = dims(target) if not target.isdigit() else None
    return Told("SHP606", f"{m.group(1)} values do not fill "
                f"{spelled(shape) if shape else f'a shape of {target}'}",
                "a reshape keeps all values", "inside")


def _multiple(m: "re.Match[str]") -> Optional[Told]:
    return Told("SHP606", f"{m.group(2)} values do not make rows of {m.group(1)}",
                "a reshape keeps all values", "inside")


def _multiple_of(m: "re.Match[str]") -> Optional[Told]:
    return Told("SHP606", f"{m.group(1)} values do not make rows of {m.group(2)}",
                "a reshape keeps all values", "inside")


def _target_shape(m: "re.Match[str]") -> Optional[Told]:
    before, after = spelled(dims(m.group(1))), spelled(dims(m.group(2)))
    return Told("SHP606", f"rows of {before} are reshaped to {after}",
                "the values of a row stay as many as they are", "inside")


def _negative(m: "re.Match[str]") -> Optional[Told]:
    return Told("SHP605", f"nothing is left: {m.group(0)[:120].rstrip('. ')}",
                "a kernel or pool is larger than what is left of the axis", "inside")


def _window(m: "re.Match[str]") -> Optional[Told]:
    got, window = (f"({', '.join(re.findall('[0-9]+|None', m.group(i)))})" for i in (1, 2))
    return Told("SHP605", f"a window of {window} meets {got}: nothing is left",
                "a kernel or pool is larger than what is left of the axis", "inside")


def _downsampled(m: "re.Match[str]") -> Optional[Told]:
    return Told("SHP605", f"layer {m.group(1)} gets {spelled(dims(m.group(2)))}: nothing is left",
                "a kernel or pool is larger than what is left of the axis", "inside")


def _pair(why: str) -> Callable[["re.Match[str]"], Optional[Told]]:
    def explain(m: "re.Match[str]") -> Optional[Told]:
        first, second = dims(m.group(1)), dims(m.group(2))
        if first is None or second is None:
            return None
        return Told("SHP609", f"an operation on {spelled(first)} and {spelled(second)}", why,
                    "inside", pair=(first, second))
    return explain


def _one(what: str, why: str) -> Callable[["re.Match[str]"], Optional[Told]]:
    def explain(m: "re.Match[str]") -> Optional[Told]:
        values = [spelled(dims(group)) if group.startswith("[") else group for group in m.groups()]
        return Told("SHP609", what.format(*values), why, "inside")
    return explain


def _as(code: str, what: str, why: str, about: str = "inputs",
        ) -> Callable[["re.Match[str]"], Optional[Told]]:
    def explain(m: "re.Match[str]") -> Optional[Told]:
        return Told(code, what.format(*m.groups()), why, about)
    return explain


_NO_TUPLE = "brackets alone make no tuple, the comma does"
_MEET = "axes that meet are equally long, or 1"

#: the first that is found explains the message
TABLE: List[Entry] = [
    Entry(r"Model was constructed with shape " + SHAPE + r".{0,300}?incompatible shape " + SHAPE,
          _constructed),
    Entry(_LAYER + _INCOMPATIBLE + r"expected (?:axis )?(?:min_)?ndim=(\d+), found ndim=(\d+)"
          r"(?:\. Full shape received: " + SHAPE + ")?", _ndim),
    Entry(_LAYER + _INCOMPATIBLE + r"expected axis (-?\d+) of input shape to have value (\d+),? "
          r"but received input with shape " + SHAPE, _axis),
    Entry(r"Input \d+ with name '([^']{0,200})' (?:and path '[^']{0,200}' )?of layer \S+ "
          + _INCOMPATIBLE + r"expected shape=" + SHAPE + r", found shape=" + SHAPE,
          _incompatible_input),
    Entry(_LAYER + _INCOMPATIBLE + r"expected shape=" + SHAPE + r", found shape=" + SHAPE,
          _incompatible_layer),
    Entry(r"Input \d+ is incompatible with layer ([\w./-]{1,200}): expected shape=" + SHAPE
          + r", found shape=" + SHAPE, _incompatible_layer),
    Entry(r"with name '([^']{0,200})' and path '[^']{0,200}'\. Expected shape " + SHAPE
          + r", but input has incompatible shape " + SHAPE, _incompatible_input),
    Entry(r"Error when checking (?:model )?input: [Ee]xpected (\S+) to have (\d+ dimensions|shape "
          r"\([\d\sNone,]{0,200}\)),? but got array with shape " + SHAPE, _checking_input),
    Entry(r"Error when checking (?:model )?target: [Ee]xpected (\S+) to have "
          r"(?:\d+ dimensions|shape " + SHAPE + r"),? but got array with shape " + SHAPE,
          _checking_target),
    Entry(r"Layer \"?[\w./-]{1,200}\"? expects (\d+) (?:named )?input\(s\)"
          r"(?: with keys (\[[^\]]{0,2000}\]))?, but it received (\d+) input tensors", _count),
    Entry(r"Missing data for input \"([^\"]{1,200})\"\. You passed a data dictionary with keys "
          r"(\[[^\]]{0,2000}\])", _missing_key),
    Entry(r"The structure of `inputs` doesn't match the expected structure\.? Expected: "
          r"([{\[(].{0,2000}?) Received: (?:inputs=)?([{\[(])", _structure),
    Entry(r"The input '([^']{0,200})' is not optional, but None was passed", _none),
    Entry(r"Inputs to a layer should be tensors\. Got:? '?None\b", _none),
    Entry(r"Failed to find data adapter that can handle input: (?:<class 'NoneType'>|\(<class "
          r"'(?:list|tuple|dict)'> containing values of types \{[^}]{0,400}NoneType)", _as(
              "SHP120", "None was passed for an input", "each declared input takes one array")),
    Entry(r"(?:Failed to convert a NumPy array to a Tensor \(Unsupported object type "
          r"(?:numpy\.ndarray|list|tuple|Tensor))|Can't convert non-rectangular Python sequence",
          _ragged),
    Entry(r"setting an array element with a sequence", _ragged, True),
    # labels
    Entry(r"update_confusion_matrix_variables.{0,900}?Shapes " + SHAPE + r" and " + SHAPE
          + r" are incompatible", _metric),
    Entry(r"Shapes " + SHAPE + r" and " + SHAPE + r" are incompatible", _compared),
    Entry(r"Arguments `target` and `output` must have the same (?:rank \(ndim\)|shape)\. "
          r"Received: target\.shape=" + SHAPE + r", output\.shape=" + SHAPE, _compared),
    Entry(r"Argument `output` must have rank \(ndim\) `target\.ndim - 1`\. Received: "
          r"target\.shape=" + SHAPE + r", output\.shape=" + SHAPE, _counted),
    Entry(r"logits and labels must have the same first dimension, got logits shape " + SHAPE
          + r" and labels shape " + SHAPE, _same_first),
    Entry(r"`labels\.shape` must equal `logits\.shape` except for the last dimension\. Received: "
          r"labels\.shape=" + SHAPE + r" and logits\.shape=" + SHAPE, _same_first_swapped),
    Entry(r"The shape of labels \(received " + SHAPE + r"\) should equal the shape of logits "
          r"except for the last dimension \(received " + SHAPE, _same_first_swapped),
    Entry(r"`?logits`? and `?labels`? must have the same shape,? (?:received )?\(" + SHAPE
          + r" vs " + SHAPE, _logits_first),
    Entry(r"Condition x == y did not hold element-wise:\] \[x "
          r"\(\S*sparse_categorical_crossentropy\S*\) = \] \[([\d ]+)\] \[y \(\S+\) = \] "
          r"\[([\d ]+)\]", _asserted),
    Entry(r"Received a label value of (-?\d+) which is outside the valid range of \[0, (\d+)\)",
          _label_value),
    # rows
    Entry(r"Data cardinality is ambiguous.{0,400}", _cardinality),
    Entry(r"Expected batch size: (\d+) - Received batch size: (\d+)", _stateful),
    Entry(r"Specified a list with shape " + SHAPE + r" from a tensor with shape " + SHAPE,
          _batched),
    Entry(r"`batch_size` argument must not be specified for the given input type", _ignored),
    # layers that merge, reshape, pool
    Entry(r"`Concatenate` layer requires inputs with matching shapes except for the "
          r"concat(?:enation)? axis\. (?:Received: input_shape=|Got inputs shapes: )"
          r"(\[[\d\sNone,()]{0,400}\])", _merged),
    Entry(r"Inputs have incompatible shapes\. Received shapes (" + SHAPE + " and " + SHAPE + ")",
          _merged),
    Entry(r"Operands could not be broadcast together with shapes (" + SHAPE + " " + SHAPE + ")",
          _merged),
    Entry(r"Incompatible input shapes: axis values .{0,60}Full input shapes: (" + SHAPE + ", "
          + SHAPE + ")", _merged),
    Entry(r"Dimension incompatibility \d+ != \d+\. Layer shapes: (" + SHAPE + ", " + SHAPE + ")",
          _merged),
    Entry(r"total size of (?:the tensor|new array) must be unchanged[.,] (?:Received: )?"
          r"input_shape ?= ?" + SHAPE + r", (?:output|target)_shape ?= ?" + SHAPE, _target_shape),
    Entry(r"Negative dimension size caused by subtracting \d+ from \d+", _negative),
    Entry(r"Computed output size would be negative", _negative),
    Entry(r"Computed output size would be zero or negative\. Received:? "
          r"`inputs[. ]shape=([^`]{0,200})`, `(?:kernel shape|pool_size)=([^`]{0,200})`", _window),
    Entry(r"One of the dimensions in the output is <= 0 due to downsampling in "
          r"([\w./-]{1,200})\..{0,80}Received input shape " + SHAPE, _downsampled),
    Entry(r"`?cropping`? parameter of `?Cropping\w*`? layer must be .{0,80}?"
          r"(?:input_shape|inputs\.shape)=" + SHAPE + r", (?:and )?cropping=(\([\d, ()]{0,100}\))",
          _as("SHP605", "{0} is cropped by {1}: nothing is left",
              "the cropping is larger than what is left of the axis", "inside")),
    Entry(r"could not create a descriptor for a pooling", _as(
        "SHP605", "a pool does not fit into what it gets",
        "a kernel or pool is larger than what is left of the axis", "inside"), True),
    Entry(r"Input size must be at least (\d+x\d+)(?:; Received:|; got) "
          r"`?input_shape=(\([^)]{0,1000}\))",
          _as("SHP605", "the architecture takes {0} at least, and {1} is declared",
              "it halves the axes again and again: nothing would be left", "built")),
    Entry(r"Kernel shape must have the same length as input, but received kernel of shape "
          + SHAPE + r" and input of shape " + SHAPE, _kernel_rank),
    Entry(r"[Ll]ayer (?:(\S+) )?weight shape " + SHAPE + r" (?:is )?not compatible with provided "
          r"weight shape " + SHAPE, _given_weights),
    Entry(r"`TimeDistributed` Layer should be passed an `input_shape ?` with at least (\d+) "
          r"dimensions, received: " + SHAPE, _at_least),
    Entry(r"Cannot convert '(\d+)' to a shape", _as(
        "SHP603", "{0} is a number, not a shape", _NO_TUPLE, "built")),
    Entry(r"Unrecognized data type: x=(\[.{0,4000}\]) \(of type", _list),
    Entry(r"Unrecognized data type: x=\[", _as(
        "SHP119", "a Python list was given where an array is meant",
        "to Keras a list is a list of inputs")),
    Entry(r"`sequences` must be a list of iterables", _as(
        "SHP119", "pad_sequences takes a list of rows, each a list of its own",
        "a single row is `[row]`")),
    # operations
    Entry(r"indices\[[\d, ]+\] = (-?\d+) is not in \[0, (\d+)\)", _embedding, True),
    Entry(r"[Dd]epth of input must be a multiple of depth of filter: (\d+) vs (\d+)", _channels),
    Entry(r"input depth must be evenly divisible by filter depth: (\d+) vs (\d+)", _channels),
    Entry(r"Dimensions must be equal, but are (\d+) and (\d+) for '\{\{node ([^}]{0,400})\}\} = "
          r"(\w+)(?:\[[^\]]{0,400}\])?\(([^)]{0,1000})\)' with input shapes: (" + SHAPE
          + ", " + SHAPE + ")", _graph_equal, True),
    Entry(r"Matrix size-incompatible: In\[0\]: " + SHAPE + r", In\[1\]: " + SHAPE, _matmul, True),
    Entry(r"In\[0\] mismatch In\[1\] shape: \d+ vs\. \d+: " + SHAPE + " " + SHAPE, _matmul, True),
    Entry(r"In\[0\] and In\[1\] must have compatible batch dimensions: " + SHAPE + r" vs\. "
          + SHAPE, _pair("the rows of both are equally many"), True),
    Entry(r"ConcatOp : .{0,60}shape\[0\] = " + SHAPE + r" vs\. shape\[1\] = " + SHAPE, _concat,
          True),
    Entry(r"Dimension \d+ in both shapes must be equal, but are \d+ and \d+\. Shapes are "
          + SHAPE + " and " + SHAPE, _concat, True),
    Entry(r"Can not squeeze dim\[\d+\], expected a dimension of 1, got (\d+) for '\{\{node "
          r"\S*weighted_loss", _weights, True),
    Entry(r"Incompatible shapes: " + SHAPE + r" vs\. " + SHAPE, _run_time, True),
    Entry(r"Cannot broadcast shape.{0,120}Input shapes are: " + SHAPE + " and " + SHAPE,
          _pair(_MEET), True),
    Entry(r"Shapes of all inputs must match: values\[0\]\.shape = " + SHAPE
          + r" != values\[\d+\]\.shape = " + SHAPE,
          _pair("what is stacked has one shape"), True),
    Entry(r"Input to reshape is a tensor with (\d+) values, but the requested shape has (\d+)",
          _values, True),
    Entry(r"Input to reshape is a tensor with (\d+) values, but the requested shape requires a "
          r"multiple of (\d+)", _multiple_of, True),
    Entry(r"Dimension size must be evenly divisible by (\d+) but is (\d+) for '\{\{node "
          r"[^}]{0,400}\}\} = Reshape", _multiple, True),
    Entry(r"Cannot reshape a tensor with (\d+) elements to shape (\[[\d,?]{0,200}\])",
          _values, True),
    Entry(r"cannot reshape array of size (\d+) into shape (\([\d,\s]{0,200}\))", _values, True),
    Entry(r"Expected dimension (\d+) at axis (\d+) of the input shaped " + SHAPE
          + r" but got dimension (\d+)",
          _one("einsum takes {0} on axis {1} of {2}, which has {3}",
               "a letter stands for one size in all operands"), True),
    Entry(r"transpose expects a vector of size (\d+)\. But input\(1\) is a vector of size (\d+)",
          _one("a transpose names {1} axes of an array of rank {0}", "it names each axis once"),
          True),
    Entry(r"split_dim (\d+) \(size = (\d+)\) and num_split (\d+)",
          _one("axis {0} of size {1} is split into {2} parts", "the parts are equally long"),
          True),
    Entry(r"slice index (-?\d+) of dimension (\d+) out of bounds",
          _one("index {0} is beyond the end of axis {1}", "an axis is indexed from 0 to size - 1"),
          True),
    Entry(r"Invalid reduction dimension \(?(-?\d+) for input with (\d+) dimension",
          _one("axis {0} of an array of rank {1} is reduced",
               "axes count from 0 to rank - 1"), True),
    Entry(r"operands could not be broadcast together with shapes " + SHAPE + " " + SHAPE,
          _pair(_MEET), True),
    Entry(r"all the input array dimensions (?:except )?for the concatenation axis must match "
          r"exactly, but along dimension (\d+), the array at index 0 has size (\d+) and the array "
          r"at index \d+ has size (\d+)",
          _one("arrays of {1} and {2} on axis {0} are joined",
               "they may differ on the axis of the join only"), True),
    Entry(r"matmul: Input operand 1 has a mismatch in its core dimension \d+, .{0,90}\(size "
          r"(\d+) is different from (\d+)\)",
          _one("a matrix product of {1} columns with {0} rows",
               "the first has as many columns as the second has rows"), True),
]


__all__ = ["Dims", "Entry", "TABLE", "Told", "dims", "spelled", "targets"]
